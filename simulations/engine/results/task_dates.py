"""Histograms of tasks' dates to their percentiles."""

import numpy as np
from numpy.typing import NDArray

from simulations.engine.kernels.histograms import histogram_values
from simulations.engine.running.simulation import Prepared

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


def dates_at(
    prepared: Prepared, start_bins: Ints32, finish_bins: Ints32, ranks: Ints
) -> tuple[Ints, Ints]:
    """Return starts and finishes (tasks, k) of given ranks as minutes since 1970.

    Where bins are wide, a percentile may be off by one, but no finish is told
    to lie before the start of the same percentile.

    Parameters
    ----------
    prepared : Prepared
        Tells where the bins lie, and how far a pilot's dates reached.
    start_bins, finish_bins : int32 (tasks, bins)
        How many dates each bin holds.
    ranks : int64 (k,)
        Ranks from 1 to the number of iterations, ascending.
    """
    scales, low, high = prepared.scales, prepared.low, prepared.high
    starts = histogram_values(
        start_bins, scales.start_low, scales.start_width, ranks, low[0], high[0]
    )
    finishes = histogram_values(
        finish_bins, scales.finish_low, scales.finish_width, ranks, low[1], high[1]
    )
    np.maximum(finishes, starts, out=finishes)
    begins, ends = prepared.run.instants(starts, finishes)
    planned = prepared.planned
    return planned.shown(0, starts, begins), planned.shown(1, finishes, ends)
