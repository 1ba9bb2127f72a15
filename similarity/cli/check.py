"""The commands that look whether artifacts and weights are what they must be."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.cli import console
from similarity.cli.options import (
    ArtifactFolder,
    Device,
    NamedBackbone,
    WeightsFile,
    WeightsFiles,
)
from similarity.errors import QueryError
from similarity.models.names import DEFAULT_BACKBONE

if TYPE_CHECKING:
    from similarity.store.artifact import Artifact

KNOWN = {
    "bananas/bananas-19.jpg": "banana",
    "bookshelf/bookshelf-09.jpg": "bookcase",
    "castle/castle-23.jpg": "castle",
    "chair/chair-00.jpg": "rocking chair",
    "hot-air-balloons/hot-air-balloons-19.jpg": "balloon",
    "lighthouse/lighthouse-10.jpg": "beacon",
    "stone-bridge/stone-bridge-13.jpg": "viaduct",
    "table-lamp/table-lamp-04.jpg": "table lamp",
}
"""Bundled pictures and the ImageNet classes that they show."""


def add_commands(app: typer.Typer) -> None:
    """Add the commands to a command line."""
    app.command("verify")(verify_command)
    app.command()(check)


def verify_command(
    folder: ArtifactFolder,
    weights: WeightsFiles = None,
    device: Device = "auto",
    without_backbone: Annotated[
        bool, typer.Option("--without-backbone", help="Do not embed a sample again.")
    ] = False,
) -> None:
    """Check files, digests, indexes and embeddings; exit with status 1 if one is wrong."""
    from similarity.evaluation.verification import verify

    def check_backbone(artifact: "Artifact") -> str:
        from similarity.evaluation import reembedding
        from similarity.models.devices import choose_device

        return reembedding.check_backbone(artifact, weights or (), choose_device(device))

    is_right = True
    for check in verify(folder, None if without_backbone else check_backbone):
        console.print_line(
            f"{'ok    ' if check.passed else 'WRONG '} {check.subject}: {check.finding}"
        )
        is_right = is_right and check.passed
    if not is_right:
        raise typer.Exit(1)


def check(
    pictures: Annotated[
        list[Path] | None, typer.Argument(help="Pictures to classify; bundled ones unless given.")
    ] = None,
    backbone: NamedBackbone = DEFAULT_BACKBONE,
    weights: WeightsFile = None,
    device: Device = "auto",
) -> None:
    """Find or download a backbone's weights and see that they work.

    Prints the digest of the weights, the length of an embedding, the speed, and what the full
    network takes the pictures for.
    """
    from similarity.images.decoding import read_picture

    known = {} if pictures else _known_pictures()
    paths = pictures or list(known)
    images = [read_picture(path).rgb for path in paths]

    from similarity.models.devices import choose_device
    from similarity.models.embedder import embed, load_embedder

    embedder = load_embedder(backbone, weights, choose_device(device))
    embed(embedder, images[:1])  # the first call is slower than all that follow
    start = time.perf_counter()
    embeddings = embed(embedder, images)
    per_picture = (time.perf_counter() - start) / len(images)
    info = embedder.weights
    origin = "the published digest" if info.verified else "not verified by a published digest"
    console.print_line(f"weights       {info.name} ({info.file})")
    console.print_line(f"sha256        {info.sha256} ({origin})")
    console.print_line(f"device        {embedder.device}")
    console.print_line(f"dims          {embeddings.shape[1]}")
    console.print_line(f"speed         {per_picture * 1000:.1f} ms per picture")
    if not embedder.can_classify:
        console.print_line("These weights came without their last layer, so no classes are named.")
        return
    named = embedder.classify(embeddings, top=3)
    for path, classes in zip(paths, named, strict=True):
        texts = ", ".join(f"{name} {probability:.0%}" for name, probability in classes)
        console.print_line(f"{path.name}: {texts}")
    if known:
        _print_known([classes[0][0] for classes in named], list(known.values()))


def _print_known(named: Sequence[str], expected: Sequence[str]) -> None:
    """Say how many of the known pictures are named right: wrong weights name hardly one."""
    right = sum(name == shown for name, shown in zip(named, expected, strict=True))
    verdict = "" if 2 * right > len(expected) else "; these weights do not fit this network"
    console.print_line(f"{right} of {len(expected)} known pictures are named right{verdict}")


def _known_pictures() -> dict[Path, str]:
    """Bundled pictures with the class that each shows."""
    from similarity.store.collection import BUNDLED_COLLECTION

    found = {BUNDLED_COLLECTION / "images" / file: name for file, name in KNOWN.items()}
    if not all(path.is_file() for path in found):
        raise QueryError("The bundled pictures are not here; name some of your own.")
    return found
