"""Make the project's table: raw Annoy and this project's engine, in one run on one thread.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.table --vectors FOLDER --output table.json

FOLDER is what `tests/benchmarks/vectors.py` wrote. "Query documents" are read in both ways: so
many neighbors returned by one query, and so many separate queries for 10 neighbors each. Raw Annoy
has the vectors as they are and its default search_k. The engine has as many trees, and the
cheapest effort that reached the wanted recall on the first half of the queries; both sides are
measured on the second half, one query after the other on each side.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from annoy import AnnoyIndex

from similarity.ann.annoy_index import build_index
from similarity.ann.exact import ExactSearch, recall_at_k
from similarity.ann.retriever import Retriever
from similarity.cli.console import print_line
from similarity.datatypes import Embeddings, Metric
from similarity.evaluation.sweep import Effort, plan_efforts
from similarity.evaluation.tuning import tuning_target
from similarity.indexing.indexes import IndexSettings, write_index
from similarity.store.artifact import open_embeddings

METRIC: Metric = "angular"
RECALL = 0.95
N_TUNING = 100
N_TIMED = 200
"""Queries that are measured, at least."""

SEED = 0

Search = Callable[[Embeddings], Sequence[int]]


@dataclass(frozen=True)
class Row:
    """A row of the table: items, trees, query documents."""

    n_items: int
    n_trees: int
    n_documents: int


ROWS = (Row(1_000, 10, 24), Row(100_000, 20, 1_000), Row(200_000, 40, 2_000))


@dataclass(frozen=True)
class Side:
    """An index and what it took.

    Attributes:
        dim: Of the vectors that Annoy holds.
        bytes: Of its files.
        build_seconds: That it took.
    """

    dim: int
    bytes: int
    build_seconds: float


@dataclass(frozen=True)
class Answers:
    """How one side answered.

    Attributes:
        search_k: Places in the trees that Annoy looked at.
        rerank: Candidates ranked by the full vectors; 0 for raw Annoy.
        recall: Mean share of the exact nearest that was found.
        seconds: Of all queries: their number by the median, which a busy machine changes little.
    """

    search_k: int
    rerank: int
    recall: float
    seconds: float


@dataclass(frozen=True)
class Reading:
    """One reading of "query documents".

    Attributes:
        k: Neighbors of a query.
        n_queries: Queries that the seconds are of.
        raw: Annoy alone.
        engine: This project.
        exact_seconds: The same by exact search.
    """

    k: int
    n_queries: int
    raw: Answers
    engine: Answers
    exact_seconds: float


@dataclass(frozen=True)
class Measured:
    """A row with what was measured."""

    row: Row
    raw: Side
    engine: Side
    one_query: Reading
    many_queries: Reading


def main() -> None:
    """Measure the rows for which there are vectors; print Markdown and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="folder of raw indexes, used if there already")
    arguments = parser.parse_args()
    vectors = open_embeddings(arguments.vectors / "vectors.npy")
    queries = np.array(open_embeddings(arguments.vectors / "queries.npy"))
    np.random.default_rng(SEED).shuffle(queries)  # crops of one photograph lie side by side
    machine = describe_machine()
    measured = []
    for row in ROWS:
        if row.n_items > len(vectors):
            print_line(f"Not measured: {row.n_items} items; there are {len(vectors)} vectors.")
            continue
        measured.append(measure_row(row, vectors[: row.n_items], queries, arguments.keep))
        facts = {"machine": machine, "dim": vectors.shape[1], "metric": METRIC}
        found = {**facts, "rows": [asdict(done) for done in measured]}
        arguments.output.write_text(json.dumps(found, indent=2))
    print_line(f"{vectors.shape[1]} dims, {METRIC}, one thread; {machine}\n")
    print_line(index_table(measured))
    print_line(answer_table("One query that returns so many", measured, "one_query"))
    print_line(answer_table("So many queries for 10 each", measured, "many_queries"))


