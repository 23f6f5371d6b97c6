"""MS Project XML (MSPDI) → Plan.

The format is Microsoft's published "Project XML Data Interchange Schema";
units and codes are those of its documentation.
"""

from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element

from planning.core.plan import (
    MINUTES_PER_CIVIL_DAY,
    Calendar,
    LagCalendar,
    Plan,
    PlanError,
    ProjectSettings,
    Rules,
    Task,
    TotalFloat,
    standard_calendar,
)
from planning.core.scheduling.passes import latest_start
from planning.interchange.links import sound_links
from planning.interchange.mspdi_calendars import read_calendars
from planning.interchange.mspdi_dropped import drop_other_things, drop_task_fields
from planning.interchange.mspdi_links import read_links
from planning.interchange.mspdi_outline import Row, read_outline
from planning.interchange.mspdi_resources import DERIVED, by_people, read_resource_calendars
from planning.interchange.mspdi_splits import with_pauses
from planning.interchange.mspdi_tasks import TaskContext, read_task
from planning.interchange.mspdi_values import flag_of, float_of, int_of, moment_of, text_of
from planning.interchange.report import ImportResult, ReportBuilder
from planning.interchange.xml_safety import parse_xml

# What only Microsoft Project itself writes, even if empty.
OWN_ELEMENTS = ("OutlineCodes", "WBSMasks")
# Must start on, must finish on, start and finish no later than.
DATED_HARD = frozenset({2, 3, 5, 7})


def read(data: bytes) -> ImportResult:
    """Return the plan of an MS Project XML file, and what it could not keep.

    Parameters
    ----------
    data : bytes
        The file as it was saved by MS Project (File, Save as, XML) or by
        another program in that format.

    Raises
    ------
    PlanError
        If the file is not well-formed, is not MS Project XML, or says what no
        plan can mean (two tasks of one UID, links in a circle).
    """
    return read_tree(parse_xml(data))


def read_tree(root: Element) -> ImportResult:
    """Return the plan of an MS Project XML tree without namespaces."""
    if root.tag != "Project":
        raise PlanError(f"This is not MS Project XML: it begins with <{root.tag[:40]}>.")
    report = ReportBuilder()
    calendars = read_calendars(root, report)
    rows = read_outline(root, report)
    settings = _settings(root, calendars, rows, report)
    calendars.setdefault(settings.calendar, standard_calendar(settings.calendar))
    tasks = _tasks(rows, calendars, settings, report)
    people = read_resource_calendars(root, calendars)
    tasks = [by_people(task, people, calendars, settings.calendar, report) for task in tasks]
    for row in rows:
        drop_task_fields(row.element, report)
    drop_other_things(root, report)
    plan = Plan(
        project=settings,
        calendars=_needed(root, calendars, settings, tasks),
        tasks=tuple(tasks),
        dependencies=sound_links(read_links(rows, report), tasks, report),
    )
    plan = with_pauses(plan, root, report)
    if not flag_of(root, "ScheduleFromStart", default=True):
        plan = _from_its_finish(plan, report)
    return ImportResult(plan, report.build())


def _from_its_finish(plan: Plan, report: ReportBuilder) -> Plan:
    """Return a plan that its tool schedules from its finish, with the start that this gives.

    The start in such a file is computed, the finish is what somebody entered.
    """
    finish = plan.project.must_finish_by
    if finish is None:
        report.warn(
            "This project is scheduled from its finish, which the file does not say; it is "
            "scheduled from its start here."
        )
        return plan
    report.warn(
        f"This project is scheduled from its finish, {finish:%Y-%m-%d %H:%M}. Its start is "
        "reckoned back from there; from now on the start stands, and edits move the finish."
    )
    start = latest_start(plan, finish)
    return replace(plan, project=replace(plan.project, start=start))


def _settings(
    root: Element, calendars: dict[str, Calendar], rows: list[Row], report: ReportBuilder
) -> ProjectSettings:
    minutes_per_day = _minutes(root, "MinutesPerDay", 480, MINUTES_PER_CIVIL_DAY, report)
    settings = ProjectSettings(
        name=_name(root),
        start=_start(root, rows, report),
        calendar=_project_calendar(root, calendars, report),
        minutes_per_day=minutes_per_day,
        minutes_per_week=_minutes(
            root, "MinutesPerWeek", 5 * minutes_per_day, 7 * MINUTES_PER_CIVIL_DAY, report
        ),
        critical_float_limit_minutes=round(
            (float_of(root, "CriticalSlackLimit") or 0) * minutes_per_day
        ),
        total_float=TotalFloat.SMALLEST,
        lag_calendar=LagCalendar.SUCCESSOR,
        rules=Rules.MSPROJECT,
        honor_constraints=_honors_constraints(root, report),
        # With several critical paths shown, a task without successors has no slack.
        open_ends_critical=flag_of(root, "MultipleCriticalPaths"),
    )
    if moment_of(root, "StatusDate") is not None:
        report.drop("project.status_date")
        report.warn(
            "Microsoft Project does not schedule by the status date, so it is not taken as "
            "the data date; set a data date to move remaining work after it."
        )
    if not flag_of(root, "ScheduleFromStart", default=True):
        return replace(settings, must_finish_by=moment_of(root, "FinishDate"))
    return settings


