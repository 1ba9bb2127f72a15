"""The self-check with an Annoy that works, dies, answers wrongly, or cannot be imported."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from similarity.ann import selfcheck
from similarity.ann.exact import ExactSearch
from similarity.ann.selfcheck import find_annoy_problem
from similarity.datatypes import METRICS, Metric
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact

REAL = f"""
import os, signal, time
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location

path = {import_module("annoy.annoylib").__file__!r}
spec = spec_from_file_location("annoylib", path, loader=ExtensionFileLoader("annoylib", path))
RealIndex = module_from_spec(spec).Annoy
"""
"""The real index, for modules that change one thing about it."""

DIES = f"""{REAL}
class AnnoyIndex(RealIndex):
    def get_nns_by_vector(self, *_):
        os.kill(os.getpid(), signal.%s)
"""

LIES = f"""{REAL}
class AnnoyIndex(RealIndex):
    def __init__(self, dim, metric):
        self.lies = metric == "dot"
    def get_nns_by_vector(self, vector, n, search_k):
        found = super().get_nns_by_vector(vector, n + 1, search_k)
        return found[1:] if self.lies else found[:n]
"""

SLEEPS = "import time; time.sleep(60)"

Install = Callable[[str], None]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    find_annoy_problem.cache_clear()
    yield
    find_annoy_problem.cache_clear()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put other code in the place of annoy, in processes that are started."""

    def install_code(code: str) -> None:
        (tmp_path / "annoy.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return install_code


def test_annoy_that_works_has_no_problem() -> None:
    assert find_annoy_problem() is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SIGILL", "died of SIGILL, as code does that was compiled for another processor"),
        ("SIGABRT", "died of SIGABRT"),
    ],
)
def test_annoy_that_dies_is_a_problem(install: Install, name: str, reason: str) -> None:
    install(DIES % name)
    assert find_annoy_problem() == (
        f"Annoy does not work on this machine (it {reason}), so answers come from exact search, "
        "which is slower and just as right: install it again here with `pip install "
        "--force-reinstall --no-cache-dir --no-deps annoy`."
    )


def test_annoy_that_dies_when_imported_is_a_problem(install: Install) -> None:
    install("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    assert "it died of SIGILL" in str(find_annoy_problem())


def test_annoy_that_answers_wrongly_is_a_problem(install: Install) -> None:
    install(LIES)
    assert "(its dot index does not find the nearest)" in str(find_annoy_problem())


def test_annoy_that_cannot_be_imported_is_a_problem(install: Install) -> None:
    install("raise ImportError('GLIBCXX_3.4.32 not found')")
    assert "(ImportError: GLIBCXX_3.4.32 not found)" in str(find_annoy_problem())


def test_annoy_that_never_answers_is_a_problem(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selfcheck, "TIMEOUT", 0.2)
    install(SLEEPS)
    assert "(it did not answer within 0.2 s)" in str(find_annoy_problem())


@pytest.mark.parametrize("metric", METRICS)
def test_search_exactly_answers_right_without_annoy(
    build_colors: Callable[..., Artifact], metric: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = build_colors(metrics=(metric,))
    (artifact.folder / artifact.index_entry(metric).file).unlink()
    monkeypatch.setitem(sys.modules, "annoy", None)
    searcher = Searcher(artifact, metric, exactly=True)
    result = searcher.search(searcher.query_by_item(3), k=4, search_k=1, with_recall=True)
    exact = ExactSearch(artifact.embeddings, metric).neighbors(artifact.embeddings[3:4], 4, [3])
    assert [neighbor.item.item_id for neighbor in result.neighbors] == exact[0].tolist()
    assert result.recall_at_k == 1
    assert result.n_candidates == searcher.n_items == 6
