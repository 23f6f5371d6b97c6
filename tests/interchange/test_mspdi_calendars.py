from datetime import date

import pytest

from planning.core.plan import CalendarException, Interval, standard_calendar
from planning.interchange import mspdi
from tests.mspdi_files import (
    calendar,
    exception,
    hours,
    period,
    tags,
    task,
    week,
)
from tests.mspdi_files import (
    mspdi as file,
)

USUAL = (Interval(480, 720), Interval(780, 1020))


def read(calendars):
    result = mspdi.read(file(task(1), calendars))
    return {one.key: one for one in result.plan.calendars}, result.report


def exceptions_of(*elements):
    calendars, _ = read(calendar(more=tags(Exceptions="".join(elements))))
    return calendars["1"].exceptions


def days_of(element):
    return [one.first for one in exceptions_of(element)]


def test_a_week_runs_from_sunday_in_the_file_and_from_monday_here():
    calendars, _ = read(calendar())

    assert calendars["1"].week == (USUAL,) * 5 + ((), ())


def test_midnight_closes_a_day():
    night = calendar(days=week([2], [("22:00:00", "00:00:00")]))

    calendars, _ = read(night)

    assert calendars["1"].week[0] == (Interval(1320, 1440),)


def test_a_whole_day_is_midnight_to_midnight():
    calendars, _ = read(calendar(days=week(range(1, 8), [("00:00:00", "00:00:00")])))

    assert calendars["1"].week == ((Interval(0, 1440),),) * 7


def test_a_working_day_without_times_has_the_usual_ones():
    bare = tags(WeekDay=tags(DayType=2, DayWorking=1))

    calendars, _ = read(calendar(days=bare))

    assert calendars["1"].week[0] == USUAL


def test_what_a_calendar_does_not_say_its_base_says():
    derived = calendar(2, "Crew", base=1, days=tags(WeekDay=tags(DayType=7) + hours()))

    calendars, _ = read(calendar() + derived)

    assert calendars["2"].parent == "1"
    assert calendars["2"].week == (None,) * 5 + (USUAL, None)


def test_a_base_that_is_missing_or_goes_round_is_left_out_and_said():
    calendars, report = read(calendar() + calendar(2, "A", base=3) + calendar(3, "B", base=2))

    assert calendars["2"].parent is None
    assert "The base calendar of “A” is missing or goes round in a circle" in report.warnings[0]


def test_dated_days_of_older_files_are_exceptions():
    dated = tags(WeekDay=tags(DayType=0) + hours(()) + period("2026-12-24", "2026-12-26"))

    calendars, _ = read(calendar(days=week() + dated))

    assert calendars["1"].exceptions == (CalendarException(date(2026, 12, 24), date(2026, 12, 26)),)


def test_a_dated_day_that_repeats_a_newer_exception_is_read_once():
    dated = tags(WeekDay=tags(DayType=0) + hours(()) + period("2026-01-01", "2027-12-31"))
    newer = tags(Exceptions=exception("2026-01-01", "2027-12-31", Type=2, Month=4, MonthDay=1))

    calendars, _ = read(calendar(days=week() + dated, more=newer))

    assert [one.first for one in calendars["1"].exceptions] == [date(2026, 5, 1), date(2027, 5, 1)]


def test_an_exception_may_add_time():
    (one,) = exceptions_of(exception("2026-01-10", "2026-01-10", [("09:00:00", "12:00:00")]))

    assert one.work == (Interval(540, 720),)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"Type": 1, "Period": 3}, ["2026-01-05", "2026-01-08", "2026-01-11", "2026-01-14"]),
        ({"Type": 6, "Period": 1, "DaysOfWeek": 0b0100010}, ["2026-01-05", "2026-01-09"]),
        ({"Type": 6, "Period": 2, "DaysOfWeek": 0b0000010}, ["2026-01-05", "2026-01-19"]),
        ({"Type": 4, "MonthDay": 15}, ["2026-01-15", "2026-02-15"]),
        ({"Type": 5, "MonthItem": 4, "MonthPosition": 1}, ["2026-01-12", "2026-02-09"]),
        ({"Type": 5, "MonthItem": 8, "MonthPosition": 4}, ["2026-01-30", "2026-02-27"]),
        ({"Type": 2, "Month": 1, "MonthDay": 3}, ["2026-02-03", "2027-02-03"]),
        (
            {"Type": 3, "Month": 10, "MonthItem": 7, "MonthPosition": 3},
            ["2026-11-26", "2027-11-25"],
        ),
    ],
    ids=[
        "every third day",
        "weekly on two days",
        "every second week",
        "monthly on the 15th",
        "monthly on the second Monday",
        "monthly on the last Friday",
        "yearly on 3 February",
        "yearly on the fourth Thursday of November",
    ],
)
def test_recurring_exceptions_are_written_out(fields, days):
    found = days_of(exception("2026-01-05", "2027-12-31", **fields))

    assert found[: len(days)] == [date.fromisoformat(day) for day in days]


def test_a_recurrence_ends_after_its_occurrences():
    found = days_of(
        exception("2026-01-05", "2030-12-31", Type=2, EnteredByOccurrences=1, Occurrences=3)
    )

    assert found == [date(2026, 1, 5), date(2027, 1, 5), date(2028, 1, 5)]


def test_a_recurrence_over_two_centuries_ends():
    found = exceptions_of(exception("1984-01-01", "2149-12-31", Type=1, Period=2))

    assert 10_000 < len(found) < 40_000


def test_another_week_for_a_while_becomes_its_exceptions_and_yields_to_others():
    summer = tags(
        WorkWeeks=tags(
            WorkWeek=period("2026-07-06", "2026-07-12")
            + tags(Name="Summer", WeekDays=tags(WeekDay=tags(DayType=6) + hours(())))
        )
    )
    holiday = tags(Exceptions=exception("2026-07-10", "2026-07-10", [("08:00:00", "09:00:00")]))

    calendars, _ = read(calendar(more=holiday + summer))

    assert calendars["1"].exceptions == (
        CalendarException(date(2026, 7, 10), date(2026, 7, 10)),
        CalendarException(date(2026, 7, 10), date(2026, 7, 10), (Interval(480, 540),)),
    )


def test_an_exception_without_dates_is_said():
    _, report = read(calendar(more=tags(Exceptions=tags(Exception=tags(Type=1)))))

    assert "An exception of the calendar “Standard” has no readable dates; left out." in (
        report.warnings
    )


def test_a_calendar_without_a_week_or_a_base_gets_a_usual_week_and_is_reported():
    result = mspdi.read(file(task(1), calendar(days="")))

    assert result.plan.calendars[0].week == standard_calendar().week
    assert "has no week in this file" in result.report.warnings[0]
