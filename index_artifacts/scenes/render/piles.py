"""Round things that have come to rest: in a bowl, in a crate, in a heap."""

from collections.abc import Callable

import numpy as np

from .pov import FloatArray, placed
from .scene import Scene

_STEPS = 500
_FALL = 0.016

# Moves points (N, 3) of balls with radii (N,) back to where their container lets them be.
Container = Callable[[FloatArray, FloatArray], FloatArray]


def settle(
    radii: FloatArray, container: Container, spread: float, rng: np.random.Generator
) -> FloatArray:
    """Let balls fall until they rest on each other.

    Args:
        radii: (N,).
        container: Keeps them inside.
        spread: Standard deviation of where they start, sideways.
        rng: For the start.

    Returns:
        (N, 3) their centers.
    """
    count = len(radii)
    places = rng.normal(size=(count, 3)) * spread
    places[:, 1] = radii + np.arange(count) * radii.mean() * 0.7
    apart = radii[:, None] + radii
    for _ in range(_STEPS + 40 * count):
        places[:, 1] -= _FALL
        gaps = places[:, None] - places
        distances = np.linalg.norm(gaps, axis=2) + np.eye(count) * 1e6
        overlap = np.clip(apart - distances, 0, None)
        places = places + (gaps / distances[..., None] * overlap[..., None]).sum(axis=1) * 0.4
        places = container(places, radii)
    return places


def on_table(radius: float) -> Container:
    """A heap on the table at y = 0, held together within a radius."""

    def hold(places: FloatArray, radii: FloatArray) -> FloatArray:
        held = places.copy()
        held[:, 1] = np.maximum(held[:, 1], radii)
        outward = np.linalg.norm(held[:, (0, 2)], axis=1)
        excess = np.clip(outward + radii - radius, 0, None) / np.maximum(outward, 1e-6)
        held[:, (0, 2)] *= (1 - excess)[:, None]
        return held

    return hold


def in_bowl(center_height: float, radius: float) -> Container:
    """A bowl that is part of a ball around (0, `center_height`, 0)."""

    def hold(places: FloatArray, radii: FloatArray) -> FloatArray:
        middle = np.array([0, center_height, 0])
        away = places - middle
        distances = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
        limit = np.minimum(distances, radius - radii)
        held: FloatArray = middle + away * (limit / distances)[:, None]
        return held

    return hold


def in_crate(width: float, depth: float, floor: float) -> Container:
    """An open crate around the y axis, with its inner width, depth and floor."""

    def hold(places: FloatArray, radii: FloatArray) -> FloatArray:
        held = places.copy()
        held[:, 1] = np.maximum(held[:, 1], floor + radii)
        for axis, length in ((0, width), (2, depth)):
            limit = np.maximum(length / 2 - radii, 0)
            held[:, axis] = np.clip(held[:, axis], -limit, limit)
        return held

    return hold


def raised(container: Container, height: float) -> Container:
    """The same container standing higher."""

    def hold(places: FloatArray, radii: FloatArray) -> FloatArray:
        lift = np.array([0, height, 0])
        held: FloatArray = container(places - lift, radii) + lift
        return held

    return hold


def tumbled(
    scene: Scene, things: list[str], places: FloatArray, size: float, tilt: float = 70.0
) -> list[str]:
    """Write copies of declared things of unit radius at places, turned every way.

    Args:
        scene: The scene.
        things: Declared names; one is drawn for each place.
        places: (N, 3).
        size: Their radius.
        tilt: Largest tilt in degrees.
    """
    return [
        placed(
            scene.pick(*things),
            at,
            turn=scene.uniform(0, 360),
            scale=size,
            tilt=(scene.uniform(-tilt, tilt), scene.uniform(-tilt, tilt)),
        )
        for at in places
    ]
