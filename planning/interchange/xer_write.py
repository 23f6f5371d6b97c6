"""Plan → Primavera P6 XER."""

from dataclasses import replace

from planning.core.plan import LagCalendar, OutOfSequence, Plan, Rules, TotalFloat
from planning.interchange.export import Dates, Export, drop_uncertainty, fit, numbered
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import Record
from planning.interchange.xer_wbs import in_table_order
from planning.interchange.xer_write_calendars import calendar_records
from planning.interchange.xer_write_elapsed import in_working_time
from planning.interchange.xer_write_links import link_records, spans_of
from planning.interchange.xer_write_tasks import (
    ActivityWriter,
    activity_type,
    hours_text,
    moment_text,
)
from planning.interchange.xer_write_wbs import PROJECT_ID, node_keys, write_breakdown

VERSION = "8.0"
LAG_CALENDARS = {
    LagCalendar.PREDECESSOR: "rcal_Predecessor",
    LagCalendar.SUCCESSOR: "rcal_Successor",
    LagCalendar.PROJECT: "rcal_ProjDefault",
    LagCalendar.CLOCK: "rcal_24Hour",
}
TOTAL_FLOATS = {
    TotalFloat.FINISH: "FT_FF",
    TotalFloat.START: "FT_SS",
    TotalFloat.SMALLEST: "FT_SF",
}


def write(plan: Plan, dates: Dates) -> Export:
    """Return the plan as a XER file of one project.

    Summaries become the WBS, keys Activity IDs; what P6 has no column for is
    counted in the report.

    Parameters
    ----------
    plan : Plan
        What is written.
    dates : mapping
        Start and finish of each task as scheduled, shown as planned dates
        until P6 schedules by itself.
    """
    report = ReportBuilder()
    plan = _in_order_of_p6(in_working_time(plan, report))
    calendars = numbered(calendar.key for calendar in plan.calendars)
    spans = spans_of(plan)
    breakdown = write_breakdown(plan, spans)
    nodes = node_keys(plan)
    activities = [task for task in plan.tasks if task.key not in nodes]
    numbers = {task.key: index for index, task in enumerate(activities, start=1)}
    writer = ActivityWriter(plan, calendars, breakdown, spans, dates, report)
    personal = frozenset(task.work_calendar for task in activities if task.work_calendar)
    resources = {key: index for index, key in enumerate(sorted(personal), start=1)}
    tables = {
        "PROJECT": [_project(plan, calendars, breakdown.code)],
        "CALENDAR": calendar_records(plan, calendars, personal),
        "SCHEDOPTIONS": [_options(plan)],
        "PROJWBS": breakdown.records,
        "RSRC": _resources(plan, resources, calendars),
        "TASK": [writer.record(task, numbers[task.key]) for task in activities],
        "TASKPRED": link_records(plan, numbers, spans, report),
        "TASKRSRC": _assignments(plan, resources, numbers),
    }
    root = next((key for key, number in breakdown.numbers.items() if number == "1"), None)
    if root is not None and plan.task(root).name != plan.project.name:
        report.drop("wbs.name")
    _count_dropped(plan, report)
    drop_uncertainty(plan, report)
    return Export(_file(tables, plan), report.build())


def _in_order_of_p6(plan: Plan) -> Plan:
    """Return the plan with the nodes of each level before its activities, as P6 keeps them."""
    nodes = node_keys(plan)
    table = sorted(plan.tasks, key=lambda task: task.key not in nodes)
    return replace(plan, tasks=in_table_order(tuple(table)))


