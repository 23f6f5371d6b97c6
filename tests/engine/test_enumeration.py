"""Small discrete networks, every outcome of them: the strongest oracle there is."""

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from numpy.typing import NDArray

from planning.core.distributions import Fixed
from planning.core.plan import Impact, Plan, PlanError, Risk
from planning.core.schedule import schedule
from simulations.engine import Forecast, SimulationOptions, TaskForecast, simulate
from simulations.engine.results.statistics import PERCENTILES
from tests.engine.building import DAY, link, links, plan_of, task
from tests.engine.enumerating import Outcome, equally, outcomes_of, small_plans
from tests.engine.handing import Handed
from tests.engine.reference import Dates, Pass, moments, project_work
from tests.engine.reference_time import minute

ITERATIONS = 20_000
# The same plans each time: a bound of four standard errors is missed now and then by chance.
fixed_plans = settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
EPOCH = minute(datetime(1970, 1, 1))


def seven_tasks() -> Plan:
    """3⁷ outcomes, all four kinds of links, lags and leads."""
    durations = {
        "A": (1, 2, 4), "B": (2, 3, 4), "C": (1, 3, 5), "D": (2, 4, 6), "E": (1, 4, 7),
        "F": (1, 2, 9), "G": (3, 4, 11),
    }  # fmt: skip
    tasks = [
        task(key, equally(*(DAY * value for value in values)), duration_minutes=DAY * values[1])
        for key, values in durations.items()
    ]
    mixed = (
        link("A", "C", "SS"), link("B", "D", "FF"), link("E", "G", "SF"),
        *links("CE CF DG AG FG"),
    )  # fmt: skip
    return plan_of(tasks, mixed)


def with_risks() -> Plan:
    plan = seven_tasks()
    risk = Risk(
        "R", "R", 0.5, (Impact("A", Fixed(2 * DAY)), Impact("G", Fixed(5_000), relative=True))
    )
    return replace(
        plan,
        tasks=(*plan.tasks[:5], replace(plan.tasks[6], existence=0.5)),
        dependencies=links("AC BD CE EG DG"),
        risks=(risk,),
    )


def test_three_to_the_seven_outcomes_are_all_exact() -> None:
    assert_exact(seven_tasks())


def test_a_risk_of_two_tasks_and_a_task_that_may_not_exist_are_exact() -> None:
    assert_exact(with_risks())


@pytest.mark.parametrize("build", [seven_tasks, with_risks])
def test_what_is_drawn_agrees_with_all_outcomes(build: object) -> None:
    assert_drawn(build())  # type: ignore[operator]


@fixed_plans
@given(small_plans())
def test_every_outcome_of_a_random_plan_is_exact(plan: Plan) -> None:
    assert_exact(plan)


@fixed_plans
@given(small_plans())
def test_draws_of_a_random_plan_agree_with_all_outcomes(plan: Plan) -> None:
    assert_drawn(plan)


def assert_exact(plan: Plan) -> None:
    """Hold each outcome's dates, and the forecast over all of them, against the plain passes."""
    outcomes, planned = outcomes_of(plan)
    handed = Handed(plan)
    passes = Pass(plan)
    cases = [outcome.case for outcome in outcomes]
    for outcome, (starts, finishes, end) in zip(outcomes, handed.cases(cases), strict=True):
        dates = outcome.dates
        assert end == project_work(plan, dates.project_finish)
        for key in passes.tasks:
            time = passes.work(key)
            for found, expected in ((starts, dates.start), (finishes, dates.finish)):
                moment = found[key] + EPOCH
                assert time.work_before(moment) == time.work_before(expected[key]), (key, outcome)
    assert_figures(plan, handed.forecast(cases), outcomes, planned)


