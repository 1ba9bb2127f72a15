"""Chessmen and boards, in units of ten centimeters; the white side is at -z."""

from collections.abc import Mapping

import numpy as np

from .materials import matte
from .mesh import Mesh, smooth_curve
from .pov import FloatArray, box, placed, sphere, torus, union
from .scene import Scene

SQUARE = 0.5
TOP = 0.14

_Profile = list[tuple[float, float]]
_FOOT: _Profile = [(0, 0), (0.17, 0), (0.185, 0.02), (0.18, 0.05), (0.15, 0.06), (0.155, 0.09),
                   (0.12, 0.11)]  # fmt: skip
_PAWN: _Profile = [
    *_FOOT, (0.085, 0.17), (0.065, 0.27), (0.06, 0.31), (0.105, 0.325), (0.105, 0.335),
    (0.06, 0.35), (0.085, 0.4), (0.09, 0.43), (0.07, 0.475), (0, 0.5),
]  # fmt: skip
_ROOK: _Profile = [
    *_FOOT, (0.1, 0.18), (0.09, 0.36), (0.1, 0.4), (0.14, 0.43), (0.15, 0.45), (0.15, 0.54),
    (0.1, 0.54), (0.1, 0.5), (0, 0.5),
]  # fmt: skip
_BISHOP: _Profile = [
    *_FOOT, (0.09, 0.2), (0.065, 0.38), (0.065, 0.44), (0.12, 0.46), (0.12, 0.475), (0.06, 0.5),
    (0.095, 0.56), (0.095, 0.62), (0.045, 0.71), (0.035, 0.72), (0.045, 0.75), (0.03, 0.78),
    (0, 0.785),
]  # fmt: skip
_QUEEN: _Profile = [
    *_FOOT, (0.1, 0.2), (0.07, 0.42), (0.07, 0.5), (0.135, 0.52), (0.135, 0.535), (0.07, 0.56),
    (0.1, 0.66), (0.135, 0.74), (0.11, 0.74), (0.09, 0.73), (0, 0.76),
]  # fmt: skip
_KING: _Profile = [
    *_FOOT, (0.105, 0.22), (0.075, 0.46), (0.075, 0.54), (0.14, 0.56), (0.14, 0.575), (0.075, 0.6),
    (0.1, 0.7), (0.135, 0.8), (0.13, 0.815), (0.07, 0.86), (0, 0.87),
]  # fmt: skip

# The knight's middle line in x and y, from the foot to the muzzle, with half its depth and width.
_KNIGHT_LINE = [(0.0, 0.08), (-0.045, 0.2), (-0.06, 0.34), (-0.035, 0.45), (0.03, 0.52),
                (0.1, 0.505), (0.16, 0.45), (0.205, 0.38), (0.22, 0.35)]  # fmt: skip
_KNIGHT_DEPTH = [0.12, 0.125, 0.12, 0.1, 0.085, 0.08, 0.062, 0.055, 0.02]
_KNIGHT_WIDTH = [0.12, 0.1, 0.075, 0.066, 0.064, 0.06, 0.05, 0.046, 0.02]


def chessmen(scene: Scene, texture: str) -> dict[str, str]:
    """Declare a set of one color; keys are the letters "pnbrqk"."""
    shapes: dict[str, str] = {"n": _knight(texture)}
    for letter, profile in (
        ("p", _PAWN),
        ("r", _ROOK),
        ("b", _BISHOP),
        ("q", _QUEEN),
        ("k", _KING),
    ):
        mesh = Mesh()
        mesh.revolve(profile, sides=36, steps=3)
        shapes[letter] = mesh.text([texture])
    battlements = [
        placed(box((-0.032, 0.53, 0.09), (0.032, 0.6, 0.155)), turn=60 * index)
        for index in range(6)
    ]
    shapes["r"] = union(shapes["r"], union(*battlements, texture))
    points = [placed(sphere((0.12, 0.75, 0), 0.027), turn=45 * index) for index in range(8)]
    shapes["q"] = union(shapes["q"], union(*points, sphere((0, 0.79, 0), 0.045), texture))
    cross = union(
        box((-0.02, 0.85, -0.018), (0.02, 1.0, 0.018)),
        box((-0.06, 0.905, -0.018), (0.06, 0.945, 0.018)),
        texture,
    )
    shapes["k"] = union(shapes["k"], cross)
    felt = torus(0.165, 0.012, matte("#1f3a2a"))
    return {letter: scene.declare(union(shape, felt)) for letter, shape in shapes.items()}


