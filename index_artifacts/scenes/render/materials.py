"""Surfaces: every function returns a POV-Ray `texture` unless it says otherwise.

Reflections that grow toward grazing angles are written as `falloff`, not as `fresnel`, which
would need an `interior` on every object that wears the texture.
"""

from collections.abc import Sequence

from .colors import Color, ColorLike, darker, lighter, mix, rgb, srgb
from .pov import block, number, vector

Stop = tuple[float, ColorLike]

_MATTE = "finish{diffuse .8}"
_LEAF = "finish{diffuse .8,.5 specular .05 roughness .06}"


def pattern(kind: str, stops: Sequence[Stop], *modifiers: str) -> str:
    """Write a pigment: a POV-Ray pattern, such as "bozo", colored by stops (place, color)."""
    entries = " ".join(f"[{number(place)} {srgb(color)}]" for place, color in stops)
    return block("pigment", kind, block("color_map", entries), *modifiers)


def stripes(colors: Sequence[ColorLike]) -> list[Stop]:
    """Make color stops of equal width without blending."""
    width = 1 / len(colors)
    stops: list[Stop] = []
    for index, color in enumerate(colors):
        stops += [(index * width, color), ((index + 1) * width, color)]
    return stops


def textured(pigment: str, *parts: str, finish: str = _MATTE) -> str:
    """Write a texture from a pigment; `parts` are normals and transformations."""
    return block("texture", pigment, finish, *parts)


def matte(color: ColorLike) -> str:
    """Plain color without shine."""
    return textured(block("pigment", srgb(color)))


def glowing(color: ColorLike, strength: float = 1.0) -> str:
    """Plain color that needs no light."""
    finish = f"finish{{emission {number(strength)} diffuse 0}}"
    return textured(block("pigment", srgb(color)), finish=finish)


def painted(image: str, brightness: float = 1.0) -> str:
    """A picture, as `Scene.image` names it, on the unit square of x and y; it needs no light."""
    finish = f"finish{{emission {number(brightness)} diffuse 0}}"
    return textured(f"pigment{{image_map{{{image} once interpolate 2}}}}", finish=finish)


def leaf(color: ColorLike) -> str:
    """A leaf or petal, which lets some light through to its back."""
    return textured(block("pigment", srgb(color)), finish=_LEAF)


def glossy(color: ColorLike, shine: float = 0.5) -> str:
    """Lacquer, plastic or a fruit's skin; `shine` in [0, 1]."""
    return textured(block("pigment", srgb(color)), finish=gloss(shine))


def gloss(shine: float = 0.5) -> str:
    """Return the finish of lacquer, plastic or a fruit's skin; `shine` in [0, 1]."""
    return (
        f"finish{{diffuse .78 specular {number(shine)} roughness .012 "
        f"reflection{{{number(0.015 * shine)},{number(0.3 * shine)} falloff 3}} conserve_energy}}"
    )


def glaze(pigment: str) -> str:
    """Glazed ceramics or porcelain."""
    return textured(
        pigment,
        finish="finish{diffuse .76 specular .55 roughness .005 "
        "reflection{.02,.3 falloff 3} conserve_energy}",
    )


def metal(color: ColorLike, polish: float = 0.45) -> str:
    """Metal; `polish` in [0, 1] is how much it mirrors."""
    return textured(
        block("pigment", srgb(color)),
        finish=f"finish{{diffuse {number(0.75 - 0.6 * polish)} specular .7 roughness .012 metallic "
        f"reflection{{{number(polish)} metallic}}}}",
    )


def glass(tint: ColorLike = "#f2f8f8", transmit: float = 0.92) -> str:
    """Clear glass: a POV-Ray `material`, because refraction needs an interior."""
    texture = textured(
        block("pigment", srgb(tint, transmit)),
        finish="finish{diffuse .05 specular .9 roughness .002 reflection{.03,.7 falloff 4}}",
    )
    return block("material", texture, "interior{ior 1.45}")


