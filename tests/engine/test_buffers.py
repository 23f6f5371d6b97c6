"""Buffers that make a planned finish as sure as was asked for."""

from dataclasses import replace
from datetime import datetime

import pytest

from planning.core.distributions import Fixed, Pert
from planning.core.plan import Impact, Plan, PlanError, Risk
from planning.core.schedule import schedule
from simulations.engine import SimulationOptions, simulate
from simulations.engine.comparing.buffers import adjust, root_of_squares
from tests.engine.building import (
    DAY,
    GENERAL_FOUNDRY,
    GENERAL_FOUNDRY_LINKS,
    RELIABLE,
    RELIABLE_LINKS,
    network,
    plan_of,
    task,
)

MANY = SimulationOptions(iterations=100_000)
FEW = SimulationOptions(iterations=10_000)
RELIABLE_PLAN = network(RELIABLE, RELIABLE_LINKS)
FOUNDRY = network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS)


def chance_of_the_buffered_date(original: Plan, buffered: Plan, seed: int) -> float:
    """Simulate the original work against the buffered finish, as an outsider would."""
    finish = schedule(buffered).finish
    asked = replace(original, project=replace(original.project, target=finish))
    found = simulate(asked, replace(MANY, seed=seed)).p_target
    assert found is not None
    return found


@pytest.mark.parametrize("gathered", [False, True])
def test_reliable_construction_at_p90_holds_in_other_futures(gathered: bool) -> None:
    found = adjust(RELIABLE_PLAN, 90, gathered=gathered, options=MANY)

    assert chance_of_the_buffered_date(RELIABLE_PLAN, found.plan, 77) == pytest.approx(
        0.90, abs=0.01
    )
    assert found.checked == pytest.approx(0.90, abs=0.01)
    assert found.finish_minutes > found.finish_before_minutes


def test_the_buffered_plan_still_draws_the_original_work() -> None:
    found = adjust(FOUNDRY, 80, options=FEW)

    before, after = simulate(FOUNDRY, FEW), simulate(found.plan, FEW)

    assert after.percentile_days == before.percentile_days


def test_shares_follow_criticality_times_sigma() -> None:
    found = adjust(FOUNDRY, 90, options=FEW)

    weights = {one.key: one.criticality * one.sd_days for one in found.buffers}
    total, minutes = sum(weights.values()), sum(one.minutes for one in found.buffers)
    for one in found.buffers:
        assert one.minutes == pytest.approx(minutes * weights[one.key] / total, abs=2)
    assert max(found.buffers, key=lambda one: one.minutes).key == "G"


def test_work_of_which_only_a_share_is_reported_is_lengthened_by_what_remains() -> None:
    """Half of ten days is done before the data date; the buffer stands behind the other half."""
    law = Pert(4 * DAY, 5 * DAY, 12 * DAY)
    work = task("A", law, duration_minutes=10 * DAY, percent_complete=50.0)

    found = adjust(plan_of([work], data_date=datetime(2026, 1, 12, 8)), 80, options=FEW)

    assert found.plan.task("A").remaining_minutes == 5 * DAY + found.buffers[0].minutes


def test_with_a_discrete_risk_at_least_what_was_asked_is_achieved() -> None:
    storm = Risk("R", "Storm", 0.15, (Impact("A", Fixed(10 * DAY)),))
    plan = replace(plan_of([task("A", Fixed(5 * DAY), duration_minutes=5 * DAY)]), risks=(storm,))

    found = adjust(plan, 90, options=FEW)

    assert found.achieved >= 0.9
    assert found.finish_minutes == 15 * DAY


def test_a_plan_that_is_sure_enough_is_left_alone() -> None:
    sure = plan_of([task("A", Pert(DAY, 2 * DAY, 3 * DAY), duration_minutes=4 * DAY)])

    found = adjust(sure, 90, options=FEW)

    assert found.plan is sure
    assert found.buffers == ()
    assert found.achieved == 1.0


def test_a_project_buffer_stands_last_and_feeding_buffers_where_chains_join() -> None:
    found = adjust(FOUNDRY, 90, gathered=True, options=FEW)

    project, *feeding = found.buffers
    assert project.name == "Project buffer"
    assert {one.before for one in feeding} <= {"G", "H"}
    ends = [link for link in found.plan.dependencies if link.successor == project.key]
    assert [link.predecessor for link in ends] == ["H"]


@pytest.mark.parametrize(("chain", "squared"), [((2, 6, 8), 14), ((1, 4), 2), ((3, 5, 7), 6)])
def test_the_published_chains(chain: tuple[int, ...], squared: float) -> None:
    safe, aggressive = (2, 9, 5, 2, 3, 6, 2, 3), (1, 6, 3, 1, 2, 4, 1, 2)

    found = root_of_squares(safe[one - 1] - aggressive[one - 1] for one in chain)

    assert found**2 == pytest.approx(squared)


def test_what_is_certain_has_nothing_to_buffer() -> None:
    with pytest.raises(PlanError, match="nothing to buffer"):
        adjust(plan_of([task("A", Fixed(DAY), duration_minutes=DAY)]), 90, options=FEW)
    with pytest.raises(PlanError, match="P70, P80, P90 or P99"):
        adjust(FOUNDRY, 50, options=FEW)
