"""What is refused of what comes from elsewhere, each case as a careful forger would make it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from similarity.ann.graph import save_graph
from similarity.datatypes import GIVEN
from similarity.errors import ArtifactError, ArtifactRefusedError, HubError
from similarity.hub import admission as intake
from similarity.hub.addresses import FORMAT_VERSION, DatasetAddress, Origin, read_origin
from similarity.hub.admission import (
    IndexHandling,
    admit,
    check_records,
    choose_files,
    find_backbones,
)
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.progress import silent
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact, describe_file
from similarity.store.collection import write_items

COMMIT = "1" * 40


def take(folder: Path, target: Path, indexes: IndexHandling = "built") -> list[Artifact]:
    """Do with a folder what a pull does with what it fetched."""
    listing = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file()
    }
    backbones = find_backbones(listing)
    records = check_records(folder, backbones)
    choose_files(records, listing, indexes)
    origin = Origin(FORMAT_VERSION, "user/name", COMMIT, "", tuple(backbones))
    return admit(folder, target, records, origin=origin, indexes=indexes, track=silent)


def edit_json(path: Path, change: Callable[[Any], object]) -> None:
    """Change what a JSON file says."""
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def edit_items(artifact: Artifact, **changes: Any) -> None:
    """Change what is said of the first item, and make all digests agree."""
    folder = artifact.collection.folder
    first, *others = artifact.collection.items
    digest = write_items(folder, [replace(first, **changes), *others])
    for path in (folder / "collection.json", artifact.folder / "manifest.json"):
        edit_json(path, lambda values: values.update(items_sha256=digest))


def replace_embeddings(artifact: Artifact, array: Any) -> None:
    """Put other embeddings in their place, and make the manifest agree."""
    path = artifact.folder / "embeddings.npy"
    path.unlink()
    np.save(path, array, allow_pickle=True)
    entry = describe_file(path)
    edit_json(
        artifact.folder / "manifest.json",
        lambda values: values["files"].update(
            {"embeddings.npy": {"bytes": entry.bytes, "sha256": entry.sha256}}
        ),
    )


def test_admit_gives_a_collection_that_remembers_its_origin(
    colors: Artifact, tmp_path: Path
) -> None:
    (taken,) = take(colors.collection.folder, tmp_path / "taken")
    np.testing.assert_array_equal(taken.embeddings, colors.embeddings)
    assert taken.collection.items == colors.collection.items
    origin = read_origin(tmp_path / "taken")
    assert origin is not None
    assert origin.address == f"hf://user/name@{COMMIT}"
    assert read_origin(colors.collection.folder) is None


def test_admit_interrupted_goes_on(
    colors: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(intake, "write_manifest", fail)
        with pytest.raises(KeyboardInterrupt):
            take(colors.collection.folder, tmp_path / "taken")
    with pytest.raises(ArtifactError):
        Artifact.load(tmp_path / "taken" / "color")
    assert take(colors.collection.folder, tmp_path / "taken")[0].manifest == colors.manifest


def test_admit_without_hard_links_copies(
    colors: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)
    (taken,) = take(colors.collection.folder, tmp_path / "taken")
    assert taken.manifest == colors.manifest


def set_field(name: str, value: object) -> Callable[[Any], object]:
    return lambda values: values.update({name: value})


def set_index(name: str, value: object) -> Callable[[Any], object]:
    return lambda values: values["indexes"]["angular"].update({name: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_index("n_trees", 1001), "has 1001 trees"),
        (set_index("seed", 2**31), "seed 2147483648"),
        (set_index("projection", {"file": "a.npz", "n_components": 9}), "3 dims to 9 components"),
        (set_index("graph", {"file": "a.graph", "degree": 257}), "a graph of 257 neighbors"),
        (set_field("indexes", {}), "names no index"),
        (set_field("dim", 70_000), "70000 dims; at most 65536"),
        (set_field("dim", 2000), "6 items of 2000 dims take 48000 and a header"),
        (set_field("backbone", "vgg16"), "is of the backbone 'vgg16'"),
        (set_field("items_sha256", "0" * 64), "made for other pictures"),
        (lambda m: m["files"].update({"../../x": m["files"]["embeddings.npy"]}), "'../../x'"),
        (lambda m: m["files"].update({".hidden": m["files"]["embeddings.npy"]}), "'.hidden'"),
        (lambda m: m["weights"].update(file="../../secret"), "weights in '../../secret'"),
        (lambda m: m["weights"].update(name="a\x1b[2J"), "control character"),
        (lambda m: m["libraries"].update(torch="2\x07"), "control character"),
        (lambda m: m["preprocessing"].update(resize=10**6), "resizes pictures to 1000000"),
        (lambda m: m["preprocessing"].update(interpolation="x"), "cannot be understood"),
    ],
)
def test_manifest_out_of_bounds_is_refused(
    colors: Artifact, tmp_path: Path, change: Callable[[Any], object], message: str
) -> None:
    edit_json(colors.folder / "manifest.json", change)
    with pytest.raises(ArtifactRefusedError, match=message.replace("[", "\\[")):
        take(colors.collection.folder, tmp_path / "taken")
    assert not (tmp_path / "taken").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"caption": "\x1b]0;owned\x07"}, "control character"),
        ({"label": "a\u202eb"}, "control character"),
        ({"caption": "x" * 1001}, "1001 characters"),
        ({"file": "images/../../x.jpg"}, "not a path below images/"),
        ({"file": "images/.git/x.jpg"}, "'images/.git/x.jpg'"),
        ({"file": "images/a b.jpg"}, "letters, digits, dots and dashes"),
        ({"file": "images/gone.jpg"}, "images/gone.jpg is missing"),
    ],
)
def test_items_out_of_bounds_are_refused(
    colors: Artifact, tmp_path: Path, changes: Mapping[str, str], message: str
) -> None:
    edit_items(colors, **changes)
    with pytest.raises(ArtifactError, match=message):
        take(colors.collection.folder, tmp_path / "taken")
    assert not (tmp_path / "taken").exists()


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("MAX_FILES", "files; at most 1 are taken"),
        ("MAX_BYTES", "bytes to fetch; at most 1"),
        ("MAX_PICTURE_BYTES", "a picture may have 1"),
        ("MAX_RECORD_BYTES", "at most 1 are read"),
        ("MAX_ITEMS_BYTES", "items.jsonl has .* at most 1 are read"),
        ("MAX_PLACES", "1 items in all trees"),
    ],
)
def test_more_than_the_limits_is_refused(
    colors: Artifact,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    message: str,
) -> None:
    monkeypatch.setattr(intake, limit, 1)
    with pytest.raises(ArtifactRefusedError, match=message):
        take(colors.collection.folder, tmp_path / "taken")


def test_embeddings_not_finite_are_refused(colors: Artifact, tmp_path: Path) -> None:
    embeddings = colors.embeddings.copy()
    embeddings[4, 1] = np.inf
    replace_embeddings(colors, embeddings)
    with pytest.raises(ArtifactRefusedError, match="not finite in 1 items"):
        take(colors.collection.folder, tmp_path / "taken")


def test_embeddings_of_another_shape_are_refused(colors: Artifact, tmp_path: Path) -> None:
    replace_embeddings(colors, colors.embeddings.T.copy())
    with pytest.raises(ArtifactRefusedError, match=r"shape \(3, 6\); expected \(6, 3\)"):
        take(colors.collection.folder, tmp_path / "taken")


def test_embeddings_with_a_pickle_are_not_unpickled(colors: Artifact, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
            return Path.touch, (tmp_path / "sprung",)

    replace_embeddings(colors, np.array([[Trap()]], dtype=object))
    with pytest.raises(ArtifactError, match="embeddings"):
        take(colors.collection.folder, tmp_path / "taken")
    assert not (tmp_path / "sprung").exists()


def test_embeddings_other_than_the_manifest_says_are_refused(
    colors: Artifact, tmp_path: Path
) -> None:
    path = colors.folder / "embeddings.npy"
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\0")
    with pytest.raises(ArtifactError, match="edited or damaged"):
        take(colors.collection.folder, tmp_path / "taken")


def test_kept_indexes_are_checked_against_the_manifest(colors: Artifact, tmp_path: Path) -> None:
    index = colors.folder / colors.index_entry("angular").file
    index.write_bytes(b"\0" * index.stat().st_size)
    with pytest.raises(ArtifactError, match="edited or damaged"):
        take(colors.collection.folder, tmp_path / "taken", "kept")
    assert take(colors.collection.folder, tmp_path / "other", "built")


def test_records_nested_too_deeply_are_an_error_not_a_crash(
    colors: Artifact, tmp_path: Path
) -> None:
    (colors.folder / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        take(colors.collection.folder, tmp_path / "taken")


def test_listing_without_collection_or_artifact_says_so() -> None:
    with pytest.raises(ArtifactError, match=r"no collection\.json with items\.jsonl"):
        find_backbones({"README.md": 10})
    with pytest.raises(ArtifactError, match="no artifact of it"):
        find_backbones({"collection.json": 10, "items.jsonl": 10, "a/b/manifest.json": 10})
    with pytest.raises(ArtifactRefusedError, match="'images'"):
        find_backbones({"collection.json": 10, "items.jsonl": 10, "images/manifest.json": 10})


@pytest.mark.parametrize(
    ("text", "repo_id", "revision"),
    [
        ("user/name", "user/name", None),
        ("hf://user/name", "user/name", None),
        ("hf://datasets/user/name@v1.0", "user/name", "v1.0"),
        (f"user/name@{COMMIT}", "user/name", COMMIT),
        ("hf://user/name@refs/pr/3", "user/name", "refs/pr/3"),
    ],
)
def test_source_is_read(text: str, repo_id: str, revision: str | None) -> None:
    assert DatasetAddress.parse(text) == DatasetAddress(repo_id, revision)


@pytest.mark.parametrize(
    "text",
    ["", "name", "a/b/c", "../b", "a/..", "a/b@", "a/b@../c", "a b/c", "a--b/c", "a/b@c d", "é/b"],
)
def test_source_that_names_no_repository_is_refused(text: str) -> None:
    with pytest.raises(HubError, match="names no repository on the Hub"):
        DatasetAddress.parse(text)


def test_given_embeddings_over_a_projection_are_taken_and_indexed_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.save(tmp_path / "rows.npy", rng.standard_normal((200, 40), dtype=np.float32))
    settings = Settings(backbone=GIVEN, metrics=("angular", "dot"), n_components=8)
    given = build_from_embeddings(tmp_path / "rows.npy", tmp_path / "given", settings)
    (taken,) = take(tmp_path / "given", tmp_path / "taken")
    assert taken.manifest == given.manifest
    assert taken.manifest.indexes["dot"].projection is not None
    assert Searcher(taken, "dot").query_by_item(7).item == given.collection.items[7]


def test_graph_from_elsewhere_is_made_anew(tmp_path: Path) -> None:
    """Its neighbors are none of a stranger's, who could lead every search to the same items."""
    rows = np.random.default_rng(0).standard_normal((60, 9)).astype(np.float32)
    np.save(tmp_path / "rows.npy", rows)
    settings = Settings(backbone=GIVEN, n_trees=3, n_components=4, degree=5)
    artifact = build_from_embeddings(tmp_path / "rows.npy", tmp_path / "theirs", settings)
    described = artifact.index_entry("angular").graph
    assert described is not None
    own = (artifact.folder / described.file).read_bytes()
    forged = artifact.folder / described.file
    save_graph(forged, np.zeros((60, 5), dtype=np.int32))
    entry = describe_file(forged)

    def agree(manifest: Any) -> None:
        manifest["files"][described.file] = {"bytes": entry.bytes, "sha256": entry.sha256}

    edit_json(artifact.folder / "manifest.json", agree)
    (taken,) = take(artifact.collection.folder, tmp_path / "taken")
    graph = taken.index_entry("angular").graph
    assert graph is not None
    assert graph.degree == 5
    assert (taken.folder / graph.file).read_bytes() == own
