"""Balls for sports and for the beach, on a lawn."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants, spherical
from index_artifacts.scenes.render.colors import hsv
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.pov import (
    FloatArray,
    box,
    ground,
    placed,
    sphere,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_VIEWS = {
    "at ground level": View((5, 11), (0, 40), (0.85, 1.05), (0.0, 0.12), (-0.14, 0.0)),
    "from the side": View((16, 28), (0, 40), (0.85, 1.1), (0, 0.12), (-0.12, 0.12)),
    "close up": View((12, 30), (0, 40), (1.15, 1.4), (0.0, 0.14), (-0.14, 0.14), angle=42),
}


@category(
    "balls",
    caption=("kind", "layout", "lawn"),
    kind=("soccer balls", "beach balls", "basketballs"),
    layout=("a few", "a row", "a pyramid", "scattered"),
    lawn=("striped lawn", "checkered lawn", "marked field"),
    sun=("sun on the left", "sun on the right"),
    view=tuple(_VIEWS),
)
def balls(scene: Scene, *, kind: str, layout: str, lawn: str, sun: str, view: str) -> None:
    """Balls on a lawn."""
    side = {"sun on the left": -1, "sun on the right": 1}[sun]
    light.daylight(scene, "clear", side * scene.uniform(100, 145))
    _add_lawn(scene, lawn)
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
    names = [kind, drawn[0], kind, drawn[1], kind]
    return [_KINDS[name](scene) for name in names]


def _add_lawn(scene: Scene, lawn: str) -> None:
    """Add mown grass and trees behind it, which to the balls are giants."""
    dark, pale, turn = "#47742a", "#6c9a3e", f"rotate {scene.uniform(-50, 50):.1f}*y"
    blades = "normal{granite .2 scale .12}"
    if lawn == "checkered lawn":
        texture = materials.checkered(dark, pale, 3.5, blades, turn)
    else:
        mown = materials.pattern("gradient x", materials.stripes((dark, pale)), "scale 5", turn)
        texture = materials.textured(mown, blades)
    scene.add(ground(0, texture))
    if lawn == "marked field":
        _add_lines(scene)
    foliage = plants.Foliage(materials.palette("summer"), count=2500, size=0.26)
    tree = plants.tree(scene, plants.TREE_FORMS["round"], foliage)
    angles = scene.rng.uniform(-0.55, 0.55, 12)
    away = scene.rng.uniform(45, 80, 12)
    spots = np.stack([away * np.sin(angles), np.zeros(12), away * np.cos(angles)], axis=-1)
    landscape.scatter(scene, tree, spots, (1.6, 2.8))


def _add_lines(scene: Scene) -> None:
    """Chalk two lines of a field onto the grass."""
    x, z = scene.uniform(-5, 5), scene.uniform(-3, 6)
    lines = [
        box((x - 0.3, 0, -90), (x + 0.3, 0.01, 60)),
        box((-90, 0, z - 0.3), (90, 0.01, z + 0.3)),
    ]
    chalk = materials.textured("pigment{rgb <.9,.92,.88>}", "normal{granite .5 scale .12}")
    scene.add(placed(union(*lines, chalk), turn=scene.uniform(-30, 30)))


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


_LAYOUTS: dict[str, Callable[[Scene], tuple[FloatArray, float]]] = {
    "a few": _few,
    "a row": _row,
    "a pyramid": _pyramid,
    "scattered": _scattered,
}
