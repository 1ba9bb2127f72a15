"""The open sea: at sunset, and with sailing boats by day."""

from dataclasses import replace

import numpy as np

from index_artifacts.scenes.render import boats, landscape, light, materials, plants
from index_artifacts.scenes.render.colors import mix
from index_artifacts.scenes.render.light import Clouds, Daylight
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import box, cylinder, ground, placed, sphere, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SKIES = {
    "orange": ("#3a2c6a", "#ff8a3c", "#ffa048"),
    "red": ("#331f58", "#f2583a", "#ff8248"),
}


def _headland(scene: Scene, side: int) -> None:
    x, z = unit_grid(257)
    rough = fractal(x * 3, z * 3, scene.rng, 6)
    dome = 0.36 * (1 - np.hypot(x * 0.8, z * 1.6))
    shape = dome + 0.35 * rough * (1 - np.abs(x))
    dark = materials.textured("pigment{rgb <.022,.017,.03>}", "normal{granite .5}")
    center = (side * scene.uniform(18, 50), 90.0)
    landscape.terrain(scene, shape, 74, (-1, scene.uniform(24, 44)), dark, center=center)


def _pier(scene: Scene, side: int) -> str:
    deck = box((-0.9, 1.0, -8), (0.9, 1.12, 34))
    posts = [
        cylinder((way * 0.8, -2, z), (way * 0.8, 1.9, z), 0.09)
        for z in range(-6, 34, 3)
        for way in (-1, 1)
    ]
    rails = [box((way * 0.85 - 0.04, 1.8, -8), (way * 0.85 + 0.04, 1.88, 34)) for way in (-1, 1)]
    pier = union(deck, *posts, *rails, materials.matte("#4a3a34"))
    return placed(pier, (side * scene.uniform(2.4, 5.0), 0, 0), side * scene.uniform(-28, 6))


def _add_motif(scene: Scene, motif: str) -> None:
    side = scene.side()
    if motif == "headland":
        _headland(scene, side)
    elif motif == "palms":
        for _ in range(3):
            tall = plants.palm(scene, scene.uniform(7, 9), side * -scene.uniform(0.2, 0.5))
            scene.add(placed(tall, (side * scene.uniform(4.5, 8), -0.5, scene.uniform(8, 14))))
        shore = sphere((0, 0, 0), 1, materials.stone("#4a3830", 0.6))
        scene.add(placed(shore, (side * 8, -0.3, 11), scale=(6.5, 0.75, 5)))
    else:
        scene.add(_pier(scene, side))


@category(
    "sunset sea",
    color=tuple(_SKIES),
    motif=("headland", "palms", "pier"),
    water=("calm sea", "waves"),
    clouds=("clear sky", "streaks of cloud", "fair clouds"),
    horizon=("low horizon", "level horizon", "high horizon"),
    sun=("sun on the left", "sun ahead", "sun on the right"),
    caption=("color", "motif", "water", "clouds", "sun"),
)
def sunset_sea(
    scene: Scene, *, color: str, motif: str, water: str, clouds: str, horizon: str, sun: str
) -> None:
    """The sun low above the water."""
    zenith, low, glow = _SKIES[color]
    lit, dark = mix(low, "#ffe0c0", 0.4), mix(zenith, "#30203a", 0.4)
    layers = {
        "clear sky": None,
        "streaks of cloud": Clouds(0.46, lit, dark, 0.5, 4.0),
        "fair clouds": Clouds(0.5, lit, dark, 0.7),
    }
    azimuth = {"sun on the left": -17.0, "sun ahead": 0.0, "sun on the right": 17.0}[sun]
    evening = Daylight(
        elevation=(1.5, 11),
        sun=glow,
        power=0.9,
        fill=zenith,
        fill_power=0.25,
        zenith=zenith,
        horizon=low,
        clouds=layers[clouds],
        glow=1.2,
        visible_sun=True,
        haze=5000,
    )
    light.daylight(scene, evening, azimuth + scene.uniform(-7, 7))
    scene.grade = replace(scene.grade, bloom=0.2, saturation=1.25, exposure=1.25)
    waves, scale = {"calm sea": (0.1, 0.7), "waves": (0.32, 1.1)}[water]
    scene.add(ground(0, materials.water("#0a1c30", waves, scale, (0.05, 0.95))))
    _add_motif(scene, motif)
    look = {"low horizon": 7.0, "level horizon": 2.8, "high horizon": -1.0}[horizon]
    scene.camera((0, scene.uniform(1.6, 4), -4), (0, look, 20), scene.uniform(44, 60))


