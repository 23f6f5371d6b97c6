"""``compare FILE FILE``: two to five plans in the same futures."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from planning.management.file_command import FileCommand, cut, shown
from simulations.engine import Comparison, Comparisons, SimulationOptions, compare_many
from simulations.management.progress_bar import ProgressBar


class Command(FileCommand):
    """Compare the finishes of plans, iteration by iteration."""

    help = "Simulate two to five plans in the same futures and compare each with the first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files, how many iterations, and the seed."""
        parser.add_argument("first", metavar="FILE")
        parser.add_argument("others", metavar="FILE", nargs="+")
        parser.add_argument("--iterations", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=1)
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> None:
        """Read them, compare, print."""
        asked = SimulationOptions(iterations=options["iterations"], seed=options["seed"])
        files = [options["first"], *options["others"]]
        plans = [one.plan for one in self.read_each(files)]
        bar = ProgressBar(sys.stderr)
        try:
            found = compare_many(plans, asked, progress=bar)
        finally:
            bar.clear()
        if options["json"]:
            self.print_json(found.to_json())
            return
        self.stdout.write(f"{found.iterations:,} futures, the same for all plans")
        self._print_plans([Path(file).name for file in files], found)
        for file, pair in zip(files[1:], found.pairs, strict=True):
            self._print_pair(f"{Path(files[0]).name} – {Path(file).name}", pair)

    def _print_plans(self, names: list[str], found: Comparisons) -> None:
        self.stdout.write("")
        self.print_table(
            ("Plan", "P50", "P80", "P80 in days", "95 % band"),
            (
                (
                    cut(name),
                    shown(plan.finish(50)),
                    shown(plan.finish(80)),
                    f"{plan.days(80):.1f} d",
                    f"{plan.band(80)[0]:.1f} – {plan.band(80)[1]:.1f} d",
                )
                for name, plan in zip(names, found.plans, strict=True)
            ),
        )

    def _print_pair(self, title: str, pair: Comparison) -> None:
        self.stdout.write("")
        self.print_table(
            (title, "Days", "95 % interval"),
            (
                _row("Mean", pair.mean_days, pair.mean_interval_days),
                _row("P50", pair.p50_days, pair.p50_interval_days),
                _row("P80", pair.p80_days, pair.p80_interval_days),
            ),
        )
        self.stdout.write(
            f"Earlier: the first in {pair.p_first_earlier:.1%} of the futures, the second in "
            f"{pair.p_second_earlier:.1%}; both on the same working minute in {pair.p_tie:.1%}."
        )


def _row(name: str, days: float, interval: tuple[float, float]) -> tuple[str, str, str]:
    return name, f"{days:+.2f}", f"{interval[0]:+.2f} to {interval[1]:+.2f}"
