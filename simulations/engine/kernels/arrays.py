"""What the kernels read and write: a plan as arrays, rows of one block, totals of all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine.kernels.rows import Buffers, Row32

FS, SS, FF, SF = range(4)
NEVER = np.int32(-(1 << 30))
LATEST = np.int32((1 << 31) - 1)

Bits = NDArray[np.uint64]
Ints32 = NDArray[np.int32]
Ints64 = NDArray[np.int64]
Flags = NDArray[np.int8]


class Network(NamedTuple):
    """A plan lowered to arrays, tasks in topological order.

    Attributes
    ----------
    law, stream : (tasks,)
        Row of the duration's law, and the key of its draws.
    bound, finish_bound : int32 (tasks,)
        Working minutes before which nothing starts, or finishes.
    link_first : int32 (tasks + 1,)
        Where each task's links begin in the three arrays that follow.
    link_task, link_kind, link_lag : (links,)
        Predecessor, FS/SS/FF/SF, working minutes.
    existence : int32 (tasks,), existence_stream : uint64 (tasks,)
        Probability that the task is done, in units of 2⁻²⁵.
    may_end : int8 (tasks,)
        Whether the task may be the last one (no FS link with lag ≥ 0 leaves it).
    keeps_start : int8 (tasks,)
        Whether anything else looks at the task's start (SS and SF links, summaries).
    impact_first : int32 (tasks + 1,); impact_risk, impact_law, impact_relative
        The risks that lengthen each task.
    risk_chance : int32 (risks,), risk_stream, impact_stream : uint64 (risks,)
        Probability in units of 2⁻²⁵, and the keys of occurrence and size.
    mix_first : int32 (tasks + 1,); mix_factor, mix_weight
        The normals of which each correlated task's normal is mixed.
    factor_stream : uint64 (factors,)
        The keys of those normals.
    child_first : int32 (tasks + 1,), child : int32
        The children of each summary; summaries stand after all leaves.
    target : int32 (tasks,)
        The finish to count against, or ``NEVER``.
    """

    law: Ints32
    stream: NDArray[np.uint64]
    bound: Ints32
    finish_bound: Ints32
    link_first: Ints32
    link_task: Ints32
    link_kind: Flags
    link_lag: Ints32
    existence: Ints32
    existence_stream: NDArray[np.uint64]
    may_end: Flags
    keeps_start: Flags
    impact_first: Ints32
    impact_risk: Ints32
    impact_law: Ints32
    impact_relative: Flags
    risk_chance: Ints32
    risk_stream: NDArray[np.uint64]
    impact_stream: NDArray[np.uint64]
    mix_first: Ints32
    mix_factor: Ints32
    mix_weight: NDArray[np.float32]
    factor_stream: NDArray[np.uint64]
    child_first: Ints32
    child: Ints32
    target: Ints32


class Stretch(NamedTuple):
    """Consecutive blocks of a simulation, for one call of a kernel.

    Attributes
    ----------
    first_block, blocks : int
        Where they begin, and how many they are.
    first_iteration : int
        The iteration that the totals begin with.
    iterations : int
        Where the simulation ends; its last block may be partly filled.
    measured : int
        How many blocks of the simulation, from its first, have every float measured.
    """

    first_block: int
    blocks: int
    first_iteration: int
    iterations: int
    measured: int


class Scales(NamedTuple):
    """Where each task's histogram bins lie: first value and width in minutes."""

    start_low: Ints32
    start_width: Ints32
    finish_low: Ints32
    finish_width: Ints32


class Scratch(NamedTuple):
    """Rows of one block, reused by the next.

    ``critical`` and ``tight`` hold bits (:mod:`.bits`): in which iterations a
    task is critical, and in which a link's value equals what it holds.
    """

    start: NDArray[np.int32]
    finish: NDArray[np.int32]
    critical: NDArray[np.uint64]
    tight: NDArray[np.uint64]
    valid: Bits
    marks: Bits
    late: NDArray[np.int32]
    happens: NDArray[np.int32]
    normals: NDArray[np.float32]
    size_bits: NDArray[np.uint32]
    duration: Row32
    impact: Row32
    base: Row32
    early: Row32
    end: Row32
    end_work: Row32
    start_bin: NDArray[np.uint8]
    finish_bin: NDArray[np.uint8]
    spare: Buffers


class Totals(NamedTuple):
    """What is left of all blocks: exact integers, so their order is no matter.

    Attributes
    ----------
    finish : int32 (iterations,)
        Finish of the project in every iteration.
    start_bins, finish_bins : uint16 (tasks, BINS)
        Counts since they were last emptied.
    sums : int64 (tasks, 6)
        Σ start, Σ finish, Σ d², iterations in which it is critical, meets its
        target, and Σ d/(d + float) · finish over the measured ones.
    work : int64 (tasks,)
        Σ d where dates don't tell it (calendars).
    drives : int64 (links,), waits : int64 (links, 2)
        Over the measured iterations: how often each link sets its successor's
        start, and Σ and Σ of squares of how long it waits for the start that
        all of them set.
    kept : int32 (kept tasks, iterations), keep : int32 (kept tasks,)
        The finish of every iteration of chosen tasks.
    reach : int32 (4, tasks) or (4, 0)
        The least and the greatest start, the least and the greatest finish.
    """

    finish: Ints32
    start_bins: NDArray[np.uint16]
    finish_bins: NDArray[np.uint16]
    sums: Ints64
    work: Ints64
    drives: Ints64
    waits: Ints64
    keep: Ints32
    kept: Ints32
    reach: Ints32


SUMS = 6
START_SUM, FINISH_SUM, SQUARE_SUM, CRITICAL, ON_TARGET, SIGNIFICANCE = range(SUMS)
WAITS = 2
WAIT_SUM, WAIT_SQUARES = range(WAITS)
# Longer waits count as thirty years, so that no sum of squares overflows.
LONGEST_WAIT = np.int32(1 << 24)
REACHES = 4
LEAST_START, GREATEST_START, LEAST_FINISH, GREATEST_FINISH = range(REACHES)
SIGNIFICANCE_UNIT = np.float32(65536.0)
