"""A plan moved in time, as a template or a demo is before it is used."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from planning.core.plan import Calendar, Constraint, Plan

Row = TypeVar("Row")


def shift(plan: Plan, weeks: int) -> Plan:
    """Return the plan with every date moved by whole weeks.

    Weekdays stay what they are, so the schedule moves as one piece.

    Parameters
    ----------
    weeks : int
        How far; negative moves into the past.

    Examples
    --------
    >>> from planning.core.plan import ProjectSettings
    >>> plan = Plan(ProjectSettings("Foundry", datetime(2026, 1, 5, 8)))
    >>> shift(plan, 2).project.start
    datetime.datetime(2026, 1, 19, 8, 0)
    """
    by = timedelta(weeks=weeks)
    return replace(
        plan,
        project=_shifted(plan.project, by),
        calendars=tuple(_shifted_calendar(calendar, by) for calendar in plan.calendars),
        tasks=tuple(_shifted(task, by) for task in plan.tasks),
    )


def _shifted(row: Row, by: timedelta) -> Row:
    moved = {
        field.name: _moved(getattr(row, field.name), by)
        for field in fields(row)  # type: ignore[arg-type]
    }
    changed = {name: value for name, value in moved.items() if value is not None}
    return replace(row, **changed)  # type: ignore[type-var]


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, Constraint) and value.date is not None:
        return replace(value, date=value.date + by)
    return None


def _shifted_calendar(calendar: Calendar, by: timedelta) -> Calendar:
    exceptions = tuple(
        replace(exception, first=exception.first + by, last=exception.last + by)
        for exception in calendar.exceptions
    )
    return replace(calendar, exceptions=exceptions)
