"""What comes from elsewhere is data: bounded, checked, and given indexes of its own.

    listing --find_backbones--> names --check_records--> Records --choose_files--> what to fetch
    fetched files --admit--> a collection's folder like any other, with an origin.json

Nothing of it is run or unpickled, no path of it leaves its folder, and its indexes are built anew
from its embeddings: Annoy would follow whatever a file says.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from similarity.datatypes import GIVEN
from similarity.errors import ArtifactNotFoundError, ArtifactRefusedError
from similarity.hub.addresses import Origin, write_origin
from similarity.indexing.indexes import IndexSettings, add_index
from similarity.models.preprocessing import Preprocessing
from similarity.progress import Track
from similarity.store.arrays import rows_not_finite
from similarity.store.artifact import (
    EMBEDDINGS_FILE,
    FORMAT_VERSION,
    MANIFEST_FILE,
    Artifact,
    Manifest,
    check_file,
    open_embeddings,
    write_manifest,
)
from similarity.store.collection import (
    IMAGES_FOLDER,
    INFO_FILE,
    ITEMS_FILE,
    Collection,
    is_collection,
)
from similarity.store.files import appearing
from similarity.store.limits import (
    MAX_BYTES,
    MAX_DEGREE,
    MAX_DIM,
    MAX_FILES,
    MAX_ITEMS_BYTES,
    MAX_PICTURE_BYTES,
    MAX_PLACES,
    MAX_RECORD_BYTES,
    MAX_SEED,
    MAX_SIDE,
    MAX_TEXT,
    MAX_TREES,
)
from similarity.store.records import read_record
from similarity.store.staging import locked

Listing = Mapping[str, int]
"""Bytes of each file, by its path with forward slashes."""

IndexHandling = Literal["built", "kept", "none"]
"""What becomes of the indexes: built anew from the embeddings, kept as they came, which only one's
own deserve, or left out, where Annoy does not work."""

_NPY_HEADER_BYTES = 4096

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that a terminal obeys, or that turn the direction of the text around them."""


@dataclass(frozen=True)
class Records:
    """The small files of a collection from elsewhere, read and found within bounds.

    Attributes:
        collection: Its pictures are not there yet.
        manifests: By the name of the backbone's folder; their other files are not there yet.
    """

    collection: Collection
    manifests: Mapping[str, Manifest]


def find_backbones(listing: Listing) -> list[str]:
    """Name the artifacts in a listing, and find the files about them small enough to be read.

    Raises:
        ArtifactNotFoundError: There is no collection, or no artifact of it.
        ArtifactRefusedError: There are more files, or larger ones, than are taken.
    """
    if len(listing) > MAX_FILES:
        raise ArtifactRefusedError(
            f"There are {len(listing)} files; at most {MAX_FILES} are taken from elsewhere."
        )
    if INFO_FILE not in listing or ITEMS_FILE not in listing:
        raise ArtifactNotFoundError(
            f"There is no {INFO_FILE} with {ITEMS_FILE}, so this is no collection that "
            "python -m similarity push has put there; name another repository."
        )
    paths = map(PurePosixPath, listing)
    backbones = sorted(
        path.parent.name for path in paths if len(path.parts) == 2 and path.name == MANIFEST_FILE
    )
    if not backbones:
        raise ArtifactNotFoundError(
            f"There is a collection but no artifact of it, such as resnet18/{MANIFEST_FILE}; "
            "push it again after python -m similarity build."
        )
    for name in backbones:
        _check(_NAME.fullmatch(name) and name != IMAGES_FOLDER, f"A folder is called {name!r}")
    for path in record_files(backbones):
        limit = MAX_ITEMS_BYTES if path == ITEMS_FILE else MAX_RECORD_BYTES
        _check(
            listing.get(path, 0) <= limit,
            f"{path} has {listing.get(path, 0)} bytes; at most {limit} are read",
        )
    return backbones


def record_files(backbones: Sequence[str]) -> list[str]:
    """Paths of the small files that say what else there is."""
    return [INFO_FILE, ITEMS_FILE, *(f"{name}/{MANIFEST_FILE}" for name in backbones)]


def check_records(folder: Path, backbones: Sequence[str]) -> Records:
    """Read the small files of a collection and find everything in them within bounds.

    Args:
        folder: Holds them.
        backbones: Whose manifests to read.

    Raises:
        ArtifactRefusedError: A number, a name or a text is none that is taken from elsewhere.
        ArtifactError: They cannot be read, or do not belong together.
    """
    collection = Collection.load(folder)
    info = collection.info
    _check_texts([info.name, info.title, info.license, info.source])
    for item in collection.items:
        _check_texts([item.label, item.caption])
        _check(
            not item.file or all(_NAME.fullmatch(part) for part in item.file.split("/")),
            f"A picture is called {item.file!r}; expected letters, digits, dots and dashes",
        )
    manifests = {}
    for name in backbones:
        manifest = read_record(folder / name / MANIFEST_FILE, Manifest, FORMAT_VERSION)
        _check_manifest(name, manifest, collection)
        manifests[name] = manifest
    return Records(collection, manifests)


