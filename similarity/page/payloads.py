"""What an answer looks like on its way to the browser: plain values, no markup.

The browser makes text nodes of every text in it. Its scripts know these types from
payload_types.js, which `python -m tests.js.typedefs` makes of them.
"""

from typing import Literal, TypedDict

from similarity.datatypes import Metric, Neighbor, SearchResult
from similarity.hub.addresses import read_origin
from similarity.images.decoding import DEFAULT_LIMITS
from similarity.page.catalog import Catalog
from similarity.page.links import (
    ChoiceParams,
    Reading,
    examples,
    k_range,
    search_k_bounds,
    write_choice,
)
from similarity.page.preparation import (
    Preparation,
    Preparations,
    Progress,
    Readiness,
    Unit,
    unready_backbones,
)
from similarity.page.queries import Queries
from similarity.search.answer import (
    AnswerJson,
    ItemJson,
    NeighborJson,
    answer_json,
    item_json,
    neighbor_json,
)
from similarity.search.filters import Filter
from similarity.search.searcher import Searcher
from similarity.store.artifact import Manifest
from similarity.store.collection import Collection


class Problem(TypedDict):
    """An error that a person can cause, as a sentence; takes the place of any payload."""

    problem: str


Sides = tuple[float, float, float, float]
"""Left, top, right and bottom of a region, as shares of the picture's."""


class ItemQuery(TypedDict):
    """An indexed picture that was searched for, or a region of it."""

    upload: None
    item: ItemJson
    region: Sides | None


class UploadQuery(TypedDict):
    """A visitor's picture that was searched for, or a region of it.

    upload is its name, item the indexed picture that it is identical to.
    """

    upload: str
    item: ItemJson | None
    region: Sides | None


class IndexPayload(TypedDict):
    """What was searched in; projected_dim is null where Annoy holds whole embeddings."""

    bytes: int
    projected_dim: int | None
    weights: str
    verified: bool


class OriginPayload(TypedDict):
    """The commit on the Hub that a collection is."""

    repo_id: str
    commit: str


class CollectionChoice(TypedDict):
    """A collection that can be chosen; problem says why it cannot be used, if so."""

    name: str
    title: str
    problem: str | None


class ReadyBackboneOffer(TypedDict):
    """A backbone that can be chosen; problem says why it cannot be used, if so."""

    name: str
    title: str
    state: Literal["ready"]
    problem: str | None


class UnreadyBackboneOffer(TypedDict):
    """A backbone that can be made ready; bytes are those to be downloaded."""

    name: str
    title: str
    state: Literal["builds", "downloads", "running"]
    bytes: int


class FilterPayload(TypedDict):
    """What an answer must have; no labels and no text for nothing, n_allowed is null then."""

    labels: list[str]
    text: str
    n_allowed: int | None


class OffersPayload(TypedDict):
    """What can be chosen; k and search_k are the least and the most, labels have their counts."""

    collections: list[CollectionChoice]
    backbones: list[ReadyBackboneOffer | UnreadyBackboneOffer]
    metrics: list[Metric]
    k: tuple[int, int]
    search_k: tuple[int, int]
    labels: list[tuple[str, int]]
    examples: list[ItemJson]
    has_pictures: bool
    upload_bytes: int


class AnswerPayload(TypedDict):
    """An answer and everything that the page shows around it.

    link is params without the visitor's own picture, fit to be passed on; missed are neighbors of
    the exact answer that the answer lacks, with their rank in it.
    """

    params: ChoiceParams
    link: ChoiceParams
    notes: list[str]
    query: ItemQuery | UploadQuery
    filter: FilterPayload
    answer: AnswerJson
    missed: list[NeighborJson]
    index: IndexPayload
    origin: OriginPayload | None
    annoy_problem: str | None
    offers: OffersPayload


class CurvePoint(TypedDict):
    """Recall of one query at one search_k, and how long the search took."""

    search_k: int
    recall: float
    milliseconds: float


class CurvePayload(TypedDict):
    """Recall and time over search_k, which rises."""

    points: list[CurvePoint]


class BrowsePayload(TypedDict):
    """A page of a collection's pictures; labels are those of all pictures, with their counts."""

    collection: str
    labels: list[tuple[str, int]]
    n_found: int
    page: int
    n_pages: int
    items: list[ItemJson]


