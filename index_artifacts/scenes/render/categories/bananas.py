"""Bananas: one, in hands, hanging, peeled, sliced, in a bowl, in a crate."""

import numpy as np

from index_artifacts.scenes.render import bananas as fruit
from index_artifacts.scenes.render import still_life
from index_artifacts.scenes.render.china import CHINAS
from index_artifacts.scenes.render.colors import ColorLike
from index_artifacts.scenes.render.crockery import BOWLS, bowl, plate, tumbler
from index_artifacts.scenes.render.materials import metal
from index_artifacts.scenes.render.pov import placed, sweep
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import crate, cutting_board, knife_beside

# Moves the middle of a hand of bananas, which starts at its crown, to the origin.
_BACK = (-0.75, 0.0, -0.35)


@category(
    "bananas",
    caption=("ripeness", "layout", "light"),
    ripeness=tuple(fruit.RIPENESS),
    layout=("one banana", "two bananas", "a bunch", "two bunches", "hanging", "peeled",
            "sliced on a board", "on a plate", "in a bowl", "in a crate", "with a milk shake"),
    view=tuple(still_life.VIEWS),
    light=("window light", "low sun", "leaf shade", "sun through blinds", "lamplight",
           "light from behind", "sun through a window"),
    place=("plain wall", "dark wall", "shelves", "striped wallpaper", "sea", "garden"),
    surface=("walnut table", "white tablecloth", "slate table", "marble table",
             "checkered tablecloth", "black table"),
)  # fmt: skip
def bananas(
    scene: Scene, *, ripeness: str, layout: str, view: str, light: str, place: str, surface: str
) -> None:
    """Bananas on a table, or above it."""
    still_life.setting(scene, light, place, surface)
    subject = _LAYOUTS[layout](scene, ripeness)
    still_life.look(scene, view, subject, hanging=layout == "hanging")


def _lying(scene: Scene, ripeness: str, x: float, z: float, turn: float) -> str:
    """Put a banana flat, its middle at (x, z)."""
    one = placed(fruit.banana(scene, ripeness), _BACK)
    return placed(one, (x, fruit.THICKNESS, z), turn=turn)


def _one(scene: Scene, ripeness: str) -> Subject:
    scene.add(_lying(scene, ripeness, 0, 0, scene.uniform(0, 360)))
    return Subject((0, 0.2, 0), 1.05)


def _two(scene: Scene, ripeness: str) -> Subject:
    turn = scene.uniform(0, 360)
    scene.add(_lying(scene, ripeness, 0, 0, turn))
    scene.add(_lying(scene, ripeness, 0.3, -0.75, turn + scene.pick(25, 160, 200)))
    return Subject((0.1, 0.2, -0.35), 1.3)


def _hand(scene: Scene, ripeness: str) -> Subject:
    count = int(scene.rng.integers(3, 7))
    hand = placed(fruit.hand(scene, ripeness, count), _BACK)
    scene.add(placed(hand, turn=scene.uniform(0, 360)))
    return Subject((0, 0.35, 0), 1.2)


def _two_hands(scene: Scene, ripeness: str) -> Subject:
    turn = scene.uniform(0, 360)
    for index, place in enumerate((-0.9, 0.9)):
        kind = ripeness if index == 0 else scene.pick(*fruit.RIPENESS)
        hand = placed(fruit.hand(scene, kind, int(scene.rng.integers(4, 7))), _BACK)
        scene.add(placed(hand, (place, 0, 0.35 * place), turn=turn + 180 * index))
    return Subject((0, 0.35, 0), 2.0)


def _hanging(scene: Scene, ripeness: str) -> Subject:
    """From a hook of wire that stands on the table."""
    wire = [(0, 0.05, 1.1), (0, 2.0, 1.15), (0, 3.4, 0.9), (0, 3.7, 0.3), (0, 3.35, 0), (0, 3.3, 0)]
    steel = metal("#b8b4ac", 0.4)
    ring = np.linspace(0, 2 * np.pi, 24)
    foot = np.stack([1.0 * np.cos(ring), 0 * ring + 0.05, 0.2 + 1.0 * np.sin(ring)], axis=-1)
    scene.add(sweep(wire, 0.06, steel), sweep(foot, 0.06, steel))
    hands = fruit.hanging_hand(scene, ripeness, int(scene.rng.integers(5, 9)))
    scene.add(placed(hands, (0, 2.75, 0), turn=scene.uniform(0, 360)))
    return Subject((0, 1.95, 0), 1.75)


