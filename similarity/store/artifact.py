"""What one backbone makes of one collection, on disk.

    <collection>/<backbone>/
      manifest.json            this module's `Manifest`: names every other file with its digest
      embeddings.npy           (n_items, dim) float32, as the backbone gives them
      angular-1f2e3d4c.ann     one Annoy file per metric
      angular-5a6b7c8d.npz     the projection that this index searches, if it does search one
      angular-9e0f1a2b.graph   the graph that leads on from its candidates, if there is one

manifest.json is the commit point: a file that it does not name is not there, and replacing it is
what makes a new index appear. Files of an index carry digits of their digest in their names, so
that a new one never takes the place of the one that the present manifest names.

Everything is checked against the manifest before a byte of an index is mapped: Annoy would take
any file, and a wrong one kills the process.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from similarity.datatypes import Embeddings, Metric, Sha256, WeightsInfo
from similarity.errors import (
    ArtifactCorruptError,
    ArtifactMismatchError,
    ArtifactNotFoundError,
)
from similarity.store.arrays import map_npy
from similarity.store.collection import Collection
from similarity.store.files import sha256_of, written_whole
from similarity.store.records import LFS_POINTER, check_not_lfs_pointer, read_record, write_record

FORMAT_VERSION = 2
"""1 had no graphs, and is read as such."""

MANIFEST_FILE = "manifest.json"
EMBEDDINGS_FILE = "embeddings.npy"

INDEX_SUFFIX = ".ann"
PROJECTION_SUFFIX = ".npz"
GRAPH_SUFFIX = ".graph"
_INDEX_SUFFIXES = {INDEX_SUFFIX, PROJECTION_SUFFIX, GRAPH_SUFFIX}

Count = Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class FileEntry:
    """Size and digest of a file."""

    bytes: Annotated[int, Field(ge=0)]
    sha256: Sha256


@dataclass(frozen=True)
class Recall:
    """How much of the exact answer an index found when it was built.

    Attributes:
        value: Mean share of the exact 10 nearest, in [0, 1].
        search_k: With which it was measured.
        rerank: With which it was measured.
        n_queries: Items of the collection that were searched for, each left out of its answer.
    """

    value: Annotated[float, Field(ge=0, le=1)]
    search_k: Count
    rerank: Count
    n_queries: Count


@dataclass(frozen=True)
class ProjectionEntry:
    """The projection that an index searches.

    Attributes:
        file: Name of the .npz file beside the manifest.
        n_components: Principal components in it; the index has one dim more.
    """

    file: str
    n_components: Count


@dataclass(frozen=True)
class GraphEntry:
    """The graph that leads on from an index's candidates.

    Attributes:
        file: Name of the .graph file beside the manifest.
        degree: Neighbors of each item in it.
    """

    file: str
    degree: Count


@dataclass(frozen=True)
class IndexEntry:
    """One index of an artifact.

    Attributes:
        file: Name of the Annoy file beside the manifest.
        projection: What its vectors are projected by; None where they are the embeddings.
        n_trees: Trees in it.
        seed: Of the random numbers that it was built with.
        n_items: Items in it.
        search_k: Places in the trees that Annoy looks at for 10 neighbors, unless told otherwise;
            with a graph, items that the search keeps in view.
        rerank: Candidates that are ranked by their embeddings for 10 neighbors, likewise.
        recall_at_10: Measured when it was built.
        graph: What leads on from Annoy's candidates; None where they are taken as they are.
    """

    file: str
    projection: ProjectionEntry | None
    n_trees: Count
    seed: Annotated[int, Field(ge=0)]
    n_items: Count
    search_k: Count
    rerank: Count
    recall_at_10: Recall
    graph: GraphEntry | None = None

    @property
    def files(self) -> list[str]:
        """Names of all files that belong to it."""
        return [self.file, *(part.file for part in (self.projection, self.graph) if part)]

    def default_search_k(self, k: int) -> int:
        """Places that Annoy looks at for k neighbors: in proportion to k."""
        return max(1, self.search_k * k // 10) if k > 10 else self.search_k

    def default_rerank(self, k: int) -> int:
        """Candidates that are ranked for k neighbors: twice as many more as neighbors."""
        return self.rerank + 2 * max(0, k - 10)


@dataclass(frozen=True)
class Manifest:
    """What manifest.json says.

    Attributes:
        format_version: Of the artifact.
        items_sha256: Digest of the collection's items.jsonl: which pictures were embedded.
        n_items: Rows of the embeddings.
        backbone: Name in the registry, or `GIVEN`.
        weights: Which weights the backbone had; for given embeddings, the file that they came in.
        preprocessing: What it was given, see `models.preprocessing`; empty where nothing is
            known of it.
        dim: Length of an embedding.
        libraries: Versions with which it was made.
        files: Size and digest of every other file.
        indexes: By metric.
        device: What ran the network: `cpu`, `mps`, or `cuda` with the card's name.
    """

    format_version: int
    items_sha256: Sha256
    n_items: Count
    backbone: str
    weights: WeightsInfo
    preprocessing: Mapping[str, Any]
    dim: Count
    libraries: Mapping[str, str]
    files: Mapping[str, FileEntry]
    indexes: Mapping[Metric, IndexEntry]
    device: str = "cpu"


@dataclass(frozen=True)
class Artifact:
    """An artifact whose manifest, collection and embeddings belong together.

    Attributes:
        folder: Where it is.
        manifest: What its manifest says.
        collection: The pictures that it embeds.
        embeddings: (n_items, dim) float32, a read-only memory map.
    """

    folder: Path
    manifest: Manifest
    collection: Collection
    embeddings: Embeddings

    @classmethod
    def load(cls, folder: Path, collection: Collection | None = None) -> "Artifact":
        """Read an artifact and check its embeddings; indexes are checked when they are opened.

        Args:
            folder: `<collection>/<backbone>`.
            collection: The collection above it, if it is loaded already.

        Raises:
            ArtifactNotFoundError: There is none in this folder.
            ArtifactVersionError: It was written by a newer program.
            ArtifactCorruptError: A file is missing, truncated, edited or a Git LFS pointer.
            ArtifactMismatchError: It was made for other pictures.
        """
        manifest = read_record(folder / MANIFEST_FILE, Manifest, FORMAT_VERSION)
        collection = collection or Collection.load(folder.parent)
        if manifest.items_sha256 != collection.info.items_sha256:
            raise ArtifactMismatchError(
                f"{folder} was made for other pictures than those of {collection.folder}; build "
                "it again."
            )
        check_file(folder, manifest, EMBEDDINGS_FILE)
        embeddings = open_embeddings(folder / EMBEDDINGS_FILE)
        expected = (manifest.n_items, manifest.dim)
        if embeddings.shape != expected or manifest.n_items != collection.info.n_items:
            raise ArtifactMismatchError(
                f"{folder} has embeddings of shape {embeddings.shape}, its manifest says "
                f"{expected}, and the collection has {collection.info.n_items} pictures; build it "
                "again."
            )
        return cls(folder, manifest, collection, embeddings)

    def index_entry(self, metric: Metric) -> IndexEntry:
        """Look up the index of a metric.

        Raises:
            ArtifactNotFoundError: It was not built; names those that were.
        """
        try:
            return self.manifest.indexes[metric]
        except KeyError:
            raise ArtifactNotFoundError(
                f"{self.folder} has no {metric} index, only {', '.join(self.manifest.indexes)}: "
                f"build it with --metric {metric}."
            ) from None


def folder_name(backbone: str) -> str:
    """Name of the folder that a backbone's artifact has: `timm--resnet10t.c3_in1k`.

    A slash becomes what it is in the Hub's cache.
    """
    return backbone.replace("/", "--")


def artifact_folders(folder: Path) -> list[Path]:
    """List the artifacts of a collection, or the one artifact that a folder is, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST_FILE}")) or [
        path.parent for path in folder.glob(MANIFEST_FILE)
    ]


