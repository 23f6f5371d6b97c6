"""What dragging a bar means: a start that is wanted, a finish that is wanted.

An automatic task is held by its links; wanting it later is a *start no earlier
than*, and wanting it where its links put it, or before, takes that constraint
away. A manual task keeps the dates that it is given. What has happened, spans
others or is held by another constraint is refused in a sentence.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

from planning.core.calendars import CLOCK, WorkingTime, calendars_of
from planning.core.distributions import Discrete, Estimate
from planning.core.instants import to_datetime, to_minutes
from planning.core.plan import Constraint, ConstraintType, Plan, PlanError, Rules, Task, TaskKind
from planning.core.schedule import Schedule, start_if

_FAST = {
    ConstraintType.MSO: "must start on",
    ConstraintType.MFO: "must finish on",
    ConstraintType.SNLT: "starts no later than",
    ConstraintType.FNLT: "finishes no later than",
    ConstraintType.FNET: "finishes no earlier than",
    ConstraintType.SNET: "starts no earlier than",
}
_MAX_MINUTES = 2**31 - 1


def start_at(plan: Plan, dates: Schedule, key: str, moment: datetime) -> Plan:
    """Return the plan in which a task starts at ``moment``, or at the next working minute.

    Parameters
    ----------
    dates : Schedule
        The schedule of ``plan``.

    Raises
    ------
    PlanError
        If the task can't be dragged there; the sentence says what holds it.
    """
    task = plan.task(key)
    _refuse_what_is_not_moved(plan, task)
    if plan.has_begun(task):
        raise PlanError(f"“{task.name}” has started; its start is what happened.")
    hours = _hours(plan, task)
    start = hours.next_start(to_minutes(moment))
    if task.is_manual:
        return _manual_at(plan, task, start)
    return _automatic_at(plan, dates, task, start, hours)


def finish_at(plan: Plan, dates: Schedule, key: str, moment: datetime) -> Plan:
    """Return the plan in which a task takes until ``moment``, its range scaled with it.

    Of a task under way, what remains becomes longer or shorter.

    Raises
    ------
    PlanError
        If the task takes no time of its own, or is finished.
    """
    task = plan.task(key)
    _refuse_what_takes_no_time(plan, task)
    work, shown = _work(plan, task), dates.task(key)
    finish = work.last_finish(to_minutes(moment))
    start = to_minutes(shown.start)
    if work.work_between(start, finish) < 1:
        raise PlanError(f"“{task.name}” can't finish before it starts.")
    if task.is_manual:
        changed = replace(
            _sized(task, work.work_between(start, finish)), manual_finish=to_datetime(finish)
        )
    elif plan.has_begun(task):
        changed = _lengthened(task, work.work_between(to_minutes(shown.finish), finish))
    else:
        changed = _sized(task, work.work_between(start, finish))
    return _put(plan, changed)


def with_duration(plan: Plan, dates: Schedule, key: str, minutes: int) -> Plan:
    """Return the plan in which a task takes so long, its range scaled with it.

    Raises
    ------
    PlanError
        If the task takes no time of its own, or is finished.
    """
    task = plan.task(key)
    _refuse_what_takes_no_time(plan, task)
    if not 0 < minutes <= _MAX_MINUTES:
        raise PlanError(f"“{task.name}” takes at least a minute.")
    if task.is_manual:
        finish = _work(plan, task).add(to_minutes(dates.task(key).start), minutes)
        return finish_at(plan, dates, key, to_datetime(finish))
    if plan.has_begun(task):
        return _put(plan, _lengthened(task, minutes - task.duration_minutes))
    return _put(plan, _sized(task, minutes))


def scaled(estimate: Estimate, to: int, by: int) -> Estimate:
    """Return an estimate with every value multiplied by ``to / by``.

    Examples
    --------
    >>> from planning.core.distributions import Pert
    >>> scaled(Pert(480, 960, 1920), 3, 2)
    Pert(low=720, mode=1440, high=2880, weight=4.0)
    """
    if by <= 0:
        return estimate

    def value(minutes: int) -> int:
        return min(round(minutes * to / by), _MAX_MINUTES)

    if isinstance(estimate, Discrete):
        return Discrete(tuple((value(minutes), share) for minutes, share in estimate.values))
    times = {"value", "low", "mode", "high", "p10", "p90", "mean", "sd"}
    changed: dict[str, Any] = {
        name: value(getattr(estimate, name)) for name in estimate.__slots__ if name in times
    }
    return replace(estimate, **changed)


def _sized(task: Task, minutes: int) -> Task:
    """Return a task that takes so long, its estimate scaled with it."""
    estimate = task.estimate and scaled(task.estimate, minutes, task.duration_minutes)
    return replace(task, duration_minutes=minutes, estimate=estimate)


def _lengthened(task: Task, minutes: int) -> Task:
    """Return a task under way of which so much more remains."""
    before = _remaining(task)
    remaining = before + minutes
    if remaining < 0:
        raise PlanError(f"More of “{task.name}” than that is done already.")
    return replace(
        task,
        duration_minutes=max(0, task.duration_minutes + minutes),
        remaining_minutes=remaining,
        estimate=task.estimate and scaled(task.estimate, remaining, before),
    )


def _put(plan: Plan, task: Task) -> Plan:
    return replace(plan, tasks=tuple(task if row.key == task.key else row for row in plan.tasks))


def _manual_at(plan: Plan, task: Task, start: int) -> Plan:
    assert task.manual_start is not None
    assert task.manual_finish is not None
    work = _work(plan, task)
    first, last = to_minutes(task.manual_start), to_minutes(task.manual_finish)
    finish = work.add(start, max(0, work.work_between(first, last)))
    return _put(
        plan, replace(task, manual_start=to_datetime(start), manual_finish=to_datetime(finish))
    )


def _automatic_at(plan: Plan, dates: Schedule, task: Task, start: int, hours: WorkingTime) -> Plan:
    """Let a constraint hold the task at ``start``, or its links where they are later."""
    others = tuple(_others(task))
    free = with_constraints(task, others)
    earliest = start_if(dates, plan, free)
    if hours.work_between(start, earliest) >= 0:
        changed = free
        if others == tuple(_all(task)) and hours.work_between(start, earliest) > 0:
            _refuse_earlier(plan, dates, task)
    else:
        if len(others) == 2:
            raise PlanError(f"“{task.name}” has two constraints already; take one away first.")
        wish = Constraint(ConstraintType.SNET, to_datetime(start))
        changed = with_constraints(task, (wish, *others))
        if hours.work_between(start_if(dates, plan, changed), start) != 0:
            _refuse_constraint(task, others)
    return _put(plan, changed)


def with_constraints(task: Task, wishes: tuple[Constraint, ...]) -> Task:
    """Return the task with these constraints, at most two, and no others."""
    first, second = (*wishes, None, None)[:2]
    if (task.constraint, task.constraint2) == (first, second):
        return task
    return replace(task, constraint=first, constraint2=second)


def _all(task: Task) -> list[Constraint]:
    return [one for one in (task.constraint, task.constraint2) if one is not None]


def _others(task: Task) -> list[Constraint]:
    """Return the constraints that stay when the task is dragged."""
    wishes = _all(task)
    for wish in wishes:
        if wish.type in (ConstraintType.MSO, ConstraintType.MFO):
            _refuse_constraint(task, (wish,))
        if wish.type is ConstraintType.ALAP:
            raise PlanError(f"“{task.name}” is as late as possible; take that constraint away.")
    if len(wishes) == 2 and wishes[0].date == wishes[1].date:
        _refuse_constraint(task, (wishes[0],))
    return [one for one in wishes if one.type not in (ConstraintType.SNET, ConstraintType.ASAP)]


def _refuse_constraint(task: Task, wishes: tuple[Constraint, ...]) -> NoReturn:
    said = " and ".join(
        f"{_FAST[one.type]} {one.date:%Y-%m-%d %H:%M}"
        for one in wishes
        if one.date is not None and one.type in _FAST
    )
    if not said:
        raise PlanError(f"“{task.name}” can't start then.")
    raise PlanError(f"“{task.name}” {said}; change that constraint first.")


def _refuse_earlier(plan: Plan, dates: Schedule, task: Task) -> NoReturn:
    """Say what keeps a task without a constraint of its own from an earlier start."""
    for reason in dates.task(task.key).driven_by:
        if reason.kind == "dependency" and reason.id is not None:
            name = plan.task(reason.id).name
            raise PlanError(f"“{task.name}” can't start earlier: it waits for “{name}”.")
        if reason.kind == "constraint" and reason.type is not None:
            kind = ConstraintType(reason.type)
            _refuse_constraint(task, (Constraint(kind, reason.date),))
        if reason.kind == "data_date":
            raise PlanError(f"“{task.name}” can't start before the data date.")
    raise PlanError(f"“{task.name}” can't start before the project does.")


def _refuse_what_is_not_moved(plan: Plan, task: Task) -> None:
    if task.is_finished:
        raise PlanError(f"“{task.name}” is finished; its dates are what happened.")
    if task.kind is TaskKind.SUMMARY or task.key in plan.parents():
        raise PlanError(f"“{task.name}” spans the tasks below it; move those.")
    if task.kind is TaskKind.EFFORT:
        raise PlanError(f"“{task.name}” spans what it is linked to; move that.")


def _refuse_what_takes_no_time(plan: Plan, task: Task) -> None:
    _refuse_what_is_not_moved(plan, task)
    if task.kind is TaskKind.MILESTONE:
        raise PlanError(f"“{task.name}” is a milestone and takes no time.")


def _remaining(task: Task) -> int:
    if task.remaining_minutes is not None:
        return task.remaining_minutes
    return max(0, round(task.duration_minutes * (1 - task.percent_complete / 100)))


def _work(plan: Plan, task: Task) -> WorkingTime:
    """Return what the task's duration is reckoned in."""
    return CLOCK if task.elapsed else _calendar(plan, task)


def _hours(plan: Plan, task: Task) -> WorkingTime:
    """Return when the task may start."""
    if plan.project.rules is Rules.MSPROJECT:
        return _calendar(plan, task)
    return _work(plan, task)


def _calendar(plan: Plan, task: Task) -> WorkingTime:
    key = task.work_calendar or task.calendar or plan.project.calendar
    return calendars_of(plan.calendars)[key]
