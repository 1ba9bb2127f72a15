"""Castles on hills and cliffs, floodlit at night."""

from dataclasses import dataclass, replace

import numpy as np

from index_artifacts.scenes.render import fortress, landscape, light, materials, plants
from index_artifacts.scenes.render.colors import ColorLike, darker, lighter
from index_artifacts.scenes.render.framing import View, frame, leaves_view
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.light import DAYLIGHTS, Daylight
from index_artifacts.scenes.render.noise import fractal, ridged, unit_grid
from index_artifacts.scenes.render.pov import FloatArray, block, ground, placed, union, vector
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SIZE = 320.0
_VIEWS = {
    "at the gate": View((1, 5), (0, 24), (0.85, 1.1), (0.02, 0.16), (-0.14, 0.04), angle=56),
    "from the side": View((3, 10), (25, 55), (0.8, 1.0), (0.04, 0.18), (-0.14, 0.04), angle=42),
    "from above": View((18, 32), (0, 50), (0.8, 1.05), (0.02, 0.16), (-0.12, 0.12), angle=42),
}
_HOURS = {
    "night": DAYLIGHTS["night"],
    "blue hour": Daylight(
        (10, 20), "#8fa0e8", 0.3, "#5a70c0", 0.5, "#101c4c", "#5a68a8", haze=1300
    ),
}


@dataclass(frozen=True)
class _Masonry:
    wall: ColorLike
    roof: ColorLike


_STONES = {
    "gray stone": _Masonry("#9a968e", "#4a5058"),
    "sandstone": _Masonry("#c8ae82", "#8a4a30"),
    "white walls": _Masonry("#e4ded0", "#34547f"),
}


@category(
    "castle",
    max_bytes=17_000,
    caption=("kind", "place", "hour", "stone"),
    kind=tuple(fortress.CASTLES),
    place=("on a hill", "on a cliff"),
    hour=tuple(_HOURS),
    stone=tuple(_STONES),
    view=tuple(_VIEWS),
)
def castle(scene: Scene, *, kind: str, place: str, hour: str, stone: str, view: str) -> None:
    """A castle in a landscape, with lit windows and walls."""
    light.daylight(scene, _HOURS[hour], scene.side() * scene.uniform(100, 145), fog_height=20)
    land = _shape_land(scene, place)
    site = _STONES[stone]
    flag = scene.pick("#c8281f", "#1f4fa0", "#e8b820", None)
    kit = fortress.stone(site.wall, site.roof, flag)
    level = land.height(0, 0)
    turn = scene.uniform(-40, 40)
    parts = fortress.CASTLES[kind](scene, kit)
    scene.add(placed(union(*parts), (0, level, 0), turn))
    light.stars(scene, 200, 0.7)
    _floodlight(scene, level)
    high = {"fairy-tale castle": 9.0, "great keep": 7.5}.get(kind, 6.0)
    eye = frame(scene, (0, level + high, 0), 19, _VIEWS[view], land=land)
    _plant(scene, land, place, eye)


def _floodlight(scene: Scene, level: float) -> None:
    """Light the walls from below, and develop the picture brighter."""
    for angle in (-60, 20, 80):
        around = np.radians(angle + scene.uniform(-15, 15))
        lamp = (27 * np.sin(around), level + 2, -27 * np.cos(around))
        glow = "color rgb <1,.7,.36>*1.3 fade_distance 16 fade_power 2"
        scene.add(block("light_source", f"{vector(lamp)} {glow}"))
    scene.grade = replace(scene.grade, exposure=2.1, bloom=0.2)


def _height_field(scene: Scene, place: str) -> tuple[FloatArray, tuple[float, float]]:
    """Make the shape in [0, 1] of the land around a flat site, and the heights it spans."""
    x, z = unit_grid(321)
    far = np.hypot(x, z) * _SIZE / 2
    rough = 0.5 + 0.5 * fractal(x * 4, z * 4, scene.rng, 5)
    fine = fractal(x * 14, z * 14, scene.rng, 4)
    # A ragged outline instead of a circle.
    start, end = _REACH[place]
    outline = far * (1 + 0.3 * fractal(x * 5, z * 5, scene.rng, 4))
    site = np.clip((end - outline) / (end - start), 0, 1)
    site = np.maximum(site * site * (3 - 2 * site), np.clip((start + 2 - far) / 3, 0, 1))
    # Crags where the land falls.
    site = site + 0.5 * (ridged(x * 9, z * 9, scene.rng) - 0.4) * np.clip(
        site * (1 - site) * 4, 0, 1
    )
    if place == "on a hill":
        return np.clip(0.22 * rough + 0.72 * site + 0.02 * fine * (1 - site), 0, 1), (-4, 12)
    slope = np.clip(0.42 - z * 2.2 * (1 - site), 0, 1)
    cliff = np.maximum(site**0.5, np.clip(0.35 + z * 1.5, 0, 0.8)) * (0.9 + 0.1 * rough)
    return np.clip(cliff - 0.05 * slope + 0.03 * fine * (1 - site), 0, 1), (-6, 18)


# Meters from the middle to where the site ends being flat, and to where it ends.
_REACH = {"on a hill": (19.0, 62.0), "on a cliff": (20.0, 34.0)}


def _shape_land(scene: Scene, place: str) -> Terrain:
    """Add the land."""
    shape, span = _height_field(scene, place)
    tone = scene.pick("#8a8074", "#7a756e", "#94826a")
    strata: list[materials.Stop] = [
        (0.0, darker(tone, 0.5)),
        (0.6, tone),
        (1.0, lighter(tone, 0.25)),
    ]
    rock = materials.textured(
        materials.pattern("granite", strata, "scale <14,3.5,14>"), "normal{granite .7 scale 5}"
    )
    grass = materials.meadow("#3a5030", "#4c6038", 3.0)
    land = landscape.terrain(scene, shape, _SIZE, span, materials.by_slope(rock, grass, (0.8, 0.9)))
    scene.add(ground(span[0] - 0.2, grass))
    return land


def _plant(scene: Scene, land: Terrain, place: str, eye: FloatArray) -> None:
    """Scatter trees over the land, but not on the site or before the camera."""
    count, near = (170, 30.0) if place == "on a hill" else (120, 34.0)
    x, z = scene.rng.uniform(-110, 110, (2, count * 2))
    heights = land.heights_at(x, z)
    free = np.hypot(x, z) > near
    points = land.on(x, z, -0.15)
    # From above one looks over trees.
    low = heights + 7 < eye[1] - 14
    points = points[free & (low | leaves_view(points, eye, (0, 0, 0), 8, 19))][:count]
    foliage = plants.Foliage(materials.palette("dark"), count=2400, size=0.26)
    trees = [plants.tree(scene, plants.TREE_FORMS[form], foliage) for form in ("round", "tall")]
    landscape.scatter(scene, [*trees, plants.pine(scene, 9.0)], points, (0.6, 1.1))
