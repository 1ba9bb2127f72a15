"""Backbones of the tests' page: what a picture looks like from far away."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from fakes import ColorEmbedder

from similarity.datatypes import Embeddings, WeightsInfo
from similarity.errors import WeightsUnavailableError
from similarity.models.embedder import Embedder


class GrayEmbedder(ColorEmbedder):
    """Embeds a picture as its mean brightness, beside a 1 that gives it a direction: two dims."""

    name = "gray"
    dim = 2
    weights = WeightsInfo(name="mean gray", file="gray.none", sha256="9a" * 32, verified=True)

    def forward(self, batch: torch.Tensor) -> Embeddings:
        """Average over pixels and colors."""
        grays = super().forward(batch).mean(axis=1)
        return np.stack([grays, np.ones_like(grays)], axis=1)


class LostEmbedder(ColorEmbedder):
    """Embeds as `ColorEmbedder` does; its weights are gone when the page wants them."""

    name = "lost"
    weights = WeightsInfo(name="lost", file="lost.none", sha256="10" * 32, verified=False)


class PreparedEmbedder(ColorEmbedder):
    """Embeds as `ColorEmbedder` does, under a name of the registry."""

    name = "vgg16"


def make_gated(gate: Path) -> Callable[[str], Embedder]:
    """Make what loads a network for a new artifact: as soon as a file is there.

    Args:
        gate: The file. Each load adds a line to it.
    """

    def load_new(name: str) -> Embedder:
        if name != PreparedEmbedder.name:
            raise WeightsUnavailableError(f"{name}.none is not here: put it there.")
        while not gate.exists():
            time.sleep(0.05)
        with gate.open("a") as file:
            file.write(f"{name}\n")
        return PreparedEmbedder()

    return load_new


def load(name: str, _: WeightsInfo, __: Sequence[Path]) -> Embedder:
    """Make the embedder of a backbone, as `models.embedder.load_recorded_embedder` does."""
    if name == LostEmbedder.name:
        raise WeightsUnavailableError("lost.none is not here: put it there.")
    known: dict[str, type[ColorEmbedder]] = {
        embedder.name: embedder for embedder in (ColorEmbedder, GrayEmbedder, PreparedEmbedder)
    }
    return known[name]()
