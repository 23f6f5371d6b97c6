"""Resource calendars of MS Project XML, where they decide when a task is worked on.

MS Project schedules a task by the calendars of the people assigned to it,
unless the task says otherwise. A plan has no resources; it has calendars: a
task worked on by people whose calendar differs from the project's gets their
calendar, or, where it has one of its own as well, the time common to both.
"""

from dataclasses import replace
from xml.etree.ElementTree import Element

from planning.core.plan import Calendar, Task, TaskKind
from planning.interchange.combined_calendars import (
    Combine,
    combined,
    intersection,
    is_within,
    union,
)
from planning.interchange.mspdi_values import flag_of, float_of, int_of, text_of
from planning.interchange.report import ReportBuilder

WORK = 1
FIXED_DURATION = 1
DERIVED = "people:"


def read_resource_calendars(
    root: Element, calendars: dict[str, Calendar]
) -> dict[str, tuple[str, ...]]:
    """Return the calendar keys of the people on each task.

    Tasks that say to ignore resource calendars are left out, and so are those
    of fixed duration: their people fill the time that the task has anyway.
    """
    of_resource = _calendars_of_resources(root, calendars)
    ignoring = {
        text_of(task, "UID")
        for task in root.iterfind("Tasks/Task")
        if flag_of(task, "IgnoreResourceCalendar") or int_of(task, "Type") == FIXED_DURATION
    }
    found: dict[str, dict[str, None]] = {}
    for assignment in root.iterfind("Assignments/Assignment"):
        task = text_of(assignment, "TaskUID")
        calendar = of_resource.get(text_of(assignment, "ResourceUID"))
        if calendar is not None and task not in ignoring and _has_work(assignment):
            found.setdefault(task, {})[calendar] = None
    return {task: tuple(sorted(keys)) for task, keys in found.items()}


def by_people(
    task: Task,
    people: dict[str, tuple[str, ...]],
    calendars: dict[str, Calendar],
    project_calendar: str,
    report: ReportBuilder,
) -> Task:
    """Return the task on the calendar of its people; new calendars join ``calendars``.

    Several people work whenever one of them does. A task with a calendar of
    its own is worked on when that and its people allow it. MS Project still
    measures its lags and slack on the task's calendar, else the project's.
    """
    keys = people.get(task.key, ())
    if not keys or task.kind is TaskKind.SUMMARY:
        return task
    own = effective(calendars, task.calendar or project_calendar)
    together = keys[0]
    if len(keys) > 1:
        together = _derive(calendars, keys, union, " or ")
        report.warn(
            f"The people on task “{task.name}” keep different calendars; it is worked on "
            "whenever one of them works."
        )
    if together == own:
        return task
    if task.calendar is not None and not is_within(calendars, together, own):
        together = _derive(calendars, (own, together), intersection, " and ")
    return replace(task, work_calendar=together)


def _derive(
    calendars: dict[str, Calendar], keys: tuple[str, ...], combine: Combine, word: str
) -> str:
    """Return the key of the calendar made of ``keys``, made once."""
    key = DERIVED + word.strip().join(keys)
    if key not in calendars:
        name = word.join(calendars[one].name for one in keys)
        calendars[key] = combined(calendars, keys, combine=combine, key=key, name=name)
    return key


def effective(calendars: dict[str, Calendar], key: str) -> str:
    """Return the calendar that ``key`` amounts to: itself, or the base it only repeats."""
    calendar = calendars[key]
    while (
        calendar.parent in calendars
        and not calendar.exceptions
        and not any(hours is not None for hours in calendar.week)
    ):
        calendar = calendars[calendar.parent]
    return calendar.key


def _calendars_of_resources(root: Element, calendars: dict[str, Calendar]) -> dict[str, str]:
    """Return the effective calendar of each resource that works."""
    result: dict[str, str] = {}
    for resource in root.iterfind("Resources/Resource"):
        key = text_of(resource, "CalendarUID")
        if key in calendars and int_of(resource, "Type", WORK) == WORK:
            result[text_of(resource, "UID")] = effective(calendars, key)
    return result


def _has_work(assignment: Element) -> bool:
    """Whether anything is to be done; MS Project ignores people at 0 units."""
    return float_of(assignment, "Units") != 0
