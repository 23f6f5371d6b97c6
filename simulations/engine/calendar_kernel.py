"""The iteration loop with calendars, constraints and progress: core's rules, row by row.

What :mod:`planning.core.scheduling.forward` and ``backward`` do to one node,
the functions here do to one node in 512 iterations at once, with the same
steps in the same order. A test holds the two equal on every shared schedule.
"""

import numpy as np

from planning.core.plan import ConstraintType, TotalFloat
from planning.core.scheduling.network import Program, Snap, Source, Span, State
from simulations.engine import columns as c
from simulations.engine.arrays import LATEST, NEVER
from simulations.engine.clocks import (
    AS_FINISH,
    AS_START,
    Clocks,
    Dates,
    add_constant_row,
    add_row,
    instants_row,
    last_finish_row,
    next_start_row,
    shift_row,
    work_before_row,
)
from simulations.engine.compiling import apart, internal
from simulations.engine.rows import BLOCK, Row32, fill_row, raise_row
from simulations.engine.rules import Rules

FREE, REMAINING, PASSING = int(Program.FREE), int(Program.REMAINING), int(Program.PASSING)
PROGRAM_FIXED, STARTED = int(Program.FIXED), int(Program.STARTED)
NOT_STARTED, FINISHED = int(State.NOT_STARTED), int(State.FINISHED)
EDGE = int(Snap.EDGE)
FROM_START, FROM_FINISH, CONSTANT = int(Source.START), int(Source.FINISH), int(Source.CONSTANT)
NO_SPAN, WHOLE = int(Span.NONE), int(Span.WHOLE)
KINDS = (
    ConstraintType.SNET,
    ConstraintType.SNLT,
    ConstraintType.FNET,
    ConstraintType.FNLT,
    ConstraintType.MSO,
    ConstraintType.MFO,
)
SNET, SNLT, FNET, FNLT, MSO, MFO = range(6)
BY_FINISH, BY_START, BY_SMALLEST = range(3)
TOTAL_FLOATS = (TotalFloat.FINISH, TotalFloat.START, TotalFloat.SMALLEST)
DAY = 1440


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
    rules: Rules,
    clocks: Clocks,
    place: int,
    node: int,
    dates: Dates,
    starts: int,
    finishes: int,
    out: Row32,
) -> None:
    """Find the instants that a link asks of its successor's early start."""
    work = rules.node[c.N_WORK, node]
    leave_row(rules, clocks, place, dates, starts, finishes, out)
    if rules.arrival[c.A_BEFORE, place] != NO_SPAN:
        span_row(rules, node, rules.arrival[c.A_BEFORE, place], dates)
        minutes = dates.spare[c.SPAN]
        add_row(clocks, work, out, -1, minutes, dates)
    lag_arrival(rules, clocks, place, dates, out)
    if rules.arrival[c.A_AFTER, place] != NO_SPAN:
        span_row(rules, node, rules.arrival[c.A_AFTER, place], dates)
        minutes = dates.spare[c.SPAN]
        add_row(clocks, work, out, -1, minutes, dates)
    raise_to(out, rules.arrival[c.A_FLOOR, place])
    ceiling = rules.arrival[c.A_CEILING, place]
    if ceiling != NEVER:
        for k in range(BLOCK):
            out[k] = min(out[k], ceiling)


@apart
def leave_row(
    rules: Rules,
    clocks: Clocks,
    place: int,
    dates: Dates,
    starts: int,
    finishes: int,
    out: Row32,
) -> None:
    """Find where a link leaves its predecessor."""
    source, group = rules.arrival[c.A_SOURCE, place], rules.arrival[c.A_GROUP, place]
    other = rules.arrival[c.A_PREDECESSOR, place]
    if source == FROM_FINISH:
        shift_row(dates.rows[finishes, other], 0, out)
    elif source == CONSTANT:
        fill_row(out, rules.arrival[c.A_CONSTANT, place])
    elif group < 0:
        shift_row(dates.rows[starts, other], 0, out)
    else:
        first_start(rules, clocks, group, dates, starts, out)
    if rules.arrival[c.A_SNAP, place]:
        next_start_row(clocks, rules.arrival[c.A_TIME, place], out, dates)


