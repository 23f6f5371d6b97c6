"""Positions in a table: integers with gaps, so that a move touches few rows."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import lt

GAP = 1 << 20


def positions_for(order: Sequence[str], current: Mapping[str, int]) -> dict[str, int]:
    """Return the positions that must change so that rows sort as ``order``.

    Rows that already stand in ascending order keep their position (a longest
    increasing subsequence); the others are spread over the gaps between them.
    Where a gap is used up, every row gets a new position.

    Parameters
    ----------
    order : sequence of str
        Keys of all rows, first to last.
    current : mapping of str to int
        Positions of the rows that have one.

    Returns
    -------
    changed : dict of str to int
        New positions, of the rows only whose position changes.

    Examples
    --------
    >>> positions_for(["a", "c", "b"], {"a": 10, "b": 20, "c": 40})
    {'c': 15}
    >>> positions_for(["a", "n", "b"], {"a": 10, "b": 20})
    {'n': 15}
    """
    if _is_in_place(order, current):
        return {}
    kept = _longest_increasing([key for key in order if key in current], current)
    changed: dict[str, int] = {}
    pending: list[str] = []
    low = 0
    for key in order:
        if key not in kept:
            pending.append(key)
            continue
        high = current[key]
        if not _spread(pending, low, high, changed):
            return _renumbered(order, current)
        pending, low = [], high
    for step, key in enumerate(pending, start=1):
        changed[key] = low + step * GAP
    return changed


def _is_in_place(order: Sequence[str], current: Mapping[str, int]) -> bool:
    """Whether every row has a position, and they ascend."""
    places = [current[key] for key in order if key in current]
    return len(places) == len(order) and all(map(lt, places, places[1:]))


def _spread(keys: Sequence[str], low: int, high: int, into: dict[str, int]) -> bool:
    """Place ``keys`` strictly between two positions; False where they don't fit."""
    if high - low <= len(keys):
        return not keys
    for step, key in enumerate(keys, start=1):
        into[key] = low + (high - low) * step // (len(keys) + 1)
    return True


def _renumbered(order: Sequence[str], current: Mapping[str, int]) -> dict[str, int]:
    fresh = {key: step * GAP for step, key in enumerate(order, start=1)}
    return {key: place for key, place in fresh.items() if current.get(key) != place}


def _longest_increasing(keys: Sequence[str], value: Mapping[str, int]) -> set[str]:
    """Return the keys of a longest subsequence with ascending values."""
    tails: list[int] = []
    tail_index: list[int] = []
    previous: list[int] = []
    for index, key in enumerate(keys):
        place = bisect_left(tails, value[key])
        previous.append(tail_index[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value[key])
            tail_index.append(index)
        else:
            tails[place] = value[key]
            tail_index[place] = index
    chosen: set[str] = set()
    index = tail_index[-1] if tail_index else -1
    while index >= 0:
        chosen.add(keys[index])
        index = previous[index]
    return chosen
