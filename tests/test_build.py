import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawing import GREEN, RED, noise, plain, save
from fakes import ColorEmbedder
from hub_client import PRELOADED
from needs import missing
from torch import Tensor

from similarity import errors
from similarity.datatypes import Embeddings, WeightsInfo
from similarity.images.decoding import open_kept
from similarity.indexing import scan
from similarity.indexing.pipeline import Settings, build_from_folder
from similarity.models import embedding
from similarity.models.embedder import Embedder, embed
from similarity.models.weights import are_recorded
from similarity.store import staging
from similarity.store.artifact import Artifact
from similarity.store.collection import Collection

COLORS = Settings(backbone="color", n_trees=3)
Build = Callable[..., Artifact]


def no_embedder() -> Embedder:
    raise AssertionError("the network is not needed here")


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_build_stores_what_the_embedder_gives(colors: Artifact) -> None:
    rows = [(0, 0, 1), (0, 0.25, 1), (0, 1, 0), (1, 0, 0), (1, 0.25, 0), (1, 0, 0.5)]
    assert np.abs(colors.embeddings - np.array(rows)).max() < 0.02
    assert colors.embeddings.dtype == np.float32


def test_build_labels_come_from_folders_and_captions_from_paths(colors: Artifact) -> None:
    items = colors.collection.items
    assert [item.label for item in items] == ["blue", "blue", "green", "red", "red", "red"]
    assert items[3].caption == "red/a.png"
    assert colors.collection.labels == {"blue": 2, "green": 1, "red": 3}


def test_build_leaves_hidden_folders_out(tmp_path: Path) -> None:
    save(plain(RED), tmp_path / "in" / "seen" / "a.png")
    save(plain(RED), tmp_path / "in" / ".thumbnails" / "b.png")
    save(plain(RED), tmp_path / "in" / "seen" / ".git" / "objects" / "c.png")
    built = build_from_folder(tmp_path / "in", tmp_path / "out", COLORS, ColorEmbedder)
    assert [item.caption for item in built.artifact.collection.items] == ["seen/a.png"]
    assert built.skipped == []


def test_build_nested_and_top_level_pictures_have_path_labels(tmp_path: Path) -> None:
    save(plain(RED), tmp_path / "in" / "top.png")
    save(plain(GREEN), tmp_path / "in" / "2019" / "Rome" / "a.png")
    built = build_from_folder(tmp_path / "in", tmp_path / "out", COLORS, ColorEmbedder)
    assert [item.label for item in built.artifact.collection.items] == ["2019/Rome", ""]


def test_build_lists_unreadable_files_with_their_reason(photos: Path, tmp_path: Path) -> None:
    (photos / "red" / "cut.png").write_bytes((photos / "red" / "a.png").read_bytes()[:80])
    built = build_from_folder(photos, tmp_path / "out", COLORS, ColorEmbedder)
    reasons = {skipped.file: skipped.reason for skipped in built.skipped}
    assert reasons.keys() == {"green/notes.txt", "red/cut.png"}
    assert "is not a picture" in reasons["green/notes.txt"]
    assert "truncated" in reasons["red/cut.png"]
    assert len(built.artifact.collection.items) == 6


def test_build_kept_picture_is_the_embedded_one(tmp_path: Path) -> None:
    save(noise(7, (1200, 800)), tmp_path / "in" / "a.png")
    save(noise(8, (1200, 800)), tmp_path / "in" / "b.png")
    artifact = build_from_folder(tmp_path / "in", tmp_path / "out", COLORS, ColorEmbedder).artifact
    for item in artifact.collection.items:
        kept = open_kept(artifact.collection.path_of(item))
        assert max(kept.size) == 400
        again = embed(ColorEmbedder(), [kept])[0]
        np.testing.assert_array_equal(again, artifact.embeddings[item.item_id])


@pytest.mark.parametrize("metric", ["angular", "euclidean", "manhattan", "dot"])
def test_build_twice_gives_the_same_bytes(build_colors: Build, tmp_path: Path, metric: str) -> None:
    first = build_colors(tmp_path / "first" / "c", metrics=(metric,)).folder.parent
    second = build_colors(tmp_path / "second" / "c", metrics=(metric,)).folder.parent
    assert content(first) == content(second)


def test_build_other_seed_gives_other_trees(tmp_path: Path) -> None:
    for number in range(40):
        save(noise(number), tmp_path / "in" / f"{number}.png")
    indexes = []
    for seed in (0, 1):
        output = tmp_path / f"seed{seed}"
        settings = replace(COLORS, seed=seed)
        artifact = build_from_folder(tmp_path / "in", output, settings, ColorEmbedder).artifact
        indexes.append(artifact.index_entry("angular").file)
    assert indexes[0] != indexes[1]


