"""What an answer looks like on its way to the browser: plain values, no markup.

The browser makes text nodes of every text in it.
"""

from dataclasses import asdict
from typing import Any

from similarity.artifact import Manifest
from similarity.catalog import Catalog
from similarity.collection import Collection
from similarity.datatypes import Neighbor, SearchResult
from similarity.images import DEFAULT_LIMITS
from similarity.origin import read_origin
from similarity.page.links import (
    Reading,
    examples,
    k_range,
    search_k_bounds,
    write_choice,
)
from similarity.page.queries import Queries
from similarity.preparation import Preparation, Preparations, unready_backbones
from similarity.report import answer_json, item_json, neighbor_json
from similarity.search import Searcher


def answer_payload(
    reading: Reading,
    result: SearchResult,
    missed: list[Neighbor],
    *,
    queries: Queries,
    catalog: Catalog,
    preparations: Preparations,
) -> dict[str, Any]:
    """Describe an answer and everything that the page shows around it.

    Args:
        reading: What was asked.
        result: Its answer.
        missed: Neighbors of the exact answer that the result lacks, with their rank in it.
        queries: Where the visitor's picture is kept.
        catalog: What else there is to choose.
        preparations: What is being made ready to be chosen.
    """
    choice, searcher = reading.choice, reading.searcher
    collection = searcher.artifact.collection
    offer = next(offer for offer in reading.offers if offer.backbone == choice.backbone)
    return {
        "params": write_choice(choice, with_upload=True),
        "link": write_choice(choice, with_upload=False),
        "notes": reading.notes,
        "query": _query(reading, result, queries),
        "answer": answer_json(searcher, result),
        "missed": [neighbor_json(neighbor) for neighbor in missed],
        "index": _index(searcher.artifact.manifest, searcher),
        "origin": _origin(collection),
        "annoy_problem": catalog.annoy_problem,
        "offers": {
            "collections": [
                {"name": found.name, "title": found.title, "problem": found.problem}
                for found in reading.collections
            ],
            "backbones": _backbones(reading, preparations),
            "metrics": [m for m in searcher.artifact.manifest.indexes if m in offer.metrics],
            "k": k_range(searcher),
            "search_k": search_k_bounds(searcher),
            "examples": [item_json(item) for item in examples(collection)],
            "has_pictures": collection.has_pictures,
            "upload_bytes": DEFAULT_LIMITS.max_bytes,
        },
    }


def preparation_payload(preparation: Preparation | None) -> dict[str, Any]:
    """Describe how far a backbone is on its way to be ready.

    Returns:
        state (running, ready, failed, or none where nothing was begun since the start of the
        server), problem (why it failed), and progress.
    """
    if preparation is None:
        return {"state": "none"}
    # Asked first: what ends meanwhile is then still said to run, and asked for once more.
    if preparation.is_running:
        return {"state": "running", "progress": asdict(preparation.progress)}
    if preparation.error is not None:
        return {"state": "failed", "problem": preparation.error}
    return {"state": "ready"}


def _backbones(reading: Reading, preparations: Preparations) -> list[dict[str, Any]]:
    """Describe the backbones that can be chosen.

    Returns:
        name, title, state (ready, builds, downloads, or running while it is made ready); problem
        (why a ready one cannot be used, or null) or bytes (to be downloaded).
    """
    collection = reading.searcher.artifact.collection
    ready = [
        {"name": offer.backbone, "title": offer.title, "state": "ready", "problem": offer.problem}
        for offer in reading.offers
    ]
    others = [
        {
            "name": backbone.name,
            "title": backbone.title,
            "state": "running" if preparations.is_running(collection, backbone.name) else state,
            "bytes": backbone.published.download_bytes,
        }
        for backbone, state in unready_backbones(collection)
    ]
    return [*ready, *others]


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


def _origin(collection: Collection) -> dict[str, str] | None:
    """Describe the commit on the Hub that a collection is, if it is one."""
    origin = read_origin(collection.folder)
    return {"repo_id": origin.repo_id, "commit": origin.commit} if origin else None


def _index(manifest: Manifest, searcher: Searcher) -> dict[str, Any]:
    entry = manifest.indexes[searcher.metric]
    return {
        "bytes": sum(manifest.files[name].bytes for name in entry.files),
        "projected_dim": searcher.index_dim if entry.projection else None,
        "weights": manifest.weights.name,
        "verified": manifest.weights.verified,
    }
