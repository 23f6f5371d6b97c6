"""Tasks of MS Project XML: durations, constraints, progress, manual dates.

Only what a person entered is read. Dates that MS Project computes (start and
finish of a task that it schedules and that has not started, early and late
dates, slack, critical) are never looked at.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from planning.core.plan import Constraint, ConstraintType, PlanError, Task, TaskKind
from planning.interchange.mspdi_outline import Row
from planning.interchange.mspdi_values import (
    CONSTRAINTS,
    MAX_MINUTES,
    duration_of,
    flag_of,
    float_of,
    int_of,
    is_elapsed,
    moment_of,
    text_of,
)
from planning.interchange.report import ReportBuilder

UNDATED = (ConstraintType.ASAP, ConstraintType.ALAP)


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What reading one task needs to know of the rest of the file."""

    parents: frozenset[str]
    calendars: frozenset[str]
    minutes_per_day: int
    report: ReportBuilder


def read_task(row: Row, context: TaskContext) -> Task:
    """Return one row as a task; a row with others under it becomes a summary."""
    element = row.element
    promised_start, promised_finish = _baseline(element)
    task = Task(
        key=row.key,
        name=row.name,
        parent=row.parent,
        calendar=_calendar(row, context),
        constraint=_constraint(row, context.report),
        deadline=moment_of(element, "Deadline"),
        promised_start=promised_start,
        promised_finish=promised_finish,
        leveling_delay_minutes=_leveling_delay(element),
        active=flag_of(element, "Active", default=True),
    )
    if row.key in context.parents:
        return _with_manual_dates(replace(task, kind=TaskKind.SUMMARY), element, context.report)
    duration = _duration(row, context)
    kind = TaskKind.TASK
    if duration == 0 and flag_of(element, "Milestone"):
        kind = TaskKind.MILESTONE
    elapsed = is_elapsed(element, "DurationFormat")
    task = replace(task, kind=kind, duration_minutes=duration, elapsed=elapsed)
    task = _with_progress(task, element, context.report)
    return _with_manual_dates(task, element, context.report)


def _calendar(row: Row, context: TaskContext) -> str | None:
    key = text_of(row.element, "CalendarUID")
    if key in ("", "-1"):
        return None
    if key not in context.calendars:
        context.report.warn(
            f"The calendar {key} of task “{row.name}” is not in the file; the project's is used."
        )
        return None
    return key


def _duration(row: Row, context: TaskContext) -> int:
    minutes = duration_of(row.element, "Duration")
    if minutes is None:
        minutes = duration_of(row.element, "ManualDuration")
    if minutes is None:
        minutes = 0 if flag_of(row.element, "Milestone") else context.minutes_per_day
        context.report.warn(f"Task “{row.name}” has no duration; {minutes} minutes are assumed.")
    if minutes < 0:
        context.report.warn(f"Task “{row.name}” has a negative duration; 0 is taken.")
        return 0
    return minutes


def _constraint(row: Row, report: ReportBuilder) -> Constraint | None:
    code = int_of(row.element, "ConstraintType", 0) or 0
    if not 0 <= code < len(CONSTRAINTS):
        report.warn(f"Task “{row.name}” has an unknown constraint ({code}); it is left out.")
        return None
    kind = CONSTRAINTS[code]
    if kind is ConstraintType.ASAP:
        return None
    if kind in UNDATED:
        return Constraint(kind)
    moment = moment_of(row.element, "ConstraintDate")
    if moment is None:
        report.warn(f"The constraint {kind} of task “{row.name}” has no date; it is left out.")
        return None
    return Constraint(kind, moment)


def _leveling_delay(element: Element) -> int:
    """Return the wall-clock delay, which the file has in tenths of minutes."""
    tenths = int_of(element, "LevelingDelay", 0) or 0
    return min(max(0, round(tenths / 10)), MAX_MINUTES)


def _baseline(element: Element) -> tuple[datetime | None, datetime | None]:
    """Return the first baseline's dates as the promised ones."""
    for baseline in element.iterfind("Baseline"):
        if text_of(baseline, "Number") in ("", "0"):
            return moment_of(baseline, "Start"), moment_of(baseline, "Finish")
    return None, None


def _with_progress(task: Task, element: Element, report: ReportBuilder) -> Task:
    """Return the task with its actual dates and what remains of it."""
    percent = min(max(float_of(element, "PercentComplete") or 0.0, 0.0), 100.0)
    started = moment_of(element, "ActualStart")
    finished = moment_of(element, "ActualFinish")
    if started is None and (finished is not None or percent > 0):
        # Of work under way the start is a fact, even where it is not repeated.
        started = moment_of(element, "Start") or finished
    if started is None:
        if percent > 0:
            report.warn(f"Task “{task.name}” has progress but no start; its progress is left out.")
        return task
    if finished is not None and finished < started:
        report.warn(f"Task “{task.name}” finished before it started; its start is taken for both.")
        finished = started
    if finished is not None:
        return replace(task, percent_complete=100.0, actual_start=started, actual_finish=finished)
    remaining = duration_of(element, "RemainingDuration")
    suspended, resumed = _interruption(element, started)
    return replace(
        task,
        percent_complete=percent,
        actual_start=started,
        remaining_minutes=None if remaining is None else max(0, remaining),
        suspended=suspended,
        resumed=resumed,
    )


def _interruption(element: Element, started: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when work under way stopped and when it goes on, where both are said."""
    stop, resume = moment_of(element, "Stop"), moment_of(element, "Resume")
    if stop is None or resume is None or resume <= stop or stop < started:
        return None, None
    return stop, resume


def _with_one_date(
    task: Task, start: datetime | None, finish: datetime | None, report: ReportBuilder
) -> Task:
    """Return a manual task of which one date is given, or none, as near as can be."""
    if start is None and finish is None:
        report.warn(f"The manual task “{task.name}” has no dates; its links schedule it.")
        return task
    kind = ConstraintType.MSO if finish is None else ConstraintType.MFO
    report.warn(
        f"The manual task “{task.name}” has only one date; its duration gives the other, and "
        "the date is kept as one that it must meet."
    )
    return replace(task, constraint=Constraint(kind, start or finish))


def _with_manual_dates(task: Task, element: Element, report: ReportBuilder) -> Task:
    """Return a manual task with the dates that it was given.

    Tasks of other projects shown in this one keep theirs in the same way.
    """
    external = flag_of(element, "ExternalTask")
    if not (flag_of(element, "Manual") or external):
        return task
    start = moment_of(element, "ManualStart") or moment_of(element, "Start")
    finish = moment_of(element, "ManualFinish") or moment_of(element, "Finish")
    if start is None or finish is None:
        return _with_one_date(task, start, finish, report)
    if finish < start:
        raise PlanError(f"The manual task “{task.name}” finishes before it starts.")
    return replace(task, manual_start=start, manual_finish=finish)
