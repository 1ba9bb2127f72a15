"""Files that appear whole or not at all, and their checksums."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from similarity.errors import OutputError

_CANNOT_WRITE = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EEXIST,
    errno.EFBIG,
    errno.EIO,
    errno.EISDIR,
    errno.ENAMETOOLONG,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}
"""What the system says where something cannot be written; the rest are defects of this program."""


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Say in one sentence that a file or folder cannot be written.

    Raises:
        OutputError: The system refused; names the file that it refused and why.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        raise OutputError(
            f"{place} cannot be written ({error.strerror}: {error.filename or place}); make room "
            "there, make it writable, or name another place."
        ) from error


def sha256_of(path: Path) -> str:
    """Digest a file's content, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Make a file appear whole, or not at all if the block ends with an error.

    What the block makes at the hidden path that it gets takes the name at the end; a reader that
    has the old file open keeps it. What a killed program left there is removed first; two must not
    make the same file at once (`staging.locked` sees to that).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.partial")
    unfinished.unlink(missing_ok=True)
    try:
        yield unfinished
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears, on disk for good, only if the block ends without an error."""
    with appearing(path) as unfinished, unfinished.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
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
