"""What search is measured by: this project's own stages, raw Annoy and exact search, all alike."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Protocol

import numpy as np

from similarity.ann.annoy_index import AnnoyIndex, build_index
from similarity.ann.exact import ExactSearch
from similarity.ann.graph import open_graph, save_graph
from similarity.ann.graph_build import build_graph
from similarity.ann.projection import Projection
from similarity.ann.retriever import Candidates, Retriever, index_vectors
from similarity.datatypes import Distances, Embeddings, Ids

K = 10
RERANKS = (20, 30, 40, 50, 70, 100, 150, 200)
BEAMS = (1, 1.5, 2, 3)
"""Widths of a beam, as multiples of the candidates that are ranked."""


class Ranking(Protocol):
    """Ranks candidates by their embeddings."""

    def nearest_among(self, query: Embeddings, ids: Ids, k: int) -> tuple[Ids, Distances]:
        """Find the k nearest of some items."""


class ProjectsQueries(Protocol):
    """Makes a query's short vector."""

    def of_query(self, query: Embeddings) -> Embeddings:
        """Project a query."""


class Method(ABC):
    """Something that finds candidates.

    Attributes:
        efforts: Settings to try, each an effort in the method's own unit and how many candidates to
            rank exactly.
        file: Name of its files; methods that share them have the same.
        ranking: Ranks its candidates.
    """

    efforts: Sequence[tuple[int, int]] = tuple(
        (round(beam * rerank), rerank) for rerank, beam in product(RERANKS, BEAMS)
    )
    file: str
    ranking: Ranking

    @abstractmethod
    def build(self, path: Path) -> None:
        """Write its files, all under names that begin with the path's."""

    @abstractmethod
    def open(self, path: Path) -> None:
        """Read what `build` wrote."""

    @abstractmethod
    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        """Find n items that are probably near to a query, (dim,) float32.

        Returns:
            How many were examined is told by this project's own stages, else 0.
        """


class Project(Method):
    """This project's own stages."""

    file = "project"

    def __init__(
        self,
        rows: Embeddings,
        projection: Projection,
        exact: ExactSearch,
        *,
        n_trees: int,
        degree: int,
    ) -> None:
        self._rows, self._projection, self._exact = rows, projection, exact
        self._n_trees, self._degree = n_trees, degree
        if not degree:
            self.efforts = tuple(product((500, 1000, 2000, 4000, 8000, 16000, 32000), RERANKS))

    def build(self, path: Path) -> None:
        blocks = index_vectors(self._rows, self._projection)
        dim = self._projection.dim
        build_index(path, blocks, dim=dim, metric="euclidean", n_trees=self._n_trees, seed=0)
        if self._degree:
            index = self._open_index(path)
            neighbors = build_graph(index.leaves(), index.vectors, self._degree)
            save_graph(path.with_suffix(".graph"), neighbors)

    def open(self, path: Path) -> None:
        index = self._open_index(path)
        neighbors = None
        if self._degree:
            neighbors = open_graph(path.with_suffix(".graph"), len(self._rows), self._degree)
        self.retriever = Retriever(self._exact, index, self._projection, neighbors)
        self.ranking = self.retriever.ranking

    def _open_index(self, path: Path) -> AnnoyIndex:
        return AnnoyIndex(path, "euclidean", self._projection.dim, len(self._rows), self._n_trees)

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        return self.retriever.candidates(query, effort, n)


class RawAnnoy(Method):
    """Annoy over the embeddings themselves."""

    file = "annoy"
    efforts = tuple((search_k, K) for search_k in (1000, 4000, 16000, 64000, 256000))

    def __init__(self, rows: Embeddings, exact: ExactSearch, n_trees: int) -> None:
        self._rows, self._n_trees, self.ranking = rows, n_trees, exact

    def build(self, path: Path) -> None:
        blocks, dim = index_vectors(self._rows, None), self._rows.shape[1]
        build_index(path, blocks, dim=dim, metric="angular", n_trees=self._n_trees, seed=0)

    def open(self, path: Path) -> None:
        self._index = AnnoyIndex(
            path, "angular", self._rows.shape[1], len(self._rows), self._n_trees
        )

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        return Candidates(self._index.candidates(query, effort)[:n].astype(np.intp), 0)


class Exact(Method):
    """Every item is compared."""

    file = "exact"
    efforts = ((0, K),)

    def __init__(self, exact: ExactSearch) -> None:
        self._exact = self.ranking = exact

    def build(self, path: Path) -> None:
        pass

    def open(self, path: Path) -> None:
        pass

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:  # noqa: ARG002
        return Candidates(self._exact.neighbors(query[None], n)[0], 0)
