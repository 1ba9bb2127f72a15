"""The default backbone: its architecture, its checkpoint, and what it sees."""

from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import ROOT
from drawing import noise
from torch import Tensor, nn
from torch.nn import functional

from similarity import errors
from similarity.images.decoding import open_kept
from similarity.models import efficientnet_lite, registry
from similarity.models.embedder import embed, load_embedder
from similarity.models.embedding import embed_files
from similarity.models.names import DEFAULT_BACKBONE
from similarity.models.weights import PackagedWeights

SCENES = ROOT / "index_artifacts" / "scenes" / "images"


def checkpoint() -> dict[str, Tensor]:
    """The published parameters, under their own names."""
    path = registry.get_backbone(DEFAULT_BACKBONE).published.path
    assert path is not None
    state: dict[str, Tensor] = torch.load(path, weights_only=True)
    return state


def pad_as_tensorflow(batch: Tensor, kernel: int, stride: int) -> Tensor:
    """Pad as "same" is defined: so that the output is the input's side by stride, rounded up."""
    side = batch.shape[-1]
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    before, after = total // 2, total - total // 2
    return functional.pad(batch, (before, after, before, after))


@pytest.mark.parametrize(
    ("ours", "theirs", "stride"),
    [
        ("stem.0", "_conv_stem", 2),
        ("blocks.1.depthwise.0", "_blocks.1._depthwise_conv", 2),
        ("blocks.3.depthwise.0", "_blocks.3._depthwise_conv", 2),
        ("blocks.4.depthwise.0", "_blocks.4._depthwise_conv", 1),
    ],
)
def test_convolution_pads_as_tensorflow_does(ours: str, theirs: str, stride: int) -> None:
    network = efficientnet_lite.EfficientNetLite0()
    network.load_state_dict(efficientnet_lite.read_state(checkpoint()))
    layer = network.get_submodule(ours)
    assert isinstance(layer, nn.Conv2d)
    kernel = checkpoint()[f"{theirs}.weight"]
    batch = torch.randn(2, layer.in_channels, 24, 24)
    padded = pad_as_tensorflow(batch, kernel.shape[-1], stride)
    expected = functional.conv2d(padded, kernel, stride=stride, groups=layer.groups)
    torch.testing.assert_close(layer(batch), expected, rtol=1e-4, atol=1e-4)


def test_state_of_the_network_itself_is_read_as_it_is() -> None:
    state = efficientnet_lite.EfficientNetLite0().state_dict()
    read = efficientnet_lite.read_state(state)
    assert list(read) == list(state)
    assert all(read[name] is value for name, value in state.items())


def test_weights_are_the_published_ones() -> None:
    info = load_embedder(DEFAULT_BACKBONE).weights
    assert (info.name, info.verified) == ("efficientnet-lite0-57934424", True)
    assert info.sha256.startswith("579344248a93")


def test_missing_package_is_named_in_one_sentence() -> None:
    gone = PackagedWeights("gone", "no-such-package-is-installed", "1.0", "gone.pth", "00" * 32)
    with pytest.raises(errors.WeightsUnavailableError, match=r"no-such-package-is-installed==1\.0"):
        gone.read()


def test_packaged_file_that_was_changed_is_refused() -> None:
    published = registry.get_backbone(DEFAULT_BACKBONE).published
    assert isinstance(published, PackagedWeights)
    changed = PackagedWeights(
        published.name, published.package, published.version, published.file_name, "00" * 32
    )
    with pytest.raises(errors.CheckpointError, match="not the file that was published"):
        changed.read()


@pytest.mark.parametrize(
    ("picture", "name"),
    [
        ("lighthouse/lighthouse-10.jpg", "beacon"),
        ("castle/castle-23.jpg", "castle"),
        ("stone-bridge/stone-bridge-13.jpg", "viaduct"),
        ("table-lamp/table-lamp-04.jpg", "table lamp"),
    ],
)
def test_rendered_pictures_are_taken_for_what_they_show(picture: str, name: str) -> None:
    embedder = load_embedder(DEFAULT_BACKBONE)
    classes = embedder.classify(embed(embedder, [open_kept(SCENES / picture)]), top=1)
    assert classes[0][0][0] == name


@pytest.mark.weights
def test_photographs_of_imagenet_are_named_right(shared: Path) -> None:
    """One of each of 500 classes: .788 were named right when this was written."""
    embedder = load_embedder(DEFAULT_BACKBONE)
    files = sorted((shared / "photos" / "imagenet").glob("*.jpg"))
    embeddings = np.concatenate(list(embed_files(embedder, files, embedder.batch_size)))
    named = embedder.classify(embeddings, top=1)
    shown = [file.stem.partition("_")[2].replace("_", " ").lower() for file in files]
    right = sum(best[0][0].lower() == name for best, name in zip(named, shown, strict=True))
    assert len(files) == 500
    assert right >= 385


def test_embeddings_are_what_the_last_activation_lets_through() -> None:
    embeddings = embed(load_embedder(DEFAULT_BACKBONE), [noise(1, (300, 500))])
    assert embeddings.shape == (1, 1280)
    assert embeddings.min() >= 0
    assert embeddings.max() <= 6
