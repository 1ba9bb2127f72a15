"""What a small Hub answers: repositories in memory, and the functions behind its addresses.

hub_server.py carries the requests here. Large files and pictures lie in a storage with an address
of its own, as on the real Hub, which no token must reach.
"""

import base64
import hashlib
import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

LFS_SUFFIXES = (".jpg", ".npy", ".npz", ".ann", ".safetensors")
PAGE = 100
"""Entries of a tree in one answer: the real Hub gives 1000."""


def _sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Blob:
    """A file's content."""

    data: bytes
    is_lfs: bool

    @property
    def sha1(self) -> str:
        """Git's name for it."""
        return _sha1(b"blob %d\0" % len(self.data) + self.data)

    @property
    def sha256(self) -> str:
        """LFS's name for it."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def etag(self) -> str:
        """What resolve answers."""
        return self.sha256 if self.is_lfs else self.sha1


@dataclass
class Repo:
    """A repository with its commits."""

    kind: str
    name: str
    is_private: bool = False
    is_gated: bool = False
    commits: dict[str, dict[str, Blob]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def commit(self, ref: str, files: dict[str, Blob]) -> str:
        """Put a commit on top of a ref."""
        tree = "".join(f"{path} {blob.etag}\n" for path, blob in sorted(files.items()))
        sha = _sha1(f"{len(self.commits)} {tree}".encode())
        self.commits[sha] = files
        self.refs[ref] = sha
        return sha

    def head(self) -> dict[str, Blob]:
        """Files of the main branch."""
        return self.commits[self.refs["main"]]


class RefusalError(Exception):
    """An answer that says no, with the headers by which huggingface_hub tells why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {"X-Error-Code": code, "X-Error-Message": message}


@dataclass
class Hub:
    """What the server holds.

    Attributes:
        url: Of the Hub.
        storage_url: Of its storage.
        repos: By kind and name.
        stored: Content of large files by sha256.
        lock: Held while a repository changes.
    """

    url: str = ""
    storage_url: str = ""
    repos: dict[tuple[str, str], Repo] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True)
