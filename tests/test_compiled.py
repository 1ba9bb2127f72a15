import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

SEARCH = """
import numpy as np
from similarity.ann.graph_search import GraphSearch
vectors = np.eye(3, 4, dtype=np.float32)
neighbors = np.array([[1], [2], [0]], dtype=np.int32)
seeds = np.zeros(1, dtype=np.int32)
print(GraphSearch(vectors, neighbors).nearest(vectors[2], seeds, 1, 1)[0].tolist())
"""

SMALL = """
import sys
from pathlib import Path
import numpy as np
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.search.searcher import Searcher
folder = Path(sys.argv[1])
rows = np.random.default_rng(0).standard_normal((300, 40)).astype(np.float32)
np.save(folder / "rows.npy", rows)
artifact = build_from_embeddings(folder / "rows.npy", folder / "out", Settings(backbone="given"))
searcher = Searcher(artifact, "angular")
searcher.search(searcher.query_by_item(0), 5)
print("numba" in sys.modules)
"""


def run(code: str, *arguments: str, folder: Path = ROOT, **environment: str) -> str:
    """Run a program in a process of its own and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "NUMBA_CACHE_DIR": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_was_compiled_is_kept_in_the_cache(tmp_path: Path) -> None:
    assert run(SEARCH, SIMILARITY_CACHE=str(tmp_path)) == "[2]"
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "compiled").rglob("*.nbc")}
    assert any("_search" in path.name for path in kept)
    assert run(SEARCH, SIMILARITY_CACHE=str(tmp_path)) == "[2]"
    again = {path: path.stat().st_mtime_ns for path in (tmp_path / "compiled").rglob("*.nbc")}
    assert again == kept


def test_folders_that_cannot_be_written_are_done_without(tmp_path: Path) -> None:
    """Files lie in the way of every folder that would be made; root may write anywhere else."""
    copied = tmp_path / "program" / "similarity"
    shutil.copytree(ROOT / "similarity", copied, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [copied, *(path for path in copied.rglob("*") if path.is_dir())]:
        (folder / "__pycache__").touch()
    (tmp_path / "file").touch()
    nowhere = str(tmp_path / "file" / "cache")
    environment = {"SIMILARITY_CACHE": nowhere, "XDG_CACHE_HOME": nowhere, "HOME": nowhere}
    assert run(SEARCH, folder=copied.parent, **environment) == "[2]"
    assert not list(tmp_path.rglob("*.nbc"))


def test_small_collection_does_without_numba(tmp_path: Path) -> None:
    assert run(SMALL, str(tmp_path)) == "False"
