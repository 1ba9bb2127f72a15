"""Measure searches among allowed items only: recall and time of the graph search and of a scan.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.filters --vectors FOLDER --output filters.json

FOLDER is what `tests/benchmarks/vectors.py` made. Items are allowed at random, or by the photograph
that they are crops of, as a label allows what lies together. The two ways of search take turns,
measured by the time that the core was busy.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from similarity.ann.exact import ExactSearch, recall_at_k
from similarity.ann.graph_search import SCANNED_PER_PLACE
from similarity.ann.projection import Projection
from similarity.cli.console import print_table
from similarity.datatypes import Allowed, Embeddings
from similarity.indexing.indexes import default_components, default_degree, default_trees
from similarity.store.artifact import open_embeddings

from .methods import K, Project

SHARES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.01, 0.001)
EFFORTS = ((80, 40), (150, 100), (300, 150))
WAYS = {"as chosen": None, "graph": 0, "scan": 10**9}
"""What is given for `scanned_per_place`; the default where none."""

N_TURNS = 3
MIN_GRAPH_SHARE = 0.05
"""Fewer are not looked for along the graph, which takes over 10 ms a query."""


@dataclass(frozen=True)
class Filtered:
    """What one way of search finds among allowed items.

    Attributes:
        allowed: How they are chosen, and their share.
        way: One of `WAYS`.
        search_k: Width of the beam of allowed items.
        rerank: Candidates that are ranked exactly.
        recall_at_10: Mean share of the exact 10 nearest of those that are allowed.
        n_examined: Mean number of items that were compared.
        microseconds: To find candidates of a query: the least of the turns' means.
    """

    allowed: str
    way: str
    search_k: int
    rerank: int
    recall_at_10: float
    n_examined: float
    microseconds: float = 0.0


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--items", type=int, help="take only the first of the vectors")
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    rows = open_embeddings(arguments.vectors / "vectors.npy")[: arguments.items]
    n_photos = json.loads((arguments.vectors / "vectors.json").read_text())["n_photos"]
    queries = np.array(open_embeddings(arguments.vectors / "queries.npy"))
    np.random.default_rng(0).shuffle(queries)  # crops of one photograph lie side by side
    exact = ExactSearch(rows, "angular")
    projection = Projection.fit(rows, "angular", default_components(*rows.shape), seed=0)
    trees, degree = default_trees(len(rows)), default_degree(len(rows))
    project = Project(rows, projection, exact, n_trees=trees, degree=degree)
    rng = np.random.default_rng(0)
    found: list[Filtered] = []
    with tempfile.TemporaryDirectory() as folder:
        project.build(Path(folder, "project.index"))
        project.open(Path(folder, "project.index"))
        for share in SHARES:
            masks = {"items": rng.random(len(rows)) < share}
            if share < 1:
                photos = rng.random(n_photos) < share
                masks["photographs"] = photos[np.arange(len(rows)) % n_photos]
            for name, allowed in masks.items():
                label = f"{share:.1%} of {name}"
                found += measure(project, exact, label, allowed, queries[: arguments.queries])
    print_table(
        ("allowed", "way", "#search_k", "#rerank", "#recall@10", "#us", "#examined"),
        [
            (
                own.allowed,
                own.way,
                f"{own.search_k}",
                f"{own.rerank}",
                f"{own.recall_at_10:.4f}",
                f"{own.microseconds:.0f}",
                f"{own.n_examined:.0f}",
            )
            for own in found
        ],
    )
    arguments.output.write_text(json.dumps([asdict(own) for own in found], indent=2))


def measure(
    project: Project, exact: ExactSearch, label: str, allowed: Allowed, queries: Embeddings
) -> list[Filtered]:
    """Search among allowed items in all ways, in turns."""
    stages = project.retriever.compiled
    assert stages is not None
    truth = exact.neighbors(queries, K, allowed=allowed).tolist()
    ways = {
        way: SCANNED_PER_PLACE if value is None else value
        for way, value in WAYS.items()
        if way != "graph" or allowed.mean() >= MIN_GRAPH_SHARE
    }
    found: list[Filtered] = []
    for search_k, rerank in EFFORTS:
        seconds = defaultdict(list)
        for turn, way in product(range(N_TURNS), ways):
            stages.graph_search.scanned_per_place = ways[way]
            start = time.process_time()
            candidates = [
                project.retriever.candidates(query, search_k, rerank, allowed) for query in queries
            ]
            seconds[way].append((time.process_time() - start) / len(queries))
            if turn > 0:
                continue
            recalls = [
                recall_at_k(project.retriever.nearest(query, own.ids, K)[0].tolist(), nearest)
                for query, own, nearest in zip(queries, candidates, truth, strict=True)
            ]
            examined = statistics.mean(own.n_examined for own in candidates)
            found.append(Filtered(label, way, search_k, rerank, statistics.mean(recalls), examined))
        found[-len(ways) :] = [
            replace(own, microseconds=min(seconds[own.way]) * 1e6) for own in found[-len(ways) :]
        ]
    return found


if __name__ == "__main__":
    main()
