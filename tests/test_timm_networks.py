"""Networks of timm, with random weights in files: no Hub is within reach of the tests."""

import sys
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from drawing import noise

from similarity import errors
from similarity.indexing.pipeline import Settings, build_from_folder
from similarity.models.embedder import embed, load_embedder, load_recorded_embedder
from similarity.models.timm_networks import digest_of
from similarity.search.searcher import Searcher, check_embedder
from similarity.store.artifact import Artifact, find_artifact

CONVOLUTIONAL = "resnet10t.c3_in1k"
TRANSFORMER = "vit_tiny_patch16_224.augreg_in21k_ft_in1k"


@pytest.fixture(params=[CONVOLUTIONAL, TRANSFORMER])
def name(request: pytest.FixtureRequest) -> str:
    made: str = request.param
    return made


@pytest.fixture
def weights(name: str, tmp_path: Path) -> Path:
    """A whole classifier's random weights, as timm saves them."""
    torch.manual_seed(0)
    path = tmp_path / "random.pth"
    torch.save(timm.create_model(name, pretrained=False).state_dict(), path)
    return path


def test_embedder_gives_what_timm_gives_before_its_last_layer(name: str, weights: Path) -> None:
    network = timm.create_model(name, pretrained=False).eval()
    network.load_state_dict(torch.load(weights, weights_only=True))
    config = timm.data.resolve_model_data_config(network)
    image = noise(3, (320, 260))
    batch = timm.data.create_transform(**config, is_training=False)(image)[None]
    with torch.inference_mode():
        expected = network.forward_head(network.forward_features(batch), pre_logits=True)[0]
    embedder = load_embedder(f"timm/{name}", weights)
    given = embed(embedder, [image])[0]
    assert given.shape == (embedder.dim,) == expected.shape
    cosine = given @ expected.numpy() / np.linalg.norm(given) / np.linalg.norm(expected)
    assert cosine > 0.999


def test_built_artifact_records_timm_and_is_searched_by_the_same_weights(
    name: str, weights: Path, photos: Path, tmp_path: Path
) -> None:
    backbone = f"timm/{name}"
    output = tmp_path / "built"
    settings = Settings(backbone=backbone)
    build_from_folder(photos, output, settings, lambda: load_embedder(backbone, weights))
    folder = find_artifact(output, backbone)
    assert folder.name == f"timm--{name}"
    artifact = Artifact.load(folder)
    manifest = artifact.manifest
    assert manifest.backbone == backbone
    assert manifest.libraries["timm"] == timm.__version__
    embedder = load_recorded_embedder(backbone, manifest.weights, [weights])
    check_embedder(artifact, embedder)
    searcher = Searcher(artifact, "angular", embedder)
    result = searcher.search(searcher.query_by_picture(photos / "red" / "b.png"), k=2)
    assert result.query_item is not None
    assert result.query_item.item_id == 4


def test_published_weights_are_recorded_by_the_digest_of_their_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(0)
    network: torch.nn.Module = timm.create_model(CONVOLUTIONAL, pretrained=False, num_classes=0)

    def create_model(name: str, *, pretrained: bool, num_classes: int) -> torch.nn.Module:
        assert (name, pretrained, num_classes) == (CONVOLUTIONAL, True, 0)
        return network

    monkeypatch.setattr(timm, "create_model", create_model)
    info = load_embedder(f"timm/{CONVOLUTIONAL}").weights
    assert info.sha256 == digest_of(network.state_dict())
    assert load_recorded_embedder(f"timm/{CONVOLUTIONAL}", info).weights == info
    with torch.no_grad():
        next(network.parameters()).add_(1)
    with pytest.raises(errors.ArtifactMismatchError, match="as it was published is another file"):
        load_recorded_embedder(f"timm/{CONVOLUTIONAL}", info)


def test_weights_out_of_reach_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def create_model(*_: object, **__: object) -> None:
        raise FileNotFoundError("An error happened while locating the file. Check this and that.")

    monkeypatch.setattr(timm, "create_model", create_model)
    with pytest.raises(errors.WeightsUnavailableError, match=r"locating the file\): try again"):
        load_embedder(f"timm/{CONVOLUTIONAL}")


def test_unknown_network_says_where_the_known_are_listed() -> None:
    with pytest.raises(errors.UnknownBackboneError, match=r"timm\.list_pretrained"):
        load_embedder("timm/no_such_network")


def test_file_of_another_network_says_which_keys(weights: Path) -> None:
    with pytest.raises(errors.CheckpointError, match="missing"):
        load_embedder("timm/mobilenetv3_small_050.lamb_in1k", weights)


def test_without_timm_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(errors.BackboneError, match="pip install timm"):
        load_embedder(f"timm/{CONVOLUTIONAL}")


def test_preprocessing_of_a_kind_that_is_not_done_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "random.pth"
    torch.save(timm.create_model(CONVOLUTIONAL, pretrained=False).state_dict(), path)
    found = timm.data.resolve_model_data_config

    def squashed(network: torch.nn.Module) -> dict[str, object]:
        return {**found(network), "crop_mode": "squash"}

    monkeypatch.setattr(timm.data, "resolve_model_data_config", squashed)
    with pytest.raises(errors.BackboneError, match="crop mode 'squash'"):
        load_embedder(f"timm/{CONVOLUTIONAL}", path)
