"""Each rule of docs/method.md on summaries and levels of effort, by a case done by hand."""

from dataclasses import replace
from datetime import datetime

import pytest

from planning.core.plan import Rules, TaskKind
from planning.core.schedule import CircleError, Reason
from tests.core.scheduling_plans import DAY, constraint, dates, link, task


def test_links_of_summaries_mean_their_leaves():
    found = dates(
        task("first", kind=TaskKind.SUMMARY),
        task("a", 5, parent="first"),
        task("b", 2, parent="first", constraint=constraint("SNET", 2026, 1, 6, 8)),
        task("second", kind=TaskKind.SUMMARY),
        task("c", 1, parent="second"),
        task("d", 1, parent="second"),
        task("early", 1),
        link("first", "second"),
        link("first", "early", "SS", 1),
    )

    assert found["c"].start == found["d"].start == datetime(2026, 1, 12, 8)
    assert found["early"].start == datetime(2026, 1, 6, 8)
    assert (found["first"].start, found["first"].finish) == (
        datetime(2026, 1, 5, 8),
        datetime(2026, 1, 9, 17),
    )
    assert found["c"].driven_by == (Reason("dependency", "first", "FS", "0d"),)


def test_level_of_effort_spans_its_links_and_drives_nothing():
    found = dates(
        task("a", 2),
        task("b", 5),
        task("lead", 1, kind=TaskKind.EFFORT),
        link("a", "b"),
        link("a", "lead", "SS"),
        link("b", "lead", "FF"),
    )

    assert found["lead"].start == datetime(2026, 1, 5, 8)
    assert found["lead"].finish == datetime(2026, 1, 13, 17)
    assert not found["lead"].critical


def test_a_link_between_a_summary_and_what_lies_below_it_is_a_circle_of_the_two():
    rows = (task("s", kind=TaskKind.SUMMARY, name="Phase"), task("a", parent="s", name="Dig"))

    for ends, said in ((("s", "a"), "Phase → Dig → Phase"), (("a", "s"), "Dig → Phase → Dig")):
        with pytest.raises(CircleError, match=said):
            dates(*rows, link(*ends))


@pytest.mark.parametrize(("rules", "critical"), [("p6", True), ("lineo", False)])
def test_only_p6_calls_a_level_of_effort_critical(rules, critical):
    rows = (task("a"), task("e", 0, kind=TaskKind.EFFORT), link("a", "e", "SS"))
    rows += (link("a", "e", "FF"),)

    assert dates(*rows, rules=Rules(rules))["e"].critical is critical


def test_an_effort_that_nothing_ends_may_last_as_long_as_the_plan():
    late = {"must_finish_by": datetime(2026, 1, 6, 17), "rules": Rules.P6}
    rows = (task("a", 5), task("e", 0, kind=TaskKind.EFFORT), link("a", "e", "SS"))

    assert dates(*rows, **late)["e"].late_finish == datetime(2026, 1, 9, 17)


@pytest.mark.parametrize(("rules", "day"), [("msproject", 8), ("lineo", 8), ("p6", 5)])
def test_constraints_of_a_summary_hold_for_all_below_but_in_p6(rules, day):
    rows = (
        replace(task("s"), kind=TaskKind.SUMMARY, constraint=constraint("SNET", 2026, 1, 8, 8)),
        task("part", parent="s", kind=TaskKind.SUMMARY),
        task("a", parent="part"),
        task("b", 3),
        link("a", "b"),
    )

    found = dates(*rows, rules=Rules(rules))

    assert found["a"].start.day == day
    assert found["s"].start.day == day


@pytest.mark.parametrize("rules", [Rules.MSPROJECT, Rules.LINEO])
def test_a_summary_that_finishes_no_later_bounds_late_dates_below(rules):
    late = constraint("FNLT", 2026, 1, 5, 17)
    rows = (
        replace(task("s"), kind=TaskKind.SUMMARY, constraint=late),
        task("a", 2, parent="s"),
    )

    found = dates(*rows, rules=rules)["a"]

    assert (found.finish.day, found.late_finish.day, found.total_float_minutes) == (6, 5, -DAY)


def test_both_constraints_of_a_summary_hold():
    both = {
        "constraint": constraint("SNET", 2026, 1, 6, 8),
        "constraint2": constraint("FNLT", 2026, 1, 6, 17),
    }
    rows = (replace(task("s"), kind=TaskKind.SUMMARY, **both), task("a", 2, parent="s"))

    found = dates(*rows)["a"]

    assert (found.start.day, found.late_finish.day, found.total_float_minutes) == (6, 6, -DAY)
