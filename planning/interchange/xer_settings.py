"""Which projects a XER file holds, and the options they are scheduled by."""

from dataclasses import dataclass, replace

from planning.core.plan import (
    Calendar,
    LagCalendar,
    OutOfSequence,
    PlanError,
    ProjectSettings,
    Rules,
    TotalFloat,
)
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import Record, XerFile, readable
from planning.interchange.xer_values import (
    LAG_CALENDARS,
    TOTAL_FLOATS,
    flag_of,
    minutes_of,
    moment_of,
    number_of,
)

DEFAULT_DAY_HOURS = 8.0
HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Projects:
    """The projects of a file: those to read, and baselines of some of them.

    ``baseline_of`` leads from a baseline's id to the id of its project.
    """

    read: tuple[Record, ...]
    baseline_of: dict[str, str]

    @property
    def prefixes(self) -> dict[str, str]:
        """What stands before each key, by project id: nothing where there is one project."""
        if len(self.read) == 1:
            return {self.read[0]["proj_id"]: ""}
        return {one["proj_id"]: f"{project_code(one)}:" for one in self.read}


def project_code(project: Record) -> str:
    """Return the Project ID as P6 shows it."""
    return readable(project.get("proj_short_name", "")) or project["proj_id"]


def find_projects(file: XerFile) -> Projects:
    """Return the projects that have activities, or the only one there is.

    A project that names another of this file as its original is that one's
    baseline. Others without activities are there only for the sake of links.

    Raises
    ------
    PlanError
        If the file holds no project, or two of one id.
    """
    projects = {one["proj_id"]: one for one in file.rows("PROJECT") if one.get("proj_id")}
    if not projects:
        raise PlanError("This XER file holds no project.")
    if len(projects) < len(file.rows("PROJECT")):
        raise PlanError("Two projects of this XER file have the same id.")
    busy = {one.get("proj_id") for one in file.rows("TASK")}
    baselines = {
        key: one["orig_proj_id"]
        for key, one in projects.items()
        if one.get("orig_proj_id") in projects and one["orig_proj_id"] != key
    }
    current = [one for key, one in projects.items() if key in busy and key not in baselines]
    if not current:
        current = [one for key, one in projects.items() if key not in baselines][:1]
    return Projects(tuple(current or list(projects.values())[:1]), baselines)


def read_settings(
    file: XerFile, projects: Projects, calendars: dict[str, Calendar], report: ReportBuilder
) -> ProjectSettings:
    """Return the settings of the plan that all projects of the file make together."""
    first = projects.read[0]
    options = _options(file, first)
    starts = [moment_of(one, "plan_start_date") for one in projects.read]
    data_dates = [moment_of(one, "last_recalc_date") for one in projects.read]
    start = min((one for one in starts if one), default=None)
    data_date = min((one for one in data_dates if one), default=None)
    if start is None and data_date is None:
        raise PlanError("This XER file does not say when its project starts.")
    key, record = _project_calendar(file, first, calendars, report)
    settings = ProjectSettings(
        name=_name(file, projects),
        start=start or data_date,  # type: ignore[arg-type]
        must_finish_by=moment_of(first, "plan_end_date"),
        data_date=data_date,
        calendar=key,
        minutes_per_day=_minutes(record, "day_hr_cnt", DEFAULT_DAY_HOURS, HOURS_A_DAY),
        minutes_per_week=_minutes(record, "week_hr_cnt", 5 * DEFAULT_DAY_HOURS, 7 * HOURS_A_DAY),
        critical_float_limit_minutes=minutes_of(first, "critical_drtn_hr_cnt") or 0,
        rules=Rules.P6,
    )
    _warn_of_other_projects(projects, report)
    if first.get("critical_path_type") == "CT_DrivPath":
        report.warn(
            "This project calls its longest path critical; here a task is critical by its "
            "total float."
        )
    return _with_options(settings, options)


def use_expected_finishes(file: XerFile, project: Record) -> bool:
    """Whether expected finishes set what remains of a task."""
    return flag_of(_options(file, project), "sched_use_expect_end_flag", default=True)


def use_outside_links(file: XerFile, project: Record) -> bool:
    """Whether the dates of links to projects outside the file count."""
    return _options(file, project).get("sched_outer_depend_type", "SD_Both") != "SD_None"


def _options(file: XerFile, project: Record) -> Record:
    own = project["proj_id"]
    return next((one for one in file.rows("SCHEDOPTIONS") if one.get("proj_id") == own), {})


def _with_options(settings: ProjectSettings, options: Record) -> ProjectSettings:
    lag = options.get("sched_calendar_on_relationship_lag", "").lower()
    out_of_sequence = OutOfSequence.RETAINED_LOGIC
    if flag_of(options, "sched_progress_override"):
        out_of_sequence = OutOfSequence.PROGRESS_OVERRIDE
    elif not flag_of(options, "sched_retained_logic", default=True):
        out_of_sequence = OutOfSequence.ACTUAL_DATES
    return replace(
        settings,
        lag_calendar=LAG_CALENDARS.get(lag, LagCalendar.PREDECESSOR),
        total_float=TOTAL_FLOATS.get(options.get("sched_float_type", ""), TotalFloat.FINISH),
        out_of_sequence=out_of_sequence,
        open_ends_critical=flag_of(options, "sched_open_critical_flag"),
        lag_from_early_start=flag_of(options, "sched_lag_early_start_flag", default=True),
    )


def _name(file: XerFile, projects: Projects) -> str:
    """Return the project's name, which P6 keeps on the root of its WBS."""
    if len(projects.read) > 1:
        return " + ".join(project_code(one) for one in projects.read)[:200]
    project = projects.read[0]
    for node in file.rows("PROJWBS"):
        if node.get("proj_id") == project["proj_id"] and flag_of(node, "proj_node_flag"):
            return readable(node.get("wbs_name", "")) or project_code(project)
    return project_code(project)


def _project_calendar(
    file: XerFile, project: Record, calendars: dict[str, Calendar], report: ReportBuilder
) -> tuple[str, Record]:
    records = {one.get("clndr_id", ""): one for one in file.rows("CALENDAR")}
    key = project.get("clndr_id", "")
    if key in calendars:
        return key, records[key]
    report.warn(
        "The file's project calendar is missing; the default one, or a usual week, is taken."
    )
    for key, record in records.items():
        if key in calendars and flag_of(record, "default_flag"):
            return key, record
    for key in calendars:
        return key, records[key]
    return "standard", {}


def _minutes(record: Record, name: str, default_hours: float, most_hours: float) -> int:
    hours = number_of(record, name) or default_hours
    return round(60 * (hours if 1 / 60 <= hours <= most_hours else default_hours))


def _warn_of_other_projects(projects: Projects, report: ReportBuilder) -> None:
    if len(projects.read) == 1:
        return
    report.warn(
        f"The file holds {len(projects.read)} projects; they are read as one plan, "
        "scheduled by the options of the first and from the earliest data date."
    )
    if len({one.get("plan_end_date", "") for one in projects.read}) > 1:
        report.warn("The projects must finish by different dates; the first one's date is taken.")
