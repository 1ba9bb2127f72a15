"""From a folder of photographs to an artifact, in stages that each survive an interruption.

    folder --collect--> collection --embed--> embeddings --index--> one Annoy file per metric

A stage whose result stands already is not done again: a second backbone starts from the
collection, a second metric from the embeddings.
"""

import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from similarity.artifact import (
    EMBEDDINGS_FILE,
    FORMAT_VERSION,
    INDEX_SUFFIX,
    MANIFEST_FILE,
    Artifact,
    IndexEntry,
    Manifest,
    describe_file,
    open_embeddings,
    write_embeddings,
    write_manifest,
)
from similarity.backbones import Embedder
from similarity.collect import Skipped, SourceFolder, collect
from similarity.collection import About, Collection, is_collection
from similarity.datatypes import Metric
from similarity.embedding import DEFAULT_BATCH_SIZE, embed_collection
from similarity.errors import ArtifactError, ArtifactExistsError
from similarity.evaluation import measure_recall
from similarity.files import flush_everything, sha256_of
from similarity.index import Index, build_index
from similarity.progress import Track, silent
from similarity.staging import Staging, locked, recover

DEFAULT_TREES = 10
DEFAULT_SEED = 0
DEFAULT_K = 10
"""Neighbors for which the default search_k (n_trees * k) of a measured recall is taken."""

