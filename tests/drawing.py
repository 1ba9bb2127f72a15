"""Pictures drawn for tests: nothing is stored, every pixel is known."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
Color = tuple[int, int, int]


def plain(color: Color, size: tuple[int, int] = (64, 48)) -> Image.Image:
    """One color all over."""
    return Image.new("RGB", size, color)


def halves(left: Color, right: Color, size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Two colors side by side."""
    image = plain(left, size)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, size[0], size[1]), fill=right)
    return image


def noise(seed: int, size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Smooth random colors, different for each seed."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (4, 5, 3), dtype=np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """A file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, format=file_format, **options)
    return buffer.getvalue()


def save(image: Image.Image, path: Path) -> Path:
    """Write a picture, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path
