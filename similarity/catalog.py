"""The collections below a folder, and their searchers, for a program that serves many at once.

What stands on disk is listed anew each time, so that a finished build appears without a restart.
What was loaded stays loaded and is never replaced: two visitors who choose differently use two
searchers.
"""

import logging
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import Generic, TypeVar

from PIL import Image
from torch import Tensor

from similarity.artifact import (
    FORMAT_VERSION,
    GIVEN,
    MANIFEST_FILE,
    Artifact,
    Manifest,
    artifact_folders,
)
from similarity.collection import Collection, is_collection
from similarity.datatypes import METRICS, Embeddings, Metric, WeightsInfo
from similarity.errors import ArtifactNotFoundError, SimilarityError
from similarity.images import KEPT_SIDE
from similarity.models.embedder import Embedder, embed, load_recorded_embedder
from similarity.models.names import TITLES, title_of
from similarity.models.preprocessing import Preprocessing
from similarity.records import read_record
from similarity.search import Searcher, check_embedder
from similarity.selfcheck import find_annoy_problem

LoadEmbedder = Callable[[str, WeightsInfo, Sequence[Path]], Embedder]
"""Makes the embedder of a backbone with the weights that an artifact recorded."""

_log = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Offer:
    """One backbone's artifact of a collection, as it can be chosen.

    Attributes:
        backbone: Name of its folder.
        title: How a person calls it.
        metrics: Of its indexes; none where there is a problem.
        problem: Why it cannot be used; None for one that can.
    """

    backbone: str
    title: str
    metrics: tuple[Metric, ...]
    problem: str | None = None


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
        self._collections = _Once[Path, Collection]()
        self._embedders = _Once[tuple[str, str], Embedder]()
        self._searchers = _Once[tuple[str, str, Metric], Searcher]()
        self._problems = _Once[str, str | None]()
        self._ready = Event()

    def collections(self) -> dict[str, Path]:
        """Folders of the collections that have an artifact, by the folder's name."""
        folders = [self.folder]
        if not is_collection(self.folder) and self.folder.is_dir():
            folders = sorted(path for path in self.folder.iterdir() if path.is_dir())
        return {
            folder.resolve().name: folder
            for folder in folders
            if is_collection(folder) and artifact_folders(folder)
        }

    def collection(self, name: str) -> Collection:
        """Load a collection.

        Raises:
            ArtifactNotFoundError: There is none of this name.
            ArtifactError: It cannot be used.
        """
        folder = self._folder_of(name)
        return self._collections.get(folder, lambda: Collection.load(folder))

    def offers(self, collection: str) -> list[Offer]:
        """List the artifacts of a collection: in the order of `TITLES`, then by name.

        Raises:
            ArtifactNotFoundError: There is no collection of this name.
        """
        offers = [_offer(folder) for folder in artifact_folders(self._folder_of(collection))]
        ranks = {name: rank for rank, name in enumerate(TITLES)}
        return sorted(offers, key=lambda offer: ranks.get(offer.backbone, len(ranks)))

    def searcher(self, collection: str, backbone: str, metric: Metric) -> Searcher:
        """Load a searcher, whose network is loaded when it gets its first picture.

        Raises:
            ArtifactNotFoundError: There is no such collection, artifact or index.
            ArtifactError: It cannot be used.
        """
        offered = {folder.name: folder for folder in artifact_folders(self._folder_of(collection))}
        if backbone not in offered:
            raise ArtifactNotFoundError(
                f"The collection {collection} has no artifact of {backbone}; choose one of "
                f"{', '.join(offered)}."
            )

        def load() -> Searcher:
            artifact = Artifact.load(offered[backbone], self.collection(collection))
            # No network is known of embeddings that were given.
            is_given = artifact.manifest.backbone == GIVEN
            embedder = None if is_given else _LateEmbedder(artifact, self._embedder)
            exactly = self.annoy_problem is not None
            return Searcher(artifact, metric, embedder, exactly=exactly)

        return self._searchers.get((collection, backbone, metric), load)

    def find(self, collection: str | None, backbone: str | None, metric: str | None) -> Searcher:
        """Load the searcher that a program means; what it leaves out is the first that there is.

        Raises:
            ArtifactNotFoundError: There is no such collection, artifact or index.
            ArtifactError: It cannot be used.
        """
        collection = collection or next(iter(self.collections()), "")
        offers = self.offers(collection)
        backbone = backbone or offers[0].backbone
        offered = next((offer for offer in offers if offer.backbone == backbone), None)
        metrics = (offered and offered.metrics) or METRICS
        for known in METRICS:
            if known == (metric or metrics[0]):
                return self.searcher(collection, backbone, known)
        raise ArtifactNotFoundError(
            f"There is no metric {metric!r}; choose one of {', '.join(metrics)}."
        )

    def warm_up(self) -> None:
        """Run the first searcher and its network once, so that the first visitor is quick.

        A failure is logged and not raised: a visitor who asks for the same gets the sentence.
        """
        try:
            searcher = self.find(None, None, None)
            searcher.search(searcher.query_by_item(0), k=1)
            self._ready.set()
            if searcher.artifact.manifest.backbone != GIVEN:
                gray = Image.new("RGB", (KEPT_SIDE, KEPT_SIDE), "gray")
                embed(self._embedder(searcher.artifact), [gray])
        except SimilarityError as error:
            _log.warning("%s", error)

    @property
    def annoy_problem(self) -> str | None:
        """Why searches look at every item instead of asking Annoy; None where Annoy works."""
        return self._problems.get("annoy", find_annoy_problem)

    @property
    def is_ready(self) -> bool:
        """Whether a first search was answered by `warm_up`."""
        return self._ready.is_set()

    def _folder_of(self, collection: str) -> Path:
        folders = self.collections()
        if collection in folders:
            return folders[collection]
        if not folders:
            raise ArtifactNotFoundError(
                f"There is no artifact in {self.folder} yet: make one with python -m similarity "
                f"build PHOTOS --output {self.folder / 'photos'}, then load this page again."
            )
        raise ArtifactNotFoundError(
            f"There is no collection {collection!r}; choose one of {', '.join(folders)}."
        )

    def _embedder(self, artifact: Artifact) -> Embedder:
        recorded = artifact.manifest.weights
        backbone = artifact.manifest.backbone
        embedder = self._embedders.get(
            (backbone, recorded.sha256),
            lambda: self._load_embedder(backbone, recorded, self._weights),
        )
        check_embedder(artifact, embedder)
        return embedder


