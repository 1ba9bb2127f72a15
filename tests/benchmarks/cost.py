"""Measure what a collection costs as it grows: build time, memory, bytes, time of a query.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.cost --vectors FOLDER --output cost.json

FOLDER is what `tests/benchmarks/vectors.py` made. The command line builds each collection, in a
process of its own. Memory is what that process had of its own at its height: the pages of files
that it maps can be given back at any time, and are counted apart. Linux only.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from similarity.ann.exact import recall_at_k
from similarity.ann.retriever import Retriever
from similarity.cli.console import print_line, print_table
from similarity.datatypes import GIVEN, Embeddings
from similarity.store.artifact import Artifact, open_embeddings

SIZES = (1_000, 10_000, 100_000, 200_000)
K = 10
_LOOK_EACH = 0.02


@dataclass(frozen=True)
class Cost:
    """What one collection cost.

    Attributes:
        n_items: In it.
        build_seconds: From embeddings in a file to a finished artifact, start of Python included.
        own_bytes: Most memory of the building process, without files that it maps.
        mapped_bytes: Most pages of mapped files that it held.
        index_bytes: Of the index's files, without the embeddings.
        open_seconds: To check and open the index.
        first_microseconds: Of the first query after that.
        microseconds: Median of the queries.
        exact_microseconds: Median of exact search.
        recall_at_10: With the default effort, of queries that are not indexed.
        n_examined: Mean number of items that a query was compared with.
    """

    n_items: int
    build_seconds: float
    own_bytes: int
    mapped_bytes: int
    index_bytes: int
    open_seconds: float
    first_microseconds: float
    microseconds: float
    exact_microseconds: float
    recall_at_10: float
    n_examined: float


def main() -> None:
    """Measure all sizes for which there are vectors; print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--queries", type=int, default=300)
    arguments = parser.parse_args()
    vectors = open_embeddings(arguments.vectors / "vectors.npy")
    queries = np.array(open_embeddings(arguments.vectors / "queries.npy"))
    np.random.default_rng(0).shuffle(queries)  # crops of one photograph lie side by side
    costs = [
        measure(vectors[:size], queries[: arguments.queries])
        for size in arguments.sizes
        if size <= len(vectors)
    ]
    print_costs(costs)
    facts = {"dim": vectors.shape[1], "costs": [asdict(cost) for cost in costs]}
    arguments.output.write_text(json.dumps(facts, indent=2), encoding="utf-8")


def measure(rows: Embeddings, queries: Embeddings) -> Cost:
    """Build a collection of rows, (n_items, dim) float32, and search it for (m, dim) queries."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "rows.npy", rows)
        source = ["--embeddings", str(folder / "rows.npy"), "--output", str(folder / "out")]
        start = time.perf_counter()
        own_bytes, mapped_bytes = run([sys.executable, "-m", "similarity", "build", *source])
        build_seconds = time.perf_counter() - start
        artifact = Artifact.load(folder / "out" / GIVEN)
        entry = artifact.index_entry("angular")
        start = time.perf_counter()
        retriever = Retriever.open(artifact, "angular")
        open_seconds = time.perf_counter() - start
        truth = retriever.exact.neighbors(queries, K).tolist()
        seconds, exactly, recalls, examined = [], [], [], []
        for number, (query, own) in enumerate(zip(queries, truth, strict=True)):
            start = time.perf_counter()
            found = retriever.candidates(query, entry.search_k, entry.rerank)
            nearest, _ = retriever.nearest(query, found.ids, K)
            seconds.append(time.perf_counter() - start)
            recalls.append(recall_at_k(nearest.tolist(), own))
            examined.append(found.n_examined)
            if number % 10 == 0:
                start = time.perf_counter()
                retriever.exact.neighbors(query[None], K)
                exactly.append(time.perf_counter() - start)
        return Cost(
            n_items=len(rows),
            build_seconds=build_seconds,
            own_bytes=own_bytes,
            mapped_bytes=mapped_bytes,
            index_bytes=sum(artifact.manifest.files[file].bytes for file in entry.files),
            open_seconds=open_seconds,
            first_microseconds=seconds[0] * 1e6,
            microseconds=statistics.median(seconds) * 1e6,
            exact_microseconds=statistics.median(exactly) * 1e6,
            recall_at_10=statistics.mean(recalls),
            n_examined=statistics.mean(examined),
        )


def run(command: Sequence[str]) -> tuple[int, int]:
    """Run a command to its end, and tell the most bytes of its own and of mapped files."""
    most = {"RssAnon": 0, "RssFile": 0}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        status = Path("/proc", str(process.pid), "status")
        while process.poll() is None:
            for line in status.read_text().splitlines():
                name, _, value = line.partition(":")
                if name in most:
                    most[name] = max(most[name], int(value.split()[0]) * 1024)
            time.sleep(_LOOK_EACH)
    if process.returncode:
        raise SystemExit(process.returncode)
    return most["RssAnon"], most["RssFile"]


def print_costs(costs: Sequence[Cost]) -> None:
    """Print a line for each collection."""
    print_table(
        (
            *("#items", "#build s", "#own MB", "#mapped MB", "#index MB", "#open s", "#first us"),
            *("#query us", "#exact us", "#recall@10", "#examined"),
        ),
        [
            (
                f"{cost.n_items:,}",
                f"{cost.build_seconds:.1f}",
                f"{cost.own_bytes / 1e6:.0f}",
                f"{cost.mapped_bytes / 1e6:.0f}",
                f"{cost.index_bytes / 1e6:.1f}",
                f"{cost.open_seconds:.2f}",
                f"{cost.first_microseconds:.0f}",
                f"{cost.microseconds:.0f}",
                f"{cost.exact_microseconds:.0f}",
                f"{cost.recall_at_10:.3f}",
                f"{cost.n_examined:.0f}",
            )
            for cost in costs
        ],
    )
    print_line(f"Embeddings apart, {K} neighbors with the default effort, one query at a time.")


if __name__ == "__main__":
    main()
