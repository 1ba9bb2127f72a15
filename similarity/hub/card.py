"""The README.md of a collection on the Hub: what it is, how good it is, how to load it."""

import json
from collections.abc import Mapping, Sequence

from similarity.store.artifact import EMBEDDINGS_FILE, Artifact
from similarity.store.collection import Collection

_LICENSES = (
    "mit", "apache-2.0", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0",
    "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "gpl-3.0", "bsd-3-clause", "unlicense",
)  # fmt: skip
"""Names that the Hub knows. Source: its documentation of dataset cards, Licenses."""

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def dataset_card(collection: Collection, artifacts: Sequence[Artifact], repo_id: str) -> str:
    """Write the card.

    Args:
        collection: Of pictures.
        artifacts: Of the collection.
        repo_id: `user/name`, where the card is going to stand.

    Returns:
        Markdown with front matter.
    """
    info = collection.info
    n_labels = len([label for label in collection.labels if label])
    labels = f" with {n_labels} labels" if n_labels else ""
    rows = [row for artifact in artifacts for row in _rows(artifact)]
    table = "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)
    first = artifacts[0].folder.name
    what = "pictures" if collection.has_pictures else "items without pictures"
    return f"""{_front_matter(collection)}
# {_cell(info.title)}

{info.n_items:,} {what}{labels}, embedded and indexed, so that the most similar ones are found at
once. Source: {_cell(info.source)}. License: {_cell(info.license)}.

| backbone | weights | dims | embeddings | metric | trees | index | recall@10 | at search_k |
|---|---|--:|--:|---|--:|--:|--:|--:|
{table}

recall@10: share of the exact 10 nearest that the index found for items of the collection.

## How to load it

With the image similarity demo, which opens a page on it or prints where it was put:

```
python app.py --artifacts hf://{repo_id}
python -m similarity pull {repo_id} --only {first}
```

Without it: row i of `{first}/{EMBEDDINGS_FILE}` is the embedding of line i of `items.jsonl`.

```python
import json
from pathlib import Path

import numpy as np
from huggingface_hub import snapshot_download

folder = Path(snapshot_download("{repo_id}", repo_type="dataset"))
items = [json.loads(line) for line in (folder / "items.jsonl").open()]
embeddings = np.load(folder / "{first}" / "{EMBEDDINGS_FILE}", allow_pickle=False)
```

This card is written by `python -m similarity push`, anew each time.
"""


def _front_matter(collection: Collection) -> str:
    """YAML between dashes; JSON is YAML, so that no text can mean more than itself."""
    values: dict[str, object] = {
        **_license(collection.info.license),
        "pretty_name": collection.info.title,
        "size_categories": [_size(collection.info.n_items)],
        "task_categories": ["image-feature-extraction"],
        "tags": ["image-similarity", "image-retrieval", "annoy"],
        "viewer": False,
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=True)}" for key, value in values.items()]
    return "\n".join(["---", *lines, "---", ""])


def _license(text: str) -> Mapping[str, str]:
    name = text.strip().lower().replace(" ", "-")
    if name in _LICENSES:
        return {"license": name}
    if name == "not-stated":
        return {"license": "unknown"}
    return {"license": "other", "license_name": text}


def _size(n_items: int) -> str:
    return next((name for limit, name in _SIZES if n_items < limit), "1M<n<10M")


def _rows(artifact: Artifact) -> list[tuple[str, ...]]:
    """One row of the table for each index."""
    manifest = artifact.manifest
    return [
        (
            manifest.backbone,
            manifest.weights.name,
            str(manifest.dim),
            _megabytes(manifest.files[EMBEDDINGS_FILE].bytes),
            metric,
            str(entry.n_trees),
            _megabytes(manifest.files[entry.file].bytes),
            f"{entry.recall_at_10.value:.3f}",
            str(entry.recall_at_10.search_k),
        )
        for metric, entry in manifest.indexes.items()
    ]


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB"


def _cell(text: str) -> str:
    """A text in one line of Markdown that is neither markup nor the end of a cell."""
    escaped = "".join(f"\\{c}" if c in r"\`*_[]<>|#!&" else c for c in text)
    return " ".join(escaped.split())
