"""The process that keeps the embedded servers while anybody needs them.

Whoever needs them connects to the keeper's socket and stays connected; the system closes
that line even when its holder is killed. When the last line closes, the keeper stops the
servers and ends. So nothing is left behind, and nobody stops what another still uses.
"""

import argparse
import contextlib
import fcntl
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from lineo.embedded.client import lock_file
from lineo.embedded.folders import Folders, folders
from lineo.embedded.postgres import Postgres, home_of_nobody
from lineo.embedded.valkey import Valkey

_FIRST_CALL_SECONDS = 30.0
_LOCK_SECONDS = 30.0


def main() -> int:
    """Keep the servers of one folder; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--throwaway", action="store_true")
    options = parser.parse_args()
    place = folders(options.data)
    if os.fork():
        return 0  # whoever started us waits for our word, not for our end
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with _lock(place) as is_ours:
            if is_ours:
                _keep(place, throwaway=options.throwaway)
    except OSError as error:
        _say(str(error))
        return 1
    return 0


@contextlib.contextmanager
def _lock(place: Folders) -> Iterator[bool]:
    """Hold the folder's lock; give False if another keeper holds it and serves."""
    with lock_file(place).open("ab") as lock:
        yield _take(lock.fileno(), place)


def _take(lock: int, place: Folders) -> bool:
    deadline = time.monotonic() + _LOCK_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if place.keeper_socket.exists():
            return False
        time.sleep(0.05)
    raise OSError(f"Another process holds {lock_file(place)} and does not answer.")


def _keep(place: Folders, *, throwaway: bool) -> None:
    """Start the servers, serve until nobody is connected any more, stop them."""
    servers = (Postgres(place, throwaway=throwaway), Valkey(place, throwaway=throwaway))
    place.keeper_socket.unlink(missing_ok=True)
    try:
        for server in servers:
            server.start()
        with _open_door(place) as door:
            _say("")
            _wait_until_unneeded(door)
    finally:
        place.keeper_socket.unlink(missing_ok=True)
        for server in servers:
            server.stop()
    if throwaway:
        for folder in (place.data, place.sockets, home_of_nobody(place)):
            shutil.rmtree(folder, ignore_errors=True)


def _say(words: str) -> None:
    """Tell whoever waits for us that we are ready, or in a sentence why not."""
    with contextlib.suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), words.encode())
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


@contextlib.contextmanager
def _open_door(place: Folders) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place.keeper_socket))
        place.keeper_socket.chmod(0o600)
        door.listen(128)
        yield door


def _wait_until_unneeded(door: socket.socket) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(door, selectors.EVENT_READ)
        needed_by = 0
        wait_seconds: float | None = _FIRST_CALL_SECONDS
        while events := selector.select(wait_seconds):
            for key, _ in events:
                if key.fileobj is door:
                    line, _ = door.accept()
                    line.send(b"+")
                    selector.register(line, selectors.EVENT_READ)
                    needed_by += 1
                else:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
                    needed_by -= 1
            wait_seconds = None if needed_by else 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
