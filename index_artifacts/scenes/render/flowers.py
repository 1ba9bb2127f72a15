"""Cut flowers: heads that look up from the origin, and bouquets of them with stems and leaves."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .colors import ColorLike, darker, lighter, mix, srgb
from .materials import leaf, matte, pattern, textured
from .mesh import Mesh, smooth_curve, unit
from .noise import fractal, unit_grid
from .painting import LYING, blend, painted, plain
from .pov import FloatArray, Vector, cone, placed, union
from .scene import Scene
from .vases import Vase

_PETAL = "finish{diffuse .8,.4 specular .08 roughness .05}"


def tulip(scene: Scene, color: ColorLike, base: ColorLike, openness: float) -> str:
    """Declare a tulip of unit height.

    Args:
        scene: The scene.
        color: Of the petals.
        base: Of the lower part of the petals.
        openness: 0 is a bud, 1 wide open.
    """
    mesh = Mesh()
    share = np.linspace(0, 1, 12)
    across = np.linspace(-1, 1, 9)
    knots = (0, 0.2, 0.5, 0.8, 1)
    closed = np.interp(share, knots, (0.05, 0.33, 0.42, 0.33, 0.14))
    opened = np.interp(share, knots, (0.05, 0.34, 0.5, 0.6, 0.72))
    reach = _smoothed(closed + (opened - closed) * openness)
    half_angle = 0.82 * np.sin(np.pi * np.clip(share, 0.04, 0.99) ** 0.8) ** 0.75
    for petal in range(6):
        inner = petal % 2
        angle = petal * math.pi / 3 + scene.uniform(-0.08, 0.08) + across * half_angle[:, None]
        radius = reach[:, None] * (1 - 0.1 * inner) * (1 - 0.07 * across**2)
        rise = share * (1 - 0.14 * openness) * scene.uniform(0.95, 1.04)
        height = np.broadcast_to(rise[:, None], radius.shape)
        points = np.stack([radius * np.cos(angle), height, radius * np.sin(angle)], axis=-1)
        mesh.grid(points)
    stops = [(0, base), (0.22, mix(base, color, 0.8)), (0.5, color), (1, lighter(color, 0.12))]
    skin = textured(
        pattern("gradient y", stops, "turbulence <.2,.02,.2> scale 1.05"),
        "normal{wrinkles .12 scale <.03,.5,.03>}",
        finish=_PETAL,
    )
    return scene.declare(mesh.text([skin]))


def _smoothed(values: FloatArray) -> FloatArray:
    """Round the corners of a piecewise linear profile (N,)."""
    smoothed: FloatArray = np.convolve(np.pad(values, 1, mode="edge"), (0.25, 0.5, 0.25), "valid")
    return smoothed


def sunflower(scene: Scene, color: ColorLike, heart: ColorLike, petals: int = 21) -> str:
    """Declare a sunflower of about unit radius.

    Args:
        scene: The scene.
        color: Of the petals.
        heart: Of the disc in the middle.
        petals: In each of its two rings.
    """
    mesh = Mesh()
    share = np.linspace(0, 1, 8)
    for ring in range(2):
        for petal in range(petals):
            angle = (petal + 0.5 * ring + scene.uniform(-0.25, 0.25)) * 2 * math.pi / petals
            length = scene.uniform(0.52, 0.68) - 0.06 * ring
            lift = scene.uniform(-0.05, 0.3) + 0.12 * ring
            out = 0.36 + share * length
            rise = length * (lift * share - scene.uniform(0.2, 0.5) * share**2)
            spine = np.stack([out * math.cos(angle), rise, out * math.sin(angle)], axis=-1)
            widths = 0.115 * np.sin(np.pi * np.clip(0.12 + 0.86 * share, 0, 1)) ** 0.8
            mesh.ribbon(spine, widths, (0, 1, 0), int(scene.rng.integers(2)), fold=0.3)
    _add_sepals(scene, mesh, 2)
    disc = Mesh()
    disc.revolve([(0, 0.1), (0.16, 0.11), (0.34, 0.08), (0.43, 0.0), (0.42, -0.08)])
    seeds = textured(painted(scene, _seeds(scene, heart), f"{LYING} scale .45"),
                     "normal{bumps .7 scale .025}")  # fmt: skip
    bright, deep = (
        textured(f"pigment{{{srgb(c)}}}", finish=_PETAL) for c in (color, darker(color, 0.16))
    )
    back = cone((0, -0.3, 0), 0.08, (0, -0.04, 0), 0.42, matte("#5f8a34"))
    return scene.declare(
        union(mesh.text([bright, deep, leaf("#5a8430")]), disc.text([seeds]), back)
    )


def _add_sepals(scene: Scene, mesh: Mesh, texture: int) -> None:
    share = np.linspace(0, 1, 6)
    for index in range(13):
        angle = index * 2 * math.pi / 13 + scene.uniform(-0.1, 0.1)
        out = 0.3 + 0.42 * share
        rise = -0.1 - 0.1 * share + 0.05 * share**2
        spine = np.stack([out * math.cos(angle), rise, out * math.sin(angle)], axis=-1)
        mesh.ribbon(spine, 0.1 * (1 - share**1.5) + 0.005, (0, 1, 0), texture)


def _seeds(scene: Scene, heart: ColorLike) -> FloatArray:
    """Paint the disc of a sunflower: seeds on a golden-angle spiral, greener in the middle."""
    size = 200
    x, y = unit_grid(size)
    radius = np.hypot(x, y)
    pixels = plain(darker(heart, 0.45), size, size)
    middle = np.clip((0.42 - radius) * 5, 0, 1)
    blend(pixels, middle, mix(heart, "#7a8a34", 0.5))
    for seed in range(420):
        away = math.sqrt(seed / 420)
        angle = seed * math.pi * (3 - math.sqrt(5))
        column = int((0.5 + 0.5 * away * math.cos(angle)) * size)
        row = int((0.5 + 0.5 * away * math.sin(angle)) * size)
        color = lighter(mix(heart, "#d8a030", away**3 * 0.7), 0.25 + 0.1 * scene.uniform(-1, 1))
        rows, columns = slice(max(row - 3, 0), row + 3), slice(max(column - 3, 0), column + 3)
        distance = np.hypot(x[rows, columns] - away * math.cos(angle),
                            y[rows, columns] - away * math.sin(angle))  # fmt: skip
        blend(pixels[rows, columns], (0.028 - distance) * 60, color)
    pixels *= 1 + 0.15 * fractal(x * 5, y * 5, scene.rng, 2)[..., None]
    return pixels


@dataclass(frozen=True)
class Bouquet:
    """How flowers stand in a vase.

    Attributes:
        count: How many, smallest and largest.
        rise: Height of the middle flower above the vase's mouth.
        spread: How far the outer ones lean out.
        droop: How far the outer ones hang lower, relative to `rise`.
        face: How far the heads turn to the viewer at -z; 0 leaves them in line with their stems.
    """

    count: tuple[int, int]
    rise: float
    spread: float
    droop: float = 0.4
    face: float = 0.0


Foliage = Callable[[Scene, Mesh, FloatArray, int], None]


def bouquet(
    scene: Scene,
    plan: Bouquet,
    heads: list[str],
    vase: Vase,
    *,
    size: float,
    foliage: Foliage,
    thickness: float = 0.045,
) -> str:
    """Write flowers that stand in a vase on the origin.

    Args:
        scene: The scene.
        plan: How they stand.
        heads: Declared heads; one is drawn for each flower.
        vase: What they stand in; it is not added.
        size: Of a head.
        foliage: Adds leaves along a stem (N, 3) with the texture of the index given to it.
        thickness: Radius of a stem.
    """
    count = int(scene.rng.integers(plan.count[0], plan.count[1] + 1))
    mesh, flowers = Mesh(), []
    start = scene.uniform(0, 6.28)
    for index in range(count):
        away = math.sqrt((index + 0.4) / count) if count > 1 else scene.uniform(0.2, 0.6)
        angle = start + index * math.pi * (3 - math.sqrt(5)) + scene.uniform(-0.25, 0.25)
        out = np.array([math.cos(angle), 0.0, math.sin(angle)])
        rise = plan.rise * (1 - plan.droop * away**2) * scene.uniform(0.9, 1.08)
        head = out * plan.spread * away + (0, vase.height + rise, 0)
        lean = out * away * (0.6 + plan.droop) + (0, 1 - 0.8 * plan.droop * away, 0)
        facing = unit(lean + np.array([0, 0, -plan.face]) * scene.uniform(0.6, 1.2))
        stem = _stem(vase, out * away, head, facing)
        mesh.tube(stem, thickness, 0, sides=7)
        foliage(scene, mesh, stem, 1 + index % 2)
        scale = size * scene.uniform(0.9, 1.1)
        flowers.append(aimed(scene.pick(*heads), head, facing, scale, scene.uniform(0, 360)))
    greens = [leaf("#587f34"), leaf("#4f7a30"), leaf("#6b9440")]
    return union(mesh.text(greens), *flowers)


def _stem(vase: Vase, out: FloatArray, head: FloatArray, facing: FloatArray) -> FloatArray:
    """Return the points of a stem from the bottom of the vase to a head."""
    bottom = np.array([0, vase.floor + 0.05, 0]) - out * vase.mouth * 0.5
    through = np.array([0, vase.height, 0]) + out * vase.mouth * 0.75
    below = head - facing * 0.35 - (0, 0.12, 0)
    middle = (through + below) / 2 + out * 0.05
    return smooth_curve([bottom, through, middle, below, head], 5)


def aimed(thing: str, at: Vector, facing: Vector, scale: float, spin: float = 0.0) -> str:
    """Put something whose up is y so that it looks in a direction; `spin` is around its up."""
    x, y, z = (float(value) for value in facing)
    lean = math.degrees(math.acos(min(max(y, -1.0), 1.0)))
    spun = placed(thing, turn=spin, scale=scale)
    return placed(spun, at, turn=-math.degrees(math.atan2(z, x)), tilt=(0, -lean))


def tulip_leaves(scene: Scene, mesh: Mesh, stem: FloatArray, texture: int) -> None:
    """Add a long blade that leaves a stem near the vase's mouth."""
    start = stem[scene.rng.integers(5, 8)]
    angle = scene.uniform(0, 2 * math.pi)
    out = np.array([math.cos(angle), 0.0, math.sin(angle)])
    share = np.linspace(0, 1, 14)
    length = scene.uniform(1.1, 1.9)
    bend = scene.uniform(0.5, 1.1)
    away = length * (0.15 * share + 0.6 * bend * share**2)
    rise = length * (0.95 * share - 0.75 * bend * share**3)
    spine = start + out * away[:, None] + np.stack([0 * share, rise, 0 * share], axis=-1)
    widths = 0.17 * np.sin(np.pi * np.clip(0.12 + 0.87 * share, 0, 1)) ** 0.8
    mesh.ribbon(spine, widths, (0, 1, 0) - out * 0.8, texture, fold=0.45)