@apart
def first_start(
    rules: Rules, clocks: Clocks, group: int, dates: Dates, starts: int, out: Row32
) -> None:
    """Find the start of the node of a group that starts first, in working time."""
    time, best, work = rules.settings[c.PROJECT_TIME], dates.spare[c.ONE], dates.spare[c.TWO]
    fill_row(best, LATEST)
    for place in range(rules.group_first[group], rules.group_first[group + 1]):
        start = dates.rows[starts, rules.group_member[place]]
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
        add_row(clocks, time, out, 1 if percent > 0 else -1, span, dates)
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
    rules: Rules,
    clocks: Clocks,
    node: int,
    dates: Dates,
    starts: int,
    finishes: int,
    out: Row32,
) -> None:
    """Find the latest arrival of a node that has any."""
    fill_row(out, NEVER)
    for place in range(rules.node[c.N_ARRIVAL_FIRST, node], rules.node[c.N_ARRIVAL_LAST, node]):
        if rules.arrival[c.A_PLAIN, place]:
            from_finish = rules.arrival[c.A_SOURCE, place] == FROM_FINISH
            kind = finishes if from_finish else starts
            raise_row(out, dates.rows[kind, rules.arrival[c.A_PREDECESSOR, place]])
        else:
            arrive_row(rules, clocks, place, node, dates, starts, finishes, dates.spare[c.LATER])
            raise_row(out, dates.spare[c.LATER])


@apart
def snap_row(rules: Rules, clocks: Clocks, node: int, row: Row32, dates: Dates) -> None:
    """Move starts to where they may stand."""
    hours = rules.node[c.N_HOURS, node]
    if clocks.grain[hours] == 0:
        return
    work, ends, moved = dates.spare[c.ONE], dates.spare[c.TWO], dates.spare[c.THREE]
    work_before_row(clocks, hours, row, work, dates)
    instants_row(clocks, hours, work, AS_START, moved, dates)
    if rules.node[c.N_SNAP, node] == EDGE:
        instants_row(clocks, hours, work, AS_FINISH, ends, dates)
        for k in range(BLOCK):
            row[k] = row[k] if ends[k] == row[k] else moved[k]
    else:
        shift_row(moved, 0, row)


@apart
def place_node(
    rules: Rules,
    clocks: Clocks,
    node: int,
    dates: Dates,
    starts: int,
    finishes: int,
) -> None:
    """Find the early dates of one node from those of its predecessors."""
    start, finish = dates.rows[c.START, node], dates.rows[c.FINISH, node]
    program = rules.node[c.N_PROGRAM, node]
    if program == FREE:
        place_free(rules, clocks, node, dates, starts, finishes, start, finish)
    elif program == REMAINING:
        place_remaining(rules, clocks, node, dates, starts, finishes, start, finish)
    elif program == PASSING:
        if rules.node[c.N_ARRIVAL_FIRST, node] == rules.node[c.N_ARRIVAL_LAST, node]:
            fill_row(start, rules.node[c.N_BASE, node])
        else:
            latest_row(rules, clocks, node, dates, starts, finishes, start)
            raise_to(start, rules.node[c.N_BASE, node])
        shift_row(start, 0, finish)
    elif program == STARTED:
        place_started(rules, clocks, node, dates, start, finish)
    else:
        fill_row(start, rules.node[c.N_FIXED_START, node])
        fill_row(finish, rules.node[c.N_FIXED_FINISH, node])


