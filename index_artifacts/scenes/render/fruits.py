"""Fruit as declared objects, of about unit radius around the origin: whole, halved, in slices."""

import math

import numpy as np

from .colors import ColorLike, darker, lighter, mix, srgb
from .materials import gloss, glossy, leaf, matte, pattern, textured
from .mesh import Mesh
from .noise import fractal, unit_grid
from .painting import LYING, blend, painted, plain
from .pov import Vector, block, cylinder, disc, number, placed, sphere, sweep, union
from .scene import Scene

APPLES: dict[str, tuple[ColorLike, ColorLike, ColorLike]] = {
    "red": ("#a81418", "#c22a20", "#8a6a2a"),
    "green": ("#7fa828", "#9abf3c", "#6a8a2a"),
    "yellow": ("#e3c04a", "#ecd568", "#a8a040"),
    "red and yellow": ("#c03020", "#e8b83a", "#b0a040"),
    "dark red": ("#5f0c18", "#86141c", "#5a3a20"),
}
PEARS: dict[str, tuple[ColorLike, ColorLike]] = {
    "green": ("#a9b040", "#8a9a30"),
    "yellow": ("#d8c048", "#c08a34"),
    "brown": ("#a87a3c", "#8a5e2c"),
}
_APPLE = [(0, 0.66), (0.1, 0.72), (0.34, 0.9), (0.7, 0.84), (0.98, 0.4), (0.98, -0.1),
          (0.76, -0.62), (0.46, -0.88), (0.22, -0.87), (0, -0.76)]  # fmt: skip
_PEAR = [(0, 1.46), (0.18, 1.48), (0.38, 1.25), (0.48, 0.85), (0.72, 0.3), (0.95, -0.25),
         (0.88, -0.7), (0.5, -1.0), (0.15, -1.02), (0, -0.95)]  # fmt: skip
_LEMON = [(0, 1.32), (0.1, 1.28), (0.2, 1.1), (0.6, 0.82), (0.9, 0.35), (0.94, -0.2), (0.65, -0.8),
          (0.25, -1.08), (0.12, -1.2), (0, -1.22)]  # fmt: skip


def apple(scene: Scene, kind: str, *, leafy: bool = False) -> str:
    """Declare an apple; `kind` is a key of `APPLES`."""
    first, second, hollow = APPLES[kind]
    mesh = Mesh()
    lobes = [(5, 0.025, scene.uniform(0, 6)), (2, 0.03, scene.uniform(0, 6))]
    mesh.revolve(_APPLE, lobes=lobes)
    shift = f"translate {number(scene.uniform(0, 50))}"
    streaks = pattern(
        "bozo", [(0.15, first), (0.85, second)], f"turbulence .4 scale <.13,1.3,.13> {shift}"
    )
    skin = textured(_around_axis(streaks, hollow, 0.28), finish=gloss(0.42))
    parts = [mesh.text([skin]), _stem(scene, 0.68, 1.2)]
    if leafy:
        parts.append(_stem_leaf(scene, 1.0))
    return scene.declare(union(*parts))


def pear(scene: Scene, kind: str) -> str:
    """Declare a pear; `kind` is a key of `PEARS`."""
    first, second = PEARS[kind]
    mesh = Mesh()
    mesh.revolve(_PEAR, lobes=[(2, 0.03, scene.uniform(0, 6))])
    blush = pattern("bozo", [(0.3, first), (1, second)], "turbulence .3 scale .6")
    return scene.declare(
        union(mesh.text([textured(blush, finish=gloss(0.3))]), _stem(scene, 1.42, 1.9))
    )


def orange(scene: Scene, color: ColorLike = "#ee8512") -> str:
    """Declare an orange, or a grapefruit or lime by its color."""
    peel = textured(
        block("pigment", srgb(color)), "normal{bumps .35 scale .05}", finish=_PEEL_FINISH
    )
    star = glossy("#6a7a2c", 0.1)
    return scene.declare(
        union(sphere((0, 0, 0), 1, "scale <1,.94,1>", peel), sphere((0, 0.925, 0), 0.07, star))
    )


