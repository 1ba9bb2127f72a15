"""Snow: snowmen, and forests of snowy pines."""

from dataclasses import replace

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants, props
from index_artifacts.scenes.render.colors import hsv
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.materials import matte
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import (
    box,
    cone,
    cylinder,
    placed,
    sphere,
    torus,
    union,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_PACKED_SNOW = (
    "texture{pigment{rgb <.9,.93,.98>} normal{granite .22 scale .35} "
    "finish{diffuse .85 specular .08 roughness .08}}"
)
_CLOTHES = ("#c0302a", "#2c5a9c", "#2f7a46", "#d8a02c", "#6a3a86")


def _twig(points: list[tuple[float, float, float]]) -> str:
    mesh = Mesh()
    mesh.tube(points, np.linspace(0.04, 0.015, len(points)))
    for sign in (-1, 1):
        fork, end = np.asarray(points[-2]), np.asarray(points[-1])
        finger = fork + 0.7 * (end - fork) + np.array([0, 0.16, 0.1]) * sign
        mesh.tube([fork, finger], (0.025, 0.01))
    return mesh.text([matte("#4a3322")])


def _hat(kind: str, color: str) -> str:
    """A hat whose brim is at y = 0, for a head of radius 0.5."""
    if kind == "top hat":
        felt = union(cylinder((0, 0, 0), (0, 0.06, 0), 0.6), cylinder((0, 0, 0), (0, 0.64, 0), 0.4))
        ribbon = cylinder((0, 0.08, 0), (0, 0.2, 0), 0.41, matte(color))
        return union(union(felt, matte("#25252a")), ribbon)
    if kind == "bucket":
        pail = cone((0, -0.08, 0), 0.46, (0, 0.5, 0), 0.34, materials.metal("#b8423a", 0.15))
        return union(pail, torus(0.46, 0.03, "translate -.06*y", materials.metal("#d0d0d4")))
    knitted = materials.textured(
        materials.pattern("gradient y", materials.stripes((color, "#f2ede2")), "scale .26"),
        "normal{ripples .4 scale .05}",
    )
    cap = sphere((0, -0.08, 0), 0.52, "scale <1,.92,1>", knitted)
    bobble = sphere((0, 0.47, 0), 0.16, matte("#f4f0e8"), "normal{granite 1 scale .1}")
    return union(cap, torus(0.5, 0.09, "translate -.06*y", matte(color)), bobble)


def _snowman(scene: Scene, hat: str, build: str) -> str:
    """A snowman 2.5 meters high that looks along -z."""
    color = scene.pick(*_CLOTHES)
    balls = {
        "three balls": ((0.0, 0.62, 0.78), (0.0, 1.58, 0.6), (0.0, 2.4, 0.46)),
        "two balls": ((0.0, 0.8, 1.0), (0.0, 2.1, 0.62)),
        "slim": ((0.0, 0.5, 0.6), (0.0, 1.3, 0.5), (0.0, 2.04, 0.42)),
    }[build]
    head_x, head_y, head = balls[-1]
    body_x, body_y, body = balls[-2]
    parts = [union(*[sphere((x, y, 0), radius) for x, y, radius in balls], _PACKED_SNOW)]
    eyes = [
        sphere((head_x + way * head * 0.36, head_y + head * 0.25, -head * 0.88), head * 0.12)
        for way in (-1, 1)
    ]
    smile = [
        sphere(
            (head_x + head * 0.5 * np.sin(turn), head_y - head * 0.35 * np.cos(turn) - 0.02, 0),
            head * 0.06,
            f"translate {-head * 0.84:.3f}*z",
        )
        for turn in np.linspace(-0.95, 0.95, 6)
    ]
    buttons = [
        sphere((body_x, body_y + body * up, -body * np.cos(up)), 0.07) for up in (-0.35, 0.1, 0.55)
    ]
    parts.append(union(*eyes, *smile, *buttons, matte("#1c1c1e")))
    tip = (head_x + scene.uniform(-0.1, 0.1), head_y - 0.03, -head - 0.55)
    carrot = cone((head_x, head_y, -head * 0.85), 0.085, tip, 0.012, matte("#f07a1a"))
    knots = materials.textured(
        materials.pattern("gradient x", materials.stripes((color, "#f2ede2")), "scale .3"),
        "normal{bumps .4 scale .04}",
    )
    neck = (head_x + body_x) / 2
    scarf = torus(head * 0.86, 0.13, f"translate <{neck:.3f},{head_y - head * 0.86:.3f},0>", knots)
    tail = box((-0.13, -0.85, -0.05), (0.13, 0, 0.05), knots, "rotate <12,0,8>")
    parts += [carrot, scarf, placed(tail, (neck + 0.28, head_y - head * 0.85, -head * 0.95))]
    for way in (-1, 1):
        rise = scene.uniform(-0.2, 0.7)
        start = (body_x + way * body * 0.85, body_y + 0.2, 0.0)
        elbow = (body_x + way * (body + 0.4), body_y + 0.25 + 0.4 * rise, -0.1)
        hand = (body_x + way * (body + 0.85), body_y + 0.3 + rise, -0.15)
        parts.append(_twig([start, elbow, hand]))
    tilt = (scene.uniform(-6, 4), scene.uniform(-10, 10))
    parts.append(placed(_hat(hat, color), (head_x, head_y + head * 0.72, 0), tilt=tilt))
    return union(*parts)


def _snowfield(scene: Scene, roll: float = 1.0) -> Terrain:
    x, z = unit_grid(257)
    shape = 0.5 + 0.4 * roll * fractal(x * 3.2, z * 3.2, scene.rng, 4, 0.35)
    return landscape.terrain(scene, shape, 120, (-3.5, 3.5), materials.snow(scale=1.4))


def _add_background(scene: Scene, land: Terrain, place: str) -> None:
    if place == "forest edge":
        trees = [plants.pine(scene, height, snowy=0.45) for height in (6, 8)]
        x, z = scene.rng.uniform(-32, 32, 90), scene.rng.uniform(20, 34, 90)
        landscape.scatter(scene, trees, land.on(x, z, -0.2), (0.7, 1.3))
    elif place == "garden":
        rails = props.fence(12, "#e6dccb", snowy=True)
        scene.add(placed(rails, (0, land.height(0, 4) - 0.1, 4.5)))


@category(
    "snowman",
    hour=("clear winter sun", "blue sky"),
    hat=("top hat", "bobble hat", "bucket"),
    place=("open snow", "garden", "forest edge"),
    view=("portrait", "full figure", "from below"),
    company=("alone", "a pair", "a family"),
    build=("three balls", "two balls", "slim"),
    caption=("hat", "place", "hour", "company", "build", "view"),
)
def snowman(
    scene: Scene, *, hour: str, hat: str, place: str, view: str, company: str, build: str
) -> None:
    """A snowman, or several."""
    kind = {"clear winter sun": "winter", "blue sky": "clear"}[hour]
    light.daylight(scene, kind, scene.side() * scene.uniform(108, 132), on_snow=True, fog_height=8)
    land = _snowfield(scene, 0.5)
    _add_background(scene, land, place)
    sizes = {"alone": (1.0,), "a pair": (1.0, 0.9), "a family": (1.0, 0.92, 0.55)}[company]
    start = scene.side()
    for index, size in enumerate(sizes):
        x = start * 1.75 * index - start * 0.6 * (len(sizes) - 1)
        z = scene.uniform(-0.3, 0.5) if index else 0.0
        spot = (x, land.height(x, z) - 0.08, z)
        figure = _snowman(scene, hat if index == 0 else scene.pick("bobble hat", hat), build)
        scene.add(placed(figure, spot, scene.uniform(-25, 25), size))
    distance, height, look_up, angle = {
        "portrait": (3.6, 2.0, 1.9, 48),
        "full figure": (5.2, 1.5, 1.45, 44),
        "from below": (4.0, 0.5, 1.6, 60),
    }[view]
    aside = scene.uniform(-0.2, 0.2) * distance
    eye = land.height(0, -distance) + height
    camera = (scene.uniform(-0.15, 0.15) * distance, eye, -distance)
    base = land.height(0, 0)
    scene.camera(camera, (aside, base + look_up, 0), angle)


_HOURS = {"clear frost": ("winter", 125.0), "golden light": ("golden", 130.0)}


def _forest_shape(scene: Scene, setting: str) -> Terrain:
    x, z = unit_grid(257)
    rough = fractal(x * 4, z * 4, scene.rng, 5, 0.4)
    shape = 0.45 + 0.2 * rough
    if setting == "mountain slope":
        shape = 0.25 + 0.4 * (x * scene.side() + 0.3 * z) + 0.3 * z**2 + 0.16 * rough
    elif setting == "valley":
        shape = 0.2 + 0.6 * np.abs(x) ** 1.4 + 0.35 * np.clip(z, 0, 1) + 0.12 * rough
    return landscape.terrain(scene, shape, 130, (-9, 13), materials.snow(scale=1.6))


@category(
    "snowy pine forest",
    hour=tuple(_HOURS),
    setting=("flat land", "mountain slope", "valley"),
    density=("dense", "open"),
    view=("between the trees", "from a hill", "up to the tops"),
    prop=("no prop", "cabin", "tracks"),
    snow=("thick snow", "light snow"),
    caption=("hour", "snow", "setting", "density", "prop", "view"),
)
def snowy_pine_forest(
    scene: Scene, *, hour: str, setting: str, density: str, view: str, prop: str, snow: str
) -> None:
    """Conifers in the snow."""
    kind, azimuth = _HOURS[hour]
    light.daylight(scene, kind, scene.side() * azimuth, on_snow=True, fog_height=9)
    scene.grade = replace(scene.grade, saturation=1.2)
    land = _forest_shape(scene, setting)
    white = {"thick snow": 0.55, "light snow": 0.35}[snow]
    greens = tuple(hsv(scene.uniform(0.3, 0.45), 0.4, value) for value in (0.2, 0.28, 0.36))
    trees = [
        plants.pine(scene, height, tiers=16, colors=greens, snowy=white, width=width, needles=0.032)
        for height, width in ((7, 0.22), (10, 0.16), (4.5, 0.27))
    ]
    count = {"dense": 900, "open": 420}[density]
    x, z = scene.rng.uniform(-50, 50, count), scene.rng.uniform(-24, 55, count)
    corridor = np.abs(x - 3 * np.sin(z / 9)) > 2.6
    clear = corridor & (np.hypot(x, z + 27) > 12.5)
    landscape.scatter(scene, trees, land.on(x, z, -0.25)[clear], (0.6, 1.25))
    _add_forest_prop(scene, land, prop)
    distance, height, look_up, angle = {
        "between the trees": (26, 1.8, 2.4, 58),
        "from a hill": (28, 7.0, -2.5, 50),
        "up to the tops": (24, 1.2, 6.5, 62),
    }[view]
    eye_x = scene.uniform(-1.2, 1.2)
    eye = land.height(eye_x, -distance) + height
    scene.camera((eye_x, eye, -distance), (scene.uniform(-4, 4), eye + look_up, 0), angle)


def _add_forest_prop(scene: Scene, land: Terrain, prop: str) -> None:
    x = scene.side() * scene.uniform(1.5, 3.0)
    if prop == "cabin":
        spot = (x * 1.8, land.height(x * 1.8, -8), -8)
        cabin = props.cottage("#6a4630", "#4a3428", snowy=True)
        scene.add(placed(cabin, spot, scene.uniform(-30, 30), 1.1))
    elif prop == "tracks":
        z = np.linspace(-25, 20, 110)
        path = 3 * np.sin(z / 9) + 0.3 * (-1.0) ** np.arange(110)
        dent = sphere((0, 0, 0), 1, "scale <.17,.05,.28>")
        prints = [placed(dent, step) for step in land.on(path, z)]
        scene.add(union(*prints, matte("#8fa2bc")))
