"""What a plain, slow simulation draws, from docs/method.md: nothing of the engine is used.

SplitMix64 of a hashed key, the inverse by SciPy, rounded to whole minutes.
"""

import hashlib
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from scipy import optimize, stats

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
from planning.core.plan import (
    Plan,
    Task,
    TaskKind,
)

WORD = (1 << 64) - 1


def stream(seed: int, kind: str, key: str) -> int:
    text = f"{seed}\x1f{kind}\x1f{key}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def splitmix(state: int) -> int:
    z = (state + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def uniform(key: int, iteration: int) -> float:
    """A multiple of 2⁻²⁵ between 0 and 1: one half of a word for each iteration."""
    word = splitmix((key + iteration // 2) & WORD)
    bits = (word >> 32 if iteration % 2 else word) & 0xFFFFFFFF
    tail = (2 * ((bits >> 8) & 0x7FFFFF) + 1) * 2.0**-25
    return 1.0 - tail if bits >> 31 else tail


class Beta:
    """A beta on [low, high] by its two shapes."""

    @staticmethod
    def pert(low: int, mode: int, high: int, weight: float) -> Any:
        span = high - low
        alpha, beta = 1 + weight * (mode - low) / span, 1 + weight * (high - mode) / span
        return stats.beta(alpha, beta, low, span)

    @staticmethod
    def classical(low: int, mode: int, high: int) -> Any:
        mean, sd = (low + 4 * mode + high) / 6, (high - low) / 6
        share = (mean - low) / (high - low)
        size = share * (1 - share) / (sd / (high - low)) ** 2 - 1
        return stats.beta(share * size, (1 - share) * size, low, high - low)


def triangle(low: float, mode: float, high: float) -> Any:
    return stats.triang((mode - low) / (high - low), low, high - low)


def trigen(law: Trigen) -> Any:
    """The triangle with that mode and those two percentiles, found by its CDF alone."""

    def misses(ends: tuple[float, float]) -> tuple[float, float]:
        low, high = law.mode - math.exp(ends[0]), law.mode + math.exp(ends[1])
        found = triangle(low, law.mode, high)
        return (
            float(found.cdf(law.low)) - law.low_percentile / 100,
            float(found.cdf(law.high)) - law.high_percentile / 100,
        )

    guess = (math.log(2.0 * (law.mode - law.low)), math.log(2.0 * (law.high - law.mode)))
    ends = optimize.fsolve(misses, guess, xtol=1e-13)
    return triangle(law.mode - math.exp(ends[0]), law.mode, law.mode + math.exp(ends[1]))


@cache
def distribution(law: Estimate) -> Any:
    """The law in SciPy's words, before what is negative is cut away; None if it is certain."""
    match law:
        case Uniform(low, high) if low < high:
            return stats.uniform(low, high - low)
        case Triangular(low, mode, high) if low < high:
            return triangle(low, mode, high)
        case Pert(low, mode, high, weight) if low < high:
            return Beta.pert(low, mode, high, weight)
        case PertClassical(low, mode, high) if low < high:
            return Beta.classical(low, mode, high)
        case Trigen() if law.low < law.high:
            return trigen(law)
        case LognormalPercentiles(p10, p90) if p10 < p90:
            sigma = math.log(p90 / p10) / (2 * float(stats.norm.ppf(0.9)))
            return stats.lognorm(sigma, scale=math.sqrt(p10 * p90))
        case LognormalMoments(mean, sd) if sd > 0:
            sigma = math.sqrt(math.log1p((sd / mean) ** 2))
            return stats.lognorm(sigma, scale=mean * math.exp(-sigma * sigma / 2))
        case Normal(mean, sd) if sd > 0:
            return stats.norm(mean, sd)
        case Exponential(mean) if mean > 0:
            return stats.expon(scale=mean)
    return None


def certain(law: Estimate) -> int:
    """The one value of a law that has one."""
    match law:
        case Fixed(value):
            return value
        case Normal(value, _) | LognormalMoments(value, _) | Exponential(value):
            return value
        case LognormalPercentiles(value, _):
            return value
    return law.low  # type: ignore[union-attr]


def inverse(law: Estimate, u: float, *, cut: bool = True) -> float:
    """The value at ``u``, not yet rounded; what would be negative is cut, the rest renormalised."""
    if isinstance(law, Discrete):
        return _discrete(law, u, cut=cut)
    found = distribution(law)
    if found is None:
        return float(max(certain(law), 0) if cut else certain(law))
    below = float(found.cdf(0.0)) if cut else 0.0
    return float(found.ppf(below + (1.0 - below) * u))


def _discrete(law: Discrete, u: float, *, cut: bool) -> float:
    values = sorted((v, p) for v, p in law.values if p > 0)
    if cut and any(v >= 0 for v, _ in values):
        values = [(v, p) for v, p in values if v >= 0]
    total = sum(p for _, p in values)
    reached = 0.0
    for value, share in values:
        reached += share / total
        if u <= round(reached * 2**25) / 2**25:
            return float(value)
    return float(values[-1][0])


def rounded(value: float) -> int:
    return math.floor(value + 0.5)


def law_of(task: Task, plan: Plan) -> Estimate:
    """What a task that has not started draws."""
    if task.kind is TaskKind.MILESTONE:
        return Fixed(0)
    if task.estimate is not None:
        return task.estimate
    if task.risk_level is None:
        return Fixed(task.duration_minutes)
    level = plan.project.risk_level(task.risk_level)
    low, mode, high = (
        round(task.duration_minutes * f) for f in (level.low, level.mode, level.high)
    )
    return Pert(low, mode, high)


@dataclass(frozen=True)
class Drawn:
    """One iteration's durations, and which tasks exist."""

    minutes: dict[str, int]
    exists: dict[str, bool]


def draw(plan: Plan, seed: int, iteration: int) -> Drawn:
    """Draw one iteration of a plan without drivers and correlations."""
    minutes: dict[str, int] = {}
    for task in plan.leaves():
        u = uniform(stream(seed, "task", task.key), iteration)
        minutes[task.key] = rounded(inverse(law_of(task, plan), u))
    base = dict(minutes)
    for risk in sorted(plan.risks, key=lambda one: one.key):
        if uniform(stream(seed, "risk", risk.key), iteration) >= risk.probability:
            continue
        size = uniform(stream(seed, "impact", risk.key), iteration)
        for impact in risk.impacts:
            added = rounded(inverse(impact.estimate, size, cut=False))
            if impact.relative:
                added = rounded(base[impact.task] * (added / 10_000))
            minutes[impact.task] += added
    exists = {}
    for task in plan.leaves():
        there = uniform(stream(seed, "existence", task.key), iteration) < task.existence
        exists[task.key] = there
        minutes[task.key] = max(minutes[task.key], 0) if there else 0
    return Drawn(minutes, exists)
