import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from similarity.errors import ArtifactCorruptError, CollectionError
from similarity.store.arrays import map_npy, read_npz, rows_not_finite


def npy(header: str) -> bytes:
    """A file of NumPy's with any text for a header."""
    text = header.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + b"\x00" * 64


HOSTILE = {
    "empty": b"",
    "cut off": b"\x93NUMPY\x01\x00",
    "open string": npy("{'descr': '<f4"),
    "open bracket": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, "),
    "deep": npy("(" * 9000),
    "signs": npy("-" * 9900 + "1"),
    "no dict": npy("[]"),
    "code": npy("{'descr': __import__('os').getcwd(), 'fortran_order': False, 'shape': (1,)}"),
    "huge": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999), }"),
    "negative": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }"),
    "objects": npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
    "no type": npy("{'descr': [('a', 3)], 'fortran_order': False, 'shape': (1,), }"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_files_of_other_bytes_are_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "rows.npy"
    path.write_bytes(data)
    with pytest.raises(ArtifactCorruptError, match=r"rows\.npy is not a matrix that can be read"):
        map_npy(path, "a matrix")
    with zipfile.ZipFile(tmp_path / "rows.npz", "w") as archive:
        archive.writestr("rows.npy", data)
    with pytest.raises(ArtifactCorruptError, match=r"rows\.npz is not a matrix that can be read"):
        read_npz(tmp_path / "rows.npz", ["rows"], "a matrix")


def test_map_npy_takes_no_archive_whatever_its_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "rows.npz", rows=np.eye(2))
    path = (tmp_path / "rows.npz").rename(tmp_path / "rows.npy")
    with pytest.raises(CollectionError, match=r"is not a matrix that can .*; save it again\."):
        map_npy(path, "a matrix", "save it again", CollectionError)


def test_map_npy_gives_what_was_saved_without_reading_it(tmp_path: Path) -> None:
    rows = np.arange(6, dtype=np.int16).reshape(2, 3)
    np.save(tmp_path / "rows.npy", rows)
    mapped = map_npy(tmp_path / "rows.npy", "a matrix")
    assert isinstance(mapped, np.memmap)
    assert not mapped.flags.writeable
    assert mapped.dtype == np.int16
    assert mapped.tolist() == rows.tolist()


@pytest.mark.parametrize("damage", ["npy", "encrypted", "method", "bytes", "missing", "folder"])
def test_read_npz_damaged_is_one_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, rows=np.random.default_rng(0).normal(size=999))
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    match damage:
        case "npy":
            with path.open("wb") as file:
                np.save(file, np.zeros(3))
        case "encrypted":
            data[6] |= 1
            data[entry + 8] |= 1
            path.write_bytes(data)
        case "method":
            data[8] = data[entry + 10] = 99
            path.write_bytes(data)
        case "bytes":
            data[200:260] = b"\xff" * 60
            path.write_bytes(data)
        case "missing":
            np.savez(path, other=np.zeros(3))
        case "folder":
            path.unlink()
            path.mkdir()
    with pytest.raises(ArtifactCorruptError, match="is not a projection that can be read"):
        read_npz(path, ["rows"], "a projection")


def test_read_npz_gives_arrays_in_the_order_of_their_names(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", one=np.ones(2), two=np.float64(2))
    two, one = read_npz(tmp_path / "a.npz", ["two", "one"], "a projection")
    assert (two.tolist(), one.tolist()) == (2, [1, 1])


@pytest.mark.parametrize("bad", [[], [0], [4095, 4096, 9999], [5000]])
def test_rows_not_finite_are_found_in_all_blocks(bad: list[int]) -> None:
    rows: NDArray[np.float32] = np.ones((10_000, 2), dtype=np.float32)
    for number in bad:
        rows[number, number % 2] = (np.nan, np.inf, -np.inf)[number % 3]
    assert rows_not_finite(rows).tolist() == bad
