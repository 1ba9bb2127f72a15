"""What settings cost and find: many indexes of one artifact's embeddings, measured side by side.

    plan (metric, components, trees) --build--> index --search_k, rerank--> recall and time

Indexed items are searched for, each left out of its own answer. Those that settings are chosen by
are not those that the choice is checked on: a choice fits the queries that it was made by.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from similarity.ann.batches import map_on_cores
from similarity.ann.exact import ExactSearch, recall_at_k
from similarity.ann.projection import Projection
from similarity.ann.recall import find_others
from similarity.ann.retriever import Retriever, index_vectors
from similarity.datatypes import Embeddings, Metric
from similarity.errors import QueryError
from similarity.evaluation.precision import (
    DEFAULT_PER_LABEL,
    choose_items,
    compare_labels,
)
from similarity.evaluation.sweep import (
    Effort,
    IndexPlan,
    IndexTrial,
    ProjectionTrial,
    SearchTrial,
    Sweep,
    plan_efforts,
    plan_indexes,
)
from similarity.indexing.indexes import DEFAULT_SEED, IndexSettings, write_index
from similarity.progress import Track, silent
from similarity.store.artifact import Artifact

K = 10
MIN_ITEMS = 100
"""Fewer are compared with a query sooner than any index is asked."""

N_QUERIES = 200
"""Items that settings are chosen by, and as many others that the choice is checked on."""

LABELLED = 2000
"""Pictures whose labels are compared, at most: as many of each label."""

_EXACT_ITEMS = 10_000
"""Items for each query between two exact searches. Where items are many, one of them takes as long
as a hundred other searches; where they are few, 20 times told .5 ms once and 3.4 ms once, on a
machine in use."""

_FEWEST_EXACT = 20
"""Exact searches of which the median is taken, at least."""

Clock = Callable[[], float]
"""Tells the seconds that have passed since any moment."""


def sweep(
    artifact: Artifact,
    *,
    first: Metric,
    recall: float,
    budget: float,
    seed: int = DEFAULT_SEED,
    track: Track = silent,
    clock: Clock = time.perf_counter,
) -> Sweep:
    """Measure indexes, the most useful first, as long as the budget lasts.

    Args:
        artifact: Whose embeddings are indexed, in a temporary folder.
        first: Metric that comes before the others.
        recall: That is wanted; what seems to reach it is checked on other queries.
        budget: Seconds. The first index is measured in any case; each other is begun if it fits
            by what the earlier ones took.
        seed: Of the queries and of the indexes.
        track: Shows progress.
        clock: By which times are taken.

    Raises:
        QueryError: There are too few items.
    """
    start = clock()
    bench = _Bench(artifact, recall, seed, clock)
    n_items, dim = artifact.embeddings.shape
    plans = plan_indexes(n_items, dim, first)
    indexes: list[IndexTrial] = []
    projections: dict[tuple[Metric, int], ProjectionTrial] = {}
    not_reached = []
    slowest = 0.0  # seconds for each unit of work
    for plan in track(plans, "measure indexes", len(plans)):
        work = _work(plan, dim)
        if indexes and clock() - start + slowest * work > budget:
            not_reached.append(plan)
            continue
        for n_components in (0, plan.n_components):
            kind = (plan.metric, n_components)
            if kind not in projections:
                projections[kind] = bench.try_projection(*kind)
        begun = clock()
        indexes.append(bench.try_index(plan))
        slowest = max(slowest, (clock() - begun) / work)
    return Sweep(
        n_queries=bench.n_queries,
        indexes=tuple(indexes),
        projections=tuple(projections.values()),
        not_reached=tuple(not_reached),
        seconds=clock() - start,
    )


def tuning_target(recall: float) -> float:
    """The recall that is asked of the tuning queries, so that others reach the wanted one.

    Settings chosen by 200 queries found .008 less on 1,000 others (PERFORMANCE.md).
    """
    return recall + min(0.01, (1 - recall) / 2)


def _work(plan: IndexPlan, dim: int) -> int:
    """Weigh what an index takes, from above: long vectors, many trees and a graph take longer."""
    work = (100 + (plan.n_components or dim)) * (10 + plan.n_trees)
    return 2 * work if plan.degree else work


@dataclass(frozen=True)
class _Queries:
    """Items that are searched for.

    Attributes:
        ids: (m,) of the items.
        rows: (m, dim) float32, their embeddings.
        truth: (m, k) ids, the nearest other items.
    """

    ids: list[int]
    rows: Embeddings
    truth: list[list[int]]

    @classmethod
    def answered(cls, ids: list[int], exact: ExactSearch, rows: Embeddings) -> "_Queries":
        """Find the exact answers for some items of a collection."""
        own = rows[ids]
        return cls(ids, own, exact.neighbors(own, K, leave_out=ids).tolist())


@dataclass(frozen=True)
class _MetricBench:
    """Exact search by a metric, and the queries with its answers."""

    exact: ExactSearch
    tuning: _Queries
    check: _Queries


class _Bench:
    """Tries indexes of one artifact on the same queries."""

    def __init__(self, artifact: Artifact, recall: float, seed: int, clock: Clock) -> None:
        """Choose the queries.

        Raises:
            QueryError: There are too few items.
        """
        n_items = len(artifact.embeddings)
        if n_items < MIN_ITEMS:
            raise QueryError(
                f"{artifact.folder} has {n_items} items; tuning needs at least {MIN_ITEMS}, and "
                "fewer are searched fast with any settings: build with the defaults."
            )
        self._rows = artifact.embeddings
        self._recall = recall
        self._target = tuning_target(recall)
        self._seed = seed
        self._clock = clock
        self.n_queries = min(N_QUERIES, n_items // 2)
        drawn: list[int] = np.random.default_rng(seed).permutation(n_items).tolist()
        self._tuning_ids = drawn[: self.n_queries]
        self._check_ids = drawn[self.n_queries : 2 * self.n_queries]
        self._labelled, self._labels = _choose_labelled(artifact)
        self._metrics: dict[Metric, _MetricBench] = {}

    def try_projection(self, metric: Metric, n_components: int) -> ProjectionTrial:
        """Search exactly among projected embeddings; with 0 components, among embeddings."""
        if n_components == 0:
            rows = self._rows[self._labelled]
            return ProjectionTrial(metric, 0, 1.0, self._label_precision(rows, rows, metric))
        projection = Projection.fit(self._rows, metric, n_components, self._seed)
        items = np.concatenate(list(index_vectors(self._rows, projection)))
        tuning = self._metric(metric).tuning
        found = ExactSearch(items, "euclidean").neighbors(
            _project(tuning.rows, projection), K, leave_out=tuning.ids
        )
        shares = map(recall_at_k, found.tolist(), tuning.truth)
        queries = _project(self._rows[self._labelled], projection)
        precision = self._label_precision(queries, items[self._labelled], "euclidean")
        return ProjectionTrial(metric, n_components, statistics.mean(shares), precision)

    def try_index(self, plan: IndexPlan) -> IndexTrial:
        """Build an index, search it in all ways, and delete it."""
        settings = IndexSettings(
            n_trees=plan.n_trees,
            n_components=plan.n_components,
            degree=plan.degree,
            seed=self._seed,
        )
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            start = self._clock()
            written = write_index(Path(folder), self._rows, plan.metric, settings)
            build_seconds = self._clock() - start
            exact = self._metric(plan.metric).exact
            retriever = written.open(exact)
            efforts = plan_efforts(written.n_items, written.n_trees, written.dim, written.degree)
            exact_seconds, searches = self._search(retriever, efforts)
            n_bytes = written.n_bytes
        return IndexTrial(plan, n_bytes, build_seconds, exact_seconds, searches)

    def _search(
        self, retriever: Retriever, efforts: Sequence[Effort]
    ) -> tuple[float, tuple[SearchTrial, ...]]:
        """Search with every effort for every query, and exactly in between."""
        tuning = self._metric(retriever.exact.metric).tuning
        retriever.warm(tuning.rows, efforts[-1].search_k, efforts[-1].rerank)
        apart = max(1, min(len(self._rows) // _EXACT_ITEMS, self.n_queries // _FEWEST_EXACT))
        exact_seconds = []
        seconds: dict[Effort, list[float]] = {effort: [] for effort in efforts}
        shares: dict[Effort, list[float]] = {effort: [] for effort in efforts}
        for turn in range(self.n_queries):
            if turn % apart == 0:
                start = self._clock()
                retriever.exact.neighbors(tuning.rows[turn][None], K, [tuning.ids[turn]])
                exact_seconds.append(self._clock() - start)
            for position, effort in enumerate(efforts):
                # In one turn each effort has another query: none finds rows in the cache that the
                # one before it has read.
                number = (turn + position * self.n_queries // len(efforts)) % self.n_queries
                start = self._clock()
                found = _find(retriever, tuning, number, effort)
                seconds[effort].append(self._clock() - start)
                shares[effort].append(recall_at_k(found, tuning.truth[number]))
        exactly = statistics.median(exact_seconds)
        searches = [
            SearchTrial(
                effort=effort,
                recall_at_10=statistics.mean(shares[effort]),
                checked_recall_at_10=None,
                time_ratio=statistics.median(seconds[effort]) / exactly,
            )
            for effort in efforts
        ]
        return exactly, self._check(retriever, searches)

    def _check(
        self, retriever: Retriever, searches: Sequence[SearchTrial]
    ) -> tuple[SearchTrial, ...]:
        """Search for the other queries, too, with the cheapest efforts until one finds enough."""
        check = self._metric(retriever.exact.metric).check
        checked = {}
        enough = [search for search in searches if search.recall_at_10 >= self._target]
        for search in sorted(enough, key=lambda search: search.time_ratio):
            answers = map_on_cores(
                partial(_find, retriever, check, effort=search.effort), range(len(check.ids))
            )
            found = statistics.mean(map(recall_at_k, answers, check.truth))
            checked[search.effort] = replace(search, checked_recall_at_10=found)
            if found >= self._recall:
                break
        return tuple(checked.get(search.effort, search) for search in searches)

    def _metric(self, metric: Metric) -> _MetricBench:
        """Exact search and its answers, made once for each metric."""
        if metric not in self._metrics:
            exact = ExactSearch(self._rows, metric)
            queries = (
                _Queries.answered(ids, exact, self._rows)
                for ids in (self._tuning_ids, self._check_ids)
            )
            self._metrics[metric] = _MetricBench(exact, *queries)
        return self._metrics[metric]

    def _label_precision(
        self, queries: Embeddings, items: Embeddings, metric: Metric
    ) -> float | None:
        """Compare the labels of labelled pictures with those of the nearest others.

        Args:
            queries: (n, d) float32, of the labelled pictures.
            items: (n, d) float32, of the same pictures.
            metric: To compare by.

        Returns:
            Label precision at 10, or None without labels.
        """
        if not self._labels:
            return None
        nearest = ExactSearch(items, metric).neighbors(queries, K, leave_out=range(len(queries)))
        return compare_labels(nearest, self._labels).at_10


def _choose_labelled(artifact: Artifact) -> tuple[list[int], list[str]]:
    """Choose pictures of all labels, as many of each: ids and labels, empty without two labels."""
    items = artifact.collection.items
    n_labels = len({item.label for item in items if item.label})
    if n_labels < 2:
        return [], []
    per_label = min(DEFAULT_PER_LABEL, max(2, LABELLED // n_labels))
    ids: list[int] = choose_items(items, per_label)[:LABELLED].tolist()
    return ids, [items[item_id].label for item_id in ids]


def _project(rows: Embeddings, projection: Projection) -> Embeddings:
    """Project rows as queries, (n, dim) -> (n, n_components + 1) float32."""
    short = np.empty((len(rows), projection.dim), dtype=np.float32)
    for own, row in zip(short, rows, strict=True):
        own[:] = projection.of_query(row)
    return short


def _find(retriever: Retriever, queries: _Queries, number: int, effort: Effort) -> list[int]:
    """Search for an item among the others: (at most K) ids, nearest first."""
    found: list[int] = find_others(
        retriever,
        queries.rows[number],
        queries.ids[number],
        search_k=effort.search_k,
        rerank=effort.rerank,
        k=K,
    ).tolist()
    return found
