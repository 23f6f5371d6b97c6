"""Late dates, floats and criticality with calendars, row by row.

The steps of :mod:`planning.core.scheduling.backward` and ``floats``.
"""

import numpy as np

from planning.core.scheduling.network import Span
from simulations.engine import columns as c
from simulations.engine.arrays import LATEST, NEVER
from simulations.engine.calendar_kernel import (
    BY_FINISH,
    BY_START,
    CONSTANT,
    EDGE,
    FINISHED,
    FNET,
    FROM_START,
    MFO,
    MSO,
    NO_SPAN,
    NOT_STARTED,
    PROGRAM_FIXED,
    SNET,
    SNLT,
    STARTED,
    WHOLE,
    lag_row,
    settle_row,
    span_row,
)
from simulations.engine.calendar_plain import (
    limit_plain,
    open_late_plain,
    show_late_plain,
)
from simulations.engine.clocks import (
    AS_FINISH,
    AS_START,
    Clocks,
    Dates,
    add_constant_row,
    add_row,
    combine_row,
    instants_row,
    last_finish_row,
    next_start_row,
    shift_row,
    work_before_row,
)
from simulations.engine.compiling import apart, inlined, internal
from simulations.engine.rows import BLOCK, Row32, fill_row, lower_row, raise_row
from simulations.engine.rules import Rules

LEFT_SPAN = int(Span.REMAINING)


@apart
def settle_late(rules: Rules, clocks: Clocks, node: int, dates: Dates) -> None:
    """Find the late dates of one node from those of its successors."""
    by_msproject = rules.settings[c.BY_MSPROJECT] != 0
    finish, start = dates.rows[c.LATE_FINISH, node], dates.rows[c.LATE_START, node]
    given, work = dates.spare[c.GIVEN], rules.node[c.N_WORK, node]
    is_open = rules.node[c.N_STATE, node] != FINISHED
    settle_late_finish(rules, clocks, node, dates, finish)
    late_span_row(rules, clocks, node, LEFT_SPAN, dates)
    minutes = dates.spare[c.SPAN]
    if rules.node[c.N_PROGRAM, node] == PROGRAM_FIXED and is_open:
        fill_row(minutes, rules.node[c.N_WHOLE, node])
    shift_row(finish, 0, start)
    add_row(clocks, work, start, -1, minutes, dates)
    for k in range(BLOCK):
        start[k] = given[k] if given[k] != LATEST else start[k]
    if rules.node[c.N_ALAP, node] and not by_msproject and is_open:
        pull_late(rules, clocks, node, dates)


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


@inlined
def settle_plain(rules: Rules, clocks: Clocks, node: int, dates: Dates) -> None:
    """Find the late dates of a plain node, as instants where somebody looks at them."""
    work, instants = dates.rows[c.LATE_WORK, node], dates.rows[c.LATE_FINISH, node]
    open_late_plain(rules, node, dates)
    has_instants = False
    for place in range(rules.node[c.N_LIMIT_FIRST, node], rules.node[c.N_LIMIT_LAST, node]):
        other, limit = rules.limit[c.L_SUCCESSOR, place], dates.spare[c.LATER]
        if rules.limit[c.L_PLAIN, place] and rules.node[c.N_PLAIN, other]:
            limit_plain(rules, clocks, place, node, dates)
            continue
        has_instants = True
        if rules.limit[c.L_PLAIN, place]:
            from_start = rules.limit[c.L_SOURCE, place] == FROM_START
            lower_row(instants, dates.rows[c.LATE_START if from_start else c.LATE_FINISH, other])
            continue
        limit_row(rules, clocks, place, node, dates, limit)
        if rules.limit[c.L_GROUP, place] >= 0:
            leave_to_the_earliest(rules, clocks, rules.limit[c.L_GROUP, place], node, dates, limit)
        lower_row(instants, limit)
    if has_instants:
        lower_row(instants, dates.spare[c.CAP])
        work_before_row(clocks, rules.node[c.N_WORK, node], instants, dates.spare[c.LATER], dates)
        lower_row(work, dates.spare[c.LATER])
    if rules.node[c.N_SHOWS_LATE, node]:
        show_late_plain(rules, clocks, node, dates)


