"""``simulate FILE``: when a plan may finish, without database or environment."""

import sys
from argparse import ArgumentParser
from typing import Any

from planning.core.plan import Plan
from planning.management.file_command import FileCommand, cut, shown
from simulations.engine import (
    Forecast,
    Removal,
    SimulationOptions,
    impacts_if_removed,
    simulate,
)
from simulations.management.progress_bar import ProgressBar

SHOWN_PERCENTILES = (10, 50, 80, 90)
SHOWN_TASKS = 20


class Command(FileCommand):
    """Simulate the plan in a file."""

    help = "Simulate the plan in a file and print its forecast."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, how many iterations, and the seed."""
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--iterations", type=int, default=10_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--stop-band",
            type=float,
            metavar="DAYS",
            help="stop once the 95 %% band of a percentile is narrower than so many days",
        )
        parser.add_argument(
            "--stop-percentile",
            type=int,
            default=80,
            metavar="P",
            help="the percentile of --stop-band (80)",
        )
        parser.add_argument(
            "--sensitivity",
            action="store_true",
            help="simulate again without each uncertainty: what it costs the finish, in days",
        )
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> None:
        """Read, simulate, print."""
        asked = SimulationOptions(
            iterations=options["iterations"],
            seed=options["seed"],
            stop_band_days=options["stop_band"],
            stop_percentile=options["stop_percentile"],
        )
        read = self.read(options["file"])
        bar = ProgressBar(sys.stderr)
        try:
            forecast = simulate(read.plan, asked, progress=bar)
            removals = self._removals(read.plan, forecast, bar) if options["sensitivity"] else ()
        finally:
            bar.clear()
        if options["json"]:
            more = {"sensitivities": [one.to_json() for one in removals]}
            self.print_json(forecast.to_json() | (more if options["sensitivity"] else {}))
            return
        self._print_headline(read.plan, forecast)
        self._print_tasks(read.plan, forecast)
        self._print_removals(read.plan, removals)
        self.print_report(read.report)

    @staticmethod
    def _removals(plan: Plan, forecast: Forecast, bar: ProgressBar) -> tuple[Removal, ...]:
        if forecast.percentile_days is None:
            return ()
        return impacts_if_removed(plan, forecast, progress=bar)

    def _print_removals(self, plan: Plan, removals: tuple[Removal, ...]) -> None:
        if not removals:
            return
        names = {("risk", risk.key): risk.name for risk in plan.risks}
        self.stdout.write("")
        self.print_table(
            ("Without its uncertainty", "P80 earlier", "95 % interval", "Mean earlier"),
            (
                (
                    cut(names.get((one.kind, one.key)) or plan.task(one.key).name),
                    f"{one.percentile_days:.2f} d",
                    f"{one.interval_days[0]:.2f} – {one.interval_days[1]:.2f} d",
                    f"{one.mean_days:.2f} d",
                )
                for one in removals[:SHOWN_TASKS]
            ),
        )

    def _print_headline(self, plan: Plan, forecast: Forecast) -> None:
        self.stdout.write(f"{cut(plan.project.name)}: {forecast.iterations:,} iterations")
        if forecast.percentile_days is None:
            self.stdout.write(f"No forecast: {forecast.notes[-1].reason}.")
            return
        self.stdout.write("")
        rows = []
        for percentile in SHOWN_PERCENTILES:
            low, high = forecast.band(percentile) or (0.0, 0.0)
            rows.append(
                (
                    f"P{percentile}",
                    shown(forecast.finish(percentile)),
                    f"{forecast.days(percentile):.1f} d",
                    f"{low:.1f} – {high:.1f} d",
                )
            )
        self.print_table(("Finish", "Date", "Duration", "95 % band"), rows)
        self.stdout.write("")
        self.stdout.write(
            f"As planned: {shown(forecast.planned_finish)}, "
            f"met with {_percent(forecast.p_planned)}."
        )
        if forecast.p_target is not None:
            self.stdout.write(
                f"Target: {shown(plan.project.target)}, met with {_percent(forecast.p_target)}."
            )

    def _print_tasks(self, plan: Plan, forecast: Forecast) -> None:
        uncertain = [task for task in forecast.tasks if task.sd_duration_days]
        if not uncertain:
            return
        uncertain.sort(key=lambda task: (-(task.ssi or 0.0), task.key))
        self.stdout.write("")
        self.print_table(
            ("Task", "Critical", "SSI", "CRI", "Share", "Mean", "P80 finish"),
            (
                (
                    cut(plan.task(task.key).name),
                    _percent(task.criticality),
                    f"{task.ssi or 0.0:.2f}",
                    f"{task.cruciality or 0.0:.2f}",
                    _percent(task.first_order_share),
                    f"{task.mean_duration_days or 0.0:.1f} d",
                    shown(task.finish_percentile(80)),
                )
                for task in uncertain[:SHOWN_TASKS]
            ),
        )
        if len(uncertain) > SHOWN_TASKS:
            self.stdout.write(f"… and {len(uncertain) - SHOWN_TASKS} more; --json prints them all.")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
