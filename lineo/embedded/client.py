"""Asking for the embedded servers, from any process."""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from lineo.embedded.folders import APP, BACKUP, OWNER, Folders, folders, make_private

_CHECKOUT = Path(__file__).resolve().parents[2]
_TRIES = 3


class EmbeddedError(RuntimeError):
    """The embedded servers did not start; the message is one sentence for a person."""


@dataclass
class Lease:
    """The line held open to the keeper: while it is open, the servers run."""

    folders: Folders
    line: socket.socket

    def release(self, *, wait_seconds: float = 0) -> None:
        """Let go of the servers, and wait for them to stop if nobody else holds them."""
        self.line.close()
        _leases.pop(self.folders.data, None)
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline and _is_kept(self.folders):
            time.sleep(0.02)


@dataclass(frozen=True)
class Servers:
    """The addresses of the running servers, and the lease on them."""

    database_url: str
    owner_url: str
    backup_url: str
    redis_url: str
    lease: Lease = field(repr=False, compare=False)


_leases: dict[Path, Lease] = {}


def ensure(data: Path | None = None, *, throwaway: bool = False) -> Servers:
    """Return the servers of the folder ``data``, started unless they run already.

    They run until every process that called this has ended. ``throwaway`` servers
    trade durability for speed, and their folder is removed with them: for tests.

    Raises
    ------
    EmbeddedError
        If they cannot start.
    """
    place = folders(data)
    if place.data not in _leases:
        _leases[place.data] = Lease(place, _hold(place, throwaway=throwaway))
    return Servers(
        database_url=place.database_url(APP),
        owner_url=place.database_url(OWNER),
        backup_url=place.database_url(BACKUP),
        redis_url=place.redis_url,
        lease=_leases[place.data],
    )


def _hold(place: Folders, *, throwaway: bool) -> socket.socket:
    """Return a line to the keeper of ``place``, starting one where there is none."""
    if line := _connect(place):
        return line
    try:
        make_private(place.data)
        make_private(place.sockets)
    except OSError as error:
        raise EmbeddedError(f"Lineo can't keep its data in {place.data}: {error}") from error
    for _ in range(_TRIES):
        said = _start_keeper(place, throwaway=throwaway)
        if line := _connect(place):
            return line
        if said:
            raise EmbeddedError(said)
        # Another's keeper was just leaving; the next one is ours.
    raise EmbeddedError(f"The embedded servers did not start; see {_log(place)}.")


def _connect(place: Folders) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(str(place.keeper_socket))
        # A keeper that is just closing accepts no more: then it says nothing.
        if line.recv(1) == b"+":
            return line
    except OSError:
        pass
    line.close()
    return None


def _start_keeper(place: Folders, *, throwaway: bool) -> str:
    """Start a keeper and wait until the servers run; return what it says where they don't.

    It leaves this process's family at once: Ctrl-C does not reach it, and it may outlive us.
    """
    command = [sys.executable, "-m", "lineo.embedded.keeper", str(place.data)]
    with _log(place).open("ab") as log:
        keeper = subprocess.run(
            [*command, "--throwaway"] if throwaway else command,
            env={**os.environ, "PYTHONPATH": str(_CHECKOUT)},
            cwd=place.data,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # closed by the keeper when the servers run, or can't
            stderr=log,
            start_new_session=True,
            text=True,
            check=False,
        )
    return keeper.stdout.strip()


def _is_kept(place: Folders) -> bool:
    """Return whether a keeper still holds the folder's lock."""
    with contextlib.suppress(FileNotFoundError), lock_file(place).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def lock_file(place: Folders) -> Path:
    """Return the file that a keeper locks, so that a data folder has one pair of servers."""
    return place.sockets / "keeper.lock"


def _log(place: Folders) -> Path:
    return place.data / "servers.log"
