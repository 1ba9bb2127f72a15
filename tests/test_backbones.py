import dataclasses
import hashlib
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from drawing import noise
from safetensors.torch import save_file
from torch import Tensor, nn
from torchvision import models

from similarity import errors
from similarity.datatypes import WeightsInfo
from similarity.models import weights
from similarity.models.embedder import BackboneEmbedder, Embedder, embed, load_embedder
from similarity.models.embedder import load_recorded_embedder as load_recorded
from similarity.models.preprocessing import Preprocessing
from similarity.models.registry import (
    RULE_BREAKERS,
    get_backbone,
    torchvision_names,
    without_parameters,
)
from similarity.models.weights import torch_home_file

SMALL = "mobilenet_v3_small"

LARGE = 100_000_000
"""Bytes of weights from which on only shapes are computed."""

ROUNDING = 1e-5
"""Share of the longest component by which embeddings of one picture may differ: float32 keeps 7
digits, and a sum over some thousand products in another order costs less than two of them."""


def random_state(name: str = SMALL, seed: int = 0) -> dict[str, Tensor]:
    torch.manual_seed(seed)
    return dict(get_backbone(name).build().state_dict())


def save_pth(path: Path, state: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, path)
    return path


@pytest.fixture(autouse=True)
def _no_weights_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pth(tmp_path_factory.mktemp("weights") / "small.pth", random_state())


@pytest.mark.parametrize(
    ("name", "dim", "weights_name"),
    [
        ("efficientnet_lite0", 1280, "efficientnet-lite0-57934424"),
        ("resnet50", 2048, "ResNet50_Weights.IMAGENET1K_V2"),
        ("resnet18", 512, "ResNet18_Weights.IMAGENET1K_V1"),
        ("vgg16", 4096, "VGG16_Weights.IMAGENET1K_V1"),
        ("mobilenet_v2", 1280, "MobileNet_V2_Weights.IMAGENET1K_V1"),
        ("convnext_tiny", 768, "ConvNeXt_Tiny_Weights.IMAGENET1K_V1"),
        ("mobilenet_v3_small", 1024, "MobileNet_V3_Small_Weights.IMAGENET1K_V1"),
    ],
)
def test_registry_knows_dim_and_weights(name: str, dim: int, weights_name: str) -> None:
    backbone = get_backbone(name)
    assert backbone.dim == dim
    assert backbone.published.name == weights_name


def test_every_classifier_of_torchvision_is_a_backbone_or_said_not_to_be() -> None:
    listed = set(models.list_models(module=models))
    assert set(torchvision_names()) | set(RULE_BREAKERS) == listed
    assert not set(torchvision_names()) & set(RULE_BREAKERS)
    with pytest.raises(errors.UnknownBackboneError, match=r"last layer is a convolution"):
        get_backbone("squeezenet1_0")


@pytest.mark.parametrize("name", ["efficientnet_lite0", *torchvision_names()])
def test_classifier_gives_its_declared_dims(name: str) -> None:
    """The rule, on each: large ones compute shapes only."""
    backbone = get_backbone(name)
    crop = backbone.preprocessing.crop
    if backbone.published.download_bytes > LARGE:
        with without_parameters():
            network = backbone.build().eval()
        network.set_submodule(backbone.last_layer, nn.Identity())
        with torch.inference_mode():
            shape = network.to("meta")(torch.empty(2, 3, crop, crop, device="meta")).shape
        assert shape == (2, backbone.dim)
        return
    torch.manual_seed(0)
    state = dict(backbone.build().state_dict())
    info = WeightsInfo("random", "random.pth", "00" * 32, verified=False)
    embedder = BackboneEmbedder(backbone, weights.Checkpoint(info, state, {}))
    embeddings = embed(embedder, [noise(1, (300, 500))])
    assert embeddings.shape == (1, backbone.dim)
    assert embeddings.dtype == np.float32
    assert np.isfinite(embeddings).all()
    assert embedder.classify(embeddings, 1)[0][0][0] in backbone.categories


