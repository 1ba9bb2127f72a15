"""Measure search against other libraries: recall against time, build time and bytes.

    pip install -r tests/benchmarks/requirements.txt
    OMP_NUM_THREADS=1 python -m tests.benchmarks.search --vectors FOLDER --output search.json

FOLDER is what `tests/benchmarks/vectors.py` made. Every method hands candidates to the same exact
ranking by full embeddings, and all but raw Annoy and exact find them on the same projection. All
run in turns on one core, measured by the time that it was busy, so that another load on the machine
meets all; a ratio holds where a time does not.
"""

import argparse
import json
import statistics
import tempfile
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import faiss
import hnswlib
import numpy as np

from similarity.artifact import open_embeddings
from similarity.console import print_line
from similarity.datatypes import Embeddings
from similarity.index import Index, build_index
from similarity.indexing import default_components
from similarity.metrics import ExactSearch, Ids, recall_at_k
from similarity.projection import Projection
from similarity.retrieval import Retriever, index_vectors

K = 10
RERANKS = (50, 100, 150, 200, 300)
N_TURNS = 5
RECALLS = (0.9, 0.95, 0.98, 0.99)
BASELINE = "hnswlib"
WITHOUT_PROJECTION = {"Annoy, raw", "exact"}

Setting = tuple[str, int, int]
"""Name of a method, effort, rerank."""


class Method(ABC):
    """Something that finds candidates.

    Attributes:
        efforts: Settings to try, in the method's own unit.
        reranks: How many candidates to rank exactly.
        n_bytes: Of its files, without the embeddings.
    """

    efforts: Sequence[int]
    reranks: Sequence[int]
    n_bytes: int

    @abstractmethod
    def candidates(self, query: Embeddings, effort: int, n: int) -> Ids:
        """Find n items that are probably near to a query, (dim,) float32."""


class ProjectAnnoy(Method):
    """This project's own stages."""

    efforts = (500, 1000, 2000, 4000, 8000, 16000, 32000)
    reranks = RERANKS

    def __init__(
        self, path: Path, rows: Embeddings, projection: Projection, exact: ExactSearch, n_trees: int
    ) -> None:
        blocks = index_vectors(rows, projection)
        build_index(path, blocks, dim=projection.dim, metric="euclidean", n_trees=n_trees, seed=0)
        index = Index(path, "euclidean", projection.dim, len(rows), n_trees)
        self._retriever = Retriever(exact, index, projection)
        self.n_bytes = path.stat().st_size

    def candidates(self, query: Embeddings, effort: int, n: int) -> Ids:
        return self._retriever.candidates(query, effort, n).ids


class RawAnnoy(Method):
    """Annoy over the embeddings themselves."""

    efforts = (1000, 4000, 16000, 64000, 256000)
    reranks = (K,)

    def __init__(self, path: Path, rows: Embeddings, n_trees: int) -> None:
        dim = rows.shape[1]
        build_index(
            path, index_vectors(rows, None), dim=dim, metric="angular", n_trees=n_trees, seed=0
        )
        self._index = Index(path, "angular", dim, len(rows), n_trees)
        self.n_bytes = path.stat().st_size

    def candidates(self, query: Embeddings, effort: int, n: int) -> Ids:
        return self._index.candidates(query, effort)[:n].astype(np.intp)


class Hnswlib(Method):
    """Hnswlib over the projection."""

    efforts = (20, 50, 100, 200, 400, 800)
    reranks = RERANKS

    def __init__(self, path: Path, rows: Embeddings, projection: Projection) -> None:
        self._projection = projection
        self._index = hnswlib.Index("l2", projection.dim)
        self._index.init_index(len(rows), ef_construction=200, M=16, random_seed=0)
        for block in index_vectors(rows, projection):
            self._index.add_items(block, num_threads=1)
        self._index.save_index(str(path))
        self.n_bytes = path.stat().st_size

    def candidates(self, query: Embeddings, effort: int, n: int) -> Ids:
        self._index.set_ef(max(effort, n))
        found, _ = self._index.knn_query(self._projection.of_query(query), n, num_threads=1)
        ids: Ids = found[0].astype(np.intp)
        return ids


