"""Values of given ranks from histograms, in one compiled pass.

Apart from the other statistics, which pages import: they never load the compiler.
"""

import numpy as np
from numpy.typing import NDArray

from simulations.engine.compiling import compiled

Ints = NDArray[np.int64]
Whole = NDArray[np.int64] | NDArray[np.int32]


def histogram_values(counts: Ints, low: Whole, width: Whole, ranks: Ints) -> Ints:
    """Return the values of given ranks from histograms, linear inside a bin.

    Parameters
    ----------
    counts : ndarray (tasks, bins)
        How many values each bin holds.
    low, width : ndarray (tasks,)
        First value of the first bin, and values to a bin.
    ranks : ndarray (k,)
        Ranks from 1 to the number of values.

    Returns
    -------
    values : ndarray (tasks, k)
        Exact where a bin is one value wide, else within one bin.

    Examples
    --------
    >>> histogram_values(np.array([[1, 2, 1]]), np.array([10]), np.array([1]),
    ...                  np.array([1, 2, 4])).tolist()
    [[10, 11, 12]]
    """
    rows = np.ascontiguousarray(counts, np.int64)
    found = np.empty((len(rows), len(ranks)), np.int64)
    read_histograms(rows, low.astype(np.int64), width.astype(np.int64), ranks, found)
    return found


@compiled
def read_histograms(counts: Ints, low: Ints, width: Ints, ranks: Ints, found: Ints) -> None:
    """Fill in the value of each rank in each row; ranks may stand in any order."""
    last = counts.shape[1] - 1
    for row in range(counts.shape[0]):
        place = 0
        before = np.int64(0)
        for k in range(len(ranks)):
            if k and ranks[k] < ranks[k - 1]:
                place, before = 0, np.int64(0)
            while place < last and before + counts[row, place] < ranks[k]:
                before += counts[row, place]
                place += 1
            inside = max(counts[row, place], 1)
            part = (float(ranks[k] - before) - 0.5) / float(inside)
            within = np.int64(np.floor(part * float(width[row])))
            found[row, k] = low[row] + place * width[row] + within
