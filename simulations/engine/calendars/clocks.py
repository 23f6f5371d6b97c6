"""Calendars as tables, for several calendars inside each iteration.

Time is cut into grains, the greatest common divisor of all places where a
calendar's work begins or ends (often an hour). One word a grain holds the
working minutes before it and whether it works; another table leads from
working minutes back to instants. Both conversions are one look-up.
"""

from collections.abc import Sequence
from math import gcd
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planning.core.calendars import CLOCK, WorkingTime
from planning.core.plan import MINUTES_PER_CIVIL_DAY, PlanError
from simulations.engine.calendars import columns as c
from simulations.engine.calendars.crossing import (
    Crossings,
    Pairs,
    factor_of,
    shift_of,
    tabulate_crossings,
)
from simulations.engine.compiling import apart, inlined, internal
from simulations.engine.kernels.rows import BLOCK, Row32

LONGEST_YEARS = 500
LONGEST_MINUTES = LONGEST_YEARS * 366 * MINUTES_PER_CIVIL_DAY
Ints = NDArray[np.int64]
AS_START, AS_FINISH = c.numbers(2)
"""Which working minute tells an instant: the one that begins there, or the one before."""
BEFORE = np.int32(1)
"""What is told of a look-up that lies before the tables."""
TOO_FAR = (
    f"The plan reaches further than {LONGEST_YEARS} years in some iterations; look for an "
    "estimate too wide, a duration too long or a calendar with too little work."
)


class Clocks(NamedTuple):
    """The tables of several calendars over one horizon, laid end to end.

    Attributes
    ----------
    grain : int64 (calendars,)
        Minutes to a grain; 0 for the clock itself.
    factor : uint32 (calendars,), shift : uint64 (calendars,)
        n // grain is n · factor >> shift, for n from 0 to 2³¹ [1]_.
    grain_first, grains : int64 (calendars,)
        Where a calendar's words begin, and how many there are.
    work_first, works : int64 (calendars,)
        Where its way back begins, and how many working grains there are.
    words : int32
        Working minutes before a grain, doubled, and one if it works.
    instants : int32
        Where each working grain begins, in minutes from the horizon's start.
    crossings : Crossings
        The way from one calendar's working minutes to another's.

    References
    ----------
    .. [1] T. Granlund, P. L. Montgomery, "Division by invariant integers using
       multiplication", PLDI 1994, :doi:`10.1145/178243.178249`.
    """

    grain: NDArray[np.int64]
    factor: NDArray[np.uint32]
    shift: NDArray[np.uint64]
    grain_first: NDArray[np.int64]
    grains: NDArray[np.int64]
    work_first: NDArray[np.int64]
    works: NDArray[np.int64]
    words: NDArray[np.int32]
    instants: NDArray[np.int32]
    crossings: Crossings


def tabulate_clocks(
    times: Sequence[WorkingTime], first: int, last: int, pairs: Pairs = ()
) -> Clocks:
    """Tabulate calendars between two instants (minutes since the year 1).

    ``pairs`` names the calendars that links lead from and to.

    Raises
    ------
    PlanError
        If the horizon is longer than the engine can count, or a calendar has
        no working time in it.
    """
    if last - first >= LONGEST_MINUTES:
        raise PlanError(TOO_FAR)
    rows = [_one(time, first, last) for time in times]
    grains = np.array([len(words) for _, words, _ in rows], np.int64)
    works = np.array([len(instants) for _, _, instants in rows], np.int64)
    grain = np.array([size for size, _, _ in rows], np.int64)
    sizes = grain.tolist()
    return Clocks(
        grain=grain,
        factor=np.array([factor_of(size) for size in sizes], np.uint32),
        shift=np.array([shift_of(size) for size in sizes], np.uint64),
        grain_first=np.cumsum(grains) - grains,
        grains=grains,
        work_first=np.cumsum(works) - works,
        works=works,
        words=np.concatenate([words for _, words, _ in rows]),
        instants=np.concatenate([instants for _, _, instants in rows]),
        crossings=tabulate_crossings(rows, pairs),
    )


