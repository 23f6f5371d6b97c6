"""Each rule of docs/method.md by a case done by hand."""

import time
from dataclasses import replace
from datetime import datetime

import pytest

from planning.core.plan import Calendar, Interval, LagCalendar, PlanError, TaskKind, TotalFloat
from planning.core.schedule import CircleError, Reason, schedule
from tests.core.scheduling_plans import DAY, chain, constraint, dates, link, plan, task


def test_the_published_calendar_case():
    found = dates(task("Design", 5), task("Build", 10), task("Docs", 3), link("Design", "Build"))

    assert found["Design"].finish == datetime(2026, 1, 9, 17)
    assert found["Build"].start == datetime(2026, 1, 12, 8)
    assert found["Build"].finish == datetime(2026, 1, 23, 17)
    assert found["Docs"].total_float_minutes == 12 * DAY
    assert [key for key, one in found.items() if one.critical] == ["Design", "Build"]


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [
        ("FS", 0, (2026, 1, 12, 8)),
        ("FS", 1, (2026, 1, 13, 8)),
        ("FS", -2, (2026, 1, 8, 8)),
        ("SS", 2, (2026, 1, 7, 8)),
        ("FF", 0, (2026, 1, 8, 8)),
        ("FF", 1, (2026, 1, 9, 8)),
        ("SF", 4, (2026, 1, 7, 8)),
    ],
)
def test_each_link_type_with_lag_and_lead(kind, lag, start):
    found = dates(task("a", 5), task("b", 2), link("a", "b", kind, lag))

    assert found["b"].start == datetime(*start)


def test_a_start_to_finish_link_never_pulls_before_the_projects_start():
    found = dates(task("a", 1), task("b", 5), link("a", "b", "SF"))

    assert found["b"].start == datetime(2026, 1, 5, 8)


def test_a_shorter_predecessor_brings_its_successors_back():
    long = dates(task("a", 5), task("b", 1), link("a", "b"))
    short = dates(task("a", 2), task("b", 1), link("a", "b"))

    assert long["b"].start == datetime(2026, 1, 12, 8)
    assert short["b"].start == datetime(2026, 1, 7, 8)


def test_lags_are_worked_in_the_calendar_that_the_plan_names():
    six = Calendar("six", "Six", "standard", (None,) * 5 + ((Interval(480, 1020),), ()))
    rows = (task("a", 5), task("b", 1, calendar="six"), link("a", "b", "FS", 1), six)

    by_successor = dates(*rows)
    by_predecessor = dates(*rows, lag_calendar=LagCalendar.PREDECESSOR)
    by_clock = dates(*rows, lag_calendar=LagCalendar.CLOCK)

    assert by_successor["b"].start == datetime(2026, 1, 10, 16)
    assert by_predecessor["b"].start == datetime(2026, 1, 13, 8)
    assert by_clock["b"].start == datetime(2026, 1, 10, 8)


def test_a_constraint_that_cannot_hold_shows_as_negative_float_on_its_chain():
    found = dates(
        task("a", 5),
        task("b", 5, constraint=constraint("FNLT", 2026, 1, 14, 17)),
        link("a", "b"),
        honor_constraints=False,
    )

    assert found["b"].finish == datetime(2026, 1, 16, 17)
    assert found["a"].total_float_minutes == found["b"].total_float_minutes == -2 * DAY
    assert found["b"].limited_by[0].kind == "constraint"


def test_must_finish_by_and_a_deadline_bound_late_dates_and_move_nothing():
    found = dates(
        task("a", 5, deadline=datetime(2026, 1, 8, 17)),
        task("b", 2),
        must_finish_by=datetime(2026, 1, 7, 17),
    )

    assert found["a"].finish == datetime(2026, 1, 9, 17)
    assert found["a"].total_float_minutes == -2 * DAY
    assert found["b"].total_float_minutes == DAY
    assert found["b"].limited_by == (Reason("must_finish_by"),)


@pytest.mark.parametrize(
    ("kind", "moment", "start"),
    [
        ("SNET", (2026, 1, 14, 8), (2026, 1, 14, 8)),
        ("FNET", (2026, 1, 14, 17), (2026, 1, 13, 8)),
        ("MSO", (2026, 1, 14, 8), (2026, 1, 14, 8)),
        ("MFO", (2026, 1, 14, 17), (2026, 1, 13, 8)),
        ("SNLT", (2026, 1, 7, 8), (2026, 1, 7, 8)),
        ("FNLT", (2026, 1, 8, 17), (2026, 1, 7, 8)),
    ],
)
def test_constraints_that_are_honoured_win_over_links(kind, moment, start):
    wish = constraint(kind, *moment)
    found = dates(task("a", 5), task("b", 2, constraint=wish), link("a", "b"))

    assert found["b"].start == datetime(*start)
    assert found["b"].driven_by[0].type == kind


def test_as_late_as_possible_keeps_its_successors_where_they_are():
    found = dates(
        task("a", 5),
        task("late", 1, constraint=constraint("ALAP")),
        task("b", 1),
        link("a", "b"),
        link("late", "b"),
    )

    assert found["late"].start == datetime(2026, 1, 9, 8)
    assert found["b"].start == datetime(2026, 1, 12, 8)


