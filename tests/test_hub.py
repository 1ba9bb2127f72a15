"""push and pull against a small Hub on this machine; the real one is out of reach of tests."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import ColorEmbedder
from hub_api import Blob, Repo
from hub_client import Finished, do_nothing, run_command
from hub_server import TOKENS, Fault, HubServer

from similarity.hub.space import read_front_matter
from similarity.indexing.pipeline import Settings, build_backbone
from similarity.store.artifact import Artifact, describe_file

OWNER, READER = TOKENS
EXPIRED = "hf_expired"
NAME = "user/colors"
COMMIT = re.compile("[0-9a-f]{40}")

NO_PATIENCE = {
    "time.sleep": do_nothing,
}
"""Retries without the pauses between them."""

Run = Callable[..., Finished]
"""Runs a command; `token`, `environment` and `patches` are its keywords."""


@pytest.fixture
def server() -> Iterator[HubServer]:
    """A Hub without repositories."""
    with HubServer().running() as server:
        yield server


@pytest.fixture
def run(server: HubServer, tmp_path: Path) -> Run:
    """Run commands of a person on a machine whose cache is empty at first."""

    def run_command_here(
        *arguments: object,
        token: str = OWNER,
        home: str = "home",
        environment: dict[str, str] | None = None,
        patches: dict[str, object] | None = None,
    ) -> Finished:
        settings = {
            "HF_ENDPOINT": server.hub.url,
            "HF_HOME": str(tmp_path / home),
            "HF_TOKEN": token,
            "HF_HUB_DISABLE_XET": "1",
            "NO_PROXY": "127.0.0.1",
        }
        settings |= environment or {}
        # Starting an interpreter for the self-check would take most of a test.
        usual = {"similarity.hub.repository.find_annoy_problem": do_nothing}
        return run_command(tmp_path, arguments, settings, usual if patches is None else patches)

    return run_command_here


@pytest.fixture
def folder(build_colors: Callable[..., Artifact]) -> Path:
    """A collection with the backbones `color` (two indexes) and `hue`, the same under a name."""
    artifact = build_colors(metrics=("angular", "dot"))
    other = ColorEmbedder()
    other.name = "hue"
    build_backbone(artifact.collection, Settings(backbone="hue", n_trees=2), lambda: other)
    return artifact.folder.parent


@pytest.fixture
def repo(server: HubServer, folder: Path, run: Run) -> Repo:
    """The repository that the collection was pushed to."""
    done = run("push", folder, "--repo", NAME)
    assert done.status == 0, done.err
    server.requests.clear()
    return server.hub.repos["dataset", NAME]


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def pulled(done: Finished) -> Path:
    """The folder that a pull printed."""
    assert done.status == 0, done.err
    return Path(done.out.splitlines()[-1])


def sentence(done: Finished) -> str:
    """The one sentence of a command that failed."""
    assert done.status == 1
    assert "Traceback" not in done.err
    return done.err.splitlines()[-1]


def test_pull_gives_the_bytes_that_were_pushed(repo: Repo, folder: Path, run: Run) -> None:
    found = content(pulled(run("pull", NAME)))
    origin = json.loads(found.pop("origin.json"))
    assert found == content(folder)
    assert origin["commit"] == repo.refs["main"]


def test_pull_prints_an_address_that_stays_the_same_commit(
    repo: Repo, folder: Path, run: Run
) -> None:
    done = run("pull", NAME)
    address = done.out.splitlines()[0]
    assert address == f"hf://{NAME}@{repo.refs['main']}"
    (folder / "hue" / "manifest.json").unlink()
    assert run("push", folder, "--repo", NAME).status == 0
    assert not (pulled(run("pull", NAME, home="other")) / "hue").exists()
    assert (pulled(run("pull", address, home="other")) / "hue").exists()


def test_pull_again_asks_for_the_commit_only(server: HubServer, repo: Repo, run: Run) -> None:
    first = pulled(run("pull", NAME))
    server.requests.clear()
    assert pulled(run("pull", NAME)) == first
    assert {seen.line for seen in server.requests} == {f"GET /api/datasets/{NAME}"}
    server.requests.clear()
    assert pulled(run("pull", f"{NAME}@{repo.refs['main']}")) == first
    assert server.requests == []


def test_pull_only_fetches_nothing_of_other_backbones(
    server: HubServer, repo: Repo, run: Run
) -> None:
    files = {**repo.head(), "images/left_over.jpg": Blob(b"nothing names this", is_lfs=True)}
    repo.commit("main", files)
    found = pulled(run("pull", NAME, "--only", "hue"))
    fetched = {
        line.rpartition("/resolve/")[2][41:] for line in server.requested("HEAD .*/resolve/")
    }
    pictures = {path for path in repo.head() if path.startswith("images/") and "left" not in path}
    assert fetched == pictures | {
        "collection.json",
        "items.jsonl",
        "hue/manifest.json",
        "hue/embeddings.npy",
    }
    assert sorted(path.parent.name for path in found.glob("*/manifest.json")) == ["hue"]
    server.requests.clear()
    assert (pulled(run("pull", NAME)) / "color").is_dir()
    assert not server.requested("/images/|/hue/"), "what is there is not fetched again"


@pytest.mark.usefixtures("repo")
def test_pull_unknown_backbone_names_those_that_are_there(run: Run) -> None:
    assert "no artifact of vgg16, only of color, hue" in sentence(
        run("pull", NAME, "--only", "vgg16")
    )


def test_pull_builds_indexes_and_takes_forged_ones_only_when_told(
    repo: Repo, folder: Path, run: Run
) -> None:
    name = next(path.name for path in (folder / "color").glob("angular-*.ann"))
    manifest = json.loads((folder / "color" / "manifest.json").read_text())
    forged = b"\0" * manifest["files"][name]["bytes"]
    (folder / "forged").write_bytes(forged)
    manifest["files"][name]["sha256"] = describe_file(folder / "forged").sha256
    text = json.dumps(manifest).encode()
    changes = {f"color/{name}": Blob(forged, is_lfs=True)}
    changes["color/manifest.json"] = Blob(text, is_lfs=False)
    repo.commit("main", {**repo.head(), **changes})
    built = pulled(run("pull", NAME))
    assert (built / "color" / name).read_bytes() == (folder / "color" / name).read_bytes()
    kept = pulled(run("pull", NAME, "--trust-indexes"))
    assert (kept / "color" / name).read_bytes() == forged


@pytest.mark.usefixtures("repo")
def test_pull_offline_uses_what_was_fetched_and_says_so(server: HubServer, run: Run) -> None:
    first = pulled(run("pull", NAME))
    done = run("pull", NAME, environment={"HF_HUB_OFFLINE": "1"})
    assert pulled(done) == first
    assert "HF_HUB_OFFLINE is set; using the commit that was fetched last." in done.err
    done = run("pull", NAME, environment={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert pulled(done) == first
    assert "http://127.0.0.1:9 cannot be reached" in done.err
    server.faults = [Fault("GET /api/", times=99, status=503)]
    done = run("pull", NAME)
    assert pulled(done) == first
    assert "answers with status 503; using the commit" in done.err


@pytest.mark.usefixtures("repo")
def test_pull_offline_without_cache_says_what_to_do(run: Run) -> None:
    done = run("pull", NAME, environment={"HF_HUB_OFFLINE": "1"})
    assert "HF_HUB_OFFLINE is set and user/colors is not in the cache" in sentence(done)
    done = run("pull", NAME, environment={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert "http://127.0.0.1:9 cannot be reached" in sentence(done)


def test_pull_cut_download_goes_on_where_it_stopped(
    server: HubServer, repo: Repo, run: Run
) -> None:
    embeddings = repo.head()["hue/embeddings.npy"]
    server.faults = [Fault(f"GET /objects/{embeddings.sha256}", cut=100)]
    chunks = {"huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE": 50}
    found = content(pulled(run("pull", NAME, patches=chunks)))
    assert found["hue/embeddings.npy"] == embeddings.data
    ranges = [seen.range for seen in server.requests if embeddings.sha256 in seen.line]
    assert ranges == ["", "bytes=100-"]


def test_pull_failed_download_is_one_sentence_and_resumes(
    server: HubServer, repo: Repo, folder: Path, run: Run
) -> None:
    embeddings = repo.head()["hue/embeddings.npy"]
    server.faults = [Fault(f"GET /objects/{embeddings.sha256}", times=99, cut=0)]
    done = run("pull", NAME, patches=NO_PATIENCE)
    assert "the network failed on the way" in sentence(done)
    done = run("pull", NAME, environment={"HF_HUB_OFFLINE": "1"})
    assert "The cache holds only a part of user/colors" in sentence(done)
    server.faults = []
    server.requests.clear()
    assert content(pulled(run("pull", NAME))).keys() - {"origin.json"} == content(folder).keys()
    assert not server.requested("/objects/") or server.requested("/objects/") == [
        f"GET /objects/{embeddings.sha256}"
    ]


def test_pull_file_of_wrong_size_is_refused(server: HubServer, repo: Repo, run: Run) -> None:
    embeddings = repo.head()["hue/embeddings.npy"]
    server.faults = [Fault(f"GET /objects/{embeddings.sha256}", times=99, short=7)]
    assert "arrived with another size than was announced" in sentence(run("pull", NAME))
    server.faults = []
    assert pulled(run("pull", NAME))


@pytest.mark.usefixtures("repo")
def test_pull_missing_revision_or_repository_is_named(run: Run) -> None:
    done = run("pull", f"{NAME}@v2")
    assert "user/colors has no revision v2; name a branch" in sentence(done)
    for token in (OWNER, ""):
        done = run("pull", "user/nothing", token=token)
        assert "There is no repository user/nothing on http://127.0.0.1" in sentence(done)
    done = run("pull", "no repository")
    assert "'no repository' names no repository on the Hub; expected user/name" in sentence(done)


def test_pull_gated_repository_says_where_to_ask(server: HubServer, repo: Repo, run: Run) -> None:
    repo.is_gated = True
    for token in (READER, ""):
        done = run("pull", NAME, token=token)
        assert f"is gated; ask for access at {server.hub.url}/datasets/{NAME}" in sentence(done)
    assert pulled(run("pull", NAME, token=OWNER))


def test_pull_private_repository_looks_missing_to_others(repo: Repo, run: Run) -> None:
    repo.is_private = True
    assert "or it is private" in sentence(run("pull", NAME, token=READER))
    assert pulled(run("pull", NAME, token=OWNER))


@pytest.mark.usefixtures("repo")
def test_pull_waits_when_the_hub_asks_it_to(server: HubServer, run: Run) -> None:
    wait = {"Retry-After": "0"}
    server.faults = [Fault("GET /api/.*/tree/", status=429, headers=wait)]
    done = run("pull", NAME)
    assert pulled(done)
    assert len(server.requested("GET /api/.*/tree/")) == 3


@pytest.mark.usefixtures("repo")
def test_pull_too_many_requests_says_how_long_to_wait(server: HubServer, run: Run) -> None:
    wait = {"Retry-After": "31"}
    server.faults = [Fault("GET /api/", times=99, status=429, headers=wait)]
    assert "too many requests; try again in 31 seconds" in sentence(run("pull", NAME))


@pytest.mark.usefixtures("repo")
def test_pull_token_reaches_the_hub_only_and_no_output(server: HubServer, run: Run) -> None:
    done = run("pull", NAME, environment={"HF_DEBUG": "1"})
    assert pulled(done)
    assert OWNER not in done.out + done.err
    for seen in server.requests:
        expected = None if seen.line.startswith("GET /objects/") else f"Bearer {OWNER}"
        assert seen.authorization == expected
    assert any(seen.authorization is None for seen in server.requests)


@pytest.mark.usefixtures("repo")
def test_pull_without_working_annoy_leaves_indexes_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "annoy.py").write_text("raise ImportError('GLIBCXX not found')")
    done = run("pull", NAME, environment={"PYTHONPATH": str(tmp_path / "fake")}, patches={})
    found = pulled(done)
    assert "Annoy does not work on this machine (ImportError: GLIBCXX not found)" in done.err
    assert not list(found.glob("*/*.ann"))
    assert list(pulled(run("pull", NAME)).glob("*/*.ann")), "where it works, indexes are built"


def test_push_card_says_what_it_is(repo: Repo, folder: Path) -> None:
    card = repo.head()["README.md"].data.decode()
    values = read_front_matter(card)
    assert values["license"] == "unknown"
    assert values["pretty_name"] == "photos"
    assert values["size_categories"] == ["n<1K"]
    recall = Artifact.load(folder / "color").index_entry("dot").recall_at_10
    row = next(line for line in card.splitlines() if "| dot |" in line)
    assert [cell.strip() for cell in row.split("|")[1:-1]] == [
        "color",
        "mean color",
        "3",
        "0.0 MB",
        "dot",
        "3",
        "0.0 MB",
        f"{recall.value:.3f}",
        str(recall.search_k),
    ]
    assert f"python app.py --artifacts hf://{NAME}" in card


def test_push_sends_only_what_belongs_to_the_collection(
    server: HubServer, folder: Path, run: Run
) -> None:
    (folder / "secret.txt").write_text("keep this")
    (folder / "color" / "angular-00000000.ann").write_text("from an older build")
    assert run("push", folder, "--repo", NAME).status == 0
    there = server.hub.repos["dataset", NAME].head().keys() - {"README.md", ".gitattributes"}
    assert there == content(folder).keys() - {"secret.txt", "color/angular-00000000.ann"}


def test_push_removes_what_the_collection_has_no_more(repo: Repo, folder: Path, run: Run) -> None:
    extra = {
        "images/zz/old.jpg": Blob(b"old", is_lfs=True),
        "vgg16/manifest.json": Blob(b"{}", is_lfs=False),
        "vgg16/embeddings.npy": Blob(b"old", is_lfs=True),
        "NOTES.md": Blob(b"mine", is_lfs=False),
    }
    before = repo.head()
    repo.commit("main", {**before, **extra})
    assert run("push", folder, "--repo", NAME).status == 0
    assert repo.head() == {**before, "NOTES.md": extra["NOTES.md"]}


def test_push_interrupted_changes_nothing_and_goes_on(
    server: HubServer, folder: Path, run: Run
) -> None:
    last = Blob((folder / "hue" / "embeddings.npy").read_bytes(), is_lfs=True)
    server.faults = [Fault(f"PUT /objects/{last.sha256}", times=99, status=500)]
    done = run("push", folder, "--repo", NAME, patches=NO_PATIENCE)
    assert "answers with status 500" in sentence(done)
    assert server.hub.repos["dataset", NAME].head().keys() == {".gitattributes"}
    server.faults = []
    server.requests.clear()
    assert run("push", folder, "--repo", NAME).status == 0
    assert set(server.requested("PUT /objects/")) == {f"PUT /objects/{last.sha256}"}
    assert "collection.json" in server.hub.repos["dataset", NAME].head()


def test_push_many_pictures_names_them_in_the_last_commit(
    server: HubServer, folder: Path, run: Run
) -> None:
    small = {"similarity.hub.repository.PICTURES_PER_COMMIT": 2}
    assert run("push", folder, "--repo", NAME, patches=small).status == 0
    commits = list(server.hub.repos["dataset", NAME].commits.values())
    n_pictures = [sum(path.startswith("images/") for path in files) for files in commits]
    assert n_pictures == [0, 2, 4, 6]
    assert ["collection.json" in files for files in commits] == [False, False, False, True]
    server.requests.clear()
    assert run("push", folder, "--repo", NAME, patches=small).status == 0
    assert not server.requested("PUT|/commit/"), "nothing changed, so nothing is sent"


def test_push_create_pr_leaves_the_main_branch_alone(
    server: HubServer, repo: Repo, folder: Path, run: Run
) -> None:
    (folder / "hue" / "manifest.json").unlink()
    small = {"similarity.hub.repository.PICTURES_PER_COMMIT": 2}
    repo.commit("main", {".gitattributes": Blob(b"", is_lfs=False)})
    before = repo.refs["main"]
    done = run("push", folder, "--repo", NAME, "--create-pr", token=READER, patches=small)
    assert done.status == 0, done.err
    assert done.out.splitlines()[0] == f"{server.hub.url}/datasets/{NAME}/discussions/1"
    assert repo.refs["main"] == before
    assert (pulled(run("pull", f"{NAME}@refs/pr/1")) / "color").is_dir()


def test_push_private_is_private_or_refused(server: HubServer, folder: Path, run: Run) -> None:
    assert run("push", folder, "--repo", "user/secret", "--private").status == 0
    assert server.hub.repos["dataset", "user/secret"].is_private
    assert run("push", folder, "--repo", NAME).status == 0
    server.requests.clear()
    done = run("push", folder, "--repo", NAME, "--private")
    assert "user/colors is public, and a private one was asked for" in sentence(done)
    assert not server.requested("PUT|preupload|/commit/")


@pytest.mark.usefixtures("repo")
def test_push_token_missing_wrong_or_not_enough_is_said(folder: Path, run: Run) -> None:
    done = run("push", folder, "--repo", NAME, token="")
    assert "Writing to user/colors needs a token: run `hf auth login`" in sentence(done)
    done = run("push", folder, "--repo", NAME, token=EXPIRED)
    assert "The token was not accepted for user/colors (Invalid credentials" in sentence(done)
    assert EXPIRED not in done.err
    done = run("push", folder, "--repo", NAME, token=READER)
    assert "The token was not accepted for user/colors (You have read access" in sentence(done)


def test_push_damaged_artifact_is_not_sent(server: HubServer, folder: Path, run: Run) -> None:
    index = next((folder / "color").glob("dot-*.ann"))
    index.write_bytes(index.read_bytes()[:-1] + b"x")
    assert "was edited or damaged" in sentence(run("push", folder, "--repo", NAME))
    assert server.requests == []
