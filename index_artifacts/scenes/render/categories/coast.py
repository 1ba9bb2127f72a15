"""Where land meets the sea: lighthouses, and beaches with palms."""

from dataclasses import dataclass, replace

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants, props
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.materials import matte
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import (
    FloatArray,
    box,
    cone,
    cylinder,
    ground,
    placed,
    sphere,
    torus,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene


@dataclass(frozen=True)
class _Tower:
    """A lighthouse's wall: its colors from below in bands, its height and radii, its outline."""

    bands: tuple[str, ...]
    height: float
    foot: float
    top: float


_TOWERS = {
    "red and white bands": _Tower(("#c8281f", "#f4f2ea") * 3, 13, 1.7, 1.05),
    "white and red bands": _Tower(("#f4f2ea", "#c8281f") * 2, 12, 1.7, 1.15),
    "black and white bands": _Tower(("#f4f2ea", "#26282c") * 2, 14, 1.6, 1.0),
}


def _lighthouse(tower: _Tower) -> str:
    """A lighthouse that stands on y = 0, its door toward -z."""
    height = tower.height
    bands = materials.pattern(
        "gradient y", materials.stripes(tower.bands), f"scale {height * 1.001:.3f}"
    )
    wall = materials.textured(bands, "normal{bumps .05 scale .2}")
    shaft = cone((0, -6, 0), tower.foot, (0, height, 0), tower.top, wall)
    windows = [
        box((-0.14, y, -tower.foot - 0.1), (0.14, y + 0.6, 0))
        for y in (0.3 * height, 0.62 * height)
    ]
    door = box((-0.4, 0, -tower.foot - 0.06), (0.4, 1.5, 0))
    deck = tower.top * 1.45
    railing = [
        placed(cylinder((deck * 0.95, height, 0), (deck * 0.95, height + 0.8, 0), 0.035), turn=turn)
        for turn in range(0, 360, 30)
    ]
    iron = union(
        *windows,
        door,
        cylinder((0, height, 0), (0, height + 0.2, 0), deck),
        torus(deck * 0.95, 0.04, f"translate {height + 0.8:.2f}*y"),
        *railing,
        matte("#2a2c30"),
    )
    glow = "finish{emission .25 diffuse .6}"
    room = tower.top * 0.72
    lantern = union(
        cylinder((0, height + 0.2, 0), (0, height + 1.6, 0), room, materials.glass(transmit=0.7)),
        sphere((0, height + 0.95, 0), room * 0.55, f"texture{{pigment{{rgb <1,.93,.7>}} {glow}}}"),
        cone((0, height + 1.6, 0), room * 1.3, (0, height + 2.6, 0), 0.05, matte("#b5261e")),
    )
    return union(shaft, iron, lantern)


def _cliff(scene: Scene, x: FloatArray, z: FloatArray) -> FloatArray:
    rough = fractal(x * 3.5, z * 3.5, scene.rng, 6)
    inside = np.clip((0.6 - np.hypot(x, z * 1.3) - 0.2 * rough) * 5, 0, 1)
    return inside**0.7 * (0.62 + 0.22 * fractal(x * 2.5, z * 2.5, scene.rng, 4))


def _headland(scene: Scene, x: FloatArray, z: FloatArray) -> FloatArray:
    rough = fractal(x * 3, z * 3, scene.rng, 5)
    shore = 0.36 - np.abs(z) * 0.9 + x * 0.6 * scene.side() + 0.15 * rough
    return 0.06 + np.clip(shore, -0.05, 0.5) * 1.1 + 0.06 * rough * (shore > 0)


_PLACES = {
    "on a cliff": (_cliff, 12.0),
    "on a headland": (_headland, 10.0),
}
_HOURS = {
    "fair": ("fair", 125.0, "#1b4a66"),
    "high clouds": ("wisps", 120.0, "#14506e"),
    "golden evening": ("golden", 110.0, "#1f4658"),
}


def _add_coast(scene: Scene, place: str) -> Terrain:
    shape, top = _PLACES[place]
    x, z = unit_grid(301)
    rock = materials.textured(
        materials.pattern(
            "granite", [(0, "#4a4038"), (0.6, "#8a7a68"), (1, "#b3a48c")], "scale <4,1.2,4>"
        ),
        "normal{granite .6 scale 2}",
    )
    cover = materials.meadow("#5d7f34", "#86a048", 0.6)
    skin = materials.by_slope(rock, cover, (0.76, 0.88))
    return landscape.terrain(scene, shape(scene, x, z), 52, (-0.9, top), skin)


@category(
    "lighthouse",
    max_bytes=17_000,
    hour=tuple(_HOURS),
    tower=tuple(_TOWERS),
    place=tuple(_PLACES),
    view=("from the sea", "from the shore"),
    side=("left", "right"),
    beside=("no house", "keeper's house", "fence"),
    caption=("tower", "place", "hour", "beside", "view"),
)
def lighthouse(
    scene: Scene, *, hour: str, tower: str, place: str, view: str, side: str, beside: str
) -> None:
    """A lighthouse by the sea."""
    kind, azimuth, deep = _HOURS[hour]
    light.daylight(scene, kind, scene.side() * scene.uniform(0.9, 1.15) * azimuth)
    scene.add(ground(0, materials.water(deep, 0.25, 0.9)))
    land = _add_coast(scene, place)
    x, z = scene.uniform(-1, 1), scene.uniform(-1, 1)
    base = land.height(x, z) - 0.1
    shape = _TOWERS[tower]
    scene.add(placed(_lighthouse(shape), (x, base, z), scene.uniform(-40, 40)))
    _add_beside(scene, land, beside)
    shift = {"left": 1.0, "right": -1.0}[side]
    middle = base + 0.5 * shape.height
    distance, eye, target, angle = {
        "from the sea": (34.0, scene.uniform(1.5, 5), middle, scene.uniform(36, 44)),
        "from the shore": (22, base + scene.uniform(1, 6), middle, scene.uniform(46, 56)),
    }[view]
    around = np.radians(scene.uniform(-60, 60))
    eye_x, eye_z = distance * np.sin(around), -distance * np.cos(around)
    eye = max(eye, land.height(eye_x, eye_z) + 1.5)
    away = shift * distance * scene.uniform(0.05, 0.2)
    target_x, target_z = x + away * np.cos(around), z + away * np.sin(around)
    scene.camera((eye_x, eye, eye_z), (target_x, target, target_z), angle)


def _add_beside(scene: Scene, land: Terrain, beside: str) -> None:
    """Put something near the tower."""
    way = scene.side()
    x, z = way * scene.uniform(4.5, 6), scene.uniform(-2.5, 1)
    spot = (x, land.height(x, z), z)
    if beside == "keeper's house":
        house = props.cottage("#f0eadc", scene.pick("#8a3a2c", "#4a5058"))
        scene.add(placed(house, spot, scene.uniform(-30, 30), 0.8))
    elif beside == "fence":
        rails = props.fence(9, "#e8e2d4")
        scene.add(placed(rails, (0, land.height(0, -4) - 0.2, -4), scene.uniform(-15, 15)))


_BEACH_HOURS = {
    "noon": ("noon", 130.0, "#14a0a8"),
    "fair": ("fair", 120.0, "#18a2aa"),
}
_CANVAS = {
    "red and white": ("#d8342c", "#f6f2e8"),
    "yellow and orange": ("#f2c230", "#ee8a2a"),
}


def _beach_sand() -> str:
    """Sand that many feet have walked on."""
    return materials.textured(
        materials.pattern("bozo", [(0, "#d6bd88"), (1, "#f0dfb6")], "turbulence .6 scale 1.4"),
        "normal{average normal_map{[1 dents .5 scale .35][1 granite .25 scale .5]}}",
    )


def _add_shore(scene: Scene, layout: str, deep: str) -> Terrain:
    """Add sand that falls toward the water, which lies ahead."""
    x, z = unit_grid(257)
    wavy = 0.02 * np.sin(x * 9 + scene.uniform(0, 6)) + 0.01 * fractal(x * 5, z * 5, scene.rng, 3)
    across = {"bay": z + 0.5 * x**2, "slanting shore": z + scene.side() * 0.4 * x}.get(layout, z)
    shape = 0.5 - 0.55 * (across - 0.06 + wavy)
    dry, wet = _beach_sand(), matte("#b59a6c")
    foam = matte("#f4f6f4")
    # The turbulence of the border needs room below and above the ground.
    span = (-3.1, 3.2)
    shallow = materials.by_height(matte("#8fd0c8"), foam, (-0.06, 0.0), span)
    beach_sand = materials.by_height(wet, dry, (0.16, 0.3), span)
    joined = materials.by_height(shallow, beach_sand, (0.05, 0.08), span)
    land = landscape.terrain(scene, np.clip(shape, 0, 1), 90, (-2.95, 3.05), joined)
    surface = materials.water(deep, 0.12, 0.7, (0.02, 0.6))
    scene.add(ground(0, surface))
    return land


@category(
    "beach",
    max_bytes=17_000,
    hour=tuple(_BEACH_HOURS),
    canvas=tuple(_CANVAS),
    layout=("open shore", "bay", "slanting shore"),
    view=("from the sand", "from a dune"),
    seats=("deck chairs", "towels", "beach ball"),
    umbrellas=("two umbrellas", "row of umbrellas"),
    caption=("umbrellas", "canvas", "seats", "layout", "hour", "view"),
)
def beach(
    scene: Scene, *, hour: str, canvas: str, layout: str, view: str, seats: str, umbrellas: str
) -> None:
    """Sand, sea, palms and umbrellas."""
    kind, azimuth, deep = _BEACH_HOURS[hour]
    light.daylight(scene, kind, scene.side() * scene.uniform(0.9, 1.1) * azimuth)
    scene.grade = replace(scene.grade, saturation=1.18)
    land = _add_shore(scene, layout, deep)
    side = scene.side()
    _add_umbrellas(scene, land, canvas, seats, umbrellas)
    _add_palms(scene, land, side)
    distance, height, look_up, angle = {
        "from the sand": (8.0, 2.6, scene.uniform(1.2, 2.2), 58),
        "from a dune": (12.0, 5.0, scene.uniform(0.8, 2.2), 50),
    }[view]
    around = np.radians(scene.uniform(-34, 34))
    x, z = distance * np.sin(around), -distance * np.cos(around)
    aside = side * scene.uniform(0.05, 0.2) * distance
    eye = max(land.height(x, z), 0.2) + height
    middle = max(land.height(0, 0), 0) + look_up
    scene.camera((x, eye, z), (aside * np.cos(around), middle, aside * np.sin(around)), angle)


def _add_umbrellas(scene: Scene, land: Terrain, canvas: str, seats: str, umbrellas: str) -> None:
    first, second = _CANVAS[canvas]
    count = {"two umbrellas": 2, "row of umbrellas": 5}[umbrellas]
    umbrella = scene.declare(props.parasol((first, second), scene.uniform(4, 14)))
    for index in range(count):
        x = (index - (count - 1) / 2) * 3.6 + scene.uniform(-0.4, 0.4)
        z = scene.uniform(-0.6, 0.6)
        spot = (x, land.height(x, z), z)
        scene.add(placed(umbrella, spot, scene.uniform(0, 360), 1.15))
        for way in (-1, 1):
            at = (x + way * 0.85, land.height(x + way * 0.85, z - 0.6) + 0.02, z - 0.6)
            if seats == "deck chairs":
                scene.add(placed(props.deck_chair(first), at, 90 + scene.uniform(-20, 20)))
            elif seats == "towels":
                scene.add(placed(props.towel(first, second), at, 90 + scene.uniform(-15, 15), 0.9))
    if seats == "beach ball":
        x, z = scene.uniform(-2, 2), scene.uniform(-2.5, -1.5)
        ball = props.beach_ball(0.42, ("#d8342c", "#f6f2e8", "#f2c230", "#2a62b0"))
        scene.add(placed(ball, (x, land.height(x, z), z), scene.uniform(0, 360)))


def _add_palms(scene: Scene, land: Terrain, side: int) -> None:
    kinds = [plants.palm(scene, 6.5, scene.uniform(0.1, 0.45)) for _ in range(3)]
    spots = [(side * scene.uniform(3, 7), scene.uniform(-1, 4)) for _ in range(5)]
    for x, z in spots:
        height = land.height(x, z)
        if height > 0.05:
            spot = (x, height - 0.1, z)
            scene.add(
                placed(scene.pick(*kinds), spot, scene.uniform(0, 360), scene.uniform(0.8, 1.15))
            )
