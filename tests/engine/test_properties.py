"""What must hold on any plan."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from planning.core.calendars import calendars_of
from planning.core.distributions import Fixed, Pert, Triangular
from planning.core.instants import to_minutes
from planning.core.plan import Impact, Plan, PlanError, Risk, Task, TaskKind
from planning.core.schedule import schedule
from simulations.engine import SimulationOptions, simulate
from tests.engine.building import (
    DAY,
    GENERAL_FOUNDRY,
    GENERAL_FOUNDRY_LINKS,
    link,
    links,
    milestone,
    network,
    pert,
    plan_of,
    task,
    triangle,
)
from tests.engine.enumerating import small_plans
from tests.engine.handing import iterations_of
from tests.plan_strategies import plans

some = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
FOUNDRY = network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS)


def told(plan: Plan, iterations: int = 600, **options: Any) -> dict[str, Any]:
    """Everything that a simulation says, the time that it took left out."""
    try:
        forecast = simulate(plan, SimulationOptions(iterations=iterations, **options))
    except PlanError:
        assume(condition=False)
    document = forecast.to_json()
    del document["engine_seconds"]
    return document | {"finishes": {k: v.hex() for k, v in forecast.finishes.items()}}


def finishes(plan: Plan, iterations: int = 2_000) -> np.ndarray[Any, np.dtype[np.int32]]:
    forecast = simulate(plan, SimulationOptions(iterations=iterations))
    return np.frombuffer(forecast.finishes[""], np.int32)


@some
@given(small_plans())
def test_the_same_seed_gives_the_same_bytes_from_one_worker_or_three(plan: Plan) -> None:
    first = told(plan, 3_000)

    assert json.dumps(told(plan, 3_000)) == json.dumps(first)
    assert json.dumps(told(plan, 3_000, workers=3)) == json.dumps(first)


def test_eight_workers_give_the_bytes_of_one_on_many_chunks() -> None:
    assert told(FOUNDRY, 200_000, workers=8) == told(FOUNDRY, 200_000)


def test_another_seed_gives_other_futures() -> None:
    assert told(FOUNDRY, seed=2)["duration_days"] != told(FOUNDRY, seed=1)["duration_days"]


@some
@given(small_plans(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_no_matter(plan: Plan, random: Any) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    other = replace(
        plan,
        tasks=shuffled(plan.tasks),
        dependencies=shuffled(plan.dependencies),
        calendars=shuffled(plan.calendars),
        risks=shuffled(plan.risks),
    )
    first, second = told(plan), told(other)
    for document in (first, second):
        document["tasks"].sort(key=lambda one: one["id"])
        document["notes"].sort(key=lambda one: one["path"])

    assert second == first


@some
@given(small_plans())
def test_an_unrelated_task_or_a_risk_that_never_happens_changes_no_draw(plan: Plan) -> None:
    never = Risk("never", "Never", 0.0, tuple(Impact(one.key, Fixed(999)) for one in plan.tasks))
    aside = Task("aside", "Aside", duration_minutes=0, estimate=Pert(0, 0, 1))
    other = replace(plan, tasks=(aside, *plan.tasks), risks=(*plan.risks, never))
    before, after = told(plan), told(other)
    known = {one["id"]: one for one in after["tasks"]}

    for one in before["tasks"]:
        same = known[one["id"]]
        for name in ("start_percentiles", "finish_percentiles", "mean_duration_days"):
            assert same[name] == one[name]


@some
@given(plans(5))
def test_certain_estimates_give_the_dates_of_the_schedule(plan: Plan) -> None:
    certain = replace(
        plan,
        risks=(),
        tasks=tuple(
            replace(one, estimate=None, risk_level=None, existence=1.0) for one in plan.tasks
        ),
    )
    try:
        expected = schedule(certain)
    except PlanError:
        return
    assume(any(True for _ in certain.leaves()))

    calendars = calendars_of(certain.calendars)

    document = told(certain, 64)

    assert document["duration_days"]["sd"] == 0.0
    assert document["finish"]["p_planned"] == 1.0
    for one in document["tasks"]:
        assert one["p_planned"] == 1.0
        task = certain.task(one["id"])
        if task.kind is TaskKind.TASK:
            finish = expected.task(task.key).finish
            [found] = set(map(datetime.fromisoformat, one["finish_percentiles"].values()))
            if task.duration_minutes:
                assert found == finish
            # What takes no time may stand where nobody works; any instant there is its date.
            time = calendars[task.work_calendar or task.calendar or certain.project.calendar]
            assert time.work_between(to_minutes(found), to_minutes(finish)) == 0


@pytest.mark.parametrize("law", [Pert, Triangular])
def test_three_equal_points_give_the_length_of_the_critical_path(law: type) -> None:
    certain = {key: (m, m, m) for key, (_, m, _) in GENERAL_FOUNDRY.items()}

    document = told(network(certain, GENERAL_FOUNDRY_LINKS, law))

    assert set(document["duration_days"]["percentiles"].values()) == {14.0}


@pytest.mark.parametrize(
    "longer",
    [lambda a, m, b: (a + 1, m + 1, b + 1), lambda a, m, b: (1.5 * a, 1.5 * m, 1.5 * b)],
    ids=["a day more", "half as much again"],
)
@pytest.mark.parametrize("key", list("ABCDEFGH"))
def test_a_task_made_longer_makes_no_future_finish_earlier(key: str, longer: Any) -> None:
    changed = dict(GENERAL_FOUNDRY) | {key: longer(*GENERAL_FOUNDRY[key])}

    after = finishes(network(changed, GENERAL_FOUNDRY_LINKS))

    assert (after >= finishes(FOUNDRY)).all()
    assert (after > finishes(FOUNDRY)).any()


def test_nothing_is_scheduled_before_the_data_date() -> None:
    data_date = datetime(2026, 1, 14, 10)
    begun = task("A", pert(1, 3, 5), actual_start=datetime(2026, 1, 5, 8))
    plan = plan_of(
        [begun, task("B", pert(1, 2, 3)), task("C", 2), milestone("M")],
        (*links("AB"), link("A", "C", "SF"), link("C", "M", "SS")),
        data_date=data_date,
    )

    document = told(plan)

    for one in document["tasks"]:
        least = "finish_percentiles" if one["id"] == "A" else "start_percentiles"
        assert one[least]["5"] >= data_date.isoformat(timespec="minutes")


def test_finished_work_is_certain_and_started_work_uncertain_in_what_remains() -> None:
    monday = datetime(2026, 1, 5, 8)
    done = task("A", pert(1, 5, 9), actual_start=monday, actual_finish=datetime(2026, 1, 6, 17))
    begun = task("B", triangle(1, 2, 6), actual_start=monday, duration_minutes=9 * DAY)
    plan = plan_of([done, begun], data_date=datetime(2026, 1, 7, 8))

    first, second = told(plan, 4_000)["tasks"]

    assert set(first["finish_percentiles"].values()) == {"2026-01-06T17:00"}
    assert first["sd_duration_days"] == 0.0
    # Two days are done, and the triangle over what remains has a mean of three.
    assert second["finish_percentiles"]["50"].startswith("2026-01-09")


@pytest.mark.parametrize("plan", [plan_of([milestone("M")]), plan_of([task("A", 0.0)])])
def test_paths_of_no_length_work(plan: Plan) -> None:
    document = told(plan)

    assert document["duration_days"]["percentiles"]["80"] == 0.0
    assert document["tasks"][0]["criticality"] == 1.0


def test_cruciality_is_the_rank_correlation_of_duration_and_finish() -> None:
    plan = replace(FOUNDRY, risks=(Risk("R", "R", 0.3, (Impact("D", Fixed(3 * DAY)),)),))
    forecast = simulate(plan, SimulationOptions(iterations=8_000))
    found = iterations_of(plan, 8_000)

    for one in forecast.tasks:
        expected = stats.spearmanr(found.minutes[one.key], found.project_work).statistic
        assert one.cruciality == pytest.approx(expected, abs=2e-3), one.key
