from pathlib import Path

import numpy as np
import pytest
from drawing import BLUE, RED, encoded, halves, noise, plain, save
from fakes import ColorEmbedder
from PIL import Image, ImageDraw

from similarity.backbones import embed
from similarity.comparison import (
    DescriptorEmbedder,
    LabelledPictures,
    compare,
    unseen_labels,
    untrained_embedder,
)
from similarity.images import read_picture

DESCRIPTOR = DescriptorEmbedder()


def stripes(horizontal: bool) -> Image.Image:
    image = Image.new("RGB", (128, 128), "white")
    draw = ImageDraw.Draw(image)
    for at in range(0, 128, 16):
        box = (0, at, 128, at + 8) if horizontal else (at, 0, at + 8, 128)
        draw.rectangle(box, fill="black")
    return image


def test_descriptor_counts_colors() -> None:
    red, half = embed(DESCRIPTOR, [plain(RED), halves(RED, BLUE, (128, 128))])
    colors = red[:64]
    assert colors.argmax() == 3 * 16
    assert colors.max() == pytest.approx(1)
    assert sorted(half[:64])[-2:] == pytest.approx([0.5**0.5, 0.5**0.5], abs=0.05)


def test_descriptor_tells_directions_of_edges_apart() -> None:
    lying, standing = embed(DESCRIPTOR, [stripes(horizontal=True), stripes(horizontal=False)])
    np.testing.assert_allclose(lying[:64], standing[:64], atol=0.02)
    assert lying[64:] @ standing[64:] < 0.1
    assert lying[64:] @ lying[64:] == pytest.approx(1, abs=1e-4)


def test_descriptor_plain_picture_has_no_edges() -> None:
    assert embed(DESCRIPTOR, [plain(BLUE)])[0, 64:].sum() == 0


def test_untrained_embedder_repeats_with_its_seed() -> None:
    image = [read_picture(encoded(noise(0), "PNG")).rgb]
    first, second, other = (
        embed(untrained_embedder("mobilenet_v3_small", seed), image) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_unseen_labels_are_every_fifth_name() -> None:
    labels = ["k", "b", "a", "c", "d", "e", "f", "g", "h", "i", "j"]
    assert unseen_labels(labels) == ["a", "f", "k"]


def test_compare_measures_each_embedder_on_each_set(tmp_path: Path) -> None:
    """Mean colors tell red from blue, and cannot tell noise of one seed's label from another's."""
    paths, labels = [], []
    for number in range(6):
        color = (250 - number, 9, 9) if number % 2 else (9, 9, 250 - number)
        paths.append(save(plain(color), tmp_path / f"{number}.jpg"))
        labels.append("red" if number % 2 else "blue")
    mixed = LabelledPictures("mixed", paths, ["a", "a", "b", "b", "c", "c"])
    found = compare({"colors": ColorEmbedder()}, [LabelledPictures("plain", paths, labels), mixed])
    right, wrong = found["colors"]
    assert right.at_1 == 1.0
    assert right.at_10 == pytest.approx(2 / 5)  # 2 of the 5 others have the same label
    assert wrong.at_1 == 0.0
    assert (right.n_labels, right.n_items) == (2, 6)
