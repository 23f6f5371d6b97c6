"""Two to five plans in the same futures."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from planning.core.plan import Calendar, Interval, Plan, PlanError
from simulations.engine import (
    ENGINE_VERSION,
    KeptFinishes,
    SimulationOptions,
    compare,
    compare_kept,
    compare_many,
    simulate,
    why_not_comparable,
)
from tests.engine.building import (
    GENERAL_FOUNDRY,
    GENERAL_FOUNDRY_LINKS,
    link,
    milestone,
    network,
    pert,
    plan_of,
    task,
)

FOUNDRY = network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS)
SHORTER_E = network(dict(GENERAL_FOUNDRY) | {"E": (1, 4, 5)}, GENERAL_FOUNDRY_LINKS)
ROUND_THE_CLOCK = Calendar("standard", "Always", week=((Interval(0, 1440),),) * 7)


def kept(plan: Plan, iterations: int = 2_000, seed: int = 1) -> KeptFinishes:
    forecast = simulate(plan, SimulationOptions(iterations=iterations, seed=seed))
    work = {key: np.frombuffer(data, np.int32) for key, data in forecast.finishes.items()}
    return KeptFinishes(plan, seed, ENGINE_VERSION, work)


def with_gate(plan: Plan) -> Plan:
    return replace(
        plan,
        tasks=(*plan.tasks, milestone("gate")),
        dependencies=(*plan.dependencies, link("E", "gate")),
    )


def test_the_foundry_with_a_shorter_pessimistic_e() -> None:
    found = compare(FOUNDRY, SHORTER_E, SimulationOptions(iterations=200_000))

    assert found.p_second_earlier == pytest.approx(0.6385, abs=0.005)
    assert found.p_tie == pytest.approx(0.2495, abs=0.005)
    assert found.p80_days == pytest.approx(0.478, abs=0.02)
    assert found.p_first_earlier + found.p_second_earlier + found.p_tie == pytest.approx(1)
    assert found.p80_interval_days[0] < found.p80_days < found.p80_interval_days[1]


def test_the_same_futures_take_most_of_the_noise_out_of_a_difference() -> None:
    found = compare_many([FOUNDRY, SHORTER_E], SimulationOptions(iterations=200_000))

    independent = found.plans[0].sd_days ** 2 + found.plans[1].sd_days ** 2
    assert found.pairs[0].sd_days ** 2 <= independent / 25


def test_identical_plans_tie_in_every_iteration() -> None:
    found = compare(FOUNDRY, network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS))

    assert (found.p_tie, found.sd_days, found.mean_days) == (1.0, 0.0, 0.0)
    assert found.p80_interval_days == found.p50_interval_days == (0.0, 0.0)


def test_two_plans_alone_and_among_five_differ_by_the_same_figures() -> None:
    options = SimulationOptions(iterations=3_000)

    found = compare_many([FOUNDRY, SHORTER_E, FOUNDRY, SHORTER_E, FOUNDRY], options)

    assert found.pairs[0] == found.pairs[2] == compare(FOUNDRY, SHORTER_E, options)
    assert found.pairs[1] == found.pairs[3] == compare(FOUNDRY, FOUNDRY, options)


def test_each_plan_has_the_figures_of_its_own_forecast() -> None:
    options = SimulationOptions(iterations=3_000)
    forecast = simulate(SHORTER_E, options)

    figures = compare_many([FOUNDRY, SHORTER_E], options).plans[1]

    assert figures.percentile_days == forecast.percentile_days
    assert figures.band_days == forecast.band_days
    assert figures.finish_minutes == forecast.finish_minutes
    assert (figures.mean_days, figures.sd_days) == (forecast.mean_days, forecast.sd_days)
    assert figures.points[-1][1] == 1.0


def test_shared_milestones_are_compared_and_missing_ones_are_none() -> None:
    first = with_gate(FOUNDRY)

    found = compare_many([first, with_gate(SHORTER_E), FOUNDRY])

    (gate,) = found.milestones
    assert gate.key == "gate"
    assert gate.pairs[0] is not None
    # The means of PERT(1, 4, 7) and PERT(1, 4, 5) lie a third of a day apart.
    assert gate.pairs[0].mean_interval_days[0] <= 1 / 3 <= gate.pairs[0].mean_interval_days[1]
    assert gate.pairs[1] is None


def test_kept_finishes_give_the_same_figures_as_simulating() -> None:
    plans = [with_gate(FOUNDRY), with_gate(SHORTER_E)]

    found = compare_kept([kept(plan) for plan in plans])

    assert found == compare_many(plans, SimulationOptions(iterations=2_000))


def test_a_project_that_starts_later_keeps_its_own_dates() -> None:
    later = replace(FOUNDRY, project=replace(FOUNDRY.project, start=datetime(2026, 1, 12, 8)))

    found = compare_kept([kept(FOUNDRY), kept(later)])

    assert found.pairs[0].mean_days == -5.0
    assert found.pairs[0].sd_days == 0.0
    assert found.plans[1].mean_days == pytest.approx(found.plans[0].mean_days + 5)


def test_a_task_that_only_one_plan_has_changes_no_draw_of_the_other() -> None:
    busier = replace(FOUNDRY, tasks=(*FOUNDRY.tasks, task("aside", pert(0, 1, 2))))

    assert compare(FOUNDRY, busier).p_tie == 1.0


def test_a_difference_is_measured_on_the_first_plans_calendar() -> None:
    weekdays = plan_of([task("A", 5)])
    # 100 hours without a break from Monday 08:00: Friday 12:00, half a working day before 17:00.
    always = plan_of([task("A", 12.5)], calendars=(ROUND_THE_CLOCK,))

    assert compare(weekdays, always).mean_days == pytest.approx(0.5)


def test_two_finishes_without_working_minutes_between_them_tie() -> None:
    weekdays = plan_of([task("A", 5)])
    # 120 hours without a break from Monday 08:00: Saturday 08:00, which is Friday 17:00.
    always = plan_of([task("A", 15)], calendars=(ROUND_THE_CLOCK,))

    assert compare(weekdays, always).p_tie == 1.0


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], "two and five"),
        ([kept(FOUNDRY, seed=2)], "seeds"),
        ([kept(FOUNDRY, iterations=1_000)], "numbers of iterations"),
        ([replace(kept(FOUNDRY), engine_version="0")], "versions"),
        ([replace(kept(FOUNDRY), work={})], "kept"),
        ([kept(replace(FOUNDRY, calendars=(ROUND_THE_CLOCK,)))], "hours"),
    ],
)
def test_what_cannot_be_compared_says_why(others: list[KeptFinishes], said: str) -> None:
    plans = [kept(FOUNDRY), *others]

    assert said in (why_not_comparable(plans) or "")
    with pytest.raises(PlanError, match=said):
        compare_kept(plans)


def test_six_plans_are_too_many() -> None:
    with pytest.raises(PlanError, match="two and five"):
        compare_many([FOUNDRY] * 6)


def test_a_plan_without_tasks_has_nothing_to_compare() -> None:
    with pytest.raises(PlanError, match="no finish"):
        compare_many([FOUNDRY, plan_of([])])
