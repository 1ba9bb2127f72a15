"""Choosing among what was measured; `test_tuning.py` measures."""

import pytest

from similarity.datatypes import Metric
from similarity.evaluation.recommendation import choose_metric, recommend
from similarity.evaluation.sweep import (
    Effort,
    IndexPlan,
    IndexTrial,
    ProjectionTrial,
    SearchTrial,
    plan_efforts,
    plan_indexes,
)


def trial(
    time_ratio: float,
    *,
    recall: float = 0.97,
    checked: float | None = 0.96,
    n_bytes: int = 1000,
    n_trees: int = 10,
) -> IndexTrial:
    """An angular index that was searched in one way."""
    search = SearchTrial(Effort(500, 100), recall, checked, time_ratio)
    return IndexTrial(IndexPlan("angular", 32, n_trees), n_bytes, 1.0, 0.001, (search,))


def test_recommend_takes_the_quickest() -> None:
    choice = recommend([trial(0.5), trial(0.2, n_trees=20), trial(0.4)], "angular", 0.95)
    assert choice is not None
    assert (choice.n_trees, choice.time_ratio) == (20, 0.2)


def test_recommend_equally_quick_takes_the_smaller() -> None:
    indexes = [trial(0.200, n_bytes=9), trial(0.205, n_bytes=5), trial(0.5, n_bytes=1)]
    choice = recommend(indexes, "angular", 0.95)
    assert choice is not None
    assert choice.bytes == 5


@pytest.mark.parametrize(
    "other",
    [
        trial(0.1, recall=0.955),
        trial(0.1, checked=0.949),
        trial(0.1, recall=0.90, checked=None),
    ],
)
def test_recommend_passes_over_what_reaches_too_little(other: IndexTrial) -> None:
    choice = recommend([other, trial(0.5)], "angular", 0.95)
    assert choice is not None
    assert choice.time_ratio == 0.5
    assert recommend([other], "angular", 0.95) is None
    assert recommend([trial(0.5)], "dot", 0.95) is None


@pytest.mark.parametrize(
    ("precisions", "expected"),
    [
        ({"angular": 0.80, "dot": 0.90}, "dot"),
        ({"angular": 0.895, "dot": 0.90}, "angular"),
        ({"manhattan": 0.80, "dot": 0.90}, "dot"),
        ({"angular": None, "dot": None}, "angular"),
        ({"manhattan": None, "dot": None}, None),
        ({}, None),
    ],
)
def test_choose_metric_takes_a_clearly_better_one(
    precisions: dict[Metric, float | None], expected: Metric | None
) -> None:
    projections = [ProjectionTrial(metric, 0, 1.0, value) for metric, value in precisions.items()]
    # What a projection finds does not count: answers are ranked by the embeddings.
    projections.append(ProjectionTrial("angular", 32, 0.9, 0.1))
    assert choose_metric(list(precisions), projections, "angular") == expected


def test_plan_indexes_of_short_embeddings_projects_nothing() -> None:
    assert {plan.n_components for plan in plan_indexes(1000, 3, "angular")} == {0}


@pytest.mark.parametrize(
    ("n_items", "n_trees", "dim"), [(100, 5, 17), (100, 5, 2048), (1000, 10, 9)]
)
def test_plan_efforts_stay_where_something_changes(n_items: int, n_trees: int, dim: int) -> None:
    efforts = plan_efforts(n_items, n_trees, dim)
    assert efforts
    assert len(set(efforts)) == len(efforts)
    for effort in efforts:
        assert effort.rerank <= min(effort.search_k, n_items - 1)
        assert effort.search_k <= n_items * n_trees
