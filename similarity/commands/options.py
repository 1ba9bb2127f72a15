"""Arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from similarity.backbones import BACKBONES
from similarity.datatypes import Metric

NamedBackbone = Annotated[str, typer.Option("--backbone", help=f"Network: {', '.join(BACKBONES)}.")]
ArtifactFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder that build wrote, or one backbone in it.")
]
WeightsFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--weights",
        metavar="FILE",
        help="Checkpoint that the pictures were embedded with, if it is not in $TORCH_HOME.",
    ),
]
ChosenBackbone = Annotated[
    str | None,
    typer.Option("--backbone", help="Which artifact, where DIR has several; the first by name."),
]
ChosenMetric = Annotated[Metric, typer.Option("--metric", help="Which index.")]
