"""Small things for desks and shelves; each stands on the origin, a unit is 10 centimeters."""

import numpy as np

from .colors import ColorLike, darker
from .materials import glaze, glossy, matte, metal, pattern, textured
from .mesh import Mesh
from .pov import box, cone, cylinder, placed, sphere, torus, union
from .scene import Scene


def mug(color: ColorLike, drink: ColorLike = "#4a2a18") -> str:
    """Write a mug, one unit wide."""
    mesh = Mesh()
    mesh.revolve(
        [(0, 0), (0.42, 0), (0.48, 0.06), (0.48, 1.02), (0.44, 1.02), (0.42, 0.2), (0, 0.15)],
        sides=32,
        steps=3,
    )
    angles = np.linspace(-np.pi / 2, np.pi / 2, 11)
    handle = np.stack([0.46 + 0.28 * np.cos(angles), 0.52 + 0.3 * np.sin(angles), 0 * angles], -1)
    mesh.tube(handle, 0.06, sides=8)
    body = mesh.text([glaze(pattern("gradient y", [(0, color), (1, color)]))])
    return union(body, cylinder((0, 0.5, 0), (0, 0.86, 0), 0.43, glossy(drink, 0.5)))


def open_book(paper: ColorLike = "#f2ecdc", cover: ColorLike = "#7a2a2a") -> str:
    """Write a book that lies open, its lines along x."""
    across, along = np.linspace(-1, 1, 33), np.linspace(-0.75, 0.75, 9)
    height = 0.1 + 0.2 * np.abs(across) ** 0.45 * (1 - 0.55 * np.abs(across))
    mesh = Mesh()
    x = np.broadcast_to(across * 1.05, (9, 33))
    y = np.broadcast_to(height, (9, 33))
    mesh.grid(np.stack([x, y, np.broadcast_to(along[:, None], (9, 33))], axis=-1))
    ink = [(0, paper), (0.55, paper), (0.56, "#8a847a"), (0.75, "#8a847a"), (0.76, paper)]
    page = textured(pattern("gradient z", ink, "scale .11"))
    leaves = box((-1.04, 0.04, -0.74), (1.04, 0.12, 0.74), matte(darker(paper, 0.12)))
    return union(mesh.text([page]), leaves, box((-1.1, 0, -0.8), (1.1, 0.05, 0.8), matte(cover)))


def alarm_clock(color: ColorLike) -> str:
    """Write a round clock with two bells that looks toward -z."""
    face = cylinder((0, 0.75, -0.3), (0, 0.75, -0.29), 0.48, matte("#f6f2e6"))
    marks = [
        placed(box((-0.025, 0.36, -0.02), (0.025, 0.45, 0)), (0, 0.75, -0.3), tilt=(0, angle))
        for angle in range(0, 360, 30)
    ]
    hands = [
        placed(box((-0.03, -0.05, -0.03), (0.03, length, 0)), (0, 0.75, -0.3), tilt=(0, angle))
        for length, angle in ((0.24, 55), (0.36, -60))
    ]
    bells = [sphere((x, 1.32, 0), 0.21, "scale <1,.9,1>") for x in (-0.32, 0.32)]
    legs = [cone((x, 0, 0), 0.04, (x * 0.7, 0.35, 0), 0.06) for x in (-0.4, 0.4)]
    return union(
        union(cylinder((0, 0.75, -0.28), (0, 0.75, 0.28), 0.56), *legs, glossy(color, 0.6)),
        union(torus(0.52, 0.06, "rotate 90*x translate <0,.75,-.28>"), *bells, metal("#c8a860")),
        face,
        union(*marks, *hands, matte("#22201e")),
    )


def vase(scene: Scene, height: float, color: ColorLike) -> str:
    """Write a glazed vase."""
    belly, neck = height * scene.uniform(0.24, 0.4), height * scene.uniform(0.1, 0.2)
    middle = scene.uniform(0.3, 0.55)
    mesh = Mesh()
    mesh.revolve(
        [
            (0, 0),
            (belly * 0.6, 0),
            (belly, height * middle),
            (neck, height * 0.85),
            (neck * 1.35, height),
            (neck * 1.2, height),
            (neck * 0.8, height * 0.84),
        ],
        sides=36,
    )
    return mesh.text([glaze(pattern("gradient y", [(0, color), (1, color)]))])


def globe(color: ColorLike = "#2f6fa8") -> str:
    """Write a globe on a brass stand, 2.2 high."""
    land = pattern(
        "bozo",
        [(0, color), (0.52, color), (0.54, "#6f9a4a"), (0.7, "#c8b070"), (1, "#a8824a")],
        "turbulence .5 octaves 5 scale .5",
    )
    stand = [
        cylinder((0, 0, 0), (0, 0.1, 0), 0.5),
        cylinder((0, 0.1, 0), (0, 0.5, 0), 0.07),
        torus(0.88, 0.04, "rotate 90*x rotate 23*z translate 1.35*y"),
    ]
    return union(
        sphere((0, 1.35, 0), 0.8, textured(land, finish="finish{diffuse .8 specular .4}")),
        union(*stand, metal("#c8a050")),
    )
