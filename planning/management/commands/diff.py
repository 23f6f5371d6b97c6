"""What differs between two plan files, and what it does to the finish."""

from argparse import ArgumentParser
from typing import Any

from planning.core.differences import Difference, difference
from planning.management.file_command import FileCommand, days, moment, shown

SHOWN_MOVES = 10


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
        before, after = (one.plan for one in self.read_each([options["before"], options["after"]]))
        found = difference(before, after)
        if options["json"]:
            changes = [edit.to_json() for edit in found.edits]
            finish = {
                "from": moment(found.finish_before),
                "to": moment(found.finish_after),
                "delta_minutes": found.finish_minutes,
            }
            self.print_json({"changes": changes, "finish": finish})
            return
        self._tell(found, before.project.minutes_per_day)

    def _tell(self, found: Difference, day: int) -> None:
        for sentence in found.sentences:
            self.stdout.write(sentence.text)
        if found.promised:
            self.stdout.write(f"Promised dates differ for {found.promised} tasks.")
        if found.is_empty:
            self.stdout.write("The two plans are alike.")
        by = days(found.finish_minutes, day)
        self.stdout.write(
            f"Finish: {shown(found.finish_before)} → {shown(found.finish_after)} ({by})"
        )
        for move in found.moves[:SHOWN_MOVES]:
            self.stdout.write(
                f"  {move.name}: {shown(move.before)} → {shown(move.after)}"
                f" ({days(move.minutes, day)})"
            )
        if len(found.moves) > SHOWN_MOVES:
            self.stdout.write(f"  and {len(found.moves) - SHOWN_MOVES} more tasks move")
