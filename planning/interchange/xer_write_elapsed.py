"""What runs by the clock, told in the working hours that are all P6 knows.

Concrete that cures for 7 days does so over the weekend. Written as 168 hours of work
it would take 21 days, so it is written as the work that lies in those 7 days where the
plan has them: the dates stay as they are until something before them moves.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Dependency, Lag, LagCalendar, LinkType, Plan, PlanError, Task
from planning.core.schedule import schedule
from planning.core.working_time import WorkingTime
from planning.interchange.report import ReportBuilder

Span = tuple[datetime | None, datetime | None]


def in_working_time(plan: Plan, report: ReportBuilder) -> Plan:
    """Return the plan with its elapsed durations and lags as working time, each counted."""
    if not any(map(_is_elapsed, plan.tasks)) and not any(
        _by_the_clock(link, plan) for link in plan.dependencies
    ):
        return plan
    try:
        spans = {key: (one.start, one.finish) for key, one in schedule(plan).tasks.items()}
    except PlanError:  # the writer leaves dates out, too
        spans = {}
    tasks = tuple(_worked(task, plan, spans, report) for task in plan.tasks)
    links = tuple(_worked_link(link, plan, spans, report) for link in plan.dependencies)
    return replace(plan, tasks=tasks, dependencies=links)


def _is_elapsed(task: Task) -> bool:
    return task.elapsed


def _by_the_clock(link: Dependency, plan: Plan) -> bool:
    return link.lag.elapsed or (
        link.lag.percent is not None and plan.task(link.predecessor).elapsed
    )


def _worked(task: Task, plan: Plan, spans: Mapping[str, Span], report: ReportBuilder) -> Task:
    if not task.elapsed:
        return task
    report.drop("tasks.elapsed")
    start, finish = spans.get(task.key, (None, None))
    time = _time(plan, task.calendar)
    duration = _work(time, plan, start, task.duration_minutes)
    remaining = task.remaining_minutes
    if remaining:
        remaining = max(-_work(time, plan, finish, -remaining), 1)
    return replace(
        task,
        elapsed=False,
        duration_minutes=max(duration, 1) if task.duration_minutes else 0,
        remaining_minutes=remaining,
    )


def _worked_link(
    link: Dependency, plan: Plan, spans: Mapping[str, Span], report: ReportBuilder
) -> Dependency:
    if not _by_the_clock(link, plan):
        return link
    report.drop("links.elapsed")
    minutes = link.lag.minutes
    if link.lag.percent is not None:
        minutes = round(plan.task(link.predecessor).duration_minutes * link.lag.percent / 100)
    start, finish = spans.get(link.predecessor, (None, None))
    begins = finish if link.type in (LinkType.FS, LinkType.FF) else start
    time = _lag_time(link, plan)
    work = minutes if time is None else _work(time, plan, begins, minutes)
    return replace(link, lag=Lag(work))


def _lag_time(link: Dependency, plan: Plan) -> WorkingTime | None:
    """Return the calendar in which P6 counts the lag; None where that is the clock."""
    match plan.project.lag_calendar:
        case LagCalendar.CLOCK:
            return None
        case LagCalendar.PREDECESSOR:
            return _time(plan, plan.task(link.predecessor).calendar)
        case LagCalendar.SUCCESSOR:
            return _time(plan, plan.task(link.successor).calendar)
    return _time(plan, None)


def _time(plan: Plan, calendar: str | None) -> WorkingTime:
    return calendars_of(plan.calendars)[calendar or plan.project.calendar]


def _work(time: WorkingTime, plan: Plan, begins: datetime | None, minutes: int) -> int:
    """Return the work within so many minutes of the clock; without a date, a usual week's."""
    if begins is None:
        return round(minutes * plan.project.minutes_per_week / (7 * 24 * 60))
    instant = to_minutes(begins)
    return time.work_between(instant, instant + minutes)
