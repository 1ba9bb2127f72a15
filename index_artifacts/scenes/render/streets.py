"""Streets: cars, lamps, pavements and signs, in meters; things stand on the origin."""

import numpy as np

from .colors import ColorLike, hsv, srgb
from .materials import glossy, glowing, matte, pattern, textured
from .mesh import Mesh
from .pov import block, box, cone, cylinder, placed, rounded_box, sphere, union, vector
from .scene import Scene

ROAD_HALF = 6.0
PAVEMENT = 4.0


def car(color: ColorLike, *, lit: bool = False) -> str:
    """Write a car, 4.3 long, that drives toward +z."""
    mesh = Mesh()
    roof = [(-1.55, 0.95), (-1.05, 1.42), (0.45, 1.42), (1.1, 0.95)]
    across = np.array([-0.78, -0.68, 0.68, 0.78])
    height = np.array([0.0, 1.0, 1.0, 0.0])
    z = np.array([point[0] for point in roof])
    top = np.array([point[1] for point in roof])
    y = 0.9 + (top[:, None] - 0.9) * height[None, :]
    x = np.broadcast_to(across, (4, 4))
    mesh.grid(np.stack([x, y, np.broadcast_to(z[:, None], (4, 4))], axis=-1))
    body = rounded_box((-0.88, 0.3, -2.15), (0.88, 0.98, 2.15), 0.25)
    wheels = [
        cylinder((x - 0.1, 0.33, z), (x + 0.1, 0.33, z), 0.33)
        for x in (-0.8, 0.8)
        for z in (-1.35, 1.35)
    ]
    paint = glossy(color, 0.6)
    front = [sphere((x, 0.68, 2.1), 0.14) for x in (-0.6, 0.6)]
    rear = [box((x - 0.18, 0.62, -2.17), (x + 0.18, 0.78, -2.1)) for x in (-0.62, 0.62)]
    white = glowing("#fff4d8", 1.5) if lit else glossy("#f4f4f0", 0.6)
    red = glowing("#ff2a18", 1.3) if lit else glossy("#a81a14", 0.5)
    return union(
        union(body, box((-0.66, 1.36, -1.0), (0.66, 1.45, 0.42)), paint),
        mesh.text([glossy("#1e262e", 0.9)]),
        union(*wheels, matte("#18181a")),
        union(*front, white),
        union(*rear, red),
    )


def street_lamp(*, lit: bool) -> str:
    """Write a lamp, 7 high, that leans over toward +x."""
    glow = glowing("#ffe0a0", 1.6) if lit else glossy("#e8e8e0", 0.5)
    iron = union(cylinder((0, 0, 0), (0, 6.5, 0), 0.09), cylinder((0, 6.4, 0), (1.6, 7, 0), 0.06))
    head = sphere((1.7, 6.9, 0), 0.28, glow, "no_shadow")
    return union(union(iron, matte("#2e3236")), head)


def road(scene: Scene, length: float, *, wet: bool, snowy: bool) -> None:
    """Add a road along z with pavements and markings."""
    tone = "#dfe4ea" if snowy else "#5a5b5e"
    shades = [(0, tone), (1, "#c8ced6" if snowy else "#707174")]
    shine = (
        "finish{diffuse .5 specular .5 reflection{.06,.75 falloff 2.2}}"
        if wet
        else "finish{diffuse .8}"
    )
    bumps = "normal{bumps .12 scale <.5,.5,2>}" if wet else "normal{granite .15}"
    asphalt = textured(pattern("granite", shades, "scale .4"), bumps, finish=shine)
    start = -60.0
    scene.add(box((-ROAD_HALF, -1, start), (ROAD_HALF, 0, length), asphalt))
    slabs = textured(
        block("pigment", f"checker {srgb('#a8a49c')} {srgb('#98948c')} scale 1.2"),
        finish="finish{diffuse .75 reflection{.02,.3 falloff 3}}" if wet else "finish{diffuse .8}",
    )
    if snowy:
        slabs = matte("#e8edf4")
    for side in (-1, 1):
        inner, outer = side * ROAD_HALF, side * (ROAD_HALF + PAVEMENT)
        low, high = min(inner, outer), max(inner, outer)
        scene.add(box((low, -1, start), (high, 0.16, length), slabs))
    dashes = [box((-0.09, 0, z), (0.09, 0.012, z + 3)) for z in np.arange(start, length, 8)]
    scene.add(union(*dashes, matte("#e8e6de")))