def _knight(texture: str) -> str:
    """A horse's head that looks toward +x."""
    line = np.column_stack([smooth_curve(_KNIGHT_LINE, 5), np.zeros(41)])
    knots, fine = np.arange(9) * 5, np.arange(41)
    depth = np.interp(fine, knots, _KNIGHT_DEPTH)
    width = np.interp(fine, knots, _KNIGHT_WIDTH)
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    inward = np.stack([along[:, 1], -along[:, 0], 0 * fine], axis=-1)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    sideways = np.array([0.0, 0.0, 1.0])
    points = line[:, None] + (
        inward[:, None] * (np.cos(angles) * depth[:, None])[..., None]
        + sideways * (np.sin(angles) * width[:, None])[..., None]
    )
    mesh = Mesh()
    mesh.revolve(_FOOT, sides=36, steps=3)
    mesh.grid(points, closed=True)
    mesh.ball(line[-1], 0.021, 0, 10)
    _add_mane(mesh, line - inward * depth[:, None])
    for side in (-1, 1):
        ear = np.array([(0.0, 0.56, 0.036), (-0.012, 0.62, 0.042), (-0.005, 0.67, 0.034)])
        mesh.tube(ear * (1, 1, side), [0.036, 0.026, 0.003], 0, sides=8)
        mesh.ball((0.085, 0.515, side * 0.055), 0.021, 0, 10)
        mesh.ball((0.192, 0.41, side * 0.038), 0.016, 0, 8)
    eyes = union(
        *(sphere((0.098, 0.52, side * 0.071), 0.009) for side in (-1, 1)), matte("#141010")
    )
    return union(mesh.text([texture]), eyes)


def _add_mane(mesh: Mesh, back: FloatArray) -> None:
    """Add a crest of locks along the back of the neck."""
    for index in range(5, 25, 2):
        lock = back[index : index + 4] - (0.004, 0.01, 0)
        mesh.tube(lock, [0.012, 0.032, 0.034, 0.012], 0, sides=8)


def board(squares: str, frame: str) -> str:
    """Write a board around the origin whose top is at `TOP`.

    Args:
        squares: Texture of the squares, such as `materials.checkered` of size `SQUARE`.
        frame: Texture of the frame.
    """
    half, wide = 4 * SQUARE, 4 * SQUARE + 0.28
    return union(
        box((-half, 0.02, -half), (half, TOP, half), squares),
        box((-wide, 0, -wide), (wide, TOP - 0.01, wide), frame),
    )


def place_of(column: float, row: float) -> tuple[float, float, float]:
    """Return the middle of a square; columns and rows count from 0 at white's left rook."""
    return ((column - 3.5) * SQUARE, TOP, (row - 3.5) * SQUARE)


def position(
    scene: Scene, fen: str, white: Mapping[str, str], black: Mapping[str, str]
) -> list[tuple[str, tuple[float, float, float]]]:
    """Place the men of a position.

    Args:
        scene: The scene.
        fen: Where they stand, the first field of a FEN record, from the eighth row to the first.
        white: The white set of `chessmen`.
        black: The black one.

    Returns:
        The text of each man, and his place.
    """
    men = []
    for step, line in enumerate(fen.split("/")):
        column = 0
        for letter in line:
            if letter.isdigit():
                column += int(letter)
                continue
            own = white if letter.isupper() else black
            x, y, z = place_of(column, 7 - step)
            at = (x + scene.uniform(-0.035, 0.035), y, z + scene.uniform(-0.035, 0.035))
            turn = (-90 if letter.isupper() else 90) + scene.uniform(-14, 14)
            men.append((placed(own[letter.lower()], at, turn=turn), at))
            column += 1
    return men
