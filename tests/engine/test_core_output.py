"""Core output is full output's dates and chances, with less beside them."""

from dataclasses import replace

import pytest

from planning.core.plan import Impact, PlanError, Risk
from simulations.engine import SimulationOptions, simulate
from tests.engine.building import (
    GENERAL_FOUNDRY,
    GENERAL_FOUNDRY_LINKS,
    network,
    pert,
)

PLAN = replace(
    network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS),
    risks=(Risk("R", "R", 0.3, (Impact("E", pert(1, 2, 4)),)),),
)
FULL = simulate(PLAN, SimulationOptions(iterations=5_000))
CORE = simulate(PLAN, SimulationOptions(iterations=5_000, output="core"))


def test_the_finish_is_the_same_in_every_iteration() -> None:
    assert CORE.finishes == FULL.finishes
    assert CORE.percentile_days == FULL.percentile_days
    assert CORE.band_days == FULL.band_days


def test_tasks_have_the_same_dates_chances_criticality_and_cruciality() -> None:
    for core, full in zip(CORE.tasks, FULL.tasks, strict=True):
        assert core == full._replace(significance=None, first_order_share=None)


def test_what_costs_more_is_left_blank() -> None:
    assert CORE.merges == ()
    assert CORE.plan_hash == ""
    assert (CORE.measured_iterations, FULL.measured_iterations) == (0, 4_096)


def test_another_output_is_refused() -> None:
    with pytest.raises(PlanError, match="core"):
        SimulationOptions(output="all")  # type: ignore[arg-type]
