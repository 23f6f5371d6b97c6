"""Plan → MS Project XML (MSPDI)."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from planning.core.plan import (
    Dependency,
    LagCalendar,
    OutOfSequence,
    Plan,
    ProjectSettings,
    Rules,
    TotalFloat,
)
from planning.interchange.export import Dates, Export, drop_uncertainty, fit, numbered
from planning.interchange.mspdi_write_calendars import add, write_calendars
from planning.interchange.mspdi_write_tasks import (
    TaskWriter,
    duration_text,
    remaining_minutes,
)
from planning.interchange.report import ReportBuilder

NAMESPACE = "http://schemas.microsoft.com/project"
SAVE_VERSION = 14
DAYS_PER_MONTH = 20
WORK_RESOURCE = 1

# The rules that the format implies: what a plan says otherwise is not kept.
IMPLIED = {
    "rules": Rules.MSPROJECT,
    "total_float": TotalFloat.SMALLEST,
    "lag_calendar": LagCalendar.SUCCESSOR,
    "out_of_sequence": OutOfSequence.RETAINED_LOGIC,
    "must_finish_by": None,
    "data_date": None,
    "lag_from_early_start": True,
}


def write(plan: Plan, dates: Dates) -> Export:
    """Return the plan as MS Project XML.

    Parameters
    ----------
    plan : Plan
        What is written; its keys become UIDs where they are whole numbers.
    dates : mapping
        Start and finish of each task as scheduled, which MS Project shows
        until it schedules by itself.
    """
    report = ReportBuilder()
    tasks = numbered(task.key for task in plan.tasks)
    calendars = numbered(calendar.key for calendar in plan.calendars)
    people = sorted({task.work_calendar for task in plan.tasks if task.work_calendar in calendars})
    root = Element("Project", xmlns=NAMESPACE)
    _write_settings(root, plan.project, calendars, report)
    write_calendars(root, plan, calendars, [one for one in people if one is not None])
    _write_tasks(root, plan, tasks, calendars, dates, report)
    _write_people(root, plan, tasks, calendars)
    drop_uncertainty(plan, report)
    indent(root, space=" ")
    data = tostring(root, encoding="UTF-8", xml_declaration=True)
    return Export(data + b"\n", report.build())


def _write_settings(
    root: Element, project: ProjectSettings, calendars: dict[str, int], report: ReportBuilder
) -> None:
    limit, rest = divmod(project.critical_float_limit_minutes, project.minutes_per_day)
    add(root, "SaveVersion", SAVE_VERSION)
    add(root, "Title", fit(project.name, "Project"))
    add(root, "ScheduleFromStart", 1)
    add(root, "StartDate", project.start.isoformat(timespec="seconds"))
    add(root, "CriticalSlackLimit", limit)
    add(root, "CalendarUID", calendars.get(project.calendar, 1))
    add(root, "MinutesPerDay", project.minutes_per_day)
    add(root, "MinutesPerWeek", project.minutes_per_week)
    add(root, "DaysPerMonth", DAYS_PER_MONTH)
    add(root, "HonorConstraints", int(project.honor_constraints))
    add(root, "MultipleCriticalPaths", int(project.open_ends_critical))
    if rest:
        report.drop("project.critical_float_limit")
    for name, value in IMPLIED.items():
        if getattr(project, name) != value:
            report.drop(f"project.{name}")


def _write_tasks(
    root: Element,
    plan: Plan,
    numbers: dict[str, int],
    calendars: dict[str, int],
    dates: Dates,
    report: ReportBuilder,
) -> None:
    links: dict[str, list[Dependency]] = {}
    for link in plan.dependencies:
        links.setdefault(link.successor, []).append(link)
    writer = TaskWriter(numbers, calendars, links, plan.parents(), dates, report)
    parent = SubElement(root, "Tasks")
    outline = _outline_numbers(plan)
    for number, task in enumerate(plan.tasks, start=1):
        writer.write(parent, task, number, outline[task.key])


def _outline_numbers(plan: Plan) -> dict[str, str]:
    """Return 1.2.3 for each task; a parent stands before its children."""
    counts: dict[str | None, int] = {}
    result: dict[str, str] = {}
    for task in plan.tasks:
        counts[task.parent] = counts.get(task.parent, 0) + 1
        above = f"{result[task.parent]}." if task.parent is not None else ""
        result[task.key] = f"{above}{counts[task.parent]}"
    return result


def _write_people(
    root: Element, plan: Plan, tasks: dict[str, int], calendars: dict[str, int]
) -> None:
    """Write one resource for each work calendar, for that is how the format says it."""
    busy = [task for task in plan.tasks if task.work_calendar in calendars]
    names = {calendar.key: calendar.name for calendar in plan.calendars}
    resources = SubElement(root, "Resources")
    numbers: dict[str, int] = {}
    for task in busy:
        key = task.work_calendar
        if key is None or key in numbers:
            continue
        numbers[key] = len(numbers) + 1
        element = SubElement(resources, "Resource")
        add(element, "UID", numbers[key])
        add(element, "ID", numbers[key])
        add(element, "Name", fit(names[key], numbers[key]))
        add(element, "Type", WORK_RESOURCE)
        add(element, "CalendarUID", calendars[key])
    assignments = SubElement(root, "Assignments")
    for number, task in enumerate(busy, start=1):
        element = SubElement(assignments, "Assignment")
        add(element, "UID", number)
        add(element, "TaskUID", tasks[task.key])
        add(element, "ResourceUID", numbers[task.work_calendar or ""])
        add(element, "ActualWork", duration_text(task.duration_minutes - remaining_minutes(task)))
        add(element, "RegularWork", duration_text(task.duration_minutes))
        add(element, "RemainingWork", duration_text(remaining_minutes(task)))
        add(element, "Units", 1)
        add(element, "Work", duration_text(task.duration_minutes))
