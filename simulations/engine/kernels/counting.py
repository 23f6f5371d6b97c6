"""What is kept of one task in one block: histograms, sums, criticality, float."""

import numpy as np
from numpy.typing import NDArray

from simulations.engine.compiling import inlined, internal
from simulations.engine.kernels.arrays import (
    CRITICAL,
    FF,
    FINISH_SUM,
    FS,
    GREATEST_FINISH,
    GREATEST_START,
    LEAST_FINISH,
    LEAST_START,
    LONGEST_WAIT,
    NEVER,
    ON_TARGET,
    SIGNIFICANCE,
    SIGNIFICANCE_UNIT,
    SS,
    START_SUM,
    WAIT_SQUARES,
    WAIT_SUM,
    Network,
    Scales,
    Scratch,
    Totals,
)
from simulations.engine.kernels.bits import count_ones, count_row, equal_bits, lower_bits
from simulations.engine.kernels.rows import BINS, BLOCK, FULL, Row32, draw_words, ranks_row

IN_A_WORD = 8
LOW_BYTE, ONE_BYTE = np.uint64(0xFF), np.uint64(8)


@inlined
def count_dates(
    net: Network,
    scales: Scales,
    totals: Totals,
    task: int,
    start: Row32,
    finish: Row32,
    valid: int,
    scratch: Scratch,
) -> np.int64:
    """Add one row to the task's histograms and sums of dates.

    Returns the sum of squares of what lies between start and finish.
    """
    bin_row(start, scales.start_low[task], scales.start_width[task], scratch.start_bin)
    bin_row(finish, scales.finish_low[task], scales.finish_width[task], scratch.finish_bin)
    count_bins(
        totals.start_bins[task],
        totals.finish_bins[task],
        scratch.start_bin,
        scratch.finish_bin,
        valid,
    )
    starts, between, squares = np.int64(0), np.int64(0), np.int64(0)
    for k in range(valid):
        minutes = np.int64(np.int32(finish[k] - start[k]))
        starts += np.int64(start[k])
        between += minutes
        squares += minutes * minutes
    totals.sums[task, START_SUM] += starts
    totals.sums[task, FINISH_SUM] += starts + between
    target = net.target[task]
    if target != NEVER:
        met = np.int32(0)
        for k in range(valid):
            met += np.int32(finish[k] <= target)
        totals.sums[task, ON_TARGET] += met
    return squares


@inlined
def reach_dates(totals: Totals, task: int, start: Row32, finish: Row32) -> None:
    """Widen a task's reach to the least and the greatest of its dates."""
    low, high, end_low, end_high = start[0], start[0], finish[0], finish[0]
    for k in range(BLOCK):
        low, high = min(low, start[k]), max(high, start[k])
        end_low, end_high = min(end_low, finish[k]), max(end_high, finish[k])
    reach = totals.reach
    reach[LEAST_START, task] = min(reach[LEAST_START, task], low)
    reach[GREATEST_START, task] = max(reach[GREATEST_START, task], high)
    reach[LEAST_FINISH, task] = min(reach[LEAST_FINISH, task], end_low)
    reach[GREATEST_FINISH, task] = max(reach[GREATEST_FINISH, task], end_high)


@inlined
def keep_finishes(totals: Totals, at: int, valid: int, scratch: Scratch) -> None:
    """Keep the finish of the project, and of its milestones, in every iteration."""
    for k in range(valid):
        totals.finish[at + k] = scratch.end[k]
    for place in range(len(totals.keep)):
        for k in range(valid):
            totals.kept[place, at + k] = scratch.finish[totals.keep[place], k]


@inlined
def count_wait(totals: Totals, place: int, held: Row32, asked: Row32, valid: int) -> None:
    """Add how long one link of a merge waits for the latest: its sum and that of its squares."""
    waits, squares = np.int64(0), np.int64(0)
    for k in range(valid):
        wait = np.int64(min(np.int32(held[k] - asked[k]), LONGEST_WAIT))
        waits += wait
        squares += wait * wait
    totals.waits[place, WAIT_SUM] += waits
    totals.waits[place, WAIT_SQUARES] += squares


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
    """Count both rows together, eight bins to a word that is read.

    Two chains of stores wait less than one, and they are what takes the time.
    """
    start_words, finish_words = start_bin.view(np.uint64), finish_bin.view(np.uint64)
    whole = valid // IN_A_WORD
    for place in range(whole):
        start_word, finish_word = start_words[place], finish_words[place]
        for _ in range(IN_A_WORD):
            start_counts[start_word & LOW_BYTE] += np.uint16(1)
            finish_counts[finish_word & LOW_BYTE] += np.uint16(1)
            start_word >>= ONE_BYTE
            finish_word >>= ONE_BYTE
    for k in range(whole * IN_A_WORD, valid):
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
            ask_row(net, place, start, finish, scratch)
            count_wait(totals, place, start, scratch.base, valid)


@inlined
def ask_row(net: Network, place: int, start: Row32, finish: Row32, scratch: Scratch) -> None:
    """Find the start that one link asks for, in the row ``base``."""
    other, lag, kind = net.link_task[place], net.link_lag[place], net.link_kind[place]
    row = scratch.finish[other] if kind in (FS, FF) else scratch.start[other]
    asked = scratch.base
    if kind in (FS, SS):
        for k in range(BLOCK):
            asked[k] = np.int32(row[k] + lag)
    else:
        for k in range(BLOCK):
            asked[k] = np.int32(row[k] + lag - (finish[k] - start[k]))


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
