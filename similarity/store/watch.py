"""What was read from files, kept until one of them changes.

A file's times, size and number (inode) are its mark. Asking for a few marks costs microseconds,
where listing folders and reading their records costs milliseconds.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

TICK_NS = 2 * 10**9
"""The coarsest clock of a file system, FAT's, in nanoseconds: two changes that come sooner after
one another may leave the same mark."""

Value = TypeVar("Value")
Mark = tuple[int, int, int, int]


@dataclass(frozen=True)
class Marks:
    """How files were when they were looked at.

    Attributes:
        of: Each path with its mark; None where nothing was.
    """

    of: tuple[tuple[Path, Mark | None], ...]

    @classmethod
    def take(cls, paths: Iterable[Path]) -> "Marks":
        """Look at files and folders; a folder's mark changes with the names in it."""
        return cls(tuple((path, _mark(path)) for path in paths))

    def are_older_than(self, nanoseconds: int) -> bool:
        """Tell whether nothing changed after a time, as `time.time_ns` counts it."""
        return all(mark is None or max(mark[:2]) < nanoseconds for _, mark in self.of)

    def hold(self) -> bool:
        """Tell whether everything is as it was."""
        return all(_mark(path) == mark for path, mark in self.of)


class Watched(Generic[Value]):
    """A value that is read again when a file that it came from changed. Safe for threads."""

    def __init__(self, read: Callable[[], tuple[Value, Iterable[Path]]]) -> None:
        """Read nothing yet.

        Args:
            read: Gives the value, and all paths whose change can change it.
        """
        self._read = read
        self._lock = Lock()
        self._kept: tuple[Value, Marks] | None = None

    def get(self) -> Value:
        """Give the value as it is now."""
        with self._lock:
            if self._kept is not None and self._kept[1].hold():
                return self._kept[0]
            before = time.time_ns()
            value, paths = self._read()
            marks = Marks.take(paths)
            # What changed just now may change again without a new mark: it is read again next time.
            self._kept = (value, marks) if marks.are_older_than(before - TICK_NS) else None
            return value


def _mark(path: Path) -> Mark | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
