"""The small shape of an estimate, drawn beside the text that a person typed."""

import math
from collections.abc import Callable
from functools import lru_cache

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
from planning.drawing.scales import text

WIDTH, HEIGHT = 28.0, 12.0
STEPS = 14
Density = Callable[[float], float]


@lru_cache(maxsize=4_096)
def estimate_shape(estimate: Estimate | None) -> str:
    """A filled SVG path of the distribution, 28 by 12; empty for what is certain.

    It is drawn over its own range, so it tells the kind and the skew, not the width.
    """
    density = None if estimate is None else _density(estimate)
    if density is None:
        return ""
    heights = [density(step / STEPS) for step in range(STEPS + 1)]
    peak = max(heights)
    if not peak > 0:
        return ""
    points = (
        f"{text(step / STEPS * WIDTH)} {text(HEIGHT - height / peak * (HEIGHT - 1))}"
        for step, height in enumerate(heights)
    )
    return f"M0 12L{'L'.join(points)}L28 12z"


def _density(estimate: Estimate) -> Density | None:
    """The height of the law at a share of its range, up to a factor."""
    match estimate:
        case Fixed():
            return None
        case Uniform():
            return lambda share: 1.0
        case Triangular(low, mode, high) | Trigen(low, mode, high):
            return _triangle(_share(low, mode, high))
        case Pert(low, mode, high) | PertClassical(low, mode, high):
            return _beta(_share(low, mode, high))
        case Normal():
            return lambda share: math.exp(-0.5 * ((share - 0.5) * 6) ** 2)
        case LognormalPercentiles() | LognormalMoments():
            return lambda share: _lognormal(share * 4)
        case Exponential():
            return lambda share: math.exp(-4 * share)
        case Discrete(values):
            return _spikes(values)


def _share(low: float, mode: float, high: float) -> float:
    return (mode - low) / (high - low) if high > low else 0.5


def _triangle(mode: float) -> Density:
    def density(share: float) -> float:
        if share < mode:
            return share / mode
        return (1 - share) / (1 - mode) if mode < 1 else share

    return density


def _beta(mode: float) -> Density:
    return lambda share: share ** (4 * mode) * (1 - share) ** (4 * (1 - mode))


def _lognormal(value: float) -> float:
    return math.exp(-0.5 * (math.log(value) / 0.5) ** 2) / value if value > 0 else 0.0


def _spikes(values: tuple[tuple[float, float], ...]) -> Density:
    low = min(value for value, _ in values)
    high = max(value for value, _ in values)

    def density(share: float) -> float:
        return sum(
            chance
            for value, chance in values
            if abs(_share(low, value, high) - share) <= 0.5 / STEPS
        )

    return density
