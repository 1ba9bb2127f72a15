"""Single trees in the open: in leaf, in blossom, bare in winter."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants, props
from index_artifacts.scenes.render.colors import Color
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import FloatArray, ground, placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SIZE = 160.0
_NEAR_VIEWS = ("from below", "close", "past the trunk")
_VIEWS = ("far away", "from a hill", "from below", "close", "past the trunk", "at eye level")
_SIDES = ("on the left", "in the middle", "on the right")


@dataclass(frozen=True)
class _Season:
    """What a season does to the ground.

    Attributes:
        meadow: Texture of the open ground.
        field: Dark and light color of the stripes of a field.
        grass: Hue of the blades; None is snow.
        flowers: Colors of flowers in the grass.
        water: Color of a lake.
        distant: Colors of the trees at the horizon.
    """

    meadow: str
    field: tuple[str, str]
    grass: float | None
    flowers: tuple[str, ...] = ()
    water: str = "#24505c"
    distant: tuple[Color, ...] = materials.palette("dark")


_SUMMER = _Season(materials.meadow("#56752e", "#7d9440"), ("#b99a4a", "#d9bf6a"), 0.23)
_SPRING = _Season(
    materials.meadow("#5a8a34", "#84ad48"),
    ("#6f9a3a", "#8a6a48"),
    0.24,
    ("#f4a8c4", "#ffffff"),
    distant=materials.palette("fresh"),
)
_WINTER = _Season(materials.snow(), ("#eef2f8", "#9c948c"), None, water="#b8cbdc")


def _meadow(x: FloatArray, z: FloatArray, scene: Scene) -> FloatArray:
    return 0.5 + 0.4 * fractal(x * 2.6, z * 2.6, scene.rng, 4, 0.35)


def _hilltop(x: FloatArray, z: FloatArray, scene: Scene) -> FloatArray:
    crest = np.exp(-((x / 0.24) ** 2) - (z / 0.17) ** 2)
    return 0.16 + 0.75 * crest + 0.1 * fractal(x * 3, z * 3, scene.rng, 4, 0.35)


def _shore(x: FloatArray, z: FloatArray, scene: Scene) -> FloatArray:
    wave = 0.05 * fractal(x * 4, z * 4, scene.rng, 3)
    bank = np.tanh((z + 0.06 + wave) * 14) * 0.11
    hills = 0.5 * np.clip(z - 0.3, 0, 1) * (1 + 0.8 * fractal(x * 3, z * 3, scene.rng, 4))
    return 0.42 + bank + hills


def _valley(x: FloatArray, z: FloatArray, scene: Scene) -> FloatArray:
    slopes = np.clip(np.abs(x) - 0.1, 0, 1) ** 1.2 * 1.1 + np.clip(z - 0.3, 0, 1) * 0.9
    return 0.3 + slopes * (1 + 0.5 * fractal(x * 4, z * 4, scene.rng, 5))


_SHAPES: dict[str, Callable[[FloatArray, FloatArray, Scene], FloatArray]] = {
    "meadow": _meadow,
    "hilltop": _hilltop,
    "by a lake": _shore,
    "beside a field": _meadow,
    "in a valley": _valley,
    "row of trees": _meadow,
    "orchard": _meadow,
}


def _land(scene: Scene, season: _Season, place: str) -> Terrain:
    x, z = unit_grid(321)
    span = (-7.0, 9.0) if place in {"hilltop", "in a valley"} else (-3.2, 4.2)
    texture = _field_texture(scene, season) if place == "beside a field" else season.meadow
    land = landscape.terrain(scene, _SHAPES[place](x, z, scene), _SIZE, span, texture)
    if place == "by a lake":
        waves = 0.0 if season.grass is None else 0.05
        scene.add(ground(land.height(0, 0) - 0.5, materials.water(season.water, waves, 0.6)))
    _add_distant_trees(scene, season, land)
    return land


def _add_distant_trees(scene: Scene, season: _Season, land: Terrain) -> None:
    """Add clumps of trees along the edge of the land."""
    white = season.grass is None
    conifer = plants.pine(scene, 5.5, tiers=8, snowy=0.3 if white else 0.0)
    bush = plants.TreeForm(height=5, trunk=0.2, depth=3)
    leaves = None if white else plants.Foliage(season.distant, 900, 0.3, 0.06)
    things = [conifer, plants.tree(scene, bush, leaves)]
    for _ in range(5):
        middle = scene.uniform(-55, 55)
        x = middle + scene.rng.normal(size=14) * 7
        z = scene.uniform(42, 70) + scene.rng.normal(size=14) * 3
        landscape.scatter(scene, things, land.on(x, z, -0.2), (0.6, 1.3))


def _plant(scene: Scene, land: Terrain, tree: str, place: str, view: str) -> None:
    """Put the tree at x = z = 0, alone, in a row through that place or before an orchard."""
    spots = [(0.0, 0.0)]
    if place == "row of trees":
        slant = scene.uniform(3, 7) * scene.side()
        nearest = 0 if view in _NEAR_VIEWS else -1
        spots = [(slant * step, 9.0 * step) for step in range(nearest, 6)]
    elif place == "orchard":
        spots = [
            (9.5 * across + 2, 9.0 * away) for across in (-3, -2, -1, 1, 2) for away in (1, 2, 3)
        ]
        spots.append((0.0, 0.0))
    for x, z in spots:
        size = scene.uniform(0.9, 1.1)
        scene.add(placed(tree, (x, land.height(x, z) - 0.05, z), scene.uniform(0, 360), size))


def _field_texture(scene: Scene, season: _Season) -> str:
    dark, pale = season.field
    rows = materials.pattern(
        "gradient x",
        [(0, dark), (0.45, pale), (0.55, pale), (1, dark)],
        "turbulence .05",
        f"scale 1.6 rotate {scene.uniform(-35, 35):.1f}*y",
    )
    return materials.textured(rows, "normal{granite .4 scale .4}")


def _aim(scene: Scene, land: Terrain, view: str, side: str) -> None:
    """Place the camera before the tree; `side` is where in the picture the tree is."""
    distance, height, look_up, angle = {
        "far away": (21, 2.4, scene.uniform(1.0, 6.0), 44),
        "from a hill": (14, scene.uniform(6, 9.5), 1.8, 46),
        "from below": (5.2, 0.5, 4.6, 70),
        "close": (8.5, 2.8, 4.6, 44),
        "past the trunk": (4.0, 1.7, 2.2, 62),
        "at eye level": (14.5, 1.7, 3.4, 46),
    }[view]
    shift = {"on the left": 1.0, "in the middle": 0.0, "on the right": -1.0}[side]
    aside = shift * distance * scene.uniform(0.2, 0.3) + scene.uniform(-0.3, 0.3)
    stand = scene.uniform(-0.3, 0.3) * distance
    eye = land.height(stand, -distance) + height
    base = land.height(0, 0)
    if view == "far away":
        eye = max(eye, base + height)
    scene.camera((stand, eye, -distance), (aside, base + look_up, 0), angle)


def _add_grass(scene: Scene, season: _Season, land: Terrain, place: str, view: str) -> None:
    """Cover the ground around the tree with blades, but not right before the camera."""
    if season.grass is None:
        return
    tall = place == "beside a field"
    blades = plants.grass(
        scene,
        0.15 if tall and season is _SUMMER else season.grass,
        height=0.6 if tall else 0.28,
        flowers=season.flowers,
    )
    near = {"from below": -2, "past the trunk": -2, "close": -6}.get(view, -22)
    columns, rows = landscape.tiles((-24, 25), (near, 26), 2)
    points = land.on(columns, rows, -0.02)
    if place == "by a lake":
        points = points[points[:, 1] > land.height(0, 0) - 0.45]
    landscape.scatter(scene, blades, points, (0.95, 1.2))


def _foliage(colors: tuple[Color, ...], view: str) -> plants.Foliage:
    """Leaves of a size that suits their distance."""
    if view in _NEAR_VIEWS:
        return plants.Foliage(colors, count=26_000, size=0.085, scatter=0.02)
    return plants.Foliage(colors, count=14_000, size=0.12, scatter=0.021)


def _add_prop(scene: Scene, land: Terrain, prop: str, season: _Season) -> None:
    if prop.startswith("no "):
        return
    side = scene.side()
    snowy = season.grass is None
    if prop == "sheep":
        for _ in range(5):
            x, z = scene.uniform(-8, 8), scene.uniform(0.5, 7)
            spot = (x, land.height(x, z), z)
            scene.add(placed(props.sheep(scene), spot, scene.uniform(0, 360), 1.2))
    elif prop == "hay bales":
        for _ in range(5):
            x, z = scene.uniform(-12, 12), scene.uniform(-4, 14)
            scene.add(placed(props.hay_bale(), (x, land.height(x, z), z), scene.uniform(0, 360)))
    elif prop == "fence":
        rails = props.fence(14, snowy=snowy)
        scene.add(placed(rails, (0, land.height(0, -2.5) - 0.1, -2.5), scene.uniform(-25, 25)))
    elif prop == "cottage":
        x, z = side * scene.uniform(6, 9), scene.uniform(5, 12)
        wall = scene.pick("#a8503c", "#8a6a4a") if snowy else "#ece2cc"
        house = props.cottage(wall, scene.pick("#8a4030", "#5a6470"), snowy=snowy)
        scene.add(placed(house, (x, land.height(x, z), z), scene.uniform(-40, 40)))
    elif prop == "bench":
        x = side * scene.uniform(1.4, 2.2)
        scene.add(placed(props.bench(), (x, land.height(x, -0.8), -0.8), scene.uniform(-25, 25)))
    else:
        x = side * 1.3
        scene.add(placed(props.swing(4.2), (x, land.height(x, 0), 0), scene.uniform(-30, 30)))


def _sun_azimuth(scene: Scene, hour: str) -> float:
    """Let the evening sun stand behind the tree, any other sun light the side that is seen."""
    return scene.side() * (scene.uniform(12, 40) if hour == "sunset" else scene.uniform(95, 145))


@category(
    "summer tree",
    hour=("fair", "wisps", "noon"),
    form=("round", "tall", "spreading"),
    place=("meadow", "beside a field"),
    view=("at eye level", "from a hill"),
    side=_SIDES,
    prop=("no prop", "hay bales"),
    caption=("form", "place", "hour", "prop", "view"),
)
def summer_tree(
    scene: Scene, *, hour: str, form: str, place: str, view: str, side: str, prop: str
) -> None:
    """A tree in leaf."""
    light.daylight(scene, hour, _sun_azimuth(scene, hour))
    colors = materials.palette(scene.pick("summer", "fresh", "dark"))
    tree = plants.tree(scene, plants.TREE_FORMS[form], _foliage(colors, view))
    land = _land(scene, _SUMMER, place)
    _plant(scene, land, tree, place, view)
    _aim(scene, land, view, side)
    _add_grass(scene, _SUMMER, land, place, view)
    _add_prop(scene, land, prop, _SUMMER)


@category(
    "blossom tree",
    hour=("noon", "fair", "wisps"),
    blossom=("pink", "rose"),
    place=("meadow", "row of trees", "orchard"),
    view=("at eye level", "close", "from below"),
    side=_SIDES,
    prop=("no prop", "bench", "fence"),
    caption=("blossom", "place", "hour", "prop", "view"),
)
def blossom_tree(
    scene: Scene, *, hour: str, blossom: str, place: str, view: str, side: str, prop: str
) -> None:
    """A tree in blossom, with petals on the ground."""
    light.daylight(scene, hour, _sun_azimuth(scene, hour))
    form = plants.TREE_FORMS[scene.pick("round", "spreading", "leaning", "weeping")]
    colors = materials.palette(blossom)
    tree = plants.tree(scene, form, _foliage(colors, view), bark="#4a3a34")
    land = _land(scene, _SPRING, place)
    _plant(scene, land, tree, place, view)
    _aim(scene, land, view, side)
    _add_grass(scene, _SPRING, land, place, view)
    fallen = scene.rng.normal(size=(3000, 2)) * 3.4
    petals = [materials.leaf(color) for color in colors]
    spots = land.on(fallen[:, 0], fallen[:, 1], 0.16)
    landscape.fallen_leaves(scene, spots, 0.06, petals)
    _add_prop(scene, land, prop, _SPRING)


@category(
    "bare winter tree",
    hour=("winter", "overcast", "mist", "golden", "pink dawn", "dusk", "clear"),
    form=("round", "tall", "spreading", "weeping", "leaning"),
    place=("meadow", "hilltop", "by a lake", "beside a field", "in a valley", "row of trees"),
    view=_VIEWS,
    side=_SIDES,
    prop=("no prop", "bench", "fence", "cottage", "swing"),
    caption=("form", "place", "hour", "prop", "view"),
)
def bare_winter_tree(
    scene: Scene, *, hour: str, form: str, place: str, view: str, side: str, prop: str
) -> None:
    """A tree without leaves, with or without snow on its branches."""
    light.daylight(scene, hour, _sun_azimuth(scene, hour), on_snow=True)
    bark = scene.pick("#4a3c34", "#5b4636", "#3a3230", "#c8c2b8")
    snowy = scene.pick(True, False)
    bare = plants.tree(scene, plants.TREE_FORMS[form], None, bark=bark, snowy=snowy)
    land = _land(scene, _WINTER, place)
    _plant(scene, land, bare, place, view)
    _aim(scene, land, view, side)
    _add_prop(scene, land, prop, _WINTER)
