"""What a visitor chose <-> the parameters of an address.

The browser sends the parameters of its address with every request, and every request is read here:
an opened link, a moved slider and a step back are the same thing. A value that cannot be used is
replaced by the nearest one that can, and a note says so.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict, TypeVar

from similarity.ann.search_k import search_k_range
from similarity.datatypes import Item, Metric
from similarity.errors import ArtifactError, ImageShapeError
from similarity.images.decoding import Region
from similarity.page.catalog import Catalog
from similarity.page.offers import CollectionOffer, Offer
from similarity.page.preparation import unready_backbones
from similarity.search.filters import Filter, list_names, shorten
from similarity.search.searcher import Searcher
from similarity.store.collection import Collection

DEFAULT_K = 24
MAX_K = 60
"""Most neighbors that the page shows; the command line and the API find any number."""

N_EXAMPLES = 8

MAX_TEXT = 200
"""Most characters of a filter's text; page.html asks for no more."""

Params = Mapping[str, str]
Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Subject:
    """What is searched for; without item and upload, nothing was chosen yet.

    Attributes:
        item: Id of an indexed picture.
        upload: Token of a picture that the visitor gave.
        region: The part of it that counts; None for the whole.
    """

    item: int | None = None
    upload: str | None = None
    region: Region | None = None


@dataclass(frozen=True)
class Choice:
    """Everything that decides an answer.

    Attributes:
        collection: Name of the collection's folder.
        backbone: Name of the artifact's folder.
        metric: Of the index.
        k: How many neighbors.
        search_k: How many places in its trees Annoy looks at.
        subject: What is searched for.
        where: What an answer must have; None for nothing.
    """

    collection: str
    backbone: str
    metric: Metric
    k: int
    search_k: int
    subject: Subject
    where: Filter | None = None


@dataclass(frozen=True)
class Reading:
    """What was read from parameters.

    Attributes:
        choice: Complete, with each value in its range.
        notes: A sentence for each value that had to be replaced.
        searcher: That answers it.
        collections: All that there are.
        offers: The artifacts of the one that is searched.
    """

    choice: Choice
    notes: tuple[str, ...]
    searcher: Searcher
    collections: tuple[CollectionOffer, ...]
    offers: tuple[Offer, ...]


class ChoiceParams(TypedDict):
    """A choice as the parameters of an address; labels is a JSON array of names."""

    collection: str
    backbone: str
    metric: str
    k: str
    search_k: str
    labels: NotRequired[str]
    text: NotRequired[str]
    item: NotRequired[str]
    upload: NotRequired[str]
    region: NotRequired[str]


def read_choice(params: Params, catalog: Catalog) -> Reading:
    """Read a visitor's choice; what is missing gets a default.

    Args:
        params: collection, backbone, metric, k, search_k, labels, text, item, upload, region;
            others are ignored.
        catalog: Says what can be chosen.

    Raises:
        ArtifactNotFoundError: There is nothing to choose from.
        ArtifactError: What was chosen cannot be used.
    """
    try:
        return _read_choice(params, catalog)
    except ArtifactError:
        # What was found to be damaged just now is known by now, and something else is taken.
        return _read_choice(params, catalog)


def _read_choice(params: Params, catalog: Catalog) -> Reading:
    notes: list[str] = []
    collections = {name: found.problem for name, found in catalog.collections().items()}
    collection = _one_of("collection", params, collections, lambda: catalog.default()[0], notes)
    offers = {offer.backbone: offer for offer in catalog.offers(collection)}
    backbone = _backbone(params, offers, collection, catalog, notes)
    offer = offers[backbone]
    metrics: dict[Metric, str | None] = {**dict.fromkeys(offer.metrics), **offer.broken}
    metric = _one_of(
        "metric", params, metrics, lambda: catalog.default(collection, backbone)[2], notes
    )
    searcher = catalog.searcher(collection, backbone, metric)
    items = searcher.artifact.collection
    k = _whole("k", params, DEFAULT_K, k_range(searcher), notes)
    default = searcher.default_search_k(k)
    search_k = _whole("search_k", params, default, search_k_bounds(searcher), notes)
    where = _filter(params, items, notes)
    subject = _subject(params, items, notes)
    choice = Choice(collection, backbone, metric, k, search_k, subject, where)
    return Reading(
        choice,
        tuple(notes),
        searcher,
        collections=tuple(catalog.collections().values()),
        offers=catalog.offers(collection),
    )


def write_choice(choice: Choice, *, with_upload: bool) -> ChoiceParams:
    """Write a choice as parameters, in the order in which an address shows them.

    Args:
        choice: To be written.
        with_upload: Whether to name a given picture, which only its own visitor can see. Without
            it the parameters are fit for a link to be passed on.
    """
    params: ChoiceParams = {
        "collection": choice.collection,
        "backbone": choice.backbone,
        "metric": choice.metric,
        "k": str(choice.k),
        "search_k": str(choice.search_k),
    }
    if choice.where is not None and choice.where.labels:
        params["labels"] = json.dumps(sorted(choice.where.labels), ensure_ascii=False)
    if choice.where is not None and choice.where.text:
        params["text"] = choice.where.text
    subject = choice.subject
    if subject.item is not None:
        params["item"] = str(subject.item)
    elif with_upload and subject.upload is not None:
        params["upload"] = subject.upload
    else:
        return params
    if subject.region is not None:
        region = subject.region
        sides = (region.left, region.top, region.right, region.bottom)
        params["region"] = ",".join(f"{side:.4g}" for side in sides)
    return params


