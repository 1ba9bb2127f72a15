"""What lies on a cake of unit radius: berries, cream, candles, sprinkles, chocolate.

Each takes the cake's flavor, the height of its top and the degrees that are missing from it,
which are centered on -z.
"""

import math

import numpy as np

from . import fruits
from .cakes import Flavor, rosette
from .colors import hsv, mix, srgb
from .materials import Stop, gloss, pattern, textured
from .mesh import Mesh
from .pov import block, cylinder, placed, sweep, union
from .scene import Scene
from .tabletop import flame

Spot = tuple[float, float]


def _is_there(x: float, z: float, missing: float) -> bool:
    """Tell whether there is cake below a place, with a margin of a few degrees."""
    from_gap = abs((math.degrees(math.atan2(z, x)) - 270 + 540) % 360 - 180)
    return not missing or from_gap > missing / 2 + 5


def _ring(scene: Scene, count: int, radius: float, missing: float) -> list[Spot]:
    """Return evenly spaced places (x, z) on a circle."""
    angles = np.radians(scene.uniform(0, 90) + 360 * np.arange(count) / count)
    spots = [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]
    return [spot for spot in spots if _is_there(*spot, missing)]


def _strewn(scene: Scene, count: int, radius: float, missing: float) -> list[Spot]:
    """Return random places (x, z) in a circle."""
    spots = []
    for _ in range(count):
        angle, away = scene.uniform(0, 2 * math.pi), radius * math.sqrt(scene.uniform(0, 1))
        spot = (away * math.cos(angle), away * math.sin(angle))
        if _is_there(*spot, missing):
            spots.append(spot)
    return spots


def berries(scene: Scene, flavor: Flavor, height: float, missing: float) -> str:
    """Strawberries around the edge, with rosettes of cream or without; more berries inside."""
    strawberry, blueberry = fruits.strawberry(scene), fruits.plum(scene, "#2a3468")
    cream = scene.declare(rosette(flavor.cream, 0.1))
    pieces = [
        placed(strawberry, (x, height + 0.13, z), scene.uniform(0, 360), 0.15, (180, 0))
        for x, z in _ring(scene, 9, 0.78, missing)
    ]
    pieces += [placed(cream, (x, height, z)) for x, z in _ring(scene, 9, 0.8, missing)]
    for x, z in _strewn(scene, 34, 0.55, missing):
        thing, size = scene.pick((strawberry, 0.13), (blueberry, 0.085), (blueberry, 0.085))
        at = (x, height + size * 0.8, z)
        pieces.append(placed(thing, at, scene.uniform(0, 360), size, (scene.uniform(60, 140), 30)))
    return union(*pieces)


def cherries(scene: Scene, flavor: Flavor, height: float, missing: float) -> str:
    """A ring of rosettes, a cherry on each."""
    dollop = scene.declare(rosette(flavor.cream, 0.16))
    cherry = fruits.cherry(scene, scene.pick("#8f0f1c", "#c81828"))
    pieces = []
    for x, z in _ring(scene, 10, 0.78, missing):
        pieces += [placed(dollop, (x, height, z)), placed(cherry, (x, height + 0.24, z), 40, 0.09)]
    return union(*pieces)


def candles(scene: Scene, flavor: Flavor, height: float, missing: float) -> str:
    """Burning candles within a ring of small rosettes."""
    spots = _ring(scene, int(scene.rng.integers(4, 9)), 0.55, missing)
    dollop = scene.declare(rosette(flavor.cream, 0.12))
    pieces = [placed(dollop, (x, height, z)) for x, z in _ring(scene, 14, 0.86, missing)]
    for x, z in spots:
        color = hsv(scene.uniform(0, 1), 0.6, 0.95)
        stops: list[Stop] = [(0, color), (0.5, color), (0.5, "#ffffff"), (1, "#ffffff")]
        wax = textured(pattern("gradient y", stops, "scale .12 rotate 35*z"))
        pieces.append(cylinder((x, height, z), (x, height + 0.5, z), 0.035, wax))
        pieces.append(flame((x, height + 0.5, z), 0.16, 0.5 / len(spots)))
    return union(*pieces)


def sprinkles(scene: Scene, _: Flavor, height: float, missing: float) -> str:
    """Small sugar rods of all colors."""
    colors = ("#e8485c", "#f2c83c", "#4aa8d8", "#6ab04c", "#f49ac0", "#ffffff")
    rods: list[list[str]] = [[] for _ in colors]
    for x, z in _strewn(scene, 240, 0.93, missing):
        turn = scene.uniform(0, math.pi)
        along = np.array([math.cos(turn), 0, math.sin(turn)]) * 0.028
        at = np.array([x, height + 0.012, z])
        rods[int(scene.rng.integers(len(colors)))].append(sweep([at - along, at + along], 0.012))
    return union(
        *(
            union(*same, textured(block("pigment", srgb(color))))
            for same, color in zip(rods, colors, strict=True)
            if same
        )
    )


def shavings(scene: Scene, flavor: Flavor, height: float, missing: float) -> str:
    """Curls of chocolate, heaped in the middle."""
    mesh = Mesh()
    for x, z in _strewn(scene, 110, 0.82, missing):
        lift = 0.04 + 0.14 * (1 - math.hypot(x, z))
        share = np.linspace(0, scene.uniform(2.5, 5), 12)
        turn, radius = scene.uniform(0, 2 * math.pi), scene.uniform(0.04, 0.07)
        along = (math.cos(turn), scene.uniform(-0.3, 0.3), math.sin(turn))
        across = (-math.sin(turn), 0, math.cos(turn))
        curl = np.outer(np.cos(share), across) + np.outer(np.sin(share), (0, 1, 0))
        mesh.ribbon(radius * curl + (x, height + lift, z), np.full(12, 0.06), along, fold=0.0)
    color = mix(flavor.drip, "#5a3018", 0.5)
    return mesh.text([textured(block("pigment", srgb(color)), finish=gloss(0.3))])


def drips(scene: Scene, flavor: Flavor, height: float, missing: float) -> str:
    """A glaze that covers the top and runs down the side."""
    columns = 140
    angles = np.radians(np.linspace(270 + missing / 2, 630 - missing / 2, columns))
    length = np.full(columns, 0.06)
    for _ in range(17):
        gap = np.abs((angles - scene.uniform(0, 2 * np.pi) + np.pi) % (2 * np.pi) - np.pi)
        deep = scene.uniform(0.2, 0.65) * height
        length = np.maximum(length, deep * np.exp(-((gap / 0.09) ** 4)))
    down = np.linspace(0, 1, 9)[:, None]
    reach = np.vstack([[[0.0], [0.9], [0.985]], 1.012 + 0.012 * np.sin(np.pi * down)])
    drop = np.vstack([np.full((2, columns), 0.02), np.zeros((1, columns)), -0.05 - down * length])
    points = np.stack([reach * np.cos(angles), height + drop, reach * np.sin(angles)], axis=-1)
    mesh = Mesh()
    mesh.grid(points)
    return mesh.text([textured(block("pigment", srgb(flavor.drip)), finish=gloss(0.6))])


TOPPINGS = {
    "berries": berries,
    "cream and cherries": cherries,
    "candles": candles,
    "sprinkles": sprinkles,
    "chocolate shavings": shavings,
    "a glaze": drips,
}
