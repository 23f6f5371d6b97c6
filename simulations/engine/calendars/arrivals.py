"""What links ask of their successors' early starts, in 512 iterations at once."""

from typing import NamedTuple

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import (
    Clocks,
    Dates,
    add_constant_row,
    add_row,
    next_start_row,
    shift_row,
    work_before_row,
)
from simulations.engine.calendars.rules import Rules
from simulations.engine.codes import CONSTANT, FROM_FINISH, NO_SPAN, WHOLE
from simulations.engine.compiling import apart, internal
from simulations.engine.kernels.arrays import LATEST, NEVER
from simulations.engine.kernels.rows import BLOCK, Row32, fill_row, raise_row


class Others(NamedTuple):
    """The kinds of rows in which a node sees the dates of those before it."""

    starts: int
    finishes: int


AS_PLACED, AS_SEEN = Others(c.START, c.FINISH), Others(c.SEEN_START, c.SEEN_FINISH)


@internal
def span_row(rules: Rules, node: int, which: int, dates: Dates) -> None:
    """Find the minutes of a node that a link crosses, in the spare row ``SPAN``."""
    remaining = dates.rows[c.LEFT, node]
    if which == WHOLE:
        shift_row(remaining, rules.node[c.N_DONE, node], dates.spare[c.SPAN])
    else:
        shift_row(remaining, 0, dates.spare[c.SPAN])


@internal
def lag_row(percent: float, remaining: Row32, done: int, out: Row32) -> None:
    """Find a lag that is a share of the predecessor's duration, half to even as in Python."""
    for k in range(BLOCK):
        out[k] = np.int32(np.rint((remaining[k] + done) * percent / 100.0))


@apart
def arrive_row(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, others: Others, out: Row32
) -> None:
    """Find the instants that a link asks of its successor's early start."""
    work = rules.node[c.N_WORK, node]
    leave_row(rules, clocks, place, dates, others, out)
    if rules.arrival[c.A_BEFORE, place] != NO_SPAN:
        span_row(rules, node, rules.arrival[c.A_BEFORE, place], dates)
        minutes = dates.spare[c.SPAN]
        add_row(clocks, work, out, c.BACK, minutes, dates)
    lag_arrival(rules, clocks, place, dates, out)
    if rules.arrival[c.A_AFTER, place] != NO_SPAN:
        span_row(rules, node, rules.arrival[c.A_AFTER, place], dates)
        minutes = dates.spare[c.SPAN]
        add_row(clocks, work, out, c.BACK, minutes, dates)
    raise_to(out, rules.arrival[c.A_FLOOR, place])
    ceiling = rules.arrival[c.A_CEILING, place]
    if ceiling != NEVER:
        for k in range(BLOCK):
            out[k] = min(out[k], ceiling)


@apart
def leave_row(
    rules: Rules, clocks: Clocks, place: int, dates: Dates, others: Others, out: Row32
) -> None:
    """Find where a link leaves its predecessor."""
    source, group = rules.arrival[c.A_SOURCE, place], rules.arrival[c.A_GROUP, place]
    other = rules.arrival[c.A_PREDECESSOR, place]
    if source == FROM_FINISH:
        shift_row(dates.rows[others.finishes, other], 0, out)
    elif source == CONSTANT:
        fill_row(out, rules.arrival[c.A_CONSTANT, place])
    elif group < 0:
        shift_row(dates.rows[others.starts, other], 0, out)
    else:
        first_start(rules, clocks, group, dates, others, out)
    if rules.arrival[c.A_SNAP, place]:
        next_start_row(clocks, rules.arrival[c.A_TIME, place], out, dates)


@apart
def first_start(
    rules: Rules, clocks: Clocks, group: int, dates: Dates, others: Others, out: Row32
) -> None:
    """Find the start of the node of a group that starts first, in working time."""
    time, best, work = rules.settings[c.PROJECT_TIME], dates.spare[c.ONE], dates.spare[c.TWO]
    fill_row(best, LATEST)
    for place in range(rules.group_first[group], rules.group_first[group + 1]):
        start = dates.rows[others.starts, rules.group_member[place]]
        work_before_row(clocks, time, start, work, dates)
        for k in range(BLOCK):
            out[k] = start[k] if work[k] < best[k] else out[k]
            best[k] = min(best[k], work[k])


@apart
def lag_arrival(rules: Rules, clocks: Clocks, place: int, dates: Dates, out: Row32) -> None:
    """Add the lag of a link, not before its own bound where it is a lead."""
    time, percent = rules.arrival[c.A_TIME, place], rules.arrival_percent[place]
    other = rules.arrival[c.A_PREDECESSOR, place]
    if not np.isnan(percent):
        span = dates.spare[c.SPAN]
        lag_row(abs(percent), dates.rows[c.LEFT, other], rules.node[c.N_DONE, other], span)
        add_row(clocks, time, out, c.AHEAD if percent > 0 else c.BACK, span, dates)
    elif rules.arrival[c.A_LAG, place] != 0:
        add_constant_row(clocks, time, out, rules.arrival[c.A_LAG, place], dates)
    else:
        return
    raise_to(out, rules.arrival[c.A_LEAD_FLOOR, place])


@internal
def raise_to(row: Row32, least: np.int32) -> None:
    """Let nothing in a row be less than a bound, where there is one."""
    if least != NEVER:
        for k in range(BLOCK):
            row[k] = max(row[k], least)


@apart
def latest_row(
    rules: Rules, clocks: Clocks, node: int, dates: Dates, others: Others, out: Row32
) -> None:
    """Find the latest arrival of a node that has any."""
    fill_row(out, NEVER)
    for place in range(rules.node[c.N_ARRIVAL_FIRST, node], rules.node[c.N_ARRIVAL_LAST, node]):
        if rules.arrival[c.A_PLAIN, place]:
            from_finish = rules.arrival[c.A_SOURCE, place] == FROM_FINISH
            kind = others.finishes if from_finish else others.starts
            raise_row(out, dates.rows[kind, rules.arrival[c.A_PREDECESSOR, place]])
        else:
            arrive_row(rules, clocks, place, node, dates, others, dates.spare[c.LATER])
            raise_row(out, dates.spare[c.LATER])