def choose_files(records: Records, listing: Listing, indexes: IndexHandling) -> list[str]:
    """Choose what is needed of the files that records speak of, and find their sizes right.

    Args:
        records: Checked.
        listing: Of the files that there are.
        indexes: What is to become of them.

    Returns:
        Paths, each once.

    Raises:
        ArtifactRefusedError: A file is missing, too large, or not of the size that it must have.
    """
    chosen = dict.fromkeys(item.file for item in records.collection.items if item.file)
    for path in chosen:
        _check(path in listing, f"{path} is missing, though {ITEMS_FILE} names it")
        _check(
            listing[path] <= MAX_PICTURE_BYTES,
            f"{path} has {listing[path]} bytes; a picture may have {MAX_PICTURE_BYTES}",
        )
    for name, manifest in records.manifests.items():
        for file, entry in manifest.files.items():
            path = f"{name}/{file}"
            if file == EMBEDDINGS_FILE or indexes == "kept":
                found = listing.get(path)
                _check(
                    found == entry.bytes,
                    f"{path} has {found} bytes, and {MANIFEST_FILE} says {entry.bytes}",
                )
                chosen[path] = None
    total = sum(listing[path] for path in chosen)
    _check(total <= MAX_BYTES, f"There are {total} bytes to fetch; at most {MAX_BYTES} are taken")
    return list(chosen)


def admit(
    fetched: Path,
    target: Path,
    records: Records,
    *,
    origin: Origin,
    indexes: IndexHandling,
    track: Track,
) -> list[Artifact]:
    """Make a collection's folder of files that were fetched, or add artifacts to one.

    The files are linked where the disk can, and never changed. An interrupted call goes on when it
    is made again: collection.json and each manifest.json appear when all that they name is there.

    Args:
        fetched: Folder that holds what `choose_files` chose.
        target: The collection's folder.
        records: Of what was fetched.
        origin: To be remembered beside it.
        indexes: What is to become of them.
        track: Shows progress.

    Returns:
        The artifacts, loaded and checked.

    Raises:
        ArtifactRefusedError: Embeddings are not finite numbers.
        ArtifactError: A file is not what its manifest says.
    """
    with locked(target):
        if not is_collection(target):
            pictures = sorted({item.file for item in records.collection.items if item.file})
            placing = (_place(fetched / file, target / file) for file in pictures)
            for _ in track(placing, "Placing pictures", len(pictures)):
                pass
            _place(fetched / ITEMS_FILE, target / ITEMS_FILE)
            write_origin(target, origin)
            _place(fetched / INFO_FILE, target / INFO_FILE)
        for name, manifest in records.manifests.items():
            _admit_artifact(fetched / name, target / name, manifest, indexes, track)
        collection = Collection.load(target)
        return [Artifact.load(target / name, collection) for name in records.manifests]


def _admit_artifact(
    source: Path, folder: Path, manifest: Manifest, indexes: IndexHandling, track: Track
) -> None:
    if (folder / MANIFEST_FILE).is_file():
        return
    files = [*manifest.files] if indexes == "kept" else [EMBEDDINGS_FILE]
    for file in files:
        check_file(source, manifest, file)
    _check_embeddings(source, manifest)
    for file in files:
        _place(source / file, folder / file)
    if indexes == "built":
        write_manifest(folder, _rebuilt(folder, manifest, track))
    else:
        _place(source / MANIFEST_FILE, folder / MANIFEST_FILE)


def _check_embeddings(folder: Path, manifest: Manifest) -> None:
    """Find embeddings to be the file that a manifest means, and to be numbers."""
    embeddings = open_embeddings(folder / EMBEDDINGS_FILE)
    expected = (manifest.n_items, manifest.dim)
    _check(
        embeddings.shape == expected,
        f"{folder / EMBEDDINGS_FILE} has the shape {embeddings.shape}; expected {expected}",
    )
    bad = rows_not_finite(embeddings)
    _check(
        len(bad) == 0,
        f"{folder / EMBEDDINGS_FILE} holds numbers that are not finite in {len(bad)} items",
    )


