"""The distribution of a finish as a curve of dates, small enough to store and to draw."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import MINUTES_PER_CIVIL_DAY, Plan
from simulations.engine.axis import Axis, resolve, to_datetime, to_minutes
from simulations.engine.results.forecast import Forecast
from simulations.steps import POINTS

BARS = 40

Minutes = NDArray[np.int64]


def finish_curve(forecast: Forecast, plan: Plan) -> dict[str, Any] | None:
    """Return the S-curve of the project's finish, or None for an empty forecast.

    Returns
    -------
    curve
        ``points``: pairs of a date and the share of iterations finished by
        then, at most 200 and the target's; ``bars``: pairs of a date, the start
        of an interval of ``bar_minutes``, and the share of iterations that
        finish in it.
    """
    moments = finish_moments(forecast, plan)
    return None if moments is None else curve_of(moments, target_of(plan))


def curve_of(moments: Minutes, target: int | None = None) -> dict[str, Any]:
    """Return the S-curve of finishes, minutes since 1970 in ascending order.

    Every share is that of all finishes up to its moment, so what is read off the
    curve at the ``target`` is the chance that stands elsewhere.
    """
    ranks = np.unique(np.linspace(0, len(moments) - 1, POINTS).round().astype(int))
    drawn = moments[ranks]
    if target is not None and moments[0] < target < moments[-1]:
        drawn = np.append(drawn, target)
    drawn = np.unique(drawn)
    reached = np.searchsorted(moments, drawn, side="right") / len(moments)
    low, width, shares = _bars(moments)
    return {
        "points": [
            [_text(int(moment)), round(float(share), 5)]
            for moment, share in zip(drawn, reached, strict=True)
        ],
        "bar_minutes": width,
        "bars": [[_text(low + index * width), share] for index, share in enumerate(shares)],
    }


def target_of(plan: Plan) -> int | None:
    """Return the plan's target as minutes since 1970; None where it has none."""
    return None if plan.project.target is None else to_minutes(plan.project.target)


def finish_moments(forecast: Forecast, plan: Plan) -> Minutes | None:
    """Return the finish of every kept iteration as minutes since 1970, ascending."""
    kept = forecast.finishes.get("")
    if not kept:
        return None
    work = np.sort(np.frombuffer(kept, np.int32)).astype(np.int64)
    first = to_minutes(plan.project.start)
    day = first // MINUTES_PER_CIVIL_DAY
    hours = resolve(plan.calendars, plan.project.calendar)
    axis = Axis.build(hours, day, day + 366)
    begun = int(axis.work_before(first))
    axis = axis.reaching(begun + int(work[-1]))
    return axis.as_finish(begun + work)


def _bars(moments: Minutes) -> tuple[int, int, list[float]]:
    """Return where the histogram begins, its interval in minutes, and the shares."""
    first, last = int(moments[0]), int(moments[-1])
    low = first // MINUTES_PER_CIVIL_DAY * MINUTES_PER_CIVIL_DAY
    # Whole days where there are enough of them, so that nights don't cut the shape.
    days = max(1, round((last - low + 1) / BARS / MINUTES_PER_CIVIL_DAY))
    width = days * MINUTES_PER_CIVIL_DAY
    counts = np.bincount((moments - low) // width)
    return low, width, [round(float(count) / len(moments), 5) for count in counts]


def _text(moment: int) -> str:
    return to_datetime(moment).isoformat(timespec="minutes")
