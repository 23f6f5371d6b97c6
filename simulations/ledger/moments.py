"""The percentiles of every open task's finish, packed to be kept with each forecast.

A row of 15 whole minutes a task: the first, and the steps to the next. Steps
are small and alike, so they pack to about a third.
"""

import json
import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from simulations.engine.results.statistics import PERCENTILES

LEVELS = tuple(percentile / 100 for percentile in PERCENTILES)


def pack(rows: Iterable[tuple[str, Sequence[int]]]) -> bytes:
    """Return the percentiles of several finishes as compressed bytes.

    Parameters
    ----------
    rows : iterable of (str, sequence of int (15,))
        A task's key, and its finish at each of the usual percentiles in
        wall-clock minutes since 1970.

    Examples
    --------
    >>> unpack(pack([("A", range(100, 115))]))["A"][:3]
    (100, 101, 102)
    >>> unpack(pack([]))
    {}
    """
    found = list(rows)
    keys = json.dumps([key for key, _ in found], separators=(",", ":")).encode()
    values = np.array([list(minutes) for _, minutes in found], "<i8").reshape(-1, len(LEVELS))
    steps = np.diff(values, axis=1, prepend=0).astype("<i4")
    # Column by column: neighbours in a column are of one size.
    body = np.ascontiguousarray(steps.T).tobytes()
    return zlib.compress(len(keys).to_bytes(4, "little") + keys + body, 6)


def unpack(packed: bytes) -> dict[str, tuple[int, ...]]:
    """Return what :func:`pack` kept, by key."""
    raw = zlib.decompress(packed)
    end = 4 + int.from_bytes(raw[:4], "little")
    keys = json.loads(raw[4:end])
    steps = np.frombuffer(raw[end:], "<i4").reshape(len(LEVELS), -1).T
    rows = np.cumsum(steps.astype(np.int64), axis=1).tolist()
    return {key: tuple(row) for key, row in zip(keys, rows, strict=True)}
