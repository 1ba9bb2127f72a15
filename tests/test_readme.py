"""What README.md says is what the project does."""

import re

import pytest
from conftest import ROOT
from typer.main import get_group

from similarity.__main__ import app
from similarity.backbones import BACKBONES, DEFAULT_BACKBONE

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_backbones_table_is_the_registry() -> None:
    rows = re.findall(
        r"^\| (\w[\w-]*) \| (\d+) \| (.+?) \| (none|\d+ MB) \|$", README, re.MULTILINE
    )
    found = {title: (int(dim), weights, size) for title, dim, weights, size in rows}
    expected = {
        backbone.title: (
            backbone.dim,
            backbone.published_name.partition(".")[2],
            f"{backbone.download_bytes / 1e6:.0f} MB",
        )
        for backbone in BACKBONES.values()
    }
    bundled = BACKBONES[DEFAULT_BACKBONE].title
    assert found.pop(bundled)[::2] == (expected.pop(bundled)[0], "none")
    assert found == {title: expected[title] for title in ("ResNet18", "ResNet50", "VGG16")}


def test_commands_that_are_named_exist() -> None:
    named = set(re.findall(r"python -m similarity (\w+)", README))
    assert named == get_group(app).commands.keys() - {"pull"}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
