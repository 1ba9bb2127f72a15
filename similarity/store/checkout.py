"""The checkout that the package is run from.

In a clone and in a Space the package stands beside app.py, README.md and index_artifacts. Where pip
installed it, it stands beside other packages, and none of these is there.
"""

from pathlib import Path

_BESIDE = Path(__file__).parents[2]

CHECKOUT = (
    _BESIDE if all((_BESIDE / name).is_file() for name in ("app.py", "packages.txt")) else None
)
"""None where pip installed the package. Commands that need a checkout then look for one in the
working directory."""
