"""Working time: weeks, exceptions, nights, and the years far away."""

import time
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.core.calendars import Calendars, WorkingTime
from planning.core.instants import to_datetime, to_minutes
from planning.core.plan import Calendar, CalendarException, Interval, PlanError, standard_calendar

MORNING = (Interval(480, 720),)
NIGHT = (Interval(22 * 60, 30 * 60),)


def usual(*exceptions: CalendarException) -> WorkingTime:
    calendar = standard_calendar()
    return Calendars([Calendar("c", "C", week=calendar.week, exceptions=exceptions)])["c"]


def at(*moment: int) -> int:
    return to_minutes(datetime(*moment))


def test_work_that_is_added_ends_at_the_end_of_a_working_minute():
    assert usual().add(at(2026, 1, 9, 8), 480) == at(2026, 1, 9, 17)


def test_work_that_is_taken_away_ends_at_the_begin_of_one():
    assert usual().add(at(2026, 1, 12, 17), -480) == at(2026, 1, 12, 8)
    assert usual().add(at(2026, 1, 12, 8), -480) == at(2026, 1, 9, 8)


def test_friday_evening_and_monday_morning_are_the_same_date():
    working = usual()

    assert working.work_between(at(2026, 1, 9, 17), at(2026, 1, 12, 8)) == 0
    assert working.next_start(at(2026, 1, 9, 17)) == at(2026, 1, 12, 8)
    assert working.last_finish(at(2026, 1, 12, 8)) == at(2026, 1, 9, 17)


def test_exceptions_take_work_away_and_add_it():
    off = CalendarException(date(2026, 1, 6), date(2026, 1, 7))
    saturday = CalendarException(date(2026, 1, 10), date(2026, 1, 10), MORNING)

    working = usual(off, saturday)

    assert working.add(at(2026, 1, 5, 8), 4 * 480 - 240) == at(2026, 1, 10, 12)


def test_of_two_exceptions_for_one_day_the_later_wins():
    off = CalendarException(date(2026, 1, 5), date(2026, 1, 9))
    morning = CalendarException(date(2026, 1, 7), date(2026, 1, 7), MORNING)

    assert usual(off, morning).next_start(at(2026, 1, 5, 8)) == at(2026, 1, 7, 8)


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_starts():
    closed = CalendarException(date(2026, 1, 6), date(2026, 1, 6))
    nights = Calendar("n", "Nights", week=(NIGHT,) * 7, exceptions=(closed,))

    working = Calendars([nights])["n"]

    assert working.add(at(2026, 1, 5, 22), 480) == at(2026, 1, 6, 6)
    assert working.next_start(at(2026, 1, 6, 6)) == at(2026, 1, 7, 22)


def test_sundays_night_shift_reaches_into_monday_in_every_week():
    nights = Calendar("n", "Nights", week=((),) * 6 + (NIGHT,))

    working = Calendars([nights])["n"]

    assert working.work_between(at(2026, 1, 5), at(2026, 1, 12)) == 480
    assert working.spans(at(2026, 1, 5), at(2026, 1, 12, 3)) == [
        (at(2026, 1, 5), at(2026, 1, 5, 6)),
        (at(2026, 1, 11, 22), at(2026, 1, 12, 3)),
    ]


def test_a_weekday_left_out_inherits_and_an_exception_wins_over_the_parents():
    base = standard_calendar("base")
    parent_off = CalendarException(date(2026, 1, 6), date(2026, 1, 6))
    parent = Calendar("parent", "P", "base", exceptions=(parent_off,))
    own = CalendarException(date(2026, 1, 6), date(2026, 1, 6), MORNING)
    child = Calendar("child", "C", "parent", exceptions=(own,))

    working = Calendars([base, parent, child])["child"]

    assert working.work_between(at(2026, 1, 5), at(2026, 1, 10)) == 4 * 480 + 240


@pytest.mark.parametrize("year", [1900, 1984, 2026, 2049, 2200, 9000])
def test_every_year_is_as_near_as_any_other(year):
    holiday = CalendarException(date(2026, 12, 24), date(2026, 12, 31))
    working = usual(holiday)
    start = working.next_start(at(year, 3, 1, 12))

    assert to_datetime(working.add(start, 5 * 480)).year == year
    assert working.work_between(start, working.add(start, 52 * 2400)) == 52 * 2400
    assert working.add(working.add(start, 2_000_000), -2_000_000) == start


def test_a_calendar_without_work_is_named():
    with pytest.raises(PlanError, match="“Closed” has no working time"):
        Calendars([Calendar("c", "Closed")])["c"]


def test_work_that_runs_out_is_named_and_never_waited_for():
    once = CalendarException(date(2026, 1, 5), date(2026, 1, 5), MORNING)
    working = Calendars([Calendar("o", "Once", exceptions=(once,))])["o"]

    assert working.add(at(2026, 1, 5, 8), 240) == at(2026, 1, 5, 12)
    with pytest.raises(PlanError, match="“Once” has no working time"):
        working.add(at(2026, 1, 5, 8), 241)


def test_parents_in_a_circle_are_named():
    circle = [Calendar("a", "A", "b"), Calendar("b", "B", "a")]

    with pytest.raises(PlanError, match="A → B → A"):
        Calendars(circle)["a"]


def test_a_hundred_years_of_exceptions_are_soon_ready():
    whole = CalendarException(date(1950, 1, 1), date(2049, 12, 31), MORNING)
    began = time.process_time()

    assert usual(whole).work_between(at(1950, 1, 1), at(2050, 1, 1)) == 36525 * 240
    assert time.process_time() - began < 5


@given(
    st.integers(-4_000_000, 4_000_000),
    st.integers(0, 60_000),
    st.lists(st.integers(0, 900), max_size=6),
)
def test_adding_and_taking_away_undo_each_other(offset, minutes, closed):
    days = [date.fromordinal(date(2025, 1, 1).toordinal() + day) for day in closed]
    working = usual(*(CalendarException(day, day) for day in days))
    start = working.next_start(at(2026, 1, 5) + offset)

    finish = working.add(start, minutes)

    assert working.work_between(start, finish) == minutes
    assert working.add(finish, -minutes) == start
    assert working.last_finish(start) <= start <= finish
