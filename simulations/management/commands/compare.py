"""``compare FILE FILE``: two plans in the same futures."""

import sys
from argparse import ArgumentParser
from typing import Any

from planning.management.file_command import FileCommand
from simulations.engine import SimulationOptions, compare
from simulations.management.progress_bar import ProgressBar


class Command(FileCommand):
    """Compare the finishes of two plans, iteration by iteration."""

    help = "Simulate two plans in the same futures and compare their finishes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take two files, how many iterations, and the seed."""
        parser.add_argument("first", metavar="FILE")
        parser.add_argument("second", metavar="FILE")
        parser.add_argument("--iterations", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=1)
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> None:
        """Read both, compare, print."""
        asked = SimulationOptions(iterations=options["iterations"], seed=options["seed"])
        first, second = self.read(options["first"]), self.read(options["second"])
        bar = ProgressBar(sys.stderr)
        try:
            found = compare(first.plan, second.plan, asked, progress=bar)
        finally:
            bar.clear()
        if options["json"]:
            self.print_json(found.to_json())
            return
        self.stdout.write(f"{found.iterations:,} futures, the same for both plans\n")
        self.print_table(
            ("", "Chance"),
            (
                ("First finishes earlier", f"{found.p_first_earlier:.1%}"),
                ("Second finishes earlier", f"{found.p_second_earlier:.1%}"),
                ("Both on the same working minute", f"{found.p_tie:.1%}"),
            ),
        )
        low, high = found.p80_interval_days
        self.stdout.write("")
        self.print_table(
            ("First minus second", "Days"),
            (
                ("Mean", f"{found.mean_days:+.2f}"),
                ("P50", f"{found.p50_days:+.2f}"),
                ("P80", f"{found.p80_days:+.2f}"),
                ("P80, 95 % interval", f"{low:+.2f} to {high:+.2f}"),
            ),
        )
