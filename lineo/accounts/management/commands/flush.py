from typing import Any

from django.core.management.commands.flush import Command as FlushCommand
from django.db import connection

from lineo.accounts.tenancy import as_owner


class Command(FlushCommand):
    """Django's flush, as the owner of the tables: the serving role may not TRUNCATE."""

    def handle(self, **options: Any) -> None:
        with as_owner():
            with connection.cursor() as cursor:
                # The change log refuses to shrink unless whoever asks says so.
                cursor.execute("SET app.erasing = 'on'")
            super().handle(**options)
