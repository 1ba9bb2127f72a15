"""Does Annoy work on this machine? Asked in a child process, whose death is an answer.

Annoy is compiled where it is installed, for that machine's processor. On another one it may end the
process at its first distance, which nothing can catch, or give wrong answers. The child builds a
small index of each metric, loads it, and compares what it finds with exact search.
"""

import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from similarity.ann.annoy_index import AnnoyIndex, build_index
from similarity.ann.exact import ExactSearch
from similarity.ann.metrics import distances
from similarity.datatypes import METRICS

TIMEOUT = 120
"""Seconds that the child may take; it takes one on an idle machine."""

_ROOT = Path(__file__).parents[2]
"""From which the child imports this package, wherever the command is started."""

_ITEMS, _DIM, _TREES, _QUERIES, _K = 300, 37, 5, 20, 10
"""37 dims: some that vector instructions take together, and some that are left over."""


@cache
def find_annoy_problem() -> str | None:
    """Run the check once in this process's life.

    Returns:
        One sentence for a person who then gets exact search; None where all is well.
    """
    reason = _run_child()
    if reason is None:
        return None
    return (
        f"Annoy does not work on this machine ({reason}), so answers come from exact search, which "
        "is slower and just as right: install it again here with `pip install --force-reinstall "
        "--no-cache-dir --no-deps annoy`."
    )


def check_annoy() -> str | None:
    """Compare Annoy's answers with exact ones; may end the process.

    Returns:
        What is wrong, or None.
    """
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((_ITEMS, _DIM), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        for metric in METRICS:
            path = Path(folder, f"{metric}.ann")
            build_index(path, [rows], dim=_DIM, metric=metric, n_trees=_TREES, seed=0)
            index = AnnoyIndex(path, metric, _DIM, _ITEMS, _TREES)
            queries = rng.standard_normal((_QUERIES, _DIM), dtype=np.float32)
            exact = ExactSearch(rows, metric).neighbors(queries, _K)
            for query, nearest in zip(queries, exact, strict=True):
                found = index.candidates(query, search_k=_ITEMS * _TREES)[:_K]
                # Distances are compared, not ids: float32 may swap two that are nearly equal.
                expected = distances(query, rows[nearest], metric)
                if len(found) != _K or not np.allclose(
                    distances(query, rows[found], metric), expected, rtol=1e-4
                ):
                    return f"its {metric} index does not find the nearest"
    return None


def _run_child() -> str | None:
    """Say how the check ended, or None if well."""
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    try:
        child = subprocess.run(
            [sys.executable, "-m", "similarity.ann.selfcheck"],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it did not answer within {TIMEOUT} s"
    if child.returncode == 0:
        return None
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        return f"it died of {name}" + (
            ", as code does that was compiled for another processor" if name == "SIGILL" else ""
        )
    words = child.stderr.strip().splitlines() or [f"it ended with status {child.returncode}"]
    return words[-1]


if __name__ == "__main__":
    sys.exit(check_annoy())