@apart
def settle_late_finish(
    rules: Rules, clocks: Clocks, node: int, dates: Dates, finish: Row32
) -> None:
    """Find the late finish of one node, and the late start where a link insists on one."""
    by_msproject = rules.settings[c.BY_MSPROJECT] != 0
    actual_start = rules.node[c.N_ACTUAL_START, node]
    actual_finish = rules.node[c.N_ACTUAL_FINISH, node]
    is_instant = rules.node[c.N_WHOLE, node] == 0
    given = dates.spare[c.GIVEN]
    fill_row(given, LATEST)
    if by_msproject and actual_finish != NEVER:
        fill_row(finish, actual_finish)
        return
    if by_msproject and actual_start != NEVER and is_instant:
        fill_row(finish, actual_start)
        return
    earliest_limit(rules, clocks, node, dates, finish)
    if rules.node[c.N_STATE, node] == FINISHED:
        fill_row(given, LATEST)
        return
    heed_wishes(rules, clocks, node, dates, finish)
    if not rules.node[c.N_START_MILESTONE, node]:
        last_finish_row(clocks, rules.node[c.N_HOURS, node], finish, dates)


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
        add_row(clocks, work, out, 1, minutes, dates)
    lag_limit(rules, clocks, place, node, dates, out)
    if rules.limit[c.L_SNAP_AFTER, place]:
        next_start_row(clocks, work, out, dates)
    recede_row(rules, clocks, place, node, dates, out)
    if rules.limit[c.L_AFTER, place] != NO_SPAN:
        late_span_row(rules, clocks, node, rules.limit[c.L_AFTER, place], dates)
        minutes = dates.spare[c.SPAN]
        add_row(clocks, work, out, 1, minutes, dates)


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
    if rules.limit[c.L_NEAREST, place]:
        near_row(clocks, rules.node[c.N_WORK, node], out, dates)
    if rules.limit[c.L_SNAP_BEFORE, place]:
        next_start_row(clocks, rules.node[c.N_FLOAT_TIME, node], out, dates)


@apart
def near_row(clocks: Clocks, calendar: int, row: Row32, dates: Dates) -> None:
    """Move instants where nobody works to the nearer end of the gap."""
    if clocks.grain[calendar] == 0:
        return
    work, last, following = dates.spare[c.ONE], dates.spare[c.TWO], dates.spare[c.THREE]
    work_before_row(clocks, calendar, row, work, dates)
    instants_row(clocks, calendar, work, AS_FINISH, last, dates)
    instants_row(clocks, calendar, work, AS_START, following, dates)
    for k in range(BLOCK):
        stands = row[k] == last[k] or row[k] == following[k]
        near = last[k] if row[k] - last[k] < following[k] - row[k] else following[k]
        row[k] = row[k] if stands else near


@apart
def recede_row(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, row: Row32
) -> None:
    """Move instants where nobody works back to where work last ended, where a link asks so."""
    calendar = rules.node[c.N_WORK, node]
    if not rules.limit[c.L_RECEDES, place] or clocks.grain[calendar] == 0:
        return
    work, last, following = dates.spare[c.ONE], dates.spare[c.TWO], dates.spare[c.THREE]
    work_before_row(clocks, calendar, row, work, dates)
    instants_row(clocks, calendar, work, AS_FINISH, last, dates)
    instants_row(clocks, calendar, work, AS_START, following, dates)
    for k in range(BLOCK):
        row[k] = row[k] if following[k] == row[k] else last[k]


@apart
def lag_limit(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, out: Row32
) -> None:
    """Take the lag of a link away."""
    percent, time = rules.limit_percent[place], rules.limit[c.L_TIME, place]
    if not np.isnan(percent):
        span = dates.spare[c.SPAN]
        lag_row(abs(percent), dates.rows[c.LEFT, node], rules.node[c.N_DONE, node], span)
        add_row(clocks, time, out, -1 if percent > 0 else 1, span, dates)
    elif rules.limit[c.L_LAG, place] != 0:
        add_constant_row(clocks, time, out, -rules.limit[c.L_LAG, place], dates)


@apart
def heed_wishes(rules: Rules, clocks: Clocks, node: int, dates: Dates, finish: Row32) -> None:
    """Bring late finishes to where constraints and the deadline want them."""
    by_msproject = rules.settings[c.BY_MSPROJECT] != 0
    is_begun = rules.node[c.N_STATE, node] != NOT_STARTED
    before, pin, wanted = dates.spare[c.FOUR], dates.spare[c.FIRED], dates.spare[c.WANTED]
    shift_row(finish, 0, before)
    fill_row(pin, LATEST)
    for place in range(rules.node[c.N_WISH_FIRST, node], rules.node[c.N_WISH_LAST, node]):
        kind, instant = rules.wish[c.W_KIND, place], rules.wish[c.W_INSTANT, place]
        if kind in (SNET, FNET):
            continue
        fill_row(wanted, instant)
        if kind in (MSO, SNLT):
            is_past = kind == MSO or rules.node[c.N_IS_PINNED, node] != 0
            if is_begun and is_past and not by_msproject:
                continue
            late_span_row(rules, clocks, node, WHOLE, dates)
            minutes = dates.spare[c.SPAN]
            add_row(clocks, rules.node[c.N_WORK, node], wanted, 1, minutes, dates)
        is_must = kind in (MSO, MFO) and rules.wish[c.W_HARD, place] != 0
        own_pin = np.int32(instant) if kind == SNLT else LATEST
        for k in range(BLOCK):
            moves = is_must or wanted[k] < finish[k]
            pin[k] = own_pin if moves else pin[k]
            finish[k] = wanted[k] if moves else finish[k]
    deadline = rules.node[c.N_DEADLINE, node]
    if deadline != NEVER:
        for k in range(BLOCK):
            pin[k] = LATEST if deadline < finish[k] else pin[k]
            finish[k] = min(finish[k], deadline)
    given = dates.spare[c.GIVEN]
    for k in range(BLOCK):
        moved = finish[k] != before[k] and given[k] != LATEST
        given[k] = pin[k] if moved else given[k]


