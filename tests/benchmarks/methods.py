"""The libraries that search is measured against, and this project's own stages, all alike."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import hnswlib
import numpy as np

from similarity.datatypes import Embeddings
from similarity.graph import open_graph, save_graph
from similarity.graph_build import build_graph
from similarity.graph_search import GraphSearch
from similarity.index import Index, build_index
from similarity.metrics import ExactSearch
from similarity.projection import Projection
from similarity.retrieval import Candidates, Retriever, index_vectors

K = 10
RERANKS = (30, 50, 70, 100, 150, 200, 300)


class Method(ABC):
    """Something that finds candidates.

    Attributes:
        efforts: Settings to try, in the method's own unit.
        reranks: How many candidates to rank exactly.
    """

    efforts: Sequence[int]
    reranks: Sequence[int] = RERANKS

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


class ProjectAnnoy(Method):
    """This project's own stages."""

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
        self.efforts = (130, 260, 520) if degree else (500, 1000, 2000, 4000, 8000, 16000, 32000)

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
        search = None
        if self._degree:
            neighbors = open_graph(path.with_suffix(".graph"), len(self._rows), self._degree)
            search = GraphSearch(index.vectors, neighbors)
        self._retriever = Retriever(self._exact, index, self._projection, search)

    def _open_index(self, path: Path) -> Index:
        return Index(path, "euclidean", self._projection.dim, len(self._rows), self._n_trees)

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        return self._retriever.candidates(query, effort, n)


class RawAnnoy(Method):
    """Annoy over the embeddings themselves."""

    efforts = (1000, 4000, 16000, 64000, 256000)
    reranks = (K,)

    def __init__(self, rows: Embeddings, n_trees: int) -> None:
        self._rows, self._n_trees = rows, n_trees

    def build(self, path: Path) -> None:
        blocks, dim = index_vectors(self._rows, None), self._rows.shape[1]
        build_index(path, blocks, dim=dim, metric="angular", n_trees=self._n_trees, seed=0)

    def open(self, path: Path) -> None:
        self._index = Index(path, "angular", self._rows.shape[1], len(self._rows), self._n_trees)

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        return Candidates(self._index.candidates(query, effort)[:n].astype(np.intp), 0)


class Hnswlib(Method):
    """Hnswlib over the projection."""

    efforts = (30, 50, 70, 100, 150, 200, 300, 400, 800)

    def __init__(self, rows: Embeddings, projection: Projection) -> None:
        self._rows, self._projection = rows, projection
        self._index = hnswlib.Index("l2", projection.dim)

    def build(self, path: Path) -> None:
        self._index.init_index(len(self._rows), ef_construction=200, M=16, random_seed=0)
        for block in index_vectors(self._rows, self._projection):
            self._index.add_items(block, num_threads=1)
        self._index.save_index(str(path))
        self._index = hnswlib.Index("l2", self._projection.dim)

    def open(self, path: Path) -> None:
        self._index.load_index(str(path))

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        self._index.set_ef(max(effort, n))
        found, _ = self._index.knn_query(self._projection.of_query(query), n, num_threads=1)
        return Candidates(found[0].astype(np.intp), 0)


class Faiss(Method):
    """An index of faiss over the projection, made by one of its factory's texts."""

    def __init__(
        self,
        rows: Embeddings,
        projection: Projection,
        description: str,
        *,
        parameter: str,
        efforts: Sequence[int],
    ) -> None:
        self.efforts = efforts
        self._rows, self._projection = rows, projection
        self._description, self._parameter = description, parameter
        self._index: Any = None

    def build(self, path: Path) -> None:
        vectors = np.concatenate(list(index_vectors(self._rows, self._projection)))
        index: Any = faiss.index_factory(self._projection.dim, self._description)
        index.train(vectors)
        index.add(vectors)
        faiss.write_index(index, str(path))

    def open(self, path: Path) -> None:
        self._index = faiss.read_index(str(path))

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        value = max(effort, n) if self._parameter == "efSearch" else effort
        faiss.ParameterSpace().set_index_parameter(self._index, self._parameter, value)
        _, found = self._index.search(self._projection.of_query(query)[None], n)
        return Candidates(found[0][found[0] >= 0], 0)


class Exact(Method):
    """Every item is compared."""

    efforts = (0,)
    reranks = (K,)

    def __init__(self, exact: ExactSearch) -> None:
        self._exact = exact

    def build(self, path: Path) -> None:
        pass

    def open(self, path: Path) -> None:
        pass

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:  # noqa: ARG002
        return Candidates(self._exact.neighbors(query[None], n)[0], 0)
