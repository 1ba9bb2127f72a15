import os
from pathlib import Path

import pytest

from similarity.errors import OutputError
from similarity.store.files import appearing, write_whole, writing_to


def test_appearing_file_takes_its_name_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a"
    with appearing(path) as unfinished:
        unfinished.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_appearing_file_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def write_half() -> None:
        with appearing(path) as unfinished:
            unfinished.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_whole_leaves_what_a_killed_program_linked(tmp_path: Path) -> None:
    """The remains of a link to somebody else's file are removed, not written over."""
    (tmp_path / "theirs").write_text("theirs")
    os.link(tmp_path / "theirs", tmp_path / ".a.partial")
    write_whole(tmp_path / "a", b"ours")
    assert (tmp_path / "theirs").read_text() == "theirs"
    assert (tmp_path / "a").read_text() == "ours"


def test_writing_to_says_refusals_only(tmp_path: Path) -> None:
    sentence = r"a cannot be written \(No space left on device: .*a\)"
    with pytest.raises(OutputError, match=sentence), writing_to(tmp_path / "a"):
        raise OSError(28, "No space left on device")
    with pytest.raises(FileNotFoundError), writing_to(tmp_path / "a"):
        (tmp_path / "gone").read_text()
