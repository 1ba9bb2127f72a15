"""What an answer looks like on its way to the browser: plain values, no markup.

The browser makes text nodes of every text in it.
"""

from typing import Any

from similarity.artifact import Manifest
from similarity.catalog import Catalog
from similarity.datatypes import Neighbor, SearchResult
from similarity.images import DEFAULT_LIMITS
from similarity.page.links import (
    Reading,
    examples,
    k_range,
    search_k_bounds,
    write_choice,
)
from similarity.page.queries import Queries
from similarity.report import answer_json, item_json, neighbor_json
from similarity.search import Searcher


def answer_payload(
    reading: Reading,
    result: SearchResult,
    missed: list[Neighbor],
    queries: Queries,
    catalog: Catalog,
) -> dict[str, Any]:
    """Describe an answer and everything that the page shows around it.

    Args:
        reading: What was asked.
        result: Its answer.
        missed: Neighbors of the exact answer that the result lacks, with their rank in it.
        queries: Where the visitor's picture is kept.
        catalog: What else there is to choose.
    """
    choice, searcher = reading.choice, reading.searcher
    collection = searcher.artifact.collection
    return {
        "params": write_choice(choice, with_upload=True),
        "link": write_choice(choice, with_upload=False),
        "notes": reading.notes,
        "query": _query(reading, result, queries),
        "answer": answer_json(searcher, result),
        "missed": [neighbor_json(neighbor) for neighbor in missed],
        "index": _index(searcher.artifact.manifest, searcher),
        "offers": {
            "collections": [
                {"name": name, "title": catalog.collection(name).info.title}
                for name in catalog.collections()
            ],
            "backbones": [
                {"name": offer.backbone, "title": offer.title, "problem": offer.problem}
                for offer in reading.offers
            ],
            "metrics": list(searcher.artifact.manifest.indexes),
            "k": k_range(searcher),
            "search_k": search_k_bounds(searcher),
            "examples": [item_json(item) for item in examples(collection)],
            "has_pictures": collection.has_pictures,
            "upload_bytes": DEFAULT_LIMITS.max_bytes,
        },
    }


def _query(reading: Reading, result: SearchResult, queries: Queries) -> dict[str, Any]:
    """Describe what was searched for.

    Returns:
        upload (name of the visitor's picture, or null), item (the indexed picture that it is, or
        null), region.
    """
    subject = reading.choice.subject
    item = result.query_item
    if subject.item is not None:
        item = reading.searcher.artifact.collection.items[subject.item]
    region = subject.region
    return {
        "upload": subject.upload and queries.upload(subject.upload).name,
        "item": item and item_json(item),
        "region": region and [region.left, region.top, region.right, region.bottom],
    }


def _index(manifest: Manifest, searcher: Searcher) -> dict[str, Any]:
    entry = manifest.indexes[searcher.metric]
    return {
        "bytes": sum(manifest.files[name].bytes for name in entry.files),
        "projected_dim": searcher.index_dim if entry.projection else None,
        "weights": manifest.weights.name,
        "verified": manifest.weights.verified,
    }
