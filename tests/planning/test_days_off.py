"""The days that are shaded behind the Gantt are those on which the calendar has no work."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from planning.core.plan import Calendar, CalendarException, Interval, standard_calendar
from planning.drawing.days_off import _days_off
from planning.interchange.day_edges import DayEdges

FIRST, LAST = date(2025, 12, 1), date(2026, 3, 31)
DAY = timedelta(days=1)
SHIFT = (Interval(480, 960),)
NIGHT = (Interval(1320, 1800),)
CALENDARS = (
    standard_calendar(),
    Calendar(
        "own",
        "Own",
        "standard",
        (None,) * 5 + (SHIFT, None),
        (
            CalendarException(date(2025, 10, 1), date(2025, 12, 3)),
            CalendarException(date(2026, 1, 4), date(2026, 1, 4), SHIFT),
            CalendarException(date(2026, 1, 9), date(2026, 1, 9), NIGHT),
            CalendarException(date(2026, 3, 30), date(2026, 5, 1)),
        ),
    ),
    Calendar("night", "Nights", None, (NIGHT,) * 4 + ((),) * 3, ()),
    Calendar("shut", "Shut", None, ((),) * 7, ()),
    Calendar("from below", "From below", "own", (None,) * 7, ()),
)


@pytest.mark.parametrize("key", [calendar.key for calendar in CALENDARS])
def test_each_day_is_off_if_its_calendar_has_no_work_on_it(key: str) -> None:
    edges = DayEdges({calendar.key: calendar for calendar in CALENDARS})
    days = [FIRST + step * DAY for step in range((LAST - FIRST).days + 1)]

    stretches = _days_off(CALENDARS, key, FIRST, LAST)

    off = {day for day in days if any(first <= day < after for first, after in stretches)}
    assert off == {day for day in days if not edges.works_on(key, day)}


@pytest.mark.parametrize("key", [calendar.key for calendar in CALENDARS])
def test_stretches_stand_apart_and_in_order(key: str) -> None:
    stretches = _days_off(CALENDARS, key, FIRST, LAST)

    assert all(before[1] < after[0] for before, after in pairwise(stretches))
