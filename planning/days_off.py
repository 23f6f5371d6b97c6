"""Days on which the project doesn't work, as stretches to shade behind the Gantt."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from planning import columns, snapshot
from planning.core.plan import Calendar
from planning.interchange.day_edges import DayEdges
from planning.models import Calendar as CalendarRow
from planning.models import Scenario
from planning.timescale import DAY, TimeScale

Stretch = tuple[date, date]
Moments = tuple[datetime, datetime]


def days_off(scenario: Scenario, scale: TimeScale) -> Sequence[Stretch]:
    """Return (first day off, first day after) for each stretch that the scale shows."""
    held = snapshot.recent.get(scenario.head)
    known = held.plan.calendars if held else _calendars(scenario.head, scenario.pk)
    return _days_off(known, scenario.calendar_key, scale.first, scale.last)


@lru_cache(maxsize=64)
def _calendars(head: UUID, scenario_id: UUID) -> tuple[Calendar, ...]:
    """``head`` names the state of the plan, so nothing kept here is ever out of date."""
    return tuple(calendars_by_key(Scenario(pk=scenario_id)).values())


@lru_cache(maxsize=64)
def _days_off(
    calendars: tuple[Calendar, ...], key: str, first: date, last: date
) -> Sequence[Stretch]:
    edges = DayEdges({calendar.key: calendar for calendar in calendars})
    stretches: list[Stretch] = []
    day = first
    while day <= last:
        if not edges.works_on(key, day):
            begun = stretches.pop() if stretches and stretches[-1][1] == day else (day, day)
            stretches.append((begun[0], day + DAY))
        day += DAY
    return tuple(stretches)


def working_days(scenario: Scenario, first: datetime, last: datetime) -> list[Moments]:
    """Return when work begins and ends on each working day between two moments."""
    key = scenario.calendar_key
    edges = DayEdges(calendars_by_key(scenario))
    days = (first.date() + step * DAY for step in range((last.date() - first.date()).days + 1))
    return [
        (edges.first_minute(key, day), edges.last_minute(key, day))
        for day in days
        if edges.works_on(key, day)
    ]


def calendars_by_key(scenario: Scenario) -> dict[str, Calendar]:
    """Return the scenario's calendars as values of the plan."""
    rows = list(CalendarRow.objects.filter(scenario=scenario))
    names = columns.KeyNames(calendars={row.pk: row.key for row in rows}, tasks={})
    return {row.key: columns.calendar_of(row, names) for row in rows}
