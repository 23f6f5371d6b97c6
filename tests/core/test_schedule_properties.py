"""What holds of any plan, whatever its rows."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    LinkType,
    Plan,
    Rules,
    TaskKind,
)
from planning.core.schedule import reschedule, schedule
from tests.core.scheduling_plans import random_plan, task

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 10**9)
families = st.sampled_from(list(Rules))
ENDS = {
    LinkType.FS: ("early_finish", "early_start"),
    LinkType.SS: ("early_start", "early_start"),
    LinkType.FF: ("early_finish", "early_finish"),
    LinkType.SF: ("early_start", "early_finish"),
}


@few
@given(seeds)
def test_every_link_holds_where_constraints_do_not_win_over_it(seed):
    plan = random_plan(seed, honor_constraints=False)
    found = schedule(plan)
    working = calendars_of(plan.calendars)

    for one in plan.dependencies:
        after = plan.task(one.successor)
        before, now = (
            to_minutes(getattr(found.task(key), end))
            for key, end in zip((one.predecessor, one.successor), ENDS[one.type], strict=True)
        )
        time = working[after.calendar or "standard"]
        assert time.work_between(time.add(before, one.lag.minutes), now) >= 0


@few
@given(seeds, families)
def test_total_float_is_the_work_between_early_and_late_finish(seed, rules):
    plan = random_plan(seed, rules=rules)
    found = schedule(plan)
    working = calendars_of(plan.calendars)

    for leaf in plan.leaves():
        one = found.task(leaf.key)
        time = working[leaf.calendar or "standard"]
        early, late = to_minutes(one.early_finish), to_minutes(one.late_finish)
        assert one.total_float_minutes == time.work_between(early, late)


@few
@given(seeds, families)
def test_the_order_of_rows_is_irrelevant(seed, rules):
    plan = random_plan(seed, rules=rules)
    dice = random.Random(seed)

    shuffled = replace(
        plan,
        tasks=tuple(dice.sample(plan.tasks, len(plan.tasks))),
        dependencies=tuple(dice.sample(plan.dependencies, len(plan.dependencies))),
        calendars=tuple(dice.sample(plan.calendars, len(plan.calendars))),
    )

    assert dict(schedule(shuffled).tasks) == dict(schedule(plan).tasks)


@few
@given(seeds, st.integers(0, 60))
def test_nothing_is_scheduled_before_the_data_date(seed, days):
    data_date = datetime(2026, 1, 5, 8) + timedelta(days=days)
    found = schedule(_with_progress(random_plan(seed), data_date, seed))

    for key, one in found.tasks.items():
        if one.late_start is not None and not key.startswith("s"):
            assert one.early_start >= data_date


def _with_progress(plan: Plan, data_date: datetime, seed: int) -> Plan:
    """Return the plan with some of what was due by the data date done or begun."""
    found, dice = schedule(plan), random.Random(seed)
    tasks = []
    for one in plan.tasks:
        dates = found.task(one.key)
        if one.kind is not TaskKind.SUMMARY and dates.finish <= data_date and dice.random() < 0.7:
            tasks.append(replace(one, actual_start=dates.start, actual_finish=dates.finish))
        elif one.kind is not TaskKind.SUMMARY and dates.start < data_date and dice.random() < 0.7:
            tasks.append(replace(one, actual_start=dates.start, percent_complete=40.0))
        else:
            tasks.append(one)
    return replace(plan, tasks=tuple(tasks), project=replace(plan.project, data_date=data_date))


@few
@given(seeds, families)
def test_pulling_back_undoes_pushing(seed, rules):
    plan = random_plan(seed, rules=rules)
    before = schedule(plan)
    pushed = _lengthened(plan, seed, 960)

    there = reschedule(before, pushed)
    back = reschedule(there, _lengthened(pushed, seed, -960))

    assert back == before


def _lengthened(plan: Plan, seed: int, minutes: int) -> Plan:
    place = 3 + seed % (len(plan.tasks) - 3)
    one = plan.tasks[place]
    longer = replace(one, duration_minutes=one.duration_minutes + minutes)
    return replace(plan, tasks=(*plan.tasks[:place], longer, *plan.tasks[place + 1 :]))


@few
@given(seeds, families, st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_an_edited_plan_is_rescheduled_to_what_an_empty_start_gives(seed, rules, edits):
    plan = random_plan(seed, rules=rules)
    found, dice = schedule(plan), random.Random(seed)

    for kind in edits:
        plan = _edited(plan, kind, dice)
        found = reschedule(found, plan)

        assert found == schedule(plan)


def _edited(plan: Plan, kind: int, dice: random.Random) -> Plan:
    tasks, links = list(plan.tasks), list(plan.dependencies)
    place = dice.choice([n for n, one in enumerate(tasks) if one.kind is not TaskKind.SUMMARY])
    if kind == 0:
        tasks[place] = replace(tasks[place], duration_minutes=dice.randrange(0, 4800))
    elif kind == 1:
        date = datetime(2026, dice.randrange(1, 6), 3, 8)
        wish = Constraint(ConstraintType.SNET, date)
        tasks[place] = replace(tasks[place], constraint=wish)
    elif kind == 2 and links:
        links.pop(dice.randrange(len(links)))
    elif kind == 3:
        key = f"new{dice.random()}"
        links.append(Dependency(tasks[place].key, key, LinkType.SS))
        tasks.append(task(key, 3))
    elif kind == 4 and len(tasks) > 6:
        gone = tasks.pop(place).key
        links = [one for one in links if gone not in (one.predecessor, one.successor)]
    elif kind == 5:
        tasks[place] = replace(tasks[place], actual_start=datetime(2026, 1, 6, 8))
    return replace(plan, tasks=tuple(tasks), dependencies=tuple(links))


def test_rescheduling_computes_only_what_can_move():
    plan = random_plan(7, count=400)
    found = schedule(plan)
    longer = _lengthened(plan, len(plan.tasks) - 4, 60)

    again = reschedule(found, longer)

    shared = sum(one is found.tasks[key] for key, one in again.tasks.items())
    assert shared > 0.5 * len(plan.tasks)


def test_an_edit_that_closes_a_circle_is_refused():
    plan = random_plan(11)
    found = schedule(plan)
    one = plan.dependencies[0]
    back = Dependency(one.successor, one.predecessor)

    with pytest.raises(ValueError, match="circle"):
        reschedule(found, replace(plan, dependencies=(*plan.dependencies, back)))
