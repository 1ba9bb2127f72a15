from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from similarity.ann.walk import Walk
from similarity.datatypes import Embeddings

N_ITEMS = 200


def projected(components: NDArray[np.float64]) -> Embeddings:
    """Vectors without a length of their own beside their components."""
    return np.pad(components, ((0, 0), (0, 1))).astype(np.float32)


@pytest.fixture
def vectors() -> Embeddings:
    return projected(np.random.default_rng(0).standard_normal((N_ITEMS, 5)))


def chain(n_items: int) -> NDArray[np.int32]:
    """Each item beside the one before and the one after it; the ends beside themselves."""
    ids = np.arange(n_items)
    return np.clip(np.stack([ids - 1, ids + 1], axis=1), 0, n_items - 1).astype(np.int32)


def test_walk_follows_a_chain_to_the_nearest() -> None:
    vectors = projected(np.stack([np.arange(100.0), np.ones(100)], axis=1))
    ids, n_examined = Walk(vectors, chain(100)).extend(vectors[80], np.array([3]), 3)
    assert set(ids.tolist()) == {79, 80, 81}
    # 1 to 82: those behind 3 before three are found, those beyond 80 until none is among the best.
    assert n_examined == 82


def test_walk_leads_nowhere_without_edges(vectors: Embeddings) -> None:
    alone = np.repeat(np.arange(N_ITEMS, dtype=np.int32)[:, None], 4, axis=1)
    ids, n_examined = Walk(vectors, alone).extend(vectors[0], np.array([5, 7, 9]), 10)
    assert (sorted(ids.tolist()), n_examined) == ([5, 7, 9], 3)


@pytest.mark.parametrize("n", [1, 10, 199, 200, 1000])
def test_walk_from_all_items_finds_the_nearest_by_rounded_vectors(
    vectors: Embeddings, n: int
) -> None:
    walk = Walk(vectors, chain(N_ITEMS))
    ids, n_examined = walk.extend(vectors[3], np.arange(N_ITEMS), n)
    assert n_examined == N_ITEMS
    lengths = np.linalg.norm(vectors - vectors[3], axis=1)
    found, left = lengths[ids], np.delete(lengths, ids)
    assert len(set(ids.tolist())) == min(n, N_ITEMS)
    step = np.abs(vectors).max() / 127
    assert found.max() <= left.min(initial=np.inf) + step


def test_walk_keeps_apart_what_differs_in_length_only() -> None:
    """As the last coordinate of a projection, which is 0 in every query."""
    vectors = np.zeros((50, 3), dtype=np.float32)
    vectors[:, 2] = np.linspace(1.001, 1, 50)
    ids, _ = Walk(vectors, chain(50)).extend(np.zeros(3, dtype=np.float32), np.arange(50), 4)
    assert set(ids.tolist()) == {46, 47, 48, 49}


def test_walk_again_and_from_threads_finds_the_same(vectors: Embeddings) -> None:
    neighbors = np.random.default_rng(1).integers(N_ITEMS, size=(N_ITEMS, 6)).astype(np.int32)
    walk = Walk(vectors, neighbors)

    def find(item: int) -> tuple[list[int], int]:
        ids, n_examined = walk.extend(vectors[item], np.array([0, 1]), 8)
        return sorted(ids.tolist()), n_examined

    first = [find(item) for item in range(N_ITEMS)]
    assert [Walk(vectors, neighbors).extend(vectors[9], np.array([0, 1]), 8)[1]] == [first[9][1]]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(find, range(N_ITEMS))) == first


def test_walk_over_more_rows_than_are_compared_at_once() -> None:
    vectors = projected(np.random.default_rng(0).standard_normal((9000, 4)))
    ids, n_examined = Walk(vectors, chain(9000)).extend(vectors[7], np.arange(9000), 6000)
    assert (len(ids), n_examined) == (6000, 9000)
    lengths = np.linalg.norm(vectors - vectors[7], axis=1)
    assert lengths[ids].max() <= np.sort(lengths)[5999] + np.abs(vectors).max() / 127
