"""Toy trains on wooden or metal tracks."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import (
    interiors,
    materials,
    plants,
    rooms,
    toys,
)
from index_artifacts.scenes.render.colors import hsv
from index_artifacts.scenes.render.framing import View, frame, leaves_view
from index_artifacts.scenes.render.mesh import smooth_curve
from index_artifacts.scenes.render.pov import FloatArray, placed, sphere, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.toys import RAIL_HEIGHT, Paint, Track

_VIEWS = {
    "at floor level": View((6, 14), (20, 60), (0.9, 1.2), (0.0, 0.18), (-0.12, 0.05), angle=44),
    "from the side": View((14, 28), (0, 30), (0.85, 1.1), (0, 0.12), (-0.12, 0.1)),
    "close up": View((14, 32), (25, 65), (0.9, 1.2), (0.0, 0.18), (-0.15, 0.12), angle=40),
    "whole train": View((16, 30), (20, 60), (0.75, 0.95), (0.0, 0.15), (-0.15, 0.1), angle=40),
}
_PAINTS = (
    Paint("#c8281f", "#f0b428", "#2a2a2e"),
    Paint("#1f5fa8", "#d8362a", "#f0b428"),
    Paint("#2f7f46", "#e8d8a8", "#c8281f"),
    Paint("#e8a020", "#2f6f8f", "#3a2a20"),
)


@category(
    "toy train",
    caption=("engine", "cars", "track", "props"),
    engine=tuple(toys.ENGINES),
    cars=("coaches", "blocks", "tanks and logs"),
    track=("a ring", "a straight", "a bend"),
    props=("trees", "building blocks", "presents"),
    view=tuple(_VIEWS),
)
def toy_train(scene: Scene, *, engine: str, cars: str, track: str, props: str, view: str) -> None:
    """A toy train on its track."""
    _add_nursery(scene)
    way = _TRACKS[track](scene)
    scene.add(scene.pick(toys.wooden_track, toys.metal_track)(way))
    level = RAIL_HEIGHT - 0.06
    paint = scene.pick(*_PAINTS)
    vehicles = [(toys.ENGINES[engine](paint), 2.8), *_CARS[cars](scene, paint)]
    places = _couple(scene, way, vehicles, level)
    camera = _look(scene, way, places, view)
    _PROPS[props](scene, way, camera)


def _look(scene: Scene, way: Track, places: FloatArray, view: str) -> FloatArray:
    """Frame the engine, or the engine and its cars; returns the camera's position."""
    lift = np.array([0, 0.7, 0])
    engine = places[0]
    # The engine comes toward the camera.
    ahead = way.points[np.linalg.norm(way.points - engine[[0, 2]], axis=1).argmin() + 1]
    side = 1 if ahead[0] > engine[0] else -1
    if view in ("close up", "at floor level"):
        return frame(scene, engine + lift, 2.0, _VIEWS[view], side=side)
    reach = float(np.linalg.norm(places - places.mean(axis=0), axis=1).max()) + 1.6
    return frame(scene, places.mean(axis=0) + lift, reach, _VIEWS[view], side=side)


def _couple(
    scene: Scene, way: Track, vehicles: list[tuple[str, float]], level: float
) -> FloatArray:
    """Put (vehicle, length) on the track, the first in front; returns their places (N, 3)."""
    total = sum(length for _, length in vehicles) + 0.2 * len(vehicles)
    front = (way.length + total) / 2
    places = []
    for body, length in vehicles:
        x, z, turn = way.at(front - length / 2)
        scene.add(placed(body, (x, level, z), turn))
        places.append((x, level, z))
        front -= length + 0.2
    return np.array(places)


def _coaches(_: Scene, paint: Paint) -> list[tuple[str, float]]:
    return [(toys.coach(paint), 2.4)] * 3


def _blocks(scene: Scene, paint: Paint) -> list[tuple[str, float]]:
    return [(toys.freight_car(paint, scene), 2.2) for _ in range(2)]


def _tanks_and_logs(_: Scene, paint: Paint) -> list[tuple[str, float]]:
    return [(toys.tank_car(paint), 2.2), (toys.log_car(paint), 2.2), (toys.tank_car(paint), 2.2)]


_CARS: dict[str, Callable[[Scene, Paint], list[tuple[str, float]]]] = {
    "coaches": _coaches,
    "blocks": _blocks,
    "tanks and logs": _tanks_and_logs,
}


