"""The pictures that indexes speak of.

    <collection>/
      collection.json    this module's `CollectionInfo`: the digest of items.jsonl makes it whole
      items.jsonl        line i is item_id i: {"file", "label", "caption", "sha256"}
      images/            pictures as they are shown and as they were embedded (at most 400 px)
      <backbone>/        one artifact for each backbone, see artifact.py

collection.json is written last: without it the folder is no collection.
"""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError

from similarity.datatypes import Ids, Item, Sha256
from similarity.errors import ArtifactCorruptError, CollectionError
from similarity.store.files import write_whole
from similarity.store.records import check_not_lfs_pointer, read_record, write_record

FORMAT_VERSION = 1
INFO_FILE = "collection.json"
ITEMS_FILE = "items.jsonl"
IMAGES_FOLDER = "images"

ARTIFACTS_FOLDER = Path(__file__).parents[2] / "index_artifacts"
BUNDLED_COLLECTION = ARTIFACTS_FOLDER / "scenes"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a person is told of a collection.

    Attributes:
        name: Name of its folder when it was made.
        title: How a person calls it.
        license: Under which the pictures may be used.
        source: Where they come from.
    """

    name: str
    title: str
    license: str
    source: str


@dataclass(frozen=True, kw_only=True)
class CollectionInfo(About):
    """What collection.json says.

    Attributes:
        format_version: Of this file and of items.jsonl.
        n_items: Number of lines in items.jsonl.
        items_sha256: Of items.jsonl; artifacts name it to say which pictures they embed.
        source_sha256: Of the list of files that a build read, and of its settings; tells a later
            build of the same folder that nothing changed. None where no build read files.
    """

    format_version: int
    n_items: Annotated[int, Field(ge=1)]
    items_sha256: Sha256
    source_sha256: Sha256 | None = None


@dataclass(frozen=True)
class Collection:
    """A folder of pictures, loaded and checked.

    Attributes:
        folder: Where it is.
        info: What collection.json says.
        items: In the order of their ids.
    """

    folder: Path
    info: CollectionInfo
    items: tuple[Item, ...]

    @classmethod
    def load(cls, folder: Path) -> "Collection":
        """Read a collection; pictures are opened when they are needed.

        Raises:
            ArtifactNotFoundError: There is none in this folder.
            ArtifactVersionError: It was written by a newer program.
            ArtifactCorruptError: A file is missing or was edited.
        """
        info = read_info(folder)
        path = folder / ITEMS_FILE
        data = read_items(folder, info)
        items = _parse_items(path, data)
        if len(items) != info.n_items:
            raise ArtifactCorruptError(
                f"{path} has {len(items)} lines, {INFO_FILE} says {info.n_items}; build the "
                "collection again."
            )
        return cls(folder, info, items)

    def path_of(self, item: Item) -> Path:
        """Path of an item's kept picture.

        Raises:
            CollectionError: The item has none.
        """
        if not item.file:
            raise CollectionError(
                f"Item {item.item_id} of {self.folder} has no picture: the collection was made of "
                "embeddings alone."
            )
        return self.folder / item.file

    @cached_property
    def has_pictures(self) -> bool:
        """Whether its items have pictures; those of given embeddings have none."""
        return all(item.file for item in self.items)

    @cached_property
    def labels(self) -> Mapping[str, int]:
        """How many items each label has, in alphabetical order."""
        return dict(sorted(Counter(item.label for item in self.items).items()))

    @cached_property
    def label_codes(self) -> Ids:
        """The place of each item's label in `labels`, (n_items,)."""
        code_of = {label: code for code, label in enumerate(self.labels)}
        return np.array([code_of[item.label] for item in self.items], dtype=np.intp)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What is known of each item in words, case folded: its caption and its file's name.

        A name that the program made of a digest says nothing.
        """
        return tuple(
            (
                item.caption
                if (name := PurePosixPath(item.file)).stem == item.sha256[:16]
                else f"{item.caption}\n{name.name}"
            ).casefold()
            for item in self.items
        )

    @cached_property
    def firsts(self) -> tuple[Item, ...]:
        """The first item of each label, in alphabetical order of the labels."""
        first_of: dict[str, Item] = {}
        for item in self.items:
            first_of.setdefault(item.label, item)
        return tuple(first_of[label] for label in self.labels)


def read_info(folder: Path) -> CollectionInfo:
    """Read what collection.json says, and nothing else.

    Raises:
        ArtifactNotFoundError: There is no collection in this folder.
        ArtifactVersionError: It was written by a newer program.
        ArtifactCorruptError: The file was edited.
    """
    return read_record(folder / INFO_FILE, CollectionInfo, FORMAT_VERSION)


def read_items(folder: Path, info: CollectionInfo) -> bytes:
    """Read items.jsonl and compare its digest; the lines in it are not looked at.

    Raises:
        ArtifactCorruptError: The file is missing, cannot be read, was edited, or is a Git LFS
            pointer.
    """
    path = folder / ITEMS_FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ArtifactCorruptError(
            f"{path} is missing; restore it, or build the collection again."
        ) from None
    except OSError as error:
        raise ArtifactCorruptError(
            f"{path} cannot be read ({error.strerror}); restore it, or build the collection again."
        ) from error
    check_not_lfs_pointer(path, data)
    if hashlib.sha256(data).hexdigest() != info.items_sha256:
        raise ArtifactCorruptError(
            f"{path} is not the file that {INFO_FILE} was written for; restore it, or build "
            "the collection again."
        )
    return data


def is_collection(folder: Path) -> bool:
    """Tell whether a finished collection stands in a folder that may be looked into."""
    try:
        return (folder / INFO_FILE).is_file()
    except OSError:
        return False


def write_items(folder: Path, items: Sequence[Item]) -> str:
    """Write items.jsonl and return its sha256."""
    lines = [
        json.dumps(
            {"file": i.file, "label": i.label, "caption": i.caption, "sha256": i.sha256},
            ensure_ascii=False,
        )
        for i in items
    ]
    data = "".join(line + "\n" for line in lines).encode()
    write_whole(folder / ITEMS_FILE, data)
    return hashlib.sha256(data).hexdigest()


def write_collection(
    folder: Path, items: Sequence[Item], about: About, source_sha256: str | None = None
) -> None:
    """Write items.jsonl, then collection.json, which makes the folder a collection.

    Args:
        folder: That holds the pictures.
        items: In the order of their ids.
        about: What a person is told of them.
        source_sha256: See `CollectionInfo`.

    Raises:
        CollectionError: There are no items.
    """
    if not items:
        raise CollectionError("A collection needs at least one picture; none could be read.")
    info = CollectionInfo(
        format_version=FORMAT_VERSION,
        n_items=len(items),
        items_sha256=write_items(folder, items),
        source_sha256=source_sha256,
        **dataclasses.asdict(about),
    )
    write_record(folder / INFO_FILE, info)


@dataclass(frozen=True)
class _ItemLine:
    """One line of items.jsonl."""

    file: str
    label: str
    caption: str
    sha256: Sha256


_ITEM_LINE = TypeAdapter(_ItemLine)


def _parse_items(path: Path, data: bytes) -> tuple[Item, ...]:
    items = []
    for item_id, line in enumerate(data.splitlines()):
        try:
            values = _ITEM_LINE.validate_json(line)
        except ValidationError as error:
            raise ArtifactCorruptError(
                f"{path}, line {item_id + 1}: {error.errors()[0]['msg']}; build the collection "
                "again."
            ) from error
        if values.file and not _is_below_images(values.file):
            raise ArtifactCorruptError(
                f"{path}, line {item_id + 1}: {values.file!r} is not a path below "
                f"{IMAGES_FOLDER}/; get the collection from a source that you trust."
            )
        items.append(Item(item_id, values.file, values.label, values.caption, values.sha256))
    return tuple(items)


def _is_below_images(file: str) -> bool:
    """Tell whether a path stays inside the collection on every system."""
    parts = PurePosixPath(file).parts
    return (
        len(parts) > 1
        and parts[0] == IMAGES_FOLDER
        and ".." not in parts
        and not set(file) & {"\\", ":", "\0"}
    )
