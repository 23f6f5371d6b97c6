"""A task that is kept has its share of risks and drivers again, which its removal had shortened."""

from dataclasses import replace

import pytest

from planning.core.distributions import Fixed
from planning.core.merge import Side, merge, merged
from planning.core.plan import Driver, Impact, Mitigation, Plan, Risk
from tests.core.test_merge import BASE, with_task, without_task

DAY = 480
HIT_A, HIT_B = Impact("A", Fixed(DAY)), Impact("B", Fixed(2 * DAY))
RISKY = replace(
    BASE,
    risks=(Risk("R", "Rain", 0.3, (HIT_A, HIT_B), Mitigation(0.1, (HIT_A, HIT_B))),),
    drivers=(Driver("Crew", 0.5, ("A", "B", "C")),),
)
GONE = without_task(RISKY, "A")
LONGER = with_task(RISKY, "A", duration_minutes=5 * DAY)


def decisions(ours: Plan, theirs: Plan, side: Side) -> dict[str, Side]:
    return {one.id: side for one in merge(RISKY, ours, theirs).conflicts}


@pytest.mark.parametrize(
    ("ours", "theirs", "keeper"), [(LONGER, GONE, Side.OURS), (GONE, LONGER, Side.THEIRS)]
)
def test_a_kept_task_has_its_shares_again(ours: Plan, theirs: Plan, keeper: Side) -> None:
    plan = merged(RISKY, ours, theirs, decisions(ours, theirs, keeper))

    assert plan.risks == RISKY.risks
    assert plan.drivers == RISKY.drivers


@pytest.mark.parametrize(
    ("ours", "theirs", "remover"), [(LONGER, GONE, Side.THEIRS), (GONE, LONGER, Side.OURS)]
)
def test_a_removed_task_takes_its_shares_along(ours: Plan, theirs: Plan, remover: Side) -> None:
    plan = merged(RISKY, ours, theirs, decisions(ours, theirs, remover))

    assert plan.risks == GONE.risks
    assert plan.drivers == GONE.drivers


def test_what_the_holder_made_of_the_share_comes_back() -> None:
    heavier = Impact("A", Fixed(9 * DAY))
    risk = replace(RISKY.risks[0], impacts=(heavier, HIT_B))
    ours = replace(LONGER, risks=(replace(risk, after=RISKY.risks[0].after),))
    theirs = GONE
    found = {
        one.id: Side.OURS if one.field == "" else Side.THEIRS
        for one in merge(RISKY, ours, theirs).conflicts
    }

    plan = merged(RISKY, ours, theirs, found)

    # Somebody chose their impacts, so that choice stands.
    assert plan.risks[0].impacts == (HIT_B,)


def test_a_row_that_the_remover_changed_otherwise_stays_as_they_made_it() -> None:
    milder = replace(GONE.risks[0], impacts=(Impact("B", Fixed(DAY)),))
    theirs = replace(GONE, risks=(milder,))

    plan = merged(RISKY, LONGER, theirs, decisions(LONGER, theirs, Side.OURS))

    assert plan.risks[0].impacts == milder.impacts


def test_a_task_that_found_another_driver_stays_there() -> None:
    ours = replace(
        LONGER, drivers=(Driver("Crew", 0.5, ("B", "C")), Driver("Weather", 0.2, ("A",)))
    )

    plan = merged(RISKY, ours, GONE, decisions(ours, GONE, Side.OURS))

    assert {one.key: one.tasks for one in plan.drivers} == {"Crew": ("B", "C"), "Weather": ("A",)}
