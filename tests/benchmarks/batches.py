"""Measure how many more queries all cores answer than one: `Searcher.search_many`.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.batches --vectors FOLDER --output batches.json

FOLDER is what `tests/benchmarks/vectors.py` made; without it, vectors are random with 25 dims that
count. One thread and all cores take turns. Another load on the machine takes from what threads can
gain, so each turn also digests bytes in one thread and in all, which share nothing: what that gains
is what the machine had to give.
"""

import argparse
import hashlib
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from similarity.ann.batches import map_on_cores
from similarity.cli.console import print_line
from similarity.datatypes import Embeddings, Timings
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.search.searcher import Query, Searcher
from similarity.store.artifact import open_embeddings

K = 10
DIMS_THAT_COUNT = 25
_DIGESTED = bytes(300_000)
"""Takes about as long as a query."""


@dataclass(frozen=True)
class Batches:
    """What was measured of one collection.

    Attributes:
        n_items: In it.
        dim: Of its embeddings.
        n_cores: That threads were for.
        microseconds: Of a query in one thread, the median of the turns.
        batch_microseconds: Of a query on all cores, likewise.
        gain: The one by the other, the median of the turns.
        possible_gain: The same for digests.
        best_gain: Of the turn in which digests gained most.
        best_possible_gain: Of digests in that turn.
    """

    n_items: int
    dim: int
    n_cores: int
    microseconds: float
    batch_microseconds: float
    gain: float
    possible_gain: float
    best_gain: float
    best_possible_gain: float


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--dim", type=int, default=1280, help="of random vectors")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=15)
    arguments = parser.parse_args()
    if arguments.vectors is None:
        made = make_vectors(arguments.items + arguments.queries, arguments.dim)
        rows, queries = made[arguments.queries :], made[: arguments.queries]
    else:
        rows = open_embeddings(arguments.vectors / "vectors.npy")[: arguments.items]
        queries = open_embeddings(arguments.vectors / "queries.npy")[: arguments.queries]
    measured = measure(rows, np.array(queries), arguments.turns)
    print_line(
        f"{measured.n_items:,} x {measured.dim}: {measured.microseconds:.0f} us a query in one "
        f"thread, {measured.batch_microseconds:.0f} on {measured.n_cores} cores: "
        f"{measured.gain:.2f} times the rate, where digests gained {measured.possible_gain:.2f}; "
        f"in the calmest turn {measured.best_gain:.2f} of {measured.best_possible_gain:.2f}"
    )
    arguments.output.write_text(json.dumps(asdict(measured), indent=2), encoding="utf-8")


def make_vectors(n: int, dim: int) -> Embeddings:
    """Draw clustered vectors as a network's last layer might give them, (n, dim) float32."""
    rng = np.random.default_rng(0)
    layer = rng.standard_normal((DIMS_THAT_COUNT, dim), dtype=np.float32)
    centers = rng.standard_normal((500, DIMS_THAT_COUNT), dtype=np.float32)
    seen = centers[rng.integers(len(centers), size=n)]
    seen += 0.7 * rng.standard_normal(seen.shape, dtype=np.float32)
    noise = 0.3 * rng.standard_normal((n, dim), dtype=np.float32)
    rows: Embeddings = np.maximum(seen @ layer, 0) + noise
    return rows


def measure(rows: Embeddings, vectors: Embeddings, n_turns: int) -> Batches:
    """Index rows, (n_items, dim), and search for vectors, (m, dim), in turns."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        np.save(folder / "rows.npy", rows)
        settings = Settings(backbone="given", metrics=("angular",))
        artifact = build_from_embeddings(folder / "rows.npy", folder / "out", settings)
        searcher = Searcher(artifact, "angular")
        queries = [Query(vector, None, None, Timings()) for vector in vectors]
        everyone = range(len(queries))
        ways: dict[str, Callable[[], object]] = {
            "one": lambda: [searcher.search(query, K) for query in queries],
            "all": lambda: searcher.search_many(queries, K),
            "one digest": lambda: [_digest(number) for number in everyone],
            "all digests": lambda: map_on_cores(_digest, everyone),
        }
        for do in ways.values():
            do()  # what is first is slower
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(n_turns):
            for way, do in ways.items():
                seconds[way].append(_seconds(do))
    gains = np.divide(seconds["one"], seconds["all"])
    possible = np.divide(seconds["one digest"], seconds["all digests"])
    calmest = int(possible.argmax())
    return Batches(
        n_items=len(rows),
        dim=rows.shape[1],
        n_cores=os.cpu_count() or 1,
        microseconds=statistics.median(seconds["one"]) / len(queries) * 1e6,
        batch_microseconds=statistics.median(seconds["all"]) / len(queries) * 1e6,
        gain=float(np.median(gains)),
        possible_gain=float(np.median(possible)),
        best_gain=float(gains[calmest]),
        best_possible_gain=float(possible[calmest]),
    )


def _digest(_: int) -> bytes:
    return hashlib.sha256(_DIGESTED).digest()


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
