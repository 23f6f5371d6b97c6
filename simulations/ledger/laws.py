"""The distribution of a duration, read at any share: to score it, and to correct it."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
from planning.core.plan import Impact, Plan, Task, TaskKind
from simulations.engine.sampling.laws import TAIL_KNOTS, tabulate

Floats = NDArray[np.float64]

DRAWS = 20_000
HUNDREDTHS_OF_PER_CENT = 10_000.0
LEVELS: Floats = np.arange(1, 200) / 200
"""Half per cents, at which a duration is scored."""


@dataclass(frozen=True, slots=True)
class Threat:
    """A risk as one task sees it: how probable, and what it would add."""

    probability: float
    impact: Impact


def law_of(task: Task, plan: Plan) -> Estimate | None:
    """Return the range of a task that has not begun; None where it is certain.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> plan = Plan(ProjectSettings("", datetime(2026, 1, 5, 8)))
    >>> law_of(Task("A", "A", duration_minutes=480, risk_level="high"), plan)
    Pert(low=384, mode=480, high=864, weight=4.0)
    >>> law_of(Task("A", "A", duration_minutes=480), plan)
    """
    if task.kind is not TaskKind.TASK:
        return None
    estimate = task.estimate
    if estimate is None and task.risk_level is not None:
        level = plan.project.risk_level(task.risk_level)
        ends = (round(task.duration_minutes * one) for one in (level.low, level.mode, level.high))
        estimate = Pert(*ends)
    return None if estimate is None or is_certain(estimate) else estimate


def is_certain(estimate: Estimate) -> bool:
    """Whether an estimate leaves nothing open.

    Examples
    --------
    >>> is_certain(Uniform(480, 480)), is_certain(Uniform(480, 960))
    (True, False)
    """
    match estimate:
        case Fixed():
            return True
        case Uniform(low, high):
            return low == high
        case Triangular(low=low, high=high) | Pert(low=low, high=high):
            return low == high
        case PertClassical(low=low, high=high) | Trigen(low=low, high=high):
            return low == high
        case LognormalPercentiles(p10, p90):
            return p10 == p90
        case LognormalMoments(sd=sd) | Normal(sd=sd):
            return sd == 0
        case Exponential():
            return False
        case Discrete(pairs):
            return len({value for value, share in pairs if share > 0}) < 2


def threats_to(task: Task, plan: Plan) -> list[Threat]:
    """Return the risks that may lengthen a task."""
    return [
        Threat(risk.probability, impact)
        for risk in plan.risks
        if risk.probability > 0
        for impact in risk.impacts
        if impact.task == task.key
    ]


def quantiles(estimate: Estimate, levels: ArrayLike, *, cut_at_zero: bool = True) -> Floats:
    """Return the values of a law, in minutes, at shares between 0 and 1.

    Examples
    --------
    >>> quantiles(Uniform(0, 100), [0.1, 0.5, 0.9]).round(6).tolist()
    [10.0, 50.0, 90.0]
    >>> quantiles(Discrete(((480, 0.4), (960, 0.6))), [0.4, 0.41]).tolist()
    [480.0, 960.0]
    """
    shares = np.asarray(levels, np.float64)
    match estimate:
        case Fixed(value):
            return np.full(shares.shape, float(value))
        case Discrete(pairs):
            ordered = sorted(pairs)
            reached = np.cumsum([share for _, share in ordered])
            place = np.searchsorted(reached, shares * reached[-1] - 1e-12)
            values = np.array([value for value, _ in ordered], np.float64)
            return np.asarray(values[np.minimum(place, len(values) - 1)])
    if is_certain(estimate):
        return np.full(shares.shape, float(_only_value(estimate)))
    lower, upper = tabulate(estimate, cut_at_zero=cut_at_zero)
    below = np.interp(shares, TAIL_KNOTS, lower)
    above = np.interp(1.0 - shares, TAIL_KNOTS, upper)
    return np.where(shares <= 0.5, below, above)


def duration_quantiles(
    estimate: Estimate, threats: Sequence[Threat], key: str, levels: ArrayLike = LEVELS
) -> Floats:
    """Return the values of a task's duration at ``levels``, its risks included.

    Without risks they are the law's own. With some they are counted in 20,000
    draws, the same for the same task: a quantile at share p is then known to
    √(p(1 − p)/20,000), 0.0035 at most.
    """
    if not threats:
        return quantiles(estimate, levels)
    seed = int.from_bytes(sha256(key.encode("utf-8", "surrogatepass")).digest()[:8])
    rng = np.random.default_rng(seed)
    base = quantiles(estimate, rng.random(DRAWS))
    total = base.copy()
    for threat in threats:
        happens = rng.random(DRAWS) < threat.probability
        size = quantiles(threat.impact.estimate, rng.random(DRAWS), cut_at_zero=False)
        if threat.impact.relative:
            size = base * size / HUNDREDTHS_OF_PER_CENT
        total += happens * size
    return np.asarray(np.quantile(np.maximum(total, 0.0), np.asarray(levels, np.float64)))


def _only_value(estimate: Estimate) -> int:
    match estimate:
        case Normal(mean, _) | LognormalMoments(mean, _):
            return mean
        case LognormalPercentiles(p10, _):
            return p10
        case Uniform(low, _) | Triangular(low=low) | Pert(low=low):
            return low
        case PertClassical(low=low) | Trigen(low=low):
            return low
    raise ValueError("This law has more than one value.")
