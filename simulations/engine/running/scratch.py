"""The rows that one worker needs for one block of iterations."""

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import Dates
from simulations.engine.kernels.arrays import Network, Scratch
from simulations.engine.kernels.bits import WORDS
from simulations.engine.kernels.rows import BLOCK, buffers


def new_scratch(net: Network) -> Scratch:
    """Return the rows that one worker needs for one block."""
    tasks, risks = len(net.law), max(len(net.risk_chance), 1)
    # Together they are large enough for huge pages, a thousand faults and misses less.
    start, finish, late = np.empty((3, tasks, BLOCK), np.int32)
    return Scratch(
        start=start,
        finish=finish,
        critical=np.zeros((tasks, WORDS), np.uint64),
        tight=np.zeros((len(net.link_task), WORDS), np.uint64),
        valid=np.zeros(WORDS, np.uint64),
        marks=np.zeros(WORDS, np.uint64),
        late=late,
        happens=np.zeros((risks, BLOCK), np.int32),
        normals=np.zeros((max(len(net.factor_stream), 1), BLOCK), np.float32),
        size_bits=np.zeros((risks, BLOCK), np.uint32),
        duration=np.zeros(BLOCK, np.int32),
        impact=np.zeros(BLOCK, np.int32),
        base=np.zeros(BLOCK, np.int32),
        early=np.zeros(BLOCK, np.int32),
        end=np.zeros(BLOCK, np.int32),
        end_work=np.zeros(BLOCK, np.int32),
        start_bin=np.zeros(BLOCK, np.uint8),
        finish_bin=np.zeros(BLOCK, np.uint8),
        spare=buffers(),
    )


def sweep_scratch(net: Network) -> Scratch:
    """Return the rows of a worker that draws again, and schedules nothing."""
    return new_scratch(net._replace(law=net.law[:1], link_task=net.link_task[:0]))


def new_dates(nodes: int, calendars: int) -> Dates:
    """Return the rows of dates that one worker needs with calendars."""
    return Dates(
        rows=np.zeros((c.ROW_KINDS, max(nodes, 1), BLOCK), np.int32),
        spare=np.zeros((c.SPARE_ROWS, BLOCK), np.int32),
        ends=np.zeros((calendars, BLOCK), np.int32),
        end_work=np.zeros((calendars, BLOCK), np.int32),
        beyond=np.zeros(1, np.int64),
    )
