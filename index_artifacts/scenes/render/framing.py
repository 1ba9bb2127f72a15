"""Cameras that circle a subject and fill a chosen share of the picture with it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .landscape import Terrain
from .pov import FloatArray, Vector
from .scene import Scene, direction

_EYE_HEIGHT = 1.5


@dataclass(frozen=True)
class View:
    """From where a subject is seen, and how large; every pair is the range that is drawn from.

    Attributes:
        elevation: Of the camera above the subject's level, in degrees.
        azimuth: How far the camera stands to the side, in degrees, at either side.
        fill: Share of the picture's width that the subject takes; more than 1 crops it.
        shift_x: How far the subject is from the middle, as a share of the width, at either side.
        shift_y: The same upward.
        angle: Field of view in degrees; wide angles come closer.
        roll: How far the picture is tilted, in degrees, at either side.
    """

    elevation: tuple[float, float]
    azimuth: tuple[float, float] = (0.0, 30.0)
    fill: tuple[float, float] = (0.6, 0.8)
    shift_x: tuple[float, float] = (0.0, 0.08)
    shift_y: tuple[float, float] = (-0.06, 0.06)
    angle: float = 32.0
    roll: tuple[float, float] = (0.0, 0.0)


def frame(
    scene: Scene,
    center: Vector,
    radius: float,
    view: View,
    *,
    side: int | None = None,
    land: Terrain | None = None,
) -> FloatArray:
    """Place the camera so that a ball around `center` has the view's size and place.

    Args:
        scene: The scene.
        center: Middle of the subject.
        radius: Of the ball that holds it.
        view: From where, and how large.
        side: Where the camera stands, -1 is left; drawn when missing.
        land: Ground that the camera stays above.

    Returns:
        The camera's position (3,).
    """
    half_width = math.tan(math.radians(view.angle / 2))
    distance = radius / (scene.uniform(*view.fill) * half_width)
    around = -(scene.side() if side is None else side) * scene.uniform(*view.azimuth)
    away = direction(180 + around, scene.uniform(*view.elevation))
    position: FloatArray = np.asarray(center, float) + away * distance
    if land is not None:
        position[1] = max(position[1], land.height(position[0], position[2]) + _EYE_HEIGHT)
        away = position - np.asarray(center, float)
        distance = float(np.linalg.norm(away))
        away /= distance
    right = np.cross((0.0, 1.0, 0.0), -away)
    right /= np.linalg.norm(right)
    up = np.cross(-away, right)
    width = 2 * distance * half_width
    across = scene.side() * scene.uniform(*view.shift_x) * width
    upward = scene.uniform(*view.shift_y) * width
    target = np.asarray(center, float) - right * across - up * upward
    scene.camera(position, target, view.angle, roll=scene.side() * scene.uniform(*view.roll))
    return position


def leaves_view(
    points: FloatArray, eye: FloatArray, target: Vector, near: float, far: float
) -> NDArray[np.bool_]:
    """Tell which things do not stand between the camera and its subject, seen from above.

    Args:
        points: Places (N, 3).
        eye: Position of the camera (3,).
        target: Middle of the subject.
        near: Room that stays free around the camera.
        far: Half the width that stays free at the subject.

    Returns:
        (N,), true where a thing may stand.
    """
    sight = (np.asarray(target, float) - eye)[[0, 2]]
    way = float(np.linalg.norm(sight))
    offset = (points - eye)[:, [0, 2]]
    ahead = offset @ sight / way
    aside = np.abs(offset @ np.array([-sight[1], sight[0]])) / way
    width = near + (far - near) * np.clip(ahead / way, 0, 1)
    between: NDArray[np.bool_] = (ahead > -near) & (ahead < way) & (aside < width)
    return ~between
