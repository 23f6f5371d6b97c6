"""Figures of two or more plans in the same futures, from their finishes.

Draws are keyed by task and iteration, so iteration i of every plan is one
future, and what plans share cancels out of their difference. Nothing here
simulates or needs the kernel: finishes that forecasts have kept are compared
at once, also by a web process.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, PlanError
from simulations.engine.axis import Axis, project_axis, to_datetime, to_minutes
from simulations.engine.statistics import (
    PERCENTILES,
    Z95,
    band_ranks,
    chance_band,
    percentile_ranks,
)

Ints = NDArray[np.int64]
CURVE_POINTS = 200
LEAST_PLANS, MOST_PLANS = 2, 5
PROJECT = ""


@dataclass(frozen=True, slots=True)
class Finishes:
    """One finish (the project's or a milestone's) in every iteration.

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

    @classmethod
    def from_work(cls, plan: Plan, work: NDArray[np.int32] | Ints) -> "Finishes":
        """Return finishes from working minutes after a plan's start."""
        axis, origin = project_axis(plan)
        behind = np.asarray(work, np.int64) + origin
        axis = axis.reaching(int(behind.max(initial=0)))
        instants = np.maximum(axis.as_finish(behind), axis.as_start(origin))
        return cls(behind - origin, instants, axis, origin)

    def on(self, other: "Finishes") -> Ints:
        """Return these finishes as working minutes from the other's start."""
        if self.axis.hours == other.axis.hours:
            shift = int(self.axis.as_start(self.origin)), int(other.axis.as_start(other.origin))
            if shift[0] == shift[1]:
                return self.work
        axis = other.axis.covering(int(self.instants.max()))
        return axis.work_before(self.instants) - other.origin


