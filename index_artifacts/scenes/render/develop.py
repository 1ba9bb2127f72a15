"""From linear light to a JPEG: exposure, bloom, saturation, vignette, quality."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .pov import FloatArray

# 1,000 pictures have to fit into 18 MB: quality falls in steps while a picture is larger than this.
MAX_BYTES = 21_000
_QUALITIES = (86, 82, 78, 74, 70, 66, 62)


@dataclass(frozen=True)
class Grade:
    """How a picture is developed.

    Attributes:
        exposure: Factor on the light before the tone curve.
        saturation: 1 leaves colors as they are.
        bloom: How far bright places glow into their surroundings.
        vignette: How much darker the corners are.
        warmth: Shifts white toward yellow, negative toward blue.
    """

    exposure: float = 1.5
    saturation: float = 1.12
    bloom: float = 0.1
    vignette: float = 0.18
    warmth: float = 0.0


def develop(light: FloatArray, grade: Grade) -> Image.Image:
    """Make an RGB picture from linear light (size, size, 3)."""
    exposed = light * grade.exposure
    exposed = exposed + 4 * grade.bloom * _blurred(np.clip(exposed - 0.75, 0, 2))
    gray = exposed.mean(axis=-1, keepdims=True)
    exposed = np.clip(gray + (exposed - gray) * grade.saturation, 0, None)
    exposed = exposed * (1 + grade.warmth, 1, 1 - grade.warmth)
    # A film-like shoulder that still maps the brightest light of the scene to white.
    toned = (1 - np.exp(-1.25 * exposed)) / (1 - np.exp(-1.25 * grade.exposure))
    toned = np.clip(toned * (1 - grade.vignette * _corner_distance(len(light))), 0, 1)
    encoded = np.where(toned <= 0.0031308, 12.92 * toned, 1.055 * toned ** (1 / 2.4) - 0.055)
    encoded = encoded + 0.12 * (encoded - 0.5) * (1 - np.abs(2 * encoded - 1))
    return Image.fromarray((np.clip(encoded, 0, 1) * 255 + 0.5).astype(np.uint8))


def encode_jpeg(picture: Image.Image, max_bytes: int = MAX_BYTES) -> bytes:
    """Encode as progressive JPEG, with less quality where a picture has much detail.

    Args:
        picture: RGB.
        max_bytes: Quality falls, down to a limit, while the file is larger than this.
    """
    data = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        data = buffer.getvalue()
        if len(data) <= max_bytes:
            break
    return data


def _corner_distance(size: int) -> FloatArray:
    """Squared distance from the middle, (size, size, 1): 0 there, 1 in the corners."""
    axis = (np.arange(size) / size - 0.5) ** 2
    distance: FloatArray = (axis[:, None] + axis[None, :])[..., None] * 2
    return distance


def _blurred(light: FloatArray) -> FloatArray:
    """Blur each channel with a Gaussian of 1/45 of the picture's width."""
    pixels = np.arange(len(light))
    kernel = np.exp(-0.5 * ((pixels[:, None] - pixels) / (len(light) / 45)) ** 2)
    kernel /= kernel.sum(axis=1, keepdims=True)
    blurred: FloatArray = np.einsum("ij,jkc,lk->ilc", kernel, light, kernel, optimize=True)
    return blurred
