"""NumPy's files -> arrays, or one sentence; nothing in them is unpickled or believed.

NumPy reads a header as Python text and an archive as a zip file, and lets through whatever those
raise on bytes that are neither.
"""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tokenize import TokenError
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from similarity.datatypes import Embeddings
from similarity.errors import ArtifactCorruptError, SimilarityError

_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    SyntaxError,
    TokenError,
    RuntimeError,  # an encrypted archive; too deep a nesting, or a compression that is unknown
    MemoryError,
    BadZipFile,
    zlib.error,
)

_ROWS = 4096
"""Rows that are looked at at once: 32 MB of 2048 float32."""


def map_npy(
    path: Path,
    kind: str,
    remedy: str = "build the artifact again",
    error: type[SimilarityError] = ArtifactCorruptError,
) -> NDArray[Any]:
    """Map the array in an .npy file.

    Args:
        path: The file.
        kind: What the message calls what was expected there.
        remedy: What the message tells a person to do.
        error: Class of the error.

    Returns:
        Read-only, of any shape and any type of numbers.

    Raises:
        SimilarityError: Of the class that was asked for; the file cannot be read as an array.
    """
    try:
        # Not numpy.load, which takes an archive for what it is. A shape may overflow its product.
        with np.errstate(over="raise"):
            return np.lib.format.open_memmap(path, mode="r")
    except _UNREADABLE as cause:
        raise error(f"{path} is not {kind} that can be read ({cause}); {remedy}.") from cause


def read_npz(path: Path, names: Sequence[str], kind: str) -> list[NDArray[Any]]:
    """Read arrays from an .npz file into memory.

    Args:
        path: The file.
        names: Of the arrays.
        kind: What the message calls what was expected there.

    Returns:
        The arrays in the order of their names, of any shape and any type of numbers.

    Raises:
        ArtifactCorruptError: The file cannot be read as an archive, or one of them is not in it.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return [_array(arrays, name) for name in names]
    except _UNREADABLE as cause:
        raise ArtifactCorruptError(
            f"{path} is not {kind} that can be read ({cause}); build the artifact again."
        ) from cause


def _array(arrays: Mapping[str, object], name: str) -> NDArray[Any]:
    array = arrays[name]
    if not isinstance(array, np.ndarray):  # members of an archive that are no arrays come as bytes
        raise TypeError(f"{name} is no array")
    return array


def rows_not_finite(rows: Embeddings) -> NDArray[np.intp]:
    """Find the rows that hold a number that is not finite.

    Args:
        rows: (n, dim) floating-point, not copied whole.

    Returns:
        Their numbers, in rising order.
    """
    starts = range(0, len(rows), _ROWS)
    found = [
        start + np.flatnonzero(~np.isfinite(rows[start : start + _ROWS]).all(axis=1))
        for start in starts
    ]
    return np.concatenate([np.empty(0, dtype=np.intp), *found])
