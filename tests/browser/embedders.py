"""Backbones of the tests' page: what a picture looks like from far away."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from fakes import ColorEmbedder

from similarity.backbones import Embedder
from similarity.datatypes import Embeddings, WeightsInfo
from similarity.errors import WeightsUnavailableError


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


def load(name: str, _: WeightsInfo, __: Sequence[Path]) -> Embedder:
    """Make the embedder of a backbone, as `backbones.load_recorded_embedder` does."""
    if name == LostEmbedder.name:
        raise WeightsUnavailableError("lost.none is not here: put it there.")
    return GrayEmbedder() if name == GrayEmbedder.name else ColorEmbedder()