def _one(
    time: WorkingTime, first: int, last: int
) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    if time is CLOCK:
        return 0, np.zeros(1, np.int32), np.zeros(1, np.int32)
    spans = np.array(time.spans(first, last), np.int64).reshape(-1, 2) - first
    if not len(spans):
        raise PlanError(f"The calendar “{time.name}” has no working time where it is needed.")
    size = gcd(int(np.gcd.reduce(spans.ravel())), MINUTES_PER_CIVIL_DAY)
    count = (last - first) // size
    change = np.zeros(count + 1, np.int8)
    change[spans[:, 0] // size] += 1
    change[spans[:, 1] // size] -= 1
    working = np.cumsum(change[:-1], dtype=np.int32)
    before = (np.cumsum(working) - working) * size
    instants = np.flatnonzero(working).astype(np.int32) * size
    return size, ((before << 1) | working).astype(np.int32), instants.astype(np.int32)


class Dates(NamedTuple):
    """Rows of one block that one worker reuses.

    Attributes
    ----------
    rows : int32 (9, nodes, 512)
        Early, late and seen dates, and what is left to do. Seen dates are
        what successors see where Microsoft Project's tasks stand as late as
        possible.
    spare : int32 (15, 512)
        Rows that no function keeps from one call to the next.
    ends, end_work : int32 (calendars, 512)
        The project's latest finish as each calendar's last working finish, and
        the working minutes before it.
    beyond : int64 (1,)
        The furthest that any look-up went beyond the tables; 0 if none did.
    """

    rows: NDArray[np.int32]
    spare: NDArray[np.int32]
    ends: NDArray[np.int32]
    end_work: NDArray[np.int32]
    beyond: NDArray[np.int64]


def work_of(clocks: Clocks, calendar: int, instants: Ints) -> Ints:
    """Return the working minutes before instants of the timeline."""
    grain = int(clocks.grain[calendar])
    if grain == 0:
        return instants
    first = clocks.grain_first[calendar]
    words = clocks.words[first : first + clocks.grains[calendar]]
    place = np.clip(instants // grain, 0, len(words) - 1)
    word = words[place].astype(np.int64)
    return np.asarray((word >> 1) + (word & 1) * (instants - place * grain))


def instants_of(clocks: Clocks, calendar: int, work: Ints, shift: int) -> Ints:
    """Return instants of the timeline from working minutes, as starts or as finishes."""
    grain = int(clocks.grain[calendar])
    if grain == 0:
        return work
    first = clocks.work_first[calendar]
    begins = clocks.instants[first : first + clocks.works[calendar]]
    before = work - shift
    place = np.clip(before // grain, 0, len(begins) - 1)
    return np.asarray(begins[place].astype(np.int64) + work - place * grain)


@internal
def find_places(
    numbers: Row32, less: int, last: int, factor: np.uint32, shift: np.uint64, out: Row32
) -> np.int32:
    """Divide a row by a grain, clamped to the table; return the furthest number beyond it.

    A number before the table counts as the furthest of all; 0 if none lies outside.
    """
    highest = np.int32(last)
    furthest, least = np.int32(0), np.int32(0)
    for k in range(BLOCK):
        number = np.int32(numbers[k] - np.int32(less))
        furthest, least = max(furthest, number), min(least, number)
        inside = np.uint32(min(max(number, np.int32(0)), highest))
        out[k] = np.int32((np.uint64(inside) * np.uint64(factor)) >> shift)
    if least < 0:
        return BEFORE
    return furthest if furthest > highest else np.int32(0)


@internal
def look_up(table: NDArray[np.int32], places: Row32, out: Row32) -> None:
    """Read a table at the places of a row."""
    for k in range(BLOCK):
        out[k] = table[np.uint32(places[k])]


@internal
def count_work(grain: int, words: Row32, places: Row32, instants: Row32, out: Row32) -> None:
    """Turn words and instants into working minutes."""
    size = np.int32(grain)
    for k in range(BLOCK):
        inside = np.int32(instants[k] - np.int32(places[k] * size))
        out[k] = np.int32(
            np.int32(words[k] >> np.int32(1)) + np.int32((words[k] & np.int32(1)) * inside)
        )


@internal
def find_instants(grain: int, begins: Row32, places: Row32, work: Row32, out: Row32) -> None:
    """Turn where grains begin and working minutes into instants."""
    size = np.int32(grain)
    for k in range(BLOCK):
        out[k] = np.int32(begins[k] + np.int32(work[k] - np.int32(places[k] * size)))


@internal
def shift_row(row: Row32, by: int, out: Row32) -> None:
    """Add one number to a row."""
    for k in range(BLOCK):
        out[k] = np.int32(row[k] + by)


@internal
def combine_row(row: Row32, sign: int, other: Row32, out: Row32) -> None:
    """Add a row to another, or take it away."""
    for k in range(BLOCK):
        out[k] = np.int32(row[k] + sign * other[k])


@internal
def choose_where(amount: Row32, moved: Row32, row: Row32) -> None:
    """Take what was moved, except where there was nothing to move by."""
    for k in range(BLOCK):
        row[k] = row[k] if amount[k] == 0 else moved[k]


@internal
def choose_row(amount: Row32, moved: Row32, stays: Row32, out: Row32) -> None:
    """Take what was moved, and what stays where there was nothing to move by."""
    for k in range(BLOCK):
        out[k] = stays[k] if amount[k] == 0 else moved[k]


@internal
def work_before_row(
    clocks: Clocks, calendar: int, instants: Row32, out: Row32, dates: Dates
) -> None:
    """Turn instants into working minutes."""
    grain = clocks.grain[calendar]
    if grain == 0:
        shift_row(instants, 0, out)
        return
    first, count = clocks.grain_first[calendar], clocks.grains[calendar]
    places, found = dates.spare[c.PLACES], dates.spare[c.FOUND]
    beyond = find_places(
        instants, 0, count * grain - 1, clocks.factor[calendar], clocks.shift[calendar], places
    )
    dates.beyond[0] = max(dates.beyond[0], beyond)
    look_up(clocks.words[first : first + count], places, found)
    count_work(grain, found, places, instants, out)


@internal
def instants_row(
    clocks: Clocks, calendar: int, work: Row32, shift: int, out: Row32, dates: Dates
) -> None:
    """Turn working minutes into where the next begins (0) or the last ends (1)."""
    grain = clocks.grain[calendar]
    if grain == 0:
        shift_row(work, 0, out)
        return
    first, count = clocks.work_first[calendar], clocks.works[calendar]
    places, found = dates.spare[c.PLACES], dates.spare[c.FOUND]
    beyond = find_places(
        work, shift, count * grain - 1, clocks.factor[calendar], clocks.shift[calendar], places
    )
    dates.beyond[0] = max(dates.beyond[0], beyond)
    look_up(clocks.instants[first : first + count], places, found)
    find_instants(grain, found, places, work, out)


@inlined
def work_at(clocks: Clocks, calendar: int, instant: int, dates: Dates) -> np.int32:
    """Turn one instant into working minutes."""
    grain = clocks.grain[calendar]
    if grain == 0:
        return np.int32(instant)
    last = clocks.grains[calendar] * grain - 1
    if instant < 0 or instant > last:
        dates.beyond[0] = max(dates.beyond[0], np.int64(BEFORE if instant < 0 else instant))
    inside = min(max(instant, 0), last)
    place = inside // grain
    word = clocks.words[clocks.grain_first[calendar] + place]
    return np.int32((word >> 1) + (word & 1) * (inside - place * grain))


@inlined
def cross_row(
    clocks: Clocks,
    one: int,
    other: int,
    number: Row32,
    work: Row32,
    out: Row32,
    dates: Dates,
) -> None:
    """Turn working minutes of one calendar into those that another has by then.

    ``number`` is the working minute that tells the instant: ``work`` itself
    for a start, the one before for a finish.
    """
    places, found = dates.spare[c.PLACES], dates.spare[c.FOUND]
    crossings, pair = clocks.crossings, clocks.crossings.pair[one, other]
    if pair >= 0:
        grain, first = crossings.grain[pair], crossings.first[pair]
        count = crossings.words_each[pair]
        last, factor, shift = count * grain - 1, crossings.factor[pair], crossings.shift[pair]
        beyond = find_places(number, 0, last, factor, shift, places)
        dates.beyond[0] = max(dates.beyond[0], beyond)
        look_up(crossings.words[first : first + count], places, found)
        count_work(grain, found, places, work, out)
        return
    grain, first, count = clocks.grain[one], clocks.work_first[one], clocks.works[one]
    last, factor, shift = count * grain - 1, clocks.factor[one], clocks.shift[one]
    beyond = find_places(number, 0, last, factor, shift, places)
    dates.beyond[0] = max(dates.beyond[0], beyond)
    look_up(clocks.instants[first : first + count], places, found)
    find_instants(grain, found, places, work, out)
    work_before_row(clocks, other, out, out, dates)


@apart
def next_start_row(clocks: Clocks, calendar: int, row: Row32, dates: Dates) -> None:
    """Move instants to where a working minute begins."""
    if clocks.grain[calendar] != 0:
        work_before_row(clocks, calendar, row, dates.spare[c.ONE], dates)
        instants_row(clocks, calendar, dates.spare[c.ONE], AS_START, row, dates)


@apart
def last_finish_row(clocks: Clocks, calendar: int, row: Row32, dates: Dates) -> None:
    """Move instants back to where a working minute ends."""
    if clocks.grain[calendar] != 0:
        work_before_row(clocks, calendar, row, dates.spare[c.ONE], dates)
        instants_row(clocks, calendar, dates.spare[c.ONE], AS_FINISH, row, dates)


@apart
def add_row(
    clocks: Clocks, calendar: int, row: Row32, sign: int, minutes: Row32, dates: Dates
) -> None:
    """Move instants by working minutes; where there are none to add, they stay.

    ``minutes`` are never negative; ``sign`` says which way.
    """
    if clocks.grain[calendar] == 0:
        combine_row(row, sign, minutes, row)
        return
    work, moved = dates.spare[c.ONE], dates.spare[c.TWO]
    work_before_row(clocks, calendar, row, work, dates)
    combine_row(work, sign, minutes, work)
    instants_row(clocks, calendar, work, AS_FINISH if sign > 0 else AS_START, moved, dates)
    choose_where(minutes, moved, row)


@apart
def add_constant_row(clocks: Clocks, calendar: int, row: Row32, minutes: int, dates: Dates) -> None:
    """Move instants by a number of working minutes, either way."""
    if minutes == 0:
        return
    if clocks.grain[calendar] == 0:
        shift_row(row, minutes, row)
        return
    work = dates.spare[c.ONE]
    work_before_row(clocks, calendar, row, work, dates)
    shift_row(work, minutes, work)
    instants_row(clocks, calendar, work, AS_FINISH if minutes > 0 else AS_START, row, dates)
