"""The distribution of a finish as a curve of dates, small enough to store and to draw."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from planning.core.plan import MINUTES_PER_CIVIL_DAY, Plan
from simulations.engine.axis import Axis, resolve, to_datetime, to_minutes
from simulations.engine.forecast import Forecast

POINTS = 200
BARS = 40


def finish_curve(forecast: Forecast, plan: Plan) -> dict[str, Any] | None:
    """Return the S-curve of the project's finish, or None for an empty forecast.

    Returns
    -------
    curve
        ``points``: pairs of a date and the share of iterations finished by
        then, at most 200; ``bars``: pairs of a date, the start of an interval
        of ``bar_minutes``, and the share of iterations that finish in it.
    """
    moments = finish_moments(forecast, plan)
    return None if moments is None else curve_of(moments)


def curve_of(moments: list[datetime]) -> dict[str, Any]:
    """Return the S-curve of finishes in ascending order, as :func:`finish_curve` does."""
    ranks = np.unique(np.linspace(0, len(moments) - 1, POINTS).round().astype(int))
    points = {moments[rank]: (rank + 1) / len(moments) for rank in ranks}
    low, width, shares = _bars(moments)
    return {
        "points": [[_text(moment), round(float(share), 5)] for moment, share in points.items()],
        "bar_minutes": width,
        "bars": [
            [_text(low + timedelta(minutes=index * width)), share]
            for index, share in enumerate(shares)
        ],
    }


def finish_moments(forecast: Forecast, plan: Plan) -> list[datetime] | None:
    """Return the finish of every kept iteration as wall-clock times, ascending."""
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
    return [to_datetime(int(minute)) for minute in axis.as_finish(begun + work)]


def _bars(moments: list[datetime]) -> tuple[datetime, int, list[float]]:
    """Return where the histogram begins, its interval in minutes, and the shares."""
    low = moments[0].replace(hour=0, minute=0)
    span = int((moments[-1] - low) / timedelta(minutes=1)) + 1
    # Whole days where there are enough of them, so that nights don't cut the shape.
    days = max(1, round(span / BARS / MINUTES_PER_CIVIL_DAY))
    width = days * MINUTES_PER_CIVIL_DAY
    places = [int((moment - low) / timedelta(minutes=width)) for moment in moments]
    counts = np.bincount(places)
    return low, width, [round(float(count) / len(moments), 5) for count in counts]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
