"""The collections below a folder, and their searchers, for a program that serves many at once.

What stands on disk is looked at before it is used, so that a finished build appears without a
restart. What was loaded stays loaded until another build takes its place: two visitors who choose
differently use two searchers, and an answer that has begun ends with the one it began with.
"""

import io
import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import Generic, TypeVar

from PIL import Image

from similarity.ann.selfcheck import find_annoy_problem
from similarity.datatypes import GIVEN, METRICS, Metric, WeightsInfo
from similarity.errors import (
    ArtifactCorruptError,
    ArtifactError,
    ArtifactNotFoundError,
    SimilarityError,
)
from similarity.images.decoding import KEPT_SIDE
from similarity.models.embedder import Embedder, load_recorded_embedder
from similarity.page.offers import CollectionOffer, Offer, Offers
from similarity.search.searcher import Searcher
from similarity.store.artifact import MANIFEST_FILE, Artifact, Manifest
from similarity.store.collection import INFO_FILE, ITEMS_FILE, Collection, CollectionInfo
from similarity.store.watch import Marks

LoadEmbedder = Callable[[str, WeightsInfo, Sequence[Path]], Embedder]
"""Makes the embedder of a backbone with the weights that an artifact recorded."""

_log = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

IndexName = tuple[str, str, Metric]
"""Names of a collection and a backbone, and a metric: what a searcher searches."""

Version = tuple[CollectionInfo | None, Manifest | None]
"""What the records of a collection and an artifact say; another build says something else."""


class Catalog:
    """Finds collections and loads searchers when they are first asked for. Safe for threads."""

    def __init__(
        self,
        folder: Path,
        weights: Sequence[Path] = (),
        load_embedder: LoadEmbedder = load_recorded_embedder,
    ) -> None:
        """Look below a folder.

        Args:
            folder: Holds collections, or is one.
            weights: Files among which the artifacts' weights are looked for first.
            load_embedder: Makes embedders; tests give one that is computed by hand.
        """
        self.folder = folder
        self._weights = tuple(weights)
        self._load_embedder = load_embedder
        self._offers = Offers(folder)
        self._collections = _Once[str, Collection]()
        self._embedders = _Once[tuple[str, str], Embedder]()
        self._searchers = _Once[IndexName, Searcher]()
        self._annoy = _Once[str, str | None]()
        self._failures: dict[IndexName, _Failure] = {}
        self._is_warm = Event()

    def collections(self) -> dict[str, CollectionOffer]:
        """List the collections that have an artifact, by the folder's name."""
        return {name: self._marked(offer) for name, offer in self._offers.all().items()}

    def collection(self, name: str) -> Collection:
        """Load a collection.

        Raises:
            ArtifactNotFoundError: There is none of this name.
            ArtifactError: It cannot be used.
        """
        return self._load_collection(self._find(name))

    def offers(self, collection: str) -> tuple[Offer, ...]:
        """List the artifacts of a collection: in the order of `TITLES`, then by name.

        Raises:
            ArtifactNotFoundError: There is no collection of this name.
        """
        return self._marked(self._find(collection)).offers

    def searcher(self, collection: str, backbone: str, metric: Metric) -> Searcher:
        """Load a searcher, whose network is loaded when it gets its first picture.

        Raises:
            ArtifactNotFoundError: There is no such collection, artifact or index.
            ArtifactError: It cannot be used.
        """
        found = self._find(collection)
        offer = next((offer for offer in found.offers if offer.backbone == backbone), None)
        if offer is None:
            raise _no_artifact(found, backbone)
        index = (collection, backbone, metric)
        version = (found.info, offer.manifest)

        def load() -> Searcher:
            marks = Marks.take(_files(found, offer))
            try:
                searcher = self._open(found, index)
            except ArtifactError as error:
                if metric in offer.metrics:
                    self._failures[index] = _Failure(str(error), version, marks)
                raise
            self._failures.pop(index, None)
            return searcher

        return self._searchers.get(index, load, version)

    def default(self, collection: str | None = None, backbone: str | None = None) -> IndexName:
        """Choose what nobody chose: the first collection, backbone and metric that can be used.

        Args:
            collection: The one that was chosen, if one was.
            backbone: Likewise; only of a collection that was chosen.

        Raises:
            ArtifactNotFoundError: There is nothing to choose from.
            ArtifactError: Nothing of it can be used; says why the first one cannot.
        """
        for index in self._usable(collection, backbone):
            with suppress(ArtifactError):  # which is remembered
                self.searcher(*index)
                return index
        raise self._nothing(collection, backbone)

    def find(self, collection: str | None, backbone: str | None, metric: str | None) -> Searcher:
        """Load the searcher that a program means; what it leaves out is chosen by `default`.

        Raises:
            ArtifactNotFoundError: There is no such collection, artifact or index.
            ArtifactError: It cannot be used.
        """
        collection = collection or self.default()[0]
        backbone = backbone or self.default(collection)[1]
        metric = metric or self.default(collection, backbone)[2]
        for known in METRICS:
            if known == metric:
                return self.searcher(collection, backbone, known)
        offered = next(offer for offer in self.offers(collection) if offer.backbone == backbone)
        raise ArtifactNotFoundError(
            f"There is no metric {metric!r}; choose one of {', '.join(offered.metrics)}."
        )

    def warm_up(self) -> None:
        """Run the first searcher and its network once, so that the first visitor is quick.

        A failure is logged and not raised: a visitor who asks for the same gets the sentence.
        """
        try:
            searcher = self.find(None, None, None)
            searcher.search(searcher.query_by_item(0), k=1)
            self._is_warm.set()
            if searcher.artifact.manifest.backbone != GIVEN:
                gray = io.BytesIO()
                Image.new("RGB", (KEPT_SIDE, KEPT_SIDE), "gray").save(gray, "PNG")
                searcher.query_by_picture(gray.getvalue())
        except SimilarityError as error:
            _log.warning("%s", error)
        finally:
            self._is_warm.set()

    @property
    def annoy_problem(self) -> str | None:
        """Why searches look at every item instead of asking Annoy; None where Annoy works."""
        return self._annoy.get("problem", find_annoy_problem)

    @property
    def is_warm(self) -> bool:
        """Whether `warm_up` has answered a first search, or found that nothing can be searched."""
        return self._is_warm.is_set()

    @property
    def is_ready(self) -> bool:
        """Whether something can be searched now, and the first to ask need not wait for it."""
        if not self.is_warm:
            return False
        try:
            self.default()
        except ArtifactError:
            return False
        return True

    def _usable(self, collection: str | None, backbone: str | None) -> Iterator[IndexName]:
        """List what is not known to be damaged; nothing but its own records was looked at."""
        found = [self._find(collection)] if collection else self._offers.all().values()
        for marked in map(self._marked, found):
            for offer in marked.offers if marked.problem is None else ():
                if backbone in {None, offer.backbone}:
                    yield from ((marked.name, offer.backbone, metric) for metric in offer.metrics)

    def _nothing(self, collection: str | None, backbone: str | None) -> ArtifactError:
        """Say why there is nothing to choose."""
        found = self.collections()
        if collection is None:
            if not found:
                return self._no_collection("")
            return ArtifactCorruptError(str(next(iter(found.values())).problem))
        marked = found[collection]
        offers = {offer.backbone: offer for offer in marked.offers}
        if backbone is not None and backbone not in offers:
            return _no_artifact(marked, backbone)
        problem = marked.damage or (offers[backbone].problem if backbone else marked.problem)
        return ArtifactCorruptError(str(problem))

    def _find(self, name: str) -> CollectionOffer:
        found = self._offers.one(name)
        if found is None:
            raise self._no_collection(name)
        return found

    def _no_collection(self, name: str) -> ArtifactNotFoundError:
        names = self._offers.all()
        if not names:
            return ArtifactNotFoundError(
                f"There is no artifact in {self.folder} yet: make one with python -m similarity "
                f"build PHOTOS --output {self.folder / 'photos'}, then load this page again."
            )
        return ArtifactNotFoundError(
            f"There is no collection {name!r}; choose one of {', '.join(names)}."
        )

    def _marked(self, found: CollectionOffer) -> CollectionOffer:
        """Add what was found out when its indexes were opened."""
        if not self._failures:
            return found
        return replace(found, offers=tuple(self._marked_offer(found, o) for o in found.offers))

    def _marked_offer(self, found: CollectionOffer, offer: Offer) -> Offer:
        broken = {}
        for metric in offer.metrics:
            failure = self._failures.get((found.name, offer.backbone, metric))
            if failure is not None and failure.lasts((found.info, offer.manifest)):
                broken[metric] = failure.problem
        metrics = tuple(metric for metric in offer.metrics if metric not in broken)
        problem = offer.problem if metrics else next(iter(broken.values()), offer.problem)
        return replace(offer, metrics=metrics, problem=problem, broken=broken)

    def _load_collection(self, found: CollectionOffer) -> Collection:
        return self._collections.get(found.name, lambda: Collection.load(found.folder), found.info)

    def _open(self, found: CollectionOffer, index: IndexName) -> Searcher:
        _, backbone, metric = index
        artifact = Artifact.load(found.folder / backbone, self._load_collection(found))
        # No network is known of embeddings that were given.
        is_given = artifact.manifest.backbone == GIVEN
        return Searcher(
            artifact,
            metric,
            load_embedder=None if is_given else partial(self._embedder, artifact),
            exactly=self.annoy_problem is not None,
        )

    def _embedder(self, artifact: Artifact) -> Embedder:
        recorded = artifact.manifest.weights
        backbone = artifact.manifest.backbone
        return self._embedders.get(
            (backbone, recorded.sha256),
            lambda: self._load_embedder(backbone, recorded, self._weights),
        )


