from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from similarity import errors
from similarity.ann.annoy_index import AnnoyIndex, build_index
from similarity.ann.graph import open_graph, save_graph
from similarity.ann.graph_build import build_graph
from similarity.datatypes import Embeddings

N_ITEMS, DIM, N_TREES = 300, 6, 5


def leaves(*members: list[int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Leaves of one tree as an index lists them; what does not count is no item at all."""
    ids = np.full((len(members), 9), 2**30, dtype=np.int32)
    for row, own in zip(ids, members, strict=True):
        row[: len(own)] = own
    return ids, np.array([len(own) for own in members], dtype=np.int32)


def on_a_line(*places: float) -> Embeddings:
    return np.array([[place, 1.0] for place in places], dtype=np.float32)


def joined(neighbors: NDArray[np.int32]) -> dict[int, set[int]]:
    """Others beside each item."""
    return {item: set(own.tolist()) - {item} for item, own in enumerate(neighbors)}


def index_of(tmp_path: Path, vectors: Embeddings) -> AnnoyIndex:
    path = tmp_path / "index.ann"
    build_index(path, [vectors], dim=DIM, metric="euclidean", n_trees=N_TREES, seed=0)
    return AnnoyIndex(path, "euclidean", DIM, len(vectors), N_TREES)


def test_graph_of_a_leaf_is_its_minimum_spanning_tree() -> None:
    vectors = on_a_line(0.0, 10.0, 1.0, 3.0, 6.0)
    found = build_graph([leaves([0, 1, 2, 3, 4])], vectors, degree=4)
    assert joined(found) == {0: {2}, 2: {0, 3}, 3: {2, 4}, 4: {3, 1}, 1: {4}}


def test_graph_joins_within_leaves_and_over_all_trees() -> None:
    vectors = on_a_line(0.0, 1.0, 2.0, 3.0)
    trees = [leaves([0, 1], [2, 3]), leaves([1, 3, 2], [0])]
    found = build_graph(trees, vectors, degree=3)
    # What is left over of a row is the item itself.
    assert found.tolist() == [[1, 0, 0], [0, 2, 1], [1, 3, 2], [2, 3, 3]]


def test_graph_keeps_the_nearest_where_there_are_more() -> None:
    vectors = np.zeros((6, 3), dtype=np.float32)
    # All around item 0, each nearer to it than to another.
    vectors[1:] = [[5, 0, 0], [-4, 0, 0], [0, 3, 0], [0, -2, 0], [0, 0, 1]]
    found = build_graph([leaves([0, 1, 2, 3, 4, 5])], vectors, degree=3)
    assert joined(found)[0] == {3, 4, 5}
    assert joined(found)[1] == {0}


def test_graph_of_annoys_trees_joins_all_items_to_near_ones(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).standard_normal((N_ITEMS, DIM)).astype(np.float32)
    index = index_of(tmp_path, vectors)
    neighbors = build_graph(index.leaves(), vectors, degree=16)
    lengths = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    for item, others in joined(neighbors).items():
        assert others
        assert all(item in joined(neighbors)[other] for other in others)
        # A leaf of the nearest few: all neighbors are nearer than the most remote third.
        assert lengths[item, list(others)].max() < np.quantile(lengths[item], 0.67)
    reached, fresh = {0}, {0}
    while fresh:
        fresh = set().union(*(joined(neighbors)[item] for item in fresh)) - reached
        reached |= fresh
    assert len(reached) == N_ITEMS


def test_leaves_hold_each_item_once_a_tree(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).standard_normal((N_ITEMS, DIM)).astype(np.float32)
    trees = list(index_of(tmp_path, vectors).leaves())
    assert len(trees) == N_TREES
    for ids, sizes in trees:
        listed = [item for own, size in zip(ids, sizes, strict=True) for item in own[:size]]
        assert len(set(listed)) == len(listed)
        # Annoy makes no leaf for an item that it has put alone.
        assert 0.9 * N_ITEMS < len(listed) <= N_ITEMS


def test_leaves_of_an_index_of_one_leaf_are_all_items(tmp_path: Path) -> None:
    trees = list(index_of(tmp_path, np.ones((4, DIM), dtype=np.float32)).leaves())
    assert [sorted(ids[0, : sizes[0]].tolist()) for ids, sizes in trees] == [[0, 1, 2, 3]] * N_TREES


def test_graph_same_input_gives_same_bytes(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).standard_normal((N_ITEMS, DIM)).astype(np.float32)
    index = index_of(tmp_path, vectors)
    for name in "ab":
        save_graph(tmp_path / name, build_graph(index.leaves(), index.vectors, degree=8))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_open_graph_gives_what_was_saved(tmp_path: Path) -> None:
    neighbors = np.array([[1, 2], [0, 1], [0, 2]], dtype=np.int32)
    save_graph(tmp_path / "graph", neighbors)
    assert open_graph(tmp_path / "graph", 3, 2).tolist() == neighbors.tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda neighbors: neighbors[:2], r"shape \(2, 2\), not int32 of shape \(3, 2\)"),
        (lambda neighbors: neighbors[:, :1], r"shape \(3, 1\), not"),
        (lambda neighbors: neighbors + 1, "none of the 3 items"),
        (lambda neighbors: neighbors - 1, "none of the 3 items"),
        (lambda neighbors: neighbors.ravel(), r"shape \(6,\), not"),
    ],
)
def test_open_graph_of_other_items_raises(
    tmp_path: Path, change: Callable[[NDArray[np.int32]], NDArray[np.int32]], message: str
) -> None:
    neighbors = np.array([[1, 2], [0, 1], [0, 2]], dtype=np.int32)
    save_graph(tmp_path / "graph", change(neighbors))
    with pytest.raises(errors.ArtifactCorruptError, match=message):
        open_graph(tmp_path / "graph", 3, 2)


@pytest.mark.parametrize("data", [b"", b"no graph", b"\x93NUMPY\x01\x00"])
def test_open_graph_no_array_raises(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "graph").write_bytes(data)
    with pytest.raises(errors.ArtifactCorruptError, match="not a graph that can be read"):
        open_graph(tmp_path / "graph", 3, 2)


def test_open_graph_of_other_numbers_raises(tmp_path: Path) -> None:
    with (tmp_path / "graph").open("wb") as file:
        np.save(file, np.zeros((3, 2)))
    with pytest.raises(errors.ArtifactCorruptError, match="not int32"):
        open_graph(tmp_path / "graph", 3, 2)