def _ring(scene: Scene) -> Track:
    """A circle that starts and ends where it is farthest from the train."""
    start = scene.uniform(0, 2 * np.pi)
    angles = start + scene.side() * np.linspace(0, 2 * np.pi, 121)
    return Track(3.9 * np.stack([np.cos(angles), np.sin(angles)], axis=-1))


def _straight(scene: Scene) -> Track:
    angle = np.radians(scene.uniform(-35, 35)) + scene.pick(0, np.pi)
    steps = np.linspace(-12, 12, 49)[:, None]
    return Track(steps * (np.cos(angle), np.sin(angle)))


def _bend(scene: Scene) -> Track:
    """Two bends against each other."""
    side, forward = scene.side(), scene.side()
    knots = np.array([(-12, -3.0), (-6, -2.6), (-2, -0.6), (2, 0.6), (6, 2.6), (12, 3.0)])
    return Track(smooth_curve(knots * (forward, side), 12))


_TRACKS = {"a ring": _ring, "a straight": _straight, "a bend": _bend}


def _add_nursery(scene: Scene) -> None:
    """Add a room with a blue carpet and yellow wallpaper."""
    wall = rooms.walls("#dcb862")["striped wallpaper"]()
    pile = materials.pattern("granite", [(0, "#3c6094"), (1, "#456ca4")], "scale .6")
    carpet = materials.textured(pile, "normal{bumps .25 scale .08}")
    interiors.floored_room(scene, scene.pick("window light", "noon light"), wall, carpet, "#f2efe6")


def _beside(
    scene: Scene, way: Track, camera: FloatArray, count: int, room: float = 1.7
) -> FloatArray:
    """Draw places (N, 3) near the track that neither touch nor hide it, nor touch each other."""
    x, z = scene.rng.uniform(-6, 6, count * 12), scene.rng.uniform(-4, 6.5, count * 12)
    drawn = np.stack([x, 0 * x, z], axis=-1)
    middle = (way.points.mean(axis=0)[0], 0.0, way.points.mean(axis=0)[1])
    # From high above nothing hides the train.
    if camera[1] < 3 * np.hypot(camera[0], camera[2]):
        drawn = drawn[leaves_view(drawn, camera, middle, 2.0, 3.2)]
    places: list[FloatArray] = []
    for place in drawn:
        away = np.linalg.norm(way.points - place[[0, 2]], axis=1).min()
        if away > room and all(np.linalg.norm(place - other) > 1.6 for other in places):
            places.append(place)
    return np.array(places[:count]).reshape(-1, 3)


def _trees(scene: Scene, way: Track, camera: FloatArray) -> None:
    for place in _beside(scene, way, camera, 9):
        green = scene.pick("#2f7f3f", "#5a9a3a", "#3f8f6a", "#8ab040")
        tree = toys.toy_tree(scene.uniform(1.8, 3.2), green, pointed=scene.pick(True, False))
        scene.add(placed(tree, place))


def _building_blocks(scene: Scene, way: Track, camera: FloatArray) -> None:
    for place in _beside(scene, way, camera, 9):
        size = scene.uniform(0.8, 1.2)
        for level in range(scene.pick(1, 1, 2, 3)):
            color = hsv(scene.uniform(0, 1), 0.75, 0.85)
            at = place + np.array([0, level * size, 0])
            scene.add(placed(toys.letter_block(size, color), at, scene.uniform(0, 90)))


def _presents(scene: Scene, way: Track, camera: FloatArray) -> None:
    """Presents and a small decorated tree."""
    places = _beside(scene, way, camera, 7, 1.9)
    for place in places[1:]:
        size = scene.rng.uniform(0.8, 1.7, 3)
        paper, ribbon = (
            hsv(scene.uniform(0, 1), 0.6, 0.75),
            scene.pick("#f4e8c0", "#d8362a", "#f4f4f4"),
        )
        scene.add(placed(toys.present(size, paper, ribbon), place, scene.uniform(-40, 40)))
    for place in places[:1]:
        baubles = []
        for _ in range(26):
            height, around = scene.uniform(0.12, 0.85), scene.uniform(0, 2 * np.pi)
            reach = 0.95 * (1 - height) + 0.03
            where = (reach * np.cos(around), height * 4, reach * np.sin(around))
            color = scene.pick("#d8262a", "#e8b830", "#e8e8ec")
            baubles.append(sphere(where, 0.09, materials.glossy(color, 0.9)))
        tree = plants.pine(scene, 4.0, tiers=14)
        scene.add(placed(union(placed(tree), *baubles), place))


_PROPS: dict[str, Callable[[Scene, Track, FloatArray], None]] = {
    "trees": _trees,
    "building blocks": _building_blocks,
    "presents": _presents,
}