def test_embedder_gives_what_feeds_the_removed_layer(tmp_path: Path) -> None:
    """The full network of torchvision, on torchvision's own preset, must agree."""
    state = random_state("resnet18")
    network = get_backbone("resnet18").build().eval()
    network.load_state_dict(state)
    image = noise(3, (320, 260))
    with torch.inference_mode():
        batch = models.ResNet18_Weights.IMAGENET1K_V1.transforms()(image)[None]
        logits = network(batch).softmax(dim=1)[0]
    embedder = load_embedder("resnet18", save_pth(tmp_path / "r.pth", state))
    classes = embedder.classify(embed(embedder, [image]), top=1)[0]
    best = int(logits.argmax())
    assert classes[0][0] == models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"][best]
    assert classes[0][1] == pytest.approx(float(logits[best]), rel=0.02)


@pytest.mark.parametrize("name", torchvision_names())
def test_preprocessing_is_the_weights_own_preset(name: str) -> None:
    backbone = get_backbone(name)
    image = noise(5, (330, 270))
    ours = backbone.preprocessing([image])[0]
    preset = models.get_weight(backbone.published.name).transforms()(image)
    assert ours.shape == preset.shape
    assert float((ours - preset).abs().mean()) < 0.02


def test_resnet50_preset_differs_from_resnet18() -> None:
    assert get_backbone("resnet50").preprocessing.resize == 232
    assert get_backbone("resnet18").preprocessing.resize == 256


@pytest.mark.parametrize("name", [SMALL, "resnet18"])
def test_embedder_equals_the_network_as_torchvision_has_it(name: str, tmp_path: Path) -> None:
    """Batch norm goes into the convolutions and memory is ordered anew: no number may tell."""
    state = random_state(name)
    for key, value in state.items():
        if key.endswith(("running_mean", "bias")):
            value.normal_(0, 0.1)
        elif value.ndim == 1:
            value.uniform_(0.5, 1.5)
    network = get_backbone(name).build().eval()
    network.load_state_dict(state)
    network.set_submodule(get_backbone(name).last_layer, nn.Identity())
    batch = get_backbone(name).preprocessing([noise(number) for number in range(2)])
    with torch.inference_mode():
        expected = network(batch.contiguous()).numpy()
    given = load_embedder(name, save_pth(tmp_path / "w.pth", state)).forward(batch)
    np.testing.assert_allclose(given, expected, rtol=0, atol=ROUNDING * np.abs(expected).max())


def test_embed_single_equals_batch(small: Path) -> None:
    embedder = load_embedder(SMALL, small)
    images = [noise(number, (100 + 40 * number, 120)) for number in range(4)]
    together = embed(embedder, images)
    for image, row in zip(images, together, strict=True):
        alone = embed(embedder, [image])[0]
        np.testing.assert_allclose(alone, row, rtol=0, atol=ROUNDING * np.abs(row).max())


def test_load_embedder_unknown_name_lists_the_known() -> None:
    with pytest.raises(errors.UnknownBackboneError, match="efficientnet_lite0, resnet50, resnet18"):
        load_embedder("resnet51")


def test_load_embedder_records_file_name_and_digest(small: Path) -> None:
    info = load_embedder(SMALL, small).weights
    assert (info.name, info.file, info.verified) == ("small.pth", "small.pth", False)
    assert info.sha256 == hashlib.sha256(small.read_bytes()).hexdigest()


