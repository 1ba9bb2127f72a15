"""Cookies as declared objects that lie on y = 0, about 0.7 wide."""

import math
from collections.abc import Callable

import numpy as np

from .colors import ColorLike, darker, lighter, mix, srgb
from .materials import Stop, gloss, pattern, textured
from .mesh import Mesh
from .pov import Vector, block, cylinder, difference, placed, prism, sphere, union
from .scene import Scene

RADIUS = 0.35


def _dough(color: ColorLike) -> str:
    shades = pattern("bozo", [(0, darker(color, 0.18)), (1, lighter(color, 0.08))], "scale .12")
    return textured(shades, "normal{granite .35 scale .15}")


def _disc(scene: Scene, color: ColorLike, height: float = 0.13) -> str:
    """A round cookie with an uneven edge."""
    mesh = Mesh()
    profile = [(0, height), (0.2, height * 0.98), (0.31, height * 0.75), (RADIUS, height * 0.35),
               (0.33, 0), (0, 0)]  # fmt: skip
    lobes = [(3, 0.02, scene.uniform(0, 6)), (5, 0.02, scene.uniform(0, 6)),
             (9, 0.012, scene.uniform(0, 6))]  # fmt: skip
    mesh.revolve(profile, sides=40, steps=4, lobes=lobes)
    return mesh.text([_dough(color)])


def chocolate_chip(scene: Scene) -> str:
    """Declare a cookie with chips of chocolate."""
    color = scene.pick("#c08a4c", "#b47c40", "#5a3420")
    chip = "#33190c" if color != "#5a3420" else "#e8d8b8"
    chips = []
    for _ in range(13):
        angle, away = scene.uniform(0, 6.28), 0.28 * math.sqrt(scene.uniform(0, 1))
        size = scene.uniform(0.025, 0.042)
        chips.append(
            sphere((away * math.cos(angle), 0.12 - 0.25 * away**2, away * math.sin(angle)), size)
        )
    shiny = textured(block("pigment", srgb(chip)), finish=gloss(0.4))
    return scene.declare(union(_disc(scene, color), union(*chips, shiny)))


def sandwich(scene: Scene) -> str:
    """Declare two dark wafers with cream between them."""
    wafer, cream = scene.pick(
        ("#2c1a14", "#f6f0e4"), ("#c8944c", "#f0b8c4"), ("#c8944c", "#6a3a20")
    )
    dough = textured(block("pigment", srgb(wafer)), "normal{radial .5 frequency 24 sine_wave}")
    layers = [cylinder((0, low, 0), (0, low + 0.07, 0), RADIUS * 0.92, dough) for low in (0, 0.15)]
    knobs = [placed(sphere((0.27, 0.22, 0), 0.02, dough), turn=20 * index) for index in range(18)]
    filling = cylinder(
        (0, 0.06, 0), (0, 0.16, 0), RADIUS * 0.87, textured(block("pigment", srgb(cream)))
    )
    return scene.declare(union(*layers, *knobs, filling))


def _star(points: int, inner: float) -> list[Vector]:
    corners: list[Vector] = []
    for index in range(2 * points):
        reach = RADIUS * 1.15 * (1.0 if index % 2 == 0 else inner)
        angle = math.pi * index / points + math.pi / 2
        corners.append((reach * math.cos(angle), reach * math.sin(angle)))
    return corners


def _heart() -> list[Vector]:
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    x = 16 * np.sin(turns) ** 3
    y = 13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)
    return [(float(a) * 0.023, float(b) * 0.023) for a, b in zip(x, y, strict=True)]


