"""The second look: how each task's duration goes with the finish.

Once the finish of every iteration is known, each uncertain task's uniforms are
made again (a quarter of a nanosecond each) and set against the finish: exact
ranks of the finish, no array of tasks × iterations.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulations.engine.compiling import borrowed, compiled, internal
from simulations.engine.kernels.arrays import Network, Scratch
from simulations.engine.kernels.drawing import draw_bits, draw_duration, draw_factors, draw_risks
from simulations.engine.kernels.rows import BLOCK, Laws, Row32, RowBits

CLASSES = 64
SWEEP_ITERATIONS = 65_536
HALF_UNIT = np.int32(1 << 15)
CLASS_SHIFT = np.int32(16 - 6)
CLASS_COUNT_SHIFT = 47  # above the greatest sum of 2¹⁶ finishes of 31 bits


class Association(NamedTuple):
    """Sums over iterations, a row per task: exact integers.

    Attributes
    ----------
    moments : int64 (tasks, 3)
        Σ u, Σ u², Σ u·rank, with u centred, in units of 2⁻¹⁶.
    classes : uint64 (tasks, 64)
        By 64ths of the uniform: iterations · 2⁴⁷ + Σ finish.
    """

    moments: NDArray[np.int64]
    classes: NDArray[np.uint64]

    @classmethod
    def of(cls, tasks: int) -> "Association":
        """Return sums of nothing yet."""
        return cls(np.zeros((tasks, 3), np.int64), np.zeros((tasks, CLASSES), np.uint64))

    def classified(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how many iterations each class holds, and the sums of their finishes."""
        shift = np.uint64(CLASS_COUNT_SHIFT)
        counts = self.classes >> shift
        return counts.astype(np.float64), (self.classes - (counts << shift)).astype(np.float64)


def class_weights(finish: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Return what each iteration adds to its class: one, and its finish above the least."""
    above = (finish.astype(np.int64) - int(finish.min())).astype(np.uint64)
    return above + (np.uint64(1) << np.uint64(CLASS_COUNT_SHIFT))


@internal
def centre_row(bits: RowBits, out: Row32) -> None:
    """Turn random bits into the uniform less a half, in units of 2⁻¹⁶, rounded down.

    The same as 2⁻⁹ of :func:`.rows.ranks_row` from its middle: sixteen bits
    tell it, turned round where the highest says that they count from above.
    """
    for k in range(BLOCK):
        turned = np.int32(np.int32(bits[k]) >> np.int32(31))
        place = np.int32((bits[k] >> np.uint32(16)) & np.uint32(0x7FFF))
        out[k] = np.int32(np.int32(place - HALF_UNIT) ^ turned)


@compiled
def associate(
    net: Network,
    rows: NDArray[np.int32],
    rank: Row32,
    weight: NDArray[np.uint64],
    scratch: Scratch,
    into: Association,
) -> None:
    """Set each task's uniforms against the finish of the same iterations.

    Without weights classes are left alone: one count costs more than all moments.
    """
    net, scratch, into = borrowed(net), borrowed(scratch), borrowed(into)
    iterations = len(rank)
    uniform = scratch.impact
    for block in range((iterations + BLOCK - 1) // BLOCK):
        first = block * BLOCK
        valid = min(BLOCK, iterations - first)
        draw_factors(net, block, scratch)
        for place in range(len(rows)):
            task: Any = np.int64(rows[place])
            draw_bits(net, task, block, scratch)
            centre_row(scratch.spare.words.view(np.uint32), uniform)
            moments = into.moments[place]
            total = np.int32(0)
            square = np.int64(0)
            product = np.int64(0)
            for k in range(valid):
                u = np.int64(uniform[k])
                total = np.int32(total + uniform[k])
                square += u * u
                product += u * np.int64(rank[first + k])
            moments[0] += np.int64(total)
            moments[1] += square
            moments[2] += product
            if len(weight):
                classes = into.classes[place]
                for k in range(valid):
                    own = np.int32(np.int32(uniform[k] + HALF_UNIT) >> CLASS_SHIFT)
                    classes[np.uint32(own)] += weight[first + k]


@compiled
def durations_of(
    net: Network,
    laws: Laws,
    rows: NDArray[np.int32],
    iterations: int,
    scratch: Scratch,
    out: NDArray[np.int32],
) -> None:
    """Draw the durations of chosen tasks again, ``out`` (rows, iterations)."""
    net, laws, scratch = borrowed(net), borrowed(laws), borrowed(scratch)
    for block in range((iterations + BLOCK - 1) // BLOCK):
        first = block * BLOCK
        valid = min(BLOCK, iterations - first)
        draw_risks(net, block, scratch)
        draw_factors(net, block, scratch)
        for place in range(len(rows)):
            task: Any = np.int64(rows[place])
            draw_duration(net, laws, task, block, scratch.duration, scratch)
            for k in range(valid):
                out[place, first + k] = scratch.duration[k]
