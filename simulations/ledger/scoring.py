r"""Past forecasts against what came of them: coverage, PIT, Brier score.

An outcome is not one number :math:`F(x)` but the interval
:math:`[F(x^-), F(x)]` of the forecast's own distribution: a finish that is
known to the day, or a forecast with a lump, leaves open where inside it the
outcome lies. Spread evenly over that interval (the non-randomised transform
of Czado, Gneiting and Held [1]_), a calibrated forecast gives flat
histograms and exact coverages whatever the width.

References
----------
.. [1] C. Czado, T. Gneiting, L. Held, "Predictive model assessment for count
   data", Biometrics 65(4), 2009, :doi:`10.1111/j.1541-0420.2009.01191.x`.
.. [2] F. X. Diebold, T. A. Gunther, A. S. Tay, "Evaluating density forecasts
   with applications to financial risk management", International Economic
   Review 39(4), 1998, :doi:`10.2307/2527342`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from simulations.engine.results.statistics import Z95, chance_band

Band = tuple[float, float]

BINS = 10


class Place(NamedTuple):
    """Where an outcome lies in the distribution that was forecast: between two shares."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often outcomes were within a percentile, with the 95 % band of that share."""

    percentile: int
    share: float
    band: Band
    count: int

    @property
    def is_off(self) -> bool:
        """Whether it differs from what was said by more than its noise."""
        low, high = self.band
        return not low <= self.percentile / 100 <= high


@dataclass(frozen=True, slots=True)
class Bar:
    """One tenth of the PIT histogram: the share of outcomes in it."""

    low: float
    high: float
    share: float


@dataclass(frozen=True, slots=True)
class Brier:
    """The mean squared error of stated chances, with its 95 % band where that is known."""

    score: float
    band: Band | None
    count: int


def place_of(
    levels: Sequence[float], values: Sequence[float], low: float, high: float | None = None
) -> Place:
    """Return where an outcome lies among the percentiles that were forecast.

    Parameters
    ----------
    levels : sequence of float (k,)
        Shares between 0 and 1, rising.
    values : sequence of float (k,)
        The percentile at each level, never falling.
    low, high : float
        The outcome, known to lie between the two; ``high`` is ``low`` by default.

    Returns
    -------
    Place
        Linear between percentiles. What lies outside of them is only known to
        lie in that tail.

    Examples
    --------
    >>> place_of((0.1, 0.5, 0.9), (10, 20, 30), 25)
    Place(low=0.7, high=0.7)
    >>> place_of((0.1, 0.5, 0.9), (10, 20, 30), 5)
    Place(low=0.0, high=0.1)
    >>> place_of((0.1, 0.5, 0.9), (20, 20, 30), 20)
    Place(low=0.0, high=0.5)
    """
    high = low if high is None else high
    below, above = bisect_left(values, low), bisect_right(values, high)
    first = 0.0 if below == 0 else _between(levels, values, below, low)
    last = 1.0 if above == len(values) else _between(levels, values, above, high)
    if above == 0:
        last = levels[0]
    if below == len(values):
        first = levels[-1]
    return Place(first, max(first, last))


def _between(levels: Sequence[float], values: Sequence[float], after: int, at: float) -> float:
    """Return the share at ``at``, which lies before the percentile numbered ``after``."""
    if after == len(values):
        return levels[-1]
    if after == 0:
        return 0.0
    gap = values[after] - values[after - 1]
    part = (at - values[after - 1]) / gap if gap > 0 else 1.0
    return round(levels[after - 1] + part * (levels[after] - levels[after - 1]), 12)


def share_within(place: Place, level: float) -> float:
    """Return how much of an outcome lies within the percentile ``level``: mostly 0 or 1.

    Examples
    --------
    >>> share_within(Place(0.5, 1.0), 0.75)
    0.5
    """
    width = place.high - place.low
    if width <= 0:
        return 1.0 if place.high <= level else 0.0
    return min(max((level - place.low) / width, 0.0), 1.0)


def coverage(places: Sequence[Place], percentile: int) -> Coverage:
    """Return how often outcomes were within a percentile.

    Parameters
    ----------
    places : sequence of Place
        At least one. The band takes them for independent; tasks that wait for
        one another, or share a cause, tell less than their number.

    Examples
    --------
    >>> coverage([Place(0.2, 0.2), Place(0.95, 0.95)], 80).share
    0.5
    """
    level = percentile / 100
    share = sum(share_within(place, level) for place in places) / len(places)
    return Coverage(percentile, share, chance_band(share, len(places)), len(places))


def histogram(places: Sequence[Place], bins: int = BINS) -> list[Bar]:
    """Return the PIT histogram: flat where the forecasts were calibrated.

    Outcomes heap at both ends where ranges were too narrow, in the middle
    where they were too wide, and to the right where all was late.

    Examples
    --------
    >>> [bar.share for bar in histogram([Place(0.2, 0.2), Place(0.5, 1.0)], 2)]
    [0.5, 0.5]
    """
    edges = [number / bins for number in range(bins + 1)]
    reached = [
        sum(share_within(place, edge) for place in places) if edge > 0 else 0.0 for edge in edges
    ]
    count = max(len(places), 1)
    return [Bar(edges[n], edges[n + 1], (reached[n + 1] - reached[n]) / count) for n in range(bins)]


def flat_band(count: int, bins: int = BINS) -> Band:
    """Return between which shares a bar of a flat histogram lies, 95 times in 100.

    Examples
    --------
    >>> [round(end, 3) for end in flat_band(100)]
    [0.041, 0.159]
    """
    share = 1 / bins
    half = Z95 * sqrt(share * (1 - share) / count)
    return max(share - half, 0.0), min(share + half, 1.0)


def brier(chances: Sequence[float], came_true: Sequence[bool]) -> Brier | None:
    """Return the Brier score of stated chances [1]_: 0 is perfect, 0.25 what a coin gets.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of
       probability", Monthly Weather Review 78(1), 1950.

    Examples
    --------
    >>> brier([0.8, 0.8], [True, False]).score
    0.34
    """
    count = len(chances)
    if not count:
        return None
    errors = [(chance - float(true)) ** 2 for chance, true in zip(chances, came_true, strict=True)]
    mean = sum(errors) / count
    if count < 2:
        return Brier(round(mean, 12), None, count)
    variance = sum((error - mean) ** 2 for error in errors) / (count - 1)
    half = Z95 * sqrt(variance / count)
    return Brier(round(mean, 12), (max(mean - half, 0.0), min(mean + half, 1.0)), count)
