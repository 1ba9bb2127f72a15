"""Light outdoors: sun, fill light, sky with projected clouds, haze, stars.

`daylight` sets all of them at once for an hour and a weather. The sun is sharp and the fill light
casts no shadow: soft shadows on foliage would cost four times as much.
"""

from dataclasses import dataclass, replace

import numpy as np

from .colors import ColorLike, lighter, mix, srgb
from .develop import Grade
from .pov import FloatArray, Vector, block, number, sphere, union, vector
from .scene import Scene, direction


@dataclass(frozen=True)
class Clouds:
    """A layer of clouds in the sky.

    Attributes:
        cover: Share of the sky, about: 0.3 a few, 0.5 half, 0.75 overcast.
        color: Where the sun lights them.
        shade: Their dark sides.
        scale: Size relative to ordinary clouds.
        streak: Stretches them along x; 1 is round, 4 long streaks.
    """

    cover: float
    color: ColorLike = "#ffffff"
    shade: ColorLike = "#8f9db0"
    scale: float = 0.7
    streak: float = 1.0


@dataclass(frozen=True)
class Daylight:
    """Light and sky of an hour and a weather.

    Attributes:
        elevation: Lowest and highest elevation of the sun in degrees.
        sun: Color of the sunlight.
        power: Its strength.
        fill: Color of the light from the sky.
        fill_power: Its strength.
        zenith: The sky above.
        horizon: The sky at the horizon, and the color of distant haze.
        clouds: None is a clear sky.
        glow: How bright the sky is around the sun.
        visible_sun: Whether the sun's disc is drawn.
        haze: Distance in meters at which things fade.
        exposure: For `Grade`.
    """

    elevation: tuple[float, float]
    sun: ColorLike
    power: float
    fill: ColorLike
    fill_power: float
    zenith: ColorLike
    horizon: ColorLike
    clouds: Clouds | None = None
    glow: float = 0.5
    visible_sun: bool = False
    haze: float = 600.0
    exposure: float = 1.5


_GRAY_CLOUDS = Clouds(0.78, "#c9ced4", "#7c858f", 0.9)
DAYLIGHTS = {
    "noon": Daylight(
        (48, 62), "#fff4e0", 1.25, "#a9c6f2", 0.42, "#2f70c8", "#cfe2f2", Clouds(0.42)
    ),
    "clear": Daylight((32, 48), "#ffeccb", 1.3, "#b4ccee", 0.4, "#3a78cc", "#d6e6f4"),
    "fair": Daylight(
        (26, 44), "#ffefd2", 1.25, "#b4ccee", 0.42, "#3f7fce", "#d3e4f2", Clouds(0.52)
    ),
    "wisps": Daylight(
        (28, 46),
        "#ffefd2",
        1.25,
        "#b4ccee",
        0.42,
        "#2a66b8",
        "#dce9f2",
        Clouds(0.46, scale=0.55, streak=4.5, shade="#c2cede"),
    ),
    "overcast": Daylight(
        (45, 60), "#f2f2f0", 0.5, "#d0d6de", 0.8, "#8c98a6", "#d3d8dc", _GRAY_CLOUDS, haze=500
    ),
    "mist": Daylight(
        (40, 55), "#f4f0e6", 0.5, "#dcdedc", 0.8, "#c2c8cc", "#dfe0dc", glow=0.2, haze=75
    ),
    "storm": Daylight(
        (20, 30),
        "#ffe6b8",
        0.9,
        "#8c9cb4",
        0.4,
        "#39424f",
        "#8d97a0",
        Clouds(0.72, "#7f8894", "#2f3742", 1.0),
        glow=0.1,
        haze=400,
        exposure=1.6,
    ),
    "golden": Daylight(
        (11, 18),
        "#ffbf7a",
        1.5,
        "#c4c8e4",
        0.5,
        "#5f86c4",
        "#f8d6a4",
        Clouds(0.45, "#ffe3bf", "#a98f94"),
        glow=0.7,
        haze=480,
    ),
    "sunset": Daylight(
        (3, 7),
        "#ff9a55",
        1.25,
        "#b4a6d0",
        0.56,
        "#3b3f86",
        "#ff9a5c",
        Clouds(0.52, "#ffb98a", "#5a3f66"),
        glow=1.1,
        visible_sun=True,
        haze=480,
    ),
    "pink dawn": Daylight(
        (6, 12),
        "#ffb9a0",
        1.1,
        "#b4b0dc",
        0.62,
        "#6a86c6",
        "#fbc6c0",
        Clouds(0.48, "#ffdcd4", "#a48aac"),
        glow=0.8,
        haze=450,
    ),
    "dusk": Daylight(
        (14, 22),
        "#9aa8d8",
        0.8,
        "#7a88bc",
        0.6,
        "#1f2f5c",
        "#b098a4",
        Clouds(0.48, "#8e88a8", "#36405f"),
        glow=0.3,
        haze=480,
        exposure=2.0,
    ),
    "night": Daylight(
        (28, 50),
        "#aebcf0",
        0.6,
        "#4a5a94",
        0.36,
        "#070d24",
        "#1f2a4c",
        Clouds(0.38, "#2c365c", "#10162e"),
        glow=0.3,
        haze=600,
        exposure=1.7,
    ),
    "winter": Daylight(
        (18, 30),
        "#ffe6cc",
        1.15,
        "#b8cdf0",
        0.48,
        "#7fa3cf",
        "#eee8e6",
        Clouds(0.46, "#ffffff", "#b4bfd0"),
        haze=480,
        exposure=1.35,
    ),
}


