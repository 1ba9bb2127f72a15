"""Where land meets the sea: lighthouses, and beaches with palms."""

from dataclasses import dataclass, replace

import numpy as np

from index_artifacts.scenes.render import boats, landscape, light, materials, plants, props
from index_artifacts.scenes.render.colors import ColorLike
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.materials import matte
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
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
    square: bool = False


_TOWERS = {
    "red and white bands": _Tower(("#c8281f", "#f4f2ea") * 3, 13, 1.7, 1.05),
    "white tower": _Tower(("#f4f2ea",), 12, 1.6, 1.1),
    "black and white bands": _Tower(("#f4f2ea", "#26282c") * 2, 15, 1.6, 1.0),
    "stone tower": _Tower(("#a89a86",), 11, 2.1, 1.5),
    "red tower": _Tower(("#b5261e",), 9, 1.5, 1.15),
    "square tower": _Tower(("#f0ece0", "#f0ece0", "#2f5a8a"), 9.5, 1.5, 1.25, square=True),
}


def _lighthouse(tower: _Tower, lit: bool) -> str:
    """A lighthouse that stands on y = 0, its door toward -z."""
    height = tower.height
    bands = materials.pattern(
        "gradient y", materials.stripes(tower.bands), f"scale {height * 1.001:.3f}"
    )
    wall = materials.textured(bands, "normal{bumps .05 scale .2}")
    if tower.bands == _TOWERS["stone tower"].bands:
        wall = materials.masonry("#a89a86", "#6a6054", (0.8, 0.4), 0.03)
    shaft = cone((0, -2, 0), tower.foot, (0, height, 0), tower.top, wall)
    if tower.square:
        shaft = box((-tower.top, -2, -tower.top), (tower.top, height, tower.top), wall)
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
    glow = "finish{emission 1.6}" if lit else "finish{emission .25 diffuse .6}"
    room = tower.top * 0.72
    lantern = union(
        cylinder((0, height + 0.2, 0), (0, height + 1.6, 0), room, materials.glass(transmit=0.7)),
        sphere((0, height + 0.95, 0), room * 0.55, f"texture{{pigment{{rgb <1,.93,.7>}} {glow}}}"),
        cone((0, height + 1.6, 0), room * 1.3, (0, height + 2.6, 0), 0.05, matte(_roof(tower))),
    )
    return union(shaft, iron, lantern)


def _roof(tower: _Tower) -> ColorLike:
    return "#b5261e" if tower.bands[0] in {"#f4f2ea", "#c8281f"} else "#33383e"


def _beam(height: float, turn: float) -> str:
    """The cone of light of a lamp at dusk."""
    fade = "pigment{gradient x color_map{[0 rgbt <1,.95,.75,.72>][1 rgbt <1,.95,.75,1>]} scale 60}"
    glow = block("texture", fade, "finish{emission .5 diffuse 0}")
    rays = [
        placed(cone((0.6, 0, 0), 0.4, (60, 0, 0), 4.5, "open", glow, "no_shadow"), turn=angle)
        for angle in (turn, turn + 180)
    ]
    return placed(union(*rays), (0, height, 0))


def _cliff(scene: Scene, x: FloatArray, z: FloatArray) -> FloatArray:
    rough = fractal(x * 3.5, z * 3.5, scene.rng, 6)
    inside = np.clip((0.6 - np.hypot(x, z * 1.3) - 0.2 * rough) * 5, 0, 1)
    return inside**0.7 * (0.62 + 0.22 * fractal(x * 2.5, z * 2.5, scene.rng, 4))


def _reef(scene: Scene, x: FloatArray, z: FloatArray) -> FloatArray:
    rough = fractal(x * 6, z * 6, scene.rng, 6)
    return 0.1 + np.clip(0.34 - np.hypot(x, z), 0, 1) * 0.8 + 0.1 * rough * (np.hypot(x, z) < 0.5)


def _headland(scene: Scene, x: FloatArray, z: FloatArray) -> FloatArray:
    rough = fractal(x * 3, z * 3, scene.rng, 5)
    shore = 0.36 - np.abs(z) * 0.9 + x * 0.6 * scene.side() + 0.15 * rough
    return 0.06 + np.clip(shore, -0.05, 0.5) * 1.1 + 0.06 * rough * (shore > 0)


def _dune_coast(scene: Scene, x: FloatArray, z: FloatArray) -> FloatArray:
    bumps = fractal(x * 5, z * 5, scene.rng, 4, 0.35)
    return 0.06 + np.clip(0.28 - 0.55 * (z + 0.15), 0, 0.4) * (0.55 + 0.6 * bumps)


