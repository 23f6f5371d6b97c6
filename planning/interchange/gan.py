"""GanttProject .gan → Plan.

GanttProject counts in whole days; a plan counts in minutes, so each of its
days becomes eight working hours. Links are stored at the predecessor.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from xml.etree.ElementTree import Element

from planning.core.fields import FIRST_YEAR, LAST_YEAR
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    Lag,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Task,
    TaskKind,
)
from planning.interchange.gan_calendar import (
    KEY,
    MINUTES_PER_DAY,
    finish_of,
    read_calendar,
)
from planning.interchange.links import sound_links
from planning.interchange.report import ImportResult, ReportBuilder
from planning.interchange.xml_safety import parse_xml

LINK_TYPES = {"1": LinkType.SS, "2": LinkType.FS, "3": LinkType.FF, "4": LinkType.SF}
EARLIEST_START = "1"
MAX_DAYS = 73_000


@dataclass(frozen=True, slots=True)
class Row:
    """One task element with its parent's key."""

    element: Element
    key: str
    parent: str | None


def read(data: bytes) -> ImportResult:
    """Return the plan of a GanttProject file, and what it could not keep.

    A task without predecessors stays on the day it was put on, as does the
    successor of a link that GanttProject calls rubber.

    Raises
    ------
    PlanError
        If the file is not well-formed, is not GanttProject's, has a task
        without a date or two of one id, or links that make a circle.
    """
    root = parse_xml(data)
    if root.tag != "project" or root.find("tasks") is None:
        raise PlanError(f"This is not a GanttProject file: it begins with <{root.tag[:40]}>.")
    report = ReportBuilder()
    rows = list(_rows(root))
    if not rows:
        raise PlanError("This GanttProject file holds no task.")
    starts = {row.key: _day(row.element.get("start", ""), row) for row in rows}
    first = min(starts.values())
    calendar = read_calendar(root, first, report)
    parents = {row.parent for row in rows}
    links = list(_links(rows, starts, report))
    bound = _bound_tasks(rows)
    promised = _promised(root, calendar)
    tasks = [
        _task(row, starts[row.key], calendar, row.key in parents, row.key in bound, promised)
        for row in rows
    ]
    _drop_other_things(root, rows, report)
    plan = Plan(
        project=ProjectSettings(
            name=root.get("name") or "GanttProject",
            start=_morning(first),
            calendar=KEY,
            minutes_per_day=MINUTES_PER_DAY,
            minutes_per_week=MINUTES_PER_DAY * sum(1 for day in calendar.week if day)
            or MINUTES_PER_DAY,
        ),
        calendars=(calendar,),
        tasks=tuple(tasks),
        dependencies=sound_links(links, tasks, report),
    )
    return ImportResult(plan, report.build())


def _rows(root: Element) -> Iterator[Row]:
    """Yield tasks in table order, each before those nested in it."""
    seen: set[str] = set()
    stack: list[tuple[Element, str | None]] = [
        (element, None) for element in reversed(root.findall("tasks/task"))
    ]
    while stack:
        element, parent = stack.pop()
        key = element.get("id", "").strip()
        if not key:
            raise PlanError(f"The task “{element.get('name', '')}” has no id.")
        if key in seen:
            raise PlanError(f"Two tasks have the id {key}.")
        seen.add(key)
        yield Row(element, key, parent)
        stack.extend((child, key) for child in reversed(element.findall("task")))


