"""From a folder of photographs to an artifact, in stages that each survive an interruption.

    folder --collect--> collection --embed--> embeddings --index--> one Annoy file per metric

A stage whose result stands already is not done again: a second backbone starts from the
collection, a second metric from the embeddings.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from similarity.datatypes import Embeddings, Metric, WeightsInfo
from similarity.errors import ArtifactError, ArtifactExistsError
from similarity.indexing.indexes import IndexSettings, add_index, library_versions
from similarity.indexing.reuse import Reusable
from similarity.indexing.scan import ScannedFolder, Skipped, make_collection
from similarity.models.embedder import Embedder
from similarity.models.embedding import embed_collection
from similarity.models.weights import are_recorded
from similarity.progress import Track, silent
from similarity.store.artifact import (
    EMBEDDINGS_FILE,
    FORMAT_VERSION,
    MANIFEST_FILE,
    Artifact,
    Manifest,
    describe_file,
    folder_name,
    write_embeddings,
    write_manifest,
)
from similarity.store.collection import About, Collection, CollectionInfo, is_collection
from similarity.store.staging import Staging, locked, recover


@dataclass(frozen=True, kw_only=True)
class Settings(IndexSettings):
    """What decides an artifact, apart from the pictures.

    Attributes:
        backbone: Name in the registry.
        metrics: Of the indexes, one for each.
        batch_size: Pictures that go through the network together; what suits it unless given.
        force: Whether to replace what stands there already.
    """

    backbone: str
    metrics: tuple[Metric, ...] = ("angular",)
    batch_size: int | None = None
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
    source = ScannedFolder.scan(photos, limit, track)
    name = photos.resolve().name
    about = about or About(
        name=output.name, title=name, license="not stated", source=f"folder {name}"
    )
    return build_from_source(
        source, output, settings, make_embedder, weights=weights, about=about, track=track
    )


def build_from_source(
    source: ScannedFolder,
    output: Path,
    settings: Settings,
    make_embedder: Callable[[], Embedder],
    *,
    about: About,
    weights: Path | None = None,
    earlier: Reusable | None = None,
    track: Track = silent,
) -> Built:
    """Do what `build_from_folder` says with a folder that was looked at already.

    Args:
        source: Scanned.
        output: The collection's folder.
        settings: What to build.
        make_embedder: Loads the network.
        about: What a person is told of the collection.
        weights: File that the embedder will load.
        earlier: A collection whose pictures and embeddings need not be made again.
        track: Shows progress.

    Raises:
        As `build_from_folder`.
    """
    earlier = earlier or Reusable()
    with locked(output):
        described = f"the {len(source.files)} files in {source.folder}"
        if holds(output, source.sha256, described, force=settings.force):
            collection = Collection.load(output)
            artifact = _build_backbone(
                collection,
                settings,
                make_embedder,
                weights=weights,
                track=track,
                earlier=earlier,
            )
            return Built(artifact, [])
        staging = Staging(output, {"source": source.sha256})
        skipped = make_collection(source, staging, about, earlier, track)
        collection = Collection.load(staging.content)
        _build_backbone(
            collection, settings, make_embedder, weights=weights, track=track, earlier=earlier
        )
        staging.commit()
        return Built(Artifact.load(output / folder_name(settings.backbone)), skipped)


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
        return _build_backbone(
            collection, settings, make_embedder, weights=weights, track=track, earlier=Reusable()
        )


def _build_backbone(
    collection: Collection,
    settings: Settings,
    make_embedder: Callable[[], Embedder],
    *,
    weights: Path | None,
    track: Track,
    earlier: Reusable,
) -> Artifact:
    """Do what `build_backbone` says, for a caller that holds the lock."""
    folder = collection.folder / folder_name(settings.backbone)
    recover(folder)
    artifact = extend(collection, settings, weights)
    if artifact is not None:
        return artifact
    embedder = make_embedder()
    known = earlier.embeddings(embedder)
    new = known.without(collection)
    batch_size = settings.batch_size or embedder.batch_size
    plan = {
        "items": [item.sha256 for item in new.items],
        "backbone": embedder.name,
        "weights": embedder.weights.sha256,
        "preprocessing": asdict(embedder.preprocessing),
        "batch_size": batch_size,
    }
    staging = Staging(folder, plan)
    shards = embed_collection(new, embedder, staging, batch_size, track)
    write_artifact(
        staging.content,
        collection.info,
        known.join(collection, shards),
        settings,
        backbone=embedder.name,
        weights=embedder.weights,
        preprocessing=asdict(embedder.preprocessing),
        dim=embedder.dim,
        device=embedder.device,
    )
    staging.commit()
    return Artifact.load(folder, collection)


def write_artifact(
    folder: Path,
    info: CollectionInfo,
    rows: Iterable[Embeddings],
    settings: Settings,
    *,
    backbone: str,
    weights: WeightsInfo,
    preprocessing: Mapping[str, Any],
    dim: int,
    device: str = "cpu",
) -> None:
    """Write embeddings and their indexes, and last the manifest that names them.

    Args:
        folder: Of the artifact.
        info: Of the collection.
        rows: (n, dim) float32 each, info.n_items rows together, in the order of the items.
        settings: What to build.
        backbone: Goes into the manifest, as what follows, see `Manifest`.
        weights: Of the backbone.
        preprocessing: Of the pictures.
        dim: Of the rows.
        device: What ran the backbone.
    """
    path = folder / EMBEDDINGS_FILE
    write_embeddings(path, rows, info.n_items, dim)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        items_sha256=info.items_sha256,
        n_items=info.n_items,
        backbone=backbone,
        weights=weights,
        preprocessing=preprocessing,
        dim=dim,
        libraries=library_versions(backbone),
        device=device,
        files={EMBEDDINGS_FILE: describe_file(path)},
        indexes={},
    )
    write_manifest(folder, _add_indexes(folder, manifest, settings))


def holds(output: Path, source_sha256: str, described: str, *, force: bool) -> bool:
    """Tell whether a folder holds the collection of a source; refuse to replace another.

    Args:
        output: The folder.
        source_sha256: Digest of the source.
        described: What the message calls the source.
        force: Whether another collection may be replaced.

    Raises:
        ArtifactExistsError: It may not, or what is there is no collection.
    """
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
    if collection.info.source_sha256 == source_sha256:
        return True
    if force:
        return False
    raise ArtifactExistsError(
        f"{output} holds a collection of {collection.info.n_items} other items than {described}; "
        "add --force to replace it, or name another folder with --output."
    )


def extend(
    collection: Collection, settings: Settings, weights: Path | None = None
) -> Artifact | None:
    """Add an index to the artifact that stands there, for a caller that holds the lock.

    Args:
        collection: Of the artifact.
        settings: What to build.
        weights: File that the embeddings must have been made with, if one was named.

    Returns:
        The artifact; None where there is none, or one that settings.force lets be replaced.

    Raises:
        ArtifactExistsError: There is an index with this metric, or one of other weights.
    """
    folder = collection.folder / folder_name(settings.backbone)
    if not (folder / MANIFEST_FILE).is_file():
        return None
    try:
        artifact = Artifact.load(folder, collection)
    except ArtifactError:
        if settings.force:
            return None
        raise
    recorded = artifact.manifest.weights
    if weights is not None and not are_recorded(weights, recorded):
        if settings.force:
            return None
        raise ArtifactExistsError(
            f"{folder} was embedded with {recorded.file} (sha256 {recorded.sha256[:16]}...), not "
            f"with {weights.name}; add --force to replace it."
        )
    there = [metric for metric in settings.metrics if metric in artifact.manifest.indexes]
    if there and not settings.force:
        raise ArtifactExistsError(
            f"{folder} is indexed by {', '.join(there)} already; add --force to replace that."
        )
    write_manifest(folder, _add_indexes(folder, artifact.manifest, settings))
    return Artifact.load(folder, collection)


def _add_indexes(folder: Path, manifest: Manifest, settings: Settings) -> Manifest:
    """Build an index of a folder's embeddings for each metric; see `indexes.add_index`."""
    for metric in settings.metrics:
        manifest = add_index(folder, manifest, metric, settings)
    return manifest
