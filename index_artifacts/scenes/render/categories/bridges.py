"""Stone bridges over rivers and ponds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import boats, landscape, light, materials, plants, props
from index_artifacts.scenes.render.colors import ColorLike, darker, lighter
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import (
    FloatArray,
    box,
    cylinder,
    difference,
    ground,
    placed,
    prism,
    union,
    upright,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SIZE = 240.0
_VIEWS = {
    "from the bank": View((3, 8), (6, 26), (0.95, 1.15), (0, 0.12), (-0.15, 0.1), angle=46),
    "from the water": View((1.5, 4), (0, 18), (0.95, 1.15), (0, 0.1), (-0.12, 0.06), angle=54),
}
_HOURS = ("clear", "fair", "wisps")


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
    """

    arches: int
    span: float
    pier: float
    height: float
    hump: float
    width: float

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
    "two arches": lambda s: _Bridge(2, s.uniform(8, 10), 1.6, 3.8, s.uniform(1.2, 2.6), 4.2),
    "three arches": lambda s: _Bridge(3, s.uniform(6, 8), 1.6, 4.0, s.uniform(0.6, 2.2), 4.5),
    "four arches": lambda s: _Bridge(4, s.uniform(5, 6.5), 1.3, 4.2, s.uniform(0, 1.2), 5.0),
}


_STONES: dict[str, tuple[ColorLike, tuple[float, float]]] = {
    "gray": ("#96928a", (1.1, 0.45)),
    "sandstone": ("#c6a878", (1.2, 0.5)),
    "pale": ("#d6cfc0", (1.4, 0.6)),
}


@category(
    "stone bridge",
    caption=("kind", "place", "hour", "view"),
    kind=tuple(_BRIDGES),
    place=("in meadows", "in a park"),
    hour=_HOURS,
    stone=tuple(_STONES),
    view=tuple(_VIEWS),
)
def stone_bridge(scene: Scene, *, kind: str, place: str, hour: str, stone: str, view: str) -> None:
    """A bridge in a landscape."""
    light.daylight(scene, hour, scene.side() * scene.uniform(105, 145), fog_height=10)
    bridge = _BRIDGES[kind](scene)
    land = _shape_land(scene, bridge, place)
    for part in _build(bridge, _STONES[stone]):
        scene.add(part)
    if place == "in a park":
        _add_lamps(scene, bridge)
    _plant(scene, land, bridge, place)
    _float_boats(scene, bridge)
    middle = (0.0, (bridge.height + bridge.hump) * 0.5, 0.0)
    frame(scene, middle, max(bridge.length * 0.5, 8.0), _VIEWS[view], land=land)


def _build(bridge: _Bridge, stone: tuple[ColorLike, tuple[float, float]]) -> list[str]:
    """Write body, arch rings, parapets, road and cutwaters."""
    color, size = stone
    wall = materials.masonry(color, darker(color, 0.35), size, 0.04)
    trim = materials.stone(lighter(color, 0.15), 0.8, 0.3)
    x = np.linspace(-bridge.length / 2 - 1, bridge.length / 2 + 1, 41)
    road = np.array([bridge.road(float(value)) for value in x])
    outline = [(x[0], -5.0), *zip(x, road, strict=True), (x[-1], -5.0)]
    body = difference(upright(outline, bridge.width), *_openings(bridge), wall)
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
    return [
        body,
        union(*rails, wall),
        union(*caps, trim),
        union(lane, materials.stone("#8f877a", 0.5, 0.6)),
        union(*ends, materials.meadow("#6f6a50", "#8f8668", 1.0)),
        union(*_rings(bridge), trim),
        union(*_cutwaters(bridge), wall),
    ]


def _rise(bridge: _Bridge) -> tuple[float, float]:
    """Return height of the springing and of the crown above it."""
    top = bridge.road(0) - 1.0
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
    top = bridge.height * 0.45
    places = bridge.middles()[:-1] + step / 2
    return [placed(prism(outline, -4, top), (x, 0, 0)) for x in places]


