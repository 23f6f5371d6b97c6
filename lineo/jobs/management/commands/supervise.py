from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lineo.jobs.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run workers, start them again when they end, and sweep up lost jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=2, metavar="N")
        parser.add_argument(
            "--live-workers",
            type=int,
            default=1,
            metavar="N",
            help="workers for forecasts after an edit alone, so that these never wait in line",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        Supervisor(workers=options["workers"], live_workers=options["live_workers"]).run()
