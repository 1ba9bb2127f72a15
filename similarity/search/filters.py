"""Filters: which items of a collection may be an answer."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np

from similarity.datatypes import Allowed
from similarity.errors import NothingPassesError, QueryError
from similarity.store.collection import Collection

_KEPT_MASKS = 16
"""A mask has a byte for each item."""

_NAMED = 5
"""Names that a sentence lists before it only counts."""

_SHOWN = 40
"""Characters of a name or a text that a sentence repeats."""


@dataclass(frozen=True)
class Filter:
    """What an item must have to be an answer: all that is given here.

    Attributes:
        labels: One of these; any label, where there are none.
        text: A part of its caption or of its file's name, in any case.
        ids: One of these ids; None for any.
    """

    labels: frozenset[str] = frozenset()
    text: str = ""
    ids: frozenset[int] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every item passes."""
        return not self.labels and not self.text and self.ids is None

    def __str__(self) -> str:
        """Say what an item must have."""
        parts = []
        if self.labels:
            parts.append(f"the label {list_names(sorted(self.labels), 'or')}")
        if self.text:
            parts.append(f"{shorten(self.text)!r} in its caption or file name")
        if self.ids is not None:
            parts.append(f"one of {len(self.ids)} ids")
        return " and ".join(parts)


class Masks:
    """Finds the items of a collection that pass a filter, and keeps the latest. Safe for threads.

    Only filters that some item passes are kept, so that none is larger than what the collection
    says.
    """

    def __init__(self, collection: Collection) -> None:
        """Look at nothing yet.

        Args:
            collection: Of the items.
        """
        self._collection = collection
        self._latest: OrderedDict[Filter, Allowed] = OrderedDict()
        self._lock = Lock()

    def allowed(self, where: Filter) -> Allowed:
        """Find the items that pass a filter.

        Args:
            where: The filter.

        Returns:
            (n_items,) whether each passes, of which at least one does; not to be written to.

        Raises:
            QueryError: There is no such label or id.
            NothingPassesError: No item passes.
        """
        with self._lock:
            if where in self._latest:
                self._latest.move_to_end(where)
                return self._latest[where]
        mask = self._make(where)
        if not mask.any():
            raise NothingPassesError(
                f"No item has {where}; ask for less, or for other labels: the collection has "
                f"{list_names(self._collection.labels, 'and')}."
            )
        mask.flags.writeable = False
        with self._lock:
            self._latest[where] = mask
            while len(self._latest) > _KEPT_MASKS:
                self._latest.popitem(last=False)
        return mask

    def _make(self, where: Filter) -> Allowed:
        collection = self._collection
        mask = np.ones(len(collection.items), dtype=np.bool_)
        if where.labels:
            if unknown := sorted(where.labels - collection.labels.keys()):
                raise QueryError(
                    f"There is no label {list_names(unknown, 'or')}; the collection has "
                    f"{list_names(collection.labels, 'and')}."
                )
            wanted = [label in where.labels for label in collection.labels]
            mask &= np.array(wanted)[collection.label_codes]
        if where.ids is not None:
            mask &= self._with_ids(where.ids)
        if where.text:
            text = where.text.casefold()
            texts = collection.texts
            for item_id in np.flatnonzero(mask).tolist():
                mask[item_id] = text in texts[item_id]
        return mask

    def _with_ids(self, ids: frozenset[int]) -> Allowed:
        n_items = len(self._collection.items)
        for item_id in ids:
            if not 0 <= item_id < n_items:
                raise QueryError(f"There is no item {item_id}; ids go from 0 to {n_items - 1}.")
        mask = np.zeros(n_items, dtype=np.bool_)
        mask[list(ids)] = True
        return mask


def shorten(text: str) -> str:
    """Shorten a text that a sentence repeats."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def list_names(names: Iterable[str], conjunction: str) -> str:
    """List names in quotes, and count those that are too many."""
    quoted = [repr(shorten(name)) for name in names]
    if len(quoted) > _NAMED:
        quoted[_NAMED:] = [f"{len(quoted) - _NAMED} others"]
    *first, last = quoted
    return f"{', '.join(first)} {conjunction} {last}" if first else last
