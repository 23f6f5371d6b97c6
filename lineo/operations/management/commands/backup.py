from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lineo.operations import backups


class Command(BaseCommand):
    help = "Save the database and what people uploaded into a new folder below FOLDER."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--keep",
            type=int,
            default=0,
            metavar="N",
            help="afterwards remove all but the newest N backups (0: keep all)",
        )

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        if keep < 0:
            raise CommandError("--keep must be 0 or more.")
        try:
            made = backups.make(folder)
            gone = backups.forget_old(folder, keep=keep)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.folder}: {len(made.tables)} tables, {made.rows:,} rows")
        for old in gone:
            self.stdout.write(f"removed {old}")
