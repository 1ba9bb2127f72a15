"""`/search`, the page's answer for programs: the JSON of `python -m similarity search --json`."""

from collections.abc import Callable, Mapping
from pathlib import Path

import gradio as gr
from gradio.data_classes import FileData
from gradio.utils import get_upload_folder

from similarity.errors import QueryError, SimilarityError
from similarity.page.catalog import Catalog
from similarity.page.links import DEFAULT_K
from similarity.page.queries import Queries
from similarity.search.answer import AnswerJson, answer_json
from similarity.search.filters import Filter

Search = Callable[..., AnswerJson]


def make_search(catalog: Catalog, queries: Queries) -> Search:
    """Make the function that `/search` runs.

    Args:
        catalog: What can be searched.
        queries: Makes queries of pictures.
    """

    def search(  # noqa: PLR0917 - Gradio passes arguments by position
        picture: FileData | None = None,
        item: int | None = None,
        backbone: str | None = None,
        metric: str | None = None,
        k: int = DEFAULT_K,
        search_k: int | None = None,
        collection: str | None = None,
        labels: list[str] | None = None,
        text: str | None = None,
    ) -> AnswerJson:
        """Find the pictures of a collection that are most similar to a picture.

        Args:
            picture: To search for; either this or item.
            item: Number of an indexed picture to search for.
            backbone: Whose embeddings are compared; the first that can be used unless given.
            metric: angular, euclidean, manhattan or dot; the first that can be used unless given.
            k: Neighbors to find.
            search_k: Places in its trees that Annoy looks at; more find more, and take longer.
            collection: Of pictures; the first that can be used unless given.
            labels: Of which a neighbor has one; any unless given.
            text: Part of a neighbor's caption or file name, in any case; any unless given.

        Returns:
            query, neighbors (nearest first, with distance in the metric's unit and cosine
            similarity), recall_at_k, n_allowed (pictures with such a label and text), milliseconds,
            and what was asked of which index.
        """
        try:
            searcher = catalog.find(
                _name("collection", collection),
                _name("backbone", backbone),
                _name("metric", metric),
            )
            if picture is not None and item is None:
                query = queries.make_of_picture(searcher, *_sent_file(picture))
            elif item is not None and picture is None:
                query = searcher.query_by_item(_whole("item", item))
            else:
                raise QueryError("Give either a picture or an item, the number of an indexed one.")
            limit = None if search_k is None else _whole("search_k", search_k)
            where = Filter(_names("labels", labels), _name("text", text, "a text") or "")
            result = searcher.search(query, _whole("k", k), limit, with_recall=True, where=where)
            return answer_json(searcher, result)
        except SimilarityError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return search


def _sent_file(sent: object) -> tuple[Path, str]:
    """Find a file that was sent to Gradio, and how it was called.

    Gradio lists `FileData` in its documentation, but passes on whatever JSON came: a path outside
    the folder of sent files would read any file of this machine.
    """
    folder = Path(get_upload_folder()).resolve()
    given = sent.get("path") if isinstance(sent, Mapping) else None
    # No system opens a file with a NUL in its name; Python raises an error of its own.
    if isinstance(given, str) and "\0" not in given:
        path = Path(given).resolve()
        if path.is_relative_to(folder):
            return path, path.name
    raise QueryError("picture is no file that was sent; send it to /gradio_api/upload first.")


def _name(parameter: str, value: object, wanted: str = "a name") -> str | None:
    """Check a name, as `_whole` does a number."""
    if value is None or isinstance(value, str):
        return value
    raise QueryError(f"{parameter} is {value!r}; give {wanted}.")


def _names(parameter: str, values: object) -> frozenset[str]:
    """Check names, as `_whole` does a number."""
    if values is None:
        return frozenset()
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return frozenset(values)
    raise QueryError(f"{parameter} is {values!r}; give a list of names.")


def _whole(name: str, value: object) -> int:
    """Check a number: Gradio lets through whatever JSON can say."""
    if isinstance(value, int | float) and value == value // 1:
        return int(value)
    raise QueryError(f"{name} is {value!r}; give a whole number.")
