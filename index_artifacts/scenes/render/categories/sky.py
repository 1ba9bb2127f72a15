"""The sky itself: clouds by day, and the moon at night."""

import math
from dataclasses import dataclass, replace

import numpy as np

from index_artifacts.scenes.render import clouds, landscape, light, materials, plants, props
from index_artifacts.scenes.render.colors import mix
from index_artifacts.scenes.render.light import DAYLIGHTS
from index_artifacts.scenes.render.materials import matte
from index_artifacts.scenes.render.noise import fractal, ridged, unit_grid
from index_artifacts.scenes.render.pov import (
    FloatArray,
    block,
    box,
    ground,
    placed,
    prism,
    sphere,
    sweep,
    union,
    vector,
)
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene, direction

_HOURS = {
    "pink dawn": ("pink dawn", 70.0, "#ffe0da", "#a58cb4"),
    "blue dusk": ("dusk", 100.0, "#b4aec8", "#4a527a"),
}


def _airliner() -> str:
    """An airliner that flies toward +x; 40 meters long."""
    body = sphere((0, 0, 0), 1, "scale <20,1.9,1.9>")
    wings = [
        sweep([(3, -0.6, 0), (-4, 0.2, side * 9), (-8, 0.9, side * 17)], (1.7, 0.9, 0.3))
        for side in (-1, 1)
    ]
    flat = [block("object", wing, "scale <1,.22,1>") for wing in wings]
    tail = [
        sweep([(-15, 0.6, 0), (-19, 0.8, side * 6)], (1.1, 0.35), "scale <1,.25,1>")
        for side in (-1, 1)
    ]
    fin = sweep([(-15, 0.5, 0), (-19, 6.5, 0)], (1.8, 0.6), "scale <1,1,.2>")
    engines = [sphere((0, -1.4, side * 6.5), 1, "scale <2.2,1,1>") for side in (-1, 1)]
    white = materials.glossy("#f2f4f6", 0.5)
    return union(union(body, *flat, *tail, *engines, white), union(fin, matte("#2a5a9c")))


def _plane_wing() -> str:
    """The wing of one's own airplane, seen from a window."""
    outline = [(3.2, 3.5), (9.0, 3.0), (1.6, 21), (0.4, 21.5)]
    flap = [(7.2, 3.4), (7.6, 3.4), (1.35, 20.6), (1.25, 20.6)]
    tip = [(0.4, 21.4), (1.6, 20.9), (0.9, 23.5), (0.3, 23.5)]
    return union(
        union(
            prism(outline, -1.9, -1.72),
            block("object", prism(tip, 0, 0.15), "rotate -55*x translate <0,-19.3,9>"),
            materials.metal("#d4d8de", 0.2),
        ),
        prism(flap, -1.73, -1.71, matte("#70757c")),
    )


def _add_motif(scene: Scene, motif: str, look: float) -> None:
    """Put something into the sky; the camera looks `look` (rise over run) upward."""
    if motif == "airliner":
        far = scene.uniform(70, 120)
        spot = (scene.uniform(-0.2, 0.2) * far, (look + scene.uniform(-0.1, 0.22)) * far, far)
        plane = placed(_airliner(), spot, scene.uniform(-40, 40) + scene.pick(0, 180), 0.8)
        scene.add(plane)
    elif motif == "plane wing":
        side = scene.side()
        scene.add(
            block("object", _plane_wing(), f"scale <{side},1,1>", f"translate {look * 6:.2f}*y")
        )


@category(
    "cloudscape",
    hour=tuple(_HOURS),
    layer=("sea of clouds", "towering clouds", "two layers"),
    view=("ahead", "upward", "tilted"),
    motif=("no motif", "airliner", "plane wing"),
    size=("large", "medium"),
    caption=("hour", "layer", "motif", "view"),
)
def cloudscape(scene: Scene, *, hour: str, layer: str, view: str, motif: str, size: str) -> None:
    """Clouds seen from among them."""
    kind, azimuth, lit, shade = _HOURS[hour]
    above = 0.5 if layer == "two layers" else scene.pick(0.0, 0.32)
    toward = light.daylight(
        scene,
        replace(DAYLIGHTS[kind], haze=900),
        scene.side() * azimuth,
        clouds=above,
        on_snow=True,
    )
    scene.grade = replace(scene.grade, exposure=1.2 * scene.grade.exposure, saturation=1.35)
    scale = {"large": 1.6, "medium": 1.1}[size]
    look = {"ahead": 0.0, "upward": 0.16, "tilted": 0.06}[view]
    depth = scene.uniform(14, 24)
    clouds.cloud_floor(scene, lit, 760, (-depth - 18 * scale, -depth + 7 * scale), 14 / scale)
    towering = {"towering clouds": 1.0, "sea of clouds": 0.35, "two layers": 0.45}[layer]
    kinds = [
        clouds.cumulus(scene, toward, lit, shade, towering=towering * scene.uniform(0.7, 1.2))
        for _ in range(4)
    ]
    _float(scene, kinds, layer, scale)
    _add_motif(scene, motif, look)
    roll = scene.uniform(12, 28) * scene.side() if view == "tilted" else scene.uniform(-3, 3)
    scene.camera((0, 0, 0), (scene.uniform(-0.1, 0.1), look, 1), 58, roll)


