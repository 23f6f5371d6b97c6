r"""How far an estimator's ranges are off, and the ranges that would have held.

Two figures describe it. The *centre* :math:`c` is the median of
:math:`d_i / m_i`, durations over the medians of their ranges: 1.2 means that
work takes a fifth longer than said. The *width* :math:`k` stretches a range
about its median until it holds what it claims to: with

.. math:: r_i = \begin{cases}
    (d_i/c - m_i)/(q^{90}_i - m_i) & d_i/c \ge m_i \\
    (m_i - d_i/c)/(m_i - q^{10}_i) & d_i/c < m_i \end{cases}

it is the :math:`\lceil 0.8 (n + 1) \rceil`-th smallest :math:`r_i`. Stretched
by that, P10 to P90 holds the next duration in at least eight of ten cases,
whatever the law, as long as the next task is like those before: this is
conformal prediction [1]_, scaled by the range itself as in [2]_.

Each figure has a 95 % band from order statistics. A figure whose band holds 1
is not corrected: what it shows may be chance.

References
----------
.. [1] V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random
   World", Springer, 2005, :doi:`10.1007/b106715`.
.. [2] Y. Romano, E. Patterson, E. Candès, "Conformalized quantile
   regression", Advances in Neural Information Processing Systems 32, 2019.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, sqrt
from statistics import median as median_of
from typing import Any

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
from simulations.engine.results.statistics import Z95
from simulations.ledger.laws import is_certain, quantiles

LEAST = 16
"""From 16 tasks on the width's band has an upper end: n − 1.96·√(0.16 n) ≥ 0.8 n."""

HELD = 0.8
"""The share that lies between P10 and P90."""

COARSE = 2.0
"""A range is too narrow to be judged where it spans less than so many times the resolution."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished task: how long it took, and the range that had been stated, in minutes.

    ``resolution`` is how far apart the durations lie among which the records
    can't tell: a working day where only days were recorded.
    """

    minutes: float
    p10: float
    p50: float
    p90: float
    resolution: float = 0.0

    @property
    def tells(self) -> bool:
        """Whether the range is wide enough for the records to judge it."""
        spread = self.p90 - self.p10
        return self.p50 > 0 and spread > 0 and spread >= COARSE * self.resolution


@dataclass(frozen=True, slots=True)
class Factor:
    """A figure with its 95 % band; ``high`` is None where too few tasks bound it."""

    value: float
    low: float
    high: float | None

    @property
    def is_clear(self) -> bool:
        """Whether it differs from 1 by more than its noise."""
        return self.low > 1.0 or (self.high is not None and self.high < 1.0)

    @property
    def applied(self) -> float:
        """The factor to correct by: 1 where chance may explain it."""
        return self.value if self.is_clear else 1.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What the finished tasks of one estimator say of their ranges."""

    count: int
    left_out: int
    centre: Factor
    width: Factor

    @property
    def is_called_for(self) -> bool:
        """Whether either figure differs from 1 by more than its noise."""
        return self.centre.is_clear or self.width.is_clear


def correction_of(outcomes: Sequence[Outcome]) -> Correction | None:
    """Return how far ranges were off; None below 16 tasks that tell.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Finished tasks of one estimator. Tasks whose range is narrower than
        the records can tell are left out, and counted.

    Examples
    --------
    >>> even = [Outcome(480 + 24 * n, 480, 720, 960) for n in range(21)]
    >>> found = correction_of(even)
    >>> found.centre.value, found.width.value, found.is_called_for
    (1.0, 0.9, False)
    """
    telling = [one for one in outcomes if one.tells]
    if len(telling) < LEAST:
        return None
    centre = _middle([one.minutes / one.p50 for one in telling])
    width = _width([_stretch(one, centre.applied) for one in telling])
    return Correction(len(telling), len(outcomes) - len(telling), centre, width)


def _stretch(one: Outcome, centre: float) -> float:
    minutes = one.minutes / centre
    if minutes >= one.p50:
        side = one.p90 - one.p50
        return (minutes - one.p50) / side if side > 0 else float(minutes > one.p50) * 1e9
    side = one.p50 - one.p10
    return (one.p50 - minutes) / side if side > 0 else 1e9


def _middle(ratios: Sequence[float]) -> Factor:
    low, high = _ends(ratios, 0.5)
    return Factor(median_of(ratios), low, high)


def _width(stretches: Sequence[float]) -> Factor:
    ordered = sorted(stretches)
    rank = min(ceil(HELD * (len(ordered) + 1)), len(ordered))
    low, high = _ends(ordered, HELD)
    return Factor(ordered[rank - 1], low, high)


def _ends(values: Sequence[float], share: float) -> tuple[float, float | None]:
    """Return the order statistics that bound a quantile with 95 % confidence."""
    ordered, count = sorted(values), len(values)
    half = Z95 * sqrt(count * share * (1 - share))
    low, high = floor(count * share - half), ceil(count * share + half)
    return ordered[max(low, 1) - 1], ordered[high - 1] if high <= count else None


def corrected(estimate: Estimate, *, centre: float, width: float) -> Estimate:
    r"""Return a range moved by ``centre`` and stretched by ``width`` about its median.

    Each value x becomes :math:`c\,(m + k\,(x - m))`, never below zero, which
    keeps the family of every law but the lognormal by percentiles: its P90
    moves so, and its median by c alone, so that P10 follows. A law of one
    value only moves, and a fixed one stays as it is: nothing was left open.

    Examples
    --------
    >>> corrected(Uniform(480, 960), centre=1.0, width=1.5)
    Uniform(low=360, high=1080)
    >>> corrected(LognormalPercentiles(800, 1800), centre=1.0, width=1.5)
    LognormalPercentiles(p10=686, p90=2100)
    >>> corrected(Fixed(480), centre=2.0, width=2.0)
    Fixed(value=480)
    """
    if is_certain(estimate):
        return estimate
    middle = float(quantiles(estimate, 0.5))

    def moved(value: float) -> int:
        return max(round(centre * (middle + width * (value - middle))), 0)

    match estimate:
        case Uniform() | Triangular() | Pert() | PertClassical() | Trigen():
            names = [name for name in ("low", "mode", "high") if hasattr(estimate, name)]
            ends: dict[str, Any] = {name: moved(getattr(estimate, name)) for name in names}
            return replace(estimate, **ends)
        case LognormalPercentiles(_, p90):
            upper = max(moved(p90), 2)
            return LognormalPercentiles(max(round((centre * middle) ** 2 / upper), 1), upper)
        case LognormalMoments(mean, sd) | Normal(mean, sd):
            return replace(estimate, mean=round(centre * mean), sd=round(centre * width * sd))
        case Exponential(mean):
            return Exponential(max(round(centre * mean), 1))
        case Discrete(pairs):
            return Discrete(tuple((moved(value), share) for value, share in pairs))
        case Fixed():
            return estimate
