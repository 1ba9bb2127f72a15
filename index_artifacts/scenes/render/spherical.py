"""Pictures that are wrapped around balls: the patterns of balls for sports and games.

Patterns are (HEIGHT, WIDTH, 3) arrays of sRGB in [0, 1]; rows run from the north pole down.
"""

from collections.abc import Sequence

import numpy as np

from .colors import ColorLike, rgb
from .materials import gloss, textured
from .pov import FloatArray, block
from .scene import Scene

HEIGHT, WIDTH = 320, 640


def wrapped(scene: Scene, pattern: FloatArray, *parts: str, shine: float = 0.3) -> str:
    """Make a texture for a ball around the origin; `parts` are normals and transformations."""
    # A shine of 0 is kept matte: even little reflection would make felt look like plastic.
    finish = gloss(shine) if shine else "finish{diffuse .82}"
    image = block("image_map", scene.image(pattern), "map_type 1 interpolate 2")
    return textured(block("pigment", image), *parts, finish=finish)


def directions(rows: int = HEIGHT, columns: int = WIDTH) -> FloatArray:
    """Compute the unit vectors (rows, columns, 3) to the pixels of a picture around a ball."""
    polar = (np.arange(rows) + 0.5)[:, None] / rows * np.pi
    around = (np.arange(columns) + 0.5)[None, :] / columns * 2 * np.pi
    y = np.broadcast_to(np.cos(polar), (rows, columns))
    return np.stack([np.sin(polar) * np.cos(around), y, np.sin(polar) * np.sin(around)], axis=-1)


def soccer(patch: ColorLike, ground: ColorLike, seam: ColorLike) -> FloatArray:
    """Draw 12 pentagons and 20 hexagons with seams."""
    corners = _icosahedron_corners()
    closeness = directions() @ corners.T
    faces = _icosahedron_faces(corners)
    # Hexagons are larger: their centers count as if they were nearer.
    to_faces = np.arccos(np.clip(directions() @ faces.T, -1, 1)) - 0.055
    to_corners = np.arccos(np.clip(closeness, -1, 1))
    distances = np.sort(np.concatenate([to_corners, to_faces], axis=-1), axis=-1)
    is_patch = to_corners.min(axis=-1) < to_faces.min(axis=-1)
    image = np.where(is_patch[..., None], rgb(patch), rgb(ground))
    on_seam = distances[..., 1] - distances[..., 0] < 0.03
    return np.where(on_seam[..., None], rgb(seam), image)


def basketball(skin: ColorLike, line: ColorLike) -> FloatArray:
    """Draw two great circles and two small circles."""
    x, _, z = np.moveaxis(directions(), -1, 0)
    width = 0.022
    lines = (np.abs(x) < width) | (np.abs(z) < width) | (np.abs(np.abs(x) - 0.62) < width * 0.8)
    return np.where(lines[..., None], rgb(line), rgb(skin))


def tennis(felt: ColorLike, seam: ColorLike) -> FloatArray:
    """Draw the seam that swings twice around the ball."""
    x, y, z = np.moveaxis(directions(), -1, 0)
    on_seam = np.abs(y - 1.1 * (x**2 - z**2)) < 0.075
    return np.where(on_seam[..., None], rgb(seam), rgb(felt))


def volleyball(colors: Sequence[ColorLike], seam: ColorLike) -> FloatArray:
    """Draw six sides of three panels each, in turn along other axes."""
    rays = directions()
    size = np.abs(rays)
    side = size.argmax(axis=-1)
    across = np.take_along_axis(rays, ((side + 1) % 3)[..., None], -1)[..., 0]
    longest = size.max(axis=-1)
    place = across / longest * 1.5 + 1.5
    panel = np.clip(place.astype(int), 0, 2)
    image = np.array([rgb(color) for color in colors])[(panel + side) % len(colors)]
    second = np.sort(size, axis=-1)[..., 1]
    edges = np.minimum(np.abs(place - 1), np.abs(place - 2)) < 0.035
    on_seam = edges | (longest - second < 0.016)
    return np.where(on_seam[..., None], rgb(seam), image)


def wedges(colors: Sequence[ColorLike], cap: ColorLike) -> FloatArray:
    """Draw slices from pole to pole, in turn, and a round cap on each pole: a beach ball."""
    rays = directions()
    share = np.arange(WIDTH) / WIDTH * len(colors)
    slices = np.array([rgb(color) for color in colors])[share.astype(int)]
    image = np.broadcast_to(slices, rays.shape)
    return np.where((np.abs(rays[..., 1]) > 0.965)[..., None], rgb(cap), image)


def _icosahedron_corners() -> FloatArray:
    """Return the 12 unit vectors (12, 3) to the corners of an icosahedron."""
    golden = (1 + 5**0.5) / 2
    corners = [
        np.roll((0.0, first, second * golden), shift)
        for shift in range(3)
        for first in (-1, 1)
        for second in (-1, 1)
    ]
    unit: FloatArray = np.array(corners) / np.hypot(1, golden)
    return unit


def _icosahedron_faces(corners: FloatArray) -> FloatArray:
    """Return the 20 unit vectors (20, 3) to the middles of its faces."""
    near = corners @ corners.T > 0.4
    count = len(corners)
    middles = [
        corners[a] + corners[b] + corners[c]
        for a in range(count)
        for b in range(a)
        for c in range(b)
        if near[a, b] and near[b, c] and near[a, c]
    ]
    unit: FloatArray = np.array(middles) / np.linalg.norm(middles, axis=1, keepdims=True)
    return unit
