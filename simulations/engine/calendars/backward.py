"""Late dates with calendars, row by row: the steps of :mod:`planning.core.scheduling.backward`."""

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import (
    Clocks,
    Dates,
    add_constant_row,
    add_row,
    last_finish_row,
    shift_row,
    work_before_row,
)
from simulations.engine.calendars.limits import (
    earliest_limit,
    late_span_row,
    leave_to_the_earliest,
    limit_row,
)
from simulations.engine.calendars.plain import limit_plain, open_late_plain, show_late_plain
from simulations.engine.calendars.rules import Rules
from simulations.engine.calendars.snaps import settle_row
from simulations.engine.codes import (
    EDGE,
    FINISHED,
    FNET,
    FROM_START,
    LEFT_SPAN,
    MFO,
    MSO,
    NO_SPAN,
    NOT_STARTED,
    PROGRAM_FIXED,
    SNET,
    SNLT,
    WHOLE,
)
from simulations.engine.compiling import apart, inlined
from simulations.engine.kernels.arrays import LATEST, NEVER
from simulations.engine.kernels.rows import BLOCK, Row32, fill_row, lower_row, raise_row


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
    add_row(clocks, work, start, c.BACK, minutes, dates)
    for k in range(BLOCK):
        start[k] = given[k] if given[k] != LATEST else start[k]
    if rules.node[c.N_ALAP, node] and not by_msproject and is_open:
        pull_late(rules, clocks, node, dates)


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
        if rules.limit[c.L_PLAIN, place] and rules.limit[c.L_UNTIL, place] == NEVER:
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
            add_row(clocks, rules.node[c.N_WORK, node], wanted, c.AHEAD, minutes, dates)
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
                add_row(clocks, work, limit, c.BACK, remaining, dates)
            add_constant_row(clocks, time, limit, lag, dates)
            settle_row(clocks, work, limit, dates)
        elif rules.limit[c.L_BEFORE, place] == NO_SPAN:
            shift_row(dates.rows[c.FINISH, other], 0, limit)
            add_constant_row(clocks, time, limit, lag, dates)
            add_row(clocks, work, limit, c.BACK, remaining, dates)
        else:
            continue
        lower_row(pulled, limit)
    if first == last:
        latest_finish(rules, dates, pulled)
        last_finish_row(clocks, work, pulled, dates)
        add_row(clocks, work, pulled, c.BACK, remaining, dates)
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
    add_row(clocks, work, moved, c.AHEAD, dates.rows[c.LEFT, node], dates)
    for k in range(BLOCK):
        finish[k] = moved[k] if held[k] else finish[k]
