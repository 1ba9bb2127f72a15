"""Clouds with a body: painted cumulus, and the upper side of a closed layer."""

import numpy as np

from .colors import ColorLike, rgb
from .landscape import Terrain, terrain
from .materials import painted
from .noise import fractal, normalized, perlin, unit_grid
from .pov import FloatArray, Vector, block, box, number, vector
from .scene import Scene

_SAMPLES = 240


def _billows(rng: np.random.Generator, towering: float) -> FloatArray:
    """Draw the balls that a cumulus is made of: (N, 4) x, y, z and radius; its base is y = 0."""
    count = int(170 + 110 * towering)
    x = rng.normal(size=count) * 0.36
    peaks = 0.55 + 0.45 * np.cos(x * rng.uniform(5, 9) + rng.uniform(0, 6))
    room = np.clip(1 - (x / 0.95) ** 2, 0.05, 1) * peaks * (0.35 + 0.75 * towering)
    y = rng.random(count) ** 1.2 * room
    radius = rng.uniform(0.05, 0.17, count) * (1 - 0.45 * y / (0.4 + 0.8 * towering))
    return np.column_stack([x, y, rng.normal(size=count) * 0.2, radius])


def _paint(
    rng: np.random.Generator,
    toward_sun: FloatArray,
    lit: ColorLike,
    shade: ColorLike,
    towering: float,
) -> FloatArray:
    """Paint a cumulus as (n, n, 4) over x in [-1.2, 1.2] and y in [-0.2, 2.2], top row first."""
    axis = np.linspace(-1.2, 1.2, _SAMPLES)
    x, y = np.meshgrid(axis, axis[::-1] + 1.0)
    wisps = [0.075 * fractal(x * 6, y * 6, rng, 6) for _ in range(2)]
    depth = np.full_like(x, -2.0)
    edge = np.zeros_like(x)
    for ball_x, ball_y, ball_z, radius in _billows(rng, towering):
        square = radius**2 - (x + wisps[0] - ball_x) ** 2 - (y + wisps[1] - ball_y) ** 2
        depth = np.maximum(depth, np.where(square > 0, -ball_z + np.sqrt(np.abs(square)), -2.0))
        edge = np.maximum(edge, square / radius**2)
    slope_down, slope_right = np.gradient(depth, 2.4 / _SAMPLES)
    normal = np.stack([-slope_right, slope_down, np.ones_like(x)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    # The camera looks along z, so a normal toward it has the sun's z reversed.
    facing = normal @ (toward_sun * (1, 1, -1))
    top = y / (0.35 + 0.75 * towering)
    light = np.clip(0.42 + 0.36 * facing + 0.34 * top + 1.2 * wisps[0], 0, 1)
    color = np.asarray(rgb(shade)) + (np.asarray(rgb(lit)) - rgb(shade)) * light[..., None]
    base = np.clip((y + wisps[1] * 0.6) / 0.12 + 0.5, 0, 1)
    alpha = np.clip(edge * 2.2, 0, 1) ** 0.8 * base
    return np.concatenate([color, alpha[..., None]], axis=-1)


def cumulus(
    scene: Scene,
    toward_sun: FloatArray,
    lit: ColorLike,
    shade: ColorLike,
    *,
    towering: float = 0.3,
) -> str:
    """Declare a cumulus: a painted board, one unit wide and high, that faces -z.

    Args:
        scene: The scene.
        toward_sun: Unit vector to the sun.
        lit: Color of the side in the sun.
        shade: Color of its base.
        towering: 0 is flat, 1 as high as wide.

    Returns:
        The declared name; its base is at y = 0 and its middle at x = 0.
    """
    image = scene.image(_paint(scene.rng, toward_sun, lit, shade, towering))
    board = box((0, 0, 0), (1, 1, 0.001), painted(image, 0.92), "translate <-.5,-.083,0> no_shadow")
    return scene.declare(board)


def floating(name: str, at: Vector, width: float, mirrored: bool = False) -> str:
    """Put a declared cumulus somewhere, `width` meters wide."""
    size = vector((-width if mirrored else width, width, 1))
    return block("object", name, f"scale {size} translate {vector(at)}")


def cloud_floor(
    scene: Scene, lit: ColorLike, size: float, span: tuple[float, float], puffs: float
) -> Terrain:
    """Add the upper side of a closed layer of clouds.

    Args:
        scene: The scene.
        lit: Color in the sun.
        size: Length of a side in meters.
        span: Lowest and highest height.
        puffs: Number of heaps along a side.
    """
    x, z = unit_grid(513, puffs / 2)
    heaps = np.zeros_like(x)
    for octave, weight in ((1, 1.0), (2.3, 0.5), (5.1, 0.22), (11, 0.1)):
        heaps += weight * (1 - np.abs(perlin(x * octave, z * octave, scene.rng)) * 1.5)
    large = fractal(x * 0.35, z * 0.35, scene.rng, 3)
    shape = normalized(0.6 * normalized(heaps) + 0.55 * large)
    white = block(
        "texture",
        block("pigment", "rgb <" + ",".join(number(value**2.2) for value in rgb(lit)) + ">"),
        # Light that is scattered inside the cloud brightens its shaded sides.
        "finish{diffuse .68 emission .12}",
    )
    return terrain(scene, shape, size, span, white, center=(0, size / 2 - 60))
