"""What the documents for contributors say is what the project has."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from similarity import __version__

HOME = ROOT / ".github"
DOCUMENTS = ("CONTRIBUTING.md", "CHANGELOG.md")
QUICK = 'python -m pytest -m "not browser and not weights and not accelerator"'


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("document", "target"),
    sorted(
        {
            (document, target)
            for document in DOCUMENTS
            for target in re.findall(r"\]\(([^):]+)\)", read(HOME / document))
        }
    ),
)
def test_links_lead_somewhere(document: str, target: str) -> None:
    path, _, heading = target.partition("#")
    linked = HOME / path if path else HOME / document
    assert linked.exists()
    if heading:
        headings = re.findall(r"^#+ (.+)$", read(linked), re.MULTILINE)
        assert heading in {text.lower().replace(" ", "-") for text in headings}


def test_changelog_begins_with_this_version() -> None:
    versions = re.findall(
        r"^## (\S+) - (?:unreleased|\d{4}-\d\d-\d\d)$", read(HOME / DOCUMENTS[1]), re.MULTILINE
    )
    assert versions[0] == __version__
    assert versions == sorted(versions, reverse=True)


def test_every_room_is_described() -> None:
    rooms = {path.parent.name for path in (ROOT / "similarity").glob("*/__init__.py")}
    described = set(
        re.findall(r"^\| \[(\w+)\]\(\.\./similarity/", read(HOME / DOCUMENTS[0]), re.MULTILINE)
    )
    assert described == rooms


def test_quick_tests_are_those_that_the_workflow_runs() -> None:
    workflow = yaml.safe_load(read(HOME / "workflows" / "tests.yml"))
    (job,) = workflow["jobs"].values()
    assert QUICK in read(HOME / DOCUMENTS[0])
    assert job["steps"][-1]["run"] == QUICK


def test_quick_tests_leave_out_every_marker() -> None:
    settings = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["pytest"]["ini_options"]
    markers = {line.partition(":")[0] for line in settings["markers"]}
    assert set(re.findall(r"not (\w+)", QUICK)) == markers


def test_ci_ends_with_the_test_command_of_the_readme() -> None:
    command = "python -m pytest"
    assert read(ROOT / ".ci" / "run").rstrip().splitlines()[-1] == command
    assert f".venv/bin/{command}\n" in read(ROOT / "README.md")
