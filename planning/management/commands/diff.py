"""What differs between two plan files, and what it does to the finish."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from planning.core.calendars import calendars_of
from planning.core.diff import diff
from planning.core.instants import to_minutes
from planning.core.plan import Plan
from planning.core.schedule import schedule
from planning.core.sentences import sentences
from planning.management.file_command import FileCommand, days, moment, shown


class Command(FileCommand):
    """Compare two plan files."""

    help = "List what changed from the first plan file to the second, by key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two files."""
        super().add_arguments(parser)
        parser.add_argument("before", metavar="FILE", help="the plan as it was")
        parser.add_argument("after", metavar="FILE", help="the plan as it is")

    def run(self, options: dict[str, Any]) -> None:
        """Print the differences."""
        before, after = self.read(options["before"]).plan, self.read(options["after"]).plan
        edits = diff(before, after)
        finishes = schedule(before).finish, schedule(after).finish
        moved = minutes_between(before, *finishes)
        if options["json"]:
            finish = {"from": moment(finishes[0]), "to": moment(finishes[1])}
            changes = [edit.to_json() for edit in edits]
            self.print_json({"changes": changes, "finish": finish | {"delta_minutes": moved}})
            return
        for sentence in sentences(edits, before, after):
            self.stdout.write(sentence.text)
        if not edits:
            self.stdout.write("The two plans are alike.")
        by = days(moved, before.project.minutes_per_day)
        self.stdout.write(f"Finish: {shown(finishes[0])} → {shown(finishes[1])} ({by})")


def minutes_between(plan: Plan, first: datetime, second: datetime) -> int:
    """Return the working minutes of the project calendar from one finish to another."""
    time = calendars_of(plan.calendars)[plan.project.calendar]
    return time.work_between(to_minutes(first), to_minutes(second))
