from contextlib import suppress
from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import DatabaseError, connection

from lineo.accounts.tenancy import as_owner

# Any number of its own; whoever holds it migrates, and the others wait for their turn.
_LOCK = 0x4C696E656F


class Command(MigrateCommand):
    """Django's migrate, as the owner of the tables: the serving role may not alter them.

    Containers that start at once migrate one after the other, and all but the first find
    nothing left to do.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            with connection.cursor() as cursor:
                # The lock of the whole session: migrations have transactions of their own.
                cursor.execute("SET lock_timeout = 0")
                cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
                cursor.execute("RESET lock_timeout")
            try:
                super().handle(*args, **options)
            finally:
                with suppress(DatabaseError), connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
