"""Blocks of iterations with calendars: draw, forward, backward, count."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.arrivals import AS_PLACED, AS_SEEN, arrive_row, latest_row
from simulations.engine.calendars.backward import settle_late, settle_plain
from simulations.engine.calendars.clocks import (
    BEFORE,
    Clocks,
    Dates,
    combine_row,
    last_finish_row,
    next_start_row,
    shift_row,
    work_at,
    work_before_row,
)
from simulations.engine.calendars.efforts import Efforts, place_efforts
from simulations.engine.calendars.floats import float_row, has_float
from simulations.engine.calendars.forward import place_node
from simulations.engine.calendars.plain import find_ends, place_plain, plain_float
from simulations.engine.calendars.rules import Rules
from simulations.engine.codes import EDGE, FREE, NOT_STARTED, PROGRAM_FIXED, STARTED
from simulations.engine.compiling import apart, borrowed, compiled, inlined
from simulations.engine.kernels.arrays import (
    CRITICAL,
    LATEST,
    NEVER,
    SIGNIFICANCE,
    SIGNIFICANCE_UNIT,
    SQUARE_SUM,
    Network,
    Scales,
    Scratch,
    Stretch,
    Totals,
)
from simulations.engine.kernels.counting import count_dates, count_wait, keep_finishes, reach_dates
from simulations.engine.kernels.drawing import draw_duration, draw_factors, draw_risks
from simulations.engine.kernels.loop import foresee
from simulations.engine.kernels.rows import (
    BLOCK,
    FULL,
    Laws,
    Row32,
    draw_words,
    fill_row,
    lower_row,
    raise_row,
    ranks_row,
)

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
    stretch: Stretch,
) -> None:
    """Simulate consecutive blocks by the full rules; see :func:`.kernel.simulate_blocks`."""
    given, scales = borrowed(given), borrowed(scales)
    scratch, dates, totals = borrowed(scratch), borrowed(dates), borrowed(totals)
    net, rules, clocks = given.net, given.rules, given.clocks
    nodes = rules.node.shape[1]
    counts = len(totals.sums) > 0
    for block in range(stretch.first_block, stretch.first_block + stretch.blocks):
        valid = min(BLOCK, stretch.iterations - block * BLOCK)
        whole = block < stretch.measured
        draw_risks(net, block, scratch)
        draw_factors(net, block, scratch)
        # Plain nodes are counted while their rows are in the nearest cache.
        for node in range(nodes):
            if counts:
                foresee(net, given.laws, totals, node + 1)
            place_drawn(given, node, block, whole, scratch, dates)
            if rules.node[c.N_PLAIN, node]:
                start, finish = dates.rows[c.WORK, node], dates.spare[c.TWO]
                combine_row(start, 1, dates.rows[c.LEFT, node], finish)
                begun = given.shown.fixed_start[node]
                if begun != NEVER:
                    start = dates.spare[c.ONE]
                    fill_row(start, work_at(clocks, rules.node[c.N_WORK, node], begun, dates))
                    raise_row(finish, start)
                count_shown(net, scales, totals, node, start, finish, valid, scratch)
        ahead = dates.beyond[0]
        if counts or rules.settings[c.HAS_ALAP]:
            find_cap(rules, clocks, dates)
            for node in range(nodes - 1, -1, -1):
                if rules.node[c.N_PLAIN, node]:
                    settle_plain(rules, clocks, node, dates)
                    if counts and not whole:
                        count_node(given, node, block, valid, whole, scratch, dates, totals)
                else:
                    settle_late(rules, clocks, node, dates)
        show_block(given, scratch, dates, whole)
        keep_finishes(totals, block * BLOCK - stretch.first_iteration, valid, scratch)
        count_rest(given, scales, totals, block, valid, whole, scratch, dates)
        # So early a limit leaves years of negative float, however many; only the tasks that are
        # placed by their late dates need to know.
        if dates.beyond[0] == BEFORE and not rules.settings[c.HAS_ALAP]:
            dates.beyond[0] = ahead


@inlined
def count_shown(
    net: Network,
    scales: Scales,
    totals: Totals,
    task: int,
    start: Row32,
    finish: Row32,
    valid: int,
    scratch: Scratch,
) -> None:
    """Count a task's dates, or widen its reach, as there is room for."""
    if len(totals.sums):
        count_dates(net, scales, totals, task, start, finish, valid, scratch)
    elif totals.reach.shape[1]:
        reach_dates(totals, task, start, finish)


