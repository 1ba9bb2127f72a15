"""Flowers in a vase: tulips, sunflowers."""

from index_artifacts.scenes.render import flowers, fruits, still_life
from index_artifacts.scenes.render.china import CHINAS
from index_artifacts.scenes.render.colors import ColorLike
from index_artifacts.scenes.render.crockery import cup_and_saucer
from index_artifacts.scenes.render.flowers import Bouquet
from index_artifacts.scenes.render.pov import placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import books, candle
from index_artifacts.scenes.render.vases import VASES, Vase, vase

# Petals and their lower part.
_TULIPS: dict[str, tuple[tuple[ColorLike, ColorLike], ...]] = {
    "red": (("#c8142a", "#e8c040"), ("#b01024", "#d8a838")),
    "yellow": (("#f0c020", "#e8d878"), ("#f4d040", "#e8d878")),
    "pink": (("#f08cb0", "#f8ecdc"), ("#e8709c", "#f8ecdc")),
    "purple": (("#6a2a6e", "#e0d0c8"), ("#541f5c", "#d8c8c4")),
    "white": (("#f8f4ea", "#d8e0a0"), ("#fbf8f0", "#e0e4b0")),
    "mixed": (("#c8142a", "#e8c040"), ("#f0c020", "#e8d878"), ("#f08cb0", "#f8ecdc"),
              ("#e87028", "#f0d050")),
}  # fmt: skip
_TULIP_BOUQUETS = {
    "a single one": (Bouquet((1, 1), 1.9, 0.5, 0.2), 0.1),
    "three": (Bouquet((3, 3), 1.6, 0.8, 0.3), 0.3),
    "a loose bunch": (Bouquet((6, 8), 1.9, 1.5, 0.4), 0.5),
    "a full bunch": (Bouquet((15, 19), 1.5, 1.25, 0.45), 0.25),
    "drooping": (Bouquet((5, 8), 1.35, 1.9, 0.95), 0.6),
    "wide open": (Bouquet((5, 9), 1.3, 1.3, 0.4), 1.0),
}
# Petals and the disc in the middle.
_SUNFLOWERS: dict[str, tuple[tuple[ColorLike, ColorLike], ...]] = {
    "golden": (("#f2b41c", "#4a2814"), ("#f4c020", "#3a2010")),
    "lemon yellow": (("#f4dc50", "#6a5a1c"), ("#f6e468", "#5a4a18")),
    "rust red": (("#9a3a18", "#301810"), ("#b8541c", "#301810")),
    "orange": (("#ee8c18", "#46240f"), ("#f09a20", "#46240f")),
    "of every color": (("#f2b41c", "#4a2814"), ("#9a3a18", "#301810"), ("#f4dc50", "#6a5a1c")),
}
_SUNFLOWER_BOUQUETS = {
    "a single one": Bouquet((1, 1), 1.5, 0.3, 0.2, 1.1),
    "three": Bouquet((3, 3), 1.4, 0.9, 0.3, 1.0),
    "a loose bunch": Bouquet((5, 7), 1.9, 1.6, 0.4, 0.9),
    "a full bunch": Bouquet((10, 13), 1.5, 1.5, 0.5, 0.7),
    "cut short": Bouquet((5, 7), 0.7, 0.95, 0.4, 0.8),
    "hanging their heads": Bouquet((4, 6), 1.3, 1.7, 0.95, 0.3),
}
_BESIDE = ("nothing beside", "fallen petals", "fruit beside", "a cup of tea beside", "books beside",
           "a candle beside")  # fmt: skip


