"""Bananas as declared objects: one, a hand of several, a hanging bunch.

A banana starts at the origin with its stem, leaves along +x and bends toward +z.
"""

import numpy as np

from .colors import ColorLike, srgb
from .materials import gloss, matte, textured
from .mesh import Mesh
from .pov import FloatArray, block, cylinder, number, placed, sphere, union
from .scene import Scene

# The skin at its ends and in the middle, and how much of it is brown.
RIPENESS: dict[str, tuple[ColorLike, ColorLike, float]] = {
    "green": ("#6f9a2c", "#9cb83c", 0.0),
    "half ripe": ("#8fb030", "#e0cc38", 0.0),
    "yellow": ("#c8c03c", "#f2c92e", 0.24),
    "spotted": ("#d8a828", "#eebc30", 0.5),
}
# Bend in radians per unit of length.
_BEND = 0.72
THICKNESS = 0.2


def banana(scene: Scene, ripeness: str, *, length: float = 1.9) -> str:
    """Declare one banana; `ripeness` is a key of `RIPENESS`."""
    mesh = Mesh()
    _add_body(mesh, length, (0.0, 1.0))
    return scene.declare(mesh.text(_skins(scene, ripeness, length)))


def hand(scene: Scene, ripeness: str, count: int) -> str:
    """Declare bananas that share a crown at the origin and lie beside and on each other."""
    fingers = []
    for index in range(count):
        one = banana(scene, ripeness, length=scene.uniform(1.75, 2.0))
        layer, step = divmod(index, 3)
        at = (0.05 * layer, THICKNESS * (1 + 1.55 * layer), 0.05 * layer)
        turn = 14 * step - 6 * layer + scene.uniform(-3, 3)
        fingers.append(placed(one, at, turn=turn, tilt=(0, 3 - 5 * layer)))
    crown = sphere((0, 0, 0), 1, f"scale <.1,{number(0.1 + 0.05 * count / 3)},.13>")
    lift = f"translate {number(THICKNESS * 1.4)}*y"
    return scene.declare(union(*fingers, block("object", crown, matte("#5f5a2a"), lift)))


def hanging_hand(scene: Scene, ripeness: str, count: int) -> str:
    """Declare bananas that hang from a crown at the origin, curving outward and up."""
    fingers = []
    for index in range(count):
        one = banana(scene, ripeness, length=scene.uniform(1.8, 2.1))
        row, step = index % 2, index / max(count - 1, 1) - 0.5
        finger = placed(one, tilt=(-90 + scene.uniform(-4, 4), -74 + 16 * row))
        fingers.append(placed(finger, (0, -0.08 * row, -0.1 * row), turn=130 * step + 90))
    crown = sphere((0, 0.02, 0), 0.2, "scale <1.2,.8,.8>", matte("#7a7a34"))
    stalk = cylinder((0, 0, 0), (0, 0.7, 0.05), 0.11, matte("#7a7a34"))
    return scene.declare(union(*fingers, crown, stalk))


# Places along the length and the radius there, with skin and without.
_WHOLE = ((0, 0.12, 0.24, 0.38, 0.6, 0.8, 0.92, 0.97, 1),
          (0.075, 0.06, 0.14, 0.19, 0.2, 0.17, 0.095, 0.055, 0.05))  # fmt: skip
_PEELED = ((0, 0.5, 0.75, 0.92, 0.98, 1), (0.1, 0.18, 0.165, 0.12, 0.06, 0.005))


def _spine(length: float) -> tuple[FloatArray, FloatArray]:
    """Return the middle line (N, 3) and its heading (N,) in radians."""
    share = np.linspace(0, 1, 41)
    heading = _BEND * length * (0.15 * share + 0.85 * share**1.2)
    step = length / 40
    x = np.concatenate([[0], np.cumsum(np.cos(heading[:-1]) * step)])
    z = np.concatenate([[0], np.cumsum(np.sin(heading[:-1]) * step)])
    return np.stack([x, np.zeros(41), z], axis=-1), heading


def _add_body(mesh: Mesh, length: float, part: tuple[float, float], slim: float = 1.0) -> None:
    """Add stem, body and tip, textures 0 to 2, of a part of the length."""
    spine, heading = _spine(length)
    share = np.linspace(0, 1, 41)
    places, radii = _PEELED if slim < 1 else _WHOLE
    radius = slim * np.interp(share, places, radii)
    radius = np.convolve(np.pad(radius, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    if slim < 1:
        radius[-1] = 0.0
    angles = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    section = radius[:, None] * (1 + 0.055 * np.cos(5 * angles) * (slim == 1))
    side = np.stack([-np.sin(heading), np.zeros(41), np.cos(heading)], axis=-1)
    up = np.array([0.0, 1.0, 0.0])
    points = spine[:, None] + section[..., None] * (
        side[:, None] * np.cos(angles)[:, None] + up * np.sin(angles)[:, None]
    )
    first, last = int(part[0] * 40), int(part[1] * 40)
    for texture, (low, high) in enumerate(((0, 5), (5, 38), (38, 40))):
        start, end = max(low, first), min(high, last)
        if start < end:
            mesh.grid(points[start : end + 1], texture=texture, closed=True)
    if last == 40:
        mesh.ball(spine[-1], radius[-1] + 0.001, 2, 10)


def _skins(scene: Scene, ripeness: str, length: float) -> list[str]:
    """Return the textures of stem, body and tip."""
    end, middle, brown = RIPENESS[ripeness]
    shift = f"translate {number(scene.uniform(0, 50))}"
    shades = f"[0 {srgb(end)}][.22 {srgb(middle)}][.8 {srgb(middle)}][1 {srgb(end)}]"
    ground = f"gradient x color_map{{{shades}}} scale {number(length * 0.85)}"
    freckles = f"[{number(brown - 0.05)} {srgb('#6a4420')}][{number(brown)} {srgb(middle)}]"
    spots = f"bozo color_map{{{freckles}}} turbulence .5 scale <.16,.04,.05> {shift}"
    body = block("pigment", ground)
    if brown:
        body = f"pigment{{bozo pigment_map{{[.35 {spots}][.6 {ground}]}} scale .5 {shift}}}"
    skin = textured(body, finish=gloss(0.3))
    return [matte("#8a8f3c"), skin, matte("#3a2a18")]