def lemon(scene: Scene, color: ColorLike = "#f4d01c") -> str:
    """Declare a lemon, upright."""
    mesh = Mesh()
    mesh.revolve(_LEMON, lobes=[(3, 0.015, scene.uniform(0, 6))])
    shades = pattern("bozo", [(0, darker(color, 0.08)), (1, lighter(color, 0.08))], "scale .5")
    peel = textured(shades, "normal{bumps .25 scale .06}", finish=_PEEL_FINISH)
    return scene.declare(mesh.text([peel]))


_JUICY = "finish{diffuse .82 specular .25 roughness .03}"
_PEEL_FINISH = "finish{diffuse .78 specular .35 roughness .05}"


def citrus_half(scene: Scene, peel: ColorLike, pulp: ColorLike) -> str:
    """Declare half an orange or lemon that lies on its back, its cut face at y = 0 looking up."""
    mesh = Mesh()
    mesh.revolve([(1, 0), (0.97, -0.3), (0.8, -0.68), (0.45, -0.95), (0, -1.0)])
    face = disc((0, 0.002, 0), (0, 1, 0), 1, 0, _citrus_face(scene, peel, pulp))
    skin = textured(block("pigment", srgb(peel)), "normal{bumps .3 scale .05}", finish=_PEEL_FINISH)
    return scene.declare(union(mesh.text([skin]), face))


def citrus_slice(scene: Scene, peel: ColorLike, pulp: ColorLike) -> str:
    """Declare a slice that lies on y = 0."""
    return scene.declare(cylinder((0, 0, 0), (0, 0.14, 0), 1, _citrus_face(scene, peel, pulp)))


def peach(scene: Scene) -> str:
    """Declare a peach."""
    mesh = Mesh()
    profile = [(0, 0.8), (0.15, 0.88), (0.5, 0.88), (0.9, 0.45), (1, 0), (0.85, -0.5),
               (0.45, -0.86), (0, -0.95)]  # fmt: skip
    mesh.revolve(profile, lobes=[(1, 0.03, 0.0)])
    blush = pattern(
        "bozo", [(0.2, "#f2ae58"), (0.5, "#e88a4c"), (0.85, "#c8452f")], "turbulence .3 scale .9"
    )
    finish = "finish{diffuse .85 specular .08 roughness .15}"
    return scene.declare(mesh.text([textured(blush, finish=finish)]))


def plum(scene: Scene, color: ColorLike = "#4a2050") -> str:
    """Declare a plum."""
    bloom = pattern(
        "bozo", [(0.2, darker(color, 0.3)), (0.9, mix(color, "#8f86b4", 0.4))], "scale .7"
    )
    skin = textured(bloom, finish="finish{diffuse .8 specular .3 roughness .04}")
    return scene.declare(sphere((0, 0, 0), 1, "scale <1,1.1,.96>", skin))


def grapes(scene: Scene, color: ColorLike) -> str:
    """Declare a bunch of grapes that lies on y = 0, two units long along x."""
    berry = "finish{diffuse .7,.25 specular .5 roughness .015 reflection{0,.15 falloff 3}}"
    berries = []
    for layer, width in enumerate((0.6, 0.42, 0.2)):
        for place in np.arange(-1, 1.01, 0.27):
            reach = width * math.sqrt(max(0.02, 1 - (place * 0.6 + 0.4) ** 2))
            for side in np.arange(-reach, reach + 0.01, 0.27):
                at = np.array([place, 0.17 + 0.2 * layer, side]) + scene.rng.normal(size=3) * 0.06
                berries.append(sphere(at, scene.uniform(0.14, 0.18)))
    shades = pattern("bozo", [(0, darker(color, 0.25)), (1, lighter(color, 0.15))], "scale .3")
    stalk = sweep([(-0.6, 0.5, 0), (-1.1, 0.62, 0.04), (-1.4, 0.6, 0.15)], 0.035, matte("#6a5a2a"))
    return scene.declare(union(union(*berries, textured(shades, finish=berry)), stalk))


