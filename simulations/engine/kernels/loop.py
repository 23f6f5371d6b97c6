"""The iteration loop on one calendar: every date is a count of working minutes.

A loop over blocks of iterations, inside it one over tasks in topological
order, inside that rows of one block. On one calendar the whole scheduling
rule of a task that has not started is

    start = max(bound, bound on the finish − d, each link's value), finish = start + d

with the link values F + lag (FS), S + lag (SS), F + lag − d (FF) and
S + lag − d (SF), all of them exact integers.
"""

import numpy as np

from simulations.engine.compiling import borrowed, compiled, inlined
from simulations.engine.kernels.arrays import (
    FF,
    FS,
    LATEST,
    NEVER,
    SQUARE_SUM,
    SS,
    Network,
    Scales,
    Scratch,
    Stretch,
    Totals,
)
from simulations.engine.kernels.bits import fill_bits
from simulations.engine.kernels.counting import (
    count_dates,
    find_tight,
    keep_finishes,
    mark_critical,
    measure_float,
    reach_dates,
)
from simulations.engine.kernels.drawing import draw_duration, draw_factors, draw_risks
from simulations.engine.kernels.prefetch import LINE_BYTES, TO_READ, TO_WRITE, prefetch
from simulations.engine.kernels.rows import (
    BINS,
    BLOCK,
    PACKED,
    TAIL_CELLS,
    Laws,
    Row32,
    fill_row,
    lower_row,
    raise_row,
)

# The eight highest octaves of a tail, from 2⁻⁹ up, hold 255 of 256 draws.
MIDDLE_CELLS = 128
MIDDLE_LINES = MIDDLE_CELLS * 4 // LINE_BYTES
BIN_LINES = BINS * 2 // LINE_BYTES
ROW_LINES = 16


@compiled
def simulate_blocks(
    net: Network,
    laws: Laws,
    scales: Scales,
    scratch: Scratch,
    totals: Totals,
    stretch: Stretch,
) -> None:
    """Simulate consecutive blocks and add to the totals what they have room for.

    Without room for sums only the project's finish is kept, and each task's
    reach where there is room for it. Measured blocks also get a backward pass
    that measures every float.
    """
    net, laws, scales = borrowed(net), borrowed(laws), borrowed(scales)
    scratch, totals = borrowed(scratch), borrowed(totals)
    counts, reaches = len(totals.sums) > 0, totals.reach.shape[1] > 0
    for block in range(stretch.first_block, stretch.first_block + stretch.blocks):
        valid = min(BLOCK, stretch.iterations - block * BLOCK)
        draw_risks(net, block, scratch)
        draw_factors(net, block, scratch)
        fill_bits(scratch.valid, valid)
        fill_row(scratch.end, NEVER)
        for task in range(len(net.law)):
            is_kept = block < stretch.measured or net.keeps_start[task] != 0
            start = scratch.start[task] if is_kept else scratch.early
            finish = scratch.finish[task]
            foresee(net, laws, totals, task + 1)
            foresee_rows(net, task + 1, scratch)
            place_row(net, laws, task, block, start, scratch)
            if counts:
                find_tight(net, task, start, scratch)
                totals.sums[task, SQUARE_SUM] += count_dates(
                    net, scales, totals, task, start, finish, valid, scratch
                )
            elif reaches:
                reach_dates(totals, task, start, finish)
        keep_finishes(totals, block * BLOCK - stretch.first_iteration, valid, scratch)
        if counts:
            mark_critical(net, scratch, totals, block)
            if block < stretch.measured:
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
    if len(totals.sums):
        prefetch(totals.start_bins[task], 0, BIN_LINES, TO_WRITE)
        prefetch(totals.finish_bins[task], 0, BIN_LINES, TO_WRITE)


@inlined
def foresee_rows(net: Network, task: int, scratch: Scratch) -> None:
    """Fetch how the rows begin that the next task will wait for; what follows is foreseen."""
    if task >= len(net.law):
        return
    for place in range(net.link_first[task], net.link_first[task + 1]):
        prefetch(scratch.finish[net.link_task[place]], 0, ROW_LINES, TO_READ)


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
def place_task(
    net: Network, task: int, duration: Row32, start: Row32, finish: Row32, scratch: Scratch
) -> None:
    """Schedule one task forward: as soon as its bounds and links allow."""
    first, last = net.link_first[task], net.link_first[task + 1]
    if first == last:
        fill_row(start, net.bound[task])
    else:
        begin_with_link(net, first, net.bound[task], duration, start, scratch)
    for place in range(first + 1, last):
        wait_for_link(net, place, duration, start, scratch)
    finish_bound = net.finish_bound[task]
    if finish_bound != NEVER:
        for k in range(BLOCK):
            start[k] = max(start[k], np.int32(finish_bound - duration[k]))
    for k in range(BLOCK):
        finish[k] = np.int32(start[k] + duration[k])


@inlined
def begin_with_link(
    net: Network, place: int, bound: np.int32, duration: Row32, start: Row32, scratch: Scratch
) -> None:
    """Begin with where the first link lets a start be, or with its bound."""
    other, lag, kind = net.link_task[place], net.link_lag[place], net.link_kind[place]
    row = scratch.finish[other] if kind in (FS, FF) else scratch.start[other]
    if kind in (FS, SS):
        for k in range(BLOCK):
            start[k] = max(bound, np.int32(row[k] + lag))
    else:
        for k in range(BLOCK):
            start[k] = max(bound, np.int32(row[k] + lag - duration[k]))


@inlined
def wait_for_link(
    net: Network, place: int, duration: Row32, start: Row32, scratch: Scratch
) -> None:
    """Move a start to where one more link lets it be."""
    other, lag, kind = net.link_task[place], net.link_lag[place], net.link_kind[place]
    row = scratch.finish[other] if kind in (FS, FF) else scratch.start[other]
    if kind in (FS, SS):
        for k in range(BLOCK):
            start[k] = max(start[k], np.int32(row[k] + lag))
    else:
        for k in range(BLOCK):
            start[k] = max(start[k], np.int32(row[k] + lag - duration[k]))
