"""Where an instant may stand: moved to working time, or left where work has just ended."""

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import (
    AS_FINISH,
    AS_START,
    Clocks,
    Dates,
    instants_row,
    next_start_row,
    work_before_row,
)
from simulations.engine.calendars.rules import Rules
from simulations.engine.codes import EDGE
from simulations.engine.compiling import apart
from simulations.engine.kernels.rows import BLOCK, Row32


@apart
def snap_row(rules: Rules, clocks: Clocks, node: int, row: Row32, dates: Dates) -> None:
    """Move starts to where they may stand."""
    hours = rules.node[c.N_HOURS, node]
    if rules.node[c.N_SNAP, node] == EDGE:
        settle_row(clocks, hours, row, dates)
    else:
        next_start_row(clocks, hours, row, dates)


@apart
def find_gap(
    clocks: Clocks, calendar: int, row: Row32, ended: Row32, goes_on: Row32, dates: Dates
) -> None:
    """Find where work last ended before each instant, and where it goes on."""
    work = dates.spare[c.ONE]
    work_before_row(clocks, calendar, row, work, dates)
    instants_row(clocks, calendar, work, AS_FINISH, ended, dates)
    instants_row(clocks, calendar, work, AS_START, goes_on, dates)


@apart
def settle_row(clocks: Clocks, calendar: int, row: Row32, dates: Dates) -> None:
    """Leave instants where work has just ended, move others to the next working start."""
    if clocks.grain[calendar] == 0:
        return
    ended, goes_on = dates.spare[c.TWO], dates.spare[c.THREE]
    find_gap(clocks, calendar, row, ended, goes_on, dates)
    for k in range(BLOCK):
        row[k] = row[k] if ended[k] == row[k] else goes_on[k]


@apart
def near_row(clocks: Clocks, calendar: int, row: Row32, dates: Dates) -> None:
    """Move instants where nobody works to the nearer end of the gap."""
    if clocks.grain[calendar] == 0:
        return
    ended, goes_on = dates.spare[c.TWO], dates.spare[c.THREE]
    find_gap(clocks, calendar, row, ended, goes_on, dates)
    for k in range(BLOCK):
        stands = row[k] == ended[k] or row[k] == goes_on[k]
        near = ended[k] if row[k] - ended[k] < goes_on[k] - row[k] else goes_on[k]
        row[k] = row[k] if stands else near


@apart
def recede_row(
    rules: Rules, clocks: Clocks, place: int, node: int, dates: Dates, row: Row32
) -> None:
    """Move instants where nobody works back to where work last ended, where a link asks so."""
    calendar = rules.node[c.N_WORK, node]
    if not rules.limit[c.L_RECEDES, place] or clocks.grain[calendar] == 0:
        return
    ended, goes_on = dates.spare[c.TWO], dates.spare[c.THREE]
    find_gap(clocks, calendar, row, ended, goes_on, dates)
    for k in range(BLOCK):
        row[k] = row[k] if goes_on[k] == row[k] else ended[k]
