"""What the page and programs are offered when something is damaged, new or replaced."""

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drawing import plain, save
from fakes import ColorEmbedder
from starlette.applications import Starlette
from starlette.testclient import TestClient

from similarity.datatypes import METRICS
from similarity.errors import ArtifactCorruptError, ArtifactError
from similarity.indexing.pipeline import Settings, build_backbone, build_from_folder
from similarity.page.catalog import Catalog
from similarity.page.handlers import Handlers
from similarity.page.links import read_choice
from similarity.page.preparation import Preparations
from similarity.page.queries import Queries
from similarity.page.routes import Routes
from similarity.store import files, watch
from similarity.store.artifact import MANIFEST_FILE, Artifact
from similarity.store.collection import INFO_FILE, ITEMS_FILE, Collection


def make_catalog(folder: Path) -> Catalog:
    return Catalog(folder, load_embedder=lambda *_: ColorEmbedder())


def handlers_of(catalog: Catalog) -> Any:
    return Handlers(catalog, Queries(), Preparations(), lambda _: b"")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def damage_info(collection: Path) -> None:
    (collection / INFO_FILE).write_text("{}")


def damage_items(collection: Path) -> None:
    truncate(collection / ITEMS_FILE)


def lose_items(collection: Path) -> None:
    (collection / ITEMS_FILE).unlink()


def hide_items(collection: Path) -> None:
    """Put something there that cannot be read, whoever asks."""
    lose_items(collection)
    (collection / ITEMS_FILE).mkdir()


def damage_manifest(collection: Path) -> None:
    (collection / "color" / MANIFEST_FILE).write_text("{}")


def damage_embeddings(collection: Path) -> None:
    truncate(collection / "color" / "embeddings.npy")


def damage_index(collection: Path) -> None:
    truncate(next((collection / "color").glob("*.ann")))


DAMAGES = [
    damage_info,
    damage_items,
    lose_items,
    hide_items,
    damage_manifest,
    damage_embeddings,
    damage_index,
]


@pytest.fixture(autouse=True)
def annoy_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding out takes another process each time."""
    monkeypatch.setattr("similarity.page.catalog.find_annoy_problem", lambda: None)


@pytest.fixture
def folder(colors: Artifact, tmp_path: Path) -> Path:
    """Two collections that are alike, `a` and `colors`."""
    folder = tmp_path / "artifacts"
    shutil.copytree(colors.folder.parent, folder / "a")
    shutil.copytree(colors.folder.parent, folder / "colors")
    return folder


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_collection_leaves_the_healthy_one_and_is_marked(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder / "a")
    answer = handlers_of(make_catalog(folder)).answer({})
    assert answer["params"]["collection"] == "colors"
    assert answer["notes"] == []
    damaged, healthy = answer["offers"]["collections"]
    assert damaged["name"] == "a"
    assert str(folder / "a") in damaged["problem"]
    assert damaged["problem"].endswith(".")
    assert healthy == {"name": "colors", "title": "photos", "problem": None}


@pytest.mark.parametrize("damage", DAMAGES[:5])
def test_damaged_collection_that_nobody_tried_is_marked(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder / "colors")
    answer = handlers_of(make_catalog(folder)).answer({})
    assert answer["params"]["collection"] == "a"
    healthy, damaged = answer["offers"]["collections"]
    assert healthy["problem"] is None
    assert str(folder / "colors") in damaged["problem"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_collection_that_is_asked_for_is_a_note(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder / "a")
    handlers = handlers_of(make_catalog(folder))
    for _ in range(2):
        answer = handlers.answer({"collection": "a", "backbone": "color", "metric": "angular"})
        (note,) = answer["notes"]
        problem = answer["offers"]["collections"][0]["problem"]
        assert note == f"{problem} The collection colors was taken."


def test_files_that_may_not_be_read_leave_the_healthy_collection(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs tests may be allowed everything, so that files cannot be closed to them."""

    def refuse(path: Path) -> None:
        if folder / "a" in path.parents:
            raise PermissionError(13, "Permission denied", str(path))

    def sha256_of(path: Path) -> str:
        refuse(path)
        return original_sha256_of(path)

    def stat(path: Path, **options: Any) -> os.stat_result:
        refuse(path)
        return original_stat(path, **options)

    original_sha256_of, original_stat = files.sha256_of, Path.stat
    monkeypatch.setattr("similarity.store.artifact.sha256_of", sha256_of)
    catalog = make_catalog(folder)
    assert catalog.default()[0] == "colors"
    assert "cannot be read (Permission denied)" in str(catalog.collections()["a"].problem)
    monkeypatch.setattr(Path, "stat", stat)
    assert list(make_catalog(folder).collections()) == ["colors"]


