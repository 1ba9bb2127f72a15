"""The nearest among some items, found as `ExactSearch.nearest_among` finds them, but compiled.

All are compared in float32, where they lie. Those that rounding could have put on the wrong side of
the k-th are then measured in float64, so that what is answered is exact.
"""

import numpy as np

from similarity.ann.compiled import (
    array,
    compiled,
    float32,
    float64,
    int64,
    pair,
    prefetch,
    written,
)
from similarity.ann.exact import ROUNDING, ExactSearch
from similarity.datatypes import METRICS, Distances, Embeddings, Ids

_ANGULAR, _EUCLIDEAN, _MANHATTAN, _DOT = (
    METRICS.index(metric) for metric in ("angular", "euclidean", "manhattan", "dot")
)
_FETCHED = 64
"""Components of a row that are fetched ahead; the processor itself goes on then. A whole row takes
1.15 times as long, none 1.3 times."""

_TINY = float(np.finfo(np.float32).tiny)


class CompiledRanking:
    """Ranks items by their embeddings. Safe to use from several threads."""

    def __init__(self, exact: ExactSearch) -> None:
        """Rank by what exact search compares.

        Args:
            exact: Over all rows.
        """
        self._rows = np.ascontiguousarray(exact.rows)
        self._by = METRICS.index(exact.metric), exact.longest

    def nearest_among(self, query: Embeddings, ids: Ids, k: int) -> tuple[Ids, Distances]:
        """Find the nearest among some of the rows, see `ExactSearch.nearest_among`.

        Args:
            query: (dim,) float32.
            ids: (n,) row numbers, each once, in any order.
            k: How many to find.
        """
        nearest: tuple[Ids, Distances] = _rank(
            self._rows, self._by, np.ascontiguousarray(query), ids, min(k, len(ids))
        )
        return nearest


@compiled(float32(array(float32, 2), int64, array(float32), int64), sums=True)
def _key(rows: Embeddings, item: int, query: Embeddings, metric: int) -> np.float32:
    """A number that grows with the distance; of the size of squares for euclidean."""
    total = squares = np.float32(0)
    if metric == _EUCLIDEAN:
        for i in range(len(query)):
            difference = rows[item, i] - query[i]
            total += difference * difference
    elif metric == _MANHATTAN:
        for i in range(len(query)):
            total += abs(rows[item, i] - query[i])
    else:
        for i in range(len(query)):
            total -= rows[item, i] * query[i]
            squares += rows[item, i] * rows[item, i]
        if metric == _ANGULAR:
            total /= np.sqrt(max(squares, np.float32(_TINY)))
    return total


@compiled(float64(array(float32, 2), int64, array(float32), int64), sums=True)
def _distance(rows: Embeddings, item: int, query: Embeddings, metric: int) -> float:
    """What `metrics.distances` measures of one row."""
    total = squares = own = 0.0
    if metric == _EUCLIDEAN:
        for i in range(len(query)):
            difference = np.float64(rows[item, i]) - np.float64(query[i])
            total += difference * difference
        return float(np.sqrt(total))
    if metric == _MANHATTAN:
        for i in range(len(query)):
            total += abs(np.float64(rows[item, i]) - np.float64(query[i]))
        return total
    for i in range(len(query)):
        x, y = np.float64(rows[item, i]), np.float64(query[i])
        total += x * y
        squares += x * x
        own += y * y
    if metric == _DOT:
        return total
    lengths = np.sqrt(squares * own)
    cosine = total / lengths if lengths > 0.0 else 0.0
    return float(np.sqrt(2.0 - 2.0 * min(1.0, max(-1.0, cosine))))


@compiled(float64(float64, array(float32), int64, float64))
def _size(key: float, query: Embeddings, metric: int, longest: float) -> float:
    """What a key's rounding error is a share of."""
    if metric in (_EUCLIDEAN, _MANHATTAN):
        return key
    total = 0.0
    for value in query:
        total += np.float64(value) * np.float64(value)
    return float(np.sqrt(total)) * (longest if metric == _DOT else 1.0)


@compiled(
    pair((written(int64), written(float64)))(
        array(float32, 2), pair((int64, float64)), array(float32), array(int64), int64
    )
)
def _rank(
    rows: Embeddings, by: tuple[int, float], query: Embeddings, ids: Ids, k: int
) -> tuple[Ids, Distances]:
    """The k nearest of some rows, nearest first, equal distances in the order of the rows.

    Args:
        rows: (n_rows, dim) float32.
        by: The metric's place among all, and the length of the longest row.
        query: (dim,) float32.
        ids: (n,) row numbers.
        k: At most n.
    """
    metric, longest = by
    keys = np.empty(len(ids), dtype=np.float32)
    for place, item in enumerate(ids):
        if place + 1 < len(ids):
            prefetch(rows, ids[place + 1] * rows.shape[1], _FETCHED)
        keys[place] = _key(rows, item, query, metric)
    order = np.argsort(keys)
    n = k
    if k > 0:
        last = np.float64(keys[order[k - 1]])
        last += ROUNDING * np.sqrt(len(query)) * _size(last, query, metric, longest)
        while n < len(ids) and keys[order[n]] <= last:
            n += 1
    nearest = np.sort(ids[order[:n]])
    values = np.empty(n, dtype=np.float64)
    for place, item in enumerate(nearest):
        values[place] = _distance(rows, item, query, metric)
    order = np.argsort(-values if metric == _DOT else values, kind="mergesort")[:k]
    return nearest[order], values[order]
