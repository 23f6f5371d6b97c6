"""Plain plans take a short way to the kernel's arrays; core's way leads to the same forecast."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from planning.core.plan import (
    Constraint,
    ConstraintType,
    Impact,
    Lag,
    LagCalendar,
    LinkType,
    Plan,
    PlanError,
    Risk,
    TaskKind,
)
from planning.core.schedule import schedule
from planning.core.scheduling.order import CircleError
from simulations.engine import Forecast, SimulationOptions, simulate
from simulations.engine.lowering import plans
from simulations.engine.lowering.plain import plain_plan
from simulations.engine.lowering.plans import lower
from simulations.engine.running.one_calendar import OneCalendar
from simulations.engine.running.runs import run_of
from simulations.engine.running.totals import reach_of
from tests.engine.building import DAY, MONDAY, link, links, milestone, pert, plan_of, task, triangle

OPTIONS = SimulationOptions(iterations=600)


def random_plan(seed: int) -> Plan:
    """Return a plan of every kind of link, with summaries, milestones and a risk, shuffled."""
    draw = random.Random(seed)
    keys = [f"T{number}" for number in range(draw.randrange(2, 14))]
    summaries = [task(key, 0, kind=TaskKind.SUMMARY) for key in ("S1", "S2")]
    leaves = [
        milestone(key)
        if draw.random() < 0.15
        else task(
            key,
            draw.choice([pert(1, 2, 5), triangle(2, 3, 9), 3]),
            parent=draw.choice([None, "S1", "S2"]),
            existence=draw.choice([1.0, 1.0, 1.0, 0.6, 0.0]),
        )
        for key in keys
    ]
    draw.shuffle(leaves)
    pairs = {
        tuple(sorted(draw.sample(range(len(keys)), 2)))
        for _ in range(draw.randrange(2 * len(keys)))
    }
    between = [
        replace(
            link(keys[first], keys[second], draw.choice(list(LinkType))),
            lag=Lag(draw.choice([0, 0, DAY, -DAY])),
        )
        for first, second in sorted(pairs)
    ]
    draw.shuffle(between)
    hits = (Impact(keys[0], pert(1, 2, 3)), Impact(keys[-1], pert(1, 1, 2)))
    return plan_of([*summaries, *leaves], between, risks=(Risk("R", "R", 0.4, hits),))


def by_cores_way(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Forecast:
    with monkeypatch.context() as held:
        held.setattr(plans, "plain_plan", lambda _: None)
        return simulate(plan, OPTIONS)


def without_seconds(forecast: Forecast) -> Forecast:
    notes = tuple(sorted(forecast.notes, key=lambda note: note.path))
    return replace(forecast, engine_seconds=0.0, notes=notes)


@pytest.mark.parametrize("seed", range(40))
def test_both_ways_lead_to_the_same_forecast(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = random_plan(seed)
    assert plain_plan(plan) is not None

    forecast = simulate(plan, OPTIONS)

    assert without_seconds(forecast) == without_seconds(by_cores_way(plan, monkeypatch))


@pytest.mark.parametrize("seed", range(40))
def test_planned_dates_are_those_of_a_block_in_which_all_takes_as_long_as_planned(
    seed: int,
) -> None:
    plan = random_plan(seed)
    run = run_of(plan, lower(plan, OPTIONS))
    assert isinstance(run, OneCalendar)

    planned = run.planned(run.rows())

    block = reach_of(run.with_lowered(run.lowered.as_planned()), run.rows())
    assert planned.start.tolist() == block.low[0].tolist() == block.high[0].tolist()
    assert planned.finish.tolist() == block.low[1].tolist() == block.high[1].tolist()
    assert {planned.end} == set(block.ends.tolist())


two = plan_of([task("A", 1), task("B", 2)], links("AB"))
first, second = two.tasks
summary = task("S", 0, kind=TaskKind.SUMMARY)


@pytest.mark.parametrize(
    "plan",
    [
        replace(two, project=replace(two.project, data_date=MONDAY)),
        replace(two, project=replace(two.project, critical_float_limit_minutes=DAY)),
        replace(two, project=replace(two.project, open_ends_critical=True)),
        replace(two, tasks=(replace(first, external_start=MONDAY), second)),
        replace(two, tasks=(replace(first, external_finish=MONDAY), second)),
        replace(two, tasks=(replace(first, actual_start=MONDAY), second)),
        replace(two, tasks=(replace(first, elapsed=True), second)),
        replace(two, tasks=(replace(first, active=False), second)),
        replace(two, tasks=(replace(first, deadline=MONDAY + timedelta(days=9)), second)),
        replace(
            two, tasks=(replace(first, constraint=Constraint(ConstraintType.SNET, MONDAY)), second)
        ),
        replace(two, dependencies=(link("A", "B", lag=Lag(60, elapsed=True)),)),
        replace(two, dependencies=(link("A", "B", lag=Lag(percent=50)),)),
        replace(two, dependencies=(link("A", "B", lag=Lag(60), lag_calendar=LagCalendar.CLOCK),)),
        replace(two, tasks=(summary, *two.tasks), dependencies=(link("S", "B"),)),
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_core(plan: Plan) -> None:
    assert plain_plan(plan) is None
    assert plain_plan(two) is not None


def test_core_says_what_is_wrong_with_a_circle() -> None:
    circle = plan_of([task("A", 1), task("B", 2)], links("AB BA"))

    with pytest.raises(CircleError):
        simulate(circle, OPTIONS)


def test_core_says_which_task_is_not_there() -> None:
    dangling = plan_of([task("A", 1)], links("AZ"))

    with pytest.raises(PlanError) as ours:
        simulate(dangling, OPTIONS)
    with pytest.raises(PlanError) as cores:
        schedule(dangling)
    assert str(ours.value) == str(cores.value)