def wood(
    light: ColorLike, dark: ColorLike, scale: float = 1.0, gloss: float = 0.1, turn: float = 0.0
) -> str:
    """Planed wood with its grain along z, turned around y by degrees; `gloss` in [0, 1]."""
    rings = [(0.0, light), (0.55, mix(light, dark, 0.35)), (0.85, dark), (1.0, light)]
    grain = "turbulence .06 octaves 4 scale <.12,.12,1.6> rotate x*3 translate <.37,.4,0>"
    size = f"scale {number(scale)} rotate {number(turn)}*y"
    return textured(
        pattern("wood", rings, grain, size),
        f"normal{{wrinkles .08 scale <.02,.02,.6> {size}}}",
        finish="finish{diffuse .72 specular .15 roughness .04 "
        f"reflection{{{number(gloss * 0.2)},{number(gloss)} falloff 2}}}}",
    )


OAK = ("#b98a5a", "#8f6238")
WALNUT = ("#7a4c2c", "#50301a")
BEECH = ("#d2ae80", "#b28a5c")
CHERRY = ("#8a4a30", "#602c1c")
WHITEWASH = ("#ebe6dc", "#d6cec0")
EBONY = ("#3a2c26", "#221814")


def stone(color: ColorLike, scale: float = 1.0, rough: float = 0.5) -> str:
    """Rock, lighter and darker in grains."""
    grains = [(0.0, darker(color, 0.45)), (0.5, rgb(color)), (1.0, lighter(color, 0.25))]
    return textured(
        pattern("granite", grains, f"scale {number(scale)}"),
        f"normal{{granite {number(rough)} scale {number(scale * 0.6)}}}",
    )


def marble(light: ColorLike, vein: ColorLike, scale: float = 1.0) -> str:
    """Polished marble."""
    veins = [(0.0, vein), (0.12, mix(light, vein, 0.3)), (0.35, light), (1.0, light)]
    pigment = pattern(
        "marble", veins, f"turbulence 1.1 octaves 6 scale {number(scale)} rotate 35*y"
    )
    return textured(pigment, finish=gloss(0.5))


def masonry(
    color: ColorLike, joint: ColorLike, size: tuple[float, float], gap: float, *parts: str
) -> str:
    """Bricks or cut stones of (length, height) with joints of width `gap`; rows lie along x."""
    length, height = size
    layout = f"brick_size {vector((length, height, length))} mortar {number(gap)}"
    shades = [(0.0, darker(color, 0.3)), (1.0, lighter(color, 0.08))]
    faces = pattern("bozo", shades, f"scale {number(height * 1.5)}")
    joints = block("pigment", srgb(joint))
    return textured(
        block("pigment", "brick", joints, faces, layout),
        f"normal{{granite .3 scale {number(height)}}}",
        *parts,
    )


def water(
    depth_color: ColorLike,
    waves: float,
    scale: float = 1.0,
    mirror: tuple[float, float] = (0.03, 0.9),
) -> str:
    """Open water.

    Args:
        depth_color: What is seen when looking straight down.
        waves: How rough: 0.03 a pond, 0.15 a calm sea, 0.45 a windy one.
        scale: Length of the waves.
        mirror: Reflection when looking straight down and along the surface.
    """
    swell = (
        f"[1 bumps {number(waves)} scale {vector((scale * 2, 1, scale))}]"
        f"[1 bumps {number(waves)} scale {vector((scale * 0.7, 1, scale * 0.35))} rotate 23*y]"
        f"[.6 wrinkles {number(waves)} scale {number(scale * 3)}]"
    )
    low, high = mirror
    return textured(
        block("pigment", srgb(depth_color)),
        block("normal", "average", block("normal_map", swell)),
        finish="finish{diffuse .35 specular .6 roughness .004 "
        f"reflection{{{number(low)},{number(high)} falloff 3.5}} conserve_energy}}",
    )


def meadow(dark: ColorLike, light: ColorLike, scale: float = 2.5) -> str:
    """Grass from afar."""
    return textured(
        pattern("bozo", [(0, dark), (1, light)], f"turbulence .6 scale {number(scale)}"),
        f"normal{{granite .35 scale {number(scale * 0.25)}}}",
    )


