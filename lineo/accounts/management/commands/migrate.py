from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand

from lineo.accounts.tenancy import as_owner


class Command(MigrateCommand):
    """Django's migrate, as the owner of the tables: the serving role may not alter them."""

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