class _LateEmbedder:
    """Stands for an artifact's embedder, which is loaded when the first batch comes.

    Indexed pictures can be searched for without a network, also where its weights are missing.
    """

    def __init__(self, artifact: Artifact, load: Callable[[Artifact], Embedder]) -> None:
        self.name = artifact.manifest.backbone
        self.dim = artifact.manifest.dim
        self.weights = artifact.manifest.weights
        self.device = artifact.manifest.device
        self.batch_size = 1
        self.preprocessing = Preprocessing.from_json(artifact.manifest.preprocessing)
        self._artifact = artifact
        self._load = load

    def forward(self, batch: Tensor) -> Embeddings:
        """Run the network, see `Embedder.forward`."""
        return self._load(self._artifact).forward(batch)


class _Once(Generic[Key, Value]):
    """Values that are made on first use, once however many threads ask; a failure is not kept."""

    def __init__(self) -> None:
        self._values: dict[Key, Value] = {}
        self._locks: dict[Key, Lock] = {}
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Look a value up, or make it; others who ask for it meanwhile wait."""
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._values:
                self._values[key] = make()
            return self._values[key]


def _offer(folder: Path) -> Offer:
    backbone = folder.name
    try:
        manifest = read_record(folder / MANIFEST_FILE, Manifest, FORMAT_VERSION)
    except SimilarityError as error:
        return Offer(backbone, title_of(backbone), (), str(error))
    metrics = tuple(metric for metric in METRICS if metric in manifest.indexes)
    return Offer(backbone, title_of(manifest.backbone), metrics)
