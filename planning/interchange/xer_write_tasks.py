"""Tasks of a plan as activities of P6."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from planning.core.plan import Constraint, ConstraintType, Plan, Task, TaskKind
from planning.interchange.export import Dates, fit
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import Record
from planning.interchange.xer_write_wbs import PROJECT_ID, WrittenBreakdown

SINGLE = {
    ConstraintType.ALAP: "CS_ALAP",
    ConstraintType.SNET: "CS_MSOA",
    ConstraintType.SNLT: "CS_MSOB",
    ConstraintType.FNET: "CS_MEOA",
    ConstraintType.FNLT: "CS_MEOB",
    ConstraintType.MSO: "CS_MANDSTART",
    ConstraintType.MFO: "CS_MANDFIN",
}
BOTH_WAYS = {
    (ConstraintType.SNET, ConstraintType.SNLT): "CS_MSO",
    (ConstraintType.FNET, ConstraintType.FNLT): "CS_MEO",
}
# What P6 has no column for.
UNKNOWN: dict[str, object] = {
    "deadline": None,
    "manual_start": None,
    "manual_finish": None,
    "promised_start": None,
    "promised_finish": None,
    "leveling_delay_minutes": 0,
    "active": True,
    "external_links": (),
}


@dataclass(frozen=True, slots=True)
class ActivityWriter:
    """What writing one activity needs to know of the rest of the plan."""

    plan: Plan
    calendars: dict[str, int]
    breakdown: WrittenBreakdown
    spans: Mapping[str, str]
    dates: Dates
    report: ReportBuilder

    def record(self, task: Task, number: int) -> Record:
        """Return the row of TASK for one task that is no node of the WBS."""
        self._count_dropped(task)
        calendar = task.calendar or self.plan.project.calendar
        span = self.spans.get(task.key)
        start, finish = self.dates.get(task.key, (None, None))
        return {
            "task_id": str(number),
            "proj_id": PROJECT_ID,
            "wbs_id": self.breakdown.numbers[span] if span else self.breakdown.above(task),
            "clndr_id": str(self.calendars.get(calendar, "")),
            "complete_pct_type": "CP_Phys",
            "task_type": "TT_WBS" if span else activity_type(task),
            "duration_type": "DT_FixedDrtn",
            "task_code": fit(task.key, number),
            "task_name": fit(task.name, fit(task.key, number)),
            **_progress(task),
            **_constraints(task),
            "expect_end_date": moment_text(task.expected_finish),
            "external_early_start_date": moment_text(task.external_start),
            "external_late_end_date": moment_text(task.external_finish),
            "target_start_date": moment_text(start),
            "target_end_date": moment_text(finish),
            "priority_type": "PT_Normal",
        }

    def _count_dropped(self, task: Task) -> None:
        for name, nothing in UNKNOWN.items():
            if getattr(task, name) != nothing:
                self.report.drop(f"tasks.{name}")
        if task.kind is TaskKind.MILESTONE and task.duration_minutes:
            self.report.drop("tasks.duration_minutes")
        if task.percent_complete and not task.is_started:
            self.report.drop("tasks.percent_complete")


def activity_type(task: Task) -> str:
    """Return P6's name of what a task is."""
    if task.kind is TaskKind.MILESTONE:
        return "TT_Mile" if task.start_milestone else "TT_FinMile"
    if task.kind is TaskKind.EFFORT:
        return "TT_LOE"
    return "TT_Rsrc" if task.work_calendar else "TT_Task"


def moment_text(moment: datetime | None) -> str:
    """Return ``2011-05-01 00:00``, or nothing."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


def hours_text(minutes: int) -> str:
    """Return minutes as hours, exact enough to give the minutes back."""
    return f"{minutes / 60:.6f}".rstrip("0").rstrip(".") or "0"


def _progress(task: Task) -> Record:
    """Return status, durations and actual dates."""
    duration = 0 if task.kind is TaskKind.MILESTONE else task.duration_minutes
    remaining = task.remaining_minutes
    if task.is_finished:
        status, percent, remaining = "TK_Complete", 100.0, 0
    elif task.is_started:
        status, percent = "TK_Active", task.percent_complete
        if remaining is None:
            remaining = round(duration * (1 - percent / 100))
    else:
        status, percent, remaining = "TK_NotStart", 0.0, duration
    return {
        "status_code": status,
        "phys_complete_pct": f"{percent:.4f}".rstrip("0").rstrip("."),
        "target_drtn_hr_cnt": hours_text(duration),
        "remain_drtn_hr_cnt": hours_text(remaining),
        "act_start_date": moment_text(task.actual_start or task.actual_finish),
        "act_end_date": moment_text(task.actual_finish),
        "suspend_date": moment_text(task.suspended) if status == "TK_Active" else "",
        "resume_date": moment_text(task.resumed) if status == "TK_Active" else "",
    }


def _constraints(task: Task) -> Record:
    wishes = [
        wish
        for wish in (task.constraint, task.constraint2)
        if wish is not None and wish.type is not ConstraintType.ASAP
    ]
    codes = [(SINGLE[wish.type], wish.date) for wish in wishes]
    if len(wishes) == 2 and _is_pair(*wishes):
        codes = [(BOTH_WAYS[wishes[0].type, wishes[1].type], wishes[0].date)]
    first, second = (*codes, ("", None), ("", None))[:2]
    return {
        "cstr_type": first[0],
        "cstr_date": moment_text(first[1]),
        "cstr_type2": second[0],
        "cstr_date2": moment_text(second[1]),
    }


def _is_pair(one: Constraint, other: Constraint) -> bool:
    return (one.type, other.type) in BOTH_WAYS and one.date == other.date