def test_build_limit_takes_the_first_files(photos: Path, tmp_path: Path) -> None:
    built = build_from_folder(photos, tmp_path / "out", COLORS, ColorEmbedder, limit=2)
    assert [item.caption for item in built.artifact.collection.items] == [
        "blue/a.png",
        "blue/b.png",
    ]


def test_build_second_metric_needs_no_network(photos: Path, colors: Artifact) -> None:
    settings = replace(COLORS, metrics=("dot",))
    built = build_from_folder(photos, colors.folder.parent, settings, no_embedder)
    assert set(built.artifact.manifest.indexes) == {"angular", "dot"}


def test_build_again_without_force_is_refused(photos: Path, colors: Artifact) -> None:
    before = content(colors.folder.parent)
    with pytest.raises(errors.ArtifactExistsError, match=r"indexed by angular already; add --f"):
        build_from_folder(photos, colors.folder.parent, COLORS, no_embedder)
    assert content(colors.folder.parent) == before


def test_build_force_replaces_the_index(photos: Path, colors: Artifact) -> None:
    settings = replace(COLORS, n_trees=5, force=True)
    artifact = build_from_folder(photos, colors.folder.parent, settings, no_embedder).artifact
    assert artifact.index_entry("angular").n_trees == 5
    assert len(list(artifact.folder.glob("*.ann"))) == 1


def test_build_other_pictures_are_refused_without_force(photos: Path, colors: Artifact) -> None:
    save(plain((9, 9, 9)), photos / "gray" / "new.png")
    output = colors.folder.parent
    with pytest.raises(errors.ArtifactExistsError, match="6 other items"):
        build_from_folder(photos, output, COLORS, ColorEmbedder)
    forced = replace(COLORS, force=True)
    artifact = build_from_folder(photos, output, forced, ColorEmbedder).artifact
    assert len(artifact.collection.items) == 7
    assert sorted(path.name for path in output.parent.iterdir() if path.is_dir()) == [
        "colors",
        "photos",
    ]


def test_build_other_weights_are_refused_without_force(
    photos: Path, colors: Artifact, tmp_path: Path
) -> None:
    weights = tmp_path / "other.pth"
    weights.write_bytes(b"other")
    settings = replace(COLORS, metrics=("dot",))
    with pytest.raises(errors.ArtifactExistsError, match=r"embedded with color\.none"):
        build_from_folder(photos, colors.folder.parent, settings, ColorEmbedder, weights=weights)