def find_artifact(folder: Path, backbone: str | None = None) -> Path:
    """Find the artifact that a person means by a collection's or an artifact's folder.

    Args:
        folder: `<collection>` or `<collection>/<backbone>`.
        backbone: Which, where a collection has several; the first by name unless given.

    Raises:
        ArtifactNotFoundError: There is none; names those that are there.
    """
    found = artifact_folders(folder)
    chosen = [path for path in found if backbone is None or path.name == folder_name(backbone)]
    if chosen:
        return chosen[0]
    if found:
        raise ArtifactNotFoundError(
            f"{folder} has no artifact of {backbone}, only of "
            f"{', '.join(path.name for path in found)}: build it with --backbone {backbone}."
        )
    raise ArtifactNotFoundError(
        f"There is no artifact in {folder}: make one with python -m similarity build PHOTOS "
        f"--output {folder}."
    )


def check_file(folder: Path, manifest: Manifest, name: str) -> Path:
    """Check a file's size and digest against the manifest.

    Returns:
        The file's path.

    Raises:
        ArtifactCorruptError: It is not named, or it is missing, truncated, edited, a pointer, or
            may not be read.
    """
    path = folder / name
    entry = manifest.files.get(name)
    if entry is None or Path(name).name != name:
        raise ArtifactCorruptError(
            f"{folder / MANIFEST_FILE} names no file {name!r} beside it; build the artifact again."
        )
    if not path.is_file():
        raise ArtifactCorruptError(f"{path} is missing; restore it, or build the artifact again.")
    size = path.stat().st_size
    if size != entry.bytes:
        with path.open("rb") as file:
            check_not_lfs_pointer(path, file.read(len(LFS_POINTER)))
        raise ArtifactCorruptError(
            f"{path} has {size} bytes instead of {entry.bytes}; restore it, or build the artifact "
            "again."
        )
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise ArtifactCorruptError(
            f"{path} cannot be read ({error.strerror}); make it readable, or build the artifact "
            "again."
        ) from error
    if digest != entry.sha256:
        raise ArtifactCorruptError(
            f"{path} was edited or damaged (its sha256 is not the manifest's); restore it, or "
            "build the artifact again."
        )
    return path


