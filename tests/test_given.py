import json
from pathlib import Path

import numpy as np
import pytest

from similarity import errors
from similarity.__main__ import main
from similarity.evaluation.verification import verify
from similarity.indexing import vectors as given
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.models.embedder import load_recorded_embedder
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact

GIVEN = Settings(backbone="given", n_components=4, n_trees=3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = np.random.default_rng(0).standard_normal((60, 12)).astype(np.float32)
    np.save(tmp_path / "rows.npy", rows)
    return tmp_path / "rows.npy"


def test_build_from_embeddings_keeps_the_rows_and_answers(file: Path, tmp_path: Path) -> None:
    artifact = build_from_embeddings(file, tmp_path / "out", GIVEN)
    np.testing.assert_array_equal(artifact.embeddings, np.load(file))
    searcher = Searcher(artifact, "angular")
    result = searcher.search(searcher.query_by_item(7), 5, with_recall=True)
    assert result.recall_at_k == 1.0
    assert result.neighbors[0].item.caption == f"row {result.neighbors[0].item.item_id}"
    assert all(check.passed for check in verify(tmp_path / "out"))


def test_build_from_embeddings_takes_labels_and_captions(file: Path, tmp_path: Path) -> None:
    items = tmp_path / "items.jsonl"
    items.write_text("".join(json.dumps({"label": f"l{i % 3}"}) + "\n" for i in range(60)))
    artifact = build_from_embeddings(file, tmp_path / "out", GIVEN, items)
    assert artifact.collection.labels == {"l0": 20, "l1": 20, "l2": 20}
    assert artifact.collection.items[5].label == "l2"


def test_build_from_embeddings_block_by_block_gives_the_same(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build_from_embeddings(file, tmp_path / "whole", GIVEN)
    monkeypatch.setattr(given, "_BLOCK", 7)
    parts = build_from_embeddings(file, tmp_path / "parts", GIVEN)
    assert parts.manifest.files == whole.manifest.files
    assert parts.collection.items == whole.collection.items


@pytest.mark.parametrize("dtype", ["float16", "float64", "int8"])
def test_build_from_embeddings_other_numbers_become_float32(tmp_path: Path, dtype: str) -> None:
    rows = np.random.default_rng(0).integers(-9, 9, (20, 6)).astype(dtype)
    np.save(tmp_path / "rows.npy", rows)
    artifact = build_from_embeddings(tmp_path / "rows.npy", tmp_path / "out", GIVEN)
    assert artifact.embeddings.dtype == np.float32
    np.testing.assert_array_equal(artifact.embeddings, rows)


def test_build_from_embeddings_second_metric_is_added(file: Path, tmp_path: Path) -> None:
    build_from_embeddings(file, tmp_path / "out", GIVEN)
    dot = Settings(backbone="given", metrics=("dot",))
    artifact = build_from_embeddings(file, tmp_path / "out", dot)
    assert list(artifact.manifest.indexes) == ["angular", "dot"]
    with pytest.raises(errors.ArtifactExistsError, match="indexed by dot already"):
        build_from_embeddings(file, tmp_path / "out", dot)


def test_build_from_embeddings_other_rows_need_force(file: Path, tmp_path: Path) -> None:
    build_from_embeddings(file, tmp_path / "out", GIVEN)
    np.save(file, np.eye(5, dtype=np.float32))
    with pytest.raises(errors.ArtifactExistsError, match=r"60 other items than the 5 rows"):
        build_from_embeddings(file, tmp_path / "out", GIVEN)
    forced = Settings(backbone="given", force=True)
    assert build_from_embeddings(file, tmp_path / "out", forced).manifest.n_items == 5


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(5, np.float32), r"float32 of shape \(5,\); expected one matrix"),
        (np.zeros((3, 2), np.complex64), "complex64"),
        (np.zeros((0, 2), np.float32), "at least one row"),
        (np.array([[1, 2], [np.nan, 1]]), "row 1 holds a number that is not finite"),
        (np.array([[1e300, 2]]), "row 0 holds a number that is not finite in float32"),
    ],
)
def test_build_from_embeddings_unusable_rows_raise(
    tmp_path: Path, array: np.ndarray, words: str
) -> None:
    np.save(tmp_path / "rows.npy", array)
    with pytest.raises(errors.CollectionError, match=words):
        build_from_embeddings(tmp_path / "rows.npy", tmp_path / "out", GIVEN)
    assert not (tmp_path / "out").exists()


def test_build_from_embeddings_unusable_files_raise(file: Path, tmp_path: Path) -> None:
    with pytest.raises(errors.CollectionError, match=r"none\.npy is not a NumPy file that can"):
        build_from_embeddings(tmp_path / "none.npy", tmp_path / "out", GIVEN)
    items = tmp_path / "items.jsonl"
    with pytest.raises(errors.CollectionError, match="cannot be read"):
        build_from_embeddings(file, tmp_path / "out", GIVEN, items)
    items.write_text("{}\n" * 59)
    with pytest.raises(errors.CollectionError, match="59 lines for 60 rows"):
        build_from_embeddings(file, tmp_path / "out", GIVEN, items)
    items.write_text("{}\n" * 59 + '{"label": 3}\n')
    with pytest.raises(errors.CollectionError, match="line 60 is not like"):
        build_from_embeddings(file, tmp_path / "out", GIVEN, items)


def test_given_embeddings_have_no_picture_and_no_network(file: Path, tmp_path: Path) -> None:
    artifact = build_from_embeddings(file, tmp_path / "out", GIVEN)
    assert not artifact.collection.has_pictures
    with pytest.raises(errors.CollectionError, match=r"Item 0 .* has no picture"):
        artifact.collection.path_of(artifact.collection.items[0])
    with pytest.raises(errors.BackboneError, match=r"came in rows\.npy"):
        load_recorded_embedder(artifact.manifest.backbone, artifact.manifest.weights)


def test_command_line_builds_given_embeddings(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["similarity", "build", "--embeddings", str(file), "--output", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", [*command, "--project", "5", "--metric", "euclidean"])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 0
    assert "60 items, 12 dims\neuclidean: 10 trees" in capsys.readouterr().out
    entry = Artifact.load(tmp_path / "out" / "given").index_entry("euclidean")
    assert entry.projection is not None
    assert entry.projection.n_components == 5
