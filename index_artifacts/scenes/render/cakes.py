"""Cakes and biscuits as declared objects on the origin; a cake has unit radius unless scaled."""

from dataclasses import dataclass

import numpy as np

from . import fruits
from .china import China
from .colors import ColorLike, darker, lighter, srgb
from .materials import gloss, pattern, textured
from .mesh import Mesh, smooth_curve
from .noise import fractal
from .painting import blend, painted, plain
from .pov import FloatArray, block, number, placed, union, vector
from .scene import Scene

Profile = list[tuple[float, float]]


@dataclass(frozen=True)
class Flavor:
    """What a cake is made of.

    Attributes:
        icing: Outside.
        sponge: Inside.
        cream: Between its layers, and piped on top.
        drip: What runs down its side.
    """

    icing: ColorLike
    sponge: ColorLike
    cream: ColorLike
    drip: ColorLike


FLAVORS = {
    "chocolate": Flavor("#4a2816", "#3a1e10", "#f2e2c4", "#24120a"),
    "vanilla": Flavor("#f6efe0", "#e8c47a", "#fdf8ee", "#c8843c"),
    "strawberry": Flavor("#f2a8b8", "#f0d49a", "#fbe8ec", "#c8284a"),
    "lemon": Flavor("#f6e27c", "#f0d080", "#fffbe6", "#fdfaf0"),
    "red velvet": Flavor("#f8f2ea", "#8f1c20", "#fbf6ee", "#a8202c"),
    "pistachio": Flavor("#b4c880", "#d8c078", "#f4f2dc", "#4a2816"),
}


def icing(color: ColorLike) -> str:
    """Soft icing with the marks of a knife."""
    shades = pattern("bozo", [(0, darker(color, 0.06)), (1, lighter(color, 0.06))], "scale .3")
    return textured(
        shades,
        "normal{bumps .12 scale <.3,.03,.3>}",
        finish="finish{diffuse .82 specular .2 roughness .03}",
    )


def _sponge_face(scene: Scene, flavor: Flavor, layers: int) -> FloatArray:
    """Paint the cut through a cake, (rows, columns, 3): crumb, cream between layers, icing."""
    rows, columns = 128, 128
    x, y = np.meshgrid(np.linspace(0, 1, columns), np.linspace(1, 0, rows))
    pixels = plain(flavor.sponge, rows, columns)
    pixels *= 1 + 0.28 * fractal(x * 22, y * 22, scene.rng, 3)[..., None]
    wave = 0.012 * fractal(x * 7, y * 3, scene.rng, 2)
    for layer in range(1, layers):
        distance = np.abs(y + wave - layer / layers)
        blend(pixels, (0.05 / layers + 0.018 - distance) * 90, flavor.cream)
    blend(pixels, np.maximum(x - 0.945, y - 0.93) * 90, flavor.icing)
    return pixels


def cake(
    scene: Scene, flavor: Flavor, *, height: float = 0.8, layers: int = 3, missing: float = 0.0
) -> str:
    """Declare a round layer cake of unit radius.

    Args:
        scene: The scene.
        flavor: What it is made of.
        height: Of the cake.
        layers: Of sponge.
        missing: Degrees of the circle that are eaten; the gap faces -z.
    """
    profile = [(0, height), (0.9, height), (0.975, height - 0.02), (1, height - 0.09), (1, 0.04),
               (0.99, 0)]  # fmt: skip
    parts = [_turned_sector(profile, 270 + missing / 2, 270 + 360 - missing / 2, flavor.icing)]
    if missing:
        pixels = _sponge_face(scene, flavor, layers)
        size = f"scale {vector((1, height, 1))}"
        face = textured(painted(scene, pixels, size), "normal{granite .15 scale .1}")
        flat = prism_face(1.0, height, face)
        parts += [placed(flat, turn=90 - missing / 2), placed(flat, turn=90 + missing / 2)]
    return scene.declare(union(*parts))


def prism_face(width: float, height: float, texture: str) -> str:
    """Write an upright rectangle from the origin along +x, of no thickness."""
    mesh = Mesh()
    corners = np.array([[(0, 0, 0), (width, 0, 0)], [(0, height, 0), (width, height, 0)]], float)
    mesh.grid(corners, np.broadcast_to((0.0, 0.0, -1.0), corners.shape))
    return mesh.text([texture])


def _turned_sector(profile: Profile, start: float, end: float, color: ColorLike) -> str:
    """Write a part of a surface of revolution, from an angle to another in degrees."""
    curve = smooth_curve(profile, 5)
    angles = np.radians(np.linspace(start, end, 64))
    radius, height = np.maximum(curve[:, 0], 0), curve[:, 1]
    points = np.stack(
        [
            radius[:, None] * np.cos(angles),
            np.broadcast_to(height[:, None], (len(curve), 64)),
            radius[:, None] * np.sin(angles),
        ],
        axis=-1,
    )
    mesh = Mesh()
    mesh.grid(points)
    return mesh.text([icing(color)])


