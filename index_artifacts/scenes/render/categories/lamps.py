"""Table lamps, lit at night and in the evening."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import desk, furniture, interiors, lamps, light, rooms
from index_artifacts.scenes.render.colors import ColorLike, hsv, srgb
from index_artifacts.scenes.render.develop import Grade
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
    box,
    number,
    placed,
    vector,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_WALL = 3.2
_VIEWS = {
    "at eye level": View((8, 26), (0, 45), (0.65, 1.0), (0.02, 0.25), (-0.14, 0.12), angle=36),
    "from below": View((1, 8), (0, 45), (0.7, 1.1), (0.02, 0.25), (-0.16, 0.12), angle=48),
}


@dataclass(frozen=True)
class _Hour:
    """Light of a room around a lamp."""

    fill: ColorLike
    fill_power: float
    exposure: float


_HOURS = {
    "lit at night": _Hour("#6a7ab8", 0.07, 1.6),
    "lit in the evening": _Hour("#a890b8", 0.26, 1.5),
}


def _light_room(scene: Scene, time: _Hour, table: str) -> None:
    """Add the table, and a weak fill beside the lamp's light."""
    scene.add(box((-12, -0.3, -12), (12, 0, 4.5), table))
    light.fill(scene, (0.2, 0.7, -1), time.fill, time.fill_power)
    scene.grade = Grade(exposure=time.exposure, bloom=0.2, vignette=0.25)


def _add_wall(scene: Scene, kind: str) -> None:
    color = hsv(scene.uniform(0.02, 0.14), scene.uniform(0.2, 0.45), scene.uniform(0.5, 0.95))
    plain = kind == "plain wall"
    texture = interiors.painted_wall(color) if plain else rooms.walls(color)[kind]()
    scene.add(block("plane", f"-z,{number(-_WALL)}", texture))


def _shine(scene: Scene, bulb: FloatArray) -> None:
    """Add the bulb's light, and the light that comes through the shade."""
    color = srgb(lamps.WARM)
    fade = "fade_distance 2.6 fade_power 2"
    soft = "area_light .25*x,.25*z 3 3 adaptive 0 circular orient"
    scene.add(
        block("light_source", f"{vector(bulb)} color {color}*1.5 {fade} {soft}"),
        block("light_source", f"{vector(bulb)} color {color}*.5 {fade} shadowless"),
    )


def _books(scene: Scene, side: int) -> None:
    colors = [hsv(scene.uniform(0, 1), 0.6, 0.55) for _ in range(int(scene.rng.integers(3, 6)))]
    stack = placed(furniture.stack_of_books(colors), scale=1.6)
    scene.add(placed(stack, (side * scene.uniform(2, 2.6), 0, 0.4), scene.uniform(-30, 30)))
    scene.add(placed(desk.globe(), (side * scene.uniform(3.6, 4.4), 0, 1.2)))


def _clock_and_mug(scene: Scene, side: int) -> None:
    clock = desk.alarm_clock(hsv(scene.uniform(0, 1), 0.6, 0.7))
    scene.add(placed(clock, (side * 2.1, 0, 0.2), scene.uniform(-25, 25)))
    mug = desk.mug(hsv(scene.uniform(0, 1), 0.5, 0.85))
    scene.add(placed(mug, (-side * 1.9, 0, -0.6), scene.uniform(0, 360)))


def _open_book(scene: Scene, side: int) -> None:
    cover = hsv(scene.uniform(0, 1), 0.6, 0.5)
    scene.add(placed(desk.open_book(cover=cover), (side * 1.7, 0, -1.2), scene.uniform(-25, 25)))
    scene.add(placed(desk.mug("#f0ece2"), (-side * 2.0, 0, 0.2), scene.uniform(0, 360)))


_PROPS: dict[str, Callable[[Scene, int], None]] = {
    "books": _books,
    "clock and mug": _clock_and_mug,
    "open book": _open_book,
}


@category(
    "table lamp",
    caption=("kind", "hour", "props", "view"),
    kind=tuple(lamps.LAMPS),
    hour=tuple(_HOURS),
    props=tuple(_PROPS),
    wall=("plain wall", "striped wallpaper"),
    table=("oak table", "walnut table"),
    view=tuple(_VIEWS),
)
def table_lamp(
    scene: Scene, *, kind: str, hour: str, props: str, wall: str, table: str, view: str
) -> None:
    """A lamp on a table by the wall."""
    time = _HOURS[hour]
    _light_room(scene, time, rooms.tables(scene)[table]())
    _add_wall(scene, wall)
    shade = hsv(scene.uniform(0.06, 0.14), scene.pick(0.1, 0.35), scene.uniform(0.8, 0.95))
    base = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.8), scene.uniform(0.2, 0.9))
    lamp = lamps.LAMPS[kind](scene, lamps.Style(shade, base))
    place = np.array([scene.uniform(-0.4, 0.4), 0, scene.uniform(-0.2, 1.0)])
    flip = scene.side()
    scene.add(placed(lamp.body, place, scale=(flip, 1, 1)))
    _shine(scene, place + np.array(lamp.bulb) * (flip, 1, 1))
    _PROPS[props](scene, scene.side())
    frame(scene, place + np.array([0, lamp.height / 2, 0]), 2.3, _VIEWS[view])
