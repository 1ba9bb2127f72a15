"""Table lamps that stand on the origin, about four units high; a unit is 10 centimeters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import spherical
from .colors import ColorLike, darker, hsv, lighter, mix, rgb
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
    """What a lamp looks like: color of its shade and of its base."""

    shade: ColorLike
    base: ColorLike


def _shade_texture(style: Style, low: float, high: float) -> str:
    """Paper or cloth that glows brightest in the middle where the bulb is."""
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


def stained_glass(scene: Scene, style: Style) -> Lamp:
    """A bronze stand under a dome of colored glass in lead."""
    image = block("image_map", scene.image(_mosaic(scene, style)), "map_type 1 interpolate 2")
    glass = textured(block("pigment", image), finish="finish{emission .95 diffuse .3}")
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


LAMPS: dict[str, Callable[[Scene, Style], Lamp]] = {
    "pleated shade": pleated,
    "drum shade": drum,
    "stained glass": stained_glass,
}
