"""The stages of one search, from an embedding to the nearest items.

    embedding --Projection--> short vector --AnnoyIndex--> candidates --GraphSearch--> better
              ones --ExactSearch or, with a graph, CompiledRanking--> nearest

Annoy finds candidates by short vectors; where there is a graph, it leads on from them; the best are
ranked by their full embeddings, so that whatever is answered is measured exactly. Without a
projection Annoy has the embeddings themselves, and its candidates are ranked in the same way.

A search may be for allowed items only. Along a graph it passes through the others; without one,
all that are allowed are compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from similarity.ann.annoy_index import AnnoyIndex
from similarity.ann.exact import ExactSearch
from similarity.ann.graph import Neighborhoods, open_graph
from similarity.ann.projection import Projection
from similarity.datatypes import Allowed, Distances, Embeddings, Ids, Metric
from similarity.store.artifact import Artifact, check_file

if TYPE_CHECKING:
    from similarity.ann.graph_search import GraphSearch
    from similarity.ann.query_projection import QueryProjection
    from similarity.ann.ranking import CompiledRanking

_BLOCK = 4096
"""Rows that are projected and given to Annoy at once: 32 MB of 2048 float32."""

_SEEDS = 8
"""Items that a search along a graph begins with: all of a leaf find no more, one misses .003."""

_GATHERED_SHARE = 4
"""Allowed items are gathered to be compared where there is one of so many, or fewer: of 200,000
with 256 dims, a quarter takes 19 ms and an eighth 7; to compare all takes 14."""

_WARMING_QUERIES = 16


@dataclass(frozen=True)
class Candidates:
    """Items among which the nearest are looked for.

    Attributes:
        ids: (n,) that are to be ranked, in no order.
        n_examined: How many items were compared with the query to find them.
    """

    ids: Ids
    n_examined: int


@dataclass(frozen=True)
class IndexFiles:
    """Files of an index that are what they must be.

    Attributes:
        path: The Annoy file.
        metric: Of the Annoy file.
        dim: Of the vectors in it.
        n_items: In it.
        n_trees: In it.
        projection: That made the vectors; None where they are the embeddings.
        degree: Of the graph; 0 where there is none.
        graph_path: Its file.
    """

    path: Path
    metric: Metric
    dim: int
    n_items: int
    n_trees: int
    projection: Projection | None
    degree: int = 0
    graph_path: Path | None = None

    def open_index(self) -> AnnoyIndex:
        """Map the Annoy file."""
        return AnnoyIndex(self.path, self.metric, self.dim, self.n_items, self.n_trees)

    def open(self, exact: ExactSearch) -> "Retriever":
        """Put all stages together, with exact search over the embeddings at the end."""
        index = self.open_index()
        graph_search = None
        if self.graph_path is not None:
            neighbors = open_graph(self.graph_path, self.n_items, self.degree)
            graph_search = make_graph_search(index.vectors, neighbors)
        return Retriever(exact, index, self.projection, graph_search)


def index_space(metric: Metric, dim: int, projection: Projection | None) -> tuple[Metric, int]:
    """Metric and dim of what Annoy is given, see `index_vectors`.

    Args:
        metric: Of the embeddings.
        dim: Of the embeddings.
        projection: Of the index, if it has one.
    """
    return ("euclidean", projection.dim) if projection else (metric, dim)


def index_vectors(embeddings: Embeddings, projection: Projection | None) -> Iterator[Embeddings]:
    """What Annoy is given: the embeddings, or what a projection makes of them.

    Args:
        embeddings: (n, dim) float32, not copied whole.
        projection: Of the index, if it has one.

    Yields:
        (at most 4096, dim of the index) float32, one after the other.
    """
    for start in range(0, len(embeddings), _BLOCK):
        block = embeddings[start : start + _BLOCK]
        yield projection.of_items(block) if projection else block


def make_graph_search(vectors: Embeddings, neighbors: Neighborhoods) -> "GraphSearch":
    """Make a graph search, whose module is imported here and not before.

    It compiles, or loads what was compiled, and few items need not wait for that.

    Args:
        vectors: (n_items, dim) float32 of the index.
        neighbors: (n_items, degree) ids.
    """
    search: GraphSearch = import_module("similarity.ann.graph_search").GraphSearch(
        vectors, neighbors
    )
    return search


class Retriever:
    """Finds the items nearest to an embedding. Safe to use from several threads."""

    def __init__(
        self,
        exact: ExactSearch,
        index: AnnoyIndex,
        projection: Projection | None,
        graph_search: "GraphSearch | None" = None,
    ) -> None:
        """Put opened stages together.

        Args:
            exact: Over the embeddings.
            index: Over the embeddings, or over what the projection makes of them.
            projection: None where Annoy has the embeddings themselves.
            graph_search: Over the vectors of the index; None without a graph or a projection.
        """
        self.exact = exact
        self.index = index
        self.projection = projection
        self.graph_search = graph_search
        self.ranking: ExactSearch | CompiledRanking = exact
        self._projection: Projection | QueryProjection | None = projection
        if graph_search is not None and projection is not None:
            self.ranking = import_module("similarity.ann.ranking").CompiledRanking(exact)
            self._projection = import_module("similarity.ann.query_projection").QueryProjection(
                projection
            )

    @classmethod
    def open(cls, artifact: Artifact, metric: Metric) -> "Retriever":
        """Open an index of an artifact with all that belongs to it, and touch it once.

        Raises:
            ArtifactNotFoundError: There is no index with this metric.
            ArtifactCorruptError: A file is missing, truncated or edited, or is not what it must be.
            ArtifactMismatchError: The index has another number of trees.
        """
        entry = artifact.index_entry(metric)
        checked = partial(check_file, artifact.folder, artifact.manifest)
        dim = artifact.manifest.dim
        projection = None
        if entry.projection is not None:
            path = checked(entry.projection.file)
            projection = Projection.load(path, metric, dim, entry.projection.n_components)
        index_metric, index_dim = index_space(metric, dim, projection)
        files = IndexFiles(
            path=checked(entry.file),
            metric=index_metric,
            dim=index_dim,
            n_items=entry.n_items,
            n_trees=entry.n_trees,
            projection=projection,
            degree=entry.graph.degree if entry.graph else 0,
            graph_path=checked(entry.graph.file) if entry.graph else None,
        )
        retriever = files.open(ExactSearch(artifact.embeddings, metric))
        retriever.warm(artifact.embeddings, entry.search_k, entry.rerank)
        return retriever

    def candidates(
        self, query: Embeddings, search_k: int, rerank: int, allowed: Allowed | None = None
    ) -> Candidates:
        """Find items that are probably near.

        Args:
            query: (dim,) float32.
            search_k: How many places in its trees Annoy looks at; from n_items * n_trees on, all.
                With a graph, how many items the search keeps in view, if more than rerank: Annoy
                looks at one leaf then, where it begins.
            rerank: How many to hand on, those that seem nearest.
            allowed: Which items may be found; all, unless given.
        """
        if allowed is not None and self.graph_search is None:
            return self._nearest_allowed(query, rerank, allowed)
        short = self._projection.of_query(query) if self._projection else query
        if self.graph_search is None:
            found = self.index.candidates(short, search_k)
            return Candidates(found[:rerank].astype(np.intp), len(found))
        return Candidates(
            *self.graph_search.nearest(
                short, lambda: self.index.seeds(short, _SEEDS), rerank, search_k, allowed
            )
        )

    def _nearest_allowed(self, query: Embeddings, n: int, allowed: Allowed) -> Candidates:
        """Compare all allowed items by their embeddings: few where they lie, many with all."""
        ids = np.flatnonzero(allowed)
        if len(ids) <= n:
            return Candidates(ids, len(ids))
        if len(ids) * _GATHERED_SHARE <= len(allowed):
            return Candidates(self.exact.nearest_among(query, ids, n)[0], len(ids))
        return Candidates(self.exact.neighbors(query[None], n, allowed=allowed)[0], len(allowed))

    def nearest(self, query: Embeddings, ids: Ids, k: int) -> tuple[Ids, Distances]:
        """Rank items by their embeddings.

        Args:
            query: (dim,) float32.
            ids: (n,) items, each once.
            k: How many to find.

        Returns:
            (at most k,) ids, nearest first, and their distances in the metric's own unit.
        """
        return self.ranking.nearest_among(query, ids, k)

    def warm(self, rows: Embeddings, search_k: int, rerank: int) -> None:
        """Search once here and there, so that the first query is as fast as the others."""
        for item_id in np.linspace(0, len(rows) - 1, _WARMING_QUERIES).astype(int).tolist():
            found = self.candidates(rows[item_id], search_k, rerank)
            self.nearest(rows[item_id], found.ids, 1)


class ExactRetriever:
    """Does without an index where Annoy does not work: every item is a candidate."""

    def __init__(self, artifact: Artifact, metric: Metric) -> None:
        """Measure the embeddings once.

        Raises:
            ArtifactNotFoundError: There is no index with this metric that it could stand for.
        """
        artifact.index_entry(metric)
        self.exact = ExactSearch(artifact.embeddings, metric)
        self._n_items = len(artifact.embeddings)

    def candidates(
        self,
        query: Embeddings,
        search_k: int,  # noqa: ARG002
        rerank: int,
        allowed: Allowed | None = None,
    ) -> Candidates:
        """Find the items that are nearest, see `Retriever.candidates`."""
        found = self.exact.neighbors(query[None], rerank, allowed=allowed)[0]
        return Candidates(found, self._n_items)

    def nearest(self, query: Embeddings, ids: Ids, k: int) -> tuple[Ids, Distances]:
        """Rank items by their embeddings, see `Retriever.nearest`."""
        return self.exact.nearest_among(query, ids, k)
