"""Each figure's noise is what it is said to be: many seeds, and how often bands hold the truth."""

import math
from collections import Counter
from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from planning.core.distributions import Fixed
from planning.core.plan import Constraint, ConstraintType, Impact, PlanError, Risk
from simulations.engine import (
    Forecast,
    SimulationOptions,
    compare,
    impacts_if_removed,
    simulate,
)
from tests.engine.building import (
    GENERAL_FOUNDRY,
    GENERAL_FOUNDRY_LINKS,
    MONDAY,
    links,
    milestone,
    network,
    pert,
    plan_of,
    task,
    triangle,
)

FOUNDRY = network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS)
SHORTER_E = network(dict(GENERAL_FOUNDRY) | {"E": (1, 4, 5)}, GENERAL_FOUNDRY_LINKS)
SEEDS = 600
# Four standard errors of a coverage of 95 % that so many seeds tell.
SLACK = 4 * math.sqrt(0.95 * 0.05 / SEEDS)


@cache
def truth() -> Forecast:
    return simulate(FOUNDRY, SimulationOptions(iterations=1_000_000, seed=0))


@cache
def coverage() -> dict[str, float]:
    """How often each 95 % band holds the figure of a million iterations."""
    held: Counter[str] = Counter()
    for seed in range(1, SEEDS + 1):
        found = simulate(FOUNDRY, SimulationOptions(iterations=1_000, seed=seed))
        document = found.to_json()
        for percentile in ("5", "50", "80", "90"):
            low, high = document["duration_days"]["bands"][percentile]
            held[f"P{percentile}"] += low <= (truth().days(int(percentile)) or 0) <= high
        for name in ("mean", "sd"):
            low, high = document["duration_days"][f"{name}_band"]
            held[name] += low <= getattr(truth(), f"{name}_days") <= high
        low, high = document["finish"]["bands"]["p_planned"]
        held["p_planned"] += low <= (truth().p_planned or 0) <= high
        for one, true in zip(document["tasks"], truth().tasks, strict=True):
            if one["id"] in "ABDEG":
                for name, (low, high) in one["bands"].items():
                    expected = getattr(true, name)
                    held[f"{name} {one['id']}"] += low <= expected <= high
    return {name: count / SEEDS for name, count in held.items()}


@pytest.mark.parametrize("name", ["P5", "P50", "P80", "P90", "mean", "p_planned"])
def test_bands_of_the_finish_hold_the_truth_95_times_of_a_hundred(name: str) -> None:
    # Ranks are rounded outward and dates are whole minutes: a little more often than 95 %.
    assert 0.95 - SLACK <= coverage()[name] <= 0.985


def test_the_band_of_the_standard_deviation_holds_nearly_as_often() -> None:
    # Its kurtosis is estimated from the same thousand values.
    assert coverage()["sd"] >= 0.95 - SLACK - 0.01


@pytest.mark.parametrize("index", ["p_planned", "criticality", "cruciality", "ssi"])
@pytest.mark.parametrize("key", ["A", "B", "D", "E", "G"])
def test_bands_of_indices_hold_the_truth_95_times_of_a_hundred(index: str, key: str) -> None:
    assert coverage()[f"{index} {key}"] >= 0.95 - SLACK


@pytest.mark.parametrize("key", ["A", "B", "D", "E", "G"])
def test_bands_that_claim_to_be_wide_enough_are(key: str) -> None:
    assert coverage()[f"significance {key}"] >= 0.95 - SLACK
    assert coverage()[f"first_order_share {key}"] >= 0.95 - SLACK


def test_the_interval_of_a_paired_difference_holds_the_truth() -> None:
    true = compare(FOUNDRY, SHORTER_E, SimulationOptions(iterations=1_000_000, seed=0))
    held: Counter[str] = Counter()
    for seed in range(1, SEEDS + 1):
        found = compare(FOUNDRY, SHORTER_E, SimulationOptions(iterations=1_000, seed=seed))
        for name in ("p50", "p80", "mean"):
            low, high = getattr(found, f"{name}_interval_days")
            held[name] += low <= getattr(true, f"{name}_days") <= high

    for name, count in held.items():
        assert 0.95 - SLACK <= count / SEEDS <= 0.985, name


