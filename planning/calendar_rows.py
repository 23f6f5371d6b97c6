"""Calendars as they are read."""

from dataclasses import dataclass

from planning import selectors
from planning.calendar_form import LABELS, exception_lines, hours_text
from planning.core.plan import Calendar
from planning.days_off import calendars_by_key
from planning.models import Calendar as CalendarRow
from planning.models import Scenario

SHOWN_EXCEPTIONS = 8


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday's hours; empty where they are the parent's."""

    label: str
    hours: str


@dataclass(frozen=True, slots=True)
class CalendarCard:
    """One calendar with its week."""

    row: CalendarRow
    is_project_calendar: bool
    week: list[Day]
    exceptions: list[str]
    more: int


def value_of(row: CalendarRow) -> Calendar:
    """Return the calendar as the plan holds it."""
    return calendars_by_key(row.scenario)[row.key]


def rows_of(scenario: Scenario) -> list[CalendarCard]:
    """Return a scenario's calendars, each with its week and the days that differ."""
    values = calendars_by_key(scenario)
    return [
        _card(row, values[row.key], row.key == scenario.calendar_key)
        for row in selectors.calendars_of(scenario)
    ]


def _card(row: CalendarRow, calendar: Calendar, is_project_calendar: bool) -> CalendarCard:
    lines = exception_lines(calendar.exceptions)
    days = zip(LABELS.values(), calendar.week, strict=True)
    return CalendarCard(
        row=row,
        is_project_calendar=is_project_calendar,
        week=[Day(str(label)[:3], hours_text(hours)) for label, hours in days],
        exceptions=lines[:SHOWN_EXCEPTIONS],
        more=max(len(lines) - SHOWN_EXCEPTIONS, 0),
    )
