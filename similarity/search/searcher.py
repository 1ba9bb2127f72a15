"""Searcher: pairs an index with the pictures and the network that it was made from.

The network is handed in: torch is imported by whoever makes one, and searching for an indexed item
needs none.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from similarity.ann.batches import map_on_cores
from similarity.ann.exact import recall_at_k
from similarity.ann.metrics import similarities
from similarity.ann.retriever import ExactRetriever, Retriever
from similarity.datatypes import (
    Allowed,
    Distances,
    Embeddings,
    Ids,
    Item,
    Metric,
    Neighbor,
    SearchResult,
    Timings,
)
from similarity.errors import ArtifactMismatchError, QueryError
from similarity.images.decoding import Picture, Region, read_picture
from similarity.search.filters import Filter, Masks
from similarity.store.artifact import Artifact

if TYPE_CHECKING:
    from similarity.models.embedder import Embedder

MAX_SEARCH_K = 2**31 - 1
"""Annoy counts in 32 bits."""

_SAME_PICTURE = 1e-4
"""Largest difference, as a share of the longest component, between embeddings of one picture:
float32 sums in another order, as another device adds, differ by some 1e-6, the next best JPEG
quality by 1e-2."""

_COMPARED_FIRST = 16
"""Components that tell nearly all other pictures apart, in a tenth of the time."""


@dataclass(frozen=True)
class Query:
    """What is searched for.

    Attributes:
        embedding: (dim,) float32.
        item: The indexed item that it is, or is identical to.
        picture: As it was read; None where an indexed item was asked for.
        timings: Of making it.
    """

    embedding: Embeddings
    item: Item | None
    picture: Picture | None
    timings: Timings


class Searcher:
    """Answers queries from one index of one artifact. Safe to use from several threads."""

    def __init__(
        self,
        artifact: Artifact,
        metric: Metric,
        embedder: "Embedder | None" = None,
        *,
        load_embedder: "Callable[[], Embedder] | None" = None,
        exactly: bool = False,
    ) -> None:
        """Open an index.

        Args:
            artifact: Loaded, so that its parts belong together.
            metric: Of the index.
            embedder: For queries by picture; without one, only items can be searched for.
            load_embedder: Gives it at each query by picture, where there is none yet: items can be
                searched for without a network, also where its weights are missing.
            exactly: Whether to look at every item instead, where `selfcheck` found a problem.

        Raises:
            ArtifactNotFoundError: There is no index with this metric.
            ArtifactCorruptError: A file of it is missing, truncated or edited.
            ArtifactMismatchError: The embedder is not the one that made the embeddings.
        """
        if embedder is not None:
            check_embedder(artifact, embedder)
        self.artifact = artifact
        self.metric: Metric = metric
        self._load_embedder = load_embedder if embedder is None else lambda: embedder
        self._entry = artifact.index_entry(metric)
        self._retriever = (
            ExactRetriever(artifact, metric) if exactly else Retriever.open(artifact, metric)
        )
        self._masks = Masks(artifact.collection)
        self._item_of_sha256 = {item.sha256: item for item in artifact.collection.items}

    @property
    def n_items(self) -> int:
        """How many items are indexed."""
        return self._entry.n_items

    @property
    def n_trees(self) -> int:
        """How many trees the index has."""
        return self._entry.n_trees

    @property
    def index_dim(self) -> int:
        """Length of the vectors that Annoy holds; a leaf lists up to two items more."""
        projection = self._entry.projection
        return projection.n_components + 1 if projection else self.artifact.manifest.dim

    def default_search_k(self, k: int) -> int:
        """The search_k of a search for k neighbors that names none."""
        return self._entry.default_search_k(k)

    def fill_in(
        self, k: float, search_k: float | None = None, rerank: float | None = None
    ) -> tuple[int, int, int]:
        """Check k, search_k and rerank of a search, and put defaults where there is None.

        Raises:
            QueryError: One is out of range, see `search`.
        """
        k = check_k(k, self.n_items)
        search_k = check_effort("search_k", search_k, self._entry.default_search_k(k))
        return k, search_k, check_effort("rerank", rerank, self._entry.default_rerank(k))

    def query_by_item(self, item_id: int) -> Query:
        """Make a query of an indexed item, from its stored embedding.

        Raises:
            QueryError: There is no such item.
        """
        if not 0 <= item_id < self.n_items:
            raise QueryError(f"There is no item {item_id}; ids go from 0 to {self.n_items - 1}.")
        item = self.artifact.collection.items[item_id]
        return Query(self.artifact.embeddings[item_id], item, None, Timings())

    def query_by_picture(
        self, source: Path | bytes, name: str | None = None, region: Region | None = None
    ) -> Query:
        """Make a query of a picture, in the way in which the indexed ones were embedded.

        Args:
            source: A file, or a file's bytes.
            name: What errors call it.
            region: The part of it that is searched for; the whole unless given.

        Raises:
            ImageError: The picture cannot be used.
            QueryError: This searcher has no embedder.
            BackboneError: The embedder cannot be loaded.
            ArtifactMismatchError: The loaded one is not the one that made the embeddings.
        """
        if self._load_embedder is None:
            raise QueryError("This searcher was opened without a network; search for an item.")
        start = time.perf_counter()
        picture = read_picture(source, name, region=region)
        decoded = time.perf_counter()
        embedder = self._load_embedder()
        check_embedder(self.artifact, embedder)
        loaded = time.perf_counter()
        batch = embedder.preprocessing([picture.rgb])
        preprocessed = time.perf_counter()
        embedding = embedder.forward(batch)[0]
        embedded = time.perf_counter()
        timings = Timings(
            decode=decoded - start,
            preprocess=preprocessed - loaded,
            embed=embedded - preprocessed,
        )
        return Query(embedding, self._item_of_sha256.get(picture.sha256), picture, timings)

    def search(
        self,
        query: Query,
        k: float,
        search_k: float | None = None,
        *,
        rerank: float | None = None,
        keep_identical: bool = False,
        with_recall: bool = False,
        where: Filter | None = None,
    ) -> SearchResult:
        """Find the items nearest to a query.

        Args:
            query: From `query_by_item` or `query_by_picture`.
            k: How many, a whole number from 1 to n_items; fewer, where fewer pass the filter.
            search_k: How many places in its trees Annoy may look at, a positive whole number;
                what the index was measured with, in proportion to k, unless given.
            rerank: How many of its candidates are ranked by their embeddings, a positive whole
                number; likewise. Raised to k + 1 where it is less.
            keep_identical: Whether an indexed item that is the query itself may be an answer.
            with_recall: Whether to compare with the exact answer, which looks at every item.
            where: What an item must have to be an answer, or to be compared with the answer.

        Raises:
            QueryError: k, search_k or rerank is out of range, or no item passes the filter.
        """
        return self.search_many(
            [query],
            k,
            search_k,
            rerank=rerank,
            keep_identical=keep_identical,
            with_recall=with_recall,
            where=where,
        )[0]

    def search_many(
        self,
        queries: Sequence[Query],
        k: float,
        search_k: float | None = None,
        *,
        rerank: float | None = None,
        keep_identical: bool = False,
        with_recall: bool = False,
        where: Filter | None = None,
    ) -> list[SearchResult]:
        """Find the items nearest to each of many queries, on all cores; see `search`.

        What runs without Python's lock runs in threads, a stage for all queries after the other;
        what needs the lock stands between the stages, where no thread waits for it.

        Returns:
            What `search` answers to each query, in their order; each has taken its share of the
            time.

        Raises:
            QueryError: k, search_k or rerank is out of range, or no item passes the filter.
        """
        k = check_k(k, self.n_items)
        allowed = self._allowed(where)
        n_allowed = None if allowed is None else int(np.count_nonzero(allowed))
        k, search_k, rerank = self.fill_in(
            k if n_allowed is None else min(k, n_allowed), search_k, rerank
        )
        # One more, so that k are left when the query itself is taken out.
        n_candidates = max(rerank, k + 1)
        start = time.perf_counter()
        found = map_on_cores(
            lambda query: self._retriever.candidates(
                query.embedding, search_k, n_candidates, allowed
            ),
            queries,
        )
        pairs = list(zip(queries, found, strict=True))
        items = [query.item or self._identical(query.embedding, own.ids) for query, own in pairs]
        left_out = [item.item_id if item and not keep_identical else None for item in items]
        ranked = map_on_cores(
            lambda task: self._retriever.nearest(*task, k),
            [
                (query.embedding, own.ids if leave_out is None else own.ids[own.ids != leave_out])
                for (query, own), leave_out in zip(pairs, left_out, strict=True)
            ],
        )
        neighbors = [
            self._neighbors(query.embedding, *own)
            for query, own in zip(queries, ranked, strict=True)
        ]
        seconds = (time.perf_counter() - start) / max(1, len(queries))
        results = [
            SearchResult(
                neighbors=own,
                metric=self.metric,
                k=k,
                search_k=search_k,
                rerank=rerank,
                n_candidates=candidates.n_examined,
                timings=replace(query.timings, search=seconds),
                query_item=item,
                n_allowed=n_allowed,
            )
            for own, (query, candidates), item in zip(neighbors, pairs, items, strict=True)
        ]
        if not with_recall:
            return results
        exact = map_on_cores(
            lambda task: self._nearest(task[0], k, task[1], allowed),
            list(zip(queries, left_out, strict=True)),
        )
        return [
            self._compared(query, result, nearest)
            for query, result, nearest in zip(queries, results, exact, strict=True)
        ]

    def _compared(self, query: Query, result: SearchResult, nearest: Ids) -> SearchResult:
        """Say how much of the exact answer, (k,) item ids, a result has."""
        own = [neighbor.item.item_id for neighbor in result.neighbors]
        recall = recall_at_k(own, nearest.tolist())
        exact = result.neighbors if recall == 1 else self._measured(query, nearest)
        return replace(result, recall_at_k=recall, exact=exact)

    def exact(
        self,
        query: Query,
        k: int,
        leave_out: Item | None = None,
        *,
        where: Filter | None = None,
    ) -> tuple[Neighbor, ...]:
        """Find the k nearest by looking at every item, as `search` does for its recall.

        Args:
            query: From `query_by_item` or `query_by_picture`.
            k: How many, from 1 to n_items.
            leave_out: An item that may not be an answer: a result's `query_item`.
            where: What an item must have to be an answer.

        Raises:
            QueryError: No item passes the filter.
        """
        left_out = leave_out.item_id if leave_out else None
        return self._measured(query, self._nearest(query, k, left_out, self._allowed(where)))

    def _allowed(self, where: Filter | None) -> Allowed | None:
        return None if where is None or where.is_empty else self._masks.allowed(where)

    def _nearest(self, query: Query, k: int, leave_out: int | None, allowed: Allowed | None) -> Ids:
        """Ids of the k nearest of all allowed items but one, nearest first."""
        if leave_out is not None and allowed is not None and not allowed[leave_out]:
            leave_out = None
        left_out = None if leave_out is None else [leave_out]
        nearest: Ids = self._retriever.exact.neighbors(query.embedding[None], k, left_out, allowed)[
            0
        ]
        return nearest

    def _measured(self, query: Query, ids: Ids) -> tuple[Neighbor, ...]:
        """Rank and describe items."""
        ids, values = self._retriever.nearest(query.embedding, ids, len(ids))
        return self._neighbors(query.embedding, ids, values)

    def _identical(self, embedding: Embeddings, ids: Ids) -> Item | None:
        """Recognize a picture that is indexed under other bytes, such as a kept one sent back."""
        most = _SAME_PICTURE * np.abs(embedding).max()
        for part in (slice(_COMPARED_FIRST), slice(None)):
            rows = self.artifact.embeddings[ids, part]
            differences = np.abs(rows - embedding[part]).max(axis=1, initial=0.0)  # (n,)
            ids = ids[differences <= most]
        return self.artifact.collection.items[ids[0]] if len(ids) else None

    def _neighbors(
        self, embedding: Embeddings, ids: Ids, values: Distances
    ) -> tuple[Neighbor, ...]:
        """Describe ranked items, nearest first."""
        cosines = similarities(embedding, self.artifact.embeddings[ids])
        items = self.artifact.collection.items
        found = zip(ids.tolist(), values.tolist(), cosines.tolist(), strict=True)
        return tuple(
            Neighbor(rank, items[item_id], distance, similarity)
            for rank, (item_id, distance, similarity) in enumerate(found, start=1)
        )


def check_embedder(artifact: Artifact, embedder: "Embedder") -> None:
    """Refuse a network other than the one that made an artifact.

    Raises:
        ArtifactMismatchError: Says what differs.
    """
    manifest = artifact.manifest
    made_by = (manifest.backbone, manifest.weights.sha256, manifest.dim)
    given = (embedder.name, embedder.weights.sha256, embedder.dim)
    if made_by != given:
        raise ArtifactMismatchError(
            f"{artifact.folder} was embedded by {manifest.backbone} with {manifest.weights.file} "
            f"(sha256 {manifest.weights.sha256[:16]}..., {manifest.dim} dims), not by "
            f"{embedder.name} with {embedder.weights.file} (sha256 "
            f"{embedder.weights.sha256[:16]}..., {embedder.dim} dims): give those weights, or "
            "build the artifact again."
        )
    preprocessing = embedder.preprocessing
    if preprocessing.from_json(manifest.preprocessing) != preprocessing:
        raise ArtifactMismatchError(
            f"{artifact.folder} was embedded with preprocessing {dict(manifest.preprocessing)}, "
            f"not with {asdict(preprocessing)}: build the artifact again."
        )


def check_k(k: float, n_items: int) -> int:
    """Check how many neighbors are asked for.

    Raises:
        QueryError: Not a whole number from 1 to n_items.
    """
    if not _is_whole(k) or not 1 <= k <= n_items:
        raise QueryError(f"k is {k}; give a whole number from 1 to {n_items}, the number of items.")
    return int(k)


def check_effort(name: str, value: float | None, default: int) -> int:
    """Check search_k or rerank; None means the default.

    Raises:
        QueryError: Not a positive whole number.
    """
    if value is None:
        return default
    if not _is_whole(value) or value < 1:
        raise QueryError(f"{name} is {value}; give a positive whole number, or none for {default}.")
    return min(int(value), MAX_SEARCH_K)


def _is_whole(value: float) -> bool:
    return math.isfinite(value) and float(value).is_integer()
