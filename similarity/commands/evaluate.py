"""The command that measures what embeddings find."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from similarity import console
from similarity.artifact import Artifact, find_artifact
from similarity.backbones import DEFAULT_BACKBONE, Embedder, load_embedder
from similarity.collection import BUNDLED_COLLECTION, Collection
from similarity.commands.options import ChosenBackbone
from similarity.comparison import (
    DescriptorEmbedder,
    LabelledPictures,
    compare,
    labelled_pictures,
    unseen_pictures,
    untrained_embedder,
)
from similarity.datatypes import METRICS
from similarity.errors import QueryError
from similarity.evaluation import DEFAULT_PER_LABEL, choose_items, label_precision

TEACHER = "mobilenet_v2"


def add_commands(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command()(evaluate)


def evaluate(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder that build wrote; the bundled scenes.")
    ] = BUNDLED_COLLECTION,
    *,
    per_label: Annotated[
        int, typer.Option(min=2, help="At most so many pictures of each label, the first ones.")
    ] = DEFAULT_PER_LABEL,
    without: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help="Leave out a label; may be repeated.")
    ] = None,
    backbone: ChosenBackbone = None,
    compared: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="Compare the bundled backbone with its teacher, an untrained network and a "
            "descriptor of colors and edges, on DIR and on labels that training did not see.",
        ),
    ] = False,
    photos: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="For --compare: the photographs of caltech101."),
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=f"For --compare: weights of {TEACHER}; $TORCH_HOME has them, too."
        ),
    ] = None,
) -> None:
    """Search for each picture among the others: how many of the nearest have its label?

    Exact search, averaged within each label and then over labels, for each metric.
    """
    if compared:
        if photos is None:
            raise QueryError("--compare needs --photos DIR, the folder of caltech101's labels.")
        sets = [
            unseen_pictures(photos, per_label, without or ()),
            labelled_pictures(Collection.load(folder), per_label, without or ()),
        ]
        _compare(sets, teacher)
        return
    artifact = Artifact.load(find_artifact(folder, backbone))
    chosen = choose_items(artifact.collection.items, per_label, without or ())
    labels = [artifact.collection.items[item_id].label for item_id in chosen]
    rows = []
    for metric in METRICS:
        precision = label_precision(artifact.embeddings[chosen], labels, metric)
        rows.append((metric, f"{precision.at_1:.4f}", f"{precision.at_10:.4f}"))
    console.print_line(
        f"{artifact.folder}: {len(chosen)} pictures of {len(set(labels))} labels, at most "
        f"{per_label} of each"
    )
    console.print_table(("metric", "#precision@1", "#precision@10"), rows)


def _compare(sets: Sequence[LabelledPictures], teacher: Path | None) -> None:
    embedders: dict[str, Embedder] = {
        f"bundled {DEFAULT_BACKBONE}": load_embedder(DEFAULT_BACKBONE),
        f"teacher {TEACHER}": load_embedder(TEACHER, teacher),
        f"untrained {DEFAULT_BACKBONE}": untrained_embedder(DEFAULT_BACKBONE),
        "colors and edges": DescriptorEmbedder(),
    }
    found = compare(embedders, sets, console.track)
    for position, labelled in enumerate(sets):
        console.print_line(f"{labelled.name}: {len(labelled.paths)} pictures")
        rows = [
            (name, f"{precisions[position].at_1:.4f}", f"{precisions[position].at_10:.4f}")
            for name, precisions in found.items()
        ]
        console.print_table(("embedding", "#precision@1", "#precision@10"), rows)