def test_titles_are_read_without_the_items(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    def load(folder: Path) -> Collection:
        loaded.append(folder.name)
        return original(folder)

    original = Collection.load
    monkeypatch.setattr(Collection, "load", load)
    answer = handlers_of(make_catalog(folder)).answer({})
    assert [offer["title"] for offer in answer["offers"]["collections"]] == ["photos", "photos"]
    assert loaded == ["a"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_page_and_programs_choose_the_same_default(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder / "a")
    catalog = make_catalog(folder)
    assert read_choice({}, catalog).searcher is catalog.find(None, None, None)
    assert catalog.default() == ("colors", "color", "angular")


def test_default_passes_over_damaged_artifacts_and_indexes(folder: Path) -> None:
    settings = Settings(backbone="color", metrics=METRICS[1:], n_trees=3)
    build_backbone(Collection.load(folder / "a"), settings, ColorEmbedder)
    shutil.copytree(folder / "a" / "color", folder / "a" / "before")
    truncate(folder / "a" / "before" / "embeddings.npy")
    truncate(next((folder / "a" / "color").glob("angular*.ann")))
    catalog = make_catalog(folder)
    assert catalog.default() == ("a", "color", "euclidean")
    reading = read_choice({}, catalog)
    assert reading.searcher is catalog.find(None, None, None)
    before, color = reading.offers
    assert "embeddings.npy has" in str(before.problem)
    assert (color.problem, color.metrics) == (None, METRICS[1:])
    (note,) = read_choice({"metric": "angular"}, catalog).notes
    assert note.endswith("restore it, or build the artifact again. The metric euclidean was taken.")
    (note,) = read_choice({"backbone": "before"}, catalog).notes
    assert note == f"{before.problem} The backbone color was taken."
    with pytest.raises(ArtifactCorruptError, match=r"embeddings\.npy has"):
        catalog.find(None, "before", None)


@pytest.mark.parametrize("damage", DAMAGES)
def test_nothing_that_can_be_used_is_the_first_ones_sentence(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder / "a")
    damage(folder / "colors")
    catalog = make_catalog(folder)
    for _ in range(2):
        with pytest.raises(ArtifactError, match=f"{folder / 'a'}.*again") as raised:
            catalog.default()
        assert handlers_of(catalog).answer({}) == {"problem": str(raised.value)}


@pytest.mark.parametrize("damage", DAMAGES)
def test_repaired_collection_can_be_used_without_a_restart(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder / "a")
    catalog = make_catalog(folder)
    assert catalog.default()[0] == "colors"
    shutil.rmtree(folder / "a")
    shutil.copytree(folder / "colors", folder / "a")
    assert catalog.default()[0] == "a"
    assert [found.problem for found in catalog.collections().values()] == [None, None]


def test_index_that_is_repaired_in_place_can_be_used_again(folder: Path) -> None:
    index = next((folder / "a" / "color").glob("*.ann"))
    whole = index.read_bytes()
    truncate(index)
    catalog = make_catalog(folder)
    assert catalog.default()[0] == "colors"
    index.write_bytes(whole)
    assert catalog.default()[0] == "a"


def test_replaced_collection_is_answered_from(folder: Path, tmp_path: Path) -> None:
    handlers = handlers_of(make_catalog(folder))
    asked = {"collection": "a", "item": "0", "region": "0,0,1,1"}
    before = handlers.answer(asked)
    save(plain((0, 99, 99)), tmp_path / "others" / "one.png")
    save(plain((99, 0, 99)), tmp_path / "others" / "two.png")
    settings = Settings(backbone="color", n_trees=2, force=True)
    build_from_folder(tmp_path / "others", folder / "a", settings, ColorEmbedder)
    after = handlers.answer(asked)
    assert before["query"]["item"]["caption"] == "blue/a.png"
    assert after["query"]["item"]["caption"] == "one.png"
    (neighbor,) = after["answer"]["neighbors"]
    # (0, 1, 1) and (1, 0, 1); the query of item 0 that was made before was (0, 0, 1).
    assert (neighbor["caption"], round(neighbor["similarity"], 1)) == ("two.png", 0.5)
    assert [found["title"] for found in after["offers"]["collections"]] == ["others", "photos"]


def test_added_index_is_offered(folder: Path) -> None:
    catalog = make_catalog(folder)
    assert catalog.offers("a")[0].metrics == ("angular",)
    settings = Settings(backbone="color", metrics=("dot",), n_trees=3)
    build_backbone(Collection.load(folder / "a"), settings, ColorEmbedder)
    assert catalog.offers("a")[0].metrics == ("angular", "dot")


def test_answers_scan_only_what_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "TICK_NS", 0)  # the fixture's files count as old
    for number in range(5):
        shutil.copytree(folder / "colors", folder / f"more-{number}")
    scanned: list[Path] = []

    def note(function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(path: Any = ".") -> Any:
            scanned.append(Path(path))
            return function(path)

        return noted

    handlers = handlers_of(make_catalog(folder))
    handlers.answer({})
    monkeypatch.setattr(os, "scandir", note(os.scandir))
    monkeypatch.setattr(os, "listdir", note(os.listdir))
    for item in range(3):
        handlers.answer({"collection": "more-1", "item": str(item)})
    assert scanned == []
    shutil.move(folder / "more-4", folder / "again")
    os.utime(folder, (0, 0))
    scanned.clear()
    answer = handlers.answer({})
    names = [offer["name"] for offer in answer["offers"]["collections"]]
    assert names == ["a", "again", "colors", *(f"more-{number}" for number in range(4))]
    assert scanned.count(folder) == 1
    assert {path.name for path in scanned if path.parent == folder} == {"again"}


@pytest.mark.parametrize(("age", "n_read"), [(0, 3), (watch.TICK_NS + 1, 1)])
def test_watched_file_that_changed_just_now_is_read_again(
    monkeypatch: pytest.MonkeyPatch, age: int, n_read: int
) -> None:
    """Its next change may leave no mark: the clock of its file system may not have moved on."""
    changed = time.time_ns() - age
    monkeypatch.setattr(watch, "_mark", lambda _: (changed, changed, 1, 1))
    texts = iter("abc")
    watched = watch.Watched(lambda: (next(texts), [Path("file")]))
    assert [watched.get() for _ in range(3)] == [*"abc"[:n_read], *"a" * (3 - n_read)]


def test_watched_value_is_kept_until_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "TICK_NS", 0)
    path, missing = tmp_path / "a", tmp_path / "b"
    path.write_text("1")
    texts = []

    def read() -> tuple[str, list[Path]]:
        texts.append(path.read_text())
        return texts[-1], [path, missing]

    watched = watch.Watched(read)
    values = [watched.get(), watched.get()]
    path.write_text("22")
    values += [watched.get(), watched.get()]
    missing.touch()
    values += [watched.get()]
    assert values == ["1", "1", "22", "22", "22"]
    assert texts == ["1", "22", "22"]


def test_health_follows_what_can_be_searched(folder: Path, tmp_path: Path) -> None:
    """It is not lost for good where nothing could be searched at the start."""
    catalog = make_catalog(tmp_path / "later")
    client = TestClient(Starlette(routes=Routes(catalog, Queries()).table()))
    seen = [client.get("/healthz")]
    catalog.warm_up()
    seen.append(client.get("/healthz"))
    shutil.copytree(folder, tmp_path / "later")
    seen.append(client.get("/healthz"))
    damage_items(tmp_path / "later" / "a")
    seen.append(client.get("/healthz"))
    damage_items(tmp_path / "later" / "colors")
    seen.append(client.get("/healthz"))
    assert [answer.status_code for answer in seen] == [503, 503, 200, 200, 503]
    assert [json.loads(answer.content)["status"] for answer in seen] == [
        "starting",
        "nothing to search",
        "ready",
        "ready",
        "nothing to search",
    ]
