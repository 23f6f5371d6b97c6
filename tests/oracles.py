"""What planning tools stored for each task, and whether two dates are the same in working time.

The arithmetic here is not the plan's own: it reads the calendars that the
oracle holds and counts minutes, day by day.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
FINISHED_FIELDS = ("start", "finish")
DATES = (*FINISHED_FIELDS, "early_start", "early_finish", "late_start", "late_finish")


class WorkingTime:
    """The working time of one calendar of an oracle, its parents included."""

    def __init__(self, key: str, calendars: dict[str, dict[str, Any]]) -> None:
        self._chain = []
        while key in calendars:
            self._chain.append(calendars[key])
            key = str(calendars[key]["parent_uid"])
        self._dated: dict[date, list[str]] = {}
        for calendar in reversed(self._chain):
            for exception in calendar["exceptions"]:
                day, last = (
                    date.fromisoformat(exception["from"]),
                    date.fromisoformat(exception["to"]),
                )
                while day <= last:
                    self._dated[day] = exception["hours"]
                    day += timedelta(days=1)

    def are_same(self, one: datetime, other: datetime) -> bool:
        """Whether no working minute lies between two instants."""
        first, last = min(one, other), max(one, other)
        if last - first > timedelta(days=30):
            return False
        day = first.date() - timedelta(days=1)
        while day <= last.date():
            for start, finish in self._hours(day):
                if max(start, first) < min(finish, last):
                    return False
            day += timedelta(days=1)
        return True

    def _hours(self, day: date) -> list[tuple[datetime, datetime]]:
        hours = self._dated.get(day)
        if hours is None:
            hours = self._week(WEEKDAYS[day.weekday()])
        return [_span(day, text) for text in hours]

    def _week(self, name: str) -> list[str]:
        for calendar in self._chain:
            if calendar["week"].get(name) is not None:
                return calendar["week"][name]
        return []


def _span(day: date, text: str) -> tuple[datetime, datetime]:
    start, finish = (time.fromisoformat(one) for one in text.split("-"))
    begin, end = datetime.combine(day, start), datetime.combine(day, finish)
    return begin, end if end > begin else end + timedelta(days=1)


@dataclass(frozen=True)
class Oracle:
    """One schedule with what its tool and MPXJ made of it."""

    path: Path
    data: dict[str, Any]

    @cached_property
    def disputed(self) -> frozenset[str]:
        """The tasks on which tool and MPXJ differ, by uid."""
        return frozenset(self.data["card"]["mpxj"]["disputed_uids"])

    @property
    def is_p6(self) -> bool:
        """Whether the file came from Primavera."""
        return self.data["project"]["file_application"] == "Primavera"

    @property
    def leaves(self) -> list[dict[str, Any]]:
        """The tasks that are no summaries."""
        return [task for task in self.data["tasks"] if not task["summary"]]

    def key_of(self, task: dict[str, Any]) -> str:
        """The key under which the task is imported."""
        return str(task["activity_id"] if self.is_p6 else task["uid"])

    def calendar_of(self, task: dict[str, Any]) -> WorkingTime:
        """The calendar on which the task's dates are compared."""
        return self._working_times[str(task["effective_calendar_uid"])]

    @cached_property
    def _working_times(self) -> dict[str, WorkingTime]:
        calendars = {str(one["uid"]): one for one in self.data["calendars"]}
        return {key: WorkingTime(key, calendars) for key in calendars}

    def is_critical(self, task: dict[str, Any]) -> bool:
        """Whether the task is critical; only native files store that."""
        if self.data["project"]["file_type"] == "MSPDI":
            return bool(task["critical"])
        limit = self.data["project"]["critical_slack_limit"]
        hours = float(limit.rstrip("dhm"))
        minutes = hours * {"d": 480, "h": 60, "m": 1}[limit[-1]]
        return bool(task["total_slack_min"] <= minutes)


def read_oracle(path: Path) -> Oracle:
    """Return the oracle that stands beside a schedule."""
    return Oracle(path, json.loads(path.with_suffix(".oracle.json").read_text("utf-8")))


def differences(oracle: Oracle, task: dict[str, Any], ours: Any) -> dict[str, tuple[Any, Any]]:
    """Return each field in which our dates of one task differ, with both values.

    Parameters
    ----------
    ours
        The scheduled task, with the field names of ``schedule --json``.
    """
    calendar = oracle.calendar_of(task)
    is_finished = task["actual_finish"] is not None
    found: dict[str, tuple[Any, Any]] = {}
    for name in FINISHED_FIELDS if is_finished else DATES:
        if task[name] is None:
            continue
        stored, mine = datetime.fromisoformat(task[name]), getattr(ours, name)
        if mine is None or not calendar.are_same(stored, mine):
            found[name] = (stored, mine)
    if is_finished or task["total_slack_min"] is None:
        return found
    mine = ours.total_float_minutes
    if mine is None or abs(mine - task["total_slack_min"]) > 1:
        found["total_float"] = (task["total_slack_min"], mine)
    if ours.critical != oracle.is_critical(task):
        found["critical"] = (oracle.is_critical(task), ours.critical)
    return found