def daylight(
    scene: Scene,
    kind: str | Daylight,
    azimuth: float,
    *,
    elevation: float | None = None,
    clouds: float | None = None,
    fog_height: float = 6.0,
    on_snow: bool = False,
) -> FloatArray:
    """Light a scene outdoors: sun, fill, sky, haze and exposure.

    Args:
        scene: The scene.
        kind: A key of `DAYLIGHTS`, or a record of one's own.
        azimuth: Of the sun, in degrees from straight ahead toward the right; below 60 the side
            that the camera sees is dark, 105 to 150 shows it lit.
        elevation: Of the sun in degrees; drawn from the kind's range when missing.
        clouds: Cover that replaces the kind's own; 0 is a clear sky.
        fog_height: Height in meters above which haze thins out.
        on_snow: Whether the ground is white: it gets less light, and less yellow.

    Returns:
        Unit vector to the sun.
    """
    light = DAYLIGHTS[kind] if isinstance(kind, str) else kind
    height = scene.uniform(*light.elevation) if elevation is None else elevation
    toward_sun = direction(azimuth, height)
    layer = light.clouds
    if clouds is not None:
        layer = replace(layer or Clouds(0.5), cover=clouds) if clouds else None
    if on_snow:
        light = replace(light, sun=lighter(light.sun, 0.45), power=0.8 * light.power)
    sun(scene, toward_sun, light.sun, light.power)
    fill(scene, (0, 1, -0.8), light.fill, light.fill_power)
    sky(scene, replace(light, clouds=layer), toward_sun)
    haze(scene, light.horizon, light.haze, fog_height)
    scene.grade = Grade(exposure=light.exposure)
    return toward_sun


def sun(scene: Scene, toward: Vector, color: ColorLike, power: float) -> None:
    """Add a distant light with sharp shadows."""
    place = vector(np.asarray(toward, float) * 10_000)
    scene.add(block("light_source", f"{place} color {srgb(color)}*{number(power)}"))


def fill(scene: Scene, toward: Vector, color: ColorLike, power: float) -> None:
    """Add a distant light without shadows."""
    place = vector(np.asarray(toward, float) * 10_000)
    scene.add(block("light_source", f"{place} color {srgb(color)}*{number(power)} shadowless"))


def haze(scene: Scene, color: ColorLike, distance: float, height: float) -> None:
    """Add ground haze; at `distance` meters 63% of the light is the haze's color."""
    scene.add(
        block(
            "fog",
            f"fog_type 2 distance {number(distance)} fog_offset 0 fog_alt {number(height)} "
            f"color {srgb(color)}",
        )
    )


