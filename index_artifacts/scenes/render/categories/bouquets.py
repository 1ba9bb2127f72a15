"""Flowers in a vase: tulips, sunflowers."""

from index_artifacts.scenes.render import flowers, still_life
from index_artifacts.scenes.render.china import CHINAS
from index_artifacts.scenes.render.colors import ColorLike
from index_artifacts.scenes.render.crockery import cup_and_saucer
from index_artifacts.scenes.render.flowers import Bouquet
from index_artifacts.scenes.render.pov import placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.vases import Vase, vase

# No other category has walls of these colors.
_TULIP_WALL = "#a8cdb4"
_SUNFLOWER_WALL = "#33609c"
# Petals and their lower part.
_TULIPS: dict[str, tuple[tuple[ColorLike, ColorLike], ...]] = {
    "red": (("#c8142a", "#e8c040"), ("#b01024", "#d8a838")),
    "pink": (("#f08cb0", "#f8ecdc"), ("#e8709c", "#f8ecdc")),
    "red and pink": (("#c8142a", "#e8c040"), ("#f08cb0", "#f8ecdc")),
}
_TULIP_BOUQUETS = {
    "three": (Bouquet((3, 3), 1.6, 0.8, 0.3), 0.3),
    "a loose bunch": (Bouquet((6, 8), 1.9, 1.5, 0.4), 0.5),
    "a full bunch": (Bouquet((15, 19), 1.5, 1.25, 0.45), 0.25),
    "wide open": (Bouquet((5, 9), 1.3, 1.3, 0.4), 1.0),
}
# Petals and the disc in the middle.
_SUNFLOWERS: dict[str, tuple[tuple[ColorLike, ColorLike], ...]] = {
    "golden": (("#f2b41c", "#4a2814"), ("#f4c020", "#3a2010")),
    "lemon yellow": (("#f4dc50", "#6a5a1c"), ("#f6e468", "#5a4a18")),
    "orange": (("#ee8c18", "#46240f"), ("#f09a20", "#46240f")),
}
_SUNFLOWER_BOUQUETS = {
    "three": Bouquet((3, 3), 1.4, 0.9, 0.3, 1.0),
    "a loose bunch": Bouquet((5, 7), 1.9, 1.6, 0.4, 0.9),
    "a full bunch": Bouquet((10, 13), 1.5, 1.5, 0.5, 0.7),
    "cut short": Bouquet((5, 7), 0.7, 0.95, 0.4, 0.8),
}
_BESIDE = ("nothing beside", "fallen petals", "a cup of tea beside")
_VIEWS = ("in front", "at eye level", "close up")


@category(
    "tulips in a vase",
    caption=("color", "bunch", "container", "beside"),
    color=tuple(_TULIPS),
    bunch=tuple(_TULIP_BOUQUETS),
    container=("glass vase", "round vase"),
    view=_VIEWS,
    light=("window light", "noon light"),
    beside=_BESIDE,
)
def tulips(
    scene: Scene, *, color: str, bunch: str, container: str, view: str, light: str, beside: str
) -> None:
    """Tulips in a vase on a table."""
    still_life.setting(scene, light, "plain wall", "white tablecloth", color=_TULIP_WALL)
    plan, openness = _TULIP_BOUQUETS[bunch]
    heads = [
        flowers.tulip(scene, petals, base, min(1.0, max(0.0, openness + shift)))
        for petals, base in _TULIPS[color]
        for shift in (-0.15, 0.15)
    ]
    holder = vase(scene, container)
    scene.add(holder.text)
    scene.add(flowers.bouquet(scene, plan, heads, holder, size=0.78, foliage=flowers.tulip_leaves))
    _add_beside(scene, beside, _TULIPS[color][0][0])
    _look(scene, view, holder, plan)


@category(
    "sunflowers in a vase",
    caption=("color", "bunch", "container", "beside"),
    color=tuple(_SUNFLOWERS),
    bunch=tuple(_SUNFLOWER_BOUQUETS),
    container=("stoneware jug", "enamel pot"),
    view=_VIEWS,
    light=("window light", "low sun"),
    beside=_BESIDE,
)
def sunflowers(
    scene: Scene, *, color: str, bunch: str, container: str, view: str, light: str, beside: str
) -> None:
    """Sunflowers in a vase on a table."""
    still_life.setting(scene, light, "plain wall", "oak table", color=_SUNFLOWER_WALL)
    plan = _SUNFLOWER_BOUQUETS[bunch]
    heads = [flowers.sunflower(scene, *colors) for colors in _SUNFLOWERS[color] for _ in range(2)]
    holder = vase(scene, container)
    scene.add(holder.text)
    scene.add(
        flowers.bouquet(
            scene, plan, heads, holder, size=0.74, foliage=flowers.heart_leaves, thickness=0.06
        )
    )
    _add_beside(scene, beside, _SUNFLOWERS[color][0][0])
    _look(scene, view, holder, plan)


def _look(scene: Scene, view: str, holder: Vase, plan: Bouquet) -> None:
    """Show vase and flowers; from near only the flowers."""
    top = holder.height + plan.rise + 0.5
    bloom = Subject((0, holder.height + plan.rise * 0.7, 0), plan.spread * 0.6 + 0.8)
    whole = Subject((0, top / 2, 0), top / 2 + 0.15)
    still_life.look(scene, view, bloom if view == "close up" else whole)


def _add_beside(scene: Scene, beside: str, color: ColorLike) -> None:
    """Put something next to the vase."""
    at = (scene.side() * scene.uniform(1.3, 1.8), 0.0, scene.uniform(-1.0, -0.3))
    if beside == "fallen petals":
        scene.add(flowers.fallen_petals(scene, color, 14, 2.2, 0.6))
    elif beside == "a cup of tea beside":
        cup = cup_and_saucer(scene, CHINAS[scene.pick(*CHINAS)])
        scene.add(placed(cup, at, turn=scene.uniform(0, 360)))
