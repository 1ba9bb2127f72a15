"""Plants as declared meshes that stand on the origin: trees, pines, palms, grass, flowers."""

import math
from dataclasses import dataclass, replace

import numpy as np

from .colors import Color, ColorLike, darker, hsv
from .materials import leaf, matte, pattern, textured
from .mesh import Mesh, unit
from .pov import FloatArray
from .scene import Scene


@dataclass(frozen=True)
class TreeForm:
    """How a tree branches.

    Attributes:
        height: In meters, about.
        trunk: Length of the trunk relative to the height.
        thickness: Radius of the trunk relative to the height.
        spread: How far branches turn away from their parent, in radians at most.
        rise: Pull upward at each joint.
        droop: Pull downward at each joint, stronger with each generation.
        depth: Generations of branches after the trunk.
        shrink: Shortest and longest length of a branch relative to its parent.
        lean: Sideways pull of the trunk.
    """

    height: float = 7.0
    trunk: float = 0.32
    thickness: float = 0.03
    spread: float = 0.75
    rise: float = 0.05
    droop: float = 0.0
    depth: int = 4
    shrink: tuple[float, float] = (0.62, 0.8)
    lean: float = 0.0


@dataclass(frozen=True)
class Foliage:
    """What grows on a tree's outer branches.

    Attributes:
        colors: Drawn from for each leaf.
        count: Number of leaves.
        size: Half the length of a leaf in meters.
        scatter: Distance of leaves from their branch relative to the tree's height.
    """

    colors: tuple[Color, ...]
    count: int = 10_000
    size: float = 0.13
    scatter: float = 0.035


TREE_FORMS = {
    "round": TreeForm(),
    "tall": TreeForm(height=9.5, trunk=0.3, spread=0.42, rise=0.1, thickness=0.026),
    "column": TreeForm(height=10, trunk=0.22, spread=0.26, rise=0.22, thickness=0.02),
    "spreading": TreeForm(height=6.4, trunk=0.27, spread=1.05, rise=0.0, thickness=0.038),
    "weeping": TreeForm(
        height=7.5, trunk=0.36, spread=0.7, rise=0.2, droop=0.13, shrink=(0.6, 0.72)
    ),
    "leaning": TreeForm(height=7.0, trunk=0.36, spread=0.8, lean=0.22),
    "umbrella": TreeForm(height=6.5, trunk=0.46, spread=1.2, rise=0.02, shrink=(0.5, 0.62)),
}


@dataclass(frozen=True)
class _Branch:
    start: FloatArray
    heading: FloatArray
    length: float
    radius: float
    level: int = 0


@dataclass
class _Skeleton:
    """A tree while it grows: its wood, and the points where leaves may sit."""

    mesh: Mesh
    snowy: bool
    twigs: list[FloatArray]


def tree(
    scene: Scene,
    form: TreeForm,
    foliage: Foliage | None,
    *,
    bark: ColorLike = "#5b4636",
    snowy: bool = False,
) -> str:
    """Declare a broad-leaved tree.

    Args:
        scene: The scene.
        form: How it branches; see `TREE_FORMS`.
        foliage: None is a bare tree, which gets one more generation of twigs.
        bark: Color of trunk and branches.
        snowy: Whether snow lies on the branches.

    Returns:
        The declared name.
    """
    if foliage is None:
        form = replace(form, depth=form.depth + 1)
    skeleton = _Skeleton(Mesh(), snowy, [])
    heading = np.array([form.lean * scene.side(), 1.0, 0.0])
    length, radius = form.height * form.trunk, form.height * form.thickness
    _grow(scene, form, skeleton, _Branch(np.zeros(3), heading, length, radius))
    mottled = pattern("bozo", [(0, darker(bark, 0.4)), (1, bark)], "scale <.08,.3,.08>")
    textures = [textured(mottled), matte("#f2f6fc")]
    if foliage is not None:
        _add_leaves(scene, form, foliage, skeleton)
        textures += [leaf(color) for color in foliage.colors]
    return scene.declare(skeleton.mesh.text(textures))


