"""Stone bridges over rivers, gorges, canals and ponds."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from index_artifacts.scenes.render import boats, landscape, light, materials, plants, props
from index_artifacts.scenes.render.colors import ColorLike, darker, lighter
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.light import DAYLIGHTS
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
    box,
    cylinder,
    difference,
    ground,
    placed,
    prism,
    union,
    upright,
    vector,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SIZE = 240.0
_VIEWS = {
    "from the bank": View((4, 12), (10, 42), (0.75, 0.95), (0, 0.12), (-0.15, 0.1), angle=46),
    "from the water": View((1.5, 4), (0, 18), (0.85, 1.1), (0, 0.1), (-0.12, 0.12), angle=54),
    "from above": View((20, 34), (0, 50), (0.75, 0.95), (0, 0.12), (-0.12, 0.12), angle=42),
    "from afar": View((4, 10), (0, 40), (0.55, 0.68), (0.03, 0.16), (-0.18, 0.05), angle=40),
    "close by": View((3, 12), (25, 50), (1.2, 1.6), (0.0, 0.2), (-0.1, 0.1), angle=56),
}
_HOURS = {
    "clear": DAYLIGHTS["clear"],
    "golden": DAYLIGHTS["golden"],
    "overcast": DAYLIGHTS["overcast"],
    "mist": replace(DAYLIGHTS["mist"], haze=140.0),
    "winter": DAYLIGHTS["winter"],
    "autumn": DAYLIGHTS["wisps"],
    "fair": DAYLIGHTS["fair"],
    "night": DAYLIGHTS["night"],
}


@dataclass(frozen=True)
class _Bridge:
    """Sizes of a bridge along x over water at y = 0, in meters.

    Attributes:
        arches: Number of openings.
        span: Width of an opening.
        pier: Width between two openings.
        height: Of the road at its ends.
        hump: How much higher the middle is.
        width: From parapet to parapet.
        tiers: 2 has a row of smaller arches on top.
    """

    arches: int
    span: float
    pier: float
    height: float
    hump: float
    width: float
    tiers: int = 1

    @property
    def length(self) -> float:
        """Length of the part that is not hidden in the banks."""
        return self.arches * self.span + (self.arches + 1) * self.pier + 5

    def road(self, x: float) -> float:
        """Height of the road at x."""
        share = min(abs(x) / (self.length / 2), 1.0)
        return self.height + self.hump * (1 - share * share)

    def middles(self) -> FloatArray:
        """Places on x of the openings' middles (arches,)."""
        reach = (self.arches - 1) / 2 * (self.span + self.pier)
        return np.linspace(-reach, reach, self.arches)


_BRIDGES: dict[str, Callable[[Scene], _Bridge]] = {
    "one arch": lambda s: _Bridge(1, s.uniform(11, 15), 1.5, 3.4, s.uniform(2.2, 3.4), 4.0),
    "three arches": lambda s: _Bridge(3, s.uniform(6, 8), 1.6, 4.0, s.uniform(0.6, 2.2), 4.5),
    "five arches": lambda s: _Bridge(5, s.uniform(5, 6), 1.3, 4.4, s.uniform(0, 0.8), 5.0),
    "aqueduct": lambda s: _Bridge(4, s.uniform(6, 7.5), 1.8, 15.0, 0.0, 4.0, tiers=2),
    "moon bridge": lambda s: _Bridge(1, s.uniform(8, 10), 1.0, 0.9, s.uniform(5.0, 6.2), 3.2),
}


@category(
    "stone bridge",
    caption=("kind", "place", "hour", "view"),
    kind=tuple(_BRIDGES),
    place=("in meadows", "in a gorge", "in a village", "in the woods", "in a park"),
    hour=tuple(_HOURS),
    stone=("gray", "sandstone", "dark", "brick", "pale"),
    view=(*_VIEWS, "along the bridge"),
)
def stone_bridge(scene: Scene, *, kind: str, place: str, hour: str, stone: str, view: str) -> None:
    """A bridge in a landscape."""
    light.daylight(
        scene,
        _HOURS[hour],
        scene.side() * scene.uniform(105, 145),
        fog_height=10,
        on_snow=hour == "winter",
    )
    if hour == "night":
        light.stars(scene, 160, 0.7)
        scene.grade = replace(scene.grade, exposure=2.1, bloom=0.2)
    bridge = _BRIDGES[kind](scene)
    if place == "in a gorge" and kind != "moon bridge":
        bridge = replace(bridge, height=bridge.height + 4.5)
    land = _shape_land(scene, bridge, place, hour)
    for part in _build(bridge, _STONES[stone], snowy=hour == "winter"):
        scene.add(part)
    if hour == "night" or place == "in a park":
        _light_lamps(scene, bridge, lit=hour == "night")
    _plant(scene, land, bridge, place, hour)
    if place == "in a village":
        _houses(scene, land, bridge, hour)
    if place in ("in a park", "in a village") or scene.pick(True, False):
        _float_boats(scene, bridge)
    _look(scene, bridge, land, view)


