"""Table lamps that stand on the origin, about four units high; a unit is 10 centimeters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import spherical
from .colors import ColorLike, darker, hsv, lighter, mix, rgb, srgb
from .materials import OAK, glaze, glossy, metal, pattern, textured, wood
from .mesh import Mesh
from .pov import (
    FloatArray,
    Vector,
    block,
    cone,
    cylinder,
    number,
    placed,
    sphere,
    torus,
    union,
)
from .scene import Scene

WARM = "#ffc98a"


@dataclass(frozen=True)
class Lamp:
    """A lamp.

    Attributes:
        body: Its text.
        bulb: Where its light comes from.
        height: Of the whole lamp.
    """

    body: str
    bulb: Vector
    height: float


@dataclass(frozen=True)
class Style:
    """What a lamp looks like: color of its shade and of its base, and whether it is lit."""

    shade: ColorLike
    base: ColorLike
    lit: bool


def _shade_texture(style: Style, low: float, high: float) -> str:
    """Paper or cloth that glows brightest in the middle where the bulb is."""
    if not style.lit:
        return textured(pattern("gradient y", [(0, style.shade), (1, style.shade)]))
    warm = mix(style.shade, WARM, 0.55)
    glow = [(0.0, darker(warm, 0.3)), (0.5, lighter(warm, 0.35)), (1.0, darker(warm, 0.35))]
    place = f"scale {number((high - low) * 1.001)} translate {number(low)}*y"
    return textured(pattern("gradient y", glow, place), finish="finish{emission .85 diffuse .25}")


def _open_shade(
    style: Style, low: tuple[float, float], high: tuple[float, float], pleats: int = 0
) -> str:
    """Write a shade without top and bottom between two (radius, height)."""
    mesh = Mesh()
    lobes = [(pleats, 0.025, 0.0)] if pleats else []
    mesh.revolve([low, high], sides=max(48, pleats * 5), steps=4, lobes=lobes)
    return mesh.text([_shade_texture(style, low[1], high[1])])


def _turned(profile: list[tuple[float, float]], texture: str) -> str:
    mesh = Mesh()
    mesh.revolve(profile, sides=40)
    return mesh.text([texture])


def pleated(scene: Scene, style: Style) -> Lamp:
    """A bellied ceramic base under a pleated cone."""
    belly = scene.uniform(0.5, 0.8)
    base = _turned(
        [(0, 0), (0.5, 0), (0.52, 0.1), (0.3, 0.2), (belly, 0.9), (0.22, 1.7), (0.12, 2.0), (0, 2)],
        glaze(pattern("gradient y", [(0, style.base), (1, style.base)])),
    )
    stem = cylinder((0, 1.9, 0), (0, 2.5, 0), 0.05, metal("#c8a050"))
    shade = _open_shade(style, (1.35, 2.2), (0.75, 3.7), pleats=34)
    return Lamp(union(base, stem, shade), (0, 2.85, 0), 3.7)


def drum(scene: Scene, style: Style) -> Lamp:
    """Three wooden legs, or a stack of balls, under a drum."""
    if scene.pick(True, False):
        legs = [
            cone((0.85 * np.sin(a), 0, 0.85 * np.cos(a)), 0.06, (0, 2.1, 0), 0.09)
            for a in np.arange(3) * 2 * np.pi / 3 + 0.4
        ]
        base = union(*legs, wood(*OAK, 0.6, turn=90))
    else:
        balls = [sphere((0, y, 0), r) for y, r in ((0.4, 0.42), (1.08, 0.34), (1.64, 0.26))]
        foot = cylinder((0, 0, 0), (0, 0.08, 0), 0.6)
        base = union(*balls, foot, cylinder((0, 1.8, 0), (0, 2.2, 0), 0.05), glossy(style.base))
    shade = _open_shade(style, (1.2, 2.0), (1.12, 3.6))
    return Lamp(union(base, shade), (0, 2.8, 0), 3.6)


def banker(scene: Scene, style: Style) -> Lamp:
    """A brass stand under half a cylinder of colored glass."""
    color = scene.pick("#2f8a4a", "#c8862a", "#2f5f9a", "#a83a2a")
    half = "clipped_by{box{<-9,0,-9>,<9,9,9>}}"
    shell = [
        cylinder((-1.1, 0, 0), (1.1, 0, 0), 0.62, "open"),
        *(sphere((0, 0, 0), 0.62, f"scale <.5,1,1> translate {x}*x") for x in (-1.1, 1.1)),
    ]
    finish = "finish{emission .75 diffuse .3 specular .6}" if style.lit else "finish{diffuse .8}"
    glass = textured(block("pigment", srgb(color)), finish=finish)
    if not style.lit:
        glass = glossy(color, 0.8)
    shade = placed(union(*shell, glass, half), (0, 2.5, -0.2), tilt=(-12, 0))
    brass = metal("#c09a48", 0.4)
    stand = union(
        _turned([(0, 0), (0.85, 0), (0.85, 0.1), (0.6, 0.2), (0.2, 0.32), (0, 0.35)], brass),
        union(cylinder((0, 0.3, 0.35), (0, 2.6, 0.35), 0.07), brass),
        union(sphere((0, 3.15, -0.1), 0.09), cylinder((0, 2.6, 0.35), (0, 3.1, -0.1), 0.05), brass),
    )
    return Lamp(union(stand, shade), (0, 2.45, -0.2), 3.3)


def jointed(scene: Scene, style: Style) -> Lamp:
    """A desk lamp with two arms and a metal cone."""
    elbow = np.array([-0.9, scene.uniform(1.7, 2.1), 0.3])
    head = np.array([scene.uniform(0.3, 0.8), scene.uniform(2.9, 3.3), 0.0])
    arms: list[str] = []
    for shift in (-0.07, 0.07):
        aside = np.array([0, 0, shift])
        arms += [cylinder((0, 0.2, shift), elbow + aside, 0.035)]
        arms += [cylinder(elbow + aside, head + aside, 0.035)]
    joints = [sphere(elbow, 0.14), sphere(head, 0.14), sphere((0, 0.2, 0), 0.14)]
    mesh = Mesh()
    mesh.revolve([(0.85, -1.1), (0.62, -0.5), (0.3, -0.1), (0.22, 0.15), (0, 0.2)], sides=40)
    shade = placed(mesh.text([glossy(style.shade, 0.7)]), head, tilt=(0, 22))
    bulb = head + np.array([0.22, -0.62, 0])
    glow = "finish{emission 1.2 diffuse 0}" if style.lit else "finish{diffuse .9 specular .6}"
    lens = sphere(bulb, 0.3, textured("pigment{rgb <1,.93,.78>}", finish=glow), "no_shadow")
    foot = _turned([(0, 0), (0.8, 0), (0.82, 0.12), (0.7, 0.2), (0, 0.22)], glossy(style.base))
    body = union(foot, union(*arms, *joints, metal("#b0b0b4", 0.35)), shade, lens)
    return Lamp(body, bulb, float(head[1]) + 0.2)


def stained_glass(scene: Scene, style: Style) -> Lamp:
    """A bronze stand under a dome of colored glass in lead."""
    glow = "finish{emission .95 diffuse .3}" if style.lit else "finish{diffuse .8 specular .5}"
    image = block("image_map", scene.image(_mosaic(scene, style)), "map_type 1 interpolate 2")
    glass = textured(block("pigment", image), finish=glow)
    dome = sphere((0, 0, 0), 1, "clipped_by{box{<-2,-.05,-2>,<2,2,2>}}", glass)
    bronze = metal("#6a4a2a", 0.25)
    stand = _turned(
        [(0, 0), (0.75, 0), (0.7, 0.12), (0.25, 0.3), (0.12, 0.8), (0.2, 1.3), (0.08, 2), (0, 2.9)],
        bronze,
    )
    shade = placed(dome, (0, 2.05, 0), scale=(1.5, 1.15, 1.5))
    rim = torus(1.5, 0.04, "translate 2*y", bronze)
    knob = sphere((0, 3.25, 0), 0.12, bronze)
    return Lamp(union(stand, shade, rim, knob), (0, 2.4, 0), 3.3)


def _mosaic(scene: Scene, style: Style) -> FloatArray:
    """Draw panes in rings with dark lead between them, a border of another color below."""
    rays = spherical.directions()
    polar = np.arccos(rays[..., 1]) / (np.pi / 2)
    around = np.arctan2(rays[..., 2], rays[..., 0]) / (2 * np.pi) % 1
    ring = np.floor(polar * 7)
    panes = 8 + 4 * np.minimum(ring, 4)
    place = around * panes + 0.5 * (ring % 2)
    column = np.floor(place)
    first = scene.uniform(0, 1)
    palette = [style.shade, hsv(first, 0.7, 0.75), hsv(first + 0.12, 0.65, 0.9), "#f0d890"]
    colors = np.array([rgb(color) for color in palette])
    chosen = ((column * 7 + ring * 5) % 5).astype(int)
    image = colors[np.minimum(chosen, 3)]
    image = np.where((ring >= 6)[..., None], colors[1 + (column % 2).astype(int)], image)
    to_edge = np.minimum(place % 1, 1 - place % 1) / panes * 2 * np.pi * np.clip(polar, 0.1, 1)
    lead = (to_edge < 0.03) | (np.abs(polar * 7 % 1 - 0.5) > 0.44)
    return np.where(lead[..., None], (0.08, 0.06, 0.05), image)


def globe_lamp(scene: Scene, style: Style) -> Lamp:
    """A ball of milky glass on a small base."""
    radius = scene.uniform(0.85, 1.2)
    glow = "finish{emission .85 diffuse .1}" if style.lit else "finish{diffuse .85 specular .5}"
    texture = textured(block("pigment", srgb(mix("#ffe8c4", style.shade, 0.2))), finish=glow)
    ball = sphere((0, 1.1 + radius, 0), radius, texture, "no_shadow")
    base = _turned(
        [(0, 0), (0.7, 0), (0.72, 0.1), (0.3, 0.3), (0.16, 0.7), (0.34, 1.15), (0, 1.2)],
        glossy(style.base, 0.6),
    )
    return Lamp(union(ball, base), (0, 1.1 + radius, 0), 1.1 + 2 * radius)


def mushroom(scene: Scene, style: Style) -> Lamp:
    """A dome on a thick stem, both of one color."""
    width = scene.uniform(1.2, 1.6)
    mesh = Mesh()
    dome = [(width, 1.9), (width * 0.97, 2.2), (width * 0.7, 2.75), (width * 0.3, 3.05), (0, 3.1)]
    mesh.revolve(dome, sides=48)
    shade = mesh.text([_shade_texture(style, 1.9, 3.6) if style.lit else glossy(style.shade, 0.5)])
    stem = _turned(
        [(0, 0), (0.85, 0), (0.8, 0.15), (0.35, 0.7), (0.3, 1.8), (0.3, 2.3)],
        glossy(style.base, 0.5),
    )
    return Lamp(union(stem, shade), (0, 2.5, 0), 3.1)


LAMPS: dict[str, Callable[[Scene, Style], Lamp]] = {
    "pleated shade": pleated,
    "drum shade": drum,
    "banker's lamp": banker,
    "desk lamp": jointed,
    "stained glass": stained_glass,
    "globe": globe_lamp,
    "mushroom lamp": mushroom,
}