def crossing(z: float) -> str:
    """Write a zebra crossing over the road."""
    bars = [box((x, 0, z), (x + 0.6, 0.015, z + 4)) for x in np.arange(-5.4, 5.4, 1.2)]
    return union(*bars, matte("#ece9e0"))


def traffic(scene: Scene, length: float, count: int, *, lit: bool) -> None:
    """Add cars on both lanes, and parked ones."""
    hues = ("#c8281f", "#f0f0ec", "#22242a", "#2f5f9a", "#e8b820", "#8a9098", "#3a6a4a")
    cars = [scene.declare(car(scene.pick(*hues), lit=lit)) for _ in range(4)]
    for lane, turn in ((2.4, 0.0), (-2.4, 180.0)):
        spots = np.sort(scene.rng.uniform(14, length, count))
        for spot in spots[np.concatenate([[True], np.diff(spots) > 7])]:
            x = lane + scene.uniform(-0.3, 0.3)
            scene.add(placed(scene.pick(*cars), (x, 0, spot), turn))


def lamps(scene: Scene, length: float, *, lit: bool) -> None:
    """Add a row of lamps on both sides; at night the nearest give light."""
    post = scene.declare(street_lamp(lit=lit))
    for index, z in enumerate(np.arange(6, length, 22)):
        for side in (-1, 1):
            at = np.array([side * (ROAD_HALF + 0.6), 0.16, z + (11 if side > 0 else 0)])
            scene.add(placed(post, at, 180 if side > 0 else 0))
            if lit and index < 4:
                bulb = at + np.array([-side * 1.7, 6.4, 0])
                scene.add(
                    block(
                        "light_source",
                        f"{vector(bulb)} color {srgb('#ffcf8a')}*.9 fade_distance 7 fade_power 2 "
                        "shadowless",
                    )
                )


def awning(width: float, color: ColorLike) -> str:
    """Write a striped awning along z above a shop, leaning toward +x."""
    stops = f"[.5 {srgb(color)}][.5 {srgb('#f4f0e6')}]"
    cloth = textured(block("pigment", f"gradient z color_map{{{stops}}} scale .8"))
    return placed(
        box((0, -0.03, -width / 2), (1.8, 0.03, width / 2), cloth), (0, 3.4, 0), tilt=(0, -24)
    )


def neon_sign(scene: Scene, height: float) -> str:
    """Write an upright glowing sign that stands out toward +x."""
    first = scene.uniform(0, 1)
    frame = box((0, 0, -0.12), (1.3, height, 0.12), matte("#14141a"))
    letters = []
    for row in np.arange(0.5, height - 0.6, 1.1):
        shape = scene.pick(
            box((0.3, row, -0.2), (1.0, row + 0.75, 0.2)),
            cylinder((0.65, row + 0.38, -0.2), (0.65, row + 0.38, 0.2), 0.4),
            cone((0.65, row, 0), 0.42, (0.65, row + 0.8, 0), 0.05),
        )
        color = hsv(first + scene.pick(0.0, 0.0, 0.35), 0.75, 1.0)
        letters.append(block("object", shape, glowing(color, 1.1)))
    return union(frame, *letters, "no_shadow")


def light_trails(scene: Scene, length: float) -> str:
    """Write the traces that cars leave in a long exposure."""
    lines = []
    for lane, color in ((2.4, "#ff3018"), (-2.4, "#ffe8b0")):
        for _ in range(7):
            x, y = lane + scene.uniform(-1.1, 1.1), scene.uniform(0.45, 1.0)
            line = cylinder((x, y, -8), (x, y, length), 0.035)
            lines.append(block("object", line, glowing(color, scene.uniform(0.6, 1.6))))
    return union(*lines, "no_shadow")
