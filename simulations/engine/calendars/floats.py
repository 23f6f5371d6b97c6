"""Total floats with calendars, row by row: the steps of :mod:`planning.core.scheduling.floats`."""

import numpy as np

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import (
    Clocks,
    Dates,
    combine_row,
    shift_row,
    work_before_row,
)
from simulations.engine.calendars.rules import Rules
from simulations.engine.codes import BY_FINISH, BY_START, FINISHED, NOT_STARTED, STARTED
from simulations.engine.compiling import apart, internal
from simulations.engine.kernels.rows import Row32, fill_row, lower_row


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
