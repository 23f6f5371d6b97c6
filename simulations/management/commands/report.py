"""``report SCENARIO --as EMAIL``: the forecast and the Gantt of a scenario as PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from lineo.accounts.models import User
from lineo.accounts.tenancy import workspace_context
from planning.models import Scenario
from simulations.pictures.report import report_pdf


class Command(BaseCommand):
    """Write the report that the forecast page offers."""

    help = "Write the forecast and the Gantt of a scenario into a PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the scenario, the person whose eyes it is read with, and the file."""
        parser.add_argument("scenario", type=UUID, help="the id in the scenario's address")
        parser.add_argument("--as", dest="email", required=True, help="who reads the plan")
        parser.add_argument("--output", type=Path, default=Path("report.pdf"))

    def handle(self, *, scenario: UUID, email: str, output: Path, **_options: Any) -> None:
        """Find the scenario in one of the person's workspaces and write the file."""
        person = User.objects.filter(email=email).first()
        if person is None:
            raise CommandError(f"Nobody signs in as {email}.")
        with workspace_context(None, person):
            seats = person.memberships.filter(is_suspended=False)
            workspaces = list(seats.values_list("workspace_id", flat=True))
        for workspace in workspaces:
            with workspace_context(workspace, person):
                found = Scenario.objects.filter(pk=scenario).select_related("project").first()
                if found is not None:
                    self._write(output, report_pdf(found))
                    return
        raise CommandError(f"{email} has no scenario {scenario}.")

    def _write(self, output: Path, content: bytes) -> None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error.strerror}.") from None
        self.stdout.write(f"{output}: {len(content) // 1024 + 1} kB")
