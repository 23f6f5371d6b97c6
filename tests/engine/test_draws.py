"""What is drawn: every law against SciPy, streams that know nothing of each other, the copula."""

import math
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

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
from planning.core.plan import Correlation, Driver, Impact, Mitigation, Plan, Risk
from simulations.engine import SimulationOptions, simulate
from simulations.engine.lowering.plans import lower
from simulations.engine.sampling.keyed import stream_key, uniforms
from simulations.engine.sampling.streams import stream_keys
from tests.engine import reference_draws as reference
from tests.engine.building import DAY, pert, plan_of, task, triangle
from tests.engine.handing import drawn

MANY = 100_000
LAWS: dict[str, Estimate] = {
    "uniform": Uniform(960, 3840),
    "triangular": Triangular(960, 1920, 3840),
    "triangular-right": Triangular(960, 3840, 3840),
    "pert": Pert(960, 1920, 3840),
    "pert-edge": Pert(960, 960, 38_400),
    "pert-6": Pert(960, 1920, 3840, 6.5),
    "classical": PertClassical(960, 1920, 3840),
    "trigen": Trigen(3840, 4800, 8640),
    "trigen-cut": Trigen(960, 1920, 3840),
    "lognormal": LognormalPercentiles(3840, 8640),
    "lognormal-moments": LognormalMoments(4800, 2400),
    "normal": Normal(4800, 960),
    "normal-cut": Normal(960, 960),
    "exponential": Exponential(4800),
}
Ints = NDArray[np.int64]


def durations(plan: Plan, count: int = MANY, seed: int = 1, **options: bool) -> dict[str, Ints]:
    asked = SimulationOptions(iterations=count, seed=seed, **options)  # type: ignore[arg-type]
    return drawn(lower(plan, asked), count)


@cache
def all_laws(count: int = MANY) -> dict[str, Ints]:
    return durations(plan_of([task(key, law) for key, law in LAWS.items()]), count)


