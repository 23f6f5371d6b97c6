"""Resource calendars of a XER file, for activities that are scheduled by them."""

from dataclasses import dataclass, replace

from planning.core.plan import Calendar, Task
from planning.interchange.combined_calendars import weekly_minutes
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import Record, XerFile
from planning.interchange.xer_tasks import RESOURCE_DEPENDENT
from planning.interchange.xer_values import minutes_of, number_of

MATERIAL = "RT_Mat"


@dataclass(frozen=True, slots=True)
class Work:
    """The calendar of the resource that takes longest, and what it has left to do.

    ``remaining_minutes`` is None where no resource says it, so that the
    activity's own duration counts.
    """

    calendar: str
    remaining_minutes: int | None

    def applied(self, task: Task, project_calendar: str) -> Task:
        """Return the task on the time of its resources."""
        if self.calendar != (task.calendar or project_calendar):
            task = replace(task, work_calendar=self.calendar)
        minutes = self.remaining_minutes
        if minutes is None or task.is_finished:
            return task
        if task.is_started:
            return replace(task, remaining_minutes=minutes)
        return replace(task, duration_minutes=minutes)


def read_work(
    file: XerFile, calendars: dict[str, Calendar], report: ReportBuilder
) -> dict[str, Work]:
    """Return the work of each resource-dependent activity, by internal id.

    Each resource works in its own time, and the activity ends with the last of
    them: the one whose work takes most weeks sets its calendar and duration.
    """
    wanted = {
        one.get("task_id", "")
        for one in file.rows("TASK")
        if one.get("task_type") == RESOURCE_DEPENDENT
    }
    of_resource = {
        one.get("rsrc_id", ""): one.get("clndr_id", "")
        for one in file.rows("RSRC")
        if one.get("rsrc_type") != MATERIAL
    }
    found: dict[str, dict[str, int]] = {}
    for assignment in file.rows("TASKRSRC"):
        task = assignment.get("task_id", "")
        calendar = of_resource.get(assignment.get("rsrc_id", ""), "")
        if task in wanted and calendar in calendars and _drives(assignment):
            shares = found.setdefault(task, {})
            shares[calendar] = max(shares.get(calendar, 0), _remaining(assignment))
    if any(len(shares) > 1 for shares in found.values()):
        report.warn(
            "Some activities have resources of different calendars; each is scheduled by the "
            "one that takes longest."
        )
    return {task: _work(calendars, shares) for task, shares in found.items()}


def _drives(assignment: Record) -> bool:
    """Whether the assignment sets dates; P6 calls that “drive activity dates”."""
    return assignment.get("rollup_dates_flag", "Y").upper() != "N"


def _remaining(assignment: Record) -> int:
    """Return the minutes that one resource still needs, its own delay included."""
    quantity = number_of(assignment, "remain_qty") or 0.0
    per_hour = number_of(assignment, "remain_qty_per_hr") or 0.0
    if quantity <= 0 or per_hour <= 0:
        return 0
    return round(60 * quantity / per_hour) + max(
        0, minutes_of(assignment, "relag_drtn_hr_cnt") or 0
    )


def _work(calendars: dict[str, Calendar], shares: dict[str, int]) -> Work:
    slowest = max(sorted(shares), key=lambda key: _weeks(calendars, key, shares[key]))
    return Work(slowest, shares[slowest] or None)


def _weeks(calendars: dict[str, Calendar], key: str, minutes: int) -> float:
    """Return how many usual weeks an amount of work takes by a calendar."""
    return minutes / max(1, weekly_minutes(calendars, key))
