"""Pyramids in the desert and by the river."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants
from index_artifacts.scenes.render.colors import ColorLike, darker, lighter
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.light import DAYLIGHTS
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.noise import fractal, perlin, unit_grid
from index_artifacts.scenes.render.pov import (
    FloatArray,
    box,
    ground,
    placed,
    sweep,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

# One unit is about four meters; the great pyramid is 46 wide.
_HALF = 23.0
_SIZE = 360.0

_VIEWS = {
    "from below": View((0.5, 1.5), (15, 60), (0.85, 1.1), (0, 0.18), (-0.42, -0.25), angle=66),
    "from the side": View((0.8, 3), (0, 55), (0.8, 0.95), (0, 0.14), (-0.3, -0.14), angle=46),
    "from a hill": View((7, 12), (20, 60), (0.85, 1.1), (0, 0.16), (-0.2, -0.05), angle=50),
}
# The air of the desert is clear, and a unit is four meters.
_HOURS = {
    "golden": replace(DAYLIGHTS["golden"], haze=1800.0),
    "noon": replace(DAYLIGHTS["noon"], haze=2500.0),
}


@category(
    "pyramids",
    caption=("kind", "layout", "hour", "foreground"),
    kind=("step pyramids", "stair pyramids", "smooth pyramids"),
    layout=("two", "three in a row", "a great and small ones"),
    hour=tuple(_HOURS),
    foreground=("palms", "water"),
    view=tuple(_VIEWS),
)
def pyramids(
    scene: Scene, *, kind: str, layout: str, hour: str, foreground: str, view: str
) -> None:
    """Pyramids in a landscape."""
    light.daylight(scene, _HOURS[hour], scene.side() * scene.uniform(95, 140), fog_height=25)
    land = _shape_land(scene, river=foreground == "water")
    color = scene.pick("#d0a870", "#c89a62", "#dcbc8a")
    sites = _LAYOUTS[layout](scene)
    for x, z, size in sites:
        body = _KINDS[kind](scene, color)
        scene.add(placed(body, (x, land.height(x, z) - 0.4, z), scene.uniform(-12, 12), size))
    middle = np.array([np.mean([x for x, _, _ in sites]), 2.0, np.mean([z for _, z, _ in sites])])
    reach = max(abs(x - middle[0]) + _HALF * size for x, _, size in sites)
    eye = frame(scene, middle, max(reach, 22.0), _VIEWS[view], land=land)
    _FOREGROUNDS[foreground](scene, land, eye, middle)


def _smooth(scene: Scene, color: ColorLike) -> str:
    """Four plain faces of fine masonry, the top lighter where the casing is left."""
    height = _HALF * scene.uniform(1.2, 1.4)
    wall = materials.masonry(color, darker(color, 0.4), (2.4, 1.2), 0.09)
    cased = materials.masonry(lighter(color, 0.35), color, (2.4, 1.2), 0.06)
    if scene.pick(True, False):
        return _faces(_HALF, height, wall)
    return union(
        _faces(_HALF, height, wall), placed(_faces(7.2, 0.3 * height, cased), (0, height * 0.72, 0))
    )


def _faces(half: float, height: float, texture: str) -> str:
    """Write a pyramid of four triangles on y = 0."""
    mesh = Mesh()
    corners = np.array([(-half, 0, -half), (half, 0, -half), (half, 0, half), (-half, 0, half)])
    tip = np.array([0.0, height, 0.0])
    for index in range(4):
        face = np.array([corners[index], corners[(index + 1) % 4], tip])
        normal = np.cross(face[2] - face[0], face[1] - face[0])
        mesh.add(face, np.tile(normal, (3, 1)), np.array([[0, 1, 2]]))
    return mesh.text([texture])


def _steps(scene: Scene, color: ColorLike) -> str:
    """Six great steps with leaning sides."""
    wall = materials.masonry(color, darker(color, 0.35), (1.2, 0.6), 0.05)
    count = int(scene.rng.integers(5, 7))
    tier = 24.0 / count
    mesh = Mesh()
    for level in range(count):
        low = _HALF * (1 - level / (count + 0.6))
        _add_tier(mesh, (low, low * 0.94), (level * tier, (level + 1) * tier))
    return mesh.text([wall])


def _add_tier(mesh: Mesh, halves: tuple[float, float], heights: tuple[float, float]) -> None:
    """Add a square block whose sides lean inward, from (below, above)."""
    ring = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float)
    for index in range(4):
        a, b = ring[index], ring[(index + 1) % 4]
        rows = [
            [(place[0] * half, y, place[1] * half) for place in (a, b)]
            for half, y in zip(halves, heights, strict=True)
        ]
        mesh.grid(np.array(rows))
    cover = [[(x * halves[1], heights[1], z * halves[1]) for x in (-1, 1)] for z in (-1, 1)]
    mesh.grid(np.array(cover))


def _temple(scene: Scene, color: ColorLike) -> str:
    """Tiers with stairs up to a small house, as in Yucatan."""
    count, height = int(scene.rng.integers(6, 10)), 20.0
    wall = materials.masonry(color, darker(color, 0.5), (1.0, 0.5), 0.06)
    base, top = _HALF * 0.85, 6.5
    parts = []
    for level in range(count):
        half = base + (top - base) * level / (count - 1)
        y = height * level / count
        parts.append(box((-half, y, -half), (half, y + height / count - 0.25, half)))
        parts.append(
            box(
                (-half - 0.2, y + height / count - 0.25, -half - 0.2),
                (half + 0.2, y + height / count, half + 0.2),
            )
        )
    slope = (base - top + 1.5) / height
    steps = [
        box((-3, 0, -base - 1.5 + slope * y), (3, y + 0.5, 0)) for y in np.arange(0, height, 0.5)
    ]
    rails = [
        sweep([(x, 0.4, -base - 1.6), (x, height + 0.4, -top - 0.2)], 0.5) for x in (-3.3, 3.3)
    ]
    stairs = union(*steps, *rails)
    house = union(
        box((-4.2, height, -4.2), (4.2, height + 4, 4.2)),
        box((-4.6, height + 4, -4.6), (4.6, height + 4.8, 4.6)),
        box((-2.6, height + 4.8, -1), (2.6, height + 7.2, 1)),
    )
    door = box((-1.1, height, -4.4), (1.1, height + 2.8, 0), materials.matte("#14110e"))
    around = [placed(stairs, turn=turn) for turn in (0, 90, 180, 270)]
    return union(union(*parts, *around, house, wall), door)


_KINDS: dict[str, Callable[[Scene, ColorLike], str]] = {
    "smooth pyramids": _smooth,
    "step pyramids": _steps,
    "stair pyramids": _temple,
}
_Sites = list[tuple[float, float, float]]


def _two(scene: Scene) -> _Sites:
    side = scene.side()
    return [
        (0.0, 0.0, 1.0),
        (side * scene.uniform(44, 58), scene.uniform(15, 60), scene.uniform(0.7, 1.0)),
    ]


def _three(scene: Scene) -> _Sites:
    side, step, back = scene.side(), scene.uniform(42, 56), scene.uniform(10, 36)
    return [(side * step * (index - 1), back * index, 1.0 - 0.17 * index) for index in range(3)]


def _great_and_small(scene: Scene) -> _Sites:
    small = [
        (x + scene.uniform(-4, 4), scene.uniform(-24, -12), scene.uniform(0.22, 0.36))
        for x in (-36.0, -13.0, 11.0, 36.0)
    ]
    return [(0.0, 26.0, 1.0), *small]


_LAYOUTS: dict[str, Callable[[Scene], _Sites]] = {
    "two": _two,
    "three in a row": _three,
    "a great and small ones": _great_and_small,
}


def _shape_land(scene: Scene, *, river: bool) -> Terrain:
    """Add sand; dunes rise away from the middle."""
    x, z = unit_grid(401)
    far = np.hypot(x, z)
    warp = fractal(x * 3, z * 3, scene.rng, 3, 0.4)
    crests = 1 - np.abs(perlin(x * 5 + warp, z * 9 + 2.5 * x + warp, scene.rng)) * 1.3
    dunes = np.clip(0.75 * crests + 0.25 + 0.3 * warp, 0, 1) ** 1.2
    shape = 0.5 + 0.5 * dunes * np.clip((far - 0.22) * 3, 0, 1)
    if river:
        shape = np.where(z < -0.2, 0.5 - 0.5 * np.clip((-0.2 - z) * 14, 0, 1), shape)
    cover = materials.sand("#dcb67c", "#c49a60", 0.35, scene.uniform(0, 180))
    land = landscape.terrain(scene, shape, _SIZE, (-5, 5), cover)
    if river:
        scene.add(ground(-2.0, materials.water("#2a5a5c", 0.08, 3.0)))
    else:
        scene.add(ground(-0.8, cover))
    return land


def _ahead(
    scene: Scene, land: Terrain, eye: FloatArray, middle: FloatArray, count: int
) -> FloatArray:
    """Draw places (count, 3) between the camera and the pyramids, rather at the sides."""
    toward = (middle - eye) * (1, 0, 1)
    right = np.array([toward[2], 0, -toward[0]])
    # Nearer than 7 a palm would hide everything.
    first = max(0.14, 7 / float(np.linalg.norm(toward)))
    along = scene.rng.uniform(first, max(0.5, first + 0.1), count)
    across = scene.side() * scene.rng.uniform(0.0, 0.4, count) * along
    places = eye * (1, 0, 1) + along[:, None] * toward + across[:, None] * right
    return land.on(places[:, 0], places[:, 2])


def _palms(scene: Scene, land: Terrain, eye: FloatArray, middle: FloatArray) -> None:
    trees = [plants.palm(scene, scene.uniform(2.4, 3.4), scene.uniform(0.1, 0.4)) for _ in range(2)]
    landscape.scatter(scene, trees, _ahead(scene, land, eye, middle, 16), (0.8, 1.3))
    bush = plants.grass(scene, height=0.5, count=400, size=2.0)
    landscape.scatter(scene, bush, _ahead(scene, land, eye, middle, 24), (0.6, 1.4))


def _river(scene: Scene, land: Terrain, *_: FloatArray) -> None:
    """Palms along the bank; the water itself is part of the land."""
    palm = plants.palm(scene, 3.2, 0.25)
    x = scene.rng.uniform(-70, 70, 26)
    landscape.scatter(scene, palm, land.on(x, np.full(26, -34.0)), (0.8, 1.3))


_FOREGROUNDS: dict[str, Callable[[Scene, Terrain, FloatArray, FloatArray], None]] = {
    "palms": _palms,
    "water": _river,
}
