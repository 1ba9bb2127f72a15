"""The commands that look whether artifacts and weights are what they must be."""

import time
from pathlib import Path
from typing import Annotated

import typer

from similarity import console
from similarity.backbones import embed, load_embedder
from similarity.collection import BUNDLED_COLLECTION
from similarity.commands.options import ArtifactFolder, NamedBackbone, WeightsFiles
from similarity.errors import QueryError
from similarity.images import read_picture
from similarity.verification import verify


def add_commands(app: typer.Typer) -> None:
    """Add the commands to a command line."""
    app.command("verify")(verify_command)
    app.command()(check)


def verify_command(
    folder: ArtifactFolder,
    weights: WeightsFiles = None,
    without_backbone: Annotated[
        bool, typer.Option("--without-backbone", help="Do not embed a sample again.")
    ] = False,
) -> None:
    """Check files, digests, indexes and embeddings; exit with status 1 if one is wrong."""
    checks = verify(folder, weights or (), run_backbone=not without_backbone)
    for check in checks:
        console.print_line(
            f"{'ok    ' if check.passed else 'WRONG '} {check.subject}: {check.finding}"
        )
    if not all(check.passed for check in checks):
        raise typer.Exit(1)


def check(
    pictures: Annotated[
        list[Path] | None, typer.Argument(help="Pictures to classify; bundled ones unless given.")
    ] = None,
    backbone: NamedBackbone = "resnet18",
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Local checkpoint, .pth or .safetensors."),
    ] = None,
) -> None:
    """Find or download a backbone's weights and see that they work.

    Prints the digest of the weights, the length of an embedding, the speed, and what the full
    network takes the pictures for.
    """
    paths = pictures or _bundled_pictures()
    images = [read_picture(path).rgb for path in paths]
    embedder = load_embedder(backbone, weights)
    embed(embedder, images[:1])  # the first call is slower than all that follow
    start = time.perf_counter()
    embeddings = embed(embedder, images)
    per_picture = (time.perf_counter() - start) / len(images)
    info = embedder.weights
    known = "the published digest" if info.verified else "not compared with a published digest"
    console.print_line(f"weights       {info.name} ({info.file})")
    console.print_line(f"sha256        {info.sha256} ({known})")
    console.print_line(f"dims          {embeddings.shape[1]}")
    console.print_line(f"speed         {per_picture * 1000:.1f} ms per picture")
    for path, classes in zip(paths, embedder.classify(embeddings, top=3), strict=True):
        names = ", ".join(f"{name} {probability:.0%}" for name, probability in classes)
        console.print_line(f"{path.name}: {names}")


def _bundled_pictures() -> list[Path]:
    found = sorted(BUNDLED_COLLECTION.glob("images/**/*.jpg"))
    if not found:
        raise QueryError("There are no bundled pictures here; name some of your own.")
    return found[:: max(1, len(found) // 8)][:8]
