"""A graph of the items that lie beside each other, and its file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from similarity.errors import ArtifactCorruptError
from similarity.store.arrays import map_npy
from similarity.store.files import written_whole

Neighborhoods = NDArray[np.int32]
"""(n_items, degree) ids of the items beside each item, as many as there are; then its own."""


def save_graph(path: Path, neighbors: Neighborhoods) -> None:
    """Write a graph to a file of NumPy's, which appears whole."""
    with written_whole(path) as file:
        np.save(file, neighbors.astype("<i4"))


def open_graph(path: Path, n_items: int, degree: int) -> Neighborhoods:
    """Map what `save_graph` wrote.

    Args:
        path: The file.
        n_items: Of the collection.
        degree: As the manifest says.

    Raises:
        ArtifactCorruptError: It does not hold ids of items in this shape.
    """
    neighbors: Neighborhoods = map_npy(path, "a graph")
    if neighbors.shape != (n_items, degree) or neighbors.dtype != np.int32:
        raise ArtifactCorruptError(
            f"{path} holds neighbors of shape {neighbors.shape}, not int32 of shape "
            f"{(n_items, degree)}; build the artifact again."
        )
    if neighbors.min() < 0 or neighbors.max() >= n_items:
        raise ArtifactCorruptError(
            f"{path} names neighbors that are none of the {n_items} items; build the artifact "
            "again."
        )
    return np.asarray(neighbors)
