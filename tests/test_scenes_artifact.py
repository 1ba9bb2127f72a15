"""What the page's search_k slider does on the collection that the project ships."""

from pathlib import Path

import numpy as np
import pytest
from needs import missing

from similarity.artifact import Artifact
from similarity.page.links import DEFAULT_K, search_k_bounds
from similarity.search import Searcher

ARTIFACT = Path(__file__).parent.parent / "index_artifacts" / "scenes" / "mobilenet_v3_small"


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    if not ARTIFACT.is_dir():
        missing(f"The prebuilt artifact {ARTIFACT.name} of the scenes is not there")
    return Searcher(Artifact.load(ARTIFACT), "angular")


def mean_recall(searcher: Searcher, search_k: int) -> float:
    """Recall at the page's number of neighbors, over searches for every item."""
    results = (
        searcher.search(searcher.query_by_item(item_id), DEFAULT_K, search_k, with_recall=True)
        for item_id in range(searcher.n_items)
    )
    return float(np.mean([result.recall_at_k for result in results]))


def test_scenes_index_is_what_the_slider_was_tuned_on(searcher: Searcher) -> None:
    assert (searcher.n_items, searcher.n_trees) == (1000, 10)
    assert searcher.artifact.index_entry("angular").projection is not None


def test_scenes_slider_lowest_search_k_misses_neighbors(searcher: Searcher) -> None:
    assert mean_recall(searcher, search_k_bounds(searcher)[0]) < 0.85


def test_scenes_slider_highest_search_k_finds_nearly_all(searcher: Searcher) -> None:
    assert mean_recall(searcher, search_k_bounds(searcher)[1]) >= 0.99
