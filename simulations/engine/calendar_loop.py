"""Blocks of iterations with calendars: draw, forward, backward, count."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine import columns as c
from simulations.engine.calendar_backward import float_row, has_float, settle_late
from simulations.engine.calendar_kernel import (
    EDGE,
    FREE,
    NOT_STARTED,
    PROGRAM_FIXED,
    STARTED,
    arrive_row,
    latest_row,
    place_node,
)
from simulations.engine.calendar_plain import find_ends, plain_work
from simulations.engine.clocks import (
    Clocks,
    Dates,
    last_finish_row,
    next_start_row,
    shift_row,
    work_before_row,
)
from simulations.engine.compiling import borrowed, compiled, internal
from simulations.engine.efforts import Efforts, place_efforts
from simulations.engine.kernel import (
    CRITICAL,
    FINISH_SUM,
    LATEST,
    NEVER,
    ON_TARGET,
    SIGNIFICANCE,
    SIGNIFICANCE_UNIT,
    SQUARE_SUM,
    START_SUM,
    Network,
    Scales,
    Scratch,
    Totals,
    bin_row,
    count_bins,
    draw_duration,
    draw_factors,
    draw_risks,
    fill_row,
    foresee,
    lower_row,
    raise_row,
)
from simulations.engine.rows import BLOCK, FULL, Laws, Row32, draw_words, ranks_row
from simulations.engine.rules import Rules

Ints32 = NDArray[np.int32]


class Shown(NamedTuple):
    """How rows become what a reader sees, for every task: nodes, efforts, summaries.

    Attributes
    ----------
    calendar : int32 (tasks,)
        The calendar in whose working time a task's dates are counted.
    fixed_start, fixed_finish : int32 (tasks,)
        Dates that stand whatever happens (actual ones, manual summaries).
    counts : int8 (tasks,)
        Whether the project's finish waits for the task.
    """

    calendar: Ints32
    fixed_start: Ints32
    fixed_finish: Ints32
    counts: NDArray[np.int8]


class Iterating(NamedTuple):
    """Everything that a block of iterations needs and does not change."""

    net: Network
    laws: Laws
    rules: Rules
    clocks: Clocks
    efforts: Efforts
    shown: Shown


@compiled
def simulate_calendar_blocks(
    given: Iterating,
    scales: Scales,
    scratch: Scratch,
    dates: Dates,
    totals: Totals,
    first_block: int,
    blocks: int,
    first_iteration: int,
    iterations: int,
    measured: int,
) -> None:
    """Simulate consecutive blocks by the full rules and add them to the totals."""
    given, scales = borrowed(given), borrowed(scales)
    scratch, dates, totals = borrowed(scratch), borrowed(dates), borrowed(totals)
    net, rules, clocks = given.net, given.rules, given.clocks
    nodes = rules.node.shape[1]
    for block in range(first_block, first_block + blocks):
        valid = min(BLOCK, iterations - block * BLOCK)
        draw_risks(net, block, scratch)
        draw_factors(net, block, scratch)
        # Plain nodes are counted while their rows are in the nearest cache.
        for node in range(nodes):
            foresee(net, given.laws, totals, node + 1)
            place_drawn(given, node, block, scratch, dates)
            if rules.node[c.N_PLAIN, node]:
                plain_work(node, dates, dates.spare[c.ONE], dates.spare[c.TWO])
                count_dates(net, scales, totals, node, valid, scratch, dates)
        find_cap(rules, clocks, dates)
        for node in range(nodes - 1, -1, -1):
            settle_late(rules, clocks, node, dates)
            if rules.node[c.N_PLAIN, node] and block >= measured:
                count_node(rules, clocks, net, node, block, valid, measured, scratch, dates, totals)
        show_block(given, scratch, dates, False)  # noqa: FBT003 - a kernel has no names
        project_time, origin = rules.settings[c.PROJECT_TIME], rules.settings[c.ORIGIN]
        work_before_row(clocks, project_time, scratch.end, scratch.end_work, dates)
        shift_row(scratch.end_work, -origin, scratch.end_work)
        keep_finishes(totals, block * BLOCK - first_iteration, valid, scratch)
        count_rest(given, scales, totals, block, valid, measured, scratch, dates)


@internal
def keep_finishes(totals: Totals, at: int, valid: int, scratch: Scratch) -> None:
    """Keep the finish of the project, and of its milestones, in every iteration."""
    for k in range(valid):
        totals.finish[at + k] = scratch.end[k]
    for place in range(len(totals.keep)):
        for k in range(valid):
            totals.kept[place, at + k] = scratch.finish[totals.keep[place], k]


@internal
def count_rest(
    given: Iterating,
    scales: Scales,
    totals: Totals,
    block: int,
    valid: int,
    measured: int,
    scratch: Scratch,
    dates: Dates,
) -> None:
    """Count what could not be counted where it was computed."""
    net, rules, clocks, shown = given.net, given.rules, given.clocks, given.shown
    nodes = rules.node.shape[1]
    for task in range(len(shown.calendar)):
        if task >= nodes or not rules.node[c.N_PLAIN, task]:
            find_counts(shown, clocks, task, scratch, dates)
            count_dates(net, scales, totals, task, valid, scratch, dates)
    for node in range(nodes):
        if not rules.node[c.N_PLAIN, node] or block < measured:
            count_node(rules, clocks, net, node, block, valid, measured, scratch, dates, totals)
    if block < measured:
        for node in range(nodes):
            count_merge(rules, clocks, node, valid, dates, totals)


@compiled
def finish_calendar_blocks(
    given: Iterating, scratch: Scratch, dates: Dates, first_block: int, out: Ints32
) -> None:
    """Simulate for the project's finish alone."""
    given, scratch, dates = borrowed(given), borrowed(scratch), borrowed(dates)
    for block in range((len(out) + BLOCK - 1) // BLOCK):
        at = block * BLOCK
        valid = min(BLOCK, len(out) - at)
        draw_risks(given.net, first_block + block, scratch)
        draw_factors(given.net, first_block + block, scratch)
        nodes = given.rules.node.shape[1]
        for node in range(nodes):
            place_drawn(given, node, first_block + block, scratch, dates)
        find_cap(given.rules, given.clocks, dates)
        for node in range(nodes - 1, -1, -1):
            settle_late(given.rules, given.clocks, node, dates)
        show_block(given, scratch, dates, True)  # noqa: FBT003 - a kernel has no names
        for k in range(valid):
            out[at + k] = scratch.end[k]


@internal
def place_drawn(given: Iterating, node: int, block: int, scratch: Scratch, dates: Dates) -> None:
    """Draw what is left to do of a node, and find its early dates."""
    draw_duration(given.net, given.laws, node, block, dates.rows[c.LEFT, node], scratch)
    place_node(given.rules, given.clocks, node, dates, c.START, c.FINISH)


@internal
def find_cap(rules: Rules, clocks: Clocks, dates: Dates) -> None:
    """Find the latest finish that is open to every node."""
    cap, by = dates.spare[c.CAP], rules.settings[c.MUST_FINISH_BY]
    fill_row(cap, NEVER)
    for node in range(rules.node.shape[1]):
        if rules.node[c.N_DRIVES, node]:
            raise_row(cap, dates.rows[c.FINISH, node])
    if by != NEVER and rules.settings[c.BY_MSPROJECT] == 0:
        fill_row(cap, by)
    find_ends(clocks, dates)


@internal
def show_block(given: Iterating, scratch: Scratch, dates: Dates, whole: bool) -> None:
    """Show the dates of a block: all of them, or those that somebody looks at."""
    settings = given.rules.settings
    if settings[c.BY_MSPROJECT] != 0 and settings[c.HAS_LATE_STARTS] != 0:
        place_again(given.rules, given.clocks, dates)
    show_dates(given, scratch, dates, whole)


@internal
def place_again(rules: Rules, clocks: Clocks, dates: Dates) -> None:
    """Find early dates anew where tasks as late as possible hold others back."""
    for node in range(rules.node.shape[1]):
        is_late = rules.node[c.N_ALAP, node] != 0
        starts = c.START if is_late else c.SEEN_START
        finishes = c.FINISH if is_late else c.SEEN_FINISH
        place_node(rules, clocks, node, dates, starts, finishes)
        shift_row(
            dates.rows[c.LATE_START, node] if is_late else dates.rows[c.START, node],
            0,
            dates.rows[c.SEEN_START, node],
        )
        shift_row(
            dates.rows[c.LATE_FINISH, node] if is_late else dates.rows[c.FINISH, node],
            0,
            dates.rows[c.SEEN_FINISH, node],
        )


@internal
def show_dates(given: Iterating, scratch: Scratch, dates: Dates, whole: bool) -> None:
    """Lay out the dates that a reader sees, and the project's finish.

    Plain nodes that no summary and no effort looks at are left where they are.
    """
    net, rules, shown = given.net, given.rules, given.shown
    nodes = rules.node.shape[1]
    fill_row(scratch.end, NEVER)
    for task in range(len(shown.calendar)):
        start, finish = scratch.start[task], scratch.finish[task]
        if task < nodes and (whole or not rules.node[c.N_QUIET, task]):
            show_node(rules, given.clocks, task, start, finish, dates)
    place_efforts(given.efforts, given.clocks, scratch, dates)
    for task in range(len(shown.calendar)):
        if task < nodes and rules.node[c.N_QUIET, task] and not whole:
            if shown.counts[task]:
                raise_row(scratch.end, dates.rows[c.FINISH, task])
            continue
        start, finish = scratch.start[task], scratch.finish[task]
        if net.child_first[task] < net.child_first[task + 1]:
            fill_row(start, LATEST)
            fill_row(finish, NEVER)
            for place in range(net.child_first[task], net.child_first[task + 1]):
                raise_row(finish, scratch.finish[net.child[place]])
                lower_row(start, scratch.start[net.child[place]])
        if shown.fixed_start[task] != NEVER:
            fill_row(start, shown.fixed_start[task])
        if shown.fixed_finish[task] != NEVER:
            fill_row(finish, shown.fixed_finish[task])
        raise_row(finish, start)
        if shown.counts[task]:
            raise_row(scratch.end, finish)


@internal
def show_node(
    rules: Rules, clocks: Clocks, node: int, start: Row32, finish: Row32, dates: Dates
) -> None:
    """Show a node's early dates, or the late ones of Microsoft Project's latest tasks."""
    program, alap = rules.node[c.N_PROGRAM, node], rules.node[c.N_ALAP, node] != 0
    if alap and rules.settings[c.BY_MSPROJECT] and program in (FREE, STARTED):
        shift_row(dates.rows[c.LATE_START, node], 0, start)
        shift_row(dates.rows[c.LATE_FINISH, node], 0, finish)
        return
    shift_row(dates.rows[c.START, node], 0, start)
    shift_row(dates.rows[c.FINISH, node], 0, finish)
    if (
        rules.node[c.N_SNAP, node] == EDGE
        or program == PROGRAM_FIXED
        or rules.node[c.N_PLAIN, node]
    ):
        return
    if program == FREE and rules.node[c.N_WHOLE, node] != 0:
        next_start_row(clocks, rules.node[c.N_HOURS, node], start, dates)
    has_wishes = rules.node[c.N_WISH_FIRST, node] < rules.node[c.N_WISH_LAST, node]
    is_expected = rules.node[c.N_EXPECTED_FINISH, node] != NEVER
    if has_wishes or is_expected or rules.node[c.N_HAS_GIVEN_FINISH, node]:
        # A finish that was given may stand where nobody works.
        last_finish_row(clocks, rules.node[c.N_WORK, node], finish, dates)
        raise_row(finish, start)


@internal
def find_counts(shown: Shown, clocks: Clocks, task: int, scratch: Scratch, dates: Dates) -> None:
    """Turn a task's dates into its own working time, in two spare rows."""
    calendar = shown.calendar[task]
    work_before_row(clocks, calendar, scratch.start[task], dates.spare[c.ONE], dates)
    work_before_row(clocks, calendar, scratch.finish[task], dates.spare[c.TWO], dates)


@internal
def count_dates(
    net: Network,
    scales: Scales,
    totals: Totals,
    task: int,
    valid: int,
    scratch: Scratch,
    dates: Dates,
) -> None:
    """Add a task's dates, in two spare rows, to its histograms and sums."""
    start, finish = dates.spare[c.ONE], dates.spare[c.TWO]
    bin_row(start, scales.start_low[task], scales.start_width[task], scratch.start_bin)
    bin_row(finish, scales.finish_low[task], scales.finish_width[task], scratch.finish_bin)
    count_bins(
        totals.start_bins[task],
        totals.finish_bins[task],
        scratch.start_bin,
        scratch.finish_bin,
        valid,
    )
    starts, finishes = np.int64(0), np.int64(0)
    for k in range(valid):
        starts += np.int64(start[k])
        finishes += np.int64(finish[k])
    totals.sums[task, START_SUM] += starts
    totals.sums[task, FINISH_SUM] += finishes
    target = net.target[task]
    if target != NEVER:
        met = np.int64(0)
        for k in range(valid):
            met += np.int64(finish[k] <= target)
        totals.sums[task, ON_TARGET] += met


@internal
def count_node(
    rules: Rules,
    clocks: Clocks,
    net: Network,
    node: int,
    block: int,
    valid: int,
    measured: int,
    scratch: Scratch,
    dates: Dates,
    totals: Totals,
) -> None:
    """Add a node's duration, and whether and how nearly it was critical."""
    remaining, done = dates.rows[c.LEFT, node], rules.node[c.N_DONE, node]
    total, squares = np.int64(0), np.int64(0)
    for k in range(valid):
        drawn = np.int64(remaining[k])
        total += drawn
        squares += drawn * drawn
    totals.sums[node, SQUARE_SUM] += squares
    totals.work[node] += total
    if not has_float(rules, node):
        return
    slack = dates.spare[c.THREE]
    float_row(rules, clocks, node, dates, slack)
    exists = scratch.impact
    fill_row(exists, np.int32(0))
    if net.existence[node] < FULL:
        draw_words(net.existence_stream[node], block, scratch.spare.words)
        ranks_row(scratch.spare.words.view(np.uint32), exists)
    limit, chance = rules.settings[c.FLOAT_LIMIT], net.existence[node]
    critical = np.int64(0)
    for k in range(valid):
        critical += np.int64(slack[k] <= limit) & np.int64(exists[k] < chance)
    totals.sums[node, CRITICAL] += critical
    if block < measured:
        weighted = np.int64(0)
        for k in range(valid):
            duration = np.float32(remaining[k] + done)
            reach = max(duration + np.float32(max(slack[k], 0)), np.float32(1.0))
            share = np.int64(SIGNIFICANCE_UNIT * duration / reach)
            weighted += share * np.int64(scratch.end_work[k])
        totals.sums[node, SIGNIFICANCE] += weighted


@internal
def count_merge(
    rules: Rules, clocks: Clocks, node: int, valid: int, dates: Dates, totals: Totals
) -> None:
    """Where links meet, count which set the date, and add what each asked for."""
    first, last = rules.node[c.N_ARRIVAL_FIRST, node], rules.node[c.N_ARRIVAL_LAST, node]
    if last - first < 2 or rules.node[c.N_STATE, node] != NOT_STARTED:
        return
    work, top, asked = rules.node[c.N_WORK, node], dates.spare[c.WANTED], dates.spare[c.FIRED]
    latest_row(rules, clocks, node, dates, c.START, c.FINISH, dates.spare[c.THREE])
    work_before_row(clocks, work, dates.spare[c.THREE], top, dates)
    lost = np.int64(0)
    for k in range(valid):
        lost += np.int64(top[k])
    totals.merged[node] += lost
    for place in range(first, last):
        arrive_row(rules, clocks, place, node, dates, c.START, c.FINISH, dates.spare[c.THREE])
        work_before_row(clocks, work, dates.spare[c.THREE], asked, dates)
        count, total = np.int64(0), np.int64(0)
        for k in range(valid):
            count += np.int64(asked[k] == top[k])
            total += np.int64(asked[k])
        totals.drives[place] += count
        totals.arrived[place] += total
