"""Activities of a XER file: kinds, durations, constraints, progress.

Only what a planner entered is read. Dates that P6 computes (early, late,
remaining, planned dates of what has not started, float) are never looked at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from planning.core.plan import Constraint, PlanError, Task, TaskKind
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import Record, readable
from planning.interchange.xer_values import CONSTRAINTS, minutes_of, moment_of, number_of
from planning.interchange.xer_wbs import Breakdown

KINDS = {
    "TT_Task": TaskKind.TASK,
    "TT_Rsrc": TaskKind.TASK,
    "TT_Mile": TaskKind.MILESTONE,
    "TT_FinMile": TaskKind.MILESTONE,
    "TT_LOE": TaskKind.EFFORT,
    "TT_WBS": TaskKind.EFFORT,
}
START_MILESTONE, WBS_SUMMARY, RESOURCE_DEPENDENT = "TT_Mile", "TT_WBS", "TT_Rsrc"
COMPLETE, ACTIVE = "TK_Complete", "TK_Active"
MAX_CONSTRAINTS = 2


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What reading one activity needs to know of the rest of the file."""

    breakdown: Breakdown
    calendars: frozenset[str]
    project_calendar: str
    prefixes: dict[str, str]
    report: ReportBuilder
    baseline: dict[tuple[str, str], Record] = field(default_factory=dict)
    use_expected_finishes: bool = True
    use_outside_links: bool = True


def activity_keys(records: Iterable[Record], prefixes: dict[str, str]) -> dict[str, str]:
    """Return the key of each activity by its internal id.

    Raises
    ------
    PlanError
        If two activities of a project have one Activity ID, or one internal id.
    """
    keys: dict[str, str] = {}
    used: set[str] = set()
    for record in records:
        internal = record.get("task_id", "")
        code = readable(record.get("task_code", "")) or internal
        key = prefixes[record["proj_id"]] + code
        if not internal or internal in keys or key in used:
            raise PlanError(f"Two activities of this XER file have the id {code or internal}.")
        keys[internal] = key
        used.add(key)
    return keys


def read_task(record: Record, key: str, context: TaskContext) -> Task:
    """Return one activity as a task."""
    name = readable(record.get("task_name", "")) or key
    code = record.get("task_type", "")
    if code not in KINDS:
        context.report.warn(f"Activity “{name}” is of an unknown type ({code}); a task is made.")
    kind = KINDS.get(code, TaskKind.TASK)
    wbs = record.get("wbs_id", "")
    promised = context.baseline.get((record["proj_id"], record.get("task_code", "")), {})
    task = Task(
        key=key,
        name=name,
        parent=context.breakdown.parent_of(wbs)
        if code == WBS_SUMMARY
        else context.breakdown.keys.get(wbs),
        kind=kind,
        duration_minutes=0 if kind is TaskKind.MILESTONE else _duration(record, name, context),
        calendar=_calendar(record, name, context),
        start_milestone=code == START_MILESTONE,
        promised_start=moment_of(promised, "target_start_date"),
        promised_finish=moment_of(promised, "target_end_date"),
    )
    task = _with_constraints(task, record, context)
    task = _with_outside_dates(task, record, context)
    return _with_progress(task, record, context)


def _duration(record: Record, name: str, context: TaskContext) -> int:
    """Return the whole duration: what remains of an activity that has not started."""
    target = minutes_of(record, "target_drtn_hr_cnt")
    remaining = minutes_of(record, "remain_drtn_hr_cnt")
    has_started = record.get("status_code") in (ACTIVE, COMPLETE)
    minutes = target if has_started or remaining is None else remaining
    if minutes is None:
        minutes = remaining or 0
    if minutes < 0:
        context.report.warn(f"Activity “{name}” has a negative duration; 0 is taken.")
        return 0
    return minutes


def _calendar(record: Record, name: str, context: TaskContext) -> str | None:
    key = record.get("clndr_id", "")
    if key and key not in context.calendars:
        context.report.warn(
            f"The calendar {key} of activity “{name}” is not in the file; the project's is used."
        )
        return None
    return key if key and key != context.project_calendar else None


