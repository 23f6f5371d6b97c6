"""Days on which the project doesn't work, as stretches to shade behind the Gantt."""

from datetime import date, datetime

from planning import columns
from planning.core.plan import Calendar
from planning.interchange.day_edges import DayEdges
from planning.models import Calendar as CalendarRow
from planning.models import Scenario
from planning.timescale import DAY, TimeScale

Stretch = tuple[date, date]
Moments = tuple[datetime, datetime]


def days_off(scenario: Scenario, scale: TimeScale) -> list[Stretch]:
    """Return (first day off, first day after) for each stretch that the scale shows."""
    key = scenario.calendar_key
    edges = DayEdges(calendars_by_key(scenario))
    stretches: list[Stretch] = []
    day = scale.first
    while day <= scale.last:
        if not edges.works_on(key, day):
            begun = stretches.pop() if stretches and stretches[-1][1] == day else (day, day)
            stretches.append((begun[0], day + DAY))
        day += DAY
    return stretches


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
