"""The libraries that search is measured against, all over the same projection.

hnswlib and faiss are measured twice: with numpy's projection of a query and ranking, and with the
compiled ones of this project, so that what remains between them and it is the search alone.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import faiss
import hnswlib
import numpy as np

from similarity.ann.exact import ExactSearch
from similarity.ann.projection import Projection
from similarity.ann.query_projection import QueryProjection
from similarity.ann.ranking import CompiledRanking
from similarity.ann.retriever import Candidates, index_vectors
from similarity.cli.console import print_line
from similarity.datatypes import Embeddings

from .methods import RERANKS, Method, ProjectsQueries, Ranking

M, EF_CONSTRUCTION = 16, 200


class Rival(Method):
    """A library's index of the projected rows."""

    def __init__(self, rows: Embeddings, projection: Projection) -> None:
        self._rows, self._projection = rows, projection

    def use(self, projection: ProjectsQueries, ranking: Ranking) -> None:
        """Choose the stages before and after the library's own."""
        self._of_query, self.ranking = projection.of_query, ranking

    def candidates(self, query: Embeddings, effort: int, n: int) -> Candidates:
        found = self._find(self._of_query(query), effort, n)
        return Candidates(found.astype(np.intp), 0)

    @abstractmethod
    def _find(self, query: Embeddings, effort: int, n: int) -> Any:
        """The library's own answer, (n,) ids, for a (dim,) float32 short vector."""

    def _vectors(self) -> Embeddings:
        return np.concatenate(list(index_vectors(self._rows, self._projection)))


class Hnswlib(Rival):
    """Hnswlib, 32 links a node."""

    file = "hnswlib"

    def build(self, path: Path) -> None:
        index = hnswlib.Index("l2", self._projection.dim)
        index.init_index(len(self._rows), ef_construction=EF_CONSTRUCTION, M=M, random_seed=0)
        index.add_items(self._vectors(), num_threads=1)
        index.save_index(str(path))

    def open(self, path: Path) -> None:
        self._index = hnswlib.Index("l2", self._projection.dim)
        self._index.load_index(str(path))

    def _find(self, query: Embeddings, effort: int, n: int) -> Any:
        self._index.set_ef(effort)
        return self._index.knn_query(query, n, num_threads=1)[0][0]


class Faiss(Rival):
    """An index of faiss, made by one of its factory's texts."""

    def __init__(
        self, rows: Embeddings, projection: Projection, description: str, parameter: str
    ) -> None:
        super().__init__(rows, projection)
        self.file = f"faiss-{description.replace(',', '-')}"
        self._description, self._parameter = description, parameter
        if parameter == "nprobe":
            self.efforts = tuple(product((8, 16, 32, 64, 128), RERANKS))

    def build(self, path: Path) -> None:
        vectors = self._vectors()
        index: Any = faiss.index_factory(self._projection.dim, self._description)
        index.train(vectors)
        index.add(vectors)
        faiss.write_index(index, str(path))

    def open(self, path: Path) -> None:
        self._index: Any = faiss.read_index(str(path))

    def _find(self, query: Embeddings, effort: int, n: int) -> Any:
        faiss.ParameterSpace().set_index_parameter(self._index, self._parameter, effort)
        found = self._index.search(query[None], n)[1][0]
        return found[found >= 0]


class Usearch(Rival):
    """usearch, with the links of hnswlib."""

    file = "usearch"

    def _new(self) -> Any:
        return import_module("usearch.index").Index(
            ndim=self._projection.dim,
            metric="l2sq",
            dtype="f32",
            connectivity=M,
            expansion_add=EF_CONSTRUCTION,
        )

    def build(self, path: Path) -> None:
        index = self._new()
        index.add(np.arange(len(self._rows)), self._vectors(), threads=1)
        index.save(str(path))

    def open(self, path: Path) -> None:
        self._index = self._new()
        self._index.load(str(path))

    def _find(self, query: Embeddings, effort: int, n: int) -> Any:
        self._index.expansion_search = effort
        return self._index.search(query, n, threads=1).keys


class SymphonyQG(Rival):
    """rabitqlib's graph, whose nodes hold their neighbors' codes of a bit for each coordinate."""

    file = "symphonyqg"

    def build(self, path: Path) -> None:
        made = import_module("rabitqlib").SymqgIndex(self._projection.dim, 2 * M, "l2")
        made.build(self._vectors(), EF_CONSTRUCTION, num_threads=1)
        made.save(str(path))

    def open(self, path: Path) -> None:
        self._index = import_module("rabitqlib").SymqgIndex.load(str(path))

    def _find(self, query: Embeddings, effort: int, n: int) -> Any:
        return np.asarray(self._index.search(query[None], n, effort, num_threads=1)[0])[0]


class Scann(Rival):
    """ScaNN's cells and codes of 4 bits for two coordinates."""

    file = "scann"
    efforts = tuple(product((10, 20, 40, 80, 160), RERANKS))

    def build(self, path: Path) -> None:
        n_cells = round(len(self._rows) ** 0.5)
        pybind = import_module("scann.scann_ops.py.scann_ops_pybind")
        builder = pybind.builder(self._vectors(), 10, "squared_l2")
        searcher = (
            builder.tree(num_leaves=n_cells, num_leaves_to_search=n_cells // 20)
            .score_ah(2, anisotropic_quantization_threshold=0.2)
            .set_n_training_threads(1)
            .build()
        )
        path.with_suffix(".folder").mkdir(exist_ok=True)
        searcher.serialize(str(path.with_suffix(".folder")))

    def open(self, path: Path) -> None:
        pybind = import_module("scann.scann_ops.py.scann_ops_pybind")
        self._index = pybind.load_searcher(str(path.with_suffix(".folder")))

    def _find(self, query: Embeddings, effort: int, n: int) -> Any:
        return self._index.search(query, n, leaves_to_search=effort)[0]


def make_rivals(
    rows: Embeddings, projection: Projection, exact: ExactSearch
) -> Iterator[tuple[str, Method]]:
    """All that are installed, by name; of the others, their names are printed."""
    fast_scan = f"IVF{len(rows) // 60},PQ{projection.dim}x4fs"  # some 60 rows in a cell
    compiled = QueryProjection(projection), CompiledRanking(exact)
    twice: dict[str, Callable[[], Rival]] = {
        "hnswlib": lambda: Hnswlib(rows, projection),
        "faiss HNSW": lambda: Faiss(rows, projection, f"HNSW{M}", "efSearch"),
    }
    for name, make in twice.items():
        rival = make()
        rival.use(projection, exact)
        yield name, rival
        rival = make()
        rival.use(*compiled)
        yield f"{name}, compiled", rival
    once: Sequence[tuple[str, str, Rival]] = (
        ("faiss IVF-PQ fast scan", "faiss", Faiss(rows, projection, fast_scan, "nprobe")),
        ("usearch", "usearch", Usearch(rows, projection)),
        ("SymphonyQG", "rabitqlib", SymphonyQG(rows, projection)),
        ("ScaNN", "scann", Scann(rows, projection)),
    )
    for name, library, rival in once:
        if find_spec(library) is None:
            print_line(f"{name} is left out: {library} is not installed.")
            continue
        rival.use(*compiled)
        yield f"{name}, compiled", rival
