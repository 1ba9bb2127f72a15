"""Blurred backgrounds for still lifes, painted with numpy: a garden, lights at night, a window.

They stand for what a camera with a wide aperture shows behind its subject, at no cost in tracing.
"""

from collections.abc import Callable

import numpy as np

from .colors import Color, ColorLike, darker, hsv, lighter, mix, rgb
from .materials import textured
from .noise import fractal
from .painting import blend, painted
from .pov import FloatArray, number, vector
from .scene import Scene

_WIDTH, _HEIGHT = 256, 144
# What the picture covers in a room: wide enough for a camera that looks at it from the side.
_SPAN = (56.0, 31.5)
_BOTTOM = -13.5


class Canvas:
    """A small picture to paint on; places and sizes are shares of its width and height.

    Attributes:
        pixels: (rows, columns, 3) sRGB in [0, 1], the top row first.
    """

    def __init__(self, bottom: ColorLike, top: ColorLike) -> None:
        share = np.linspace(1, 0, _HEIGHT)[:, None, None]
        low, high = np.array(rgb(bottom)), np.array(rgb(top))
        self.pixels: FloatArray = np.repeat(low + (high - low) * share, _WIDTH, axis=1)
        column, row = np.meshgrid(np.arange(_WIDTH, dtype=float), np.arange(_HEIGHT, dtype=float))
        self._x, self._y = (column + 0.5) / _WIDTH, 1 - (row + 0.5) / _HEIGHT

    def rectangle(
        self, x: tuple[float, float], y: tuple[float, float], color: ColorLike, cover: float = 1.0
    ) -> None:
        """Fill a rectangle."""
        inside = (self._x >= x[0]) & (self._x < x[1]) & (self._y >= y[0]) & (self._y < y[1])
        blend(self.pixels, inside * cover, color)

    def disc(self, x: float, y: float, radius: float, color: ColorLike, cover: float = 0.6) -> None:
        """Paint a point of light that is out of focus; `radius` is a share of the width."""
        distance = np.hypot(self._x - x, (self._y - y) * _HEIGHT / _WIDTH)
        blend(self.pixels, np.clip((radius - distance) * _WIDTH / 2, 0, 1) * cover, color)

    def band(
        self, y: tuple[float, float], color: ColorLike, rng: np.random.Generator, rough: float
    ) -> None:
        """Paint everything between two heights; `rough` is how far its upper edge wanders."""
        edge = y[1] + rough * fractal(self._x * 6, np.zeros_like(self._x), rng, 3)
        blend(self.pixels, np.clip((edge - self._y) * 30, 0, 1) * (self._y >= y[0]), color)

    def mottle(self, rng: np.random.Generator, strength: float) -> None:
        """Make it lighter and darker in soft spots."""
        spots = fractal(self._x * 9, self._y * 5, rng, 4)
        self.pixels *= 1 + strength * spots[..., None]

    def blur(self, radius: float) -> None:
        """Blur by a Gaussian; `radius` is a share of the width."""
        for axis, length in enumerate((_HEIGHT, _WIDTH)):
            place = np.arange(length)
            kernel = np.exp(-0.5 * ((place[:, None] - place) / (radius * _WIDTH)) ** 2)
            kernel /= kernel.sum(axis=1, keepdims=True)
            self.pixels = np.moveaxis(np.tensordot(kernel, self.pixels, (1, axis)), 0, axis)


def backdrop(scene: Scene, kind: str, brightness: float = 1.0) -> str:
    """Paint a background and return it as the texture of a wall in `rooms.room`.

    Args:
        scene: The scene.
        kind: A key of `BACKDROPS`.
        brightness: Factor on its light.
    """
    canvas = BACKDROPS[kind](scene)
    size = f"scale {vector((*_SPAN, 1))} translate {vector((-_SPAN[0] / 2, _BOTTOM, 0))}"
    finish = f"finish{{emission {number(brightness)} diffuse 0}}"
    return textured(painted(scene, canvas.pixels, size), finish=finish)


def _sprinkle(
    scene: Scene,
    canvas: Canvas,
    colors: tuple[ColorLike, ...],
    count: int,
    *,
    heights: tuple[float, float],
    radii: tuple[float, float],
) -> None:
    """Paint points of light between two heights."""
    for _ in range(count):
        canvas.disc(
            scene.uniform(0, 1),
            scene.uniform(*heights),
            scene.uniform(*radii),
            scene.pick(*colors),
            scene.uniform(0.15, 0.75),
        )


def _garden(scene: Scene) -> Canvas:
    green = hsv(scene.uniform(0.2, 0.3), scene.uniform(0.35, 0.6), scene.uniform(0.55, 0.8))
    canvas = Canvas(green, mix("#bcd8ee", green, scene.uniform(0, 0.4)))
    hedge = scene.uniform(0.62, 0.95)
    canvas.band((0.4, hedge), darker(green, 0.35), scene.rng, 0.12)
    canvas.band((0.4, hedge - 0.15), darker(green, 0.6), scene.rng, 0.1)
    canvas.mottle(scene.rng, 0.25)
    canvas.blur(0.018)
    leaves = (lighter(green, 0.35), lighter(green, 0.6), "#f4f2c8", darker(green, 0.2))
    _sprinkle(scene, canvas, leaves, 110, heights=(0.42, 1), radii=(0.008, 0.026))
    blossoms = scene.pick(("#f4a8c0", "#ffffff"), ("#f2d24a", "#f8f4e0"), ("#b48ad8", "#e8607c"))
    _sprinkle(scene, canvas, blossoms, 45, heights=(0.36, 0.52), radii=(0.008, 0.018))
    canvas.blur(0.003)
    return canvas