def measure_row(
    row: Row, rows: Embeddings, queries: Embeddings, keep: Path | None = None
) -> Measured:
    """Build both indexes, or take the raw one that is kept, and search them in both ways."""
    exact = ExactSearch(rows, METRIC)
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = (keep or folder) / f"{row.n_items}-{row.n_trees}.ann"
        raw_index, raw = build_raw(path, rows, row.n_trees)
        start = time.perf_counter()
        settings = IndexSettings(n_trees=row.n_trees, seed=SEED)
        written = write_index(folder, rows, METRIC, settings)
        seconds = time.perf_counter() - start
        engine = Side(written.dim, written.n_bytes, seconds)
        retriever = written.open(exact)

        def read(k: int, n_queries: int) -> Reading:
            efforts = plan_efforts(row.n_items, row.n_trees, written.dim, written.degree)
            if k > 10:
                efforts = wide_efforts(row, k, with_graph=written.degree > 0)
            return measure_reading(
                raw_index, retriever, queries, k=k, n_queries=n_queries, efforts=efforts
            )

        return Measured(row, raw, engine, read(row.n_documents, 1), read(10, row.n_documents))


def build_raw(path: Path, rows: Embeddings, n_trees: int) -> tuple[AnnoyIndex, Side]:
    """Build an Annoy index of the vectors themselves, unless one with a note of its time exists."""
    dim = rows.shape[1]
    note = path.with_suffix(".json")
    if not note.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        start = time.perf_counter()
        blocks = (rows[start : start + 4096] for start in range(0, len(rows), 4096))
        build_index(path, blocks, dim=dim, metric=METRIC, n_trees=n_trees, seed=SEED)
        note.write_text(json.dumps(time.perf_counter() - start))
    index = AnnoyIndex(dim, METRIC)
    index.load(str(path))
    return index, Side(dim, path.stat().st_size, json.loads(note.read_text()))


def wide_efforts(row: Row, k: int, *, with_graph: bool) -> list[Effort]:
    """Efforts for many neighbors; a graph leads to them from few places."""
    places = row.n_items * row.n_trees
    factors = (0.13, 1, 4) if with_graph else (4, 8, 16, 32, 64, 128, 256)
    search_ks = sorted({min(int(k * factor), places) for factor in factors})
    shares = (1.2, 1.35, 1.5, 1.75, 2) if with_graph else (1.2, 1.5, 2, 3, 5, 20)
    reranks = sorted({min(int(k * share), row.n_items) for share in shares})
    return [
        Effort(search_k, rerank)
        for search_k in search_ks
        for rerank in reranks
        if with_graph or rerank <= search_k
    ]


def measure_reading(
    raw_index: AnnoyIndex,
    retriever: Retriever,
    queries: Embeddings,
    *,
    k: int,
    n_queries: int,
    efforts: Sequence[Effort],
) -> Reading:
    """Choose the engine's effort on some queries, then measure both sides on others."""
    exact = retriever.exact

    def raw_search(query: Embeddings) -> Sequence[int]:
        found: list[int] = raw_index.get_nns_by_vector(query.tolist(), k)
        return found

    tuning, others = queries[:N_TUNING], queries[N_TUNING:]
    effort = choose_effort(retriever, tuning, exact.neighbors(tuning, k).tolist(), k, efforts)
    sides = {"raw": raw_search, "engine": engine_search(retriever, effort, k)}
    for search in sides.values():
        answer(search, others[-10:])  # the first pages of a mapped file are slow
    asked = np.stack(list(islice(cycle(others), max(n_queries, N_TIMED))))
    truth = exact.neighbors(asked, k).tolist()
    recalls: dict[str, list[float]] = {side: [] for side in sides}
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    for query, own in zip(asked, truth, strict=True):
        for side, search in sides.items():
            start = time.perf_counter()
            found = search(query)
            seconds[side].append(time.perf_counter() - start)
            recalls[side].append(recall_at_k(found, own))
    exactly = statistics.median(timed(lambda query: exact.neighbors(query[None], k), asked[:20]))
    # Annoy's own default; it miscounts the trees of an index whose items fit into one leaf.
    raw_effort = Effort(k * retriever.index.n_trees, 0)
    raw, engine = (
        Answers(
            own_effort.search_k,
            own_effort.rerank,
            statistics.mean(recalls[side]),
            n_queries * statistics.median(seconds[side]),
        )
        for side, own_effort in (("raw", raw_effort), ("engine", effort))
    )
    return Reading(k, n_queries, raw, engine, n_queries * exactly)


