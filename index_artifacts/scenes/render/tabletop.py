"""What lies on a table beside and below the subject: boards, trays, crates, baskets, napkins.

All of them stand on the origin; sizes are in units of ten centimeters.
"""

import math

import numpy as np

from .colors import ColorLike, darker, hsv, lighter, srgb
from .materials import (
    BEECH,
    OAK,
    WALNUT,
    cloth,
    glaze,
    glowing,
    matte,
    metal,
    pattern,
    stripes,
    textured,
    wood,
)
from .mesh import Mesh
from .pov import (
    block,
    box,
    cylinder,
    difference,
    number,
    placed,
    prism,
    rounded_box,
    sphere,
    sweep,
    torus,
    union,
    vector,
)
from .scene import Scene


def cutting_board(scene: Scene, width: float, depth: float) -> str:
    """Write a board with a round hole in its left end; its top is at y = 0.14."""
    planks = wood(*scene.pick(OAK, BEECH, WALNUT), 1.4, turn=90)
    body = rounded_box((-width / 2, 0, -depth / 2), (width / 2, 0.14, depth / 2), 0.12)
    hole = cylinder((-width / 2 + 0.3, -1, 0), (-width / 2 + 0.3, 1, 0), 0.13)
    return difference(body, hole, planks)


def tray(scene: Scene, radius: float) -> str:
    """Write a round tray with a rim; its floor is at y = 0.06."""
    color = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.5), scene.uniform(0.3, 0.8))
    surface = scene.pick(
        wood(*WALNUT, 1.5), wood(*BEECH, 1.5), glaze(block("pigment", srgb(color)))
    )
    floor = cylinder((0, 0, 0), (0, 0.06, 0), radius)
    rim = torus(radius, 0.08, "translate .08*y")
    return union(floor, rim, surface)


def crate(scene: Scene, width: float, depth: float, height: float) -> str:
    """Write an open crate of slats; the floor inside is at y = 0.08."""
    planks = wood(*scene.pick(BEECH, OAK, ("#c8b08a", "#a88c64")), 1.2, gloss=0.0, turn=90)
    x, z = width / 2, depth / 2
    parts = [box((-x, 0, -z), (x, 0.08, z))]
    slats = 2 if height < 0.9 else 3
    for index in range(slats):
        low = 0.1 + index * (height - 0.1) / slats
        high = low + (height - 0.1) / slats * 0.72
        parts += [box((-x, low, side - 0.04), (x, high, side + 0.04)) for side in (-z, z)]
        parts += [box((side - 0.04, low, -z), (side + 0.04, high, z)) for side in (-x, x)]
    posts = [(a, b) for a in (-x + 0.09, x - 0.09) for b in (-z + 0.09, z - 0.09)]
    parts += [box((a - 0.09, 0, b - 0.09), (a + 0.09, height, b + 0.09)) for a, b in posts]
    return union(*parts, planks)


def basket(scene: Scene, radius: float, height: float, *, handle: bool = False) -> str:
    """Write a woven basket; the floor inside is at y = 0.06."""
    straw = scene.pick("#b88a4e", "#9a6c38", "#cfae78")
    shades = pattern("bozo", [(0, darker(straw, 0.3)), (1, lighter(straw, 0.1))], "scale .2")
    mesh = Mesh()
    rows = max(4, round(height / 0.13))
    for row in range(rows):
        share = row / (rows - 1)
        wide = radius * (0.8 + 0.2 * share)
        angles = np.linspace(0, 2 * math.pi, 97)
        weave = 0.045 * np.cos(angles * 16 + math.pi * (row % 2))
        ring = np.stack(
            [(wide + weave) * np.cos(angles), 0 * angles, (wide + weave) * np.sin(angles)], axis=-1
        )
        mesh.tube(np.add(ring, (0, 0.07 + share * (height - 0.1), 0)), 0.075, sides=6)
    floor = cylinder((0, 0, 0), (0, 0.06, 0), radius * 0.8)
    parts = [mesh.text([textured(shades)]), union(floor, textured(shades))]
    if handle:
        arc = np.linspace(-math.pi / 2, math.pi / 2, 15)
        path = np.stack(
            [radius * np.sin(arc), height + radius * 1.1 * np.cos(arc), 0 * arc], axis=-1
        )
        parts.append(sweep(path, 0.07, textured(shades)))
    return union(*parts)