@category(
    "tulips in a vase",
    caption=("color", "bunch", "container", "beside"),
    color=("red", "pink", "yellow"),
    bunch=("a loose bunch", "a full bunch", "three"),
    container=("glass vase", "round vase"),
    view=("in front", "at eye level", "close up"),
    setting=("pale wall, window light", "wallpaper, lamplight"),
    beside=("nothing beside", "fallen petals"),
)
def tulips(
    scene: Scene, *, color: str, bunch: str, container: str, view: str, setting: str, beside: str
) -> None:
    """Tulips in a vase on a table."""
    _set(scene, setting)
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
    container=tuple(VASES),
    view=("seen from above", "in front", "at eye level", "close up", "from afar"),
    setting=(
        "plain wall, window light",
        "blue wall, low sun",
        "garden, noon light",
        "window, light from behind",
        "dark wall, lamplight",
        "tiles, evening blue",
        "sea, leaf shade",
        "wooden wall, sun through blinds",
    ),
    beside=_BESIDE,
)
def sunflowers(
    scene: Scene, *, color: str, bunch: str, container: str, view: str, setting: str, beside: str
) -> None:
    """Sunflowers in a vase on a table."""
    _set(scene, setting)
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


# Of each setting: light, place and the tables to draw from.
_SETTINGS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "pale wall, window light": ("window light", "plain wall", ("oak table", "white tablecloth")),
    "plain wall, window light": ("window light", "plain wall", ("walnut table", "marble table")),
    "blue wall, low sun": ("low sun", "plain wall", ("white table", "oak table")),
    "dark wall, low sun": ("low sun", "dark wall", ("walnut table", "black table")),
    "garden, leaf shade": ("leaf shade", "garden", ("white table", "blue tablecloth")),
    "garden, noon light": ("noon light", "garden", ("checkered tablecloth", "oak table")),
    "window, light from behind": ("light from behind", "window", ("beech table", "marble table")),
    "wallpaper, lamplight": ("lamplight", "striped wallpaper", ("oak table", "white tablecloth")),
    "dark wall, lamplight": ("lamplight", "dark wall", ("walnut table", "blue tablecloth")),
    "shelves, sun through blinds": ("sun through blinds", "shelves", ("slate table", "oak table")),
    "evening lights, lamplight": ("lamplight", "evening lights", ("black table", "marble table")),
    "brick wall, sun through a window": (
        "sun through a window", "brick wall", ("white table", "walnut table")),
    "tiles, evening blue": ("evening blue", "tiled wall", ("tiled table", "white table")),
    "sea, leaf shade": ("leaf shade", "sea", ("white table", "checkered tablecloth")),
    "wooden wall, sun through blinds": (
        "sun through blinds", "wooden wall", ("slate table", "white tablecloth")),
}  # fmt: skip


def _set(scene: Scene, setting: str) -> None:
    light, place, tables = _SETTINGS[setting]
    still_life.setting(scene, light, place, scene.pick(*tables))


def _look(scene: Scene, view: str, holder: Vase, plan: Bouquet) -> None:
    """Show vase and flowers; from near only the flowers."""
    top = holder.height + plan.rise + 0.5
    bloom = Subject((0, holder.height + plan.rise * 0.7, 0), plan.spread * 0.6 + 0.8)
    whole = Subject((0, top / 2, 0), top / 2 + 0.15)
    still_life.look(scene, view, bloom if view in {"close up", "seen from above"} else whole)


def _add_beside(scene: Scene, beside: str, color: ColorLike) -> None:
    """Put something next to the vase."""
    at = (scene.side() * scene.uniform(1.3, 1.8), 0.0, scene.uniform(-1.0, -0.3))
    if beside == "fallen petals":
        scene.add(flowers.fallen_petals(scene, color, 14, 2.2, 0.6))
    elif beside == "fruit beside":
        apple, orange = fruits.apple(scene, scene.pick(*fruits.APPLES)), fruits.orange(scene)
        scene.add(placed(apple, (at[0], 0.37, at[2]), scale=0.42))
        scene.add(placed(orange, (at[0] * 1.5, 0.39, at[2] + 0.5), scale=0.42))
    elif beside == "a cup of tea beside":
        cup = cup_and_saucer(scene, CHINAS[scene.pick(*CHINAS)])
        scene.add(placed(cup, at, turn=scene.uniform(0, 360)))
    elif beside == "books beside":
        pile, _ = books(scene, int(scene.rng.integers(2, 5)))
        scene.add(placed(pile, (at[0] * 1.25, 0, 0.3)))
    elif beside == "a candle beside":
        scene.add(placed(candle(scene, scene.uniform(0.7, 1.6)), at))
