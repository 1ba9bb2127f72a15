"""Is what stands on disk what it says it is? Every check that can be made, as a report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from similarity.artifact import Artifact, artifact_folders, check_file
from similarity.backbones import embed, load_recorded_embedder
from similarity.datatypes import Metric
from similarity.errors import (
    ArtifactCorruptError,
    ArtifactMismatchError,
    ArtifactNotFoundError,
    SimilarityError,
)
from similarity.images import open_kept
from similarity.index import Index
from similarity.metrics import distances, exact_neighbors, similarities
from similarity.search import check_embedder

SAMPLE = 50
"""Items that are searched for, and pictures that are embedded again, for each artifact."""

MIN_COSINE = 0.9999
"""Between a stored embedding and the one made again: other versions of torch differ by 1e-6,
another decoder or preprocessing by 1e-4 and more."""


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Attributes:
        subject: What was checked.
        finding: What was found, as a sentence.
        passed: Whether it is right.
    """

    subject: str
    finding: str
    passed: bool


def verify(folder: Path, weights: Sequence[Path] = (), *, run_backbone: bool = True) -> list[Check]:
    """Check a collection and its artifacts, or one artifact and its collection.

    Args:
        folder: `<collection>` or `<collection>/<backbone>`.
        weights: Files that may be the recorded weights.
        run_backbone: Whether to embed a sample of pictures again, which needs the weights.

    Returns:
        One check after the other; what a failed one stands for is not looked into further.
    """
    folders = artifact_folders(folder)
    if not folders:
        raise ArtifactNotFoundError(f"There is no artifact in {folder}; name a folder with one.")
    return [
        check
        for artifact_folder in folders
        for check in _verify_artifact(artifact_folder, weights, run_backbone=run_backbone)
    ]


def _verify_artifact(
    folder: Path, weights: Sequence[Path], *, run_backbone: bool
) -> Iterator[Check]:
    name = folder.name
    try:
        artifact = Artifact.load(folder)
    except SimilarityError as error:
        yield Check(name, str(error), passed=False)
        return
    manifest = artifact.manifest
    found = f"{manifest.n_items} items of {manifest.dim} dims, as the manifest says"
    yield Check(name, found, passed=True)
    yield _run(f"{name}, pictures", partial(_check_pictures, artifact))
    embeddings = _run(f"{name}, embeddings", partial(_check_embeddings, artifact))
    yield embeddings
    if not embeddings.passed:
        return
    for metric in manifest.indexes:
        yield _run(f"{name}, {metric} index", partial(_check_index, artifact, metric))
    if run_backbone:
        yield _run(f"{name}, backbone", partial(_check_backbone, artifact, weights))


def _run(subject: str, check: Callable[[], str]) -> Check:
    """Run a check that returns what it found right, or raises what it found wrong."""
    try:
        return Check(subject, check(), passed=True)
    except SimilarityError as error:
        return Check(subject, str(error), passed=False)


def _check_pictures(artifact: Artifact) -> str:
    for item in artifact.collection.items:
        open_kept(artifact.collection.path_of(item))
    return f"all {len(artifact.collection.items)} can be read"


def _check_embeddings(artifact: Artifact) -> str:
    bad = np.flatnonzero(~np.isfinite(artifact.embeddings).all(axis=1))
    if len(bad):
        raise ArtifactCorruptError(
            f"Embeddings of {len(bad)} items are not finite, the first of item {bad[0]}; build "
            "the artifact again."
        )
    return "all numbers are finite"


def _check_index(artifact: Artifact, metric: Metric) -> str:
    """Search exhaustively for some items: each finds itself, and the order is the exact one.

    Distances are compared, not ids: two items may be equally near.
    """
    entry = artifact.index_entry(metric)
    path = check_file(artifact.folder, artifact.manifest, entry.file)
    index = Index(path, metric, artifact.manifest.dim, entry.n_items, entry.n_trees)
    rows = artifact.embeddings
    sample = _sample(entry.n_items)
    k = min(10, entry.n_items)
    for item_id in sample:
        exact = exact_neighbors(rows[item_id], rows, metric, k)
        found = index.candidates(rows[item_id], k, entry.n_items * entry.n_trees)
        expected = distances(rows[item_id], rows[exact], metric)
        if len(found) < k or not np.allclose(
            distances(rows[item_id], rows[found], metric), expected, rtol=1e-4, atol=1e-3
        ):
            raise ArtifactMismatchError(
                f"{path} does not find the neighbors of item {item_id} even when all items are "
                "examined; build the artifact again."
            )
    return (
        f"{entry.n_items} items in {entry.n_trees} trees; {len(sample)} of them find themselves "
        f"and the exact neighbors when all are examined; recall@10 was "
        f"{entry.recall_at_10.value:.3f} at search_k {entry.recall_at_10.search_k}"
    )


def _check_backbone(artifact: Artifact, weights: Sequence[Path]) -> str:
    manifest = artifact.manifest
    embedder = load_recorded_embedder(manifest.backbone, manifest.weights, weights)
    check_embedder(artifact, embedder)
    sample = _sample(manifest.n_items)
    worst = 1.0
    for item_id in sample:
        image = open_kept(artifact.collection.path_of(artifact.collection.items[item_id]))
        again = embed(embedder, [image])[0]
        cosine = float(similarities(again, artifact.embeddings[item_id : item_id + 1])[0])
        worst = min(worst, cosine)
    if worst < MIN_COSINE:
        raise ArtifactMismatchError(
            f"A picture embeds to another vector than the stored one (cosine {worst:.6f}); build "
            "the artifact again."
        )
    return f"{len(sample)} pictures embed to their stored vectors (cosine {worst:.6f} and more)"


def _sample(n_items: int) -> list[int]:
    """Items spread evenly over the collection."""
    positions = np.linspace(0, n_items - 1, min(SAMPLE, n_items))
    return sorted({int(position) for position in positions})
