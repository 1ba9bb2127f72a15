from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from similarity.ann.graph_search import GraphSearch
from similarity.datatypes import Embeddings

N_ITEMS = 3000


def projected(components: NDArray[np.float64]) -> Embeddings:
    """Vectors without a length of their own beside their components."""
    return np.pad(components, ((0, 0), (0, 1))).astype(np.float32)


def chain(n_items: int) -> NDArray[np.int32]:
    """Each item beside the one before and the one after it; the ends beside themselves."""
    ids = np.arange(n_items)
    return np.clip(np.stack([ids - 1, ids + 1], axis=1), 0, n_items - 1).astype(np.int32)


def seeds(*ids: int) -> NDArray[np.int32]:
    return np.array(ids, dtype=np.int32)


@pytest.fixture(scope="module")
def vectors() -> Embeddings:
    return projected(np.random.default_rng(0).standard_normal((N_ITEMS, 5)))


@pytest.fixture(scope="module")
def neighbors() -> NDArray[np.int32]:
    return np.random.default_rng(1).integers(N_ITEMS, size=(N_ITEMS, 6)).astype(np.int32)


def best_first(
    keys: list[float], neighbors: list[list[int]], start: list[int], width: int
) -> tuple[list[int], int]:
    """What the compiled search does, as one would tell it."""
    seen, expanded = set(start), set[int]()
    beam = sorted((keys[item], item) for item in seen)[:width]
    while fresh := [item for _, item in beam if item not in expanded]:
        expanded.add(fresh[0])
        new = set(neighbors[fresh[0]]) - seen
        seen |= new
        beam = sorted(beam + [(keys[item], item) for item in new])[:width]
    return [item for _, item in beam], len(seen)


