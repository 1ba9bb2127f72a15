"""How good is the bundled backbone? Beside its teacher, an untrained network and a descriptor."""

from collections.abc import Collection as AbstractCollection
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from similarity.backbones import (
    BackboneEmbedder,
    Embedder,
    Preprocessing,
    embed,
    get_backbone,
)
from similarity.collection import Collection
from similarity.datatypes import Embeddings, WeightsInfo
from similarity.errors import CollectionError
from similarity.evaluation import LabelPrecision, choose_items, label_precision
from similarity.images import read_picture
from similarity.progress import Track, silent
from similarity.weights import Checkpoint

_BATCH = 32


@dataclass(frozen=True)
class LabelledPictures:
    """Pictures to compare embedders on.

    Attributes:
        name: What they are called in the table.
        paths: Of pictures.
        labels: One for each.
    """

    name: str
    paths: Sequence[Path]
    labels: Sequence[str]


def unseen_pictures(
    photos: Path, per_label: int, without: AbstractCollection[str] = ()
) -> LabelledPictures:
    """Find the photographs that the bundled backbone's training never saw.

    Args:
        photos: Folder with a folder for each label, of which every fifth was left out of training.
        per_label: At most so many of each label, the first by name.
        without: Folders that are no labels.

    Raises:
        CollectionError: There are no such folders.
    """
    folders = {path.name: path for path in photos.glob("*/") if path.name not in without}
    if not folders:
        raise CollectionError(f"{photos} has no folders of pictures, one for each label.")
    labels = unseen_labels(list(folders))
    files = [path for label in labels for path in sorted(folders[label].iterdir())[:per_label]]
    return LabelledPictures(
        f"{len(labels)} unseen labels of {photos.name}", files, [path.parent.name for path in files]
    )


def labelled_pictures(
    collection: Collection, per_label: int, without: AbstractCollection[str] = ()
) -> LabelledPictures:
    """Choose the labelled pictures of a collection; see `evaluation.choose_items`."""
    chosen = choose_items(collection.items, per_label, without)
    items = [collection.items[item_id] for item_id in chosen]
    paths = [collection.path_of(item) for item in items]
    return LabelledPictures(collection.info.title, paths, [item.label for item in items])


def unseen_labels(labels: Sequence[str]) -> list[str]:
    """Labels that the bundled backbone's training never saw: every fifth in sorted order.

    Args:
        labels: Of the photographs, without the one of mixed backgrounds.
    """
    return sorted(labels)[::5]


def compare(
    embedders: Mapping[str, Embedder],
    pictures: Sequence[LabelledPictures],
    track: Track = silent,
) -> dict[str, list[LabelPrecision]]:
    """Measure label precision of several embedders on several sets of pictures.

    Args:
        embedders: By the name that they have in the table.
        pictures: Sets of labelled pictures.
        track: Shows progress.

    Returns:
        For each embedder, one precision for each set; by cosine.
    """
    found: dict[str, list[LabelPrecision]] = {name: [] for name in embedders}
    for labelled in pictures:
        for name, embedder in embedders.items():
            starts = range(0, len(labelled.paths), _BATCH)
            batches = [labelled.paths[start : start + _BATCH] for start in starts]
            embeddings = np.concatenate(
                [
                    embed(embedder, [read_picture(path).rgb for path in batch])
                    for batch in track(batches, f"{name} on {labelled.name}", len(batches))
                ]
            )
            found[name].append(label_precision(embeddings, labelled.labels, "angular"))
    return found


def untrained_embedder(backbone: str, seed: int = 0) -> BackboneEmbedder:
    """Make a backbone with torchvision's random initial weights.

    Args:
        backbone: Name in the registry.
        seed: Of the random numbers.
    """
    entry = get_backbone(backbone)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        state = entry.build().state_dict()
    info = WeightsInfo(f"untrained, seed {seed}", "none", "00" * 32, verified=False)
    return BackboneEmbedder(entry, Checkpoint(info, state, {}))


class DescriptorEmbedder:
    """What can be had without a network: colors and the directions of edges.

    A joint histogram of red, green and blue (4 x 4 x 4), and for each cell of a 4 x 4 grid a
    histogram of 8 edge directions weighted by their strength, as in HOG. Each half is brought to
    square roots and unit length, so that both count the same: 64 + 128 dims.

    Source: Swain and Ballard, Color indexing, 1991; Dalal and Triggs, Histograms of oriented
    gradients, 2005.
    """

    name = "descriptor"
    dim = 192
    weights = WeightsInfo("color and gradient descriptor", "none", "00" * 32, verified=False)
    preprocessing = Preprocessing(resize=128, crop=128, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))

    def forward(self, batch: Tensor) -> Embeddings:
        """Describe pictures, (N, 3, 128, 128) in [0, 1] -> (N, 192) float32."""
        pixels = batch.numpy()
        return np.stack([np.concatenate([_colors(p), _edges(p)]) for p in pixels])


def _colors(pixels: Embeddings) -> Embeddings:
    """Joint color histogram of a (3, height, width) picture in [0, 1], (64,) of unit length."""
    red, green, blue = np.minimum(pixels * 4, 3).astype(int)
    return _unit_roots(np.bincount((red * 16 + green * 4 + blue).ravel(), minlength=64))


def _edges(pixels: Embeddings) -> Embeddings:
    """Edge directions in a 4 x 4 grid of a (3, 128, 128) picture, (128,) of unit length."""
    down, right = np.gradient(pixels.mean(axis=0))
    strength = np.hypot(down, right)
    direction = np.minimum(np.mod(np.arctan2(down, right), np.pi) / np.pi * 8, 7).astype(int)
    row, column = np.indices(strength.shape) // 32
    cell = (row * 4 + column) * 8 + direction
    return _unit_roots(np.bincount(cell.ravel(), weights=strength.ravel(), minlength=128))


def _unit_roots(histogram: np.ndarray) -> Embeddings:
    total = histogram.sum()
    roots: Embeddings = np.sqrt(histogram / total if total else histogram).astype(np.float32)
    return roots
