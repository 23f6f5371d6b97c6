"""Nodes of one calendar that nothing special is asked of.

A plain node's dates are told by two counts of working minutes: those before
its early start, and those before its late finish. Both are kept, so that
floats and histograms look nothing up again. From one plain node to another
they pass by one look-up, or by none where both work by the same calendar;
instants are found for those nodes alone at which something else looks. What
comes out is what the general steps would give; the same test holds both to
the schedule.
"""

from typing import Any

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.arrivals import AS_PLACED, arrive_row, raise_to
from simulations.engine.calendars.clocks import (
    AS_FINISH,
    AS_START,
    Clocks,
    Dates,
    choose_row,
    combine_row,
    cross_row,
    instants_row,
    shift_row,
    work_at,
    work_before_row,
)
from simulations.engine.calendars.crossing import find_ends_of_work, find_starts_of_work
from simulations.engine.calendars.rules import Rules
from simulations.engine.codes import FROM_FINISH, FROM_START
from simulations.engine.compiling import apart, inlined
from simulations.engine.kernels.arrays import LATEST, NEVER
from simulations.engine.kernels.rows import BLOCK, Row32, fill_row, lower_row, raise_row


@inlined
def place_plain(rules: Rules, clocks: Clocks, node: int, dates: Dates, whole: bool) -> None:
    """Find the early dates of a plain node, as instants where somebody looks at them."""
    calendar, left = rules.node[c.N_WORK, node], dates.rows[c.LEFT, node]
    start, finish = dates.rows[c.START, node], dates.rows[c.FINISH, node]
    work, after = dates.rows[c.WORK, node], dates.spare[c.ONE]
    if rules.node[c.N_ARRIVAL_FIRST, node] < rules.node[c.N_ARRIVAL_LAST, node]:
        wait_plain(rules, clocks, node, dates)
    else:
        fill_row(work, work_at(clocks, calendar, rules.node[c.N_BASE, node], dates))
    for place in range(rules.node[c.N_WISH_FIRST, node], rules.node[c.N_WISH_LAST, node]):
        # Of dated constraints a plain node has none but “start no earlier than”.
        raise_to(work, work_at(clocks, calendar, rules.wish[c.W_INSTANT, place], dates))
    if whole or rules.node[c.N_SHOWS, node]:
        instants_row(clocks, calendar, work, AS_START, start, dates)
        combine_row(work, 1, left, after)
        instants_row(clocks, calendar, after, AS_FINISH, dates.spare[c.TWO], dates)
        choose_row(left, dates.spare[c.TWO], start, finish)


@inlined
def wait_plain(rules: Rules, clocks: Clocks, node: int, dates: Dates) -> None:
    """Find the working minutes before the latest arrival of a plain node."""
    calendar, floor = rules.node[c.N_WORK, node], rules.node[c.N_FLOOR, node]
    work, instants = dates.rows[c.WORK, node], dates.rows[c.START, node]
    fill_row(work, NEVER)
    has_instants = False
    for place in range(rules.node[c.N_ARRIVAL_FIRST, node], rules.node[c.N_ARRIVAL_LAST, node]):
        other = rules.arrival[c.A_PREDECESSOR, place]
        if rules.arrival[c.A_PLAIN, place] and rules.node[c.N_PLAIN, other]:
            arrive_plain(rules, clocks, place, node, dates)
            continue
        if not has_instants:
            fill_row(instants, NEVER)
            has_instants = True
        if rules.arrival[c.A_PLAIN, place]:
            from_finish = rules.arrival[c.A_SOURCE, place] == FROM_FINISH
            raise_row(instants, dates.rows[c.FINISH if from_finish else c.START, other])
        else:
            arrive_row(rules, clocks, place, node, dates, AS_PLACED, dates.spare[c.LATER])
            raise_row(instants, dates.spare[c.LATER])
    if has_instants:
        work_before_row(clocks, calendar, instants, dates.spare[c.LATER], dates)
        raise_row(work, dates.spare[c.LATER])
    if floor != NEVER:
        raise_to(work, work_at(clocks, calendar, floor, dates))


