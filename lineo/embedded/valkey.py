"""One private Valkey server: the doorbell of the job queue."""

import signal
import socket
import subprocess
from pathlib import Path

from lineo.embedded import binaries
from lineo.embedded.folders import Folders
from lineo.embedded.process import RunAs, stop, wait_until

# Enough for a test run to give each of its workers a database of its own.
DATABASES = 64


class Valkey:
    """The server of one data folder."""

    def __init__(self, place: Folders, *, throwaway: bool) -> None:
        self.place = place
        self.throwaway = throwaway
        self.program = binaries.valkey_program()
        self.socket_path = place.sockets / "valkey"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; what was queued before is still there unless the server is a throwaway.

        Raises
        ------
        OSError
            If it did not start.
        """
        folder = self.place.data / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        self.socket_path.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(folder),
            "databases": str(DATABASES),
            "appendonly": "no" if self.throwaway else "yes",
            "save": "",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        log = self.place.data / "valkey.log"
        command: list[str | Path] = [self.program, *arguments]
        self._server = RunAs().popen(command, how_to_die=signal.SIGTERM, log=log)
        if not wait_until(self._is_ready, self._server, seconds=30):
            self.stop()
            raise OSError(f"Valkey did not start (see {log}).")

    def stop(self) -> None:
        """Write what must be written, and end."""
        if self._server:
            stop(self._server, signal.SIGTERM, wait_seconds=5)

    def _is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket_path))
                line.sendall(b"PING\r\n")
                return line.recv(5) == b"+PONG"
            except OSError:
                return False
