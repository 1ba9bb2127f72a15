"""Dishes for a plate of unit radius; each function returns text that lies on the plate's floor.

A few need a bowl: `soup` brings its own.
"""

import math
from collections.abc import Callable

import numpy as np

from . import fruits
from .cakes import FLAVORS, slice_of_cake
from .colors import ColorLike, lighter, srgb
from .cookies import COOKIES
from .materials import Stop, gloss, glossy, leaf, matte, pattern, stripes, textured
from .mesh import Mesh
from .pov import block, box, cylinder, number, placed, prism, sphere, sweep, union, vector
from .scene import Scene

FLOOR = 0.06


def _spots(scene: Scene, count: int, reach: float) -> list[tuple[float, float]]:
    spots = []
    for _ in range(count):
        angle, away = scene.uniform(0, 2 * math.pi), reach * math.sqrt(scene.uniform(0, 1))
        spots.append((away * math.cos(angle), away * math.sin(angle)))
    return spots


def _beads(scene: Scene, count: int, color: ColorLike, size: float, reach: float) -> str:
    """Peas, berries or meatballs, heaped a little."""
    balls = []
    for x, z in _spots(scene, count, reach):
        rise = (1 - math.hypot(x, z) / reach) * size * 2 * scene.uniform(0, 1)
        balls.append(sphere((x, FLOOR + size * 0.8 + rise, z), size * scene.uniform(0.85, 1.1)))
    return union(*balls, glossy(color, 0.5))


def fried_eggs(scene: Scene) -> str:
    """Two fried eggs with bacon and tomatoes."""
    parts = []
    for side in (-1, 1):
        white, at = Mesh(), (0.25 * side, FLOOR - 0.03, scene.uniform(-0.1, 0.15))
        lobes = [(3, 0.13, scene.uniform(0, 6)), (5, 0.06, scene.uniform(0, 6))]
        white.revolve([(0, 0.08), (0.2, 0.075), (0.3, 0.055), (0.34, 0.0)], lobes=lobes)
        yolk = sphere((0, 0, 0), 0.125, "scale <1,.6,1> translate .08*y", glossy("#f3a40e", 0.7))
        parts.append(placed(union(white.text([glossy("#fbf8ee", 0.3)]), yolk), at))
    for index in range(2):
        share = np.linspace(-1, 1, 24)
        wave = 0.08 + FLOOR + 0.03 * np.sin(share * 9 + index)
        spine = np.stack([0.42 * share, wave, -0.42 - 0.15 * index + 0.03 * share], axis=-1)
        strip = Mesh()
        strip.ribbon(spine, np.full(24, 0.07), (0, 1, 0), fold=0.0)
        bands = stripes(["#a8382c", "#e8b49a", "#8f2c22", "#b84a38"])
        parts.append(
            strip.text([textured(pattern("gradient z", bands, "turbulence .1 scale .13"))])
        )
    tomatoes = [(x, FLOOR + 0.1, z) for x, z in ((-0.3, 0.5), (0.02, 0.58), (0.33, 0.5))]
    return union(*parts, *(sphere(at, 0.11, glossy("#cf2f1e", 0.6)) for at in tomatoes))


def pancakes(scene: Scene) -> str:
    """A stack of pancakes with syrup, butter and berries."""
    parts, height = [], FLOOR
    for _ in range(int(scene.rng.integers(3, 7))):
        mesh = Mesh()
        mesh.revolve([(0, 0.1), (0.5, 0.1), (0.58, 0.07), (0.6, 0.04), (0.55, 0)],
                     lobes=[(3, 0.02, scene.uniform(0, 6))])  # fmt: skip
        fried: list[Stop] = [(0, "#b8702c"), (0.8, "#c07a34"), (0.95, "#e8c07c"), (1, "#e8c07c")]
        skin = textured(
            pattern("cylindrical", [(1 - p, c) for p, c in reversed(fried)], "scale <.64,9,.64>")
        )
        shift = (scene.uniform(-0.05, 0.05), height, scene.uniform(-0.05, 0.05))
        parts.append(placed(mesh.text([skin]), shift))
        height += 0.1
    syrup = Mesh()
    syrup.revolve(
        [(0, 0.03), (0.36, 0.025), (0.42, 0)], lobes=[(4, 0.2, scene.uniform(0, 6)), (7, 0.1, 1.0)]
    )
    parts.append(placed(syrup.text([glossy("#8a4410", 0.8)]), (0, height, 0)))
    butter = box((-0.11, 0, -0.09), (0.11, 0.09, 0.09), glossy("#f8e48a", 0.3))
    parts.append(placed(butter, (0.05, height + 0.02, 0.05), turn=30))
    berry = fruits.strawberry(scene)
    for x, z in ((-0.22, -0.15), (0.28, -0.1), (0.72, 0.1), (0.66, -0.2)):
        level = height + 0.1 if abs(x) < 0.5 else FLOOR + 0.12
        parts.append(placed(berry, (x, level, z), scene.uniform(0, 360), 0.13, (100, 20)))
    return union(*parts)


