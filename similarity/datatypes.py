"""Records that travel between modules. All are frozen: a result is never edited on its way."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import StringConstraints

Embeddings = NDArray[np.float32]
"""Vectors as a backbone gives them, (N, dim) float32, one row a picture; not normalized."""

Distances = NDArray[np.float64]
"""(n,) in a metric's own unit, see `Neighbor`."""

Ids = NDArray[np.intp]
"""(n,) item ids."""

Allowed = NDArray[np.bool_]
"""(n_items,) whether an item may be an answer."""

Metric = Literal["angular", "euclidean", "manhattan", "dot"]
METRICS: tuple[Metric, ...] = get_args(Metric)

GIVEN = "given"
"""Stands for the backbone's name where embeddings were given, not made here."""

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
"""A digest as 64 hexadecimal digits; checked where records are read from a file."""


@dataclass(frozen=True)
class WeightsInfo:
    """Which weights an embedding came from, as an artifact records them.

    Attributes:
        name: Full name of torchvision's weights (`ResNet18_Weights.IMAGENET1K_V1`), or the file
            name of a local checkpoint.
        file: File name.
        sha256: Of the file.
        verified: Whether the digest is the one under which these weights were published.
    """

    name: str
    file: str
    sha256: Sha256
    verified: bool


@dataclass(frozen=True)
class Item:
    """One picture of a collection.

    Attributes:
        item_id: Its line in items.jsonl, its row in the embeddings and its id in every index.
        file: Path of the kept picture below the collection, with forward slashes; empty where
            there is none.
        label: Folder name or category; empty where there is none.
        caption: A short text about the picture; for pictures of one's own, where they came from.
        sha256: Of the source picture's bytes; without a picture, of its embedding's.
    """

    item_id: int
    file: str
    label: str
    caption: str
    sha256: Sha256


@dataclass(frozen=True)
class Neighbor:
    """One answer to a query.

    Attributes:
        rank: 1 is the nearest.
        item: The picture that was found.
        distance: In the metric's own unit. Angular: sqrt(2 (1 - cos)), in [0, 2]. Euclidean and
            manhattan: of the vectors as the backbone gives them. Dot: the inner product, where
            larger is nearer.
        similarity: Cosine of the angle between the two embeddings, in [-1, 1], for every metric.
    """

    rank: int
    item: Item
    distance: float
    similarity: float


@dataclass(frozen=True)
class Timings:
    """Seconds that the parts of one search took; 0 for a part that was not needed."""

    decode: float = 0.0
    preprocess: float = 0.0
    embed: float = 0.0
    search: float = 0.0

    @property
    def total(self) -> float:
        """Sum of the parts, in seconds."""
        return self.decode + self.preprocess + self.embed + self.search


@dataclass(frozen=True)
class SearchResult:
    """A query's answer and how it was found.

    Attributes:
        neighbors: Nearest first; shorter than k where the index could not find k items.
        metric: Of the distances.
        k: How many neighbors were asked for; with a filter, no more than it lets be an answer.
        search_k: How many places in its trees Annoy was asked to look at, after the default was
            filled in; an item has one place in each tree.
        rerank: How many candidates were to be ranked by their embeddings, likewise.
        n_candidates: How many distinct items were compared with the query to find those.
        timings: Of this search.
        query_item: The indexed item that was searched for, or that the query picture is identical
            to; None for a picture from outside.
        recall_at_k: Share of the exact k nearest that was found, in [0, 1]; None where it was not
            asked for.
        exact: The exact k nearest, nearest first, to which recall_at_k compares; None likewise.
        n_allowed: How many items the filter let be an answer; None without a filter.
    """

    neighbors: tuple[Neighbor, ...]
    metric: Metric
    k: int
    search_k: int
    rerank: int
    n_candidates: int
    timings: Timings
    query_item: Item | None = None
    recall_at_k: float | None = None
    exact: tuple[Neighbor, ...] | None = None
    n_allowed: int | None = None
