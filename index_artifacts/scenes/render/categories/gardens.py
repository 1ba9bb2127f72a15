"""Houses with gardens, in all seasons."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from index_artifacts.scenes.render import houses, landscape, light, materials, plants, props
from index_artifacts.scenes.render.colors import ColorLike, darker, hsv
from index_artifacts.scenes.render.framing import View, frame, leaves_view
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.light import DAYLIGHTS, Daylight
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import FloatArray, block, box, placed, sphere, union, vector
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SIZE = 160.0
_VIEWS = {
    "from the gate": View((3, 9), (0, 16), (0.7, 0.9), (0, 0.1), (-0.15, 0.08), angle=50),
    "from the side": View((5, 14), (30, 58), (0.7, 0.9), (0, 0.12), (-0.15, 0.1), angle=44),
    "from above": View((22, 38), (0, 55), (0.7, 0.9), (0, 0.14), (-0.12, 0.12), angle=42),
    "from afar": View((3, 9), (0, 45), (0.5, 0.62), (0.03, 0.18), (-0.18, 0.0), angle=40),
    "close by": View((1, 8), (0, 45), (1.1, 1.4), (0.0, 0.2), (-0.1, 0.15), angle=58),
}


@dataclass(frozen=True)
class _Season:
    """Light and plants of a time.

    Attributes:
        day: Light and sky.
        leaves: Palettes of the trees; () are bare.
        grass: (hue, saturation) of the grass; None is snow.
        flowers: Colors of the flowers.
        lit: Whether lamps are on.
    """

    day: Daylight
    leaves: tuple[str, ...]
    grass: tuple[float, float] | None
    flowers: tuple[ColorLike, ...] = ()
    lit: bool = False


_BRIGHT: tuple[ColorLike, ...] = ("#d83a4a", "#f0c030", "#f4f0e6", "#8a5ac0")
_SEASONS = {
    "summer noon": _Season(DAYLIGHTS["fair"], ("summer", "fresh"), (0.24, 0.62), _BRIGHT),
    "spring": _Season(
        DAYLIGHTS["noon"],
        ("pink", "white", "fresh"),
        (0.25, 0.6),
        ("#f0d040", "#f4f0ea", "#e88ab0"),
    ),
    "autumn": _Season(DAYLIGHTS["wisps"], ("orange", "gold", "red"), (0.17, 0.5), ("#c8642a",)),
    "winter": _Season(DAYLIGHTS["winter"], (), None),
    "winter night": _Season(DAYLIGHTS["dusk"], (), None, lit=True),
    "summer evening": _Season(DAYLIGHTS["pink dawn"], ("summer",), (0.24, 0.5), _BRIGHT, lit=True),
    "gray day": _Season(
        DAYLIGHTS["overcast"], ("summer", "dark"), (0.23, 0.5), ("#e8e4f0", "#b06ac0")
    ),
    "golden evening": _Season(DAYLIGHTS["golden"], ("summer", "copper"), (0.2, 0.55), _BRIGHT),
}
_PAINTS: dict[str, houses.Paint] = {
    "white": houses.Paint("#f0ece0", "#a8502e", "#fbf8f0", "#3a6a8a"),
    "red": houses.Paint("#a03a2a", "#3c3e44", "#f6f2e8", "#2a4a3a"),
    "yellow": houses.Paint("#e8c25a", "#8a4a30", "#fbf8ee", "#4a6a4a"),
    "blue": houses.Paint("#7f9fb8", "#4a4e58", "#f6f4ee", "#c8a040"),
    "stone": houses.Paint("#b8ac98", "#5a5450", "#efe8da", "#7a2a2a"),
    "pink": houses.Paint("#e4b0a0", "#7a4a3a", "#faf4ec", "#4a5a7a"),
}


@category(
    "house with garden",
    caption=("kind", "color", "season", "garden"),
    kind=tuple(houses.HOUSES),
    color=tuple(_PAINTS),
    season=tuple(_SEASONS),
    garden=("flower beds", "orchard", "picket fence", "hedge", "vegetables", "pond"),
    view=tuple(_VIEWS),
)
def house_with_garden(
    scene: Scene, *, kind: str, color: str, season: str, garden: str, view: str
) -> None:
    """A house among its garden."""
    time = _SEASONS[season]
    snowy = time.grass is None
    azimuth = scene.side() * scene.uniform(105, 145)
    light.daylight(scene, time.day, azimuth, fog_height=10, on_snow=snowy)
    land = _shape_land(scene, time)
    paint = replace(_PAINTS[color], lit=time.lit, snowy=snowy)
    level = land.height(0, 0)
    turn = scene.uniform(-20, 20)
    scene.add(placed(houses.HOUSES[kind](scene, paint), (0, level, 0), turn))
    if time.lit:
        _shine(scene, level)
    _lay_path(scene, land, snowy=snowy)
    _GARDENS[garden](scene, land, time)
    eye = frame(scene, (0, level + 3.2, 0), 8.0, _VIEWS[view], land=land)
    _plant_trees(scene, land, time, eye)
    if not snowy:
        _sow_grass(scene, land, time, eye)


def _shine(scene: Scene, level: float) -> None:
    """Let the windows light the ground before them."""
    for x in (-2.6, 2.6):
        glow = "color rgb <1,.7,.35>*.4 fade_distance 4 fade_power 2 shadowless"
        scene.add(block("light_source", f"{vector((x, level + 1.6, -5.5))} {glow}"))
    scene.grade = replace(scene.grade, bloom=0.2)


def _shape_land(scene: Scene, time: _Season) -> Terrain:
    """Add ground that is level at the house, and hills behind."""
    x, z = unit_grid(257)
    far = np.hypot(x, z) * _SIZE / 2
    rough = fractal(x * 3, z * 3, scene.rng, 4, 0.4)
    height = rough * 2.5 * np.clip((far - 12) / 30, 0, 1)
    height = height + np.clip(z - 0.25, 0, 1) ** 1.3 * scene.uniform(2, 16) * (1 + rough)
    low, high = float(height.min()) - 0.1, float(height.max()) + 0.1
    if time.grass is None:
        cover = materials.snow()
    else:
        hue, saturation = time.grass
        green = hsv(hue, saturation, 0.42), hsv(hue, saturation, 0.56)
        cover = materials.meadow(*green, 1.5)
    return landscape.terrain(scene, (height - low) / (high - low), _SIZE, (low, high), cover)


def _lay_path(scene: Scene, land: Terrain, *, snowy: bool) -> None:
    """Lay slabs from the door to the gate."""
    tone = "#d8dee8" if snowy else scene.pick("#a8a296", "#b8a080", "#8f8a84")
    bend, slabs = scene.uniform(-1.5, 1.5), []
    for z in np.arange(-20, -3.4, 0.85):
        x = bend * np.sin((z + 3.4) * 0.3) + scene.uniform(-0.1, 0.1)
        y = land.height(float(x), float(z))
        stone = sphere((0, 0, 0), 1, f"scale <{scene.uniform(0.55, 0.75):.2f},.09,.38>")
        slabs.append(placed(stone, (x, y, z), scene.uniform(-15, 15)))
    scene.add(union(*slabs, materials.stone(tone, 0.6)))


def _plant_trees(scene: Scene, land: Terrain, time: _Season, eye: FloatArray) -> None:
    """Stand trees behind and beside the house, none before the camera."""
    trees = _trees(time, scene)
    for count, near, size in ((9, 9.0, (0.55, 0.85)), (90, 26.0, (0.8, 1.4))):
        x, z = scene.rng.uniform(-70, 70, count * 6), scene.rng.uniform(-12, 75, count * 6)
        far = np.hypot(x, z)
        places = land.on(x, z, -0.1)
        free = (far > near) & (far < near * 2.6) & leaves_view(places, eye, (0, 0, 0), 7, 9)
        places = places[free][:count]
        landscape.scatter(scene, trees, places, size)


def _trees(time: _Season, scene: Scene) -> list[str]:
    if not time.leaves:
        bare = replace(plants.TREE_FORMS["round"], depth=3)
        return [plants.tree(scene, bare, None, snowy=True), plants.pine(scene, 7.0, snowy=0.6)]
    trees = []
    for name, form in zip(time.leaves, ("round", "spreading", "tall"), strict=False):
        foliage = plants.Foliage(materials.palette(name), count=3200, size=0.22)
        trees.append(plants.tree(scene, plants.TREE_FORMS[form], foliage))
    return [*trees, plants.pine(scene, 8.0)]


def _sow_grass(scene: Scene, land: Terrain, time: _Season, eye: FloatArray) -> None:
    """Add grass where the camera is near enough to see blades."""
    if time.grass is None or eye[1] > 14:
        return
    hue, saturation = time.grass
    tuft = plants.grass(scene, hue, height=0.2, count=900, saturation=saturation)
    x, z = landscape.tiles((-14, 14), (-24, 4), 2)
    near = (np.hypot(x - eye[0], z - eye[2]) < 24) & (np.hypot(x, z) > 5.5) & (np.abs(x) > 1)
    landscape.scatter(scene, tuft, land.on(x[near], z[near]), (0.95, 1.15))


def _bed(scene: Scene, length: float, colors: tuple[ColorLike, ...]) -> str:
    """Flowers in a strip of soil along x."""
    mesh = Mesh()
    count = int(length * 55)
    bases = scene.rng.uniform((-length / 2, 0, -0.5), (length / 2, 0, 0.5), (count, 3))
    tall = scene.rng.uniform(0.25, 0.65, count)
    tips = (
        bases
        + np.column_stack([0 * tall, tall, 0 * tall])
        + scene.rng.normal(size=(count, 3)) * 0.05
    )
    mesh.blades(bases, tips, 0.05, 0, rng=scene.rng)
    up = np.array([0.0, 1.0, 0.0])
    leaves = bases + scene.rng.uniform((-0.1, 0.05, -0.1), (0.1, 0.3, 0.1), (count, 3))
    mesh.leaves(leaves, scene.rng.normal(size=(count, 3)) + up, 0.12, 0, rng=scene.rng)
    patch = ((bases[:, 0] + length / 2) * 0.9).astype(int) % max(len(colors), 1)
    for turn in range(3):
        normals = np.tile((0.0, 1.0, -0.5), (count, 1)) + scene.rng.normal(size=(count, 3)) * 0.3
        mesh.leaves(tips, normals, 0.11 + 0.01 * turn, 1 + patch, rng=scene.rng, width=0.8)
    soil = box((-length / 2, -0.3, -0.6), (length / 2, 0.06, 0.6), materials.stone("#4a3626", 0.4))
    petals = [materials.leaf(color) for color in colors or ("#6f7a3a",)]
    return union(soil, mesh.text([materials.leaf("#3f6f2e"), *petals]))


def _flower_beds(scene: Scene, land: Terrain, time: _Season) -> None:
    """Beds along the house and the path; in winter a snowy bench and bushes."""
    if time.grass is None:
        scene.add(
            placed(props.bench(), (3.2, land.height(3.2, -6.5), -6.5), scene.uniform(-25, 25))
        )
        _bushes(scene, land, "#f0f4fa")
        return
    for x, z, turn, length in (
        (-3.4, -5.0, 0, 4.0),
        (3.4, -5.0, 0, 4.0),
        (-2.4, -9.5, 90, 5.0),
        (2.6, -10, 80, 5.0),
    ):
        bed = _bed(scene, length, time.flowers)
        scene.add(placed(bed, (x, land.height(x, z), z), turn + scene.uniform(-6, 6)))


def _bushes(scene: Scene, land: Terrain, color: ColorLike) -> None:
    """Round bushes left and right of the door."""
    for x in (-5.2, -3.6, 3.8, 5.4):
        size = scene.uniform(0.5, 0.9)
        scene.add(placed(_bush(scene, size, color), (x, land.height(x, -4.6), -4.6)))


def _bush(scene: Scene, radius: float, color: ColorLike) -> str:
    """A ball of leaves."""
    mesh = Mesh()
    rays = scene.rng.normal(size=(700, 3))
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    places = rays * radius * scene.rng.uniform(0.85, 1.05, (700, 1)) + (0, radius * 0.8, 0)
    textures = scene.rng.integers(0, 2, 700)
    mesh.leaves(places, rays + np.array([0, 0.4, 0]), radius * 0.16, textures, rng=scene.rng)
    core = sphere((0, radius * 0.8, 0), radius * 0.85, materials.matte(darker(color, 0.5)))
    return union(core, mesh.text([materials.leaf(color), materials.leaf(darker(color, 0.2))]))


def _orchard(scene: Scene, land: Terrain, time: _Season) -> None:
    """Rows of small trees, with apples from summer on."""
    trees = _trees(time, scene)[:1]
    for x in (-13.0, -9.5, 9.5, 13.0):
        for z in (-9.0, -5.0, -1.0, 3.0):
            at = (x + scene.uniform(-0.5, 0.5), land.height(x, z) - 0.05, z)
            scene.add(placed(trees[0], at, scene.uniform(0, 360), scene.uniform(0.4, 0.55)))
    if time.flowers:
        _bushes(scene, land, "#4a7a34")


def _picket_fence(scene: Scene, land: Terrain, time: _Season) -> None:
    """A white fence with a gate around the front garden."""
    color = scene.pick("#f4f1e8", "#f4f1e8", "#7a5a3c")
    for side in (-1, 1):
        pieces = [
            box((x, -0.3, -0.03), (x + 0.13, scene.uniform(0.92, 1.0), 0.03))
            for x in np.arange(1.0, 9.0, 0.26)
        ]
        pieces += [box((1.0, y, 0), (9.0, y + 0.1, 0.08)) for y in (0.25, 0.7)]
        pieces += [box((x - 0.08, -0.4, -0.06), (x + 0.08, 1.15, 0.1)) for x in (1.0, 9.0)]
        front = union(*pieces, materials.matte(color))
        scene.add(placed(front, (0, land.height(0, -12), -12), scale=(side, 1, 1)))
        scene.add(placed(front, (side * 9, land.height(side * 9, -7), -13), -90))
    if time.flowers:
        for side in (-1, 1):
            bed = _bed(scene, 6.0, time.flowers)
            scene.add(placed(bed, (side * 5, land.height(0, -11), -11)))


def _hedge(scene: Scene, land: Terrain, time: _Season) -> None:
    """A cut hedge, and balls of box at the door."""
    green = "#e8eef6" if time.grass is None else "#3f6a2c"
    for side in (-1, 1):
        mesh = Mesh()
        places = scene.rng.uniform((1.3, 0, -0.45), (9.5, 1.35, 0.45), (2600, 3))
        face = scene.rng.integers(0, 2, 2600)
        places[face == 0, 2] = -0.45
        places[face == 1, 1] = 1.35
        normals = np.where((face == 0)[:, None], (0.0, 0.3, -1.0), (0.0, 1.0, 0.0))
        normals = normals + scene.rng.normal(size=(2600, 3)) * 0.4
        textures = scene.rng.integers(0, 2, 2600)
        mesh.leaves(places, normals, 0.1, textures, rng=scene.rng)
        body = box((1.3, -0.5, -0.42), (9.5, 1.33, 0.42), materials.matte(darker(green, 0.45)))
        leaves = mesh.text([materials.leaf(green), materials.leaf(darker(green, 0.2))])
        scene.add(placed(union(body, leaves), (0, land.height(0, -11), -11), scale=(side, 1, 1)))
    _bushes(scene, land, green)


def _vegetables(scene: Scene, land: Terrain, time: _Season) -> None:
    """Rows of cabbage and pumpkins; in winter mounds of snow over them."""
    side = scene.side()
    soil = materials.snow() if time.grass is None else materials.stone("#5a4230", 0.5)
    ball = scene.pick("#7aa04a", "#d8782a", "#5a8a4a") if time.grass else "#f4f7fc"
    crop = _bush(scene, 0.3, ball)
    name = scene.declare(crop)
    for row in range(5):
        x = side * (3.4 + 1.2 * row)
        level = land.height(x, -9)
        ridge = sphere((0, 0, 0), 1, "scale <.5,.16,3.6>", soil)
        scene.add(placed(ridge, (x, level, -9)))
        for z in np.arange(-12, -5.9, 0.75):
            scene.add(
                placed(name, (x, level + 0.05, z), scene.uniform(0, 360), scene.uniform(0.8, 1.2))
            )
    fence = props.fence(4, snowy=time.grass is None)
    scene.add(placed(fence, (side * 6, land.height(side * 6, -13.5), -13.5)))


def _pond(scene: Scene, land: Terrain, time: _Season) -> None:
    """A round pond with a stone rim, frozen in winter."""
    at = (scene.side() * scene.uniform(3.8, 5.0), 0.0, scene.uniform(-9.5, -7.5))
    level = land.height(at[0], at[2]) + 0.02
    surface = (
        materials.glossy("#cfdcea", 0.6)
        if time.grass is None
        else materials.water("#1f4a4a", 0.05, 0.8)
    )
    size = scene.uniform(1.8, 2.6)
    scene.add(
        placed(
            sphere((0, 0, 0), 1, surface),
            (at[0], level - 0.04, at[2]),
            scale=(size, 0.1, size * 0.8),
        )
    )
    rim = []
    for angle in np.linspace(0, 2 * np.pi, 22, endpoint=False):
        pebble = sphere((0, 0, 0), scene.uniform(0.22, 0.38), "scale <1,.6,1>")
        rim.append(
            placed(
                pebble, (at[0] + size * np.cos(angle), level, at[2] + size * 0.8 * np.sin(angle))
            )
        )
    scene.add(union(*rim, materials.stone("#a09a90", 0.4)))
    scene.add(placed(props.bench(), (-at[0], land.height(-at[0], -7), -7), scene.uniform(-30, 30)))
    if time.flowers:
        bed = _bed(scene, 3.0, time.flowers)
        scene.add(placed(bed, (at[0], level, at[2] + 2.6)))


_GARDENS: dict[str, Callable[[Scene, Terrain, _Season], None]] = {
    "flower beds": _flower_beds,
    "orchard": _orchard,
    "picket fence": _picket_fence,
    "hedge": _hedge,
    "vegetables": _vegetables,
    "pond": _pond,
}
