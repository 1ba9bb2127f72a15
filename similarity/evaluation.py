"""How good the answers are: label precision of embeddings, recall of indexes."""

from collections import defaultdict
from collections.abc import Collection as AbstractCollection
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from similarity.artifact import Recall
from similarity.datatypes import Embeddings, Item, Metric
from similarity.errors import QueryError
from similarity.index import Index
from similarity.metrics import exact_neighbors

DEFAULT_PER_LABEL = 20
RECALL_QUERIES = 200
"""Items that a build searches for to measure its recall: a standard error below .02."""


@dataclass(frozen=True)
class LabelPrecision:
    """How often the nearest neighbors share the query's label.

    Attributes:
        at_1: Share of queries whose nearest neighbor has their label, in [0, 1].
        at_10: Share of the 10 nearest that have the query's label, in [0, 1].
        n_labels: Labels over which the two are averaged, each counting the same.
        n_items: Pictures that were compared.
    """

    at_1: float
    at_10: float
    n_labels: int
    n_items: int


def label_precision(
    embeddings: Embeddings, labels: Sequence[str], metric: Metric
) -> LabelPrecision:
    """Search for each picture among the others, exactly, and compare labels.

    Args:
        embeddings: (n, dim) float32.
        labels: n labels.
        metric: To compare by.

    Returns:
        Leave-one-out precision, averaged within each label, then over labels.

    Raises:
        QueryError: Fewer than 2 pictures.
    """
    if len(labels) < 2:
        raise QueryError(f"Label precision needs at least 2 labelled pictures, got {len(labels)}.")
    own: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for position, label in enumerate(labels):
        nearest = exact_neighbors(embeddings[position], embeddings, metric, 10, leave_out=position)
        same = [labels[other] == label for other in nearest]
        own[label].append((float(same[0]), float(np.mean(same))))
    by_label = np.array([np.mean(pairs, axis=0) for pairs in own.values()])  # (n_labels, 2)
    at_1, at_10 = by_label.mean(axis=0).tolist()
    return LabelPrecision(at_1, at_10, len(own), len(labels))


def choose_items(
    items: Sequence[Item], per_label: int, without: AbstractCollection[str] = ()
) -> NDArray[np.intp]:
    """Choose the pictures of an evaluation: the first of each label, in the order of their ids.

    Args:
        items: Of a collection.
        per_label: At most so many of each label, so that a large one does not decide.
        without: Labels that are left out; pictures without a label always are.

    Returns:
        (n,) item ids.
    """
    taken: dict[str, int] = defaultdict(int)
    chosen = []
    for item in items:
        if item.label and item.label not in without and taken[item.label] < per_label:
            taken[item.label] += 1
            chosen.append(item.item_id)
    return np.array(chosen, dtype=np.intp)


def measure_recall(
    index: Index, embeddings: Embeddings, search_k: int, seed: int, k: int = 10
) -> Recall:
    """Search an index for some of its own items and compare with the exact answers.

    Args:
        index: Opened.
        embeddings: (n_items, dim) float32 that it was built from.
        search_k: Candidates that Annoy may examine.
        seed: Chooses the items.
        k: Neighbors, without the item itself; fewer where the index has no more.

    Returns:
        The mean share of the exact neighbors that was found.
    """
    n_items = len(embeddings)
    k = min(k, n_items - 1)
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(n_items, size=min(RECALL_QUERIES, n_items), replace=False))
    shares = []
    for item_id in chosen.tolist():
        exact = exact_neighbors(embeddings[item_id], embeddings, index.metric, k, item_id)
        found = index.candidates(embeddings[item_id], k + 1, search_k)
        others = found[found != item_id][:k]
        shares.append(len(np.intersect1d(exact, others)) / k if k else 1.0)
    return Recall(value=float(np.mean(shares)), search_k=search_k, n_queries=len(chosen))