def snow(color: ColorLike = "#f4f7fc", scale: float = 1.0) -> str:
    """Snow with soft drifts."""
    pigment = pattern("bozo", [(0, mix(color, "#c4d4ea", 0.35)), (1, color)], f"scale {scale * 3}")
    return textured(
        pigment,
        f"normal{{average normal_map{{[1 granite .12 scale {number(scale * 0.4)}]"
        f"[1 bumps .25 scale {number(scale * 1.5)}]}}}}",
        finish="finish{diffuse .85 specular .08 roughness .08}",
    )


def sand(light: ColorLike, dark: ColorLike, ripples: float = 0.3, turn: float = 0.0) -> str:
    """Sand with wind ripples; `turn` is their direction in degrees."""
    ridges = "ripples {0} frequency 2 turbulence .25 scale .42 translate x*400 rotate {1}*y"
    return textured(
        pattern("bozo", [(0, dark), (1, light)], "scale 3"),
        block("normal", ridges.format(number(ripples), number(turn))),
        finish="finish{diffuse .85}",
    )


def cloth(color: ColorLike) -> str:
    """Woven cloth."""
    return textured(block("pigment", srgb(color)), "normal{quilted .2 scale .03}")


def checkered(
    first: ColorLike, second: ColorLike, size: float, *parts: str, finish: str = ""
) -> str:
    """Checkered cloth, tiles or a board; squares of `size`."""
    pigment = block("pigment", f"checker {srgb(first)} {srgb(second)} scale {number(size)}")
    return textured(pigment, *parts, finish=finish or _MATTE)


def by_slope(steep: str, flat: str, edge: tuple[float, float]) -> str:
    """Blend two textures by how level the ground is.

    Args:
        steep: Texture where the ground is steep.
        flat: Texture where it is level.
        edge: Where the blend starts and ends; POV-Ray's slope is (normal.y + 1) / 2, so level
            ground is 1 and a wall 0.5.
    """
    start, end = edge
    return block(
        "texture",
        "slope y",
        block("texture_map", f"[{number(start)} {_inside(steep)}][{number(end)} {_inside(flat)}]"),
    )


def by_height(low: str, high: str, edge: tuple[float, float], span: tuple[float, float]) -> str:
    """Blend two textures by height, with a ragged border.

    Args:
        low: Texture below.
        high: Texture above.
        edge: Heights at which the blend starts and ends.
        span: Lowest and highest height that wears the texture; it repeats beyond.
    """
    bottom, top = span
    start, end = ((height - bottom) / (top - bottom) for height in edge)
    return block(
        "texture",
        "gradient y turbulence .1 octaves 4",
        block("texture_map", f"[{number(start)} {_inside(low)}][{number(end)} {_inside(high)}]"),
        f"scale {number(top - bottom)} translate {number(bottom)}*y",
    )


def _inside(texture: str) -> str:
    """Strip `texture{...}`: a texture map takes what is inside."""
    return texture.removeprefix("texture{").removesuffix("}")


def palette(name: str) -> tuple[Color, ...]:
    """Return the leaf colors of a season or plant."""
    return tuple(rgb(color) for color in _PALETTES[name])


_PALETTES = {
    "summer": ("#3f6b22", "#5a8a2e", "#6f9c38", "#2f5420"),
    "fresh": ("#7aa83a", "#92bc4a", "#a9c95c", "#5f8f30"),
    "dark": ("#2c4a20", "#3a5c28", "#486a30", "#203a18"),
    "silver": ("#7f9470", "#93a684", "#6a8060", "#a8b698"),
    "copper": ("#6a2f2a", "#823c30", "#541f22", "#944a38"),
    "orange": ("#d9821c", "#e3a32e", "#c4541a", "#b8862a"),
    "gold": ("#e0b02e", "#e8c650", "#cf8f22", "#b9a63a"),
    "red": ("#b3381c", "#cf5a1d", "#d98a2a", "#93291a"),
    "brown": ("#8a5a2c", "#a06e38", "#6f4622", "#b58848"),
    "pink": ("#f2b9cc", "#f7d3de", "#e796b2", "#fbe9ef"),
    "white": ("#ffffff", "#f6f2ea", "#fdf6f6", "#ece8dc"),
    "rose": ("#e0608e", "#ec82a8", "#cf4478", "#f4a4c0"),
    "pine": ("#1f3d22", "#2c5230", "#375f33"),
}