def _shape_land(scene: Scene, bridge: _Bridge, place: str) -> Terrain:
    """Add banks, hills and water; the river runs along z."""
    x, z = unit_grid(321)
    meters_x, meters_z = x * _SIZE / 2, z * _SIZE / 2
    bend = 14 * fractal(z * 1.3, z * 0 + 3.7, scene.rng, 2) * np.clip(np.abs(meters_z) / 30, 0, 1)
    bank = np.abs(meters_x - bend) - (bridge.length / 2 - 3.5)
    rough = 0.5 + 0.5 * fractal(x * 5, z * 5, scene.rng, 5)
    rise, slope = (1.2, 0.35) if place == "in a park" else (2.2, 0.55)
    shore = np.clip(bank * slope + 0.3, -2.5, rise)
    hills = 2.5 if place == "in a park" else 9.0
    # Before the bridge the land stays low, so that it does not hide it.
    toward = np.clip((meters_z + 14) / 30, 0, 1)
    height = shore + np.clip(bank - 4, 0, 60) / 60 * hills * toward * rough + 0.6 * (rough - 0.5)
    # The road meets the land at its own height.
    to_road = np.clip(1.3 - np.abs(meters_z) / 12, 0, 1) * np.clip(bank / 3, 0, 1)
    height = height + (bridge.height - 0.5 - height) * to_road
    low, high = -3.0, float(height.max()) + 0.1
    rock = materials.stone(scene.pick("#8a8074", "#7a756e"), 2.0)
    grass = materials.meadow("#4a6a2c", "#7d9444", 2.0)
    texture = materials.by_slope(rock, grass, (0.78, 0.9))
    land = landscape.terrain(scene, (height - low) / (high - low), _SIZE, (low, high), texture)
    depth = scene.pick("#1f4a4a", "#2a4a3a", "#23485e", "#3a4a34")
    waves = 0.03 if place == "in a park" else 0.06
    scene.add(ground(0, materials.water(depth, waves, 1.2)))
    return land


def _plant(scene: Scene, land: Terrain, bridge: _Bridge, place: str) -> None:
    """Scatter trees on the banks, and grass near the camera."""
    count = 60
    x, z = scene.rng.uniform(-85, 85, count * 3), scene.rng.uniform(-26, 95, count * 3)
    free = (land.heights_at(x, z) > 0.7) & (np.abs(z) > bridge.width / 2 + 3)
    # Before the bridge trees would hide it.
    free &= (z > 0) | (np.abs(x) > bridge.length / 2 + 5 - 0.3 * z)
    points = land.on(x[free], z[free], -0.15)[:count]
    landscape.scatter(scene, _trees(scene, place), points, (0.6, 1.2))
    tufts = plants.grass(scene, height=0.5, count=350, size=2.2)
    a, b = scene.rng.uniform(-26, 26, 500), scene.rng.uniform(-18, 14, 500)
    heights = land.heights_at(a, b)
    near = (heights > 0.05) & (heights < 6) & (np.abs(b) > bridge.width / 2 + 1)
    landscape.scatter(scene, tufts, land.on(a[near], b[near]), (0.7, 1.3))


def _trees(scene: Scene, place: str) -> list[str]:
    forms = ("weeping", "round") if place == "in a park" else ("round", "tall")
    return [
        plants.tree(
            scene, plants.TREE_FORMS[form], plants.Foliage(materials.palette(name), 2600, 0.24)
        )
        for form, name in zip(forms, ("summer", "fresh"), strict=True)
    ]


def _add_lamps(scene: Scene, bridge: _Bridge) -> None:
    """Lamps on the parapets."""
    post = props.lamp_post(lit=False)
    edge = bridge.width / 2 - 0.2
    for x in np.linspace(-bridge.length * 0.36, bridge.length * 0.36, 4):
        level = bridge.road(float(x)) + 1.0
        for z in (-edge, edge):
            scene.add(placed(post, (x, level, z), scale=0.75))


def _float_boats(scene: Scene, bridge: _Bridge) -> None:
    boat = boats.rowing_boat(scene.pick("#a83228", "#2f5a8a", "#d8d2c0", "#3a6a4a"))
    reach = bridge.length * 0.3
    for _ in range(scene.pick(1, 2)):
        at = (scene.uniform(-reach, reach), 0.0, scene.uniform(-13, -5))
        scene.add(placed(boat, at, scene.uniform(0, 360)))
