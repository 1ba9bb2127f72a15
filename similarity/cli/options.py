"""Arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from similarity.choices import DeviceChoice, Metric
from similarity.models.names import TITLES

NamedBackbone = Annotated[
    str,
    typer.Option(
        "--backbone",
        help=f"Network: {', '.join(TITLES)}, any other classifier of torchvision by its name, or "
        "timm/NAME.",
    ),
]
Device = Annotated[
    DeviceChoice,
    typer.Option("--device", help="What runs the network; auto takes an accelerator if it can."),
]
WeightsFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Local checkpoint, .pth or .safetensors, or the full name of torchvision's weights, "
        "such as ResNet50_Weights.IMAGENET1K_V1.",
    ),
]
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
