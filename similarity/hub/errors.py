"""What goes wrong between here and the Hub, in one sentence each: hub.py's other half."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import httpx2
from huggingface_hub import constants
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    IncompleteSnapshotError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
    RevisionResolutionError,
)

from similarity.errors import (
    HubAccessError,
    HubBusyError,
    HubError,
    HubNotFoundError,
    HubUnreachableError,
)
from similarity.hub.addresses import DatasetAddress

Kind = Literal["dataset", "space"]

_FAILURES = (
    HfHubHTTPError,
    EntryNotFoundError,
    RevisionResolutionError,
    httpx2.HTTPError,
    OSError,
)


@contextmanager
def explained(source: DatasetAddress) -> Iterator[None]:
    """Turn what huggingface_hub raises into one sentence.

    Args:
        source: The repository that is read or written.

    Raises:
        HubError: Says what went wrong with it, and what to do.
    """
    try:
        yield
    except _FAILURES as error:
        raise _explain(source, error) from error
    except RuntimeError as error:
        # So the library wraps what went wrong with one file of an upload.
        if not isinstance(error.__cause__, _FAILURES):
            raise
        raise _explain(source, error) from error


def page_of(repo_id: str, kind: Kind) -> str:
    """Address of a repository's page."""
    return f"{constants.ENDPOINT}/{kind}s/{repo_id}"


def first_line(text: object) -> str:
    """The first line of a message, without its period; the kind of an error that has none."""
    return str(text).strip().partition("\n")[0].rstrip(".") or type(text).__name__


def _explain(source: DatasetAddress, error: BaseException) -> HubError:
    """Find the cause that a person can do something about."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, HfHubHTTPError):
            return _explain_answer(source, cause)
        if isinstance(cause, IncompleteSnapshotError | OfflineModeIsEnabled | httpx2.HTTPError):
            return _explain_silence(source, cause)
        cause = cause.__cause__
    if isinstance(error, OSError) and error.errno is None:
        return HubError(
            f"A file of {source} arrived with another size than was announced "
            f"({first_line(error)}); try again."
        )
    return HubError(f"{source} could not be read or written: {first_line(error)}.")


def _explain_silence(source: DatasetAddress, error: Exception) -> HubError:
    """Explain that the Hub was not reached."""
    if isinstance(error, IncompleteSnapshotError):
        return HubUnreachableError(
            f"The cache holds only a part of {source}, and {constants.ENDPOINT} is out of reach "
            "for the rest; pull again with network: what is here is not fetched again."
        )
    if isinstance(error, OfflineModeIsEnabled):
        return HubUnreachableError(
            f"HF_HUB_OFFLINE is set and {source} is not in the cache; unset it, or pull where "
            "there is network."
        )
    return HubUnreachableError(
        f"{constants.ENDPOINT} cannot be reached, or the network failed on the way "
        f"({first_line(error)}); try again: what of {source} has arrived is not sent again."
    )


def _explain_answer(source: DatasetAddress, error: HfHubHTTPError) -> HubError:
    """Explain what the Hub answered."""
    if isinstance(error, GatedRepoError):
        return HubAccessError(
            f"{source.repo_id} is gated; ask for access at {page_of(source.repo_id, 'dataset')}, "
            "then run `hf auth login`."
        )
    if isinstance(error, RevisionNotFoundError):
        return HubNotFoundError(
            f"{source.repo_id} has no revision {source.revision}; name a branch, a tag or a commit "
            "of it, or none for the main branch."
        )
    if isinstance(error, RepositoryNotFoundError):
        return HubNotFoundError(
            f"There is no repository {source.repo_id} on {constants.ENDPOINT}, or it is private; "
            "check the name, or run `hf auth login` with a token that may see it."
        )
    return _explain_status(source, error)


def _explain_status(source: DatasetAddress, error: HfHubHTTPError) -> HubError:
    """Explain an answer that has no class of its own."""
    status = error.response.status_code
    said = first_line(error.server_message or "it does not say why")
    if status in {401, 403}:
        return HubAccessError(
            f"The token was not accepted for {source.repo_id} ({said}); run `hf auth login` with "
            "one that may do this."
        )
    if status == 429:
        wait = error.response.headers.get("Retry-After", "")
        when = f"in {wait} seconds" if wait.isdigit() else "later"
        return HubBusyError(
            f"{constants.ENDPOINT} got too many requests; try again {when}: what has arrived is "
            "not sent again."
        )
    if status >= 500:
        return HubUnreachableError(
            f"{constants.ENDPOINT} answers with status {status} ({said}); try again later."
        )
    return HubError(f"{constants.ENDPOINT} refuses {source} with status {status}: {said}.")