def _honors_constraints(root: Element, report: ReportBuilder) -> bool:
    """Return whether dated constraints win over links.

    Observed: Microsoft Project itself writes 0 even where its option, which is
    on unless somebody turns it off, is on. Other programs mean what they write.
    """
    if flag_of(root, "HonorConstraints", default=True):
        return True
    if any(root.find(name) is None for name in OWN_ELEMENTS):
        return False
    if any(int_of(task, "ConstraintType") in DATED_HARD for task in root.iterfind("Tasks/Task")):
        report.warn(
            "The file says that links win over constraints, as Microsoft Project's files do "
            "whatever its option; here constraints win. Change that in the plan's settings."
        )
    return True


def _minutes(root: Element, name: str, default: int, most: int, report: ReportBuilder) -> int:
    """Return the length of a day or week; a nonsensical one is said and the usual taken."""
    minutes = int_of(root, name)
    if minutes is not None and 0 < minutes <= most:
        return minutes
    if text_of(root, name):
        report.warn(f"{name} makes no sense in this file; {default} is taken.")
    return default


def _name(root: Element) -> str:
    for row in root.iterfind("Tasks/Task"):
        if text_of(row, "UID") == "0" and text_of(row, "Name"):
            return text_of(root, "Title") or text_of(row, "Name")
    return text_of(root, "Title") or text_of(root, "Name") or "Imported project"


def _start(root: Element, rows: list[Row], report: ReportBuilder) -> datetime:
    is_from_start = flag_of(root, "ScheduleFromStart", default=True)
    # What a project scheduled from its finish says of its start is computed.
    start = None if is_from_start else moment_of(root, "FinishDate")
    start = start or moment_of(root, "StartDate")
    if start is not None:
        return start
    entered = ("ActualStart", "ConstraintDate", "ManualStart")
    dates = [moment_of(row.element, name) for row in rows for name in entered]
    known = [moment for moment in dates if moment is not None]
    fallback = min(known, default=moment_of(root, "CurrentDate"))
    if fallback is None:
        raise PlanError("This MS Project file does not say when its project starts.")
    report.warn(f"The file does not say when its project starts; {fallback:%Y-%m-%d} is taken.")
    return fallback


def _project_calendar(root: Element, calendars: dict[str, Calendar], report: ReportBuilder) -> str:
    key = text_of(root, "CalendarUID")
    if key in calendars:
        return key
    bases = [text_of(one, "UID") for one in root.iterfind("Calendars/Calendar")]
    known = [base for base in bases if base in calendars]
    report.warn("The file's project calendar is missing; the first one, or a usual week, is taken.")
    return known[0] if known else "standard"


def _tasks(
    rows: list[Row],
    calendars: dict[str, Calendar],
    settings: ProjectSettings,
    report: ReportBuilder,
) -> list[Task]:
    parents = frozenset(row.parent for row in rows if row.parent is not None)
    context = TaskContext(parents, frozenset(calendars), settings.minutes_per_day, report)
    return [read_task(row, context) for row in rows]


def _needed(
    root: Element, calendars: dict[str, Calendar], settings: ProjectSettings, tasks: list[Task]
) -> tuple[Calendar, ...]:
    """Return base calendars and those in use; others belong to people left out."""
    personal = {
        text_of(one, "UID")
        for one in root.iterfind("Calendars/Calendar")
        if not flag_of(one, "IsBaseCalendar", default=True)
    }
    used = {settings.calendar}
    for task in tasks:
        used |= {key for key in (task.calendar, task.work_calendar) if key}
    derived = {key for key in calendars if key.startswith(DERIVED)}
    needed = (set(calendars) - personal - derived) | used
    for key in list(needed):
        parent = calendars[key].parent if key in calendars else None
        while parent is not None:
            needed.add(parent)
            parent = calendars[parent].parent
    return tuple(calendar for key, calendar in calendars.items() if key in needed)
