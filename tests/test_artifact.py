import hashlib
import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from similarity import errors
from similarity.ann.annoy_index import check_nodes
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact, check_file, find_artifact
from similarity.store.collection import Collection

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"


def edit_json(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def index_path(artifact: Artifact) -> Path:
    return artifact.folder / artifact.index_entry(next(iter(artifact.manifest.indexes))).file


def test_load_returns_what_was_written(colors: Artifact) -> None:
    loaded = Artifact.load(colors.folder)
    assert loaded.manifest == colors.manifest
    assert loaded.collection.items == colors.collection.items
    np.testing.assert_array_equal(loaded.embeddings, colors.embeddings)


def test_load_embeddings_are_mapped_read_only(colors: Artifact) -> None:
    assert isinstance(colors.embeddings, np.memmap)
    assert not colors.embeddings.flags.writeable


def test_load_nothing_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(errors.ArtifactNotFoundError, match="build an artifact there"):
        Artifact.load(tmp_path)
    with pytest.raises(errors.ArtifactNotFoundError, match="python -m similarity build"):
        find_artifact(tmp_path)


def test_find_artifact_takes_collection_or_backbone_folder(colors: Artifact) -> None:
    assert find_artifact(colors.folder) == colors.folder
    assert find_artifact(colors.folder.parent) == colors.folder
    assert find_artifact(colors.folder.parent, "color") == colors.folder
    with pytest.raises(errors.ArtifactNotFoundError, match="only of color"):
        find_artifact(colors.folder.parent, "vgg16")


@pytest.mark.parametrize("name", ["manifest.json", "../collection.json"])
def test_load_newer_version_is_its_own_error(colors: Artifact, name: str) -> None:
    edit_json(colors.folder / name, lambda values: values.update(format_version=3))
    with pytest.raises(errors.ArtifactVersionError, match="format version 3"):
        Artifact.load(colors.folder)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda v: v.pop("dim"), "dim: Field required"),
        (lambda v: v.update(dim=0), "dim: Input should be greater"),
        (lambda v: v.update(items_sha256="1234"), "items_sha256"),
        (lambda v: v["indexes"].update(hamming=v["indexes"]["angular"]), "indexes.hamming"),
        (lambda v: v["indexes"]["angular"].update(n_trees="many"), "indexes.angular.n_trees"),
    ],
)
def test_load_edited_manifest_names_the_field(
    colors: Artifact, damage: Callable[[dict[str, Any]], object], words: str
) -> None:
    edit_json(colors.folder / "manifest.json", damage)
    with pytest.raises(errors.ArtifactCorruptError, match=words):
        Artifact.load(colors.folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"', '{"format_version": "x"}', "\x00"])
@pytest.mark.parametrize("name", ["manifest.json", "../collection.json"])
def test_load_broken_json_raises(colors: Artifact, name: str, text: str) -> None:
    (colors.folder / name).write_text(text)
    with pytest.raises(errors.ArtifactCorruptError, match=r"build the artifact again"):
        Artifact.load(colors.folder)


@pytest.mark.parametrize(
    "name", ["manifest.json", "embeddings.npy", "../collection.json", "../items.jsonl"]
)
def test_load_lfs_pointer_is_its_own_message(colors: Artifact, name: str) -> None:
    (colors.folder / name).write_bytes(LFS)
    with pytest.raises(errors.ArtifactCorruptError, match="git lfs pull"):
        Artifact.load(colors.folder)


def test_load_truncated_edited_or_missing_embeddings_raise(colors: Artifact) -> None:
    path = colors.folder / "embeddings.npy"
    whole = path.read_bytes()
    path.write_bytes(whole[:-4])
    with pytest.raises(errors.ArtifactCorruptError, match=f"{len(whole) - 4} bytes instead of"):
        Artifact.load(colors.folder)
    path.write_bytes(whole[:-4] + b"\x00\x00\x80\x3f")
    with pytest.raises(errors.ArtifactCorruptError, match="edited or damaged"):
        Artifact.load(colors.folder)
    path.unlink()
    with pytest.raises(errors.ArtifactCorruptError, match="is missing"):
        Artifact.load(colors.folder)


def test_load_other_collection_raises(colors: Artifact) -> None:
    items = colors.folder.parent / "items.jsonl"
    items.write_text(items.read_text().replace("red", "rot"))
    with pytest.raises(errors.ArtifactCorruptError, match=r"collection\.json was written for"):
        Artifact.load(colors.folder)


def test_load_artifact_of_other_pictures_raises(
    build_colors: Callable[..., Artifact], photos: Path, tmp_path: Path
) -> None:
    first = build_colors(tmp_path / "first")
    shutil.rmtree(photos / "green")
    second = build_colors(tmp_path / "second")
    shutil.rmtree(first.folder)
    shutil.copytree(second.folder, first.folder)
    with pytest.raises(errors.ArtifactMismatchError, match="other pictures"):
        Artifact.load(first.folder)


def test_load_wrong_dim_in_manifest_raises(colors: Artifact) -> None:
    edit_json(colors.folder / "manifest.json", lambda values: values.update(dim=4))
    with pytest.raises(errors.ArtifactMismatchError, match=r"\(6, 3\).*\(6, 4\)"):
        Artifact.load(colors.folder)


@pytest.mark.parametrize(
    "file",
    [
        "/etc/passwd",
        "images/../../x.jpg",
        "x.jpg",
        "images",
        "images\\..\\x",
        "images/..\\..\\x.jpg",  # Windows takes it for a path out of the folder
        "images/c:x.jpg",  # and this for one on another drive, or for a stream of a file
        "images/x.jpg\0.png",  # what reads C strings ends at the NUL
    ],
)
def test_load_collection_with_a_path_outside_raises(colors: Artifact, file: str) -> None:
    folder = colors.folder.parent
    line = {"file": file, "label": "", "caption": "", "sha256": "0" * 64}
    data = (json.dumps(line) + "\n").encode()
    (folder / "items.jsonl").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    edit_json(folder / "collection.json", lambda v: v.update(items_sha256=digest, n_items=1))
    with pytest.raises(errors.ArtifactCorruptError, match="not a path below images"):
        Collection.load(folder)


def test_check_file_outside_the_folder_raises(colors: Artifact) -> None:
    outside = "../collection.json"
    files = {**colors.manifest.files, outside: colors.manifest.files["embeddings.npy"]}
    edit_json(
        colors.folder / "manifest.json",
        lambda v: v["files"].update({outside: v["files"]["embeddings.npy"]}),
    )
    manifest = Artifact.load(colors.folder).manifest
    assert manifest.files.keys() == files.keys()
    with pytest.raises(errors.ArtifactCorruptError, match="names no file"):
        check_file(colors.folder, manifest, outside)


@pytest.mark.parametrize("keep", [0, 16, -16, -1])
def test_searcher_truncated_index_raises(colors: Artifact, keep: int) -> None:
    path = index_path(colors)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(errors.ArtifactCorruptError, match="bytes instead of"):
        Searcher(Artifact.load(colors.folder), "angular")


def test_searcher_index_pointer_or_edited_raises(colors: Artifact) -> None:
    path = index_path(colors)
    whole = path.read_bytes()
    path.write_bytes(LFS)
    with pytest.raises(errors.ArtifactCorruptError, match="git lfs pull"):
        Searcher(colors, "angular")
    path.write_bytes(bytes(len(whole)))
    with pytest.raises(errors.ArtifactCorruptError, match="edited or damaged"):
        Searcher(colors, "angular")


def test_searcher_missing_metric_names_those_there(colors: Artifact) -> None:
    with pytest.raises(errors.ArtifactNotFoundError, match=r"only angular.*--metric dot"):
        Searcher(colors, "dot")


def test_searcher_swapped_index_files_raise(build_colors: Callable[..., Artifact]) -> None:
    build_colors()
    artifact = build_colors(metrics=("euclidean",))
    indexes = artifact.manifest.indexes
    paths = [artifact.folder / indexes[metric].file for metric in ("angular", "euclidean")]
    contents = [path.read_bytes() for path in paths]
    for path, data in zip(paths, reversed(contents), strict=True):
        path.write_bytes(data)
    for metric in indexes:
        with pytest.raises(errors.ArtifactCorruptError):
            Searcher(Artifact.load(artifact.folder), metric)


def test_check_nodes_other_metric_dim_or_count_raises(
    build_colors: Callable[..., Artifact],
) -> None:
    build_colors()
    artifact = build_colors(metrics=("dot",))
    angular = artifact.folder / artifact.index_entry("angular").file
    dot = artifact.folder / artifact.index_entry("dot").file
    check_nodes(angular, "angular", 3, 6, 3)
    check_nodes(dot, "dot", 3, 6, 3)
    with pytest.raises(errors.ArtifactCorruptError, match="multiple of the 28"):
        check_nodes(angular, "euclidean", 3, 6, 3)
    with pytest.raises(errors.ArtifactError):
        check_nodes(dot, "euclidean", 3, 6, 3)
    with pytest.raises(errors.ArtifactCorruptError, match="no multiple"):
        check_nodes(angular, "angular", 4, 6, 3)
    with pytest.raises(errors.ArtifactCorruptError, match="of 7 items"):
        check_nodes(angular, "angular", 3, 7, 3)
    with pytest.raises(errors.ArtifactMismatchError, match="3 trees, the manifest says 2"):
        check_nodes(angular, "angular", 3, 6, 2)


def test_check_nodes_child_outside_the_file_raises(colors: Artifact, tmp_path: Path) -> None:
    """What would make Annoy read memory that is not its own."""
    data = bytearray(index_path(colors).read_bytes())
    node_bytes = 24
    for node in range(6, len(data) // node_bytes):
        damaged = bytearray(data)
        struct.pack_into("<i", damaged, node * node_bytes + 4, 1_000_000)
        path = tmp_path / "damaged.ann"
        path.write_bytes(damaged)
        with pytest.raises(errors.ArtifactCorruptError):
            check_nodes(path, "angular", 3, 6, 3)


def test_check_nodes_random_bytes_raise(tmp_path: Path) -> None:
    path = tmp_path / "random.ann"
    path.write_bytes(np.random.default_rng(0).bytes(24 * 100))
    with pytest.raises(errors.ArtifactCorruptError):
        check_nodes(path, "angular", 3, 6, 3)
