"""Bowls of fruit."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import flowers, fruits, piles, still_life
from index_artifacts.scenes.render.china import CHINAS
from index_artifacts.scenes.render.crockery import BOWLS, bowl, vessel
from index_artifacts.scenes.render.materials import OAK, WALNUT, glass, wood
from index_artifacts.scenes.render.pov import placed, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.vases import vase

Maker = Callable[[Scene], str]
_RED = (lambda scene: fruits.apple(scene, "red"), 0.44)
_GREEN = (lambda scene: fruits.apple(scene, "green"), 0.44)
_PEAR = (lambda scene: fruits.pear(scene, scene.pick(*fruits.PEARS)), 0.4)
_ORANGE = (fruits.orange, 0.44)
_LEMON = (fruits.lemon, 0.36)
_LIME = (lambda scene: fruits.lemon(scene, "#6f9f2c"), 0.34)
_PEACH = (fruits.peach, 0.42)
_PLUM = (fruits.plum, 0.32)
# The fruit with its radius, how many, and the color of grapes on top.
_MIXES: dict[str, tuple[tuple[tuple[Maker, float], ...], int, str]] = {
    "mixed fruit": ((_RED, _ORANGE, _LEMON, _PEAR, _PLUM, _PEACH), 10, "#5f7f2c"),
    "peaches and plums": ((_PEACH, _PLUM, _PEACH, _PLUM), 13, "#4a2450"),
    "green fruit": ((_GREEN, _PEAR, _LIME), 9, "#8fae3c"),
}


@category(
    "fruit bowl",
    caption=("mix", "container", "beside", "light"),
    mix=("mixed fruit", "peaches and plums", "green fruit"),
    container=("wooden bowl", "wide bowl", "glass bowl"),
    view=("in front", "at eye level"),
    light=("window light", "evening blue"),
    place=("plain wall", "striped wallpaper"),
    beside=("nothing beside", "tulips behind"),
)
def fruit_bowl(
    scene: Scene, *, mix: str, container: str, view: str, light: str, place: str, beside: str
) -> None:
    """A bowl of fruit on a table, perhaps with something beside it."""
    surface = scene.pick(
        "oak table", "white table", "walnut table", "blue tablecloth", "checkered tablecloth",
        "marble table", "black table", "tiled table",
    )  # fmt: skip
    still_life.setting(scene, light, place, surface)
    hollow = _add_container(scene, container)
    kinds, count, grapes = _MIXES[mix]
    _fill(scene, kinds, count, hollow, grapes)
    side = scene.side()
    middle = 0.0
    if beside == "tulips behind":
        scene.add(placed(_tulips(scene), (1.7 * side, 0, 1.6)))
        middle = 0.25 * side
    # From near and far, and not always in the middle: bowls are all alike.
    center = (middle + scene.uniform(-0.7, 0.7), 0.85 + scene.uniform(-0.3, 0.3), 0)
    still_life.look(scene, view, Subject(center, scene.uniform(1.35, 2.2)))


def _add_container(scene: Scene, container: str) -> piles.Container:
    """Add what holds the fruit; returns the shape of its inside."""
    shape = "deep" if container == "glass bowl" else "wide"
    form = BOWLS[shape]
    if container == "glass bowl":
        thing = vessel(scene, form.profile, glass(scene.pick("#f2f8f8", "#cfe4d8", "#c8dcf0")))
    elif container == "wooden bowl":
        thing = bowl(scene, shape, wood(*scene.pick(OAK, WALNUT), 1.5))
    else:
        china = CHINAS[scene.pick(*CHINAS)]
        thing = bowl(scene, shape, china.upright(scene, form.height))
    scene.add(placed(thing))
    return piles.in_bowl(*form.hollow)


def _fill(
    scene: Scene,
    kinds: tuple[tuple[Maker, float], ...],
    count: int,
    hollow: piles.Container,
    grapes: str,
) -> None:
    """Heap fruit, the kinds in turn, and a bunch of grapes on top."""
    names = [make(scene) for make, _ in kinds]
    chosen = np.arange(count) % len(kinds)
    radii = np.array([size for _, size in kinds])[chosen]
    places = piles.settle(radii, hollow, 0.5, scene.rng)
    for kind, radius, at in zip(chosen, radii, places, strict=True):
        scene.add(*piles.tumbled(scene, [names[kind]], at[None], float(radius)))
    top = places[np.argmax(places[:, 1])]
    bunch = fruits.grapes(scene, grapes)
    at = (top[0] * 0.4 + 0.3, top[1] + 0.05, top[2] - 0.5)
    scene.add(placed(bunch, at, turn=scene.uniform(-30, 30), scale=0.85, tilt=(-28, -14)))


def _tulips(scene: Scene) -> str:
    holder = vase(scene, scene.pick("glass vase", "round vase", "stoneware jug"))
    color, base = scene.pick(("#c8142a", "#e8c040"), ("#f0c020", "#e8d878"), ("#f08cb0", "#f8ecdc"))
    heads = [flowers.tulip(scene, color, base, openness) for openness in (0.1, 0.5)]
    plan = flowers.Bouquet((5, 8), 1.3, 1.1, 0.4)
    blooms = flowers.bouquet(scene, plan, heads, holder, size=0.7, foliage=flowers.tulip_leaves)
    return union(holder.text, blooms)