def _look(scene: Scene, bridge: _Bridge, land: Terrain, view: str) -> None:
    if view == "along the bridge":
        # From beside one end, so that the arches recede.
        side, out = scene.side(), scene.uniform(5, 10)
        x = side * bridge.length * scene.uniform(0.42, 0.55)
        height = max(bridge.height + scene.uniform(-1.5, 4), land.height(x, -out) + 1.5)
        aim = (-side * bridge.length * 0.25, bridge.height * scene.uniform(0.5, 1.0), 2)
        scene.camera((x, height, -out), aim, scene.uniform(56, 72), roll=scene.uniform(-4, 4))
        return
    middle = (0.0, (bridge.height + bridge.hump) * 0.5, 0.0)
    frame(scene, middle, max(bridge.length * 0.5, 8.0), _VIEWS[view], land=land)


_STONES: dict[str, tuple[ColorLike, tuple[float, float]]] = {
    "gray": ("#96928a", (1.1, 0.45)),
    "sandstone": ("#c6a878", (1.2, 0.5)),
    "dark": ("#6a645c", (0.9, 0.4)),
    "brick": ("#a35a42", (0.5, 0.2)),
    "pale": ("#d6cfc0", (1.4, 0.6)),
}


def _build(
    bridge: _Bridge, stone: tuple[ColorLike, tuple[float, float]], *, snowy: bool
) -> list[str]:
    """Write body, arch rings, parapets, road and cutwaters."""
    color, size = stone
    wall = materials.masonry(color, darker(color, 0.35), size, 0.04)
    trim = materials.stone(lighter(color, 0.15), 0.8, 0.3)
    x = np.linspace(-bridge.length / 2 - 1, bridge.length / 2 + 1, 41)
    road = np.array([bridge.road(float(value)) for value in x])
    outline = [(x[0], -5.0), *zip(x, road, strict=True), (x[-1], -5.0)]
    openings = [*_openings(bridge), *(_small_openings(bridge) if bridge.tiers == 2 else [])]
    body = difference(upright(outline, bridge.width), *openings, wall)
    strip = [*zip(x, road + 0.95, strict=True), *zip(x[::-1], road[::-1] - 0.2, strict=True)]
    coping = [*zip(x, road + 1.1, strict=True), *zip(x[::-1], road[::-1] + 0.93, strict=True)]
    edge = bridge.width / 2 - 0.2
    rails = [placed(upright(strip, 0.4), (0, 0, z)) for z in (-edge, edge)]
    caps = [placed(upright(coping, 0.6), (0, 0, z)) for z in (-edge, edge)]
    paving = [*zip(x, road + 0.05, strict=True), *zip(x[::-1], road[::-1] - 0.1, strict=True)]
    lane = placed(upright(paving, bridge.width - 0.8))
    ends = [
        box((side * x[-1], -5, -bridge.width / 2), (side * 70, bridge.height, bridge.width / 2))
        for side in (-1, 1)
    ]
    white = materials.snow()
    return [
        body,
        union(*rails, wall),
        union(*caps, white if snowy else trim),
        union(lane, white if snowy else materials.stone("#8f877a", 0.5, 0.6)),
        union(*ends, white if snowy else materials.meadow("#6f6a50", "#8f8668", 1.0)),
        union(*_rings(bridge), trim),
        union(*_cutwaters(bridge), wall) if bridge.arches > 1 else "",
    ]


def _rise(bridge: _Bridge) -> tuple[float, float]:
    """Return height of the springing and of the crown above it."""
    top = bridge.road(0) - (1.0 if bridge.tiers == 1 else bridge.height * 0.42)
    rise = min(bridge.span / 2, top)
    return top - rise, rise


def _openings(bridge: _Bridge) -> list[str]:
    spring, rise = _rise(bridge)
    parts = []
    for x in bridge.middles():
        # At the sides of a humped bridge the crown is lower.
        drop = bridge.road(0) - bridge.road(float(x))
        parts.append(_vault(float(x), spring - drop, bridge.span / 2, rise))
    return parts