def _grow(scene: Scene, form: TreeForm, skeleton: _Skeleton, branch: _Branch) -> None:
    level, heading = branch.level, branch.heading
    joints = [branch.start]
    for _ in range(4):
        pull = form.rise - form.droop * level if level else 0.0
        heading = unit(heading + scene.rng.normal(size=3) * 0.1 + (0, pull, 0))
        joints.append(joints[-1] + heading * branch.length / 4)
    radii = branch.radius * np.linspace(1, 0.74, 5)
    skeleton.mesh.tube(joints, radii, 0, sides=8 if level == 0 else 5 if level < 3 else 3)
    if skeleton.snowy and level > 0 and abs(heading[1]) < 0.8:
        raised = np.add(joints, (0, 0.55 * branch.radius, 0))
        skeleton.mesh.tube(raised, radii * 0.95, 1, sides=5 if level < 3 else 3)
    if level >= form.depth - 2:
        skeleton.twigs.extend(joints[1:])
    if level == form.depth:
        return
    count = int(scene.rng.integers(3, 5)) + (2 if level == 0 else 0)
    first = unit(np.cross(heading, (0.3, 0.2, 0.9)))
    second = np.cross(heading, first)
    for number in range(count):
        around = 2 * math.pi * (number + scene.uniform(-0.3, 0.3)) / count
        away = scene.uniform(0.45, 1.0) * form.spread
        outward = first * math.cos(around) + second * math.sin(around)
        # The first two continue the branch, more leave the trunk below its end.
        below = int(scene.rng.integers(0, 3)) if number >= 2 and level <= 1 else 0
        child = _Branch(
            start=joints[-1 - below],
            heading=heading * math.cos(away) + outward * math.sin(away),
            length=branch.length * scene.uniform(*form.shrink),
            radius=radii[-1] * 0.72,
            level=level + 1,
        )
        _grow(scene, form, skeleton, child)


def _add_leaves(scene: Scene, form: TreeForm, foliage: Foliage, skeleton: _Skeleton) -> None:
    rng, count = scene.rng, foliage.count
    twigs = np.array(skeleton.twigs)
    centers = twigs[rng.integers(0, len(twigs), count)]
    centers = centers + rng.normal(size=(count, 3)) * form.height * foliage.scatter
    # Leaves face outward and up, so that the crown is shaded like a body.
    normals = centers - twigs.mean(axis=0) + (0, 1.2, 0)
    normals = normals + rng.normal(size=(count, 3)) * form.height * 0.18
    sizes = rng.uniform(0.7, 1.3, count) * foliage.size
    textures = 2 + rng.integers(0, len(foliage.colors), count)
    skeleton.mesh.leaves(centers, normals, sizes, textures, rng=rng)


def pine(
    scene: Scene,
    height: float = 6.0,
    *,
    tiers: int = 11,
    colors: tuple[ColorLike, ...] = ("#1f3d22", "#2c5230", "#375f33"),
    snowy: float = 0.0,
    width: float = 0.23,
    needles: float = 0.045,
) -> str:
    """Declare a conifer.

    Args:
        scene: The scene.
        height: In meters.
        tiers: Pairs of rings of branches.
        colors: Of the needles.
        snowy: Share of the branches that carry snow.
        width: Radius at the bottom relative to the height.
        needles: Size of the tufts relative to the height; smaller for trees that are near, which
            then need more tiers.
    """
    rng, mesh = scene.rng, Mesh()
    mesh.tube(
        [(0, 0, 0), (0, height / 2, 0), (0, height, 0)], [height * 0.025, height * 0.014, 0.01]
    )
    centers: list[FloatArray] = []
    reach = np.linspace(0.15, 1, round(0.27 / needles))
    for ring in range(tiers * 2):
        share = (ring + 0.5) / (tiers * 2)
        radius = height * width * (1 - share) ** 0.85 + 0.008 * height
        branches = max(6, int((16 * (1 - share) + 5) * 0.045 / needles))
        angles = np.arange(branches) * 2 * np.pi / branches + rng.uniform(-0.2, 0.2, branches)
        out = radius * np.repeat(reach[None], branches, axis=0)
        y = height * (0.12 + 0.88 * share) - 0.45 * out
        y = y + rng.uniform(-0.005, 0.005, out.shape) * height
        spoke = np.stack([np.cos(angles)[:, None] * out, y, np.sin(angles)[:, None] * out], -1)
        centers.append(spoke.reshape(-1, 3))
    places = np.concatenate(centers)
    count = len(places)
    outward = unit(places * (1, 0, 1)) * 0.5 + (0, 0.8, 0)
    normals = outward + rng.normal(size=(count, 3)) * (0.35, 0, 0.35)
    textures = 1 + rng.integers(0, len(colors), count)
    textures[rng.random(count) < snowy] = 1 + len(colors)
    mesh.leaves(
        places,
        normals,
        height * needles * rng.uniform(0.7, 1.2, count),
        textures,
        rng=rng,
        width=0.6,
    )
    greens = [matte(color) for color in colors]
    return scene.declare(mesh.text([matte("#4a382a"), *greens, matte("#eef4fa")]))


