"""Oranges and lemons: whole, halved and sliced, as juice, in crates and bowls, on the branch."""

import numpy as np

from index_artifacts.scenes.render import fruits, piles, still_life
from index_artifacts.scenes.render.china import CHINAS
from index_artifacts.scenes.render.colors import ColorLike
from index_artifacts.scenes.render.crockery import BOWLS, bowl, tumbler
from index_artifacts.scenes.render.pov import placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import basket, crate, cutting_board, knife_beside

_RADIUS = 0.42
# Peel and pulp.
_ORANGE = ("#ee8512", "#f7a52c")
_LEMON = ("#f4d01c", "#f8ea88")
_LIME = ("#6a9a28", "#c4dc6a")
_BLOOD = ("#d8641c", "#b02a28")
_KINDS: dict[str, tuple[tuple[ColorLike, ColorLike], ...]] = {
    "mostly oranges": (_ORANGE, _ORANGE, _ORANGE, _LEMON),
    "mostly lemons": (_LEMON, _LEMON, _LEMON, _ORANGE),
    "half and half": (_ORANGE, _LEMON, _ORANGE, _LEMON),
    "with limes": (_ORANGE, _LEMON, _LIME, _LIME),
    "with blood oranges": (_BLOOD, _ORANGE, _LEMON, _BLOOD),
}


@category(
    "oranges and lemons",
    caption=("kind", "layout", "light"),
    kind=("mostly oranges", "mostly lemons", "half and half"),
    layout=("halved on a board", "in a row", "on the branch", "in a crate"),
    view=("seen from above", "seen from high up", "close up"),
    light=("noon light", "light from behind"),
    place=("tiled wall", "sea"),
    surface=("tiled table", "blue tablecloth"),
)
def oranges_and_lemons(
    scene: Scene, *, kind: str, layout: str, view: str, light: str, place: str, surface: str
) -> None:
    """Citrus fruit on a table, or above it."""
    still_life.setting(scene, light, place, surface)
    subject = _LAYOUTS[layout](scene, kind)
    still_life.look(scene, view, subject, hanging=layout == "on the branch")


def _whole(scene: Scene, kind: str) -> list[str]:
    """Declare one fruit for each entry of a kind."""
    return [
        fruits.orange(scene, peel)
        if (peel, pulp) in {_ORANGE, _BLOOD}
        else fruits.lemon(scene, peel)
        for peel, pulp in _KINDS[kind]
    ]


def _lying(scene: Scene, fruit: str, x: float, z: float, floor: float = 0.0) -> str:
    """Put a fruit on its side."""
    size = _RADIUS * scene.uniform(0.92, 1.06)
    return placed(
        fruit, (x, floor + size * 0.94, z), turn=scene.uniform(0, 360), scale=size, tilt=(0, 82)
    )


def _two(scene: Scene, kind: str) -> Subject:
    first, second, *_ = _whole(scene, kind)
    scene.add(_lying(scene, first, -0.5, 0.2), _lying(scene, second, 0.45, scene.uniform(-0.5, 0)))
    scene.add(placed(fruits.peel(scene, _KINDS[kind][1][0]), (0.2, 0, -1.0), scale=0.5))
    return Subject((0, 0.35, -0.2), 1.15)


def _row(scene: Scene, kind: str) -> Subject:
    count, spacing = int(scene.rng.integers(4, 7)), scene.uniform(0.9, 1.05)
    pieces = _whole(scene, kind)
    slant = scene.uniform(-0.5, 0.5)
    for index in range(count):
        place = index - (count - 1) / 2
        scene.add(_lying(scene, pieces[index % 4], place * spacing, place * slant))
    return Subject((0, 0.4, 0), spacing * count / 2)


def _halved(scene: Scene, kind: str) -> Subject:
    scene.add(placed(cutting_board(scene, 3.8, 2.5), turn=scene.uniform(-20, 20)))
    for index, (x, z) in enumerate([(-0.9, -0.3), (-0.05, -0.75), (0.2, 0.2), (1.15, -0.3)]):
        half = fruits.citrus_half(scene, *_KINDS[kind][index])
        turn, tilt = scene.uniform(0, 360), scene.uniform(-16, 0)
        scene.add(placed(half, (x, 0.14 + _RADIUS * 0.97, z), turn, _RADIUS, (tilt, 0)))
    pieces = _whole(scene, kind)
    scene.add(_lying(scene, pieces[0], -0.8, 0.75, 0.14), _lying(scene, pieces[1], 1.0, 0.7, 0.14))
    scene.add(knife_beside((0.4, 0.16, -1.1), scene.uniform(-14, 14)))
    return Subject((0, 0.3, 0), 1.8)


