"""Planets, with and without rings; the unit is about a planet's radius."""

import math
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import light, materials
from index_artifacts.scenes.render.colors import ColorLike, darker, hsv, lighter, mix, rgb, srgb
from index_artifacts.scenes.render.develop import Grade
from index_artifacts.scenes.render.globes import SURFACES, banded, globe
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
    box,
    number,
    placed,
    sphere,
    union,
    vector,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene, direction

_AIR = {"blue planet": "#6aa8ff", "ice planet": "#b8dcff", "green planet": "#90ffd8"}


def _halo(scene: Scene, color: ColorLike, toward_sun: FloatArray) -> str:
    """Air that glows around a planet of radius 1: a painted board behind it, facing -z."""
    n = 256
    axis = np.linspace(-1.4, 1.4, n)
    x, y = np.meshgrid(axis, axis[::-1])
    radius = np.hypot(x, y)
    sunward = (x * toward_sun[0] + y * toward_sun[1]) / np.clip(radius, 0.1, None)
    strength = np.exp(-np.clip(radius - 0.98, 0, 1) * 16) * np.clip(0.45 + sunward, 0, 1) * 0.8
    tint = np.broadcast_to(np.asarray(rgb(color)), (n, n, 3))
    image = scene.image(np.concatenate([tint, strength[..., None]], axis=-1))
    board = box((0, 0, 0), (1, 1, 0.001), materials.painted(image), "no_shadow")
    return block("object", board, "translate <-.5,-.5,0> scale <2.8,2.8,1>")


def _nebula(scene: Scene, hue: float, strength: float) -> None:
    """Fill the sky with faint clouds of gas."""
    first = mix("#000000", hsv(hue, 0.7, 0.7), strength)
    second = mix("#000000", hsv(hue + 0.12, 0.6, 0.9), strength)
    turbulence = "turbulence .8 octaves 6 scale .7"
    shift = f"translate {vector(scene.rng.uniform(-20, 20, 3))}"
    stops: list[materials.Stop] = [(0, "#000002"), (0.42, "#000004"), (0.75, first), (1, second)]
    scene.add(block("sky_sphere", materials.pattern("bozo", stops, turbulence, shift)))


@dataclass(frozen=True)
class _Framing:
    """Where the planet is: its radius relative to half the picture, and its place in halves."""

    radius: float
    x: float
    y: float


_FRAMINGS = {
    "whole": _Framing(0.62, 0.1, 0.05),
    "large": _Framing(0.9, 0.35, 0.2),
    "cut off": _Framing(1.1, 0.7, 0.35),
    "off the middle": _Framing(0.8, 0.5, 0.42),
}
_ANGLE = 40.0
_DISTANCE = 10.0
_PHASES = {"full": 28.0, "gibbous": 58.0, "half": 80.0}


def _frame(scene: Scene, framing: str) -> tuple[float, tuple[float, float, float]]:
    """Choose radius and place of a planet for a camera that looks along z from -10."""
    form = _FRAMINGS[framing]
    half = _DISTANCE * math.tan(math.radians(_ANGLE / 2))
    radius = form.radius * half * scene.uniform(0.9, 1.1)
    across = scene.side() * (form.x + scene.uniform(-0.2, 0.2)) * half
    up = scene.side() * (form.y + scene.uniform(-0.2, 0.2)) * half
    # Large planets are moved back as they grow, so that the camera never gets near them.
    push = max(1.0, radius / 2.6)
    return radius * push, (across * push, up * push, _DISTANCE * (push - 1))


def _add_sky(scene: Scene, background: str) -> None:
    hue = {"red nebula": 0.98, "violet nebula": 0.78}.get(background, 0.6)
    _nebula(scene, hue, 0.1 if background == "stars" else 0.36)
    light.stars(scene, 1500 if background == "stars" else 700)


def _sunlight(scene: Scene, phase: str, place: tuple[float, float, float]) -> FloatArray:
    """Light the planet so that the camera sees a phase, its lit side toward the picture's middle.

    Args:
        scene: The scene.
        phase: A key of `_PHASES`.
        place: Where the planet is.

    Returns:
        Unit vector to the sun.
    """
    turn = _PHASES[phase] + scene.uniform(-8, 8)
    side = -1 if place[0] > 0 else 1
    rise = scene.uniform(5, 38)
    if place[1] > 0:
        rise = -rise
    toward = direction(180 - turn * side, rise)
    light.sun(scene, toward, "#fff6e6", 1.35)
    light.fill(scene, (-toward[0], 0.2, -1), "#8090c0", 0.09)
    scene.grade = Grade(exposure=1.5, bloom=0.07, vignette=0.06)
    return toward