def napkin(scene: Scene, size: float, color: ColorLike | None = None) -> str:
    """Write a folded square napkin."""
    base = color or hsv(scene.uniform(0, 1), scene.uniform(0.2, 0.6), scene.uniform(0.5, 0.95))
    weave = scene.pick(
        cloth(base),
        textured(pattern("gradient x", stripes([base, "#f4efe4", base, base]), "scale .5")),
    )
    half = size / 2
    layers = [
        rounded_box((-half, 0.02 * layer, -half), (half, 0.02 * layer + 0.03, half), 0.1)
        for layer in range(2)
    ]
    return union(*layers, weave)


def knife_beside(at: tuple[float, float, float], turn: float) -> str:
    """Write a kitchen knife that lies flat, two and a half units long."""
    outline = [(0, 0), (1.5, 0), (1.3, 0.16), (0.9, 0.26), (0, 0.28)]
    blade = prism(outline, 0, 0.02, metal("#d4d6da", 0.4))
    grip = rounded_box((-0.95, -0.02, 0.04), (0.02, 0.1, 0.26), 0.3, matte("#33241c"))
    return placed(union(blade, grip), at, turn=turn)


def books(scene: Scene, count: int) -> tuple[str, float]:
    """Write a pile of books that lie flat; returns its text and its height."""
    pile, height = [], 0.0
    for _ in range(count):
        thick, wide = scene.uniform(0.2, 0.42), scene.uniform(0.7, 0.95)
        color = hsv(scene.uniform(0, 1), scene.uniform(0.3, 0.7), scene.uniform(0.25, 0.75))
        pages = box((-wide + 0.05, 0.04, -0.62), (wide - 0.05, thick - 0.04, 0.6), matte("#ece2c8"))
        covers = [box((-wide, low, -0.65), (wide, low + 0.04, 0.65)) for low in (0.0, thick - 0.04)]
        spine = box((-wide, 0, 0.6), (wide, thick, 0.66))
        book = union(pages, union(*covers, spine, cloth(color)))
        pile.append(placed(book, (0, height, 0), turn=scene.uniform(-14, 14) + 180))
        height += thick
    return union(*pile), height


def candle(scene: Scene, height: float) -> str:
    """Write a burning candle on a small dish; it gives a little light."""
    wax = textured(
        block("pigment", srgb(scene.pick("#f2ead2", "#c8485a", "#e8d8a8"))),
        finish="finish{diffuse .8,.2 specular .2 roughness .05 emission .05}",
    )
    dish = cylinder((0, 0, 0), (0, 0.07, 0), 0.5, metal("#b8974a", 0.35))
    body = cylinder((0, 0.05, 0), (0, height, 0), 0.2, wax)
    return union(dish, body, flame((0, height, 0)))


def flame(at: tuple[float, float, float], size: float = 0.32, power: float = 0.3) -> str:
    """Write a candle's flame with its light.

    Args:
        at: The top of the candle.
        size: Height of the flame, about.
        power: Of its light at a distance of two units.
    """
    x, y, z = at
    glow = sphere(
        (0, 0, 0),
        1,
        f"scale <{number(size * 0.28)},{number(size * 0.62)},{number(size * 0.28)}>",
        f"translate {vector((x, y + size * 0.75, z))}",
        glowing("#ffd07a", 2.2),
        "no_shadow",
    )
    wick = cylinder(at, (x, y + size * 0.3, z), 0.02, matte("#201812"))
    shine = f"{vector((x, y + size * 0.9, z))} color {srgb('#ffb45a')}*{number(power)}"
    lamp = block("light_source", shine, "fade_distance 2 fade_power 2 shadowless")
    return union(glow, wick, lamp)