def _task(
    row: Row,
    start: date,
    calendar: Calendar,
    is_summary: bool,
    is_bound: bool,
    promised: dict[str, tuple[datetime, datetime]],
) -> Task:
    element = row.element
    promised_start, promised_finish = promised.get(row.key, (None, None))
    task = Task(
        key=row.key,
        name=element.get("name", "").strip() or row.key,
        parent=row.parent,
        promised_start=promised_start,
        promised_finish=promised_finish,
    )
    if is_summary:
        return replace(task, kind=TaskKind.SUMMARY)
    days = _days(element)
    if element.get("meeting") == "true" or days == 0:
        task, days = replace(task, kind=TaskKind.MILESTONE), 0
    task = replace(task, duration_minutes=days * MINUTES_PER_DAY)
    earliest = element.get("thirdDate", "")
    if is_bound:
        task = replace(task, constraint=Constraint(ConstraintType.SNET, _morning(start)))
    elif earliest and element.get("thirdDate-constraint") == EARLIEST_START:
        day = _day(earliest, row)
        task = replace(task, constraint=Constraint(ConstraintType.SNET, _morning(day)))
    return _with_progress(task, element, start, calendar, days)


def _with_progress(
    task: Task, element: Element, start: date, calendar: Calendar, days: int
) -> Task:
    """Return the task with its progress; what has begun, began on its start."""
    try:
        percent = min(max(float(element.get("complete", "0")), 0.0), 100.0)
    except ValueError:
        return task
    if not percent > 0:
        return task
    task = replace(task, percent_complete=percent, actual_start=_morning(start), constraint=None)
    if percent < 100:
        return task
    finish = finish_of(calendar, start, days) if days else _morning(start)
    return replace(task, actual_finish=finish)


def _bound_tasks(rows: list[Row]) -> set[str]:
    """Return the tasks that stay where they were put: no strong link moves them."""
    moved = {
        link.get("id", "")
        for row in rows
        for link in row.element.iterfind("depend")
        if link.get("hardness", "Strong") != "Rubber"
    }
    return {row.key for row in rows if row.key not in moved}


def _links(rows: list[Row], known: dict[str, date], report: ReportBuilder) -> Iterator[Dependency]:
    for row in rows:
        for element in row.element.iterfind("depend"):
            successor = element.get("id", "").strip()
            if successor not in known:
                report.warn(
                    f"A link of “{row.element.get('name', row.key)}” leads nowhere; left out."
                )
                continue
            yield Dependency(
                row.key,
                successor,
                LINK_TYPES.get(element.get("type", "2"), LinkType.FS),
                Lag(_whole(element.get("difference", "0")) * MINUTES_PER_DAY),
            )


def _promised(root: Element, calendar: Calendar) -> dict[str, tuple[datetime, datetime]]:
    """Return the dates of the last baseline that the file keeps."""
    baselines = root.findall("previous/previous-tasks")
    result: dict[str, tuple[datetime, datetime]] = {}
    for element in baselines[-1].iterfind("previous-task") if baselines else ():
        try:
            start = date.fromisoformat(element.get("start", ""))
        except ValueError:
            continue
        days = _days(element)
        finish = finish_of(calendar, start, days) if days else _morning(start)
        result[element.get("id", "").strip()] = _morning(start), finish
    return result


def _drop_other_things(root: Element, rows: list[Row], report: ReportBuilder) -> None:
    for what, path in (
        ("resources", "resources/resource"),
        ("assignments", "allocations/allocation"),
        ("resources.vacations", "vacations/vacation"),
        ("roles", "roles/role"),
        ("baselines", "previous/previous-tasks"),
    ):
        count = len(root.findall(path))
        report.drop(what, count - 1 if what == "baselines" else count)
    for row in rows:
        if (row.element.findtext("notes") or "").strip():
            report.drop("tasks.notes")
        report.drop("tasks.custom_fields", len(row.element.findall("customproperty")))
        for name, what in (("webLink", "links_to_the_web"), ("priority", "priority")):
            if row.element.get(name):
                report.drop(f"tasks.{what}")
        if row.element.get("cost-manual-value", "0") not in ("", "0", "0.0"):
            report.drop("tasks.cost")


def _day(text: str, row: Row) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        name = row.element.get("name", row.key)
        raise PlanError(f"The task “{name}” has no readable date ({text[:20] or 'none'}).")
    return day


def _days(element: Element) -> int:
    return max(0, _whole(element.get("duration", "1")))


def _whole(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        return 0
    return max(-MAX_DAYS, min(number, MAX_DAYS))


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8)
