"""What the kernel does to one row: one task, one block of iterations.

Every function here works on rows of :data:`BLOCK` consecutive iterations, in
loops that LLVM turns into vector code: branch-free, one array written, whole
minutes in ``int32``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulations.engine.compiling import inlined, internal
from simulations.engine.sampling.laws import TAIL_KNOTS

BLOCK = 512
BINS = 256
FULL = np.int32(1 << 25)

U8, U64 = np.uint32(8), np.uint64
GAMMA = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31 = np.uint64(30), np.uint64(27), np.uint64(31)
TAIL_CELLS = 384
EXPONENT_BASE = np.int32(127 * 16)
MANTISSA_BITS = np.int32(19)
MANTISSA_MASK = np.int32((1 << 19) - 1)
TAIL_STEP = np.float32(2.0**-25)
ONE = np.float32(1.0)
HALF = np.float32(0.5)

FIXED, UNIFORM, TRIANGLE, PACKED, WIDE, DISCRETE = range(6)

Row32 = NDArray[np.int32]
RowBits = NDArray[np.uint32]


class Laws(NamedTuple):
    """Inverse distributions, a row of each array per law.

    Attributes
    ----------
    kind : int8 (laws,)
    place : int32 (laws,)
        The fixed value, or the row in ``packed``, ``wide`` or ``steps``.
    shape : float32 (laws, 5)
        Parameters of closed inverses; offset and scale of packed tables.
    packed : uint32 (tables, 768)
        18 bits of value over 14 bits of step to the next knot.
    wide : float32 (tables, 770)
        Knots as they are, where 18 bits would not do.
    threshold, value : int32 (tables, steps)
        Discrete laws: the uniform beyond which each value begins.
    """

    kind: NDArray[np.int8]
    place: NDArray[np.int32]
    shape: NDArray[np.float32]
    packed: NDArray[np.uint32]
    wide: NDArray[np.float32]
    threshold: NDArray[np.int32]
    value: NDArray[np.int32]


class Buffers(NamedTuple):
    """Rows that one worker reuses while it draws."""

    words: NDArray[np.uint64]
    cell: NDArray[np.uint16]
    fraction: NDArray[np.int32]
    found: NDArray[np.uint32]
    near: NDArray[np.float32]
    far: NDArray[np.float32]


def buffers() -> Buffers:
    """Return fresh rows for one worker."""
    return Buffers(
        words=np.zeros(BLOCK // 2, np.uint64),
        cell=np.zeros(BLOCK, np.uint16),
        fraction=np.zeros(BLOCK, np.int32),
        found=np.zeros(BLOCK, np.uint32),
        near=np.zeros(BLOCK, np.float32),
        far=np.zeros(BLOCK, np.float32),
    )


@internal
def fill_row(row: Row32, value: np.int32) -> None:
    """Set a whole row."""
    for k in range(BLOCK):
        row[k] = value


@internal
def lower_row(row: Row32, by: Row32) -> None:
    """Keep the lesser of two rows."""
    for k in range(BLOCK):
        row[k] = min(row[k], by[k])


@internal
def raise_row(row: Row32, by: Row32) -> None:
    """Keep the greater of two rows."""
    for k in range(BLOCK):
        row[k] = max(row[k], by[k])


@internal
def draw_words(stream: np.uint64, block: int, words: NDArray[np.uint64]) -> None:
    """Fill a row of random words: SplitMix64 of the stream key and the place."""
    base = stream + U64(block) * U64(BLOCK // 2) + GAMMA
    for k in range(BLOCK // 2):
        z = base + U64(k)
        z = (z ^ (z >> S30)) * MIX_1
        z = (z ^ (z >> S27)) * MIX_2
        words[k] = z ^ (z >> S31)


@inlined
def sample_row(laws: Laws, law: int, bits: RowBits, out: Row32, spare: Buffers) -> None:
    """Turn a row of random bits into whole minutes by the inverse of a law."""
    kind = laws.kind[law]
    place = laws.place[law]
    shape = laws.shape[law]
    if kind == PACKED:
        sample_packed(bits, laws.packed[place], shape[0], shape[1], out, spare)
    elif kind == TRIANGLE:
        sample_triangle(bits, shape[0], shape[1], shape[2], shape[3], shape[4], out)
    elif kind == FIXED:
        for k in range(BLOCK):
            out[k] = place
    elif kind == UNIFORM:
        sample_uniform(bits, shape[0], shape[1], out)
    elif kind == WIDE:
        sample_wide(bits, laws.wide[place], out, spare)
    else:
        sample_discrete(bits, laws.threshold[place], laws.value[place], out)


@internal
def sample_packed(
    bits: RowBits,
    table: NDArray[np.uint32],
    low: np.float32,
    scale: np.float32,
    out: Row32,
    spare: Buffers,
) -> None:
    """Look a packed inverse up; the cell is read from the tail's float bits."""
    cell, fraction, found = spare.cell, spare.fraction, spare.found
    find_cells(bits, cell, fraction)
    for k in range(BLOCK):
        found[k] = table[U64(cell[k])]
    for k in range(BLOCK):
        # int32 at each step: Numba widens what two of them make, at half the speed.
        upper = np.int32(-np.int32(bits[k] >> np.uint32(31)))
        slope = np.int32(found[k] & np.uint32(0x3FFF))
        rise = np.int32(slope * np.int32(fraction[k] >> np.int32(2)))
        step = np.int32((np.int32(rise >> np.int32(17)) ^ upper) - upper)
        value = np.int32(np.int32(found[k] >> np.uint32(14)) + step)
        out[k] = np.int32(np.floor(low + scale * np.float32(value)))


