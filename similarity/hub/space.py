"""What a Space needs of the checkout: which files, and that they agree with one another.

The Hub reads README.md's front matter, installs packages.txt and requirements.txt, and starts the
app_file.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from similarity.errors import HubError

OWNED = ("similarity", "index_artifacts/scenes")
"""Folders that go to a Space; other collections of the person's own do not."""

_SETTINGS = "pyproject.toml"
_FILES = ("README.md", "LICENSE", "app.py", "requirements.txt", "packages.txt")
_LEFT_OUT = {"__pycache__"}

_COLORS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
"""Source: the Hub's reference of a Space's configuration, colorFrom."""

_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[\w,]+\])?==([\w.]+)")


def find_files(root: Path) -> list[str]:
    """List the files that go to a Space.

    Args:
        root: Of the checkout.

    Returns:
        Paths below the root with forward slashes.
    """
    return [
        *(name for name in _FILES if (root / name).is_file()),
        *(
            path.relative_to(root).as_posix()
            for folder in OWNED
            for path in sorted((root / folder).rglob("*"))
            if path.is_file() and not _is_left_out(path.relative_to(root).parts)
        ),
    ]


def check_checkout(root: Path) -> None:
    """Refuse a checkout that the Hub would not start.

    Raises:
        HubError: There is none, or names everything that is wrong.
    """
    if not (root / OWNED[0]).is_dir():
        raise HubError(
            f"A Space is made of a checkout of this project, and {root.resolve()} is none; clone "
            "the repository and run the command there."
        )
    problems = find_problems(root)
    if problems:
        raise HubError(f"This checkout would not run as a Space: {'; '.join(problems)}.")


def find_problems(root: Path) -> list[str]:
    """Compare front matter, pins and packages.

    Returns:
        What is wrong, one phrase each.
    """
    needed = (*_FILES, _SETTINGS)
    missing = [f"{name} is missing" for name in needed if not (root / name).is_file()]
    if missing:
        return missing
    try:
        front = read_front_matter((root / "README.md").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        return [f"README.md's front matter is not YAML ({str(error).splitlines()[0]})"]
    return [*_find_metadata_problems(front, root), *_find_installing_problems(front, root)]


def read_front_matter(markdown: str) -> Mapping[str, Any]:
    """Read the metadata between dashes at the top of a Markdown file; empty where there is none.

    Raises:
        yaml.YAMLError: They are not YAML.
    """
    found = re.match(r"---\n(.*?)\n---\n", markdown, re.DOTALL)
    values = yaml.safe_load(found[1]) if found else None
    return values if isinstance(values, Mapping) else {}


def _find_metadata_problems(front: Mapping[str, Any], root: Path) -> list[str]:
    license_name = (root / "LICENSE").read_text(encoding="utf-8").split()[0].lower()
    with (root / _SETTINGS).open("rb") as file:
        python = tomllib.load(file)["tool"]["mypy"]["python_version"]
    expected = {
        "sdk": "gradio",
        "python_version": python,
        "app_file": "app.py",
        "license": license_name,
    }
    return [
        *(
            f"README.md's front matter has no {key}"
            for key in ("title", "emoji", "tags")
            if not front.get(key)
        ),
        *(
            f"README.md's front matter has {key} {front.get(key)!r}, not {value!r}"
            for key, value in expected.items()
            if front.get(key) != value
        ),
        *(
            f"README.md's front matter has {key} {front.get(key)!r}, not one of "
            f"{', '.join(sorted(_COLORS))}"
            for key in ("colorFrom", "colorTo")
            if front.get(key) not in _COLORS
        ),
    ]


def _find_installing_problems(front: Mapping[str, Any], root: Path) -> list[str]:
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = {found[1].lower(): found[2] for line in lines if (found := _PIN.fullmatch(line.strip()))}
    problems = [
        f"requirements.txt does not pin {line.strip()!r}"
        for line in lines
        if line.strip() and not line.startswith("#") and not _PIN.fullmatch(line.strip())
    ]
    if front.get("sdk_version") != pins.get("gradio"):
        problems.append(
            f"README.md's front matter has sdk_version {front.get('sdk_version')!r}, and "
            f"requirements.txt pins gradio {pins.get('gradio')!r}"
        )
    packages = (root / "packages.txt").read_text(encoding="utf-8").split()
    if "annoy" in pins and "g++" not in packages:
        problems.append("packages.txt has no g++, which compiles annoy")
    return problems


def _is_left_out(parts: tuple[str, ...]) -> bool:
    return any(part in _LEFT_OUT or part.startswith(".") for part in parts) or parts[-1].endswith(
        ".pyc"
    )