@apart
def place_free(
    rules: Rules,
    clocks: Clocks,
    node: int,
    dates: Dates,
    starts: int,
    finishes: int,
    start: Row32,
    finish: Row32,
) -> None:
    """Find the early dates of work that has not started."""
    has_arrivals = rules.node[c.N_ARRIVAL_FIRST, node] < rules.node[c.N_ARRIVAL_LAST, node]
    first_wish, last_wish = rules.node[c.N_WISH_FIRST, node], rules.node[c.N_WISH_LAST, node]
    forced, floor = dates.spare[c.FORCED], rules.node[c.N_FLOOR, node]
    fill_row(forced, NEVER)
    if has_arrivals:
        latest_row(rules, clocks, node, dates, starts, finishes, start)
        if rules.node[c.N_HAS_GIVEN_FINISH, node]:
            give_finish(rules, clocks, node, dates, starts, finishes, start)
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
    rules: Rules,
    clocks: Clocks,
    node: int,
    dates: Dates,
    starts: int,
    finishes: int,
    latest: Row32,
) -> None:
    """Find the wall-clock finish that a driving link insists on; the first such link wins."""
    first, last = rules.node[c.N_ARRIVAL_FIRST, node], rules.node[c.N_ARRIVAL_LAST, node]
    work, floor = rules.node[c.N_WORK, node], rules.node[c.N_FLOOR, node]
    top, own, given = dates.spare[c.WANTED], dates.spare[c.FIRED], dates.spare[c.GIVEN]
    forced, drives, begin = dates.spare[c.FORCED], dates.spare[c.FOUR], rules.settings[c.BEGIN]
    work_before_row(clocks, work, latest, top, dates)
    for place in range(last - 1, first - 1, -1):
        if not rules.arrival[c.A_GIVES_FINISH, place]:
            continue
        fill_row(drives, np.int32(0))
        for other in range(first, last):
            if rules.arrival[c.A_LINK, other] == rules.arrival[c.A_LINK, place]:
                arrive_row(rules, clocks, other, node, dates, starts, finishes, given)
                work_before_row(clocks, work, given, own, dates)
                for k in range(BLOCK):
                    drives[k] |= np.int32(own[k] == top[k])
        arrive_row(rules, clocks, place, node, dates, starts, finishes, own)
        leave_row(rules, clocks, place, dates, starts, finishes, given)
        lag_arrival(rules, clocks, place, dates, given)
        if rules.arrival[c.A_SETTLES, place]:
            settle_row(clocks, work, given, dates)
        is_late = rules.arrival[c.A_BEFORE, place] != NO_SPAN
        for k in range(BLOCK):
            value = NEVER if is_late and own[k] <= begin else given[k]
            forced[k] = value if drives[k] else forced[k]
    if floor != NEVER:
        for k in range(BLOCK):
            forced[k] = NEVER if latest[k] < floor else forced[k]


@apart
def settle_row(clocks: Clocks, calendar: int, row: Row32, dates: Dates) -> None:
    """Leave instants where work has just ended, move others to the next working start."""
    if clocks.grain[calendar] == 0:
        return
    work, ends, moved = dates.spare[c.ONE], dates.spare[c.TWO], dates.spare[c.THREE]
    work_before_row(clocks, calendar, row, work, dates)
    instants_row(clocks, calendar, work, AS_START, moved, dates)
    instants_row(clocks, calendar, work, AS_FINISH, ends, dates)
    for k in range(BLOCK):
        row[k] = row[k] if ends[k] == row[k] else moved[k]


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
        add_row(clocks, rules.node[c.N_WORK, node], wanted, -1, dates.rows[c.LEFT, node], dates)
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
    add_row(clocks, work, finish, 1, dates.rows[c.LEFT, node], dates)
    for k in range(BLOCK):
        finish[k] = given[k] if given[k] != NEVER else finish[k]
    keep_expected(rules, clocks, node, dates, start, finish)


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
def place_remaining(
    rules: Rules,
    clocks: Clocks,
    node: int,
    dates: Dates,
    starts: int,
    finishes: int,
    start: Row32,
    finish: Row32,
) -> None:
    """Find the early dates of what remains of work under way."""
    if rules.node[c.N_ARRIVAL_FIRST, node] < rules.node[c.N_ARRIVAL_LAST, node]:
        latest_row(rules, clocks, node, dates, starts, finishes, start)
        raise_to(start, rules.node[c.N_BASE, node])
    else:
        fill_row(start, rules.node[c.N_BASE, node])
    work = rules.node[c.N_WORK, node]
    next_start_row(clocks, rules.node[c.N_HOURS, node], start, dates)
    shift_row(start, 0, finish)
    add_row(clocks, work, finish, 1, dates.rows[c.LEFT, node], dates)
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
    add_row(clocks, work, finish, 1, minutes, dates)
    if rules.node[c.N_RESUME, node] != NEVER:
        resumed = dates.spare[c.WANTED]
        fill_row(resumed, rules.node[c.N_RESUME, node])
        add_row(clocks, work, resumed, 1, dates.rows[c.LEFT, node], dates)
        raise_row(finish, resumed)
    for place in range(rules.node[c.N_WISH_FIRST, node], rules.node[c.N_WISH_LAST, node]):
        if rules.wish[c.W_KIND, place] == FNET:
            raise_to(finish, rules.wish[c.W_INSTANT, place])