@internal
def find_cells(bits: RowBits, cell: NDArray[np.uint16], fraction: Row32) -> None:
    """Split each uniform into its cell and the place inside it."""
    for k in range(BLOCK):
        odd = np.int32((bits[k] >> np.uint32(7)) & np.uint32(0xFFFFFE)) | np.int32(1)
        pattern = np.float32(odd).view(np.int32)
        upper = np.int32(bits[k] >> np.uint32(31))
        octave = np.int32(np.int32(pattern >> MANTISSA_BITS) - EXPONENT_BASE)
        cell[k] = np.uint16(np.int32(octave + np.int32(upper * np.int32(TAIL_CELLS))))
        fraction[k] = pattern & MANTISSA_MASK


@internal
def sample_wide(bits: RowBits, table: NDArray[np.float32], out: Row32, spare: Buffers) -> None:
    """Look an inverse up in whole floats (tails too long for 18 bits)."""
    cell, fraction, near, far = spare.cell, spare.fraction, spare.near, spare.far
    find_cells(bits, cell, fraction)
    for k in range(BLOCK):
        # The upper tail stands one knot further: each tail has 385.
        at = U64(cell[k]) + U64(cell[k] >= np.uint16(TAIL_CELLS))
        near[k] = table[at]
        far[k] = table[at + U64(1)]
    for k in range(BLOCK):
        share = np.float32(fraction[k]) * np.float32(2.0**-19)
        out[k] = np.int32(np.floor(near[k] + (far[k] - near[k]) * share + HALF))


@internal
def sample_triangle(
    bits: RowBits,
    low: np.float32,
    high: np.float32,
    split: np.float32,
    left: np.float32,
    right: np.float32,
    out: Row32,
) -> None:
    """Invert a triangle: low + √(u·left) below the split, high − √((1−u)·right) above.

    Half a minute is already part of ``low`` and ``high``.
    """
    for k in range(BLOCK):
        odd = np.int32((bits[k] >> np.uint32(7)) & np.uint32(0xFFFFFE)) | np.int32(1)
        tail = np.float32(odd) * TAIL_STEP
        upper = bits[k] >= np.uint32(0x80000000)
        below = (ONE - tail) if upper else tail
        above = tail if upper else (ONE - tail)
        is_left = below < split
        root = np.sqrt((below if is_left else above) * (left if is_left else right))
        out[k] = np.int32(np.floor((low + root) if is_left else (high - root)))