def _with_constraints(task: Task, record: Record, context: TaskContext) -> Task:
    wishes = list(dict.fromkeys(_constraints(task, record, context)))
    if len(wishes) > MAX_CONSTRAINTS:
        context.report.drop("tasks.constraints", len(wishes) - MAX_CONSTRAINTS)
        left = ", ".join(str(wish.type) for wish in wishes[MAX_CONSTRAINTS:])
        context.report.warn(f"Activity “{task.name}” has too many constraints; left out: {left}.")
    first, second = (*wishes, None, None)[:MAX_CONSTRAINTS]
    return replace(task, constraint=first, constraint2=second)


def _constraints(task: Task, record: Record, context: TaskContext) -> Iterator[Constraint]:
    for name, date_name in (("cstr_type", "cstr_date"), ("cstr_type2", "cstr_date2")):
        code = record.get(name, "")
        if not code:
            continue
        moment = moment_of(record, date_name)
        if code not in CONSTRAINTS or (moment is None and code != "CS_ALAP"):
            context.report.warn(
                f"The constraint {code} of activity “{task.name}” cannot be read; it is left out."
            )
            continue
        for kind in CONSTRAINTS[code]:
            yield Constraint(kind, None if code == "CS_ALAP" else moment)


def _with_outside_dates(task: Task, record: Record, context: TaskContext) -> Task:
    """Return the task with the dates that links to projects outside the file amount to."""
    if not context.use_outside_links:
        return task
    return replace(
        task,
        external_start=moment_of(record, "external_early_start_date"),
        external_finish=moment_of(record, "external_late_end_date"),
    )


def _with_progress(task: Task, record: Record, context: TaskContext) -> Task:
    status = record.get("status_code", "")
    started = moment_of(record, "act_start_date")
    finished = moment_of(record, "act_end_date")
    if status == COMPLETE:
        finished = finished or started
        started = started or finished
    if started is None and finished is not None:
        started = finished
    if started is None:
        if status in (ACTIVE, COMPLETE):
            context.report.warn(f"Activity “{task.name}” has begun but has no actual start.")
        expected = moment_of(record, "expect_end_date") if context.use_expected_finishes else None
        return replace(task, expected_finish=expected)
    if finished is not None:
        if finished < started:
            context.report.warn(f"Activity “{task.name}” finished before it started.")
            finished = started
        return replace(task, percent_complete=100.0, actual_start=started, actual_finish=finished)
    return _under_way(task, record, started, context)


def _under_way(task: Task, record: Record, started: datetime, context: TaskContext) -> Task:
    remaining = minutes_of(record, "remain_drtn_hr_cnt")
    suspended, resumed = moment_of(record, "suspend_date"), moment_of(record, "resume_date")
    if resumed is not None and suspended is not None and resumed < suspended:
        context.report.warn(f"Activity “{task.name}” was resumed before it was suspended.")
        suspended = resumed = None
    return replace(
        task,
        actual_start=started,
        remaining_minutes=None if remaining is None else max(0, remaining),
        percent_complete=_percent(task, record, remaining),
        suspended=suspended,
        resumed=resumed,
        expected_finish=(
            moment_of(record, "expect_end_date") if context.use_expected_finishes else None
        ),
    )


def _percent(task: Task, record: Record, remaining: int | None) -> float:
    """Return the progress by the measure that the activity names."""
    measure = record.get("complete_pct_type", "")
    if measure == "CP_Phys":
        percent = number_of(record, "phys_complete_pct") or 0.0
    elif measure == "CP_Units":
        done = (number_of(record, "act_work_qty") or 0) + (number_of(record, "act_equip_qty") or 0)
        to_do = (number_of(record, "remain_work_qty") or 0) + (
            number_of(record, "remain_equip_qty") or 0
        )
        percent = 100 * done / (done + to_do) if done + to_do > 0 else 0.0
    elif task.duration_minutes > 0 and remaining is not None:
        percent = 100 * (1 - remaining / task.duration_minutes)
    else:
        percent = 0.0
    return round(min(max(percent, 0.0), 100.0), 4)
