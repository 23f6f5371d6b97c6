"""Nodes of one calendar that nothing special is asked of: six look-ups, no more.

A plain node's dates are told by two counts of working minutes: those before
its early start, and those before its late finish. The rest is addition. Both
are kept, so that floats and histograms look nothing up again. What comes out
is what the general steps would give; the same test holds both to the schedule.
"""

import numpy as np

from simulations.engine import columns as c
from simulations.engine.clocks import (
    AS_FINISH,
    AS_START,
    Clocks,
    Dates,
    choose_row,
    combine_row,
    instants_row,
    shift_row,
    work_before_row,
)
from simulations.engine.compiling import internal
from simulations.engine.kernel import lower_row
from simulations.engine.rows import BLOCK, Row32
from simulations.engine.rules import Rules


@internal
def place_plain(rules: Rules, clocks: Clocks, node: int, dates: Dates) -> None:
    """Find the early dates of a plain node; its latest arrival stands in its start."""
    calendar, left = rules.node[c.N_WORK, node], dates.rows[c.LEFT, node]
    start, finish = dates.rows[c.START, node], dates.rows[c.FINISH, node]
    work, after = dates.rows[c.WORK, node], dates.spare[c.ONE]
    work_before_row(clocks, calendar, start, work, dates)
    instants_row(clocks, calendar, work, AS_START, start, dates)
    combine_row(work, 1, left, after)
    instants_row(clocks, calendar, after, AS_FINISH, dates.spare[c.TWO], dates)
    choose_row(left, dates.spare[c.TWO], start, finish)


@internal
def settle_plain(rules: Rules, clocks: Clocks, node: int, dates: Dates) -> None:
    """Find the late dates of a plain node; its earliest limit stands in its late finish."""
    calendar, left = rules.node[c.N_WORK, node], dates.rows[c.LEFT, node]
    start, finish = dates.rows[c.LATE_START, node], dates.rows[c.LATE_FINISH, node]
    work, before = dates.rows[c.LATE_WORK, node], dates.spare[c.ONE]
    lower_row(finish, dates.spare[c.CAP])
    work_before_row(clocks, calendar, finish, work, dates)
    instants_row(clocks, calendar, work, AS_FINISH, finish, dates)
    combine_row(work, -1, left, before)
    instants_row(clocks, calendar, before, AS_START, dates.spare[c.TWO], dates)
    choose_row(left, dates.spare[c.TWO], finish, start)


@internal
def plain_work(node: int, dates: Dates, start: Row32, finish: Row32) -> None:
    """Find the working minutes before a plain node's early dates."""
    shift_row(dates.rows[c.WORK, node], 0, start)
    combine_row(start, 1, dates.rows[c.LEFT, node], finish)


@internal
def plain_float(node: int, dates: Dates, out: Row32) -> None:
    """Find a plain node's total float, the same from starts and from finishes."""
    left, work, late = (
        dates.rows[c.LEFT, node],
        dates.rows[c.WORK, node],
        dates.rows[c.LATE_WORK, node],
    )
    for k in range(BLOCK):
        out[k] = np.int32(np.int32(late[k] - left[k]) - work[k])


@internal
def find_ends(clocks: Clocks, dates: Dates) -> None:
    """Find the project's latest finish as each calendar's last working finish, once a block."""
    cap = dates.spare[c.CAP]
    for calendar in range(len(dates.ends)):
        if clocks.grain[calendar] == 0:
            shift_row(cap, 0, dates.ends[calendar])
        else:
            work_before_row(clocks, calendar, cap, dates.spare[c.ONE], dates)
            instants_row(
                clocks, calendar, dates.spare[c.ONE], AS_FINISH, dates.ends[calendar], dates
            )
