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

_START_SECONDS = 90.0
_CHECKOUT = Path(__file__).resolve().parents[2]


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
        _bury_keepers()


@dataclass(frozen=True)
class Servers:
    """The addresses of the running servers, and the lease on them."""

    database_url: str
    owner_url: str
    backup_url: str
    redis_url: str
    lease: Lease = field(repr=False, compare=False)


_leases: dict[Path, Lease] = {}
# Keepers that this process started, which may outlive its need of them.
_keepers: list[subprocess.Popen[bytes]] = []


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
    keeper = _start_keeper(place, throwaway=throwaway)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if line := _connect(place):
            return line
        if keeper.poll() not in (None, 0):
            raise EmbeddedError(_last_words(place))
        time.sleep(0.02)
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


def _start_keeper(place: Folders, *, throwaway: bool) -> subprocess.Popen[bytes]:
    """Start the keeper in a session of its own, so that Ctrl-C does not reach it."""
    command = [sys.executable, "-m", "lineo.embedded.keeper", str(place.data)]
    environment = {**os.environ, "PYTHONPATH": str(_CHECKOUT)}
    _bury_keepers()
    with _log(place).open("ab") as log:
        keeper = subprocess.Popen(
            [*command, "--throwaway"] if throwaway else command,
            env=environment,
            cwd=place.data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _keepers.append(keeper)
    return keeper


def _bury_keepers() -> None:
    """Forget the keepers that have ended, so that none stays behind as a zombie."""
    _keepers[:] = [keeper for keeper in _keepers if keeper.poll() is None]


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


def _last_words(place: Folders) -> str:
    lines = _log(place).read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "The embedded servers did not start."
