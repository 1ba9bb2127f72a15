"""Globes: pictures of planets and moons that are wrapped around a ball of radius 1."""

import math
from collections.abc import Callable

import numpy as np

from .colors import ColorLike, rgb
from .materials import textured
from .noise import fractal
from .pov import FloatArray, sphere, union
from .scene import Scene
from .spherical import directions

_ROWS, _COLUMNS = 256, 512


def _noise(scene: Scene, points: FloatArray, scale: float, octaves: int = 6) -> FloatArray:
    """Noise without a seam: the mean of noise on three planes."""
    x, y, z = (points[..., axis] * scale for axis in range(3))
    total = np.zeros(x.shape)
    for first, second, third in ((x, y, z), (y, z, x), (z, x, y)):
        total += fractal(first + 0.6 * third, second - 0.6 * third, scene.rng, octaves)
    return total / 1.6


def _blend(colors: list[ColorLike], share: FloatArray) -> FloatArray:
    """Color an array of [0, 1] by evenly spaced colors."""
    table = np.array([rgb(color) for color in colors])
    places = np.linspace(0, 1, len(colors))
    return np.stack([np.interp(share, places, table[:, c]) for c in range(3)], axis=-1)


def _craters(scene: Scene, points: FloatArray, count: int) -> FloatArray:
    """Height of craters: a dip with a rim."""
    height = np.zeros(points.shape[:2])
    for _ in range(count):
        center = scene.rng.normal(size=3)
        center /= np.linalg.norm(center)
        radius = 0.035 + 0.16 * scene.rng.random() ** 3.5
        away = np.arccos(np.clip(points @ center, -1, 1)) / radius
        bowl = np.where(away < 1, away**2 - 1, 0) + 0.5 * np.exp(-(((away - 1) / 0.18) ** 2))
        height += bowl * min(radius * 8, 1)
    return height


def banded(scene: Scene, colors: list[ColorLike]) -> str:
    """Return the texture of a gas giant: belts around a ball of radius 1, and a storm."""
    points = directions(_ROWS, _COLUMNS)
    swirl = _noise(scene, points, 3.0)
    latitude = np.arcsin(points[..., 1]) / np.pi + 0.5
    fine = 0.04 * np.sin(latitude * 90 + 6 * swirl)
    share = latitude + 0.035 * swirl + fine * 0.4
    belts = 0.5 + 0.5 * np.sin(share * scene.uniform(16, 30) + 2.5 * np.sin(share * 7))
    picture = _blend(colors, np.clip(belts, 0, 1))
    spot = np.array([math.cos(4.6) * 0.9, -0.32, math.sin(4.6) * 0.9])
    stretched = (points - spot) * (1, 2.1, 1)
    oval = np.exp(-((np.linalg.norm(stretched, axis=-1) / 0.26) ** 4))
    stormy = picture * (1 - oval[..., None]) + np.asarray(rgb(colors[-1])) * oval[..., None]
    return _plain(scene, stormy)


def _earth(scene: Scene, land: list[ColorLike], sea: list[ColorLike]) -> str:
    """Land and sea, with ice at the poles."""
    points = directions(_ROWS, _COLUMNS)
    height = _noise(scene, points, 1.7) - 0.06
    dry = _noise(scene, points, 3.0, 4)
    picture = _blend(sea, np.clip(1 + height * 2.5, 0, 1))
    ground = _blend(land, np.clip(0.5 + 0.6 * dry + height * 0.8, 0, 1))
    shore = np.clip(height * 40, 0, 1)[..., None]
    picture = picture * (1 - shore) + ground * shore
    polar = np.abs(points[..., 1]) + 0.08 * dry
    ice = np.clip((polar - 0.86) * 18, 0, 1)[..., None]
    return _plain(scene, picture * (1 - ice) + 0.95 * ice)


def _weather(scene: Scene, amount: float) -> FloatArray:
    """Clouds of a planet, (rows, columns, 4)."""
    points = directions(_ROWS, _COLUMNS)
    warp = _noise(scene, points, 2.2, 4)[..., None]
    swirls = _noise(scene, points * (1, 1.6, 1) + 0.35 * warp, 3.2, 6)
    alpha = np.clip((swirls + amount) * 2.6, 0, 0.95)
    return np.concatenate([np.ones((*alpha.shape, 3)), alpha[..., None]], axis=-1)


def _wrapped(image: str, *, finish: str, bumps: str = "") -> str:
    """A texture from a picture that is wrapped around the unit ball."""
    pigment = f"pigment{{image_map{{{image} map_type 1 interpolate 2}}}}"
    relief = f"normal{{bump_map{{{bumps} map_type 1 interpolate 2 bump_size 3}}}}" if bumps else ""
    return textured(pigment, relief, finish=finish)


def _rocky(scene: Scene, colors: list[ColorLike], craters: int) -> str:
    """Plains of several colors with craters."""
    points = directions(_ROWS, _COLUMNS)
    rough = _noise(scene, points, 4.0)
    plains = _noise(scene, points, 1.5, 4)
    height = 0.16 * _craters(scene, points, craters) + 0.25 * rough
    share = np.clip(0.5 + 0.55 * plains + 0.25 * rough + 0.1 * height, 0, 1)
    bumps = scene.image(np.clip(0.55 + 0.8 * height, 0, 1))
    return _wrapped(scene.image(_blend(colors, share)), finish="finish{diffuse .95}", bumps=bumps)


def _plain(scene: Scene, picture: FloatArray) -> str:
    return _wrapped(scene.image(picture), finish="finish{diffuse .95}")


SURFACES: dict[str, Callable[[Scene], str]] = {
    "blue planet": lambda scene: _earth(
        scene, ["#2f5a2a", "#6a7a3c", "#a88a54", "#c9b080"], ["#0a2450", "#14427c", "#3a86a8"]
    ),
    "gray moon": lambda scene: _rocky(scene, ["#4a4846", "#86837e", "#b8b4ac"], 160),
    "ice planet": lambda scene: _earth(
        scene, ["#b4c8d8", "#d4e0ea", "#8aa4bc"], ["#2a5a88", "#5a8cb0", "#9cc0d8"]
    ),
    "green planet": lambda scene: _earth(
        scene, ["#5a3a6a", "#8a4a78", "#c07a90"], ["#1c5a50", "#2f8a74", "#7ac8a0"]
    ),
}


def globe(scene: Scene, kind: str) -> str:
    """Write a planet with its clouds, of radius 1; `kind` is a key of `SURFACES`."""
    parts = [sphere((0, 0, 0), 1, SURFACES[kind](scene))]
    if kind in {"blue planet", "green planet"}:
        image = scene.image(_weather(scene, scene.uniform(-0.1, 0.12)))
        parts.append(sphere((0, 0, 0), 1.006, _wrapped(image, finish="finish{diffuse .95}")))
    return union(*parts)
