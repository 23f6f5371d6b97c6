"""Values of given ranks from histograms, in one compiled pass.

Apart from the other statistics, which pages import: they never load the compiler.
"""

import numpy as np
from numpy.typing import NDArray

from simulations.engine.compiling import compiled
from simulations.engine.kernels.rows import BINS

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
AT_ONCE = 16
MARGIN_BELOW, MARGIN_ABOVE = 1 / 3, 1 / 2
Whole = NDArray[np.int64] | NDArray[np.int32]


def histogram_values(
    counts: Whole, low: Whole, width: Whole, ranks: Ints, least: Ints, greatest: Ints
) -> Ints:
    """Return the values of given ranks from histograms, linear inside a bin.

    The first bin that holds any begins at ``least``, the last one ends at
    ``greatest``, where these lie within: what has one value, or two, keeps them.

    Parameters
    ----------
    counts : ndarray (tasks, bins)
        How many values each bin holds.
    low, width : ndarray (tasks,)
        First value of the first bin, and values to a bin.
    ranks : ndarray (k,)
        Ranks from 1 to the number of values, ascending.
    least, greatest : int64 (tasks,)
        The least and the greatest value that were seen.

    Returns
    -------
    values : ndarray (tasks, k)
        Exact where a bin is one value wide, else within one bin.

    Examples
    --------
    >>> histogram_values(np.array([[1, 2, 1]]), np.array([10]), np.array([1]),
    ...                  np.array([1, 2, 4]), np.array([10]), np.array([12])).tolist()
    [[10, 11, 12]]
    """
    more = -counts.shape[1] % AT_ONCE
    rows = np.ascontiguousarray(np.pad(counts, ((0, 0), (0, more))) if more else counts, np.int32)
    found = np.empty((len(rows), len(ranks)), np.int64)
    wanted = ranks.astype(np.int32)
    scale = np.stack((low, width, least, greatest), axis=1).astype(np.int64)
    read_histograms(rows, scale, wanted, found)
    return found


def share_at_most(counts: Whole, low: Whole, width: Whole, value: Ints) -> Floats:
    """Return the share of values ≤ ``value``, which ends a bin of each row.

    Examples
    --------
    >>> share_at_most(np.array([[1, 2, 1]]), np.array([10]), np.array([1]), np.array([11])).tolist()
    [0.75]
    """
    rows = np.ascontiguousarray(counts, np.int32)
    bins = np.clip((value + 1 - low) // width, 0, rows.shape[1])
    found = np.empty(len(rows))
    sum_histograms(rows, bins, found)
    return found


@compiled
def place_bins(low: Ints, high: Ints, planned: Ints, first: Ints32, width: Ints32) -> None:
    """Place bins over a pilot's range and beyond, with an edge after the planned date."""
    for row in range(len(low)):
        span = high[row] - low[row]
        below = low[row] - np.int64(np.ceil(span * MARGIN_BELOW))
        above = high[row] + np.int64(np.ceil(span * MARGIN_ABOVE))
        each = max((above - below) // (BINS - 2) + 1, 1)
        centred = below - max(BINS // 2 - (above - below), 0) // 2
        edge = planned[row] + 1
        first[row], width[row] = edge - -((centred - edge) // each) * each, each


@compiled
def sum_histograms(counts: Ints32, bins: Ints, found: Floats) -> None:
    """Fill in the share of each row that its first bins hold."""
    for row in range(counts.shape[0]):
        within, total = np.int64(0), np.int64(0)
        for place in range(counts.shape[1]):
            total += np.int64(counts[row, place])
            within += np.int64(counts[row, place]) if place < bins[row] else np.int64(0)
        found[row] = within / max(total, np.int64(1))


@compiled
def rank_counted(values: Ints32, least: int, counts: Ints32, ranks: Ints32) -> None:
    """Fill in twice the centred average ranks of values that lie close together.

    They are counted, not sorted; ``counts`` holds a zero for each value from ``least`` on.
    """
    for k in range(len(values)):
        counts[values[k] - least] += np.int32(1)
    below = np.int32(-len(values))
    for place in range(len(counts)):
        some = counts[place]
        counts[place] = np.int32(below + some)
        below = np.int32(below + some + some)
    for k in range(len(values)):
        ranks[k] = counts[values[k] - least]


@compiled
def pour_histograms(counts: NDArray[np.uint16], into: Ints32) -> None:
    """Add sixteen-bit counts to longer ones, and empty them."""
    for row in range(counts.shape[0]):
        for place in range(counts.shape[1]):
            into[row, place] += np.int32(counts[row, place])
            counts[row, place] = np.uint16(0)


@compiled
def find_instants_of_work(
    work: Ints, origin: int, starts: Ints, before: Ints, shift: int, found: Ints
) -> None:
    """Fill in the first instants at which so much work lies behind an axis' origin.

    ``starts`` and ``before`` are an :class:`simulations.engine.axis.Axis`'; with
    ``shift`` 1 the instants are finishes, with 0 starts of what follows. Work
    days are much alike, so the interval is guessed by proportion, then sought.
    """
    last = len(before) - 1
    share = float(last) / float(max(before[last], 1))
    for row in range(work.shape[0]):
        for k in range(work.shape[1]):
            amount = work[row, k] + origin
            place = min(max(int(float(amount) * share), 0), last)
            while place > 0 and before[place] > amount - shift:
                place -= 1
            while place < last and before[place + 1] <= amount - shift:
                place += 1
            found[row, k] = starts[place] + amount - before[place]


@compiled
def read_histograms(counts: Ints32, scale: Ints, ranks: Ints32, found: Ints) -> None:
    """Fill in the values of ascending ranks in each row.

    ``scale`` (rows, 4) tells where the first bin begins, how wide bins are, and the least and
    the greatest value seen. Most bins hold no rank, so :data:`AT_ONCE` are passed over in one step.
    """
    for row in range(counts.shape[0]):
        line, everything = counts[row], np.int32(0)
        for place in range(counts.shape[1]):
            everything = np.int32(everything + line[place])
        low, width, least, greatest = scale[row, 0], scale[row, 1], scale[row, 2], scale[row, 3]
        total, k = np.int32(0), 0
        for first in range(0, counts.shape[1], AT_ONCE):
            some = np.int32(0)
            for place in range(AT_ONCE):
                some = np.int32(some + line[first + place])
            if np.int32(total + some) < ranks[k]:
                total = np.int32(total + some)
                continue
            for place in range(first, first + AT_ONCE):
                before = total
                total = np.int32(total + line[place])
                while k < len(ranks) and total >= ranks[k]:
                    begin = low + place * width
                    end = begin + width
                    if before == 0 and begin <= least < end:
                        begin = least
                    if total == everything and begin <= greatest < end:
                        end = greatest + 1
                    part = (float(ranks[k] - before) - 0.5) / float(line[place])
                    found[row, k] = begin + np.int64(np.floor(part * float(end - begin)))
                    k += 1
            if k == len(ranks):
                break
