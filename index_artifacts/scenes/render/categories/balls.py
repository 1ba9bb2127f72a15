"""Balls for sports and games, baubles, and balls of wool."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants, rooms, spherical
from index_artifacts.scenes.render.colors import ColorLike, hsv
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.interiors import floored_room
from index_artifacts.scenes.render.mesh import Mesh, unit
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
    box,
    cylinder,
    ground,
    placed,
    sphere,
    torus,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_VIEWS = {
    "from above": View((58, 80), (0, 40), (0.75, 1.0), (0, 0.16), (-0.14, 0.14), roll=(0, 15)),
    "at ground level": View((3, 9), (0, 40), (0.5, 0.75), (0.02, 0.22), (-0.22, -0.04)),
    "from the side": View((18, 34), (0, 40), (0.55, 0.8), (0, 0.16), (-0.14, 0.14)),
    "close up": View((10, 40), (0, 40), (0.95, 1.25), (0.08, 0.25), (-0.18, 0.18), angle=42),
    "from afar": View((8, 30), (0, 40), (0.34, 0.48), (0.05, 0.28), (-0.25, 0.1)),
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
    kind=(
        "soccer balls",
        "basketballs",
        "tennis balls",
        "volleyballs",
        "beach balls",
        "billiard balls",
        "marbles",
        "baubles",
        "balls of wool",
    ),
    layout=("one", "a pair", "a row", "a pyramid", "scattered", "in a bowl", "bouncing"),
    place=("lawn", "sand", "floorboards", "green felt", "snow", "paving", "dark mirror"),
    hour=tuple(_HOURS),
    view=tuple(_VIEWS),
)
def balls(scene: Scene, *, kind: str, layout: str, place: str, hour: str, view: str) -> None:
    """Balls on the ground or on a floor."""
    _PLACES[place](scene, hour)
    bodies = [scene.declare(body) for body in _KINDS[kind](scene)]
    places, radius = _LAYOUTS[layout](scene)
    for index, at in enumerate(places):
        # In turn and not at random, so that a few balls show all colors.
        body = bodies[index % len(bodies)]
        scene.add(placed(body, at, scene.uniform(0, 360), tilt=_tilt(scene, kind)))
    frame(scene, np.mean(places, axis=0), radius, _VIEWS[view])


def _tilt(scene: Scene, kind: str) -> tuple[float, float]:
    """Turn a ball any way, but let the hook of a bauble and a ball's number be seen."""
    reach = {"baubles": 70, "billiard balls": 30}.get(kind, 180)
    return scene.uniform(-reach, reach), scene.uniform(-reach, reach)


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


def _snowy(scene: Scene, hour: str) -> None:
    _outdoors(scene, hour, materials.snow(scale=1.5))
    _grove(scene, plants.pine(scene, snowy=0.5), 16)


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


def _felt(scene: Scene, hour: str) -> None:
    green = [(0.0, "#1f6b45"), (1.0, "#2b7a52")]
    cloth = materials.pattern("granite", green, "scale .3")
    _indoors(scene, hour, materials.textured(cloth, "normal{granite .2 scale .05}"))


def _mirror(scene: Scene, hour: str) -> None:
    _indoors(scene, hour, materials.glossy("#12141a", 0.9))


_PLACES = {
    "lawn": _lawn,
    "sand": _sandy,
    "floorboards": _floorboards,
    "green felt": _felt,
    "snow": _snowy,
    "paving": _paved,
    "dark mirror": _mirror,
}


def _ball(texture: str) -> str:
    return sphere((0, 0, 0), 1, texture)


def _soccer(scene: Scene) -> list[str]:
    colors = scene.pick(
        ("#17171a", "#f2f2ee"),
        ("#c8281f", "#f4f2ea"),
        ("#1f4fa0", "#f4f2ea"),
        ("#e8b820", "#202a4a"),
    )
    return [_ball(spherical.wrapped(scene, spherical.soccer(*colors, "#8a8a88"), shine=0.35))]


def _basketballs(scene: Scene) -> list[str]:
    pattern = spherical.basketball(scene.pick("#c8602a", "#b5502a", "#8a3a22"), "#1a1412")
    return [_ball(spherical.wrapped(scene, pattern, "normal{bumps .25 scale .03}", shine=0.15))]


def _tennis(scene: Scene) -> list[str]:
    pattern = spherical.tennis(scene.pick("#cfe04a", "#bcd838"), "#f2f2e6")
    return [_ball(spherical.wrapped(scene, pattern, "normal{granite .5 scale .08}", shine=0))]


def _volleyballs(scene: Scene) -> list[str]:
    colors = scene.pick(
        ("#f2f0e8", "#f2f0e8", "#e4e2da"),
        ("#f0c020", "#2a4f9a", "#f0c020"),
        ("#3aa0a8", "#f2f0e8", "#e07a4a"),
    )
    return [_ball(spherical.wrapped(scene, spherical.volleyball(colors, "#6a6a66")))]


