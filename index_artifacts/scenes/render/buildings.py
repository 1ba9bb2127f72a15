"""Tall buildings for cities: painted facades, towers and their roofs, in meters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .colors import ColorLike, darker, lighter, rgb
from .materials import matte, textured
from .pov import FloatArray, block, box, cone, cylinder, number, placed, sphere, union, vector
from .scene import Scene

# Pixels of a window with the wall around it, and the meters that they stand for.
_TALL, _WIDE = 20, 16
FLOOR, BAY = 3.6, 3.0
# From street to street, and how wide a street is.
PITCH, STREET = 46.0, 14.0
_FLOORS, _BAYS = 18, 12

# Which pixels (rows, columns) of a bay are glass, for every kind of facade.
_GLASS: dict[str, tuple[tuple[slice, slice], ...]] = {
    "grid": ((slice(4, 15), slice(4, 12)),),
    "pairs": ((slice(4, 15), slice(3, 7)), (slice(4, 15), slice(9, 13))),
    "ribbon": ((slice(5, 14), slice(0, 16)),),
    "curtain": ((slice(1, 19), slice(0, 7)), (slice(1, 19), slice(8, 15))),
    "piers": ((slice(0, 14), slice(4, 12)),),
    "balconies": ((slice(3, 12), slice(2, 14)),),
}


@dataclass(frozen=True)
class Facade:
    """How the walls of a building look.

    Attributes:
        kind: A key of the kinds of facade: "grid", "pairs", "ribbon", "curtain", ...
        wall: Color of the wall.
        glass: Color of the glass by day.
        lit: Share of the windows that are lit; 0 by day.
    """

    kind: str
    wall: ColorLike
    glass: ColorLike
    lit: float = 0.0


def facade_texture(scene: Scene, facade: Facade) -> str:
    """Paint a facade once and return the declared texture's name; see `_on_walls`."""
    image = scene.image(_paint(scene.rng, facade))
    size = f"scale {vector((_BAYS * BAY, _FLOORS * FLOOR, 1))}"
    pigment = block("pigment", block("image_map", image, "interpolate 2"), size, _SHEAR)
    mirror = {"curtain": (0.08, 0.55), "ribbon": (0.03, 0.25)}.get(facade.kind, (0.0, 0.08))
    if facade.lit:
        finish = "finish{emission .95 diffuse .25}"
    else:
        low, high = (number(value) for value in mirror)
        finish = f"finish{{diffuse .78 specular .1 reflection{{{low},{high} falloff 2}}}}"
    return scene.declare(textured(pigment, finish=finish))


# Lays the picture on walls along x and along z alike: across the picture runs x + z.
_SHEAR = "matrix <1,0,0,0,1,0,-1,0,1,0,0,0>"


def _paint(rng: np.random.Generator, facade: Facade) -> FloatArray:
    """Paint the bays of a facade, (rows, columns, 3) sRGB; windows differ from each other."""
    wall, glass = np.array(rgb(facade.wall)), np.array(rgb(facade.glass))
    dark = facade.lit > 0
    if dark:
        wall, glass = wall * 0.1, glass * 0.08
    bay = _paint_wall(facade.kind, wall)
    image = np.tile(bay, (_FLOORS, _BAYS, 1))
    lit_floors = rng.random(_FLOORS) < 0.12
    for floor in range(_FLOORS):
        for column in range(_BAYS):
            chance = 0.9 if lit_floors[floor] else facade.lit
            pane = glass * rng.uniform(0.75, 1.15)
            if dark and rng.random() < chance:
                pane = _lamplight(rng)
            for rows, columns in _GLASS[facade.kind]:
                top, left = floor * _TALL, column * _WIDE
                window = image[
                    top + rows.start : top + rows.stop, left + columns.start : left + columns.stop
                ]
                window[:] = pane
                # Blinds of different length, and the shadow of the lintel.
                blind = int(rng.integers(0, 6))
                window[:blind] = _blend(pane, pane * 1.4 if dark else wall, 0.35)
                window[:1] *= 0.7
    return image


def _lamplight(rng: np.random.Generator) -> FloatArray:
    warm, cold = np.array([1.0, 0.78, 0.45]), np.array([0.85, 0.93, 1.0])
    return _blend(warm, cold, float(rng.choice([0.0, 0.1, 0.3, 0.8]))) * rng.uniform(0.45, 1.0)


def _blend(first: FloatArray, second: FloatArray, share: float) -> FloatArray:
    return first + (second - first) * share


def _paint_wall(kind: str, wall: FloatArray) -> FloatArray:
    """Paint the wall of one bay with its ledges."""
    bay = np.tile(wall, (_TALL, _WIDE, 1))
    if kind in ("grid", "pairs"):
        bay[15:17, 3:13] = np.clip(wall * 1.25, 0, 1)
        bay[19:] = wall * 0.82
    elif kind == "piers":
        bay[:, 4:12] = wall * 0.55
        bay[:, :1] = wall * 0.8
    elif kind == "balconies":
        bay[12:18] = np.clip(wall * 1.2 + 0.05, 0, 1)
        bay[18:] = wall * 0.5
    elif kind == "curtain":
        bay[:] = wall * 0.6
    else:
        bay[14:16] = wall * 0.8
    return bay


