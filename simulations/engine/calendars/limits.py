"""What links ask of their predecessors' late finishes, in 512 iterations at once."""

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.arrivals import lag_row, span_row
from simulations.engine.calendars.clocks import (
    Clocks,
    Dates,
    add_constant_row,
    add_row,
    combine_row,
    next_start_row,
    shift_row,
    work_before_row,
)
from simulations.engine.calendars.rules import Rules
from simulations.engine.calendars.snaps import near_row, recede_row
from simulations.engine.codes import (
    CONSTANT,
    FINISHED,
    FROM_START,
    NO_SPAN,
    NOT_STARTED,
    WHOLE,
)
from simulations.engine.compiling import apart
from simulations.engine.kernels.arrays import LATEST, NEVER
from simulations.engine.kernels.rows import BLOCK, Row32, fill_row, lower_row


@apart
def earliest_limit(rules: Rules, clocks: Clocks, node: int, dates: Dates, out: Row32) -> None:
    """Find the earliest limit of a node, or the end where it has none before that."""
    fill_row(out, LATEST)
    first, last = rules.node[c.N_LIMIT_FIRST, node], rules.node[c.N_LIMIT_LAST, node]
    insists = False
    for place in range(first, last):
        limit = dates.spare[c.LATER]
        limit_row(rules, clocks, place, node, dates, limit)
        if rules.limit[c.L_GROUP, place] >= 0:
            leave_to_the_earliest(rules, clocks, rules.limit[c.L_GROUP, place], node, dates, limit)
        lower_row(out, limit)
        insists |= rules.limit[c.L_GIVES_START, place] != 0
    if insists:
        give_start(rules, clocks, node, dates, out)
    cap, end = dates.spare[c.CAP], dates.ends[rules.node[c.N_WORK, node]]
    given = dates.spare[c.GIVEN]
    is_raw = rules.node[c.N_OPEN_FINISH, node] == NEVER or rules.node[c.N_STATE, node] == FINISHED
    own, elsewhere = dates.rows[c.FINISH, node], rules.node[c.N_LAST_FINISH, node]
    is_own = elsewhere != NEVER or rules.settings[c.ENDS_HAVE_NO_FLOAT] != 0
    for k in range(BLOCK):
        is_free = out[k] == LATEST
        is_over = out[k] > cap[k]
        given[k] = LATEST if is_over else given[k]
        stands = own[k] if elsewhere == NEVER else elsewhere
        ended = stands if is_free and is_own else (cap[k] if is_free and is_raw else end[k])
        out[k] = ended if is_over else out[k]


@apart
def give_start(rules: Rules, clocks: Clocks, node: int, dates: Dates, earliest: Row32) -> None:
    """Find the wall-clock late start that the earliest limits insist on."""
    limit, given, start = dates.spare[c.LATER], dates.spare[c.GIVEN], dates.spare[c.FOUR]
    for place in range(rules.node[c.N_LIMIT_FIRST, node], rules.node[c.N_LIMIT_LAST, node]):
        if not rules.limit[c.L_GIVES_START, place]:
            continue
        limit_row(rules, clocks, place, node, dates, limit)
        if rules.limit[c.L_GROUP, place] >= 0:
            leave_to_the_earliest(rules, clocks, rules.limit[c.L_GROUP, place], node, dates, limit)
        leave_limit(rules, clocks, place, node, dates, start)
        lag_limit(rules, clocks, place, node, dates, start)
        recede_row(rules, clocks, place, node, dates, start)
        for k in range(BLOCK):
            holds = limit[k] == earliest[k] and limit[k] != LATEST
            given[k] = min(given[k], start[k]) if holds else given[k]


@apart
def leave_to_the_earliest(
    rules: Rules, clocks: Clocks, group: int, node: int, dates: Dates, limit: Row32
) -> None:
    """Take a limit away where another node of the group starts before, in working time."""
    time, own, work = rules.settings[c.PROJECT_TIME], dates.spare[c.ONE], dates.spare[c.TWO]
    work_before_row(clocks, time, dates.rows[c.START, node], own, dates)
    is_before = True
    for place in range(rules.group_first[group], rules.group_first[group + 1]):
        member = rules.group_member[place]
        if member == node:
            is_before = False
            continue
        work_before_row(clocks, time, dates.rows[c.START, member], work, dates)
        for k in range(BLOCK):
            is_later = work[k] < own[k] or (work[k] == own[k] and is_before)
            limit[k] = LATEST if is_later else limit[k]


