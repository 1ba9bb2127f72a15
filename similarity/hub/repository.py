"""The only user of huggingface_hub: collections to and from dataset repositories, and the Space.

    pull    commit sha -> listing -> small files, checked -> the rest -> intake.admit
    push    pictures in commits of their own, then one commit with all that names them

    <HF_HOME>/hub/                                  what was fetched: huggingface_hub's, read-only
    <HF_HOME>/assets/image-similarity/user--name/
      <commit>-built/<name>/                        a collection, with indexes built here
      <commit>-kept/<name>/, <commit>-none/<name>/  with those that came, or without

A pull is pinned to a full commit sha. Pictures are named after their content, so that a push that
stops half-way changes nothing that the repository's present collection names. Tokens are left to
huggingface_hub: this module neither reads nor passes one.
"""

import glob
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx2
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    RepoFile,
    cached_assets_path,
    constants,
    get_cached_repo_tree,
    get_token,
    is_offline_mode,
    snapshot_download,
)
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RevisionResolutionError,
)

from similarity.ann.selfcheck import find_annoy_problem
from similarity.errors import ArtifactCorruptError, ArtifactNotFoundError, HubAccessError
from similarity.hub import admission as intake
from similarity.hub.addresses import FORMAT_VERSION, DatasetAddress, Origin, read_origin
from similarity.hub.admission import IndexHandling, Listing
from similarity.hub.card import dataset_card
from similarity.hub.errors import Kind, explained, first_line, page_of
from similarity.hub.upload import find_upload
from similarity.progress import Track
from similarity.store.artifact import MANIFEST_FILE
from similarity.store.collection import IMAGES_FOLDER
from similarity.store.limits import MAX_FILES

REACH_TIMEOUT = 10
"""Seconds until a Hub that does not answer counts as out of reach."""

PICTURES_PER_COMMIT = 500
"""A commit of thousands of files runs into the Hub's time limit."""

_LIBRARY = "image-similarity"
_COMMIT = re.compile("[0-9a-f]{40}")
_MAX_UNNAMED = 200
"""Pictures that nothing names, as an unfinished push leaves them, which the library is told not to
fetch. It compares each with every file: of more than these, some are fetched along."""


@dataclass(frozen=True)
class Pulled:
    """What a pull gave.

    Attributes:
        folder: A collection's, ready to be searched.
        origin: The commit that it is.
        from_cache: Why the Hub could not say which commit is meant, so that the one that was
            fetched last is used; None where it could.
    """

    folder: Path
    origin: Origin
    from_cache: str | None


@dataclass(frozen=True)
class Pushed:
    """What a push made.

    Attributes:
        url: For a person: of the repository, or of the pull request.
        commit: Full sha of the last commit.
    """

    url: str
    commit: str


def pull(
    source: DatasetAddress, track: Track, *, only: str | None = None, trust_indexes: bool = False
) -> Pulled:
    """Fetch a collection, or what of it is not here yet, and make it ready to be searched.

    Args:
        source: What to fetch.
        track: Shows progress; the library shows its own of what it fetches.
        only: The one artifact to fetch; all unless given.
        trust_indexes: Whether to take the indexes as they are, as one's own deserve. Otherwise
            they are built anew from the embeddings, or left out where Annoy does not work.

    Raises:
        HubError: It cannot be had.
        ArtifactError: It is no collection with artifacts, or not one that is taken from elsewhere.
    """
    with explained(source):
        commit, from_cache = _resolve(source)
    indexes: IndexHandling = (
        "kept" if trust_indexes else "none" if find_annoy_problem() else "built"
    )
    assets = cached_assets_path(_LIBRARY, source.repo_id, f"{commit}-{indexes}")
    target = assets / source.repo_id.split("/")[1]
    origin = _finished(target, only) or _fetch(
        DatasetAddress(source.repo_id, commit), target, track, only=only, indexes=indexes
    )
    return Pulled(target, origin, from_cache)


