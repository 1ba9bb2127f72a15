"""From a leaf of Annoy's along the graph to the nearest items, by short vectors in bytes.

Best-first search: of all items that were compared with the query, a beam keeps the nearest; the
nearest of those whose neighbors were not looked at comes next, until the beam has none left. Where
the beam would hold a good part of all items, or few items are allowed, all of those are compared
instead, which is then faster.

A number of a short vector becomes one of 255 steps between the largest of its component in the
collection and its negative: bytes stay in a processor's cache where floats do not. The length that
a projection adds to an item, and that no query has, stays exact. The nearest are ranked by their
embeddings afterwards.

Source: Malkov and Yashunin 2016, https://arxiv.org/abs/1603.09320, algorithm 2, on one layer.
"""

import numpy as np
from numpy.typing import NDArray

from similarity.ann.compiled import (
    aligned,
    array,
    compiled,
    float32,
    int8,
    int32,
    int64,
    pair,
    prefetch,
    uint64,
    written,
)
from similarity.ann.graph import Neighborhoods
from similarity.datatypes import Allowed, Embeddings, Ids

_Graph = tuple[NDArray[np.int8], NDArray[np.float32], Neighborhoods]
"""(n_items, dim) codes, (n_items,) squares of lengths and (n_items, degree) neighbors."""

_Ids32 = NDArray[np.int32]

_STEPS = 127
_ROWS_AT_ONCE = 4096
"""Rounded to bytes in 2 MB of 128 dims, a core's own cache here."""

SCANNED_PER_PLACE = 24
"""All allowed items are compared where there are fewer than this for each place in the beam. Of
200,000 items, 40,000 are compared in 1280 us, and found along the graph in 1110 with a beam of
1500; 20,000 in 870 and 640 with 800; 10,000 in 660 and 1240 with 1600."""


