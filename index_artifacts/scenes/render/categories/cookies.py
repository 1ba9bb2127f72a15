"""Cookies: on plates, on trays, in stacks and heaps, with milk."""

import math

from index_artifacts.scenes.render import piles, still_life
from index_artifacts.scenes.render.china import CHINAS
from index_artifacts.scenes.render.cookies import COOKIES, RADIUS
from index_artifacts.scenes.render.crockery import cup_and_saucer, plate, tumbler, vessel
from index_artifacts.scenes.render.materials import WALNUT, glass, metal, wood
from index_artifacts.scenes.render.pov import box, cylinder, placed, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import basket, cutting_board, napkin

_KINDS = (*COOKIES, "all kinds of")


@category(
    "cookies",
    caption=("kind", "layout", "light"),
    kind=_KINDS,
    layout=("on a plate", "in a stack", "in two stacks", "on a baking sheet", "on a rack",
            "in a jar", "in a basket", "scattered", "on a board", "with a glass of milk",
            "with a cup of tea"),
    view=tuple(still_life.VIEWS),
    light=("window light", "low sun", "leaf shade", "sun through blinds", "lamplight",
           "light from behind", "noon light"),
    place=("plain wall", "dark wall", "shelves", "tiled wall", "window", "evening lights",
           "garden"),
    surface=("oak table", "white tablecloth", "slate table", "blue tablecloth", "walnut table",
             "checkered tablecloth", "marble table"),
)  # fmt: skip
def cookies(
    scene: Scene, *, kind: str, layout: str, view: str, light: str, place: str, surface: str
) -> None:
    """Cookies on a table."""
    still_life.setting(scene, light, place, surface)
    subject = _LAYOUTS[layout](scene, _bake(scene, kind))
    still_life.look(scene, view, subject)


def _bake(scene: Scene, kind: str) -> list[str]:
    """Declare four cookies of a kind."""
    kinds = list(COOKIES) if kind == "all kinds of" else [kind]
    return [COOKIES[scene.pick(*kinds)](scene) for _ in range(6 if len(kinds) > 1 else 4)]


def _flat(
    scene: Scene, baked: list[str], x: float, z: float, *, height: float = 0.0, tilt: float = 4.0
) -> str:
    """Put a cookie down, nearly level."""
    lean = (scene.uniform(-tilt, tilt), scene.uniform(-tilt, tilt))
    return placed(scene.pick(*baked), (x, height, z), turn=scene.uniform(0, 360), tilt=lean)


def _heap(scene: Scene, baked: list[str], reach: float, layers: int, floor: float) -> None:
    """Add rings of cookies that lean on each other, each layer smaller."""
    for layer in range(layers):
        radius = reach * (1 - layer / layers)
        count = max(1, int(2 * math.pi * radius / 0.55))
        start = scene.uniform(0, 6.28)
        for index in range(count):
            angle = start + 2 * math.pi * index / count
            at = (radius * math.cos(angle), floor + 0.14 * layer, radius * math.sin(angle))
            leaning = placed(scene.pick(*baked), turn=scene.uniform(0, 360))
            turn = -math.degrees(angle)
            tilt = (0.0, 14.0 if count > 1 else 0.0)
            scene.add(placed(leaning, at, turn=turn, tilt=tilt))


def _stack(scene: Scene, baked: list[str], x: float, z: float, count: int) -> None:
    for index in range(count):
        shift = (scene.uniform(-0.04, 0.04), scene.uniform(-0.04, 0.04))
        scene.add(_flat(scene, baked, x + shift[0], z + shift[1], height=index * 0.15, tilt=2.0))


def _on_plate(scene: Scene, baked: list[str]) -> Subject:
    scene.add(placed(plate(scene, CHINAS[scene.pick(*CHINAS)], 1.4)))
    _heap(scene, baked, scene.uniform(0.75, 0.95), int(scene.rng.integers(2, 5)), 0.12)
    return Subject((0, 0.25, 0), 1.45)


def _in_stack(scene: Scene, baked: list[str]) -> Subject:
    count = int(scene.rng.integers(5, 11))
    _stack(scene, baked, 0, 0, count)
    scene.add(_flat(scene, baked, scene.side() * 0.85, -0.3))
    leaning = placed(scene.pick(*baked), (0.47, 0.32, -0.25), turn=30, tilt=(0, 66))
    scene.add(leaning)
    return Subject((0, count * 0.075, 0), max(0.8, count * 0.085))


def _two_stacks(scene: Scene, baked: list[str]) -> Subject:
    scene.add(napkin(scene, 2.6))
    heights = (int(scene.rng.integers(3, 6)), int(scene.rng.integers(6, 9)))
    for x, count in zip((-0.5, 0.5), heights, strict=True):
        _stack(scene, baked, x, -0.3 * x, count)
    for x in (-0.7, 0.1, 0.8):
        scene.add(_flat(scene, baked, x, -0.95, height=0.05))
    return Subject((0, 0.45, -0.2), 1.2)


def _on_sheet(scene: Scene, baked: list[str]) -> Subject:
    """Rows of cookies on a sheet of metal."""
    steel = metal(scene.pick("#8a8c90", "#3c3e42", "#b0a89c"), 0.25)
    scene.add(box((-2.1, 0, -1.6), (2.1, 0.04, 1.6), steel))
    for side in (-1, 1):
        scene.add(box((-2.15, 0, side * 1.6 - 0.05), (2.15, 0.14, side * 1.6 + 0.05), steel))
        scene.add(box((side * 2.1 - 0.05, 0, -1.6), (side * 2.1 + 0.05, 0.14, 1.6), steel))
    for row in range(3):
        for column in range(4):
            x, z = (column - 1.5) * 0.98, (row - 1) * 0.98
            scene.add(_flat(scene, baked, x + scene.uniform(-0.05, 0.05), z, height=0.05, tilt=1.0))
    return Subject((0, 0.1, 0), 2.1)


