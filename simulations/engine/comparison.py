"""Paired comparison: two plans in the same futures.

Draws are keyed by task and iteration, so iteration i of both plans is one
future, and what they share cancels out of their difference.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, PlanError
from simulations.engine.axis import Axis
from simulations.engine.lowering import lower
from simulations.engine.options import SimulationOptions
from simulations.engine.rows import BLOCK
from simulations.engine.runs import Run, project_axis, run_of
from simulations.engine.simulation import Progress, SimulationCancelled
from simulations.engine.statistics import Z95, band_ranks, percentile_ranks

Ints = NDArray[np.int64]
BLOCKS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Finishes:
    """The project's finish in every iteration.

    Attributes
    ----------
    work : int64 (iterations,)
        Working minutes from the project's start on its calendar.
    instants : int64 (iterations,)
        The same as minutes since 1970.
    axis, origin
        The project's calendar, and the work before its start on it.
    """

    work: Ints
    instants: Ints
    axis: Axis
    origin: int

    def on(self, other: "Finishes") -> Ints:
        """Return these finishes as working minutes from the other's start."""
        same_hours = self.axis.hours == other.axis.hours
        if same_hours and self.axis.as_start(self.origin) == other.axis.as_start(other.origin):
            return self.work
        axis = other.axis.covering(int(self.instants.max()))
        return axis.work_before(self.instants) - other.origin


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two plans differ in the same futures; a delta is first minus second.

    ``p80_interval_days`` holds the difference of the P80s with 95 %
    confidence.
    """

    iterations: int
    seed: int
    p_first_earlier: float
    p_second_earlier: float
    p_tie: float
    mean_days: float
    p50_days: float
    p80_days: float
    p80_interval_days: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Return what ``compare --json`` prints."""
        return {
            "iterations": self.iterations,
            "seed": self.seed,
            "p_first_earlier": self.p_first_earlier,
            "p_second_earlier": self.p_second_earlier,
            "p_tie": self.p_tie,
            "delta_days": {
                "mean": self.mean_days,
                "p50": self.p50_days,
                "p80": self.p80_days,
                "p80_interval": list(self.p80_interval_days),
            },
        }


def compare(
    first: Plan,
    second: Plan,
    options: SimulationOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """Simulate two plans in the same futures and compare their finishes.

    Parameters
    ----------
    first, second : Plan
        Matched by key: tasks of the same key draw the same.
    options : SimulationOptions, optional
        Iterations and seed.
    progress, cancelled : callable, optional
        As for :func:`simulations.engine.simulate`.

    Raises
    ------
    PlanError
        If a plan can't be scheduled or has no tasks.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.distributions import Triangular
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> calendars = (standard_calendar(),)
    >>> one = Plan(project, calendars, (Task("A", "A", estimate=Triangular(480, 960, 1920)),))
    >>> two = Plan(project, calendars, (Task("A", "A", estimate=Triangular(480, 960, 1440)),))
    >>> compare(one, two).p_second_earlier > 0.9
    True
    """
    options = options or SimulationOptions()
    ours, theirs = (
        finishes_of(
            plan,
            run_of(plan, lower(plan, options)),
            options,
            progress=None if progress is None else _Part(progress, place),
            cancelled=cancelled,
        )
        for place, plan in enumerate((first, second))
    )
    return compare_finishes(ours, theirs, first.project.minutes_per_day, options.seed)


class _Part:
    """Half of the whole progress."""

    def __init__(self, progress: Progress, place: int) -> None:
        self._progress, self._place = progress, place

    def __call__(self, share: float) -> None:
        self._progress((self._place + share) / 2)


def finishes_of(
    plan: Plan,
    run: Run,
    options: SimulationOptions,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Finishes:
    """Simulate a plan for the project's finish alone.

    Raises
    ------
    PlanError
        If the plan has no tasks.
    """
    if not run.lowered.leaves:
        raise PlanError("A plan without tasks has no finish to compare.")
    out = np.zeros(options.iterations, np.int32)
    rows = run.rows()
    step = BLOCKS_AT_ONCE * BLOCK
    for first in range(0, options.iterations, step):
        if cancelled is not None and cancelled():
            raise SimulationCancelled
        part = out[first : first + step]
        run.finishes(rows, first // BLOCK, part)
        if progress is not None:
            progress((first + len(part)) / options.iterations)
    axis, origin = project_axis(plan)
    return Finishes(run.project_work(out), run.project_instants(out), axis, origin)


def compare_finishes(
    first: Finishes, second: Finishes, minutes_per_day: int, seed: int
) -> Comparison:
    """Compare finishes of the same iterations, on the first plan's project calendar."""
    ours, theirs = first.work, second.on(first)
    n, day = len(ours), minutes_per_day
    if len(theirs) != n:
        raise PlanError("Only simulations of equally many iterations can be compared.")
    difference = ours - theirs
    low, high = paired_interval(ours, theirs, 80)
    return Comparison(
        iterations=n,
        seed=seed,
        p_first_earlier=float(np.count_nonzero(difference < 0)) / n,
        p_second_earlier=float(np.count_nonzero(difference > 0)) / n,
        p_tie=float(np.count_nonzero(difference == 0)) / n,
        mean_days=float(difference.mean(dtype=np.float64)) / day,
        p50_days=(percentile_minutes(ours, 50) - percentile_minutes(theirs, 50)) / day,
        p80_days=(percentile_minutes(ours, 80) - percentile_minutes(theirs, 80)) / day,
        p80_interval_days=(low / day, high / day),
    )


def percentile_minutes(values: Ints, percentile: int) -> int:
    """Return the ⌈N·p⌉-th smallest value."""
    rank = int(percentile_ranks(len(values), (percentile,))[0])
    return int(np.partition(values, rank - 1)[rank - 1])


def paired_interval(first: Ints, second: Ints, percentile: int) -> tuple[float, float]:
    """Return the 95 % interval of a difference of percentiles of paired values.

    A percentile's error is, to first order, the mean of
    (p − 1{x ≤ q})/f(q) [1]_; the difference of the two errors is averaged
    iteration by iteration, so what the pair shares cancels. Densities come
    from the order statistics that bound each percentile.

    References
    ----------
    .. [1] R. R. Bahadur, "A note on quantiles in large samples", Annals of
       Mathematical Statistics 37(3), 1966, :doi:`10.1214/aoms/1177699450`.
    """
    n = len(first)
    delta = percentile_minutes(first, percentile) - percentile_minutes(second, percentile)
    errors = _linear_error(first, percentile) - _linear_error(second, percentile)
    half = Z95 * float(errors.std()) / math.sqrt(n)
    return delta - half, delta + half


def _linear_error(values: Ints, percentile: int) -> NDArray[np.float64]:
    ordered = np.sort(values)
    low, high = (int(rank[0]) for rank in band_ranks(len(values), (percentile,)))
    gap = float(ordered[high - 1] - ordered[low - 1])
    slope = gap * len(values) / max(high - low, 1)
    at_most = values <= percentile_minutes(values, percentile)
    return np.asarray((percentile / 100.0 - at_most) * slope, np.float64)