def heart_leaves(scene: Scene, mesh: Mesh, stem: FloatArray, texture: int) -> None:
    """Add two broad leaves to the upper part of a stem."""
    for _ in range(2):
        start = stem[scene.rng.integers(6, len(stem) - 4)]
        angle = scene.uniform(0, 2 * math.pi)
        out = np.array([math.cos(angle), 0.0, math.sin(angle)])
        share = np.linspace(0, 1, 10)
        length, droop = scene.uniform(0.6, 0.95), scene.uniform(0.4, 1.0)
        spine = start + out * (length * share)[:, None]
        spine[:, 1] += length * (0.5 * share - (0.3 + droop) * share**2)
        widths = 0.42 * length * np.clip(share / 0.16, 0.1, 1) * (1 - share**1.7)
        mesh.ribbon(spine, widths + 0.004, (0, 1, 0), texture, fold=0.2)


def fallen_petals(scene: Scene, color: ColorLike, count: int, reach: float, size: float) -> str:
    """Write petals that lie around the origin on y = 0."""
    mesh = Mesh()
    share = np.linspace(0, 1, 7)
    for _ in range(count):
        angle, away = scene.uniform(0, 6.28), reach * math.sqrt(scene.uniform(0.25, 1))
        turn = scene.uniform(0, 6.28)
        along = np.array([math.cos(turn), 0.0, math.sin(turn)])
        at = np.array([away * math.cos(angle), 0.02, away * math.sin(angle)])
        spine = at + along * ((share - 0.5) * size)[:, None]
        spine[:, 1] += size * 0.5 * (share - 0.5) ** 2
        widths = 0.32 * size * np.sin(np.pi * np.clip(0.08 + 0.85 * share, 0, 1)) ** 0.7
        mesh.ribbon(spine, widths, (0, 1, 0), fold=0.3)
    return mesh.text([textured(f"pigment{{{srgb(color)}}}", finish=_PETAL)])
