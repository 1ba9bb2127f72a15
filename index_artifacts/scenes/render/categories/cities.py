"""Cities by day and by night: skylines behind water, parks and bridges."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from index_artifacts.scenes.render import buildings, landmarks, light, materials
from index_artifacts.scenes.render.cityviews import VIEWS, City, heights_of
from index_artifacts.scenes.render.colors import hsv
from index_artifacts.scenes.render.develop import Grade
from index_artifacts.scenes.render.light import DAYLIGHTS, Clouds
from index_artifacts.scenes.render.pov import FloatArray, placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_NIGHTS = {
    "deep night": replace(DAYLIGHTS["night"], haze=1500.0, fill_power=0.2),
    "violet night": replace(
        DAYLIGHTS["night"],
        zenith="#120a2c",
        horizon="#4a2c5a",
        clouds=Clouds(0.55, "#5a3a66", "#1a1030"),
        haze=1400.0,
    ),
}
_ROOFS = (
    ("#7a7a7c", "#9aa0a4", "#5f6468"),
    ("#b0603f", "#a8543a", "#c07a54"),
    ("#8a8c8e", "#6f8f5a", "#b8b4a8", "#a0664a"),
)


@category(
    "city by day",
    max_bytes=17_000,
    caption=("view", "hour", "style", "landmark"),
    view=("across the water", "behind a park"),
    hour=("clear", "fair", "wisps"),
    style=buildings.STYLES,
    skyline=("downtown", "towers all over"),
    landmark=("no landmark", "television tower", "round towers"),
)
def city_by_day(
    scene: Scene, *, view: str, hour: str, style: str, skyline: str, landmark: str
) -> None:
    """A city in daylight."""
    base = DAYLIGHTS[hour]
    azimuth = scene.side() * scene.uniform(100, 145)
    light.daylight(scene, replace(base, haze=2800.0), azimuth, fog_height=60)
    city = City(
        facades=buildings.skin(scene, style),
        heights=heights_of(scene, skyline),
        roofs=scene.pick(*_ROOFS),
        night=False,
        water=materials.water("#16344a", scene.uniform(0.12, 0.35), 6.0),
    )
    VIEWS[view](scene, city)
    _LANDMARKS[landmark](scene)


@category(
    "city by night",
    max_bytes=17_000,
    caption=("view", "sky", "show"),
    view=("across the water", "under a bridge"),
    sky=("deep night", "violet night"),
    style=buildings.STYLES,
    skyline=("downtown", "towers all over"),
    show=("no show", "fireworks", "Ferris wheel"),
)
def city_by_night(
    scene: Scene, *, view: str, sky: str, style: str, skyline: str, show: str
) -> None:
    """A city with lit windows."""
    hour = _NIGHTS[sky]
    light.daylight(scene, hour, scene.side() * scene.uniform(70, 140), fog_height=60)
    light.stars(scene, 260, 0.8)
    city = City(
        facades=buildings.skin(scene, style, lit=scene.uniform(0.22, 0.5)),
        heights=heights_of(scene, skyline),
        roofs=("#17181e",),
        night=True,
        water=materials.water("#04070f", scene.uniform(0.1, 0.25), 6.0, mirror=(0.08, 0.95)),
    )
    scene.grade = Grade(exposure=hour.exposure, bloom=0.22, saturation=1.2)
    VIEWS[view](scene, city)
    _LANDMARKS[show](scene)


def _far_place(scene: Scene) -> FloatArray:
    """Return a place that is seen, behind the first buildings."""
    return np.array([scene.uniform(-90, 90), 0, scene.uniform(200, 330)])


def _sky_place(scene: Scene) -> FloatArray:
    """Return a place in the sky that is seen."""
    return np.array([scene.uniform(-75, 75), scene.uniform(105, 150), 190])


def _television_tower(scene: Scene) -> None:
    tower = landmarks.television_tower(scene.uniform(210, 290))
    scene.add(placed(tower, _far_place(scene)))


def _round_towers(scene: Scene) -> None:
    style = scene.pick(*buildings.STYLES)
    for _ in range(3):
        kind, wall, glass = scene.pick(*buildings.palette_of(style))
        facade = buildings.Facade(kind, wall, glass)
        x, _, z = (float(value) for value in _far_place(scene))
        size = scene.uniform(11, 18), scene.uniform(90, 190)
        scene.add(buildings.round_tower(scene, (x, z), *size, facade))


def _fireworks(scene: Scene) -> None:
    for _ in range(int(scene.rng.integers(3, 6))):
        burst = landmarks.firework(scene, scene.uniform(16, 34), hsv(scene.uniform(0, 1), 0.6, 1))
        scene.add(placed(burst, _sky_place(scene) + scene.rng.uniform(-14, 14, 3)))


def _ferris_wheel(scene: Scene) -> None:
    radius = scene.uniform(34, 50)
    wheel = landmarks.ferris_wheel(radius)
    # Before the buildings.
    at = np.array([scene.uniform(-45, 45), 1, 96])
    scene.add(placed(wheel, at, scene.uniform(-30, 30)))


_LANDMARKS: dict[str, Callable[[Scene], None]] = {
    "no landmark": lambda _: None,
    "no show": lambda _: None,
    "television tower": _television_tower,
    "round towers": _round_towers,
    "fireworks": _fireworks,
    "Ferris wheel": _ferris_wheel,
}
