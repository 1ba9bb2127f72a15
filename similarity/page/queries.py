"""Pictures that visitors gave, and the queries made of them.

A given picture is known by a token that nobody can guess, stays in memory only, and is forgotten
when newer ones need its place. Queries are kept so that a moved slider reruns nothing but the
search.
"""

import os
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Generic, TypeVar

from similarity.errors import QueryError
from similarity.images.decoding import Region
from similarity.page.links import Subject
from similarity.search.searcher import Query, Searcher

MAX_UPLOAD_BYTES = 256_000_000
"""Of all given pictures together, as they came: a region is cut from the source, in its detail."""

MAX_QUERIES = 200
"""Kept queries; each holds a picture of at most half a megabyte."""

FORGOTTEN = "The picture that you gave is not kept any more; give it again."

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


_Key = tuple[Path, str, str, Subject]


@dataclass(frozen=True)
class Upload:
    """A picture that a visitor gave.

    Attributes:
        name: Of its file, or its web address.
        source: The file's bytes.
        jpeg: As it is shown.
    """

    name: str
    source: bytes = field(repr=False)
    jpeg: bytes = field(repr=False)


class Queries:
    """Makes queries and keeps the latest. Safe for threads."""

    def __init__(self) -> None:
        self._uploads = _Latest[str, Upload](MAX_UPLOAD_BYTES, lambda upload: len(upload.source))
        self._queries = _Latest[_Key, Query](MAX_QUERIES, lambda _: 1)
        # A decoded picture may take 200 MB: more at once than cores would only take memory.
        self._decoding = BoundedSemaphore(os.cpu_count() or 1)

    def add(self, searcher: Searcher, source: bytes, name: str) -> str:
        """Keep a visitor's picture.

        Args:
            searcher: Of the choice for which it was given.
            source: The file's bytes.
            name: What errors call it.

        Returns:
            The token by which it is known.

        Raises:
            ImageError: It cannot be used; it is not kept.
        """
        query = self.make_of_picture(searcher, source, name)
        token = secrets.token_urlsafe(16)
        jpeg = query.picture.jpeg if query.picture else b""
        self._uploads.put(token, Upload(name, source, jpeg))
        self._queries.put(_key(searcher, Subject(upload=token)), query)
        return token

    def has(self, token: str) -> bool:
        """Tell whether a visitor's picture is kept."""
        return self._uploads.get(token) is not None

    def upload(self, token: str) -> Upload:
        """Look a visitor's picture up.

        Raises:
            QueryError: It is not kept any more, or never was.
        """
        upload = self._uploads.get(token)
        if upload is None:
            raise QueryError(FORGOTTEN)
        return upload

    def make(self, searcher: Searcher, subject: Subject) -> Query:
        """Make a query, or find the one that was made before.

        Raises:
            QueryError: The item does not exist, or the given picture is not kept any more.
            ImageError: The region is too small.
        """
        if subject.item is not None and subject.region is None:
            return searcher.query_by_item(subject.item)
        key = _key(searcher, subject)
        query = self._queries.get(key)
        if query is None:
            query = self._make(searcher, subject)
            self._queries.put(key, query)
        return query

    def make_of_picture(
        self,
        searcher: Searcher,
        source: Path | bytes,
        name: str | None = None,
        region: Region | None = None,
    ) -> Query:
        """Make a query of a picture, see `Searcher.query_by_picture`; it is not kept."""
        with self._decoding:
            return searcher.query_by_picture(source, name, region)

    def _make(self, searcher: Searcher, subject: Subject) -> Query:
        if subject.item is None:
            upload = self.upload(subject.upload or "")
            return self.make_of_picture(searcher, upload.source, upload.name, subject.region)
        collection = searcher.artifact.collection
        item = collection.items[subject.item]
        return self.make_of_picture(searcher, collection.path_of(item), region=subject.region)


def _key(searcher: Searcher, subject: Subject) -> _Key:
    """Tell queries apart: another build has other items, or other embeddings of them."""
    manifest = searcher.artifact.manifest
    return searcher.artifact.folder, manifest.items_sha256, manifest.weights.sha256, subject


class _Latest(Generic[Key, Value]):
    """Values in the order of their use; the oldest go when there are too many."""

    def __init__(self, limit: int, weigh: Callable[[Value], int]) -> None:
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            if key in self._values:
                self._weight -= self._weigh(self._values.pop(key))
            self._values[key] = value
            self._weight += self._weigh(value)
            while self._weight > self._limit and len(self._values) > 1:
                _, oldest = self._values.popitem(last=False)
                self._weight -= self._weigh(oldest)
