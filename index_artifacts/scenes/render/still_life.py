"""Still lifes: where the table stands, how light falls on it, from where the camera looks.

A category calls `setting` for everything around its subject and `look` for the camera. Units are
those of `rooms`, ten centimeters.
"""

from dataclasses import dataclass

import numpy as np

from . import rooms
from .backdrops import BACKDROPS, backdrop
from .colors import Color, ColorLike, rgb
from .framing import View, frame
from .materials import matte
from .pov import block, box, difference, disc, number, union
from .rooms import ROOM_LIGHTS, RoomLight
from .scene import Scene

VIEWS = {
    "seen from above": View((76, 88), (0, 180), (0.75, 1.0), (0, 0.1), (-0.1, 0.1), 34),
    "seen from high up": View((42, 56), (0, 45), (0.7, 0.95), (0.03, 0.13), (-0.08, 0.08), 34),
    "in front": View((17, 28), (0, 25), (0.66, 0.82), (0, 0.07)),
    "at eye level": View((4, 10), (0, 30), (0.75, 1.0), (0.03, 0.13)),
    "close up": View((12, 36), (0, 40), (1.25, 1.6), (0.1, 0.24), (-0.15, 0.15), 30),
    "from afar": View((10, 22), (0, 25), (0.44, 0.58), (0.15, 0.28), (-0.2, 0.1), 30),
}


@dataclass(frozen=True)
class Subject:
    """What a picture shows: the ball that holds it.

    Attributes:
        center: Its middle.
        radius: Its radius.
    """

    center: tuple[float, float, float]
    radius: float


def look(scene: Scene, view: str, subject: Subject, *, hanging: bool = False) -> None:
    """Place the camera; `view` is a key of `VIEWS`, and what hangs is not seen from above."""
    if hanging and view == "seen from above":
        view = "in front"
    frame(scene, subject.center, subject.radius, VIEWS[view])


LIGHTS: dict[str, RoomLight] = {
    **ROOM_LIGHTS,
    "leaf shade": RoomLight("#fff0cc", 1.3, (5, 12, -4), 0.5, "#cfe0e8", 0.36),
    "sun through a window": RoomLight("#ffe0b0", 1.45, (11, 5.4, -3), 0.5, "#b8c4e4", 0.34),
    "sun through blinds": RoomLight("#ffd8a0", 1.45, (10, 6.5, -2), 0.5, "#b8c4e4", 0.3),
}
_UNSEEN = "no_image no_reflection no_radiosity"


def setting(
    scene: Scene,
    light: str,
    place: str,
    surface: str,
    *,
    color: ColorLike | None = None,
    bounce: bool = True,
) -> int:
    """Add a table, what is behind it, and light.

    Args:
        scene: The scene; its grade is set.
        light: A key of `LIGHTS`.
        place: A key of `rooms.walls` or of `backdrops.BACKDROPS`.
        surface: A key of `rooms.tables`.
        color: Of the wall; drawn when missing.
        bounce: Whether light is reflected between things, which doubles the time.

    Returns:
        The side of the light, -1 is left.
    """
    if place in BACKDROPS:
        wall = backdrop(scene, place, _DIM.get(light, 0.95))
    else:
        wall = rooms.walls(wall_color(scene) if color is None else color)[place]()
    table = rooms.tables(scene)[surface]()
    side = rooms.room(scene, LIGHTS[light], wall, table, bounce=bounce)
    if bounce:
        # Looks the same as the room's own setting and costs a third less.
        scene.radiosity(count=16, error=1.6, nearest=5)
    if light in _SCREENS:
        scene.add(block("object", _SCREENS[light](scene), f"scale <{side},1,1>", _UNSEEN))
    return side


# A bright background behind a table in the evening would look pasted in.
_DIM = {"lamplight": 0.4, "evening blue": 0.5, "low sun": 0.85}


def wall_color(scene: Scene) -> Color:
    """Draw a color for a wall."""
    return rgb(
        scene.pick(
            "#e4dccb", "#c9d3c0", "#b9cbd6", "#d9b59c", "#e6cfa0", "#c7b8cc", "#8fb0a8", "#d8a8a0",
            "#7f93ad", "#a9b58a", "#b8735a", "#ece9e2",
        )
    )  # fmt: skip


def _leaves(scene: Scene) -> str:
    size, shift = number(scene.uniform(0.7, 1.2)), number(scene.uniform(0, 90))
    holes = f"turbulence .5 octaves 2 scale {size} translate {shift}"
    pigment = f"pigment{{bozo color_map{{[.5 rgbt 1][.56 srgb <.1,.16,.05>]}} {holes}}}"
    return disc((0, 6, 0), (0, 1, 0), 14, 0, pigment)


def _panes(scene: Scene) -> str:
    """A wall with a window of four panes, to the right of the table."""
    low, high = 1.3, scene.uniform(2.9, 3.3)
    front, back = scene.uniform(-3.4, -2.6), scene.uniform(1.2, 2.2)
    hole = box((5.8, low, front), (6.2, high, back))
    wall = difference(box((5.9, -1, -14), (6.1, 14, 14)), hole)
    middle, bar = (front + back) / 2, 0.07
    across = (low + high) / 2
    bars = (
        box((5.9, low, middle - bar), (6.1, high, middle + bar)),
        box((5.9, across - bar, front), (6.1, across + bar, back)),
    )
    return union(wall, *bars, matte("#202020"))


def _blinds(scene: Scene) -> str:
    gap = scene.uniform(0.34, 0.5)
    slats = [box((5, y, -9), (5.3, y + gap * 0.5, 9)) for y in np.arange(-1, 9, gap)]
    return union(*slats, matte("#202020"))


_SCREENS = {
    "leaf shade": _leaves,
    "sun through a window": _panes,
    "sun through blinds": _blinds,
}
