"""Calendars of XER files, and the resources that work by them."""

from datetime import date, datetime

import pytest

from planning.core.plan import CalendarException, Interval
from planning.core.schedule import schedule
from planning.interchange import xer
from tests.xer_files import activity, calendar, calendar_text
from tests.xer_files import (
    xer as file,
)

USUAL = (Interval(480, 720), Interval(780, 1020))


def plan_of(*args, **tables):
    return xer.read(file(*args, **tables)).plan


def calendars_of(*rows):
    plan = plan_of([activity(1, "A")], CALENDAR=rows)
    return {one.key: one for one in plan.calendars}


@pytest.mark.parametrize("space", ["", "\x7f\x7f  ", "  "])
def test_calendars_are_read_whatever_stands_between_their_brackets(space):
    text = calendar_text(exceptions=[(46022, ()), (46025, [("09:00", "11:00")])], space=space)

    one = calendars_of(calendar(data=text))["1"]

    assert one.week == (USUAL,) * 5 + ((), ())
    assert one.exceptions == (
        CalendarException(date(2025, 12, 31), date(2025, 12, 31)),
        CalendarException(date(2026, 1, 3), date(2026, 1, 3), (Interval(540, 660),)),
    )


@pytest.mark.parametrize(
    ("times", "interval"),
    [
        ([("22:00", "06:00")], Interval(1320, 1800)),
        ([("00:00", "00:00")], Interval(0, 1440)),
        ([("16:00", "00:00")], Interval(960, 1440)),
    ],
)
def test_shifts_may_pass_midnight_and_fill_the_day(times, interval):
    one = calendars_of(calendar(data=calendar_text(times=times)))["1"]

    assert one.week[0] == (interval,)


def test_calendars_inherit_the_holidays_of_their_base():
    rows = [calendar(), calendar(2, "Crew", base=1), calendar(3, "Lost", base=77)]

    calendars = calendars_of(*rows)

    assert calendars["2"].parent == "1"
    assert calendars["3"].parent is None


@pytest.mark.parametrize("text", ["", "(0||CalendarData()(", ")))", "(" * 100, "rubbish"])
def test_a_calendar_that_cannot_be_read_is_said(text):
    result = xer.read(file([activity(1, "A")], CALENDAR=[calendar(data=text)]))

    assert result.plan.calendars[0].exceptions == ()


def resource_dependent(**fields):
    people = [
        {"rsrc_id": 1, "clndr_id": 2, "rsrc_type": "RT_Labor"},
        {"rsrc_id": 2, "clndr_id": 3, "rsrc_type": "RT_Labor"},
    ]
    rows = [
        {"task_id": 1, "rsrc_id": 1, "remain_qty": 20, "remain_qty_per_hr": 0.5} | fields,
        {"task_id": 2, "rsrc_id": 2, "remain_qty": 8, "remain_qty_per_hr": 1},
    ]
    calendars = [
        calendar(),
        calendar(2, "Tuesdays", calendar_text({3}), kind="CA_Rsrc"),
        calendar(3, "Never used", kind="CA_Rsrc"),
    ]
    return plan_of(
        [activity(1, "A", task_type="TT_Rsrc"), activity(2, "B")],
        CALENDAR=calendars,
        RSRC=people,
        TASKRSRC=rows,
    )


def test_resource_dependent_activities_are_scheduled_by_their_resources():
    plan = resource_dependent()

    assert (plan.task("A").work_calendar, plan.task("A").duration_minutes) == ("2", 2400)
    assert plan.task("B").work_calendar is None
    assert [one.key for one in plan.calendars] == ["1", "2"]


def test_resources_that_do_not_drive_the_dates_are_left_aside():
    assert resource_dependent(rollup_dates_flag="N").task("A").work_calendar is None


def test_the_resource_that_takes_longest_sets_calendar_and_duration():
    work = {"task_id": 1, "remain_qty": 8, "remain_qty_per_hr": 1}
    plan = plan_of(
        [activity(1, "A", task_type="TT_Rsrc")],
        CALENDAR=[calendar(), calendar(2, "Tuesdays", calendar_text({3}))],
        RSRC=[
            {"rsrc_id": 1, "clndr_id": 1, "rsrc_type": "RT_Labor"},
            {"rsrc_id": 2, "clndr_id": 2, "rsrc_type": "RT_Labor"},
        ],
        TASKRSRC=[work | {"rsrc_id": 1, "remain_qty": 24}, work | {"rsrc_id": 2, "remain_qty": 16}],
    )

    assert (plan.task("A").work_calendar, plan.task("A").duration_minutes) == ("2", 960)
    assert schedule(plan).task("A").finish == datetime(2026, 1, 13, 17)


@pytest.mark.parametrize(("own", "people"), [("1", "9"), ("9", "1")])
def test_work_by_people_begins_when_they_and_the_activity_work(own, people):
    nights = calendar(9, "Round the clock", calendar_text(range(1, 8), (("00:00", "00:00"),)))
    plan = plan_of(
        [activity(1, "A", task_type="TT_Rsrc", clndr_id=own)],
        CALENDAR=[calendar(), nights],
        RSRC=[{"rsrc_id": 1, "clndr_id": people, "rsrc_type": "RT_Labor"}],
        TASKRSRC=[{"task_id": 1, "rsrc_id": 1, "remain_qty": 8, "remain_qty_per_hr": 1}],
    )

    found = schedule(plan).task("A")

    assert found.start == datetime(2026, 1, 5, 8)
    assert found.finish.hour == (16 if people == "9" else 17)


@pytest.mark.parametrize("text", ["", "(0||CalendarData()((0||Days", "(0||CalendarData()())"])
def test_a_calendar_that_is_damaged_or_empty_gets_a_usual_week_and_is_reported(text):
    result = xer.read(file([activity(1, "A", 16)], CALENDAR=[calendar(1, data=text)]))

    assert schedule(result.plan).task("A").finish == datetime(2026, 1, 6, 17)
    assert "a usual" in result.report.warnings[0]
