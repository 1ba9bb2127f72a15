"""Houses with windows, doors, roofs and chimneys, in meters; the door looks along -z."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .colors import ColorLike, darker, lighter
from .materials import glossy, masonry, matte, pattern, stone, textured
from .pov import box, cylinder, number, placed, sphere, union
from .scene import Scene

_FOOT = -1.5


@dataclass(frozen=True)
class Paint:
    """Colors of a house.

    Attributes:
        wall: Of the walls.
        roof: Of the roof.
        trim: Of frames, doors' frames and corners.
        door: Of door and shutters.
    """

    wall: ColorLike
    roof: ColorLike
    trim: ColorLike
    door: ColorLike


def _tiles(color: ColorLike, row: float = 0.28) -> str:
    """Rows of roof tiles."""
    shades = [(0.0, darker(color, 0.5)), (0.2, color), (1.0, lighter(color, 0.12))]
    return textured(
        pattern("gradient y", shades, f"scale {number(row * 0.7)}"),
        f"normal{{ripples .3 scale {number(row)}}}",
    )


def window(width: float, height: float, paint: Paint, *, shutters: bool = False) -> str:
    """Write a window with bars, a sill and shutters, in the wall z = 0, its lower middle at 0."""
    x = width / 2
    pane = glossy("#2a3644", 0.9)
    glass = box((-x, 0, -0.02), (x, height, 0.1), pane)
    edge = 0.07
    bars = [box((a - edge, -edge, -0.07), (a + edge, height + edge, 0)) for a in (-x, x)]
    bars += [box((-x, a - edge, -0.07), (x, a + edge, 0)) for a in (0, height)]
    bars.append(box((-0.03, 0, -0.05), (0.03, height, 0)))
    bars.append(box((-x, height * 0.55 - 0.03, -0.05), (x, height * 0.55 + 0.03, 0)))
    sill = box((-x - 0.14, -0.16, -0.2), (x + 0.14, -0.07, 0))
    parts = [glass, union(*bars, sill, matte(paint.trim))]
    if shutters:
        leaves = [
            box((side * (x + 0.1), 0, -0.09), (side * (x + 0.1 + width * 0.48), height, -0.03))
            for side in (-1, 1)
        ]
        parts.append(union(*leaves, matte(paint.door)))
    return union(*parts)


def door(paint: Paint) -> str:
    """Write a door with a frame, a step and a small roof, in the wall z = 0."""
    leaf = union(
        box((-0.5, 0, -0.06), (0.5, 2.05, 0.1)),
        box((-0.36, 0.2, -0.09), (0.36, 0.9, 0)),
        matte(paint.door),
    )
    pane = box(
        (-0.3, 1.2, -0.1),
        (0.3, 1.8, 0),
        glossy("#2a3644"),
    )
    frame = [box((a - 0.08, 0, -0.1), (a + 0.08, 2.15, 0)) for a in (-0.55, 0.55)]
    frame.append(box((-0.63, 2.07, -0.1), (0.63, 2.2, 0)))
    canopy = placed(box((-0.95, 0, -0.95), (0.95, 0.08, 0)), (0, 2.6, 0), tilt=(-16, 0))
    braces = [cylinder((a, 2.0, -0.05), (a, 2.4, -0.75), 0.04) for a in (-0.8, 0.8)]
    step = box((-0.9, -0.3, -0.9), (0.9, 0, 0), stone("#8f8a82", 0.8))
    cover = _tiles(paint.roof)
    knob = sphere((0.38, 1.0, -0.12), 0.05, glossy("#d8b050", 0.8))
    return union(
        leaf, pane, union(*frame, *braces, matte(paint.trim)), union(canopy, cover), step, knob
    )


def gable(length: float, depth: float, rise: float, paint: Paint, over: float = 0.45) -> str:
    """Write a roof on y = 0 whose ridge runs along x."""
    half = depth / 2
    slope = rise / half

    low, thick = -over * slope, 0.16
    outline = [
        (-half - over, low),
        (0.0, rise),
        (half + over, low),
        (half + over, low + thick),
        (0.0, rise + thick),
        (-half - over, low + thick),
    ]
    text = ",".join(f"<{number(a)},{number(b)}>" for a, b in [*outline, outline[0]])
    x = length / 2 + over
    slab = (
        f"prism{{linear_spline linear_sweep {number(-x)},{number(x)},7,{text} "
        "rotate -90*x rotate 90*y}"
    )
    cover = union(slab, _tiles(paint.roof))
    ends = [(-half, 0.0), (half, 0.0), (0.0, rise), (-half, 0.0)]
    text = ",".join(f"<{number(a)},{number(b)}>" for a, b in ends)
    x = length / 2 - 0.02
    filling = (
        f"prism{{linear_spline linear_sweep {number(-x)},{number(x)},4,{text} "
        f"rotate -90*x rotate 90*y {matte(paint.wall)}}}"
    )
    return union(cover, filling)


def chimney(height: float) -> str:
    """Write a brick chimney on y = 0."""
    bricks = masonry("#a05a44", "#c8c0b4", (0.5, 0.18), 0.03)
    return union(
        box((-0.35, -1, -0.35), (0.35, height, 0.35), bricks),
        box((-0.42, height, -0.42), (0.42, height + 0.12, 0.42), matte("#5a544e")),
    )


def dormer(paint: Paint) -> str:
    """Write a small gabled window that stands out of a roof, its front at z = 0."""
    body = box((-0.7, -1.2, 0), (0.7, 1.0, 2.4), matte(paint.wall))
    roof = placed(gable(2.6, 1.4, 0.7, paint, 0.2), (0, 1.0, 1.1), 90)
    return union(body, roof, placed(window(0.8, 0.8, paint), (0, 0.1, 0)))


def _windows(places: list[tuple[float, float]], z: float, each: str) -> list[str]:
    return [placed(each, (x, y, z)) for x, y in places]


def _side_windows(x: float, places: list[tuple[float, float]], each: str) -> list[str]:
    """Put windows (z, y) into both end walls at -x and x."""
    return [placed(each, (side * x, y, z), -90 * side) for side in (-1, 1) for z, y in places]


def cottage(scene: Scene, paint: Paint) -> str:
    """A low house under a steep roof with dormers."""
    x, z, top = scene.uniform(4.0, 5.0), 3.0, 2.6
    rise = scene.uniform(3.2, 4.0)
    pane = window(0.95, 1.15, paint, shutters=True)
    parts = [
        box((-x, _FOOT, -z), (x, top, z), matte(paint.wall)),
        box((-x - 0.04, _FOOT, -z - 0.04), (x + 0.04, 0.4, z + 0.04), stone("#8f8a82", 0.7)),
        placed(gable(2 * x, 2 * z, rise, paint), (0, top, 0)),
        placed(door(paint), (0, 0.1, -z)),
        placed(chimney(3.2), (scene.side() * x * 0.55, top + rise * 0.6, 0.8)),
        *_windows([(-x * 0.6, 0.9), (x * 0.6, 0.9)], -z, pane),
        *_side_windows(x, [(-1.2, 0.9), (1.2, 0.9), (0, 3.2)], window(0.8, 1.0, paint)),
    ]
    parts += [placed(dormer(paint), (a, top + 0.9, -z + 0.45)) for a in (-x * 0.5, x * 0.5)]
    return union(*parts)


def farmhouse(scene: Scene, paint: Paint) -> str:
    """A wooden house of two floors with a porch and bright corners."""
    x, z, top = scene.uniform(4.4, 5.4), 3.2, 5.0
    boards = textured(
        pattern(
            "gradient x",
            [(0, darker(paint.wall, 0.45)), (0.08, paint.wall), (1, lighter(paint.wall, 0.05))],
            "scale .3",
        )
    )
    pane = window(0.9, 1.25, paint)
    corners = [
        box((a - 0.14, _FOOT, b - 0.14), (a + 0.14, top, b + 0.14))
        for a in (-x, x)
        for b in (-z, z)
    ]
    posts = [cylinder((a, 0, -z - 1.7), (a, 2.5, -z - 1.7), 0.09) for a in (-1.8, 1.8)]
    porch = [
        box((-2.1, _FOOT, -z - 2.0), (2.1, 0.15, -z)),
        box((-2.1, 2.5, -z - 1.9), (2.1, 2.66, -z)),
        *posts,
    ]
    return union(
        box((-x, _FOOT, -z), (x, top, z), boards),
        placed(gable(2 * x, 2 * z, 2.6, paint), (0, top, 0)),
        union(*corners, *porch, matte(paint.trim)),
        placed(gable(4.2, 2.0, 0.6, paint, 0.2), (0, 2.66, -z - 0.9)),
        placed(door(paint), (0, 0.15, -z)),
        placed(chimney(2.6), (scene.side() * 1.5, top + 1.6, 0.6)),
        *_windows([(a * x, b) for a in (-0.65, 0.65) for b in (1.0, 3.3)], -z, pane),
        placed(pane, (0, 3.3, -z)),
        *_side_windows(x, [(a, b) for a in (-1.4, 1.4) for b in (1.0, 3.3)], pane),
    )


def half_timbered(scene: Scene, paint: Paint) -> str:
    """White plaster between dark beams; the upper floor stands out."""
    x, z, out = scene.uniform(3.8, 4.6), 3.0, 0.35
    pane = window(0.85, 1.1, paint, shutters=True)
    lower = box((-x, _FOOT, -z), (x, 2.6, z))
    upper = box((-x - out, 2.6, -z - out), (x + out, 5.2, z + out))
    wood_ = matte("#3a2a20")
    beams: list[str] = []
    for y, reach in ((0.1, 0.0), (2.55, out), (5.1, out), (3.85, out)):
        beams.append(
            box(
                (-x - reach - 0.05, y, -z - reach - 0.06),
                (x + reach + 0.05, y + 0.18, z + reach + 0.06),
            )
        )
    for a in np.linspace(-x, x, 6):
        beams.append(box((a - 0.09, 0, -z - 0.06), (a + 0.09, 2.6, -z + 0.1)))
        beams.append(box((a - 0.09, 2.6, -z - out - 0.06), (a + 0.09, 5.2, -z - out + 0.1)))
    for side in (-1, 1):
        brace = box((-0.09, 0, -0.06), (0.09, 3.0, 0.1))
        beams.append(placed(brace, (side * (x - 1.7), 2.65, -z - out), tilt=(0, -side * 33)))
        for b in np.linspace(-z, z, 5):
            edge = side * (x + out)
            beams.append(box((edge - 0.06, 2.6, b - 0.09), (edge + 0.06, 5.2, b + 0.09)))
    return union(
        union(lower, upper, matte(paint.wall)),
        union(*beams, wood_),
        placed(gable(2 * x + 2 * out, 2 * z + 2 * out, 4.2, paint), (0, 5.2, 0)),
        placed(door(paint), (0, 0.1, -z)),
        placed(chimney(3.4), (scene.side() * 2, 7.4, 0.8)),
        *_windows([(-x * 0.55, 0.95), (x * 0.55, 0.95)], -z, pane),
        *_windows([(-x * 0.5, 3.4), (0, 3.4), (x * 0.5, 3.4)], -z - out, pane),
        *_side_windows(x + out, [(-1.3, 3.4), (1.3, 3.4), (0, 6.2)], window(0.8, 1.0, paint)),
    )


def log_cabin(scene: Scene, paint: Paint) -> str:
    """Round logs under a wide roof."""
    x, z = scene.uniform(3.4, 4.2), 2.8
    logs = []
    for index, y in enumerate(np.arange(0.15, 2.7, 0.3)):
        reach = 0.4 if index % 2 else 0.25
        for side in (-1, 1):
            logs.append(cylinder((-x - reach, y, side * z), (x + reach, y, side * z), 0.17))
            logs.append(
                cylinder((side * x, y + 0.1, -z - reach), (side * x, y + 0.1, z + reach), 0.17)
            )
    bark = textured(
        pattern("bozo", [(0, "#7a5230"), (1, "#a8754a")], "scale <.6,.15,.6>"),
        "normal{granite .3 scale .3}",
    )
    inside = box((-x, _FOOT, -z), (x, 2.7, z), matte("#6a4528"))
    pane = window(0.9, 0.9, paint, shutters=True)
    return union(
        inside,
        union(*logs, bark),
        placed(gable(2 * x, 2 * z, scene.uniform(2.2, 3.0), paint, 0.9), (0, 2.8, 0)),
        placed(door(paint), (0, 0.1, -z - 0.12)),
        placed(chimney(3.4), (scene.side() * x * 0.6, 3.6, 0.8)),
        *_windows([(-x * 0.58, 1.0), (x * 0.58, 1.0)], -z - 0.14, pane),
        *_side_windows(x + 0.14, [(-1.1, 1.0), (1.1, 1.0)], pane),
    )


HOUSES: dict[str, Callable[[Scene, Paint], str]] = {
    "cottage": cottage,
    "farmhouse": farmhouse,
    "half-timbered house": half_timbered,
    "log cabin": log_cabin,
}
