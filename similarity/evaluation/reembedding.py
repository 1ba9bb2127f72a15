"""Does a network still give the embeddings that are stored? The last check of `verify`."""

from collections.abc import Sequence
from pathlib import Path

import torch

from similarity.ann.metrics import similarities
from similarity.errors import ArtifactMismatchError
from similarity.evaluation.verification import sample_of
from similarity.images.decoding import open_kept
from similarity.models.devices import CPU
from similarity.models.embedder import embed, load_recorded_embedder
from similarity.search.searcher import check_embedder
from similarity.store.artifact import Artifact

MIN_COSINE = 0.9999
"""Between a stored embedding and the one made again: other versions of torch and other devices
differ by 1e-6, another decoder or preprocessing by 1e-4 and more."""


def check_backbone(
    artifact: Artifact, weights: Sequence[Path] = (), device: torch.device = CPU
) -> str:
    """Embed a sample of an artifact's pictures again.

    Args:
        artifact: Of a backbone in the registry, or of timm's.
        weights: Files that may be the recorded weights.
        device: What runs the network.

    Returns:
        What was found right, as a sentence.

    Raises:
        BackboneError: The recorded weights cannot be had.
        ArtifactMismatchError: The network, or an embedding that it gives, is another one.
    """
    manifest = artifact.manifest
    embedder = load_recorded_embedder(manifest.backbone, manifest.weights, weights, device)
    check_embedder(artifact, embedder)
    sample = sample_of(manifest.n_items)
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