def stars(scene: Scene, count: int, brightness: float = 1.0) -> None:
    """Add stars above the horizon and below it, ahead of the camera."""
    places = scene.rng.normal(size=(count, 3))
    places[:, 2] = np.abs(places[:, 2]) + 0.15
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    radii = 3.2 + 5 * np.abs(scene.rng.normal(size=count)) ** 1.5
    dots = [
        sphere(place * 9000, float(radius)) for place, radius in zip(places, radii, strict=True)
    ]
    white = f"pigment{{rgb 1}} finish{{emission {number(brightness)} diffuse 0}}"
    scene.add(union(*dots, white, "no_shadow"))


def sky(scene: Scene, light: Daylight, toward_sun: FloatArray) -> None:
    """Add the sky: a gradient, the glow around the sun, clouds."""
    layers = [_gradient(light), *_glow(light, toward_sun)]
    if light.clouds is not None:
        layers += _clouds(scene, light.clouds, toward_sun)
    scene.add(block("sky_sphere", *layers))


def _gradient(light: Daylight) -> str:
    dim = 0.86
    middle = mix(light.horizon, light.zenith, 0.45)
    stops = ((0, light.horizon), (0.12, middle), (0.5, light.zenith))
    entries = "".join(f"[{place} {srgb(color)}*{dim}]" for place, color in stops)
    return block("pigment", "function{max(0,min(1,y))}", block("color_map", entries))


def _glow(light: Daylight, toward_sun: FloatArray) -> list[str]:
    x, y, z = (number(float(value)) for value in toward_sun)
    cosine = f"max(0,x*{x}+y*{y}+z*{z})"
    color = lighter(light.sun, 0.25)
    layers = []
    for power, share in ((6, 0.55), (60, 0.8)):
        bright = srgb(color, 1 - min(share * light.glow, 1.0))
        # Patterns wrap around at 1, where the sun's own direction is.
        layers.append(
            block(
                "pigment",
                f"function{{min(.999,pow({cosine},{power}))}}",
                block("color_map", f"[0 {srgb(color, 1)}][1 {bright}]"),
            )
        )
    if light.visible_sun:
        disc = srgb("#fffbe8")
        steps = f"[0 {srgb(color, 1)}][.55 {srgb(color, 0.9)}][.62 {disc}][1 {disc}]"
        function = f"function{{min(.999,pow({cosine},4000))}}"
        layers.append(block("pigment", function, block("color_map", steps)))
    return layers


def _clouds(scene: Scene, clouds: Clouds, toward_sun: FloatArray) -> list[str]:
    """Project a flat layer of noise onto the sky; its shade is the noise toward the sun."""
    size = vector((clouds.scale * clouds.streak, clouds.scale, clouds.scale))
    noise = scene.declare(
        "function{pattern{bozo turbulence .55 octaves 7 omega .56 lambda 2.15 "
        f"scale {size} translate {vector(scene.rng.uniform(-50, 50, 3))}}}}}"
    )

    def sample(shift: FloatArray) -> str:
        x, y, z = (number(float(value)) for value in shift)
        depth = "(abs(y)+.16)"
        return f"{noise}(x/{depth}+{x},{y},z/{depth}+{z})"

    here = sample(np.zeros(3))
    sunward = sample(toward_sun * 0.13 * clouds.scale)
    floor = 1 - clouds.cover
    density = f"min(.999,max(0,({here}-{number(floor)})*3.2))*min(1,max(0,y*9))"
    shadow = f".25+({sunward}-{here})*5+({here}-{number(floor + 0.25)})*1.6"
    return [
        block(
            "pigment",
            f"function{{{density}}}",
            block(
                "color_map",
                f"[0 {srgb(clouds.color, 1)}][.5 {srgb(clouds.color, 0.25)}]"
                f"[1 {srgb(clouds.color, 0.05)}]",
            ),
        ),
        block(
            "pigment",
            f"function{{{density}*min(1,max(0,{shadow}))}}",
            block("color_map", f"[0 {srgb(clouds.shade, 1)}][1 {srgb(clouds.shade, 0.1)}]"),
        ),
    ]
