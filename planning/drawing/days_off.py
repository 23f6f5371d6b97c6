"""Days on which the project doesn't work, as stretches to shade behind the Gantt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from uuid import UUID

from planning import columns, snapshot
from planning.core.plan import Calendar
from planning.drawing.timescale import DAY, TimeScale
from planning.interchange.day_edges import DayEdges
from planning.models import Calendar as CalendarRow
from planning.models import Scenario

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
    named = {calendar.key: calendar for calendar in calendars}
    edges, special = DayEdges(named), _special_days(calendars, first, last)
    rests = _resting_weekdays(named, key)
    stretches: list[Stretch] = []
    begun: date | None = None
    for number in range(first.toordinal(), last.toordinal() + 1):
        # Of thousands of days few are no ordinary ones: only these are looked up.
        is_off = number % 7 in rests
        if number in special:
            is_off = not edges.works_on(key, date.fromordinal(number))
        if is_off:
            begun = begun or date.fromordinal(number)
        elif begun:
            stretches.append((begun, date.fromordinal(number)))
            begun = None
    return tuple([*stretches, (begun, last + DAY)] if begun else stretches)


def _special_days(calendars: Iterable[Calendar], first: date, last: date) -> set[int]:
    """Return the days of which some calendar says anything, and those after: shifts reach there."""
    found: set[int] = set()
    for exception in chain.from_iterable(calendar.exceptions for calendar in calendars):
        begin = max(exception.first.toordinal(), first.toordinal() - 1)
        found.update(range(begin, min(exception.last, last).toordinal() + 2))
    return found


def _resting_weekdays(calendars: Mapping[str, Calendar], key: str) -> set[int]:
    """Return the days of an ordinary week without work, as ordinals modulo 7."""
    ordinary = {name: replace(one, exceptions=()) for name, one in calendars.items()}
    edges = DayEdges(ordinary)
    return {day for day in range(7) if not edges.works_on(key, date.fromordinal(day + 7))}


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
