"""The pictures of a collection -> embeddings, in shards that survive an interruption."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

from similarity.datatypes import Embeddings
from similarity.errors import BackboneError
from similarity.images.decoding import open_kept
from similarity.models.embedder import Embedder, embed
from similarity.progress import Track
from similarity.store.arrays import rows_not_finite
from similarity.store.artifact import open_embeddings
from similarity.store.collection import Collection
from similarity.store.files import written_whole
from similarity.store.staging import Staging

SHARD_PICTURES = 256
"""Pictures in a shard: what an interruption costs at most."""

_N_CORES = torch.get_num_threads()
"""Read before a worker changes it."""


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


def embed_files(embedder: Embedder, files: Sequence[Path], batch_size: int) -> Iterator[Embeddings]:
    """Embed kept pictures, each core a batch at a time, from file to vector.

    Inside a thread torch runs on one core: none waits for another at the end of every layer, one
    batch is decoded while another is in the network, and the numbers do not depend on how many
    cores there are.

    Args:
        embedder: Whose `forward` may be called from several threads at once.
        files: Pictures of a collection.
        batch_size: Pictures that go through the network together.

    Yields:
        (n, dim) float32, one for each batch, in the order of the files.

    Raises:
        ImageError: A picture is missing or damaged.
    """

    def embed_batch(start: int) -> Embeddings:
        return embed(embedder, [open_kept(file) for file in files[start : start + batch_size]])

    try:
        with ThreadPoolExecutor(_N_CORES, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield from pool.map(embed_batch, range(0, len(files), batch_size))
    finally:
        # What a thread sets is also what later threads begin with.
        torch.set_num_threads(_N_CORES)


def _embed_shards(
    embedder: Embedder, shards: Sequence[tuple[Path, Sequence[Path]]], batch_size: int
) -> Iterator[None]:
    """Embed the pictures of shards and keep each shard; one step for each picture."""
    for shard, pictures in shards:
        rows = []
        for embeddings in embed_files(embedder, pictures, batch_size):
            rows.append(embeddings)
            yield from (None for _ in embeddings)
        matrix = np.concatenate(rows)
        if len(rows_not_finite(matrix)):
            raise BackboneError(
                f"{embedder.name} with {embedder.weights.file} gives embeddings that are not "
                "finite; the weights are damaged, or were saved in too low a precision."
            )
        with written_whole(shard) as file:
            np.save(file, matrix)