class Faiss(Method):
    """An index of faiss over the projection, made by one of its factory's texts."""

    reranks = RERANKS

    def __init__(
        self,
        path: Path,
        rows: Embeddings,
        projection: Projection,
        description: str,
        *,
        parameter: str,
        efforts: Sequence[int],
    ) -> None:
        self.efforts = efforts
        self._projection = projection
        vectors = np.concatenate(list(index_vectors(rows, projection)))
        self._index: Any = faiss.index_factory(projection.dim, description)
        self._index.train(vectors)
        self._index.add(vectors)
        self._parameter = parameter
        faiss.write_index(self._index, str(path))
        self.n_bytes = path.stat().st_size

    def candidates(self, query: Embeddings, effort: int, n: int) -> Ids:
        value = max(effort, n) if self._parameter == "efSearch" else effort
        faiss.ParameterSpace().set_index_parameter(self._index, self._parameter, value)
        _, found = self._index.search(self._projection.of_query(query)[None], n)
        ids: Ids = found[0][found[0] >= 0]
        return ids


class Exact(Method):
    """Every item is compared."""

    efforts = (0,)
    reranks = (K,)
    n_bytes = 0

    def __init__(self, exact: ExactSearch) -> None:
        self._exact = exact

    def candidates(self, query: Embeddings, effort: int, n: int) -> Ids:  # noqa: ARG002
        ids: Ids = self._exact.neighbors(query[None], n)[0]
        return ids


@dataclass(frozen=True)
class Built:
    """A method, and the seconds that the core was busy to build it."""

    method: Method
    seconds: float


@dataclass(frozen=True)
class Point:
    """One setting of one method: what it finds, and what a query costs."""

    effort: int
    rerank: int
    recall_at_10: float
    microseconds: float


@dataclass(frozen=True)
class Measured:
    """What was measured of one method.

    Attributes:
        build_seconds: That the core was busy, with the fitting of the projection.
        megabytes: Of its files, without the embeddings.
        points: One for each setting.
    """

    build_seconds: float
    megabytes: float
    points: tuple[Point, ...]

    def fastest(self, recall: float) -> Point | None:
        """The cheapest setting that finds so much."""
        enough = [point for point in self.points if point.recall_at_10 >= recall]
        return min(enough, key=lambda point: point.microseconds, default=None)