def _rebuilt(folder: Path, manifest: Manifest, track: Track) -> Manifest:
    """Build all indexes of a manifest anew, with the same settings."""
    own = replace(manifest, indexes={}, files={EMBEDDINGS_FILE: manifest.files[EMBEDDINGS_FILE]})

    def build_all() -> Iterator[Manifest]:
        built = own
        for metric, entry in manifest.indexes.items():
            settings = IndexSettings(
                n_trees=entry.n_trees,
                n_components=entry.projection.n_components if entry.projection else 0,
                degree=entry.graph.degree if entry.graph else 0,
                seed=entry.seed,
            )
            built = add_index(folder, built, metric, settings)
            yield built

    *_, whole = track(build_all(), f"Indexing {folder.name}", len(manifest.indexes))
    return whole


def _check_manifest(name: str, manifest: Manifest, collection: Collection) -> None:
    """Find the numbers and names of a manifest within bounds."""
    n_items, dim = manifest.n_items, manifest.dim
    _check(
        manifest.items_sha256 == collection.info.items_sha256
        and n_items == collection.info.n_items,
        f"{name}/{MANIFEST_FILE} was made for other pictures than those of {INFO_FILE}",
    )
    _check(
        manifest.backbone == name,
        f"{name}/{MANIFEST_FILE} is of the backbone {manifest.backbone!r}",
    )
    _check(dim <= MAX_DIM, f"{name} has {dim} dims; at most {MAX_DIM} are taken")
    weights = manifest.weights
    _check_texts([weights.name, weights.file, *manifest.libraries, *manifest.libraries.values()])
    _check(
        not {"/", "\\"} & set(weights.file), f"{name} has weights in {weights.file!r}, not a name"
    )
    for file in manifest.files:
        _check(_NAME.fullmatch(file), f"{name}/{MANIFEST_FILE} names a file {file!r}")
    expected = 4 * n_items * dim
    found = manifest.files[EMBEDDINGS_FILE].bytes if EMBEDDINGS_FILE in manifest.files else 0
    _check(
        expected < found <= expected + _NPY_HEADER_BYTES,
        f"{name}/{EMBEDDINGS_FILE} has {found} bytes; {n_items} items of {dim} dims take "
        f"{expected} and a header",
    )
    _check(manifest.indexes, f"{name}/{MANIFEST_FILE} names no index")
    for metric, entry in manifest.indexes.items():
        _check(
            entry.n_trees <= MAX_TREES
            and entry.n_trees * n_items <= MAX_PLACES
            and entry.seed <= MAX_SEED,
            f"The {metric} index of {name} has {entry.n_trees} trees and seed {entry.seed}; at "
            f"most {MAX_TREES} trees, {MAX_PLACES} items in all trees, and seed {MAX_SEED} are "
            "taken",
        )
        n_components = entry.projection.n_components if entry.projection else 0
        _check(n_components <= dim, f"{name} projects {dim} dims to {n_components} components")
        degree = entry.graph.degree if entry.graph else 0
        _check(
            degree <= MAX_DEGREE and degree * n_items <= MAX_PLACES,
            f"{name} has a graph of {degree} neighbors; at most {MAX_DEGREE}, and {MAX_PLACES} of "
            "all items, are taken",
        )
    _check_preprocessing(name, manifest)


def _check_texts(texts: Iterable[str]) -> None:
    for text in texts:
        _check(
            len(text) <= MAX_TEXT and not _UNPRINTABLE.search(text),
            f"{text[:40]!r} is a text of {len(text)} characters; expected at most {MAX_TEXT}, none "
            "of them a control character",
        )


def _check_preprocessing(name: str, manifest: Manifest) -> None:
    if manifest.backbone == GIVEN and not manifest.preprocessing:
        return
    try:
        preprocessing = Preprocessing.from_json(manifest.preprocessing)
    except (ValueError, TypeError, KeyError) as error:
        raise ArtifactRefusedError(
            f"{name}/{MANIFEST_FILE} has preprocessing that cannot be understood ({error}); build "
            "the artifact again where it comes from."
        ) from error
    _check(
        preprocessing.resize <= MAX_SIDE,
        f"{name} resizes pictures to {preprocessing.resize} pixels; at most {MAX_SIDE}",
    )


def _check(condition: object, finding: str) -> None:
    """Refuse what does not hold."""
    if not condition:
        raise ArtifactRefusedError(
            f"{finding}; this is not taken from elsewhere: ask whoever made it to build and push "
            "it again."
        )


def _place(source: Path, path: Path) -> Path:
    """Give a file a second name, or copy it where the disk cannot; it appears whole."""
    if path.is_file():
        return path
    # What the Hub's cache holds are links to files that are named after their content.
    content = source.resolve(strict=True)
    with appearing(path) as unfinished:
        try:
            os.link(content, unfinished)
        except OSError:
            shutil.copyfile(content, unfinished)
    return path