def _float(scene: Scene, kinds: list[str], layer: str, scale: float) -> None:
    """Put cumuli onto the floor of clouds, the farthest first."""
    count = {"towering clouds": 8, "sea of clouds": 10, "two layers": 9}[layer]
    for far in np.linspace(260, 75, count):
        spread = 0.5 * far
        width = scale * scene.uniform(60, 110) * (1.2 if layer == "towering clouds" else 0.8)
        at = (scene.uniform(-spread, spread), -22.0, float(far))
        scene.add(clouds.floating(scene.pick(*kinds), at, width, scene.pick(True, False)))


@dataclass(frozen=True)
class _Night:
    """Colors of a night sky: zenith, horizon, and the light of its moon."""

    zenith: str
    horizon: str
    moon: str


_NIGHTS = {
    "deep blue night": _Night("#050a20", "#1c2a52", "#aebcf0"),
    "violet night": _Night("#120a2c", "#4a2c5a", "#c8b4f0"),
    "teal night": _Night("#03141c", "#14464c", "#a8e0dc"),
    "last light": _Night("#0c1638", "#a8644a", "#e0c8c0"),
    "black night": _Night("#020308", "#0a1020", "#c8d0e8"),
}
# How far the shadow has moved across the moon: -1 is new, 1 full.
_PHASES = {"full moon": 1.0, "half moon": 0.0, "crescent moon": -0.66, "gibbous moon": 0.5}


def _moon_picture(scene: Scene, lit: float) -> FloatArray:
    """Paint a moon with a soft halo, (n, n, 4); its disc has a third of the picture's width."""
    n = 300
    axis = np.linspace(-3, 3, n)
    x, y = np.meshgrid(axis, axis)
    radius = np.hypot(x, y)
    inside = np.clip((1 - radius) * 30, 0, 1)
    z = np.sqrt(np.clip(1 - radius**2, 0, 1))
    maria = fractal(x * 1.6 + 9, y * 1.6 + z, scene.rng, 5)
    craters = fractal(x * 7, y * 7, scene.rng, 4)
    gray = np.clip(0.93 - 0.5 * np.clip(maria, 0, 1) + 0.12 * craters, 0, 1)
    turn = math.acos(lit)
    facing = x * math.sin(turn) + z * math.cos(turn)
    bright = np.clip(facing * 3.5 + 0.05, 0, 1) * inside
    surface = np.stack([gray, gray * 0.98, gray * 0.9], axis=-1)
    halo = 0.3 * (0.4 + 0.3 * (1 + lit)) * np.exp(-np.clip(radius - 1, 0, 9) * 2.2)
    halo = halo * np.clip((3 - radius) / 2, 0, 1) * (1 - bright)
    alpha = bright + halo
    glow = np.array([0.8, 0.86, 1.0]) * halo[..., None]
    color = (surface * bright[..., None] + glow) / np.clip(alpha, 1e-3, 1)[..., None]
    return np.concatenate([color, alpha[..., None]], axis=-1)


def _add_moon(scene: Scene, toward: FloatArray, degrees: float, lit: float) -> None:
    """Hang up the moon; `degrees` is its width."""
    image = scene.image(_moon_picture(scene, lit))
    far = 4000.0
    width = 3 * 2 * far * math.tan(math.radians(degrees / 2))
    azimuth = math.degrees(math.atan2(toward[0], toward[2]))
    elevation = math.degrees(math.asin(toward[1]))
    board = box((0, 0, 0), (1, 1, 0.001), materials.painted(image), "no_shadow")
    tilt = f"translate <-.5,-.5,0> rotate {scene.uniform(-40, 40):.1f}*z scale <{width},{width},1>"
    turn = f"rotate {-elevation:.3f}*x rotate {azimuth:.3f}*y translate {vector(toward * far)}"
    scene.add(block("object", board, tilt, turn))


def _aurora(scene: Scene) -> None:
    """Hang a curtain of northern lights behind the land."""
    n = 256
    x, y = np.meshgrid(np.linspace(0, 1, n), np.linspace(1, 0, n))
    fold = 0.2 + 0.16 * np.sin(x * 7 + scene.uniform(0, 6)) + 0.1 * np.sin(x * 17)
    rise = y - fold - 0.1
    rays = 0.6 + 0.4 * fractal(x * 26, y * 0.6, scene.rng, 3)
    strength = np.where(rise > 0, np.exp(-rise * 4.2), np.exp(rise * 40)) * rays
    strength = strength * np.clip(np.minimum(x, 1 - x) * 5, 0, 1) * np.clip((1 - y) * 3, 0, 1)
    green, rose = np.array([0.25, 1.0, 0.55]), np.array([0.75, 0.3, 0.9])
    blend = np.clip(rise * 2, 0, 0.6)[..., None]
    picture = np.concatenate(
        [green + (rose - green) * blend, (0.85 * strength)[..., None]], axis=-1
    )
    image = scene.image(picture)
    curtain = materials.painted(image, 0.75)
    board = box((0, 0, 0), (1, 1, 0.001), curtain, "no_shadow translate <-.5,0,0>")
    scene.add(block("object", board, "scale <5200,2300,1> translate <0,150,3000>"))


