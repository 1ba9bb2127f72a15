"""What tuning tries, in which order, and the records of what came of it."""

from dataclasses import dataclass

from similarity.ann.search_k import search_k_range
from similarity.datatypes import METRICS, Metric
from similarity.indexing.indexes import default_components, default_degree, default_trees

COMPONENTS = (16, 32, 64, 128)
TREES = (5, 10, 20, 40)
SEARCH_KS = (125, 250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000)
RERANKS = (20, 50, 100, 200, 500, 1000)

_MOST_PLACES = 4
"""Places in the trees, by items, beyond which Annoy takes longer than to look at every item."""

_MOST_PLACES_BEFORE_GRAPH = 1000
"""Places that Annoy looks at where a graph leads on; to follow it further costs less."""


@dataclass(frozen=True)
class IndexPlan:
    """An index that can be built.

    Attributes:
        metric: How embeddings are compared.
        n_components: Principal components that Annoy searches; 0 for the embeddings themselves.
        n_trees: Trees of the index.
        degree: Neighbors of each item in the graph; 0 for none.
    """

    metric: Metric
    n_components: int
    n_trees: int
    degree: int = 0


@dataclass(frozen=True)
class Effort:
    """How much is done for 10 neighbors.

    Attributes:
        search_k: Places in the trees that Annoy looks at.
        rerank: Candidates that are ranked by their embeddings.
    """

    search_k: int
    rerank: int


@dataclass(frozen=True)
class SearchTrial:
    """How one index was searched, and with what result.

    Attributes:
        effort: With which it was searched.
        recall_at_10: Mean share of the exact 10 nearest that was found, in [0, 1].
        checked_recall_at_10: The same for other queries; None where the first was too low already,
            or where a quicker search of the same index found enough.
        time_ratio: Median time of a search by that of an exact one.
    """

    effort: Effort
    recall_at_10: float
    checked_recall_at_10: float | None
    time_ratio: float


@dataclass(frozen=True)
class IndexTrial:
    """An index that was built and searched.

    Attributes:
        plan: What it is.
        bytes: Of its files.
        build_seconds: Projection and trees.
        exact_seconds: Median time of an exact search, measured between the others.
        searches: In the order of search_k, then rerank.
    """

    plan: IndexPlan
    bytes: int
    build_seconds: float
    exact_seconds: float
    searches: tuple[SearchTrial, ...]


@dataclass(frozen=True)
class ProjectionTrial:
    """What is found by exact search among projected embeddings, without re-ranking.

    Attributes:
        metric: How embeddings are compared.
        n_components: Principal components; 0 for the embeddings themselves.
        recall_at_10: Share of the 10 nearest embeddings, in [0, 1].
        label_precision_at_10: Share of the 10 found that have the query's label, averaged within
            each label, then over labels; None without labels.
    """

    metric: Metric
    n_components: int
    recall_at_10: float
    label_precision_at_10: float | None


@dataclass(frozen=True)
class Sweep:
    """What was measured.

    Attributes:
        n_queries: That recall was measured on, and as many others that it was checked on.
        indexes: In the order in which they were tried.
        projections: Of the metrics and components of these.
        not_reached: For which the budget did not last.
        seconds: That it took.
    """

    n_queries: int
    indexes: tuple[IndexTrial, ...]
    projections: tuple[ProjectionTrial, ...]
    not_reached: tuple[IndexPlan, ...]
    seconds: float


def plan_indexes(n_items: int, dim: int, first: Metric) -> list[IndexPlan]:
    """List the indexes to try: what a build makes by default, then away from it step by step.

    Args:
        n_items: Of the collection.
        dim: Of its embeddings.
        first: Metric that comes before the others at each step.
    """
    usual = default_components(n_items, dim)
    usual_trees = default_trees(n_items)
    trees = sorted({*TREES, usual_trees})
    degree = default_degree(n_items)
    components = [*sorted({n for n in (*COMPONENTS, usual) if 0 < n < dim}), 0]
    metrics = (first, *(metric for metric in METRICS if metric != first))
    plans = [
        IndexPlan(metric, n_components, n_trees, with_degree)
        for n_components in components
        for n_trees in trees
        for with_degree in sorted({degree if n_components else 0, 0}, reverse=True)
        for metric in metrics
    ]

    def steps(plan: IndexPlan) -> int:
        from_usual = components.index(plan.n_components) - components.index(usual)
        without_graph = bool(plan.n_components) and plan.degree != degree
        more_trees = trees.index(plan.n_trees) - trees.index(usual_trees)
        return abs(from_usual) + abs(more_trees) + without_graph

    return sorted(plans, key=steps)


def plan_efforts(n_items: int, n_trees: int, dim: int, degree: int = 0) -> list[Effort]:
    """List the efforts that make a difference for an index, by search_k, then by rerank.

    Args:
        n_items: In it.
        n_trees: In it.
        dim: Of the vectors in it.
        degree: Of its graph, which makes up for a low search_k.
    """
    lowest, highest = search_k_range(n_items, n_trees, dim)
    highest = min(highest, max(lowest, _MOST_PLACES * n_items))
    if degree:
        highest = max(lowest, min(highest, _MOST_PLACES_BEFORE_GRAPH))
    search_ks = {max(search_k, lowest) for search_k in SEARCH_KS if search_k <= highest}
    efforts = []
    for search_k in sorted(search_ks or {highest}):
        reranks = sorted({min(rerank, n_items - 1) for rerank in RERANKS})
        efforts += [Effort(search_k, rerank) for rerank in reranks if degree or rerank <= search_k]
    return efforts
