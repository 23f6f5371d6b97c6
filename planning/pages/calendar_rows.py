"""Calendars as they are read."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from planning import selectors
from planning.core.plan import Calendar, DayHours
from planning.drawing.days_off import calendars_by_key
from planning.forms.calendars import LABELS, hours_text
from planning.models import Calendar as CalendarRow
from planning.models import Scenario

SHOWN_EXCEPTIONS = 8


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays in a row with the same hours; empty where they are the parent's."""

    label: str
    hours: str


@dataclass(frozen=True, slots=True)
class Differing:
    """Dated days with hours of their own; ``last`` is inclusive."""

    first: date
    last: date
    hours: str


@dataclass(frozen=True, slots=True)
class CalendarCard:
    """One calendar with its week."""

    row: CalendarRow
    is_project_calendar: bool
    week: list[Days]
    exceptions: list[Differing]
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
    differing = [
        Differing(one.first, one.last, _shown(one.work))
        for one in calendar.exceptions[:SHOWN_EXCEPTIONS]
    ]
    return CalendarCard(
        row=row,
        is_project_calendar=is_project_calendar,
        week=_week(calendar.week),
        exceptions=differing,
        more=max(len(calendar.exceptions) - SHOWN_EXCEPTIONS, 0),
    )


def _week(week: tuple[DayHours | None, ...]) -> list[Days]:
    """Return the week as people say it: Mon–Fri once, not five times."""
    days = zip(LABELS.values(), week, strict=True)
    found = []
    for hours, run in groupby(days, key=lambda day: day[1]):
        names = [str(label)[:3] for label, _hours in run]
        label = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        found.append(Days(label, _shown(hours)))
    return found


def _shown(hours: DayHours | None) -> str:
    return hours_text(hours).replace("-", "–")
