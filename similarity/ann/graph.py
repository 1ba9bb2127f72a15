"""Which items lie beside which: a graph that leads from Annoy's first candidates to the nearest.

    leaves of Annoy's trees --spanning_edges--> edges --link--> neighbors (n_items, degree)

Each tree cuts the items into leaves of near ones, in its own way. Within a leaf, the edges of a
minimum spanning tree join every item to others without joining those that another edge joins
already, so that few of them lead out of a crowd of items that are nearly alike: the nearest
neighbors of an item often know each other only. The edges of all trees together are the graph.

Source: Muñoz, Gonçalves, Dias and Torres 2019, "Hierarchical clustering-based graphs for large
scale approximate nearest neighbor search", https://doi.org/10.1016/j.patcog.2019.106970; there the
leaves are made for the purpose.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from similarity.datatypes import Embeddings
from similarity.errors import ArtifactCorruptError
from similarity.store.arrays import map_npy
from similarity.store.files import written_whole

Neighborhoods = NDArray[np.int32]
"""(n_items, degree) ids of the items beside each item, as many as there are; then its own."""

Leaves = tuple[NDArray[np.int32], NDArray[np.int32]]
"""(n, capacity) item ids in each leaf, and (n,) how many of them count."""

_LEAVES_AT_ONCE = 256
"""64 take 1.2 times as long; 256 leaves of 128 items compare in 17 MB."""


def build_graph(trees: Iterable[Leaves], vectors: Embeddings, degree: int) -> Neighborhoods:
    """Join the items of a collection.

    Args:
        trees: Leaves of each tree, in at most one of which an item is.
        vectors: (n_items, dim) float32, compared as euclidean.
        degree: How many neighbors to keep of an item, the nearest.

    Returns:
        (n_items, degree), the same for the same trees and vectors.
    """
    n_items = len(vectors)
    vectors = np.ascontiguousarray(vectors)  # or np.take would copy them for each block
    edges = np.concatenate([_spanning_edges(leaves, vectors) for leaves in trees])  # (n, 2)
    # One number for each direction of an edge, so that sorting brings those of an item together.
    directed = np.concatenate([edges @ [n_items, 1], edges @ [1, n_items]])
    directed.sort()
    directed = directed[np.diff(directed, prepend=-1) > 0]
    items, others = np.divmod(directed, n_items)
    counts = np.bincount(items, minlength=n_items)
    places = np.arange(len(items)) - (np.cumsum(counts) - counts)[items]
    neighbors = np.repeat(np.arange(n_items, dtype=np.int32)[:, None], degree, axis=1)
    fits = places < degree
    neighbors[items[fits], places[fits]] = others[fits]
    starts = np.cumsum(counts) - counts
    for item in np.flatnonzero(counts > degree):
        own = others[starts[item] : starts[item] + counts[item]]
        lengths = np.square(vectors[own] - vectors[item]).sum(axis=1)
        neighbors[item] = own[np.sort(np.argsort(lengths, kind="stable")[:degree])]
    return neighbors


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


def _spanning_edges(leaves: Leaves, vectors: Embeddings) -> NDArray[np.int64]:
    """Edges of a minimum spanning tree of each leaf, (n, 2) item ids."""
    ids, sizes = leaves
    order = np.argsort(sizes, kind="stable")  # those of like size together waste little
    parts = [
        _spanning_edges_of_some(ids[some, : sizes[some[-1]]].astype(np.int64), sizes[some], vectors)
        for some in np.split(order, range(_LEAVES_AT_ONCE, len(order), _LEAVES_AT_ONCE))
    ]
    return np.concatenate(parts)


def _spanning_edges_of_some(
    ids: NDArray[np.int64], sizes: NDArray[np.int32], vectors: Embeddings
) -> NDArray[np.int64]:
    """Grow the trees of some leaves together, by one item at each step.

    Source: Prim 1957, https://doi.org/10.1002/j.1538-7305.1957.tb01515.x.

    Args:
        ids: (n, size) items; those beyond the leaf's own size do not count.
        sizes: (n,) at least 1.
        vectors: (n_items, dim) float32.

    Returns:
        (sum of sizes - n, 2) item ids.
    """
    n, size = ids.shape
    is_item = np.arange(size) < sizes[:, None]
    lengths = _squared_distances(vectors, np.where(is_item, ids, 0))
    every = np.arange(n)
    is_joined = ~is_item
    is_joined[:, 0] = True
    shortest = np.where(is_joined, np.inf, lengths[:, 0])  # from the tree to an item
    nearest = np.zeros((n, size), dtype=np.intp)  # in the tree
    edges = []
    for step in range(1, size):
        item = shortest.argmin(axis=1)
        grows = sizes > step
        edges.append(np.stack([ids[every, item], ids[every, nearest[every, item]]], axis=1)[grows])
        is_joined[every, item] = True
        shortest[every, item] = np.inf
        reach = lengths[every, item]
        is_shorter = (reach < shortest) & ~is_joined
        np.copyto(shortest, reach, where=is_shorter)
        np.copyto(nearest, item[:, None], where=is_shorter)
    return np.concatenate(edges) if edges else np.empty((0, 2), dtype=np.int64)


def _squared_distances(vectors: Embeddings, ids: NDArray[np.int64]) -> Embeddings:
    """Squares of the distances between all items of a leaf, (n, size, size), for ids (n, size)."""
    rows = np.take(vectors, ids, axis=0)  # (n, size, dim)
    squares = np.einsum("ijk,ijk->ij", rows, rows)
    lengths: Embeddings = rows @ rows.swapaxes(1, 2)
    lengths *= -2
    lengths += squares[:, :, None]
    lengths += squares[:, None, :]
    return lengths