def push(
    folder: Path,
    source: DatasetAddress,
    track: Track,
    *,
    private: bool = False,
    create_pr: bool = False,
) -> Pushed:
    """Make a dataset repository hold a collection with its artifacts.

    Files of a collection that was there before are deleted where this one has not got them; others
    stay. Pictures that are there already are not sent again, so that an interrupted push goes on
    when it is made again.

    Args:
        folder: The collection's.
        source: The repository; made if there is none.
        track: Shows progress; the library shows its own of what it sends.
        private: Whether only its owner may see it.
        create_pr: Whether to propose the change to the repository's owner.

    Raises:
        HubError: It cannot be written to, or is public though a private one was asked for.
        ArtifactError: The collection or an artifact of it is not whole.
    """
    outgoing = find_upload(folder)
    card = dataset_card(outgoing.collection, outgoing.artifacts, source.repo_id)
    with explained(source):
        repository = _Repository(source, "dataset", create_pr=create_pr)
        repository.prepare(private=private)
        there = repository.files()
        new = [path for path, size in outgoing.pictures.items() if there.get(path) != size]
        *early, last = [
            {path: folder / path for path in new[start : start + PICTURES_PER_COMMIT]}
            for start in range(0, max(1, len(new)), PICTURES_PER_COMMIT)
        ]
        others = {path: folder / path for path in outgoing.others}
        stale = _of_collection(there) - {*outgoing.pictures, *outgoing.others}
        steps: list[tuple[Mapping[str, Path | bytes], set[str]]] = [
            *((pictures, set()) for pictures in early),
            ({**last, **others, "README.md": card.encode()}, stale),
        ]
        commits = (repository.commit(*step) for step in steps)
        *_, last_commit = track(commits, "Committing", len(steps))
    return last_commit


def push_space(
    root: Path,
    paths: Sequence[str],
    source: DatasetAddress,
    *,
    owned: Sequence[str],
    private: bool,
    variables: Mapping[str, str],
) -> Pushed:
    """Make a Space hold files of a checkout.

    Args:
        root: Of the checkout.
        paths: Of the files below it, with forward slashes.
        source: The Space; made if there is none.
        owned: Folders in which the Space keeps nothing but these files.
        private: Whether only its owner may see it.
        variables: Environment variables to set in the Space.

    Raises:
        HubError: It cannot be written to, or is public though a private one was asked for.
    """
    with explained(source):
        repository = _Repository(source, "space")
        repository.prepare(private=private)
        below = tuple(f"{folder}/" for folder in owned)
        stale = {path for path in repository.files() if path.startswith(below)} - {*paths}
        for name, value in variables.items():
            repository.api.add_space_variable(source.repo_id, name, value)
        return repository.commit({path: root / path for path in paths}, delete=stale)


class _Repository:
    """A repository on the Hub that is written to, one commit after the other."""

    def __init__(self, source: DatasetAddress, kind: Kind, *, create_pr: bool = False) -> None:
        self.api = _api()
        self._source = source
        self._kind: Kind = kind
        self._create_pr = create_pr
        self._pull_request: str | None = None
        self._revision = source.revision

    def prepare(self, *, private: bool) -> None:
        """Make sure that it is there, and not more public than was asked for.

        Raises:
            HubAccessError: There is no token, or it is public and was to be private.
        """
        if get_token() is None:
            raise HubAccessError(
                f"Writing to {self._source} needs a token: run `hf auth login` with one that may "
                "write, or set HF_TOKEN."
            )
        if not self._create_pr:
            self.api.create_repo(
                self._source.repo_id,
                repo_type=self._kind,
                private=private or None,
                exist_ok=True,
                space_sdk="gradio" if self._kind == "space" else None,
            )
        info = self.api.repo_info(self._source.repo_id, repo_type=self._kind, timeout=REACH_TIMEOUT)
        if private and not info.private:
            raise HubAccessError(
                f"{self._source.repo_id} is public, and a private one was asked for: make it "
                f"private in its settings at {page_of(self._source.repo_id, self._kind)}, or name "
                "another."
            )

    def files(self) -> Listing:
        """Bytes of each file in it, by path."""
        tree = self.api.list_repo_tree(
            self._source.repo_id,
            recursive=True,
            revision=self._revision,
            repo_type=self._kind,
        )
        return {file.path: file.size for file in tree if isinstance(file, RepoFile)}

    def commit(self, add: Mapping[str, Path | bytes], delete: Iterable[str] = ()) -> Pushed:
        """Add or replace files and delete others; nothing is seen of it before all is there."""
        info = self.api.create_commit(
            self._source.repo_id,
            [
                *(CommitOperationDelete(path) for path in sorted(delete)),
                *(CommitOperationAdd(path, content) for path, content in add.items()),
            ],
            commit_message="Update from python -m similarity",
            repo_type=self._kind,
            revision=self._revision,
            create_pr=self._create_pr and self._pull_request is None,
        )
        if info.pr_url is not None:
            # What follows goes into the same pull request.
            self._pull_request, self._revision = info.pr_url, info.pr_revision
        url = self._pull_request or page_of(self._source.repo_id, self._kind)
        return Pushed(url, info.oid)


def _resolve(source: DatasetAddress) -> tuple[str, str | None]:
    """Find the full sha of the commit that is meant, and why the Hub could not be asked, if so."""
    if source.revision is not None and _COMMIT.fullmatch(source.revision):
        return source.revision, None
    try:
        _api().dataset_info(source.repo_id, revision=source.revision, timeout=REACH_TIMEOUT)
    except (OfflineModeIsEnabled, httpx2.TransportError, HfHubHTTPError) as error:
        reason = _why_out_of_reach(error)
        if reason is None:
            raise
        try:
            return _commit_of(source, from_cache=True), reason
        except RevisionResolutionError:
            raise error from None
    return _commit_of(source), None