def _add_land(scene: Scene, land: str, night: _Night) -> None:
    """Add what lies under the sky."""
    x, z = unit_grid(257)
    dark = materials.meadow("#1c2a20", "#26382a", 3)
    if land == "sea":
        scene.add(ground(-2, materials.water(mix(night.zenith, "#000000", 0.3), 0.22, 0.9)))
        return
    if land == "snowy mountains":
        shape = ridged(x * 2, z * 2, scene.rng, 7) * np.clip(0.9 * (z + 0.8), 0, 1)
        skin = materials.by_slope(materials.stone("#4a4a54", 3), materials.snow(), (0.68, 0.8))
        landscape.terrain(scene, shape, 320, (-14, 62), skin, center=(0, 155))
        return
    if land == "desert":
        dunes = ridged(x * 1.4, z * 2.4, scene.rng, 3)
        skin = materials.sand("#b09068", "#94754e", 0.3)
        landscape.terrain(scene, dunes, 160, (-9, 3), skin, center=(0, 72))
        return
    shape = 0.5 + 0.5 * fractal(x * 3, z * 3, scene.rng, 4, 0.35)
    cover = materials.snow() if land == "snowy village" else dark
    field = landscape.terrain(scene, shape, 160, (-6.5, 1.5), cover, center=(0, 75))
    if land == "pines":
        trees = [plants.pine(scene, height, tiers=14) for height in (6, 9)]
        across, away = scene.rng.uniform(-40, 40, 160), scene.rng.uniform(14, 60, 160)
        landscape.scatter(scene, trees, field.on(across, away, -0.3), (0.7, 1.4))
    elif land == "bare tree":
        tree = plants.tree(scene, plants.TREE_FORMS["spreading"], None, bark="#2a2420")
        spot_x = scene.uniform(-3, 3)
        scene.add(placed(tree, (spot_x, field.height(spot_x, 13) - 0.1, 13), scale=1.2))
    else:
        for _ in range(9):
            house_x, house_z = scene.uniform(-22, 22), scene.uniform(18, 42)
            spot = (house_x, field.height(house_x, house_z), house_z)
            snowy = land == "snowy village"
            house = props.cottage("#8a7a66", "#4a3a38", lit=True, snowy=snowy)
            scene.add(placed(house, spot, scene.uniform(-60, 60), scene.uniform(1, 1.5)))


@category(
    "night sky with moon",
    night=("black night", "deep blue night"),
    phase=("full moon", "half moon", "crescent moon"),
    land=("snowy village", "village", "snowy mountains"),
    sky=("northern lights", "clear"),
    place=("moon on the left", "moon on the right"),
    size=("huge moon", "small moon"),
    caption=("phase", "size", "place", "land", "sky", "night"),
)
def night_sky_with_moon(
    scene: Scene, *, night: str, phase: str, land: str, sky: str, place: str, size: str
) -> None:
    """The moon and stars above a dark land."""
    colors = _NIGHTS[night]
    cover = {"clear": 0.0, "thin clouds": 0.38, "broken clouds": 0.5, "northern lights": 0.0}[sky]
    lighting = replace(
        DAYLIGHTS["night"],
        sun=colors.moon,
        zenith=colors.zenith,
        horizon=colors.horizon,
        clouds=light.Clouds(
            0.4, mix(colors.horizon, "#b0b8d0", 0.3), mix(colors.zenith, "#000000", 0.2)
        ),
    )
    light.daylight(scene, lighting, scene.side() * scene.uniform(60, 130), clouds=cover)
    scene.grade = replace(scene.grade, bloom=0.16)
    light.stars(scene, {"clear": 900, "northern lights": 700}.get(sky, 350))
    if sky == "northern lights":
        _aurora(scene)
    _add_land(scene, land, colors)
    rise = scene.uniform(0.02, 0.42)
    angle = 56.0
    scene.camera((0, 1.5, 0), (0, 1.5 + rise, 1), angle)
    aside = {"moon on the left": -1.0, "moon in the middle": 0.0, "moon on the right": 1.0}[place]
    up = math.degrees(math.atan(rise)) + scene.uniform(0, 15)
    degrees = {"small moon": 3.0, "large moon": 8.0, "huge moon": 17.0}[size]
    moon = direction(aside * scene.uniform(10, 19) + scene.uniform(-3, 3), max(up, degrees * 0.45))
    _add_moon(scene, moon, degrees, _PHASES[phase])
