"""Start the page: `python app.py`."""

import argparse
import logging
import os
from pathlib import Path
from threading import Thread

# Both are read when the libraries are imported.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from similarity.catalog import Catalog
from similarity.page.layout import launch

ARTIFACTS = Path(__file__).parent / "index_artifacts"


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Open a page that finds the most similar pictures of a collection."
    )
    parser.add_argument(
        "--artifacts",
        type=Path,
        default=ARTIFACTS,
        metavar="DIR",
        help="folder of collections, or one collection (default: index_artifacts)",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="checkpoints that the pictures were embedded with, if not in $TORCH_HOME",
    )
    parser.add_argument("--host", help="address to listen at, such as 0.0.0.0 for all")
    parser.add_argument("--port", type=int, help="port to listen at")
    parser.add_argument(
        "--share", action="store_true", default=None, help="make a public link through Gradio"
    )
    return parser.parse_args()


def main() -> None:
    """Serve the page while the network loads beside it."""
    logging.basicConfig(format="%(message)s")
    arguments = read_arguments()
    catalog = Catalog(arguments.artifacts, arguments.weights)
    Thread(target=catalog.warm_up, daemon=True).start()
    launch(catalog, host=arguments.host, port=arguments.port, share=arguments.share)


if __name__ == "__main__":
    main()