def _why_out_of_reach(error: Exception) -> str | None:
    """Say why the Hub did not answer; None where it did."""
    if isinstance(error, OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set"
    if not isinstance(error, HfHubHTTPError):
        return f"{constants.ENDPOINT} cannot be reached ({first_line(error)})"
    status = error.response.status_code
    return f"{constants.ENDPOINT} answers with status {status}" if status >= 500 else None


def _commit_of(source: DatasetAddress, *, from_cache: bool = False) -> str:
    """Let the library resolve a revision, which it remembers for when the Hub is out of reach."""
    resolved = _api().resolve_revision(
        source.repo_id, repo_type="dataset", revision=source.revision, local_files_only=from_cache
    )
    return resolved.resolved


def _api() -> HfApi:
    return HfApi(library_name=_LIBRARY)


def _finished(target: Path, only: str | None) -> Origin | None:
    """Read where a collection came from, if all that is asked for is there."""
    origin = read_origin(target)
    if origin is None:
        return None
    wanted = origin.backbones if only is None else (only,)
    return origin if all((target / name / MANIFEST_FILE).is_file() for name in wanted) else None


def _fetch(
    source: DatasetAddress, target: Path, track: Track, *, only: str | None, indexes: IndexHandling
) -> Origin:
    """Fetch what is wanted of a commit, check it, and make a collection's folder of it."""
    with explained(source):
        listing = _list_files(source)
    backbones = intake.find_backbones(listing)
    wanted = backbones if only is None else [only]
    if not {*wanted} <= {*backbones}:
        raise ArtifactNotFoundError(
            f"{source} has no artifact of {only}, only of {', '.join(backbones)}: name one of "
            "these with --only."
        )
    with explained(source):
        fetched = _snapshot(source, intake.record_files(wanted))
    records = intake.check_records(fetched, wanted)
    files = intake.choose_files(records, listing, indexes)
    others = [path for path in files if not path.startswith(f"{IMAGES_FOLDER}/")]
    unnamed = [path for path in listing if path.startswith(f"{IMAGES_FOLDER}/")]
    unnamed = sorted({*unnamed} - {*files})[:_MAX_UNNAMED]
    with explained(source):
        _snapshot(source, others, folder=IMAGES_FOLDER, without=unnamed)
    for path in files:
        found = (fetched / path).stat().st_size
        if found != listing[path]:
            raise ArtifactCorruptError(
                f"{(fetched / path).resolve()} has {found} bytes instead of {listing[path]}; "
                "remove it and pull again."
            )
    url = f"{page_of(source.repo_id, 'dataset')}/tree/{source.revision}"
    origin = Origin(FORMAT_VERSION, source.repo_id, str(source.revision), url, tuple(backbones))
    intake.admit(fetched, target, records, origin=origin, indexes=indexes, track=track)
    return origin


def _list_files(source: DatasetAddress) -> Listing:
    """Bytes of each file in a commit, by path; from the cache if it was listed before."""
    try:
        tree = iter(
            get_cached_repo_tree(source.repo_id, repo_type="dataset", revision=source.revision)
        )
    except CachedRepoTreeNotFoundError:
        tree = (
            file
            for file in _api().list_repo_tree(
                source.repo_id, recursive=True, revision=source.revision, repo_type="dataset"
            )
            if isinstance(file, RepoFile)
        )
    return {file.path: file.size for file in islice(tree, MAX_FILES + 1)}


def _snapshot(
    source: DatasetAddress,
    paths: Sequence[str],
    folder: str | None = None,
    without: Sequence[str] = (),
) -> Path:
    """Fetch files of a commit, and all in a folder, that are not in the cache.

    Returns:
        The library's folder of this commit.
    """
    patterns = [glob.escape(path) for path in paths]
    return Path(
        snapshot_download(
            source.repo_id,
            repo_type="dataset",
            revision=source.revision,
            allow_patterns=[*patterns, f"{folder}/*"] if folder else patterns,
            ignore_patterns=[glob.escape(path) for path in without] or None,
            local_files_only=is_offline_mode(),
            library_name=_LIBRARY,
        )
    )


def _of_collection(listing: Listing) -> set[str]:
    """Files in a repository that belong to a collection: its pictures and its artifacts."""
    artifacts = {path.split("/")[0] for path in listing if path.endswith(f"/{MANIFEST_FILE}")}
    return {path for path in listing if path.split("/")[0] in {IMAGES_FOLDER, *artifacts}}