# --- What is told of a finish beside its percentiles ----------------------------------------


def test_buffers_reach_from_the_plan_to_each_percentile() -> None:
    forecast = simulate(FOUNDRY)

    assert [one.percentile for one in forecast.buffers()] == [70, 80, 90, 99]
    for one in forecast.buffers():
        # By their modes the critical path is 2 + 2 + 4 + 4 + 2 days long.
        assert one.days == pytest.approx((forecast.days(one.percentile) or 0.0) - 14.0)
        assert one.band_days[0] <= one.days <= one.band_days[1]


def test_the_estimate_to_refine_first_is_the_one_that_narrows_most() -> None:
    forecast = simulate(FOUNDRY, SimulationOptions(iterations=100_000))

    first, second = forecast.refinements()[:2]

    # Published shares: G .584, E .260 of σ = 1.712.
    assert (first.key, second.key) == ("G", "E")
    assert first.days == pytest.approx(1.712 * (1 - math.sqrt(1 - 0.584)), abs=0.02)
    assert first.band_days[0] < first.days < first.band_days[1]


def test_knowing_a_duration_leaves_the_spread_that_its_share_says() -> None:
    """One of two tasks in series known: what is left is the other's spread, whatever it is."""
    series = plan_of([task("A", triangle(2, 4, 8)), task("B", triangle(1, 2, 4))], links("AB"))

    forecast = simulate(series, SimulationOptions(iterations=100_000))

    left = (forecast.sd_days or 0) - forecast.refinements()[0].days
    assert left == pytest.approx(1.2472 / 2, rel=0.01)


def test_removing_an_uncertainty_is_measured_in_days_with_its_noise() -> None:
    series = plan_of(
        [
            task("A", triangle(2, 4, 8), duration_minutes=4 * 480),
            task("B", pert(4, 5, 6), duration_minutes=5 * 480),
        ],
        links("AB"),
    )
    forecast = simulate(series)

    removals = impacts_if_removed(series, forecast)

    # Without A's range the mean is 4 days and not 14/3 earlier by two thirds of a day.
    first = removals[0]
    assert first.key == "A"
    assert first.mean_interval_days[0] <= 2 / 3 <= first.mean_interval_days[1]
    assert first.interval_days[0] <= first.percentile_days <= first.interval_days[1]


def test_a_risk_that_never_happens_is_worth_its_expected_impact() -> None:
    risk = Risk("R", "R", 0.3, (Impact("A", Fixed(5 * 480)),))
    plan = plan_of([task("A", 10)], risks=(risk,))

    (removal,) = impacts_if_removed(plan, simulate(plan))[:1]

    assert (removal.kind, removal.key) == ("risk", "R")
    assert removal.mean_interval_days[0] <= 1.5 <= removal.mean_interval_days[1]
    assert removal.percentile_days == 5.0


def test_nothing_uncertain_is_said_and_no_number_is_nan() -> None:
    forecast = simulate(plan_of([task("A", 3), task("B", 2)], links("AB")))

    assert "no task has a range" in [note.reason for note in forecast.notes]
    one = forecast.tasks[0]
    assert (one.cruciality, one.ssi, one.first_order_share) == (0.0, 0.0, 0.0)
    assert one.significance == 1.0
    assert "nan" not in str(forecast.to_json()).lower()
    assert forecast.refinements() == ()


