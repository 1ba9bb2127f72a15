"""Making a backbone ready while the page goes on: fetch its weights, index the pictures.

    start --> waiting for its turn --> weights --> embedding --> indexes --> ready
                                          |            |            |
                                          +------------+------------+--> failed: one sentence

The build is the command line's own: a kill in the middle leaves nothing that can be loaded, and
whoever starts again goes on where it stopped.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Literal

from similarity.ann.selfcheck import find_annoy_problem
from similarity.datatypes import METRICS
from similarity.errors import ArtifactError, CollectionError, SimilarityError
from similarity.indexing.pipeline import Settings, build_backbone
from similarity.models.embedder import Embedder, load_embedder
from similarity.models.names import TITLES
from similarity.models.registry import Backbone, get_backbone
from similarity.models.weights import downloaded_bytes, torch_home_file
from similarity.progress import Element
from similarity.store.artifact import MANIFEST_FILE
from similarity.store.collection import Collection

NICENESS = 10
"""Of the threads that build: searches go first."""

Unit = Literal["bytes", "pictures"]


class Readiness(StrEnum):
    """What choosing a backbone means."""

    READY = "ready"
    BUILDS = "builds"
    """Its weights are here; the pictures must be indexed."""
    DOWNLOADS = "downloads"
    """The weights must be downloaded, too."""


def readiness(folder: Path, backbone: Backbone) -> Readiness:
    """Look whether a collection has a backbone's artifact, and this machine its weights."""
    if (folder / backbone.name / MANIFEST_FILE).is_file():
        return Readiness.READY
    # Weights that a package carries are not downloaded: without it, a build says what to install.
    if backbone.is_here or backbone.published.download_bytes == 0:
        return Readiness.BUILDS
    return Readiness.DOWNLOADS


def unready_backbones(collection: Collection) -> list[tuple[Backbone, Readiness]]:
    """List the backbones that are offered for a collection and have no artifact of it yet."""
    if not collection.has_pictures:
        return []
    offered = [get_backbone(name) for name in TITLES]
    found = [(backbone, readiness(collection.folder, backbone)) for backbone in offered]
    return [(backbone, state) for backbone, state in found if state is not Readiness.READY]


@dataclass(frozen=True)
class Progress:
    """How far a preparation is.

    Attributes:
        description: What is being done, for a person.
        done: How much of it.
        total: Of how much; 0 where nobody knows.
        unit: Of both.
    """

    description: str
    done: int = 0
    total: int = 0
    unit: Unit = "pictures"


class Preparation:
    """One backbone of one collection, being made ready. Safe to look at from other threads."""

    def __init__(self, collection: Collection, backbone: Backbone) -> None:
        self.collection = collection
        self.backbone = backbone
        self._step: Progress | None = Progress("Waiting until another backbone is ready")
        self._ended = threading.Event()
        # Stays if a defect of this program ends the thread, which then writes it to the log.
        self._error: str | None = (
            f"{backbone.title} could not be made ready; the log of the server says why."
        )

    @property
    def is_running(self) -> bool:
        """Whether it goes on, or waits for its turn."""
        return not self._ended.is_set()

    @property
    def error(self) -> str | None:
        """Why it failed, as one sentence; None while it goes on and when it went well."""
        return None if self.is_running else self._error

    @property
    def progress(self) -> Progress:
        """How far it is."""
        if self._step is not None:
            return self._step
        if readiness(self.collection.folder, self.backbone) is not Readiness.DOWNLOADS:
            return Progress("Loading weights")
        weights = self.backbone.published
        return Progress(
            f"Downloading {weights.file_name}",
            downloaded_bytes(torch_home_file(weights.file_name)),
            weights.download_bytes,
            unit="bytes",
        )

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended, or for so many seconds; tell whether it has."""
        return self._ended.wait(timeout)

    def run(self, turn: threading.Lock, make_embedder: Callable[[str], Embedder]) -> None:
        """Do the work, once it is its turn."""
        try:
            with turn:
                self._step = None
                self._build(make_embedder)
            self._error = None
        except SimilarityError as error:
            self._error = str(error)
        finally:
            self._ended.set()

    def _build(self, make_embedder: Callable[[str], Embedder]) -> None:
        if readiness(self.collection.folder, self.backbone) is Readiness.READY:
            return
        if (problem := find_annoy_problem()) is not None:
            raise ArtifactError(problem)
        name = self.backbone.name
        build_backbone(
            self.collection,
            Settings(backbone=name, metrics=METRICS),
            partial(make_embedder, name),
            track=self._track,
        )

    def _track(
        self, elements: Iterable[Element], description: str, total: int, done: int = 0
    ) -> Iterator[Element]:
        """Note how far it is, see `progress.Track`."""
        for count, element in enumerate(elements, start=done):
            self._step = Progress(description, count, total)
            yield element
        self._step = Progress("Building the indexes")


class Preparations:
    """Makes one backbone ready after the other; who asks for the same one shares its preparation.

    The threads do not keep the program from ending: what they leave is gone on with next time.
    """

    def __init__(self, make_embedder: Callable[[str], Embedder] = load_embedder) -> None:
        """Prepare nothing yet.

        Args:
            make_embedder: Loads a backbone's network, after a download if need be.
        """
        self._make_embedder = make_embedder
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._started: dict[tuple[Path, str], Preparation] = {}

    def start(self, collection: Collection, name: str) -> Preparation:
        """Begin to make a backbone ready, or join those who wait for it.

        Args:
            collection: To be indexed.
            name: Of a backbone in the registry.

        Raises:
            UnknownBackboneError: No such backbone.
            CollectionError: There are no pictures that could be embedded.
        """
        backbone = get_backbone(name)
        if not collection.has_pictures:
            raise CollectionError(
                f"{collection.folder} was made of embeddings and has no pictures, so no other "
                "backbone can be made ready for it: serve a collection of pictures."
            )
        with self._lock:
            running = self._started.get((collection.folder, name))
            if running is not None and running.is_running:
                return running
            preparation = Preparation(collection, backbone)
            self._started[collection.folder, name] = preparation
        thread = threading.Thread(target=self._run, args=[preparation], daemon=True)
        thread.start()
        return preparation

    def find(self, collection: Collection, name: str) -> Preparation | None:
        """Find the preparation of a backbone that was started last, if one was."""
        return self._started.get((collection.folder, name))

    def is_running(self, collection: Collection, name: str) -> bool:
        """Tell whether a backbone is being made ready."""
        found = self.find(collection, name)
        return found is not None and found.is_running

    def _run(self, preparation: Preparation) -> None:
        if sys.platform == "linux":
            # Elsewhere it is not the priority of one thread, and of those that it starts.
            thread = threading.get_native_id()
            # Only some may ask for more priority than they have.
            niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
        preparation.run(self._turn, self._make_embedder)