def test_a_manual_task_keeps_its_dates_and_says_what_the_network_would_choose():
    found = dates(
        task("a", 5),
        task("b", 2, manual_start=datetime(2026, 1, 7, 8), manual_finish=datetime(2026, 1, 8, 17)),
        task("c", 1),
        link("a", "b"),
        link("b", "c"),
    )

    assert found["b"].start == datetime(2026, 1, 7, 8)
    assert found["b"].network_start == datetime(2026, 1, 12, 8)
    assert found["b"].driven_by == (Reason("manual"),)
    assert found["c"].start == datetime(2026, 1, 9, 8)


def test_a_milestone_stands_where_the_work_before_it_ends():
    found = dates(task("a", 5), task("done", 0, kind=TaskKind.MILESTONE), link("a", "done"))

    assert found["done"].start == found["done"].finish == datetime(2026, 1, 9, 17)


def test_elapsed_work_goes_on_through_the_weekend():
    found = dates(task("a", 5), task("cure", 3, elapsed=True), link("a", "cure"))

    assert found["cure"].start == datetime(2026, 1, 9, 17)
    assert found["cure"].finish == datetime(2026, 1, 10, 17)


@pytest.mark.parametrize(
    ("which", "minutes"), [("finish", 2 * DAY), ("start", 3 * DAY), ("smallest", 2 * DAY)]
)
def test_total_float_is_reckoned_as_the_plan_says(which, minutes):
    fixed = task(
        "b", 2, manual_start=datetime(2026, 1, 5, 8), manual_finish=datetime(2026, 1, 7, 17)
    )
    found = dates(task("a", 5), fixed, total_float=TotalFloat(which))

    assert found["b"].total_float_minutes == minutes


def test_a_limit_above_zero_makes_near_critical_tasks_critical():
    found = dates(task("a", 5), task("b", 4), critical_float_limit_minutes=DAY)

    assert found["b"].critical


def test_parallel_equal_paths_are_all_critical_and_both_drive():
    found = dates(task("a", 2), task("b", 2), task("c", 1), link("b", "c"), link("a", "c"))

    assert all(one.critical and one.on_longest_path for one in found.values())
    assert [reason.id for reason in found["c"].driven_by] == ["a", "b"]


def test_inactive_tasks_hold_nothing():
    found = dates(task("a", 9, active=False), task("b", 1), link("a", "b"))

    assert found["b"].start == datetime(2026, 1, 5, 8)
    assert found["a"].total_float_minutes is None


def test_a_circle_is_refused_by_name():
    rows = (task("1", name="Dig"), task("2", name="Pour"), task("3", name="Cure"))

    with pytest.raises(CircleError, match="Dig → Pour → Cure → Dig") as refused:
        dates(*rows, link("1", "2"), link("2", "3"), link("3", "1"))

    assert refused.value.keys == ("1", "2", "3")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((task("a"), link("a", "a")), "a → a"),
        ((task("a"), link("a", "b")), "“b”, which is not there"),
        ((task("a", calendar="none"),), "no calendar with the key “none”"),
        ((task("a", parent="b"), task("b", parent="a")), "lies under itself"),
        ((task("a", parent="z"),), "lies under “z”"),
        ((task("a", -1),), "is negative"),
        ((task("a", 10_000_000_000),), "years 1 to 9999"),
        ((task("a", constraint=constraint("SNET")),), "needs a date"),
    ],
)
def test_what_is_malformed_is_told_in_a_sentence(rows, message):
    with pytest.raises(PlanError, match=message):
        dates(*rows)


def test_links_to_other_projects_bound_a_task_and_may_end_after_the_project():
    late = replace(task("a"), external_finish=datetime(2026, 1, 9, 17))
    early = replace(task("b"), external_start=datetime(2026, 1, 7, 8))

    found = dates(late, early)

    assert found["a"].late_finish == datetime(2026, 1, 9, 17)
    assert found["a"].limited_by[0].type == "FNLT"
    assert found["b"].start == datetime(2026, 1, 7, 8)
    assert found["b"].late_finish == datetime(2026, 1, 7, 17)


def test_open_ends_have_no_float_where_the_plan_says_so():
    rows = (task("a"), task("b", 3))

    assert dates(*rows)["a"].total_float_minutes == 2 * DAY
    found = dates(*rows, open_ends_critical=True)["a"]
    assert (found.total_float_minutes, found.critical) == (0, True)


def test_an_empty_plan_finishes_where_it_starts():
    empty = schedule(plan())

    assert (empty.finish, dict(empty.tasks)) == (datetime(2026, 1, 5, 8), {})


def test_a_long_chain_needs_no_recursion_and_stays_linear():
    schedule(chain(200))
    began = time.process_time()
    schedule(chain(2_000))
    short = time.process_time() - began
    began = time.process_time()

    last = schedule(chain(20_000)).task("t19999")

    assert last.critical
    assert time.process_time() - began < 30 * max(short, 0.05)


def test_dates_say_only_their_own_reasons_in_json():
    wish = replace(task("a"), constraint=constraint("SNET", 2026, 1, 7, 8))

    reason = dates(wish)["a"].driven_by[0]

    assert reason.to_json() == {"kind": "constraint", "type": "SNET", "date": "2026-01-07T08:00"}