@dataclass(frozen=True)
class Tower:
    """A building: its lower corner toward the camera, its size and its texture."""

    x: float
    z: float
    width: float
    depth: float
    height: float
    texture: str


def _walls(tower: Tower) -> str:
    """Write the box of a tower with its facade beginning at the corner."""
    corner = (tower.x, 0, tower.z)
    opposite = (tower.x + tower.width, tower.height, tower.z + tower.depth)
    shift = f"translate {number(tower.x + tower.z)}*x"
    return box(corner, opposite, f"texture{{{tower.texture} {shift}}}")


Shape = Callable[[Scene, Tower, ColorLike], list[str]]


def tower(scene: Scene, site: Tower, roof: ColorLike) -> list[str]:
    """Write a building of one of several shapes.

    Args:
        scene: The scene.
        site: Where, how large, and what facade; sizes are rounded to whole bays and floors.
        roof: Color of the roof.
    """
    shapes = (_plain, _plain, _stepped, _slab_on_base) if site.height > 45 else (_plain,)
    rounded = Tower(
        site.x,
        site.z,
        max(2, round(site.width / BAY)) * BAY,
        max(2, round(site.depth / BAY)) * BAY,
        max(2, round(site.height / FLOOR)) * FLOOR,
        site.texture,
    )
    write: Shape = scene.pick(*shapes)
    return write(scene, rounded, roof)


def _plain(scene: Scene, site: Tower, roof: ColorLike) -> list[str]:
    parts = [_walls(site), *_roof(scene, site, roof)]
    if site.height > 90 and scene.uniform(0, 1) < 0.35:
        parts.append(_spire(site, scene.uniform(0.15, 0.35)))
    return parts


def _stepped(scene: Scene, site: Tower, roof: ColorLike) -> list[str]:
    """Three bodies that grow narrower, and a spire or not."""
    parts: list[str] = []
    width, depth = site.width, site.depth
    for share, last in ((0.6, False), (0.84, False), (1.0, True)):
        aside = (site.width - width) / 2
        behind = (site.depth - depth) / 2
        height = round(site.height * share / FLOOR) * FLOOR
        tier = Tower(site.x + aside, site.z + behind, width, depth, height, site.texture)
        parts += [_walls(tier), *_roof(scene, tier, roof, detail=last)]
        width = max(BAY, round(width * 0.68 / BAY) * BAY)
        depth = max(BAY, round(depth * 0.68 / BAY) * BAY)
    if scene.uniform(0, 1) < 0.6:
        parts.append(_spire(site, scene.uniform(0.12, 0.3)))
    return parts


def _slab_on_base(scene: Scene, site: Tower, roof: ColorLike) -> list[str]:
    """A slender tower on a wide low body."""
    low = Tower(site.x, site.z, site.width, site.depth, FLOOR * 4, site.texture)
    half = max(2, round(site.width * 0.6 / BAY)) * BAY
    slab = Tower(site.x + BAY, site.z + BAY, half, site.depth - 2 * BAY, site.height, site.texture)
    slab_parts = [_walls(slab), *_roof(scene, slab, roof)]
    return [_walls(low), *_roof(scene, low, roof, detail=False), *slab_parts]


def _spire(site: Tower, share: float) -> str:
    x, z = site.x + site.width / 2, site.z + site.depth / 2
    top = site.height * (1 + share)
    mast = cone((x, site.height, z), 1.3, (x, top, z), 0.2)
    return union(mast, cylinder((x, top, z), (x, top + 6, z), 0.15), matte("#7a7e84"))


def _roof(scene: Scene, site: Tower, color: ColorLike, *, detail: bool = True) -> list[str]:
    """Cover the top with a slab and a parapet, and put machines on it if it is to have `detail`."""
    x0, z0, x1, z1 = site.x, site.z, site.x + site.width, site.z + site.depth
    top = site.height
    rim = 0.35
    parts = [box((x0 - rim, top - 0.3, z0 - rim), (x1 + rim, top + 0.9, z1 + rim))]
    if not detail:
        return [union(*parts, matte(color))]
    for _ in range(int(scene.rng.integers(1, 4))):
        width, depth = site.width * scene.uniform(0.15, 0.4), site.depth * scene.uniform(0.15, 0.4)
        x, z = scene.uniform(x0, x1 - width), scene.uniform(z0, z1 - depth)
        parts.append(box((x, top, z), (x + width, top + scene.uniform(2, 5), z + depth)))
    inner = box(
        (x0 + 0.6, top + 0.9, z0 + 0.6), (x1 - 0.6, top + 0.93, z1 - 0.6), matte(darker(color, 0.3))
    )
    return [union(*parts, matte(color)), inner]


