"""Cities by day and by night: skylines, streets, roofs, parks, bridges."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from index_artifacts.scenes.render import buildings, landmarks, light, materials
from index_artifacts.scenes.render.cityviews import VIEWS, City, heights_of
from index_artifacts.scenes.render.colors import hsv
from index_artifacts.scenes.render.develop import Grade
from index_artifacts.scenes.render.light import DAYLIGHTS, Clouds, Daylight
from index_artifacts.scenes.render.pov import FloatArray, placed, sphere
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_NIGHTS = {
    "deep night": replace(DAYLIGHTS["night"], haze=1500.0, fill_power=0.2),
    "blue hour": Daylight(
        (10, 20), "#8fa0e8", 0.25, "#5a70c0", 0.5, "#101c4c", "#6a78b8", haze=1300, exposure=1.6
    ),
    "afterglow": Daylight(
        (2, 5),
        "#ff8a50",
        0.3,
        "#6a5a9a",
        0.4,
        "#1a1c4a",
        "#e8825a",
        Clouds(0.5, "#d87a6a", "#3a2c54"),
        glow=0.6,
        haze=9000,
        exposure=1.6,
    ),
    "foggy night": Daylight(
        (30, 50), "#8f98b8", 0.2, "#5a5a70", 0.4, "#15161f", "#4a4438", haze=420, exposure=1.7
    ),
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
    hazy = {"mist": 260.0, "overcast": 1500.0}.get(hour, 2800.0)
    if view == "from the air":
        hazy *= 2
    azimuth = scene.side() * scene.uniform(80, 145)
    light.daylight(scene, replace(base, haze=hazy), azimuth, fog_height=60)
    city = City(
        facades=buildings.skin(scene, style),
        heights=heights_of(scene, skyline),
        roofs=("#e4eaf2",) if hour == "winter" else scene.pick(*_ROOFS),
        night=False,
        snowy=hour == "winter",
        wet=hour in ("overcast", "mist"),
        water=materials.water("#16344a", scene.uniform(0.12, 0.35), 6.0),
    )
    VIEWS[view](scene, city)
    _LANDMARKS[landmark](scene, city, view)


@category(
    "city by night",
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
    if sky in ("deep night", "violet night"):
        light.stars(scene, 260, 0.8)
    city = City(
        facades=buildings.skin(scene, style, lit=scene.uniform(0.22, 0.5)),
        heights=heights_of(scene, skyline),
        roofs=("#17181e",),
        night=True,
        snowy=False,
        wet=True,
        water=materials.water("#04070f", scene.uniform(0.1, 0.25), 6.0, mirror=(0.08, 0.95)),
    )
    scene.grade = Grade(exposure=hour.exposure, bloom=0.22, saturation=1.2)
    VIEWS[view](scene, city)
    _LANDMARKS[show](scene, city, view)


def _far_place(scene: Scene, view: str) -> FloatArray:
    """Return a place that is seen, behind the first buildings."""
    if view == "from the air":
        return np.array([scene.uniform(-70, 70), 0, scene.uniform(110, 240)])
    if view == "looking up":
        return np.array([scene.uniform(-40, 40), 0, scene.uniform(95, 130)])
    if view == "a street":
        return np.array([scene.uniform(-4, 4), 0, 430])
    return np.array([scene.uniform(-90, 90), 0, scene.uniform(200, 330)])


def _sky_place(scene: Scene, view: str) -> FloatArray:
    """Return a place in the sky that is seen."""
    if view == "from the air":
        return np.array([scene.uniform(-30, 30), 190, scene.uniform(110, 170)])
    if view == "looking up":
        return np.array([scene.uniform(-25, 25), 120, 75])
    if view == "a street":
        return np.array([scene.uniform(-25, 25), scene.uniform(60, 95), 190])
    return np.array([scene.uniform(-75, 75), scene.uniform(105, 150), 190])


def _television_tower(scene: Scene, city: City, view: str) -> None:
    tower = landmarks.television_tower(scene.uniform(210, 290), lit=city.night)
    scene.add(placed(tower, _far_place(scene, view)))


def _cranes(scene: Scene, _city: City, view: str) -> None:
    crane = scene.declare(landmarks.crane(scene.uniform(80, 130), scene.uniform(34, 50)))
    for _ in range(3):
        scene.add(placed(crane, _far_place(scene, view), scene.uniform(0, 360)))


def _round_towers(scene: Scene, city: City, view: str) -> None:
    style = scene.pick(*buildings.STYLES)
    for _ in range(3):
        kind, wall, glass = scene.pick(*buildings.palette_of(style))
        facade = buildings.Facade(kind, wall, glass, 0.4 if city.night else 0.0)
        x, _, z = (float(value) for value in _far_place(scene, view))
        size = scene.uniform(11, 18), scene.uniform(90, 190)
        scene.add(buildings.round_tower(scene, (x, z), *size, facade))


def _fireworks(scene: Scene, _city: City, view: str) -> None:
    for _ in range(int(scene.rng.integers(3, 6))):
        burst = landmarks.firework(scene, scene.uniform(16, 34), hsv(scene.uniform(0, 1), 0.6, 1))
        scene.add(placed(burst, _sky_place(scene, view) + scene.rng.uniform(-14, 14, 3)))


def _full_moon(scene: Scene, _city: City, view: str) -> None:
    at = (
        _sky_place(scene, view) * (1, 0.9, 1)
        if view != "from the air"
        else np.array([0.0, 90, 900])
    )
    pale = materials.pattern("bozo", [(0, "#c8c4b4"), (0.5, "#fdf8e8"), (1, "#fffdf4")], "scale .5")
    face = materials.textured(pale, finish="finish{emission .95 diffuse 0}")
    disc = sphere((0, 0, 0), 1, face, "no_shadow")
    scene.add(placed(disc, at * 3, scale=float(np.linalg.norm(at)) * 0.17))


def _searchlights(scene: Scene, _city: City, view: str) -> None:
    foot = _far_place(scene, view)
    for tilt in scene.rng.uniform(-38, 38, 4):
        beam = landmarks.searchlight(420, scene.pick("#a8c8ff", "#ffffff", "#ffb0e0"))
        at = foot + np.array([scene.uniform(-40, 40), 6, 0])
        scene.add(placed(beam, at, tilt=(scene.uniform(-12, 12), float(tilt))))


def _ferris_wheel(scene: Scene, city: City, view: str) -> None:
    radius = scene.uniform(34, 50)
    wheel = landmarks.ferris_wheel(radius, lit=city.night)
    at = _far_place(scene, view)
    # Before the buildings where there is water or a park, else among them.
    if view in ("across the water", "behind a park", "under a bridge"):
        at = np.array([scene.uniform(-45, 45), 1, 96])
    scene.add(placed(wheel, at, scene.uniform(-30, 30)))


_LANDMARKS: dict[str, Callable[[Scene, City, str], None]] = {
    "no landmark": lambda *_: None,
    "no show": lambda *_: None,
    "television tower": _television_tower,
    "cranes": _cranes,
    "round towers": _round_towers,
    "fireworks": _fireworks,
    "full moon": _full_moon,
    "searchlights": _searchlights,
    "Ferris wheel": _ferris_wheel,
}
