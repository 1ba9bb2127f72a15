"""Laid tables: plates of food and cups of tea."""

from index_artifacts.scenes.render import flowers, fruits, still_life
from index_artifacts.scenes.render.china import CHINAS, China
from index_artifacts.scenes.render.crockery import (
    DRINKS,
    TEAPOTS,
    cup_and_saucer,
    cutlery,
    plate,
    teapot,
    tumbler,
)
from index_artifacts.scenes.render.dishes import MEALS, croissant
from index_artifacts.scenes.render.pov import placed, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import basket, candle, napkin
from index_artifacts.scenes.render.vases import vase

# For how many: the turn of each seat around the table, and how far plates are from its middle.
_SEATS: dict[str, tuple[tuple[float, ...], float]] = {
    "for one": ((0,), 0.5),
    "for two": ((0, 180), 1.55),
    "for two at a corner": ((0, -90), 1.55),
    "for three": ((0, 120, 240), 1.75),
    "for four": ((0, 90, 180, 270), 1.95),
}


@category(
    "table with food and tea",
    caption=("meal", "guests", "centerpiece", "china"),
    meal=("breakfast", "afternoon tea", "dinner"),
    guests=("for two", "for three", "for four"),
    china=("white china", "blue and white china"),
    centerpiece=("flowers", "a bread basket", "candles"),
    view=("seen from above", "seen from high up"),
    setting=("low sun, dark wall, white tablecloth", "noon light, garden, checkered tablecloth"),
)
def table_with_food(
    scene: Scene, *, meal: str, guests: str, china: str, centerpiece: str, view: str, setting: str
) -> None:
    """Places laid around a table, each with a plate, a cup and cutlery."""
    light, place, surface = setting.split(", ")
    still_life.setting(scene, light, place, surface)
    turns, distance = _SEATS[guests]
    ware = CHINAS[china]
    napkins = scene.rng.random() < 0.5
    for seat, turn in enumerate(turns):
        laid = _place(scene, ware, MEALS[meal][seat % 3](scene), napkins=napkins)
        scene.add(placed(placed(laid, (0, 0, -distance)), turn=turn))
    _add_centerpiece(scene, centerpiece, ware, (0, 0, 1.1 if guests == "for one" else 0.0))
    scene.add(*_glasses(scene, guests))
    radius = {"for one": 1.6, "for two": 2.25, "for two at a corner": 2.15}.get(guests, 2.7)
    center = (0.0, 0.2, 0.0)
    if view == "close up":
        center, radius = (0.2, 0.25, -distance), 1.35
    elif view == "seen from above":
        radius *= 0.92
    still_life.look(scene, view, Subject(center, radius))


def _place(scene: Scene, china: China, dish: str, *, napkins: bool) -> str:
    """One guest's place, around the origin; the guest sits at -z."""
    parts = [placed(plate(scene, china)), placed(dish, turn=scene.uniform(0, 360))]
    drink = DRINKS[scene.pick("black tea", "black tea", "green tea", "coffee")]
    cup = placed(cup_and_saucer(scene, china, drink), turn=scene.uniform(-70, 40))
    parts.append(placed(cup, (scene.uniform(0.9, 1.1), 0, scene.uniform(0.95, 1.1))))
    if napkins:
        parts.append(placed(napkin(scene, 0.8), (-1.42, 0, 0)))
    parts.append(
        placed(cutlery("fork"), (-1.25, 0.05 if napkins else 0, 0), turn=scene.uniform(-5, 5))
    )
    parts.append(placed(cutlery("knife"), (1.2, 0, -0.1), turn=scene.uniform(-5, 5)))
    return union(*parts)


def _glasses(scene: Scene, guests: str) -> list[str]:
    """A glass or two somewhere between the places."""
    spots = [(-1.35, 0.9), (1.6, -0.6), (-1.7, -0.6)] if guests == "for four" else [(-1.3, 0.6)]
    drink = scene.pick("#f0a020", "#c8283a", "#f6f2e8", "#d8e8e8")
    return [placed(tumbler(scene, drink, 1.0), (x, 0, z)) for x, z in spots]


def _add_centerpiece(
    scene: Scene, centerpiece: str, china: China, at: tuple[float, float, float]
) -> None:
    """Add what stands in the middle of the table."""
    thing = _CENTERPIECES[centerpiece](scene, china)
    scene.add(placed(thing, at, turn=scene.uniform(0, 360)))


def _teapot(scene: Scene, china: China) -> str:
    form = scene.pick("round", "tall", "cone", "ribbed")
    return teapot(scene, form, china.upright(scene, TEAPOTS[form].lid[-1][1]))


def _flowers(scene: Scene, _: China) -> str:
    holder = vase(scene, scene.pick("glass vase", "stoneware jug", "enamel pot"))
    colors = scene.pick(("#c8142a", "#e8c040"), ("#f0c020", "#e8d878"), ("#f08cb0", "#f8ecdc"))
    heads = [flowers.tulip(scene, *colors, openness) for openness in (0.1, 0.6)]
    plan = flowers.Bouquet((5, 8), 1.1, 1.0, 0.4)
    blooms = flowers.bouquet(scene, plan, heads, holder, size=0.66, foliage=flowers.tulip_leaves)
    return placed(union(holder.text, blooms), scale=0.75)


def _bread(scene: Scene, _: China) -> str:
    rolls = [
        placed(croissant(scene), (x, 0.16, z), turn=scene.uniform(0, 360), scale=0.75)
        for x, z in ((-0.3, 0.1), (0.25, 0.2), (0.0, -0.25))
    ]
    return union(basket(scene, 0.85, 0.4), *rolls)


def _candles(scene: Scene, _: China) -> str:
    spots = [(-0.4, 0.1), (0.35, 0.25), (0.05, -0.35)]
    return union(*(placed(candle(scene, scene.uniform(0.5, 1.3)), (x, 0, z)) for x, z in spots))


def _fruit(scene: Scene, china: China) -> str:
    kinds = [
        fruits.apple(scene, scene.pick(*fruits.APPLES)),
        fruits.orange(scene),
        fruits.lemon(scene),
    ]
    spots = [(-0.36, 0.42, 0.1), (0.38, 0.42, 0.15), (0.0, 0.42, -0.42), (0.02, 0.98, 0.0)]
    pieces = [
        placed(scene.pick(*kinds), at, turn=scene.uniform(0, 360), scale=0.38, tilt=(20, 20))
        for at in spots
    ]
    return union(placed(plate(scene, china, 0.95)), *pieces)


_CENTERPIECES = {
    "a teapot": _teapot,
    "flowers": _flowers,
    "a bread basket": _bread,
    "candles": _candles,
    "fruit": _fruit,
}