@inlined
def arrive_plain(rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates) -> None:
    """Let a plain node wait for another by a plain link."""
    other = rules.arrival[c.A_PREDECESSOR, place]
    one, mine = rules.node[c.N_WORK, other], rules.node[c.N_WORK, node]
    work, left, into = (
        dates.rows[c.WORK, other],
        dates.rows[c.LEFT, other],
        dates.rows[c.WORK, node],
    )
    from_finish = rules.arrival[c.A_SOURCE, place] == FROM_FINISH
    if one == mine:
        if from_finish:
            for k in range(BLOCK):
                into[k] = max(into[k], np.int32(work[k] + left[k]))
        else:
            raise_row(into, work)
        return
    value, number, asked = dates.spare[c.VALUE], dates.spare[c.NUMBER], dates.spare[c.LATER]
    if from_finish:
        find_ends_of_work(work, left, value, number)
        cross_row(clocks, one, mine, number, value, asked, dates)
    else:
        cross_row(clocks, one, mine, work, work, asked, dates)
    raise_row(into, asked)


@apart
def show_late_plain(rules: Rules, clocks: Clocks, node: int, dates: Dates) -> None:
    """Find the late dates of a plain node as instants."""
    calendar, left = rules.node[c.N_WORK, node], dates.rows[c.LEFT, node]
    start, finish = dates.rows[c.LATE_START, node], dates.rows[c.LATE_FINISH, node]
    work, before = dates.rows[c.LATE_WORK, node], dates.spare[c.ONE]
    instants_row(clocks, calendar, work, AS_FINISH, finish, dates)
    combine_row(work, -1, left, before)
    instants_row(clocks, calendar, before, AS_START, dates.spare[c.TWO], dates)
    choose_row(left, dates.spare[c.TWO], finish, start)


@inlined
def limit_plain(rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates) -> None:
    """Let a plain node end before another by a plain link."""
    other = rules.limit[c.L_SUCCESSOR, place]
    one, mine = rules.node[c.N_WORK, other], rules.node[c.N_WORK, node]
    late, left = dates.rows[c.LATE_WORK, other], dates.rows[c.LEFT, other]
    into = dates.rows[c.LATE_WORK, node]
    from_start = rules.limit[c.L_SOURCE, place] == FROM_START
    if one == mine:
        if from_start:
            for k in range(BLOCK):
                into[k] = min(into[k], np.int32(late[k] - left[k]))
        else:
            lower_row(into, late)
        return
    value, number, asked = dates.spare[c.VALUE], dates.spare[c.NUMBER], dates.spare[c.LATER]
    if from_start:
        find_starts_of_work(late, left, value, number)
        cross_row(clocks, one, mine, number, value, asked, dates)
    elif rules.limit[c.L_UNTIL, place] != NEVER:
        cross_row(clocks, one, mine, late, late, asked, dates)
    else:
        shift_row(late, -1, number)
        cross_row(clocks, one, mine, number, late, asked, dates)
    lower_row(into, asked)


@inlined
def plain_float(node: int, dates: Dates, out: Row32) -> None:
    """Find a plain node's total float, the same from starts and from finishes."""
    left, work, late = (
        dates.rows[c.LEFT, node],
        dates.rows[c.WORK, node],
        dates.rows[c.LATE_WORK, node],
    )
    for k in range(BLOCK):
        out[k] = np.int32(np.int32(late[k] - left[k]) - work[k])


@apart
def find_ends(clocks: Clocks, dates: Dates) -> None:
    """Find the project's latest finish as each calendar's last working finish, once a block."""
    cap = dates.spare[c.CAP]
    for number in range(len(dates.ends)):
        calendar: Any = np.int32(number)
        work, end = dates.end_work[calendar], dates.ends[calendar]
        work_before_row(clocks, calendar, cap, work, dates)
        instants_row(clocks, calendar, work, AS_FINISH, end, dates)


@inlined
def open_late_plain(rules: Rules, node: int, dates: Dates) -> None:
    """Begin with the project's end: what a plain node may last until at most."""
    calendar = rules.node[c.N_WORK, node]
    shift_row(dates.end_work[calendar], 0, dates.rows[c.LATE_WORK, node])
    fill_row(dates.rows[c.LATE_FINISH, node], LATEST)
