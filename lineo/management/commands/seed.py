"""Fill an empty installation with the demo."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lineo.demo.seeding import seed


class Command(BaseCommand):
    """Make the demo workspace, its two projects and their first simulations."""

    help = "Fill the demo workspace, if it is not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        seeded = seed(timezone.localdate())
        said = "The demo is ready" if seeded.is_new else "The demo is there already"
        self.stdout.write(f"{said}: sign in as {seeded.email} with {seeded.password}")