def palm(scene: Scene, height: float = 6.0, lean: float = 0.25) -> str:
    """Declare a coconut palm whose trunk bends toward x; `lean` is sideways over height."""
    rng, mesh = scene.rng, Mesh()
    share = np.linspace(0, 1, 14)
    trunk = np.column_stack([lean * height * share**1.8, height * share, 0.03 * np.sin(share * 7)])
    rings = 1 + 0.12 * (np.arange(14) % 2)
    mesh.tube(trunk, height * (0.03 - 0.013 * share) * rings, 0, sides=10)
    top = trunk[-1]
    fronds = int(rng.integers(12, 16))
    for frond in range(fronds):
        around = 2 * math.pi * frond / fronds + scene.uniform(-0.2, 0.2)
        _add_frond(scene, mesh, top, around, height * scene.uniform(0.38, 0.5))
    for _ in range(5):
        nut = top + rng.normal(size=3) * height * 0.02 - (0, height * 0.03, 0)
        mesh.ball(nut, height * 0.022, 0)
    greens = [leaf(color) for color in ("#4f7f2a", "#6a9a38", "#3f6a24")]
    return scene.declare(mesh.text([matte("#7a6248"), *greens]))


def _add_frond(scene: Scene, mesh: Mesh, top: FloatArray, around: float, length: float) -> None:
    """Add a feathered leaf: a rib that droops, with leaflets that hang on both sides."""
    rise, droop = scene.uniform(0.2, 0.85), scene.uniform(0.5, 0.9)
    share = np.linspace(0.03, 1, 34)
    out = np.array([math.cos(around), 0.0, math.sin(around)])
    side = np.array([-math.sin(around), 0.0, math.cos(around)])
    up = np.array([0.0, 1.0, 0.0])
    height = rise * share - (rise * 0.5 + droop) * share**2
    rib = top + length * (share[:, None] * out + height[:, None] * up)
    mesh.tube(rib, np.linspace(0.012, 0.003, 34) * length, 1, sides=4)
    reach = 0.2 * length * np.sin(np.pi * np.clip(share, 0.06, 0.97) ** 0.75)[:, None]
    for sign in (-1, 1):
        tips = rib + reach * (sign * side - 0.55 * up + 0.5 * out)
        width = 0.022 * length * out
        vertices = np.stack([rib - width, rib + width, tips], axis=1).reshape(-1, 3)
        normals = np.tile(up + side * sign * 0.5, (len(vertices), 1))
        faces = np.arange(len(vertices)).reshape(-1, 3)
        mesh.add(vertices, normals, faces, 1 + scene.rng.integers(0, 3, len(faces)))


def grass(
    scene: Scene,
    hue: float = 0.23,
    *,
    height: float = 0.28,
    count: int = 1500,
    size: float = 2.0,
    saturation: float = 0.62,
    flowers: tuple[ColorLike, ...] = (),
) -> str:
    """Declare a square piece of grass.

    Args:
        scene: The scene.
        hue: 0.23 is green, 0.13 dry.
        height: Of the blades.
        count: Of the blades.
        size: Length of the piece's sides.
        saturation: Of the color.
        flowers: Colors of flowers among the blades.
    """
    rng, mesh = scene.rng, Mesh()
    bases = rng.uniform(-size / 2, size / 2, size=(count, 3)) * (1, 0, 1)
    tall = height * rng.uniform(0.5, 1.2, count)
    bend = rng.normal(size=(count, 2)) * 0.25 * tall[:, None]
    tips = bases + np.column_stack([bend[:, 0], tall, bend[:, 1]])
    mesh.blades(bases, tips, height * 0.086, rng.integers(0, 3, count), rng=rng)
    textures = [leaf(hsv(hue, saturation, value)) for value in (0.5, 0.6, 0.72)]
    for index, color in enumerate(flowers):
        _add_flowers(scene, mesh, size, height, 3 + index)
        textures.append(leaf(color))
    return scene.declare(mesh.text(textures))


def _add_flowers(scene: Scene, mesh: Mesh, size: float, height: float, texture: int) -> None:
    rng, count, petal = scene.rng, 6, 0.2 * height
    heads = rng.uniform(-size / 2, size / 2, size=(count, 3))
    heads[:, 1] = rng.uniform(0.75, 1.15, count) * height
    for index in range(6):
        angle = 2 * math.pi * index / 6
        away = np.array([math.cos(angle), 0.1, math.sin(angle)]) * petal
        normals = (0, 1, 0) + rng.normal(size=(count, 3)) * 0.2
        mesh.leaves(heads + away, normals, petal * 0.95, texture, rng=rng, width=0.8)