def _vault(x: float, spring: float, half: float, rise: float) -> str:
    """Write the space under an arch, to be cut out."""
    tube = cylinder((0, 0, -9), (0, 0, 9), 1)
    round_part = placed(tube, (x, spring, 0), scale=(half, rise, 1))
    return union(round_part, box((x - half, -9, -9), (x + half, spring, 9)))


def _small_openings(bridge: _Bridge) -> list[str]:
    """The upper row of an aqueduct."""
    count = bridge.arches * 3
    step = (bridge.arches * (bridge.span + bridge.pier)) / count
    half, base = step * 0.36, bridge.height * 0.66
    places = (np.arange(count) - (count - 1) / 2) * step
    parts = []
    for x in places:
        tube = cylinder((x, base + half * 2.2, -9), (x, base + half * 2.2, 9), half)
        parts += [tube, box((x - half, base, -9), (x + half, base + half * 2.2, 9))]
    return parts


def _rings(bridge: _Bridge) -> list[str]:
    """Write the rings of wedge stones that stand out around the openings."""
    spring, rise = _rise(bridge)
    face = bridge.width / 2 + 0.06
    rings = []
    for x in bridge.middles():
        drop = bridge.road(0) - bridge.road(float(x))
        outer = cylinder((0, 0, -face), (0, 0, face), 1)
        half = bridge.span / 2
        low = spring - drop
        hull = placed(outer, (x, low, 0), scale=(half + 0.5, rise + 0.5, 1))
        bore = placed(cylinder((0, 0, -9), (0, 0, 9), 1), (x, low, 0), scale=(half, rise, 1))
        rings.append(difference(hull, bore, box((x - 99, -99, -9), (x + 99, low, 9))))
    return rings


def _cutwaters(bridge: _Bridge) -> list[str]:
    """Write pointed piers that part the current."""
    step, out = bridge.span + bridge.pier, bridge.width / 2
    half, point = bridge.pier / 2, bridge.width / 2 + bridge.pier * 0.8
    outline = [(-half, -out), (0, -point), (half, -out), (half, out), (0, point), (-half, out)]
    top = bridge.height * (0.45 if bridge.tiers == 1 else 0.25)
    places = bridge.middles()[:-1] + step / 2
    return [placed(prism(outline, -4, top), (x, 0, 0)) for x in places]


def _shape_land(scene: Scene, bridge: _Bridge, place: str, hour: str) -> Terrain:
    """Add banks, hills and water; the river runs along z."""
    x, z = unit_grid(321)
    meters_x, meters_z = x * _SIZE / 2, z * _SIZE / 2
    bend = 14 * fractal(z * 1.3, z * 0 + 3.7, scene.rng, 2) * np.clip(np.abs(meters_z) / 30, 0, 1)
    bank = np.abs(meters_x - bend) - (bridge.length / 2 - 3.5)
    rough = 0.5 + 0.5 * fractal(x * 5, z * 5, scene.rng, 5)
    rise, slope = {
        "in a gorge": (7.0, 1.6),
        "in a village": (1.6, 3.0),
        "in a park": (1.2, 0.35),
    }.get(place, (2.2, 0.55))
    shore = np.clip(bank * slope + 0.3, -2.5, rise)
    hills = {"in a gorge": 16.0, "in a village": 1.0, "in a park": 2.5}.get(place, 9.0)
    # Before the bridge the land stays low, so that it does not hide it.
    toward = np.clip((meters_z + 14) / 30, 0, 1)
    height = shore + np.clip(bank - 4, 0, 60) / 60 * hills * toward * rough + 0.6 * (rough - 0.5)
    # The road meets the land at its own height.
    to_road = np.clip(1.3 - np.abs(meters_z) / 12, 0, 1) * np.clip(bank / 3, 0, 1)
    height = height + (bridge.height - 0.5 - height) * to_road
    low, high = -3.0, float(height.max()) + 0.1
    rock = materials.stone(scene.pick("#8a8074", "#7a756e"), 2.0)
    grass = materials.snow() if hour == "winter" else materials.meadow(*_greens(hour), 2.0)
    texture = materials.by_slope(rock, grass, (0.78, 0.9))
    land = landscape.terrain(scene, (height - low) / (high - low), _SIZE, (low, high), texture)
    depth = "#0a1220" if hour == "night" else scene.pick("#1f4a4a", "#2a4a3a", "#23485e", "#3a4a34")
    waves = {"in a gorge": 0.3, "in a park": 0.03}.get(place, 0.1)
    scene.add(ground(0, materials.water(depth, waves, 1.2)))
    return land


