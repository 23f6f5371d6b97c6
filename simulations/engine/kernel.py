"""The iteration loop on one calendar: every date is a count of working minutes.

A loop over blocks of iterations, inside it one over tasks in topological
order, inside that rows of one block. On one calendar the whole scheduling
rule of a task that has not started is

    start = max(bound, bound on the finish − d, each link's value), finish = start + d

with the link values F + lag (FS), S + lag (SS), F + lag − d (FF) and
S + lag − d (SF), all of them exact integers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine.bits import Bits, count_ones, count_row, equal_bits, fill_bits, lower_bits
from simulations.engine.compiling import borrowed, compiled, inlined, internal
from simulations.engine.prefetch import LINE_BYTES, TO_READ, TO_WRITE, prefetch
from simulations.engine.rows import (
    BINS,
    BLOCK,
    FIXED,
    FULL,
    PACKED,
    TAIL_CELLS,
    Buffers,
    Laws,
    Row32,
    RowBits,
    bits_of_normals,
    draw_words,
    normal_row,
    ranks_row,
    sample_row,
)

FS, SS, FF, SF = range(4)
NEVER = np.int32(-(1 << 30))
LATEST = np.int32((1 << 31) - 1)
HUNDREDTHS_OF_PER_CENT = 10_000.0
# The eight highest octaves of a tail, from 2⁻⁹ up, hold 255 of 256 draws.
MIDDLE_CELLS = 128
MIDDLE_LINES = MIDDLE_CELLS * 4 // LINE_BYTES
BIN_LINES = BINS * 2 // LINE_BYTES

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
    drives, arrived : int64 (links,); merged : int64 (tasks,)
        Over the measured iterations: how often each link sets its successor's
        start, Σ of what it asks for, and Σ of the latest that links ask for.
    kept : int32 (kept tasks, iterations), keep : int32 (kept tasks,)
        The finish of every iteration of chosen tasks.
    """

    finish: Ints32
    start_bins: NDArray[np.uint16]
    finish_bins: NDArray[np.uint16]
    sums: Ints64
    work: Ints64
    drives: Ints64
    arrived: Ints64
    merged: Ints64
    keep: Ints32
    kept: NDArray[np.int32]


SUMS = 6
START_SUM, FINISH_SUM, SQUARE_SUM, CRITICAL, ON_TARGET, SIGNIFICANCE = range(SUMS)
SIGNIFICANCE_UNIT = np.float32(65536.0)


@compiled
def simulate_blocks(
    net: Network,
    laws: Laws,
    scales: Scales,
    scratch: Scratch,
    totals: Totals,
    first_block: int,
    blocks: int,
    first_iteration: int,
    iterations: int,
    measured: int,
) -> None:
    """Simulate consecutive blocks and add them to the totals.

    The first ``measured`` blocks of the simulation also get a backward pass
    that measures every float.
    """
    net, laws, scales = borrowed(net), borrowed(laws), borrowed(scales)
    scratch, totals = borrowed(scratch), borrowed(totals)
    for block in range(first_block, first_block + blocks):
        valid = min(BLOCK, iterations - block * BLOCK)
        draw_risks(net, block, scratch)
        draw_factors(net, block, scratch)
        fill_bits(scratch.valid, valid)
        fill_row(scratch.end, NEVER)
        for task in range(len(net.law)):
            foresee(net, laws, totals, task + 1)
            is_kept = block < measured or net.keeps_start[task] != 0
            start = scratch.start[task] if is_kept else scratch.early
            finish, duration = scratch.finish[task], scratch.duration
            place_row(net, laws, task, block, start, scratch)
            find_tight(net, task, start, scratch)
            count_task(net, scales, totals, task, start, finish, duration, valid, scratch)
        at = block * BLOCK - first_iteration
        for k in range(valid):
            totals.finish[at + k] = scratch.end[k]
        for place in range(len(totals.keep)):
            for k in range(valid):
                totals.kept[place, at + k] = scratch.finish[totals.keep[place], k]
        mark_critical(net, scratch, totals, block)
        if block < measured:
            measure_float(net, scratch, totals, valid)


@inlined
def foresee(net: Network, laws: Laws, totals: Totals, task: int) -> None:
    """Fetch what the next task will read here and there: its table's middle, its histograms."""
    if task >= len(net.law):
        return
    law = net.law[task]
    if laws.kind[law] == PACKED:
        table = laws.packed[laws.place[law]]
        prefetch(table, TAIL_CELLS - MIDDLE_CELLS, MIDDLE_LINES, TO_READ)
        prefetch(table, 2 * TAIL_CELLS - MIDDLE_CELLS, MIDDLE_LINES, TO_READ)
    prefetch(totals.start_bins[task], 0, BIN_LINES, TO_WRITE)
    prefetch(totals.finish_bins[task], 0, BIN_LINES, TO_WRITE)


