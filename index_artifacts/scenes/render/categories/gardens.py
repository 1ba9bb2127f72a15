"""Houses with gardens, in summer."""

from collections.abc import Callable

import numpy as np

from index_artifacts.scenes.render import houses, landscape, light, materials, plants
from index_artifacts.scenes.render.colors import ColorLike, darker, hsv
from index_artifacts.scenes.render.framing import View, frame, leaves_view
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import FloatArray, box, placed, sphere, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SIZE = 160.0
_VIEWS = {
    "from the gate": View((3, 10), (0, 16), (0.75, 0.95), (0, 0.1), (-0.1, 0.08), angle=50),
    "from the side": View((5, 14), (28, 50), (0.75, 0.95), (0, 0.12), (-0.12, 0.1), angle=44),
}


_HOURS = ("fair", "noon")
# Hue and saturation of the grass.
_GREEN = (0.24, 0.62)
_FLOWERS: tuple[ColorLike, ...] = ("#d83a4a", "#f0c030", "#f4f0e6", "#8a5ac0")
_PAINTS: dict[str, houses.Paint] = {
    "white": houses.Paint("#f0ece0", "#a8502e", "#fbf8f0", "#3a6a8a"),
    "red": houses.Paint("#a03a2a", "#3c3e44", "#f6f2e8", "#2a4a3a"),
    "yellow": houses.Paint("#e8c25a", "#8a4a30", "#fbf8ee", "#4a6a4a"),
}


def _shape_land(scene: Scene) -> Terrain:
    """Add ground that is level at the house, and hills behind."""
    x, z = unit_grid(257)
    far = np.hypot(x, z) * _SIZE / 2
    rough = fractal(x * 3, z * 3, scene.rng, 4, 0.4)
    height = rough * 2.5 * np.clip((far - 12) / 30, 0, 1)
    height = height + np.clip(z - 0.25, 0, 1) ** 1.3 * scene.uniform(2, 16) * (1 + rough)
    low, high = float(height.min()) - 0.1, float(height.max()) + 0.1
    cover = materials.meadow(hsv(*_GREEN, 0.42), hsv(*_GREEN, 0.56), 1.5)
    return landscape.terrain(scene, (height - low) / (high - low), _SIZE, (low, high), cover)


def _lay_path(scene: Scene, land: Terrain) -> None:
    """Lay slabs from the door to the gate."""
    tone = scene.pick("#a8a296", "#b8a080", "#8f8a84")
    bend, slabs = scene.uniform(-1.5, 1.5), []
    for z in np.arange(-20, -3.4, 0.85):
        x = bend * np.sin((z + 3.4) * 0.3) + scene.uniform(-0.1, 0.1)
        y = land.height(float(x), float(z))
        stone = sphere((0, 0, 0), 1, f"scale <{scene.uniform(0.55, 0.75):.2f},.09,.38>")
        slabs.append(placed(stone, (x, y, z), scene.uniform(-15, 15)))
    scene.add(union(*slabs, materials.stone(tone, 0.6)))


def _plant_trees(scene: Scene, land: Terrain, eye: FloatArray) -> None:
    """Stand trees behind and beside the house, none before the camera."""
    trees = []
    for palette, form in (("summer", "round"), ("fresh", "spreading")):
        foliage = plants.Foliage(materials.palette(palette), count=3200, size=0.22)
        trees.append(plants.tree(scene, plants.TREE_FORMS[form], foliage))
    trees.append(plants.pine(scene, 8.0))
    for count, near, size in ((9, 9.0, (0.55, 0.85)), (90, 26.0, (0.8, 1.4))):
        x, z = scene.rng.uniform(-70, 70, count * 6), scene.rng.uniform(-12, 75, count * 6)
        far = np.hypot(x, z)
        places = land.on(x, z, -0.1)
        free = (far > near) & (far < near * 2.6) & leaves_view(places, eye, (0, 0, 0), 7, 9)
        places = places[free][:count]
        landscape.scatter(scene, trees, places, size)


