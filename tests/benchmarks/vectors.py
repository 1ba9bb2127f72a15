"""Make the vectors that the search benchmarks run on: a network's view of crops of photographs.

    python tests/benchmarks/vectors.py --photos ../shared/photos \
        --weights ../shared/weights/mobilenet_v2-imagenet-fp16.pth --output FOLDER

    FOLDER/vectors.npy    (n_items, 1280) float32; row i is crop i // n_photos of photograph
                          i % n_photos of those that are indexed, so that the first n rows are a
                          collection of n items
    FOLDER/queries.npy    (n_queries, 1280) float32: crops of photographs that are not indexed
    FOLDER/siblings.npy   (n_siblings, 1280) float32: further crops of indexed photographs
    FOLDER/vectors.json   how they were made, and the photograph of each sibling

An interrupted run goes on where it stopped.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from similarity.datatypes import Embeddings
from similarity.images.decoding import read_picture
from similarity.models.embedder import Embedder, load_embedder
from similarity.store.artifact import open_embeddings, write_embeddings
from similarity.store.files import written_whole

SIDE = 128
"""Pixels of a crop: a third of the network's usual 224 x 224 in work, near the photographs' own
160 to 256."""

AREA = (0.1, 0.8)
"""Share of a photograph that a crop shows: each shows something else of it."""

ASPECT = (3 / 4, 4 / 3)
BATCH = 8
PHOTOS_IN_SHARD = 32
HELD_OUT = 7
"""Every seventh photograph is kept out of the index, for queries."""


@dataclass(frozen=True)
class Recipe:
    """How many vectors are made, and of what.

    Attributes:
        n_items: Indexed vectors.
        n_queries: Of photographs that are not indexed.
        n_siblings: Queries that are crops of indexed photographs.
        seed: Of the crops.
    """

    n_items: int = 200_000
    n_queries: int = 1000
    n_siblings: int = 500
    seed: int = 0


def main() -> None:
    """Make the vectors, or those that an interrupted run left."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--n-items", type=int, default=Recipe.n_items)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    embedder = load_embedder("mobilenet_v2", arguments.weights)
    make_vectors(arguments.photos, embedder, Recipe(arguments.n_items), arguments.output)


def make_vectors(photos: Path, embedder: Embedder, recipe: Recipe, output: Path) -> None:
    """Embed crops of all photographs, shard by shard, then put them into one matrix."""
    files = sorted(path for path in photos.rglob("*") if path.is_file())
    queried = files[::HELD_OUT]
    indexed = [file for number, file in enumerate(files) if number % HELD_OUT]
    n_crops = -(-recipe.n_items // len(indexed))
    per_query = -(-recipe.n_queries // len(queried))
    every = len(indexed) // recipe.n_siblings
    # A sibling is the crop after a photograph's last indexed one.
    kinds = {"indexed": (indexed, n_crops + 1), "queries": (queried, per_query)}
    crops = {
        kind: _embedded(output / kind, chosen, n, embedder, recipe.seed)
        for kind, (chosen, n) in kinds.items()
    }  # (n, n_photos, dim) each
    rows = crops["indexed"][:-1].reshape(-1, embedder.dim)[: recipe.n_items]
    siblings = np.arange(recipe.n_siblings) * every
    _save(output / "vectors.npy", rows)
    _save(output / "queries.npy", crops["queries"].reshape(-1, embedder.dim)[: recipe.n_queries])
    _save(output / "siblings.npy", crops["indexed"][-1][siblings])
    facts = {
        **asdict(recipe),
        "network": embedder.name,
        "weights": embedder.weights.sha256,
        "side": SIDE,
        "area": AREA,
        "n_photos": len(indexed),
        "n_photos_held_out": len(queried),
        "photo_of_sibling": siblings.tolist(),
    }
    (output / "vectors.json").write_text(json.dumps(facts, indent=2))


def _embedded(
    folder: Path, files: Sequence[Path], n_crops: int, embedder: Embedder, seed: int
) -> Embeddings:
    """Embed crops of photographs.

    Returns:
        (n_crops, n_files, dim) float32.
    """
    for start in range(0, len(files), PHOTOS_IN_SHARD):
        shard = folder / f"{start:06d}.npy"
        if not shard.is_file():
            chosen = files[start : start + PHOTOS_IN_SHARD]
            with written_whole(shard) as file:
                np.save(file, np.stack([_embed_crops(f, n_crops, embedder, seed) for f in chosen]))
            print(shard, flush=True)  # noqa: T201
    shards = [np.load(path) for path in sorted(folder.glob("*.npy"))]  # (n, n_crops, dim) each
    return np.ascontiguousarray(np.concatenate(shards).swapaxes(0, 1))


def _embed_crops(file: Path, n_crops: int, embedder: Embedder, seed: int) -> Embeddings:
    """Embed random crops of one photograph, (n_crops, dim) float32."""
    digits = list(file.name.encode())
    crops = list(_crops(read_picture(file).rgb, n_crops, np.random.default_rng([seed, *digits])))
    normalize = replace(embedder.preprocessing, resize=SIDE, crop=SIDE)
    batches = [crops[start : start + BATCH] for start in range(0, n_crops, BATCH)]
    return np.concatenate([embedder.forward(normalize(batch)) for batch in batches])


def _crops(image: Image.Image, n: int, rng: np.random.Generator) -> Iterator[Image.Image]:
    """Cut random parts out of a picture, half of them mirrored, SIDE x SIDE each."""
    width, height = image.size
    for _ in range(n):
        area, aspect = rng.uniform(*AREA) * width * height, np.exp(rng.uniform(*np.log(ASPECT)))
        w, h = min(width, (area * aspect) ** 0.5), min(height, (area / aspect) ** 0.5)
        left, top = rng.uniform(0, width - w), rng.uniform(0, height - h)
        box = (left, top, left + w, top + h)
        crop = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box)
        mirrored = rng.random() < 0.5
        yield crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else crop


def _save(path: Path, rows: Embeddings) -> None:
    write_embeddings(path, [rows], *rows.shape)
    open_embeddings(path)


if __name__ == "__main__":
    main()
