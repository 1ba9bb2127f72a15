"""How long a person waits for a help text or for the word that was wrong.

    python -m tests.benchmarks.starting

Prints the median of several starts of each command, each a process of its own.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from similarity.cli.console import print_line, print_table

ROOT = Path(__file__).parents[2]
SCENES = "index_artifacts/scenes"

COMMANDS = (
    ("-c", "import similarity"),
    ("-m", "similarity", "--help"),
    *(
        ("-m", "similarity", command, "--help")
        for command in ("build", "search", "verify", "evaluate", "tune", "check")
    ),
    *(("-m", "similarity", command, "--help") for command in ("push", "pull", "space")),
    ("-m", "similarity", "search", SCENES, "--nonsense"),
    ("-m", "similarity", "search", SCENES, "--metric", "hamming"),
    ("-m", "similarity", "build", "photos", "--output", "out", "--trees", "0"),
    ("-m", "similarity", "search"),
    ("-m", "similarity", "verify", "gone"),
    ("-m", "similarity", "search", "gone", "picture.jpg"),
    ("-m", "similarity", "search", SCENES, "--item", "5"),
    ("app.py", "--help"),
    ("app.py", "--nonsense"),
)


def main() -> None:
    """Start each command several times."""
    parser = argparse.ArgumentParser(description="Time commands that need no network.")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    repeats = parser.parse_args().repeats
    rows = []
    for command in COMMANDS:
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=False)
            seconds.append(time.perf_counter() - start)
        rows.append((f"python {' '.join(command)}", f"{statistics.median(seconds):.2f}"))
    print_line(f"Medians of {repeats} starts:")
    print_table(("command", "#s"), rows)


if __name__ == "__main__":
    main()
