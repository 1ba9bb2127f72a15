"""Table lamps, lit and unlit."""

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
    "from above": View((26, 40), (0, 40), (0.75, 1.0), (0, 0.14), (-0.12, 0.12)),
    "from below": View((1, 6), (0, 40), (0.7, 0.95), (0, 0.16), (-0.14, 0.1), angle=48),
    "at eye level": View((10, 20), (0, 40), (0.7, 0.9), (0, 0.16), (-0.12, 0.1), angle=36),
    "close up": View((8, 26), (0, 40), (1.1, 1.4), (0.06, 0.22), (-0.28, 0.0), angle=40),
    "from further away": View((8, 18), (0, 30), (0.5, 0.62), (0.06, 0.2), (-0.16, 0.0), angle=40),
}


@dataclass(frozen=True)
class _Hour:
    """Light of a room around a lamp: `room` is a key of `ROOM_LIGHTS`, or None for the dark."""

    lit: bool
    room: str | None
    fill: ColorLike = "#ffffff"
    fill_power: float = 0.0
    exposure: float = 1.5


_HOURS = {
    "lit at night": _Hour(True, None, "#6a7ab8", 0.07, 1.6),
    "lit in the evening": _Hour(True, None, "#a890b8", 0.26, 1.5),
    "by day": _Hour(False, "window light"),
    "in the morning sun": _Hour(False, "low sun"),
    "lit at dusk": _Hour(True, "evening blue"),
}


@category(
    "table lamp",
    caption=("kind", "hour", "props", "view"),
    kind=("pleated shade", "drum shade", "stained glass"),
    hour=("lit at night", "lit in the evening"),
    props=("books", "clock and mug", "open book"),
    wall=("plain wall", "striped wallpaper"),
    table=("oak table", "walnut table"),
    view=("at eye level", "from below"),
)
def table_lamp(
    scene: Scene, *, kind: str, hour: str, props: str, wall: str, table: str, view: str
) -> None:
    """A lamp on a table by the wall."""
    time = _HOURS[hour]
    _light_room(scene, time, rooms.tables(scene)[table]())
    _add_wall(scene, wall, dark=time.room is None)
    shade = hsv(scene.uniform(0.06, 0.14), scene.pick(0.1, 0.35), scene.uniform(0.8, 0.95))
    base = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.8), scene.uniform(0.2, 0.9))
    lamp = lamps.LAMPS[kind](scene, lamps.Style(shade, base, time.lit))
    place = np.array([scene.uniform(-0.4, 0.4), 0, scene.uniform(-0.2, 1.0)])
    flip = scene.side()
    scene.add(placed(lamp.body, place, scale=(flip, 1, 1)))
    if time.lit:
        _shine(scene, place + np.array(lamp.bulb) * (flip, 1, 1))
    _PROPS[props](scene, scene.side())
    frame(scene, place + np.array([0, lamp.height / 2, 0]), 2.3, _VIEWS[view])


def _light_room(scene: Scene, time: _Hour, table: str) -> None:
    """Light the room by day, or leave it to the lamp and a weak fill."""
    if time.room is not None:
        rooms.room(scene, time.room, None, table, bounce=False)
        interiors.brighten(scene, time.room, 0.15 if time.lit else 0.3)
        return
    scene.add(box((-12, -0.3, -12), (12, 0, 4.5), table))
    light.fill(scene, (0.2, 0.7, -1), time.fill, time.fill_power)
    scene.grade = Grade(exposure=time.exposure, bloom=0.2, vignette=0.25)


def _add_wall(scene: Scene, kind: str, *, dark: bool) -> None:
    color = hsv(scene.uniform(0.02, 0.14), scene.uniform(0.2, 0.45), scene.uniform(0.5, 0.95))
    plain = kind in ("plain wall", "window")
    texture = interiors.painted_wall(color) if plain else rooms.walls(color)[kind]()
    scene.add(block("plane", f"-z,{number(-_WALL)}", texture))
    if kind == "window":
        sky = (
            ("#2a3560", "#0a1030")
            if dark
            else scene.pick(("#e8eef4", "#7fb0e8"), ("#fbe0b8", "#8fa8d8"))
        )
        pane = interiors.window(scene, scene.uniform(3, 5), scene.uniform(3.4, 4.6), sky, dark=dark)
        scene.add(placed(pane, (scene.side() * scene.uniform(0.5, 3), 3.4, _WALL - 0.05)))


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


def _plant(scene: Scene, side: int) -> None:
    scene.add(placed(interiors.potted_plant(scene, scene.uniform(2.2, 3.4)), (side * 2.2, 0, 0.8)))
    scene.add(placed(desk.pencil_pot(scene, "#3a4a5a"), (-side * 2.2, 0, 0.2)))


def _open_book(scene: Scene, side: int) -> None:
    cover = hsv(scene.uniform(0, 1), 0.6, 0.5)
    scene.add(placed(desk.open_book(cover=cover), (side * 1.7, 0, -1.2), scene.uniform(-25, 25)))
    scene.add(placed(desk.mug("#f0ece2"), (-side * 2.0, 0, 0.2), scene.uniform(0, 360)))


def _picture(scene: Scene, side: int) -> None:
    art = interiors.picture(scene, scene.uniform(1.6, 2.2), scene.uniform(1.4, 2.2))
    scene.add(placed(art, (side * 2.6, 1.2, 1.6), side * scene.uniform(5, 25), tilt=(10, 0)))
    vase = desk.vase(scene, scene.uniform(1.2, 2.2), hsv(scene.uniform(0, 1), 0.5, 0.7))
    scene.add(placed(vase, (-side * 2.2, 0, 0.5)))


_PROPS: dict[str, Callable[[Scene, int], None]] = {
    "no props": lambda *_: None,
    "books": _books,
    "clock and mug": _clock_and_mug,
    "plant": _plant,
    "open book": _open_book,
    "picture": _picture,
}
