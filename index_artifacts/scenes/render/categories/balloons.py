"""Hot-air balloons over different countries."""

import math
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants
from index_artifacts.scenes.render.colors import Color, ColorLike, hsv, srgb
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.noise import fractal, ridged, unit_grid
from index_artifacts.scenes.render.pov import (
    block,
    cylinder,
    ground,
    placed,
    rounded_box,
    sphere,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_CROWN = 7.5


def _panels(design: str, colors: tuple[ColorLike, ColorLike, ColorLike]) -> str:
    """The pigment of an envelope, which reaches from y = 0 to 7.5."""
    first, second, third = colors
    if design == "gores":
        stops = materials.stripes((first, third, second, third))
        return materials.pattern("radial", stops, "frequency 4")
    if design == "two colors":
        return materials.pattern("radial", materials.stripes((first, second)), "frequency 6")
    if design == "rings":
        bands = (first, first, third, second, second, third, first, second)
        return materials.pattern("gradient y", materials.stripes(bands), f"scale {_CROWN * 1.01}")
    if design == "checks":
        rows = [
            (index / 6, materials.stripes(pair))
            for index, pair in enumerate(((first, third), (third, first)) * 3)
        ]
        entries = " ".join(
            f"[{start:.4f} {_radial(stops)}][{start + 1 / 6:.4f} {_radial(stops)}]"
            for start, stops in rows
        )
        return block("pigment", "gradient y", block("pigment_map", entries), "scale 7.6")
    # Spiral bands.
    stops = materials.stripes((first, second, third))
    return materials.pattern("spiral1 1", stops, "rotate 90*x scale 2.2")


def _radial(stops: list[tuple[float, ColorLike]]) -> str:
    entries = " ".join(f"[{place:.4f} {srgb(color)}]" for place, color in stops)
    return f"radial frequency 8 color_map{{{entries}}}"


def _balloon(design: str, colors: tuple[ColorLike, ColorLike, ColorLike], flame: bool) -> str:
    """A balloon nine meters high; the middle of its envelope is on the origin."""
    mesh = Mesh()
    profile = [(0.5, 0), (0.62, 0.12), (1.5, 1.6), (2.45, 3.3), (2.85, 4.7), (2.55, 6.1)]
    profile += [(1.6, 7.1), (0.7, 7.45), (0, _CROWN)]
    mesh.revolve(profile, sides=96, steps=6, lobes=[(24, 0.014, 0.0)])
    cloth = materials.textured(
        _panels(design, colors), finish="finish{diffuse .72 emission .14 specular .1 roughness .1}"
    )
    ropes = [
        cylinder(
            (0.5 * math.cos(angle), 0.05, 0.5 * math.sin(angle)),
            (0.33 * math.cos(angle), -1.1, 0.33 * math.sin(angle)),
            0.018,
        )
        for angle in np.arange(8) * math.pi / 4
    ]
    basket = materials.masonry("#8f6236", "#5b3a20", (0.2, 0.06), 0.01)
    parts = [
        mesh.text([cloth]),
        union(*ropes, materials.matte("#26221e")),
        rounded_box((-0.42, -1.8, -0.42), (0.42, -1.1, 0.42), 0.2, basket),
        sphere((0.1, -0.95, 0), 0.13, materials.matte("#b98562")),
        sphere((-0.15, -0.97, 0.1), 0.12, materials.matte("#8a5c40")),
    ]
    if flame:
        fire = "texture{pigment{rgb <1,.7,.25>} finish{emission 2 diffuse 0}}"
        parts.append(sphere((0, 0, 0), 0.16, "scale <.8,2.6,.8> translate -.45*y", fire))
    return placed(union(*parts, "no_shadow"), (0, -4.2, 0))


@dataclass(frozen=True)
class _Country:
    """What is below: its height field's span and texture, and whether conifers grow on it."""

    span: tuple[float, float]
    texture: str
    ridged: bool = False
    conifers: bool = False
    water: str = ""


def _fields() -> str:
    patches = [(0, "#6f8f3a"), (0.3, "#8fa548"), (0.5, "#c2b264"), (0.7, "#55783a"), (1, "#7d9a44")]
    return materials.textured(
        materials.pattern("cells", patches, "turbulence .04 scale <9,40,14>"),
        "normal{granite .4 scale 3}",
    )


def _canyon() -> str:
    layers = [
        (0, "#8a4a2c"),
        (0.25, "#c07a4a"),
        (0.5, "#a85c38"),
        (0.75, "#d8a070"),
        (1, "#8a4a2c"),
    ]
    return materials.textured(
        materials.pattern("gradient y", layers, "turbulence .08 scale 7"), "normal{granite .6}"
    )


_COUNTRIES = {
    "farmland": _Country((-34, -8), _fields(), conifers=True),
    "snowy mountains": _Country(
        (-70, 6),
        materials.by_slope(materials.stone("#6f6a68", 6), materials.snow(scale=8), (0.72, 0.84)),
        ridged=True,
    ),
    "red canyons": _Country((-60, -4), _canyon(), ridged=True),
    "sea coast": _Country((-42, -6), materials.meadow("#6a8a44", "#d8c890", 14), water="#1f6a80"),
    "woods": _Country((-36, -12), materials.meadow("#2f4f28", "#4a6a34", 5), conifers=True),
    "desert": _Country((-40, -12), materials.sand("#e3b878", "#c9945a", 0.2)),
}


def _add_country(scene: Scene, name: str) -> None:
    country = _COUNTRIES[name]
    x, z = unit_grid(301)
    shape = 0.5 + 0.6 * fractal(x * 3, z * 3, scene.rng, 5, 0.45)
    if country.ridged:
        shape = ridged(x * 2.2, z * 2.2, scene.rng, 6)
        if name == "red canyons":
            # Mesas: the high ground is cut off level.
            shape = np.minimum(shape * 2.2, 0.75 + 0.25 * shape)
    land = landscape.terrain(scene, shape, 460, country.span, country.texture, center=(0, 150))
    if country.conifers:
        tree = plants.pine(scene, 4.2, tiers=6, colors=("#2f4f28", "#3f6030"))
        x, z = scene.rng.uniform(-90, 90, 1500), scene.rng.uniform(8, 190, 1500)
        grove = fractal(x / 25, z / 25, scene.rng, 3) > (0.15 if name == "farmland" else -0.3)
        landscape.scatter(scene, tree, land.on(x, z, -0.3)[grove], (0.6, 1.3))
    if country.water:
        scene.add(ground(-24, materials.water(country.water, 0.15, 2)))


def _palette(scene: Scene) -> tuple[Color, Color, Color]:
    hue = scene.uniform(0, 1)
    other = hue + scene.pick(0.12, 0.33, 0.5, 0.58)
    third = scene.pick((0.97, 0.95, 0.9), (0.97, 0.95, 0.9), hsv(0.13, 0.75, 0.98))
    return hsv(hue, 0.85, 0.85), hsv(other, 0.8, 0.9), third


_HOURS = {
    "noon": ("noon", 130.0),
    "fair": ("fair", 125.0),
    "high clouds": ("wisps", 130.0),
    "pink dawn": ("pink dawn", 105.0),
    "golden evening": ("golden", 100.0),
    "sunset": ("sunset", 70.0),
    "overcast": ("overcast", 120.0),
    "dusk": ("dusk", 130.0),
}


@category(
    "hot-air balloons",
    hour=tuple(_HOURS),
    count=("one balloon", "two balloons", "four balloons", "a swarm"),
    design=("gores", "two colors", "rings", "checks", "spirals"),
    country=tuple(_COUNTRIES),
    view=("level", "from below", "from above", "close", "far away"),
    side=("left", "middle", "right"),
    caption=("count", "design", "country", "hour", "view"),
)
def hot_air_balloons(
    scene: Scene, *, hour: str, count: str, design: str, country: str, view: str, side: str
) -> None:
    """Balloons in the air."""
    kind, azimuth = _HOURS[hour]
    light.daylight(scene, kind, scene.side() * scene.uniform(0.9, 1.1) * azimuth, fog_height=8)
    _add_country(scene, country)
    number = {"one balloon": 1, "two balloons": 2, "four balloons": 4, "a swarm": 14}[count]
    distance, rise, angle = {
        "level": (22, scene.uniform(-0.1, 0.12), 40),
        "from below": (13, 0.85, 52),
        "from above": (20, -0.75, 46),
        "close": (8.5, scene.uniform(0.0, 0.3), 52),
        "far away": (38, scene.uniform(-0.3, 0.15), 40),
    }[view]
    around = math.atan(rise)
    forward = np.array([0, math.sin(around), math.cos(around)])
    upward = np.array([0, math.cos(around), -math.sin(around)])
    place = {"left": -1.0, "middle": 0.0, "right": 1.0}[side]
    aside = place * scene.uniform(0.17, 0.3) * distance * angle / 45
    lift = scene.uniform(-0.15, 0.15) * distance * angle / 45
    for index in range(number):
        spot = forward * distance + upward * lift + (aside, 0, 0)
        if index:
            far = distance * scene.uniform(1.25, 2.9)
            spread = far * math.tan(math.radians(angle / 2)) * 0.9
            spot = forward * far + upward * scene.uniform(-0.8, 0.8) * spread
            spot = spot + np.array([scene.uniform(-1, 1) * spread, 0, 0])
        balloon = _balloon(design, _palette(scene), flame=hour in {"dusk", "sunset"})
        tilt = (scene.uniform(-5, 5), scene.uniform(-5, 5))
        scene.add(placed(balloon, spot, scene.uniform(0, 90), tilt=tilt))
    scene.camera((0, 0, 0), forward, angle)