class Request:
    """What was asked."""

    hub: Hub
    user: str | None
    query: Mapping[str, str]
    range: str
    body: bytes
    is_proposal: bool

    def repo(self, kind: str, name: str, *, write: bool = False) -> Repo:
        """Find a repository that the user may see, or write to."""
        repo = self.hub.repos.get((kind, name))
        owner = name.partition("/")[0]
        if repo is None or (repo.is_private and self.user != owner):
            status = 401 if self.user is None else 404
            raise RefusalError(status, "RepoNotFound", "Repository not found")
        if write and self.user != owner and not self.is_proposal:
            raise RefusalError(403, "", "You have read access but not the required permissions")
        return repo

    def tree(self, repo: Repo, revision: str) -> tuple[str, dict[str, Blob]]:
        """Find a commit by its sha or a ref."""
        revision = urllib.parse.unquote(revision)
        sha = repo.refs.get(revision, revision)
        if sha not in repo.commits:
            raise RefusalError(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return sha, repo.commits[sha]


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps(value).encode()
    return Answer(body, status, {"Content-Type": "application/json", **(headers or {})})


def _create(request: Request) -> Answer:
    asked = json.loads(request.body)
    kind, owner = asked.get("type", "model"), asked.get("organization") or request.user
    if request.user is None:
        raise RefusalError(401, "", "Invalid username or password.")
    if owner != request.user:
        raise RefusalError(403, "", f"You don't have the rights to create a {kind} under {owner}")
    name = f"{owner}/{asked['name']}"
    url = f"{request.hub.url}/{kind}s/{name}"
    if (kind, name) in request.hub.repos:
        return json_answer({"error": "You already created this repo", "url": url}, 409)
    repo = Repo(kind, name, is_private=asked.get("visibility") == "private")
    repo.commit("main", {".gitattributes": Blob(b"*.npy filter=lfs\n", is_lfs=False)})
    request.hub.repos[kind, name] = repo
    return json_answer({"url": url, "name": name})


def _info(request: Request, kind: str, name: str, revision: str = "main") -> Answer:
    repo = request.repo(kind, name)
    sha, _ = request.tree(repo, revision)
    return json_answer({"id": name, "sha": sha, "private": repo.is_private, "gated": repo.is_gated})


def _list(request: Request, kind: str, name: str, revision: str) -> Answer:
    _, files = request.tree(request.repo(kind, name), revision)
    entries = [
        {"type": "file", "path": path, "size": len(blob.data), "oid": blob.sha1}
        | (
            {"lfs": {"oid": blob.sha256, "size": len(blob.data), "pointerSize": 130}}
            if blob.is_lfs
            else {}
        )
        for path, blob in sorted(files.items())
    ]
    start = int(request.query.get("cursor", "0"))
    headers = {}
    if start + PAGE < len(entries):
        path = f"/api/{kind}s/{name}/tree/{revision}?recursive=True&cursor={start + PAGE}"
        headers = {"Link": f'<{request.hub.url}{path}>; rel="next"'}
    return json_answer(entries[start : start + PAGE], headers=headers)


def _resolve(request: Request, kind: str, name: str, revision: str, path: str) -> Answer:
    repo = request.repo(kind, name)
    if repo.is_gated and request.user != name.partition("/")[0]:
        raise RefusalError(
            401 if request.user is None else 403, "GatedRepo", "Access is restricted"
        )
    sha, files = request.tree(repo, revision)
    blob = files.get(urllib.parse.unquote(path))
    if blob is None:
        raise RefusalError(404, "EntryNotFound", "Entry not found")
    headers = {"X-Repo-Commit": sha, "ETag": f'"{blob.etag}"'}
    if blob.is_lfs:
        request.hub.stored[blob.sha256] = blob.data
        headers |= {
            "X-Linked-Etag": f'"{blob.sha256}"',
            "X-Linked-Size": str(len(blob.data)),
            "Location": f"{request.hub.storage_url}/objects/{blob.sha256}",
        }
        return Answer(status=302, headers=headers)
    location = f"/api/resolve-cache/{kind}s/{name}/{sha}/{path}"
    return Answer(status=307, headers={"X-Repo-Commit": sha, "Location": location})


def _resolve_cached(request: Request, kind: str, name: str, sha: str, path: str) -> Answer:
    _, files = request.tree(request.repo(kind, name), sha)
    blob = files[urllib.parse.unquote(path)]
    return _ranged(request, blob.data, {"X-Repo-Commit": sha, "ETag": f'"{blob.etag}"'})


def _ranged(request: Request, data: bytes, headers: Mapping[str, str]) -> Answer:
    if asked := re.fullmatch(r"bytes=(\d+)-", request.range):
        start = int(asked[1])
        content = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        return Answer(data[start:], 206, {**headers, **content})
    return Answer(data, headers=headers)


def _preupload(request: Request, kind: str, name: str, revision: str) -> Answer:
    _, files = request.tree(request.repo(kind, name, write=True), revision)
    return json_answer(
        {
            "files": [
                {
                    "path": asked["path"],
                    "uploadMode": "lfs" if asked["path"].endswith(LFS_SUFFIXES) else "regular",
                    "shouldIgnore": False,
                    "oid": files[asked["path"]].etag if asked["path"] in files else None,
                }
                for asked in json.loads(request.body)["files"]
            ]
        }
    )


def _batch(request: Request, kind: str, name: str) -> Answer:
    request.repo(kind, name)
    objects = json.loads(request.body)["objects"]
    for asked in objects:
        if asked["oid"] not in request.hub.stored:
            upload = {"href": f"{request.hub.storage_url}/objects/{asked['oid']}"}
            verify = {"href": f"{request.hub.url}/{kind}s/{name}/verify"}
            asked["actions"] = {"upload": upload, "verify": verify}
    return json_answer({"transfer": "basic", "objects": objects})


def _verify(request: Request, kind: str, name: str) -> Answer:
    request.repo(kind, name)
    asked = json.loads(request.body)
    if len(request.hub.stored.get(asked["oid"], b"")) != asked["size"]:
        raise RefusalError(422, "", "The object was not uploaded")
    return json_answer({})


def _commit(request: Request, kind: str, name: str, revision: str) -> Answer:
    repo = request.repo(kind, name, write=True)
    with request.hub.lock:
        _, files = request.tree(repo, revision)
        files = dict(files)
        for line in request.body.splitlines():
            operation = json.loads(line)
            _apply(operation["key"], operation["value"], files, request.hub.stored)
        ref = urllib.parse.unquote(revision)
        if "create_pr" in request.query:
            ref = f"refs/pr/{1 + sum(known.startswith('refs/pr/') for known in repo.refs)}"
        sha = repo.commit(ref, files)
    page = f"{request.hub.url}/{kind}s/{name}"
    discussion = f"{page}/discussions/{ref.rpartition('/')[2]}"
    return json_answer(
        {
            "commitUrl": f"{page}/commit/{sha}",
            "commitOid": sha,
            "pullRequestUrl": discussion if "create_pr" in request.query else None,
        }
    )


def _apply(key: str, value: Any, files: dict[str, Blob], stored: Mapping[str, bytes]) -> None:
    match key:
        case "file":
            files[value["path"]] = Blob(base64.b64decode(value["content"]), is_lfs=False)
        case "lfsFile":
            if value["oid"] not in stored:
                raise RefusalError(400, "", f"{value['path']} was not uploaded")
            files[value["path"]] = Blob(stored[value["oid"]], is_lfs=True)
        case "deletedFile":
            del files[value["path"]]


def _validate(request: Request) -> Answer:
    content = json.loads(request.body)["content"]
    if not re.match(r"---\n(.+\n)+?---\n", content):
        return json_answer({"errors": [{"message": "there is no metadata"}]}, 400)
    return json_answer({"errors": [], "warnings": []})


def _variable(request: Request, name: str) -> Answer:
    asked = json.loads(request.body)
    repo = request.repo("space", name, write=True)
    repo.variables[asked["key"]] = asked["value"]
    return json_answer({key: {"value": value} for key, value in repo.variables.items()})


def _object(request: Request, oid: str) -> Answer:
    return _ranged(request, request.hub.stored[oid], {"ETag": f'"{oid}"'})


def _store(request: Request, oid: str) -> Answer:
    if hashlib.sha256(request.body).hexdigest() != oid:
        raise RefusalError(400, "", "The content is not what its name says")
    request.hub.stored[oid] = request.body
    return Answer()


Routes = list[tuple[str, Callable[..., Answer]]]

_KIND, _NAME = r"(model|dataset|space)s", r"([\w.-]+/[\w.-]+)"
HUB_ROUTES: Routes = [
    (r"POST /api/repos/create", _create),
    (r"POST /api/validate-yaml", _validate),
    (rf"GET /api/{_KIND}/{_NAME}", _info),
    (rf"GET /api/{_KIND}/{_NAME}/revision/([^/]+)", _info),
    (rf"GET /api/{_KIND}/{_NAME}/tree/([^/]+)", _list),
    (rf"POST /api/{_KIND}/{_NAME}/preupload/([^/]+)", _preupload),
    (rf"POST /api/{_KIND}/{_NAME}/commit/([^/]+)", _commit),
    (rf"POST /api/spaces/{_NAME}/variables", _variable),
    (rf"(?:GET|HEAD) /api/resolve-cache/{_KIND}/{_NAME}/([^/]+)/(.+)", _resolve_cached),
    (rf"(?:GET|HEAD) /{_KIND}/{_NAME}/resolve/([^/]+)/(.+)", _resolve),
    (rf"POST /{_KIND}/{_NAME}[.]git/info/lfs/objects/batch", _batch),
    (rf"POST /{_KIND}/{_NAME}/verify", _verify),
]
STORAGE_ROUTES: Routes = [
    (r"GET /objects/(\w+)", _object),
    (r"PUT /objects/(\w+)", _store),
]
