"""Command line: `python -m index_artifacts.scenes.render --help`, from the project's root."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .batch import Job, picture_path, render_all
from .catalog import write_catalog
from .registry import PICTURES_PER_CATEGORY, Category, all_categories
from .sheets import write_sheet

DEFAULT_OUTPUT = Path(__file__).parents[1]
DEFAULT_SIZE = 320

logger = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Render what is asked for; returns the exit status, 1 when a picture failed."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    known = {category.slug: category for category in all_categories()}
    slugs = [name.replace(" ", "-") for name in options.categories or known]
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        logger.error("no category is called %s: choose from %s", unknown, ", ".join(known))
        return 2
    chosen = [known[slug] for slug in slugs]
    if options.sheet:
        _write_sheets(options.output, chosen, whole=not options.categories)
        return 0
    jobs = [
        Job(category.label, index, options.size, options.output / picture_path(category, index))
        for category in chosen
        for index in options.indices
    ]
    missing = [job for job in jobs if options.again or not job.target.exists()]
    failures = render_all(missing, options.jobs)
    listed = write_catalog(options.output, list(known.values()))
    logger.info("%d rendered, %d failed, %d listed", len(missing) - failures, failures, listed)
    return 1 if failures else 0


def _write_sheets(output: Path, chosen: Sequence[Category], *, whole: bool) -> None:
    """Write a sheet for each category, or one with the first pictures of all of them."""
    if whole:
        pictures = [output / picture_path(each, index) for each in chosen for index in range(4)]
        existing = [picture for picture in pictures if picture.exists()]
        write_sheet(existing, output / "sheet.webp", columns=16, tile=96)
        return
    for category in chosen:
        pictures = [
            output / picture_path(category, index) for index in range(PICTURES_PER_CATEGORY)
        ]
        existing = [picture for picture in pictures if picture.exists()]
        write_sheet(existing, output / "sheets" / f"{category.slug}.png", columns=5, tile=192)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index_artifacts.scenes.render",
        description="Render the pictures of the collection `scenes` that are missing.",
    )
    parser.add_argument(
        "--categories", nargs="+", metavar="NAME", help="labels; all of them when missing"
    )
    parser.add_argument(
        "--indices",
        nargs="+",
        type=int,
        choices=range(PICTURES_PER_CATEGORY),
        default=range(PICTURES_PER_CATEGORY),
        metavar="N",
        help="pictures of each category, 0 to 24; all of them when missing",
    )
    parser.add_argument("--size", type=int, default=DEFAULT_SIZE, help="pixels a side")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="pictures rendered at a time"
    )
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="collection's folder")
    parser.add_argument("--again", action="store_true", help="render pictures that exist, too")
    parser.add_argument(
        "--sheet",
        action="store_true",
        help="render nothing; write a contact sheet of the collection, or of each category named",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
