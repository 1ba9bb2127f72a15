"""What the browser fetches over plain HTTP: scripts, pictures, downloads, README, health check.

These stand before Gradio's own routes. Paths on this machine do not appear in addresses, and only
files that were meant to be served can be reached.
"""

import io
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from similarity.errors import SimilarityError
from similarity.page.catalog import Catalog
from similarity.page.links import Reading, read_choice
from similarity.page.queries import Queries
from similarity.search.answer import answer_json
from similarity.search.searcher import Query
from similarity.search.sheet import draw_answer

README = Path(__file__).parent.parent.parent / "README.md"

_SCRIPTS = Path(__file__).parent / "js"

_SPACE_README = "https://huggingface.co/spaces/{space}/blob/main/README.md#how-to-choose"

_FOREVER = "public, max-age=31536000, immutable"
"""For pictures that are named after their content."""

_SAFE = {"X-Content-Type-Options": "nosniff"}
"""A picture stays a picture, whatever its bytes say."""


class Routes:
    """Answers to plain requests."""

    def __init__(self, catalog: Catalog, queries: Queries) -> None:
        """Serve a catalog.

        Args:
            catalog: What can be searched.
            queries: Where visitors' pictures are kept.
        """
        self._catalog = catalog
        self._queries = queries
        self._scripts = scripts()

    def table(self) -> list[BaseRoute]:
        """List the addresses that are answered."""
        return [
            Route("/page/{file:path}", self._script),
            Route("/pictures/{collection}/{item:int}/{name}", self._picture),
            Route("/uploads/{token}.jpg", self._upload),
            Route("/download/similar.json", partial(self._download, _answer_file)),
            Route("/download/similar.png", partial(self._download, _sheet_file)),
            Route("/healthz", self._health),
            Route("/readme", self._readme),
        ]

    def _script(self, request: Request) -> Response:
        path = self._scripts.get(request.path_params["file"])
        if path is None:
            return _not_found()
        # Asked for again each time: its ETag says whether it changed.
        headers = {"Cache-Control": "no-cache"}
        return FileResponse(path, media_type="text/javascript", headers=headers)

    def _picture(self, request: Request) -> Response:
        try:
            collection = self._catalog.collection(request.path_params["collection"])
            item = collection.items[request.path_params["item"]]
            path = collection.path_of(item)
        except (SimilarityError, IndexError):
            return _not_found()
        # The name is the content's: a picture of a collection that was built anew has another.
        if PurePosixPath(item.file).name != request.path_params["name"]:
            return _not_found()
        headers = {"Cache-Control": _FOREVER, **_SAFE}
        return FileResponse(path, media_type="image/jpeg", headers=headers)

    def _upload(self, request: Request) -> Response:
        token = request.path_params["token"]
        if not self._queries.has(token):
            return _not_found()
        headers = {"Cache-Control": "private, max-age=86400", **_SAFE}
        jpeg = self._queries.upload(token).jpeg
        return Response(jpeg, media_type="image/jpeg", headers=headers)

    def _download(self, make: Callable[[Reading, Query], Response], request: Request) -> Response:
        try:
            reading = read_choice(request.query_params, self._catalog)
            query = self._queries.make(reading.searcher, reading.choice.subject)
            return make(reading, query)
        except SimilarityError as error:
            return Response(f"{error}\n", status_code=400, media_type="text/plain")

    def _readme(self, _: Request) -> Response:
        """Show the README: where it is drawn, in a Space, else as it is."""
        space = os.environ.get("SPACE_ID")
        if space:
            return RedirectResponse(_SPACE_README.format(space=space))
        return FileResponse(README, media_type="text/plain; charset=utf-8")

    def _health(self, _: Request) -> Response:
        if self._catalog.is_ready:
            return JSONResponse({"status": "ready"})
        status = "nothing to search" if self._catalog.is_warm else "starting"
        return JSONResponse({"status": status}, status_code=503)


def scripts() -> dict[str, Path]:
    """List the scripts by their paths below their folder, with forward slashes."""
    return {path.relative_to(_SCRIPTS).as_posix(): path for path in sorted(_SCRIPTS.rglob("*.js"))}


def _answer_file(reading: Reading, query: Query) -> Response:
    choice = reading.choice
    result = reading.searcher.search(
        query, choice.k, choice.search_k, with_recall=True, where=choice.where
    )
    text = json.dumps(answer_json(reading.searcher, result), indent=2)
    return Response(f"{text}\n", media_type="application/json", headers=_attached("similar.json"))


def _sheet_file(reading: Reading, query: Query) -> Response:
    choice = reading.choice
    result = reading.searcher.search(query, choice.k, choice.search_k, where=choice.where)
    buffer = io.BytesIO()
    draw_answer(reading.searcher, result, query.picture).save(buffer, "PNG")
    return Response(buffer.getvalue(), media_type="image/png", headers=_attached("similar.png"))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _not_found() -> Response:
    return Response("Not found\n", status_code=404, media_type="text/plain")
