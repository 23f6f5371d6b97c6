"""How long finished work took, as exactly as it was recorded, beside the range stated for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from planning.core.calendars import CLOCK, WorkingTime, calendars_of
from planning.core.durations import Units
from planning.core.estimates import format_estimate
from planning.core.instants import midnight, to_minutes
from planning.core.plan import MINUTES_PER_CIVIL_DAY, Plan, Task
from simulations.engine.axis import EPOCH
from simulations.ledger.laws import LEVELS, duration_quantiles, law_of, quantiles, threats_to
from simulations.ledger.scoring import Place, place_of

ENDS = (0.1, 0.5, 0.9)
_EPOCH = to_minutes(EPOCH)


def finish_span(plan: Plan, task: Task) -> tuple[datetime, datetime]:
    """Return between which moments a task finished.

    A finish at the last working minute of its day is a day that somebody
    named: the work ended some time on that day. Any other is exact.
    """
    assert task.actual_finish is not None
    finish = task.actual_finish
    if not is_day_edge(_time_of(plan, task), finish):
        return finish, finish
    return datetime.combine(finish.date(), datetime.min.time()) + timedelta(minutes=1), finish


def place_of_finish(
    plan: Plan, task: Task, levels: Sequence[float], percentiles: Sequence[int]
) -> Place | None:
    """Return where a task's finish lies among the percentiles that were forecast.

    Between percentiles it is reckoned in the task's working time: nobody
    finishes at night. None where the forecast left nothing open.

    Parameters
    ----------
    percentiles : sequence of int
        Wall-clock minutes since 1970, one for each of ``levels``.
    """
    time = _time_of(plan, task)
    first, last = (to_minutes(moment) for moment in finish_span(plan, task))
    values = [time.work_between(first, _EPOCH + minute) for minute in percentiles]
    if values[0] == values[-1]:
        return None
    return place_of(levels, values, 0, time.work_between(first, last))


def duration_span(plan: Plan, task: Task) -> tuple[int, int]:
    """Return between how many minutes of working time a finished task took.

    What was suspended does not count.
    """
    assert task.actual_start is not None
    assert task.actual_finish is not None
    time = CLOCK if task.elapsed else _time_of(plan, task)
    start, finish = to_minutes(task.actual_start), to_minutes(task.actual_finish)
    took = time.work_between(start, finish)
    if task.suspended is not None and task.resumed is not None:
        took -= max(time.work_between(to_minutes(task.suspended), to_minutes(task.resumed)), 0)
    took = max(took, 0)
    if not is_day_edge(time, task.actual_finish):
        return took, took
    day = midnight(task.actual_finish.date())
    last_day = time.work_between(max(day, start), finish)
    return max(took - last_day, 0), took


def is_day_edge(time: WorkingTime, moment: datetime) -> bool:
    """Whether a moment is the last working minute of its day."""
    day = midnight(moment.date())
    after = time.work_between(to_minutes(moment), day + MINUTES_PER_CIVIL_DAY)
    return after == 0 and time.work_between(day, to_minutes(moment)) > 0


def scored_duration(task: Task, plan: Plan, then: Plan) -> dict[str, Any]:
    """Return where a duration lies in the range that was stated before the work began.

    Parameters
    ----------
    task, plan
        The finished task, and the plan that tells its calendar.
    then
        The plan in whose state the work had not begun.

    Returns
    -------
    dict
        Columns of a score; none where nothing was left open. A task that risks
        might have lengthened has no range to correct by: nobody recorded
        whether they did, and the estimator did not speak of them.
    """
    former = then.task(task.key)
    law = law_of(former, then)
    if law is None or task.actual_start is None:
        return {}
    low, high = duration_span(plan, task)
    threats = threats_to(former, then)
    stated = duration_quantiles(law, threats, task.key).tolist()
    place = place_of(LEVELS.tolist(), stated, low + (high > low), high)
    p10, p50, p90 = [None] * 3 if threats else quantiles(law, ENDS).tolist()
    return {
        "estimate": format_estimate(law, Units.of(then.project), elapsed=former.elapsed),
        "duration_low": place.low,
        "duration_high": place.high,
        "minutes": (low + high) / 2,
        "p10_minutes": p10,
        "p50_minutes": p50,
        "p90_minutes": p90,
        "resolution_minutes": high - low,
    }


def _time_of(plan: Plan, task: Task) -> WorkingTime:
    return calendars_of(plan.calendars)[task.calendar or plan.project.calendar]
