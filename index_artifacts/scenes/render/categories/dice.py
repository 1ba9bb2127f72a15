"""Dice on green felt, scattered, stacked or spilled."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import materials, rooms
from index_artifacts.scenes.render.colors import hsv, lighter
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.interiors import brighten
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
    box,
    difference,
    intersection,
    placed,
    rounded_box,
    sphere,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

# A die has edges of length 1; where its pips are on a face, for 1 to 6.
_CORNERS = [(-0.24, -0.24), (0.24, 0.24), (-0.24, 0.24), (0.24, -0.24)]
_PIPS = {
    1: [(0.0, 0.0)],
    2: _CORNERS[:2],
    3: [(0.0, 0.0), *_CORNERS[:2]],
    4: _CORNERS,
    5: [(0.0, 0.0), *_CORNERS],
    6: [*_CORNERS, (-0.24, 0.0), (0.24, 0.0)],
}
# Normal of each face and the two directions along it; opposite faces add up to seven.
_FACES = {
    1: ((0, 1, 0), (1, 0, 0), (0, 0, 1)),
    6: ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    2: ((0, 0, -1), (1, 0, 0), (0, 1, 0)),
    5: ((0, 0, 1), (1, 0, 0), (0, 1, 0)),
    3: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    4: ((-1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
# Rotations around x and z that turn another face up.
_TURNS = ((0, 0), (90, 0), (180, 0), (270, 0), (0, 90), (0, 270))

_VIEWS = {
    "at eye level": View((16, 24), (0, 50), (0.8, 1.0), (0.0, 0.15), (-0.16, 0.0)),
    "from the side": View((28, 42), (10, 60), (0.9, 1.1), (0, 0.12), (-0.12, 0.12)),
    "close up": View((28, 44), (0, 60), (1.1, 1.35), (0.0, 0.2), (-0.16, 0.16), angle=42),
}


@category(
    "dice",
    max_bytes=17_000,
    caption=("kind", "layout", "table", "view"),
    kind=("ivory dice", "red dice", "black dice"),
    layout=("a pair", "scattered", "a pyramid", "spilled from a cup"),
    table=("green felt", "green felt with a wooden rim"),
    light=("window light", "noon light"),
    view=tuple(_VIEWS),
)
def dice(scene: Scene, *, kind: str, layout: str, table: str, light: str, view: str) -> None:
    """Dice on green felt."""
    # Dark and plain, so that the dice and not the wall are what is seen.
    backdrop = rooms.walls(hsv(scene.uniform(0.02, 0.1), 0.5, 0.5))["dark wall"]()
    rooms.room(scene, light, backdrop, _felt("#1f6b45"), bounce=False)
    if table == "green felt with a wooden rim":
        rim = materials.wood(*materials.WALNUT, 2.0, turn=90)
        scene.add(rounded_box((-12, -0.3, 4.1), (12, 0.9, 5.2), 0.3, rim))
    brighten(scene, light)
    die = scene.declare(_die(*_KINDS[kind]))
    places, radius = _LAYOUTS[layout](scene)
    for place in places:
        scene.add(_thrown(scene, die, place))
    center = np.mean(places, axis=0)
    frame(scene, center, max(radius, 0.9), _VIEWS[view])


def _felt(color: str) -> str:
    return materials.textured(
        materials.pattern("granite", [(0, color), (1, lighter(color, 0.1))], "scale .3"),
        "normal{granite .1 scale .05}",
    )


# Body, and color of the pips, of each kind.
_KINDS = {
    "ivory dice": (materials.glossy("#efe6d0"), "#1a1a1c"),
    "red dice": (materials.glossy("#d01420", 0.7), "#f8f4ee"),
    "black dice": (materials.glossy("#26262c", 0.7), "#f4f0e6"),
}


def _die(body: str, pip_color: str) -> str:
    """Write a die around the origin."""
    pips = []
    for number, (normal, along, across) in _FACES.items():
        for a, b in _PIPS[number]:
            center = 0.54 * np.array(normal) + a * np.array(along) + b * np.array(across)
            pips.append(sphere(center, 0.115 if number > 1 else 0.14))
    cube = box((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5))
    # Turned by 45 degrees, it bevels the edges; a superellipsoid takes three times as long.
    bevel = box((-0.6, -0.67, -0.67), (0.6, 0.67, 0.67), "rotate 45*x")
    bevels = [block("object", bevel, turn) for turn in ("", "rotate 90*y", "rotate 90*z")]
    beveled = intersection(cube, *bevels, sphere((0, 0, 0), 0.77), body)
    return difference(beveled, union(*pips, materials.glossy(pip_color, 0.2)))


def _thrown(scene: Scene, die: str, place: FloatArray) -> str:
    """Put a die somewhere with another face up."""
    turn = scene.uniform(-28, 28) + scene.pick(0, 90, 180, 270)
    return placed(die, place, turn, tilt=scene.pick(*_TURNS))


def _pair(scene: Scene) -> tuple[FloatArray, float]:
    gap, depth = scene.uniform(0.75, 1.2), scene.uniform(-0.6, 0.6)
    return np.array([[-gap, 0.5, depth], [gap, 0.5, -depth]]), 1.7


def _scattered(scene: Scene, count: int = 13, spread: float = 3.4) -> tuple[FloatArray, float]:
    """Draw places that keep a distance from each other."""
    places: list[FloatArray] = []
    for _ in range(400):
        place = np.array([scene.uniform(-1, 1) * spread, 0.5, scene.uniform(-1, 1) * spread])
        if all(np.linalg.norm(place - other) > 1.45 for other in places):
            places.append(place)
        if len(places) == count:
            break
    return np.array(places), spread


def _pyramid(_: Scene) -> tuple[FloatArray, float]:
    """Stack a square of dice, a smaller one and a single one."""
    places = []
    for level, width in enumerate((3, 2, 1)):
        steps = (np.arange(width) - (width - 1) / 2) * 1.06
        places += [(x, level + 0.5, z) for x in steps for z in steps]
    return np.array(places), 2.2


def _spilled(scene: Scene) -> tuple[FloatArray, float]:
    """Lay a leather cup on its side, with dice before its mouth."""
    side = scene.side()
    mesh = Mesh()
    profile = [(0, 0), (1.0, 0), (1.05, 0.2), (1.15, 2.6), (1.2, 2.8), (1.05, 2.8), (0.95, 0.3)]
    mesh.revolve([*profile, (0, 0.25)], steps=3)
    leather = materials.textured(
        materials.pattern("bozo", [(0, "#4a2a1a"), (1, "#6a3e26")], "scale .4"),
        "normal{granite .2 scale .2}",
    )
    cup = placed(mesh.text([leather]), tilt=(0, -90))
    turn = scene.uniform(-35, 35) + (180 if side < 0 else 0)
    scene.add(placed(cup, (-side * 3.4, 1.15, 0.6), turn))
    places, _ = _scattered(scene, 5, 1.7)
    return places + np.array([side * 1.2, 0, 0]), 3.0


_LAYOUTS: dict[str, Callable[[Scene], tuple[FloatArray, float]]] = {
    "a pair": _pair,
    "scattered": _scattered,
    "a pyramid": _pyramid,
    "spilled from a cup": _spilled,
}