def engine_search(retriever: Retriever, effort: Effort, k: int) -> Search:
    """This project's search with one effort."""

    def search(query: Embeddings) -> Sequence[int]:
        ids = retriever.candidates(query, effort.search_k, effort.rerank).ids
        found: list[int] = retriever.nearest(query, ids, k)[0].tolist()
        return found

    return search


def choose_effort(
    retriever: Retriever,
    queries: Embeddings,
    truth: Sequence[Sequence[int]],
    k: int,
    efforts: Sequence[Effort],
) -> Effort:
    """Choose the quickest effort that reaches the recall; the one that finds most if none does."""
    found = []
    for effort in efforts:
        search = engine_search(retriever, effort, k)
        recalls = map(recall_at_k, answer(search, queries), truth)
        recall = statistics.mean(recalls)
        found.append((recall, statistics.median(timed(search, queries)), effort))
    enough = [trial for trial in found if trial[0] >= tuning_target(RECALL)]
    if enough:
        return min(enough, key=lambda trial: trial[1])[2]
    return max(found, key=lambda trial: trial[0])[2]


def answer(search: Search, queries: Embeddings) -> list[Sequence[int]]:
    """Search for all queries."""
    return [search(query) for query in queries]


def timed(search: Callable[[Embeddings], object], queries: Embeddings) -> list[float]:
    """Seconds of each query."""
    seconds = []
    for query in queries:
        start = time.perf_counter()
        search(query)
        seconds.append(time.perf_counter() - start)
    return seconds


def describe_machine() -> str:
    """Processor, cores and library versions."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("annoy", "numpy"))
    processor = names[0] if names else platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {libraries}"


def index_table(measured: Sequence[Measured]) -> str:
    """What the indexes take, as Markdown."""
    lines = [
        "| items | trees | dims raw / engine | MB raw / engine | build s raw / engine |",
        "|---|---|---|---|---|",
    ]
    for done in measured:
        raw, engine = done.raw, done.engine
        lines.append(
            f"| {done.row.n_items:,} | {done.row.n_trees} | {raw.dim} / {engine.dim} | "
            f"{raw.bytes / 1e6:.1f} / {engine.bytes / 1e6:.1f} | "
            f"{raw.build_seconds:.2f} / {engine.build_seconds:.2f} |"
        )
    return "\n".join([*lines, ""])


def answer_table(title: str, measured: Sequence[Measured], reading: str) -> str:
    """What the answers take, as Markdown."""
    lines = [
        f"| {title} | items | side | search_k | rerank | recall | ms | ratio to raw |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for done in measured:
        found: Reading = getattr(done, reading)
        for side, answers in (("raw Annoy", found.raw), ("engine", found.engine)):
            lines.append(
                f"| {done.row.n_documents:,} | {done.row.n_items:,} | {side} | "
                f"{answers.search_k} | {answers.rerank or ''} | {answers.recall:.3f} | "
                f"{answers.seconds * 1000:.2f} | {answers.seconds / found.raw.seconds:.2f} |"
            )
        lines.append(
            f"| {done.row.n_documents:,} | {done.row.n_items:,} | exact |  |  | 1.000 | "
            f"{found.exact_seconds * 1000:.2f} | {found.exact_seconds / found.raw.seconds:.2f} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