@settings(deadline=None, max_examples=200)
@given(data=st.data(), width=st.integers(1, 40), degree=st.integers(1, 8), dim=st.integers(1, 70))
def test_search_equals_the_reference_on_random_graphs(
    data: st.DataObject, width: int, degree: int, dim: int
) -> None:
    """Whole numbers up to 127, whose sums are exact in any order, and of which many are equal."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    n_items = 40 * 40
    codes = rng.integers(-127, 128, size=(n_items, dim))
    codes[0], codes[1] = 127, -127
    lengths = rng.integers(0, 3, size=n_items)
    vectors = np.hstack([codes, lengths[:, None]]).astype(np.float32)
    query = np.append(rng.integers(-3, 4, size=dim), 0).astype(np.float32)
    neighbors = rng.integers(n_items, size=(n_items, degree)).astype(np.int32)
    start = rng.choice(n_items, data.draw(st.integers(1, 60)), replace=False).astype(np.int32)
    keys = (np.square(vectors).sum(axis=1) - 2 * vectors @ query).tolist()
    expected = best_first(keys, neighbors.tolist(), start.tolist(), width)
    ids, n_compared = GraphSearch(vectors, neighbors).nearest(query, seeds(*start), 1, width)
    assert (ids.tolist(), n_compared) == (expected[0][:1], expected[1])
    n = min(width, len(expected[0]))
    ids, _ = GraphSearch(vectors, neighbors).nearest(query, seeds(*start), n, width)
    assert ids.tolist() == expected[0][:n]


def test_search_follows_a_chain_to_the_nearest() -> None:
    """Along 10 edges of a cube, 127 steps each, every one a byte apart from the last."""
    vectors = projected(np.clip(np.arange(1271)[:, None] - 127 * np.arange(10), 0, 127.0))
    search = GraphSearch(vectors, chain(1271))
    ids, n_compared = search.nearest(vectors[900], seeds(3), 3, 3)
    assert set(ids.tolist()) == {899, 900, 901}
    # 2 to 902: one behind the start, and two beyond 900, until the beam holds none to expand.
    assert n_compared == 901


def test_search_leads_nowhere_without_edges(vectors: Embeddings) -> None:
    """Fewer are found than were asked for, so that all are compared then."""
    alone = np.repeat(np.arange(N_ITEMS, dtype=np.int32)[:, None], 4, axis=1)
    search = GraphSearch(vectors, alone)
    ids, n_compared = search.nearest(vectors[0], seeds(5, 7, 9), 3, 10)
    assert (sorted(ids.tolist()), n_compared) == ([5, 7, 9], 3)
    ids, n_compared = search.nearest(vectors[0], seeds(5, 7, 9), 4, 10)
    assert (ids[0], n_compared) == (0, 3 + N_ITEMS)


@pytest.mark.parametrize("n", [1, 10, 200, N_ITEMS - 1, N_ITEMS, 10 * N_ITEMS])
def test_search_with_a_wide_beam_finds_the_nearest_by_rounded_vectors(
    vectors: Embeddings, neighbors: NDArray[np.int32], n: int
) -> None:
    ids, n_compared = GraphSearch(vectors, neighbors).nearest(vectors[3], seeds(7), n, 10 * N_ITEMS)
    assert n_compared == N_ITEMS
    lengths = np.linalg.norm(vectors - vectors[3], axis=1)
    found, left = lengths[ids], np.delete(lengths, ids)
    assert len(set(ids.tolist())) == min(n, N_ITEMS)
    step = np.abs(vectors).max() / 127
    assert found.max() <= left.min(initial=np.inf) + 2 * step
    assert (np.diff(found) >= -2 * step).all()


def test_search_keeps_apart_what_differs_in_length_only() -> None:
    """As the last coordinate of a projection, which is 0 in every query."""
    vectors = np.zeros((50, 3), dtype=np.float32)
    vectors[:, 2] = np.linspace(1.001, 1, 50)
    ids, _ = GraphSearch(vectors, chain(50)).nearest(np.zeros(3, dtype=np.float32), seeds(0), 4, 50)
    assert ids.tolist() == [49, 48, 47, 46]


def test_search_again_and_from_threads_finds_the_same(
    vectors: Embeddings, neighbors: NDArray[np.int32]
) -> None:
    search = GraphSearch(vectors, neighbors)

    def find(item: int) -> tuple[list[int], int]:
        ids, n_compared = search.nearest(vectors[item], seeds(0, 1), 8, 20)
        return ids.tolist(), n_compared

    first = [find(item) for item in range(N_ITEMS)]
    assert GraphSearch(vectors, neighbors).nearest(vectors[9], seeds(0, 1), 8, 20)[1] == first[9][1]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(find, range(N_ITEMS))) == first


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.01, 0.001])
def test_search_among_allowed_items_finds_as_many_of_the_nearest(
    vectors: Embeddings, share: float
) -> None:
    lengths = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    near = np.argsort(lengths, axis=1)[:, 1:13].astype(np.int32)
    search = GraphSearch(vectors, near)
    allowed = np.random.default_rng(2).random(N_ITEMS) < share
    allowed[[50, 51]] = True
    candidates = np.flatnonzero(allowed)

    def mean_recall(mask: NDArray[np.bool_] | None, among: NDArray[np.intp]) -> float:
        recalls = []
        for item in range(0, N_ITEMS, 10):
            ids, n_compared = search.nearest(vectors[item], seeds(*near[item]), 10, 20, mask)
            assert mask is None or mask[ids].all()
            assert share < 0.5 or n_compared < N_ITEMS / 2
            exact = among[np.argsort(lengths[item, among])[:10]]
            recalls.append(len(set(ids.tolist()) & set(exact.tolist())) / len(exact))
        return float(np.mean(recalls))

    assert mean_recall(allowed, candidates) >= mean_recall(None, np.arange(N_ITEMS)) - 0.01


def test_search_among_allowed_items_far_away_finds_them(vectors: Embeddings) -> None:
    """All that are near are refused: what the beam holds is no answer."""
    lengths = np.linalg.norm(vectors - vectors[0], axis=1)
    near = np.argsort(np.linalg.norm(vectors[:, None] - vectors[None], axis=2), axis=1)[:, 1:13]
    far = lengths > np.median(lengths)
    ids, _ = GraphSearch(vectors, near.astype(np.int32)).nearest(vectors[0], seeds(0), 10, 10, far)
    among = np.flatnonzero(far)
    assert lengths[ids].max() <= np.sort(lengths[among])[9] + np.abs(vectors).max() / 127


def test_search_where_none_is_allowed_finds_none(
    vectors: Embeddings, neighbors: NDArray[np.int32]
) -> None:
    none = np.zeros(N_ITEMS, dtype=np.bool_)
    ids, _ = GraphSearch(vectors, neighbors).nearest(vectors[0], seeds(0), 10, 10, none)
    assert ids.tolist() == []
