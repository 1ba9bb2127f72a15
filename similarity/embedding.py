"""The pictures of a collection -> embeddings, in shards that survive an interruption."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from torch import Tensor

from similarity.artifact import open_embeddings
from similarity.backbones import Embedder
from similarity.collection import Collection
from similarity.datatypes import Embeddings
from similarity.errors import BackboneError
from similarity.files import written_whole
from similarity.images import open_kept
from similarity.progress import Track
from similarity.staging import Staging

SHARD_PICTURES = 256
"""Pictures in a shard: what an interruption costs at most."""

DEFAULT_BATCH_SIZE = 32


def embed_collection(
    collection: Collection, embedder: Embedder, staging: Staging, batch_size: int, track: Track
) -> Iterator[Embeddings]:
    """Embed all pictures, or those that an interrupted run left.

    Args:
        collection: Of pictures.
        embedder: That embeds them.
        staging: That keeps the shards.
        batch_size: Pictures that go through the network together.
        track: Shows progress.

    Yields:
        (n, dim) float32 memory maps, one for each shard, in the order of the items.

    Raises:
        ImageError: A kept picture is missing or damaged.
        BackboneError: The network gives numbers that are not finite.
    """
    paths = [collection.path_of(item) for item in collection.items]
    shards = [
        (staging.shard(number), paths[start : start + SHARD_PICTURES])
        for number, start in enumerate(range(0, len(paths), SHARD_PICTURES))
    ]
    missing = [(shard, pictures) for shard, pictures in shards if not shard.is_file()]
    done = len(paths) - sum(len(pictures) for _, pictures in missing)
    steps = _embed_shards(embedder, missing, batch_size)
    for _ in track(steps, "Embedding pictures", len(paths), done):
        pass
    return (open_embeddings(shard) for shard, _ in shards)


def _embed_shards(
    embedder: Embedder, shards: Sequence[tuple[Path, Sequence[Path]]], batch_size: int
) -> Iterator[None]:
    """Embed the pictures of shards and keep each shard; one step for each picture."""

    def preprocess(pictures: Sequence[Path]) -> Tensor:
        return embedder.preprocessing([open_kept(path) for path in pictures])

    # One thread reads the next batches while the network is busy with this one.
    with ThreadPoolExecutor(1) as pool:
        for shard, pictures in shards:
            batches = [
                pictures[start : start + batch_size]
                for start in range(0, len(pictures), batch_size)
            ]
            rows = []
            for batch in pool.map(preprocess, batches):
                embeddings = embedder.forward(batch)
                rows.append(embeddings)
                yield from (None for _ in embeddings)
            matrix = np.concatenate(rows)
            if not np.isfinite(matrix).all():
                raise BackboneError(
                    f"{embedder.name} with {embedder.weights.file} gives embeddings that are not "
                    "finite; the weights are damaged, or were saved in too low a precision."
                )
            with written_whole(shard) as file:
                np.save(file, matrix)