@dataclass(frozen=True, slots=True)
class KeptFinishes:
    """What a forecast has kept of its iterations.

    Attributes
    ----------
    plan : Plan
        The plan that the forecast describes.
    seed : int
    engine_version : str
    work : mapping of str to int32 (iterations,)
        ``Forecast.finishes`` as arrays: working minutes from the project's
        start, the project's own under the empty key, then the milestones'.
    """

    plan: Plan
    seed: int
    engine_version: str
    work: Mapping[str, NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two plans differ in the same futures; a delta is first minus second.

    Each interval holds its figure with 95 % confidence. ``sd_days`` is the
    standard deviation of the difference, iteration by iteration.
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
    p50_interval_days: tuple[float, float]
    mean_interval_days: tuple[float, float]
    sd_days: float

    def to_json(self) -> dict[str, Any]:
        """Return what ``compare --json`` prints of two plans."""
        chances = {
            "p_first_earlier": self.p_first_earlier,
            "p_second_earlier": self.p_second_earlier,
            "p_tie": self.p_tie,
        }
        return {
            "iterations": self.iterations,
            "seed": self.seed,
            **chances,
            "delta_days": {
                "mean": self.mean_days,
                "p50": self.p50_days,
                "p80": self.p80_days,
                "p80_interval": list(self.p80_interval_days),
                "p50_interval": list(self.p50_interval_days),
                "mean_interval": list(self.mean_interval_days),
                "sd": self.sd_days,
            },
            "bands": {
                name: list(chance_band(chance, self.iterations)) for name, chance in chances.items()
            },
        }


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """One of the plans compared: its finish in the futures of all.

    Durations are working days from the *first* plan's start on the first
    plan's project calendar, so that they can be set side by side. ``points``
    is the S-curve, at most 200 pairs of a date and the share of iterations
    that have finished by then. ``p_target`` is the chance of the plan's own
    target, ``p_first_target`` that of the first plan's.
    """

    mean_days: float
    sd_days: float
    percentile_days: tuple[float, ...]
    band_days: tuple[tuple[float, float], ...]
    finish_minutes: tuple[int, ...]
    p_target: float | None
    p_first_target: float | None
    points: tuple[tuple[datetime, float], ...]

    def days(self, percentile: int) -> float:
        """Return one percentile in days."""
        return self.percentile_days[PERCENTILES.index(percentile)]

    def band(self, percentile: int) -> tuple[float, float]:
        """Return the 95 % band of one percentile in days."""
        return self.band_days[PERCENTILES.index(percentile)]

    def finish(self, percentile: int) -> datetime:
        """Return one percentile as a date."""
        return to_datetime(self.finish_minutes[PERCENTILES.index(percentile)])

    def to_json(self) -> dict[str, Any]:
        """Return one entry of ``plans`` in ``compare --json``."""
        names = [str(p) for p in PERCENTILES]
        dates = [to_datetime(m).isoformat(timespec="minutes") for m in self.finish_minutes]
        return {
            "mean": self.mean_days,
            "sd": self.sd_days,
            "percentiles": dict(zip(names, self.percentile_days, strict=True)),
            "bands": dict(zip(names, map(list, self.band_days), strict=True)),
            "finish_percentiles": dict(zip(names, dates, strict=True)),
            "p_target": self.p_target,
            "p_first_target": self.p_first_target,
        }


@dataclass(frozen=True, slots=True)
class MilestoneComparison:
    """One milestone of the first plan against the same in each other plan.

    ``pairs`` has an entry for each other plan, None where it lacks the
    milestone.
    """

    key: str
    pairs: tuple[Comparison | None, ...]


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Two to five plans in the same futures, each against the first.

    ``pairs[i]`` compares the first plan with plan ``i + 1``.
    """

    iterations: int
    seed: int
    plans: tuple[PlanFigures, ...]
    pairs: tuple[Comparison, ...]
    milestones: tuple[MilestoneComparison, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what ``compare --json`` prints; of two plans also the pair's own fields."""
        of_two = self.pairs[0].to_json() if len(self.pairs) == 1 else {}
        return {
            **of_two,
            "iterations": self.iterations,
            "seed": self.seed,
            "plans": [plan.to_json() for plan in self.plans],
            "pairs": [_without_futures(pair) for pair in self.pairs],
            "milestones": [
                {
                    "id": one.key,
                    "pairs": [pair and _without_futures(pair) for pair in one.pairs],
                }
                for one in self.milestones
            ],
        }


def _without_futures(pair: Comparison) -> dict[str, Any]:
    return {
        name: value for name, value in pair.to_json().items() if name not in ("iterations", "seed")
    }


def why_not_comparable(kept: Sequence[KeptFinishes]) -> str | None:
    """Return why kept finishes can't be compared as they are, None where they can.

    They can where all were drawn by one engine version from one seed in
    equally many iterations, and all projects work the same hours.

    Examples
    --------
    >>> why_not_comparable([])
    'Between two and five plans can be compared.'
    """
    if not LEAST_PLANS <= len(kept) <= MOST_PLANS:
        return "Between two and five plans can be compared."
    if any(PROJECT not in one.work for one in kept):
        return "A plan has no forecast whose iterations were kept."
    if len({one.engine_version for one in kept}) > 1:
        return "The forecasts come from different versions of the engine."
    if len({one.seed for one in kept}) > 1:
        return "The forecasts come from different seeds."
    if len({len(one.work[PROJECT]) for one in kept}) > 1:
        return "The forecasts have different numbers of iterations."
    hours = [project_axis(one.plan)[0].hours for one in kept]
    if any(other != hours[0] for other in hours):
        return "The projects work different hours."
    return None


def compare_kept(kept: Sequence[KeptFinishes]) -> Comparisons:
    """Compare two to five plans from the finishes that their forecasts kept.

    Instant, without the kernel, and the same figures as
    :func:`simulations.engine.compare_many` gives by simulating.

    Parameters
    ----------
    kept : sequence of KeptFinishes
        The first is what the others are compared with.

    Raises
    ------
    PlanError
        If :func:`why_not_comparable` says why.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings, standard_calendar
    >>> plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), (standard_calendar(),))
    >>> one = KeptFinishes(plan, 1, "1", {"": np.array([480, 960, 960], np.int32)})
    >>> two = KeptFinishes(plan, 1, "1", {"": np.array([480, 480, 960], np.int32)})
    >>> found = compare_kept([one, two])
    >>> round(found.pairs[0].p_second_earlier, 3), round(found.pairs[0].p_tie, 3)
    (0.333, 0.667)
    """
    if reason := why_not_comparable(kept):
        raise PlanError(reason)
    finishes = [
        {key: Finishes.from_work(one.plan, work) for key, work in one.work.items()} for one in kept
    ]
    return comparisons([one.plan for one in kept], finishes, kept[0].seed)


def comparisons(
    plans: Sequence[Plan], finishes: Sequence[Mapping[str, Finishes]], seed: int
) -> Comparisons:
    """Compare plans whose finishes are known, each with the first.

    Parameters
    ----------
    plans, finishes
        In the same order; every mapping holds the project's finishes under
        the empty key and may hold milestones'.
    """
    day = plans[0].project.minutes_per_day
    base = finishes[0]
    others = finishes[1:]
    return Comparisons(
        iterations=len(base[PROJECT].work),
        seed=seed,
        plans=tuple(
            _figures(plan, plans[0], found[PROJECT], base[PROJECT])
            for plan, found in zip(plans, finishes, strict=True)
        ),
        pairs=tuple(compare_finishes(base[PROJECT], one[PROJECT], day, seed) for one in others),
        milestones=tuple(
            MilestoneComparison(
                key,
                tuple(
                    compare_finishes(mine, one[key], day, seed) if key in one else None
                    for one in others
                ),
            )
            for key, mine in sorted(base.items())
            if key != PROJECT and any(key in one for one in others)
        ),
    )


def _figures(plan: Plan, first: Plan, finishes: Finishes, base: Finishes) -> PlanFigures:
    work, day = finishes.on(base), first.project.minutes_per_day
    ordered, n = np.sort(work), len(work)
    low, high = (ordered[ranks - 1] / day for ranks in band_ranks(n))
    instants = np.sort(finishes.instants)
    places = np.unique(np.linspace(0, n - 1, CURVE_POINTS).round().astype(int))
    curve = {int(instants[place]): (int(place) + 1) / n for place in places}
    return PlanFigures(
        mean_days=float(work.mean()) / day,
        sd_days=float(work.std()) / day,
        percentile_days=tuple((ordered[percentile_ranks(n) - 1] / day).tolist()),
        band_days=tuple(zip(low.tolist(), high.tolist(), strict=True)),
        finish_minutes=tuple(instants[percentile_ranks(n) - 1].tolist()),
        p_target=_chance_by(finishes, plan.project.target),
        p_first_target=_chance_by(finishes, first.project.target),
        points=tuple((to_datetime(minute), share) for minute, share in curve.items()),
    )


def _chance_by(finishes: Finishes, moment: datetime | None) -> float | None:
    """Return the chance of a date, in the working time of the plan's own project."""
    if moment is None:
        return None
    axis = finishes.axis.covering(to_minutes(moment))
    limit = int(axis.work_before(to_minutes(moment))) - finishes.origin
    return float(np.count_nonzero(finishes.work <= limit)) / len(finishes.work)


def compare_finishes(
    first: Finishes, second: Finishes, minutes_per_day: int, seed: int
) -> Comparison:
    """Compare finishes of the same iterations, on the first plan's project calendar.

    Raises
    ------
    PlanError
        If their iterations are not equally many.
    """
    ours, theirs = first.work, second.on(first)
    n, day = len(ours), minutes_per_day
    if len(theirs) != n:
        raise PlanError("Only simulations of equally many iterations can be compared.")
    difference = ours - theirs
    mean, sd = float(difference.mean(dtype=np.float64)), float(difference.std(dtype=np.float64))
    half = Z95 * sd / math.sqrt(n)

    def in_days(interval: tuple[float, float]) -> tuple[float, float]:
        return interval[0] / day, interval[1] / day

    return Comparison(
        iterations=n,
        seed=seed,
        p_first_earlier=float(np.count_nonzero(difference < 0)) / n,
        p_second_earlier=float(np.count_nonzero(difference > 0)) / n,
        p_tie=float(np.count_nonzero(difference == 0)) / n,
        mean_days=mean / day,
        p50_days=(percentile_minutes(ours, 50) - percentile_minutes(theirs, 50)) / day,
        p80_days=(percentile_minutes(ours, 80) - percentile_minutes(theirs, 80)) / day,
        p80_interval_days=in_days(paired_interval(ours, theirs, 80)),
        p50_interval_days=in_days(paired_interval(ours, theirs, 50)),
        mean_interval_days=in_days((mean - half, mean + half)),
        sd_days=sd / day,
    )


def percentile_minutes(values: Ints, percentile: int) -> int:
    """Return the ⌈N·p⌉-th smallest value.

    Examples
    --------
    >>> percentile_minutes(np.array([5, 1, 4, 2, 3]), 80)
    4
    """
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

    Examples
    --------
    >>> some = np.arange(1000)
    >>> paired_interval(some + 5, some, 80)
    (5.0, 5.0)
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
