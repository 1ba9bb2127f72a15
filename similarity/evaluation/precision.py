"""How good the answers are: label precision of embeddings, recall of indexes."""

from collections import defaultdict
from collections.abc import Collection as AbstractCollection
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from similarity.ann.exact import ExactSearch
from similarity.datatypes import Embeddings, Ids, Item, Metric
from similarity.errors import QueryError


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
    everyone = range(len(labels))
    nearest = ExactSearch(embeddings, metric).neighbors(embeddings, 10, leave_out=everyone)
    return compare_labels(nearest, labels)


def compare_labels(nearest: Ids, labels: Sequence[str]) -> LabelPrecision:
    """Count how many neighbors share the label of the picture that they were found for.

    Args:
        nearest: (n, k) pictures, the neighbors of each, nearest first, without itself.
        labels: n labels.

    Returns:
        Precision at 1 and at k, averaged within each label, then over labels.
    """
    own: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for label, others in zip(labels, nearest.tolist(), strict=True):
        same = [labels[other] == label for other in others]
        own[label].append((float(same[0]), float(np.mean(same))))
    by_label = np.array([np.mean(pairs, axis=0) for pairs in own.values()])  # (n_labels, 2)
    at_1, at_10 = by_label.mean(axis=0).tolist()
    return LabelPrecision(at_1, at_10, len(own), len(labels))


def choose_items(
    items: Sequence[Item],
    per_label: int,
    only: AbstractCollection[str] = (),
    without: AbstractCollection[str] = (),
) -> NDArray[np.intp]:
    """Choose the pictures of an evaluation: the first of each label, in the order of their ids.

    Args:
        items: Of a collection.
        per_label: At most so many of each label, so that a large one does not decide.
        only: Labels that are taken; all unless given.
        without: Labels that are left out; pictures without a label always are.

    Returns:
        (n,) item ids.
    """
    taken: dict[str, int] = defaultdict(int)
    chosen = []
    for item in items:
        is_wanted = item.label and (not only or item.label in only) and item.label not in without
        if is_wanted and taken[item.label] < per_label:
            taken[item.label] += 1
            chosen.append(item.item_id)
    return np.array(chosen, dtype=np.intp)
