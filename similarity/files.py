"""Files that appear whole or not at all, and their checksums."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def sha256_of(path: Path) -> str:
    """Digest a file's content, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears, on disk for good, only if the block ends without an error.

    The bytes go to a hidden file beside it, are flushed to the disk, and take the name at the end;
    a reader that has the old file open keeps it. What a killed writer left is written over by the
    next; two must not write the same file at once (`staging.locked` sees to that).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.partial")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes to a file as `written_whole` does."""
    with written_whole(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Make created, renamed and deleted names in a folder survive a power cut."""
    if os.name == "nt":  # Windows cannot open a folder, and its renames are journaled.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_everything() -> None:
    """Bring all written files to the disk at once: cheaper than each alone when there are many."""
    if os.name != "nt":
        os.sync()


def cache_folder() -> Path:
    """Where this program keeps what it can make again."""
    if chosen := os.environ.get("SIMILARITY_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "similarity"
