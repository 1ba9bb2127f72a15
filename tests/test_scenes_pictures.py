"""The bundled pictures: how many there are, how large, and that no two of them look alike."""

import hashlib
import io
from dataclasses import dataclass

import imagehash
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from similarity.images.decoding import read_picture
from similarity.store.collection import BUNDLED_COLLECTION, Collection

N_CATEGORIES = 40
PICTURES_PER_CATEGORY = 25
MAX_BYTES = 18_000_000
MAX_SHEET_BYTES = 1_000_000

# Of 64 bits. Calibrated on four categories of 25 pictures that differ in the seed only: with 10,
# such pictures nearly all pass; with 16, 83% of them have no sibling within the bound and fail the
# test, and 95.2% of the collection have none (99.6% with 10, 83.6% with 18).
ALIKE_BITS = 16


@dataclass(frozen=True)
class Decoded:
    """What the tests need of a picture: the file, its size, its pixels' digest, its hash."""

    file: bytes
    kept: bytes
    size: tuple[int, int]
    label: str
    pixels_sha256: str
    phash: NDArray[np.bool_]


@pytest.fixture(scope="session")
def collection() -> Collection:
    return Collection.load(BUNDLED_COLLECTION)


@pytest.fixture(scope="session")
def pictures(collection: Collection) -> list[Decoded]:
    decoded = []
    for item in collection.items:
        file = collection.path_of(item).read_bytes()
        picture = read_picture(file, item.file)
        digest = hashlib.sha256(picture.rgb.tobytes()).hexdigest()
        phash = imagehash.phash(picture.rgb).hash.ravel()
        size = Image.open(io.BytesIO(file)).size
        decoded.append(Decoded(file, picture.jpeg, size, item.label, digest, phash))
    return decoded


def test_collection_has_25_pictures_of_each_of_40_categories(collection: Collection) -> None:
    assert len(collection.labels) == N_CATEGORIES
    assert set(collection.labels.values()) == {PICTURES_PER_CATEGORY}


def test_collection_lists_exactly_the_pictures_in_its_folder(collection: Collection) -> None:
    listed = {collection.path_of(item) for item in collection.items}
    assert listed == set(BUNDLED_COLLECTION.glob("images/*/*"))


def test_collection_captions_begin_with_their_label(collection: Collection) -> None:
    assert all(item.caption.startswith(f"{item.label}, ") for item in collection.items)


def test_collection_stays_small(pictures: list[Decoded]) -> None:
    others = [path for path in BUNDLED_COLLECTION.iterdir() if path.is_file()]
    total = sum(len(each.file) for each in pictures) + sum(path.stat().st_size for path in others)
    assert total < MAX_BYTES
    assert (BUNDLED_COLLECTION / "sheet.webp").stat().st_size < MAX_SHEET_BYTES


def test_pictures_are_320_pixels_a_side(pictures: list[Decoded]) -> None:
    assert {each.size for each in pictures} == {(320, 320)}


def test_pictures_have_the_form_in_which_pictures_are_kept(pictures: list[Decoded]) -> None:
    assert all(each.kept == each.file for each in pictures)


def test_pictures_match_their_digests(collection: Collection, pictures: list[Decoded]) -> None:
    digests = [hashlib.sha256(each.file).hexdigest() for each in pictures]
    assert digests == [item.sha256 for item in collection.items]


def test_pictures_no_two_have_equal_pixels(pictures: list[Decoded]) -> None:
    assert len({each.pixels_sha256 for each in pictures}) == len(pictures)


def test_pictures_of_a_category_do_not_look_alike(pictures: list[Decoded]) -> None:
    hashes = np.stack([each.phash for each in pictures])  # (N, 64)
    labels = np.array([each.label for each in pictures])
    distances = (hashes[:, None] != hashes).sum(axis=-1)  # (N, N), bits
    np.fill_diagonal(distances, hashes.shape[1])
    distances[labels[:, None] != labels] = hashes.shape[1]
    unlike_siblings = distances.min(axis=1) > ALIKE_BITS
    assert unlike_siblings.mean() >= 0.95
