"""Closed forms and published networks, within four standard errors of the simulation."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from planning.core.distributions import (
    Estimate,
    Exponential,
    Fixed,
    LognormalPercentiles,
    Normal,
    Pert,
    Triangular,
    Trigen,
)
from planning.core.plan import Driver, Impact, Plan, Risk
from simulations.engine import Forecast, SimulationOptions, simulate
from tests.engine.building import (
    DAY,
    GENERAL_FOUNDRY,
    GENERAL_FOUNDRY_LINKS,
    PORTA_VAC,
    PORTA_VAC_LINKS,
    RELIABLE,
    RELIABLE_LINKS,
    THREE_POINTS,
    link,
    links,
    milestone,
    network,
    pert,
    plan_of,
    task,
    triangle,
)

ITERATIONS = 100_000
# Published figures are rounded: half a unit of their last place is theirs, not ours.
ROUNDED_3, ROUNDED_4 = 0.0005, 0.00005


def forecast_of(plan: Plan) -> Forecast:
    return simulate(plan, SimulationOptions(iterations=ITERATIONS))


def assert_mean(forecast: Forecast, mean: float, rounded: float = ROUNDED_4) -> None:
    assert forecast.mean_days is not None
    assert forecast.sd_days is not None
    error = forecast.sd_days / math.sqrt(ITERATIONS)
    assert abs(forecast.mean_days - mean) <= 4 * error + rounded


def assert_sd(forecast: Forecast, sd: float, rounded: float = ROUNDED_4) -> None:
    assert forecast.sd_days is not None
    # Kurtosis up to 9 (the exponential's); 3 would be the normal's.
    error = sd * math.sqrt((9 - 1) / 4 / ITERATIONS)
    assert abs(forecast.sd_days - sd) <= 4 * error + rounded


def assert_percentile(
    forecast: Forecast, percentile: int, days: float, rounded: float = ROUNDED_4
) -> None:
    """Four standard errors are twice the 95 % band, whatever the density."""
    found, band = forecast.days(percentile), forecast.band(percentile)
    assert found is not None
    assert band is not None
    assert abs(found - days) <= 4 / (2 * 1.96) * (band[1] - band[0]) + rounded + 0.5 / DAY


def assert_chance(found: float | None, chance: float, rounded: float = ROUNDED_4) -> None:
    assert found is not None
    error = math.sqrt(max(chance * (1 - chance), 1 / ITERATIONS) / ITERATIONS)
    assert abs(found - chance) <= 4 * error + rounded


ONE_TASK: list[tuple[Estimate, float, float, Sequence[float]]] = [
    (triangle(2, 4, 8), 4.6667, 1.2472, (3.0954, 4.5359, 5.8091, 6.4508)),
    (pert(2, 4, 8), 4.3333, 1.1055, (2.9182, 4.2549, 5.3249, 5.8667)),
    (pert(8, 10, 20), 11.3333, 2.0315, (8.9119, 11.0234, 13.0750, 14.2232)),
    (LognormalPercentiles(8 * DAY, 18 * DAY), 12.6159, 4.0935, (8, 12, 15.6612, 18)),
    (Trigen(8 * DAY, 10 * DAY, 18 * DAY), 12.5958, 3.7319, (8, 12.1236, 16.0308, 18)),
]


@pytest.mark.parametrize(("law", "mean", "sd", "percentiles"), ONE_TASK)
def test_one_task_has_the_moments_and_percentiles_of_its_law(
    law: Estimate, mean: float, sd: float, percentiles: Sequence[float]
) -> None:
    forecast = forecast_of(plan_of([task("A", law)]))

    assert_mean(forecast, mean)
    assert_sd(forecast, sd)
    for percentile, days in zip((10, 50, 80, 90), percentiles, strict=True):
        assert_percentile(forecast, percentile, days)


def test_two_triangles_in_series() -> None:
    forecast = forecast_of(
        plan_of([task("A", triangle(2, 4, 8)), task("B", triangle(2, 4, 8))], links("AB"))
    )

    assert_mean(forecast, 9.3333)
    assert_sd(forecast, 1.7638)
    for percentile, days in ((10, 7.085), (50, 9.258), (80, 10.853), (90, 11.688)):
        assert_percentile(forecast, percentile, days, ROUNDED_3)


def test_two_triangles_in_parallel() -> None:
    forecast = forecast_of(plan_of([task("A", triangle(2, 4, 8)), task("B", triangle(2, 4, 8))]))

    assert_mean(forecast, 5.3778)
    for percentile, days in ((10, 3.948), (50, 5.3487), (80, 6.4082), (90, 6.8902)):
        assert_percentile(forecast, percentile, days, ROUNDED_3)


@pytest.mark.parametrize(
    ("count", "mean"), [(1, 10.0), (2, 11.1667), (3, 11.75), (5, 12.3859), (10, 13.0890)]
)
def test_parallel_triangles_finish_together_by_ten_in_half_to_the_n(
    count: int, mean: float
) -> None:
    plan = plan_of(
        task(f"T{n}", triangle(5, 10, 15), duration_minutes=10 * DAY) for n in range(count)
    )

    forecast = forecast_of(plan)

    assert_mean(forecast, mean)
    # A whole minute is as likely as its neighbours: half of one belongs to each side.
    assert_chance(forecast.p_planned, 0.5**count, rounded=0.001)


def test_two_parallel_exponentials() -> None:
    forecast = forecast_of(
        plan_of([task("A", Exponential(10 * DAY)), task("B", Exponential(5 * DAY))])
    )

    assert_mean(forecast, 35 / 3)
    assert_chance(forecast.tasks[0].criticality, 2 / 3, rounded=0.0005)
    assert_chance(forecast.tasks[1].criticality, 1 / 3, rounded=0.0005)


def test_two_parallel_normals() -> None:
    both = [task(key, Normal(10 * DAY, 2 * DAY)) for key in "AB"]

    assert_mean(forecast_of(plan_of(both)), 11.1284)


@pytest.mark.parametrize(("rho", "sd"), [(0.0, 6.3246), (0.3, 12.1655), (0.5, 14.8324)])
def test_a_driver_widens_a_chain_of_normals(rho: float, sd: float) -> None:
    keys = "ABCDEFGHIJ"
    chain = links(" ".join(map("".join, itertools.pairwise(keys))))
    tasks = [task(key, Normal(20 * DAY, 2 * DAY)) for key in keys]

    forecast = forecast_of(plan_of(tasks, chain, drivers=(Driver("crew", rho, tuple(keys)),)))

    assert_mean(forecast, 200.0)
    assert_sd(forecast, sd)


def test_one_draw_of_a_risk_serves_every_task_it_touches() -> None:
    impacts = tuple(Impact(key, Fixed(5 * DAY)) for key in "AB")
    plan = plan_of(
        [task("A", 10), task("B", 10)], links("AB"), risks=(Risk("R", "R", 0.3, impacts),)
    )

    forecast = forecast_of(plan)

    assert_mean(forecast, 23.0)
    assert_sd(forecast, 4.583, ROUNDED_3)
    assert forecast.days(80) == 30.0


def test_the_bridge_network_of_five_exponentials() -> None:
    tasks = [task(key, Exponential(10 * DAY)) for key in "ABCDE"]
    bridge = links("AC AD BE DE")

    forecast = forecast_of(plan_of([*tasks, milestone("Z")], (*bridge, *links("CZ EZ"))))

    assert_mean(forecast, 10 * 83 / 24, rounded=0.005)
    assert_sd(forecast, 10 * math.sqrt(1663 / 576), rounded=0.005)


def test_general_foundry_by_pert() -> None:
    forecast = forecast_of(network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS))

    assert_mean(forecast, 15.234, ROUNDED_3)
    assert_sd(forecast, 1.712, ROUNDED_3)
    for percentile, days in ((50, 15.100), (80, 16.662), (90, 17.539)):
        assert_percentile(forecast, percentile, days, ROUNDED_3)
    criticality = (0.739, 0.261, 0.739, 0.261, 0.738, 0.001, 0.999, 1.0)
    shares = {"G": 0.584, "E": 0.260, "H": 0.049, "C": 0.027, "A": 0.027, "D": 0.014, "B": 0.003}
    for one, published in zip(forecast.tasks, criticality, strict=True):
        assert_chance(one.criticality, published, ROUNDED_3)
        if one.key in shares:
            assert one.first_order_share == pytest.approx(shares[one.key], abs=0.012)


def test_general_foundry_by_triangles() -> None:
    forecast = forecast_of(network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS, Triangular))

    assert_mean(forecast, 16.279, ROUNDED_3)
    assert_sd(forecast, 2.127, ROUNDED_3)
    assert_percentile(forecast, 80, 18.142, ROUNDED_3)


def test_reliable_construction() -> None:
    by_pert = forecast_of(network(RELIABLE, RELIABLE_LINKS))
    by_triangle = forecast_of(network(RELIABLE, RELIABLE_LINKS, Triangular))

    assert_mean(by_pert, 44.33, 0.005)
    assert_mean(by_triangle, 46.23, 0.005)
    assert_percentile(by_triangle, 80, 49.38, 0.005)


def test_porta_vac_needs_the_whole_network() -> None:
    forecast = forecast_of(network(PORTA_VAC, PORTA_VAC_LINKS, Triangular))

    assert_mean(forecast, 19.18, 0.005)
    assert_sd(forecast, 2.263, ROUNDED_3)
    assert_percentile(forecast, 80, 21.14, 0.005)


# --- Chances of a length, by a target that many working days after the start -------------------


def by_target(plan: Plan, days: int) -> float:
    """Return the chance of finishing within so many working days of Monday 5 January."""
    weeks, rest = divmod(days - 1, 5)
    target = datetime(2026, 1, 5, 17) + timedelta(days=7 * weeks + rest)
    found = forecast_of(replace(plan, project=replace(plan.project, target=target)))
    assert found.p_target is not None
    return found.p_target


@pytest.mark.parametrize(
    ("points", "pairs", "law", "days", "chance"),
    [
        (GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS, Pert, 16, 0.690),
        (GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS, Triangular, 16, 0.484),
        (RELIABLE, RELIABLE_LINKS, Pert, 47, 0.816),
        (RELIABLE, RELIABLE_LINKS, Triangular, 47, 0.594),
        (PORTA_VAC, PORTA_VAC_LINKS, Triangular, 17, 0.1774),
        (PORTA_VAC, PORTA_VAC_LINKS, Triangular, 21, 0.785),
    ],
)
def test_the_chance_of_a_length(
    points: THREE_POINTS, pairs: str, law: type, days: int, chance: float
) -> None:
    assert_chance(by_target(network(points, pairs, law), days), chance, 0.0006)


def test_independent_risks_spread_less_than_one_shared_draw() -> None:
    risks = tuple(Risk(key, key, 0.3, (Impact(key, Fixed(5 * DAY)),)) for key in "AB")
    forecast = forecast_of(plan_of([task("A", 10), task("B", 10)], links("AB"), risks=risks))

    assert_mean(forecast, 23.0)
    assert_sd(forecast, 3.240, ROUNDED_3)


def test_the_calendar_case() -> None:
    plan = plan_of([task("Design", 5), task("Build", 10), task("Docs", 3)],
                   (link("Design", "Build"),))  # fmt: skip

    found = {one.key: one for one in simulate(plan, SimulationOptions(iterations=64)).tasks}

    assert found["Design"].finish_percentile(50) == datetime(2026, 1, 9, 17)
    assert found["Build"].start_percentile(50) == datetime(2026, 1, 12, 8)
    assert found["Build"].finish_percentile(50) == datetime(2026, 1, 23, 17)
    assert (found["Docs"].criticality, found["Build"].criticality) == (0.0, 1.0)
