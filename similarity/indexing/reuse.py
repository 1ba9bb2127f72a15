"""What an earlier build made of some of the same pictures, so that only new ones cost time."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np

from similarity.datatypes import Embeddings, Item
from similarity.errors import SimilarityError
from similarity.models.embedder import Embedder
from similarity.search.searcher import check_embedder
from similarity.store.artifact import MANIFEST_FILE, Artifact
from similarity.store.collection import Collection


class Reusable:
    """An earlier collection; a damaged one is as good as none."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look at what is there.

        Args:
            folder: Of a collection; without one, nothing is known.
        """
        self._folder = folder

    @cached_property
    def _collection(self) -> Collection | None:
        try:
            return Collection.load(self._folder) if self._folder else None
        except SimilarityError:
            return None

    @cached_property
    def _items(self) -> Mapping[str, Item]:
        """Items by the digest of their source."""
        return {item.sha256: item for item in self._collection.items} if self._collection else {}

    def shared(self, digests: set[str]) -> int:
        """Count the sources that are known."""
        return len(digests & self._items.keys())

    def kept_picture(self, sha256: str) -> bytes | None:
        """The kept picture of a source, or None where it must be decoded."""
        item = self._items.get(sha256)
        if item is None or self._collection is None:
            return None
        try:
            return self._collection.path_of(item).read_bytes()
        except OSError:
            return None

    def embeddings(self, embedder: Embedder) -> "KnownEmbeddings":
        """Embeddings that the same network made."""
        if self._collection is None:
            return KnownEmbeddings({}, None)
        folder = self._collection.folder / embedder.name
        if not (folder / MANIFEST_FILE).is_file():
            return KnownEmbeddings({}, None)
        try:
            artifact = Artifact.load(folder, self._collection)
            check_embedder(artifact, embedder)
        except SimilarityError:
            return KnownEmbeddings({}, None)
        return KnownEmbeddings(self._items, artifact.embeddings)


class KnownEmbeddings:
    """Embeddings of some pictures, by the digest of their source."""

    def __init__(self, items: Mapping[str, Item], rows: Embeddings | None) -> None:
        """Keep rows.

        Args:
            items: Whose ids are rows.
            rows: (n_items, dim) float32; None where there are no items.
        """
        self._items = items
        self._rows = rows

    def without(self, collection: Collection) -> Collection:
        """The part of a collection that must be embedded."""
        return replace(
            collection, items=tuple(i for i in collection.items if i.sha256 not in self._items)
        )

    def join(self, collection: Collection, fresh: Iterator[Embeddings]) -> Iterator[Embeddings]:
        """Put known and fresh rows in the order of a collection.

        Args:
            collection: Whole.
            fresh: Shards of the rows of `without(collection)`, in order.

        Yields:
            (n, dim) float32, one after the other.
        """
        if self._rows is None:
            yield from fresh
            return
        new_rows = (row for shard in fresh for row in shard)
        for item in collection.items:
            known = self._items.get(item.sha256)
            row = self._rows[known.item_id] if known else next(new_rows)
            yield np.asarray(row)[None]