def _on_rack(scene: Scene, baked: list[str]) -> Subject:
    """Cookies that cool on a grid of wire."""
    wires = [cylinder((x, 0.3, -1.4), (x, 0.3, 1.4), 0.02) for x in _steps(-2, 2, 0.2)]
    wires += [cylinder((-2, 0.27, z), (2, 0.27, z), 0.03) for z in (-1.4, 0, 1.4)]
    wires += [cylinder((x, 0, z), (x, 0.3, z), 0.03) for x in (-1.9, 1.9) for z in (-1.3, 1.3)]
    scene.add(union(*wires, metal("#c8c8cc", 0.5)))
    for row in range(3):
        for column in range(4):
            if scene.rng.random() < 0.85:
                x, z = (column - 1.5) * 0.95 + 0.2 * (row % 2), (row - 1) * 0.85
                scene.add(_flat(scene, baked, x, z, height=0.32, tilt=1.0))
    return Subject((0, 0.3, 0), 2.0)


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + step * index for index in range(round((end - start) / step) + 1)]


def _in_jar(scene: Scene, baked: list[str]) -> Subject:
    wide, tall = scene.uniform(0.72, 0.85), scene.uniform(1.5, 1.9)
    profile = [(0, 0), (wide - 0.05, 0), (wide, 0.06), (wide, tall - 0.3),
               (wide * 0.8, tall), (wide * 0.76, tall), (wide - 0.05, tall - 0.3),
               (wide - 0.05, 0.1), (0, 0.1)]  # fmt: skip
    scene.add(placed(vessel(scene, profile, glass(scene.pick("#f2f8f8", "#d4ecf0")))))
    scene.add(cylinder((0, tall, 0), (0, tall + 0.12, 0), wide * 0.84, wood(*WALNUT, 1.0)))
    for layer in range(int((tall - 0.5) / 0.2)):
        for index in range(3):
            angle = index * 2.1 + layer * 0.7
            at = (
                (wide - 0.45) * math.cos(angle),
                0.16 + 0.2 * layer,
                (wide - 0.45) * math.sin(angle),
            )
            scene.add(
                placed(
                    scene.pick(*baked),
                    at,
                    turn=scene.uniform(0, 360),
                    tilt=(scene.uniform(-22, 22), 14),
                )
            )
    scene.add(_flat(scene, baked, 1.1, -0.5), _flat(scene, baked, -1.05, -0.6))
    return Subject((0, tall / 2, 0), 1.2)


def _in_basket(scene: Scene, baked: list[str]) -> Subject:
    scene.add(basket(scene, 1.3, 0.5, handle=scene.rng.random() < 0.5))
    _heap(scene, baked, 0.85, 5, 0.25)
    return Subject((0, 0.5, 0), 1.45)


def _scattered(scene: Scene, baked: list[str]) -> Subject:
    container = piles.on_table(2.3)
    places = piles.spread_out(18, RADIUS * 1.05, container, scene.rng)
    for x, _, z in places:
        scene.add(_flat(scene, baked, x, z, tilt=1.0))
    return Subject((0, 0.1, 0), 1.9)


def _on_board(scene: Scene, baked: list[str]) -> Subject:
    scene.add(placed(cutting_board(scene, 3.4, 2.0), turn=scene.uniform(-30, 30)))
    for index in range(7):
        x, z = (index - 3) * 0.33, 0.15 * math.sin(index * 1.3)
        scene.add(placed(scene.pick(*baked), (x, 0.24, z), turn=90, tilt=(24, 0)))
    return Subject((0, 0.25, 0), 1.5)


def _with_milk(scene: Scene, baked: list[str]) -> Subject:
    scene.add(placed(tumbler(scene, "#f6f2e8", scene.uniform(1.2, 1.6)), (-0.75, 0, 0.4)))
    scene.add(placed(plate(scene, CHINAS[scene.pick(*CHINAS)], 0.9), (0.5, 0, -0.2)))
    for index in range(5):
        angle = index * 1.25
        scene.add(_flat(scene, baked, 0.5 + 0.42 * math.cos(angle), -0.2 + 0.42 * math.sin(angle),
                        height=0.1 + 0.05 * (index % 2)))  # fmt: skip
    return Subject((0, 0.5, 0), 1.4)


def _with_tea(scene: Scene, baked: list[str]) -> Subject:
    china = CHINAS[scene.pick(*CHINAS)]
    cup = placed(cup_and_saucer(scene, china), turn=scene.uniform(0, 360), scale=1.25)
    scene.add(placed(cup, (scene.side() * 0.75, 0, 0.2)))
    _stack(scene, baked, 0.0, -0.75, 3)
    scene.add(_flat(scene, baked, 0.7, -0.8), _flat(scene, baked, -0.75, -0.75))
    return Subject((0, 0.3, -0.2), 1.3)


_LAYOUTS = {
    "on a plate": _on_plate,
    "in a stack": _in_stack,
    "in two stacks": _two_stacks,
    "on a baking sheet": _on_sheet,
    "on a rack": _on_rack,
    "in a jar": _in_jar,
    "in a basket": _in_basket,
    "scattered": _scattered,
    "on a board": _on_board,
    "with a glass of milk": _with_milk,
    "with a cup of tea": _with_tea,
}
