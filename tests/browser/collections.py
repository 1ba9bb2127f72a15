"""What the tests' page shows: drawn pictures, and pictures with hostile names.

The colors of `colors`, twelve shades each, so that neighbors are of the same color:

    blue/00 (0, 0, 255)   blue/01 (6, 8, 249)   ...   blue/11 (66, 88, 189)
    green/00 (0, 255, 0)  ...                   red/00 (255, 0, 0)  ...
    two/halves            red on the left, blue on the right
"""

from pathlib import Path

import numpy as np
from drawing import BLUE, RED, Color, halves, plain, save
from fakes import ColorEmbedder

from browser.embedders import GrayEmbedder, LostEmbedder
from similarity.datatypes import GIVEN
from similarity.indexing.pipeline import Settings, build_backbone, build_from_folder
from similarity.indexing.vectors import build_from_embeddings
from similarity.store.collection import Collection

N_SHADES = 12
LABELS = {"blue": N_SHADES, "green": N_SHADES, "red": N_SHADES, "two": 1}
N_ITEMS = sum(LABELS.values())

N_BARE = 130
"""Items of given embeddings: more than two pages of them."""

N_LABELS = 260
"""Labels of `many`, more than the page lists at once; each has a picture."""

HOSTILE = (
    "<img src=x onerror=hacked()>",
    "${hacked()}",
    "{{constructor.constructor('hacked()')()}}",
    "\u202egnissam\u202c",
    "';hacked();--",
    "a" * 150 + "/" + "b" * 149,
)
"""Labels, which are folder names, and parts of captions. The fourth turns the order of letters
around; the last has 300 characters."""


def build_colors(folder: Path) -> None:
    """Build a collection with three backbones, one of which has lost its weights."""
    photos = folder.parent / "colors-photos"
    for shade in range(N_SHADES):
        for label, color in _shades(shade).items():
            save(plain(color, (120, 90)), photos / label / f"{shade:02}.png")
    save(halves(RED, BLUE, (120, 90)), photos / "two" / "halves.png")
    build_from_folder(photos, folder, Settings(backbone="color", n_trees=2), ColorEmbedder)
    collection = Collection.load(folder)
    euclidean = Settings(backbone="color", metrics=("euclidean",), n_trees=2)
    build_backbone(collection, euclidean, ColorEmbedder)
    build_backbone(collection, Settings(backbone="gray", n_trees=2), GrayEmbedder)
    build_backbone(collection, Settings(backbone="lost", n_trees=2), LostEmbedder)


def build_hostile(folder: Path) -> None:
    """Build a collection whose title, labels and captions want to be markup or code."""
    photos = folder.parent / "<b onclick=hacked()>title"
    for number, label in enumerate(HOSTILE):
        shade = _shades(number)["red"]
        save(plain(shade), photos / label / "<script>hacked()<" / "${hacked()}.png")
        save(plain(shade[::-1]), photos / label / "second.png")
    build_from_folder(photos, folder, Settings(backbone="color", n_trees=2), ColorEmbedder)


def build_unready(folder: Path) -> None:
    """Build a collection for which tests make other backbones ready."""
    photos = folder.parent / "unready-photos"
    for shade in range(N_SHADES):
        for label, color in _shades(shade).items():
            save(plain(color, (120, 90)), photos / label / f"{shade:02}.png")
    build_from_folder(photos, folder, Settings(backbone="color", n_trees=2), ColorEmbedder)


def build_many(folder: Path) -> None:
    """Build a collection of as many labels as pictures: kind-000, kind-001, ..."""
    photos = folder.parent / "many-photos"
    for number in range(N_LABELS):
        color = (number // 2, 255 - number // 2, number % 100)
        save(plain(color), photos / f"kind-{number:03}" / "plain.png")
    build_from_folder(photos, folder, Settings(backbone="color", n_trees=2), ColorEmbedder)


def build_bare(folder: Path) -> None:
    """Build a collection of given embeddings, which has no pictures and knows no network."""
    rows = np.random.default_rng(0).normal(size=(N_BARE, 4)).astype(np.float32)
    path = folder.parent / "rows.npy"
    np.save(path, rows)
    build_from_embeddings(path, folder, Settings(backbone=GIVEN, n_trees=2))


def build_tiny(folder: Path) -> None:
    """Build a collection whose pictures fit into one leaf."""
    photos = folder.parent / "tiny-photos"
    save(plain(RED), photos / "red.png")
    save(plain(BLUE), photos / "blue.png")
    build_from_folder(photos, folder, Settings(backbone="color", n_trees=2), ColorEmbedder)


def _shades(shade: int) -> dict[str, Color]:
    high, middle, low = 255 - 6 * shade, 8 * shade, 6 * shade
    return {"blue": (low, middle, high), "green": (low, high, middle), "red": (high, middle, low)}
