"""Teapots: of china, iron and copper; alone, with cups, on trays, on a shelf of their own."""

from index_artifacts.scenes.render import still_life
from index_artifacts.scenes.render.china import CHINAS, China
from index_artifacts.scenes.render.colors import srgb
from index_artifacts.scenes.render.cookies import COOKIES
from index_artifacts.scenes.render.crockery import (
    DRINKS,
    TEAPOTS,
    cup,
    cup_and_saucer,
    plate,
    teapot,
)
from index_artifacts.scenes.render.fruits import lemon
from index_artifacts.scenes.render.materials import metal, textured
from index_artifacts.scenes.render.pov import block, cylinder, placed, torus, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import books, candle, napkin, tray

_IRON = textured(
    block("pigment", srgb("#26282c")),
    "normal{bumps 1.2 scale .06}",
    finish="finish{diffuse .7 specular .35 roughness .06}",
)
_WARES = ("white china", "blue and white china", "rose china", "dotted china", "yellow china",
          "earthenware", "cast iron", "copper")  # fmt: skip


@category(
    "teapot",
    caption=("ware", "form", "layout"),
    form=("round", "ribbed", "tall"),
    ware=("blue and white china", "copper", "earthenware"),
    layout=("alone", "with two cups", "on a tray"),
    view=("in front", "at eye level"),
    light=("window light", "lamplight"),
    place=("dark wall", "shelves"),
)
def teapots(
    scene: Scene, *, form: str, ware: str, layout: str, view: str, light: str, place: str
) -> None:
    """A teapot on a table."""
    surface = scene.pick(
        "oak table", "white table", "walnut table", "blue tablecloth", "checkered tablecloth",
        "black table", "slate table", "white tablecloth",
    )  # fmt: skip
    still_life.setting(scene, light, place, surface)
    pot = teapot(scene, form, _texture(scene, ware, TEAPOTS[form].lid[-1][1]))
    turned = placed(pot, turn=scene.pick(0, 180) + scene.uniform(-50, 50))
    # Iron and copper pots come with plain cups.
    china = CHINAS.get(ware, CHINAS["dark stoneware"])
    subject = _LAYOUTS[layout](scene, turned, china, TEAPOTS[form].lid[-1][1])
    still_life.look(scene, view, subject)


def _texture(scene: Scene, ware: str, height: float) -> str:
    if ware == "cast iron":
        return _IRON
    if ware == "copper":
        return metal(scene.pick("#c07048", "#c8a860", "#c4c8cc"), 0.35)
    return CHINAS[ware].upright(scene, height)


def _alone(scene: Scene, pot: str, _: China, height: float) -> Subject:
    scene.add(pot)
    return Subject((0, height / 2, 0), 1.15)


def _with_cup(scene: Scene, pot: str, china: China, height: float) -> Subject:
    side = scene.side()
    drink = DRINKS[scene.pick("black tea", "green tea")]
    saucer = placed(cup_and_saucer(scene, china, drink), turn=scene.uniform(0, 360))
    scene.add(placed(pot, (-0.5 * side, 0, 0.2)), placed(saucer, (1.0 * side, 0, -0.7)))
    return Subject((0, height * 0.4, 0), 1.55)


def _two_cups(scene: Scene, pot: str, china: China, height: float) -> Subject:
    scene.add(placed(pot, (0, 0, 0.6)))
    for side in (-1, 1):
        saucer = placed(cup_and_saucer(scene, china), turn=scene.uniform(0, 360))
        scene.add(placed(saucer, (side * scene.uniform(0.8, 1.1), 0, -0.8)))
    return Subject((0, height * 0.4, 0), 1.7)


def _on_tray(scene: Scene, pot: str, china: China, height: float) -> Subject:
    scene.add(tray(scene, 1.9), placed(pot, (-0.3, 0.06, 0.5)))
    for x, z in ((0.9, -0.5), (-0.1, -1.0), (-1.0, -0.7)):
        filled = cup(scene, china, DRINKS[scene.pick("black tea", "green tea", "milk")])
        scene.add(placed(filled, (x, 0.06, z), turn=scene.uniform(0, 360)))
    return Subject((0, height * 0.35, 0), 1.95)


def _on_warmer(scene: Scene, pot: str, china: China, height: float) -> Subject:
    """A tea light under a stand of metal."""
    steel = metal("#8c8880", 0.35)
    ring = torus(0.55, 0.05, "translate .6*y")
    legs = [placed(cylinder((0.62, 0, 0), (0.52, 0.6, 0), 0.05), turn=90 * n) for n in range(4)]
    scene.add(union(ring, *legs, steel), placed(pot, (0, 0.64, 0)))
    scene.add(placed(candle(scene, 0.2), scale=0.8))
    scene.add(placed(cup_and_saucer(scene, china), (scene.side() * 1.5, 0, -0.6), turn=60))
    return Subject((0, (height + 0.6) / 2, 0), 1.5)


def _with_cookies(scene: Scene, pot: str, china: China, height: float) -> Subject:
    side = scene.side()
    scene.add(placed(pot, (-0.6 * side, 0, 0.3)), placed(plate(scene, china, 0.9), (side, 0, -0.5)))
    cookie = COOKIES[scene.pick(*COOKIES)](scene)
    for x, z in ((-0.35, 0), (0.3, 0.25), (0.2, -0.4)):
        scene.add(placed(cookie, (side + x, 0.1, z - 0.5), turn=scene.uniform(0, 360)))
    return Subject((0.1 * side, height * 0.4, 0), 1.65)


def _two(scene: Scene, pot: str, _china: China, _height: float) -> Subject:
    other = CHINAS[scene.pick(*CHINAS)]
    form = scene.pick(*TEAPOTS)
    second = teapot(scene, form, other.upright(scene, TEAPOTS[form].lid[-1][1]))
    side = scene.side()
    scene.add(placed(pot, (side * 0.95, 0, -0.3)))
    scene.add(placed(second, (-side * 0.95, 0, 0.9), turn=scene.uniform(0, 360)))
    return Subject((0, 0.6, 0.2), 1.85)


def _on_books(scene: Scene, pot: str, china: China, height: float) -> Subject:
    count = int(scene.rng.integers(2, 5))
    pile, top = books(scene, count)
    scene.add(placed(pile, turn=scene.uniform(-30, 30), scale=(1.25, 1, 1.4)))
    scene.add(placed(pot, (0, top, 0)))
    scene.add(placed(cup(scene, china), (scene.side() * 1.6, 0, -0.5), turn=scene.uniform(0, 360)))
    return Subject((0, (height + top) / 2, 0), 1.5)


def _with_candle(scene: Scene, pot: str, _: China, height: float) -> Subject:
    side = scene.side()
    scene.add(placed(napkin(scene, 2.4), turn=scene.uniform(0, 90)), placed(pot, (0, 0.05, 0)))
    scene.add(placed(candle(scene, scene.uniform(0.6, 1.5)), (side * 1.5, 0, 0.4)))
    yellow = placed(lemon(scene), (-side * 1.35, 0.36, -0.5), turn=40, scale=0.38, tilt=(0, 82))
    scene.add(yellow)
    return Subject((0, height * 0.45, 0), 1.55)


_LAYOUTS = {
    "alone": _alone,
    "with a cup": _with_cup,
    "with two cups": _two_cups,
    "on a tray": _on_tray,
    "on a warmer": _on_warmer,
    "with cookies": _with_cookies,
    "two of them": _two,
    "on a pile of books": _on_books,
    "with a candle": _with_candle,
}
