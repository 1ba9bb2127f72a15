"""What is imported before an answer: a person waits for it.

No times are asserted, which a busy machine would break: `python -m tests.benchmarks.starting`
measures them.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT
from typer.main import get_group

from similarity.__main__ import app
from similarity.store.artifact import Artifact

NETWORKS = {"torch", "torchvision", "timm"}
SERVERS = {"gradio", "huggingface_hub", "httpx2"}
SLOW = NETWORKS | SERVERS | {"numpy", "PIL", "annoy", "numba", "matplotlib"}

COMMANDS = sorted(get_group(app).commands)


@dataclass(frozen=True)
class Finished:
    """How a Python process ended, what it printed, and what it imported from elsewhere."""

    status: int
    out: str
    err: str
    imported: set[str]


def run(*arguments: object, folder: Path = ROOT) -> Finished:
    """Run Python from the root of the project, and note the packages that it imports."""
    command = [sys.executable, "-X", "importtime", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    notes = re.compile(r"^import time: .*\| +([\w.]+)$\n?", re.MULTILINE)
    imported = {name.partition(".")[0] for name in notes.findall(done.stderr)}
    err = re.sub(r"^import time: .*$\n?", "", done.stderr, flags=re.MULTILINE)
    assert {"sys", "site"} & imported, "nothing was noted"
    return Finished(done.returncode, done.stdout, err, imported)


def command(*arguments: object) -> Finished:
    return run("-m", "similarity", *arguments)


def words_of(value: object) -> str | None:
    """Name a test after its command line."""
    return " ".join(value) if isinstance(value, tuple) else ""


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)], ids=words_of)
def test_help_imports_nothing_slow(words: tuple[str, ...]) -> None:
    done = command(*words, "--help")
    assert done.status == 0, done.err
    assert "Usage: " in done.out
    assert done.imported & SLOW == set()


BUILD = ("build", "photos", "--output", "out")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("search",), "Missing argument"),
        (("search", "scenes", "--nonsense"), "No such option"),
        (("search", "scenes", "--metric", "hamming"), "hamming"),
        (("search", "scenes", "--device", "tpu"), "tpu"),
        (("search", "scenes", "-k", "many"), "Invalid value for '-k'"),
        (("verify",), "Missing argument"),
        (("verify", "scenes", "--nonsense"), "No such option"),
        ((*BUILD, "--metric", "hamming"), "'hamming' is not all, nor of angular"),
        ((*BUILD, "--trees", "0"), "Invalid value for '--trees'"),
        ((*BUILD, "--graph", "8", "--project", "0"), "--graph joins projected vectors"),
        ((*BUILD, "--like", "tuning.json", "--trees", "3"), "--like sets trees"),
        ((*BUILD, "--like", "tuning.json", "--metric", "all"), "one metric at a time"),
        (("evaluate", "--per-label", "1"), "Invalid value for '--per-label'"),
        (("tune", "scenes", "--budget", "soon"), "'soon' is no time such as 90s"),
        (("check", "--device", "tpu"), "tpu"),
        (("push", "scenes"), "Missing option"),
        (("pull",), "Missing argument"),
        (("space",), "Missing option"),
    ],
    ids=words_of,
)
def test_wrong_usage_imports_nothing_slow(words: tuple[str, ...], sentence: str) -> None:
    done = command(*words)
    assert done.status == 2, done.err
    assert sentence in " ".join(done.err.split())
    assert done.imported & SLOW == set()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("build",), "Got nothing to index; give one of"),
        (("build", "photos"), "Give --output DIR"),
        (("search", "scenes"), "Give either a picture or --item"),
        (("search", "scenes", "a.png", "--item", "1"), "Give either a picture or --item"),
    ],
    ids=words_of,
)
def test_arguments_that_do_not_go_together_import_nothing_slow(
    words: tuple[str, ...], sentence: str
) -> None:
    done = command(*words)
    assert done.status == 1
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1
    assert sentence in done.err
    assert done.imported & SLOW == set()


@pytest.mark.parametrize("words", [("--help",), ("--nonsense",), ("--device", "tpu")], ids=words_of)
def test_page_that_does_not_start_imports_nothing_slow(words: tuple[str, ...]) -> None:
    done = run("app.py", *words)
    assert done.status == (0 if words == ("--help",) else 2)
    assert "usage: app.py" in done.out + done.err
    assert done.imported & SLOW == set()


def test_page_says_that_it_loads_before_it_does() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "app.py", "--artifacts", "hf://nobody"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    before, _, after = done.stdout.partition("Loading the page ...\n")
    assert re.search(r"\| +torch\b", after)
    assert not re.search(r"\| +(torch|gradio)\b", before)
    assert "names no repository on the Hub" in after
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("verify", "gone"), "There is no artifact in gone; name a folder with one."),
        (("search", "gone", "a.png"), "There is no artifact in gone: make one with"),
        (("evaluate", "gone"), "There is no artifact in gone"),
        (("tune", "gone"), "There is no artifact in gone"),
        (("build", "--collection", "gone"), "There is no collection 'gone'"),
        (("pull", "nobody"), "'nobody' names no repository on the Hub"),
        (("push", "gone", "--repo", "nobody"), "'nobody' names no repository on the Hub"),
        (("space", "--repo", "nobody"), "'nobody' names no repository on the Hub"),
    ],
    ids=words_of,
)
def test_what_is_not_there_is_one_sentence_without_a_network(
    words: tuple[str, ...], sentence: str
) -> None:
    done = command(*words)
    assert done.status == 1
    assert done.err.startswith(f"Error: {sentence}")
    assert done.err.count("\n") == 1
    assert done.imported & (NETWORKS | SERVERS) == set()


def damage(artifact: Artifact) -> Path:
    """Cut a file of an artifact; the file."""
    path = artifact.folder / "embeddings.npy"
    path.write_bytes(path.read_bytes()[:-4])
    return path


def test_verify_damaged_artifact_is_found_without_a_network(colors: Artifact) -> None:
    path = damage(colors)
    done = command("verify", colors.folder.parent)
    assert done.status == 1
    assert done.err == ""
    (line,) = done.out.splitlines()
    assert line.startswith(f"WRONG  color: {path} has ")
    assert done.imported & (NETWORKS | SERVERS) == set()


@pytest.mark.parametrize("query", [("--item", "1"), ("blue/a.png",)], ids=words_of)
def test_search_damaged_artifact_is_one_sentence_without_a_network(
    colors: Artifact, photos: Path, query: tuple[str, ...]
) -> None:
    path = damage(colors)
    words = query if query[0] == "--item" else (photos / query[0],)
    done = command("search", colors.folder.parent, *words)
    assert done.status == 1
    assert done.err.startswith(f"Error: {path} has ")
    assert done.err.count("\n") == 1
    assert done.imported & (NETWORKS | SERVERS) == set()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("-k", "0"), "k is 0; give a whole number from 1 to 6"),
        (("-k", "3", "--search-k", "-5"), "search_k is -5"),
        (("-k", "3", "--metric", "dot"), "has no dot index, only angular"),
    ],
    ids=words_of,
)
def test_search_by_picture_out_of_range_waits_for_no_network(
    colors: Artifact, photos: Path, options: tuple[str, ...], sentence: str
) -> None:
    done = command("search", colors.folder.parent, photos / "blue" / "a.png", *options)
    assert done.status == 1
    assert sentence in done.err
    assert done.imported & (NETWORKS | SERVERS) == set()


def test_what_needs_no_network_imports_none(colors: Artifact) -> None:
    for words in (
        ("search", colors.folder.parent, "--item", 1, "-k", 3),
        ("verify", colors.folder.parent, "--without-backbone"),
        ("evaluate", colors.folder.parent),
    ):
        done = command(*words)
        assert done.status == 0, done.err
        assert done.imported & (NETWORKS | SERVERS) == set(), words


def test_library_imports_nothing_slow_until_it_is_used() -> None:
    done = run("-c", "import similarity; print(similarity.__version__, dir(similarity))")
    assert "open_collection" in done.out
    assert done.imported & (SLOW | {"pydantic", "typer", "rich"}) == set()


def test_library_searches_for_items_without_a_network(colors: Artifact) -> None:
    code = f"""
import similarity
searcher = similarity.open_collection({str(colors.folder.parent)!r})
print(searcher.search(searcher.query_by_item(0), 1).neighbors[0].item.item_id)
"""
    done = run("-c", code)
    assert done.out == "1\n", done.err
    assert done.imported & (NETWORKS | SERVERS) == set()
