"""Facts about the iterations of a block as bits: one bit each, 64 to a word.

What a row of integers would say in 2,048 bytes, a row of bits says in 64, and
a whole step of the walk backward is a handful of instructions. LLVM does not
find these by itself in a loop, so they are written in its own vector types,
which it turns into what each processor has.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from simulations.engine.compiling import internal
from simulations.engine.kernels.rows import BLOCK

LANES = 16
WORDS = BLOCK // 64
Bits = NDArray[np.uint64]

_LANE = ir.VectorType(ir.IntType(32), LANES)


def _row_pointer(context: Any, builder: Any, kind: Any, row: Any, pointee: Any) -> Any:
    data = context.make_array(kind)(context, builder, row).data
    return builder.bitcast(data, ir.PointerType(pointee))


def _load_lanes(builder: Any, pointer: Any, chunk: Any) -> Any:
    return builder.load(builder.gep(pointer, [chunk]), align=4)


def _splat(builder: Any, value: Any) -> Any:
    single = builder.insert_element(ir.Constant(_LANE, ir.Undefined), value, ir.IntType(32)(0))
    first = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(single, ir.Constant(_LANE, ir.Undefined), first)


def _equal_bits(_typing: Any, row: Any, lag: Any, other: Any, out: Any) -> Any:
    """Set the bits of the iterations in which ``row + lag == other``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, by, others, bits = arguments
        first = _row_pointer(context, builder, signature.args[0], rows, _LANE)
        second = _row_pointer(context, builder, signature.args[2], others, _LANE)
        into = _row_pointer(context, builder, signature.args[3], bits, ir.IntType(LANES))
        shift = _splat(builder, by)
        with cgutils.for_range(builder, ir.IntType(64)(BLOCK // LANES)) as loop:
            moved = builder.add(_load_lanes(builder, first, loop.index), shift)
            same = builder.icmp_signed("==", moved, _load_lanes(builder, second, loop.index))
            word = builder.bitcast(same, ir.IntType(LANES))
            builder.store(word, builder.gep(into, [loop.index]), align=2)
        return context.get_dummy_value()

    return types.void(row, types.int32, other, out), generate


def _count_ones(_typing: Any, word: Any) -> Any:
    """Return how many bits of a word are set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


equal_bits: Any = intrinsic(_equal_bits)
count_ones: Any = intrinsic(_count_ones)


@internal
def count_row(bits: Bits) -> np.int64:
    """Count the iterations whose bit is set."""
    total = np.int64(0)
    for k in range(WORDS):
        total += count_ones(bits[k])
    return total


@internal
def fill_bits(bits: Bits, valid: int) -> None:
    """Set the bits of the first ``valid`` iterations and no others."""
    for k in range(WORDS):
        left = min(max(valid - 64 * k, 0), 64)
        full = np.uint64(0xFFFFFFFFFFFFFFFF)
        bits[k] = full if left == 64 else (np.uint64(1) << np.uint64(left)) - np.uint64(1)


@internal
def lower_bits(row: NDArray[np.int32], limit: np.int32, bits: Bits) -> None:
    """Set the bits of the iterations in which a row lies below a limit."""
    for k in range(WORDS):
        word = np.uint64(0)
        for j in range(64):
            word |= np.uint64(row[64 * k + j] < limit) << np.uint64(j)
        bits[k] = word
