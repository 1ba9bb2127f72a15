"""`/search`, the page's answer for programs: the JSON of `python -m similarity search --json`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from similarity.catalog import Catalog
from similarity.errors import QueryError, SimilarityError
from similarity.page.links import DEFAULT_K
from similarity.report import answer_json

Search = Callable[..., dict[str, Any]]


def make_search(catalog: Catalog) -> Search:
    """Make the function that `/search` runs.

    Args:
        catalog: What can be searched.
    """

    def search(  # noqa: PLR0917 - Gradio passes arguments by position
        picture: FileData | None = None,
        item: int | None = None,
        backbone: str | None = None,
        metric: str | None = None,
        k: int = DEFAULT_K,
        search_k: int | None = None,
        collection: str | None = None,
    ) -> dict[str, Any]:
        """Find the pictures of a collection that are most similar to a picture.

        Args:
            picture: To search for; either this or item.
            item: Number of an indexed picture to search for.
            backbone: Whose embeddings are compared; the first by name unless given.
            metric: angular, euclidean, manhattan or dot; the first that is indexed unless given.
            k: Neighbors to find.
            search_k: Candidates that Annoy may examine; n_trees * k unless given.
            collection: Of pictures; the first by name unless given.

        Returns:
            query, neighbors (nearest first, with distance in the metric's unit and cosine
            similarity), recall_at_k, milliseconds, and what was asked of which index.
        """
        try:
            searcher = catalog.find(collection, backbone, metric)
            if picture is not None and item is None:
                query = searcher.query_by_picture(Path(picture.path), picture.orig_name)
            elif item is not None and picture is None:
                query = searcher.query_by_item(_whole("item", item))
            else:
                raise QueryError("Give either a picture or an item, the number of an indexed one.")
            limit = None if search_k is None else _whole("search_k", search_k)
            result = searcher.search(query, _whole("k", k), limit, with_recall=True)
            return answer_json(searcher, result)
        except SimilarityError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return search


def _whole(name: str, value: object) -> int:
    """Check a number: Gradio lets through whatever JSON can say."""
    if isinstance(value, int | float) and value == value // 1:
        return int(value)
    raise QueryError(f"{name} is {value!r}; give a whole number.")
