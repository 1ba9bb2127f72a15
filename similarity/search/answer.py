"""An answer as JSON: what the command line prints, the page offers and the API returns."""

from typing import TypedDict

from similarity.datatypes import Item, Metric, Neighbor, SearchResult, Timings
from similarity.search.searcher import Searcher


class ItemJson(TypedDict):
    """An indexed picture, see `datatypes.Item`."""

    item_id: int
    label: str
    caption: str
    file: str


class NeighborJson(ItemJson):
    """An indexed picture that was found, see `datatypes.Neighbor`."""

    rank: int
    distance: float
    similarity: float


class MillisecondsJson(TypedDict):
    """What the parts of a search took; 0 for a part that was not needed."""

    decode: float
    preprocess: float
    embed: float
    search: float


class QueryItemJson(TypedDict):
    """The indexed picture that a query is, or null."""

    item: ItemJson | None


class AnswerJson(TypedDict):
    """An answer, and what was asked of which index, see `datatypes.SearchResult`.

    Neighbors are nearest first; recall_at_k is null where it was not measured, n_allowed where
    nothing was filtered.
    """

    collection: str
    backbone: str
    weights: str
    metric: Metric
    k: int
    search_k: int
    rerank: int
    n_candidates: int
    n_items: int
    n_allowed: int | None
    n_trees: int
    dim: int
    recall_at_k: float | None
    milliseconds: MillisecondsJson
    query: QueryItemJson
    neighbors: list[NeighborJson]


def answer_json(searcher: Searcher, result: SearchResult) -> AnswerJson:
    """Describe an answer in values that JSON can say."""
    manifest = searcher.artifact.manifest
    return {
        "collection": searcher.artifact.collection.info.name,
        "backbone": manifest.backbone,
        "weights": manifest.weights.name,
        "metric": result.metric,
        "k": result.k,
        "search_k": result.search_k,
        "rerank": result.rerank,
        "n_candidates": result.n_candidates,
        "n_items": searcher.n_items,
        "n_allowed": result.n_allowed,
        "n_trees": searcher.n_trees,
        "dim": manifest.dim,
        "recall_at_k": result.recall_at_k,
        "milliseconds": _milliseconds(result.timings),
        "query": {"item": item_json(result.query_item) if result.query_item else None},
        "neighbors": [neighbor_json(neighbor) for neighbor in result.neighbors],
    }


def neighbor_json(neighbor: Neighbor) -> NeighborJson:
    """Describe a neighbor in values that JSON can say."""
    return {
        "rank": neighbor.rank,
        **item_json(neighbor.item),
        "distance": neighbor.distance,
        "similarity": neighbor.similarity,
    }


def item_json(item: Item) -> ItemJson:
    """Describe an item in values that JSON can say."""
    return {
        "item_id": item.item_id,
        "label": item.label,
        "caption": item.caption,
        "file": item.file,
    }


def _milliseconds(timings: Timings) -> MillisecondsJson:
    return {
        "decode": _to_milliseconds(timings.decode),
        "preprocess": _to_milliseconds(timings.preprocess),
        "embed": _to_milliseconds(timings.embed),
        "search": _to_milliseconds(timings.search),
    }


def _to_milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