def croissant(scene: Scene) -> str:
    """A croissant, sometimes two."""
    count = int(scene.rng.integers(1, 3))
    return union(
        *(placed(_croissant(scene), (0, FLOOR + 0.17 * index, 0.25 * index), turn=70 * index + 20)
          for index in range(count))
    )  # fmt: skip


def _croissant(scene: Scene) -> str:
    mesh = Mesh()
    share = np.linspace(-1, 1, 71)
    angle = share * 1.35
    path = np.stack([0.55 * np.sin(angle), 0.17 + 0 * angle, 0.4 - 0.55 * np.cos(angle)], axis=-1)
    steps = np.abs(share) * 4.2 % 1.0
    radii = 0.25 * np.cos(share * 1.35) ** 0.8 * (0.84 + 0.2 * steps) + 0.02
    mesh.tube(path, radii, sides=18)
    crust: list[Stop] = [(0, "#7a4214"), (0.5, "#b8742c"), (1, "#e0a858")]
    shift = f"translate {number(scene.uniform(0, 50))}"
    skin = textured(
        pattern("bozo", crust, f"turbulence .4 scale <.3,.08,.08> {shift}"), finish=gloss(0.3)
    )
    return block("object", mesh.text([skin]), "scale <1.15,.85,1.15>")


def spaghetti(scene: Scene) -> str:
    """Spaghetti with sauce and meatballs."""
    threads = []
    for _ in range(46):
        reach, start = scene.uniform(0.14, 0.56), scene.uniform(0, 6.28)
        t = np.linspace(0, scene.uniform(3, 6), 12)
        away = reach + 0.05 * np.sin(3 * t + start)
        rise = FLOOR + 0.04 + 0.22 * (1 - reach / 0.58) + 0.02 * np.sin(5 * t + start)
        path = np.stack([away * np.cos(t + start), rise, away * np.sin(t + start)], axis=-1)
        threads.append(sweep(path, 0.024))
    pasta = union(*threads, glossy("#e9c877", 0.3))
    sauce = Mesh()
    sauce.revolve([(0, 0.4), (0.16, 0.37), (0.28, 0.3), (0.34, 0.2)],
                  lobes=[(4, 0.16, scene.uniform(0, 6)), (7, 0.08, 0.0)])  # fmt: skip
    red = textured(
        block("pigment", srgb("#b02410")), "normal{bumps .6 scale .05}", finish=gloss(0.6)
    )
    balls = [sphere((x, 0.4, z), 0.1) for x, z in ((0.08, 0.06), (-0.12, 0.04), (0.02, -0.14))]
    meat = textured(block("pigment", srgb("#6d3418")), "normal{granite .4 scale .1}")
    return union(pasta, sauce.text([red]), union(*balls, meat), _herbs(scene, 0.3, 0.46))


def _herbs(scene: Scene, reach: float, height: float) -> str:
    mesh = Mesh()
    centers = np.array([(x, height, z) for x, z in _spots(scene, 26, reach)])
    normals = scene.rng.normal(size=centers.shape) * 0.5 + (0, 1, 0)
    mesh.leaves(centers, normals, 0.045, 0, rng=scene.rng)
    return mesh.text([leaf("#3f7a28")])


