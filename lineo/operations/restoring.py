"""Bringing a backup back into an empty database, and making sure that it is the same."""

from typing import Any

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _

from lineo.operations import backups
from lineo.operations.backups import DUMP, UPLOADS, Backup, BackupError
from lineo.operations.tables import all_tables, fingerprint


def restore(backup: Backup) -> None:
    """Load ``backup`` into the configured database, all of it or nothing.

    Raises
    ------
    BackupError
        If the database holds tables already, if it can't be loaded, or if what was loaded is
        not what was saved.
    """
    owner = backups.database_url(settings.DATABASE_OWNER, "DATABASE_OWNER_URL")
    reader = backups.database_url(settings.DATABASE_BACKUP, "DATABASE_BACKUP_URL")
    if _tables(owner):
        raise BackupError(
            _("The database “%s” is not empty; restore into a new one.") % owner["dbname"]
        )
    backups.run(
        "pg_restore",
        *("--no-owner", "--exit-on-error", "--single-transaction", str(backup.folder / DUMP)),
        role=owner,
    )
    different = _differences(backup, reader)
    if different:
        raise BackupError(_("These tables differ from the backup: %s.") % ", ".join(different))
    backups.unpack_uploads(backup.folder / UPLOADS)


def _tables(role: dict[str, Any]) -> list[str]:
    try:
        with psycopg.connect(**role) as line, line.cursor() as cursor:
            return all_tables(cursor)
    except psycopg.OperationalError as error:
        raise BackupError(_("PostgreSQL is away: %s") % str(error).splitlines()[0]) from error


def _differences(backup: Backup, reader: dict[str, Any]) -> list[str]:
    with psycopg.connect(**reader) as line, line.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        found = fingerprint(cursor, all_tables(cursor))
    names = sorted({*found, *backup.tables})
    return [name for name in names if found.get(name) != backup.tables.get(name)]
