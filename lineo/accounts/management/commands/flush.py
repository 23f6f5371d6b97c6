from typing import Any

from django.core.management.commands.flush import Command as FlushCommand

from lineo.accounts.tenancy import as_owner


class Command(FlushCommand):
    """Django's flush, as the owner of the tables: the serving role may not TRUNCATE."""

    def handle(self, **options: Any) -> None:
        with as_owner():
            super().handle(**options)