class GraphSearch:
    """Finds the nearest items along a graph. Safe to use from several threads."""

    def __init__(
        self,
        vectors: Embeddings,
        neighbors: Neighborhoods,
        scanned_per_place: int = SCANNED_PER_PLACE,
    ) -> None:
        """Round the vectors to bytes.

        Args:
            vectors: (n_items, dim) float32 as `Projection.of_items` gives them, all finite.
            neighbors: (n_items, degree) ids.
            scanned_per_place: All allowed items are compared where there are fewer for each place
                in the beam.
        """
        self.scanned_per_place = scanned_per_place
        n_items, dim = len(vectors), vectors.shape[1] - 1
        self._neighbors = aligned(neighbors.shape, np.int32)
        self._neighbors[:] = neighbors
        self._squares = aligned((n_items,), np.float32)
        self._codes = aligned((n_items, dim), np.int8)
        largest = np.maximum(vectors.max(axis=0), -vectors.min(axis=0))[:-1]
        step = np.maximum(largest, np.finfo(np.float32).tiny * _STEPS) / _STEPS  # (dim,)
        self._weights = -2 * step
        for start in range(0, n_items, _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            components, lengths = vectors[part, :-1], vectors[part, -1]
            self._codes[part] = np.rint(components / step)
            rounded = self._codes[part] * step
            # Of the rounded vector, whose error grows with its distance from the query only.
            self._squares[part] = np.einsum("ij,ij->i", rounded, rounded) + lengths**2

    def nearest(
        self,
        query: Embeddings,
        seeds: _Ids32,
        n: int,
        beam: int,
        allowed: Allowed | None = None,
    ) -> tuple[Ids, int]:
        """Find the items that seem nearest.

        Args:
            query: (dim,) float32 as `Projection.of_query` gives it.
            seeds: (m,) items to begin with, each once.
            n: How many to find.
            beam: How many to keep in view, if more than n; more find more and take longer.
            allowed: Which items may be found; all, unless given.

        Returns:
            (at most n,) ids, nearest first, and how many items were compared.
        """
        weights = self._weights * query[:-1]
        n_items = len(self._codes)
        n_allowed = n_items if allowed is None else int(np.count_nonzero(allowed))
        width = max(beam, n) * n_items // max(n_allowed, 1)  # that holds a beam of allowed ones
        n_compared = 0
        if n_allowed > self.scanned_per_place * width:
            graph = self._codes, self._squares, self._neighbors
            ids, n_compared = _search(graph, weights, seeds, width)
            if allowed is not None:
                ids = ids[allowed[ids]]
            if len(ids) >= n:
                return ids[:n], n_compared
        ids = np.arange(n_items) if allowed is None else np.flatnonzero(allowed)
        keys = _compare(self._codes, self._squares, weights, ids)
        return ids[_smallest(keys, n)], n_compared + len(ids)


def _smallest(keys: NDArray[np.float32], n: int) -> NDArray[np.intp]:
    """Where the n smallest are, smallest first."""
    places = np.argpartition(keys, n)[:n] if n < len(keys) else np.arange(len(keys))
    return places[np.argsort(keys[places], kind="stable")]


@compiled(float32(array(int8, 2), int64, array(float32)), sums=True)
def _dot(codes: NDArray[np.int8], item: int, weights: Embeddings) -> np.float32:
    total = np.float32(0)
    for i in range(len(weights)):
        total += np.float32(codes[item, i]) * weights[i]
    return total


@compiled(written(float32)(array(int8, 2), array(float32), array(float32), array(int64)))
def _compare(
    codes: NDArray[np.int8], squares: Embeddings, weights: Embeddings, ids: Ids
) -> NDArray[np.float32]:
    """Squares of distances, less that of the query's length, (m,) for ids (m,)."""
    keys = np.empty(len(ids), dtype=np.float32)
    for i, item in enumerate(ids):
        keys[i] = squares[item] + _dot(codes, item, weights)
    return keys


@compiled(int64(float32, int64))
def _entry(key: np.float32, item: int) -> int:
    """One number that sorts by key, then by id, and whose last bit is free."""
    bits = int(np.float32(key).view(np.int32))
    return ((bits ^ ((bits >> 31) & 0x7FFFFFFF)) << 32) | (item << 1)


@compiled(int64(int64))
def _item(entry: int) -> int:
    return (entry & 0xFFFFFFFF) >> 1


@compiled(int64(written(int64), int64, int64))
def _insert(beam: Ids, size: int, entry: int) -> int:
    """Put an entry in its place; the last one falls out of a full beam.

    Args:
        beam: (width,) of which the first are in order.
        size: How many.
        entry: To insert.

    Returns:
        Its place; the width where it has none.
    """
    place = size
    if size == len(beam):
        if entry >= beam[size - 1]:
            return size
        place -= 1
    while place > 0 and beam[place - 1] > entry:
        beam[place] = beam[place - 1]
        place -= 1
    beam[place] = entry
    return place


@compiled(int64(array(int32), written(uint64), written(int32)))
def _take_unseen(items: _Ids32, seen: NDArray[np.uint64], unseen: _Ids32) -> int:
    """Copy those items that were not seen; they count as seen then.

    Args:
        items: (m,) ids.
        seen: A bit for each item.
        unseen: (at least m,), filled.

    Returns:
        How many.
    """
    n = 0
    for item in items:
        bit = np.uint64(1) << np.uint64(item & 63)
        if not seen[item >> 6] & bit:
            seen[item >> 6] |= bit
            unseen[n] = item
            n += 1
    return n


@compiled(int64(written(int64), int64, int64))
def _next(beam: Ids, start: int, size: int) -> int:
    """The first place from a start on whose item was not expanded; the size, where all were."""
    while start < size and beam[start] & 1:
        start += 1
    return start


@compiled(
    pair((written(int64), int64))(
        pair((array(int8, 2), array(float32), array(int32, 2))), array(float32), array(int32), int64
    )
)
def _search(graph: _Graph, weights: Embeddings, seeds: _Ids32, width: int) -> tuple[Ids, int]:
    """Search from seeds with a beam of a width: ids nearest first, and how many were compared."""
    codes, squares, neighbors = graph
    dim, degree = codes.shape[1], neighbors.shape[1]
    beam = np.empty(width, dtype=np.int64)  # entries in order; their last bit says: expanded
    size = first = n_compared = 0  # in the beam; before it all are expanded; in all
    seen = np.zeros((len(codes) >> 6) + 1, dtype=np.uint64)
    new = np.empty(max(degree, len(seeds)), dtype=np.int32)
    n_new = _take_unseen(seeds, seen, new)
    while True:
        n_compared += n_new
        for item in new[:n_new]:
            prefetch(codes, np.int64(item) * dim, dim)
            prefetch(squares, item, 1)
        for item in new[:n_new]:
            place = _insert(beam, size, _entry(squares[item] + _dot(codes, item, weights), item))
            size = min(size + 1, width)
            first = min(first, place)
        first = _next(beam, first, size)
        if first == size:
            break
        beam[first] |= 1
        following = _next(beam, first, size)
        if following < size:  # likely to come next
            prefetch(neighbors, _item(beam[following]) * degree, degree)
        n_new = _take_unseen(neighbors[_item(beam[first])], seen, new)
    ids = np.empty(size, dtype=np.int64)
    for place in range(size):
        ids[place] = _item(beam[place])
    return ids, n_compared
