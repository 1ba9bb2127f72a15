"""What the four metrics measure, computed exactly.

Annoy's own distances are float32 and, over a projection, approximate. Whatever a person sees comes
from here.
"""

import numpy as np
from numpy.typing import NDArray

from similarity.datatypes import Embeddings, Metric

Distances = NDArray[np.float64]

_CHUNK = 4096
"""Rows that an exact search compares at once: 32 MB of 2048 float32."""

_SPARE = 16
"""How many more than k are measured again: float32 may swap rows that are nearly as near."""


def distances(query: Embeddings, rows: Embeddings, metric: Metric) -> Distances:
    """Measure how far each row is from the query.

    Args:
        query: (dim,) float32.
        rows: (n, dim) float32.
        metric: Angular is sqrt(2 (1 - cos)), as Annoy defines it.

    Returns:
        (n,) float64 in the metric's own unit; for dot the inner product, where larger is nearer.
    """
    q, x = query.astype(np.float64), rows.astype(np.float64)
    values: Distances
    match metric:
        case "angular":
            values = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * _cosines(q, x)))
        case "euclidean":
            values = np.linalg.norm(x - q, axis=1)
        case "manhattan":
            values = np.abs(x - q).sum(axis=1)
        case "dot":
            values = x @ q
    return values


def similarities(query: Embeddings, rows: Embeddings) -> Distances:
    """Cosine of the angle between the query and each row, (n,) float64 in [-1, 1]."""
    return _cosines(query.astype(np.float64), rows.astype(np.float64))


def order_nearest_first(values: Distances, metric: Metric) -> NDArray[np.intp]:
    """Positions that sort distances nearest first; equal ones stay in the order they came in."""
    return np.argsort(-values if metric == "dot" else values, kind="stable")


def exact_neighbors(
    query: Embeddings, rows: Embeddings, metric: Metric, k: int, leave_out: int | None = None
) -> NDArray[np.intp]:
    """Find the k nearest rows by looking at all of them.

    Rows are compared in float32 and in chunks, so that a memory map is never copied whole; the
    best, with some to spare, are then measured in float64.

    Args:
        query: (dim,) float32.
        rows: (n, dim) float32.
        metric: To compare by.
        k: How many to find.
        leave_out: A row that is not to be found.

    Returns:
        (k,) row numbers, nearest first, equal distances in the order of the rows; fewer where
        there are no more.
    """
    starts = range(0, len(rows), _CHUNK)
    keys = np.concatenate([_keys(query, rows[start : start + _CHUNK], metric) for start in starts])
    if leave_out is not None:
        keys[leave_out] = np.inf
    k = min(k, len(rows) - (leave_out is not None))
    n_best = min(k + _SPARE, len(rows))
    best = np.sort(np.argpartition(keys, n_best - 1)[:n_best])
    best = best[np.isfinite(keys[best])]
    order = order_nearest_first(distances(query, rows[best], metric), metric)
    nearest: NDArray[np.intp] = best[order[:k]]
    return nearest


def _keys(query: Embeddings, rows: Embeddings, metric: Metric) -> NDArray[np.float32]:
    """Numbers that grow with the distance, (n,) float32, cheaper than the distances themselves."""
    keys: NDArray[np.float32]
    match metric:
        case "angular":
            lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
            keys = -(rows @ query) / np.maximum(lengths, np.finfo(np.float32).tiny)
        case "euclidean":
            differences = rows - query
            keys = np.einsum("ij,ij->i", differences, differences)
        case "manhattan":
            keys = np.abs(rows - query).sum(axis=1)
        case "dot":
            keys = -(rows @ query)
    return keys


def _cosines(query: Distances, rows: Distances) -> Distances:
    """Cosines; 0 where a vector has no length, as Annoy has it."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosines = np.where(lengths > 0, rows @ query / lengths, 0.0)
    return np.clip(cosines, -1.0, 1.0)
