"""Cameras that circle a subject and fill a chosen share of the picture with it."""

import math
from dataclasses import dataclass, replace

import numpy as np

from . import light as lights
from .colors import lighter
from .pov import FloatArray, Vector
from .rooms import ROOM_LIGHTS
from .scene import Scene, direction


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


def frame(scene: Scene, center: Vector, radius: float, view: View) -> FloatArray:
    """Place the camera so that a ball around `center` has the view's size and place.

    Args:
        scene: The scene.
        center: Middle of the subject.
        radius: Of the ball that holds it.
        view: From where, and how large.

    Returns:
        The camera's position (3,).
    """
    half_width = math.tan(math.radians(view.angle / 2))
    distance = radius / (scene.uniform(*view.fill) * half_width)
    around = scene.side() * scene.uniform(*view.azimuth)
    away = direction(180 + around, scene.uniform(*view.elevation))
    position: FloatArray = np.asarray(center, float) + away * distance
    right = np.cross((0.0, 1.0, 0.0), -away)
    right /= np.linalg.norm(right)
    up = np.cross(-away, right)
    width = 2 * distance * half_width
    across = scene.side() * scene.uniform(*view.shift_x) * width
    upward = scene.uniform(*view.shift_y) * width
    target = np.asarray(center, float) - right * across - up * upward
    scene.camera(position, target, view.angle, roll=scene.side() * scene.uniform(*view.roll))
    return position


def brighten(scene: Scene, light: str, power: float = 0.3) -> None:
    """Stand in for the light that walls reflect, in a room without `bounce`.

    Args:
        scene: The scene; its exposure is raised.
        light: The key of `ROOM_LIGHTS` that the room was given.
        power: Of the added light.
    """
    kind = ROOM_LIGHTS[light]
    lights.fill(scene, (0.1, 0.8, -1), lighter(kind.lamp, 0.4), power)
    scene.grade = replace(scene.grade, exposure=kind.exposure * 1.3)