@internal
def sample_uniform(bits: RowBits, low: np.float32, high: np.float32, out: Row32) -> None:
    """Invert a uniform law; half a minute is already part of the ends."""
    span = high - low
    for k in range(BLOCK):
        odd = np.int32((bits[k] >> np.uint32(7)) & np.uint32(0xFFFFFE)) | np.int32(1)
        part = np.float32(odd) * TAIL_STEP * span
        upper = bits[k] >= np.uint32(0x80000000)
        out[k] = np.int32(np.floor((high - part) if upper else (low + part)))


@internal
def ranks_row(bits: RowBits, out: Row32) -> None:
    """Turn random bits into the uniform in units of 2⁻²⁵."""
    for k in range(BLOCK):
        odd = np.int32((bits[k] >> np.uint32(7)) & np.uint32(0xFFFFFE)) | np.int32(1)
        upper = bits[k] >= np.uint32(0x80000000)
        out[k] = np.int32(np.int32(1 << 25) - odd) if upper else odd


@internal
def sample_discrete(bits: RowBits, threshold: Row32, value: Row32, out: Row32) -> None:
    """Take the value whose share of the unit interval holds the uniform."""
    for k in range(BLOCK):
        out[k] = value[0]
    for step in range(1, len(value)):
        jump = value[step] - value[step - 1]
        if jump != 0:
            begins = threshold[step]
            for k in range(BLOCK):
                odd = np.int32((bits[k] >> np.uint32(7)) & np.uint32(0xFFFFFE)) | np.int32(1)
                upper = bits[k] >= np.uint32(0x80000000)
                place = np.int32(np.int32(1 << 25) - odd) if upper else odd
                out[k] += jump if place > begins else np.int32(0)


_KNOT_Z = special.ndtri(TAIL_KNOTS)
NORMAL_TABLE = np.concatenate((_KNOT_Z, -_KNOT_Z)).astype(np.float32)
"""Inverse of the standard normal at the knots of both tails."""

TAIL_RESOLUTION = np.float32(256.0)
TAIL_REACH = 6.0
TAIL_TABLE = (special.ndtr(-np.arange(0, TAIL_REACH + 2 / 256, 1 / 256)) * 2.0**24).astype(
    np.float32
)
"""Φ(−z) in units of 2⁻²⁴, 256 to the unit of z."""


@internal
def normal_row(bits: RowBits, out: NDArray[np.float32], spare: Buffers) -> None:
    """Turn random bits into standard normals."""
    cell, fraction = spare.cell, spare.fraction
    find_cells(bits, cell, fraction)
    for k in range(BLOCK):
        at = U64(cell[k]) + U64(cell[k] >= np.uint16(TAIL_CELLS))
        near = NORMAL_TABLE[at]
        far = NORMAL_TABLE[at + U64(1)]
        out[k] = near + (far - near) * np.float32(fraction[k]) * np.float32(2.0**-19)


@internal
def bits_of_normals(normals: NDArray[np.float32], bits: RowBits) -> None:
    """Turn standard normals back into the random bits that they would come from."""
    for k in range(BLOCK):
        size = min(abs(normals[k]), np.float32(TAIL_REACH))
        place = size * TAIL_RESOLUTION
        cell = np.int32(place)
        near = TAIL_TABLE[U64(cell)]
        far = TAIL_TABLE[U64(cell) + U64(1)]
        tail = near + (far - near) * (place - np.float32(cell))
        half = min(np.uint32(tail), np.uint32(0x7FFFFF)) << np.uint32(8)
        bits[k] = half | (np.uint32(0x80000000) if normals[k] > np.float32(0.0) else np.uint32(0))