def salad(scene: Scene) -> str:
    """Leaves with tomatoes, cucumber and cheese."""
    rng, mesh = scene.rng, Mesh()
    spots = np.array(_spots(scene, 170, 0.62))
    heap = FLOOR + 0.06 + 0.26 * (1 - np.hypot(spots[:, 0], spots[:, 1]) / 0.66)
    centers = np.column_stack([spots[:, 0], heap, spots[:, 1]])
    normals = centers * (1.5, 0, 1.5) + (0, 1, 0) + rng.normal(size=centers.shape) * 0.45
    mesh.leaves(
        centers, normals, rng.uniform(0.1, 0.2, 170), rng.integers(0, 3, 170), rng=rng, width=0.7
    )
    parts = [mesh.text([leaf(color) for color in ("#6fa32e", "#9cc24a", "#4c7f26")])]
    for x, z in _spots(scene, 6, 0.42):
        parts.append(sphere((x, 0.33 - 0.2 * math.hypot(x, z), z), 0.1, glossy("#d6301e", 0.6)))
    rind: list[Stop] = [(0, "#3f7a2c"), (0.12, "#3f7a2c"), (0.14, "#dcecb8"), (1, "#c4dc98")]
    green = textured(pattern("cylindrical", rind, "scale .15"))
    for x, z in _spots(scene, 7, 0.5):
        disc = cylinder((0, 0, 0), (0, 0.03, 0), 0.15, green)
        tilt = (scene.uniform(-35, 35), scene.uniform(-35, 35))
        parts.append(placed(disc, (x, 0.36 - 0.28 * math.hypot(x, z), z), tilt=tilt))
    cubes = [placed(box((-0.06, -0.05, -0.06), (0.06, 0.05, 0.06)), (x, 0.36, z), tilt=(30, 40))
             for x, z in _spots(scene, 5, 0.35)]  # fmt: skip
    return union(*parts, union(*cubes, matte("#f6f0dc")))


def sausages(scene: Scene) -> str:
    """Sausages with peas and mashed potatoes."""
    mash = Mesh()
    mash.revolve(
        [(0, 0.3), (0.2, 0.27), (0.32, 0.17), (0.36, 0)], lobes=[(5, 0.06, scene.uniform(0, 6))]
    )
    cream: list[Stop] = [(0, "#ead9a0"), (1, "#faf0c8")]
    potato = textured(pattern("bozo", cream, "scale .1"), "normal{granite .5 scale .1}")
    parts = [placed(mash.text([potato]), (-0.25, FLOOR, 0.15))]
    parts.append(placed(_beads(scene, 80, "#5c9a2c", 0.05, 0.27), (0.33, 0, 0.2)))
    fried = textured(
        pattern("bozo", [(0, "#6a2c12"), (1, "#a8562a")], "scale .07"), finish=gloss(0.5)
    )
    for index in range(2):
        z = -0.28 - 0.2 * index
        path = [
            (-0.4, 0.15, z + 0.05),
            (-0.2, 0.14, z),
            (0.1, 0.14, z - 0.03),
            (0.42, 0.15, z + 0.06),
        ]
        parts.append(sweep(path, 0.1, fried))
    return union(*parts)


def toast(scene: Scene) -> str:
    """Triangles of toast with cheese, ham and salad between them."""
    parts = []
    crumb = textured(
        pattern("granite", [(0, "#d8b078"), (1, "#f0dcb0")], "scale .2"),
        "normal{granite .3 scale .1}",
    )
    layers = (("bread", 0.0, 0.11, crumb), ("leaf", 0.11, 0.14, matte("#6fa32e")),
              ("ham", 0.14, 0.18, matte("#e09a94")), ("cheese", 0.18, 0.21, matte("#f4c848")),
              ("bread", 0.21, 0.32, crumb))  # fmt: skip
    for side in (-1, 1):
        corners = [(-0.42, 0), (0.42, 0), (0, 0.42)]
        slices = []
        for name, low, high, texture in layers:
            spread = 1.0 if name == "bread" else 1.06
            slices.append(prism([(a * spread, b * spread) for a, b in corners], low, high, texture))
        at = (scene.uniform(-0.04, 0.04), FLOOR, 0.12 * side)
        parts.append(placed(union(*slices), at, turn=90 - 90 * side + scene.uniform(-14, 14)))
    tomatoes = [
        sphere((x, FLOOR + 0.09, 0.02 + z), 0.09)
        for x, z in ((0.6, 0.2), (-0.58, -0.2), (0.64, -0.02))
    ]
    return union(*parts, union(*tomatoes, glossy("#d6301e", 0.6)))


