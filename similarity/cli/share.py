"""The commands that talk to the Hub: push, pull, space."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.cli import console
from similarity.store.checkout import CHECKOUT

if TYPE_CHECKING:
    from similarity.hub.addresses import DatasetAddress

ROOT = CHECKOUT or Path()

Repository = Annotated[
    str, typer.Option("--repo", metavar="USER/NAME", help="Made if there is none.")
]
Private = Annotated[bool, typer.Option("--private", help="Only the owner may see it.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to a command line."""
    app.command()(push)
    app.command()(pull)
    app.command()(space)


def push(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Collection that build wrote.")],
    *,
    repo: Repository,
    private: Private = False,
    create_pr: Annotated[
        bool, typer.Option("--create-pr", help="Propose it to the repository's owner.")
    ] = False,
) -> None:
    """Upload a collection with its artifacts as a dataset repository on the Hub.

    An interrupted push goes on where it stopped when it is started again.
    """
    from similarity.hub.addresses import ADDRESS_PREFIX, DatasetAddress

    target = DatasetAddress.parse(repo)

    from similarity.hub import repository as hub

    pushed = hub.push(folder, target, console.track, private=private, create_pr=create_pr)
    console.print_line(pushed.url)
    console.print_line(f"{ADDRESS_PREFIX}{target.repo_id}@{pushed.commit}")


def pull(
    source: Annotated[
        str, typer.Argument(metavar="USER/NAME[@REVISION]", help="Branch, tag or commit.")
    ],
    *,
    only: Annotated[
        str | None, typer.Option("--only", metavar="BACKBONE", help="Fetch one artifact of it.")
    ] = None,
    trust_indexes: Annotated[
        bool,
        typer.Option(
            "--trust-indexes",
            help="Take the indexes as they are instead of building them again: for repositories "
            "of your own, since a wrong index can crash or mislead the program.",
        ),
    ] = False,
) -> None:
    """Fetch a collection from the Hub, check it, and print where it is.

    What was fetched before is not fetched again.
    """
    from similarity.hub.addresses import DatasetAddress

    folder = _pull(DatasetAddress.parse(source), only=only, trust_indexes=trust_indexes)
    console.print_line(str(folder))


def space(
    *,
    repo: Repository,
    private: Private = False,
    artifacts: Annotated[
        str | None,
        typer.Option(
            metavar="hf://USER/NAME", help="Collection that the Space shows instead of its own."
        ),
    ] = None,
) -> None:
    """Create or update a Space on the Hub from this checkout, and print its link."""
    from similarity.hub.addresses import ADDRESS_PREFIX, DatasetAddress
    from similarity.hub.space import OWNED, check_checkout, find_files

    target = DatasetAddress.parse(repo)
    variables = {}
    if artifacts is not None:
        variables["SIMILARITY_ARTIFACTS"] = f"{ADDRESS_PREFIX}{DatasetAddress.parse(artifacts)}"
    check_checkout(ROOT)

    from similarity.hub import repository as hub

    pushed = hub.push_space(
        ROOT,
        find_files(ROOT),
        target,
        owned=OWNED,
        private=private,
        variables=variables,
    )
    console.print_line(pushed.url)


def find_or_pull(where: str) -> Path:
    """Find the folder that a person means: a folder itself, or what an address on the Hub gives.

    Raises:
        HubError: It cannot be had from there.
        ArtifactError: It is not taken from there.
    """
    from similarity.hub.addresses import DatasetAddress, is_address

    return _pull(DatasetAddress.parse(where)) if is_address(where) else Path(where)


def _pull(
    source: "DatasetAddress", *, only: str | None = None, trust_indexes: bool = False
) -> Path:
    """Pull, and tell the person what was got."""
    from similarity.ann.selfcheck import find_annoy_problem
    from similarity.hub import repository as hub

    pulled = hub.pull(source, console.track, only=only, trust_indexes=trust_indexes)
    if pulled.from_cache is not None:
        console.print_error(f"{pulled.from_cache}; using the commit that was fetched last.")
    if (problem := find_annoy_problem()) is not None:
        console.print_error(problem)
    console.print_line(pulled.origin.address)
    return pulled.folder
