from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lineo.accounts.models import Workspace
from lineo.operations import erasing


class Command(BaseCommand):
    help = "Erase a workspace for ever, with the people who belong nowhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", help="its short name")
        parser.add_argument("--asked-by", required=True, metavar="WHO", help="kept in the record")
        parser.add_argument(
            "--yes", metavar="WORKSPACE", default="", help="the short name again, to be sure"
        )

    def handle(self, *args: Any, workspace: str, **options: Any) -> None:
        if options["yes"] != workspace:
            raise CommandError(f"This can't be undone; to be sure, add --yes {workspace}.")
        try:
            record = erasing.erase(workspace, asked_by=options["asked_by"][:200])
        except Workspace.DoesNotExist:
            raise CommandError(f"There is no workspace “{workspace}”.") from None
        self.stdout.write(f"Erased {workspace}: {record.rows:,} rows.")
