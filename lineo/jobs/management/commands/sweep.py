from typing import Any

from django.core.management.base import BaseCommand

from lineo.jobs import chores, sweeper


class Command(BaseCommand):
    help = "Take back jobs whose worker is gone, ring for those that wait, forget what is over."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweeper.sweep()
        self.stdout.write(
            f"{swept.taken_back} taken back, {swept.ended} ended, {swept.rung} rung again."
        )
        for what, count in chores.forget_what_is_over().items():
            self.stdout.write(f"{count} {what} forgotten.")
