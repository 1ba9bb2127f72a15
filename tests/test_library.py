import re
import runpy
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from fakes import ColorEmbedder

import similarity
from similarity import errors
from similarity.datatypes import METRICS
from similarity.models import embedder
from similarity.models.names import DEFAULT_BACKBONE
from similarity.store.artifact import Artifact

UNKNOWN: Any = "hamming"


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the network of `colors` was asked for with, each time that it was loaded."""
    loads: list[tuple[Any, ...]] = []

    def load(*arguments: Any) -> ColorEmbedder:
        loads.append(arguments)
        return ColorEmbedder()

    monkeypatch.setattr(embedder, "load_recorded_embedder", load)
    return loads


def test_all_names_what_is_there_and_every_error() -> None:
    for name in similarity.__all__:
        assert getattr(similarity, name) is not None
    tree = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert tree < set(similarity.__all__)
    library = {"Searcher", "__version__", "build", "load_embedder", "open_collection"}
    assert set(similarity.__all__) == tree | library
    assert set(similarity.__all__) < set(dir(similarity))
    assert similarity.ImageError is errors.ImageError


def test_name_that_is_not_there_is_an_attribute_error() -> None:
    name = "nonsense"
    with pytest.raises(AttributeError, match="module 'similarity' has no attribute 'nonsense'"):
        getattr(similarity, name)


def test_open_collection_answers_and_loads_the_network_once(
    colors: Artifact, photos: Path, loads: list[tuple[Any, ...]]
) -> None:
    searcher = similarity.open_collection(colors.folder.parent, weights="color.none", device="cpu")
    by_item = searcher.search(searcher.query_by_item(0), 2)
    assert [neighbor.item.caption for neighbor in by_item.neighbors] == ["blue/b.png", "red/c.png"]
    assert loads == []
    picture = photos / "blue" / "a.png"
    threads = [
        threading.Thread(target=searcher.query_by_picture, args=(picture,)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    query = searcher.query_by_picture(picture)
    assert query.item == colors.collection.items[0]
    ((name, recorded, weights, device),) = loads
    assert (name, recorded) == ("color", colors.manifest.weights)
    assert (weights, device.type) == ([Path("color.none")], "cpu")


def test_open_collection_takes_an_artifact_a_backbone_and_a_metric(
    build_colors: Callable[..., Artifact],
) -> None:
    artifact = build_colors(metrics=METRICS)
    searcher = similarity.open_collection(str(artifact.folder), "color", "dot")
    assert (searcher.metric, searcher.artifact.folder) == ("dot", artifact.folder)


def test_open_collection_that_cannot_be_opened_says_why(colors: Artifact) -> None:
    folder = colors.folder.parent
    with pytest.raises(similarity.ArtifactNotFoundError, match="There is no artifact in"):
        similarity.open_collection(folder / "gone")
    with pytest.raises(similarity.ArtifactNotFoundError, match="no artifact of vgg16"):
        similarity.open_collection(folder, "vgg16")
    with pytest.raises(similarity.ArtifactNotFoundError, match="no dot index, only angular"):
        similarity.open_collection(folder, metric="dot")
    with pytest.raises(similarity.QueryError, match="no metric 'hamming'; choose of angular, "):
        similarity.open_collection(folder, metric=UNKNOWN)
    with pytest.raises(similarity.HubError, match="names no repository on the Hub"):
        similarity.open_collection("hf://nobody")


def test_build_that_cannot_be_made_says_why(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(similarity.QueryError, match="no metric 'hamming'"):
        similarity.build(photos, tmp_path / "out", metrics=UNKNOWN)
    with pytest.raises(similarity.UnknownBackboneError, match="no backbone 'resnet51'"):
        similarity.build(photos, tmp_path / "out", backbone="resnet51")
    with pytest.raises(similarity.CollectionError, match="There is no folder"):
        similarity.build(tmp_path / "gone", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_example_of_the_readme_runs(
    photos: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the network that comes with the installation."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n([^`]*similarity\.build[^`]*)```", readme)
    monkeypatch.chdir(photos.parent)
    (photos / "red" / "b.png").rename("cat.jpg")
    Path("example.py").write_text(example.replace("k=12", "k=4"))
    runpy.run_path("example.py")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines] == ["1", "2", "3", "4"]
    assert {line[1] for line in lines} <= {"blue", "green", "red"}
    similarities = [float(line[2]) for line in lines]
    assert similarities == sorted(similarities, reverse=True)
    skipped = similarity.build("photos", "collection", metrics="dot").skipped
    assert skipped == []
    assert similarity.open_collection("collection", metric="dot").n_items == 5


def test_load_embedder_gives_what_an_artifact_holds(photos: Path, tmp_path: Path) -> None:
    built = similarity.build(photos, tmp_path / "out", metrics=["angular"])
    assert [skipped.file for skipped in built.skipped] == ["green/notes.txt"]
    searcher = similarity.open_collection(tmp_path / "out")
    network = similarity.load_embedder(device="cpu")
    assert network.name == DEFAULT_BACKBONE
    query = searcher.query_by_picture(photos / "red" / "a.png")
    assert query.picture is not None
    (embedding,) = network.forward(network.preprocessing([query.picture.rgb]))
    np.testing.assert_array_equal(embedding, query.embedding)
