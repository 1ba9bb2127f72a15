"""Measure search against other libraries: recall against time, build time and bytes.

    pip install -r tests/benchmarks/requirements.txt
    OMP_NUM_THREADS=1 python -m tests.benchmarks.search --vectors FOLDER --output search.json

FOLDER is what `tests/benchmarks/vectors.py` made. Every method hands candidates to the exact
ranking by full embeddings, this project's compiled one where its name says so, else numpy's, and
all but raw Annoy and exact find them on the same projection. All run in turns on one core, measured
by the time that it was busy, so that another load on the machine meets all; a ratio holds where a
time does not.

Queries are crops of photographs that are not indexed. What is fastest for each recall is measured
again with crops of indexed ones, which find their siblings, and told apart.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from similarity.ann.exact import ExactSearch, recall_at_k
from similarity.ann.projection import Projection
from similarity.cli.console import print_line
from similarity.datatypes import Embeddings
from similarity.indexing.indexes import default_components, default_degree, default_trees
from similarity.store.artifact import open_embeddings

from .methods import Exact, K, Method, Project, RawAnnoy
from .rivals import make_rivals

N_TURNS = 5
RECALLS = (0.9, 0.95, 0.98, 0.99)
BASELINE = "hnswlib"
WITHOUT_PROJECTION = {"Annoy, raw", "exact"}


@dataclass(frozen=True)
class Setting:
    """How one method is asked.

    Attributes:
        method: Its name.
        effort: In the method's own unit.
        rerank: Candidates that are ranked exactly.
    """

    method: str
    effort: int
    rerank: int


@dataclass(frozen=True)
class Built:
    """A method that is ready, and what it took.

    Attributes:
        method: Opened.
        seconds: That the core was busy to build it, with the fitting of the projection.
        n_bytes: Of its files, without the embeddings.
    """

    method: Method
    seconds: float
    n_bytes: int


@dataclass(frozen=True)
class Point:
    """One setting of one method: what it finds, and what a query costs.

    Attributes:
        effort: In the method's own unit.
        rerank: Candidates that were ranked exactly.
        recall_at_10: Mean share of the exact 10 nearest that was found.
        microseconds: Of a query: the median of the turns' means.
        n_examined: Mean number of items that this project's stages compared; 0 for others.
    """

    effort: int
    rerank: int
    recall_at_10: float
    microseconds: float
    n_examined: float


@dataclass(frozen=True)
class Measured:
    """What was measured of one method.

    Attributes:
        build_seconds: That the core was busy, with the fitting of the projection.
        megabytes: Of its files, without the embeddings.
        points: One for each setting.
        siblings: With queries that are crops of indexed photographs, for the settings that are
            fastest for a recall.
    """

    build_seconds: float
    megabytes: float
    points: Sequence[Point]
    siblings: Sequence[Point]


def main() -> None:
    """Measure, print what each recall costs and write all points."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--items", type=int, help="take only the first of the vectors")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--components", type=int, help="of the projection; the project's default")
    parser.add_argument("--trees", type=int, help="of the project's index; its default")
    parser.add_argument("--degree", type=int, help="of the project's graph; its default")
    parser.add_argument("--keep", type=Path, help="folder of built indexes, used if there already")
    parser.add_argument("--only-build", action="store_true", help="measure no searches")
    arguments = parser.parse_args()
    rows = open_embeddings(arguments.vectors / "vectors.npy")[: arguments.items]
    components = arguments.components or default_components(*rows.shape)
    n_trees = arguments.trees or default_trees(len(rows))
    degree = default_degree(len(rows)) if arguments.degree is None else arguments.degree
    exact = ExactSearch(rows, "angular")
    start = time.process_time()
    projection = Projection.fit(rows, "angular", components, seed=0)
    fitting = time.process_time() - start
    methods = make_methods(rows, exact, projection, n_trees=n_trees, degree=degree)
    with tempfile.TemporaryDirectory() as folder:
        kept = f"{len(rows)}-{components}-{n_trees}-{degree}"
        built = {
            name: build(
                method, (arguments.keep or Path(folder)) / kept / f"{method.file}.index", own
            )
            for name, method in methods.items()
            for own in [0.0 if name in WITHOUT_PROJECTION else fitting]
        }
        if arguments.only_build:
            return
        measured = measure(built, exact, arguments.vectors, arguments.queries)
    print_report(measured)
    facts = {
        "n_items": len(rows),
        "dim": rows.shape[1],
        "n_queries": arguments.queries,
        "n_components": components,
        "n_trees": n_trees,
        "degree": degree,
        "methods": {name: asdict(own) for name, own in measured.items()},
    }
    arguments.output.write_text(json.dumps(facts, indent=2), encoding="utf-8")


def make_methods(
    rows: Embeddings, exact: ExactSearch, projection: Projection, *, n_trees: int, degree: int
) -> dict[str, Method]:
    """All methods by name, not built yet."""
    return {
        "this project": Project(rows, projection, exact, n_trees=n_trees, degree=degree),
        **dict(make_rivals(rows, projection, exact)),
        "Annoy, raw": RawAnnoy(rows, exact, n_trees),
        "exact": Exact(exact),
    }


