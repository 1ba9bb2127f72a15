"""From embeddings to the short vectors that Annoy searches: mean, principal components, one more.

A leaf of an Annoy tree holds about as many items as a vector has dims, so the number of components
decides both what a search costs and how finely search_k sets it. What the components leave out is
made good by re-ranking, which needs fewer rows when Annoy's order is nearer to the true one. That
is what the last coordinate is for: items carry a length there, queries carry 0, so that the square
of an item's length is added to the square of its distance from any query.

    metric      rows         centered   last coordinate of an item          Annoy's order
    angular     unit length  yes        sqrt(half of the residual)          near to exact
    euclidean   as given     yes        sqrt(half of the residual)          near to exact
    manhattan   as given     yes        sqrt(the residual)                  a proxy
    dot         as given     no         sqrt(longest² - length²), projected near to exact

The residual is the square of what the components leave of a row. Two residuals at a right angle
would add up in full; those of neighbors point the same way by half. Distances between unit rows
order as angles do. Components keep inner products only when nothing is subtracted, and with the
last coordinate the nearest item is the one of largest inner product. Manhattan distances survive
no rotation: the euclidean order stands in for theirs, and more rows are re-ranked.
"""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np

from similarity.ann.metrics import TRAITS
from similarity.datatypes import Embeddings, Metric
from similarity.errors import ArtifactCorruptError
from similarity.store.arrays import read_npz
from similarity.store.files import written_whole

_SAMPLE = 10_000
"""Rows that components are fitted to."""

_ROUNDS = 4
"""Of subspace iteration."""

_SPARE = 16
"""Directions beside those asked for, which make the iteration converge."""

_BLOCK = 4096
"""Rows that are measured at once: 32 MB of 2048 float32."""


@dataclass(frozen=True)
class Projection:
    """Takes embeddings to the vectors of an index, all of which Annoy compares as euclidean.

    Attributes:
        metric: Of the embeddings.
        center: (dim,) float32, subtracted first.
        components: (n_components, dim) float32, orthonormal rows.
        longest: Length of the longest projected row for dot, else 0.
    """

    metric: Metric
    center: Embeddings
    components: Embeddings
    longest: float

    @property
    def dim(self) -> int:
        """Length of the vectors that it gives."""
        return len(self.components) + 1

    @classmethod
    def fit(cls, rows: Embeddings, metric: Metric, n_components: int, seed: int) -> "Projection":
        """Find the principal components of a collection, from a sample of it.

        Args:
            rows: (n, dim) float32, not copied whole.
            metric: By which they are compared.
            n_components: At most dim.
            seed: Of the sample.
        """
        rng = np.random.default_rng(seed)
        n, dim = rows.shape
        chosen = np.sort(rng.choice(n, min(n, _SAMPLE), replace=False))
        sample = _prepared(rows[chosen], metric)
        center = np.zeros(dim, dtype=np.float32)
        if not TRAITS[metric].is_inner_product:
            center = sample.mean(axis=0, dtype=np.float64).astype(np.float32)
        components = _principal_components(sample - center, n_components, rng)
        longest = 0.0
        if TRAITS[metric].is_inner_product:
            blocks = (rows[start : start + _BLOCK] for start in range(0, n, _BLOCK))
            longest = max(np.linalg.norm(block @ components.T, axis=1).max() for block in blocks)
        return cls(metric, center, components, float(longest))

    def of_items(self, rows: Embeddings) -> Embeddings:
        """Project rows of the collection, (n, dim) -> (n, n_components + 1) float32."""
        centered = _prepared(rows, self.metric) - self.center
        projected = centered @ self.components.T
        squares = np.einsum("ij,ij->i", projected, projected)
        if TRAITS[self.metric].is_inner_product:
            extra = self.longest**2 - squares
        else:
            residuals = np.einsum("ij,ij->i", centered, centered) - squares
            extra = TRAITS[self.metric].residual_share * residuals
        lengths = np.sqrt(np.maximum(extra, 0.0), dtype=np.float32)
        return np.hstack([projected, lengths[:, None]])

    def of_query(self, query: Embeddings) -> Embeddings:
        """Project a query, (dim,) -> (n_components + 1,) float32."""
        centered = _prepared(query[None], self.metric)[0] - self.center
        return np.append(self.components @ centered, np.float32(0))

    def save(self, path: Path) -> None:
        """Write the numbers to an .npz file, which appears whole."""
        with written_whole(path) as file:
            np.savez(
                file,
                center=self.center,
                components=self.components,
                longest=np.float64(self.longest),
            )

    @classmethod
    def load(cls, path: Path, metric: Metric, dim: int, n_components: int) -> "Projection":
        """Read what `save` wrote.

        Args:
            path: The file.
            metric: Of the embeddings.
            dim: Of the embeddings.
            n_components: As the manifest says.

        Raises:
            ArtifactCorruptError: It does not hold finite numbers of these shapes.
        """
        arrays = read_npz(path, ("center", "components", "longest"), "a projection")
        if any(array.dtype.kind != "f" for array in arrays) or arrays[2].ndim != 0:
            raise ArtifactCorruptError(
                f"{path} does not hold the floating-point numbers of a projection; build the "
                "artifact again."
            )
        center, components = (array.astype(np.float32) for array in arrays[:2])
        longest = float(arrays[2])
        if (center.shape, components.shape) != ((dim,), (n_components, dim)):
            raise ArtifactCorruptError(
                f"{path} holds components of shape {components.shape} and a center of shape "
                f"{center.shape}, not {(n_components, dim)} and {(dim,)}; build the artifact again."
            )
        if not (np.isfinite(center).all() and np.isfinite(components).all() and isfinite(longest)):
            raise ArtifactCorruptError(
                f"{path} holds numbers that are not finite; build the artifact again."
            )
        return cls(metric, center, components, longest)


def _prepared(rows: Embeddings, metric: Metric) -> Embeddings:
    """Bring rows to unit length where directions count; a row without length stays as it is."""
    if not TRAITS[metric].is_of_directions:
        return rows
    squares = np.einsum("ij,ij->i", rows, rows)
    unit: Embeddings = rows / np.sqrt(np.maximum(squares, np.finfo(np.float32).tiny))[:, None]
    return unit


def _principal_components(
    sample: Embeddings, n_components: int, rng: np.random.Generator
) -> Embeddings:
    """Directions of largest variance, by subspace iteration.

    Source: Halko, Martinsson and Tropp 2011, https://arxiv.org/abs/0909.4061, algorithm 4.4.

    Args:
        sample: (n, dim) float32, centered.
        n_components: At most dim.
        rng: Chooses the start.

    Returns:
        (n_components, dim) float32, orthonormal, largest variance first.
    """
    dim = sample.shape[1]
    basis = rng.standard_normal((dim, min(dim, n_components + _SPARE)), dtype=np.float32)
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(sample.T @ (sample @ basis))  # (dim, n)
    projected = sample @ basis
    _, turned = np.linalg.eigh(projected.T @ projected)  # smallest variance first
    return np.ascontiguousarray((basis @ turned[:, ::-1][:, :n_components]).T)
