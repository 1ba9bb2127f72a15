"""`app.py --images FOLDER`: a folder of one's own, built once and kept up to date.

    <cache>/
      digests.json              size, time and sha256 of files, so that only changed ones are read
      <digest of the source>/   a collection with its artifact

The cache is `$SIMILARITY_CACHE`, or `similarity` in `$XDG_CACHE_HOME` or `~/.cache`. A collection
is found by the content of the folder it was made of; when files were added, only they are decoded
and embedded, the rest comes from the collection that shares most.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter

from similarity.ann.selfcheck import find_annoy_problem
from similarity.errors import ArtifactError, CheckpointError, SimilarityError
from similarity.indexing.pipeline import Built, Settings, build_from_source
from similarity.indexing.reuse import Reusable
from similarity.indexing.scan import ScannedFolder, sha256_or_none
from similarity.models.embedder import Embedder
from similarity.models.weights import are_recorded
from similarity.progress import Track, silent
from similarity.store.artifact import Artifact, folder_name
from similarity.store.collection import About, is_collection
from similarity.store.files import cache_folder, write_whole

KEPT_COLLECTIONS = 8
"""How many collections the cache holds; the ones that were not used for longest go."""

_DIGESTS_FILE = "digests.json"

_Digest = tuple[int, int, str]
"""Of a file: bytes, time of its last change, sha256."""

_DIGESTS = TypeAdapter(dict[str, _Digest])


def choose_weights(files: Sequence[Path], load: Callable[[Path], Embedder]) -> Path | None:
    """Choose the checkpoint that fits a backbone, of several that somebody gave.

    Args:
        files: Checkpoints, of which others may be for other artifacts.
        load: Puts one into the backbone; called only where there is a choice.

    Returns:
        The first that fits; None where there is no file.

    Raises:
        CheckpointError: None fits.
        WeightsUnavailableError: A file is missing.
    """
    if len(files) < 2:
        return next(iter(files), None)
    problems = []
    for file in files:
        try:
            load(file)
        except CheckpointError as error:
            problems.append(str(error))
        else:
            return file
    raise CheckpointError(
        f"None of the {len(files)} files after --weights fits; the first: {problems[0]}"
    )


def build_own(
    images: Path,
    settings: Settings,
    make_embedder: Callable[[], Embedder],
    *,
    weights: Path | None = None,
    cache: Path | None = None,
    track: Track = silent,
) -> Built:
    """Build the collection of a folder, or bring it up to date, in the cache.

    Args:
        images: Folder of pictures.
        settings: What to build; what is there already is kept.
        make_embedder: Loads the network; called only if pictures must be embedded.
        weights: File that the embedder will load.
        cache: Where to keep it; `cache_folder()` unless given.
        track: Shows progress.

    Raises:
        CollectionError: There are no pictures.
        ArtifactBusyError: Another process is building it.
        ArtifactError: Annoy does not work on this machine, and something must be built.
        BackboneError: The network cannot be had.
    """
    cache = cache or cache_folder()
    digests = _Digests(cache / _DIGESTS_FILE)
    source = ScannedFolder.scan(images, None, track, digests.of)
    digests.save()
    output = cache / source.sha256[:16]
    artifact = _finished(output / folder_name(settings.backbone), settings, weights)
    if artifact is not None:
        os.utime(output)
        return Built(artifact, [])
    if (problem := find_annoy_problem()) is not None:
        raise ArtifactError(problem)
    name = images.resolve().name
    about = About(name=name, title=name, license="not stated", source=f"folder {name}")
    built = build_from_source(
        source,
        output,
        replace(settings, force=True),
        make_embedder,
        about=about,
        weights=weights,
        earlier=_nearest(cache, source),
        track=track,
    )
    os.utime(output)
    _forget_oldest(cache)
    return built


def _finished(folder: Path, settings: Settings, weights: Path | None) -> Artifact | None:
    """Load the artifact if nothing is left to do; a damaged one is built again."""
    try:
        artifact = Artifact.load(folder)
    except SimilarityError:
        return None
    manifest = artifact.manifest
    is_other = weights is not None and not are_recorded(weights, manifest.weights)
    if is_other or not set(settings.metrics) <= manifest.indexes.keys():
        return None
    return artifact


class _Digests:
    """sha256 of files by path, as long as their size and time stay the same."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _read_digests(path)
        self._learned: dict[str, _Digest] = {}

    def of(self, path: Path) -> str | None:
        """Digest a file, or remember its digest; None where it may not be read."""
        key = str(path.resolve())
        try:
            stat = path.stat()
        except OSError:
            return None
        known = self._learned.get(key) or self._known.get(key)
        if known is not None and known[:2] == (stat.st_size, stat.st_mtime_ns):
            return known[2]
        digest = sha256_or_none(path)
        if digest is not None:
            self._learned[key] = (stat.st_size, stat.st_mtime_ns, digest)
        return digest

    def save(self) -> None:
        """Keep what was learned for the next start, beside what others learned meanwhile."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Two that write the same file at once would take the unfinished one from each other.
        with FileLock(self._path.with_name(f".{self._path.name}.lock")):
            known = {**_read_digests(self._path), **self._learned}
            write_whole(self._path, _DIGESTS.dump_json(known))


def _read_digests(path: Path) -> dict[str, _Digest]:
    """Read what is known; a damaged file is as good as none."""
    try:
        return _DIGESTS.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return {}


def _collections(cache: Path) -> list[Path]:
    """Collections in the cache, the last used first."""
    found = [folder for folder in cache.iterdir() if is_collection(folder)]
    return sorted(found, key=lambda folder: folder.stat().st_mtime, reverse=True)


def _nearest(cache: Path, source: ScannedFolder) -> Reusable:
    """The collection in the cache that shares most pictures with a source."""
    digests = {file.sha256 for file in source.files if file.sha256}
    candidates = [Reusable(folder) for folder in _collections(cache)]
    return max(candidates, key=lambda earlier: earlier.shared(digests), default=Reusable())


def _forget_oldest(cache: Path) -> None:
    for folder in _collections(cache)[KEPT_COLLECTIONS:]:
        shutil.rmtree(folder)
