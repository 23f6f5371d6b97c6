"""Where branches meet: what each merge costs, which branch is responsible, and how sure that is."""

from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from simulations.engine.kernels.arrays import FF, FS, SF, SS, WAIT_SQUARES, WAIT_SUM, Scales
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.results.forecast import Merge, MergeBranch
from simulations.engine.results.noise import mean_band
from simulations.engine.running.run import Run
from simulations.engine.running.simulation import MEASURED_BLOCKS, BlockTotals

MERGES_REPORTED = 50
KIND_NAMES = {FS: "FS", SS: "SS", FF: "FF", SF: "SF"}


def merges_of(run: Run, scales: Scales, totals: BlockTotals, n: int, day: int) -> tuple[Merge, ...]:
    """Return the merges by days lost: E[latest of the links] less the latest of their means.

    In each iteration the latest of the links lies so many minutes behind the
    one that is the latest on average; days lost are the mean of that, and their
    band is that of a mean.
    """
    tasks, measured = run.lowered.tasks, min(n, MEASURED_BLOCKS * BLOCK)
    first_link, predecessor, kinds = run.links()
    losses = run.losses(totals.summed, n, measured)
    minutes = np.maximum(losses.minutes, 0.0)
    found = zip(losses.rows.tolist(), minutes.tolist(), losses.by_links.tolist(), strict=True)
    greatest = nsmallest(MERGES_REPORTED, found, key=lambda one: (-one[1], tasks[one[0]].key))
    merges = []
    for row, lost, by_links in greatest:
        places = range(first_link[row], first_link[row + 1])
        spread = (
            _spread_of_least_wait(totals.summed["waits"][places], measured)
            if by_links
            else _spread_of_start(totals, scales, row)
        )
        low, high = mean_band(lost, spread, losses.iterations)
        branches = [
            MergeBranch(
                tasks[predecessor[place]].key,
                KIND_NAMES[kinds[place]],
                float(totals.summed["drives"][place]) / measured,
            )
            for place in places
        ]
        branches.sort(key=lambda branch: (-branch.share, branch.predecessor))
        band = max(low, 0.0) / day, high / day
        merges.append(Merge(tasks[row].key, lost / day, band, tuple(branches)))
    return tuple(merges)


def _spread_of_least_wait(waits: NDArray[np.int64], measured: int) -> float:
    """Return the standard deviation of how long the branch waits that waits least."""
    mean = waits[:, WAIT_SUM] / measured
    place = int(mean.argmin())
    return float(np.sqrt(max(waits[place, WAIT_SQUARES] / measured - mean[place] ** 2, 0.0)))


def _spread_of_start(totals: BlockTotals, scales: Scales, row: int) -> float:
    """Return the standard deviation of a start that a date holds more than any link."""
    counts = totals.start_bins[row]
    middle = (np.arange(len(counts)) + 0.5) * float(scales.start_width[row])
    mean = float(counts @ middle) / float(counts.sum())
    return float(np.sqrt(max(float(counts @ middle**2) / float(counts.sum()) - mean**2, 0.0)))