@compiled
def finish_blocks(net: Network, laws: Laws, scratch: Scratch, first_block: int, out: Row32) -> None:
    """Simulate for the project's finish alone, from ``first_block`` on."""
    net, laws, scratch = borrowed(net), borrowed(laws), borrowed(scratch)
    for block in range((len(out) + BLOCK - 1) // BLOCK):
        at = block * BLOCK
        valid = min(BLOCK, len(out) - at)
        place_block(net, laws, first_block + block, scratch)
        for k in range(valid):
            out[at + k] = scratch.end[k]


@inlined
def place_block(net: Network, laws: Laws, block: int, scratch: Scratch) -> None:
    """Draw and schedule every task in one block."""
    draw_risks(net, block, scratch)
    draw_factors(net, block, scratch)
    fill_row(scratch.end, NEVER)
    for task in range(len(net.law)):
        place_row(net, laws, task, block, scratch.start[task], scratch)


@inlined
def place_row(
    net: Network, laws: Laws, task: int, block: int, start: Row32, scratch: Scratch
) -> None:
    """Draw and schedule one task in one block; its duration is left in the scratch."""
    finish, duration = scratch.finish[task], scratch.duration
    if net.child_first[task] < net.child_first[task + 1]:
        span_children(net, task, duration, start, finish, scratch)
        return
    draw_duration(net, laws, task, block, duration, scratch)
    place_task(net, task, duration, start, finish, scratch)
    if net.may_end[task]:
        raise_row(scratch.end, finish)


@inlined
def draw_risks(net: Network, block: int, scratch: Scratch) -> None:
    """Draw each risk once for all the tasks that it touches."""
    for risk in range(len(net.risk_chance)):
        words = scratch.spare.words
        draw_words(net.risk_stream[risk], block, words)
        row = scratch.happens[risk]
        ranks_row(words.view(np.uint32), row)
        chance = net.risk_chance[risk]
        for k in range(BLOCK):
            row[k] = np.int32(row[k] < chance)
        draw_words(net.impact_stream[risk], block, words)
        sizes, bits = scratch.size_bits[risk], words.view(np.uint32)
        for k in range(BLOCK):
            sizes[k] = bits[k]


@inlined
def draw_factors(net: Network, block: int, scratch: Scratch) -> None:
    """Draw the normals that correlated tasks are mixed of."""
    for factor in range(len(net.factor_stream)):
        words = scratch.spare.words
        draw_words(net.factor_stream[factor], block, words)
        normal_row(words.view(np.uint32), scratch.normals[factor], scratch.spare)


@inlined
def draw_bits(net: Network, task: int, block: int, scratch: Scratch) -> None:
    """Fill the spare words with a task's random bits, correlated where it is."""
    words = scratch.spare.words
    first, last = net.mix_first[task], net.mix_first[task + 1]
    if first == last:
        draw_words(net.stream[task], block, words)
        return
    mixed = scratch.spare.near
    for k in range(BLOCK):
        mixed[k] = np.float32(0.0)
    for place in range(first, last):
        normals = scratch.normals[net.mix_factor[place]]
        weight = net.mix_weight[place]
        for k in range(BLOCK):
            mixed[k] += weight * normals[k]
    bits_of_normals(mixed, words.view(np.uint32))


@inlined
def span_children(
    net: Network, task: int, duration: Row32, start: Row32, finish: Row32, scratch: Scratch
) -> None:
    """Let a summary reach from its first child's start to its last one's finish."""
    first = net.child_first[task]
    fill_row(start, LATEST)
    fill_row(finish, NEVER)
    for place in range(first, net.child_first[task + 1]):
        raise_row(finish, scratch.finish[net.child[place]])
        lower_row(start, scratch.start[net.child[place]])
    for k in range(BLOCK):
        duration[k] = finish[k] - start[k]


@inlined
def draw_duration(
    net: Network, laws: Laws, task: int, block: int, out: Row32, scratch: Scratch
) -> None:
    """Draw a task's duration: its law, then its risks, then whether it exists."""
    law = net.law[task]
    words = scratch.spare.words
    if laws.kind[law] != FIXED:
        draw_bits(net, task, block, scratch)
    sample_row(laws, law, words.view(np.uint32), out, scratch.spare)
    if net.impact_first[task] < net.impact_first[task + 1]:
        add_impacts(net, laws, task, out, scratch)
    if net.existence[task] < FULL:
        draw_words(net.existence_stream[task], block, words)
        ranks_row(words.view(np.uint32), scratch.impact)
        chance = net.existence[task]
        for k in range(BLOCK):
            out[k] = out[k] if scratch.impact[k] < chance else np.int32(0)


@inlined
def add_impacts(net: Network, laws: Laws, task: int, out: Row32, scratch: Scratch) -> None:
    """Add what the risks that happened cost this task; nothing falls below zero."""
    impact = scratch.impact
    base = scratch.base
    for k in range(BLOCK):
        base[k] = out[k]
    for place in range(net.impact_first[task], net.impact_first[task + 1]):
        risk = net.impact_risk[place]
        happens = scratch.happens[risk]
        bits: RowBits = scratch.size_bits[risk]
        sample_row(laws, net.impact_law[place], bits, impact, scratch.spare)
        if net.impact_relative[place]:
            for k in range(BLOCK):
                share = float(impact[k]) / HUNDREDTHS_OF_PER_CENT
                impact[k] = np.int32(np.floor(float(base[k]) * share + 0.5))
        for k in range(BLOCK):
            out[k] += impact[k] * happens[k]
    for k in range(BLOCK):
        out[k] = max(out[k], np.int32(0))


@inlined
def place_task(
    net: Network, task: int, duration: Row32, start: Row32, finish: Row32, scratch: Scratch
) -> None:
    """Schedule one task forward: as soon as its bounds and links allow."""
    fill_row(start, net.bound[task])
    for place in range(net.link_first[task], net.link_first[task + 1]):
        wait_for_link(net, place, duration, start, scratch)
    finish_bound = net.finish_bound[task]
    if finish_bound != NEVER:
        for k in range(BLOCK):
            start[k] = max(start[k], np.int32(finish_bound - duration[k]))
    for k in range(BLOCK):
        finish[k] = start[k] + duration[k]


@inlined
def wait_for_link(
    net: Network, place: int, duration: Row32, start: Row32, scratch: Scratch
) -> None:
    """Move a start to where one link lets it be."""
    other, lag, kind = net.link_task[place], net.link_lag[place], net.link_kind[place]
    row = scratch.finish[other] if kind in (FS, FF) else scratch.start[other]
    if kind in (FS, SS):
        for k in range(BLOCK):
            start[k] = max(start[k], np.int32(row[k] + lag))
    else:
        for k in range(BLOCK):
            start[k] = max(start[k], np.int32(row[k] + lag - duration[k]))


@internal
def fill_row(row: Row32, value: np.int32) -> None:
    """Set a whole row."""
    for k in range(BLOCK):
        row[k] = value


@internal
def lower_row(row: Row32, by: Row32) -> None:
    """Keep the lesser of two rows."""
    for k in range(BLOCK):
        row[k] = min(row[k], by[k])


@internal
def raise_row(row: Row32, by: Row32) -> None:
    """Keep the greater of two rows."""
    for k in range(BLOCK):
        row[k] = max(row[k], by[k])


@inlined
def count_task(
    net: Network,
    scales: Scales,
    totals: Totals,
    task: int,
    start: Row32,
    finish: Row32,
    duration: Row32,
    valid: int,
    scratch: Scratch,
) -> None:
    """Add one row to the task's histograms and sums."""
    bin_row(start, scales.start_low[task], scales.start_width[task], scratch.start_bin)
    bin_row(finish, scales.finish_low[task], scales.finish_width[task], scratch.finish_bin)
    count_bins(
        totals.start_bins[task],
        totals.finish_bins[task],
        scratch.start_bin,
        scratch.finish_bin,
        valid,
    )
    starts = np.int64(0)
    finishes = np.int64(0)
    squares = np.int64(0)
    for k in range(valid):
        starts += np.int64(start[k])
        finishes += np.int64(finish[k])
        squares += np.int64(duration[k]) * np.int64(duration[k])
    totals.sums[task, START_SUM] += starts
    totals.sums[task, FINISH_SUM] += finishes
    totals.sums[task, SQUARE_SUM] += squares
    target = net.target[task]
    if target != NEVER:
        met = np.int32(0)
        for k in range(valid):
            met += np.int32(finish[k] <= target)
        totals.sums[task, ON_TARGET] += met


@internal
def bin_row(row: Row32, low: np.int32, width: np.int32, out: NDArray[np.uint8]) -> None:
    """Find each value's bin; the first and last bins also hold what lies beyond."""
    # A hair above 1/width keeps whole multiples of the width on their own side.
    inverse = np.float32((1.0 + 2.0**-20) / width)
    for k in range(BLOCK):
        # Two int32 make an int64 unless told not to, and half as many lanes.
        place = np.int32(np.float32(np.int32(row[k] - low)) * inverse)
        out[k] = np.uint8(min(max(place, np.int32(0)), np.int32(BINS - 1)))


@internal
def count_bins(
    start_counts: NDArray[np.uint16],
    finish_counts: NDArray[np.uint16],
    start_bin: NDArray[np.uint8],
    finish_bin: NDArray[np.uint8],
    valid: int,
) -> None:
    """Count both rows together: two chains of stores wait less than one."""
    for k in range(valid):
        start_counts[start_bin[k]] += np.uint16(1)
        finish_counts[finish_bin[k]] += np.uint16(1)


@inlined
def find_tight(net: Network, task: int, start: Row32, scratch: Scratch) -> None:
    """Mark the iterations in which each link's value equals what it holds."""
    clear = scratch.critical[task]
    for k in range(len(clear)):
        clear[k] = np.uint64(0)
    for place in range(net.link_first[task], net.link_first[task + 1]):
        other, lag, kind = net.link_task[place], net.link_lag[place], net.link_kind[place]
        row = scratch.finish[other] if kind in (FS, FF) else scratch.start[other]
        held = start if kind in (FS, SS) else scratch.finish[task]
        equal_bits(row, lag, held, scratch.tight[place])


@inlined
def mark_critical(net: Network, scratch: Scratch, totals: Totals, block: int) -> None:
    """Walk backward from the finish along every link whose value sets a start.

    A task is critical in an iteration where it ends at the finish, or holds a
    critical successor by a link that equals that successor's start: exact in
    whole minutes, all ties counted.
    """
    marks, valid = scratch.marks, scratch.valid
    for task in range(len(net.law) - 1, -1, -1):
        mark = scratch.critical[task]
        if net.may_end[task]:
            equal_bits(scratch.finish[task], np.int32(0), scratch.end, marks)
            for k in range(len(mark)):
                mark[k] |= marks[k] & valid[k]
        count = count_row(mark)
        if count == 0:
            continue
        if net.existence[task] < FULL:
            draw_words(net.existence_stream[task], block, scratch.spare.words)
            ranks_row(scratch.spare.words.view(np.uint32), scratch.impact)
            lower_bits(scratch.impact, net.existence[task], marks)
            for k in range(len(mark)):
                marks[k] &= mark[k]
            count = count_row(marks)
        totals.sums[task, CRITICAL] += count
        for place in range(net.link_first[task], net.link_first[task + 1]):
            target, tight = scratch.critical[net.link_task[place]], scratch.tight[place]
            for k in range(len(mark)):
                target[k] |= mark[k] & tight[k]


@inlined
def measure_float(net: Network, scratch: Scratch, totals: Totals, valid: int) -> None:
    """Find each task's late finish, and from its float what the indices need.

    Adds Σ d/(d + float) · T in units of 2⁻¹⁶, and counts for each link the
    iterations in which it sets its successor's start.
    """
    tasks = len(net.law)
    for task in range(tasks):
        late = scratch.late[task]
        for k in range(BLOCK):
            late[k] = scratch.end[k]
    for task in range(tasks - 1, -1, -1):
        if net.child_first[task] < net.child_first[task + 1]:
            continue
        start, finish, late = scratch.start[task], scratch.finish[task], scratch.late[task]
        total = np.int64(0)
        for k in range(valid):
            duration = np.float32(finish[k] - start[k])
            reach = max(np.float32(late[k] - start[k]), np.float32(1.0))
            total += np.int64(SIGNIFICANCE_UNIT * duration / reach) * np.int64(scratch.end[k])
        totals.sums[task, SIGNIFICANCE] += total
        for place in range(net.link_first[task], net.link_first[task + 1]):
            lower_late(net, place, start, finish, late, scratch)
            tight = scratch.tight[place]
            for k in range(len(tight)):
                totals.drives[place] += count_ones(tight[k] & scratch.valid[k])


@inlined
def lower_late(
    net: Network, place: int, start: Row32, finish: Row32, late: Row32, scratch: Scratch
) -> None:
    """Hold the predecessor's late finish back for one link."""
    other = net.link_task[place]
    lag, kind = net.link_lag[place], net.link_kind[place]
    target = scratch.late[other]
    from_start = scratch.start[other]
    from_finish = scratch.finish[other]
    if kind == FS:
        for k in range(BLOCK):
            target[k] = min(target[k], np.int32(late[k] - (finish[k] - start[k]) - lag))
    elif kind == FF:
        for k in range(BLOCK):
            target[k] = min(target[k], np.int32(late[k] - lag))
    else:
        for k in range(BLOCK):
            held = late[k] - (finish[k] - start[k]) if kind == SS else late[k]
            limit = np.int32(held - lag + from_finish[k] - from_start[k])
            target[k] = min(target[k], limit)