def assert_figures(plan: Plan, forecast: Forecast, outcomes: list[Outcome], planned: Dates) -> None:
    n, day, passes = len(outcomes), plan.project.minutes_per_day, Pass(plan)
    work = np.array([project_work(plan, one.dates.project_finish) for one in outcomes])
    assert forecast.mean_days == pytest.approx(work.mean() / day)
    assert forecast.sd_days == pytest.approx(work.std() / day, abs=1e-9)
    assert forecast.percentile_days is not None
    ranks = np.array([-(-n * percentile // 100) for percentile in PERCENTILES])
    ranked = np.sort(work)[ranks - 1] / day
    assert list(forecast.percentile_days) == ranked.tolist()
    limit = project_work(plan, planned.project_finish)
    assert forecast.p_planned == np.count_nonzero(work <= limit) / n
    for one in forecast.tasks:
        time = passes.work(one.key)
        by = time.work_before(planned.finish[one.key])
        met = sum(time.work_before(o.dates.finish[one.key]) <= by for o in outcomes)
        assert one.p_planned == met / n, one.key
        assert one.criticality == sum(o.critical[one.key] for o in outcomes) / n, one.key
        if one.mean_duration_days is not None:
            mean, sd = moments([o.minutes[one.key] for o in outcomes], [1.0] * n)
            assert one.mean_duration_days == pytest.approx(mean / day)
            assert one.sd_duration_days == pytest.approx(sd / day, abs=1e-6)
            assert_indices(one, outcomes, work, sd)


def assert_indices(
    one: TaskForecast, outcomes: list[Outcome], work: NDArray[np.int64], sd: float
) -> None:
    """SSI = CI·σ(D)/σ(T), and SI = E[d/(d + float)·T/E(T)]."""
    spread = float(work.std())
    ssi = (one.criticality or 0.0) * sd / spread if spread else 0.0
    assert one.ssi == pytest.approx(ssi, abs=1e-6), one.key
    total = 0.0
    for outcome, finish in zip(outcomes, work.tolist(), strict=True):
        minutes, margin = outcome.minutes[one.key], outcome.dates.total_float[one.key]
        total += minutes / max(minutes + max(margin, 0), 1) * finish
    significance = total / work.sum() if work.sum() > 0 else 0.0
    assert one.significance == pytest.approx(significance, abs=1e-3), one.key


def assert_drawn(plan: Plan) -> None:
    """Hold a simulation within four standard errors of the mean over all outcomes."""
    outcomes, planned = outcomes_of(plan)
    forecast = simulate(plan, SimulationOptions(iterations=ITERATIONS))
    n, day, passes = len(outcomes), plan.project.minutes_per_day, Pass(plan)
    work = np.array([project_work(plan, one.dates.project_finish) for one in outcomes])
    assert forecast.mean_days is not None
    error = work.std() / math.sqrt(ITERATIONS)
    assert abs(forecast.mean_days * day - work.mean()) <= 4 * error + 1e-6
    by = project_work(plan, planned.project_finish)
    assert_share(forecast.p_planned, np.count_nonzero(work <= by) / n)
    for percentile in PERCENTILES:
        found = round((forecast.days(percentile) or 0.0) * day)
        share, slack = percentile / 100, 4 * math.sqrt(0.25 / ITERATIONS)
        assert np.count_nonzero(work < found) / n <= share + slack
        assert np.count_nonzero(work <= found) / n >= share - slack
    for one in forecast.tasks:
        time = passes.work(one.key)
        limit = time.work_before(planned.finish[one.key])
        met = sum(time.work_before(o.dates.finish[one.key]) <= limit for o in outcomes)
        assert_share(one.p_planned, met / n)
        assert_share(one.criticality, sum(o.critical[one.key] for o in outcomes) / n)


def assert_share(found: float | None, expected: float) -> None:
    assert found is not None
    error = math.sqrt(expected * (1 - expected) / ITERATIONS)
    assert abs(found - expected) <= 4 * error + 1e-12


@settings(fixed_plans, max_examples=200)
@given(small_plans())
def test_the_plain_passes_give_the_dates_of_the_exact_schedule(plan: Plan) -> None:
    """Three ways to the same dates: these passes, core's schedule, and the kernel."""
    try:
        expected = schedule(plan)
    except PlanError:
        return
    passes = Pass(plan)
    dates = passes.run({key: one.duration_minutes for key, one in passes.tasks.items()})
    for key in passes.tasks:
        one, time = expected.task(key), passes.time(key)
        assert time.work_before(dates.start[key]) == time.work_before(minute(one.start)), key
        assert time.work_before(dates.finish[key]) == time.work_before(minute(one.finish)), key
        assert dates.total_float[key] == one.total_float_minutes, key
