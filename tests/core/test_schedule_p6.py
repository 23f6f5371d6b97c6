"""Rules of Primavera P6 that differ from the others, each by a case done by hand."""

from dataclasses import replace
from datetime import datetime

import pytest

from planning.core.plan import (
    Calendar,
    Dependency,
    Interval,
    Lag,
    LagCalendar,
    LinkType,
    Rules,
    TaskKind,
    TotalFloat,
)
from tests.core.scheduling_plans import DAY, constraint, dates, link, task

WEDNESDAY = datetime(2026, 1, 7, 8)
P6 = {"rules": Rules.P6}
ALL_WEEK = Calendar("all", "All week", None, ((Interval(480, 1020),),) * 7)


@pytest.mark.parametrize(
    ("rules", "early"), [(Rules.P6, (2026, 1, 7, 8)), (Rules.LINEO, (2026, 1, 14, 8))]
)
def test_what_remains_is_reckoned_from_the_data_date_even_before_its_actual_start(rules, early):
    begun = datetime(2026, 1, 14, 8)
    found = dates(
        task("a", 5, actual_start=begun, remaining_minutes=2 * DAY),
        task("b", 1),
        link("a", "b"),
        data_date=WEDNESDAY,
        rules=rules,
    )

    assert found["a"].start == begun
    assert found["a"].early_start == datetime(*early)
    assert found["a"].finish >= found["a"].start


def test_work_with_an_expected_finish_takes_what_lies_up_to_there_backward_too():
    found = dates(
        task("a", 1, expected_finish=datetime(2026, 1, 16, 17)),
        task("b", 20),
        link("a", "b", "SS"),
        total_float=TotalFloat.START,
        **P6,
    )

    one = found["a"]
    assert one.early_finish == datetime(2026, 1, 16, 17)
    assert (one.late_start, one.late_finish) == (one.early_start, one.early_finish)
    assert one.total_float_minutes == 0


def test_a_finish_that_a_link_insists_on_never_shortens_the_work():
    found = dates(
        task("a", 1, constraint=constraint("SNET", 2026, 1, 5, 13)),
        task("b", 0.5),
        Dependency("a", "b", LinkType.SF, Lag(106 * 60)),
        lag_calendar=LagCalendar.CLOCK,
        **P6,
    )

    assert found["b"].early_start == datetime(2026, 1, 12, 8)
    assert found["b"].early_finish == datetime(2026, 1, 12, 12)


def test_an_earliest_and_a_latest_date_on_one_day_pin_only_the_same_end():
    pinned = task(
        "a", 2, constraint=constraint("SNET", 2025, 12, 1, 8),
        constraint2=constraint("SNLT", 2025, 12, 1, 8),
    )  # fmt: skip
    mixed = replace(pinned, constraint2=constraint("FNLT", 2025, 12, 1, 8))
    settings = {"data_date": datetime(2025, 12, 29, 8), **P6}

    assert dates(pinned, **settings)["a"].start == datetime(2026, 1, 5, 8)
    assert dates(mixed, **settings)["a"].start == datetime(2025, 12, 29, 8)


def test_a_finish_milestone_pinned_to_a_free_day_stands_there():
    saturday = (2026, 1, 10, 17)
    found = dates(
        task(
            "a", 0, kind=TaskKind.MILESTONE, constraint=constraint("FNET", *saturday),
            constraint2=constraint("FNLT", *saturday),
        ),
        task("b", 1, calendar="all"),
        link("a", "b"),
        ALL_WEEK,
        **P6,
    )  # fmt: skip

    assert found["b"].start == datetime(2026, 1, 11, 8)


def test_an_earliest_finish_on_a_free_day_is_met_when_work_next_begins():
    found = dates(
        task("a", 2, constraint=constraint("FNET", 2026, 1, 10, 17)),
        task("b", 1, calendar="all"),
        link("a", "b"),
        ALL_WEEK,
        **P6,
    )

    assert found["a"].start == datetime(2026, 1, 8, 8)
    assert found["b"].start == datetime(2026, 1, 12, 8)


def test_a_pause_uses_up_nothing_of_a_lag():
    begun = task("a", 10, actual_start=datetime(2026, 1, 5, 8), remaining_minutes=8 * DAY)
    paused = replace(begun, suspended=WEDNESDAY, resumed=datetime(2026, 1, 14, 8))
    rows = (task("b", 1), link("a", "b", "SS", 5))
    settings = {"data_date": datetime(2026, 1, 16, 8), **P6}

    assert dates(begun, *rows, **settings)["b"].start == datetime(2026, 1, 16, 8)
    assert dates(paused, *rows, **settings)["b"].start == datetime(2026, 1, 19, 8)


def test_a_summary_activity_begins_with_the_first_of_its_work():
    found = dates(
        task("s", 0, kind=TaskKind.SUMMARY),
        task("a", 5, parent="s", actual_start=datetime(2026, 1, 14, 8), remaining_minutes=3 * DAY),
        task("b", 2, parent="s", constraint=constraint("FNLT", 2026, 1, 8, 17)),
        task("c", 5),
        task("span", 1, kind=TaskKind.EFFORT),
        link("s", "span", "SS"),
        link("s", "span", "FF"),
        data_date=WEDNESDAY,
        total_float=TotalFloat.SMALLEST,
        **P6,
    )

    assert found["b"].start == WEDNESDAY
    assert found["span"].start == WEDNESDAY
    assert found["span"].late_start == found["span"].early_start
    assert found["span"].total_float_minutes == 2 * DAY


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_finishes_that_links_insist_on_the_latest_counts_whatever_they_are_called(names):
    six = Calendar("six", "Six", "standard", (None,) * 5 + ((Interval(480, 1020),), ()))
    short, long = names
    found = dates(
        task(short, 5, calendar="six", constraint=constraint("SNET", 2026, 1, 6, 8)),
        task(long, 6),
        task("c", 1),
        task("d", 1, calendar="six"),
        link(short, "c", "FF", -1),
        link(long, "c", "FF", -1),
        link("c", "d"),
        six,
        lag_calendar=LagCalendar.PREDECESSOR,
        **P6,
    )

    assert found["c"].finish == datetime(2026, 1, 9, 17)
    assert found["d"].start == datetime(2026, 1, 12, 8)
