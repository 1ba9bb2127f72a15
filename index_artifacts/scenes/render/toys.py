"""Wooden toys: a railway's vehicles and track, blocks, trees and houses.

Vehicles stand on y = 0, the top of the rails, and drive toward +x; a car is about two units long.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .colors import ColorLike
from .materials import BEECH, OAK, glossy, matte, metal, wood
from .mesh import Mesh
from .pov import (
    FloatArray,
    Vector,
    block,
    box,
    cone,
    cylinder,
    difference,
    placed,
    rounded_box,
    sphere,
    torus,
    union,
)
from .scene import Scene

RAIL_HEIGHT = 0.2
_DARK = "#26262a"


@dataclass(frozen=True)
class Paint:
    """Colors of a train: its bodies, what is set off against them, and wheels."""

    body: ColorLike
    second: ColorLike
    wheel: ColorLike


@dataclass(frozen=True)
class Track:
    """A way along the floor: points (N, 2) of (x, z), close together; the ends may meet."""

    points: FloatArray

    def at(self, distance: float) -> tuple[float, float, float]:
        """Return x, z and the heading in degrees, for `placed`, at a distance from the start."""
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        travelled = np.concatenate([[0.0], np.cumsum(steps)])
        index = int(np.clip(np.searchsorted(travelled, distance), 1, len(steps)))
        share = (distance - travelled[index - 1]) / steps[index - 1]
        start, end = self.points[index - 1], self.points[index]
        x, z = start + (end - start) * share
        return float(x), float(z), -math.degrees(math.atan2(*(end - start)[::-1]))

    @property
    def length(self) -> float:
        """Length from start to end."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())


def wooden_track(track: Track) -> str:
    """Write a strip of beech with two grooves."""
    top, groove = RAIL_HEIGHT, RAIL_HEIGHT - 0.09
    profile = [(-0.78, 0), (-0.78, top), (-0.52, top), (-0.52, groove), (-0.36, groove)]
    profile += [(-0.36, top)]
    profile += [(-across, height) for across, height in reversed(profile)]
    mesh = Mesh()
    for first, second in pairwise(profile):
        mesh.grid(np.stack([_beside(track, *first), _beside(track, *second)], axis=1))
    return mesh.text([wood(*BEECH, 1.5)])


def metal_track(track: Track) -> str:
    """Write two rails on wooden sleepers."""
    mesh = Mesh()
    for side in (-0.44, 0.44):
        for shift in (-0.05, 0.05):
            low, high = (
                _beside(track, side + shift, 0.06),
                _beside(track, side + shift, RAIL_HEIGHT),
            )
            mesh.grid(np.stack([low, high], axis=1))
        left, right = (_beside(track, side + shift, RAIL_HEIGHT) for shift in (-0.05, 0.05))
        mesh.grid(np.stack([left, right], axis=1))
    sleeper = box((-0.12, 0, -0.75), (0.12, 0.08, 0.75))
    sleepers = []
    for distance in np.arange(0.2, track.length, 0.5):
        x, z, turn = track.at(float(distance))
        sleepers.append(placed(sleeper, (x, 0, z), turn))
    return union(mesh.text([metal("#9a9a9c", 0.25)]), union(*sleepers, matte("#5a3c26")))


