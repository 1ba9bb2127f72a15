"""The self-check with an Annoy that works, dies, answers wrongly, or cannot be imported."""

from pathlib import Path

import annoy
import pytest

from similarity.selfcheck import find_annoy_problem

REAL = f"""
import os, signal
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
path = {annoy.annoylib.__file__!r}
spec = spec_from_file_location("annoylib", path, loader=ExtensionFileLoader("annoylib", path))
annoylib = module_from_spec(spec)
"""


@pytest.fixture(autouse=True)
def _anew() -> None:
    find_annoy_problem.cache_clear()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put another module in the place of annoy for processes that are started."""

    def install_code(code: str) -> None:
        (tmp_path / "annoy.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return install_code


def test_annoy_that_works_has_no_problem() -> None:
    assert find_annoy_problem() is None


def test_annoy_that_dies_is_named(install) -> None:
    install(
        REAL
        + "class AnnoyIndex(annoylib.Annoy):\n"
        + "    def get_nns_by_vector(self, *_):\n"
        + "        os.kill(os.getpid(), signal.SIGILL)\n"
    )
    problem = find_annoy_problem()
    assert problem is not None
    assert "it died of SIGILL, as code does that was compiled for another processor" in problem
    assert "answers come from exact search" in problem
