"""An embedder whose vectors a reader computes by hand."""

import torch

from similarity.datatypes import Embeddings, WeightsInfo
from similarity.models.preprocessing import Preprocessing


class ColorEmbedder:
    """Embeds a picture as its mean red, green and blue in [0, 1]: three dims."""

    name = "color"
    dim = 3
    weights = WeightsInfo(name="mean color", file="color.none", sha256="c0" * 32, verified=False)
    preprocessing = Preprocessing(
        resize=16, crop=16, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), interpolation="bilinear"
    )

    device = "cpu"
    batch_size = 8

    def __init__(self) -> None:
        self.n_batches = 0

    def forward(self, batch: torch.Tensor) -> Embeddings:
        """Average over the pixels."""
        self.n_batches += 1
        means: Embeddings = batch.mean(dim=(2, 3)).numpy()
        return means