def test_an_empty_plan_and_one_of_milestones_have_an_explained_forecast() -> None:
    empty = simulate(plan_of([])).to_json()
    only = simulate(plan_of([milestone("M")])).to_json()

    assert empty["duration_days"]["mean"] is None
    assert [note["reason"] for note in empty["notes"]] == [
        "the plan has no tasks, so there is no forecast"
    ]
    assert only["duration_days"]["percentiles"]["80"] == 0.0
    assert only["tasks"][0]["cruciality"] is None
    assert only["notes"][-1]["reason"] == "no task has a range"


@pytest.mark.parametrize("percentile", [50, 90])
def test_a_simulation_stops_once_the_band_is_narrow(percentile: int) -> None:
    options = SimulationOptions(iterations=200_000, stop_band_days=0.1, stop_percentile=percentile)

    forecast = simulate(FOUNDRY, options)

    low, high = forecast.band(percentile) or (0.0, 1.0)
    assert high - low < 0.1
    assert forecast.iterations < 100_000
    same = simulate(FOUNDRY, SimulationOptions(iterations=forecast.iterations))
    assert forecast.percentile_days == same.percentile_days


def test_a_band_that_is_never_narrow_stops_at_the_greatest_number() -> None:
    options = SimulationOptions(iterations=3_000, stop_band_days=1e-6)

    assert simulate(FOUNDRY, options).iterations == 3_000


@pytest.mark.parametrize(("band", "percentile"), [(0.0, 80), (-1.0, 80), (1.0, 0), (1.0, 100)])
def test_a_stop_rule_that_means_nothing_is_refused(band: float, percentile: int) -> None:
    with pytest.raises(PlanError):
        SimulationOptions(stop_band_days=band, stop_percentile=percentile)


def test_where_branches_meet_the_days_lost_and_who_sets_the_date() -> None:
    """Two equal triangles meet: E[max] − max of the means, each sets the date half the time."""
    tasks = [task("A", triangle(5, 10, 15)), task("B", triangle(5, 10, 15)), task("Z", 1)]
    forecast = simulate(plan_of(tasks, links("AZ BZ")), SimulationOptions(iterations=100_000))

    (merge,) = forecast.merges
    assert merge.key == "Z"
    assert merge.days_lost == pytest.approx(11.1667 - 10, abs=0.03)
    assert [branch.predecessor for branch in merge.branches] != []
    document = forecast.to_json()["merges"][0]
    for branch in document["branches"]:
        assert branch["band"][0] <= 0.5 <= branch["band"][1]
    assert np.isclose(sum(branch.share for branch in merge.branches), 1.0, atol=0.01)


@pytest.mark.parametrize("is_dated", [False, True], ids=["one calendar", "by its calendars"])
def test_the_band_of_days_lost_holds_the_truth_as_often_as_is_said(is_dated: bool) -> None:
    """E[max] of two such triangles lies 7/6 of a day after their mean."""
    tasks = [task("A", triangle(5, 10, 15)), task("B", triangle(5, 10, 15)), task("Z", 1)]
    plan = plan_of(tasks, links("AZ BZ"), critical_float_limit_minutes=int(is_dated))
    seeds, held, widths = 150, 0, []

    for seed in range(seeds):
        (merge,) = simulate(plan, SimulationOptions(iterations=1_024, seed=seed)).merges
        low, high = merge.band_days
        held += low <= 7 / 6 <= high
        widths.append(high - low)

    assert held >= 0.88 * seeds
    assert 0.05 < min(widths) <= max(widths) < 0.4


def test_days_lost_to_a_date_have_the_noise_of_the_start() -> None:
    """Where a date asks for more than any branch does on average, each day after it is lost."""
    tasks = [
        task("A", triangle(5, 10, 15)),
        task("B", triangle(5, 10, 15)),
        task("Z", 1, constraint=Constraint(ConstraintType.SNET, MONDAY + timedelta(days=16))),
    ]
    (merge,) = simulate(plan_of(tasks, links("AZ BZ")), SimulationOptions(iterations=4_096)).merges

    assert 0.2 < merge.days_lost < 0.8
    assert 0.0 < merge.band_days[0] < merge.days_lost < merge.band_days[1]