def _greens(hour: str) -> tuple[str, str]:
    return {"autumn": ("#6f6a34", "#9a8c48"), "night": ("#3a5030", "#4c6038")}.get(
        hour, ("#4a6a2c", "#7d9444")
    )


def _plant(scene: Scene, land: Terrain, bridge: _Bridge, place: str, hour: str) -> None:
    """Scatter trees on the banks, and grass near the camera."""
    count = {"in the woods": 260, "in a gorge": 110, "in a village": 26}.get(place, 60)
    x, z = scene.rng.uniform(-85, 85, count * 3), scene.rng.uniform(-26, 95, count * 3)
    free = (land.heights_at(x, z) > 0.7) & (np.abs(z) > bridge.width / 2 + 3)
    # Before the bridge trees would hide it.
    free &= (z > 0) | (np.abs(x) > bridge.length / 2 + 5 - 0.3 * z)
    points = land.on(x[free], z[free], -0.15)[:count]
    landscape.scatter(scene, _trees(scene, place, hour), points, (0.6, 1.2))
    if hour != "winter":
        tufts = plants.grass(scene, height=0.5, count=350, size=2.2)
        a, b = scene.rng.uniform(-26, 26, 500), scene.rng.uniform(-18, 14, 500)
        heights = land.heights_at(a, b)
        near = (heights > 0.05) & (heights < 6) & (np.abs(b) > bridge.width / 2 + 1)
        landscape.scatter(scene, tufts, land.on(a[near], b[near]), (0.7, 1.3))


def _trees(scene: Scene, place: str, hour: str) -> list[str]:
    forms = {"in a park": ("weeping", "round"), "in a gorge": ("tall", "leaning")}.get(
        place, ("round", "tall")
    )
    if hour == "winter":
        bare = replace(plants.TREE_FORMS[forms[0]], depth=3)
        return [plants.tree(scene, bare, None, snowy=True), plants.pine(scene, 7.0, snowy=0.6)]
    names = {
        "autumn": ("orange", "gold"),
        "pink dawn": ("pink", "fresh"),
        "night": ("dark", "dark"),
    }
    palettes = names.get(hour, ("summer", "fresh"))
    trees = [
        plants.tree(
            scene, plants.TREE_FORMS[form], plants.Foliage(materials.palette(name), 2600, 0.24)
        )
        for form, name in zip(forms, palettes, strict=True)
    ]
    if place in ("in the woods", "in a gorge"):
        trees.append(plants.pine(scene, 9.0))
    return trees


def _houses(scene: Scene, land: Terrain, bridge: _Bridge, hour: str) -> None:
    """Rows of cottages along both banks behind the bridge."""
    for side in (-1, 1):
        for z in np.arange(9, 80, 9.5):
            wall = scene.pick("#f0e6d0", "#e8d8b0", "#d8b898", "#f4f0e8", "#c8d0cc")
            roof = scene.pick("#a8502e", "#7a4a34", "#5a5a60")
            house = props.cottage(wall, roof, lit=hour == "night", snowy=hour == "winter")
            x = side * (bridge.length / 2 + 3.5 + scene.uniform(0, 1.5))
            at = (x, land.height(x, z) - 0.1, z)
            scene.add(
                placed(house, at, 90 * side + scene.uniform(-8, 8), scene.uniform(0.95, 1.35))
            )


def _light_lamps(scene: Scene, bridge: _Bridge, *, lit: bool) -> None:
    """Lamps on the parapets."""
    post = props.lamp_post(lit)
    edge = bridge.width / 2 - 0.2
    for x in np.linspace(-bridge.length * 0.36, bridge.length * 0.36, 4):
        level = bridge.road(float(x)) + 1.0
        for z in (-edge, edge):
            scene.add(placed(post, (x, level, z), scale=0.75))
        if lit:
            glow = "color rgb <1,.72,.38>*1.1 fade_distance 5 fade_power 2 shadowless"
            bulb = vector((x, level + 2.4, 0))
            scene.add(block("light_source", f"{bulb} {glow}"))


def _float_boats(scene: Scene, bridge: _Bridge) -> None:
    boat = boats.rowing_boat(scene.pick("#a83228", "#2f5a8a", "#d8d2c0", "#3a6a4a"))
    reach = bridge.length * 0.3
    for _ in range(scene.pick(1, 2)):
        at = (scene.uniform(-reach, reach), 0.0, scene.uniform(-13, -5))
        scene.add(placed(boat, at, scene.uniform(0, 360)))
