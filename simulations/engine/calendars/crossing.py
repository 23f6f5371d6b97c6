"""From one calendar's working minutes to another's, in one look-up.

Nearly every link hands on where work ended or begins, from a task that one
calendar tells to one that another does. Going by the clock would take two
look-ups for each; a table for each pair of calendars takes one.
"""

from collections.abc import Sequence
from math import gcd
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine.compiling import internal
from simulations.engine.kernels.rows import BLOCK, Row32

MOST_WORDS = 1 << 22
Pairs = Sequence[tuple[int, int]]


class Crossings(NamedTuple):
    """The tables of several pairs of calendars, laid end to end.

    Attributes
    ----------
    pair : int32 (calendars, calendars)
        The number of the table from one calendar to another, -1 where there is none.
    grain : int64 (pairs,), factor : uint32 (pairs,), shift : uint64 (pairs,)
        As in :class:`simulations.engine.calendars.clocks.Clocks`, of the first calendar.
    first, words_each : int64 (pairs,)
        Where a pair's words begin, and how many there are.
    words : int32
        Of each working grain of the first calendar: the other's working minutes
        before it, doubled, and one if the other works in it.
    """

    pair: NDArray[np.int32]
    grain: NDArray[np.int64]
    factor: NDArray[np.uint32]
    shift: NDArray[np.uint64]
    first: NDArray[np.int64]
    words_each: NDArray[np.int64]
    words: NDArray[np.int32]


def shift_of(grain: int) -> int:
    """Return how far products are shifted, so that factors fill 32 bits and are exact.

    Examples
    --------
    >>> 999 * factor_of(60) >> shift_of(60)
    16
    """
    return 31 + max(grain - 1, 0).bit_length()


def factor_of(grain: int) -> int:
    """Return by what a number is multiplied, and then shifted, to divide it by a grain."""
    return (1 << shift_of(grain)) // max(grain, 1) + 1


def tabulate_crossings(
    rows: Sequence[tuple[int, NDArray[np.int32], NDArray[np.int32]]], pairs: Pairs
) -> Crossings:
    """Tabulate pairs of calendars, as far as memory is to be had for them.

    ``rows`` are a calendar's grain, its words by the clock, and where its
    working grains begin.
    """
    pair = np.full((len(rows), len(rows)), -1, np.int32)
    grains: list[int] = []
    tables: list[NDArray[np.int32]] = []
    room = MOST_WORDS
    for one, other in pairs:
        (size, _, begins), (other_size, words, _) = rows[one], rows[other]
        grain = gcd(size, other_size)
        room -= len(begins) * (size // grain)
        if room < 0:
            break
        parts = np.arange(0, size, grain, dtype=np.int32)
        instants = (begins[:, None] + parts).ravel()
        place = instants // other_size
        word = words[place]
        before = (word >> 1) + (word & 1) * (instants - place * other_size)
        pair[one, other] = len(tables)
        grains.append(grain)
        tables.append(((before << 1) | (word & 1)).astype(np.int32))
    count = np.array([len(table) for table in tables], np.int64)
    return Crossings(
        pair=pair,
        grain=np.array(grains, np.int64),
        factor=np.array([factor_of(grain) for grain in grains], np.uint32),
        shift=np.array([shift_of(grain) for grain in grains], np.uint64),
        first=np.cumsum(count) - count,
        words_each=count,
        words=np.concatenate([*tables, np.zeros(1, np.int32)]),
    )


@internal
def find_ends_of_work(work: Row32, left: Row32, value: Row32, number: Row32) -> None:
    """Find the working minutes before an end, and the last one worked.

    What takes no time ends where it starts: on the minute that follows.
    """
    for k in range(BLOCK):
        value[k] = np.int32(work[k] + left[k])
        number[k] = np.int32(value[k] - min(left[k], np.int32(1)))


@internal
def find_starts_of_work(late: Row32, left: Row32, value: Row32, number: Row32) -> None:
    """Find the working minutes before a late start, and the first one worked.

    What takes no time starts where it ends: on the minute before.
    """
    for k in range(BLOCK):
        value[k] = np.int32(late[k] - left[k])
        number[k] = np.int32(value[k] + min(left[k], np.int32(1)) - np.int32(1))