def _beach_balls(scene: Scene) -> list[str]:
    first = scene.uniform(0, 1)
    bright = [hsv(first + step * 0.28, 0.85, 0.9) for step in range(3)]
    six = [color for one in bright for color in (one, "#f8f6f0")]
    return [_ball(spherical.wrapped(scene, spherical.wedges(six, "#f8f6f0"), shine=0.6))]


def _billiard_balls(scene: Scene) -> list[str]:
    colors = (
        "#e6b422",
        "#1f3f9a",
        "#c8281f",
        "#4a2a7a",
        "#e07a1f",
        "#1f7a46",
        "#7a1f2a",
        "#151515",
    )
    numbers = scene.rng.permutation(15)[:6] + 1
    return [
        _ball(spherical.wrapped(scene, spherical.billiard(n, colors[(n - 1) % 8]), shine=0.8))
        for n in map(int, numbers)
    ]


def _marbles(scene: Scene) -> list[str]:
    bodies = []
    for _ in range(5):
        hue = scene.uniform(0, 1)
        swirl: list[materials.Stop] = [
            (0, hsv(hue, 0.8, 0.25)),
            (0.48, hsv(hue, 0.9, 0.7)),
            (0.5, "#f6f2e8"),
            (0.52, hsv(hue + 0.4, 0.9, 0.7)),
            (1, hsv(hue + 0.45, 0.8, 0.3)),
        ]
        turbulence = f"turbulence .7 octaves 3 scale .9 translate {scene.uniform(0, 90)}"
        pigment = materials.pattern("bozo", swirl, turbulence)
        bodies.append(_ball(materials.textured(pigment, finish=materials.gloss(1))))
    return bodies


def _baubles(scene: Scene) -> list[str]:
    """Coated glass with a cap and a ring."""
    cap = union(cylinder((0, 0.95, 0), (0, 1.15, 0), 0.16), materials.metal("#d0b060"))
    ring = torus(0.13, 0.02, "rotate 90*x translate 1.25*y", materials.metal("#d0b060"))
    hue = scene.pick(0.0, 0.33, 0.6, 0.85)
    colors: list[ColorLike] = [hsv(hue, 0.9, 0.75), "#d8b040", hsv(hue + 0.04, 0.6, 0.9), "#d4d8de"]
    return [union(_ball(materials.metal(color, 0.3)), cap, ring) for color in colors]


def _wool(scene: Scene) -> list[str]:
    """Wind a thread around a ball in bundles of circles."""
    bodies = []
    first = scene.uniform(0, 1)
    for step in range(3):
        mesh = Mesh()
        for bundle in range(16):
            _wind(scene, mesh, radius=0.86 + 0.009 * bundle)
        color = hsv(first + 0.3 * step, scene.uniform(0.35, 0.75), scene.uniform(0.6, 0.95))
        core = sphere((0, 0, 0), 0.9, materials.matte(color))
        bodies.append(union(core, mesh.text([materials.matte(color)])))
    return bodies


def _wind(scene: Scene, mesh: Mesh, radius: float) -> None:
    axis = unit(scene.rng.normal(size=3))
    first = unit(np.cross(axis, (0.3, 0.2, 0.9)))
    second = np.cross(axis, first)
    angles = np.linspace(0, 2 * np.pi, 33)[:, None]
    for offset in np.linspace(-0.24, 0.24, 7):
        around = np.sqrt(radius**2 - offset**2)
        circle = around * (first * np.cos(angles) + second * np.sin(angles)) + offset * axis
        mesh.tube(circle, 0.043, sides=5)


_KINDS: dict[str, Callable[[Scene], list[str]]] = {
    "soccer balls": _soccer,
    "basketballs": _basketballs,
    "tennis balls": _tennis,
    "volleyballs": _volleyballs,
    "beach balls": _beach_balls,
    "billiard balls": _billiard_balls,
    "marbles": _marbles,
    "baubles": _baubles,
    "balls of wool": _wool,
}


def _one(_: Scene) -> tuple[FloatArray, float]:
    return np.array([[0.0, 1.0, 0.0]]), 1.35


def _pair(scene: Scene) -> tuple[FloatArray, float]:
    gap, depth = scene.uniform(1.1, 1.9), scene.uniform(-1.5, 1.5)
    return np.array([[-gap, 1.0, depth], [gap, 1.0, -depth]]), 2.8


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
    "one": _one,
    "a pair": _pair,
    "a row": _row,
    "a pyramid": _pyramid,
    "scattered": _scattered,
    "in a bowl": _in_bowl,
    "bouncing": _bouncing,
}
