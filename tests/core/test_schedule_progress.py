"""Each rule of docs/method.md on what is done and under way, by a case done by hand."""

from dataclasses import replace
from datetime import datetime

import pytest

from planning.core.plan import OutOfSequence, Rules
from tests.core.scheduling_plans import DAY, constraint, dates, link, task


def test_finished_work_stays_and_remaining_work_waits_for_the_data_date():
    found = dates(
        task("a", 2, actual_start=datetime(2026, 1, 5, 8), actual_finish=datetime(2026, 1, 6, 17)),
        task("b", 4, actual_start=datetime(2026, 1, 7, 8), remaining_minutes=2 * DAY),
        task("c", 1),
        link("a", "b"),
        link("b", "c"),
        data_date=datetime(2026, 1, 12, 8),
    )

    assert (found["a"].finish, found["a"].late_finish) == (datetime(2026, 1, 6, 17), None)
    assert (found["a"].total_float_minutes, found["a"].critical) == (None, False)
    assert found["b"].start == datetime(2026, 1, 7, 8)
    assert found["b"].early_start == datetime(2026, 1, 12, 8)
    assert found["b"].finish == datetime(2026, 1, 13, 17)
    assert found["c"].start == datetime(2026, 1, 14, 8)


def test_work_that_began_out_of_order_waits_with_its_rest_for_its_predecessor():
    rows = (
        task("a", 5),
        task("b", 4, actual_start=datetime(2026, 1, 5, 8), percent_complete=50),
        link("a", "b"),
    )
    now = {"data_date": datetime(2026, 1, 7, 8)}

    retained = dates(*rows, **now)
    overridden = dates(*rows, **now, out_of_sequence=OutOfSequence.PROGRESS_OVERRIDE)

    assert retained["b"].early_start == datetime(2026, 1, 14, 8)
    assert overridden["b"].early_start == datetime(2026, 1, 7, 8)


@pytest.mark.parametrize(("percent", "finish"), [(50, 9), (75, 8), (0, 13)])
def test_a_share_that_is_done_leaves_the_rest_though_nobody_said_when_it_began(percent, finish):
    """What is done of the four days lies before the data date, what remains after it."""
    found = dates(task("a", 4, percent_complete=percent), data_date=datetime(2026, 1, 8, 8))["a"]

    begun = {50: 6, 75: 5, 0: 8}[percent]
    assert (found.start, found.early_start.day) == (datetime(2026, 1, begun, 8), 8)
    assert found.finish == datetime(2026, 1, finish, 17)


def test_work_of_which_only_the_end_is_known_took_its_duration_but_not_before_the_project():
    found = dates(
        task("a", 2, actual_finish=datetime(2026, 1, 7, 17)),
        task("b", 9, actual_finish=datetime(2026, 1, 7, 17)),
        task("c", 2, actual_finish=datetime(2026, 1, 1, 17)),
    )

    assert [found[key].start.day for key in "abc"] == [6, 5, 1]
    assert {found[key].total_float_minutes for key in "abc"} == {None}


def test_progress_without_a_data_date_still_holds_what_follows():
    found = dates(
        task("a", 2, actual_start=datetime(2026, 1, 8, 8), actual_finish=datetime(2026, 1, 9, 17)),
        task("b", 1),
        link("a", "b"),
    )

    assert found["b"].start == datetime(2026, 1, 12, 8)


def test_a_latest_start_of_work_under_way_means_its_whole_length_by_now():
    begun = replace(
        task("a", 5),
        actual_start=datetime(2026, 1, 5, 8),
        remaining_minutes=4 * DAY,
        constraint=constraint("SNLT", 2026, 1, 12, 8),
    )
    rows = (begun, task("b", 30))

    found = dates(*rows, data_date=datetime(2026, 1, 7, 8), rules=Rules.P6)["a"]

    assert found.late_finish == datetime(2026, 1, 19, 17)


def test_by_microsofts_rules_work_that_began_lends_its_actual_start_though_it_is_to_be_late():
    found = dates(
        task("a", 1, constraint=constraint("ALAP"), actual_start=datetime(2026, 1, 7, 8)),
        task("b", 1),
        task("c", 10),
        link("a", "b", "SF", 2),
        rules=Rules.MSPROJECT,
    )

    assert found["b"].start == datetime(2026, 1, 8, 8)
