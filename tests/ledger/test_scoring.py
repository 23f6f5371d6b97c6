"""Scores against estimators whose truth is known: the calibrated, the overconfident, the late."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest

from planning.core.distributions import (
    Discrete,
    Estimate,
    Exponential,
    Fixed,
    LognormalMoments,
    LognormalPercentiles,
    Normal,
    Pert,
    PertClassical,
    Triangular,
    Trigen,
    Uniform,
)
from planning.core.plan import Impact
from simulations.ledger.correction import LEAST, Outcome, corrected, correction_of
from simulations.ledger.laws import LEVELS, Threat, duration_quantiles, quantiles
from simulations.ledger.moments import LEVELS as KEPT_LEVELS
from simulations.ledger.moments import pack, unpack
from simulations.ledger.scoring import (
    Place,
    brier,
    coverage,
    flat_band,
    histogram,
    place_of,
    share_within,
)

DAY = 480
RANGES: tuple[Estimate, ...] = (
    Pert(3 * DAY, 5 * DAY, 10 * DAY),
    Triangular(2 * DAY, 4 * DAY, 8 * DAY),
    Uniform(4 * DAY, 9 * DAY),
    Normal(10 * DAY, 2 * DAY),
    LognormalPercentiles(8 * DAY, 18 * DAY),
)

Truth = Callable[[np.ndarray, float], np.ndarray]


def honest(values: np.ndarray, _middle: float) -> np.ndarray:
    return values


def stretched_by(factor: float) -> Truth:
    return lambda values, middle: middle + factor * (values - middle)


def slower_by(factor: float) -> Truth:
    return lambda values, _middle: factor * values


def work(truth: Truth, count: int, seed: int = 1) -> list[tuple[Estimate, float]]:
    """Return ranges that were stated, and how long the work really took."""
    rng = np.random.default_rng(seed)
    done = []
    for number, law in enumerate(RANGES):
        drawn = quantiles(law, rng.random(len(range(number, count, len(RANGES)))))
        done += [(law, took) for took in truth(drawn, stated(law, (0.5,))[0]).tolist()]
    return done


@cache
def stated(law: Estimate, levels: tuple[float, ...] = tuple(LEVELS.tolist())) -> list[float]:
    return quantiles(law, levels).tolist()


def places(done: Sequence[tuple[Estimate, float]]) -> list[Place]:
    levels = LEVELS.tolist()
    return [place_of(levels, stated(law), took) for law, took in done]


def outcomes(done: Sequence[tuple[Estimate, float]], resolution: float = 0) -> list[Outcome]:
    return [Outcome(took, *stated(law, (0.1, 0.5, 0.9)), resolution) for law, took in done]


@pytest.mark.parametrize("percentile", [50, 80, 90])
def test_a_calibrated_estimator_is_covered_as_often_as_was_said(percentile: int) -> None:
    found = coverage(places(work(honest, 4000)), percentile)

    assert found.share == pytest.approx(percentile / 100, abs=0.02)
    assert not found.is_off


def test_a_calibrated_estimator_has_a_level_histogram() -> None:
    shares = [bar.share for bar in histogram(places(work(honest, 4000)))]

    low, high = flat_band(4000)
    assert sum(low <= share <= high for share in shares) >= 9
    assert sum(shares) == pytest.approx(1)


def test_days_that_were_only_named_change_no_coverage() -> None:
    """A finish is known to the day: the score spreads it over that day."""
    levels = LEVELS.tolist()
    known = [
        place_of(levels, stated(law), took // DAY * DAY, took // DAY * DAY + DAY)
        for law, took in work(honest, 4000)
    ]

    for percentile in (50, 80, 90):
        assert coverage(known, percentile).share == pytest.approx(percentile / 100, abs=0.02)


def test_percentiles_that_were_kept_score_like_the_whole_distribution() -> None:
    rows = work(honest, 2000)
    kept = [place_of(KEPT_LEVELS, stated(law, KEPT_LEVELS), took) for law, took in rows]

    for percentile in (50, 80, 90):
        exact = coverage(places(rows), percentile).share
        assert coverage(kept, percentile).share == pytest.approx(exact, abs=0.005)


@pytest.mark.parametrize("factor", [0.5, 1.5, 2.5])
def test_an_overconfident_estimator_gets_the_true_factor_back(factor: float) -> None:
    found = correction_of(outcomes(work(stretched_by(factor), 2000)))

    assert found is not None
    assert found.width.value == pytest.approx(factor, rel=0.05)
    assert found.width.low <= factor <= (found.width.high or np.inf)
    assert found.width.is_clear
    assert not found.centre.is_clear


def test_a_late_estimator_gets_the_true_shift_back_and_no_stretch() -> None:
    found = correction_of(outcomes(work(slower_by(1.4), 2000)))

    assert found is not None
    assert found.centre.value == pytest.approx(1.4, rel=0.05)
    assert found.width.value == pytest.approx(1.0, rel=0.08)
    assert found.centre.is_clear


def test_corrected_ranges_hold_what_comes_next() -> None:
    past, future = work(stretched_by(1.8), 1500, seed=1), work(stretched_by(1.8), 3000, seed=2)
    found = correction_of(outcomes(past))
    assert found is not None

    before = coverage(places(future), 90).share
    factors = {"centre": found.centre.applied, "width": found.width.applied}
    mended = [(corrected(law, **factors), took) for law, took in future]

    assert before < 0.8
    # The lowest durations are cut at nothing, which no stretched range says exactly.
    assert coverage(places(mended), 90).share == pytest.approx(0.9, abs=0.025)


def test_bands_hold_the_truth_as_often_as_they_say() -> None:
    truths = [correction_of(outcomes(work(stretched_by(1.5), 60, seed=n))) for n in range(200)]
    held = [one.width.low <= 1.5 <= (one.width.high or np.inf) for one in truths if one]

    assert len(held) == 200
    assert np.mean(held) >= 0.9


def test_a_calibrated_estimator_is_seldom_corrected() -> None:
    found = [correction_of(outcomes(work(honest, 40, seed=n))) for n in range(200)]

    assert np.mean([one.is_called_for for one in found if one]) <= 0.15


def test_a_few_tasks_say_nothing_and_a_few_more_are_open_upwards() -> None:
    assert correction_of(outcomes(work(honest, LEAST - 1))) is None
    found = correction_of(outcomes(work(honest, LEAST)))

    assert found is not None
    assert found.width.high is not None


def test_ranges_narrower_than_the_records_are_left_out_and_counted() -> None:
    coarse = [Outcome(700.0, 650, 700, 750, DAY)] * 3

    found = correction_of([*outcomes(work(honest, 20)), *coarse])

    assert found is not None
    assert (found.count, found.left_out) == (20, 3)


def test_risks_beside_a_range_widen_what_was_said() -> None:
    """A tenth of the futures is five days later: P95 is, and P50 hardly."""
    law = Uniform(4 * DAY, 6 * DAY)
    threat = Threat(0.1, Impact("A", Fixed(5 * DAY)))
    found = dict(zip(LEVELS.round(3).tolist(), duration_quantiles(law, [threat], "A"), strict=True))

    assert found[0.45] == pytest.approx(5 * DAY, rel=0.02)
    assert found[0.95] == pytest.approx(10 * DAY, rel=0.02)


@pytest.mark.parametrize(
    "law",
    [
        *RANGES,
        PertClassical(3 * DAY, 5 * DAY, 10 * DAY),
        Trigen(8 * DAY, 10 * DAY, 18 * DAY),
        LognormalMoments(10 * DAY, 2 * DAY),
        Exponential(5 * DAY),
        Discrete(((3 * DAY, 0.4), (5 * DAY, 0.6))),
    ],
)
def test_a_correction_moves_the_median_and_stretches_the_upper_end(law: Estimate) -> None:
    p50, p90 = quantiles(law, (0.5, 0.9))

    found = corrected(law, centre=1.2, width=1.5)

    new50, new90 = quantiles(found, (0.5, 0.9))
    assert type(found) is type(law)
    assert new50 == pytest.approx(1.2 * p50, rel=0.03)
    if not isinstance(law, Exponential):
        assert new90 == pytest.approx(1.2 * (p50 + 1.5 * (p90 - p50)), rel=0.03)


def test_a_correction_by_one_changes_nothing() -> None:
    for law in RANGES:
        assert corrected(law, centre=1.0, width=1.0) == law


def test_an_outcome_is_shared_where_the_forecast_has_a_lump() -> None:
    place = place_of((0.1, 0.5, 0.9), (20, 20, 30), 20)

    assert place == Place(0.0, 0.5)
    assert share_within(place, 0.25) == 0.5


def test_the_brier_score_rewards_the_surer_of_two_honest_forecasters() -> None:
    rng = np.random.default_rng(3)
    chances = rng.random(5000)
    came = (rng.random(5000) < chances).tolist()

    honest_score = brier(chances.tolist(), came)
    coin = brier([0.5] * 5000, came)

    assert honest_score is not None
    assert coin is not None
    # E[p(1 − p)] of uniform chances is 1/6.
    assert honest_score.score == pytest.approx(1 / 6, abs=0.01)
    assert coin.score == 0.25
    assert honest_score.band is not None
    assert honest_score.band[0] <= 1 / 6 <= honest_score.band[1]
    assert brier([], []) is None


def test_kept_percentiles_come_back_as_they_were() -> None:
    rows = {f"T{n}": tuple(range(n * 1000, n * 1000 + 15)) for n in range(50)}

    assert unpack(pack(rows.items())) == rows


def test_kept_percentiles_of_many_tasks_take_little_room() -> None:
    rng = np.random.default_rng(5)
    spread = np.sort(rng.normal(0, 5 * 1440, (5000, 15)).astype(int), axis=1)
    rows = [(f"T{n}", (29_000_000 + 700 * n + one).tolist()) for n, one in enumerate(spread)]

    assert len(pack(rows)) < 40 * 5000
