"""Level of effort inside each iteration: spans its links, drives nothing.

The steps of :mod:`planning.core.scheduling.efforts`, early dates only.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import (
    Clocks,
    Dates,
    add_constant_row,
    last_finish_row,
    next_start_row,
)
from simulations.engine.compiling import apart, internal
from simulations.engine.kernels.arrays import LATEST, NEVER, Scratch
from simulations.engine.kernels.rows import BLOCK, Row32, fill_row, lower_row, raise_row

Ints32 = NDArray[np.int32]
Flags = NDArray[np.int8]


class Efforts(NamedTuple):
    """Efforts in the order in which they are placed, and the ends that hold them.

    Attributes
    ----------
    task, calendar : int32 (efforts,)
        The task's row, and the calendar that it works by.
    first : int32 (efforts + 1,)
        Where each effort's ends begin in the arrays that follow.
    at_start : int8 (ends,)
        Whether the end holds the effort's start, else its finish.
    actual : int8 (ends,), constant : int32 (ends,)
        Whether the end is an actual date, and which.
    is_summary : int8 (ends,)
        Whether the other end is a summary, whose rest may start later.
    takes_latest : int8 (ends,)
        Whether the latest of its sources counts, else the earliest.
    from_finish : int8 (ends,)
        Whether the sources' finishes are meant, else their starts.
    source_first : int32 (ends + 1,), source : int32
        The rows that each end looks at: one task, or the leaves of a summary.
    waiting_first : int32 (ends + 1,), waiting : int32
        The leaves of a summary with an actual start that have not started, which may begin before.
    time, lag : int32 (ends,)
        The lag and its calendar; negative where the link leads away.
    settings : int32 (2,)
        The start of the network, and the data date or ``NEVER``.
    """

    task: Ints32
    calendar: Ints32
    first: Ints32
    at_start: Flags
    actual: Flags
    constant: Ints32
    is_summary: Flags
    takes_latest: Flags
    from_finish: Flags
    source_first: Ints32
    source: Ints32
    waiting_first: Ints32
    waiting: Ints32
    time: Ints32
    lag: Ints32
    settings: Ints32


@apart
def place_efforts(efforts: Efforts, clocks: Clocks, scratch: Scratch, dates: Dates) -> None:
    """Place every effort between the outermost ends that its links set."""
    for effort in range(len(efforts.task)):
        task, calendar = efforts.task[effort], efforts.calendar[effort]
        start, finish = scratch.start[task], scratch.finish[task]
        fill_row(start, LATEST)
        fill_row(finish, NEVER)
        fill_row(dates.spare[c.FIRED], np.int32(0))
        fill_row(dates.spare[c.FORCED], np.int32(0))
        fill_row(dates.spare[c.GIVEN], NEVER)
        for place in range(efforts.first[effort], efforts.first[effort + 1]):
            find_end(efforts, clocks, place, scratch, dates)
            if efforts.at_start[place]:
                hold_start(efforts, place, start, scratch, dates)
            else:
                hold_finish(efforts, clocks, place, calendar, finish, dates)
        span_effort(efforts, clocks, calendar, start, finish, dates)


@internal
def find_end(efforts: Efforts, clocks: Clocks, place: int, scratch: Scratch, dates: Dates) -> None:
    """Find where one link wants one end of an effort."""
    row = dates.spare[c.WANTED]
    if efforts.actual[place]:
        fill_row(row, efforts.constant[place])
        for one in range(efforts.waiting_first[place], efforts.waiting_first[place + 1]):
            lower_row(row, scratch.start[efforts.waiting[one]])
    else:
        reach_sources(efforts, place, scratch, efforts.from_finish[place], row)
    add_constant_row(clocks, efforts.time[place], row, efforts.lag[place], dates)


@internal
def reach_sources(
    efforts: Efforts, place: int, scratch: Scratch, from_finish: np.int8, row: Row32
) -> None:
    """Find the latest finish, or the earliest start, of what an end looks at."""
    fill_row(row, NEVER if from_finish else LATEST)
    for one in range(efforts.source_first[place], efforts.source_first[place + 1]):
        if from_finish:
            raise_row(row, scratch.finish[efforts.source[one]])
        else:
            lower_row(row, scratch.start[efforts.source[one]])


@internal
def hold_start(efforts: Efforts, place: int, start: Row32, scratch: Scratch, dates: Dates) -> None:
    """Begin where a link wants it, if no other wants it earlier."""
    wanted, is_actual, rest = (
        dates.spare[c.WANTED],
        dates.spare[c.FIRED],
        dates.spare[c.GIVEN],
    )
    other = dates.spare[c.LATER]
    if efforts.is_summary[place]:
        reach_sources(efforts, place, scratch, np.int8(0), other)
    else:
        fill_row(other, NEVER)
    actual = np.int32(efforts.actual[place])
    for k in range(BLOCK):
        wins = wanted[k] < start[k]
        is_actual[k] = actual if wins else is_actual[k]
        rest[k] = other[k] if wins else rest[k]
        start[k] = min(start[k], wanted[k])


@internal
def hold_finish(
    efforts: Efforts, clocks: Clocks, place: int, calendar: int, finish: Row32, dates: Dates
) -> None:
    """End where a link wants it, if no other wants it later."""
    wanted, is_actual = dates.spare[c.WANTED], dates.spare[c.FORCED]
    actual = np.int32(efforts.actual[place])
    if not actual:
        last_finish_row(clocks, calendar, wanted, dates)
    for k in range(BLOCK):
        is_actual[k] = actual if wanted[k] > finish[k] else is_actual[k]
        finish[k] = max(finish[k], wanted[k])


@internal
def span_effort(
    efforts: Efforts, clocks: Clocks, calendar: int, start: Row32, finish: Row32, dates: Dates
) -> None:
    """Settle an effort's dates: from its begin, and not before the data date."""
    begin_is_actual, end_is_actual = dates.spare[c.FIRED], dates.spare[c.FORCED]
    rest, remaining = dates.spare[c.GIVEN], dates.spare[c.WANTED]
    base, data_date = efforts.settings[0], efforts.settings[1]
    fill_row(remaining, base)
    next_start_row(clocks, calendar, remaining, dates)
    for k in range(BLOCK):
        start[k] = remaining[k] if start[k] == LATEST else start[k]
        end_is_actual[k] = begin_is_actual[k] if finish[k] == NEVER else end_is_actual[k]
        finish[k] = start[k] if finish[k] == NEVER else finish[k]
        remaining[k] = start[k] if rest[k] == NEVER else rest[k]
    if data_date != NEVER:
        for k in range(BLOCK):
            remaining[k] = max(remaining[k], data_date)
            finish[k] = finish[k] if end_is_actual[k] else max(finish[k], data_date)
    next_start_row(clocks, calendar, remaining, dates)
    for k in range(BLOCK):
        finish[k] = finish[k] if end_is_actual[k] else max(finish[k], start[k])
        stands = begin_is_actual[k] != 0 or (data_date != NEVER and start[k] < data_date)
        start[k] = start[k] if stands else remaining[k]
        finish[k] = max(finish[k], start[k])
