"""Figures of two or more plans in the same futures, from their finishes.

Draws are keyed by task and iteration, so iteration i of every plan is one
future, and what plans share cancels out of their difference. Nothing here
simulates or needs the kernel: finishes that forecasts have kept are compared
at once, also by a web process.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, PlanError
from simulations.engine.axis import project_axis, to_datetime, to_minutes
from simulations.engine.comparing.compared import (
    Comparison,
    Comparisons,
    Finishes,
    Ints,
    KeptFinishes,
    MilestoneComparison,
    PlanFigures,
)
from simulations.engine.results.statistics import Z95, band_ranks, percentile_ranks

CURVE_POINTS = 200
LEAST_PLANS, MOST_PLANS = 2, 5
PROJECT = ""


def why_not_comparable(kept: Sequence[KeptFinishes]) -> str | None:
    """Return why kept finishes can't be compared as they are, None where they can.

    They can where all were drawn by one engine version from one seed in
    equally many iterations, and all projects work the same hours.

    Parameters
    ----------
    kept : sequence of KeptFinishes

    Returns
    -------
    str or None
        A sentence fit for a user.

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
