"""Cakes: whole, cut, in slices, in tiers, as a ring, as cupcakes."""

from index_artifacts.scenes.render import still_life
from index_artifacts.scenes.render.cakes import (
    FLAVORS,
    Flavor,
    cake,
    cake_stand,
    cupcake,
    ring_cake,
    slice_of_cake,
)
from index_artifacts.scenes.render.china import CHINAS, China
from index_artifacts.scenes.render.crockery import cup_and_saucer, cutlery, plate
from index_artifacts.scenes.render.pov import placed, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import cutting_board
from index_artifacts.scenes.render.toppings import TOPPINGS

_SIZE = 1.25


@category(
    "cake",
    caption=("flavor", "form", "topping", "stand"),
    flavor=("chocolate", "strawberry", "vanilla"),
    form=("whole", "a piece is missing", "tall", "in tiers"),
    topping=("berries", "cream and cherries", "candles"),
    stand=("on a cake stand", "on a plate"),
    view=("in front", "at eye level"),
    setting=("light from behind, window", "noon light, striped wallpaper"),
)
def cakes(
    scene: Scene, *, flavor: str, form: str, topping: str, stand: str, view: str, setting: str
) -> None:
    """A cake on a table."""
    light, place = setting.split(", ")
    surface = scene.pick(
        "oak table", "white table", "walnut table", "blue tablecloth", "checkered tablecloth",
        "marble table", "black table", "white tablecloth",
    )  # fmt: skip
    still_life.setting(scene, light, place, surface)
    china = CHINAS[scene.pick("white china", "rose china", "green china", "blue and white china")]
    floor = _add_stand(scene, stand, china)
    what, height, radius = _FORMS[form](scene, FLAVORS[flavor], topping)
    turn = scene.uniform(-50, 50) if form != "in tiers" else 0.0
    scene.add(placed(what, (0, floor, 0), turn=turn))
    if scene.rng.random() < 0.45:
        _add_company(scene, china)
    middle = (floor + height) / 2
    still_life.look(scene, view, Subject((0, middle, 0), max(radius, middle) * 1.12))


def _add_stand(scene: Scene, stand: str, china: China) -> float:
    """Add what the cake stands on; returns the height of its top."""
    if stand == "on a cake stand":
        height = scene.uniform(0.5, 0.9)
        scene.add(cake_stand(scene, china, 1.6, height))
        return height + 0.02
    if stand == "on a plate":
        scene.add(placed(plate(scene, china, 1.75)))
        return 0.09
    if stand == "on a board":
        scene.add(placed(cutting_board(scene, 3.6, 3.0), turn=scene.uniform(-30, 30)))
        return 0.14
    return 0.0


def _layered(
    scene: Scene, flavor: Flavor, topping: str, *, height: float, layers: int, missing: float
) -> str:
    """A layer cake with its topping, `_SIZE` in radius."""
    body = cake(scene, flavor, height=height, layers=layers, missing=missing)
    top = TOPPINGS[topping](scene, flavor, height, missing)
    return placed(union(placed(body), top), scale=_SIZE)


def _whole(scene: Scene, flavor: Flavor, topping: str) -> tuple[str, float, float]:
    height = scene.uniform(0.6, 0.85)
    body = _layered(scene, flavor, topping, height=height, layers=3, missing=0)
    return body, height * _SIZE, 1.5


def _piece_missing(scene: Scene, flavor: Flavor, topping: str) -> tuple[str, float, float]:
    height, missing = scene.uniform(0.65, 0.95), scene.uniform(45, 75)
    body = _layered(scene, flavor, topping, height=height, layers=3, missing=missing)
    return placed(body, turn=scene.uniform(-30, 30)), height * _SIZE, 1.5


def _half_left(scene: Scene, flavor: Flavor, topping: str) -> tuple[str, float, float]:
    height, missing = scene.uniform(0.6, 0.9), scene.uniform(170, 230)
    body = _layered(scene, flavor, topping, height=height, layers=2, missing=missing)
    return placed(body, (0, 0, -0.3)), height * _SIZE, 1.45


def _single_slice(scene: Scene, flavor: Flavor, topping: str) -> tuple[str, float, float]:
    """One large slice with a fork."""
    height, layers = scene.uniform(0.55, 0.8), int(scene.rng.integers(2, 5))
    piece = placed(slice_of_cake(scene, flavor, height=height, layers=layers), scale=1.5)
    # A topping for all but the slice: 315 degrees are missing, and the rest is turned onto it.
    top = TOPPINGS[topping](scene, flavor, height, 315)
    turned = placed(placed(top, turn=90), (-0.6 * 1.5, 0, 0), scale=1.5)
    fork = placed(cutlery("fork"), (0.1, 0.02, -0.95), turn=80)
    return union(piece, turned, fork), height * 1.5, 1.1


def _tiers(scene: Scene, flavor: Flavor, topping: str) -> tuple[str, float, float]:
    """Three cakes of falling size; the smallest carries the topping."""
    tiers, height = [], 0.0
    for index, size in enumerate((1.35, 0.95, 0.6)):
        each = flavor if index % 2 == 0 else FLAVORS[scene.pick("vanilla", "lemon", "strawberry")]
        body = placed(cake(scene, each, height=0.6 / size), scale=size)
        crown = placed(TOPPINGS[topping](scene, each, 0.6 / size, 0), scale=size)
        tiers.append(placed(union(body, crown), (0, height, 0)))
        height += 0.6
    return union(*tiers), height, 1.45


def _ring(scene: Scene, flavor: Flavor, _: str) -> tuple[str, float, float]:
    return placed(ring_cake(scene, flavor), scale=1.4), 0.95, 1.5


def _tall(scene: Scene, flavor: Flavor, topping: str) -> tuple[str, float, float]:
    body = cake(scene, flavor, height=1.7, layers=5)
    top = TOPPINGS[topping](scene, flavor, 1.7, 0)
    return placed(union(placed(body), top), scale=0.95), 1.6, 1.25


def _cupcakes(scene: Scene, flavor: Flavor, topping: str) -> tuple[str, float, float]:
    cakes_ = [cupcake(scene, each, topping) for each in (flavor, flavor, FLAVORS["vanilla"])]
    spots = [(-0.75, 0.45), (0.1, 0.65), (0.85, 0.35), (-0.35, -0.45), (0.5, -0.5)]
    count = int(scene.rng.integers(1, 6))
    pieces = [placed(scene.pick(*cakes_), (x, 0, z)) for x, z in spots[-count:]]
    return union(*pieces), 0.9, 1.3 if count > 2 else 0.9


def _add_company(scene: Scene, china: China) -> None:
    """A cup of tea and a plate with a fork beside the cake."""
    side = scene.side()
    cup = cup_and_saucer(scene, china)
    scene.add(placed(cup, (side * 2.3, 0, scene.uniform(-1.2, 0)), turn=scene.uniform(0, 360)))
    small = union(placed(plate(scene, china, 0.85)), placed(cutlery("fork"), (0, 0.12, 0), turn=35))
    scene.add(placed(small, (-side * 2.5, 0, scene.uniform(-0.4, 0.8))))


_FORMS = {
    "whole": _whole,
    "a piece is missing": _piece_missing,
    "half is left": _half_left,
    "a single slice": _single_slice,
    "in tiers": _tiers,
    "a ring cake": _ring,
    "tall": _tall,
    "cupcakes": _cupcakes,
}
