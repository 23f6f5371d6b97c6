"""Early dates with calendars, constraints and progress: core's rules, row by row.

What :mod:`planning.core.scheduling.forward` does to one node, the functions
here do to one node in 512 iterations at once, with the same steps in the same
order. A test holds the two equal on every shared schedule.
"""

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.arrivals import (
    Others,
    arrive_row,
    lag_arrival,
    latest_row,
    leave_row,
    raise_to,
    span_row,
)
from simulations.engine.calendars.clocks import (
    Clocks,
    Dates,
    add_row,
    next_start_row,
    shift_row,
    work_before_row,
)
from simulations.engine.calendars.rules import Rules
from simulations.engine.calendars.snaps import settle_row, snap_row
from simulations.engine.calendars.wishes import grant_wishes, keep_expected
from simulations.engine.codes import (
    FNET,
    FREE,
    NO_SPAN,
    PASSING,
    REMAINING,
    STARTED,
    WHOLE,
)
from simulations.engine.compiling import apart
from simulations.engine.kernels.arrays import NEVER
from simulations.engine.kernels.rows import BLOCK, Row32, fill_row, raise_row


@apart
def place_node(rules: Rules, clocks: Clocks, node: int, dates: Dates, others: Others) -> None:
    """Find the early dates of one node from those of its predecessors."""
    start, finish = dates.rows[c.START, node], dates.rows[c.FINISH, node]
    program = rules.node[c.N_PROGRAM, node]
    if program == FREE:
        place_free(rules, clocks, node, dates, others)
    elif program == REMAINING:
        place_remaining(rules, clocks, node, dates, others)
    elif program == PASSING:
        if rules.node[c.N_ARRIVAL_FIRST, node] == rules.node[c.N_ARRIVAL_LAST, node]:
            fill_row(start, rules.node[c.N_BASE, node])
        else:
            latest_row(rules, clocks, node, dates, others, start)
            raise_to(start, rules.node[c.N_BASE, node])
        shift_row(start, 0, finish)
    elif program == STARTED:
        place_started(rules, clocks, node, dates, start, finish)
    else:
        fill_row(start, rules.node[c.N_FIXED_START, node])
        fill_row(finish, rules.node[c.N_FIXED_FINISH, node])


@apart
def place_free(rules: Rules, clocks: Clocks, node: int, dates: Dates, others: Others) -> None:
    """Find the early dates of work that has not started."""
    start, finish = dates.rows[c.START, node], dates.rows[c.FINISH, node]
    has_arrivals = rules.node[c.N_ARRIVAL_FIRST, node] < rules.node[c.N_ARRIVAL_LAST, node]
    first_wish, last_wish = rules.node[c.N_WISH_FIRST, node], rules.node[c.N_WISH_LAST, node]
    forced, floor = dates.spare[c.FORCED], rules.node[c.N_FLOOR, node]
    fill_row(forced, NEVER)
    if has_arrivals:
        latest_row(rules, clocks, node, dates, others, start)
        if rules.node[c.N_HAS_GIVEN_FINISH, node]:
            give_finish(rules, clocks, node, dates, others, start)
        raise_to(start, floor)
    else:
        fill_row(start, rules.node[c.N_BASE, node])
    snap_row(rules, clocks, node, start, dates)
    if rules.node[c.N_DELAY, node] != 0 and (has_arrivals or first_wish == last_wish):
        shift_row(start, rules.node[c.N_DELAY, node], start)
        snap_row(rules, clocks, node, start, dates)
    if first_wish < last_wish:
        grant_wishes(rules, clocks, node, dates, start)
    finish_free(rules, clocks, node, dates, start, finish)


