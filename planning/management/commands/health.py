"""The quality of a plan file's schedule, as findings."""

from argparse import ArgumentParser
from typing import Any

from planning.core.best_practices import best_practices
from planning.core.health import findings
from planning.core.health_data import Finding
from planning.management.file_command import FileCommand, cut


class Command(FileCommand):
    """Check the quality of a schedule."""

    help = "Check a schedule against the DCMA 14 points and the GAO best practices."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        super().add_arguments(parser)
        parser.add_argument("file", help="plan file, MS Project XML, XER, GanttProject or CSV")

    def run(self, options: dict[str, Any]) -> None:
        """Print the findings."""
        plan = self.read(options["file"]).plan
        found = findings(plan)
        if options["json"]:
            practices = [practice.to_json() for practice in best_practices(plan, found)]
            data = {"findings": [finding.to_json() for finding in found]}
            self.print_json(data | {"best_practices": practices})
            return
        self.print_table(("check", "", "value", "limit"), (_row(finding) for finding in found))
        for finding in found:
            if finding.status != "pass":
                self.stdout.write(f"\n{finding.title}: {finding.advice}")
                if finding.tasks:
                    self.stdout.write(f"  {cut(', '.join(finding.tasks), 100)}")


def _row(finding: Finding) -> tuple[str, str, str, str]:
    value = "–" if finding.value is None else f"{finding.value:g}"
    unit = {"percent": " %", "ratio": "", "count": ""}.get(finding.unit, f" {finding.unit}")
    status = str(finding.status).replace("_", " ")
    return finding.title, status, f"{value}{unit}", f"{finding.threshold:g}{unit}"