def build(method: Method, path: Path, fitting: float) -> Built:
    """Build a method's files, or take those that are there, and open them."""
    note = path.with_suffix(".json")
    if not note.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        start = time.process_time()
        method.build(path)
        note.write_text(json.dumps(time.process_time() - start + fitting))
    method.open(path)
    files = [file for file in path.parent.glob(f"{path.stem}.*") if file != note]
    files += [file for own in files for file in own.rglob("*")]
    n_bytes = sum(file.stat().st_size for file in files if file.is_file())
    return Built(method, json.loads(note.read_text()), n_bytes)


def measure(
    built: dict[str, Built], exact: ExactSearch, vectors: Path, n_queries: int
) -> dict[str, Measured]:
    """Search with every setting, then for siblings with the fastest ones of each recall."""
    methods = {name: own.method for name, own in built.items()}
    settings = [
        Setting(name, effort, rerank)
        for name, method in methods.items()
        for effort, rerank in method.efforts
    ]

    def read(name: str) -> Embeddings:
        found = np.array(open_embeddings(vectors / f"{name}.npy"))
        np.random.default_rng(0).shuffle(found)  # crops of one photograph lie side by side
        return found[:n_queries]

    points = search_in_turns(methods, settings, exact, read("queries"))
    fastest = {
        name: {point for recall in RECALLS if (point := find_fastest(own, recall)) is not None}
        for name, own in points.items()
    }
    chosen = [
        Setting(name, point.effort, point.rerank) for name, own in fastest.items() for point in own
    ]
    siblings = search_in_turns(methods, chosen, exact, read("siblings"))
    return {
        name: Measured(own.seconds, own.n_bytes / 1e6, points[name], siblings.get(name, []))
        for name, own in built.items()
    }


def search_in_turns(
    methods: dict[str, Method],
    settings: Sequence[Setting],
    exact: ExactSearch,
    queries: Embeddings,
) -> dict[str, list[Point]]:
    """Search with settings, each over warm caches of its own within a few queries.

    Args:
        methods: By name.
        settings: Of the methods.
        exact: Tells what they should find.
        queries: (n, dim) float32.
    """
    truth = exact.neighbors(queries, K)
    recalls: dict[Setting, list[float]] = defaultdict(list)
    examined: dict[Setting, list[int]] = defaultdict(list)
    seconds: dict[Setting, list[float]] = defaultdict(list)
    for block in np.array_split(np.arange(len(queries)), N_TURNS):
        for setting in settings:
            find = methods[setting.method].candidates
            rank = methods[setting.method].ranking.nearest_among
            start = time.process_time()
            answers = []
            for query in queries[block]:
                found = find(query, setting.effort, setting.rerank)
                nearest, _ = rank(query, found.ids, K)
                answers.append((nearest, found.n_examined))
            seconds[setting].append((time.process_time() - start) / len(block))
            for own, (nearest, n_examined) in zip(truth[block], answers, strict=True):
                recalls[setting].append(recall_at_k(nearest.tolist(), own.tolist()))
                examined[setting].append(n_examined)
    points: dict[str, list[Point]] = defaultdict(list)
    for setting in settings:
        points[setting.method].append(
            Point(
                setting.effort,
                setting.rerank,
                statistics.mean(recalls[setting]),
                statistics.median(seconds[setting]) * 1e6,
                statistics.mean(examined[setting]),
            )
        )
    return points


def find_fastest(points: Iterable[Point], recall: float) -> Point | None:
    """The cheapest setting that finds so much."""
    enough = [point for point in points if point.recall_at_10 >= recall]
    return min(enough, key=lambda point: point.microseconds, default=None)


def print_report(measured: dict[str, Measured]) -> None:
    """Print what each recall costs, in microseconds and as a multiple of the baseline's."""
    print_line(f"{'':32}{'build s':>8}{'MB':>8}" + "".join(f"{r:>17.0%}" for r in RECALLS))
    baseline = measured[BASELINE].points
    for name, own in measured.items():
        cells = [
            _cell(find_fastest(own.points, recall), find_fastest(baseline, recall))
            for recall in RECALLS
        ]
        print_line(f"{name:32}{own.build_seconds:8.1f}{own.megabytes:8.1f}" + "".join(cells))
    print_line("\nThe same settings with crops of indexed photographs: recall, microseconds")
    for name, own in measured.items():
        found = {(point.effort, point.rerank): point for point in own.siblings}
        cells = []
        for recall in RECALLS:
            point = find_fastest(own.points, recall)
            sibling = point and found[point.effort, point.rerank]
            told = f"{sibling.recall_at_10:.3f} {sibling.microseconds:9.0f}" if sibling else ""
            cells.append(f"{told:>17}")
        print_line(f"{name:48}" + "".join(cells))
    print_line("\nThis project's settings: search_k, rerank and items examined")
    for recall in RECALLS:
        point = find_fastest(measured["this project"].points, recall)
        if point is not None:
            print_line(f"{recall:.0%}: {point.effort}, {point.rerank}, {point.n_examined:.0f}")


def _cell(point: Point | None, baseline: Point | None) -> str:
    if point is None:
        return f"{'not reached':>17}"
    ratio = point.microseconds / baseline.microseconds if baseline else np.nan
    return f"{point.microseconds:9.0f} ({ratio:5.2f})"


if __name__ == "__main__":
    main()
