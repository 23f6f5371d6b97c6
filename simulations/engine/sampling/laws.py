r"""Inverse distribution functions, tabulated where the kernel reads them.

A law is tabulated at the knots of both tails: :math:`v_k = y_k 2^{-25}` with
:math:`y_k = 2^{\lfloor k/16 \rfloor}(1 + (k \bmod 16)/16)`, sixteen to the
octave of :math:`\min(u, 1-u)`, so the cell of a uniform is read from the
float's own bits and the tails keep their relative precision. Between knots
the inverse is linear.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

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

Knots = NDArray[np.float64]

OCTAVES = 24
CELLS_PER_OCTAVE = 16
TAIL_CELLS = OCTAVES * CELLS_PER_OCTAVE
Z90 = 1.2815515655446004


def _tail_knots() -> Knots:
    index = np.arange(TAIL_CELLS + 1)
    octave, cell = np.divmod(index, CELLS_PER_OCTAVE)
    return np.asarray(np.ldexp(1.0 + cell / CELLS_PER_OCTAVE, octave - OCTAVES - 1))


TAIL_KNOTS: Knots = _tail_knots()
"""Tail probabilities of the knots, from 2⁻²⁵ up to ½, shape (385,)."""

_KNOT_Z: Knots = special.ndtri(TAIL_KNOTS)


def tabulate(estimate: Estimate, *, cut_at_zero: bool = True) -> tuple[Knots, Knots]:
    r"""Tabulate the inverse of a continuous law at the knots of both tails.

    Parameters
    ----------
    estimate : Estimate
        Any law but ``Fixed`` and ``Discrete``, in minutes.
    cut_at_zero : bool, optional
        Cut what would be negative and renormalise the rest (durations);
        false for the impacts of risks, which may be negative.

    Returns
    -------
    lower, upper : ndarray (385,), (385,)
        :math:`F^{-1}(v_k)`, rising, and :math:`F^{-1}(1-v_k)`, falling.

    Raises
    ------
    PlanError
        If the parameters describe no law.

    Examples
    --------
    >>> lower, upper = tabulate(Uniform(0, 100))
    >>> float(lower[-1]), float(upper[-1]), round(float(upper[0]), 3)
    (50.0, 50.0, 100.0)
    """
    match estimate:
        case Uniform(low, high):
            return low + (high - low) * TAIL_KNOTS, high - (high - low) * TAIL_KNOTS
        case Triangular(low, mode, high):
            return _triangle(low, mode, high, 0.0)
        case Pert(low, mode, high, weight):
            return _scaled_beta(low, mode, high, weight)
        case PertClassical(low, mode, high):
            return _scaled_beta(low, mode, high, None)
        case Trigen():
            low_end, high_end = trigen_ends(estimate)
            below = triangle_cdf(0.0, low_end, estimate.mode, high_end) if cut_at_zero else 0.0
            return _triangle(low_end, estimate.mode, high_end, below)
        case LognormalPercentiles() | LognormalMoments():
            mu, sigma = lognormal_parameters(estimate)
            return np.exp(mu + sigma * _KNOT_Z), np.exp(mu - sigma * _KNOT_Z)
        case Normal(mean, sd):
            return _normal(mean, sd, cut_at_zero=cut_at_zero)
        case Exponential(mean):
            return -mean * np.log1p(-TAIL_KNOTS), -mean * np.log(TAIL_KNOTS)
        case Fixed() | Discrete():
            raise PlanError("A fixed or discrete law has no continuous inverse.")


def trigen_ends(law: Trigen) -> tuple[float, float]:
    """Return the ends of the triangle whose two percentiles and mode are given.

    With t = (m − a)/(b − a), a = m − (m − L)/(1 − √(p/t)) and
    b = m + (H − m)/(1 − √(q/(1 − t))); t is the root that makes them agree.

    Examples
    --------
    >>> a, b = trigen_ends(Trigen(8000, 10000, 18000))
    >>> round(float(a) / 1000, 6), round(float(b) / 1000, 6)
    (5.033281, 22.754076)
    """
    below, above = law.low_percentile / 100.0, 1.0 - law.high_percentile / 100.0
    left, right = float(law.mode - law.low), float(law.high - law.mode)
    if not (left >= 0 and right >= 0 and left + right > 0 and below + above < 1):
        raise PlanError("A trigen estimate needs low ≤ mode ≤ high and two ordered percentiles.")

    def sides(t: float) -> tuple[float, float]:
        return left / (1.0 - np.sqrt(below / t)), right / (1.0 - np.sqrt(above / (1.0 - t)))

    def disagreement(t: float) -> float:
        longer = left * (1.0 - np.sqrt(above / (1.0 - t))) * (1.0 - t)
        return float(longer - right * (1.0 - np.sqrt(below / t)) * t)

    if left == 0.0 and below > 0.0:
        t = below
        b_side = right / (1.0 - np.sqrt(above / (1.0 - t)))
        return law.mode - t / (1.0 - t) * b_side, law.mode + b_side
    if right == 0.0 and above > 0.0:
        t = 1.0 - above
        a_side = left / (1.0 - np.sqrt(below / t))
        return law.mode - a_side, law.mode + (1.0 - t) / t * a_side
    if left == 0.0 or right == 0.0:
        t = 0.0 if left == 0.0 else 1.0
        a_side = left / (1.0 - np.sqrt(below)) if left else 0.0
        b_side = right / (1.0 - np.sqrt(above)) if right else 0.0
        return law.mode - a_side, law.mode + b_side
    t = float(optimize.brentq(disagreement, below or 1e-15, 1.0 - (above or 1e-15), xtol=1e-15))
    a_side, b_side = sides(t)
    return law.mode - a_side, law.mode + b_side


def lognormal_parameters(law: LognormalPercentiles | LognormalMoments) -> tuple[float, float]:
    """Return μ and σ of the logarithm.

    Examples
    --------
    >>> mu, sigma = lognormal_parameters(LognormalPercentiles(8000, 18000))
    >>> round(float(np.exp(mu)) / 1000, 6)
    12.0
    """
    if isinstance(law, LognormalPercentiles):
        if not 0 < law.p10 < law.p90:
            raise PlanError("A lognormal estimate needs 0 < P10 < P90.")
        mu = 0.5 * (np.log(law.p10) + np.log(law.p90))
        return float(mu), float(np.log(law.p90 / law.p10) / (2.0 * Z90))
    if law.mean <= 0:
        raise PlanError("A lognormal estimate needs a mean above zero.")
    variance = float(np.log1p((law.sd / law.mean) ** 2))
    return float(np.log(law.mean) - 0.5 * variance), float(np.sqrt(variance))


def beta_shape(mode_ratio: float, weight: float | None) -> tuple[float, float]:
    """Return α and β of a PERT law by its mode's place between 0 and 1.

    ``weight`` is Vose's λ; ``None`` gives the classical law, whose mean is
    (1 + 4r)/6 and whose sd is 1/6.

    Examples
    --------
    >>> beta_shape(0.25, 4.0)
    (2.0, 4.0)
    """
    if weight is not None:
        return 1.0 + weight * mode_ratio, 1.0 + weight * (1.0 - mode_ratio)
    mean = (1.0 + 4.0 * mode_ratio) / 6.0
    size = 36.0 * mean * (1.0 - mean) - 1.0
    return mean * size, (1.0 - mean) * size


def triangle_cdf(x: float, low: float, mode: float, high: float) -> float:
    """Return P(X ≤ x) of a triangle."""
    if x <= low:
        return 0.0
    if x >= high:
        return 1.0
    if x <= mode:
        return (x - low) ** 2 / ((high - low) * (mode - low))
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))


def negative_share(estimate: Estimate) -> float:
    """Return the share of a law that lies below zero, and so is cut away.

    Examples
    --------
    >>> round(float(negative_share(Trigen(960, 1920, 3840))), 5)
    0.00025
    """
    match estimate:
        case Trigen():
            low, high = trigen_ends(estimate)
            return triangle_cdf(0.0, low, estimate.mode, high)
        case Normal(mean, sd) if sd > 0:
            return float(special.ndtr(-mean / sd))
    return 0.0


def _triangle(low: float, mode: float, high: float, below: float) -> tuple[Knots, Knots]:
    """Tabulate a triangle whose share ``below`` is cut away."""

    def inverse(lower_tail: Knots, upper_tail: Knots) -> Knots:
        span = high - low
        left = low + np.sqrt(lower_tail * span * (mode - low))
        right = high - np.sqrt(upper_tail * span * (high - mode))
        return np.where(lower_tail * span < mode - low, left, right)

    kept = 1.0 - below
    lower = inverse(below + kept * TAIL_KNOTS, kept * (1.0 - TAIL_KNOTS))
    upper = inverse(1.0 - kept * TAIL_KNOTS, kept * TAIL_KNOTS)
    return lower, upper


def _normal(mean: float, sd: float, *, cut_at_zero: bool) -> tuple[Knots, Knots]:
    kept = float(special.ndtr(mean / sd)) if cut_at_zero else 1.0
    if kept < 1e-6:
        raise PlanError("A normal estimate lies almost wholly below zero.")
    if 1.0 - kept < 2.0**-60:
        return mean + sd * _KNOT_Z, mean - sd * _KNOT_Z
    below = float(special.ndtr(-mean / sd))
    lower = mean + sd * special.ndtri(below + kept * TAIL_KNOTS)
    upper = mean - sd * special.ndtri(kept * TAIL_KNOTS)
    return np.maximum(lower, 0.0), np.maximum(upper, 0.0)


def _scaled_beta(low: float, mode: float, high: float, weight: float | None) -> tuple[Knots, Knots]:
    ratio = (mode - low) / (high - low)
    span = high - low
    lower, upper = _unit_beta(ratio, weight)
    return low + span * lower, high - span * upper


@lru_cache(maxsize=256)
def _unit_beta(ratio: float, weight: float | None) -> tuple[Knots, Knots]:
    """Tabulate a beta on [0, 1]: its lower tail, and that of its mirror."""
    alpha, beta = beta_shape(ratio, weight)
    lower = np.asarray(special.betaincinv(alpha, beta, TAIL_KNOTS))
    mirrored = np.asarray(special.betaincinv(beta, alpha, TAIL_KNOTS))
    return lower, mirrored