def _peeled(scene: Scene, ripeness: str) -> Subject:
    turn = scene.uniform(0, 360)
    scene.add(placed(placed(fruit.peeled(scene, ripeness), _BACK), (0, 0.22, 0), turn=turn))
    if scene.rng.random() < 0.6:
        scene.add(_lying(scene, ripeness, 0.2, 0.95, turn + 30))
    return Subject((0, 0.3, 0.2), 1.3)


def _sliced(scene: Scene, ripeness: str) -> Subject:
    board_turn = scene.uniform(-25, 25)
    scene.add(placed(cutting_board(scene, 3.4, 2.2), turn=board_turn))
    coin = fruit.coin(scene)
    for _ in range(16):
        x, z = scene.uniform(-1.0, 1.2), scene.uniform(-0.85, 0.1)
        tilt = (scene.uniform(-7, 7), scene.uniform(-7, 7))
        scene.add(placed(coin, (x, 0.15 + scene.uniform(0, 0.05), z), tilt=tilt))
    scene.add(placed(_lying(scene, ripeness, 0, 0.6, board_turn), (0, 0.14, 0)))
    scene.add(knife_beside((0.6, 0.16, -1.0), scene.uniform(-15, 25)))
    return Subject((0, 0.2, 0), 1.7)


def _on_plate(scene: Scene, ripeness: str) -> Subject:
    scene.add(placed(plate(scene, CHINAS[scene.pick(*CHINAS)], 1.3)))
    coin = fruit.coin(scene)
    for ring, count in ((0.78, 12), (0.45, 7)):
        for index in range(count):
            angle = 2 * np.pi * index / count
            at = (ring * np.cos(angle), 0.13 - 0.05 * ring, ring * np.sin(angle))
            scene.add(placed(coin, at, turn=-np.degrees(angle), tilt=(0, 14)))
    scene.add(_lying(scene, ripeness, scene.side() * 1.9, 0.2, scene.uniform(60, 120)))
    return Subject((0.1, 0.15, 0), 1.6)


def _in_bowl(scene: Scene, ripeness: str) -> Subject:
    shape = scene.pick("wide", "footed")
    texture = CHINAS[scene.pick(*CHINAS)].upright(scene, BOWLS[shape].height)
    scene.add(placed(bowl(scene, shape, texture)))
    floor = BOWLS[shape].height - 0.1
    for index in range(3):
        hand = placed(fruit.hand(scene, ripeness, 3), (-0.8, 0, -0.4))
        turn = 120 * index + scene.uniform(-15, 15)
        scene.add(placed(hand, (0, floor + 0.18 * index, 0), turn=turn, tilt=(0, 4)))
    return Subject((0, 0.9, 0), 1.7)


def _in_crate(scene: Scene, ripeness: str) -> Subject:
    scene.add(crate(scene, 3.8, 2.6, 0.8))
    for layer in range(2):
        for x in (-0.95, 0.0, 0.95):
            hand = placed(fruit.hand(scene, ripeness, 5), (-0.75, 0, -0.35))
            turn = 90 + scene.uniform(-14, 14) + 180 * layer
            scene.add(placed(hand, (x, 0.1 + 0.55 * layer, scene.uniform(-0.1, 0.1)), turn=turn))
    return Subject((0, 0.6, 0), 2.2)


def _with_milkshake(scene: Scene, ripeness: str) -> Subject:
    drink: ColorLike = scene.pick("#f4e6b0", "#f0d8c0", "#e8c8b8")
    scene.add(placed(tumbler(scene, drink, 1.9), (-0.7, 0, 0.5)))
    straw = [(-0.75, 0.2, 0.45), (-0.6, 2.2, 0.6), (-0.2, 2.5, 0.6)]
    scene.add(sweep(straw, 0.05, metal("#c8485a", 0.1)))
    hand = placed(fruit.hand(scene, ripeness, 3), _BACK)
    scene.add(placed(hand, (0.6, 0, -0.2), turn=scene.uniform(-40, 40)))
    return Subject((0, 0.9, 0), 1.6)


_LAYOUTS = {
    "one banana": _one,
    "two bananas": _two,
    "a bunch": _hand,
    "two bunches": _two_hands,
    "hanging": _hanging,
    "peeled": _peeled,
    "sliced on a board": _sliced,
    "on a plate": _on_plate,
    "in a bowl": _in_bowl,
    "in a crate": _in_crate,
    "with a milk shake": _with_milkshake,
}
