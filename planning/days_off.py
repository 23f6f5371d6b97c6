"""Days on which the project doesn't work, as stretches to shade behind the Gantt."""

from datetime import date

from planning import columns
from planning.core.plan import Calendar
from planning.interchange.day_edges import DayEdges
from planning.models import Calendar as CalendarRow
from planning.models import Scenario
from planning.timescale import DAY, TimeScale

Stretch = tuple[date, date]


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


def calendars_by_key(scenario: Scenario) -> dict[str, Calendar]:
    """Return the scenario's calendars as values of the plan."""
    rows = list(CalendarRow.objects.filter(scenario=scenario))
    names = columns.KeyNames(calendars={row.pk: row.key for row in rows}, tasks={})
    return {row.key: columns.calendar_of(row, names) for row in rows}
