from pathlib import Path

import numpy as np
import pytest

from similarity.ann.annoy_index import AnnoyIndex, build_index
from similarity.ann.descent import Descent
from similarity.datatypes import Embeddings

DIM = 6


def index_of(tmp_path: Path, vectors: Embeddings, seed: int) -> AnnoyIndex:
    """Of one tree: of several, Annoy itself prefers the one whose planes are farthest away."""
    path = tmp_path / "one.ann"
    build_index(path, [vectors], dim=DIM, metric="euclidean", n_trees=1, seed=seed)
    return AnnoyIndex(path, "euclidean", DIM, len(vectors), 1)


@pytest.mark.parametrize("seed", range(5))
def test_seeds_are_of_the_leaf_that_annoy_comes_to(tmp_path: Path, seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((400, DIM)).astype(np.float32)
    index = index_of(tmp_path, vectors, seed)
    descent = Descent(index)
    for query in np.random.default_rng(9).standard_normal((200, DIM)).astype(np.float32):
        seeds = descent.seeds(query).tolist()
        leaf = index.candidates(query, 1).tolist()
        assert set(seeds) <= set(leaf)
        assert len(set(seeds)) == len(seeds) == min(8, len(leaf))


def test_seeds_of_an_index_of_one_leaf_are_its_items(tmp_path: Path) -> None:
    index = index_of(tmp_path, np.ones((4, DIM), dtype=np.float32), 0)
    assert sorted(Descent(index).seeds(np.ones(DIM, dtype=np.float32)).tolist()) == [0, 1, 2, 3]
