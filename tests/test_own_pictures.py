import json
import os
import shutil
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from drawing import noise, plain, save
from fakes import ColorEmbedder

from similarity.datatypes import METRICS
from similarity.errors import ArtifactError, CheckpointError, WeightsUnavailableError
from similarity.images.decoding import Picture, read_picture
from similarity.indexing import own_pictures, scan
from similarity.indexing.own_pictures import build_own, choose_weights
from similarity.indexing.pipeline import Built, Settings
from similarity.models.embedder import load_embedder
from similarity.models.registry import get_backbone
from similarity.search.searcher import Searcher
from similarity.store.files import cache_folder

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

    monkeypatch.setattr(scan, "read_picture", read_and_note)
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


def test_build_own_file_of_the_same_size_and_another_time_is_read_again(
    update: Update, photos: Path, tmp_path: Path
) -> None:
    """A picture that takes the place of another with as many bytes."""
    path = photos / "green" / "a.png"
    path.write_bytes(path.read_bytes().ljust(2000, b"\0"))
    update()
    save(plain((9, 200, 9)), tmp_path / "other.png")
    path.write_bytes((tmp_path / "other.png").read_bytes().ljust(2000, b"\0"))
    built, batches = update()
    assert batches == 1
    assert built.artifact.embeddings[2, 1] == pytest.approx(200 / 255, abs=0.02)


@pytest.mark.parametrize("digests", ["damaged", "[]", '{"/a": 5}', '{"/a": [1, 2]}'])
def test_build_own_damaged_digests_are_made_anew(
    update: Update, tmp_path: Path, digests: str
) -> None:
    update()
    path = tmp_path / "cache" / "digests.json"
    known = path.read_bytes()
    path.write_text(digests)
    _, batches = update()
    assert batches == 0
    assert path.read_bytes() == known


def test_build_own_at_once_keeps_the_digests_of_all(tmp_path: Path) -> None:
    """Starts that overlap learn from different folders and write to the same file."""
    n_threads, n_saves = 4, 25
    path = tmp_path / "cache" / "digests.json"
    problems: list[BaseException] = []

    def learn(number: int) -> None:
        try:
            for turn in range(n_saves):
                file = tmp_path / f"{number}-{turn}"
                file.write_text("a")
                digests = own_pictures._Digests(path)
                digests.of(file)
                digests.save()
        except OSError as error:
            problems.append(error)

    threads = [threading.Thread(target=learn, args=[number]) for number in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(json.loads(path.read_bytes())) == n_threads * n_saves


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


def test_choose_weights_takes_the_first_that_fits_the_backbone(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.pth" for number in range(2)]
    for file, name in zip(files, ["resnet18", "mobilenet_v3_small"], strict=True):
        torch.save(get_backbone(name).build().state_dict(), file)
    load = partial(load_embedder, "mobilenet_v3_small")
    assert choose_weights(files, load) == files[1]
    assert choose_weights(files[::-1], load) == files[1]
    with pytest.raises(CheckpointError, match=r"None of the 2 files .* does not hold weights of"):
        choose_weights([files[0], files[0]], load)
    with pytest.raises(WeightsUnavailableError, match="no weights file"):
        choose_weights([files[0], tmp_path / "gone.pth"], load)


def test_choose_weights_without_a_choice_loads_nothing(tmp_path: Path) -> None:
    def load(file: Path) -> ColorEmbedder:
        raise AssertionError(f"{file} was loaded")

    assert choose_weights([], load) is None
    assert choose_weights([tmp_path / "one.pth"], load) == tmp_path / "one.pth"


def test_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/similarity")
    monkeypatch.setenv("SIMILARITY_CACHE", "/elsewhere")
    assert cache_folder() == Path("/elsewhere")
    monkeypatch.delenv("SIMILARITY_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "similarity"