@dataclass(frozen=True)
class _Failure:
    """Why an index could not be opened.

    Attributes:
        problem: The sentence.
        version: Of the records that named its files.
        marks: Of its files, before.
    """

    problem: str
    version: Version
    marks: Marks

    def lasts(self, version: Version) -> bool:
        """Tell whether it would be the same again."""
        return self.version == version and self.marks.hold()


class _Once(Generic[Key, Value]):
    """Values that are made on first use, once however many threads ask; a failure is not kept."""

    def __init__(self) -> None:
        self._values: dict[Key, tuple[object, Value]] = {}
        self._locks: dict[Key, Lock] = {}
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value], version: object = None) -> Value:
        """Look a value up, or make it; others who ask for it meanwhile wait.

        Args:
            key: Of the value.
            make: Makes it.
            version: Of what it is made of; a value of another version is made anew.
        """
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            known = self._values.get(key)
            if known is None or known[0] != version:
                known = self._values[key] = (version, make())
            return known[1]


def _no_artifact(found: CollectionOffer, backbone: str) -> ArtifactNotFoundError:
    names = ", ".join(offer.backbone for offer in found.offers)
    return ArtifactNotFoundError(
        f"The collection {found.name} has no artifact of {backbone}; choose one of {names}."
    )


def _files(found: CollectionOffer, offer: Offer) -> list[Path]:
    """All files whose change can make a damaged artifact whole."""
    folder = found.folder / offer.backbone
    named = offer.manifest.files if offer.manifest else ()
    return [
        found.folder / INFO_FILE,
        found.folder / ITEMS_FILE,
        *(folder / name for name in (MANIFEST_FILE, *named)),
    ]
