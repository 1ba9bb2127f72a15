"""Chairs in rooms, on terraces and in gardens."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import (
    furniture,
    interiors,
    landscape,
    light,
    materials,
    plants,
    rooms,
)
from index_artifacts.scenes.render.colors import ColorLike, darker, hsv
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.furniture import Upholstery
from index_artifacts.scenes.render.pov import FloatArray, box, ground, placed, rounded_box, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_VIEWS = {
    "from above": View((34, 50), (0, 40), (0.8, 1.05), (0, 0.12), (-0.12, 0.12)),
    "near the floor": View((3, 8), (0, 40), (0.8, 1.05), (0, 0.15), (-0.1, 0.12), angle=48),
    "at eye level": View((12, 24), (0, 40), (0.75, 1.0), (0, 0.15), (-0.12, 0.08), angle=38),
    "close up": View((14, 34), (0, 40), (1.1, 1.35), (0.0, 0.16), (-0.14, 0.14), angle=42),
    "from further away": View((8, 22), (0, 30), (0.58, 0.7), (0.05, 0.2), (-0.18, 0.0), angle=40),
}
_FACING = {"facing us": (-35, 35), "from the side": (60, 120), "from behind": (150, 210)}
_COVERS: dict[str, tuple[tuple[ColorLike, ColorLike], ...]] = {
    "red": (("#b8342a", "#f0e4cc"), ("#8a2430", "#d8a060")),
    "blue": (("#2f5f9a", "#f4f0e6"), ("#2f7f8f", "#e8c878")),
    "yellow": (("#e0a828", "#f4f0e6"), ("#d8b858", "#6a7f8f")),
    "white": (("#ece8de", "#c8b8a0"), ("#dcd8d0", "#8fa8a0")),
    "dark": (("#2c2e34", "#8a8f98"), ("#3a2a2c", "#b89a6a")),
    "green": (("#4a7a4a", "#ece4cc"), ("#8aa878", "#d87a5a")),
}


@category(
    "chair",
    caption=("kind", "color", "layout", "place", "facing"),
    kind=("wooden chair", "Windsor chair", "rocking chair"),
    color=("red", "yellow", "green"),
    layout=("one", "with a plant"),
    place=("terrace", "tiled floor", "wooden floor"),
    facing=("facing us", "from behind"),
    view=("at eye level", "near the floor"),
)
def chair(
    scene: Scene, *, kind: str, color: str, layout: str, place: str, facing: str, view: str
) -> None:
    """Chairs, indoors and outdoors."""
    _PLACES[place](scene)
    cover, second = scene.pick(*_COVERS[color])
    frame_texture = scene.pick(
        materials.wood(*materials.OAK, 1.0, turn=90),
        materials.wood(*materials.WALNUT, 1.0, turn=90),
        materials.wood(*materials.BEECH, 1.0, turn=90),
        materials.glossy("#f0ede4", 0.3),
        materials.glossy("#232326", 0.3),
        materials.glossy(cover, 0.3),
    )
    kit = Upholstery(frame_texture, cover, second)
    body = scene.declare(furniture.CHAIRS[kind](kit))
    turn = scene.uniform(*_FACING[facing]) * scene.side()
    places = _LAYOUTS[layout](scene, body, kit, turn)
    # Near by, the middle of several chairs would be the gap between them.
    seen = places[:1] if view == "close up" else places
    middle = seen.mean(axis=0) + np.array([0, 1.8, 0])
    frame(scene, middle, 2.4 + 1.1 * (len(seen) - 1), _VIEWS[view])


def _one(scene: Scene, body: str, _: Upholstery, turn: float) -> FloatArray:
    scene.add(placed(body, turn=turn))
    return np.zeros((1, 3))


def _two(scene: Scene, body: str, _: Upholstery, turn: float) -> FloatArray:
    """Two chairs that turn away from each other a little."""
    gap, depth = scene.uniform(1.9, 2.6), scene.uniform(-0.8, 0.8)
    places = np.array([[-gap, 0, depth], [gap, 0, -depth]])
    for place, lean in zip(places, (-1, 1), strict=True):
        scene.add(placed(body, place, turn + lean * scene.uniform(10, 45)))
    return places


def _row(scene: Scene, body: str, _: Upholstery, turn: float) -> FloatArray:
    count, slope = int(scene.rng.integers(3, 5)), scene.uniform(-0.5, 0.5)
    steps = (np.arange(count) - (count - 1) / 2) * 3.0
    places = np.stack([steps, 0 * steps, slope * steps], axis=-1)
    for place in places:
        scene.add(placed(body, place, turn))
    return places


def _with_table(scene: Scene, body: str, kit: Upholstery, turn: float) -> FloatArray:
    """A chair beside a small table with books or a plant."""
    side = scene.side()
    table = interiors.table(2.4, 2.0, 2.3, kit.frame)
    at = np.array([side * 2.9, 0, scene.uniform(-0.4, 0.8)])
    colors = [hsv(scene.uniform(0, 1), 0.5, 0.6) for _ in range(4)]
    on_it = scene.pick(interiors.potted_plant(scene, 2.0), furniture.stack_of_books(colors))
    scene.add(placed(body, turn=turn), placed(table, at), placed(on_it, at + np.array([0, 2.3, 0])))
    return np.array([[0.0, 0, 0], at * 0.6])


def _with_plant(scene: Scene, body: str, _: Upholstery, turn: float) -> FloatArray:
    """A chair with a plant beside and behind it."""
    aside = np.array([scene.side() * scene.uniform(2.2, 2.8), 0, scene.uniform(0.8, 2.0)])
    plant = interiors.potted_plant(scene, scene.uniform(2.6, 4.2))
    scene.add(placed(body, turn=turn), placed(plant, aside))
    return np.array([[0.0, 0, 0], aside * 0.4])


_LAYOUTS: dict[str, Callable[[Scene, str, Upholstery, float], FloatArray]] = {
    "one": _one,
    "two": _two,
    "a row": _row,
    "with a table": _with_table,
    "with a plant": _with_plant,
}


def _indoors(scene: Scene, wall: str, floor: str, skirting: ColorLike | None = "#f2efe6") -> None:
    kind = scene.pick("window light", "noon light", "low sun", "lamplight")
    interiors.floored_room(scene, kind, wall, floor, skirting)


def _wall_color(scene: Scene) -> ColorLike:
    return hsv(scene.uniform(0, 1), scene.uniform(0.08, 0.45), scene.uniform(0.45, 0.95))


def _planks(scene: Scene) -> str:
    kinds = (materials.OAK, materials.WALNUT, materials.BEECH, materials.WHITEWASH)
    return materials.wood(*scene.pick(*kinds), 2.5, gloss=0.15, turn=scene.uniform(-60, 60))


def _by_window(scene: Scene) -> None:
    _indoors(scene, interiors.painted_wall(_wall_color(scene)), _planks(scene))
    sky = scene.pick(("#e8eef4", "#7fb0e8"), ("#fbe0b8", "#8fa8d8"), ("#dfe3e6", "#b8c4d0"))
    window = interiors.window(scene, scene.uniform(3.5, 6), scene.uniform(4.5, 6), sky)
    scene.add(placed(window, (scene.uniform(-4, 4), 5.0, 8.95)))


def _studio(scene: Scene) -> None:
    """A paper background that bends from the floor into the wall."""
    color = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.55), scene.uniform(0.5, 0.95))
    _indoors(scene, materials.matte(color), materials.matte(color), skirting=None)


def _wooden(scene: Scene) -> None:
    color = _wall_color(scene)
    walls = rooms.walls(color)
    wall = scene.pick(
        interiors.painted_wall(color), walls["striped wallpaper"](), walls["wooden wall"]()
    )
    _indoors(scene, wall, _planks(scene), scene.pick("#f2efe6", "#4a3426"))
    if scene.pick(True, False):
        hue = scene.uniform(0, 1)
        colors = (hsv(hue, 0.6, 0.45), "#e8dcc0", hsv(hue + 0.1, 0.5, 0.65))
        scene.add(placed(interiors.rug(8, 6, colors), turn=scene.uniform(-20, 20)))
    for x in np.array((-2.6, 2.6)) + scene.uniform(-3, 3):
        art = interiors.picture(scene, scene.uniform(1.6, 2.8), scene.uniform(1.8, 3.2))
        scene.add(placed(art, (x, scene.uniform(5, 6), 8.9)))


def _tiled(scene: Scene) -> None:
    colors = scene.pick(("#f0ece2", "#26282c"), ("#f0ece2", "#c87a5a"), ("#e8e4da", "#7f98a4"))
    turn = f"rotate {scene.pick(0, 45)}*y"
    floor = materials.checkered(*colors, 1.8, turn, finish=materials.gloss(0.35))
    walls = rooms.walls(_wall_color(scene))
    _indoors(scene, walls[scene.pick("dark wall", "tiled wall", "brick wall")](), floor)
    scene.add(placed(interiors.potted_plant(scene, 5.0), (scene.side() * 4.5, 0, 6.5)))


def _outdoors(scene: Scene, texture: str) -> None:
    hour = scene.pick("clear", "fair", "golden", "overcast", "pink dawn")
    light.daylight(scene, hour, scene.side() * scene.uniform(100, 145))
    scene.add(ground(-0.02, texture))


def _grove(scene: Scene, forms: tuple[str, ...], count: int) -> None:
    season = scene.pick("summer", "fresh", "orange", "pink")
    foliage = plants.Foliage(materials.palette(season), count=4000, size=0.22)
    trees = [plants.tree(scene, plants.TREE_FORMS[form], foliage) for form in forms]
    angles = scene.rng.uniform(-0.65, 0.65, count)
    away = scene.rng.uniform(26, 60, count)
    places = np.stack([away * np.sin(angles), 0 * away, away * np.cos(angles)], axis=-1)
    landscape.scatter(scene, trees, places, (1.8, 2.8))


def _terrace(scene: Scene) -> None:
    """Planks with a railing, before trees or the sky."""
    _outdoors(scene, materials.meadow("#48642a", "#6f8a3a"))
    tone = scene.pick("#a87c50", "#8f8a82", "#c4a070")
    stops: list[materials.Stop] = [(0, darker(tone, 0.7)), (0.06, darker(tone, 0.15)), (1, tone)]
    planks = materials.textured(
        materials.pattern("gradient x", stops, "scale .75"),
        "normal{wrinkles .15 scale <.1,.1,3>}",
    )
    scene.add(box((-30, -0.5, -14), (30, 0, 6.5), planks))
    posts = [box((x - 0.1, 0, 6), (x + 0.1, 3.4, 6.2)) for x in np.arange(-15, 15.1, 3)]
    bars = [box((x - 0.04, 0.3, 6.06), (x + 0.04, 3.3, 6.14)) for x in np.arange(-15, 15, 0.5)]
    rail = rounded_box((-15.5, 3.3, 5.8), (15.5, 3.55, 6.4), 0.3)
    color = scene.pick("#f2efe6", "#6a4a32", "#2e3236")
    scene.add(union(*posts, *bars, rail, materials.glossy(color, 0.2)))
    _grove(scene, ("tall", "round"), 10)


_PLACES: dict[str, Callable[[Scene], None]] = {
    "by a window": _by_window,
    "studio": _studio,
    "wooden floor": _wooden,
    "tiled floor": _tiled,
    "terrace": _terrace,
}