class ProgressPayload(TypedDict):
    """How far a preparation is; total is 0 where nobody knows."""

    description: str
    done: int
    total: int
    unit: Unit


class RunningPreparation(TypedDict):
    """A backbone that is being made ready."""

    state: Literal["running"]
    progress: ProgressPayload


class FailedPreparation(TypedDict):
    """A backbone that could not be made ready, and why."""

    state: Literal["failed"]
    problem: str


class OtherPreparation(TypedDict):
    """A backbone that is ready; none where nothing was begun since the start of the server."""

    state: Literal["ready", "none"]


PreparationPayload = RunningPreparation | FailedPreparation | OtherPreparation


def answer_payload(
    reading: Reading,
    result: SearchResult,
    missed: list[Neighbor],
    *,
    queries: Queries,
    catalog: Catalog,
    preparations: Preparations,
) -> AnswerPayload:
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
        "notes": list(reading.notes),
        "query": _query(reading, result, queries),
        "filter": _filter(choice.where, result),
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
            "labels": list(collection.labels.items()),
            "examples": [item_json(item) for item in examples(collection)],
            "has_pictures": collection.has_pictures,
            "upload_bytes": DEFAULT_LIMITS.max_bytes,
        },
    }


def preparation_payload(preparation: Preparation | None) -> PreparationPayload:
    """Describe how far a backbone is on its way to be ready."""
    if preparation is None:
        return {"state": "none"}
    # Asked first: what ends meanwhile is then still said to run, and asked for once more.
    if preparation.is_running:
        return {"state": "running", "progress": _progress(preparation.progress)}
    if preparation.error is not None:
        return {"state": "failed", "problem": preparation.error}
    return {"state": "ready"}


def _progress(progress: Progress) -> ProgressPayload:
    return {
        "description": progress.description,
        "done": progress.done,
        "total": progress.total,
        "unit": progress.unit,
    }


def _backbones(
    reading: Reading, preparations: Preparations
) -> list[ReadyBackboneOffer | UnreadyBackboneOffer]:
    """Describe the backbones that can be chosen, those that are ready first."""
    collection = reading.searcher.artifact.collection
    offers: list[ReadyBackboneOffer | UnreadyBackboneOffer] = [
        {"name": offer.backbone, "title": offer.title, "state": "ready", "problem": offer.problem}
        for offer in reading.offers
    ]
    for backbone, readiness in unready_backbones(collection):
        state: Literal["builds", "downloads", "running"] = "downloads"
        if preparations.is_running(collection, backbone.name):
            state = "running"
        elif readiness is Readiness.BUILDS:
            state = "builds"
        offers.append(
            {
                "name": backbone.name,
                "title": backbone.title,
                "state": state,
                "bytes": backbone.published.download_bytes,
            }
        )
    return offers


def _query(reading: Reading, result: SearchResult, queries: Queries) -> ItemQuery | UploadQuery:
    subject = reading.choice.subject
    region = subject.region
    sides = (region.left, region.top, region.right, region.bottom) if region else None
    if subject.item is not None:
        item = reading.searcher.artifact.collection.items[subject.item]
        return {"upload": None, "item": item_json(item), "region": sides}
    return {
        "upload": queries.upload(subject.upload or "").name,
        "item": item_json(result.query_item) if result.query_item else None,
        "region": sides,
    }


def _filter(where: Filter | None, result: SearchResult) -> FilterPayload:
    where = where or Filter()
    return {
        "labels": sorted(where.labels),
        "text": where.text,
        "n_allowed": result.n_allowed,
    }


def _origin(collection: Collection) -> OriginPayload | None:
    origin = read_origin(collection.folder)
    return {"repo_id": origin.repo_id, "commit": origin.commit} if origin else None


def _index(manifest: Manifest, searcher: Searcher) -> IndexPayload:
    entry = manifest.indexes[searcher.metric]
    return {
        "bytes": sum(manifest.files[name].bytes for name in entry.files),
        "projected_dim": searcher.index_dim if entry.projection else None,
        "weights": manifest.weights.name,
        "verified": manifest.weights.verified,
    }
