"""Tasks of MS Project XML that are worked on in pieces.

A file has no field for a split: it shows in the time-phased work of the
people on the task, where nothing is done for a while. Only how the pieces lie
to each other is read, never on which dates they stand.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import Element

from planning.core.calendars import Calendars, WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Plan, Task, TaskKind
from planning.interchange.mspdi_values import duration_of, int_of, moment_of, text_of
from planning.interchange.report import ReportBuilder

REMAINING, ACTUAL = 1, 2
MINUTE = 1
Period = tuple[int, int, int]


def with_pauses(plan: Plan, root: Element, report: ReportBuilder) -> Plan:
    """Return the plan with the pauses of its tasks counted in their durations.

    So a task that is worked on in pieces ends where its last piece does; the
    report says of which tasks this was done.
    """
    worked = _worked(root)
    if not worked:
        return plan
    calendars = calendars_of(plan.calendars)
    tasks = tuple(
        _with_pauses(task, worked[task.key], _time_of(task, plan, calendars), report)
        if task.key in worked
        else task
        for task in plan.tasks
    )
    return replace(plan, tasks=tasks)


def _worked(root: Element) -> dict[str, list[Period]]:
    """Return when something is done on each task: start, finish, and whether it was done."""
    found: dict[str, list[Period]] = {}
    for assignment in root.iterfind("Assignments/Assignment"):
        periods = list(_periods(assignment))
        if periods:
            found.setdefault(text_of(assignment, "TaskUID"), []).extend(periods)
    return found


def _periods(assignment: Element) -> Iterator[Period]:
    for one in assignment.iterfind("TimephasedData"):
        kind, work = int_of(one, "Type"), duration_of(one, "Value")
        start, finish = moment_of(one, "Start"), moment_of(one, "Finish")
        if kind not in (REMAINING, ACTUAL) or not work or start is None or finish is None:
            continue
        if start < finish:
            yield to_minutes(start), to_minutes(finish), int(kind == ACTUAL)


def _time_of(task: Task, plan: Plan, calendars: Calendars) -> WorkingTime:
    return calendars[task.work_calendar or task.calendar or plan.project.calendar]


def _with_pauses(
    task: Task, periods: list[Period], time: WorkingTime, report: ReportBuilder
) -> Task:
    if task.kind is TaskKind.SUMMARY or task.is_finished or task.is_manual or task.elapsed:
        return task
    pieces = _joined(sorted(periods), time)
    worked = sum(time.work_between(start, finish) for start, finish, _ in pieces)
    # Where the pieces are not what the duration counts, they are no split but a contour.
    if len(pieces) < 2 or abs(worked - task.duration_minutes) > MINUTE:
        return task
    pauses = [(time.work_between(one[1], other[0]), other[2]) for one, other in pairwise(pieces)]
    ahead = sum(minutes for minutes, is_done in pauses if not is_done)
    whole = sum(minutes for minutes, _ in pauses)
    report.warn(
        f"Task “{task.name}” is worked on in {len(pieces)} pieces; its pauses are counted in "
        "its duration."
    )
    left = task.remaining_minutes
    return replace(
        task,
        duration_minutes=task.duration_minutes + whole,
        remaining_minutes=None if left is None else left + ahead,
    )


def _joined(periods: list[Period], time: WorkingTime) -> list[Period]:
    """Return periods without those between which there is no working time."""
    pieces: list[Period] = []
    for start, finish, is_done in periods:
        if pieces and time.work_between(pieces[-1][1], start) < MINUTE:
            before = pieces[-1]
            pieces[-1] = (before[0], max(before[1], finish), before[2])
        else:
            pieces.append((start, finish, is_done))
    return pieces
