"""What stands below a folder and can be chosen: collections, and the artifacts of each.

A collection's title comes from its collection.json alone, and items.jsonl is digested, not read, so
that a damaged collection is known by its sentence and takes nothing else down. Folders are scanned
again when something in them changed, so that a finished build appears without a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from similarity.datatypes import METRICS, Metric
from similarity.errors import SimilarityError
from similarity.models.names import TITLES, title_of
from similarity.store.artifact import FORMAT_VERSION, MANIFEST_FILE, Manifest, artifact_folders
from similarity.store.collection import (
    INFO_FILE,
    ITEMS_FILE,
    CollectionInfo,
    is_collection,
    read_info,
    read_items,
)
from similarity.store.records import read_record
from similarity.store.watch import Watched


@dataclass(frozen=True)
class Offer:
    """One backbone's artifact of a collection, as it can be chosen.

    Attributes:
        backbone: Name of its folder.
        title: How a person calls it.
        metrics: Of its indexes that can be used; none where there is a problem.
        problem: Why none of it can be used; None for one that can.
        broken: Why an index cannot be used, by its metric.
        manifest: What its manifest says; None where that cannot be read.
    """

    backbone: str
    title: str
    metrics: tuple[Metric, ...]
    problem: str | None = None
    broken: Mapping[Metric, str] = field(default_factory=dict)
    manifest: Manifest | None = field(default=None, repr=False)


@dataclass(frozen=True)
class CollectionOffer:
    """A collection that has an artifact, as it can be chosen.

    Attributes:
        name: Of its folder.
        title: How a person calls it.
        folder: Where it is.
        offers: Its artifacts: in the order of `TITLES`, then by name.
        damage: Why its pictures cannot be listed; None where they can.
        info: What its collection.json says; None where that cannot be read.
    """

    name: str
    title: str
    folder: Path
    offers: tuple[Offer, ...]
    damage: str | None = None
    info: CollectionInfo | None = field(default=None, repr=False)

    @property
    def problem(self) -> str | None:
        """Why it cannot be used: it is damaged, or all of its artifacts are; None if it can."""
        if self.damage is None and any(offer.problem is None for offer in self.offers):
            return None
        return self.damage or self.offers[0].problem


class Offers:
    """Lists the collections below a folder. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        """List nothing yet.

        Args:
            folder: Holds collections, or is one.
        """
        self._folder = folder
        self._watched: dict[Path, Watched[CollectionOffer | None]] = {}
        self._folders = Watched(self._find_folders)

    def all(self) -> dict[str, CollectionOffer]:
        """List the collections that have an artifact, by the folder's name."""
        found = {name: watched.get() for name, watched in self._folders.get().items()}
        return {name: offer for name, offer in found.items() if offer is not None}

    def one(self, name: str) -> CollectionOffer | None:
        """Look up a collection that has an artifact."""
        watched = self._folders.get().get(name)
        return watched.get() if watched is not None else None

    def _find_folders(
        self,
    ) -> tuple[dict[str, Watched[CollectionOffer | None]], list[Path]]:
        folders = [self._folder]
        if not is_collection(self._folder):
            folders = _folders_in(self._folder)
        # Those that were there before stay watched: a new one does not make them be read again.
        self._watched = {
            folder: self._watched.get(folder) or Watched(partial(_read_collection, folder))
            for folder in folders
        }
        watched = {folder.resolve().name: seen for folder, seen in self._watched.items()}
        return watched, [self._folder, self._folder / INFO_FILE]


def _read_collection(folder: Path) -> tuple[CollectionOffer | None, list[Path]]:
    """Look at a folder; None where no collection is, or none that has an artifact."""
    paths = [folder, folder / INFO_FILE]
    if not is_collection(folder):
        return None, paths
    paths += [folder / ITEMS_FILE, *(path / MANIFEST_FILE for path in _folders_in(folder))]
    artifacts = artifact_folders(folder)
    if not artifacts:
        return None, paths
    ranks = {name: rank for rank, name in enumerate(TITLES)}
    offers = sorted(map(_offer, artifacts), key=lambda offer: ranks.get(offer.backbone, len(ranks)))
    name = folder.resolve().name
    title, info, damage = name, None, None
    try:
        info = read_info(folder)
        title = info.title
        read_items(folder, info)
    except SimilarityError as error:
        damage = str(error)
    return CollectionOffer(name, title, folder, tuple(offers), damage, info), paths


def _offer(folder: Path) -> Offer:
    backbone = folder.name
    try:
        manifest = read_record(folder / MANIFEST_FILE, Manifest, FORMAT_VERSION)
    except SimilarityError as error:
        return Offer(backbone, title_of(backbone), (), str(error))
    metrics = tuple(metric for metric in METRICS if metric in manifest.indexes)
    problem = None if metrics else f"{folder} has no index; build it again."
    title = title_of(manifest.backbone)
    return Offer(backbone, title, metrics, problem, manifest=manifest)


def _folders_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:  # it is none, or is being replaced
        return []
