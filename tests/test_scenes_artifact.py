"""What the page's search_k slider does on the collection that the project ships."""

from pathlib import Path

import numpy as np
import pytest
from needs import missing

from similarity.datatypes import METRICS, Metric
from similarity.evaluation.reembedding import check_backbone
from similarity.evaluation.verification import verify
from similarity.models.names import DEFAULT_BACKBONE
from similarity.page.links import DEFAULT_K, search_k_bounds
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact

ARTIFACT = Path(__file__).parent.parent / "index_artifacts" / "scenes" / DEFAULT_BACKBONE


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


def test_scenes_artifact_has_all_metrics_and_verifies() -> None:
    checks = list(verify(ARTIFACT, check_backbone))
    assert all(check.passed for check in checks), checks
    assert {check.subject for check in checks} >= {
        f"{DEFAULT_BACKBONE}, {metric} index" for metric in METRICS
    }


@pytest.mark.parametrize("metric", METRICS)
def test_scenes_default_effort_finds_nearly_all(metric: Metric) -> None:
    recall = Artifact.load(ARTIFACT).index_entry(metric).recall_at_10
    assert recall.value >= 0.95


def test_scenes_slider_lowest_search_k_misses_neighbors(searcher: Searcher) -> None:
    assert mean_recall(searcher, search_k_bounds(searcher)[0]) < 0.85


def test_scenes_slider_highest_search_k_finds_nearly_all(searcher: Searcher) -> None:
    assert mean_recall(searcher, search_k_bounds(searcher)[1]) >= 0.99
