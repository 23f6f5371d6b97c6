"""Percentiles, bands and indices from counts and sums."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 99)
Z95 = 1.96
COUNTED_SPAN = 1 << 18

Ints = NDArray[np.int64]
Whole = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]


def percentile_ranks(iterations: int, percentiles: Sequence[float] = PERCENTILES) -> Ints:
    """Return ⌈N·p⌉ for each percentile, at least 1.

    Examples
    --------
    >>> percentile_ranks(10, (5, 50, 95)).tolist()
    [1, 5, 10]
    """
    return _percentile_ranks(iterations, tuple(percentiles)).copy()


@lru_cache(maxsize=64)
def _percentile_ranks(iterations: int, percentiles: tuple[float, ...]) -> Ints:
    # Per cent times iterations is exact in integers; N·0.07 in floats is not.
    wanted = [-(-round(p * 1_000_000) * iterations // 100_000_000) for p in percentiles]
    return np.clip(np.array(wanted, np.int64), 1, iterations)


def band_ranks(iterations: int, percentiles: Sequence[float] = PERCENTILES) -> tuple[Ints, Ints]:
    """Return the ranks between which a percentile lies with 95 % confidence.

    Order statistics N·p ± 1.96 √(N·p·(1 − p)), rounded outward and kept
    between 1 and N.

    Examples
    --------
    >>> low, high = band_ranks(10_000, (80,))
    >>> low.tolist(), high.tolist()
    ([7921], [8079])
    """
    low, high = _band_ranks(iterations, tuple(percentiles))
    return low.copy(), high.copy()


@lru_cache(maxsize=64)
def _band_ranks(iterations: int, percentiles: tuple[float, ...]) -> tuple[Ints, Ints]:
    p = np.asarray(percentiles, np.float64) / 100.0
    half = Z95 * np.sqrt(iterations * p * (1.0 - p))
    low = np.floor(iterations * p - half).astype(np.int64)
    high = np.ceil(iterations * p + half).astype(np.int64)
    return np.clip(low, 1, iterations), np.clip(high, 1, iterations)


def chance_band(chance: float, iterations: int) -> tuple[float, float]:
    """Return the 95 % band of a chance that was counted in so many iterations.

    Wilson's score interval [1]_, which stays between 0 and 1 and is wider than
    nothing where nothing, or all, was counted.

    References
    ----------
    .. [1] E. B. Wilson, "Probable inference, the law of succession, and
       statistical inference", Journal of the American Statistical Association
       22(158), 1927, :doi:`10.1080/01621459.1927.10502953`.

    Examples
    --------
    >>> [round(end, 4) for end in chance_band(0.8, 10_000)]
    [0.792, 0.8077]
    >>> [round(end, 4) for end in chance_band(0.0, 10_000)]
    [0.0, 0.0004]
    """
    square = Z95 * Z95 / iterations
    centre = (chance + square / 2.0) / (1.0 + square)
    spread = np.sqrt(square * (chance * (1.0 - chance) + square / 4.0)) / (1.0 + square)
    return max(float(centre - spread), 0.0), min(float(centre + spread), 1.0)


def ranks_of(values: NDArray[np.generic]) -> Ints:
    """Return twice the centred average ranks: 2·rank − (N + 1), exact integers.

    Examples
    --------
    >>> ranks_of(np.array([30, 10, 20, 10])).tolist()
    [3, -2, 1, -2]
    """
    if values.dtype.kind == "i" and len(values):
        above = values.astype(np.int64) - int(values.min())
        if int(above.max()) < COUNTED_SPAN:
            # Whole minutes that lie close together are counted, not sorted.
            counts = np.bincount(above)
            return np.asarray((2 * np.cumsum(counts) - counts - len(values))[above], np.int64)
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return np.asarray(below + up_to - len(values), np.int64)


def correlation(first: Floats, second: Floats) -> float:
    """Return Pearson's correlation, 0 where either does not vary.

    Examples
    --------
    >>> correlation(np.array([1.0, 2.0]), np.array([3.0, 3.0]))
    0.0
    """
    a, b = first - first.mean(), second - second.mean()
    # No product of matrices: the threads that it starts spin on for as long as a plan takes.
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0 else 0.0


def first_order_share(counts: Floats, sums: Floats, total_variance: float) -> float:
    """Return the share of one task; see :func:`first_order_shares`."""
    return float(first_order_shares(counts[None, :], sums[None, :], total_variance)[0])


def first_order_shares(counts: Floats, sums: Floats, total_variance: float) -> Floats:
    r"""Return Var(E[T|D])/Var(T) of each task from sums of T by classes of D.

    The variance between classes also holds the noise of their means; it is
    taken off as in an analysis of variance (ε² of Kelley), so that a task
    without influence scores about 0 and not (classes − 1)/N.

    Parameters
    ----------
    counts, sums : ndarray (tasks, classes)
        How many iterations fell in each class, and the sum of T there.
    total_variance : float
        Variance of T over the same iterations.

    Examples
    --------
    >>> tells_all = np.array([[50.0, 50.0]]), np.array([[0.0, 100.0]])
    >>> first_order_shares(*tells_all, 1.0).tolist()
    [1.0]
    """
    n, classes = counts.sum(axis=1), np.count_nonzero(counts, axis=1)
    grand = sums.sum(axis=1) / np.maximum(n, 1.0)
    means = sums / np.maximum(counts, 1.0)
    between = (counts * (means - grand[:, None]) ** 2).sum(axis=1)
    total = total_variance * n
    within = (total - between) / np.maximum(n - classes, 1.0)
    told = (total_variance > 0) & (classes >= 2) & (n > classes)
    share = (between - (classes - 1) * within) / np.where(told, total, 1.0)
    return np.where(told, np.clip(share, 0.0, 1.0), 0.0)