def _beside(track: Track, across: float, height: float) -> FloatArray:
    """Return the track's points (N, 3) moved to its side and up."""
    along = np.gradient(track.points, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    x = track.points[:, 0] - along[:, 1] * across
    z = track.points[:, 1] + along[:, 0] * across
    return np.stack([x, np.full(len(x), height), z], axis=-1)


def _wheels(places: Sequence[float], radius: float, color: ColorLike) -> str:
    wheels = [
        cylinder((x, radius, side * 0.36), (x, radius, side * 0.5), radius)
        for x in places
        for side in (-1, 1)
    ]
    hubs = [
        cylinder((x, radius, side * 0.49), (x, radius, side * 0.54), radius * 0.35)
        for x in places
        for side in (-1, 1)
    ]
    return union(union(*wheels, glossy(color, 0.4)), union(*hubs, glossy("#e8d8a8", 0.4)))


def _chassis(length: float) -> str:
    half = length / 2
    frame = rounded_box((-half, 0.26, -0.42), (half, 0.46, 0.42), 0.2)
    couplings = [cylinder((x * half, 0.36, 0), (x * (half + 0.14), 0.36, 0), 0.1) for x in (-1, 1)]
    return union(union(frame, wood(*OAK, 0.8)), union(*couplings, metal("#8a8a90", 0.3)))


def steam_engine(paint: Paint) -> str:
    """Write an engine with boiler, chimney and cab, 2.6 long."""
    cab = difference(
        rounded_box((-1.25, 0.46, -0.47), (-0.3, 1.66, 0.47), 0.12),
        box((-1.02, 1.02, -0.6), (-0.5, 1.42, 0.6)),
        box((-0.6, 1.1, -0.3), (-0.2, 1.45, 0.3)),
    )
    boiler = cylinder((-0.4, 0.9, 0), (1.12, 0.9, 0), 0.41)
    dome = sphere((0.18, 1.26, 0), 0.22)
    chimney = union(
        cone((0.78, 1.2, 0), 0.13, (0.78, 1.85, 0), 0.21),
        torus(0.2, 0.05, "translate <.78,1.85,0>"),
    )
    front = union(cylinder((1.1, 0.9, 0), (1.2, 0.9, 0), 0.37), sphere((1.2, 0.9, 0), 0.1))
    bands = [torus(0.41, 0.035, f"rotate 90*z translate <{x},.9,0>") for x in (0.0, 0.5, 1.0)]
    return union(
        _chassis(2.6),
        union(cab, dome, glossy(paint.second, 0.5)),
        union(boiler, glossy(paint.body, 0.5)),
        union(chimney, front, glossy(_DARK, 0.4)),
        union(*bands, sphere((1.16, 1.36, 0), 0.13), glossy("#e8b830", 0.6)),
        union(rounded_box((-1.42, 1.64, -0.58), (-0.14, 1.8, 0.58), 0.2), glossy(paint.body, 0.5)),
        _wheels((-0.8,), 0.4, paint.wheel),
        _wheels((0.2, 0.85), 0.28, paint.wheel),
    )


def diesel_engine(paint: Paint) -> str:
    """Write an engine with a long hood and a cab in the middle, 2.8 long."""
    hood = rounded_box((-1.3, 0.46, -0.42), (1.3, 1.1, 0.42), 0.15)
    stripe = rounded_box((-1.31, 0.66, -0.43), (1.31, 0.8, 0.43), 0.12)
    cab = rounded_box((-0.7, 1.0, -0.44), (0.35, 1.75, 0.44), 0.15)
    panes = union(
        box((-0.5, 1.2, -0.45), (0.15, 1.55, 0.45)),
        box((-0.71, 1.2, -0.3), (0.36, 1.55, 0.3)),
    )
    lamps = [sphere((1.28, 0.95, z), 0.09) for z in (-0.22, 0.22)]
    return union(
        _chassis(2.8),
        union(hood, glossy(paint.body, 0.5)),
        union(stripe, cab, glossy(paint.second, 0.5)),
        union(panes, glossy("#22303e", 0.9)),
        union(rounded_box((-0.85, 1.72, -0.52), (0.5, 1.86, 0.52), 0.2), glossy(paint.body, 0.5)),
        union(*lamps, glossy("#fff2c0", 0.6)),
        _wheels((-0.95, -0.45, 0.45, 0.95), 0.27, paint.wheel),
    )


def express_engine(paint: Paint) -> str:
    """Write a smooth engine with a pointed nose, 2.8 long."""
    nose = sphere((0, 0, 0), 1, "scale <1.2,1.2,.46> translate <.3,.42,0>")
    body = union(
        difference(nose, box((-2, -2, -2), (0.3, 3, 2)), box((-2, -2, -2), (3, 0.4, 2))),
        rounded_box((-1.4, 0.4, -0.46), (0.4, 1.62, 0.46), 0.15),
    )
    windows = [box((x, 1.05, -0.47), (x + 0.3, 1.4, 0.47)) for x in (-1.15, -0.7, -0.25)]
    shield = sphere((0, 0, 0), 1, "scale <.5,.34,.4> translate <.86,1.1,0>")
    return union(
        _chassis(2.7),
        union(body, glossy(paint.body, 0.7)),
        union(box((-1.41, 0.62, -0.475), (0.6, 0.78, 0.475)), glossy(paint.second, 0.5)),
        union(*windows, shield, glossy("#1c2834", 0.9)),
        _wheels((-0.9, -0.35, 0.4, 0.9), 0.26, paint.wheel),
    )


def coach(paint: Paint) -> str:
    """Write a passenger car, 2.4 long."""
    windows = [
        box((x - 0.17, 0.95, -0.49), (x + 0.17, 1.3, 0.49)) for x in (-0.75, -0.25, 0.25, 0.75)
    ]
    return union(
        _chassis(2.4),
        union(rounded_box((-1.15, 0.46, -0.46), (1.15, 1.5, 0.46), 0.12), glossy(paint.body, 0.4)),
        union(*windows, glossy("#f0e2b0", 0.5)),
        union(
            rounded_box((-1.25, 1.46, -0.55), (1.25, 1.64, 0.55), 0.3), glossy(paint.second, 0.4)
        ),
        _wheels((-0.7, 0.7), 0.27, paint.wheel),
    )


def freight_car(paint: Paint, scene: Scene) -> str:
    """Write an open car with building blocks, 2.2 long."""
    outer = box((-1.05, 0.46, -0.48), (1.05, 0.85, 0.48))
    inner = box((-0.95, 0.52, -0.4), (0.95, 1, 0.4))
    load = []
    for x in (-0.6, 0.0, 0.6):
        cube = rounded_box((-0.24, 0, -0.24), (0.24, 0.48, 0.24), 0.1)
        color = scene.pick("#d8362a", "#2f6fc0", "#f0b428", "#3f9a4a")
        colored = block("object", cube, glossy(color, 0.3))
        load.append(placed(colored, (x, 0.52, scene.uniform(-0.1, 0.1)), scene.uniform(-20, 20)))
    return union(
        _chassis(2.2),
        difference(outer, inner, glossy(paint.second, 0.3)),
        *load,
        _wheels((-0.65, 0.65), 0.27, paint.wheel),
    )


def tank_car(paint: Paint) -> str:
    """Write a car with a lying tank, 2.2 long."""
    ends = [sphere((0, 0, 0), 0.42, f"scale <.4,1,1> translate <{x},.92,0>") for x in (-0.85, 0.85)]
    tank = union(cylinder((-0.85, 0.92, 0), (0.85, 0.92, 0), 0.42), *ends)
    bands = [torus(0.42, 0.03, f"rotate 90*z translate <{x},.92,0>") for x in (-0.5, 0.5)]
    return union(
        _chassis(2.2),
        union(tank, cylinder((0, 1.2, 0), (0, 1.45, 0), 0.16), glossy(paint.body, 0.6)),
        union(*bands, glossy(_DARK, 0.3)),
        _wheels((-0.65, 0.65), 0.27, paint.wheel),
    )


def log_car(paint: Paint) -> str:
    """Write a flat car with a stack of logs, 2.2 long."""
    rows = [(0.62, (-0.3, 0.0, 0.3)), (0.87, (-0.15, 0.15)), (1.1, (0.0,))]
    logs = [cylinder((-0.95, y, z), (0.95, y, z), 0.145) for y, places in rows for z in places]
    posts = [cylinder((x, 0.4, z), (x, 1.0, z), 0.05) for x in (-0.7, 0.7) for z in (-0.45, 0.45)]
    bark = wood("#c49a64", "#8a6238", 0.3, turn=90)
    return union(
        _chassis(2.2),
        union(*logs, bark),
        union(*posts, glossy(paint.second, 0.3)),
        _wheels((-0.65, 0.65), 0.27, paint.wheel),
    )


ENGINES: dict[str, Callable[[Paint], str]] = {
    "steam engine": steam_engine,
    "diesel engine": diesel_engine,
    "express": express_engine,
}


def toy_tree(height: float, color: ColorLike, *, pointed: bool) -> str:
    """Write a wooden tree: cones on a stick, or a ball."""
    trunk = cylinder((0, 0, 0), (0, height * 0.4, 0), height * 0.07, wood(*BEECH, 0.6))
    if pointed:
        crown = [
            cone((0, height * low, 0), height * radius, (0, height * high, 0), 0.02)
            for low, high, radius in ((0.25, 0.65, 0.32), (0.45, 0.83, 0.26), (0.64, 1.0, 0.2))
        ]
    else:
        crown = [sphere((0, height * 0.66, 0), height * 0.33)]
    return union(trunk, union(*crown, glossy(color, 0.25)))


def letter_block(size: float, color: ColorLike) -> str:
    """Write a wooden cube with a frame of color on every side, resting on the origin."""
    half = size / 2
    cube = rounded_box((-half, 0, -half), (half, size, half), 0.1, wood(*BEECH, 0.7))
    inset = half * 0.72
    plates = [
        box((-half - 0.01, half - inset, -inset), (half + 0.01, half + inset, inset)),
        box((-inset, half - inset, -half - 0.01), (inset, half + inset, half + 0.01)),
        box((-inset, -0.01, -inset), (inset, size + 0.01, inset)),
    ]
    return union(cube, union(*plates, glossy(color, 0.3)))


def present(size: Vector, paper: ColorLike, ribbon: ColorLike) -> str:
    """Write a wrapped box on the origin with a ribbon and a bow."""
    x, y, z = (float(value) for value in size)
    bands = union(
        box((-x / 2 - 0.01, 0, -0.1), (x / 2 + 0.01, y + 0.01, 0.1)),
        box((-0.1, 0, -z / 2 - 0.01), (0.1, y + 0.01, z / 2 + 0.01)),
    )
    loops = [
        torus(
            0.16,
            0.05,
            f"scale <1.4,1,.8> rotate <0,0,{tilt}> translate <{side * 0.2},{y + 0.12},0>",
        )
        for side, tilt in ((-1, -35), (1, 35))
    ]
    wrapped = box((-x / 2, 0, -z / 2), (x / 2, y, z / 2))
    return union(union(wrapped, glossy(paper, 0.3)), union(bands, *loops, glossy(ribbon, 0.5)))
