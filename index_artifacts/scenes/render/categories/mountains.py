"""A lake before mountains."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import boats, landscape, light, materials, plants
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.noise import fractal, normalized, ridged, unit_grid
from index_artifacts.scenes.render.pov import FloatArray, box, cylinder, ground, placed, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

# The land is 60 units wide, so a unit is about a hundred meters; trees and boats are enlarged.
_SIZE = 60.0
_HEIGHT = 16.0
_WATER = 1.1


@dataclass(frozen=True)
class _Season:
    grass: tuple[str, str]
    needles: tuple[str, ...]
    snow_line: float
    water: str


_SEASONS = {
    "summer": _Season(("#3c5a2c", "#5f7a3c"), ("#1f3d22", "#2c5230", "#375f33"), 0.36, "#1f6070"),
    "spring": _Season(("#4a7a34", "#74a04a"), ("#2f5a2c", "#4a7a3a", "#3a6634"), 0.3, "#257a7c"),
}


def _peak(x: FloatArray, z: FloatArray) -> FloatArray:
    """One steep mountain."""
    distance = np.hypot((x - 0.1) * 1.25, z - 0.3)
    return np.clip(1.5 - 2.3 * distance, 0.12, 1.25)


def _chain(x: FloatArray, z: FloatArray) -> FloatArray:
    """A range across the whole picture."""
    return np.clip(0.35 + 0.55 * (z + 0.35), 0.1, 0.75) + 0.05 * np.sin(x * 5)


def _gorge(x: FloatArray, z: FloatArray) -> FloatArray:
    """Walls on both sides, open in the middle."""
    return np.clip(1.5 * np.abs(x) - 0.12 + 0.25 * np.clip(z, 0, 1), 0.02, 1.0)


_RANGES: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "one peak": _peak,
    "mountain range": _chain,
    "gorge": _gorge,
}


def _add_land(scene: Scene, mountains: str, season: _Season) -> Terrain:
    x, z = unit_grid(513)
    mirror = scene.side() if mountains == "one peak" else 1
    crags = normalized(ridged(x * 1.6 + scene.uniform(0, 50), z * 1.6, scene.rng))
    crags = 0.65 * crags + 0.35 * (0.5 + fractal(x * 1.3, z * 1.3, scene.rng, 3))
    shore = np.hypot(x * 0.8, (z + 0.6) * 0.95) + 0.12 * fractal(x * 3, z * 3, scene.rng, 4)
    rise = np.clip((shore - 0.32) * 1.6, -0.06, 1.0)
    shape = 0.06 + rise * _RANGES[mountains](x * mirror, z) * (0.2 + 1.05 * crags)
    grass = materials.meadow(*season.grass, 0.08)
    rock = materials.textured(
        materials.pattern(
            "granite", [(0, "#4c4a4b"), (0.5, "#7b7570"), (1, "#9a928a")], "scale <.5,.2,.5>"
        )
    )
    snow = materials.matte("#f4f8ff")
    line = season.snow_line + scene.uniform(-0.03, 0.03)
    low = materials.by_slope(rock, grass, (0.8, 0.9))
    high = materials.by_slope(rock, snow, (0.62, 0.74))
    edge = (max(line - 0.14, 0.01) * _HEIGHT, line * _HEIGHT)
    texture = materials.by_height(low, high, edge, (-0.1, _HEIGHT + 0.1))
    return landscape.terrain(scene, shape, _SIZE, (0, _HEIGHT), texture)


def _add_forest(scene: Scene, land: Terrain, season: _Season) -> None:
    """Grow conifers where the ground is low and not steep."""
    conifers = [plants.pine(scene, 1.2, colors=season.needles, tiers=7) for _ in range(2)]
    x, z = (scene.rng.uniform(-29, 29, 7000) for _ in range(2))
    y = land.heights_at(x, z)
    steep = np.abs(land.heights_at(x + 0.3, z) - y) + np.abs(land.heights_at(x, z + 0.3) - y)
    clumps = fractal(x / 9, z / 9, scene.rng, 3)
    top = _WATER + 3.6 * scene.rng.uniform(0.3, 1, len(x))
    grows = (y > _WATER + 0.06) & (y < top) & (steep < 0.42) & (clumps > -0.05)
    points = land.on(x, z, -0.03)[grows][:1800]
    landscape.scatter(scene, conifers, points, (0.5, 1.1))


def _jetty() -> str:
    planks = box((-0.22, 0.14, -2.2), (0.22, 0.19, 0.6))
    posts = [
        cylinder((side * 0.2, -0.5, z), (side * 0.2, 0.3, z), 0.03)
        for z in (-2.0, -1.2, -0.4, 0.4)
        for side in (-1, 1)
    ]
    return union(planks, *posts, materials.matte("#7a6248"))


def _add_foreground(scene: Scene, foreground: str, eye: tuple[float, float], aside: float) -> None:
    """Put something between the camera, which stands at eye (x, z), and the mountains."""
    x, z = eye
    side = scene.side()
    if foreground == "jetty":
        at = (x + aside * 0.5 + side * 0.5, _WATER, z + 2.6)
        scene.add(placed(_jetty(), at, scene.uniform(-25, 25)))
    elif foreground == "rowing boat":
        boat = boats.rowing_boat(scene.pick("#a83228", "#2f5a8a", "#d8d2c0", "#c48a2a"))
        at = (x + aside + scene.uniform(-0.4, 0.4), _WATER, z + scene.uniform(3.2, 4.5))
        scene.add(placed(boat, at, scene.uniform(-60, 60), 0.42))
    elif foreground == "rocks":
        boulder = landscape.rock(scene, materials.stone("#77716a", 0.8))
        spots = np.column_stack(
            [
                x + scene.rng.uniform(-2.2, 2.2, 16),
                np.full(16, _WATER - 0.06),
                z + scene.rng.uniform(1.8, 4.0, 16),
            ]
        )
        landscape.scatter(scene, boulder, spots, (0.06, 0.34), 20)


@category(
    "mountain lake",
    weather=("clear", "wisps", "fair"),
    season=tuple(_SEASONS),
    mountains=tuple(_RANGES),
    view=("at the water", "peaks from afar", "wide"),
    foreground=("no foreground", "jetty", "rowing boat", "rocks"),
    surface=("still water", "ripples"),
    max_bytes=17_000,
    caption=("season", "mountains", "weather", "foreground", "surface", "view"),
)
def mountain_lake(
    scene: Scene,
    *,
    weather: str,
    season: str,
    mountains: str,
    view: str,
    foreground: str,
    surface: str,
) -> None:
    """Water, forest and peaks."""
    light.daylight(
        scene,
        weather,
        scene.side() * scene.uniform(95, 145),
        elevation=scene.uniform(25, 40),
        fog_height=9,
        on_snow=True,
    )
    climate = _SEASONS[season]
    land = _add_land(scene, mountains, climate)
    _add_forest(scene, land, climate)
    waves = {"still water": 0.01, "ripples": 0.06}[surface]
    scene.add(ground(_WATER, materials.water(climate.water, waves, 0.25)))
    aside = scene.uniform(-3, 3)
    x = scene.uniform(-4, 4)
    z, height, look_up, angle = {
        "at the water": (-22.0, 0.45, 2.0, 54),
        "peaks from afar": (-24.0, 1.2, 3.6, 40),
        "wide": (-24.0, 1.8, scene.uniform(-1.5, 3.5), 68),
    }[view]
    eye = max(_WATER, land.height(x, z)) + height
    up = _WATER + look_up + scene.uniform(-1, 1)
    scene.camera((x, eye, z), (aside, up, 2), angle * scene.uniform(0.85, 1.1))
    _add_foreground(scene, foreground, (x, z), aside * 0.3)