_WEATHERS = {
    "noon sun": ("noon", "#134a72"),
    "fair": ("fair", "#16486c"),
    "high clouds": ("wisps", "#0f5078"),
}
_SAILS = {
    "white sails": ("#f6f3ea",),
    "red sails": ("#b3362a",),
    "striped sails": ("#f4efe2", "#2f5f9a", "#f4efe2", "#2f5f9a"),
}


def _add_coast(scene: Scene, setting: str) -> None:
    """Add land at the horizon."""
    x, z = unit_grid(257)
    rough = fractal(x * 4, z * 4, scene.rng, 6)
    rock = materials.stone("#8a8078", 6.0)
    green = materials.meadow("#48692e", "#7d9444", 6)
    if setting == "islands":
        far = 170.0
        for way in (-1, 1):
            island = np.clip(0.55 - np.hypot(x, z * 1.3) + 0.3 * rough, 0, 1)
            skin = materials.by_slope(rock, green, (0.8, 0.92))
            center = (way * scene.uniform(40, 90), far * scene.uniform(0.8, 1.3))
            landscape.terrain(scene, island, 90, (-1, 26), skin, center=center)
    elif setting == "mountain coast":
        ridge = (0.35 + 0.75 * rough) * np.clip(1.2 - 1.3 * np.abs(z), 0, 1)
        skin = materials.by_slope(rock, green, (0.72, 0.84))
        landscape.terrain(scene, np.clip(ridge, 0, 1), 420, (-2, 95), skin, center=(0, 330))


@category(
    "sailing boat",
    weather=tuple(_WEATHERS),
    rig=("sloop", "spinnaker", "schooner"),
    sails=tuple(_SAILS),
    setting=("open sea", "islands", "mountain coast"),
    view=("from the side", "near the waves", "from ahead"),
    count=("alone", "two boats"),
    caption=("rig", "sails", "count", "weather", "setting", "view"),
)
def sailing_boat(
    scene: Scene, *, weather: str, rig: str, sails: str, setting: str, view: str, count: str
) -> None:
    """A boat under sail by day."""
    kind, deep = _WEATHERS[weather]
    light.daylight(scene, kind, scene.side() * scene.uniform(100, 150))
    scene.add(ground(0, materials.water(deep, scene.uniform(0.12, 0.24), scene.uniform(1.2, 2.2))))
    _add_coast(scene, setting)
    size = 15.0 if rig == "schooner" else 11.0
    lean = scene.side()
    others = {"alone": 0, "two boats": 1}[count]
    colors = ["#f2efe6", "#22386a", "#8a2a24", "#2f5a4a", "#d8c8a0"]
    turn = {"from ahead": 75.0, "near the waves": 30.0}.get(view, scene.uniform(-25, 25))
    turn = turn + scene.pick(0, 180)
    for index in range(others + 1):
        boat = boats.sailing_boat(rig, scene.pick(*colors), _SAILS[sails], lean * size * 0.09)
        foam = boats.wake(size * 0.75, scene.rng)
        heeled = placed(boat, tilt=(lean * scene.uniform(6, 16), 0))
        away = (scene.uniform(-1.9, 1.9), scene.uniform(0.8, 4.2)) if index else (0.0, 0.0)
        spot = (away[0] * size, 0, away[1] * size)
        scene.add(placed(union(heeled, foam), spot, turn + scene.uniform(-6, 6)))
    distance, height, look_up, angle = {
        "from the side": (1.9, 0.22, scene.uniform(0.3, 0.52), 44),
        "near the waves": (1.25, 0.07, 0.5, 66),
        "from ahead": (2.2, 0.4, scene.uniform(0.2, 0.45), 46),
    }[view]
    aside = scene.uniform(-0.5, 0.5) * distance * 0.5
    eye = (aside * size * 0.4, height * size, -distance * size)
    scene.camera(eye, (aside * size, look_up * size, 0), angle)
