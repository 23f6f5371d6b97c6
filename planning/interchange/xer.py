"""Primavera P6 XER → Plan.

The columns are those of Oracle's published P6 EPPM database schema, of which
a XER file is an extract.
"""

from dataclasses import replace

from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    LinkType,
    Plan,
    ProjectSettings,
    Task,
    standard_calendar,
)
from planning.interchange.links import sound_links
from planning.interchange.report import ImportResult, ReportBuilder
from planning.interchange.xer_calendars import read_calendars
from planning.interchange.xer_dropped import drop_other_things
from planning.interchange.xer_links import read_links
from planning.interchange.xer_resources import read_work
from planning.interchange.xer_settings import (
    Projects,
    find_projects,
    read_settings,
    use_expected_finishes,
    use_outside_links,
)
from planning.interchange.xer_tables import Record, XerFile, read_tables
from planning.interchange.xer_tasks import WBS_SUMMARY, TaskContext, activity_keys, read_task
from planning.interchange.xer_values import moment_of
from planning.interchange.xer_wbs import Breakdown, in_table_order, read_breakdown


def read(data: bytes) -> ImportResult:
    """Return the plan of a Primavera XER file, and what it could not keep.

    Several projects of one file become one plan, each key prefixed by its
    Project ID; a project that is the baseline of another gives the promised
    dates of that one.

    Parameters
    ----------
    data : bytes
        The file as P6 exported it.

    Raises
    ------
    PlanError
        If the file is not XER, holds no project, or says what no plan can
        mean (two activities of one id, links in a circle).
    """
    file = read_tables(data)
    report = ReportBuilder()
    if not file.is_complete:
        report.warn("The file's last line is missing, so it may have been cut off.")
    for overfull in sorted(file.overfull):
        report.warn(
            f"A row of the table {overfull} has more values than the table has fields, so some of "
            "its values may stand in the wrong place."
        )
    projects = find_projects(file)
    calendars = read_calendars(file.rows("CALENDAR"), report)
    settings = read_settings(file, projects, calendars, report)
    calendars.setdefault(settings.calendar, standard_calendar(settings.calendar))
    breakdown = read_breakdown(file, projects, report)
    records = [one for one in file.rows("TASK") if one.get("proj_id") in projects.prefixes]
    keys = activity_keys(records, projects.prefixes)
    tasks = _tasks(file, projects, records, keys, breakdown, calendars, settings, report)
    links = [*read_links(file.rows("TASKPRED"), keys, tasks, report)]
    links += _spans(records, keys, breakdown)
    drop_other_things(file, report)
    table = (*breakdown.summaries, *tasks.values())
    plan = Plan(
        project=settings,
        calendars=_needed(file, calendars, settings, tasks),
        tasks=in_table_order(table),
        dependencies=sound_links(links, table, report),
    )
    return ImportResult(plan, report.build())


def _tasks(
    file: XerFile,
    projects: Projects,
    records: list[Record],
    keys: dict[str, str],
    breakdown: Breakdown,
    calendars: dict[str, Calendar],
    settings: ProjectSettings,
    report: ReportBuilder,
) -> dict[str, Task]:
    context = TaskContext(
        breakdown,
        frozenset(calendars),
        settings.calendar,
        projects.prefixes,
        report,
        _baseline(file, projects),
        use_expected_finishes(file, projects.read[0]),
        use_outside_links(file, projects.read[0]),
    )
    work = read_work(file, calendars, report)
    data_dates = {one["proj_id"]: one for one in projects.read}
    tasks: dict[str, Task] = {}
    for record in records:
        internal = record["task_id"]
        task = read_task(record, keys[internal], context)
        if internal in work:
            task = work[internal].applied(task, settings.calendar)
        tasks[task.key] = _from_its_data_date(task, data_dates[record["proj_id"]], settings)
    return tasks


def _from_its_data_date(task: Task, project: Record, settings: ProjectSettings) -> Task:
    """Hold a task of a project whose data date is later than the plan's."""
    own = moment_of(project, "last_recalc_date")
    if own is None or settings.data_date is None or own <= settings.data_date:
        return task
    if task.is_finished:
        return task
    if task.is_started:
        return replace(task, suspended=task.suspended or own, resumed=max(task.resumed or own, own))
    bound = Constraint(ConstraintType.SNET, own)
    if task.constraint is None:
        return replace(task, constraint=bound)
    return replace(task, constraint2=bound) if task.constraint2 is None else task


def _baseline(file: XerFile, projects: Projects) -> dict[tuple[str, str], Record]:
    """Return the activities of baselines by their project and Activity ID."""
    return {
        (projects.baseline_of[one["proj_id"]], one.get("task_code", "")): one
        for one in file.rows("TASK")
        if one.get("proj_id") in projects.baseline_of
    }


def _spans(records: list[Record], keys: dict[str, str], breakdown: Breakdown) -> list[Dependency]:
    """Return the links by which a WBS-summary activity spans its part of the WBS."""
    links: list[Dependency] = []
    for record in records:
        summary = breakdown.keys.get(record.get("wbs_id", ""))
        if record.get("task_type") == WBS_SUMMARY and summary is not None:
            key = keys[record["task_id"]]
            links.append(Dependency(summary, key, LinkType.SS))
            links.append(Dependency(summary, key, LinkType.FF))
    return links


def _needed(
    file: XerFile,
    calendars: dict[str, Calendar],
    settings: ProjectSettings,
    tasks: dict[str, Task],
) -> tuple[Calendar, ...]:
    """Return shared calendars and those in use; others belong to resources left out."""
    personal = {
        one.get("clndr_id", "")
        for one in file.rows("CALENDAR")
        if one.get("clndr_type") == "CA_Rsrc"
    }
    needed = {key for key in calendars if key not in personal}
    needed.add(settings.calendar)
    for task in tasks.values():
        needed |= {key for key in (task.calendar, task.work_calendar) if key}
    for key in list(needed):
        parent = calendars[key].parent
        while parent is not None:
            needed.add(parent)
            parent = calendars[parent].parent
    return tuple(calendar for key, calendar in calendars.items() if key in needed)
