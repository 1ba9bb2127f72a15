"""Rooms with a floor, and what hangs on their walls and stands around in them.

Units are those of `rooms` for still lifes; for furniture one unit is about 25 centimeters.
"""

import math
from dataclasses import replace

import numpy as np

from . import light as lights
from .colors import ColorLike, darker, hsv, lighter
from .materials import glossy, leaf, matte, pattern, textured
from .mesh import Mesh
from .pov import box, cylinder, ground, placed, rounded_box, union
from .rooms import ROOM_LIGHTS, WALL_DISTANCE, room
from .scene import Scene


def brighten(scene: Scene, light: str, power: float = 0.3) -> None:
    """Stand in for the light that walls reflect, in a room without `bounce`.

    Args:
        scene: The scene; its exposure is raised.
        light: The key of `ROOM_LIGHTS` that the room was given.
        power: Of the added light.
    """
    kind = ROOM_LIGHTS[light]
    lights.fill(scene, (0.1, 0.8, -1), lighter(kind.lamp, 0.4), power)
    scene.grade = replace(scene.grade, exposure=kind.exposure * 1.3)


def floored_room(
    scene: Scene, light: str, wall: str, floor: str, skirting: ColorLike | None = None
) -> int:
    """Add a floor at y = 0, the wall where it ends, and light without reflections between things.

    Args:
        scene: The scene; its grade is set.
        light: A key of `ROOM_LIGHTS`.
        wall: Texture of the wall.
        floor: Texture of the floor.
        skirting: Color of the board along the wall; None is none.

    Returns:
        The side of the light, -1 is left.
    """
    side = room(scene, light, wall, floor, bounce=False)
    # The table top of `room` ends before the wall; a hair below, the floor goes on.
    scene.add(ground(-0.001, floor))
    if skirting is not None:
        board = box((-60, 0, WALL_DISTANCE - 0.12), (60, 0.5, WALL_DISTANCE + 1))
        scene.add(union(board, glossy(skirting, 0.1)))
    brighten(scene, light)
    return side


def painted_wall(color: ColorLike) -> str:
    """Plain paint, darker toward the floor."""
    shades = [(0.0, darker(color, 0.3)), (0.25, color), (0.999, lighter(color, 0.1))]
    return textured(pattern("gradient y", shades, "scale 40 translate -.01*y"))


def rug(width: float, depth: float, colors: tuple[ColorLike, ...]) -> str:
    """Write a rug around the origin with borders inside each other."""
    layers = []
    for index, color in enumerate(colors):
        share = 1 - 0.8 * index / len(colors)
        weave = textured(
            pattern("granite", [(0, darker(color, 0.12)), (1, color)], "scale .2"),
            "normal{bumps .4 scale .04}",
        )
        half = np.array([width, 0, depth]) / 2 - min(width, depth) / 2 * (1 - share)
        top = 0.04 + 0.002 * index
        layers.append(box((-half[0], 0, -half[2]), (half[0], top, half[2]), weave))
    fringe = [
        box((side * width / 2, 0, z), (side * (width / 2 + 0.18), 0.02, z + 0.04))
        for side in (-1, 1)
        for z in np.arange(-depth / 2, depth / 2, 0.1)
    ]
    return union(*layers, union(*fringe, matte(lighter(colors[0], 0.5))))


def picture(scene: Scene, width: float, height: float) -> str:
    """Write a framed abstract landscape around the origin, to be hung on the wall."""
    hue = scene.uniform(0, 1)
    stops = [
        (0.0, hsv(hue, 0.5, 0.3)),
        (0.35, hsv(hue + 0.08, 0.5, 0.6)),
        (0.5, hsv(hue + 0.5, 0.25, 0.95)),
        (1.0, hsv(hue + 0.55, 0.45, 0.75)),
    ]
    canvas = textured(
        pattern("gradient y", stops, f"turbulence .12 scale {height} translate {-height / 2}*y")
    )
    x, y = width / 2, height / 2
    paper = box((-x, -y, -0.02), (x, y, 0.02), matte("#f2eee4"))
    inner = box((-x * 0.78, -y * 0.78, -0.03), (x * 0.78, y * 0.78, 0), canvas)
    edge = 0.1
    bars = [
        box((side * x - edge, -y - edge, -0.12), (side * x + edge, y + edge, 0.05))
        for side in (-1, 1)
    ]
    bars += [
        box((-x - edge, side * y - edge, -0.12), (x + edge, side * y + edge, 0.05))
        for side in (-1, 1)
    ]
    color = scene.pick("#2a211c", "#b08a4a", "#f4f2ec", "#6a4228")
    return union(paper, inner, union(*bars, glossy(color, 0.2)))