def test_build_into_a_folder_of_something_else_is_refused(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    for force in (False, True):
        with pytest.raises(errors.ArtifactExistsError, match="no collection"):
            build_from_folder(photos, tmp_path / "mine", replace(COLORS, force=force), no_embedder)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_build_folder_without_pictures_says_so(tmp_path: Path) -> None:
    with pytest.raises(errors.CollectionError, match="no folder"):
        build_from_folder(tmp_path / "gone", tmp_path / "out", COLORS, no_embedder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(errors.CollectionError, match="no files"):
        build_from_folder(tmp_path / "empty", tmp_path / "out", COLORS, no_embedder)
    (tmp_path / "empty" / "a.txt").write_text("words")
    with pytest.raises(errors.CollectionError, match=r"None of the 1 files .* a\.txt is not"):
        build_from_folder(tmp_path / "empty", tmp_path / "out", COLORS, no_embedder)
    assert not (tmp_path / "out").exists()


def test_build_not_finite_embeddings_are_refused(photos: Path, tmp_path: Path) -> None:
    class Broken(ColorEmbedder):
        def forward(self, batch: Tensor) -> Embeddings:
            return np.full_like(super().forward(batch), np.nan)

    with pytest.raises(errors.BackboneError, match="not finite"):
        build_from_folder(photos, tmp_path / "out", COLORS, Broken)
    assert not (tmp_path / "out").exists()


def test_build_while_another_is_building_is_refused(photos: Path, tmp_path: Path) -> None:
    with staging.locked(tmp_path / "out"), pytest.raises(errors.ArtifactBusyError, match="Another"):
        build_from_folder(photos, tmp_path / "out", COLORS, no_embedder)


class StoppedError(Exception):
    """Stands for a kill at this moment."""


def test_build_interrupted_embedding_goes_on_where_it_stopped(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "SHARD_PICTURES", 2)
    whole = build_from_folder(photos, tmp_path / "whole" / "c", COLORS, ColorEmbedder).artifact

    class DiesInSecondShard(ColorEmbedder):
        def forward(self, batch: Tensor) -> Embeddings:
            if self.n_batches == 1:
                raise StoppedError
            return super().forward(batch)

    output = tmp_path / "stopped" / "c"
    with pytest.raises(StoppedError):
        build_from_folder(photos, output, COLORS, DiesInSecondShard)
    assert not output.exists()
    resumed = ColorEmbedder()
    build_from_folder(photos, output, COLORS, lambda: resumed)
    assert resumed.n_batches == 2
    assert content(output) == content(whole.folder.parent)
    assert not list(output.parent.glob("*.partial"))


def test_build_interrupted_then_other_pictures_does_not_mix(photos: Path, tmp_path: Path) -> None:
    def dies() -> Embedder:
        raise StoppedError

    with pytest.raises(StoppedError):
        build_from_folder(photos, tmp_path / "out", COLORS, dies)
    save(plain((7, 7, 7)), photos / "blue" / "0.png")
    built = build_from_folder(photos, tmp_path / "out", COLORS, ColorEmbedder)
    fresh = build_from_folder(photos, tmp_path / "fresh" / "out", COLORS, ColorEmbedder)
    assert content(tmp_path / "out") == content(tmp_path / "fresh" / "out")
    assert len(built.artifact.collection.items) == len(fresh.artifact.collection.items) == 7


def test_recover_kill_between_renames_brings_the_old_back(tmp_path: Path) -> None:
    (tmp_path / "c.replaced").mkdir()
    (tmp_path / "c.replaced" / "old").touch()
    (tmp_path / "c.partial" / "content").mkdir(parents=True)
    with staging.locked(tmp_path / "c"):
        assert (tmp_path / "c" / "old").exists()
    assert (tmp_path / "c.partial" / "content").exists()
    assert not (tmp_path / "c.replaced").exists()


def test_recover_kill_after_renames_removes_the_remains(tmp_path: Path) -> None:
    for name in ("c/new", "c.replaced/old", "c.partial/shards"):
        (tmp_path / name).mkdir(parents=True)
    with staging.locked(tmp_path / "c"):
        pass
    left = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert left == ["c"]
    assert (tmp_path / "c" / "new").exists()


class SlowEmbedder(ColorEmbedder):
    """Takes its time, one batch after the other however many cores there are."""

    turn = threading.Lock()

    def forward(self, batch: Tensor) -> Embeddings:
        with self.turn:
            time.sleep(0.1)
        return super().forward(batch)


def build_in_small_shards(photos: Path, output: Path) -> None:
    """Build; for a process of its own, since it changes the modules."""
    scan.SHARD_FILES = embedding.SHARD_PICTURES = 4
    settings = replace(COLORS, batch_size=2, force=True)
    build_from_folder(photos, output, settings, SlowEmbedder)


def test_build_killed_at_random_moments_ends_in_the_same_bytes(tmp_path: Path) -> None:
    photos, output = tmp_path / "in", tmp_path / "out" / "c"
    for number in range(16):
        save(noise(number), photos / f"{number % 3}" / f"{number}.png")
    # Processes that have imported everything, but never ran a thread.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    whole = tmp_path / "whole" / "c"
    uninterrupted = processes.Process(target=build_in_small_shards, args=(photos, whole))
    uninterrupted.start()
    uninterrupted.join()
    rng = np.random.default_rng(0)
    kills = 0
    finished = False
    while not finished:
        process = processes.Process(target=build_in_small_shards, args=(photos, output))
        process.start()
        # Later and later, so that a busy machine comes to the end, too.
        process.join(rng.uniform(0.1, 0.6) * (1 + kills / 10))
        finished = process.exitcode == 0
        process.kill()
        process.join()
        kills += not finished
        if output.exists():
            Artifact.load(output / "color")
        assert kills < 200, "killed 200 times and never done"
    assert content(output) == content(whole)
    assert kills > 1


def test_collection_json_names_the_items(colors: Artifact) -> None:
    info = json.loads((colors.folder.parent / "collection.json").read_text())
    assert info["n_items"] == 6
    assert info["format_version"] == 1
    assert Collection.load(colors.folder.parent).info.items_sha256 == info["items_sha256"]


def test_build_file_name_that_is_no_text_is_kept_readable(tmp_path: Path) -> None:
    path = tmp_path / "in" / os.fsdecode(b"caf\xe9.png")
    try:
        save(plain(RED), path)
    except OSError:
        missing("This file system takes only names that are text")
    built = build_from_folder(path.parent, tmp_path / "out", COLORS, ColorEmbedder)
    assert built.artifact.collection.items[0].caption == "caf\ufffd.png"


def test_weights_by_torchvisions_name_are_compared_with_what_was_recorded() -> None:
    recorded = WeightsInfo("ResNet50_Weights.IMAGENET1K_V1", "resnet50.pth", "00" * 32, True)
    assert are_recorded(Path("ResNet50_Weights.IMAGENET1K_V1"), recorded)
    assert not are_recorded(Path("ResNet50_Weights.IMAGENET1K_V2"), recorded)
