"""Render many pictures in parallel processes, without losing what is finished."""

import logging
import os
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from .develop import encode_jpeg
from .registry import Category, all_categories

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One picture to render: picture `index` of a category, to be written to `target`."""

    label: str
    index: int
    size: int
    target: Path


def picture_path(category: Category, index: int) -> Path:
    """Where a picture lies in the collection's folder."""
    return Path("images", category.slug, f"{category.slug}-{index:02d}.jpg")


@cache
def _category(label: str) -> Category:
    return next(each for each in all_categories() if each.label == label)


def render_picture(job: Job) -> None:
    """Render one picture and write it in one step, so that no half-written file is ever there.

    Raises:
        RenderError: POV-Ray is not installed, or does not accept the scene.
    """
    category = _category(job.label)
    data = encode_jpeg(category.scene(job.index).render(job.size), category.max_bytes)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    partial = job.target.with_name(f"{job.target.name}.{os.getpid()}.partial")
    partial.write_bytes(data)
    partial.replace(job.target)


def render_all(jobs: Iterable[Job], processes: int) -> int:
    """Render pictures; a picture that fails is logged and the others go on.

    Args:
        jobs: What to render.
        processes: How many pictures are rendered at a time.

    Returns:
        How many pictures failed.
    """
    failures = 0
    # Spawned, because forking a process with threads is not safe.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running: dict[Future[None], Job] = {pool.submit(render_picture, job): job for job in jobs}
        for done, future in enumerate(as_completed(running), start=1):
            job, error = running[future], future.exception()
            if error is None:
                logger.info("%d of %d: %s", done, len(running), job.target)
            else:
                failures += 1
                logger.error("%s %d failed: %r", job.label, job.index, error)
    return failures