def main() -> None:
    """Measure, print what each recall costs and write all points."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--items", type=int, help="take only the first of the vectors")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--components", type=int, help="of the projection; the project's default")
    parser.add_argument("--trees", type=int, default=20)
    arguments = parser.parse_args()
    rows = open_embeddings(arguments.vectors / "vectors.npy")[: arguments.items]
    queries = np.array(open_embeddings(arguments.vectors / "queries.npy")[: arguments.queries])
    components = arguments.components or default_components(*rows.shape)
    exact = ExactSearch(rows, "angular")
    truth = exact.neighbors(queries, K)
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder), rows, exact, components, arguments.trees)
        points = measure({name: made.method for name, made in built.items()}, exact, queries, truth)
    measured = {
        name: Measured(made.seconds, made.method.n_bytes / 1e6, points[name])
        for name, made in built.items()
    }
    print_report(measured)
    facts = {
        "n_items": len(rows),
        "dim": rows.shape[1],
        "n_queries": len(queries),
        "n_components": components,
        "n_trees": arguments.trees,
        "methods": {name: asdict(own) for name, own in measured.items()},
    }
    arguments.output.write_text(json.dumps(facts, indent=2), encoding="utf-8")


def build(
    folder: Path, rows: Embeddings, exact: ExactSearch, n_components: int, n_trees: int
) -> dict[str, Built]:
    """Build every method's index; fitting the projection counts for each that uses it."""
    start = time.process_time()
    projection = Projection.fit(rows, "angular", n_components, seed=0)
    fitting = time.process_time() - start
    # Four bits for each coordinate, and some 60 rows in a cell.
    fast_scan = f"IVF{len(rows) // 60},PQ{projection.dim}x4fs"
    makers: dict[str, Callable[[Path], Method]] = {
        "this project": lambda path: ProjectAnnoy(path, rows, projection, exact, n_trees),
        BASELINE: lambda path: Hnswlib(path, rows, projection),
        "faiss HNSW": lambda path: Faiss(
            path, rows, projection, "HNSW16", parameter="efSearch", efforts=Hnswlib.efforts
        ),
        "faiss IVF-PQ fast scan": lambda path: Faiss(
            path, rows, projection, fast_scan, parameter="nprobe", efforts=(8, 16, 32, 64, 128)
        ),
        "Annoy, raw": lambda path: RawAnnoy(path, rows, n_trees),
        "exact": lambda _: Exact(exact),
    }
    built = {}
    for number, (name, make) in enumerate(makers.items()):
        start = time.process_time()
        method = make(folder / f"{number}.index")
        seconds = time.process_time() - start + (0.0 if name in WITHOUT_PROJECTION else fitting)
        built[name] = Built(method, seconds)
    return built


def measure(
    methods: dict[str, Method], exact: ExactSearch, queries: Embeddings, truth: Ids
) -> dict[str, tuple[Point, ...]]:
    """Search with every setting of every method, in turns.

    Args:
        methods: By name.
        exact: Ranks their candidates.
        queries: (n, dim) float32.
        truth: (n, K) ids of the exact answers.
    """
    settings = [
        (name, effort, rerank)
        for name, method in methods.items()
        for effort, rerank in product(method.efforts, method.reranks)
    ]
    recalls: dict[Setting, list[float]] = defaultdict(list)
    seconds: dict[Setting, list[float]] = defaultdict(list)
    # In turns within a few queries, each setting over warm caches of its own.
    for block in np.array_split(np.arange(len(queries)), N_TURNS):
        for setting in settings:
            name, effort, rerank = setting
            start = time.process_time()
            found = [
                exact.nearest_among(
                    queries[i], np.sort(methods[name].candidates(queries[i], effort, rerank)), K
                )[0]
                for i in block
            ]
            seconds[setting].append((time.process_time() - start) / len(block))
            recalls[setting] += [
                recall_at_k(ids.tolist(), truth[i].tolist())
                for i, ids in zip(block, found, strict=True)
            ]
    points: dict[str, list[Point]] = defaultdict(list)
    for setting in settings:
        name, effort, rerank = setting
        recall = float(np.mean(recalls[setting]))
        microseconds = statistics.median(seconds[setting]) * 1e6
        points[name].append(Point(effort, rerank, recall, microseconds))
    return {name: tuple(own) for name, own in points.items()}


def print_report(measured: dict[str, Measured]) -> None:
    """Print what each recall costs, in microseconds and as a multiple of the baseline's."""
    print_line(f"{'':24}{'build s':>8}{'MB':>8}" + "".join(f"{r:>17.0%}" for r in RECALLS))
    for name, own in measured.items():
        cells = []
        for recall in RECALLS:
            point, baseline = own.fastest(recall), measured[BASELINE].fastest(recall)
            if point is None:
                cells.append(f"{'not reached':>17}")
            else:
                ratio = point.microseconds / baseline.microseconds if baseline else np.nan
                cells.append(f"{point.microseconds:9.0f} ({ratio:5.2f})")
        print_line(f"{name:24}{own.build_seconds:8.1f}{own.megabytes:8.1f}" + "".join(cells))


if __name__ == "__main__":
    main()
