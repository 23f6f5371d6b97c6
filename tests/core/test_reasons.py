"""What is named as the reason of a date is what sets it.

Where a constraint asks for the very date that a link asks for, the link is named.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.core import editing
from planning.core.calendars import WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.paths import path_through
from planning.core.plan import Plan, Rules, Task
from planning.core.schedule import Reason, Schedule, schedule
from tests.core.scheduling_plans import constraint, dates, link, plan, random_plan, task

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 10**9)
FAMILIES = st.sampled_from(list(Rules))
KNOWN = {
    *("dependency", "constraint", "data_date", "project_start", "calendar", "actual", "manual"),
    *("project_finish", "must_finish_by"),
}
DATED = {"SNET", "FNET"}


def without(planned: Plan, key: str, reasons: tuple[Reason, ...], *, forward: bool) -> Plan:
    """Return the plan without what the reasons name."""
    for reason in reasons:
        if reason.kind == "dependency":
            ends = (reason.id, key) if forward else (key, reason.id)
            planned = editing.remove_dependency(planned, f"{ends[0]}|{ends[1]}|{reason.type}")
        elif reason.type == "deadline":
            planned = editing.replace_task(planned, key, deadline=None)
        else:
            planned = editing.replace_task(planned, key, constraint=None)
    return planned


def hours_of(planned: Plan, one: Task) -> WorkingTime:
    return calendars_of(planned.calendars)[one.calendar or "standard"]


def moved(planned: Plan, one: Task, before: datetime | None, after: datetime | None) -> int:
    assert before is not None
    assert after is not None
    return hours_of(planned, one).work_between(to_minutes(before), to_minutes(after))


@few
@given(SEEDS, FAMILIES)
def test_every_leaf_says_what_sets_its_dates_in_known_words(seed: int, rules: Rules) -> None:
    planned = random_plan(seed, rules=rules)
    found = schedule(planned)

    for leaf in planned.leaves():
        one = found.task(leaf.key)
        assert one.driven_by
        assert one.limited_by
        assert {reason.kind for reason in (*one.driven_by, *one.limited_by)} <= KNOWN


@few
@given(SEEDS, FAMILIES)
def test_without_all_that_drives_it_a_task_could_start_earlier(seed: int, rules: Rules) -> None:
    """Or a date of the whole plan holds it, and is what is named then."""
    planned = random_plan(seed, rules=rules, honor_constraints=False)
    found = schedule(planned)

    for leaf in planned.leaves():
        one = found.task(leaf.key)
        kinds = {reason.type for reason in one.driven_by if reason.kind == "constraint"}
        if one.driven_by[0].kind not in {"dependency", "constraint"} or not kinds <= DATED:
            continue
        freed = without(planned, leaf.key, one.driven_by, forward=True)
        again = schedule(freed).task(leaf.key)
        by = moved(planned, leaf, one.early_start, again.early_start)
        # Microsoft Project lets links, but nothing else, reach before the project's start.
        now = again.driven_by[0].kind
        at_the_start = now in {"project_start", "data_date"}
        assert (
            by < 0
            or (at_the_start and (by == 0 or rules is Rules.MSPROJECT))
            or (by == 0 and now == "constraint")
        )


@few
@given(SEEDS, FAMILIES)
def test_without_one_of_several_drivers_it_stays_for_the_others(seed: int, rules: Rules) -> None:
    planned = random_plan(seed, rules=rules)
    found = schedule(planned)

    for leaf in planned.leaves():
        one = found.task(leaf.key)
        if len(one.driven_by) < 2:
            continue
        freed = without(planned, leaf.key, one.driven_by[:1], forward=True)
        again = schedule(freed).task(leaf.key)
        assert moved(planned, leaf, one.early_start, again.early_start) == 0
        assert again.driven_by == one.driven_by[1:]


@few
@given(SEEDS, FAMILIES)
def test_without_all_that_limits_it_a_task_could_finish_later(seed: int, rules: Rules) -> None:
    planned = random_plan(seed, rules=rules, honor_constraints=False)
    found = schedule(planned)

    for leaf in planned.leaves():
        one = found.task(leaf.key)
        if one.limited_by[0].kind not in {"dependency", "constraint"}:
            continue
        freed = without(planned, leaf.key, one.limited_by, forward=False)
        again = schedule(freed)
        if again.finish != found.finish:
            continue
        by = moved(planned, leaf, one.late_finish, again.task(leaf.key).late_finish)
        # A constraint that asks for the very date of a link is not named beside it.
        now = again.task(leaf.key).limited_by[0].kind
        assert by > 0 or (by == 0 and now in {"project_finish", "constraint"})


@few
@given(SEEDS)
def test_the_longest_path_is_a_chain_of_drivers_to_the_finish(seed: int) -> None:
    planned = random_plan(seed, honor_constraints=False)
    found = schedule(planned)

    for leaf in planned.leaves():
        path = path_through(planned, found, leaf.key)
        chain = [*path.before, leaf.key, *path.after]
        for before, after in pairwise(chain):
            assert before in {reason.id for reason in found.task(after).driven_by}
        if found.task(leaf.key).on_longest_path:
            assert found.task(chain[-1]).finish == found.finish
            assert all(found.task(key).on_longest_path for key in chain)


def test_a_task_as_late_as_possible_says_so() -> None:
    rows = (task("A", 0.5, constraint=constraint("ALAP")), task("B"), task("C", 5))

    for rules in Rules:
        one = dates(*rows, link("A", "C"), link("B", "C"), rules=rules)["A"]
        assert [(reason.kind, reason.type) for reason in one.driven_by] == [("constraint", "ALAP")]


def test_a_path_goes_through_the_leaf_that_gives_a_summary_its_date() -> None:
    rows = (
        replace(task("S"), duration_minutes=0),
        replace(task("A"), parent="S"),
        replace(task("B", 3), parent="S"),
        task("C"),
    )
    planned = plan(*rows, link("S", "C"))
    found: Schedule = schedule(planned)

    assert path_through(planned, found, "C").before == ("B",)
    assert path_through(planned, found, "B").after == ("C",)
    assert dates(*rows, link("S", "C"))["C"].start - timedelta(hours=15) == found.task("B").finish