@apart
def count_rest(
    given: Iterating,
    scales: Scales,
    totals: Totals,
    block: int,
    valid: int,
    whole: bool,
    scratch: Scratch,
    dates: Dates,
) -> None:
    """Count what could not be counted where it was computed."""
    rules, clocks, shown = given.rules, given.clocks, given.shown
    nodes, counts = rules.node.shape[1], len(totals.sums) > 0
    if not counts and totals.reach.shape[1] == 0:
        return
    for task in range(len(shown.calendar)):
        if task >= nodes or not rules.node[c.N_PLAIN, task]:
            start, finish = dates.spare[c.ONE], dates.spare[c.TWO]
            work_before_row(clocks, shown.calendar[task], scratch.start[task], start, dates)
            work_before_row(clocks, shown.calendar[task], scratch.finish[task], finish, dates)
            count_shown(given.net, scales, totals, task, start, finish, valid, scratch)
    if not counts:
        return
    if whole:
        project_time, origin = rules.settings[c.PROJECT_TIME], rules.settings[c.ORIGIN]
        work_before_row(clocks, project_time, scratch.end, scratch.end_work, dates)
        shift_row(scratch.end_work, -origin, scratch.end_work)
    for node in range(nodes):
        if whole or not rules.node[c.N_PLAIN, node]:
            count_node(given, node, block, valid, whole, scratch, dates, totals)
        if whole:
            count_merge(rules, clocks, node, valid, dates, totals)


@inlined
def place_drawn(
    given: Iterating, node: int, block: int, whole: bool, scratch: Scratch, dates: Dates
) -> None:
    """Draw what is left to do of a node, and find its early dates."""
    draw_duration(given.net, given.laws, node, block, dates.rows[c.LEFT, node], scratch)
    if given.rules.node[c.N_PLAIN, node]:
        place_plain(given.rules, given.clocks, node, dates, whole)
    else:
        place_node(given.rules, given.clocks, node, dates, AS_PLACED)


@apart
def find_cap(rules: Rules, clocks: Clocks, dates: Dates) -> None:
    """Find the latest finish that is open to every node."""
    cap, by = dates.spare[c.CAP], rules.settings[c.MUST_FINISH_BY]
    fill_row(cap, NEVER)
    for node in range(rules.node.shape[1]):
        if rules.node[c.N_ENDS, node]:
            raise_row(cap, dates.rows[c.FINISH, node])
    if by != NEVER and rules.settings[c.BY_MSPROJECT] == 0:
        fill_row(cap, by)
    find_ends(clocks, dates)


@apart
def show_block(given: Iterating, scratch: Scratch, dates: Dates, whole: bool) -> None:
    """Show the dates of a block: all of them, or those that somebody looks at."""
    settings = given.rules.settings
    if settings[c.BY_MSPROJECT] != 0 and settings[c.HAS_LATE_STARTS] != 0:
        place_again(given.rules, given.clocks, dates)
    show_dates(given, scratch, dates, whole)


@apart
def place_again(rules: Rules, clocks: Clocks, dates: Dates) -> None:
    """Find early dates anew where tasks as late as possible hold others back."""
    for node in range(rules.node.shape[1]):
        is_late = rules.node[c.N_ALAP, node] != 0
        place_node(rules, clocks, node, dates, AS_PLACED if is_late else AS_SEEN)
        is_moved = is_late and rules.node[c.N_ACTUAL_START, node] == NEVER
        shift_row(
            dates.rows[c.LATE_START, node] if is_moved else dates.rows[c.START, node],
            0,
            dates.rows[c.SEEN_START, node],
        )
        shift_row(
            dates.rows[c.LATE_FINISH, node] if is_late else dates.rows[c.FINISH, node],
            0,
            dates.rows[c.SEEN_FINISH, node],
        )


@apart
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
            if shown.counts[task] and rules.node[c.N_ENDS, task]:
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


@apart
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


@inlined
def count_node(
    given: Iterating,
    node: int,
    block: int,
    valid: int,
    whole: bool,
    scratch: Scratch,
    dates: Dates,
    totals: Totals,
) -> None:
    """Add a node's duration, and whether and how nearly it was critical."""
    net, rules, clocks = given.net, given.rules, given.clocks
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
    if rules.node[c.N_PLAIN, node]:
        plain_float(node, dates, slack)
    else:
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
    if whole:
        weighted = np.int64(0)
        for k in range(valid):
            duration = np.float32(remaining[k] + done)
            reach = max(duration + np.float32(max(slack[k], 0)), np.float32(1.0))
            share = np.int64(SIGNIFICANCE_UNIT * duration / reach)
            weighted += share * np.int64(scratch.end_work[k])
        totals.sums[node, SIGNIFICANCE] += weighted


@apart
def count_merge(
    rules: Rules, clocks: Clocks, node: int, valid: int, dates: Dates, totals: Totals
) -> None:
    """Where links meet, count which set the date, and how long each waits for it."""
    first, last = rules.node[c.N_ARRIVAL_FIRST, node], rules.node[c.N_ARRIVAL_LAST, node]
    if last - first < 2 or rules.node[c.N_STATE, node] != NOT_STARTED:
        return
    work, top, asked = rules.node[c.N_WORK, node], dates.spare[c.WANTED], dates.spare[c.FIRED]
    latest_row(rules, clocks, node, dates, AS_PLACED, dates.spare[c.THREE])
    work_before_row(clocks, work, dates.spare[c.THREE], top, dates)
    for place in range(first, last):
        arrive_row(rules, clocks, place, node, dates, AS_PLACED, dates.spare[c.THREE])
        work_before_row(clocks, work, dates.spare[c.THREE], asked, dates)
        count = np.int64(0)
        for k in range(valid):
            count += np.int64(asked[k] == top[k])
        totals.drives[place] += count
        count_wait(totals, place, top, asked, valid)