def _evening_lights(scene: Scene) -> Canvas:
    dark = hsv(scene.uniform(0.55, 0.8), 0.6, 0.16)
    canvas = Canvas(darker(dark, 0.6), lighter(dark, 0.08))
    canvas.mottle(scene.rng, 0.3)
    warm: tuple[ColorLike, ...] = ("#ffb84a", "#ffd890", "#ff7a3c", "#fff0d0")
    cold: tuple[ColorLike, ...] = ("#5ab0ff", "#ff4f6a", "#6ae0c0")
    _sprinkle(scene, canvas, warm, 60, heights=(0.42, 0.85), radii=(0.01, 0.03))
    _sprinkle(scene, canvas, cold, 18, heights=(0.42, 0.75), radii=(0.01, 0.026))
    canvas.blur(0.002)
    return canvas


def _window(scene: Scene) -> Canvas:
    wall = _wall_color(scene)
    canvas = Canvas(darker(wall, 0.55), darker(wall, 0.2))
    left = scene.uniform(0.22, 0.52)
    right = left + scene.uniform(0.2, 0.36)
    frame = scene.pick("#f4f1ea", "#7a5638", "#5a6a62")
    canvas.rectangle((left - 0.015, right + 0.015), (0.42, 1), frame)
    canvas.rectangle((left, right), (0.45, 1), scene.pick("#dfeefa", "#f8f0da", "#d8ead0"))
    canvas.rectangle(
        (left, right), (0.45, scene.uniform(0.52, 0.68)), scene.pick("#8fb070", "#a8b8a0")
    )
    middle = (left + right) / 2
    canvas.rectangle((middle - 0.007, middle + 0.007), (0.45, 1), frame)
    canvas.rectangle((left, right), (0.7, 0.725), frame)
    canvas.blur(0.007)
    return canvas


def _shelves(scene: Scene) -> Canvas:
    wall = _wall_color(scene)
    canvas = Canvas(darker(wall, 0.5), darker(wall, 0.1))
    board = scene.pick("#8a5f3c", "#e8e2d6", "#4a3426")
    for bottom in (0.3, 0.5, 0.7, 0.9):
        canvas.rectangle((0, 1), (bottom - 0.022, bottom), board)
        x = scene.uniform(0, 0.05)
        while x < 1:
            width = scene.uniform(0.012, 0.045)
            jar = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.6), scene.uniform(0.3, 0.9))
            canvas.rectangle((x, x + width), (bottom, bottom + scene.uniform(0.04, 0.13)), jar)
            x += width + scene.uniform(0.004, 0.06)
    canvas.blur(0.006)
    return canvas


def _sea(scene: Scene) -> Canvas:
    deep = scene.pick("#1f6a96", "#2a8a9a", "#3a5f90")
    canvas = Canvas(darker(deep, 0.2), scene.pick("#5f9fdc", "#f4b48a", "#88b0d8"))
    horizon = scene.uniform(0.5, 0.6)
    sky = scene.pick("#dcecf6", "#ffe2c0", "#f6d8d8")
    canvas.band((horizon, horizon + 0.12), sky, scene.rng, 0.03)
    canvas.rectangle((0, 1), (0, horizon), deep)
    canvas.rectangle((0, 1), (0, 0.36), scene.pick(rgb("#dcc79a"), lighter(deep, 0.3)))
    canvas.mottle(scene.rng, 0.1)
    canvas.blur(0.012)
    _sprinkle(
        scene,
        canvas,
        ("#ffffff", lighter(deep, 0.6)),
        60,
        heights=(0.4, horizon),
        radii=(0.004, 0.012),
    )
    canvas.blur(0.003)
    return canvas


def _curtain(scene: Scene) -> Canvas:
    color = _wall_color(scene)
    canvas = Canvas(darker(color, 0.3), lighter(color, 0.15))
    x = 0.0
    while x < 1:
        width = scene.uniform(0.015, 0.05)
        canvas.rectangle((x, x + width), (0, 1), darker(color, scene.uniform(0.2, 0.7)), 0.7)
        x += width + scene.uniform(0.02, 0.05)
    canvas.blur(0.008)
    return canvas


def _wall_color(scene: Scene) -> Color:
    return rgb(scene.pick("#c8b89a", "#9fb0a0", "#8fa4b8", "#c49a80", "#b4a8b8", "#d8d0c0"))


BACKDROPS: dict[str, Callable[[Scene], Canvas]] = {
    "garden": _garden,
    "evening lights": _evening_lights,
    "window": _window,
    "shelves": _shelves,
    "sea": _sea,
    "curtain": _curtain,
}
