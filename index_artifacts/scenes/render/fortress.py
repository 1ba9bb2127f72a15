"""Castles from towers, walls and gates, in meters; on y = 0 with their gate toward -z."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .colors import ColorLike, darker, mix
from .materials import glowing, masonry, matte, pattern, textured
from .pov import box, cone, cylinder, difference, number, placed, rounded_box, union
from .scene import Scene

_FOOT = -9.0


@dataclass(frozen=True)
class Stone:
    """What a castle is built of.

    Attributes:
        wall: Texture of walls.
        roof: Texture of roofs.
        flag: Color of flags; None is none.
    """

    wall: str
    roof: str
    flag: ColorLike | None


def stone(color: ColorLike, roof: ColorLike, flag: ColorLike | None) -> Stone:
    """Make walls of cut stone in a color, and tiles."""
    wall = masonry(color, darker(color, 0.35), (1.3, 0.55), 0.05)
    rows = [(0.0, darker(roof, 0.45)), (0.25, roof), (1.0, mix(roof, "#ffffff", 0.08))]
    tiles = textured(pattern("gradient y", rows, "scale .45"))
    return Stone(wall, tiles, flag)


def _merlons_around(radius: float, y: float) -> list[str]:
    """Write the teeth of a round tower."""
    count = max(7, round(radius * 4.2))
    tooth = box((-0.32, 0, -radius - 0.05), (0.32, 0.95, 0.45 - radius))
    return [placed(tooth, (0, y, 0), 360 * step / count) for step in range(count)]


def _merlons_along(length: float, y: float, z: float) -> list[str]:
    """Write the teeth of a wall along x."""
    steps = np.arange(-length / 2 + 0.4, length / 2 - 0.3, 1.45)
    return [box((x, y, z - 0.25), (x + 0.75, y + 0.9, z + 0.25)) for x in steps]


def _windows(scene: Scene, radius: float, height: float) -> str:
    """Write slits around a tower, some of them lit."""
    dark: list[str] = []
    bright: list[str] = []
    for y in np.arange(2.6, height - 1.8, 2.9):
        for angle in (scene.uniform(-70, -10), scene.uniform(0, 70), 180):
            slit = placed(
                box((-0.19, 0, -radius - 0.06), (0.19, 1.2, -radius + 0.5)), (0, y, 0), angle
            )
            (bright if scene.uniform(0, 1) < 0.7 else dark).append(slit)
    parts = [union(*dark, matte("#0e0c0c"))] if dark else []
    parts += [union(*bright, glowing("#ffc060", 1.3))] if bright else []
    return union(*parts) if parts else ""


def round_tower(scene: Scene, kind: Stone, radius: float, height: float, roof: float = 0.0) -> str:
    """Write a round tower; `roof` is the height of its cone relative to the radius, 0 is flat."""
    crown = [
        cylinder((0, height - 1.1, 0), (0, height, 0), radius * 1.16),
        cone((0, height - 2.0, 0), radius, (0, height - 1.1, 0), radius * 1.16),
    ]
    shaft = cone((0, _FOOT, 0), radius * 1.15, (0, 2.0, 0), radius)
    body = cylinder((0, 0, 0), (0, height, 0), radius)
    parts = [union(body, shaft, *crown, *_merlons_around(radius * 1.14, height), kind.wall)]
    if roof:
        top = height + 0.5 + radius * roof
        parts.append(cone((0, height + 0.5, 0), radius * 1.22, (0, top, 0), 0.02, kind.roof))
        parts.append(_flag(scene, kind, top - 0.2))
    parts.append(_windows(scene, radius, height))
    return union(*parts)


def _flag(scene: Scene, kind: Stone, y: float) -> str:
    pole = cylinder((0, y, 0), (0, y + 2.4, 0), 0.06, matte("#2a2622"))
    if kind.flag is None:
        return pole
    length = scene.uniform(1.4, 2.2)
    cloth = box((0, y + 1.3, -0.03), (length, y + 2.3, 0.03), matte(kind.flag))
    return union(pole, placed(cloth, turn=scene.uniform(-40, 40) + scene.pick(0, 180)))


def square_tower(scene: Scene, kind: Stone, half: float, height: float, roof: float = 0.0) -> str:
    """Write a square tower; `roof` is the height of its pyramid relative to its half width."""
    out = half * 1.1
    parts = [box((-half, _FOOT, -half), (half, height, half))]
    parts.append(box((-out, height - 1.0, -out), (out, height, out)))
    for turn in (0, 90, 180, 270):
        edge = union(*_merlons_along(2 * out, height, 0.25 - out))
        parts.append(placed(edge, turn=turn))
    text = [union(*parts, kind.wall)]
    if roof:
        sides = _pyramid(half * 1.2, half * roof)
        text.append(placed(union(sides, kind.roof), (0, height + 0.4, 0)))
        text.append(_flag(scene, kind, height + 0.2 + half * roof))
    panes = _windows(scene, half, height)
    return union(*text, panes)


def _pyramid(half: float, height: float) -> str:
    """Write a roof with four sides on y = 0."""
    outline = f"<{number(-half)},{number(-half)}>,<{number(half)},{number(-half)}>,"
    outline += f"<{number(half)},{number(half)}>,<{number(-half)},{number(half)}>"
    first = outline.split(">,", maxsplit=1)[0] + ">"
    cone_like = f"prism{{conic_sweep linear_spline 0,1,5,{outline},{first}"
    # A conic sweep is a point at 0 and the outline at 1: turned over and stretched.
    return f"{cone_like} translate -1*y scale <1,{number(-height)},1>}}"


def wall(kind: Stone, start: tuple[float, float], end: tuple[float, float], height: float) -> str:
    """Write a wall with teeth between two places (x, z)."""
    length = math.dist(start, end)
    middle = ((start[0] + end[0]) / 2, 0.0, (start[1] + end[1]) / 2)
    turn = -math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    body = box((-length / 2, _FOOT, -0.8), (length / 2, height, 0.8))
    teeth = [*_merlons_along(length, height, -0.55), *_merlons_along(length, height, 0.55)]
    return placed(union(body, *teeth, kind.wall), middle, turn)


def gatehouse(scene: Scene, kind: Stone, height: float) -> str:
    """Write two towers with a gate and a grating between them."""
    towers = [
        placed(round_tower(scene, kind, 1.6, height + 2.5, scene.pick(0.0, 2.4)), (x, 0, 0))
        for x in (-3.0, 3.0)
    ]
    arch = union(box((-1.3, -2, -3), (1.3, 2.2, 3)), cylinder((0, 2.2, -3), (0, 2.2, 3), 1.3))
    block_ = box((-2.4, _FOOT, -1.1), (2.4, height + 1, 1.1))
    house = difference(union(block_, *_merlons_along(4.8, height + 1, -0.8)), arch, kind.wall)
    grating = [box((x - 0.06, -1, 0), (x + 0.06, 3.5, 0.1)) for x in np.arange(-1.2, 1.3, 0.4)]
    grating += [box((-1.3, y - 0.06, 0), (1.3, y + 0.06, 0.1)) for y in np.arange(0.3, 3.4, 0.5)]
    passage = box((-1.3, -1, 0.9), (1.3, 3.5, 1.0), glowing("#c87a30", 0.9))
    return union(*towers, house, union(*grating, matte("#241c16")), passage)


def hall(scene: Scene, kind: Stone, size: tuple[float, float, float], roof: float) -> str:
    """Write a house of (length, depth, height) along x under a gable, with windows."""
    length, depth, height = size
    x, z = length / 2, depth / 2
    body = box((-x, _FOOT, -z), (x, height, z), kind.wall)
    outline = [(-z - 0.4, 0.0), (z + 0.4, 0.0), (0.0, roof)]
    text = ",".join(f"<{number(a)},{number(b)}>" for a, b in [*outline, outline[0]])
    gable = f"prism{{linear_spline linear_sweep {number(-x - 0.2)},{number(x + 0.2)},4,{text} "
    gable += f"rotate -90*x rotate 90*y translate {number(height)}*y {kind.roof}}}"
    panes = [
        rounded_box((a, y, -z - 0.06), (a + 0.6, y + 1.5, -z + 0.3), 0.3)
        for a in np.arange(-x + 1.2, x - 0.8, 2.0)
        for y in np.arange(2.2, height - 1.2, 3.0)
    ]
    glass = glowing("#ffc060", 1.2) if scene.uniform(0, 1) < 0.9 else matte("#14141a")
    return union(body, gable, union(*panes, glass))


def square_fortress(scene: Scene, kind: Stone) -> list[str]:
    """Four towers, walls between them, a gate and a keep."""
    half, height = scene.uniform(10, 14), scene.uniform(5, 7.5)
    roof = scene.pick(0.0, 1.8, 2.6)
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    parts = [
        placed(
            round_tower(scene, kind, scene.uniform(2.2, 3.0), height + scene.uniform(2, 6), roof),
            (x, 0, z),
        )
        for x, z in corners
    ]
    parts += [wall(kind, corners[index], corners[(index + 1) % 4], height) for index in range(1, 4)]
    parts += [
        wall(kind, (-half, -half), (-3, -half), height),
        wall(kind, (3, -half), (half, -half), height),
    ]
    parts.append(placed(gatehouse(scene, kind, height), (0, 0, -half)))
    keep = square_tower(
        scene, kind, half * 0.38, height + scene.uniform(7, 13), scene.pick(0.0, 1.6)
    )
    parts.append(placed(keep, (scene.uniform(-3, 3), 0, half * 0.25), scene.uniform(-10, 10)))
    return parts


def fairy_castle(scene: Scene, kind: Stone) -> list[str]:
    """Many slender towers with tall roofs around a high hall."""
    parts = [placed(hall(scene, kind, (9, 6.5, 13), 5.5), (0, 0, 3))]
    spots = [
        (-4.8, 0.2),
        (4.8, 0.2),
        (-4.2, 6.4),
        (4.4, 6.8),
        (0.6, 8.5),
        (-8.2, -2.5),
        (8.2, -2.2),
    ]
    for index, (x, z) in enumerate(spots):
        tall = scene.uniform(15, 26) if index < 5 else scene.uniform(8, 12)
        tower = round_tower(scene, kind, scene.uniform(1.2, 2.0), tall, scene.uniform(3.2, 4.6))
        parts.append(placed(tower, (x + scene.uniform(-0.6, 0.6), 0, z)))
    ring = [(-8.2, -2.5), (-6.4, -8.5), (6.4, -8.5), (8.2, -2.2)]
    parts += [wall(kind, ring[0], ring[1], 4.5), wall(kind, ring[2], ring[3], 4.5)]
    parts += [wall(kind, ring[1], (-3, -8.5), 4.5), wall(kind, (3, -8.5), ring[2], 4.5)]
    for x in (-6.4, 6.4):
        parts.append(placed(round_tower(scene, kind, 1.5, 7.5, 3.2), (x, 0, -8.5)))
    parts.append(placed(gatehouse(scene, kind, 4.5), (0, 0, -8.5)))
    return parts


def round_castle(scene: Scene, kind: Stone) -> list[str]:
    """A ring of towers around a thick round keep."""
    count, reach = int(scene.rng.integers(6, 9)), scene.uniform(11, 14)
    height = scene.uniform(4.5, 6.5)
    angles = np.arange(count) * 2 * np.pi / count + np.pi / count
    ring = [(reach * math.sin(a), -reach * math.cos(a)) for a in angles]
    roof = scene.pick(0.0, 2.0)
    parts = [
        placed(round_tower(scene, kind, 1.9, height + scene.uniform(1.5, 3.5), roof), (x, 0, z))
        for x, z in ring
    ]
    parts += [wall(kind, ring[index - 1], ring[index], height) for index in range(count)]
    gate_depth = -reach * math.cos(np.pi / count)
    parts.append(placed(gatehouse(scene, kind, height), (0, 0, gate_depth)))
    keep = round_tower(
        scene, kind, scene.uniform(4, 5.2), height + scene.uniform(8, 13), scene.pick(0.0, 1.4, 2.0)
    )
    parts.append(placed(keep, (0, 0, 1.5)))
    return parts


def rock_keep(scene: Scene, kind: Stone) -> list[str]:
    """One great tower with turrets, and a hall at its side."""
    half, height = scene.uniform(4, 5.2), scene.uniform(13, 18)
    parts = [square_tower(scene, kind, half, height, scene.pick(0.0, 1.5))]
    for x in (-half, half):
        for z in (-half, half):
            turret = round_tower(
                scene, kind, 1.3, height + scene.uniform(1.5, 4), scene.pick(0.0, 2.6)
            )
            parts.append(placed(turret, (x, 0, z)))
    side = scene.side()
    parts.append(placed(hall(scene, kind, (9, 6, 6.5), 3.8), (side * (half + 4.4), 0, 1.5)))
    end = side * (half + 9)
    parts.append(placed(round_tower(scene, kind, 1.9, 9, 2.2), (end, 0, -1.5)))
    parts.append(wall(kind, (end, -1.5), (-side * half, -half - 5), 3.6))
    return parts


CASTLES: dict[str, Callable[[Scene, Stone], list[str]]] = {
    "square fortress": square_fortress,
    "fairy-tale castle": fairy_castle,
    "round castle": round_castle,
    "great keep": rock_keep,
}
