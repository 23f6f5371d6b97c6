"""What follows from a distribution alone: its values, its faults, its plan.

No sampling happens here; the laws are drawn in ``simulations.engine``.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

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
from planning.core.plan import PlanError

MAX_WEIGHT = 1000.0


def estimate_values(estimate: Estimate) -> list[int]:
    """Return every value of a distribution that is a time, in its own order."""
    match estimate:
        case Fixed(value):
            return [value]
        case Uniform(low, high):
            return [low, high]
        case (
            Triangular(low, mode, high)
            | Pert(low, mode, high)
            | PertClassical(low, mode, high)
            | Trigen(low, mode, high)
        ):
            return [low, mode, high]
        case LognormalPercentiles(p10, p90):
            return [p10, p90]
        case LognormalMoments(mean, sd) | Normal(mean, sd):
            return [mean, sd]
        case Exponential(mean):
            return [mean]
        case Discrete(pairs):
            return [value for value, _ in pairs]


def planned_minutes(estimate: Estimate) -> int:
    """Return the duration that an estimate stands for where none is given.

    The value of ``fixed``; the mode of triangular, PERT, classical PERT and
    trigen; the median of all others, of a normal law cut at zero.

    Examples
    --------
    >>> planned_minutes(LognormalPercentiles(8 * 480, 18 * 480)) // 480
    12
    """
    match estimate:
        case Fixed(value):
            return value
        case Triangular(mode=mode) | Pert(mode=mode) | PertClassical(mode=mode) | Trigen(mode=mode):
            return mode
        case Uniform(low, high):
            return (low + high + 1) // 2
        case LognormalPercentiles(p10, p90):
            return round(math.sqrt(p10 * p90))
        case LognormalMoments(mean, sd):
            return round(mean / math.sqrt(1 + (sd / mean) ** 2))
        case Normal(mean, sd):
            return _median_above_zero(mean, sd)
        case Exponential(mean):
            return round(mean * math.log(2))
        case Discrete(pairs):
            return _discrete_median(pairs)


def check_estimate(estimate: Estimate, *, path: str = "", is_signed: bool = False) -> None:
    """Refuse a distribution that does not exist.

    Parameters
    ----------
    estimate : Estimate
        What is checked.
    path : str
        Where it stands in the plan file, for the message.
    is_signed : bool
        Whether values below zero are allowed, as for a risk's impact.

    Raises
    ------
    PlanError
        With the path of the value at fault.
    """
    fault = _order_fault(estimate) or (None if is_signed else _sign_fault(estimate))
    if fault is not None:
        field, message = fault
        raise PlanError(message, path=f"{path}.{field}" if path else field)


Fault = tuple[str, str] | None


def _order_fault(estimate: Estimate) -> Fault:
    match estimate:
        case Uniform(low, high):
            return _less(high, low, "high", "low")
        case Triangular() | Pert() | PertClassical() | Trigen():
            return _shape_fault(estimate) or _three_point_fault(estimate)
        case LognormalPercentiles(p10, p90):
            return _not_above_zero(p10, "p10") or _less(p90, p10, "p90", "p10")
        case LognormalMoments(mean, sd):
            return _not_above_zero(mean, "mean") or _less(sd, 0, "sd", "0")
        case Normal(_, sd):
            return _less(sd, 0, "sd", "0")
        case Exponential(mean):
            return _not_above_zero(mean, "mean")
        case Discrete(pairs):
            return _discrete_fault(pairs)
        case Fixed():
            return None


def _shape_fault(estimate: Triangular | Pert | PertClassical | Trigen) -> Fault:
    match estimate:
        case Pert(weight=weight) if not 0 <= weight <= MAX_WEIGHT:
            return "lambda", f"must be between 0 and {MAX_WEIGHT:g}"
        case Trigen(low_percentile=first, high_percentile=last) if not 0 <= first < last <= 100:
            return "high_percentile", "must be above low_percentile, both from 0 to 100"
    return None


def _three_point_fault(law: Triangular | Pert | PertClassical | Trigen) -> Fault:
    return _less(law.mode, law.low, "mode", "low") or _less(law.high, law.mode, "high", "mode")


def _not_above_zero(value: int, field: str) -> Fault:
    return (field, "must be above 0") if value <= 0 else None


def _less(value: int, bound: int, field: str, bound_name: str) -> Fault:
    return (field, f"less than {bound_name}") if value < bound else None


def _discrete_fault(pairs: Sequence[tuple[int, float]]) -> Fault:
    if not pairs:
        return "values", "must hold at least one value"
    if any(not 0 <= probability <= 1 for _, probability in pairs):
        return "values", "a probability must be between 0 and 1"
    if abs(sum(probability for _, probability in pairs) - 1) > 1e-6:
        return "values", "the probabilities must sum to 1"
    return None


def _sign_fault(estimate: Estimate) -> Fault:
    values = estimate_values(estimate)
    if min(values) >= 0:
        return None
    names = {1: ["value"], 2: ["low", "high"], 3: ["low", "mode", "high"]}
    match estimate:
        case Discrete():
            return "values", "must not be negative"
        case Normal():
            return "mean", "must not be negative"
    return names[len(values)][values.index(min(values))], "must not be negative"


def _median_above_zero(mean: int, sd: int) -> int:
    if sd == 0:
        return mean
    law = NormalDist(mean, sd)
    below = law.cdf(0)
    return max(0, round(law.inv_cdf(below + (1 - below) / 2))) if below < 1 else 0


def _discrete_median(pairs: Sequence[tuple[int, float]]) -> int:
    reached = 0.0
    ordered = sorted(pairs)
    for value, probability in ordered:
        reached += probability
        if reached >= 0.5 - 1e-9:
            return value
    return ordered[-1][0]
