"""Many searches at once, on all cores: Annoy and the compiled loops run without Python's lock."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

Query = TypeVar("Query")
Answer = TypeVar("Answer")

_AT_ONCE = 16
"""Searches that a thread does before it asks for more: few, so that all end at the same time."""


def map_on_cores(search: Callable[[Query], Answer], queries: Iterable[Query]) -> list[Answer]:
    """Search for many queries, with a thread for each core.

    Args:
        search: Answers one query; is called from several threads.
        queries: To be answered.

    Returns:
        The answers, in the order of the queries.
    """
    waiting = list(queries)
    parts = [waiting[start : start + _AT_ONCE] for start in range(0, len(waiting), _AT_ONCE)]

    def search_part(part: Sequence[Query]) -> list[Answer]:
        return [search(query) for query in part]

    n_threads = min(os.cpu_count() or 1, len(parts))
    if n_threads <= 1:
        return search_part(waiting)
    with ThreadPoolExecutor(n_threads) as pool:
        return list(chain.from_iterable(pool.map(search_part, parts)))
