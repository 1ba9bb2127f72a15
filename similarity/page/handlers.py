"""What the browser asks of the server: plain values in, plain values out.

An error that a person can cause is an answer too: `{"problem": sentence}`. Anyone can call these
with anything, so every value is read as text and checked before it is used.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

import numpy as np

from similarity.ann.exact import recall_at_k
from similarity.datatypes import Item, SearchResult
from similarity.errors import NothingPassesError, QueryError, SimilarityError
from similarity.page.catalog import Catalog
from similarity.page.links import Choice, Params, Reading, Subject, read_choice, search_k_bounds
from similarity.page.payloads import (
    AnswerPayload,
    BrowsePayload,
    CurvePayload,
    CurvePoint,
    PreparationPayload,
    Problem,
    answer_payload,
    preparation_payload,
)
from similarity.page.preparation import Preparations
from similarity.page.queries import FORGOTTEN, Queries
from similarity.search.answer import item_json
from similarity.search.searcher import Query, Searcher

Arguments = ParamSpec("Arguments")
Payload = TypeVar("Payload")

CURVE_POINTS = 12
CURVE_REPEATS = 3
"""Searches of which the fastest is shown: the first after a pause is slower."""

PAGE_SIZE = 60


class SentFile(Protocol):
    """What Gradio makes of a request with a file."""

    data: Mapping[str, Any]
    files: list[tuple[str, bytes]]


def _says_problems(
    handler: Callable[Arguments, Payload],
) -> Callable[Arguments, Payload | Problem]:
    """Turn an error that a person can cause into an answer."""

    @wraps(handler)
    def answered(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Payload | Problem:
        try:
            return handler(*args, **kwargs)
        except SimilarityError as error:
            return {"problem": str(error)}

    return answered


class Handlers:
    """The server's side of the page."""

    def __init__(
        self,
        catalog: Catalog,
        queries: Queries,
        preparations: Preparations,
        fetch_url: Callable[[str], bytes],
    ) -> None:
        """Serve a catalog.

        Args:
            catalog: What can be searched.
            queries: Where visitors' pictures are kept.
            preparations: Make backbones ready.
            fetch_url: Gets a file from a web address.
        """
        self._catalog = catalog
        self._queries = queries
        self._preparations = preparations
        self._fetch_url = fetch_url

    @_says_problems
    def answer(self, given: Any) -> AnswerPayload:
        """Search for what the parameters of an address say."""
        params = _texts(given)
        if "upload" not in params or self._queries.has(params["upload"]):
            return self._answer(read_choice(params, self._catalog))
        reading = read_choice(_without_subject(params), self._catalog)
        return self._answer(replace(reading, notes=(*reading.notes, FORGOTTEN)))

    @_says_problems
    def take(self, sent: SentFile) -> AnswerPayload:
        """Search for a picture that was uploaded, pasted, dropped or taken by a camera."""
        if len(sent.files) != 1:
            raise QueryError(f"{len(sent.files)} files were sent; send one picture.")
        name, source = sent.files[0]
        return self._take(_texts(sent.data), source, name)

    @_says_problems
    def load(self, given: Any) -> AnswerPayload:
        """Search for the picture at a web address, `url` beside the other parameters."""
        params = _texts(given)
        url = params.get("url", "")
        return self._take(params, self._fetch_url(url), url)

    @_says_problems
    def curve(self, given: Any) -> CurvePayload:
        """Measure recall and time over search_k for one query."""
        reading = read_choice(_texts(given), self._catalog)
        searcher, k, where = reading.searcher, reading.choice.k, reading.choice.where
        query = self._queries.make(searcher, reading.choice.subject)
        low, high = search_k_bounds(searcher)
        exact: list[int] | None = None
        points: list[CurvePoint] = []
        for search_k in np.unique(np.geomspace(low, high, CURVE_POINTS).astype(int)).tolist():
            results = [
                searcher.search(query, k, search_k, where=where) for _ in range(CURVE_REPEATS)
            ]
            result = results[0]
            if exact is None:
                nearest = searcher.exact(query, k, result.query_item, where=where)
                exact = [neighbor.item.item_id for neighbor in nearest]
            found = [neighbor.item.item_id for neighbor in result.neighbors]
            points.append(
                {
                    "search_k": search_k,
                    "recall": recall_at_k(found, exact),
                    "milliseconds": min(r.timings.search for r in results) * 1000,
                }
            )
        return {"points": points}

    @_says_problems
    def browse(self, given: Any) -> BrowsePayload:
        """List a page of a collection's pictures, those with a label and a text in the caption."""
        params = _texts(given)
        reading = read_choice({"collection": params.get("collection", "")}, self._catalog)
        collection = self._catalog.collection(reading.choice.collection)
        label, text = params.get("label"), params.get("text", "").casefold()
        found = [
            item
            for item in collection.items
            if (label is None or item.label == label) and text in item.caption.casefold()
        ]
        n_pages = max(1, -(-len(found) // PAGE_SIZE))
        page = min(n_pages, max(1, _page_number(params)))
        shown: list[Item] = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        return {
            "collection": reading.choice.collection,
            "labels": list(collection.labels.items()),
            "n_found": len(found),
            "page": page,
            "n_pages": n_pages,
            "items": [item_json(item) for item in shown],
        }

    @_says_problems
    def prepare(self, given: Any) -> PreparationPayload:
        """Begin to make a backbone of a collection ready, or join those who wait for it."""
        params = _texts(given)
        collection = self._catalog.collection(params.get("collection", ""))
        started = self._preparations.start(collection, params.get("backbone", ""))
        return preparation_payload(started)

    @_says_problems
    def preparation(self, given: Any) -> PreparationPayload:
        """Look how far a backbone of a collection is."""
        params = _texts(given)
        collection = self._catalog.collection(params.get("collection", ""))
        found = self._preparations.find(collection, params.get("backbone", ""))
        return preparation_payload(found)

    def _take(self, params: Params, source: bytes, name: str) -> AnswerPayload:
        # The subject that was shown before does not count any more.
        reading = read_choice(_without_subject(params), self._catalog)
        token = self._queries.add(reading.searcher, source, name)
        choice = replace(reading.choice, subject=Subject(upload=token))
        return self._answer(replace(reading, choice=choice))

    def _answer(self, reading: Reading) -> AnswerPayload:
        searcher, choice = reading.searcher, reading.choice
        query = self._queries.make(searcher, choice.subject)
        try:
            result = searcher.search(
                query, choice.k, choice.search_k, with_recall=True, where=choice.where
            )
        except NothingPassesError:
            result = _nothing_of(searcher, choice, query)
        found = {neighbor.item.item_id for neighbor in result.neighbors}
        missed = [n for n in result.exact or () if n.item.item_id not in found]
        return answer_payload(
            reading,
            result,
            missed,
            queries=self._queries,
            catalog=self._catalog,
            preparations=self._preparations,
        )


def _nothing_of(searcher: Searcher, choice: Choice, query: Query) -> SearchResult:
    """Answer with no neighbors, where no picture passes a filter."""
    return SearchResult(
        neighbors=(),
        metric=searcher.metric,
        k=choice.k,
        search_k=choice.search_k,
        rerank=0,
        n_candidates=0,
        timings=query.timings,
        query_item=query.item,
        exact=(),
        n_allowed=0,
    )


def _texts(given: Any) -> dict[str, str]:
    """Keep what can be parameters of an address."""
    if not isinstance(given, Mapping):
        return {}
    return {key: value for key, value in given.items() if isinstance(value, str)}


def _without_subject(params: Params) -> dict[str, str]:
    subject = {field.name for field in fields(Subject)}
    return {key: value for key, value in params.items() if key not in subject}


def _page_number(params: Params) -> int:
    number = params.get("page", "")
    return int(number) if number.isdecimal() else 1