@apart
def limit_row(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, out: Row32
) -> None:
    """Find the instants that a link asks of its predecessor's late finish."""
    work = rules.node[c.N_WORK, node]
    leave_limit(rules, clocks, place, node, dates, out)
    if rules.limit[c.L_BEFORE, place] != NO_SPAN:
        late_span_row(rules, clocks, node, rules.limit[c.L_BEFORE, place], dates)
        minutes = dates.spare[c.SPAN]
        add_row(clocks, work, out, c.AHEAD, minutes, dates)
    lag_limit(rules, clocks, place, node, dates, out)
    if rules.limit[c.L_SNAP_AFTER, place]:
        next_start_row(clocks, work, out, dates)
    recede_row(rules, clocks, place, node, dates, out)
    if rules.limit[c.L_AFTER, place] != NO_SPAN:
        late_span_row(rules, clocks, node, rules.limit[c.L_AFTER, place], dates)
        minutes = dates.spare[c.SPAN]
        add_row(clocks, work, out, c.AHEAD, minutes, dates)


@apart
def late_span_row(rules: Rules, clocks: Clocks, node: int, which: int, dates: Dates) -> None:
    """Find the minutes of a span; work with an expected finish takes what lies up to there."""
    state = rules.node[c.N_STATE, node]
    is_expected = rules.node[c.N_EXPECTED_FINISH, node] != NEVER and state != FINISHED
    if not is_expected or (which == WHOLE and state != NOT_STARTED):
        span_row(rules, node, which, dates)
        return
    work, first, last = rules.node[c.N_WORK, node], dates.spare[c.ONE], dates.spare[c.TWO]
    work_before_row(clocks, work, dates.rows[c.START, node], first, dates)
    work_before_row(clocks, work, dates.rows[c.FINISH, node], last, dates)
    combine_row(last, -1, first, dates.spare[c.SPAN])


@apart
def leave_limit(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, out: Row32
) -> None:
    """Find where a link leaves its successor's late dates."""
    source, other = rules.limit[c.L_SOURCE, place], rules.limit[c.L_SUCCESSOR, place]
    if source == FROM_START:
        shift_row(dates.rows[c.LATE_START, other], 0, out)
    elif source == CONSTANT:
        fill_row(out, rules.limit[c.L_CONSTANT, place])
    else:
        shift_row(dates.rows[c.LATE_FINISH, other], 0, out)
    if rules.limit[c.L_UNTIL, place] != NEVER:
        next_start_row(clocks, rules.limit[c.L_UNTIL, place], out, dates)
    if rules.limit[c.L_NEAREST, place]:
        near_row(clocks, rules.node[c.N_WORK, node], out, dates)
    if rules.limit[c.L_SNAP_BEFORE, place]:
        next_start_row(clocks, rules.node[c.N_FLOAT_TIME, node], out, dates)


@apart
def lag_limit(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, out: Row32
) -> None:
    """Take the lag of a link away; what a lead asks for may hold until work goes on."""
    percent, time = rules.limit_percent[place], rules.limit[c.L_TIME, place]
    lasts, works = rules.limit[c.L_LEAD_LASTS, place] != 0, dates.spare[c.THREE]
    if lasts:
        shift_row(out, 0, works)
        next_start_row(clocks, time, works, dates)
        for k in range(BLOCK):
            works[k] = np.int32(works[k] == out[k])
    if not np.isnan(percent):
        span = dates.spare[c.SPAN]
        lag_row(abs(percent), dates.rows[c.LEFT, node], rules.node[c.N_DONE, node], span)
        add_row(clocks, time, out, c.BACK if percent > 0 else c.AHEAD, span, dates)
    elif rules.limit[c.L_LAG, place] != 0:
        add_constant_row(clocks, time, out, -rules.limit[c.L_LAG, place], dates)
    if lasts:
        goes_on = dates.spare[c.TWO]
        shift_row(out, 0, goes_on)
        next_start_row(clocks, time, goes_on, dates)
        for k in range(BLOCK):
            out[k] = goes_on[k] if works[k] else out[k]
