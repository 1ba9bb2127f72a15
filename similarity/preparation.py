"""Making a backbone ready while the page goes on: download its weights, index the pictures."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from similarity.artifact import MANIFEST_FILE
from similarity.backbones import Backbone, get_backbone, load_embedder
from similarity.build import Settings, build_backbone
from similarity.collection import Collection
from similarity.datatypes import METRICS
from similarity.errors import SimilarityError
from similarity.progress import Element
from similarity.weights import downloaded_bytes


class Readiness(Enum):
    """What choosing a backbone will do."""

    READY = "ready"
    BUILDS = "weights are here, pictures must be indexed"
    DOWNLOADS = "weights must be downloaded, then pictures indexed"


def readiness(folder: Path, backbone: Backbone) -> Readiness:
    """Look whether a collection has a backbone's artifact, and this machine its weights."""
    if (folder / backbone.name / MANIFEST_FILE).is_file():
        return Readiness.READY
    bundled = backbone.bundled_file
    if backbone.published_file.is_file() or (bundled and bundled.is_file()):
        return Readiness.BUILDS
    return Readiness.DOWNLOADS


@dataclass(frozen=True)
class Progress:
    """How far a preparation is.

    Attributes:
        description: What is being done, for a person.
        done: Steps, or bytes of a download.
        total: Of the same.
    """

    description: str
    done: int
    total: int


class Preparation:
    """One backbone of one collection, being made ready."""

    def __init__(self, folder: Path, backbone: Backbone) -> None:
        self.folder = folder
        self.backbone = backbone
        self._step: Progress | None = None
        self._future: Future[None] = Future()

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, well or not."""
        return self._future.done()

    @property
    def error(self) -> str | None:
        """Why it failed, as one sentence; None while it goes on and when it went well."""
        if not self._future.done():
            return None
        error = self._future.exception()
        if error is None or isinstance(error, SimilarityError):
            return str(error) if error else None
        return f"{self.backbone.title} could not be made ready: {type(error).__name__}: {error}."

    @property
    def progress(self) -> Progress:
        """How far it is."""
        if self._step is not None:
            return self._step
        path = self.backbone.published_file
        if path.is_file():
            return Progress("Loading weights", 0, 1)
        done = downloaded_bytes(path)
        return Progress(f"Downloading {path.name}", done, self.backbone.download_bytes)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it has ended; raises TimeoutError after so many seconds."""
        self._future.exception(timeout)

    def _run(self) -> None:
        collection = Collection.load(self.folder)
        settings = Settings(backbone=self.backbone.name, metrics=METRICS)
        make_embedder = partial(load_embedder, self.backbone.name)
        build_backbone(collection, settings, make_embedder, track=self._track)

    def _track(
        self, elements: Iterable[Element], description: str, total: int, done: int = 0
    ) -> Iterator[Element]:
        for count, element in enumerate(elements, start=done):
            self._step = Progress(description, count, total)
            yield element
        self._step = Progress(description, total, total)


class Preparations:
    """Prepares one backbone after the other; who asks for the same one shares its preparation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="prepare")
        self._running: dict[tuple[Path, str], Preparation] = {}

    def start(self, folder: Path, name: str) -> Preparation:
        """Begin to make a backbone ready, or join those who wait for it.

        Args:
            folder: Of a collection.
            name: Of a backbone in the registry.

        Raises:
            UnknownBackboneError: No such backbone.
        """
        backbone = get_backbone(name)
        with self._lock:
            running = self._running.get((folder, name))
            if running is not None and not running.is_finished:
                return running
            preparation = Preparation(folder, backbone)
            preparation._future = self._pool.submit(preparation._run)
            self._running[folder, name] = preparation
            return preparation

    def close(self) -> None:
        """Begin nothing more; what was begun is finished."""
        self._pool.shutdown(cancel_futures=True)
