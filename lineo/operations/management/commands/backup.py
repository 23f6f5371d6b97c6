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

        parser.add_argument(
            "--textfile",
            type=Path,
            metavar="FILE",
            help="tell Prometheus' node exporter here when this came to an end",
        )

    def handle(
        self, *args: Any, folder: Path, keep: int, textfile: Path | None, **options: Any
    ) -> None:
        if keep < 0:
            raise CommandError("--keep must be 0 or more.")
        try:
            made = backups.make(folder)
            gone = backups.forget_old(folder, keep=keep)
            if textfile is not None:
                backups.tell_prometheus(textfile, made)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.folder}: {len(made.tables)} tables, {made.rows:,} rows")
        for old in gone:
            self.stdout.write(f"removed {old}")
