"""Fly agarics on the floor of a forest; a unit is about ten centimeters."""

import math
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.light import Daylight
from index_artifacts.scenes.render.materials import leaf, matte
from index_artifacts.scenes.render.mesh import Mesh, smooth_curve
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import (
    FloatArray,
    cone,
    placed,
    sphere,
    sweep,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene


@dataclass(frozen=True)
class _Age:
    """Form of a mushroom: height of the stem, radius and rise of the cap, lift of its edge."""

    stem: float
    radius: float
    rise: float
    lift: float = 0.0


_AGES = {
    "young": _Age(0.75, 0.58, 0.62, -0.25),
    "domed": _Age(1.25, 0.85, 0.5),
    "flat": _Age(1.45, 1.1, 0.24),
    "upturned": _Age(1.4, 1.05, 0.05, 0.16),
}
_CAP = ("#c8201a", "#a8150f")


def _cap_profile(age: _Age) -> list[tuple[float, float]]:
    top = age.stem + age.rise
    edge = age.stem + age.lift
    middle = edge + (top - edge) * 0.62
    r = age.radius
    return [
        (0, top),
        (0.42 * r, top - 0.07 * age.rise),
        (0.78 * r, middle),
        (0.98 * r, edge + 0.05),
    ]


def _mushroom(scene: Scene, age: _Age) -> str:
    """A fly agaric that stands on y = 0."""
    upper = _cap_profile(age)
    edge = age.stem + age.lift
    r = age.radius
    mesh = Mesh()
    rim = [(r, edge), (0.97 * r, edge - 0.05)]
    wobble = [(3, 0.02, scene.uniform(0, 6)), (5, 0.012, scene.uniform(0, 6))]
    mesh.revolve([*upper, *rim], 0, sides=56, steps=5, lobes=wobble)
    inside = min(age.stem + 0.08, age.stem + age.rise - 0.1)
    below = [(0.97 * r, edge - 0.05), (0.55 * r, inside), (0.14, inside - 0.06)]
    mesh.revolve(below, 1, sides=56, steps=5, lobes=wobble)
    stem = [(0.13, age.stem + 0.05), (0.14, age.stem * 0.7), (0.17, age.stem * 0.35)]
    stem += [(0.29, 0.12), (0.27, -0.15)]
    mesh.revolve(stem, 2, sides=30)
    skirt = age.stem * 0.72
    mesh.revolve([(0.14, skirt), (0.3, skirt - 0.1), (0.33, skirt - 0.17)], 2, sides=30, steps=3)
    bright, dark = _CAP
    skin = materials.textured(
        materials.pattern("bozo", [(0, bright), (1, dark)], "scale .5"),
        finish=materials.gloss(0.45),
    )
    gills = materials.textured(
        materials.pattern("radial", [(0, "#e2d6ba"), (0.5, "#a89878"), (1, "#e2d6ba")]),
        "normal{radial .6 frequency 60}",
    )
    flesh = materials.textured(
        materials.pattern("bozo", [(0, "#ddd2ba"), (1, "#bfb193")], "scale <.1,.4,.1>"),
        "normal{wrinkles .4 scale <.04,.4,.04>}",
    )
    warts = _warts(scene, smooth_curve(upper, 8))
    return union(mesh.text([skin, gills, flesh]), union(*warts, matte("#e8e0cc")))


def _warts(scene: Scene, profile: FloatArray) -> list[str]:
    warts = []
    for _ in range(44):
        radius, height = profile[int(len(profile) * math.sqrt(scene.uniform(0.0, 0.97)))]
        around = scene.uniform(0, 2 * math.pi)
        size = scene.uniform(0.03, 0.085)
        place = (radius * math.cos(around), height, radius * math.sin(around))
        shape = sphere((0, 0, 0), size, f"scale <1,.55,{scene.uniform(0.7, 1.2):.2f}>")
        warts.append(placed(shape, place, scene.uniform(0, 360)))
    return warts


def _add_floor(scene: Scene, floor: str) -> Terrain:
    x, z = unit_grid(257)
    shape = 0.5 + 0.7 * fractal(x * 6, z * 6, scene.rng, 5, 0.4)
    colors = {
        "moss": ("#2f4a16", "#5f7f2a", "#46621e"),
        "grass": ("#3f5a1e", "#5f7a2a", "#5a4526"),
    }[floor]
    stops = [(0.2, colors[0]), (0.5, colors[1]), (0.8, colors[2])]
    texture = materials.textured(
        materials.pattern("bozo", stops, "turbulence .7 scale .35"),
        "normal{granite .8 scale .15}",
    )
    land = landscape.terrain(scene, shape, 48, (-1.1, 1.1), texture)
    _add_cover(scene, land, floor)
    return land


def _add_cover(scene: Scene, land: Terrain, floor: str) -> None:
    """Strew what covers the floor."""
    tiles = landscape.tiles((-10, 10.1), (-6, 16), 2)
    points = land.on(*tiles, -0.02)
    if floor == "moss":
        moss = plants.grass(scene, 0.24, height=0.11, count=2600, saturation=0.7)
        landscape.scatter(scene, moss, points, (0.9, 1.3))
    else:
        blades = plants.grass(scene, 0.24, height=0.42, count=420, saturation=0.65)
        landscape.scatter(scene, blades, points, (0.8, 1.2))


def _add_trees(scene: Scene, land: Terrain, birches: bool) -> None:
    """Add trunks and undergrowth behind."""
    if birches:
        bark = materials.textured(
            materials.pattern(
                "bozo", [(0, "#26241f"), (0.3, "#d8d4c8"), (1, "#ece8dc")], "scale <.5,.16,.5>"
            )
        )
    else:
        bark = materials.textured(
            materials.pattern("granite", [(0, "#2f271e"), (1, "#6a5a48")], "scale <.5,2,.5>"),
            "normal{wrinkles 1 scale <.2,1.4,.2>}",
        )
    for _ in range(18):
        x, z = scene.uniform(-15, 15), scene.uniform(7, 21)
        radius = scene.uniform(0.3, 0.75)
        top = (x + scene.uniform(-0.6, 0.6), 40, z)
        scene.add(cone((x, -1, z), radius * 1.15, top, radius * 0.5, bark))
    bush = plants.pine(scene, 9, tiers=14, colors=("#3f6a2a", "#5a8436", "#7a9a44"))
    across, away = scene.rng.uniform(-16, 16, 24), scene.rng.uniform(13, 23, 24)
    landscape.scatter(scene, bush, land.on(across, away, -0.6), (0.7, 1.3))


def _fern(scene: Scene) -> str:
    mesh = Mesh()
    for frond in range(8):
        around = 2 * math.pi * frond / 8 + scene.uniform(-0.2, 0.2)
        out = np.array([math.cos(around), 0.0, math.sin(around)])
        side = np.array([-math.sin(around), 0.0, math.cos(around)])
        share = np.linspace(0, 1, 26)[:, None]
        rise = 2.3 * share - 1.7 * share**2
        rib = out * share * 1.7 + np.array([0, 1.0, 0]) * rise
        mesh.tube(rib, np.linspace(0.03, 0.008, 26), 0, sides=4)
        for sign in (-1, 1):
            width = 0.42 * np.sin(np.pi * np.clip(share, 0.05, 0.98) ** 0.6)
            tips = rib + side * sign * width + out * 0.12
            mesh.blades(rib, tips, 0.07, 0, rng=scene.rng)
    return mesh.text([leaf("#4f7f2c")])


def _add_prop(scene: Scene, land: Terrain, prop: str) -> None:
    side = scene.side()
    x, z = side * scene.uniform(1.8, 2.6), scene.uniform(0.4, 1.6)
    spot = (x, land.height(x, z), z)
    if prop == "fern":
        scene.add(placed(_fern(scene), spot, scene.uniform(0, 360)))
    elif prop == "stones":
        boulder = landscape.rock(scene, materials.stone("#7a7870", 0.6))
        places = np.column_stack([scene.rng.uniform(-3, 3, 6), scene.rng.uniform(0.2, 3, 6)])
        points = land.on(places[:, 0], places[:, 1], -0.15)
        landscape.scatter(scene, boulder, points, (0.2, 0.8), 20)
    elif prop == "snail":
        shell = [
            (
                0.16 * (1 - turn / 20) * math.cos(turn),
                0.2 + 0.16 * (1 - turn / 20) * math.sin(turn),
                0,
            )
            for turn in np.linspace(0, 15, 40)
        ]
        house = sweep(shell, np.linspace(0.1, 0.04, 40), materials.glossy("#a8703a", 0.4))
        foot = sweep([(-0.35, 0.04, 0), (0, 0.06, 0), (0.38, 0.12, 0)], (0.03, 0.09, 0.05))
        horns = [sweep([(0.38, 0.14, w), (0.5, 0.3, 2 * w)], 0.014) for w in (-0.03, 0.03)]
        a, b = side * scene.uniform(0.9, 1.3), scene.uniform(-1.4, -0.9)
        snail = union(house, union(foot, *horns, matte("#c8b088")))
        scene.add(placed(snail, (a, land.height(a, b) + 0.05, b), scene.uniform(0, 360), 1.3))


_LIGHTS = {
    "morning sun": Daylight(
        (30, 45), "#fff0cf", 1.25, "#dfe8d8", 0.62, "#6f8f6a", "#c9d8a8", glow=0.2, haze=46
    ),
    "late sun": Daylight(
        (24, 34), "#ffdf9c", 1.35, "#d8e0c0", 0.58, "#7f9454", "#d4d48c", glow=0.3, haze=46
    ),
}


@category(
    "fly agaric",
    light_kind=tuple(_LIGHTS),
    count=("one", "a pair", "a group"),
    age=("domed", "flat", "upturned"),
    floor=("moss", "grass"),
    view=("from the ground", "close", "at eye level"),
    prop=("fern", "stones", "snail"),
    max_bytes=17_000,
    caption=("count", "age", "floor", "light_kind", "prop", "view"),
)
def fly_agaric(
    scene: Scene, *, light_kind: str, count: str, age: str, floor: str, view: str, prop: str
) -> None:
    """Red mushrooms with white spots."""
    light.daylight(scene, _LIGHTS[light_kind], scene.side() * scene.uniform(70, 135))
    land = _add_floor(scene, floor)
    _add_trees(scene, land, birches=scene.pick(True, False))
    _add_prop(scene, land, prop)
    places = {
        "one": [(0.0, 0.0, 1.0)],
        "a pair": [(0.0, 0.0, 1.0), (scene.side() * 1.7, 0.5, 0.7)],
        "a group": [(0.0, 0.0, 1.0), (1.8, 0.9, 0.75), (-1.7, 0.4, 0.6), (0.8, -1.3, 0.45)],
    }[count]
    for index, (x, z, size) in enumerate(places):
        form = _AGES[age if index == 0 else scene.pick(*_AGES)]
        mushroom = _mushroom(scene, form)
        spot = (x, land.height(x, z) - 0.05, z)
        tilt = (scene.uniform(-9, 9), scene.uniform(-9, 9))
        scene.add(placed(mushroom, spot, scene.uniform(0, 360), size, tilt))
    base, tall = land.height(0, 0), _AGES[age].stem
    distance, height, look_up, angle = {
        "from the ground": (3.4, 0.3, tall * 0.85, 58),
        "close": (2.8, tall + 0.3, tall * 0.85, 42),
        "at eye level": (4.0, 1.5, tall * 0.75, 46),
    }[view]
    eye_x = scene.uniform(-0.2, 0.2) * distance
    eye = max(base, land.height(eye_x, -distance) + 0.25) + height
    aside = scene.uniform(-0.3, 0.3) * distance
    up = base + look_up + scene.uniform(-0.12, 0.12) * distance
    scene.camera((eye_x, eye, -distance), (aside, up, 0), angle * scene.uniform(0.8, 1.05))
