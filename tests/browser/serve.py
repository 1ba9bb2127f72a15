"""Serve the page in a process of its own: `python -m browser.serve FOLDER PORT PUBLIC`.

FOLDER holds collections, PORT is where to listen. PUBLIC is the port of another server on this
machine, which stands for the public web: pictures may be fetched from there and from no other.
VGG16 can be made ready as soon as there is a file `gate` beside FOLDER; other backbones cannot.
"""

import sys
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from browser import embedders
from similarity.images.fetching import fetch, is_public
from similarity.page.catalog import Catalog
from similarity.page.layout import launch
from similarity.page.preparation import Preparations


def main() -> None:
    """Serve until the process is ended."""
    folder, port, public = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

    def fetch_url(url: str) -> bytes:
        allowed = urlsplit(url).port == public
        return fetch(url, is_allowed=(lambda _: True) if allowed else is_public)

    catalog = Catalog(folder, load_embedder=embedders.load)
    Thread(target=catalog.warm_up, daemon=True).start()
    preparations = Preparations(embedders.make_gated(folder.parent / "gate"))
    launch(catalog, host="127.0.0.1", port=port, fetch_url=fetch_url, preparations=preparations)


if __name__ == "__main__":
    main()
