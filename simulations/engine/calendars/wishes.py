"""What dated constraints make of early starts and finishes."""

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import (
    Clocks,
    Dates,
    add_row,
    last_finish_row,
    next_start_row,
    shift_row,
    work_before_row,
)
from simulations.engine.calendars.rules import Rules
from simulations.engine.calendars.snaps import settle_row, snap_row
from simulations.engine.codes import DAY, EDGE, FNET, FNLT, MFO, MSO, SNET, SNLT
from simulations.engine.compiling import apart
from simulations.engine.kernels.arrays import NEVER
from simulations.engine.kernels.rows import BLOCK, Row32, fill_row


@apart
def grant_wishes(rules: Rules, clocks: Clocks, node: int, dates: Dates, start: Row32) -> None:
    """Move starts to where constraints want them, in their order."""
    fired, forced = dates.spare[c.FIRED], dates.spare[c.FORCED]
    floor, keeps = rules.node[c.N_FLOOR, node], rules.node[c.N_KEEPS_WISHES, node]
    fill_row(fired, np.int32(0))
    for place in range(rules.node[c.N_WISH_FIRST, node], rules.node[c.N_WISH_LAST, node]):
        grant_wish(rules, clocks, place, node, dates, start)
    if floor != NEVER and not keeps:
        for k in range(BLOCK):
            is_low = fired[k] != 0 and start[k] < floor
            forced[k] = NEVER if is_low else forced[k]
            start[k] = floor if is_low else start[k]
    if floor != NEVER or not keeps:
        snap_row(rules, clocks, node, start, dates)


@apart
def grant_wish(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, start: Row32
) -> None:
    """Move starts to where one constraint wants them, where it has something to say."""
    kind, hard = rules.wish[c.W_KIND, place], rules.wish[c.W_HARD, place]
    wanted, fired, forced = dates.spare[c.WANTED], dates.spare[c.FIRED], dates.spare[c.FORCED]
    fill_row(wanted, rules.wish[c.W_INSTANT, place])
    if kind in (FNET, FNLT, MFO):
        add_row(clocks, rules.node[c.N_WORK, node], wanted, c.BACK, dates.rows[c.LEFT, node], dates)
    finish = wished_finish(rules, clocks, place, node, dates)
    is_must = kind in (MSO, MFO) and hard != 0
    is_upper = kind in (SNLT, FNLT)
    if is_upper and not hard:
        return
    if kind == SNET and rules.node[c.N_LENDS_TIME_OF_DAY, node]:
        lend_time_of_day(rules, clocks, node, dates, start, wanted)
    for k in range(BLOCK):
        moves = is_must or (start[k] > wanted[k] if is_upper else start[k] < wanted[k])
        forced[k] = finish if moves else forced[k]
        fired[k] = np.int32(1) if moves else fired[k]
        start[k] = wanted[k] if moves else start[k]


@apart
def wished_finish(rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates) -> np.int32:
    """Return the wall-clock finish that a constraint insists on, ``NEVER`` if none."""
    kind, instant = rules.wish[c.W_KIND, place], rules.wish[c.W_INSTANT, place]
    has_arrivals = rules.node[c.N_ARRIVAL_FIRST, node] < rules.node[c.N_ARRIVAL_LAST, node]
    if kind == MFO and rules.wish[c.W_HARD, place]:
        return np.int32(instant)
    if kind != FNET:
        return NEVER
    work, row = rules.node[c.N_WORK, node], dates.spare[c.FOUR]
    fill_row(row, instant)
    if rules.node[c.N_IS_PINNED, node]:
        if rules.node[c.N_SNAP, node] != EDGE:
            last_finish_row(clocks, work, row, dates)
        return np.int32(row[0])
    if has_arrivals:
        return NEVER
    if rules.node[c.N_FLOOR, node] == NEVER:
        return np.int32(instant)
    if not rules.node[c.N_KEEPS_WISHES, node]:
        return NEVER
    settle_row(clocks, work, row, dates)
    return np.int32(row[0])


@apart
def lend_time_of_day(
    rules: Rules, clocks: Clocks, node: int, dates: Dates, start: Row32, wanted: Row32
) -> None:
    """Give a date without a time the time of the start that it replaces, where that works."""
    moved = dates.spare[c.TWO]
    for k in range(BLOCK):
        moved[k] = np.int32(wanted[k] + start[k] % DAY)
    shift_row(moved, 0, dates.spare[c.THREE])
    next_start_row(clocks, rules.node[c.N_WORK, node], dates.spare[c.THREE], dates)
    for k in range(BLOCK):
        applies = start[k] < wanted[k] and wanted[k] % DAY == 0 and start[k] % DAY != 0
        same_day = dates.spare[c.THREE][k] // DAY == wanted[k] // DAY
        wanted[k] = moved[k] if applies and same_day else wanted[k]


@apart
def keep_expected(
    rules: Rules, clocks: Clocks, node: int, dates: Dates, start: Row32, finish: Row32
) -> None:
    """Finish on the expected date where there is one and it can be met."""
    expected, base = rules.node[c.N_EXPECTED_FINISH, node], rules.node[c.N_BASE, node]
    if expected == NEVER or rules.node[c.N_ALAP, node] or rules.node[c.N_HAS_END_LINK, node]:
        return
    work, before, after = rules.node[c.N_WORK, node], dates.spare[c.ONE], dates.spare[c.TWO]
    fill_row(dates.spare[c.THREE], expected)
    work_before_row(clocks, work, finish, before, dates)
    work_before_row(clocks, work, dates.spare[c.THREE], after, dates)
    for k in range(BLOCK):
        holds = expected >= max(start[k], base) and before[k] != after[k]
        finish[k] = expected if holds else finish[k]