def test_load_embedder_safetensors_equals_pth(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.safetensors"
    save_file({key: value.contiguous() for key, value in random_state().items()}, path)
    images = [noise(1)]
    same = embed(load_embedder(SMALL, path), images)
    np.testing.assert_array_equal(same, embed(load_embedder(SMALL, small), images))


def test_load_embedder_half_precision_is_near(small: Path, tmp_path: Path) -> None:
    half = {k: v.half() if v.is_floating_point() else v for k, v in random_state().items()}
    embedder = load_embedder(SMALL, save_pth(tmp_path / "half.pth", half))
    image = [noise(2)]
    a, b = embed(embedder, image)[0], embed(load_embedder(SMALL, small), image)[0]
    assert a.dtype == np.float32
    assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.999


def test_load_embedder_metadata_changes_preprocessing(tmp_path: Path) -> None:
    path = tmp_path / "small.safetensors"
    save_file(random_state(), path, {"resize": "182", "crop": "160", "mean": "[0.5, 0.5, 0.5]"})
    preprocessing = load_embedder(SMALL, path).preprocessing
    assert (preprocessing.resize, preprocessing.crop) == (182, 160)
    assert preprocessing.mean == (0.5, 0.5, 0.5)
    assert preprocessing.std == get_backbone(SMALL).preprocessing.std


@pytest.mark.parametrize(
    "metadata", [{"resize": "many"}, {"crop": "400"}, {"mean": "[1]"}, {"interpolation": "magic"}]
)
def test_load_embedder_metadata_nonsense_raises(tmp_path: Path, metadata: dict[str, str]) -> None:
    path = tmp_path / "small.safetensors"
    save_file(random_state(), path, metadata)
    with pytest.raises(errors.CheckpointError, match="metadata that cannot be understood"):
        load_embedder(SMALL, path)


def test_load_embedder_headless_checkpoint_embeds_but_cannot_classify(tmp_path: Path) -> None:
    state = {k: v for k, v in random_state().items() if not k.startswith("classifier.3.")}
    embedder = load_embedder(SMALL, save_pth(tmp_path / "headless.pth", state))
    embeddings = embed(embedder, [noise(0)])
    with pytest.raises(errors.CheckpointError, match="no last layer"):
        embedder.classify(embeddings, 1)


def test_load_embedder_without_batch_counters_is_taken(tmp_path: Path) -> None:
    state = {k: v for k, v in random_state().items() if not k.endswith("num_batches_tracked")}
    embed(load_embedder(SMALL, save_pth(tmp_path / "lean.pth", state)), [noise(0)])


def test_load_embedder_other_architecture_says_which_keys(small: Path) -> None:
    with pytest.raises(
        errors.CheckpointError, match=r"missing \(conv1\.weight.*unknown \(features"
    ):
        load_embedder("resnet18", small)


def test_load_embedder_other_shape_says_which(tmp_path: Path) -> None:
    state = random_state()
    state["features.0.0.weight"] = torch.zeros(16, 4, 3, 3)
    path = save_pth(tmp_path / "wide.pth", state)
    with pytest.raises(errors.CheckpointError, match=r"\(16, 4, 3, 3\) instead of \(16, 3, 3, 3\)"):
        load_embedder(SMALL, path)


@pytest.mark.parametrize("name", ["a.pth", "a.safetensors"])
def test_load_embedder_file_of_something_else_raises(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"these are no weights, but long enough to be looked at")
    with pytest.raises(errors.CheckpointError, match="cannot be read"):
        load_embedder(SMALL, path)


def test_load_embedder_pickled_code_is_not_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "ran",))

    path = save_pth(tmp_path / "trap.pth", Trap())
    with pytest.raises(errors.CheckpointError):
        load_embedder(SMALL, path)
    assert not (tmp_path / "ran").exists()


def test_load_embedder_wrapped_state_says_what_to_save(tmp_path: Path) -> None:
    path = save_pth(tmp_path / "wrapped.pth", {"state_dict": random_state(), "epoch": 3})
    with pytest.raises(errors.CheckpointError, match="state_dict"):
        load_embedder(SMALL, path)


def test_load_embedder_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(errors.WeightsUnavailableError, match="no weights file"):
        load_embedder(SMALL, tmp_path / "gone.pth")


def test_load_embedder_published_weights_are_found_in_torch_home() -> None:
    path = torch_home_file(get_backbone("resnet18").published.file_name)
    save_pth(path, random_state("resnet18"))
    info = load_embedder("resnet18").weights
    assert info.name == "ResNet18_Weights.IMAGENET1K_V1"
    assert info.file == "resnet18-f37072fd.pth"
    assert not info.verified, "random weights must not pass for the published ones"


