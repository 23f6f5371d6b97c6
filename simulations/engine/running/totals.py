"""Totals of nothing yet, and what one block alone tells: how far a plan's dates reach."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine.kernels.arrays import (
    GREATEST_FINISH,
    GREATEST_START,
    LATEST,
    LEAST_FINISH,
    LEAST_START,
    NEVER,
    REACHES,
    SUMS,
    WAITS,
    Scales,
    Stretch,
    Totals,
)
from simulations.engine.kernels.rows import BINS, BLOCK
from simulations.engine.running.run import Rows, Run

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


def new_totals(tasks: int, links: int, iterations: int, keep: Ints32) -> Totals:
    """Return totals of nothing yet."""
    return Totals(
        finish=np.zeros(iterations, np.int32),
        start_bins=np.zeros((tasks, BINS), np.uint16),
        finish_bins=np.zeros((tasks, BINS), np.uint16),
        sums=np.zeros((tasks, SUMS), np.int64),
        work=np.zeros(tasks, np.int64),
        drives=np.zeros(links, np.int64),
        waits=np.zeros((links, WAITS), np.int64),
        keep=keep,
        kept=np.zeros((len(keep), iterations), np.int32),
        reach=np.zeros((REACHES, 0), np.int32),
    )


NOTHING = new_totals(0, 0, 0, np.zeros(0, np.int32))
NO_SCALES = Scales(*(np.zeros(0, np.int32) for _ in Scales._fields))


def finish_totals(out: Ints32, *, tasks: int = 0) -> Totals:
    """Return totals with room for the project's finish, and for the reach of so many tasks."""
    reach = np.empty((REACHES, tasks), np.int32)
    reach[[LEAST_START, LEAST_FINISH]] = LATEST
    reach[[GREATEST_START, GREATEST_FINISH]] = NEVER
    return NOTHING._replace(finish=out, kept=np.zeros((0, len(out)), np.int32), reach=reach)


class Reach(NamedTuple):
    """The least and the greatest start and finish of each task in one block, and its finishes."""

    low: Ints
    high: Ints
    ends: Ints32


def reach_of(run: Run, rows: Rows, *, measured: int = 0) -> Reach:
    """Simulate one block for no more than how far its dates reach; measured, it leaves all rows."""
    ends = np.zeros(BLOCK, np.int32)
    totals = finish_totals(ends, tasks=len(run.lowered.tasks))
    run.simulate(rows, NO_SCALES, totals, Stretch(0, 1, 0, BLOCK, measured))
    reach = totals.reach.astype(np.int64)
    return Reach(reach[[LEAST_START, LEAST_FINISH]], reach[[GREATEST_START, GREATEST_FINISH]], ends)
