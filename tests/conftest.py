"""Fixtures for all tests."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from drawing import BLUE, GREEN, RED, plain, save
from fakes import ColorEmbedder
from needs import missing

from similarity.indexing.pipeline import Settings, build_from_folder
from similarity.store.artifact import Artifact

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs an accelerator where there is none; pytest says how many those are."""
    if torch.cuda.is_available():
        return
    left_out = [item for item in items if item.get_closest_marker("accelerator")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real photographs and weights, beside the project."""
    if not SHARED.is_dir():
        missing("There is no ../shared with real photographs and weights")
    return SHARED


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Six pictures in three folders, one file that is no picture, one hidden file.

    In the order of their ids, with their mean colors:
        blue/a.png (0, 0, 1)    blue/b.png (0, .25, 1)
        green/a.png (0, 1, 0)
        red/a.png (1, 0, 0)     red/b.png (1, .25, 0)    red/c.png (1, 0, .5)
    """
    folder = tmp_path / "photos"
    save(plain(BLUE), folder / "blue" / "a.png")
    save(plain((0, 64, 255)), folder / "blue" / "b.png")
    save(plain(GREEN), folder / "green" / "a.png")
    save(plain(RED), folder / "red" / "a.png")
    save(plain((255, 64, 0)), folder / "red" / "b.png")
    save(plain((255, 0, 128)), folder / "red" / "c.png")
    (folder / "green" / "notes.txt").write_text("no picture")
    (folder / ".hidden").write_text("not looked at")
    return folder


@pytest.fixture
def build_colors(photos: Path, tmp_path: Path) -> Callable[..., Artifact]:
    """Build the artifact of `photos` with the embedder of mean colors."""

    def build(output: Path = tmp_path / "colors", **settings: Any) -> Artifact:
        chosen = replace(Settings(backbone="color", n_trees=3), **settings)
        return build_from_folder(photos, output, chosen, ColorEmbedder).artifact

    return build


@pytest.fixture
def colors(build_colors: Callable[..., Artifact]) -> Artifact:
    """The artifact of `photos` with an angular index."""
    return build_colors()
