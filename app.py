"""Start the page: `python app.py`."""

import argparse
import logging
import os
import sys
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

# Both are read when the libraries are imported.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from similarity.choices import DEVICE_CHOICES, METRICS
from similarity.cli import console
from similarity.cli.share import find_or_pull
from similarity.errors import SimilarityError
from similarity.models.names import DEFAULT_BACKBONE, TITLES

if TYPE_CHECKING:
    import torch

ARTIFACTS = Path(__file__).parent / "index_artifacts"


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Open a page that finds the most similar pictures of a collection."
    )
    pictures = parser.add_mutually_exclusive_group()
    pictures.add_argument(
        "--artifacts",
        default=os.environ.get("SIMILARITY_ARTIFACTS") or str(ARTIFACTS),
        metavar="DIR|hf://USER/NAME[@REVISION]",
        help="folder of collections, one collection, or one on the Hub (default: "
        "$SIMILARITY_ARTIFACTS, else index_artifacts)",
    )
    pictures.add_argument(
        "--images", type=Path, metavar="FOLDER", help="index these pictures and serve them"
    )
    parser.add_argument(
        "--backbone",
        default=DEFAULT_BACKBONE,
        metavar="NAME",
        help=f"network for --images: {', '.join(TITLES)}, any other classifier of torchvision by "
        "its name, or timm/NAME (default: %(default)s)",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="checkpoints that the pictures were embedded with, if not in $TORCH_HOME; --images "
        "takes the first that fits its backbone",
    )
    parser.add_argument(
        "--device",
        choices=DEVICE_CHOICES,
        default="auto",
        help="what runs the network; auto takes an accelerator if torch finds one",
    )
    parser.add_argument("--host", help="address to listen at, such as 0.0.0.0 for all")
    parser.add_argument("--port", type=int, help="port to listen at")
    parser.add_argument(
        "--share", action="store_true", default=None, help="make a public link through Gradio"
    )
    return parser.parse_args()


def find_collections(arguments: argparse.Namespace, device: "torch.device") -> Path:
    """Find the folder that is to be served, which may have to be built or fetched first."""
    if arguments.images is None:
        return find_or_pull(arguments.artifacts)

    from similarity.indexing.own_pictures import build_own, choose_weights
    from similarity.indexing.pipeline import Settings
    from similarity.models.embedder import load_embedder

    weights = choose_weights(arguments.weights, partial(load_embedder, arguments.backbone))
    built = build_own(
        arguments.images,
        Settings(backbone=arguments.backbone, metrics=METRICS),
        partial(load_embedder, arguments.backbone, weights, device),
        weights=weights,
        track=console.track,
    )
    for skipped in built.skipped:
        console.print_line(f"skipped {skipped.file}: {skipped.reason}")
    return built.artifact.collection.folder


def main() -> None:
    """Serve the page while the network loads beside it."""
    logging.basicConfig(format="%(message)s")
    arguments = read_arguments()
    console.print_line("Loading the page ...")

    from similarity.models.devices import choose_device
    from similarity.models.embedder import load_embedder, load_recorded_embedder
    from similarity.page.catalog import Catalog
    from similarity.page.layout import launch
    from similarity.page.preparation import Preparations

    try:
        device = choose_device(arguments.device)
        catalog = Catalog(
            find_collections(arguments, device),
            arguments.weights,
            partial(load_recorded_embedder, device=device),
        )
        Thread(target=catalog.warm_up, daemon=True).start()
        launch(
            catalog,
            host=arguments.host,
            port=arguments.port,
            share=arguments.share,
            preparations=Preparations(partial(load_embedder, device=device)),
        )
    except (SimilarityError, OSError) as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
