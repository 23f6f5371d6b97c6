"""Tasks and links of a plan as MS Project XML, in the order of its schema."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    Lag,
    Task,
    TaskKind,
)
from planning.interchange.export import Dates, fit
from planning.interchange.mspdi_values import CONSTRAINTS, LINK_TYPES
from planning.interchange.mspdi_write_calendars import add
from planning.interchange.report import ReportBuilder

DAYS, ELAPSED_DAYS, PERCENT, ELAPSED_PERCENT = 7, 8, 19, 20
FIXED_UNITS = 0
NO_CALENDAR = -1
TENTHS_PER_MINUTE = 10


@dataclass(frozen=True, slots=True)
class TaskWriter:
    """What writing one task needs to know of the rest of the plan."""

    numbers: dict[str, int]
    calendars: dict[str, int]
    links: dict[str, list[Dependency]]
    parents: frozenset[str]
    dates: Dates
    report: ReportBuilder

    def write(self, parent: Element, task: Task, number: int, outline: str) -> None:
        """Append one task; ``outline`` is its number such as 1.2.3."""
        element = SubElement(parent, "Task")
        is_summary = task.key in self.parents
        self._write_identity(element, task, number, outline)
        self._write_dates(element, task, is_summary=is_summary)
        add(element, "Milestone", int(task.kind is TaskKind.MILESTONE))
        add(element, "Summary", int(is_summary))
        if not is_summary:
            self._write_progress(element, task)
        self._write_constraint(element, task)
        if task.leveling_delay_minutes:
            add(element, "LevelingDelay", task.leveling_delay_minutes * TENTHS_PER_MINUTE)
            add(element, "LevelingDelayFormat", ELAPSED_DAYS)
        add(element, "IgnoreResourceCalendar", int(task.work_calendar is None))
        for link in self.links.get(task.key, ()):
            self._write_link(element, link)
        self._write_baseline(element, task)
        self._count_dropped(task, is_summary=is_summary)

    def _write_identity(self, element: Element, task: Task, number: int, outline: str) -> None:
        add(element, "UID", self.numbers[task.key])
        add(element, "ID", number)
        add(element, "Name", fit(task.name, self.numbers[task.key]))
        add(element, "Active", int(task.active))
        add(element, "Manual", int(task.is_manual))
        add(element, "Type", FIXED_UNITS)
        add(element, "IsNull", 0)
        add(element, "WBS", outline)
        add(element, "OutlineNumber", outline)
        add(element, "OutlineLevel", outline.count(".") + 1)
        add(element, "Priority", 500)

    def _write_dates(self, element: Element, task: Task, *, is_summary: bool) -> None:
        start, finish = self.dates.get(task.key, (None, None))
        _moment(element, "Start", task.manual_start or task.actual_start or start)
        _moment(element, "Finish", task.manual_finish or task.actual_finish or finish)
        if not is_summary:
            add(element, "Duration", duration_text(task.duration_minutes))
        if task.is_manual:
            _moment(element, "ManualStart", task.manual_start)
            _moment(element, "ManualFinish", task.manual_finish)
        if not is_summary:
            add(element, "DurationFormat", ELAPSED_DAYS if task.elapsed else DAYS)

    def _write_progress(self, element: Element, task: Task) -> None:
        duration = task.duration_minutes
        remaining = remaining_minutes(task)
        if not task.is_started:
            if task.percent_complete:
                self.report.drop("tasks.percent_complete")
            add(element, "ActualDuration", duration_text(0))
            add(element, "RemainingDuration", duration_text(duration))
            return
        # Stop and Resume stand before the flags in the schema, as work was stopped and goes on.
        _moment(element, "Stop", task.suspended)
        _moment(element, "Resume", task.resumed)
        percent = round(task.percent_complete)
        if percent != task.percent_complete:
            self.report.drop("tasks.percent_complete")
        add(element, "PercentComplete", percent)
        _moment(element, "ActualStart", task.actual_start)
        _moment(element, "ActualFinish", task.actual_finish)
        add(element, "ActualDuration", duration_text(max(0, duration - remaining)))
        add(element, "RemainingDuration", duration_text(remaining))

    def _write_constraint(self, element: Element, task: Task) -> None:
        constraint = task.constraint or Constraint(ConstraintType.ASAP)
        add(element, "ConstraintType", CONSTRAINTS.index(constraint.type))
        calendar = self.calendars.get(task.calendar, NO_CALENDAR) if task.calendar else NO_CALENDAR
        add(element, "CalendarUID", calendar)
        _moment(element, "ConstraintDate", constraint.date)
        _moment(element, "Deadline", task.deadline)

    def _write_link(self, element: Element, link: Dependency) -> None:
        child = SubElement(element, "PredecessorLink")
        add(child, "PredecessorUID", self.numbers[link.predecessor])
        add(child, "Type", LINK_TYPES.index(link.type))
        add(child, "CrossProject", 0)
        value, code = _lag(link.lag)
        if link.lag.percent is not None and value != link.lag.percent:
            self.report.drop("links.lag")
        add(child, "LinkLag", value)
        add(child, "LagFormat", code)
        if link.lag_calendar is not None:
            self.report.drop("links.lag_calendar")

    def _write_baseline(self, element: Element, task: Task) -> None:
        if task.promised_start is None and task.promised_finish is None:
            return
        child = SubElement(element, "Baseline")
        add(child, "Number", 0)
        _moment(child, "Start", task.promised_start)
        _moment(child, "Finish", task.promised_finish)

    def _count_dropped(self, task: Task, *, is_summary: bool) -> None:
        dropped = {
            "key": str(self.numbers[task.key]) != task.key,
            "constraint2": task.constraint2 is not None,
            "expected_finish": task.expected_finish is not None,
            "external_start": task.external_start is not None,
            "external_finish": task.external_finish is not None,
            "external_links": bool(task.external_links),
            "start_milestone": task.start_milestone,
            "kind": task.kind is TaskKind.EFFORT
            or (task.kind is TaskKind.SUMMARY and not is_summary)
            or (task.kind is TaskKind.MILESTONE and task.duration_minutes > 0),
            "actual_start": task.actual_start is None and task.actual_finish is not None,
        }
        for name, is_dropped in dropped.items():
            if is_dropped:
                self.report.drop(f"tasks.{name}")


def duration_text(minutes: int) -> str:
    """Return minutes as ``PT8H0M0S``; less than none is none."""
    minutes = max(0, minutes)
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def remaining_minutes(task: Task) -> int:
    """Return what is left of a task, from its progress where nothing else says it."""
    if task.is_finished:
        return 0
    if task.remaining_minutes is not None:
        return task.remaining_minutes
    return round(task.duration_minutes * (1 - task.percent_complete / 100))


def _lag(lag: Lag) -> tuple[int, int]:
    if not (lag.minutes if lag.percent is None else round(lag.percent)):
        return 0, DAYS
    if lag.percent is not None:
        return round(lag.percent), ELAPSED_PERCENT if lag.elapsed else PERCENT
    return lag.minutes * TENTHS_PER_MINUTE, ELAPSED_DAYS if lag.elapsed else DAYS


def _moment(element: Element, name: str, moment: datetime | None) -> None:
    if moment is not None:
        add(element, name, moment.isoformat(timespec="seconds"))
