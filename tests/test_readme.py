"""What README.md says is what the project does."""

import re

import pytest
from conftest import ROOT
from typer.main import get_group

from similarity.__main__ import app
from similarity.models.names import TITLES
from similarity.models.registry import get_backbone

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_backbones_table_is_the_registry() -> None:
    rows = re.findall(
        r"^\| (\w[\w-]*) \| (\d+) \| (.+?) \| (none|\d+ MB) \|$", README, re.MULTILINE
    )
    expected = [
        (
            backbone.title,
            str(backbone.dim),
            backbone.published.name.rpartition(".")[2],
            f"{size / 1e6:.0f} MB" if (size := backbone.published.download_bytes) else "none",
        )
        for backbone in map(get_backbone, TITLES)
    ]
    assert rows == expected


def test_commands_that_are_named_exist() -> None:
    named = set(re.findall(r"python -m similarity (\w+)", README))
    assert named == get_group(app).commands.keys() - {"pull"}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
