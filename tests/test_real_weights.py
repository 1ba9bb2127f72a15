"""The whole path with a real ImageNet network on real photographs, beside the project."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from fakes import ColorEmbedder

from similarity.datatypes import Metric
from similarity.evaluation.precision import choose_items, label_precision
from similarity.evaluation.reembedding import check_backbone
from similarity.evaluation.verification import verify
from similarity.images.decoding import open_kept
from similarity.indexing.pipeline import Settings, build_from_folder
from similarity.models.embedder import embed, load_embedder
from similarity.models.names import DEFAULT_BACKBONE
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact

pytestmark = pytest.mark.weights

WITHOUT = {"BACKGROUND_Google"}


@pytest.fixture(scope="module")
def weights(shared: Path) -> Path:
    return shared / "weights" / "mobilenet_v2-imagenet-fp16.pth"


@pytest.fixture(scope="module")
def artifact(shared: Path, weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    return build_from_folder(
        shared / "photos" / "caltech101",
        tmp_path_factory.mktemp("real") / "caltech101",
        Settings(backbone="mobilenet_v2"),
        lambda: load_embedder("mobilenet_v2", weights),
    ).artifact


def precision_at_10(artifact: Artifact, metric: Metric) -> float:
    items = artifact.collection.items
    chosen = choose_items(items, 20, without=WITHOUT)
    labels = [items[item_id].label for item_id in chosen]
    return label_precision(artifact.embeddings[chosen], labels, metric).at_10


def test_default_network_puts_like_beside_like(shared: Path, tmp_path: Path) -> None:
    """Ten labels, every fifth of the fifty: .944 when this was written."""
    photos = shared / "photos" / "caltech101"
    labels = sorted(path.name for path in photos.iterdir() if path.name not in WITHOUT)[::5]
    built = build_from_folder(
        photos,
        tmp_path / "default",
        Settings(backbone=DEFAULT_BACKBONE),
        lambda: load_embedder(DEFAULT_BACKBONE),
    )
    items = built.artifact.collection.items
    chosen = choose_items(items, 20, only=labels)
    precision = label_precision(
        built.artifact.embeddings[chosen], [items[item_id].label for item_id in chosen], "angular"
    )
    assert (precision.n_labels, precision.n_items) == (10, 200)
    assert precision.at_10 >= 0.93


def test_real_network_puts_like_beside_like(artifact: Artifact) -> None:
    assert artifact.manifest.n_items == 1060
    assert precision_at_10(artifact, "angular") >= 0.73


def test_real_artifact_verifies(artifact: Artifact, weights: Path) -> None:
    checks = list(verify(artifact.folder, partial(check_backbone, weights=[weights])))
    assert all(check.passed for check in checks), checks


def test_real_network_without_normalization_is_worse(artifact: Artifact, weights: Path) -> None:
    """The preset matters: the same network on pixels in [0, 1] finds less."""
    embedder = load_embedder("mobilenet_v2", weights)
    embedder.preprocessing = replace(
        embedder.preprocessing, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)
    )
    items = artifact.collection.items
    chosen = choose_items(items, 8, without=WITHOUT)
    labels = [items[item_id].label for item_id in chosen]
    images = [open_kept(artifact.collection.path_of(items[item_id])) for item_id in chosen]
    raw = np.concatenate([embed(embedder, images[i : i + 50]) for i in range(0, len(images), 50)])
    right = label_precision(artifact.embeddings[chosen], labels, "angular").at_10
    wrong = label_precision(raw, labels, "angular").at_10
    assert wrong < right - 0.05


def test_real_network_names_what_it_sees(shared: Path, weights: Path) -> None:
    embedder = load_embedder("mobilenet_v2", weights)
    picture = shared / "photos" / "imagenet" / "n01440764_tench.jpg"
    classes = embedder.classify(embed(embedder, [open_kept(picture)]), top=1)
    assert classes[0][0][0] == "tench"


def test_real_search_finds_animals_of_the_same_kind(
    artifact: Artifact, weights: Path, shared: Path
) -> None:
    searcher = Searcher(artifact, "angular", load_embedder("mobilenet_v2", weights))
    query = searcher.query_by_picture(shared / "photos" / "imagenet" / "n01440764_tench.jpg")
    result = searcher.search(query, k=5, with_recall=True)
    assert {neighbor.item.label for neighbor in result.neighbors} == {"bass"}
    assert result.recall_at_k == 1.0


def test_color_embedder_is_worse_than_the_network(artifact: Artifact) -> None:
    items = artifact.collection.items
    chosen = choose_items(items, 20, without=WITHOUT)
    labels = [items[item_id].label for item_id in chosen]
    images = [open_kept(artifact.collection.path_of(items[item_id])) for item_id in chosen]
    colors = embed(ColorEmbedder(), images)
    assert label_precision(colors, labels, "angular").at_10 < 0.3