def strawberry(scene: Scene) -> str:
    """Declare a strawberry with its tip down."""
    mesh = Mesh()
    mesh.revolve(
        [(0, 0.72), (0.4, 0.78), (0.82, 0.5), (0.78, 0.0), (0.46, -0.72), (0.16, -1.02), (0, -1.05)]
    )
    _calyx(scene, mesh, 0.76, 0.5, 1)
    seeds = pattern("leopard", [(0, "#c4121c"), (0.78, "#d02020"), (0.9, "#e8c060")], "scale .055")
    skin = textured(seeds, "normal{leopard .5 scale .055}", finish=gloss(0.6))
    return scene.declare(mesh.text([skin, leaf("#4f8a2c")]))


def cherry(scene: Scene, color: ColorLike = "#8f0f1c") -> str:
    """Declare a cherry with its stalk."""
    stalk = sweep(
        [(0, 0.8, 0), (0.1, 1.5, 0), (0.35, 2.2, 0.1), (0.8, 2.8, 0.1)], 0.06, matte("#5f7a2a")
    )
    ball = sphere((0, 0, 0), 1, "scale <1.05,.96,1>", glossy(color, 0.8))
    return scene.declare(union(ball, stalk))


def _calyx(scene: Scene, mesh: Mesh, height: float, reach: float, texture: int) -> None:
    """Add the green leaves around a stem."""
    for number_ in range(7):
        around = number_ * 0.9 + scene.uniform(-0.2, 0.2)
        out = np.array([math.cos(around), 0, math.sin(around)])
        share = np.linspace(0, 1, 6)
        spine = out * (share * reach)[:, None]
        spine[:, 1] = height + 0.12 * np.sin(share * 2.6) + 0.06
        mesh.ribbon(spine, 0.16 * np.sin(np.pi * np.clip(share, 0.15, 0.97)), (0, 1, 0), texture)


def _stem(scene: Scene, low: float, high: float) -> str:
    bend = scene.uniform(-0.14, 0.14)
    points = [(0, low, 0), (bend * 0.3, (low + high) / 2, 0), (bend, high, bend * 0.5)]
    return sweep(points, [0.05, 0.04, 0.06], matte("#4a3018"))


def _stem_leaf(scene: Scene, height: float) -> str:
    mesh = Mesh()
    add_leaf(mesh, (0, height, 0), scene.uniform(0, 6.28), length=1.0, droop=0.3)
    return mesh.text([leaf("#4f8030")])


def add_leaf(
    mesh: Mesh, start: Vector, around: float, *, length: float, droop: float, texture: int = 0
) -> None:
    """Add an oval leaf; `around` is its direction in radians, `droop` how far its tip hangs."""
    share = np.linspace(0, 1, 9)
    out = np.array([math.cos(around), 0.0, math.sin(around)])
    spine = np.asarray(start, float) + out * (share * length)[:, None]
    spine[:, 1] += length * (0.5 * share - (0.5 + droop) * share**2)
    widths = 0.26 * length * np.sin(np.pi * np.clip(share, 0.02, 0.98) ** 0.8)
    mesh.ribbon(spine, widths, (0, 1, 0), texture, fold=0.35)


def _around_axis(skin: str, hollow: ColorLike, reach: float) -> str:
    """Color what is near the y axis, where stem and blossom sit."""
    core = block("pigment", srgb(hollow)).removeprefix("pigment{").removesuffix("}")
    outside = skin.removeprefix("pigment{").removesuffix("}")
    stops = f"[0 {outside}][{number(1 - reach)} {outside}][1 {core}]"
    return block("pigment", "cylindrical", block("pigment_map", stops))


