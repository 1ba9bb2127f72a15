"""Which items lie beside which: a graph that leads from Annoy's first candidates to the nearest.

    leaves of Annoy's trees --spanning trees--> edges --the shortest--> neighbors (n_items, degree)

Each tree cuts the items into leaves of near ones, in its own way. Within a leaf, the edges of a
minimum spanning tree join every item to others without joining those that another edge joins
already, so that few of them lead out of a crowd of items that are nearly alike: the nearest
neighbors of an item often know each other only. The edges of all trees together are the graph.

Source: Muñoz, Gonçalves, Dias and Torres 2019, "Hierarchical clustering-based graphs for large
scale approximate nearest neighbor search", https://doi.org/10.1016/j.patcog.2019.106970; there the
leaves are made for the purpose.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from similarity.ann.compiled import array, compiled, float32, int32, int64, void, written
from similarity.ann.graph import Neighborhoods
from similarity.datatypes import Embeddings

Leaves = tuple[NDArray[np.int32], NDArray[np.int32]]
"""(n, capacity) item ids in each leaf, and (n,) how many of them count."""


def build_graph(trees: Iterable[Leaves], vectors: Embeddings, degree: int) -> Neighborhoods:
    """Join the items of a collection.

    Args:
        trees: Leaves of each tree, in at most one of which an item is.
        vectors: (n_items, dim) float32, compared as euclidean.
        degree: How many neighbors to keep of an item, the nearest.

    Returns:
        (n_items, degree), the same for the same trees and vectors.
    """
    vectors = np.ascontiguousarray(vectors)
    neighbors = np.repeat(np.arange(len(vectors), dtype=np.int32)[:, None], degree, axis=1)
    lengths = np.full(neighbors.shape, np.inf, dtype=np.float32)
    for ids, sizes in trees:
        _join(np.ascontiguousarray(ids), np.ascontiguousarray(sizes), vectors, neighbors, lengths)
    # Those that are not there are infinitely far and come last.
    order = np.argsort(np.where(np.isinf(lengths), len(vectors), neighbors), axis=1, kind="stable")
    return np.take_along_axis(neighbors, order, axis=1)


@compiled(float32(array(float32, 2), int64, int64), sums=True)
def _squared_distance(rows: Embeddings, one: int, other: int) -> np.float32:
    total = np.float32(0)
    for i in range(rows.shape[1]):
        difference = rows[one, i] - rows[other, i]
        total += difference * difference
    return total


@compiled(void(written(int32, 2), written(float32, 2), int64, int64, float32))
def _add(
    neighbors: Neighborhoods, lengths: Embeddings, item: int, other: int, length: np.float32
) -> None:
    """Make one item a neighbor of another, if it is nearer than the most remote one there."""
    farthest = 0
    for place in range(neighbors.shape[1]):
        if neighbors[item, place] == other:
            return
        if lengths[item, place] > lengths[item, farthest]:
            farthest = place
    if length < lengths[item, farthest]:
        neighbors[item, farthest] = other
        lengths[item, farthest] = length


@compiled(
    void(array(int32, 2), array(int32), array(float32, 2), written(int32, 2), written(float32, 2))
)
def _join(
    leaves: NDArray[np.int32],
    sizes: NDArray[np.int32],
    vectors: Embeddings,
    neighbors: Neighborhoods,
    lengths: Embeddings,
) -> None:
    """Add the edges of a minimum spanning tree of each leaf, grown by one item at each step.

    Source: Prim 1957, https://doi.org/10.1002/j.1538-7305.1957.tb01515.x.

    Args:
        leaves: (n, capacity) items; those beyond a leaf's own size do not count.
        sizes: (n,).
        vectors: (n_items, dim) float32.
        neighbors: (n_items, degree), changed.
        lengths: (n_items, degree) squares of their distances, infinite where none is, changed.
    """
    capacity = leaves.shape[1]
    rows = np.empty((capacity, vectors.shape[1]), dtype=np.float32)
    rest = np.empty(capacity, dtype=np.int64)  # places of those that are not in the tree
    shortest = np.empty(capacity, dtype=np.float32)  # squares of distances from it to the rest
    nearest = np.empty(capacity, dtype=np.int64)  # places in it
    for leaf in range(len(leaves)):
        ids, size = leaves[leaf], sizes[leaf]
        for place in range(size):
            rows[place] = vectors[ids[place]]
            rest[place], shortest[place], nearest[place] = place, np.inf, size - 1
        joined = size - 1
        for n_rest in range(size - 1, 0, -1):
            best = 0
            for i in range(n_rest):
                length = _squared_distance(rows, joined, rest[i])
                if length < shortest[i]:
                    shortest[i], nearest[i] = length, joined
                if shortest[i] < shortest[best]:
                    best = i
            joined = rest[best]
            one, other = ids[joined], ids[nearest[best]]
            _add(neighbors, lengths, one, other, shortest[best])
            _add(neighbors, lengths, other, one, shortest[best])
            last = n_rest - 1  # takes the place of the one that is joined now
            rest[best], shortest[best], nearest[best] = rest[last], shortest[last], nearest[last]