@apart
def give_finish(
    rules: Rules, clocks: Clocks, node: int, dates: Dates, others: Others, latest: Row32
) -> None:
    """Find the wall-clock finish that driving links insist on, the latest."""
    first, last = rules.node[c.N_ARRIVAL_FIRST, node], rules.node[c.N_ARRIVAL_LAST, node]
    work, floor = rules.node[c.N_WORK, node], rules.node[c.N_FLOOR, node]
    top, own, given = dates.spare[c.WANTED], dates.spare[c.FIRED], dates.spare[c.GIVEN]
    forced, drives, begin = dates.spare[c.FORCED], dates.spare[c.FOUR], rules.settings[c.BEGIN]
    work_before_row(clocks, work, latest, top, dates)
    for place in range(first, last):
        if not rules.arrival[c.A_GIVES_FINISH, place]:
            continue
        fill_row(drives, np.int32(0))
        for other in range(first, last):
            if rules.arrival[c.A_LINK, other] == rules.arrival[c.A_LINK, place]:
                arrive_row(rules, clocks, other, node, dates, others, given)
                work_before_row(clocks, work, given, own, dates)
                for k in range(BLOCK):
                    drives[k] |= np.int32(own[k] == top[k])
        arrive_row(rules, clocks, place, node, dates, others, own)
        leave_row(rules, clocks, place, dates, others, given)
        lag_arrival(rules, clocks, place, dates, given)
        if rules.arrival[c.A_SETTLES, place]:
            settle_row(clocks, work, given, dates)
        is_late = rules.arrival[c.A_BEFORE, place] != NO_SPAN
        for k in range(BLOCK):
            value = NEVER if is_late and own[k] <= begin else given[k]
            forced[k] = max(forced[k], value) if drives[k] else forced[k]
    if floor != NEVER:
        for k in range(BLOCK):
            forced[k] = NEVER if latest[k] < floor else forced[k]


@apart
def finish_free(
    rules: Rules, clocks: Clocks, node: int, dates: Dates, start: Row32, finish: Row32
) -> None:
    """Find the early finish: the one that was given, else the duration after the start."""
    work, forced, given = rules.node[c.N_WORK, node], dates.spare[c.FORCED], dates.spare[c.GIVEN]
    is_given = False
    for k in range(BLOCK):
        is_given |= forced[k] != NEVER
    if is_given and not rules.node[c.N_START_MILESTONE, node]:
        before, after = dates.spare[c.ONE], dates.spare[c.TWO]
        whole = dates.rows[c.LEFT, node]
        for k in range(BLOCK):
            given[k] = start[k] if forced[k] == NEVER else forced[k]
        work_before_row(clocks, work, start, before, dates)
        work_before_row(clocks, work, given, after, dates)
        for k in range(BLOCK):
            holds = forced[k] != NEVER and after[k] - before[k] >= whole[k]
            given[k] = forced[k] if holds else NEVER
    else:
        fill_row(given, NEVER)
    shift_row(start, 0, finish)
    add_row(clocks, work, finish, c.AHEAD, dates.rows[c.LEFT, node], dates)
    for k in range(BLOCK):
        finish[k] = given[k] if given[k] != NEVER else finish[k]
    keep_expected(rules, clocks, node, dates, start, finish)


@apart
def place_remaining(rules: Rules, clocks: Clocks, node: int, dates: Dates, others: Others) -> None:
    """Find the early dates of what remains of work under way."""
    start, finish = dates.rows[c.START, node], dates.rows[c.FINISH, node]
    if rules.node[c.N_ARRIVAL_FIRST, node] < rules.node[c.N_ARRIVAL_LAST, node]:
        latest_row(rules, clocks, node, dates, others, start)
        raise_to(start, rules.node[c.N_BASE, node])
    else:
        fill_row(start, rules.node[c.N_BASE, node])
    work = rules.node[c.N_WORK, node]
    next_start_row(clocks, rules.node[c.N_HOURS, node], start, dates)
    shift_row(start, 0, finish)
    add_row(clocks, work, finish, c.AHEAD, dates.rows[c.LEFT, node], dates)
    keep_expected(rules, clocks, node, dates, start, finish)


@apart
def place_started(
    rules: Rules, clocks: Clocks, node: int, dates: Dates, start: Row32, finish: Row32
) -> None:
    """Find the dates of a started task as a whole, by Microsoft Project's rules."""
    work = rules.node[c.N_WORK, node]
    fill_row(start, rules.node[c.N_FIXED_START, node])
    shift_row(start, 0, finish)
    span_row(rules, node, WHOLE, dates)
    minutes = dates.spare[c.SPAN]
    add_row(clocks, work, finish, c.AHEAD, minutes, dates)
    if rules.node[c.N_RESUME, node] != NEVER:
        resumed = dates.spare[c.WANTED]
        fill_row(resumed, rules.node[c.N_RESUME, node])
        add_row(clocks, work, resumed, c.AHEAD, dates.rows[c.LEFT, node], dates)
        raise_row(finish, resumed)
    for place in range(rules.node[c.N_WISH_FIRST, node], rules.node[c.N_WISH_LAST, node]):
        if rules.wish[c.W_KIND, place] == FNET:
            raise_to(finish, rules.wish[c.W_INSTANT, place])
