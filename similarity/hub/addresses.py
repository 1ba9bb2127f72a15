"""Where a collection comes from: what a person asks for, and the commit that was fetched.

`hf://user/name@revision` names a dataset repository on the Hub. A fetched collection carries an
origin.json, so that whoever opens its folder can say which commit it is.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import StringConstraints

from similarity.errors import HubError
from similarity.store.records import read_record, write_record

FORMAT_VERSION = 1
ORIGIN_FILE = "origin.json"
ADDRESS_PREFIX = "hf://"

_REPO_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_REVISION = re.compile(r"[A-Za-z0-9][\w./-]*", re.ASCII)


@dataclass(frozen=True)
class DatasetAddress:
    """A dataset repository that is asked for.

    Attributes:
        repo_id: `user/name`.
        revision: Branch, tag, `refs/pr/1` or full commit sha; None for the main branch.
    """

    repo_id: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `user/name`, `user/name@revision`, or either after `hf://` or `hf://datasets/`.

        Raises:
            HubError: It is none of these.
        """
        address = text.removeprefix(ADDRESS_PREFIX).removeprefix("datasets/")
        repo_id, at, revision = address.partition("@")
        is_named = _REPO_ID.fullmatch(repo_id) and "--" not in repo_id and ".." not in address
        if not is_named or (at and not _REVISION.fullmatch(revision)):
            raise HubError(
                f"{text!r} names no repository on the Hub; expected user/name, or "
                "user/name@revision with a branch, a tag or a commit."
            )
        return cls(repo_id, revision or None)

    def __str__(self) -> str:
        return self.repo_id + (f"@{self.revision}" if self.revision else "")


@dataclass(frozen=True)
class Origin:
    """What origin.json says.

    Attributes:
        format_version: Of this file.
        repo_id: `user/name` of a dataset repository.
        commit: Its full sha.
        url: Of the repository at this commit, for a person.
        backbones: Names of all artifacts in the commit; a folder may hold some of them.
    """

    format_version: int
    repo_id: str
    commit: Annotated[str, StringConstraints(pattern="^[0-9a-f]{40}$")]
    url: str
    backbones: tuple[str, ...]

    @property
    def address(self) -> str:
        """`hf://user/name@commit`, which always means these bytes."""
        return f"{ADDRESS_PREFIX}{self.repo_id}@{self.commit}"


def is_address(text: str) -> bool:
    """Tell an address on the Hub from a folder."""
    return text.startswith(ADDRESS_PREFIX)


def read_origin(folder: Path) -> Origin | None:
    """Read where a collection's folder was fetched from; None where it was built.

    Raises:
        ArtifactCorruptError: origin.json was edited.
        ArtifactVersionError: It was written by a newer program.
    """
    path = folder / ORIGIN_FILE
    return read_record(path, Origin, FORMAT_VERSION) if path.is_file() else None


def write_origin(folder: Path, origin: Origin) -> None:
    """Write origin.json."""
    write_record(folder / ORIGIN_FILE, origin)
