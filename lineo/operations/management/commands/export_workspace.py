from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lineo.accounts.models import Workspace
from lineo.accounts.tenancy import as_owner
from lineo.operations import leaving


class Command(BaseCommand):
    help = "Write everything that a workspace has into a zip file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", help="its short name")
        parser.add_argument("file", type=Path, metavar="FILE.zip")

    def handle(self, *args: Any, workspace: str, file: Path, **options: Any) -> None:
        with as_owner():
            found = Workspace.objects.filter(slug=workspace).first()
        if found is None:
            raise CommandError(f"There is no workspace “{workspace}”.")
        try:
            counts = leaving.export(found, file)
        except FileExistsError:
            raise CommandError(f"{file} exists already.") from None
        except OSError as error:
            raise CommandError(f"{file} could not be written: {error.strerror}.") from error
        self.stdout.write(f"{file}: {sum(counts.values()):,} rows of {len(counts)} tables")
