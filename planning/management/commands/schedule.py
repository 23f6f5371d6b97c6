"""The dates of a plan file, and why they are so."""

from argparse import ArgumentParser
from typing import Any

from planning.core.plan import Plan
from planning.core.schedule import Schedule, schedule
from planning.core.schedule_words import schedule_to_words
from planning.management.file_command import FileCommand, cut, days, shown


class Command(FileCommand):
    """Schedule a plan file."""

    help = "Schedule a plan file: dates, float, what drives each date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        super().add_arguments(parser)
        parser.add_argument("file", help="plan file, MS Project XML, XER, GanttProject or CSV")

    def run(self, options: dict[str, Any]) -> None:
        """Print the schedule."""
        result = self.read(options["file"])
        found = schedule(result.plan)
        if options["json"]:
            words = schedule_to_words(result.plan, found)
            self.print_json(words | {"import": result.report.as_data()})
            return
        self._print_tasks(result.plan, found)
        self.print_report(result.report)

    def _print_tasks(self, plan: Plan, found: Schedule) -> None:
        project = plan.project
        self.stdout.write(f"{project.name}: {shown(found.start)} → {shown(found.finish)}")
        rows = []
        for task in plan.tasks:
            dates = found.tasks[task.key]
            rows.append(
                (
                    cut(f"{task.key}  {task.name}"),
                    shown(dates.start),
                    shown(dates.finish),
                    days(dates.total_float_minutes, project.minutes_per_day),
                    "critical" if dates.critical else "",
                )
            )
        self.print_table(("task", "start", "finish", "float", ""), rows)
