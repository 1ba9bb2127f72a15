"""Apples in heaps, crates and baskets."""

import numpy as np

from index_artifacts.scenes.render import fruits, piles, still_life
from index_artifacts.scenes.render.pov import placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import basket, crate

# Others look like oranges from afar.
_KINDS = ("red", "green", "dark red")
_RADIUS = 0.42
# From an apple's middle down to what it stands on, relative to its radius.
_FOOT = 0.88


@category(
    "apples",
    caption=("kind", "layout", "light"),
    kind=_KINDS,
    layout=("in a heap", "in a crate", "in a basket"),
    view=("in front", "at eye level", "close up"),
    light=("noon light", "low sun"),
    mix=("all alike", "with others"),
)
def apples(scene: Scene, *, kind: str, layout: str, view: str, light: str, mix: str) -> None:
    """Apples on a table in a garden."""
    still_life.setting(scene, light, "garden", "walnut table")
    subject = _LAYOUTS[layout](scene, kind, 2 if mix == "with others" else 0)
    still_life.look(scene, view, subject)


def _pieces(scene: Scene, kind: str, others: int) -> list[str]:
    """Declare a few apples, `others` of them of another kind."""
    same = [fruits.apple(scene, kind, leafy=scene.rng.random() < 0.3) for _ in range(3)]
    different = [fruits.apple(scene, scene.pick(*_KINDS)) for _ in range(others)]
    return [*same, *different]


def _stood(scene: Scene, apple: str, x: float, z: float, floor: float = 0.0) -> str:
    turn, tilt = scene.uniform(0, 360), scene.uniform(-12, 12)
    return placed(apple, (x, floor + _RADIUS * _FOOT, z), turn=turn, scale=_RADIUS, tilt=(tilt, 0))


def _heap(scene: Scene, kind: str, others: int) -> Subject:
    count = int(scene.rng.integers(5, 12))
    places = piles.settle(np.full(count, _RADIUS), piles.on_table(1.3), 0.3, scene.rng)
    scene.add(*piles.tumbled(scene, _pieces(scene, kind, others), places, _RADIUS))
    return Subject((0, 0.55, 0), 1.5)


def _in_crate(scene: Scene, kind: str, others: int) -> Subject:
    scene.add(crate(scene, 3.4, 2.4, 0.95))
    count = int(scene.rng.integers(26, 34))
    places = piles.settle(np.full(count, _RADIUS), piles.in_crate(3.2, 2.2, 0.08), 0.7, scene.rng)
    scene.add(*piles.tumbled(scene, _pieces(scene, kind, others), places, _RADIUS))
    return Subject((0, 0.6, 0), 2.0)


def _in_basket(scene: Scene, kind: str, others: int) -> Subject:
    scene.add(basket(scene, 1.35, 0.8, handle=True))
    places = piles.settle(np.full(14, _RADIUS), piles.on_table(1.2), 0.4, scene.rng)
    scene.add(
        *piles.tumbled(scene, _pieces(scene, kind, others), np.add(places, (0, 0.06, 0)), _RADIUS)
    )
    for side in (-1, 1):
        scene.add(_stood(scene, fruits.apple(scene, kind), side * 2.0, scene.uniform(-0.9, 0.2)))
    return Subject((0, 0.9, 0), 1.9)


_LAYOUTS = {
    "in a heap": _heap,
    "in a crate": _in_crate,
    "in a basket": _in_basket,
}
