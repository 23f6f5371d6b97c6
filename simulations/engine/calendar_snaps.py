"""Where an instant may stand: moved to working time, or left where work has just ended."""

from simulations.engine import columns as c
from simulations.engine.calendar_codes import EDGE
from simulations.engine.clocks import (
    AS_FINISH,
    AS_START,
    Clocks,
    Dates,
    instants_row,
    shift_row,
    work_before_row,
)
from simulations.engine.compiling import apart
from simulations.engine.rows import BLOCK, Row32
from simulations.engine.rules import Rules


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
