"""From stored embeddings to an index: projection, Annoy file, graph, and how much it finds."""

import platform
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from similarity.ann.annoy_index import build_index
from similarity.ann.exact import ExactSearch
from similarity.ann.graph import save_graph
from similarity.ann.projection import Projection
from similarity.ann.recall import measure_recall
from similarity.ann.retriever import IndexFiles, index_space, index_vectors
from similarity.choices import DEFAULT_SEED
from similarity.datatypes import Embeddings, Metric
from similarity.errors import ArtifactMismatchError
from similarity.models.names import TIMM_PREFIX
from similarity.store.artifact import (
    EMBEDDINGS_FILE,
    FORMAT_VERSION,
    GRAPH_SUFFIX,
    INDEX_SUFFIX,
    PROJECTION_SUFFIX,
    FileEntry,
    GraphEntry,
    IndexEntry,
    Manifest,
    ProjectionEntry,
    name_by_digest,
    open_embeddings,
)
from similarity.store.files import flush_everything

_FEW = 2_000
"""Items that are searched without a graph. All of 2,000 with 1280 dims are compared in 230 us, and
.99 of the nearest found in 340 us with a graph, in 370 without; of 5,000 in 1650, 340, 620 us."""

_LIBRARIES = ("annoy", "numba", "numpy", "pillow", "torch", "torchvision")


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """What decides an index, apart from the embeddings and the metric.

    Attributes:
        n_trees: More cost space and build time and find more; None for what suits the number of
            items.
        n_components: Principal components that Annoy searches; 0 for the embeddings themselves,
            None for what suits their number.
        degree: Neighbors of each item in the graph that leads on from Annoy's candidates; 0 for no
            graph, as without a projection, and None for what suits the number of items.
        seed: Of the sample that components are fitted to, and of the trees.
        search_k: Places in the trees that a search for 10 neighbors looks at unless told otherwise,
            with a graph the items that it keeps in view; None for what suits the number of items.
        rerank: Candidates that such a search ranks by their embeddings; likewise.
    """

    n_trees: int | None = None
    n_components: int | None = None
    degree: int | None = None
    seed: int = DEFAULT_SEED
    search_k: int | None = None
    rerank: int | None = None


@dataclass(frozen=True)
class WrittenIndex(IndexFiles):
    """Files of an index that no manifest names yet.

    Attributes:
        projection_path: File of the projection; None where there is none.
    """

    projection_path: Path | None = None

    @property
    def n_bytes(self) -> int:
        """Of all its files."""
        paths = (self.path, self.projection_path, self.graph_path)
        return sum(path.stat().st_size for path in paths if path)

    @property
    def projection_entry(self) -> ProjectionEntry | None:
        """What a manifest says of the projection."""
        if self.projection is None or self.projection_path is None:
            return None
        return ProjectionEntry(self.projection_path.name, len(self.projection.components))

    @property
    def graph_entry(self) -> GraphEntry | None:
        """What a manifest says of the graph."""
        return GraphEntry(self.graph_path.name, self.degree) if self.graph_path else None

    def named(self, metric: Metric) -> tuple["WrittenIndex", dict[str, FileEntry]]:
        """Name its files after a metric and their digests, and describe them by name."""
        described: dict[str, FileEntry] = {}

        def name(path: Path) -> Path:
            own, entry = name_by_digest(path, metric)
            described[own] = entry
            return path.with_name(own)

        named = replace(
            self,
            path=name(self.path),
            projection_path=self.projection_path and name(self.projection_path),
            graph_path=self.graph_path and name(self.graph_path),
        )
        return named, described


def default_trees(n_items: int) -> int:
    """How many trees suit a collection; the graph is made of their leaves.

    At 20,000 items, the graph of 10 trees finds .981 where that of 20 finds .993 in the same time;
    at 200,000, that of 40 finds .002 more and takes twice as long to build.
    """
    return 10 if n_items <= _FEW else 20


def default_components(n_items: int, dim: int) -> int:
    """How many principal components suit a collection; 0 where embeddings do as they are.

    Where there is a graph, short embeddings are turned, with nothing left out: it is for projected
    vectors only.
    """
    if n_items > _FEW:
        return min(128, dim)
    return 32 if dim > 32 else 0


def default_degree(n_items: int) -> int:
    """How many neighbors an item has in the graph that suits a collection; 0 for no graph."""
    return 0 if n_items <= _FEW else 24


