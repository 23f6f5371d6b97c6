"""What the findings on a schedule are made of: tasks, links and working time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from planning.core.calendars import WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Dependency, Plan, Task, TaskKind
from planning.core.schedule import Schedule, ScheduledTask, schedule


class Status(StrEnum):
    """What a finding says."""

    PASS = "pass"  # noqa: S105 - the word of the contract
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One point of schedule quality.

    ``value`` and ``threshold`` are in ``unit`` (percent, count, ratio, days);
    ``tasks`` are the keys of those that the point is about; ``advice`` says
    how to mend it, or why it cannot be measured.
    """

    check: str
    title: str
    status: Status
    value: float | None
    threshold: float
    unit: str
    tasks: tuple[str, ...]
    advice: str

    def to_json(self) -> dict[str, Any]:
        """Return the finding as ``health --json`` writes it."""
        return {
            "check": self.check,
            "title": self.title,
            "status": str(self.status),
            "value": self.value,
            "threshold": self.threshold,
            "unit": self.unit,
            "tasks": list(self.tasks),
            "advice": self.advice,
        }


class HealthData:
    """One plan with its schedule, and the questions that the points ask of it."""

    def __init__(self, plan: Plan, dates: Schedule | None = None) -> None:
        self.plan = plan
        self.dates = schedule(plan) if dates is None else dates

    @cached_property
    def leaves(self) -> list[Task]:
        """Tasks that are work: no summaries, no level of effort, none inactive."""
        return [
            task for task in self.plan.leaves() if task.active and task.kind is not TaskKind.EFFORT
        ]

    @cached_property
    def open_tasks(self) -> list[Task]:
        """The leaves that are not finished."""
        return [task for task in self.leaves if not task.is_finished]

    @cached_property
    def open_links(self) -> list[Dependency]:
        """Links into tasks that are not finished, or into their summaries."""
        waiting = {key for task in self.open_tasks for key in self.line(task)}
        return [link for link in self.plan.dependencies if link.successor in waiting]

    def line(self, task: Task) -> Iterable[str]:
        """Return the task's key and those of the summaries above it."""
        keys = []
        current: Task | None = task
        while current is not None and current.key not in keys:
            keys.append(current.key)
            parent = current.parent
            current = self.plan.task(parent) if parent and self.plan.has_task(parent) else None
        return keys

    def scheduled(self, task: Task) -> ScheduledTask:
        """Return the task's dates."""
        return self.dates.tasks[task.key]

    def total_float(self, task: Task) -> int:
        """Return the task's total float in minutes, 0 where it has none."""
        return self.scheduled(task).total_float_minutes or 0

    def days(self, minutes: float) -> float:
        """Return working minutes in days of the plan."""
        return minutes / self.plan.project.minutes_per_day

    def minutes_between(self, first: datetime, second: datetime) -> int:
        """Return working minutes of the project calendar, negative backwards."""
        return self._time.work_between(to_minutes(first), to_minutes(second))

    @cached_property
    def _time(self) -> WorkingTime:
        return calendars_of(self.plan.calendars)[self.plan.project.calendar]

    def is_later(self, moment: datetime, than: datetime) -> bool:
        """Whether there is working time from ``than`` to ``moment``."""
        return moment > than and self.minutes_between(than, moment) > 0