def _citrus_face(scene: Scene, peel: ColorLike, pulp: ColorLike) -> str:
    """Paint the face of a cut orange or lemon, lying in the plane of x and z."""
    x, y = unit_grid(192)
    radius, around = np.hypot(x, y), np.arctan2(y, x)
    count = int(scene.rng.integers(9, 12))
    turn = around * count / (2 * np.pi) + 0.12 * np.sin(around + scene.uniform(0, 6))
    inside = 0.5 - np.abs(turn % 1 - 0.5)
    fibers = fractal(around * 14, radius * 5, scene.rng, 3)
    pixels = plain(pulp, 192, 192) * (1 + 0.22 * fibers[..., None])
    pith = mix("#fbf3dc", peel, 0.12)
    membrane = np.clip(1 - inside * radius * 2 * np.pi / count / 0.016, 0, 1)
    blend(pixels, membrane * 0.9, pith)
    blend(pixels, (0.09 - radius) * 30, pith)
    blend(pixels, (radius - 0.855) * 40, pith)
    blend(pixels, (radius - 0.93) * 40, peel)
    return textured(painted(scene, pixels, LYING), finish=_JUICY)


def branch(scene: Scene, fruit: list[str], size: float, count: int) -> str:
    """Write a branch along x, about five units long, whose fruit hangs around the origin.

    Args:
        scene: The scene.
        fruit: Declared names; one is drawn for each piece.
        size: Radius of a piece.
        count: How many pieces.
    """
    mesh = Mesh()
    places = np.linspace(-4.5, 4.5, 13)
    wave = 0.9 + 0.16 * np.sin(places * 0.8 + scene.uniform(0, 6)) + 0.03 * places**2
    wood = np.stack([places, wave, 0.2 * np.cos(places * 0.7)], axis=-1)
    mesh.tube(wood, np.linspace(0.13, 0.05, 13), 0, sides=8)
    hung = []
    spots = np.linspace(-1.5, 1.5, count) if count > 1 else np.zeros(1)
    for index, x in enumerate(spots):
        top = np.array([x, np.interp(x, places, wave), 0.1])
        at = np.add(
            top,
            (scene.uniform(-0.2, 0.2), -size * 1.5 - 0.5 * (index % 2), -0.4 - 0.3 * (index % 2)),
        )
        mesh.tube([top, (top + at) / 2 + (0.05, 0.1, 0), at], 0.025, 0, sides=5)
        turned = placed(scene.pick(*fruit), turn=scene.uniform(0, 360), scale=size)
        hung.append(placed(turned, at, tilt=(scene.uniform(-14, 14), scene.uniform(-14, 14))))
    for _ in range(40):
        start = wood[scene.rng.integers(1, 12)] + scene.rng.normal(size=3) * (0.3, 0.12, 0.2)
        texture = int(scene.rng.integers(1, 3))
        droop = scene.uniform(0.1, 0.9)
        add_leaf(mesh, start, scene.uniform(0, 6.28), length=0.85, droop=droop, texture=texture)
    leaves = [leaf("#4f8030"), leaf("#6a9a3c")]
    return union(mesh.text([matte("#5b4636"), *leaves]), *hung)


def peel(scene: Scene, color: ColorLike) -> str:
    """Write a spiral of peel that lies on y = 0, about two units wide."""
    turns = np.linspace(0, 4.2 * np.pi, 70)
    reach = 0.35 + 0.6 * turns / turns[-1]
    spine = np.stack(
        [reach * np.cos(turns), 0.12 + 0.1 * np.sin(turns * 0.7), reach * np.sin(turns)], axis=-1
    )
    mesh = Mesh()
    width = 0.15 * np.sin(np.pi * np.linspace(0.08, 0.95, 70)) ** 0.5
    mesh.ribbon(spine, width + 0 * turns, (scene.uniform(-0.3, 0.3), 1, 0), fold=-0.3)
    return mesh.text([textured(block("pigment", srgb(color)), finish=_PEEL_FINISH)])