def test_load_embedder_published_digest_counts_as_verified() -> None:
    path = torch_home_file("tiny.pth")
    data = save_pth(path, random_state()).read_bytes()
    published = f"tiny-{hashlib.sha256(data).hexdigest()[:8]}.pth"
    checkpoint = weights.read_checkpoint(path, published=weights.published_digits(published))
    assert checkpoint.info.verified


def test_load_embedder_takes_other_published_weights_by_their_full_name() -> None:
    save_pth(torch_home_file("resnet50-0676ba61.pth"), random_state("resnet50"))
    name = "ResNet50_Weights.IMAGENET1K_V1"
    embedder = load_embedder("resnet50", Path(name))
    assert (embedder.weights.name, embedder.preprocessing.resize) == (name, 256)
    assert load_recorded("resnet50", embedder.weights).preprocessing.resize == 256


def test_load_embedder_weights_of_another_network_are_no_file() -> None:
    with pytest.raises(errors.WeightsUnavailableError, match="no weights file"):
        load_embedder("resnet50", Path("ResNet18_Weights.IMAGENET1K_V1"))


def test_load_embedder_without_network_says_what_to_put_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", no_network)
    with pytest.raises(errors.WeightsUnavailableError) as caught:
        load_embedder("vgg16")
    message = str(caught.value)
    assert "vgg16-397923af.pth (553 MB)" in message
    assert str(torch_home_file(get_backbone("vgg16").published.file_name)) in message
    assert "https://" in message
    assert "\n" not in message


def test_download_is_hash_checked(tmp_path: Path) -> None:
    """A file on this machine stands for the publisher's; its first name has other digits."""
    served = save_pth(tmp_path / "served" / "resnet18-00000000.pth", random_state("resnet18"))
    path = tmp_path / "torch" / "resnet18-00000000.pth"
    with pytest.raises(errors.WeightsUnavailableError, match="invalid hash value"):
        weights.download(served.as_uri(), path, 45_000_000)
    assert not path.exists()
    digits = hashlib.sha256(served.read_bytes()).hexdigest()[:8]
    good = served.rename(served.with_name(f"resnet18-{digits}.pth"))
    path = tmp_path / "torch" / good.name
    weights.download(good.as_uri(), path, 45_000_000)
    assert path.read_bytes() == good.read_bytes()


def test_load_recorded_finds_the_file_by_digest(small: Path, tmp_path: Path) -> None:
    recorded = load_embedder(SMALL, small).weights
    renamed = tmp_path / "renamed.pth"
    renamed.write_bytes(small.read_bytes())
    assert load_recorded(SMALL, recorded, [renamed]).weights.sha256 == recorded.sha256
    in_home = weights.torch_home_file(recorded.file)
    in_home.parent.mkdir(parents=True)
    in_home.write_bytes(small.read_bytes())
    assert load_recorded(SMALL, recorded).weights == recorded


def test_load_recorded_missing_or_other_file_raises(small: Path, tmp_path: Path) -> None:
    recorded = load_embedder(SMALL, small).weights
    with pytest.raises(errors.WeightsUnavailableError, match=r"small\.pth .*--weights"):
        load_recorded(SMALL, recorded)
    other = save_pth(tmp_path / "other.pth", random_state(seed=1))
    with pytest.raises(errors.ArtifactMismatchError, match=r"other\.pth is another file"):
        load_recorded(SMALL, recorded, [other])


def test_preprocessing_survives_json() -> None:
    preprocessing = get_backbone("resnet50").preprocessing
    values = json.loads(json.dumps(dataclasses.asdict(preprocessing)))
    assert Preprocessing.from_json(values) == preprocessing


def test_backbone_embedder_is_an_embedder(small: Path) -> None:
    embedder: Embedder = load_embedder(SMALL, small)
    assert isinstance(embedder, BackboneEmbedder)
    assert (embedder.name, embedder.dim) == (SMALL, 1024)