def cdf(law: Estimate, minutes: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The law as SciPy has it, what is negative cut away and the rest renormalised."""
    found = reference.distribution(law)
    below = float(found.cdf(0.0))
    return np.asarray((found.cdf(minutes) - below) / (1.0 - below))


def kolmogorov(name: str, count: int) -> float:
    """The greatest distance of the draws from the law, on whole minutes."""
    values = np.sort(all_laws(count)[name])
    whole = np.arange(values[0] - 1, values[-1] + 1)
    found = np.searchsorted(values, whole, side="right") / len(values)
    return float(np.abs(found - cdf(LAWS[name], whole + 0.5)).max())


@pytest.mark.parametrize("name", LAWS)
def test_draws_lie_no_further_from_their_law_than_chance_puts_them(name: str) -> None:
    # Kolmogorov and Smirnov: passed by 999 of 1,000 true samples.
    assert kolmogorov(name, MANY) <= 1.95 / math.sqrt(MANY)


@pytest.mark.long
@pytest.mark.parametrize("name", LAWS)
def test_a_million_draws_lie_no_further_from_their_law(name: str) -> None:
    assert kolmogorov(name, 1_000_000) <= 1.95 / math.sqrt(1_000_000)


@pytest.mark.parametrize("name", LAWS)
def test_moments_are_those_of_scipy(name: str) -> None:
    law, values = LAWS[name], all_laws()[name].astype(np.float64)
    shares = np.linspace(0.0, 1.0, 400_001)[:-1] + 1 / 800_000
    found, below = reference.distribution(law), float(reference.distribution(law).cdf(0.0))
    exact = found.ppf(below + (1.0 - below) * shares)
    kurtosis = float(((exact - exact.mean()) ** 4).mean() / exact.var() ** 2)

    assert abs(values.mean() - exact.mean()) <= 4 * exact.std() / math.sqrt(MANY)
    spread = exact.std() * math.sqrt((kurtosis - 1) / 4 / MANY)
    assert abs(values.std() - exact.std()) <= 4 * spread + 1e-4 * exact.std()


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("share", [0.001, 0.999])
def test_tails_hold_as_many_draws_as_they_should(name: str, share: float) -> None:
    """P0.1 and P99.9: a table of equal cells misses these by a mile."""
    law, values = LAWS[name], all_laws()[name]
    found = reference.distribution(law)
    below = float(found.cdf(0.0))
    edge = math.floor(float(found.ppf(below + (1.0 - below) * share)) + 0.5)

    expected = float(cdf(law, edge + 0.5))

    error = math.sqrt(expected * (1 - expected) / MANY)
    assert abs(np.count_nonzero(values <= edge) / MANY - expected) <= 4 * error


def test_discrete_values_come_as_often_as_they_say() -> None:
    law = Discrete(((480, 0.2), (960, 0.5), (2400, 0.3)))

    values = durations(plan_of([task("A", law)]))["A"]

    for value, share in law.values:
        error = math.sqrt(share * (1 - share) / MANY)
        assert abs(np.count_nonzero(values == value) / MANY - share) <= 4 * error


def test_what_a_trigen_loses_below_zero_is_told() -> None:
    forecast = simulate(plan_of([task("A", Trigen(960, 1920, 3840))]))

    assert any("negative: cut at zero" in note.reason for note in forecast.notes)
    low = reference.distribution(Trigen(960, 1920, 3840)).ppf(0.0) / DAY
    assert low == pytest.approx(-0.104512, abs=1e-5)


# --- Streams --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    list(
        combinations(
            [(1, "task", "A"), (1, "task", "B"), (2, "task", "A"), (1, "risk", "A"),
             (1, "driver", "A"), (1, "existence", "A"), (1, "impact", "A")],
            2,
        )
    ),
)  # fmt: skip
def test_streams_of_other_tasks_seeds_and_kinds_know_nothing_of_each_other(
    first: tuple[int, str, str], second: tuple[int, str, str]
) -> None:
    one, two = (uniforms(stream_key(*key), MANY) for key in (first, second))

    assert abs(np.corrcoef(one, two)[0, 1]) <= 4 / math.sqrt(MANY)


@pytest.mark.parametrize("lag", [1, 2, 3, 511, 512, 1024])
def test_iterations_of_one_stream_know_nothing_of_each_other(lag: int) -> None:
    some = uniforms(stream_key(1, "task", "A"), MANY)

    assert abs(np.corrcoef(some[lag:], some[:-lag])[0, 1]) <= 4 / math.sqrt(MANY - lag)


def test_the_engine_and_the_plain_version_draw_the_same_uniforms() -> None:
    key = stream_key(7, "task", "Übergabe")

    assert key == reference.stream(7, "task", "Übergabe")
    assert uniforms(key, 1_001).tolist() == [reference.uniform(key, i) for i in range(1_001)]


@pytest.mark.parametrize("letter", ["k", "é", "漢", "\ud800"])
def test_keys_hashed_side_by_side_are_those_hashed_one_by_one(letter: str) -> None:
    # One block of the hash holds 128 bytes, prefix and all; 64 texts go side by side.
    keys = [f"{letter * length}{length}" for length in range(150)]

    assert stream_keys(2**63, "task", keys).tolist() == [
        stream_key(2**63, "task", key) for key in keys
    ]


def test_an_edited_task_keeps_its_uniform_and_changes_no_other_draw() -> None:
    plan = plan_of([task("A", pert(1, 2, 4)), task("B", pert(2, 3, 9))])
    edited = plan_of([task("C", 5), task("B", triangle(2, 3, 9)), task("A", pert(1, 2, 4))])

    before, after = durations(plan, 2_000), durations(edited, 2_000)

    assert (before["A"] == after["A"]).all()
    assert stats.spearmanr(before["B"], after["B"]).statistic == pytest.approx(1.0, abs=1e-4)


# --- The copula -----------------------------------------------------------------------------


def spearman(plan: Plan, first: str, second: str) -> float:
    found = durations(plan)
    return float(stats.spearmanr(found[first], found[second]).statistic)


@pytest.mark.parametrize("target", [-0.8, -0.3, 0.0, 0.3, 0.6, 0.95])
def test_a_spearman_target_is_hit_whatever_the_laws(target: float) -> None:
    plan = plan_of(
        [task("A", pert(1, 2, 9)), task("B", LognormalPercentiles(4 * DAY, 9 * DAY))],
        correlations=(Correlation("A", "B", target),),
    )

    error = (1 - target**2) / math.sqrt(MANY) * math.sqrt(1 + target**2 / 2) + 1e-4
    assert abs(spearman(plan, "A", "B") - target) <= 4 * error


@pytest.mark.parametrize("rho", [0.0, 0.25, 0.5, 0.9])
def test_a_driver_correlates_every_pair_of_its_normals_by_rho(rho: float) -> None:
    plan = plan_of(
        [task(key, Normal(20 * DAY, DAY)) for key in "ABC"],
        drivers=(Driver("crew", rho, tuple("ABC")),),
    )
    found = durations(plan)

    for first, second in combinations("ABC", 2):
        pearson = float(np.corrcoef(found[first], found[second])[0, 1])
        assert abs(pearson - rho) <= 4 * (1 - rho**2) / math.sqrt(MANY) + 2e-4


def test_correlations_that_contradict_each_other_are_repaired_and_told() -> None:
    targets = (Correlation("A", "B", 0.9), Correlation("B", "C", 0.9), Correlation("A", "C", -0.9))
    plan = plan_of([task(key, pert(1, 2, 4)) for key in "ABC"], correlations=targets)

    note = next(n.reason for n in simulate(plan).notes if n.path == "correlations")
    changes = [abs(spearman(plan, one.first, one.second) - one.spearman) for one in targets]

    told = float(note.rsplit(" ", 1)[1])
    assert max(changes) == pytest.approx(told, abs=0.01)


def test_a_correlated_task_keeps_its_own_law() -> None:
    plan = plan_of(
        [task("pert", LAWS["pert"]), task("B", pert(1, 2, 4))],
        correlations=(Correlation("pert", "B", 0.7),),
    )
    values = np.sort(durations(plan)["pert"])
    whole = np.arange(values[0], values[-1])

    found = np.searchsorted(values, whole, side="right") / MANY

    assert np.abs(found - cdf(LAWS["pert"], whole + 0.5)).max() <= 1.95 / math.sqrt(MANY)


# --- Risks, existence, risk levels ----------------------------------------------------------


def test_a_task_that_may_not_exist_takes_no_time_as_often_as_it_says() -> None:
    values = durations(plan_of([task("A", 3, existence=0.7)]))["A"]

    share = np.count_nonzero(values == 3 * DAY) / MANY
    assert set(np.unique(values)) == {0, 3 * DAY}
    assert abs(share - 0.7) <= 4 * math.sqrt(0.21 / MANY)


def test_a_risk_level_is_a_range_around_the_duration() -> None:
    plan = plan_of([replace(task("A", 10), estimate=None, risk_level="medium")])
    same = plan_of([task("A", pert(8.5, 10, 14))])

    assert (durations(plan)["A"] == durations(same)["A"]).all()


@pytest.mark.parametrize(
    ("impact", "relative", "days"),
    [(Fixed(2 * DAY), False, 12), (Fixed(-3 * DAY), False, 7), (Fixed(5_000), True, 15),
     (Fixed(-2_500), True, 7.5), (Fixed(-30 * DAY), False, 0)],
)  # fmt: skip
def test_an_impact_adds_days_or_per_cent_and_never_falls_below_zero(
    impact: Estimate, relative: bool, days: float
) -> None:
    risk = Risk("R", "R", 1.0, (Impact("A", impact, relative),))

    values = durations(plan_of([task("A", 10)], risks=(risk,)), 1_000)["A"]

    assert set(values.tolist()) == {round(days * DAY)}


def test_one_risk_strikes_all_its_tasks_in_the_same_iterations() -> None:
    risk = Risk("R", "R", 0.3, tuple(Impact(key, Fixed(DAY)) for key in "AB"))

    found = durations(plan_of([task("A", 1), task("B", 2)], risks=(risk,)))

    assert ((found["A"] > DAY) == (found["B"] > 2 * DAY)).all()
    assert abs(np.count_nonzero(found["A"] > DAY) / MANY - 0.3) <= 4 * math.sqrt(0.21 / MANY)


def test_a_mitigated_risk_is_drawn_as_it_will_be() -> None:
    after = Mitigation(0.1, (Impact("A", Fixed(DAY)),))
    risk = Risk("R", "R", 0.5, (Impact("A", Fixed(5 * DAY)),), after)
    plan = plan_of([task("A", 10)], risks=(risk,))

    values = durations(plan, mitigated=True)["A"]

    assert set(np.unique(values)) == {10 * DAY, 11 * DAY}
    assert abs(np.count_nonzero(values > 10 * DAY) / MANY - 0.1) <= 4 * math.sqrt(0.09 / MANY)
    assert set(np.unique(durations(plan)["A"])) == {10 * DAY, 15 * DAY}