_LIBRARIES = ("annoy", "numpy", "pillow", "torch", "torchvision")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What decides an artifact, apart from the pictures.

    Attributes:
        backbone: Name in the registry.
        metric: Of the index.
        n_trees: Of the index.
        seed: Of the index.
        batch_size: Pictures that go through the network together.
        force: Whether to replace what stands there already.
    """

    backbone: str
    metric: Metric = "angular"
    n_trees: int = DEFAULT_TREES
    seed: int = DEFAULT_SEED
    batch_size: int = DEFAULT_BATCH_SIZE
    force: bool = False


@dataclass(frozen=True)
class Built:
    """What a build made.

    Attributes:
        artifact: Finished and checked.
        skipped: Files that could not be read as pictures.
    """

    artifact: Artifact
    skipped: list[Skipped]


def build_from_folder(
    photos: Path,
    output: Path,
    settings: Settings,
    make_embedder: Callable[[], Embedder],
    *,
    weights: Path | None = None,
    limit: int | None = None,
    about: About | None = None,
    track: Track = silent,
) -> Built:
    """Build an artifact of the pictures in a folder, or add to the one that stands there.

    Args:
        photos: Folder of photographs; folders in it become labels.
        output: The collection's folder. Of the same photographs, a backbone or a metric is added
            to it; of others, it is replaced if settings.force.
        settings: What to build.
        make_embedder: Loads the network; called only if pictures must be embedded.
        weights: File that the embedder will load, to tell whether embeddings are those of it.
        limit: How many files to take.
        about: What a person is told of the collection; made from folder names unless given.
        track: Shows progress.

    Raises:
        CollectionError: There are no pictures.
        ArtifactExistsError: It is there already, or something else is.
        ArtifactBusyError: Another process is building in the collection.
        BackboneError: The network cannot be had.
    """
    with locked(output):
        source = SourceFolder.scan(photos, limit, track)
        if _holds(output, source, force=settings.force):
            collection = Collection.load(output)
            artifact = _build_backbone(collection, settings, make_embedder, weights, track)
            return Built(artifact, [])
        staging = Staging(output, {"source": source.sha256})
        name = photos.resolve().name
        about = about or About(
            name=output.name, title=name, license="not stated", source=f"folder {name}"
        )
        skipped = collect(source, staging, about, track)
        collection = Collection.load(staging.content)
        _build_backbone(collection, settings, make_embedder, weights, track)
        staging.commit()
        return Built(Artifact.load(output / settings.backbone), skipped)


def build_backbone(
    collection: Collection,
    settings: Settings,
    make_embedder: Callable[[], Embedder],
    weights: Path | None = None,
    track: Track = silent,
) -> Artifact:
    """Build a backbone's artifact of a collection, or add an index to the one that stands there.

    Args:
        collection: Of pictures.
        settings: What to build.
        make_embedder: Loads the network; called only if the embeddings are not there.
        weights: File that the embedder will load.
        track: Shows progress.

    Raises:
        ArtifactExistsError: There is an index with this metric, or one of other weights.
        ArtifactBusyError: Another process is building in the collection.
        BackboneError: The network cannot be had.
    """
    with locked(collection.folder):
        return _build_backbone(collection, settings, make_embedder, weights, track)


def _build_backbone(
    collection: Collection,
    settings: Settings,
    make_embedder: Callable[[], Embedder],
    weights: Path | None,
    track: Track,
) -> Artifact:
    """Do what `build_backbone` says, for a caller that holds the lock."""
    folder = collection.folder / settings.backbone
    recover(folder)
    artifact = _existing(collection, folder, settings, weights)
    if artifact is not None:
        write_manifest(folder, _with_index(folder, artifact.manifest, settings))
        return Artifact.load(folder, collection)
    embedder = make_embedder()
    plan = {
        "items": collection.info.items_sha256,
        "backbone": embedder.name,
        "weights": embedder.weights.sha256,
        "preprocessing": asdict(embedder.preprocessing),
        "batch_size": settings.batch_size,
    }
    staging = Staging(folder, plan)
    shards = embed_collection(collection, embedder, staging, settings.batch_size, track)
    path = staging.content / EMBEDDINGS_FILE
    write_embeddings(path, shards, collection.info.n_items, embedder.dim)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        items_sha256=collection.info.items_sha256,
        n_items=collection.info.n_items,
        backbone=embedder.name,
        weights=embedder.weights,
        preprocessing=asdict(embedder.preprocessing),
        dim=embedder.dim,
        libraries=_libraries(),
        files={EMBEDDINGS_FILE: describe_file(path)},
        indexes={},
    )
    write_manifest(staging.content, _with_index(staging.content, manifest, settings))
    staging.commit()
    return Artifact.load(folder, collection)


def _holds(output: Path, source: SourceFolder, *, force: bool) -> bool:
    """Tell whether a folder holds the collection of a source; refuse to replace another."""
    if not output.exists() or not any(output.iterdir()):
        return False
    if not is_collection(output):
        raise ArtifactExistsError(
            f"{output} exists and is no collection of pictures; name a new folder with --output."
        )
    try:
        collection = Collection.load(output)
    except ArtifactError:
        if force:
            return False
        raise
    if collection.info.source_sha256 == source.sha256:
        return True
    if force:
        return False
    raise ArtifactExistsError(
        f"{output} holds a collection of {collection.info.n_items} other pictures than the "
        f"{len(source.files)} files in {source.folder}; add --force to replace it, or name "
        "another folder with --output."
    )


def _existing(
    collection: Collection, folder: Path, settings: Settings, weights: Path | None
) -> Artifact | None:
    """Load the artifact to which an index is to be added; None where embeddings must be made."""
    if not (folder / MANIFEST_FILE).is_file():
        return None
    try:
        artifact = Artifact.load(folder, collection)
    except ArtifactError:
        if settings.force:
            return None
        raise
    recorded = artifact.manifest.weights
    if weights is not None and sha256_of(weights) != recorded.sha256:
        if settings.force:
            return None
        raise ArtifactExistsError(
            f"{folder} was embedded with {recorded.file} (sha256 {recorded.sha256[:16]}...), not "
            f"with {weights.name}; add --force to replace it."
        )
    if settings.metric in artifact.manifest.indexes and not settings.force:
        raise ArtifactExistsError(
            f"{folder} has a {settings.metric} index already; add --force to replace it."
        )
    return artifact


def _with_index(folder: Path, manifest: Manifest, settings: Settings) -> Manifest:
    """Build an index of a folder's embeddings and name it in the manifest that is returned."""
    metric = settings.metric
    embeddings = open_embeddings(folder / EMBEDDINGS_FILE)
    unfinished = folder / f"{metric}-unfinished{INDEX_SUFFIX}"
    build_index(unfinished, embeddings, metric, settings.n_trees, settings.seed)
    described = describe_file(unfinished)
    path = unfinished.replace(folder / f"{metric}-{described.sha256[:8]}{INDEX_SUFFIX}")
    flush_everything()
    index = Index(path, metric, manifest.dim, manifest.n_items, settings.n_trees)
    entry = IndexEntry(
        file=path.name,
        n_trees=settings.n_trees,
        seed=settings.seed,
        n_items=manifest.n_items,
        recall_at_10=measure_recall(index, embeddings, settings.n_trees * DEFAULT_K, settings.seed),
    )
    indexes = {**manifest.indexes, metric: entry}
    named = {EMBEDDINGS_FILE, *(other.file for other in indexes.values())}
    files = {**manifest.files, path.name: described}
    return replace(
        manifest,
        indexes=dict(sorted(indexes.items())),
        files={name: files[name] for name in sorted(named)},
        libraries=_libraries(),
    )


def _libraries() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}}
