import time
from contextlib import suppress
from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DatabaseError, connection

from lineo.accounts.tenancy import as_owner

# Any number of its own; whoever holds it migrates, and the others wait for their turn.
_LOCK = 0x4C696E656F
_LOOK_SECONDS = 0.2


class Command(MigrateCommand):
    """Django's migrate, as the owner of the tables: the serving role may not alter them.

    Containers that start at once migrate one after the other, and all but the first find
    nothing left to do.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            # Asked for again and again: a statement that waits for it would hold a snapshot, for
            # whose end an index that is built concurrently waits in turn.
            while not _has_lock():
                time.sleep(_LOOK_SECONDS)
            try:
                super().handle(*args, **options)
            finally:
                with suppress(DatabaseError), connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _has_lock() -> bool:
    """Take the lock of the whole session, if it is free: migrations have their own transactions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
