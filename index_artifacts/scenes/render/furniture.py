"""Chairs that stand on the origin and look toward -z; one unit is about 25 centimeters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .colors import ColorLike
from .materials import cloth, glossy, metal
from .mesh import Mesh, smooth_curve
from .pov import (
    FloatArray,
    Vector,
    box,
    cone,
    cylinder,
    placed,
    rounded_box,
    sphere,
    union,
)

_SEAT = 1.8
_LEAN = 8.0


@dataclass(frozen=True)
class Upholstery:
    """What a chair is made of: texture of its frame, and colors of cushions and covers."""

    frame: str
    cover: ColorLike
    second: ColorLike


def _rod(start: Vector, end: Vector, radius: float) -> str:
    """Write a round bar with round ends."""
    return union(cylinder(start, end, radius), sphere(start, radius), sphere(end, radius))


def ladder_back(kind: Upholstery) -> str:
    """A wooden chair with slats across its back."""
    legs = [_rod((x, 0.08, -0.8), (x, _SEAT, -0.75), 0.1) for x in (-0.8, 0.8)]
    legs += [_rod((x, 0.08, 0.85), (x, _SEAT, 0.75), 0.1) for x in (-0.75, 0.75)]
    rungs = [_rod((x, 0.7, -0.8), (x, 0.7, 0.8), 0.06) for x in (-0.78, 0.78)]
    rungs += [_rod((-0.78, y, z), (0.78, y, z), 0.06) for y, z in ((0.85, -0.78), (0.6, 0.82))]
    posts = [_rod((x, 0, 0), (x, 2.2, 0), 0.1) for x in (-0.75, 0.75)]
    slats = [rounded_box((-0.72, y, -0.05), (0.72, y + 0.28, 0.05), 0.3) for y in (0.6, 1.15, 1.7)]
    back = placed(union(*posts, *slats), (0, _SEAT, 0.75), tilt=(_LEAN, 0))
    seat = rounded_box((-0.92, _SEAT - 0.05, -0.95), (0.92, _SEAT + 0.12, 0.85), 0.2)
    return union(union(*legs, *rungs, back, kind.frame), union(seat, cloth(kind.cover)))


def windsor(kind: Upholstery) -> str:
    """A wooden chair with spindles under a bow."""
    seat = cylinder((0, _SEAT - 0.1, 0), (0, _SEAT + 0.08, 0), 1, "scale <1,1,.95>")
    legs = [
        cone((x * 0.95, 0, z * 0.95), 0.07, (x * 0.6, _SEAT - 0.05, z * 0.6), 0.13)
        for x in (-1, 1)
        for z in (-1, 1)
    ]
    rung = _rod((-0.78, 0.8, 0), (0.78, 0.8, 0), 0.06)
    sides = [_rod((x, 0.8, -0.78), (x, 0.8, 0.78), 0.06) for x in (-0.78, 0.78)]
    angles = np.linspace(0, np.pi, 9)
    bow = np.stack([0.88 * np.cos(angles), 2.1 * np.sin(angles) ** 0.7, 0 * angles], axis=-1)
    spindles = []
    for x in np.linspace(-0.62, 0.62, 7):
        top = 2.1 * (1 - (x / 0.88) ** 2) ** 0.35
        spindles.append(cylinder((x * 0.85, 0, 0), (x, top, 0), 0.04))
    back = placed(union(_curved(bow, 0.08), *spindles), (0, _SEAT, 0.72), tilt=(_LEAN + 4, 0))
    return union(seat, *legs, rung, *sides, back, kind.frame)


def _curved(points: FloatArray, radius: float, steps: int = 5) -> str:
    """Write a bent bar through points as short rods, which take the texture of their union."""
    path = smooth_curve(points, steps)
    rods = [cylinder(a, b, radius) for a, b in pairwise(path)]
    return union(*rods, *(sphere(point, radius) for point in path))


def rocking_chair(kind: Upholstery) -> str:
    """A ladder-back chair with arms on two runners."""
    runner = []
    for x in (-0.85, 0.85):
        z = np.linspace(-1.7, 2.1, 9)
        runner.append(_curved(np.stack([0 * z + x, 0.1 + 0.1 * z**2, z], axis=-1), 0.09))
    arms = []
    for x in (-0.95, 0.95):
        arms.append(_rod((x, 2.7, -0.85), (x, 2.75, 1.0), 0.1))
        arms.append(_rod((x * 0.9, 1.9, -0.8), (x, 2.7, -0.8), 0.07))
    raised = placed(ladder_back(kind), (0, 0.12, 0), tilt=(3, 0))
    return union(raised, union(*runner, *arms, kind.frame))


def armchair(kind: Upholstery) -> str:
    """A padded chair with arms and a high back."""
    feet = [cone((x, 0, z), 0.08, (x, 0.4, z), 0.14) for x in (-1.25, 1.25) for z in (-1.1, 1.2)]
    base = rounded_box((-1.45, 0.35, -1.3), (1.45, 1.25, 1.4), 0.15)
    arms = [rounded_box((x - 0.32, 0.5, -1.4), (x + 0.32, 2.25, 1.3), 0.35) for x in (-1.3, 1.3)]
    back = placed(rounded_box((-1.4, 0, -0.35), (1.4, 2.9, 0.4), 0.3), (0, 1.0, 1.1), tilt=(10, 0))
    seat = rounded_box((-1.0, 1.2, -1.42), (1.0, 1.75, 0.9), 0.35)
    pillow = placed(
        rounded_box((-0.75, 0, -0.25), (0.75, 1.2, 0.2), 0.6), (0, 1.75, 0.6), tilt=(14, 0)
    )
    return union(
        union(*feet, kind.frame),
        union(base, *arms, back, seat, cloth(kind.cover)),
        union(pillow, cloth(kind.second)),
    )


def shell_chair(kind: Upholstery) -> str:
    """A molded seat on four spread wooden legs."""
    knots = [
        (-1.0, 1.62),
        (-0.85, 1.78),
        (0.1, 1.62),
        (0.7, 1.78),
        (0.98, 2.5),
        (1.2, 3.5),
        (1.24, 3.7),
    ]
    profile = smooth_curve(knots, 6)
    share = np.linspace(0, 1, len(profile))[:, None]
    across = np.linspace(-1, 1, 17)[None, :]
    # The upper corners are rounded off.
    half = 0.98 - 0.16 * share - 2 * np.clip(share - 0.9, 0, 1) * across**2
    upright_share = np.clip((share - 0.45) * 3, 0, 1)
    y = profile[:, 1][:, None] + 0.35 * across**2 * (1 - upright_share)
    z = profile[:, 0][:, None] - 0.45 * across**2 * upright_share
    mesh = Mesh()
    mesh.grid(np.stack([half * across, y, z], axis=-1))
    shell = mesh.text([glossy(kind.cover, 0.35)])
    legs = [
        cone((x * 1.0, 0, z * 0.95), 0.06, (x * 0.5, 1.66, z * 0.45), 0.11)
        for x in (-1, 1)
        for z in (-1, 1)
    ]
    braces = [_rod((-x * 0.6, 1.3, -0.6), (x * 0.6, 1.3, 0.6), 0.03) for x in (-1, 1)]
    return union(shell, union(*legs, kind.frame), union(*braces, metal("#3a3a3e", 0.2)))


def cafe_chair(kind: Upholstery) -> str:
    """A bentwood chair with a round seat and two loops in its back."""
    seat = cylinder((0, _SEAT - 0.12, 0), (0, _SEAT + 0.06, 0), 0.92)
    legs = [
        _curved(
            np.array([(x, 0.05, z), (x * 0.82, 0.9, z * 0.85), (x * 0.75, 1.7, z * 0.75)]), 0.08
        )
        for x, z in ((-0.85, -0.85), (0.85, -0.85), (-0.8, 0.9), (0.8, 0.9))
    ]
    angles = np.linspace(0, 2 * np.pi, 17)
    ring = np.stack([0.66 * np.cos(angles), 0 * angles + 0.7, 0.66 * np.sin(angles)], axis=-1)
    half = np.linspace(0, np.pi, 11)
    loops = []
    for width, height in ((0.8, 2.1), (0.5, 1.65)):
        loop = np.stack([width * np.cos(half), height * np.sin(half) ** 0.6, 0 * half], axis=-1)
        loops.append(_curved(loop, 0.075))
    back = placed(union(*loops), (0, _SEAT, 0.7), tilt=(_LEAN, 0))
    return union(seat, *legs, _curved(ring, 0.05), back, kind.frame)


def stack_of_books(colors: Sequence[ColorLike]) -> str:
    """Books that lie on each other, for a seat or a table."""
    books = []
    for index, color in enumerate(colors):
        half = 0.55 - 0.04 * index
        cover = box((-half, 0, -half * 0.7), (half, 0.16, half * 0.7), glossy(color, 0.1))
        books.append(placed(cover, (0, 0.17 * index, 0), turn=17.0 * index * (-1) ** index))
    return union(*books)


CHAIRS: dict[str, Callable[[Upholstery], str]] = {
    "wooden chair": ladder_back,
    "Windsor chair": windsor,
    "rocking chair": rocking_chair,
    "armchair": armchair,
    "shell chair": shell_chair,
    "cafe chair": cafe_chair,
}