def _slices(scene: Scene, kind: str) -> Subject:
    """Overlapping slices in rows, like tiles on a roof."""
    slices = [fruits.citrus_slice(scene, *colors) for colors in _KINDS[kind]]
    rows, columns = 4, 6
    for row in range(rows):
        for column in range(columns):
            x = (column - (columns - 1) / 2) * 0.66 + scene.uniform(-0.06, 0.06)
            z = (row - (rows - 1) / 2) * 0.86 + scene.uniform(-0.06, 0.06)
            lean = (0.0, -9 + scene.uniform(-2, 2))
            at = (x, 0.07 + 0.006 * column, z)
            scene.add(placed(slices[row], at, scale=_RADIUS, tilt=lean))
    for piece in _whole(scene, kind)[:2]:
        scene.add(
            _lying(scene, piece, scene.side() * scene.uniform(2.4, 2.7), scene.uniform(-1, 1))
        )
    return Subject((0, 0.1, 0), 2.0)


def _with_juice(scene: Scene, kind: str) -> Subject:
    peel, pulp = _KINDS[kind][0]
    glasses = [(-0.7, 0.4), (0.5, 0.8)][: int(scene.rng.integers(1, 3))]
    for x, z in glasses:
        scene.add(placed(tumbler(scene, pulp, scene.uniform(1.2, 1.7)), (x, 0, z)))
    rim = fruits.citrus_slice(scene, peel, pulp)
    scene.add(placed(rim, (-0.34, 1.25, 0.4), scale=0.33, tilt=(0, 90)))
    half = fruits.citrus_half(scene, peel, pulp)
    scene.add(placed(half, (0.35, _RADIUS * 0.97, -0.5), 0, _RADIUS, (-25, 0)))
    pieces = _whole(scene, kind)
    scene.add(_lying(scene, pieces[1], 1.2, 0.1), _lying(scene, pieces[2], -1.0, -0.6))
    return Subject((0.1, 0.6, 0), 1.35)


def _in_crate(scene: Scene, kind: str) -> Subject:
    scene.add(crate(scene, 3.6, 2.4, scene.uniform(0.7, 1.0)))
    container = piles.in_crate(3.4, 2.2, 0.08)
    places = piles.settle(np.full(30, _RADIUS), container, 0.7, scene.rng)
    scene.add(*piles.tumbled(scene, _whole(scene, kind), places, _RADIUS))
    return Subject((0, 0.6, 0), 2.1)


def _in_bowl(scene: Scene, kind: str) -> Subject:
    shape = scene.pick(*BOWLS)
    texture = CHINAS[scene.pick(*CHINAS)].upright(scene, BOWLS[shape].height)
    scene.add(placed(bowl(scene, shape, texture)))
    container = piles.in_bowl(*BOWLS[shape].hollow)
    places = piles.settle(np.full(9, _RADIUS), container, 0.4, scene.rng)
    scene.add(*piles.tumbled(scene, _whole(scene, kind), places, _RADIUS))
    return Subject((0, 0.75, 0), 1.7)


def _in_basket(scene: Scene, kind: str) -> Subject:
    scene.add(basket(scene, 1.5, scene.uniform(0.5, 0.9), handle=scene.rng.random() < 0.4))
    places = piles.settle(np.full(18, _RADIUS), piles.on_table(1.3), 0.5, scene.rng)
    raised = np.add(places, (0, 0.06, 0))
    scene.add(*piles.tumbled(scene, _whole(scene, kind), raised, _RADIUS))
    return Subject((0, 0.8, 0), 1.8)


def _on_branch(scene: Scene, kind: str) -> Subject:
    count = int(scene.rng.integers(2, 6))
    scene.add(placed(fruits.branch(scene, _whole(scene, kind), 0.5, count), (0, 3.2, 0)))
    return Subject((0, 3.1, 0), 1.6)


_LAYOUTS = {
    "two of them": _two,
    "in a row": _row,
    "halved on a board": _halved,
    "slices": _slices,
    "with juice": _with_juice,
    "in a crate": _in_crate,
    "in a bowl": _in_bowl,
    "in a basket": _in_basket,
    "on the branch": _on_branch,
}