_PLACES = {
    "on a cliff": (_cliff, 12.0),
    "on a reef": (_reef, 7.0),
    "on a headland": (_headland, 10.0),
    "behind dunes": (_dune_coast, 11.0),
}
_HOURS = {
    "fair": ("fair", 125.0, "#1b4a66"),
    "high clouds": ("wisps", 120.0, "#14506e"),
    "overcast": ("overcast", 130.0, "#3c4c58"),
    "storm": ("storm", 115.0, "#22323c"),
    "mist": ("mist", 120.0, "#7c8a90"),
    "sunset": ("sunset", 70.0, "#1c2c4a"),
    "dusk": ("dusk", 120.0, "#141e38"),
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
    if place == "behind dunes":
        cover = materials.meadow("#cdb98a", "#a3a262", 1.5)
        rock = materials.sand("#dcc698", "#c9ae7c", 0.2)
    if place == "on a reef":
        cover = materials.stone("#6a6258", 2.0)
    skin = materials.by_slope(rock, cover, (0.76, 0.88))
    return landscape.terrain(scene, shape(scene, x, z), 52, (-0.9, top), skin)


@category(
    "lighthouse",
    hour=tuple(_HOURS),
    tower=tuple(_TOWERS),
    place=tuple(_PLACES),
    view=("from the sea", "from below", "from the air", "far away", "close"),
    side=("left", "middle", "right"),
    beside=("no house", "keeper's house", "rowing boat", "fence", "two sheep"),
    caption=("tower", "place", "hour", "beside", "view"),
)
def lighthouse(
    scene: Scene, *, hour: str, tower: str, place: str, view: str, side: str, beside: str
) -> None:
    """A lighthouse by the sea."""
    kind, azimuth, deep = _HOURS[hour]
    light.daylight(scene, kind, scene.side() * scene.uniform(0.9, 1.15) * azimuth)
    waves = 0.55 if hour == "storm" else 0.25
    scene.add(ground(0, materials.water(deep, waves, 0.9)))
    land = _add_coast(scene, place)
    x, z = scene.uniform(-1, 1), scene.uniform(-1, 1)
    base = land.height(x, z) - 0.1
    dark = hour in {"dusk", "sunset", "storm", "mist"}
    shape = _TOWERS[tower]
    scene.add(placed(_lighthouse(shape, dark), (x, base, z), scene.uniform(-40, 40)))
    if hour == "dusk":
        scene.add(placed(_beam(shape.height + 1, scene.uniform(-50, 50)), (x, base, z)))
    _add_beside(scene, land, beside, lit=dark)
    shift = {"left": 1.0, "middle": 0.0, "right": -1.0}[side]
    middle = base + 0.5 * shape.height
    distance, eye, target, angle = {
        "from the sea": (34.0, scene.uniform(1.5, 5), middle, 44),
        "from below": (15, base + 1.0, base + shape.height * 0.72, 62),
        "from the air": (30, base + 24, base + 2, 42),
        "far away": (62, scene.uniform(3, 7), scene.uniform(2, 15), 40),
        "close": (16, base + shape.height * 0.8, base + shape.height * 0.85, 46),
    }[view]
    if view == "close":
        distance *= scene.uniform(0.6, 1.35)
        eye, target = base + shape.height * scene.rng.uniform((0.55, 0.6), (1.25, 0.95))
    around = np.radians(scene.uniform(-60, 60))
    eye_x, eye_z = distance * np.sin(around), -distance * np.cos(around)
    eye = max(eye, land.height(eye_x, eye_z) + 1.5)
    away = shift * distance * 0.24
    target_x, target_z = x + away * np.cos(around), z + away * np.sin(around)
    scene.camera((eye_x, eye, eye_z), (target_x, target, target_z), angle)


def _add_beside(scene: Scene, land: Terrain, beside: str, lit: bool) -> None:
    """Put something near the tower."""
    way = scene.side()
    x, z = way * scene.uniform(4.5, 6), scene.uniform(-2.5, 1)
    spot = (x, land.height(x, z), z)
    if beside == "keeper's house":
        house = props.cottage("#f0eadc", scene.pick("#8a3a2c", "#4a5058"), lit=lit)
        scene.add(placed(house, spot, scene.uniform(-30, 30), 0.8))
    elif beside == "rowing boat":
        boat = boats.rowing_boat(scene.pick("#a83228", "#2f5a8a", "#e0d8c4"))
        scene.add(placed(boat, (x, 0.05, -11 + z), scene.uniform(0, 360), 1.3))
    elif beside == "fence":
        rails = props.fence(9, "#e8e2d4")
        scene.add(placed(rails, (0, land.height(0, -4) - 0.2, -4), scene.uniform(-15, 15)))
    elif beside == "two sheep":
        for _ in range(2):
            a, b = scene.uniform(-5, 5), scene.uniform(-6, -3)
            at = (a, land.height(a, b), b)
            scene.add(placed(props.sheep(scene), at, scene.uniform(0, 360), 1.3))


_BEACH_HOURS = {
    "noon": ("noon", 130.0, "#1a7f92"),
    "fair": ("fair", 120.0, "#1f7f96"),
    "high clouds": ("wisps", 120.0, "#168a9a"),
    "golden evening": ("golden", 100.0, "#1f6a7c"),
    "sunset": ("sunset", 40.0, "#2a4a6a"),
    "morning": ("pink dawn", 100.0, "#3a7a94"),
    "overcast": ("overcast", 120.0, "#5a8088"),
}
_CANVAS = {
    "red and white": ("#d8342c", "#f6f2e8"),
    "blue and white": ("#2a62b0", "#f6f2e8"),
    "yellow and orange": ("#f2c230", "#ee8a2a"),
    "green and white": ("#3a9a5a", "#f6f2e8"),
    "straw": ("#c9a868", "#b8935a"),
}


def _beach_sand() -> str:
    """Sand that many feet have walked on."""
    return materials.textured(
        materials.pattern("bozo", [(0, "#d6bd88"), (1, "#f0dfb6")], "turbulence .6 scale 1.4"),
        "normal{average normal_map{[1 dents .5 scale .35][1 granite .25 scale .5]}}",
    )


def _add_shore(scene: Scene, layout: str, deep: str) -> Terrain:
    """Add sand that falls toward the water, which lies ahead or to one side."""
    x, z = unit_grid(257)
    wavy = 0.02 * np.sin(x * 9 + scene.uniform(0, 6)) + 0.01 * fractal(x * 5, z * 5, scene.rng, 3)
    across = {"bay": z + 0.5 * x**2, "along the shore": x * 1.1 + 0.25 * z}.get(layout, z)
    if layout == "along the shore":
        across = across * scene.side()
    shape = 0.5 - 0.55 * (across - 0.06 + wavy)
    if layout == "small island":
        shape = 0.6 - 3.4 * (x**2 + (z + 0.02) ** 2) + wavy
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
    hour=tuple(_BEACH_HOURS),
    canvas=tuple(_CANVAS),
    layout=("open shore", "bay", "along the shore", "small island"),
    view=("from the sand", "low", "from the air", "under the palms", "from afar"),
    seats=("deck chairs", "towels", "beach ball", "rowing boat"),
    umbrellas=("one umbrella", "two umbrellas", "row of umbrellas"),
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
    _add_palms(scene, land, side, near=view == "under the palms")
    distance, height, look_up, angle = {
        "from the sand": (8.0, 1.7, 0.9, 52),
        "low": (5.5, 0.5, 1.3, 56),
        "from the air": (11.0, 13.0, -1.0, 52),
        "under the palms": (11.0, 1.4, 2.6, 58),
        "from afar": (21.0, 3.5, scene.uniform(0, 4.5), 40),
    }[view]
    around = np.radians(scene.uniform(-50, 50))
    x, z = distance * np.sin(around), -distance * np.cos(around)
    aside = scene.uniform(-0.22, 0.22) * distance
    eye = max(land.height(x, z), 0.2) + height
    middle = max(land.height(0, 0), 0) + look_up
    scene.camera((x, eye, z), (aside * np.cos(around), middle, aside * np.sin(around)), angle)


def _add_umbrellas(scene: Scene, land: Terrain, canvas: str, seats: str, umbrellas: str) -> None:
    first, second = _CANVAS[canvas]
    count = {"one umbrella": 1, "two umbrellas": 2, "row of umbrellas": 6}[umbrellas]
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
    if seats == "rowing boat":
        x, z = scene.side() * scene.uniform(2.5, 3.5), scene.uniform(0.5, 2)
        boat = boats.rowing_boat(scene.pick("#2a62b0", "#d8342c", "#f2c230"))
        scene.add(placed(boat, (x, land.height(x, z) + 0.1, z), scene.uniform(0, 360)))


def _add_palms(scene: Scene, land: Terrain, side: int, near: bool) -> None:
    kinds = [plants.palm(scene, 6.5, scene.uniform(0.1, 0.45)) for _ in range(3)]
    spots = [(side * scene.uniform(3.5, 8), scene.uniform(-2, 4)) for _ in range(4)]
    if near:
        spots += [(-side * 2.6, -5.5), (side * 3.0, -6.5)]
    for x, z in spots:
        height = land.height(x, z)
        if height > 0.05:
            spot = (x, height - 0.1, z)
            scene.add(
                placed(scene.pick(*kinds), spot, scene.uniform(0, 360), scene.uniform(0.8, 1.15))
            )
