"""Rows of tables that are asked for before they are needed, so that memory and processor work at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

READ, KEEP, DATA = 0, 3, 1
"""Of LLVM's prefetch: for reading, into every level of the cache, not an instruction."""


def _prefetch(_typing: Any, array: Any, row: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values = context.make_array(signature.args[0])(context, builder, arguments[0])
        number = context.cast(builder, arguments[1], signature.args[1], types.intp)
        stride = builder.extract_value(values.strides, 0)
        pointer, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = builder.gep(builder.bitcast(values.data, pointer), [builder.mul(number, stride)])
        function = builder.module.declare_intrinsic(
            "llvm.prefetch", [pointer], ir.FunctionType(ir.VoidType(), [pointer, flag, flag, flag])
        )
        builder.call(function, [address, flag(READ), flag(KEEP), flag(DATA)])
        return context.get_dummy_value()

    return types.void(array, row), generate


prefetch: Callable[[Any, int], None] = cast(Any, intrinsic(_prefetch))
"""Ask for the line of the processor's cache in which a row of an array begins, and go on; any row will do, for nothing
is read."""