def cut_out(scene: Scene) -> str:
    """Declare an iced star, flower or heart."""
    outline, spline = scene.pick(
        (_star(5, 0.55), "linear"), (_star(8, 0.78), "cubic"), (_heart(), "cubic")
    )
    dough = prism(outline, 0, 0.1, _dough("#d2a05c"), spline=spline)
    color = scene.pick("#f7f2ec", "#f2a8bc", "#a8d4e8", "#f4dc78", "#b8dca0")
    smaller = [(0.84 * float(a), 0.84 * float(b)) for a, b in outline]
    icing = prism(
        smaller,
        0.09,
        0.125,
        textured(block("pigment", srgb(color)), finish=gloss(0.4)),
        spline=spline,
    )
    pearls = []
    for _ in range(12):
        angle, away = scene.uniform(0, 6.28), 0.15 * math.sqrt(scene.uniform(0, 1))
        pearl = textured(
            block("pigment", srgb(scene.pick("#d83a5a", "#ffffff", "#f0b820", "#4a90c8")))
        )
        pearls.append(sphere((away * math.cos(angle), 0.13, away * math.sin(angle)), 0.016, pearl))
    return scene.declare(union(dough, icing, *pearls))


def jam(scene: Scene) -> str:
    """Declare a ring dusted with sugar around a spot of jam."""
    color = scene.pick("#b81428", "#e08a1c", "#6a1a4a")
    dusted: list[Stop] = [(0, "#d8aa68"), (0.45, "#e6c48c"), (0.6, "#faf4e8")]
    top = difference(
        cylinder((0, 0.08, 0), (0, 0.17, 0), RADIUS),
        cylinder((0, 0, 0), (0, 1, 0), 0.14),
        textured(pattern("granite", dusted, "scale .3"), "normal{granite .2 scale .1}"),
    )
    base = cylinder((0, 0, 0), (0, 0.08, 0), RADIUS, _dough("#cf9c58"))
    filling = sphere((0, 0, 0), 1, "scale <.145,.07,.145> translate .1*y",
                     textured(block("pigment", srgb(color)), finish=gloss(0.9)))  # fmt: skip
    return scene.declare(union(base, top, filling))


def gingerbread(scene: Scene) -> str:
    """Declare a gingerbread man."""
    color = "#9a5a2c"
    head = cylinder((0, 0, 0.36), (0, 0.09, 0.36), 0.17)
    body = prism([(-0.13, 0.25), (0.13, 0.25), (0.17, -0.12), (-0.17, -0.12)], 0, 0.09)
    limbs = []
    for side in (-1, 1):
        for start, end in (((0.1, 0.16), (0.36, 0.2)), ((0.09, -0.1), (0.17, -0.42))):
            path = [(side * start[0], 0.045, start[1]), (side * end[0], 0.045, end[1])]
            mesh = Mesh()
            mesh.tube(path, 0.08, sides=12)
            mesh.ball(path[-1], 0.08, sides=12)
            limbs.append(
                block("object", mesh.text([_dough(color)]), "scale <1,.58,1> translate .02*y")
            )
    white = textured(block("pigment", srgb("#fbf6ee")), finish=gloss(0.3))
    dots = [(x, 0.09, 0.4) for x in (-0.06, 0.06)] + [(0, 0.09, z) for z in (0.14, 0.02)]
    dots += [
        (0.07 * math.sin(a), 0.09, 0.36 - 0.07 * math.cos(a)) for a in np.linspace(-0.9, 0.9, 6)
    ]
    icing = union(*(sphere(dot, 0.021) for dot in dots), white)
    return scene.declare(union(union(head, body, _dough(color)), *limbs, icing))


def ring(scene: Scene) -> str:
    """Declare a ring of piped dough, half of it dipped in chocolate."""
    mesh = Mesh()
    around = np.linspace(0, 2 * np.pi, 72)
    path = np.stack([0.25 * np.cos(around), 0 * around + 0.09, 0.25 * np.sin(around)], axis=-1)
    mesh.tube(path, 0.1 * (1 + 0.09 * np.cos(24 * around)), sides=14)
    color = mix("#dba860", "#b87c3c", scene.uniform(0, 1))
    halves: list[Stop] = [(0, color), (0.5, color), (0.5, "#3a2014"), (1, "#3a2014")]
    dipped = textured(pattern("gradient x", halves, "scale 2 translate -1.05*x"), finish=gloss(0.3))
    return scene.declare(mesh.text([dipped]))


COOKIES: dict[str, Callable[[Scene], str]] = {
    "chocolate chip": chocolate_chip,
    "sandwich": sandwich,
    "iced shapes": cut_out,
    "jam": jam,
    "gingerbread men": gingerbread,
    "rings": ring,
}
