"""Work on a folder that survives being killed, and appears whole or not at all.

    <folder>.partial/     a `Staging`: plan.json, shards/, content/
    <folder>.replaced/    what stood there before, between the two renames of a replacement
    .<folder>.lock        held by the process that writes

`content/` becomes the folder by a rename. Until then nothing of it can be loaded, and a later run
with the same plan goes on with its shards.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from similarity.errors import ArtifactBusyError
from similarity.store.files import sync_folder, write_whole, writing_to


class Staging:
    """A folder's next content, in the making.

    Attributes:
        content: The folder to fill.
    """

    def __init__(self, target: Path, plan: Mapping[str, object]) -> None:
        """Go on with interrupted work on a folder, or begin anew if it had another plan.

        Args:
            target: The folder that the content becomes. The caller holds its lock.
            plan: All that decides the content; what JSON can say.
        """
        self._target = target
        self._folder = _sibling(target, "partial")
        self.content = self._folder / "content"
        plan_file = self._folder / "plan.json"
        plan_json = json.dumps(plan, indent=2, sort_keys=True).encode()
        if not plan_file.is_file() or plan_file.read_bytes() != plan_json:
            shutil.rmtree(self._folder, ignore_errors=True)
            self.content.mkdir(parents=True)
            (self._folder / "shards").mkdir()
            write_whole(plan_file, plan_json)

    def shard(self, number: int) -> Path:
        """Path of a shard's file, whose existence says that the shard is finished."""
        return self._folder / "shards" / f"{number:06d}"

    def commit(self) -> None:
        """Put the content in the folder's place and remove what led to it."""
        old = _sibling(self._target, "replaced")
        if self._target.exists():
            self._target.rename(old)
        self.content.rename(self._target)
        sync_folder(self._target.parent)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(self._folder)


def recover(folder: Path) -> None:
    """Finish what a kill interrupted; the caller holds the folder's lock.

    Killed between the renames of a replacement, the old content comes back and the new one waits
    in its staging; killed after them, the remains are removed.
    """
    old, staging = _sibling(folder, "replaced"), _sibling(folder, "partial")
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    if staging.exists() and not (staging / "content").exists():
        shutil.rmtree(staging)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a folder, and recover it first.

    Raises:
        ArtifactBusyError: Another process is writing to it.
        OutputError: It cannot be written to.
    """
    with writing_to(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f".{folder.name}.lock"), timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise ArtifactBusyError(
                f"Another process is building in {folder}; wait until it has finished."
            ) from None
        try:
            recover(folder)
            yield
        finally:
            lock.release()


def _sibling(folder: Path, state: str) -> Path:
    return folder.with_name(f"{folder.name}.{state}")