def k_range(searcher: Searcher) -> tuple[int, int]:
    """Least and most neighbors that the page shows; the query itself is not one of them."""
    return 1, max(1, min(MAX_K, searcher.n_items - 1))


def search_k_bounds(searcher: Searcher) -> tuple[int, int]:
    """Bounds of search_k for a searcher, see `search_k_range`."""
    return search_k_range(searcher.n_items, searcher.n_trees, searcher.index_dim)


def examples(collection: Collection) -> list[Item]:
    """Choose pictures to begin with: the first of labels that lie evenly among all labels."""
    firsts = collection.firsts
    if len(firsts) < N_EXAMPLES:
        firsts = collection.items
    step = max(1, len(firsts) // N_EXAMPLES)
    return list(firsts[step // 2 :: step][:N_EXAMPLES])


def _backbone(
    params: Params,
    offers: Mapping[str, Offer],
    collection: str,
    catalog: Catalog,
    notes: list[str],
) -> str:
    given = params.get("backbone", "")
    if given and given not in offers:
        unready = unready_backbones(catalog.collection(collection))
        for title in [backbone.title for backbone, _ in unready if backbone.name == given]:
            taken = catalog.default(collection)[1]
            notes.append(
                f"{title} is not ready for this collection; {taken} was taken: choose it in the "
                "settings to make it ready."
            )
            return taken
    problems = {name: offer.problem for name, offer in offers.items()}
    return _one_of("backbone", params, problems, lambda: catalog.default(collection)[1], notes)


def _filter(params: Params, items: Collection, notes: list[str]) -> Filter | None:
    """Read a filter, which no picture may pass: a text is typed letter by letter."""
    labels = _labels(params.get("labels"), items, notes)
    where = Filter(labels, _text(params.get("text", ""), notes))
    return None if where.is_empty else where


def _text(given: str, notes: list[str]) -> str:
    """Read a text, which goes back into an address: half a surrogate pair cannot."""
    text = given.encode(errors="ignore").decode()
    if len(text) <= MAX_TEXT:
        return text
    notes.append(
        f"The text {shorten(text)!r} has {len(text)} characters; the first {MAX_TEXT} were taken."
    )
    return text[:MAX_TEXT]


def _labels(text: str | None, items: Collection, notes: list[str]) -> frozenset[str]:
    """Read a JSON array of labels; those that do not exist are left out."""
    if not text:
        return frozenset()
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, list) or not all(isinstance(label, str) for label in given):
        notes.append(f"The labels {shorten(text)!r} are no JSON array of names; all were searched.")
        return frozenset()
    labels = frozenset(given)
    if unknown := labels - items.labels.keys():
        notes.append(f"There is no label {list_names(sorted(unknown), 'or')} here; left out.")
    return labels - unknown


def _subject(params: Params, items: Collection, notes: list[str]) -> Subject:
    region = _region(params.get("region"), notes)
    if params.get("upload"):
        return Subject(upload=params["upload"], region=region)
    first = examples(items)[0].item_id
    if not params.get("item"):
        return Subject(item=first)
    item = _whole("item", params, first, (0, len(items.items) - 1), notes)
    return Subject(item=item, region=region)


def _region(text: str | None, notes: list[str]) -> Region | None:
    if not text:
        return None
    try:
        left, top, right, bottom = map(float, text.split(","))
        return Region(left, top, right, bottom)
    except (ValueError, ImageShapeError):
        notes.append(
            f"The region {shorten(text)} does not lie within a picture; the whole was taken."
        )
        return None


def _one_of(
    name: str,
    params: Params,
    problems: Mapping[Name, str | None],
    default: Callable[[], Name],
    notes: list[str],
) -> Name:
    """Read a name; the default, unless one is given that can be used.

    Args:
        name: Of the parameter.
        params: Where it is looked up.
        problems: Each name that there is, with what keeps it from being used, if anything does.
        default: Chooses one that can be used.
        notes: Gets a sentence if a given name was replaced.
    """
    given = params.get(name)
    if not given:
        return default()
    for value, problem in problems.items():
        if value == given:
            if problem is None:
                return value
            taken = default()
            notes.append(f"{problem} The {name} {taken} was taken.")
            return taken
    taken = default()
    notes.append(f"There is no {name} {shorten(given)} here; {taken} was taken.")
    return taken


def _whole(
    name: str, params: Params, default: int, bounds: tuple[int, int], notes: list[str]
) -> int:
    """Read a whole number between bounds, into which a default is brought silently."""
    low, high = bounds
    default = max(low, min(high, default))
    given = params.get(name)
    if not given:
        return default
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if math.isnan(value) or (math.isfinite(value) and not value.is_integer()):
        notes.append(f"{name} {shorten(given)} is not a whole number; {default} was taken.")
        return default
    if low <= value <= high:
        return int(value)
    nearest = low if value < low else high
    notes.append(f"{name} {shorten(given)} is not between {low} and {high}; {nearest} was taken.")
    return nearest