def round_tower(
    scene: Scene, place: tuple[float, float], radius: float, height: float, facade: Facade
) -> str:
    """Write a round tower by day at (x, z) with a facade that is wrapped around it once."""
    image = block("image_map", scene.image(_paint(scene.rng, facade)), "map_type 2 interpolate 2")
    stretch = f"scale {vector((1, _FLOORS * FLOOR, 1))}"
    finish = "finish{diffuse .75 reflection{.04,.4 falloff 2}}"
    texture = textured(block("pigment", image, stretch), finish=finish)
    body = cylinder((0, 0, 0), (0, height, 0), radius, texture)
    cap = scene.pick(
        sphere((0, 0, 0), radius, f"scale <1,.5,1> translate {number(height)}*y"),
        cylinder((0, height, 0), (0, height + 3, 0), radius * 1.06),
        cone((0, height, 0), radius, (0, height + radius * 2.4, 0), 0.1),
    )
    return placed(union(body, union(cap, matte(darker(facade.wall, 0.3)))), (place[0], 0, place[1]))


def palette_of(style: str) -> Sequence[tuple[str, ColorLike, ColorLike]]:
    """Return (kind, wall, glass) of the facades of a style of city."""
    return _STYLES[style]


_STYLES: dict[str, Sequence[tuple[str, ColorLike, ColorLike]]] = {
    "glass towers": (
        ("curtain", "#7fa0b8", "#2f78b8"),
        ("curtain", "#9ab8b8", "#4fa0a8"),
        ("ribbon", "#d0d4d8", "#2c5a8a"),
        ("curtain", "#4a5a70", "#1c3454"),
        ("ribbon", "#a89a80", "#5a4630"),
    ),
    "brick and stone": (
        ("grid", "#b5523a", "#2a3440"),
        ("pairs", "#94402c", "#26303a"),
        ("piers", "#d0b888", "#2c3640"),
        ("grid", "#c0a884", "#343c44"),
        ("piers", "#7a6a5c", "#22282e"),
    ),
    "mixed": (
        ("curtain", "#8fa0ae", "#3f6f96"),
        ("grid", "#b5654a", "#2a3440"),
        ("piers", "#cbb893", "#2c3640"),
        ("ribbon", "#d4d6d6", "#34506c"),
        ("balconies", "#c8bfae", "#3a4652"),
    ),
    "pastel": (
        ("grid", "#e8c890", "#4a5a68"),
        ("balconies", "#e0a88a", "#44525e"),
        ("pairs", "#d8d0b8", "#3e4c58"),
        ("grid", "#a8c0b4", "#42525e"),
        ("balconies", "#e6dcc8", "#4a5a68"),
    ),
    "white concrete": (
        ("ribbon", "#e6e4de", "#3a4a5a"),
        ("balconies", "#dedcd6", "#4a5864"),
        ("grid", "#efece4", "#3e4a56"),
        ("piers", "#d8d6d0", "#2e3844"),
        ("balconies", "#f2efe8", "#52626e"),
    ),
}
STYLES = tuple(_STYLES)


def skin(scene: Scene, style: str, lit: float = 0.0) -> list[str]:
    """Declare the facades of a style of city."""
    return [
        facade_texture(scene, Facade(kind, wall, glass, lit * scene.uniform(0.6, 1.4)))
        for kind, wall, glass in _STYLES[style]
    ]


Heights = Callable[[float, float], float]


def blocks(
    scene: Scene,
    textures: Sequence[str],
    span: tuple[tuple[float, float], tuple[float, float]],
    heights: Heights,
    roofs: Sequence[ColorLike],
) -> None:
    """Fill a rectangle with blocks of buildings between streets.

    Args:
        scene: The scene.
        textures: Of facades, as `skin` returns them.
        span: ((left, right), (near, far)) in meters.
        heights: Gives the height of a building at (x, z), before chance.
        roofs: Colors of roofs.
    """
    (left, right), (near, far) = span
    side = PITCH - STREET
    parts: list[str] = []
    for x in np.arange(left, right, PITCH):
        for z in np.arange(near, far, PITCH):
            for corner, width, depth in _lots(scene, float(x), float(z), side):
                height = heights(*corner) * scene.uniform(0.6, 1.35)
                site = Tower(*corner, width, depth, height, scene.pick(*textures))
                roof = scene.pick(*roofs)
                parts += tower(scene, site, lighter(roof, scene.uniform(0, 0.25)))
    scene.add(union(*parts))


def _lots(
    scene: Scene, x: float, z: float, side: float
) -> list[tuple[tuple[float, float], float, float]]:
    """Divide a block into one, two or four lots: (corner, width, depth) of their buildings."""
    columns, rows = scene.pick((1, 1), (2, 1), (2, 1), (2, 2))
    width, depth = side / columns, side / rows
    return [
        (
            (x + column * width, z + row * depth),
            width * scene.uniform(0.8, 0.96),
            depth * scene.uniform(0.8, 0.96),
        )
        for column in range(columns)
        for row in range(rows)
    ]
