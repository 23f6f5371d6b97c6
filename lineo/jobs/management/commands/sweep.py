from typing import Any

from django.core.management.base import BaseCommand

from lineo.jobs import sweeper


class Command(BaseCommand):
    help = "Take back jobs whose worker is gone and ring again for those that wait, once."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweeper.sweep()
        self.stdout.write(
            f"{swept.taken_back} taken back, {swept.ended} ended, {swept.rung} rung again."
        )
