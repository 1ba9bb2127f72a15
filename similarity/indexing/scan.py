"""A folder of photographs -> a collection.

The files are cut into shards in the order of their names. A shard's pictures are written first,
then its record; a later run skips the shards that have one and ends in the same bytes as a run
that was never interrupted.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from similarity.datatypes import Item
from similarity.errors import CollectionError, ImageError
from similarity.images.decoding import KEPT_QUALITY, KEPT_SIDE, read_picture
from similarity.indexing.reuse import Reusable
from similarity.progress import Track
from similarity.store.collection import IMAGES_FOLDER, About, write_collection
from similarity.store.files import flush_everything, sha256_of, write_whole
from similarity.store.staging import Staging

SHARD_FILES = 256
"""Files in a shard: what an interruption costs at most, some seconds of work."""


@dataclass(frozen=True)
class Skipped:
    """A file that could not be read as a picture, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class ScannedFile:
    """A file that a build reads.

    Attributes:
        path: Below the source folder, with forward slashes.
        sha256: Of its content; None where it may not be read, which is reported in its turn.
    """

    path: str
    sha256: str | None


@dataclass(frozen=True)
class ScannedFolder:
    """A folder of photographs and the files in it that a build reads.

    Attributes:
        folder: Where they are.
        files: In the order of the items.
        sha256: Of the files' names and contents and of the form that pictures are kept in.
    """

    folder: Path
    files: tuple[ScannedFile, ...] = field(repr=False)
    sha256: str

    @classmethod
    def scan(
        cls,
        folder: Path,
        limit: int | None,
        track: Track,
        digest: Callable[[Path], str | None] | None = None,
    ) -> "ScannedFolder":
        """List and digest the files of a folder and of all folders in it, without hidden ones.

        Args:
            folder: Of photographs.
            limit: How many files to take, in the order of their paths; all unless given.
            track: Shows progress.
            digest: Gives a file's sha256, or None; by reading the file unless given.

        Raises:
            CollectionError: There is no such folder, or no file in it.
        """
        if not folder.is_dir():
            raise CollectionError(f"There is no folder {folder}; name a folder of pictures.")
        paths = sorted(_files_below(folder))[:limit]
        if not paths:
            raise CollectionError(f"There are no files in {folder}; name a folder of pictures.")
        digest = digest or sha256_or_none
        files = tuple(
            ScannedFile(path, digest(folder / path))
            for path in track(paths, "Looking at files", len(paths))
        )
        listed = [[file.path, file.sha256] for file in files]
        text = json.dumps([KEPT_SIDE, KEPT_QUALITY, listed])
        return cls(folder, files, hashlib.sha256(text.encode()).hexdigest())


def make_collection(
    source: ScannedFolder, staging: Staging, about: About, earlier: Reusable, track: Track
) -> list[Skipped]:
    """Decode the pictures of a folder and write the collection of them.

    Labels are the folders' names; captions are the files' paths below the source.

    Args:
        source: Scanned.
        staging: Whose content becomes the collection; what it holds already is not done again.
        about: What a person is told of the collection.
        earlier: Whose pictures need not be decoded again.
        track: Shows progress.

    Returns:
        The files that are not in the collection.

    Raises:
        CollectionError: None of the files is a picture that can be read.
    """
    shards = [
        (staging.shard(number), source.files[start : start + SHARD_FILES])
        for number, start in enumerate(range(0, len(source.files), SHARD_FILES))
    ]
    missing = [(path, files) for path, files in shards if not path.is_file()]
    done = len(source.files) - sum(len(files) for _, files in missing)
    read = partial(_read_one, source.folder, staging.content, earlier)
    steps = _read_shards(read, missing)
    for _ in track(steps, "Reading pictures", len(source.files), done):
        pass
    records = [_SHARD.validate_json(path.read_bytes()) for path, _ in shards]
    skipped = [skipped for record in records for skipped in record.skipped]
    items = [item for record in records for item in record.items]
    if not items:
        raise CollectionError(
            f"None of the {len(source.files)} files in {source.folder} is a picture that can be "
            f"read; the first: {skipped[0].reason}"
        )
    numbered = [replace(item, item_id=item_id) for item_id, item in enumerate(items)]
    write_collection(staging.content, numbered, about, source.sha256)
    return skipped


@dataclass(frozen=True)
class _Shard:
    """What became of a shard's files; the items are not numbered yet."""

    items: list[Item]
    skipped: list[Skipped]


_SHARD = TypeAdapter(_Shard)


def _read_shards(
    read: Callable[[ScannedFile], Item | Skipped],
    shards: Sequence[tuple[Path, Sequence[ScannedFile]]],
) -> Iterator[None]:
    """Read the files of shards and record each shard; one step for each file."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, files in shards:
            outcomes = []
            for outcome in pool.map(read, files):
                outcomes.append(outcome)
                yield
            flush_everything()
            shard = _Shard(
                items=[outcome for outcome in outcomes if isinstance(outcome, Item)],
                skipped=[outcome for outcome in outcomes if isinstance(outcome, Skipped)],
            )
            write_whole(path, _SHARD.dump_json(shard))


def _read_one(source: Path, content: Path, earlier: Reusable, file: ScannedFile) -> Item | Skipped:
    """Bring one file into the kept form, or say why not."""
    caption = _text(file.path)
    sha256 = file.sha256
    jpeg = earlier.kept_picture(sha256) if sha256 else None
    if sha256 is None or jpeg is None:
        try:
            picture = read_picture(source / file.path, caption)
        except ImageError as error:
            return Skipped(caption, str(error))
        sha256, jpeg = picture.sha256, picture.jpeg
    # Named after the content: a source's file name may be anything.
    kept = f"{IMAGES_FOLDER}/{sha256[:2]}/{sha256[:16]}.jpg"
    path = content / kept
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg)
    label = caption.rpartition("/")[0]
    return Item(item_id=0, file=kept, label=label, caption=caption, sha256=sha256)


def _files_below(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path.relative_to(folder).as_posix()


def sha256_or_none(path: Path) -> str | None:
    """Digest a file; None for one that may not be read, which is reported when its turn comes."""
    try:
        return sha256_of(path)
    except OSError:
        return None


def _text(file: str) -> str:
    """Make a file name printable: on Linux it may hold bytes that are no text."""
    return os.fsencode(file).decode(errors="replace")
