"""The files of a Space: that they agree with one another, and which of them are sent."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from hub_client import Finished, run_command
from hub_server import TOKENS, HubServer
from needs import missing

from similarity.errors import HubError
from similarity.hub.space import check_checkout, find_files, find_problems, read_front_matter

OWNER, *_ = TOKENS

README = """---
title: Image similarity
emoji: \U0001f50d
colorFrom: blue
colorTo: gray
sdk: gradio
sdk_version: 6.31.0
python_version: "3.11"
app_file: app.py
license: mit
tags: [image-similarity]
---
# Image similarity
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files of a small project that agree, and others that no Space needs."""
    files = {
        "README.md": README,
        "LICENSE": "MIT License\n",
        "app.py": "",
        "requirements.txt": "annoy==1.17.3\ngradio==6.31.0\n",
        "packages.txt": "g++\n",
        "pyproject.toml": '[tool.mypy]\npython_version = "3.11"\n',
        "similarity/page/layout.py": "",
        "similarity/page/page.css": "",
        "similarity/page/__pycache__/layout.pyc": "",
        "similarity/.hidden": "",
        "index_artifacts/scenes/collection.json": "{}",
        "index_artifacts/scenes/images/a.jpg": "",
        "index_artifacts/family/images/private.jpg": "",
        "tests/test_page.py": "",
        ".env": "HF_TOKEN=secret",
    }
    for name, text in files.items():
        path = tmp_path / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "checkout"


SENT = {
    "README.md",
    "LICENSE",
    "app.py",
    "requirements.txt",
    "packages.txt",
    "similarity/page/layout.py",
    "similarity/page/page.css",
    "index_artifacts/scenes/collection.json",
    "index_artifacts/scenes/images/a.jpg",
}


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_this_project_would_run_as_a_space() -> None:
    if not (ROOT / "README.md").is_file():
        missing("There is no README.md yet")
    assert find_problems(ROOT) == []
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    front = read_front_matter((ROOT / "README.md").read_text(encoding="utf-8"))
    if front["python_version"] != python:
        missing(f"These tests run on Python {python}, a Space on {front['python_version']}")


def test_checkout_that_agrees_has_no_problems(checkout: Path) -> None:
    assert find_problems(checkout) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("README.md", "6.31.0", "6.30.0", "sdk_version '6.30.0', and requirements.txt pins gradio"),
        ("requirements.txt", "gradio==6.31.0", "gradio==6.32.0", "pins gradio '6.32.0'"),
        ("requirements.txt", "gradio==", "gradio>=", "does not pin 'gradio>=6.31.0'"),
        ("packages.txt", "g++", "gcc", "packages.txt has no g++"),
        ("README.md", "license: mit", "license: gpl-3.0", "license 'gpl-3.0', not 'mit'"),
        ("README.md", "app.py", "main.py", "app_file 'main.py', not 'app.py'"),
        ("README.md", "sdk: gradio", "sdk: docker", "sdk 'docker', not 'gradio'"),
        ("README.md", '"3.11"', '"3.12"', "python_version '3.12', not '3.11'"),
        ("README.md", '"3.11"', "3.11", "python_version 3.11, not '3.11'"),
        ("README.md", "colorTo: gray", "colorTo: teal", "colorTo 'teal', not one of blue"),
        ("README.md", "emoji", "emojis", "has no emoji"),
        ("README.md", "tags: [", "tags: [[", "front matter is not YAML"),
        ("README.md", "---\ntitle", "title", "has no title"),
    ],
)
def test_checkout_that_disagrees_is_said(
    checkout: Path, file: str, old: str, new: str, problem: str
) -> None:
    change(checkout / file, old, new)
    assert problem in "; ".join(find_problems(checkout))


def test_folder_that_is_no_checkout_is_said(tmp_path: Path) -> None:
    with pytest.raises(HubError, match=f"{re.escape(str(tmp_path))} is none; clone the repository"):
        check_checkout(tmp_path)


def test_checkout_without_a_file_says_which(checkout: Path) -> None:
    (checkout / "packages.txt").unlink()
    assert find_problems(checkout) == ["packages.txt is missing"]


def test_space_needs_neither_tests_nor_private_collections(checkout: Path) -> None:
    assert set(find_files(checkout)) == SENT


@pytest.fixture
def server() -> Iterator[HubServer]:
    """A Hub without repositories."""
    with HubServer().running() as server:
        yield server


def run_space(server: HubServer, checkout: Path, *options: str) -> Finished:
    """Run the command as from a checkout."""
    environment = {
        "HF_ENDPOINT": server.hub.url,
        "HF_HOME": str(checkout.parent / "home"),
        "HF_TOKEN": OWNER,
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "127.0.0.1",
    }
    patches = {"similarity.cli.share.ROOT": checkout}
    arguments = ("space", "--repo", "user/demo", *options)
    return run_command(checkout.parent, arguments, environment, patches)


def test_space_sends_what_it_needs_and_removes_what_it_needs_no_more(
    server: HubServer, checkout: Path
) -> None:
    done = run_space(server, checkout, "--artifacts", "hf://user/colors@v1")
    assert done.status == 0, done.err
    assert done.out.splitlines() == [f"{server.hub.url}/spaces/user/demo"]
    repo = server.hub.repos["space", "user/demo"]
    assert repo.head().keys() - {".gitattributes"} == SENT
    assert repo.variables == {"SIMILARITY_ARTIFACTS": "hf://user/colors@v1"}
    page = checkout / "similarity" / "page"
    (page / "page.css").rename(page / "style.css")
    assert run_space(server, checkout).status == 0
    assert "similarity/page/page.css" not in repo.head()
    assert "similarity/page/style.css" in repo.head()


def test_space_that_would_not_run_is_not_sent(server: HubServer, checkout: Path) -> None:
    change(checkout / "README.md", "6.31.0", "6.30.0")
    done = run_space(server, checkout)
    assert done.status == 1
    assert "This checkout would not run as a Space: README.md's front matter has" in done.err
    assert server.requests == []
