"""Bananas: in hands, hanging, in a crate."""

import numpy as np

from index_artifacts.scenes.render import bananas as fruit
from index_artifacts.scenes.render import still_life
from index_artifacts.scenes.render.materials import metal
from index_artifacts.scenes.render.pov import placed, sweep
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import crate

# Moves the middle of a hand of bananas, which starts at its crown, to the origin.
_BACK = (-0.75, 0.0, -0.35)


@category(
    "bananas",
    caption=("ripeness", "layout", "light"),
    ripeness=("yellow", "spotted", "half ripe"),
    layout=("a bunch", "two bunches", "hanging", "in a crate"),
    view=("seen from high up", "in front", "close up"),
    light=("window light", "low sun"),
)
def bananas(scene: Scene, *, ripeness: str, layout: str, view: str, light: str) -> None:
    """Bananas on a table, or above it."""
    still_life.setting(scene, light, "plain wall", "marble table", color="#1c8088")
    subject = _LAYOUTS[layout](scene, ripeness)
    still_life.look(scene, view, subject, hanging=layout == "hanging")


def _hand(scene: Scene, ripeness: str) -> Subject:
    count = int(scene.rng.integers(3, 7))
    hand = placed(fruit.hand(scene, ripeness, count), _BACK)
    scene.add(placed(hand, turn=scene.uniform(0, 360)))
    return Subject((0, 0.35, 0), 1.2)


def _two_hands(scene: Scene, ripeness: str) -> Subject:
    turn = scene.uniform(0, 360)
    for index, place in enumerate((-0.9, 0.9)):
        kind = ripeness if index == 0 else scene.pick("yellow", "spotted")
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


def _in_crate(scene: Scene, ripeness: str) -> Subject:
    scene.add(crate(scene, 3.8, 2.6, 0.8))
    for layer in range(2):
        for x in (-0.95, 0.0, 0.95):
            hand = placed(fruit.hand(scene, ripeness, 5), (-0.75, 0, -0.35))
            turn = 90 + scene.uniform(-14, 14) + 180 * layer
            scene.add(placed(hand, (x, 0.1 + 0.55 * layer, scene.uniform(-0.1, 0.1)), turn=turn))
    return Subject((0, 0.6, 0), 2.2)


_LAYOUTS = {
    "a bunch": _hand,
    "two bunches": _two_hands,
    "hanging": _hanging,
    "in a crate": _in_crate,
}
