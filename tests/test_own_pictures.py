import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drawing import noise, plain, save
from fakes import ColorEmbedder

from similarity import collect, own_pictures
from similarity.build import Built, Settings
from similarity.datatypes import METRICS
from similarity.errors import ArtifactError
from similarity.files import cache_folder
from similarity.images import Picture, read_picture
from similarity.own_pictures import build_own
from similarity.search import Searcher

SETTINGS = Settings(backbone="color", metrics=METRICS, n_trees=3)
Update = Callable[[], tuple[Built, int]]


@pytest.fixture
def update(photos: Path, tmp_path: Path) -> Update:
    """Bring the collection of `photos` up to date; how many batches were embedded for it?"""

    def run() -> tuple[Built, int]:
        embedder = ColorEmbedder()
        built = build_own(photos, SETTINGS, lambda: embedder, cache=tmp_path / "cache")
        return built, embedder.n_batches

    return run


def test_build_own_first_time_builds_all_metrics(update: Update) -> None:
    built, batches = update()
    assert batches == 1
    assert built.artifact.manifest.n_items == 6
    assert set(built.artifact.manifest.indexes) == set(METRICS)
    assert [skipped.file for skipped in built.skipped] == ["green/notes.txt"]


def test_build_own_again_does_nothing(update: Update) -> None:
    first, _ = update()
    again, batches = update()
    assert batches == 0
    assert again.artifact.manifest == first.artifact.manifest


def test_build_own_added_files_are_all_that_is_embedded(
    update: Update, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update()
    save(plain((0, 0, 99)), photos / "blue" / "aa.png")
    (photos / "red" / "c.png").unlink()
    read = []

    def read_and_note(source: Path, name: str) -> Picture:
        read.append(name)
        return read_picture(source, name)

    monkeypatch.setattr(collect, "read_picture", read_and_note)
    built, batches = update()
    assert batches == 1
    assert sorted(read) == ["blue/aa.png", "green/notes.txt"]
    captions = [item.caption for item in built.artifact.collection.items]
    expected = "blue/a.png blue/aa.png blue/b.png green/a.png red/a.png red/b.png"
    assert captions == expected.split()
    rows = [(0, 0, 1), (0, 0, 0.39), (0, 0.25, 1), (0, 1, 0), (1, 0, 0), (1, 0.25, 0)]
    assert np.abs(built.artifact.embeddings - np.array(rows)).max() < 0.02
    Searcher(built.artifact, "dot")


def test_build_own_renamed_file_is_found_again(update: Update, photos: Path) -> None:
    update()
    (photos / "red" / "a.png").rename(photos / "red" / "z.png")
    built, batches = update()
    assert batches == 0
    assert built.artifact.collection.items[5].caption == "red/z.png"


def test_build_own_changed_file_is_read_again(update: Update, photos: Path) -> None:
    update()
    path = photos / "green" / "a.png"
    save(plain((9, 200, 9)), path)
    built, batches = update()
    assert batches == 1
    assert built.artifact.embeddings[2, 1] == pytest.approx(200 / 255, abs=0.02)


def test_build_own_unchanged_files_are_not_read_for_their_digest(
    update: Update, monkeypatch: pytest.MonkeyPatch
) -> None:
    update()

    def fail(path: Path) -> str:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(own_pictures, "sha256_or_none", fail)
    update()


def test_build_own_damaged_cache_is_built_again(update: Update, tmp_path: Path) -> None:
    built, _ = update()
    (built.artifact.folder / "embeddings.npy").write_bytes(b"damaged")
    (tmp_path / "cache" / "digests.json").write_text("damaged")
    again, batches = update()
    assert batches == 1
    assert again.artifact.manifest == built.artifact.manifest


def test_build_own_moved_folder_is_found_by_content(
    update: Update, photos: Path, tmp_path: Path
) -> None:
    update()
    shutil.move(photos, tmp_path / "moved")
    embedder = ColorEmbedder()
    build_own(tmp_path / "moved", SETTINGS, lambda: embedder, cache=tmp_path / "cache")
    assert embedder.n_batches == 0


def test_build_own_forgets_what_was_not_used_for_longest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_pictures, "KEPT_COLLECTIONS", 2)
    folders = []
    for number in range(3):
        save(noise(number), tmp_path / f"{number}" / "a.png")
        built = build_own(tmp_path / f"{number}", SETTINGS, ColorEmbedder, cache=tmp_path / "cache")
        folders.append(built.artifact.folder)
        os.utime(built.artifact.folder.parent, (number, number))
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_build_own_where_annoy_does_not_work_is_refused(
    update: Update, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update()
    monkeypatch.setattr(own_pictures, "find_annoy_problem", lambda: "Annoy is broken.")
    update()  # nothing to be built
    (photos / "red" / "c.png").unlink()
    with pytest.raises(ArtifactError, match=r"Annoy is broken\."):
        update()


def test_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/similarity")
    monkeypatch.setenv("SIMILARITY_CACHE", "/elsewhere")
    assert cache_folder() == Path("/elsewhere")
    monkeypatch.delenv("SIMILARITY_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "similarity"
