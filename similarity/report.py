"""An answer as JSON: what the command line prints, the page offers and the API returns."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from similarity.datatypes import Item, Neighbor, SearchResult
from similarity.search import Searcher


def answer_json(searcher: Searcher, result: SearchResult) -> dict[str, Any]:
    """Describe an answer in values that JSON can say.

    Returns:
        query (the indexed item that the query is, or null), neighbors (nearest first), what was
        asked of which index, recall_at_k (null where it was not measured), milliseconds.
    """
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
        "n_trees": searcher.n_trees,
        "dim": manifest.dim,
        "recall_at_k": result.recall_at_k,
        "milliseconds": {
            name: round(seconds * 1000, 3) for name, seconds in asdict(result.timings).items()
        },
        "query": {"item": result.query_item and item_json(result.query_item)},
        "neighbors": [neighbor_json(neighbor) for neighbor in result.neighbors],
    }


def neighbor_json(neighbor: Neighbor) -> Mapping[str, Any]:
    """Describe a neighbor in values that JSON can say."""
    return {
        "rank": neighbor.rank,
        **item_json(neighbor.item),
        "distance": neighbor.distance,
        "similarity": neighbor.similarity,
    }


def item_json(item: Item) -> Mapping[str, Any]:
    """Describe an item in values that JSON can say."""
    return {
        "item_id": item.item_id,
        "label": item.label,
        "caption": item.caption,
        "file": item.file,
    }
