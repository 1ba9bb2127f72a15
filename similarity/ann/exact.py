"""Exact search: every item is looked at.

Annoy's own distances are float32 and, over a projection, approximate. Whatever a person sees comes
from here.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from similarity.ann.metrics import TRAITS, distances, order_nearest_first
from similarity.datatypes import Allowed, Distances, Embeddings, Ids, Metric

_KEYS_AT_ONCE = 2**25
"""Keys that are held at once, 128 MB: so many queries go over all rows together."""

_MEASURED_AT_ONCE = 64
"""Rows that are measured again at once: 1 MB of 2048 float64 stays in a core's cache."""

ROUNDING = 8 * float(np.finfo(np.float32).eps)
"""Of a float32 sum of one component, generously; sums of dim components err by its square root."""


def recall_at_k(found: Sequence[int], exact: Sequence[int]) -> float:
    """Share of the exact nearest items that was found, in [0, 1]."""
    return len(set(found) & set(exact)) / len(exact) if exact else 1.0


class ExactSearch:
    """Finds the nearest rows by looking at all of them, for one query or for many at once.

    All rows are compared in float32. Those that rounding could have put on the wrong side of the
    k-th are then measured again in float64. A memory map is read where it lies, never copied.
    """

    def __init__(self, rows: Embeddings, metric: Metric) -> None:
        """Measure the rows' lengths once.

        Args:
            rows: (n, dim) float32.
            metric: To compare by.
        """
        self.rows = np.asarray(rows)
        self.metric: Metric = metric
        self._traits = TRAITS[metric]
        squares = np.einsum("ij,ij->i", self.rows, self.rows)  # (n,)
        self._squares: NDArray[np.float32] = squares
        self.longest = float(np.sqrt(squares.max()))

    def neighbors(
        self,
        queries: Embeddings,
        k: int,
        leave_out: Sequence[int] | None = None,
        allowed: Allowed | None = None,
    ) -> Ids:
        """Find the k nearest rows of each query.

        Args:
            queries: (m, dim) float32.
            k: How many to find.
            leave_out: m rows that may be found by others; each query's own is not found.
            allowed: Rows that may be found; all, unless given.

        Returns:
            (m, k) row numbers, nearest first, equal distances in the order of the rows; fewer
            columns where there are not so many rows.
        """
        n = len(self.rows)
        n_allowed = n if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, n_allowed - (leave_out is not None))
        nearest = np.empty((len(queries), k), dtype=np.intp)
        at_once = max(1, _KEYS_AT_ONCE // n)
        for start in range(0, len(queries), at_once):
            keys = self._traits.keys(queries[start : start + at_once], self.rows, self._squares)
            for number, own in enumerate(keys, start):
                if leave_out is not None:
                    own[leave_out[number]] = np.inf
                if allowed is not None:
                    own[~allowed] = np.inf
                nearest[number], _ = self._nearest(queries[number], self.rows, own, k)
        return nearest

    def nearest_among(self, query: Embeddings, ids: Ids, k: int) -> tuple[Ids, Distances]:
        """Find the nearest among some of the rows.

        Args:
            query: (dim,) float32.
            ids: (n,) row numbers, each once.
            k: How many to find.

        Returns:
            (at most k,) row numbers, nearest first, equal distances in the order of the rows, and
            their distances, float64, in the metric's own unit.
        """
        ids = np.sort(ids)
        rows = np.take(self.rows, ids, axis=0)  # (n, dim)
        keys = self._traits.keys(query[None], rows, self._squares[ids])[0]
        positions, values = self._nearest(query, rows, keys, min(k, len(ids)))
        return ids[positions], values

    def _nearest(
        self, query: Embeddings, rows: Embeddings, keys: NDArray[np.float32], k: int
    ) -> tuple[Ids, Distances]:
        """The k nearest rows, given their keys: (k,) positions and distances."""
        if k == 0:
            return np.empty(0, dtype=np.intp), np.empty(0)
        last = np.partition(keys, k - 1)[k - 1]
        best = np.flatnonzero(keys <= last + self._key_error(query, float(last)))
        # In parts, because a collection of equal rows is measured whole.
        parts = np.split(best, range(_MEASURED_AT_ONCE, len(best), _MEASURED_AT_ONCE))
        values = np.concatenate([distances(query, rows[part], self.metric) for part in parts])
        order = order_nearest_first(values, self.metric)[:k]
        return best[order], values[order]

    def _key_error(self, query: Embeddings, key: float) -> float:
        """How far two keys near the given one may lie apart by rounding alone."""
        size = self._traits.key_size(float(np.linalg.norm(query)), self.longest, key)
        return ROUNDING * size * math.sqrt(len(query))
