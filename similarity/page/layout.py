"""The Gradio app: one HTML component that its scripts fill, and `/search` for programs.

Gradio serves it, carries its requests, shares it and documents its API. The controls are plain
HTML: a picture's frame, a region drawn by hand, a slider that feels logarithmic and the browser's
own history ask for it, and labels, keyboard and a phone's pickers then come from the browser.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api

from similarity.images.decoding import DEFAULT_LIMITS
from similarity.images.fetching import fetch
from similarity.page.api import make_search
from similarity.page.catalog import Catalog
from similarity.page.handlers import Handlers
from similarity.page.preparation import Preparations
from similarity.page.queries import Queries
from similarity.page.routes import Routes, scripts

Payload = TypeVar("Payload")

TITLE = "Image similarity"

_HERE = Path(__file__).parent

_START = """
import(new URL("page/main.js", document.baseURI))
    .then(({ start }) => start({ element, server }));
"""

_HOUR = 3600
"""Seconds after which files are deleted that were sent to `/search`."""

_SYSTEM_FONTS = ("system-ui", "sans-serif")
"""Others would be fetched from another host."""


def create_page(
    catalog: Catalog,
    queries: Queries,
    preparations: Preparations,
    fetch_url: Callable[[str], bytes] = fetch,
) -> gr.Blocks:
    """Make the page.

    Args:
        catalog: What can be searched.
        queries: Where visitors' pictures are kept.
        preparations: Make backbones ready.
        fetch_url: Gets a file from a web address.
    """
    handlers = Handlers(catalog, queries, preparations, fetch_url)
    served = (
        handlers.answer,
        handlers.take,
        handlers.load,
        handlers.curve,
        handlers.browse,
        handlers.prepare,
        handlers.preparation,
    )
    page = gr.Blocks(
        title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(_HOUR, _HOUR)
    )
    with page:
        gr.HTML(
            html_template=(_HERE / "page.html").read_text(encoding="utf-8"),
            js_on_load=_START,
            server_functions=[_as_function(method) for method in served],
            apply_default_css=False,
        )
        api(make_search(catalog, queries), api_name="search", queue=False)
    return page


def launch(
    catalog: Catalog,
    *,
    host: str | None = None,
    port: int | None = None,
    share: bool | None = None,
    block: bool = True,
    fetch_url: Callable[[str], bytes] = fetch,
    preparations: Preparations | None = None,
) -> str:
    """Serve the page.

    Args:
        catalog: What can be searched.
        host: Address to listen at; Gradio's environment variables decide unless given.
        port: As host.
        share: Whether to ask Gradio for a public link; as host.
        block: Whether to return only when the server is stopped.
        fetch_url: Gets a file from a web address.
        preparations: Make backbones ready; tests give some that need no network.

    Returns:
        The page's address on this machine.
    """
    queries = Queries()
    page = create_page(catalog, queries, preparations or Preparations(), fetch_url)
    _, url, _ = page.launch(
        server_name=host,
        server_port=port,
        share=share,
        prevent_thread_lock=not block,
        theme=_theme(),
        head=_head(),
        footer_links=["api"],
        run_history=False,
        ssr_mode=False,
        max_file_size=DEFAULT_LIMITS.max_bytes,
        app_kwargs={"routes": Routes(catalog, queries).table()},
    )
    return url


def _as_function(method: Callable[[Any], Payload]) -> Callable[[Any], Payload]:
    """Wrap a method: Gradio marks what it serves with an attribute, which methods cannot have."""

    @wraps(method)
    def function(sent: Any) -> Payload:
        return method(sent)

    return function


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        font=_SYSTEM_FONTS,
        font_mono=("ui-monospace", "monospace"),
    ).set(body_background_fill="#f6f7f9", body_background_fill_dark="#0f1216")


def _head() -> str:
    """Styles, which are then there before the first paint, and scripts to be fetched early."""
    styles = (_HERE / "page.css").read_text(encoding="utf-8")
    preloads = "".join(f'<link rel="modulepreload" href="page/{path}">' for path in scripts())
    return f'<meta name="color-scheme" content="light dark"><style>{styles}</style>{preloads}'
