"""Balls for sports and for the beach."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants, rooms, spherical
from index_artifacts.scenes.render.colors import hsv
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.interiors import floored_room
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
    box,
    ground,
    placed,
    sphere,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_VIEWS = {
    "from above": View((52, 78), (0, 40), (0.9, 1.15), (0, 0.12), (-0.12, 0.12), roll=(0, 15)),
    "at ground level": View((3, 9), (0, 40), (0.8, 1.05), (0.0, 0.15), (-0.18, 0.0)),
    "from the side": View((18, 34), (0, 40), (0.85, 1.1), (0, 0.14), (-0.14, 0.14)),
    "close up": View((10, 40), (0, 40), (1.2, 1.5), (0.0, 0.16), (-0.16, 0.16), angle=42),
    "from further away": View((8, 30), (0, 40), (0.62, 0.75), (0.05, 0.18), (-0.18, 0.1)),
}
_HOURS = {
    "bright light": ("clear", "noon light"),
    "low sun": ("golden", "low sun"),
    "soft light": ("overcast", "window light"),
    "rosy light": ("pink dawn", "lamplight"),
}


@category(
    "balls",
    caption=("kind", "layout", "place", "hour"),
    kind=("soccer balls", "basketballs", "tennis balls", "volleyballs", "beach balls", "all kinds"),
    layout=("a few", "a row", "a pyramid", "scattered", "in a bowl", "bouncing"),
    place=("lawn", "sand", "floorboards", "court", "paving"),
    hour=tuple(_HOURS),
    view=tuple(_VIEWS),
)
def balls(scene: Scene, *, kind: str, layout: str, place: str, hour: str, view: str) -> None:
    """Balls on the ground or on a floor."""
    _PLACES[place](scene, hour)
    bodies = [scene.declare(body) for body in _assortment(scene, kind)]
    places, radius = _LAYOUTS[layout](scene)
    for index, at in enumerate(places):
        # In turn and not at random, so that a few balls show all kinds.
        tilt = scene.uniform(-180, 180), scene.uniform(-180, 180)
        scene.add(placed(bodies[index % len(bodies)], at, scene.uniform(0, 360), tilt=tilt))
    frame(scene, np.mean(places, axis=0), radius, _VIEWS[view])


def _assortment(scene: Scene, kind: str) -> list[str]:
    """Write balls of one kind in several colors, with two others among them."""
    others = [name for name in _KINDS if name != kind]
    drawn = [others[index] for index in scene.rng.permutation(len(others))]
    names = drawn[:4] if kind == "all kinds" else [kind, drawn[0], kind, drawn[1], kind]
    return [_KINDS[name](scene) for name in names]


def _outdoors(scene: Scene, hour: str, texture: str) -> None:
    light.daylight(scene, _HOURS[hour][0], scene.side() * scene.uniform(100, 145))
    scene.add(ground(0, texture))


def _lawn(scene: Scene, hour: str) -> None:
    _outdoors(scene, hour, materials.meadow("#48642a", "#6f8a3a"))
    flowers = scene.pick((), (), ("#f6f2e4",), ("#f2c530",))
    grass = plants.grass(scene, height=0.4, count=1300, flowers=flowers)
    columns, rows = landscape.tiles((-15, 15), (-13, 23), 2)
    places = np.column_stack([columns, np.zeros(len(columns)), rows])
    landscape.scatter(scene, grass, places, (0.95, 1.15))
    foliage = plants.Foliage(materials.palette("summer"), count=2500, size=0.26)
    _grove(scene, plants.tree(scene, plants.TREE_FORMS["round"], foliage), 9)


def _sandy(scene: Scene, hour: str) -> None:
    _outdoors(scene, hour, materials.sand("#e6cf9f", "#d2b682", 0.4, scene.uniform(0, 180)))
    sea = materials.water("#1f6f86", 0.3, 2.0)
    scene.add(block("intersection", ground(0.05, sea), block("plane", "-z,-34")))


def _grove(scene: Scene, tree: str, count: int) -> None:
    """Stand trees behind the scene; to the balls they are giants."""
    angles = scene.rng.uniform(-0.55, 0.55, count)
    away = scene.rng.uniform(45, 80, count)
    places = np.stack([away * np.sin(angles), np.zeros(count), away * np.cos(angles)], axis=-1)
    landscape.scatter(scene, tree, places, (1.6, 2.8))


def _paved(scene: Scene, hour: str) -> None:
    slabs = scene.pick(("#8f8a84", "#6a6662"), ("#b0705a", "#8a5444"), ("#c2b8a4", "#a2988a"))
    paving = materials.checkered(*slabs, 2.4, f"normal{{granite .3}} rotate {scene.pick(0, 45)}*y")
    _outdoors(scene, hour, paving)
    wall = materials.masonry(
        scene.pick("#b5654a", "#c8b894", "#8f8c88"), "#9a948a", (2.2, 0.8), 0.1
    )
    scene.add(box((-90, 0, 22), (90, scene.uniform(3, 9), 24), wall))


def _indoors(scene: Scene, hour: str, floor: str) -> None:
    kind = _HOURS[hour][1]
    walls = rooms.walls(hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.5), scene.uniform(0.4, 0.9)))
    skirting = scene.pick("#f2efe6", "#3a2a20", "#8a6a4a")
    floored_room(scene, kind, walls[scene.pick(*walls)](), floor, skirting)


def _floorboards(scene: Scene, hour: str) -> None:
    wood = scene.pick(materials.OAK, materials.BEECH, materials.CHERRY, materials.WHITEWASH)
    _indoors(scene, hour, materials.wood(*wood, 2.5, gloss=0.2, turn=scene.uniform(-60, 60)))


def _court(scene: Scene, hour: str) -> None:
    """A painted court with white lines and a wall of trees."""
    paint = scene.pick("#2f6fa8", "#b5583a", "#3a8a6a")
    _outdoors(scene, hour, materials.matte(paint))
    x, z = scene.uniform(-6, 6), scene.uniform(-4, 8)
    lines = [box((x - 0.25, 0, -90), (x + 0.25, 0.01, 30)), box((-90, 0, z), (90, 0.01, z + 0.5))]
    scene.add(union(*lines, materials.matte("#f4f4f0")))
    foliage = plants.Foliage(materials.palette("summer"), count=2500, size=0.26)
    _grove(scene, plants.tree(scene, plants.TREE_FORMS["tall"], foliage), 14)


_PLACES = {
    "lawn": _lawn,
    "sand": _sandy,
    "floorboards": _floorboards,
    "court": _court,
    "paving": _paved,
}


def _ball(texture: str) -> str:
    return sphere((0, 0, 0), 1, texture)


def _soccer(scene: Scene) -> str:
    colors = scene.pick(
        ("#17171a", "#f2f2ee"),
        ("#17171a", "#f2f2ee"),
        ("#c8281f", "#f4f2ea"),
        ("#1f4fa0", "#f4f2ea"),
    )
    return _ball(spherical.wrapped(scene, spherical.soccer(*colors, "#8a8a88"), shine=0.35))


def _basketball(scene: Scene) -> str:
    pattern = spherical.basketball(scene.pick("#c8602a", "#b5502a", "#d0703a"), "#1a1412")
    return _ball(spherical.wrapped(scene, pattern, "normal{bumps .25 scale .03}", shine=0.15))


def _tennis(scene: Scene) -> str:
    pattern = spherical.tennis(scene.pick("#cfe04a", "#bcd838"), "#f2f2e6")
    return _ball(spherical.wrapped(scene, pattern, "normal{granite .5 scale .08}", shine=0))


def _volleyball(scene: Scene) -> str:
    colors = scene.pick(
        ("#f2f0e8", "#f2f0e8", "#e4e2da"),
        ("#f0c020", "#2a4f9a", "#f0c020"),
        ("#3aa0a8", "#f2f0e8", "#e07a4a"),
    )
    return _ball(spherical.wrapped(scene, spherical.volleyball(colors, "#6a6a66")))


def _beach_ball(scene: Scene) -> str:
    first = scene.uniform(0, 1)
    bright = [hsv(first + step * 0.28, 0.85, 0.9) for step in range(3)]
    six = [color for one in bright for color in (one, "#f8f6f0")]
    return _ball(spherical.wrapped(scene, spherical.wedges(six, "#f8f6f0"), shine=0.6))


_KINDS: dict[str, Callable[[Scene], str]] = {
    "soccer balls": _soccer,
    "basketballs": _basketball,
    "tennis balls": _tennis,
    "volleyballs": _volleyball,
    "beach balls": _beach_ball,
}


def _few(scene: Scene) -> tuple[FloatArray, float]:
    """Three balls close together."""
    turn = scene.uniform(0, 2 * np.pi)
    angles = turn + np.arange(3) * 2 * np.pi / 3
    reach = scene.uniform(1.25, 1.6)
    return np.stack([reach * np.cos(angles), np.ones(3), reach * np.sin(angles)], axis=-1), 2.6


def _row(scene: Scene) -> tuple[FloatArray, float]:
    slope, count = scene.side() * scene.uniform(0.2, 1.2), int(scene.rng.integers(4, 7))
    steps = (np.arange(count) - (count - 1) / 2) * 2.15 / np.hypot(1, slope)
    return np.stack([steps, np.ones(count), slope * steps], axis=-1), 1.05 * count


def _pyramid(scene: Scene) -> tuple[FloatArray, float]:
    """Stack triangles of balls: each layer lies in the dips of the one below."""
    width = scene.pick(2, 3)
    places = []
    for level in range(width):
        for row in range(width - level):
            for column in range(width - level - row):
                x = 2 * column + row + level - (width - 1)
                z = 3**0.5 * (row + level / 3 - (width - 1) / 3)
                places.append((x, 1 + level * 8**0.5 / 3**0.5, z))
    return np.array(places), 1.35 * width


def _scattered(scene: Scene) -> tuple[FloatArray, float]:
    places: list[FloatArray] = []
    for _ in range(300):
        place = np.array([scene.uniform(-5, 5), 1.0, scene.uniform(-5, 5)])
        if all(np.linalg.norm(place - other) > 2.2 for other in places):
            places.append(place)
        if len(places) == 9:
            break
    return np.array(places), 5.0


def _in_bowl(scene: Scene) -> tuple[FloatArray, float]:
    mesh = Mesh()
    profile = [(0, 0), (1.4, 0), (1.5, 0.15), (2.9, 0.9), (3.7, 2.1), (3.55, 2.15), (2.6, 1.1)]
    mesh.revolve([*profile, (1.2, 0.4), (0, 0.35)], sides=48)
    color = scene.pick("#f2eee4", "#3f6f8f", "#7a4a2c", "#2c2e34", "#c9a04a")
    scene.add(mesh.text([materials.glossy(color, 0.3)]))
    angles = np.arange(5) * 2 * np.pi / 5 + scene.uniform(0, 1)
    ring = np.stack([1.75 * np.cos(angles), np.full(5, 1.75), 1.75 * np.sin(angles)], axis=-1)
    return np.vstack([ring, (0.1, 2.9, 0.0)]), 4.0


def _bouncing(scene: Scene) -> tuple[FloatArray, float]:
    """Let a ball jump along an arc, seen several times."""
    count = int(scene.rng.integers(3, 5))
    share = np.linspace(-1, 1, count)
    height = 1.0 + scene.uniform(2.5, 4.0) * (1 - share**2) + 0.2
    x = scene.side() * share * 1.35 * count
    return np.stack([x, height, scene.uniform(-0.8, 0.8) * share * count], axis=-1), 1.5 * count


_LAYOUTS: dict[str, Callable[[Scene], tuple[FloatArray, float]]] = {
    "a few": _few,
    "a row": _row,
    "a pyramid": _pyramid,
    "scattered": _scattered,
    "in a bowl": _in_bowl,
    "bouncing": _bouncing,
}
