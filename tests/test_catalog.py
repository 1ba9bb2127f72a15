import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from drawing import RED, encoded, plain
from fakes import ColorEmbedder

from similarity.datatypes import WeightsInfo
from similarity.errors import (
    ArtifactCorruptError,
    ArtifactMismatchError,
    ArtifactNotFoundError,
    WeightsUnavailableError,
)
from similarity.models.embedder import Embedder
from similarity.page.catalog import Catalog
from similarity.search.searcher import Searcher
from similarity.store.artifact import MANIFEST_FILE, Artifact

Result = TypeVar("Result")

RED_PICTURE = encoded(plain(RED), "PNG")


class Loader:
    """Makes embedders slowly and counts them."""

    def __init__(self, failures: int = 0) -> None:
        self.asked: list[tuple[str, Sequence[Path]]] = []
        self.failures = failures

    def __call__(self, name: str, _: WeightsInfo, weights: Sequence[Path]) -> Embedder:
        self.asked.append((name, weights))
        time.sleep(0.05)
        if len(self.asked) <= self.failures:
            raise WeightsUnavailableError("not here yet")
        return ColorEmbedder()


@pytest.fixture
def folder(colors: Artifact, tmp_path: Path) -> Path:
    """A folder of two collections, one of which has no artifact, and of other things."""
    folder = tmp_path / "artifacts"
    shutil.copytree(colors.folder.parent, folder / "colors")
    shutil.copytree(colors.folder.parent, folder / "bare", ignore=lambda *_: ["color"])
    (folder / "weights").mkdir()
    (folder / "notes.txt").write_text("no collection")
    return folder


def folders(catalog: Catalog) -> dict[str, Path]:
    return {name: found.folder for name, found in catalog.collections().items()}


def test_collections_are_those_with_an_artifact(folder: Path) -> None:
    assert folders(Catalog(folder)) == {"colors": folder / "colors"}


def test_collections_of_one_collection_are_itself(folder: Path) -> None:
    assert folders(Catalog(folder / "colors")) == {"colors": folder / "colors"}


def test_collections_appear_without_a_restart(folder: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "later")
    with pytest.raises(ArtifactNotFoundError, match="python -m similarity build PHOTOS --output"):
        catalog.offers("colors")
    shutil.copytree(folder, tmp_path / "later")
    assert [offer.backbone for offer in catalog.offers("colors")] == ["color"]


def test_offers_say_metrics_and_problems(folder: Path) -> None:
    shutil.copytree(folder / "colors" / "color", folder / "colors" / "resnet18")
    (folder / "colors" / "resnet18" / MANIFEST_FILE).write_text("{}")
    bad, good = Catalog(folder).offers("colors")
    assert (good.title, good.metrics, good.problem) == ("color", ("angular",), None)
    assert (bad.title, bad.metrics) == ("ResNet18", ())
    assert "build the artifact again" in str(bad.problem)


@pytest.mark.parametrize("backbone", ["resnet18", "../colors/color", ""])
def test_searcher_of_no_artifact_names_those_there_are(folder: Path, backbone: str) -> None:
    with pytest.raises(ArtifactNotFoundError, match="choose one of color"):
        Catalog(folder).searcher("colors", backbone, "angular")


def test_find_takes_the_first_of_what_is_left_out(folder: Path) -> None:
    catalog = Catalog(folder)
    searcher = catalog.find(None, None, None)
    assert searcher is catalog.searcher("colors", "color", "angular")
    with pytest.raises(ArtifactNotFoundError, match="no metric 'cosine'; choose one of angular"):
        catalog.find(None, None, "cosine")
    with pytest.raises(ArtifactNotFoundError, match="no collection 'bare'"):
        catalog.find("bare", None, None)


def test_searcher_loads_the_network_at_the_first_picture(folder: Path, tmp_path: Path) -> None:
    loader = Loader()
    searcher = Catalog(folder, [tmp_path / "w.pth"], loader).find(None, None, None)
    searcher.search(searcher.query_by_item(0), k=3)
    assert loader.asked == []
    query = searcher.query_by_picture(RED_PICTURE)
    assert query.embedding == pytest.approx([1, 0, 0], abs=0.02)
    assert loader.asked == [("color", (tmp_path / "w.pth",))]


