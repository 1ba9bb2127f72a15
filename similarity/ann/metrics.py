"""All that tells one metric from another; a new one is an entry here and a name in datatypes.py.

Distances are those that a person sees: float64, and angular as Annoy defines it. Keys are numbers
that grow with them, cheaper and in float32, by which all items are compared first.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from similarity.datatypes import Distances, Embeddings, Ids, Metric

Keys = NDArray[np.float32]

_BLOCK = 2**16
"""Components of rows that manhattan compares at once: 256 KB stay in a core's cache."""


@dataclass(frozen=True)
class MetricTraits:
    """What is peculiar to a metric.

    Attributes:
        distances: Of query (dim,) and rows (n, dim), both float64: (n,) in the metric's own unit.
        keys: Of queries (m, dim), rows (n, dim) and the rows' squared lengths (n,), all float32:
            (m, n) numbers that grow with the distance.
        key_size: Of a query's length, the longest row's length and a key: what the key's rounding
            error is a share of.
        children_at: Bytes of a node of Annoy's before its children.
        header: Bytes of a node of Annoy's before its vector.
        is_inner_product: Whether larger is nearer, and a projection must keep inner products.
        is_of_directions: Whether only directions count, so that a projection takes unit vectors.
        residual_share: Which share of the squared residual a projection adds to an item's squared
            distance; see `projection`.
        is_compiled: Whether `ranking` has it; others are ranked in NumPy.

    Source: for the bytes, annoylib.h 1.17.3, struct Node of each metric.
    """

    distances: Callable[[Distances, Distances], Distances]
    keys: Callable[[Embeddings, Embeddings, Keys], Keys]
    key_size: Callable[[float, float, float], float]
    children_at: int
    header: int
    is_inner_product: bool = False
    is_of_directions: bool = False
    residual_share: float = 0.5
    is_compiled: bool = True


def distances(query: Embeddings, rows: Embeddings, metric: Metric) -> Distances:
    """Measure how far each row is from the query.

    Args:
        query: (dim,) float32.
        rows: (n, dim) float32.
        metric: Angular is sqrt(2 (1 - cos)), as Annoy defines it.

    Returns:
        (n,) float64 in the metric's own unit; for dot the inner product, where larger is nearer.
    """
    return TRAITS[metric].distances(query.astype(np.float64), rows.astype(np.float64))


def similarities(query: Embeddings, rows: Embeddings) -> Distances:
    """Cosine of the angle between the query and each row, (n,) float64 in [-1, 1]."""
    return _cosines(query.astype(np.float64), rows.astype(np.float64))


def order_nearest_first(values: Distances, metric: Metric) -> Ids:
    """Positions that sort distances nearest first; equal ones stay in the order they came in."""
    return np.argsort(-values if TRAITS[metric].is_inner_product else values, kind="stable")


def _cosines(query: Distances, rows: Distances) -> Distances:
    """Cosines; 0 where a vector has no length, as Annoy has it."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosines = np.where(lengths > 0, rows @ query / lengths, 0.0)
    return np.clip(cosines, -1.0, 1.0)


def _angular_distances(query: Distances, rows: Distances) -> Distances:
    angles: Distances = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * _cosines(query, rows)))
    return angles


def _angular_keys(queries: Embeddings, rows: Embeddings, squares: Keys) -> Keys:
    keys: Keys = queries @ rows.T
    keys /= -np.sqrt(np.maximum(squares, np.finfo(np.float32).tiny))
    return keys


def _euclidean_distances(query: Distances, rows: Distances) -> Distances:
    lengths: Distances = np.linalg.norm(rows - query, axis=1)
    return lengths


def _euclidean_keys(queries: Embeddings, rows: Embeddings, squares: Keys) -> Keys:
    keys: Keys = queries @ rows.T
    keys *= -2
    keys += squares
    return keys


def _manhattan_distances(query: Distances, rows: Distances) -> Distances:
    sums: Distances = np.abs(rows - query).sum(axis=1)
    return sums


def _manhattan_keys(queries: Embeddings, rows: Embeddings, _: Keys) -> Keys:
    """Manhattan distances, block by block so that all stays in the cache."""
    n, dim = rows.shape
    keys = np.empty((len(queries), n), dtype=np.float32)
    ones = np.ones(dim, dtype=np.float32)
    at_once = max(1, _BLOCK // dim)
    differences = np.empty((at_once, dim), dtype=np.float32)
    for start in range(0, n, at_once):
        block = rows[start : start + at_once]
        out = differences[: len(block)]
        for own, query in zip(keys, queries, strict=True):
            np.abs(np.subtract(block, query, out=out), out=out)
            np.dot(out, ones, out=own[start : start + at_once])
    return keys


def _inner_products(query: Distances, rows: Distances) -> Distances:
    products: Distances = rows @ query
    return products


def _dot_keys(queries: Embeddings, rows: Embeddings, _: Keys) -> Keys:
    keys: Keys = queries @ rows.T
    return np.negative(keys, out=keys)


TRAITS: dict[Metric, MetricTraits] = {
    "angular": MetricTraits(
        distances=_angular_distances,
        keys=_angular_keys,
        key_size=lambda length, _longest, _key: length,
        children_at=4,
        header=12,
        is_of_directions=True,
    ),
    "euclidean": MetricTraits(
        distances=_euclidean_distances,
        keys=_euclidean_keys,
        key_size=lambda length, longest, _key: longest * (longest + 2 * length),
        children_at=8,
        header=16,
    ),
    "manhattan": MetricTraits(
        distances=_manhattan_distances,
        keys=_manhattan_keys,
        key_size=lambda _length, _longest, key: key,
        children_at=8,
        header=16,
        residual_share=1.0,
    ),
    "dot": MetricTraits(
        distances=_inner_products,
        keys=_dot_keys,
        key_size=lambda length, longest, _key: longest * length,
        children_at=4,
        header=16,
        is_inner_product=True,
    ),
}
