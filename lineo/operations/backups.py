"""A backup: one folder with a dump of PostgreSQL, what people uploaded, and what they hold.

The dump and the fingerprints are of one snapshot. A backup appears whole or not at all.
"""

import hashlib
import json
import shutil
import subprocess
import tarfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from lineo import __version__
from lineo.embedded.binaries import postgres_programs
from lineo.operations.tables import all_tables, fingerprint

DUMP, UPLOADS, MANIFEST = "database.dump", "uploads.tar", "manifest.json"
_PREFIX = "lineo-"


class BackupError(RuntimeError):
    """It could not be done; the message is one sentence for a person."""


@dataclass(frozen=True)
class Backup:
    """One finished backup."""

    folder: Path
    tables: dict[str, str]

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(int(found.split()[0]) for found in self.tables.values())


def make(into: Path) -> Backup:
    """Write a backup into a new folder below ``into``.

    Raises
    ------
    BackupError
        If it can't be done; then nothing is left behind.
    """
    name = f"{_PREFIX}{timezone.now():%Y%m%d-%H%M%S-%f}"
    unfinished = into / f".{name}"
    try:
        unfinished.mkdir(parents=True, mode=0o700)
        tables = _dump(unfinished / DUMP)
        _pack_uploads(unfinished / UPLOADS)
        _write_manifest(unfinished, tables)
        unfinished.rename(into / name)
    except OSError as error:
        raise BackupError(_("The backup could not be written: %s") % error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Backup(into / name, tables)


def finished(into: Path) -> list[Path]:
    """Return the backups below ``into``, the oldest first."""
    return sorted(path.parent for path in into.glob(f"{_PREFIX}*/{MANIFEST}"))


def forget_old(into: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest ``keep`` backups; return which went."""
    old = finished(into)[:-keep] if keep else []
    for folder in old:
        shutil.rmtree(folder)
    return old


def tell_prometheus(path: Path, backup: Backup) -> None:
    """Write when a backup came to an end, as the node exporter's textfile collector reads it.

    Raises
    ------
    BackupError
        If it can't be written; the backup is made all the same.
    """
    figures = (
        "# TYPE lineo_backup_timestamp_seconds gauge\n"
        f"lineo_backup_timestamp_seconds {timezone.now().timestamp():.0f}\n"
        f"# TYPE lineo_backup_rows gauge\nlineo_backup_rows {backup.rows}\n"
    )
    unfinished = path.with_name(f".{path.name}")
    try:
        unfinished.write_text(figures)
        unfinished.rename(path)
    except OSError as error:
        raise BackupError(_("The backup is made, but not told of: %s") % error) from error


def check(folder: Path) -> Backup:
    """Return the backup in ``folder`` if each of its files is what it was.

    Raises
    ------
    BackupError
        If the folder holds no backup, or a file of it has changed.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        kept: dict[str, str] = manifest["files"]
        tables: dict[str, str] = manifest["tables"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(_("There is no complete backup in %s.") % folder) from error
    for name, digest in kept.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise BackupError(_("%s is missing or is not what was written.") % path)
    return Backup(folder, tables)


def database_url(role: dict[str, Any], setting: str) -> dict[str, Any]:
    """Return what libpq needs to connect as ``role``.

    Raises
    ------
    BackupError
        If no such role is configured.
    """
    if not role:
        raise BackupError(_("Set %s: the serving role can't do this.") % setting)
    parts = {
        "dbname": settings.DATABASES["default"]["NAME"],
        "user": role.get("USER"),
        "password": role.get("PASSWORD"),
        "host": role.get("HOST"),
        "port": role.get("PORT"),
    }
    return {name: value for name, value in parts.items() if value}


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's client programs.

    Raises
    ------
    BackupError
        If it is not installed.
    """
    try:
        found = postgres_programs() / name
        if found.is_file():
            return str(found)
    except FileNotFoundError:
        pass
    on_path = shutil.which(name)
    if on_path is None:
        raise BackupError(_("%s was not found; install PostgreSQL's client programs.") % name)
    return on_path


def run(name: str, *arguments: str, role: dict[str, Any]) -> None:
    """Run one of PostgreSQL's programs as ``role``; its password is passed in the environment.

    Raises
    ------
    BackupError
        With the program's own last words.
    """
    dsn = {key: value for key, value in role.items() if key != "password"}
    done = subprocess.run(
        [program(name), "--no-password", f"--dbname={make_conninfo(**dsn)}", *arguments],
        env={"PGPASSWORD": str(role.get("password", "")), "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise BackupError(f"{name}: {said[-1] if name == 'psql' else said[0]}")


def uploads_folder() -> Path | None:
    """Return where uploads lie; None where another service keeps them, or nobody has any."""
    # The storage itself: its lazy stand-in is of no kind before it has been used.
    storage = storages["default"]
    return Path(storage.location) if isinstance(storage, FileSystemStorage) else None


def _dump(path: Path) -> dict[str, str]:
    """Dump the database, and return the fingerprints of the same moment."""
    role = database_url(settings.DATABASE_BACKUP, "DATABASE_BACKUP_URL")
    try:
        with psycopg.connect(**role) as line, line.cursor() as cursor:
            line.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            cursor.execute("SET statement_timeout = 0")
            snapshot = cursor.execute("SELECT pg_export_snapshot()").fetchone()
            assert snapshot is not None
            run(
                "pg_dump",
                *("--format=custom", f"--snapshot={snapshot[0]}", f"--file={path}"),
                role=role,
            )
            return fingerprint(cursor, all_tables(cursor))
    except psycopg.OperationalError as error:
        raise BackupError(_("PostgreSQL is away: %s") % str(error).splitlines()[0]) from error


def _pack_uploads(path: Path) -> None:
    with tarfile.open(path, "w") as packed:
        if (folder := uploads_folder()) is None:
            return
        for file in sorted(folder.rglob("*")):
            with suppress(FileNotFoundError):  # somebody has just deleted it
                packed.add(file, arcname=str(file.relative_to(folder)), recursive=False)


def _write_manifest(folder: Path, tables: dict[str, str]) -> None:
    files = {name: _digest(folder / name) for name in (DUMP, UPLOADS)}
    manifest = {
        "lineo": __version__,
        "made_at": timezone.now().isoformat(),
        "files": files,
        "tables": tables,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def unpack_uploads(path: Path) -> None:
    """Put back what people had uploaded."""
    folder = uploads_folder()
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError), tarfile.open(path) as packed:
        packed.extractall(folder, filter="data")
