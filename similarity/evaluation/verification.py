"""Is what stands on disk what it says it is? Every check that can be made, as a report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from similarity.ann.batches import map_on_cores
from similarity.ann.exact import distances, similarities
from similarity.ann.recall import measure_recall
from similarity.ann.retriever import Retriever, index_vectors
from similarity.datatypes import GIVEN, Distances, Embeddings, Metric
from similarity.errors import (
    ArtifactCorruptError,
    ArtifactMismatchError,
    ArtifactNotFoundError,
    SimilarityError,
)
from similarity.images.decoding import open_kept
from similarity.models.devices import CPU
from similarity.models.embedder import embed, load_recorded_embedder
from similarity.search.searcher import check_embedder
from similarity.store.arrays import rows_not_finite
from similarity.store.artifact import Artifact, artifact_folders

SAMPLE = 50
"""Items that are searched for, and pictures that are embedded again, for each artifact."""

MIN_COSINE = 0.9999
"""Between a stored embedding and the one made again: other versions of torch and other devices
differ by 1e-6, another decoder or preprocessing by 1e-4 and more."""

MAX_RECALL_CHANGE = 0.01
"""Of the same queries with the same effort: rounding on another processor changes single answers,
.0005 each."""


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


def verify(
    folder: Path,
    weights: Sequence[Path] = (),
    device: torch.device = CPU,
    *,
    run_backbone: bool = True,
) -> list[Check]:
    """Check a collection and its artifacts, or one artifact and its collection.

    Args:
        folder: `<collection>` or `<collection>/<backbone>`.
        weights: Files that may be the recorded weights.
        device: What runs the network.
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
        for check in _verify_artifact(artifact_folder, weights, device, run_backbone=run_backbone)
    ]


def _verify_artifact(
    folder: Path, weights: Sequence[Path], device: torch.device, *, run_backbone: bool
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
    if artifact.collection.has_pictures:
        yield _run(f"{name}, pictures", partial(_check_pictures, artifact))
    embeddings = _run(f"{name}, embeddings", partial(_check_embeddings, artifact))
    yield embeddings
    if not embeddings.passed:
        return
    for metric in manifest.indexes:
        yield _run(f"{name}, {metric} index", partial(_check_index, artifact, metric))
    if run_backbone and manifest.backbone != GIVEN:
        yield _run(f"{name}, backbone", partial(_check_backbone, artifact, weights, device))


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
    if len(bad := rows_not_finite(artifact.embeddings)):
        raise ArtifactCorruptError(
            f"Embeddings of {len(bad)} items are not finite, the first of item {bad[0]}; build "
            "the artifact again."
        )
    return "all numbers are finite"


def _check_index(artifact: Artifact, metric: Metric) -> str:
    """Compare what Annoy holds with the embeddings, and search exhaustively for some items.

    Distances are compared, not ids: two items may be equally near.
    """
    entry = artifact.index_entry(metric)
    path = artifact.folder / entry.file
    retriever = Retriever.open(artifact, metric)
    _check_vectors(retriever, artifact.embeddings, path)
    rows = artifact.embeddings
    sample = _sample(entry.n_items)
    k = min(10, entry.n_items)
    exact = retriever.exact.neighbors(rows[sample], k)

    def examine_all(item_id: int) -> Distances:
        everything = entry.n_items * entry.n_trees
        ids = retriever.candidates(rows[item_id], everything, entry.n_items).ids
        return retriever.nearest(rows[item_id], ids, k)[1]

    for item_id, nearest, found in zip(
        sample, exact, map_on_cores(examine_all, sample), strict=True
    ):
        expected = distances(rows[item_id], rows[nearest], metric)
        if len(found) < k or not np.allclose(found, expected, rtol=1e-4, atol=1e-3):
            raise ArtifactMismatchError(
                f"{path} does not find the neighbors of item {item_id} even when all items are "
                "examined; build the artifact again."
            )
    recall = entry.recall_at_10
    if entry.graph is not None:
        _check_recall(retriever, artifact, metric)
    projected = f", {entry.projection.n_components} components" if entry.projection else ""
    if entry.graph is not None:
        projected += f", a graph of {entry.graph.degree} neighbors"
    return (
        f"{entry.n_items} items in {entry.n_trees} trees{projected}; {len(sample)} of them find "
        f"the exact neighbors when all are examined; recall@10 was {recall.value:.3f} at search_k "
        f"{recall.search_k}, rerank {recall.rerank}"
    )


def _check_recall(retriever: Retriever, artifact: Artifact, metric: Metric) -> None:
    """Find as much along a graph as when it was built; one of other items leads nowhere."""
    entry = artifact.index_entry(metric)
    recorded = entry.recall_at_10
    found = measure_recall(
        retriever,
        artifact.embeddings,
        search_k=recorded.search_k,
        rerank=recorded.rerank,
        seed=entry.seed,
    )
    if abs(found.value - recorded.value) > MAX_RECALL_CHANGE:
        raise ArtifactMismatchError(
            f"The {metric} index finds {found.value:.3f} of the nearest items, and found "
            f"{recorded.value:.3f} when it was built; build the artifact again."
        )


def _check_vectors(retriever: Retriever, embeddings: Embeddings, path: Path) -> None:
    """Compare the vectors in Annoy's file with what is made of the embeddings."""
    start = 0
    for expected in index_vectors(embeddings, retriever.projection):
        held = retriever.index.vectors[start : start + len(expected)]
        if not np.allclose(held, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max()):
            raise ArtifactMismatchError(
                f"{path} holds other vectors than those of the embeddings; build the artifact "
                "again."
            )
        start += len(expected)


def _check_backbone(artifact: Artifact, weights: Sequence[Path], device: torch.device) -> str:
    manifest = artifact.manifest
    embedder = load_recorded_embedder(manifest.backbone, manifest.weights, weights, device)
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