def default_effort(written: WrittenIndex, settings: IndexSettings) -> tuple[int, int]:
    """How much is looked at for 10 neighbors (search_k), and how many candidates are re-ranked.

    For few items, what `tune` recommends for 1,060 photographs (README: How to choose). With a
    graph, search_k is the width of its beam: 300 and 150 candidates find .993 of the nearest of
    200,000 items, 225 find .987.
    """
    search_k, rerank = settings.search_k, settings.rerank
    if search_k is None:
        search_k = 300 if written.degree else 500 if written.n_items <= _FEW else 1000
    if rerank is None:
        rerank = 150 if written.degree else 50 if written.n_items <= _FEW else 100
    return min(written.n_items * written.n_trees, search_k), min(written.n_items, rerank)


def add_index(
    folder: Path, manifest: Manifest, metric: Metric, settings: IndexSettings
) -> Manifest:
    """Build an index of a folder's embeddings.

    Args:
        folder: That holds them.
        manifest: What it holds so far.
        metric: How embeddings are compared.
        settings: What to build.

    Returns:
        The manifest with the index in it, in the place of one of the same metric. It is for the
        caller to write: until then the new files do not count.

    Raises:
        ArtifactMismatchError: More components are asked for than the embeddings have dims.
    """
    embeddings = open_embeddings(folder / EMBEDDINGS_FILE)
    written, described = write_index(folder, embeddings, metric, settings).named(metric)
    flush_everything()
    search_k, rerank = default_effort(written, settings)
    entry = IndexEntry(
        file=written.path.name,
        projection=written.projection_entry,
        n_trees=written.n_trees,
        seed=settings.seed,
        n_items=manifest.n_items,
        search_k=search_k,
        rerank=rerank,
        recall_at_10=measure_recall(
            written.open(ExactSearch(embeddings, metric)),
            embeddings,
            search_k=search_k,
            rerank=rerank,
            seed=settings.seed,
        ),
        graph=written.graph_entry,
    )
    indexes = {**manifest.indexes, metric: entry}
    files = {**manifest.files, **described}
    named = {EMBEDDINGS_FILE, *(file for other in indexes.values() for file in other.files)}
    return replace(
        manifest,
        format_version=FORMAT_VERSION,
        indexes=dict(sorted(indexes.items())),
        files={file: files[file] for file in sorted(named)},
        libraries=library_versions(manifest.backbone),
    )


def write_index(
    folder: Path, embeddings: Embeddings, metric: Metric, settings: IndexSettings
) -> WrittenIndex:
    """Write the files of an index into a folder, under names that say that they do not count yet.

    Args:
        folder: To write to.
        embeddings: (n_items, dim) float32, not copied whole.
        metric: How they are compared.
        settings: What to build.

    Raises:
        ArtifactMismatchError: More components are asked for than the embeddings have dims.
    """
    unfinished = folder / f"{metric}-unfinished"
    projection = _fit(embeddings, metric, settings)
    projection_path = None
    if projection is not None:
        projection_path = unfinished.with_suffix(PROJECTION_SUFFIX)
        projection.save(projection_path)
    n_items, dim = embeddings.shape
    n_trees = default_trees(n_items) if settings.n_trees is None else settings.n_trees
    index_metric, index_dim = index_space(metric, dim, projection)
    written = WrittenIndex(
        path=unfinished.with_suffix(INDEX_SUFFIX),
        metric=index_metric,
        dim=index_dim,
        n_items=n_items,
        n_trees=n_trees,
        projection=projection,
        projection_path=projection_path,
    )
    build_index(
        written.path,
        index_vectors(embeddings, projection),
        dim=written.dim,
        metric=written.metric,
        n_trees=n_trees,
        seed=settings.seed,
    )
    degree = default_degree(n_items) if settings.degree is None else settings.degree
    if projection is None or degree == 0:
        return written
    index = written.open_index()
    graph_path = unfinished.with_suffix(GRAPH_SUFFIX)
    # Imported here and not before: it compiles, which few items need not wait for.
    build_graph = import_module("similarity.ann.graph_build").build_graph
    save_graph(graph_path, build_graph(index.leaves(), index.vectors, degree))
    return replace(written, graph_path=graph_path, degree=degree)


def library_versions(backbone: str = "") -> dict[str, str]:
    """Versions of what decides an artifact's numbers; of timm, where it makes the backbone."""
    names = (*_LIBRARIES, "timm") if backbone.startswith(TIMM_PREFIX) else _LIBRARIES
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _fit(embeddings: Embeddings, metric: Metric, settings: IndexSettings) -> Projection | None:
    n_items, dim = embeddings.shape
    n_components = settings.n_components
    if n_components is None:
        n_components = default_components(n_items, dim)
    if n_components > dim:
        raise ArtifactMismatchError(
            f"A projection to {n_components} components was asked for, but the embeddings have "
            f"only {dim} dims; give --project a number up to {dim}, or 0 for none."
        )
    if n_components == 0:
        return None
    return Projection.fit(embeddings, metric, n_components, settings.seed)
