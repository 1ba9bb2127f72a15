"""JSON files on disk <-> frozen records, checked field by field.

pydantic validates; this module turns what it finds into one sentence, and a version that is too
new into its own error before any field is looked at.
"""

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from similarity.errors import (
    ArtifactCorruptError,
    ArtifactNotFoundError,
    ArtifactVersionError,
)
from similarity.store.files import write_whole

Record = TypeVar("Record")

LFS_POINTER = b"version https://git-lfs.github.com/spec/"


def read_record(
    path: Path,
    kind: type[Record],
    newest_version: int,
    remedy: str = "build the artifact again",
) -> Record:
    """Read one record from a JSON file that carries a `format_version`.

    Args:
        path: The file.
        kind: The record's class, a dataclass.
        newest_version: Highest format_version that this program understands.
        remedy: What errors tell a person to do.

    Raises:
        ArtifactNotFoundError: There is no such file.
        ArtifactVersionError: It was written by a newer program.
        ArtifactCorruptError: It cannot be read, is not JSON, or a field is missing or wrong.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ArtifactNotFoundError(
            f"There is no {path.name} in {path.parent}: build an artifact there, or name another "
            "folder."
        ) from None
    except OSError as error:
        raise ArtifactCorruptError(
            f"{path} cannot be read ({error.strerror}); make it readable, or {remedy}."
        ) from error
    check_not_lfs_pointer(path, data)
    try:
        values = json.loads(data)
        version = values["format_version"]
        if version > newest_version:
            raise ArtifactVersionError(
                f"{path} has format version {version}; this program reads up to {newest_version}: "
                f"install a newer version of it, or {remedy}."
            )
        return _adapter(kind).validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ArtifactCorruptError(
            f"{path} was edited or damaged: {place}: {first['msg']}; {remedy}."
        ) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ArtifactCorruptError(
            f"{path} is not the JSON object with a format_version that was expected ({error}); "
            f"{remedy}."
        ) from error


def write_record(path: Path, record: object) -> None:
    """Write one record as JSON; the file appears whole or not at all."""
    write_whole(path, _adapter(type(record)).dump_json(record, indent=2) + b"\n")


def _adapter(kind: type[Record]) -> TypeAdapter[Record]:
    """Find what checks a kind of record; making it takes far longer than checking."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


_adapters: dict[type, TypeAdapter[Any]] = {}


def check_not_lfs_pointer(path: Path, head: bytes) -> None:
    """Refuse a file that Git LFS has not replaced by its content.

    Raises:
        ArtifactCorruptError: The file begins like a pointer.
    """
    if head.startswith(LFS_POINTER):
        raise ArtifactCorruptError(
            f"{path} is a Git LFS pointer, not the file itself: run `git lfs pull`."
        )