def potted_plant(scene: Scene, height: float) -> str:
    """Write a plant with long bent leaves in a pot."""
    mesh = Mesh()
    pot = height * 0.28
    mesh.revolve(
        [(0, 0), (pot * 0.5, 0), (pot * 0.62, pot), (pot * 0.54, pot), (0, pot * 0.9)], 0, 24, 2
    )
    for _ in range(16):
        _add_bent_leaf(scene, mesh, pot * 0.9, height)
    pot_color = scene.pick("#b5623c", "#f0ece2", "#34506a", "#3a3a3c", "#d8b040")
    greens = [leaf(color) for color in ("#3f6f2e", "#5a8a3a", "#2f5a2a")]
    return mesh.text([glossy(pot_color, 0.2), *greens])


def _add_bent_leaf(scene: Scene, mesh: Mesh, base: float, height: float) -> None:
    around = scene.uniform(0, 2 * math.pi)
    reach, rise = height * scene.uniform(0.15, 0.45), height * scene.uniform(0.45, 0.75)
    share = np.linspace(0, 1, 9)
    out = np.array([math.cos(around), 0.0, math.sin(around)])
    side = np.array([-math.sin(around), 0.0, math.cos(around)])
    lift = rise * (1.5 * share - 0.7 * share**2.5)
    spine = share[:, None] ** 1.4 * reach * out + np.column_stack(
        [0 * share, base + lift, 0 * share]
    )
    width = height * 0.06 * np.sin(np.pi * (0.12 + 0.88 * share))[:, None]
    edges = np.stack([spine - width * side, spine, spine + width * side], axis=1)
    mesh.grid(edges, texture=1 + int(scene.rng.integers(0, 3)))


def table(width: float, depth: float, height: float, texture: str) -> str:
    """Write a table around the origin with four legs."""
    top = rounded_box((-width / 2, height - 0.14, -depth / 2), (width / 2, height, depth / 2), 0.1)
    legs = [
        box((x - 0.12, 0, z - 0.12), (x + 0.12, height - 0.1, z + 0.12))
        for x in (0.3 - width / 2, width / 2 - 0.3)
        for z in (0.3 - depth / 2, depth / 2 - 0.3)
    ]
    return union(top, *legs, texture)


def window(
    scene: Scene,
    width: float,
    height: float,
    sky: tuple[ColorLike, ColorLike],
) -> str:
    """Write a window with a frame and curtains around the origin, to be hung on the wall.

    Args:
        scene: The scene.
        width: Of the opening.
        height: Of the opening.
        sky: Colors at the horizon and above; they glow.
    """
    x, y = width / 2, height / 2
    horizon, zenith = sky
    stops = [
        (0, darker("#6f8f4a", 0.2)),
        (0.22, darker("#8aa860", 0.2)),
        (0.26, horizon),
        (0.999, zenith),
    ]
    outlook = textured(
        pattern("gradient y", stops, f"turbulence .02 scale {height} translate {-y}*y"),
        finish="finish{emission .9 diffuse 0}",
    )
    panes = box((-x, -y, -0.02), (x, y, 0), outlook)
    bars = [box((-x, h - 0.05, -0.1), (x, h + 0.05, 0)) for h in (-y, 0, y)]
    bars += [box((w - 0.06, -y, -0.1), (w + 0.06, y, 0)) for w in (-x, 0, x)]
    sill = box((-x - 0.3, -y - 0.2, -0.5), (x + 0.3, -y - 0.05, 0))
    color = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.5), scene.uniform(0.6, 0.95))
    drapes = [
        placed(curtain(scene, 0.3 * width, height * 1.25, color), (side * width * 0.58, 0, -0.4))
        for side in (-1, 1)
    ]
    rod = cylinder((-x * 1.6, y * 1.25, -0.4), (x * 1.6, y * 1.25, -0.4), 0.06)
    return union(
        panes,
        union(*bars, sill, glossy("#f4f2ec", 0.2)),
        *drapes,
        union(rod, glossy("#3a2c24", 0.3)),
    )


def curtain(scene: Scene, width: float, height: float, color: ColorLike) -> str:
    """Write cloth that hangs in folds around the origin."""
    across, down = np.linspace(-1, 1, 61)[None, :], np.linspace(1, -1, 13)[:, None]
    folds = np.sin(across * scene.uniform(16, 22) + scene.uniform(0, 6) + 0.3 * down)
    x = across * width / 2 * (1 + 0.06 * down)
    z = 0.14 * folds * (1 - 0.3 * down)
    mesh = Mesh()
    mesh.grid(np.stack([x, np.broadcast_to(down * height / 2, x.shape), z], axis=-1))
    return mesh.text([leaf(color)])
