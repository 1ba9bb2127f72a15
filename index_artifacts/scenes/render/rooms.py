"""Still lifes: a table in a room, and the light of the room.

Units are about ten centimeters: an apple has a radius of 0.4, a cup is one unit wide.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .colors import ColorLike, darker, lighter, srgb
from .develop import Grade
from .materials import (
    BEECH,
    EBONY,
    OAK,
    WALNUT,
    WHITEWASH,
    checkered,
    gloss,
    marble,
    matte,
    pattern,
    stone,
    stripes,
    textured,
    wood,
)
from .pov import block, box, number, vector
from .scene import Scene

WALL_DISTANCE = 9.0
_FAR_EDGE = 4.5


@dataclass(frozen=True)
class RoomLight:
    """How a room is lit.

    Attributes:
        lamp: Color of the main light, which comes from one side.
        power: Its strength.
        place: (sideways, height, depth) of the main light; depth is negative before the table.
        softness: Width of the light; wide lights give soft shadows.
        fill: Color of the light from everywhere.
        fill_power: Its strength.
        exposure: For `Grade`.
    """

    lamp: ColorLike
    power: float
    place: tuple[float, float, float]
    softness: float
    fill: ColorLike
    fill_power: float
    exposure: float = 1.4


ROOM_LIGHTS = {
    "window light": RoomLight("#fff2de", 0.98, (7, 8.5, -3), 3, "#cfdcff", 0.32),
    "noon light": RoomLight("#fffaf0", 0.88, (3.5, 13, -5), 5, "#dce6f4", 0.34),
    "low sun": RoomLight("#ffc88a", 1.25, (11, 4.2, -4), 1, "#b8c4e8", 0.3),
    "lamplight": RoomLight("#ffb870", 0.95, (4, 6, -1), 1.2, "#6a5c78", 0.2),
    "light from behind": RoomLight("#fff0dc", 0.85, (5, 8, 6.5), 3, "#c8d2ea", 0.38),
    "evening blue": RoomLight("#a8c0f0", 0.8, (8, 8, -2), 3, "#5a6ca8", 0.34),
}


def room(
    scene: Scene,
    light: str | RoomLight,
    wall: str | None,
    table: str,
    *,
    side: int | None = None,
    bounce: bool = True,
) -> int:
    """Add a table top at y = 0 that ends at z = 4.5, the wall behind it, and light.

    Args:
        scene: The scene; its grade is set.
        light: A key of `ROOM_LIGHTS`, or a record of one's own.
        wall: Texture of the wall; None leaves it out, for a background of one's own.
        table: Texture of the table; see `tables`.
        side: From where the main light comes, -1 is left; drawn when missing.
        bounce: Whether light is reflected between things, which doubles the time.

    Returns:
        The side of the light.
    """
    kind = ROOM_LIGHTS[light] if isinstance(light, str) else light
    toward = scene.side() if side is None else side
    scene.add(box((-12, -0.3, -12), (12, 0, _FAR_EDGE), table))
    if wall is not None:
        scene.add(block("plane", f"-z,{number(-WALL_DISTANCE)}", wall))
    x, y, z = kind.place
    across, back = (kind.softness, 0, 0), (0, kind.softness * 0.7, kind.softness * 0.7)
    scene.add(
        block(
            "light_source",
            f"{vector((toward * x, y, z))} color {srgb(kind.lamp)}*{number(kind.power)}",
            f"area_light {vector(across)},{vector(back)} 5 5 adaptive 1 circular orient",
        ),
        block(
            "light_source",
            f"{vector((-toward * 8, 6, -7))} color {srgb(kind.fill)}*{number(kind.fill_power)}",
            "shadowless",
        ),
        # What glossy things mirror above and behind the camera.
        block(
            "sky_sphere",
            pattern("gradient y", [(0, darker(kind.fill, 0.45)), (1, lighter(kind.lamp, 0.5))]),
        ),
    )
    if bounce:
        scene.radiosity()
    scene.grade = Grade(exposure=kind.exposure)
    return toward


def tables(scene: Scene) -> dict[str, Callable[[], str]]:
    """Return makers of table textures by name: wood, stone and cloth."""
    turn = scene.uniform(-15, 15)
    scale = scene.uniform(2, 3.5)
    return {
        "oak table": lambda: wood(*OAK, scale, turn=turn),
        "walnut table": lambda: wood(*WALNUT, scale, turn=turn),
        "beech table": lambda: wood(*BEECH, scale, turn=turn),
        "white table": lambda: wood(*WHITEWASH, scale, turn=turn),
        "black table": lambda: wood(*EBONY, scale, gloss=0.2, turn=turn),
        "marble table": lambda: marble("#ece9e4", "#8f8c8a", scene.uniform(2, 4)),
        "slate table": lambda: stone("#4a4f56", 2.0, 0.1),
        "white tablecloth": lambda: textured(block("pigment", srgb("#f1eee6")), _WEAVE),
        "blue tablecloth": lambda: textured(block("pigment", srgb("#3d5f94")), _WEAVE),
        "checkered tablecloth": lambda: checkered(
            scene.pick("#b33a34", "#3a5f9a", "#5b8a4a", "#d9a63a"),
            "#f3efe6",
            scene.uniform(0.35, 0.7),
            f"rotate {number(turn)}*y",
        ),
        "tiled table": lambda: checkered(
            "#e9e4d8", scene.pick("#6f8f9f", "#a8674a", "#50605a"), 1.4, finish=gloss(0.4)
        ),
    }


_WEAVE = "normal{quilted .15 scale .03}"


def walls(color: ColorLike) -> dict[str, Callable[[], str]]:
    """Return makers of wall textures by name, all of them around one color."""
    # The pattern repeats: one period reaches from the floor to above the picture.
    shaded = "scale 24 translate -12*y"
    return {
        "plain wall": lambda: textured(
            pattern("gradient y", [(0, darker(color, 0.35)), (1, color)], shaded)
        ),
        "dark wall": lambda: matte(darker(color, 0.75)),
        "striped wallpaper": lambda: textured(
            pattern("gradient x", stripes([color, lighter(color, 0.25)]), "scale 1.6")
        ),
        "tiled wall": lambda: textured(
            block(
                "pigment",
                f"brick {srgb(darker(color, 0.3))} {srgb(lighter(color, 0.3))}",
                "brick_size <2,1.4,2> mortar .06",
            ),
            finish=gloss(0.3),
        ),
        "brick wall": lambda: textured(
            block(
                "pigment",
                f"brick {srgb('#b8b0a4')} {srgb('#94523c')} brick_size <1.9,.7,1.9> mortar .09",
            ),
            "normal{granite .4 scale .5}",
        ),
        "wooden wall": lambda: textured(
            pattern(
                "gradient x",
                [(0, darker(color, 0.6)), (0.04, darker(color, 0.2)), (0.5, color), (1, color)],
                "scale 1.5",
            ),
            "normal{wrinkles .15 scale <.1,2,.1>}",
        ),
    }
