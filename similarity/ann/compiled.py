"""The only user of numba: compiles the engine's inner loops, once on a machine.

A module that uses it is imported only where there is a graph, because numba takes half a second to
import and some to compile. What was compiled lies in this program's cache, told apart by
processor, version of numba and source; where nothing can be written, each process compiles anew.

Compiled loops run without the interpreter's lock, so that threads run side by side, and check no
bounds: every id comes from a file whose ids were checked when it was opened.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array
from numpy.typing import NDArray

from similarity.store.files import cache_folder

_Function = TypeVar("_Function", bound=Callable[..., Any])

_SUMS = frozenset({"reassoc", "contract"})
"""What may be done to floats: sums in the order that suits a processor, always the same there."""

_LINE = 64
"""Bytes that a processor fetches at once."""

_configuration: Any = numba.config
if not _configuration.CACHE_DIR:
    _configuration.CACHE_DIR = str(cache_folder() / "compiled")

boolean, int8, int32, int64, uint64 = (
    types.boolean,
    types.int8,
    types.int32,
    types.int64,
    types.uint64,
)
float32, float64 = types.float32, types.float64
void = types.void
pair: Any = types.Tuple


def array(item: types.Type, ndim: int = 1) -> types.Type:
    """Type of a contiguous array that is not written to; one that may be written to fits, too."""
    return types.Array(item, ndim, "C", readonly=True)


def written(item: types.Type, ndim: int = 1) -> types.Type:
    """Type of a contiguous array that a function makes or fills."""
    return types.Array(item, ndim, "C")


def compiled(signature: Any, *, sums: bool = False) -> Callable[[_Function], _Function]:
    """Compile a function while its module is imported, or load what was compiled before.

    Args:
        signature: Types of the result and the arguments; no others can be given.
        sums: Whether floats may be added in another order than is written.
    """

    def compile_(function: _Function) -> _Function:
        compiler: Any = partial(
            numba.njit,
            signature,
            nogil=True,
            error_model="numpy",
            fastmath=set(_SUMS) if sums else False,
        )
        try:
            made: _Function = compiler(cache=True)(function)
        except (OSError, RuntimeError):  # no folder that can be written, or no space in it
            made = compiler()(function)
        return made

    return compile_


def aligned(shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
    """Make an array that begins with a cache line, so that none is fetched for a part of it."""
    n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(n_bytes + _LINE, dtype=np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + n_bytes].view(dtype).reshape(shape)


def _fetch_line(_context: Any, rows: Any, index: Any) -> Any:
    """Have the processor fetch the cache line that holds an element, counted over all rows."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, position = signature.args
        word, flag, pointer = ir.IntType(64), ir.IntType(32), ir.IntType(8).as_pointer()
        own: Any = make_array
        start = builder.ptrtoint(own(kind)(context, builder, arguments[0]).data, word)
        offset = context.cast(builder, arguments[1], position, types.int64)
        offset = builder.mul(offset, word(kind.dtype.bitwidth // 8))
        place = builder.inttoptr(builder.add(start, offset), pointer)
        name = "llvm.prefetch.p0"
        function = builder.module.globals.get(name) or ir.Function(
            builder.module, ir.FunctionType(ir.VoidType(), [pointer, flag, flag, flag]), name
        )
        builder.call(function, [place, flag(0), flag(3), flag(1)])  # to read, to keep, data
        return context.get_dummy_value()

    return types.void(rows, index), generate


_line: Any = intrinsic(_fetch_line)


@numba.njit(nogil=True)
def prefetch(rows: NDArray[Any], start: int, n: int) -> None:
    """Have the processor fetch some elements before they are needed.

    Args:
        rows: Contiguous, of any shape and type.
        start: The first element, counted over all rows.
        n: How many.
    """
    for index in range(start, start + n, _LINE // rows.itemsize):
        _line(rows, index)
