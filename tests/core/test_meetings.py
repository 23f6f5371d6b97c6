"""Leaves of linked summaries meet in one node; dates, floats and reasons stay what they were."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    Interval,
    Lag,
    LagCalendar,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Rules,
    Task,
    TaskKind,
    TotalFloat,
    standard_calendar,
)
from planning.core.schedule import Schedule, reschedule, schedule
from planning.core.scheduling import basis
from planning.core.scheduling.lowering import lower
from tests.core.scheduling_plans import MONDAY

SIX = Calendar("six", "Six", "standard", (None,) * 5 + ((Interval(480, 1020),), ()))
NIGHT = Calendar("night", "Night", None, ((Interval(1320, 1800),),) * 5 + ((), ()))
DATED = [ConstraintType(one) for one in ("SNET", "FNLT", "MSO", "FNET", "SNLT")]


def summaries(seed: int) -> Plan:
    """Return a plan whose summaries are linked, by any rules, with all that leaves may have."""
    dice = random.Random(seed)
    tasks: list[Task] = []
    links: list[Dependency] = []
    for part in range(dice.randrange(3, 6)):
        above = f"s{part - 1}" if part and dice.random() < 0.15 else None
        tasks.append(Task(f"s{part}", f"S{part}", parent=above, kind=TaskKind.SUMMARY))
        for number in range(dice.randrange(2, 5)):
            tasks.append(_leaf(dice, part, number))
            if number and dice.random() < 0.4:
                kind, lag = dice.choice(list(LinkType)), Lag(dice.choice([0, 480, -240]))
                links.append(Dependency(f"t{part}_{number - 1}", f"t{part}_{number}", kind, lag))
        for _ in range(dice.choice([1, 1, 2]) if part else 0):
            kind = dice.choice([LinkType.FS, *LinkType])
            lag = Lag(dice.choice([0, 0, 480, -480, 960]), elapsed=dice.random() < 0.2)
            links.append(Dependency(f"s{dice.randrange(part)}", f"s{part}", kind, lag))
    settings = ProjectSettings(
        "House",
        MONDAY,
        rules=dice.choice(list(Rules)),
        lag_calendar=dice.choice(list(LagCalendar)),
        total_float=dice.choice(list(TotalFloat)),
        data_date=MONDAY + timedelta(days=dice.randrange(5)) if dice.random() < 0.4 else None,
        must_finish_by=MONDAY + timedelta(days=30) if dice.random() < 0.3 else None,
        open_ends_critical=dice.random() < 0.2,
        honor_constraints=dice.random() < 0.7,
    )
    kept = {one.key: one for one in links}
    return Plan(settings, (standard_calendar(), SIX, NIGHT), tuple(tasks), tuple(kept.values()))


def _leaf(dice: random.Random, part: int, number: int) -> Task:
    more: dict[str, Any] = {}
    if dice.random() < 0.2:
        moment = MONDAY + timedelta(days=dice.randrange(40), hours=dice.choice([0, 9]))
        more["constraint"] = Constraint(dice.choice(DATED), moment)
    if dice.random() < 0.1:
        more["deadline"] = MONDAY + timedelta(days=dice.randrange(30), hours=9)
    if dice.random() < 0.15 and part < 2:
        more["actual_start"] = MONDAY + timedelta(days=dice.randrange(3))
        if dice.random() < 0.5:
            done = timedelta(days=dice.randrange(4), hours=3)
            more["actual_finish"] = more["actual_start"] + done
    if dice.random() < 0.07:
        more["active"] = False
    if dice.random() < 0.07:
        more["manual_start"] = MONDAY + timedelta(days=dice.randrange(9))
        more["manual_finish"] = MONDAY + timedelta(days=10)
    minutes = dice.choice([0, 240, 480, 960, 2400, 100])
    return Task(
        f"t{part}_{number}",
        "Leaf",
        f"s{part}",
        kind=TaskKind.TASK if minutes else TaskKind.MILESTONE,
        duration_minutes=minutes,
        calendar=dice.choice([None, None, "six", "night"]),
        **more,
    )


def outcome(plan: Plan) -> Schedule | str:
    try:
        return schedule(plan)
    except PlanError as fault:
        return type(fault).__name__


def test_meeting_changes_no_date_no_float_and_no_reason(monkeypatch):
    met = 0
    for seed in range(400):
        plan = summaries(seed)
        found = outcome(plan)
        with monkeypatch.context() as patched:
            patched.setattr(basis, "lower", lambda one, **_: lower(one))
            assert outcome(plan) == found
        if isinstance(found, Schedule):
            assert isinstance(found.basis, basis.Basis)
            met += found.basis.network.has_meetings

    assert met > 100


def two_parts(count: int, kind: str = "FS") -> Plan:
    parts = [Task(f"s{part}", f"S{part}", kind=TaskKind.SUMMARY) for part in (0, 1)]
    leaves = [
        Task(f"t{part}_{number}", "Leaf", f"s{part}", duration_minutes=480)
        for part in (0, 1)
        for number in range(count)
    ]
    links = (Dependency("s0", "s1", LinkType(kind)),)
    settings = ProjectSettings("House", MONDAY, rules=Rules.MSPROJECT)
    return Plan(settings, (standard_calendar(),), (*parts, *leaves), links)


@pytest.mark.parametrize("kind", ["FS", "FF", "SS"])
def test_a_link_of_large_summaries_asks_for_as_much_as_they_have_leaves(kind):
    count = 1500
    network, _ = lower(two_parts(count, kind), meet=True)

    asked = sum(len(node.arrivals) + len(node.limits) for node in network.nodes)
    assert asked <= 4 * count


def test_links_that_would_ask_for_millions_are_refused_in_a_sentence():
    with pytest.raises(PlanError, match="link milestones instead"):
        schedule(two_parts(1100, "SF"))


def test_linking_two_summaries_by_an_edit_lets_their_leaves_meet_too():
    linked = two_parts(30)
    found = schedule(replace(linked, dependencies=()))

    again = reschedule(found, linked)

    assert isinstance(again.basis, basis.Basis)
    assert again.basis.network.has_meetings
    assert again == schedule(linked)
