"""The command line: `python -m similarity COMMAND`."""

import sys

import typer

from similarity.cli import build, check, console, evaluate, search, share, tune
from similarity.errors import SimilarityError

app = typer.Typer(
    help="Find the most similar pictures of a collection: build an index, check it, search it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for group in (build, check, search, evaluate, tune, share):
    group.add_commands(app)


def main() -> None:
    """Run a command; an error that a person can cause is one sentence and status 1."""
    try:
        app()
    except SimilarityError as error:
        console.print_error(f"Error: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
