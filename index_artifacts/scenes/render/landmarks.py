"""Things that rise over cities: towers, wheels, bridges; on the origin, in meters."""

import math

import numpy as np

from .colors import ColorLike, hsv
from .materials import glossy, glowing, matte
from .mesh import Mesh
from .pov import FloatArray, box, cone, cylinder, placed, sphere, torus, union
from .scene import Scene


def television_tower(height: float) -> str:
    """Write a slender concrete tower with a ball and a red and white mast."""
    ball = height * 0.62
    mast = [
        cylinder(
            (0, height * (0.7 + 0.05 * step), 0),
            (0, height * (0.75 + 0.05 * step), 0),
            1.6 - 0.22 * step,
            matte(("#c8382a", "#f0eee8")[step % 2]),
        )
        for step in range(6)
    ]
    windows = torus(height * 0.052, height * 0.008, f"translate {ball}*y")
    return union(
        union(
            cone((0, 0, 0), height * 0.03, (0, height * 0.7, 0), height * 0.012), matte("#c4c2bc")
        ),
        sphere((0, ball, 0), height * 0.055, glossy("#b0b4ba", 0.8)),
        union(windows, matte("#2a3642")),
        *mast,
    )


def suspension_bridge(length: float, color: ColorLike) -> str:
    """Write a bridge with lit lamps along x over y = 0 whose deck is 14 high."""
    deck, top, at = 14.0, 60.0, length * 0.28
    mesh = Mesh()
    for z in (-6, 6):
        mesh.tube(_cable(length, at, deck, top, z), 0.7, sides=6)
        cable = _cable(length, at, deck, top, z, samples=57)
        for x, y, _ in cable[(np.abs(cable[:, 0]) < length / 2 - 8) & (cable[:, 1] > deck + 2)]:
            mesh.tube([(x, deck, z), (x, y, z)], 0.2, sides=4)
    pylons = []
    for x in (-at, at):
        pylons += [box((x - 2, -6, z - 1.6), (x + 2, top + 2, z + 1.6)) for z in (-6, 6)]
        pylons += [box((x - 1.4, y, -6), (x + 1.4, y + 3, 6)) for y in (24, 42, top - 3)]
    road = box((-length / 2, deck - 2, -7), (length / 2, deck, 7))
    paint = matte(color)
    lamps = [
        sphere((x, deck + 2, -7), 0.9, "no_shadow")
        for x in np.arange(-length / 2, length / 2, length / 36)
    ]
    necklace = [
        sphere(point, 0.7, "no_shadow") for point in _cable(length, at, deck, top, -6, samples=61)
    ]
    lights = union(*lamps, *necklace, glowing("#ffe2a0", 1.2))
    return union(mesh.text([paint]), union(*pylons, road, paint), lights)


def _cable(
    length: float, at: float, deck: float, top: float, z: float, *, samples: int = 81
) -> FloatArray:
    """Return points (samples, 3) of a cable that hangs between pylons at -at and at."""
    x = np.linspace(-length / 2, length / 2, samples)
    middle = deck + 3 + (top - deck - 3) * (x / at) ** 2
    outer = top - (top - deck) * (np.abs(x) - at) / (length / 2 - at)
    y = np.where(np.abs(x) < at, middle, outer)
    return np.stack([x, y, np.full(samples, z)], axis=-1)


def ferris_wheel(radius: float) -> str:
    """Write a big lit wheel that faces -z, its axle at 1.15 times the radius."""
    hub = radius * 1.15
    rims = [torus(radius * share, radius * 0.012, "rotate 90*x") for share in (1.0, 0.9)]
    spokes = []
    for step in range(24):
        angle = 2 * math.pi * step / 24
        tip = (radius * math.sin(angle), radius * math.cos(angle), 0)
        spokes.append(cylinder((0, 0, 0), tip, radius * 0.006))
    cabins = []
    for step in range(24):
        angle = 2 * math.pi * (step + 0.5) / 24
        at = (radius * 1.04 * math.sin(angle), radius * 1.04 * math.cos(angle), 0)
        color = hsv(step / 24, 0.7, 0.9)
        cabins.append(sphere(at, radius * 0.05, glowing(color)))
    wheel = union(union(*rims, *spokes, glowing("#f0a0ff", 0.9)), *cabins)
    legs = [
        cylinder((x * radius * 0.5, 0, z), (0, hub, z * 0.2), radius * 0.025)
        for x in (-1, 1)
        for z in (-radius * 0.2, radius * 0.2)
    ]
    return union(placed(wheel, (0, hub, 0)), union(*legs, matte("#3a3a5a")))


def firework(scene: Scene, radius: float, color: ColorLike) -> str:
    """Write a burst of sparks that fall a little."""
    sparks = []
    rays = scene.rng.normal(size=(70, 3))
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    for ray in rays:
        for share in (0.45, 0.62, 0.78, 0.9, 1.0):
            at = ray * radius * share - np.array([0, 0.22 * radius * share**2, 0])
            sparks.append(sphere(at, radius * 0.013 * (0.5 + share)))
    return union(*sparks, glowing(color, 1.4), "no_shadow")
