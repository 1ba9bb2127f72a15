"""Teapots of china: alone, with cups, on trays, with cookies."""

from index_artifacts.scenes.render import still_life
from index_artifacts.scenes.render.china import CHINAS, China
from index_artifacts.scenes.render.cookies import COOKIES
from index_artifacts.scenes.render.crockery import (
    DRINKS,
    TEAPOTS,
    cup,
    cup_and_saucer,
    plate,
    teapot,
)
from index_artifacts.scenes.render.pov import placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import tray


@category(
    "teapot",
    caption=("ware", "form", "layout"),
    form=("round", "ribbed", "tall"),
    ware=("blue and white china", "rose china", "earthenware"),
    layout=("alone", "with two cups", "on a tray", "with cookies"),
    view=("in front", "at eye level"),
    light=("window light", "noon light"),
)
def teapots(scene: Scene, *, form: str, ware: str, layout: str, view: str, light: str) -> None:
    """A teapot on a table."""
    still_life.setting(scene, light, "striped wallpaper", "white tablecloth", color="#2f5f4a")
    china, height = CHINAS[ware], TEAPOTS[form].lid[-1][1]
    pot = teapot(scene, form, china.upright(scene, height))
    turned = placed(pot, turn=scene.pick(0, 180) + scene.uniform(-50, 50))
    still_life.look(scene, view, _LAYOUTS[layout](scene, turned, china, height))


def _alone(scene: Scene, pot: str, _: China, height: float) -> Subject:
    scene.add(pot)
    return Subject((0, height / 2, 0), 1.15)


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


def _with_cookies(scene: Scene, pot: str, china: China, height: float) -> Subject:
    side = scene.side()
    scene.add(placed(pot, (-0.6 * side, 0, 0.3)), placed(plate(scene, china, 0.9), (side, 0, -0.5)))
    cookie = COOKIES[scene.pick(*COOKIES)](scene)
    for x, z in ((-0.35, 0), (0.3, 0.25), (0.2, -0.4)):
        scene.add(placed(cookie, (side + x, 0.1, z - 0.5), turn=scene.uniform(0, 360)))
    return Subject((0.1 * side, height * 0.4, 0), 1.65)


_LAYOUTS = {
    "alone": _alone,
    "with two cups": _two_cups,
    "on a tray": _on_tray,
    "with cookies": _with_cookies,
}