def describe_file(path: Path) -> FileEntry:
    """Measure a finished file for the manifest."""
    return FileEntry(path.stat().st_size, sha256_of(path))


def name_by_digest(unfinished: Path, metric: Metric) -> tuple[str, FileEntry]:
    """Rename a finished file of an index after its metric and digest, and describe it."""
    described = describe_file(unfinished)
    path = unfinished.with_name(f"{metric}-{described.sha256[:8]}{unfinished.suffix}")
    return unfinished.replace(path).name, described


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write manifest.json, which makes everything that it names exist, and drop other indexes."""
    write_record(folder / MANIFEST_FILE, manifest)
    for path in folder.iterdir():
        if path.suffix in _INDEX_SUFFIXES and path.name not in manifest.files:
            path.unlink()


def open_embeddings(path: Path) -> Embeddings:
    """Map a matrix of embeddings.

    Returns:
        (n, dim) float32, read-only.

    Raises:
        ArtifactCorruptError: The file is not such a matrix.
    """
    embeddings: Embeddings = map_npy(path, "a NumPy file")
    if embeddings.ndim != 2 or embeddings.dtype != np.float32 or not embeddings.flags.c_contiguous:
        raise ArtifactCorruptError(
            f"{path} holds {embeddings.dtype} of shape {embeddings.shape}; expected float32 of "
            "shape (n_items, dim) in C order: build the artifact again."
        )
    return embeddings


def write_embeddings(path: Path, shards: Iterable[Embeddings], n_items: int, dim: int) -> None:
    """Write shards one after the other as one matrix, holding one at a time in memory.

    Args:
        path: The file, which appears whole.
        shards: (n, dim) float32 each, n_items rows together.
        n_items: Rows.
        dim: Columns.
    """
    header = {"descr": "<f4", "fortran_order": False, "shape": (n_items, dim)}
    with written_whole(path) as file:
        np.lib.format.write_array_header_1_0(file, header)
        for shard in shards:
            file.write(np.ascontiguousarray(shard, dtype="<f4").tobytes())
