from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lineo.operations import backups, restoring


class Command(BaseCommand):
    help = "Load a backup into the configured database, which must be empty, and verify it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="BACKUP")
        parser.add_argument(
            "--check", action="store_true", help="only check that its files are what they were"
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            backup = backups.check(folder)
            if not options["check"]:
                restoring.restore(backup)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        done = "complete" if options["check"] else "restored"
        self.stdout.write(f"{folder}: {done}, {len(backup.tables)} tables, {backup.rows:,} rows")
