"""Painted china: the glaze and decoration of plates, cups, bowls and pots."""

import math
from dataclasses import dataclass

import numpy as np

from .colors import ColorLike, mix
from .materials import Stop, glaze, pattern
from .noise import unit_grid
from .painting import LYING, blend, painted, plain
from .pov import FloatArray, number
from .scene import Scene


@dataclass(frozen=True)
class China:
    """How a set of crockery looks.

    Attributes:
        color: Of the glaze.
        accent: Of its decoration.
        decor: "plain", "rim", "bands", "dots" or "blossoms".
    """

    color: ColorLike
    accent: ColorLike = "#2f5a9a"
    decor: str = "plain"

    def flat(self, scene: Scene) -> str:
        """Return the texture of a plate of unit radius."""
        if self.decor == "blossoms":
            return glaze(painted(scene, _blossom_ring(scene, self), LYING))
        base, accent = self.color, self.accent
        rings: dict[str, list[Stop]] = {
            "plain": [(0, base), (1, base)],
            "rim": [(0, accent), (0.07, accent), (0.075, base)],
            "bands": [(0, accent), (0.05, accent), (0.055, base), (0.12, base), (0.125, accent),
                      (0.16, accent), (0.165, base)],
            "dots": [(0, base), (0.27, base), (0.275, accent), (0.3, accent), (0.305, base)],
        }  # fmt: skip
        return glaze(pattern("cylindrical", rings[self.decor], "scale <1.02,9,1.02>"))

    def upright(self, scene: Scene, height: float) -> str:
        """Return the texture of a cup or pot of a height."""
        painters = {"blossoms": _blossom_field, "dots": _dots}
        if self.decor in painters:
            around = f"scale <1,{number(height * 1.02)},1>"
            return glaze(painted(scene, painters[self.decor](scene, self), around, "map_type 2"))
        base, accent = self.color, self.accent
        bands: dict[str, list[Stop]] = {
            "plain": [(0, base), (1, base)],
            "rim": [(0, base), (0.9, base), (0.905, accent), (1, accent)],
            "bands": [(0, base), (0.5, base), (0.505, accent), (0.68, accent), (0.685, base)],
        }
        return glaze(pattern("gradient y", bands[self.decor], f"scale {number(height * 1.02)}"))


CHINAS = {
    "white china": China("#f4f2ec"),
    "blue and white china": China("#f2f3f2", "#2a4f96", "blossoms"),
    "banded china": China("#f3efe4", "#a8323a", "bands"),
    "rose china": China("#f8f0ec", "#c8607c", "blossoms"),
    "dotted china": China("#7fb0b4", "#f6f2e8", "dots"),
    "yellow china": China("#e8b83c", "#f6f0e0", "rim"),
    "green china": China("#6f9478", "#e8e4d4", "rim"),
    "dark stoneware": China("#2e3238", "#a8835a", "rim"),
    "earthenware": China("#b06a42", "#e8d8bc", "bands"),
}


def _blossom(pixels: FloatArray, x: FloatArray, y: FloatArray, china: China) -> None:
    """Paint a flower of unit size with two leaves around the origin of coordinates (x, y)."""
    radius, around = np.hypot(x, y), np.arctan2(y, x)
    for side in (-1, 1):
        leaf = np.hypot((x - side * 1.15) / 0.6, (y + 0.45 - 0.3 * side * x) / 0.22)
        blend(pixels, (1 - leaf) * 6, mix(china.accent, "#4a8a4a", 0.55))
    petals = 0.72 + 0.28 * np.cos(5 * around)
    blend(pixels, (petals - radius) * 8, china.accent)
    blend(pixels, (0.24 - radius) * 12, mix(china.color, "#f0c040", 0.6))


def _blossom_field(scene: Scene, china: China) -> FloatArray:
    """Paint flowers to be wrapped around a pot, (rows, columns, 3)."""
    rows, columns = 128, 384
    pixels = plain(china.color, rows, columns)
    column, row = np.meshgrid(np.arange(columns, dtype=float), np.arange(rows, dtype=float))
    count = 9
    for index in range(count):
        middle = columns * (index + 0.5) / count
        height = rows * (0.5 + 0.12 * (-1) ** index) + scene.uniform(-4, 4)
        size = scene.uniform(11, 15)
        _blossom(pixels, (column - middle) / size, (height - row) / size, china)
    blend(pixels, np.where(np.abs(row - 7) < 3, 1.0, 0.0), china.accent)
    return pixels


def _blossom_ring(scene: Scene, china: China) -> FloatArray:
    """Paint a ring of flowers for a plate, (n, n, 3)."""
    x, y = unit_grid(224)
    pixels = plain(china.color, 224, 224)
    for index in range(9):
        angle = index * 2 * math.pi / 9 + scene.uniform(-0.1, 0.1)
        out, along = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
        away = (x * out[0] + y * out[1] - 0.83) / 0.11
        _blossom(pixels, (x * along[0] + y * along[1]) / 0.11, away, china)
    radius = np.hypot(x, y)
    blend(pixels, (radius - 0.965) * 80, china.accent)
    blend(pixels, 1 - np.abs(radius - 0.66) * 80, china.accent)
    return pixels


def _dots(_: Scene, china: China) -> FloatArray:
    """Paint rows of dots to be wrapped around a pot, (rows, columns, 3)."""
    rows, columns, step = 128, 384, 32
    pixels = plain(china.color, rows, columns)
    column, row = np.meshgrid(np.arange(columns, dtype=float), np.arange(rows, dtype=float))
    shifted = column + (row // step % 2) * step / 2
    distance = np.hypot(shifted % step - step / 2, row % step - step / 2)
    blend(pixels, (8.5 - distance) / 1.5, china.accent)
    return pixels