def _project(plan: Plan, calendars: dict[str, int], code: str) -> Record:
    project = plan.project
    return {
        "proj_id": PROJECT_ID,
        "proj_short_name": code,
        "clndr_id": str(calendars.get(project.calendar, "")),
        "name_sep_char": ".",
        "critical_drtn_hr_cnt": hours_text(project.critical_float_limit_minutes),
        "critical_path_type": "CT_TotFloat",
        "last_recalc_date": moment_text(project.data_date),
        "plan_start_date": moment_text(project.start),
        "plan_end_date": moment_text(project.must_finish_by),
        "project_flag": "Y",
        "export_flag": "Y",
        "def_complete_pct_type": "CP_Phys",
        "def_duration_type": "DT_FixedDrtn",
        "def_task_type": "TT_Task",
    }


def _options(plan: Plan) -> Record:
    project = plan.project
    override = project.out_of_sequence is OutOfSequence.PROGRESS_OVERRIDE
    retained = project.out_of_sequence is OutOfSequence.RETAINED_LOGIC
    return {
        "schedoptions_id": "1",
        "proj_id": PROJECT_ID,
        "sched_outer_depend_type": "SD_Both",
        "sched_open_critical_flag": _flag(project.open_ends_critical),
        "sched_lag_early_start_flag": _flag(project.lag_from_early_start),
        "sched_retained_logic": _flag(retained),
        "sched_progress_override": _flag(override),
        "sched_float_type": TOTAL_FLOATS[project.total_float],
        "sched_calendar_on_relationship_lag": LAG_CALENDARS[project.lag_calendar],
        "sched_use_expect_end_flag": "Y",
    }


def _resources(plan: Plan, numbers: dict[str, int], calendars: dict[str, int]) -> list[Record]:
    """Return one resource for each work calendar, for that is how P6 says it."""
    names = {calendar.key: calendar.name for calendar in plan.calendars}
    return [
        {
            "rsrc_id": str(number),
            "clndr_id": str(calendars.get(key, "")),
            "rsrc_name": fit(names.get(key, key)),
            "rsrc_short_name": f"R{number}",
            "rsrc_type": "RT_Labor",
            "active_flag": "Y",
        }
        for key, number in numbers.items()
    ]


def _assignments(plan: Plan, resources: dict[str, int], numbers: dict[str, int]) -> list[Record]:
    busy = [task for task in plan.tasks if task.key in numbers and activity_type(task) == "TT_Rsrc"]
    return [
        {
            "taskrsrc_id": str(index),
            "task_id": str(numbers[task.key]),
            "proj_id": PROJECT_ID,
            "rsrc_id": str(resources[task.work_calendar or ""]),
            "rollup_dates_flag": "Y",
            "rsrc_type": "RT_Labor",
        }
        for index, task in enumerate(busy, start=1)
    ]


def _count_dropped(plan: Plan, report: ReportBuilder) -> None:
    if plan.project.rules is not Rules.P6:
        report.drop("project.rules")
    if not plan.project.honor_constraints:
        report.drop("project.honor_constraints")
    nodes = node_keys(plan)
    for task in plan.tasks:
        if task.key in nodes and (task.constraint or task.deadline or task.promised_finish):
            report.drop("wbs.dates")
        if task.work_calendar and activity_type(task) != "TT_Rsrc":
            report.drop("tasks.work_calendar")


def _file(tables: dict[str, list[Record]], plan: Plan) -> bytes:
    """Return the text, in Windows' Western code page where that can hold it."""
    day = f"{plan.project.start:%Y-%m-%d}"
    lines = ["\t".join(("ERMHDR", VERSION, day, "Project", "", "", "", "Lineo", "USD"))]
    for name, records in tables.items():
        if not records:
            continue
        fields = list(records[0])
        lines += [f"%T\t{name}", "\t".join(("%F", *fields))]
        lines += ["\t".join(("%R", *(record[one] for one in fields))) for record in records]
    text = "\r\n".join([*lines, "%E", ""])
    try:
        data = text.encode("cp1252")
        if data.decode("utf-8") == text:
            return data
    except UnicodeEncodeError:
        return text.encode()
    except UnicodeDecodeError:
        return data
    return text.encode()


def _flag(value: bool) -> str:
    return "Y" if value else "N"
