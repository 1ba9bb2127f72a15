"""From stored embeddings to an index: projection, Annoy file, and how much it finds."""

import platform
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from similarity.artifact import (
    EMBEDDINGS_FILE,
    INDEX_SUFFIX,
    PROJECTION_SUFFIX,
    IndexEntry,
    Manifest,
    ProjectionEntry,
    name_by_digest,
    open_embeddings,
)
from similarity.datatypes import Embeddings, Metric
from similarity.errors import ArtifactMismatchError
from similarity.evaluation import measure_recall
from similarity.files import flush_everything
from similarity.index import Index, build_index
from similarity.metrics import ExactSearch
from similarity.projection import Projection
from similarity.retrieval import Retriever, index_vectors

DEFAULT_TREES = 10
DEFAULT_SEED = 0

_LIBRARIES = ("annoy", "numpy", "pillow", "torch", "torchvision")


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """What decides an index, apart from the embeddings and the metric.

    Attributes:
        n_trees: More cost space and build time and find more.
        n_components: Principal components that Annoy searches; 0 for the embeddings themselves,
            None for what suits their number.
        seed: Of the sample that components are fitted to, and of the trees.
    """

    n_trees: int = DEFAULT_TREES
    n_components: int | None = None
    seed: int = DEFAULT_SEED


def default_components(n_items: int, dim: int) -> int:
    """How many principal components suit a collection; 0 where embeddings are as short anyway."""
    suitable = 32 if n_items <= 5_000 else 48 if n_items <= 50_000 else 64
    return suitable if suitable < dim else 0


def default_effort(n_items: int, n_trees: int) -> tuple[int, int]:
    """How many places Annoy looks at for 10 neighbors, and how many candidates are re-ranked."""
    return min(n_items * n_trees, 1000), min(n_items, 1000 if n_items <= 5_000 else 100)


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
    files = dict(manifest.files)
    projection = _fit(embeddings, metric, settings)
    projection_entry = None
    if projection is not None:
        unfinished = folder / f"{metric}-unfinished{PROJECTION_SUFFIX}"
        projection.save(unfinished)
        name, files[name] = name_by_digest(unfinished, metric)
        projection_entry = ProjectionEntry(name, len(projection.components))
    space: Metric = "euclidean" if projection else metric
    dim = projection.dim if projection else manifest.dim
    blocks = index_vectors(embeddings, projection)
    unfinished = folder / f"{metric}-unfinished{INDEX_SUFFIX}"
    build_index(
        unfinished,
        blocks,
        dim=dim,
        metric=space,
        n_trees=settings.n_trees,
        seed=settings.seed,
    )
    name, files[name] = name_by_digest(unfinished, metric)
    flush_everything()
    index = Index(folder / name, space, dim, manifest.n_items, settings.n_trees)
    retriever = Retriever(ExactSearch(embeddings, metric), index, projection)
    search_k, rerank = default_effort(manifest.n_items, settings.n_trees)
    entry = IndexEntry(
        file=name,
        projection=projection_entry,
        n_trees=settings.n_trees,
        seed=settings.seed,
        n_items=manifest.n_items,
        search_k=search_k,
        rerank=rerank,
        recall_at_10=measure_recall(
            retriever, embeddings, search_k=search_k, rerank=rerank, seed=settings.seed
        ),
    )
    indexes = {**manifest.indexes, metric: entry}
    named = {EMBEDDINGS_FILE, *(file for other in indexes.values() for file in other.files)}
    return replace(
        manifest,
        indexes=dict(sorted(indexes.items())),
        files={file: files[file] for file in sorted(named)},
        libraries=library_versions(),
    )


def library_versions() -> dict[str, str]:
    """Versions of what decides an artifact's numbers."""
    return {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}}


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
