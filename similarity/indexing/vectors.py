"""Embeddings that exist already -> an artifact without pictures.

    FILE.npy      (n_items, dim), float32, or another kind of real number that becomes float32
    FILE.jsonl    line i speaks of row i: {"label": "...", "caption": "..."}, both may be missing

The rows go from file to file block by block, so that memory does not grow with their number, but
for some hundred bytes an item that its label and caption take.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from similarity.datatypes import GIVEN, Embeddings, Item, WeightsInfo
from similarity.errors import CollectionError
from similarity.indexing.pipeline import Settings, extend, holds, write_artifact
from similarity.store.arrays import map_npy, rows_not_finite
from similarity.store.artifact import Artifact
from similarity.store.collection import About, Collection, read_info, write_collection
from similarity.store.files import sha256_of
from similarity.store.staging import Staging, locked

_BLOCK = 4096
"""Rows that are read at once: 32 MB of 2048 float32."""


@dataclass(frozen=True)
class _ItemLine:
    """One line of the file of items."""

    label: str = ""
    caption: str = ""


_ITEM_LINE = TypeAdapter(_ItemLine)


@dataclass(frozen=True)
class GivenEmbeddings:
    """A file of embeddings, checked, and what is said of their items.

    Attributes:
        file: Where they are.
        rows: (n_items, dim) real numbers, a memory map.
        lines: n_items labels and captions.
        info: Stands where an artifact says which weights made its embeddings.
        sha256: Of both files.
    """

    file: Path
    rows: NDArray[np.generic]
    lines: list[_ItemLine]
    info: WeightsInfo
    sha256: str

    @classmethod
    def open(cls, file: Path, items: Path | None) -> "GivenEmbeddings":
        """Map a file of embeddings and read the file of items, if there is one.

        Raises:
            CollectionError: One of them is missing or not what was expected.
        """
        rows = _open_rows(file)
        digest = sha256_of(file)
        lines = [_ItemLine()] * len(rows)
        if items is not None:
            lines = _read_lines(items, len(rows))
        said = b"".join(_ITEM_LINE.dump_json(line) for line in lines)
        whole = hashlib.sha256(digest.encode() + said).hexdigest()
        info = WeightsInfo(name="given embeddings", file=file.name, sha256=digest, verified=False)
        return cls(file, rows, lines, info, whole)

    def blocks(self) -> Iterator[Embeddings]:
        """The rows as float32, in blocks.

        Raises:
            CollectionError: A number is not finite in float32.
        """
        for start in range(0, len(self.rows), _BLOCK):
            with np.errstate(over="ignore"):
                block = self.rows[start : start + _BLOCK].astype(np.float32)
            if len(bad := rows_not_finite(block)):
                raise CollectionError(
                    f"{self.file}: row {start + bad[0]} holds a number that is not finite in "
                    "float32; take such rows out, or embed them again."
                )
            yield block

    def items(self) -> Iterator[Item]:
        """One item for each row; where there is no picture, its row's bytes give its digest."""
        rows = (row for block in self.blocks() for row in block)
        for item_id, (line, row) in enumerate(zip(self.lines, rows, strict=True)):
            sha256 = hashlib.sha256(row.tobytes()).hexdigest()
            caption = line.caption or f"row {item_id}"
            yield Item(item_id, file="", label=line.label, caption=caption, sha256=sha256)


def build_from_embeddings(
    file: Path, output: Path, settings: Settings, items: Path | None = None
) -> Artifact:
    """Build an artifact of embeddings that exist, or add a metric to the one that stands there.

    Args:
        file: Of the embeddings.
        output: The collection's folder.
        settings: What to build; the backbone is `GIVEN`.
        items: File of labels and captions.

    Raises:
        CollectionError: A file is missing or not what was expected.
        ArtifactExistsError: It is there already, or something else is.
        ArtifactBusyError: Another process is building in the collection.
    """
    given = GivenEmbeddings.open(file, items)
    with locked(output):
        described = f"the {len(given.rows)} rows of {file}"
        if holds(output, given.sha256, described, force=settings.force):
            artifact = extend(Collection.load(output), settings)
            if artifact is not None:
                return artifact
        staging = Staging(output, {"source": given.sha256})
        about = About(
            name=output.name, title=file.stem, license="not stated", source=f"file {file.name}"
        )
        write_collection(staging.content, list(given.items()), about, given.sha256)
        write_artifact(
            staging.content / GIVEN,
            read_info(staging.content),
            given.blocks(),
            settings,
            backbone=GIVEN,
            weights=given.info,
            preprocessing={},
            dim=given.rows.shape[1],
        )
        staging.commit()
        return Artifact.load(output / GIVEN)


def _open_rows(file: Path) -> NDArray[np.generic]:
    rows: NDArray[np.generic] = map_npy(
        file, "a NumPy file", "save a matrix with numpy.save", CollectionError
    )
    if rows.ndim != 2 or rows.dtype.kind not in "fiu":
        raise CollectionError(
            f"{file} holds {rows.dtype} of shape {rows.shape}; expected one matrix of real "
            "numbers, (n_items, dim)."
        )
    if 0 in rows.shape:
        raise CollectionError(f"{file} has shape {rows.shape}; expected at least one row and dim.")
    return rows


def _read_lines(items: Path, n_items: int) -> list[_ItemLine]:
    try:
        texts = items.read_bytes().splitlines()
    except OSError as error:
        raise CollectionError(f"{items} cannot be read: {error.strerror}.") from error
    if len(texts) != n_items:
        raise CollectionError(
            f"{items} has {len(texts)} lines for {n_items} rows of embeddings; give one line for "
            "each row."
        )
    lines = []
    for number, text in enumerate(texts, start=1):
        try:
            lines.append(_ITEM_LINE.validate_json(text))
        except ValidationError as error:
            raise CollectionError(
                f'{items}, line {number} is not like {{"label": "...", "caption": "..."}}: '
                f"{error.errors()[0]['msg']}; correct it, or leave --items out."
            ) from error
    return lines