@apart
def pull_late(rules: Rules, clocks: Clocks, node: int, dates: Dates) -> None:
    """Move early dates as late as the successors' early dates allow."""
    work, pulled = rules.node[c.N_WORK, node], dates.spare[c.WANTED]
    remaining, limit = dates.rows[c.LEFT, node], dates.spare[c.LATER]
    fill_row(pulled, LATEST)
    first, last = rules.node[c.N_LIMIT_FIRST, node], rules.node[c.N_LIMIT_LAST, node]
    for place in range(first, last):
        other, time = rules.limit[c.L_SUCCESSOR, place], rules.limit[c.L_TIME, place]
        lag = -rules.limit[c.L_LAG, place]
        if rules.limit[c.L_SOURCE, place] == FROM_START:
            shift_row(dates.rows[c.START, other], 0, limit)
            if rules.limit[c.L_AFTER, place] == NO_SPAN:
                add_row(clocks, work, limit, -1, remaining, dates)
            add_constant_row(clocks, time, limit, lag, dates)
            settle_row(clocks, work, limit, dates)
        elif rules.limit[c.L_BEFORE, place] == NO_SPAN:
            shift_row(dates.rows[c.FINISH, other], 0, limit)
            add_constant_row(clocks, time, limit, lag, dates)
            add_row(clocks, work, limit, -1, remaining, dates)
        else:
            continue
        lower_row(pulled, limit)
    if first == last:
        latest_finish(rules, dates, pulled)
        last_finish_row(clocks, work, pulled, dates)
        add_row(clocks, work, pulled, -1, remaining, dates)
    stand_late(rules, clocks, node, dates, pulled)


@apart
def latest_finish(rules: Rules, dates: Dates, out: Row32) -> None:
    """Find the project's finish as the early dates now stand, or when it must finish."""
    fill_row(out, rules.settings[c.MUST_FINISH_BY])
    for node in range(rules.node.shape[1]):
        if rules.node[c.N_ENDS, node]:
            raise_row(out, dates.rows[c.FINISH, node])


@apart
def stand_late(rules: Rules, clocks: Clocks, node: int, dates: Dates, pulled: Row32) -> None:
    """Let a node start where it was pulled to, unless that is before its early start."""
    work, early = rules.node[c.N_WORK, node], dates.rows[c.START, node]
    finish, moved = dates.rows[c.FINISH, node], dates.spare[c.LATER]
    held = dates.spare[c.FOUR]
    for k in range(BLOCK):
        held[k] = np.int32(pulled[k] != LATEST)
        pulled[k] = pulled[k] if held[k] else early[k]
    if rules.node[c.N_SNAP, node] == EDGE:
        last_finish_row(clocks, work, pulled, dates)
    for k in range(BLOCK):
        early[k] = max(early[k], pulled[k]) if held[k] else early[k]
    shift_row(early, 0, moved)
    add_row(clocks, work, moved, 1, dates.rows[c.LEFT, node], dates)
    for k in range(BLOCK):
        finish[k] = moved[k] if held[k] else finish[k]


@apart
def float_row(rules: Rules, clocks: Clocks, node: int, dates: Dates, out: Row32) -> None:
    """Find total floats in working minutes of the node's own calendar."""
    if rules.node[c.N_ALAP, node] and rules.settings[c.BY_MSPROJECT] != 0:
        fill_row(out, np.int32(0))
        return
    which, time = rules.settings[c.TOTAL_FLOAT], rules.node[c.N_SLACK_TIME, node]
    spare, other = dates.spare[c.ONE], dates.spare[c.TWO]
    is_begun = rules.node[c.N_STATE, node] != NOT_STARTED
    by_finish = which == BY_FINISH or (
        is_begun and (which != BY_START or rules.node[c.N_PROGRAM, node] == STARTED)
    )
    if by_finish or which != BY_START:
        work_before_row(clocks, time, dates.rows[c.FINISH, node], spare, dates)
        work_before_row(clocks, time, dates.rows[c.LATE_FINISH, node], other, dates)
        combine_row(other, -1, spare, out)
    if not by_finish:
        work_before_row(clocks, time, dates.rows[c.START, node], spare, dates)
        work_before_row(clocks, time, dates.rows[c.LATE_START, node], other, dates)
        combine_row(other, -1, spare, other)
        if which == BY_START:
            shift_row(other, 0, out)
        else:
            lower_row(out, other)


@internal
def has_float(rules: Rules, node: int) -> bool:
    """Whether a node has a total float at all."""
    return bool(rules.node[c.N_STATE, node] != FINISHED and rules.node[c.N_DRIVES, node] != 0)
