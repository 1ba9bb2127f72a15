"""The command that measures what embeddings find."""

from pathlib import Path
from typing import Annotated

import typer

from similarity.choices import DEFAULT_PER_LABEL, METRICS
from similarity.cli import console
from similarity.cli.options import ChosenBackbone


def add_commands(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command()(evaluate)


def evaluate(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="Folder that build wrote; the bundled scenes unless given."
        ),
    ] = None,
    *,
    per_label: Annotated[
        int, typer.Option(min=2, help="At most so many pictures of each label, the first ones.")
    ] = DEFAULT_PER_LABEL,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="Take only this label; may be repeated."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help="Leave out a label; may be repeated.")
    ] = None,
    backbone: ChosenBackbone = None,
) -> None:
    """Search for each picture among the others: how many of the nearest have its label?

    Exact search, averaged within each label and then over labels, for each metric.
    """
    from similarity.evaluation.precision import choose_items, label_precision
    from similarity.store.artifact import Artifact, find_artifact
    from similarity.store.collection import BUNDLED_COLLECTION

    artifact = Artifact.load(find_artifact(folder or BUNDLED_COLLECTION, backbone))
    chosen = choose_items(artifact.collection.items, per_label, label or (), without or ())
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
