"""Ask for memory before it is needed.

Tables and histograms are read here and there, which no processor foresees. A
plan of a thousand tasks has more of them than the near caches hold, and each
first touch of a line would wait for the far one.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

LINE_BYTES = 64
TO_READ, TO_WRITE = 0, 1
NEAREST, DATA = 3, 1


def _prefetch(_typing: Any, array: Any, first: Any, lines: Any, access: Any) -> Any:
    """Prefetch some lines of a one-dimensional array from its item ``first`` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        data = context.make_array(kind)(context, builder, arguments[0]).data
        byte = ir.IntType(8).as_pointer()
        begin = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        declared = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte] + [ir.IntType(32)] * 3)
        )
        with cgutils.for_range(builder, arguments[2]) as loop:
            place = builder.mul(loop.index, ir.IntType(64)(LINE_BYTES))
            hint = [ir.IntType(32)(one) for one in (signature.args[3].literal_value, NEAREST, DATA)]
            builder.call(declared, [builder.gep(begin, [place]), *hint])
        return context.get_dummy_value()

    return types.void(array, types.int64, types.int64, access), generate


prefetch: Any = intrinsic(prefer_literal=True)(_prefetch)