def soup(scene: Scene) -> str:
    """Soup in a bowl that stands on the plate."""
    color = scene.pick("#d8641c", "#c8341c", "#8a9a34", "#e0b048")
    outside = scene.pick("#f4f2ec", "#3f5f80", "#b06a42", "#7fa08a")
    mesh = Mesh()
    mesh.revolve([(0, 0.06), (0.3, 0.0), (0.36, 0.02), (0.6, 0.25), (0.68, 0.46), (0.65, 0.46),
                  (0.56, 0.26), (0.3, 0.1), (0, 0.1)])  # fmt: skip
    level = cylinder((0, 0.3, 0), (0, 0.37, 0), 0.61, glossy(color, 0.5))
    t = np.linspace(0, 9, 40)
    swirl = np.stack([0.05 * t * np.cos(t), 0 * t + 0.372, 0.05 * t * np.sin(t)], axis=-1)
    cream = sweep(swirl, 0.02, matte(lighter(color, 0.75)))
    filled = union(mesh.text([glossy(outside, 0.6)]), level, cream, _herbs(scene, 0.35, 0.385))
    return placed(filled, (0, FLOOR, 0))


def sushi(scene: Scene) -> str:
    """Rolls of rice in rows, with ginger and fish on rice."""
    parts = []
    rice = textured(block("pigment", srgb("#f8f6f0")), "normal{bumps .8 scale .03}")
    for index in range(6):
        x, z = (index % 3 - 1) * 0.34, 0.2 + 0.32 * (index // 3)
        filling = scene.pick("#e8743c", "#6a9a3c", "#c8283a", "#f0c83c")
        roll = union(
            cylinder((0, 0, 0), (0, 0.24, 0), 0.15, matte("#18241c")),
            cylinder((0, 0.2, 0), (0, 0.25, 0), 0.135, rice),
            cylinder((0, 0.2, 0), (0, 0.256, 0), 0.06, matte(filling)),
        )
        parts.append(placed(roll, (x, FLOOR, z)))
    for index in range(3):
        x = (index - 1) * 0.36
        size = f"scale {vector((0.13, 0.1, 0.22))}"
        bed = sphere((0, 0, 0), 1, size, f"translate {vector((x, FLOOR + 0.09, -0.4))}", rice)
        lines = stripes(["#ee7a44", "#f4b08c", "#ee7a44", "#e86c38"])
        salmon = textured(pattern("gradient z", lines, "scale .2"), finish=gloss(0.5))
        over = f"scale <.14,.06,.25> translate {vector((x, FLOOR + 0.2, -0.4))}"
        top = sphere((0, 0, 0), 1, over, salmon)
        parts += [bed, top]
    return union(*parts, placed(_beads(scene, 8, "#f2b8b0", 0.07, 0.12), (0.72, 0, 0)))


def slice_on_plate(scene: Scene) -> str:
    """A slice of cake."""
    flavor = FLAVORS[scene.pick(*FLAVORS)]
    piece = slice_of_cake(scene, flavor, height=0.62, layers=3)
    berry = placed(fruits.strawberry(scene), (0.35, FLOOR + 0.65, 0), 0, 0.14, (180, 0))
    return union(placed(piece, (0.15, FLOOR, 0), scale=1.0), berry)


def cookies(scene: Scene) -> str:
    """Five cookies in a ring and one on top."""
    baked = COOKIES[scene.pick(*COOKIES)](scene)
    ring = [(0.42 * math.cos(a), 0.05 + FLOOR, 0.42 * math.sin(a)) for a in np.arange(5) * 1.257]
    spots = [*ring, (0.0, 0.2 + FLOOR, 0.0)]
    return union(*(placed(baked, at, turn=scene.uniform(0, 360), tilt=(6, 6)) for at in spots))


Dish = Callable[[Scene], str]
MEALS: dict[str, tuple[Dish, ...]] = {
    "breakfast": (fried_eggs, pancakes, croissant),
    "lunch": (soup, salad, toast),
    "dinner": (spaghetti, sausages, salad),
    "afternoon tea": (slice_on_plate, cookies, croissant),
    "sushi": (sushi, soup, sushi),
}