def _sow_grass(scene: Scene, land: Terrain, eye: FloatArray) -> None:
    """Add grass around the camera."""
    hue, saturation = _GREEN
    tuft = plants.grass(scene, hue, height=0.2, count=900, saturation=saturation)
    x, z = landscape.tiles((-14, 14), (-24, 4), 2)
    near = (np.hypot(x - eye[0], z - eye[2]) < 24) & (np.hypot(x, z) > 5.5) & (np.abs(x) > 1)
    landscape.scatter(scene, tuft, land.on(x[near], z[near]), (0.95, 1.15))


def _bed(scene: Scene, length: float) -> str:
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
    patch = ((bases[:, 0] + length / 2) * 0.9).astype(int) % len(_FLOWERS)
    for turn in range(3):
        normals = np.tile((0.0, 1.0, -0.5), (count, 1)) + scene.rng.normal(size=(count, 3)) * 0.3
        mesh.leaves(tips, normals, 0.11 + 0.01 * turn, 1 + patch, rng=scene.rng, width=0.8)
    soil = box((-length / 2, -0.3, -0.6), (length / 2, 0.06, 0.6), materials.stone("#4a3626", 0.4))
    petals = [materials.leaf(color) for color in _FLOWERS]
    return union(soil, mesh.text([materials.leaf("#3f6f2e"), *petals]))


def _flower_beds(scene: Scene, land: Terrain) -> None:
    """Beds along the house and the path."""
    for x, z, turn, length in (
        (-3.4, -5.0, 0, 4.0),
        (3.4, -5.0, 0, 4.0),
        (-2.4, -9.5, 90, 5.0),
        (2.6, -10, 80, 5.0),
    ):
        bed = _bed(scene, length)
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


def _picket_fence(scene: Scene, land: Terrain) -> None:
    """A white fence with a gate around the front garden."""
    for side in (-1, 1):
        pieces = [
            box((x, -0.3, -0.03), (x + 0.13, scene.uniform(0.92, 1.0), 0.03))
            for x in np.arange(1.0, 9.0, 0.26)
        ]
        pieces += [box((1.0, y, 0), (9.0, y + 0.1, 0.08)) for y in (0.25, 0.7)]
        pieces += [box((x - 0.08, -0.4, -0.06), (x + 0.08, 1.15, 0.1)) for x in (1.0, 9.0)]
        front = union(*pieces, materials.matte("#f4f1e8"))
        scene.add(placed(front, (0, land.height(0, -12), -12), scale=(side, 1, 1)))
        scene.add(placed(front, (side * 9, land.height(side * 9, -7), -13), -90))
    for side in (-1, 1):
        scene.add(placed(_bed(scene, 6.0), (side * 5, land.height(0, -11), -11)))


def _hedge(scene: Scene, land: Terrain) -> None:
    """A cut hedge, and balls of box at the door."""
    green = "#3f6a2c"
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


_GARDENS: dict[str, Callable[[Scene, Terrain], None]] = {
    "flower beds": _flower_beds,
    "picket fence": _picket_fence,
    "hedge": _hedge,
}


@category(
    "house with garden",
    max_bytes=17_000,
    caption=("kind", "color", "hour", "garden"),
    kind=tuple(houses.HOUSES),
    color=tuple(_PAINTS),
    hour=_HOURS,
    garden=tuple(_GARDENS),
    view=tuple(_VIEWS),
)
def house_with_garden(
    scene: Scene, *, kind: str, color: str, hour: str, garden: str, view: str
) -> None:
    """A house among its garden."""
    light.daylight(scene, hour, scene.side() * scene.uniform(105, 145), fog_height=10)
    land = _shape_land(scene)
    level = land.height(0, 0)
    turn = scene.uniform(-20, 20)
    scene.add(placed(houses.HOUSES[kind](scene, _PAINTS[color]), (0, level, 0), turn))
    _lay_path(scene, land)
    _GARDENS[garden](scene, land)
    eye = frame(scene, (0, level + 3.2, 0), 8.0, _VIEWS[view], land=land)
    _plant_trees(scene, land, eye)
    _sow_grass(scene, land, eye)