def slice_of_cake(scene: Scene, flavor: Flavor, *, height: float = 0.8, layers: int = 3) -> str:
    """Declare a slice of 45 degrees that lies around the origin, its point toward -x."""
    profile = [(0, height), (0.9, height), (0.975, height - 0.02), (1, height - 0.09), (1, 0.0)]
    outside = _turned_sector(profile, -22.5, 22.5, flavor.icing)
    face = textured(
        painted(scene, _sponge_face(scene, flavor, layers), f"scale {vector((1, height, 1))}"),
        "normal{granite .15 scale .1}",
    )
    flat = prism_face(1.0, height, face)
    sides = (placed(flat, turn=22.5), placed(flat, turn=-22.5))
    return scene.declare(placed(union(outside, *sides), (-0.6, 0, 0)))


def ring_cake(scene: Scene, flavor: Flavor) -> str:
    """Declare a fluted ring cake with icing that runs down."""
    body, glaze_ = Mesh(), Mesh()
    profile = [
        (0.28, 0.0),
        (0.26, 0.3),
        (0.36, 0.6),
        (0.56, 0.68),
        (0.8, 0.56),
        (0.98, 0.25),
        (0.99, 0),
    ]
    body.revolve(profile, sides=96, lobes=[(14, 0.05, 0.0)])
    top = [(0.27, 0.42), (0.37, 0.63), (0.56, 0.71), (0.8, 0.59), (0.93, 0.4), (0.95, 0.37)]
    glaze_.revolve(top, sides=96, lobes=[(14, 0.05, 0.0), (9, 0.012, scene.uniform(0, 6))])
    crust = pattern("granite", [(0, darker(flavor.sponge, 0.45)), (1, flavor.sponge)], "scale .5")
    return scene.declare(
        union(
            body.text([textured(crust, "normal{granite .2 scale .2}")]),
            glaze_.text([textured(block("pigment", srgb(flavor.cream)), finish=gloss(0.5))]),
        )
    )


def rosette(color: ColorLike, size: float) -> str:
    """Write a dollop of piped cream."""
    mesh = Mesh()
    profile = [(0, 1.25), (0.1, 1.1), (0.35, 0.85), (0.5, 0.62), (0.62, 0.5), (0.9, 0.28),
               (0.95, 0.1), (0.8, 0)]  # fmt: skip
    mesh.revolve(profile, sides=48, lobes=[(8, 0.12, 0.0)])
    return block("object", mesh.text([icing(color)]), f"scale {number(size)}")


def cupcake(scene: Scene, flavor: Flavor, topping: str) -> str:
    """Declare a cupcake 0.75 wide, with a cherry or berries where the topping is of that kind."""
    cup, top = Mesh(), Mesh()
    cup.revolve([(0, 0), (0.25, 0), (0.27, 0.02), (0.38, 0.42), (0.36, 0.42), (0, 0.38)], sides=72,
                lobes=[(22, 0.035, 0.0)])  # fmt: skip
    top.revolve(
        [(0, 0.98), (0.05, 0.92), (0.12, 0.82), (0.2, 0.74), (0.19, 0.7), (0.28, 0.64),
         (0.31, 0.58), (0.29, 0.54), (0.38, 0.48), (0.4, 0.42), (0.33, 0.38), (0, 0.4)],
        sides=60, lobes=[(7, 0.07, 0.0)],
    )  # fmt: skip
    pale = lighter(flavor.drip, 0.35)
    paper = textured(pattern("gradient y", [(0, flavor.drip), (1, pale)], "scale .42"))
    parts = [cup.text([paper]), top.text([icing(flavor.icing)])]
    if "berries" in topping:
        parts.append(placed(fruits.strawberry(scene), (0, 1.02, 0), 0, 0.12, (180, 0)))
    elif "cherries" in topping or "glaze" in topping:
        parts.append(placed(fruits.cherry(scene), (0, 1.02, 0), 40, 0.1))
    return scene.declare(union(*parts))


def cake_stand(scene: Scene, china: China, radius: float, height: float) -> str:
    """Write a plate on a foot; its top is at `height`."""
    mesh = Mesh()
    mesh.revolve(
        [(0, height - 0.06), (0.12, height - 0.08), (0.09, height * 0.5), (0.2, 0.2), (0.6, 0.05),
         (0.62, 0), (0, 0)],
        sides=40,
    )  # fmt: skip
    top = Mesh()
    top.revolve(
        [(0, height), (0.9, height), (1.0, height + 0.05), (1.02, height + 0.02),
         (1.0, height - 0.05), (0, height - 0.06)],
        sides=60, steps=3,
    )  # fmt: skip
    foot = mesh.text([china.upright(scene, height)])
    flat = block("object", top.text([china.flat(scene)]), f"scale {vector((radius, 1, radius))}")
    return union(foot, flat)
