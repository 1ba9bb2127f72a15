"""Write the collection's two text files: items.jsonl and collection.json."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from .batch import picture_path
from .registry import PICTURES_PER_CATEGORY, Category

FORMAT_VERSION = 1


def write_catalog(folder: Path, categories: Sequence[Category]) -> int:
    """List the pictures that exist, by label and index.

    Args:
        folder: The collection's folder.
        categories: Whose pictures are listed.

    Returns:
        How many pictures are listed.
    """
    lines = []
    for category in categories:
        choices = category.choices
        for index in range(PICTURES_PER_CATEGORY):
            file = picture_path(category, index)
            if (folder / file).exists():
                item = {
                    "file": file.as_posix(),
                    "label": category.label,
                    "caption": category.caption(choices[index]),
                    "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest(),
                }
                lines.append(json.dumps(item) + "\n")
    items = "".join(lines).encode()
    collection = {
        "format_version": FORMAT_VERSION,
        "name": "scenes",
        "title": "Rendered scenes",
        "license": "MIT",
        "source": "Ray-traced by the generators in index_artifacts/scenes/render",
        "n_items": len(lines),
        "items_sha256": hashlib.sha256(items).hexdigest(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "items.jsonl", items)
    _replace(folder / "collection.json", (json.dumps(collection, indent=2) + "\n").encode())
    return len(lines)


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)