@pytest.mark.parametrize(
    "other",
    [
        {"weights": replace(ColorEmbedder.weights, sha256="ff" * 32)},
        {"preprocessing": replace(ColorEmbedder.preprocessing, crop=8)},
        {"dim": 4},
        {"name": "colour"},
    ],
    ids=["weights", "preprocessing", "dim", "name"],
)
def test_searcher_refuses_another_network_that_was_loaded(
    folder: Path, other: dict[str, Any]
) -> None:
    class Other(ColorEmbedder):
        def __init__(self) -> None:
            super().__init__()
            vars(self).update(other)

    searcher = Catalog(folder, load_embedder=lambda *_: Other()).find(None, None, None)
    for _ in range(2):
        with pytest.raises(ArtifactMismatchError, match="build the artifact again"):
            searcher.query_by_picture(RED_PICTURE)
    assert len(searcher.search(searcher.query_by_item(0), k=2).neighbors) == 2


def test_searcher_is_loaded_once_for_visitors_who_come_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    class SlowSearcher(Searcher):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            made.append(self)
            time.sleep(0.05)
            super().__init__(*arguments, **options)

    monkeypatch.setattr("similarity.page.catalog.Searcher", SlowSearcher)
    loader = Loader()
    catalog = Catalog(folder, load_embedder=loader)
    searchers = at_once(8, lambda: catalog.find(None, None, None))
    assert len({id(searcher) for searcher in searchers}) == 1
    assert len(made) == 1
    at_once(8, lambda: searchers[0].query_by_picture(RED_PICTURE))
    assert len(loader.asked) == 1


def at_once(n: int, task: Callable[[], Result]) -> list[Result]:
    """Run a task in n threads that start together."""
    results: list[Result] = []
    barrier = threading.Barrier(n)

    def run() -> None:
        barrier.wait()
        results.append(task())

    threads = [threading.Thread(target=run) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_searcher_tries_again_after_a_failure(folder: Path) -> None:
    searcher = Catalog(folder, load_embedder=Loader(failures=1)).find(None, None, None)
    with pytest.raises(WeightsUnavailableError):
        searcher.query_by_picture(RED_PICTURE)
    assert searcher.query_by_picture(RED_PICTURE).embedding.shape == (3,)


def test_searcher_of_a_damaged_artifact_is_refused(folder: Path) -> None:
    index = next((folder / "colors" / "color").glob("*.ann"))
    index.write_bytes(index.read_bytes()[:-1])
    with pytest.raises(ArtifactCorruptError, match="bytes instead of"):
        Catalog(folder).find(None, None, None)


def test_offers_come_in_the_order_of_titles_then_by_name(folder: Path) -> None:
    for name in ("vgg16", "efficientnet_lite0", "swin_t"):
        shutil.copytree(folder / "colors" / "color", folder / "colors" / name)
    offers = Catalog(folder).offers("colors")
    names = ["efficientnet_lite0", "vgg16", "color", "swin_t"]
    assert [offer.backbone for offer in offers] == names


def test_searcher_answers_exactly_where_annoy_does_not_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("similarity.page.catalog.find_annoy_problem", lambda: "Annoy is broken.")
    next((folder / "colors" / "color").glob("*.ann")).unlink()
    catalog = Catalog(folder)
    searcher = catalog.find(None, None, None)
    result = searcher.search(searcher.query_by_item(0), k=2, with_recall=True)
    assert catalog.annoy_problem == "Annoy is broken."
    assert (result.recall_at_k, result.n_candidates) == (1, 6)


def test_warm_up_makes_ready_and_loads_the_network(folder: Path) -> None:
    loader = Loader()
    catalog = Catalog(folder, load_embedder=loader)
    ready = [catalog.is_ready]
    catalog.warm_up()
    ready.append(catalog.is_ready)
    assert ready == [False, True]
    assert len(loader.asked) == 1


def test_warm_up_without_weights_is_ready_and_logs_why(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = Catalog(folder, load_embedder=Loader(failures=1))
    catalog.warm_up()
    assert catalog.is_ready
    assert "not here yet" in caplog.text


def test_warm_up_without_artifact_is_not_ready(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    catalog.warm_up()
    assert not catalog.is_ready
