import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fakes import ColorEmbedder

from similarity.ann.annoy_index import build_index
from similarity.ann.graph import save_graph
from similarity.evaluation import reembedding
from similarity.evaluation.reembedding import check_backbone
from similarity.evaluation.verification import verify
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.store.artifact import Artifact, describe_file


@pytest.fixture(autouse=True)
def _color_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reembedding, "load_recorded_embedder", lambda *_: ColorEmbedder())


def failed(folder: Path) -> dict[str, str]:
    checks = verify(folder, check_backbone)
    return {check.subject: check.finding for check in checks if not check.passed}


def replace_file(artifact: Artifact, name: str, data: bytes) -> None:
    """Change a file and make the manifest agree, as a careful forger would."""
    path = artifact.folder / name
    path.write_bytes(data)
    entry = describe_file(path)
    manifest = artifact.folder / "manifest.json"
    values = json.loads(manifest.read_text())
    values["files"][name] = {"bytes": entry.bytes, "sha256": entry.sha256}
    manifest.write_text(json.dumps(values))


@pytest.mark.parametrize("metric", ["angular", "euclidean", "manhattan", "dot"])
def test_verify_finds_nothing_wrong(build_colors: Callable[..., Artifact], metric: str) -> None:
    artifact = build_colors(metrics=(metric,))
    checks = verify(artifact.folder.parent, check_backbone)
    assert [check.subject for check in checks] == [
        "color",
        "color, pictures",
        "color, embeddings",
        f"color, {metric} index",
        "color, backbone",
    ]
    assert not failed(artifact.folder)


def test_verify_missing_and_damaged_pictures_are_found(colors: Artifact) -> None:
    path = colors.collection.path_of(colors.collection.items[2])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "truncated" in failed(colors.folder)["color, pictures"]
    path.unlink()
    assert "cannot be read" in failed(colors.folder)["color, pictures"]


def test_verify_index_of_other_vectors_is_found(colors: Artifact, tmp_path: Path) -> None:
    name = colors.index_entry("angular").file
    rng = np.random.default_rng(0)
    other = rng.normal(size=(6, 3)).astype("f4")
    build_index(tmp_path / "o.ann", [other], dim=3, metric="angular", n_trees=3, seed=0)
    replace_file(colors, name, (tmp_path / "o.ann").read_bytes())
    assert "holds other vectors" in failed(colors.folder)["color, angular index"]


def test_verify_embeddings_of_other_pictures_are_found(colors: Artifact, tmp_path: Path) -> None:
    np.save(tmp_path / "e.npy", np.ascontiguousarray(colors.embeddings[::-1]))
    replace_file(colors, "embeddings.npy", (tmp_path / "e.npy").read_bytes())
    found = failed(colors.folder)
    assert "embeds to another vector" in found["color, backbone"]


def test_verify_not_finite_embeddings_are_found(colors: Artifact, tmp_path: Path) -> None:
    embeddings = colors.embeddings.copy()
    embeddings[4, 1] = np.nan
    np.save(tmp_path / "e.npy", embeddings)
    replace_file(colors, "embeddings.npy", (tmp_path / "e.npy").read_bytes())
    assert "first of item 4" in failed(colors.folder)["color, embeddings"]


def test_verify_other_preprocessing_is_found(colors: Artifact) -> None:
    manifest = colors.folder / "manifest.json"
    values = json.loads(manifest.read_text())
    values["preprocessing"]["crop"] = 8
    manifest.write_text(json.dumps(values))
    assert "preprocessing" in failed(colors.folder)["color, backbone"]


def test_verify_projection_of_other_rows_is_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    settings = Settings(backbone="given", n_trees=3, n_components=4)
    for name in "ab":
        np.save(tmp_path / f"{name}.npy", rng.standard_normal((40, 12)).astype(np.float32))
        build_from_embeddings(tmp_path / f"{name}.npy", tmp_path / name, settings)
    first, second = (Artifact.load(tmp_path / name / "given") for name in "ab")
    assert not failed(first.folder)
    own, other = (artifact.index_entry("angular").files[1] for artifact in (first, second))
    replace_file(first, own, (second.folder / other).read_bytes())
    assert "holds other vectors" in failed(first.folder)["given, angular index"]


def test_verify_graph_that_leads_elsewhere_is_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.save(tmp_path / "rows.npy", rng.standard_normal((2000, 12)).astype(np.float32))
    settings = Settings(
        backbone="given", n_trees=3, n_components=6, degree=8, search_k=10, rerank=40
    )
    artifact = build_from_embeddings(tmp_path / "rows.npy", tmp_path / "out", settings)
    assert not failed(artifact.folder)
    described = artifact.index_entry("angular").graph
    assert described is not None
    save_graph(tmp_path / "other", rng.integers(2000, size=(2000, 8)).astype(np.int32))
    replace_file(artifact, described.file, (tmp_path / "other").read_bytes())
    found = failed(artifact.folder)["given, angular index"]
    assert "of the nearest items, and found" in found