@category(
    "planet",
    kind=("blue planet", "ice planet", "green planet"),
    phase=("full", "gibbous", "half"),
    framing=("whole", "large", "cut off"),
    background=("stars", "blue nebula"),
    company=("no company", "one moon", "two moons"),
    caption=("kind", "phase", "framing", "company", "background"),
)
def planet(
    scene: Scene, *, kind: str, phase: str, framing: str, background: str, company: str
) -> None:
    """A planet or a moon in space."""
    _add_sky(scene, background)
    radius, place = _frame(scene, framing)
    toward = _sunlight(scene, phase, place)
    tilt = (scene.uniform(-30, 30), scene.uniform(-25, 25))
    body = globe(scene, kind)
    scene.add(placed(body, place, scene.uniform(0, 360), radius, tilt))
    # The edge of a ball that is near lies before its middle.
    air = _halo(scene, _AIR[kind], toward)
    away = np.asarray(place) - (0, 0, -_DISTANCE)
    reach = float(np.linalg.norm(away))
    seen = radius / math.sqrt(1 - (radius / reach) ** 2)
    scene.add(_facing(air, away, seen))
    _add_company(scene, company)
    scene.camera((0, 0, -_DISTANCE), (0, 0, 0), _ANGLE, scene.uniform(-20, 20))


def _facing(board: str, away: FloatArray, size: float) -> str:
    """Scale a board that faces -z and turn it toward the camera, from which it is `away`."""
    turn = math.degrees(math.atan2(away[0], away[2]))
    lift = math.degrees(math.atan2(away[1], math.hypot(away[0], away[2])))
    angles = f"rotate {number(-lift)}*x rotate {number(turn)}*y"
    at = vector(away - (0, 0, _DISTANCE))
    return block("object", board, f"scale <{size},{size},1> {angles} translate {at}")


def _add_company(scene: Scene, company: str) -> None:
    half = _DISTANCE * math.tan(math.radians(_ANGLE / 2))
    if company == "no company":
        return
    skin = SURFACES["gray moon"](scene)
    for _ in range(1 if company == "one moon" else 2):
        at = (scene.uniform(-0.8, 0.8) * half, scene.uniform(-0.8, 0.8) * half, -3.5)
        scene.add(placed(sphere((0, 0, 0), 1, skin), at, scale=scene.uniform(0.1, 0.3)))


_GIANTS: dict[str, list[ColorLike]] = {
    "butter yellow": ["#c8a468", "#f0dcb0", "#d8b880", "#f8ecd0", "#b8884c"],
    "rose": ["#a85868", "#e8b8b8", "#c88088", "#f4dcd4", "#8a3a50"],
    "copper": ["#7a3a20", "#c87a48", "#a0552e", "#e0a878", "#5a2614"],
}


def _rings(scene: Scene, kind: str, color: ColorLike) -> str:
    """Rings around the y axis of a planet of radius 1."""
    inner, outer = (1.25, 2.35) if kind == "broad" else (1.3, 2.3)
    n = 400
    radius = np.linspace(0, outer, n)
    grain = np.interp(np.linspace(0, 90, n), np.arange(91), scene.rng.random(91))
    density = np.where((radius > inner) & (radius < outer * 0.995), 0.35 + 0.6 * grain, 0)
    if kind == "double":
        density = np.where((radius > 1.62) & (radius < 1.86), 0.0, density)
    elif kind == "thin bands":
        density = density * (np.sin(radius * 42) > 0.1)
    stops = []
    for index in range(0, n, 2):
        # POV-Ray's cylindrical pattern is 1 on the axis and 0 at radius 1.
        tone = lighter(color, 0.5 * grain[index]) if grain[index] > 0.4 else darker(color, 0.3)
        place = 1 - radius[index] / outer
        stops.append(f"[{number(place)} {srgb(tone, 1 - min(float(density[index]), 0.98))}]")
    bands = block("color_map", *reversed(stops))
    pigment = block("pigment", "cylindrical", bands, f"scale {number(outer)}")
    skin = materials.textured(pigment, finish="finish{diffuse .75,.6 emission .12}")
    return f"disc{{0,y,{number(outer)},{number(inner)} {skin}}}"


@category(
    "ringed planet",
    color=tuple(_GIANTS),
    rings=("broad", "double", "thin bands"),
    tilt=("slightly open", "wide open", "steep"),
    framing=("whole", "large", "off the middle"),
    phase=("full", "gibbous"),
    background=("red nebula", "violet nebula"),
    caption=("color", "rings", "tilt", "framing", "phase", "background"),
)
def ringed_planet(
    scene: Scene, *, color: str, rings: str, tilt: str, framing: str, phase: str, background: str
) -> None:
    """A planet with rings."""
    _add_sky(scene, background)
    colors = _GIANTS[color]
    body = sphere((0, 0, 0), 1, banded(scene, colors), "scale <1,.93,1>")
    system = union(body, _rings(scene, rings, colors[scene.pick(1, 2, 3)]))
    open_by = {"slightly open": 14.0, "wide open": 34.0, "steep": 22.0}[tilt]
    lean = scene.side() * (scene.uniform(45, 70) if tilt == "steep" else scene.uniform(4, 32))
    radius, place = _frame(scene, framing)
    radius *= 0.62
    _sunlight(scene, phase, place)
    scene.add(
        block(
            "object",
            system,
            f"scale {number(radius)} rotate {number(-open_by * scene.side())}*x",
            f"rotate {number(lean)}*z translate {vector(place)}",
        )
    )
    scene.camera((0, 0, -_DISTANCE), (0, 0, 0), _ANGLE, 0)
