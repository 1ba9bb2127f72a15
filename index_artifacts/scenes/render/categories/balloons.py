"""Hot-air balloons over farmland and woods."""

import math
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants
from index_artifacts.scenes.render.colors import Color, ColorLike, hsv, srgb
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import (
    block,
    cylinder,
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
    # Checks: rows of squares in two colors.
    rows = [
        (index / 6, materials.stripes(pair))
        for index, pair in enumerate(((first, third), (third, first)) * 3)
    ]
    entries = " ".join(
        f"[{start:.4f} {_radial(stops)}][{start + 1 / 6:.4f} {_radial(stops)}]"
        for start, stops in rows
    )
    return block("pigment", "gradient y", block("pigment_map", entries), "scale 7.6")


def _radial(stops: list[tuple[float, ColorLike]]) -> str:
    entries = " ".join(f"[{place:.4f} {srgb(color)}]" for place, color in stops)
    return f"radial frequency 8 color_map{{{entries}}}"


def _balloon(design: str, colors: tuple[ColorLike, ColorLike, ColorLike]) -> str:
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
    return placed(union(*parts, "no_shadow"), (0, -4.2, 0))


@dataclass(frozen=True)
class _Country:
    """What is below: its height field's span and texture."""

    span: tuple[float, float]
    texture: str


def _fields() -> str:
    patches = [(0, "#6f8f3a"), (0.3, "#8fa548"), (0.5, "#c2b264"), (0.7, "#55783a"), (1, "#7d9a44")]
    return materials.textured(
        materials.pattern("cells", patches, "turbulence .04 scale <9,40,14>"),
        "normal{granite .4 scale 3}",
    )


_COUNTRIES = {
    "farmland": _Country((-34, -8), _fields()),
    "woods": _Country((-36, -12), materials.meadow("#2f4f28", "#4a6a34", 5)),
}


def _add_country(scene: Scene, name: str) -> None:
    country = _COUNTRIES[name]
    x, z = unit_grid(301)
    shape = 0.5 + 0.6 * fractal(x * 3, z * 3, scene.rng, 5, 0.45)
    land = landscape.terrain(scene, shape, 460, country.span, country.texture, center=(0, 150))
    tree = plants.pine(scene, 4.2, tiers=6, colors=("#2f4f28", "#3f6030"))
    x, z = scene.rng.uniform(-90, 90, 1500), scene.rng.uniform(8, 190, 1500)
    grove = fractal(x / 25, z / 25, scene.rng, 3) > (0.15 if name == "farmland" else -0.3)
    landscape.scatter(scene, tree, land.on(x, z, -0.3)[grove], (0.6, 1.3))


def _palette(scene: Scene) -> tuple[Color, Color, Color]:
    hue = scene.pick(0.0, 0.06, 0.13) + scene.uniform(-0.02, 0.02)
    other = hue + scene.pick(0.12, 0.33, 0.5, 0.58)
    third = scene.pick((0.97, 0.95, 0.9), (0.97, 0.95, 0.9), hsv(0.13, 0.75, 0.98))
    return hsv(hue, 0.85, 0.85), hsv(other, 0.8, 0.9), third


_HOURS = {"noon": ("noon", 130.0), "fair": ("fair", 125.0), "pink dawn": ("pink dawn", 105.0)}


@category(
    "hot-air balloons",
    max_bytes=17_000,
    hour=tuple(_HOURS),
    count=("two balloons", "four balloons", "a swarm"),
    design=("gores", "two colors", "checks"),
    country=tuple(_COUNTRIES),
    view=("level", "close"),
    side=("left", "right"),
    caption=("count", "design", "country", "hour", "view"),
)
def hot_air_balloons(
    scene: Scene, *, hour: str, count: str, design: str, country: str, view: str, side: str
) -> None:
    """Balloons in the air."""
    kind, azimuth = _HOURS[hour]
    light.daylight(scene, kind, scene.side() * scene.uniform(0.9, 1.1) * azimuth, fog_height=8)
    _add_country(scene, country)
    number = {"two balloons": 2, "four balloons": 4, "a swarm": 12}[count]
    distance, rise, angle = {
        "level": (22, scene.uniform(-0.1, 0.06), 40),
        "close": (14, scene.uniform(-0.06, 0.06), 50),
    }[view]
    around = math.atan(rise)
    forward = np.array([0, math.sin(around), math.cos(around)])
    upward = np.array([0, math.cos(around), -math.sin(around)])
    place = {"left": -1.0, "right": 1.0}[side]
    aside = place * scene.uniform(0.17, 0.3) * distance * angle / 45
    lift = scene.uniform(-0.15, 0.15) * distance * angle / 45
    for index in range(number):
        spot = forward * distance + upward * lift + (aside, 0, 0)
        if index:
            far = distance * scene.uniform(1.25, 2.9)
            spread = far * math.tan(math.radians(angle / 2)) * 0.9
            spot = forward * far + upward * scene.uniform(-0.8, 0.8) * spread
            spot = spot + np.array([scene.uniform(-1, 1) * spread, 0, 0])
        balloon = _balloon(design, _palette(scene))
        tilt = (scene.uniform(-5, 5), scene.uniform(-5, 5))
        scene.add(placed(balloon, spot, scene.uniform(0, 90), tilt=tilt))
    scene.camera((0, 0, 0), forward, angle)
