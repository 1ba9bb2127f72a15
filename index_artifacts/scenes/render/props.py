"""Things that stand in landscapes; each returns the text of an object on the origin, in meters."""

from .colors import ColorLike, darker, lighter
from .materials import OAK, cloth, matte, pattern, textured, wood
from .mesh import Mesh
from .pov import block, box, cone, cylinder, placed, sphere, sweep, torus, union, vector
from .scene import Scene


def fence(sections: int, color: ColorLike = "#6a5238", snowy: bool = False) -> str:
    """Write a wooden fence along x, centered; a section is two meters long."""
    parts = []
    for post in range(sections + 1):
        x = 2 * post - sections
        parts.append(box((x - 0.07, -0.6, -0.07), (x + 0.07, 1.1, 0.07)))
    parts += [box((-sections, y - 0.06, -0.03), (sections, y + 0.06, 0.03)) for y in (0.45, 0.85)]
    rails = union(*parts, matte(color))
    if not snowy:
        return rails
    return union(rails, box((-sections, 0.9, -0.06), (sections, 0.99, 0.06), matte("#f4f7fc")))


def bench(color: ColorLike = "#7a5634") -> str:
    """Write a park bench that faces -z."""
    seat = [box((-0.9, 0.44, z), (0.9, 0.48, z + 0.12)) for z in (-0.25, -0.1, 0.05)]
    back = [box((-0.9, y, 0.2), (0.9, y + 0.12, 0.24)) for y in (0.62, 0.8)]
    legs = [box((x - 0.04, 0, -0.22), (x + 0.04, 0.44, 0.2)) for x in (-0.7, 0.7)]
    arms = [box((x - 0.03, 0.4, 0.2), (x + 0.03, 0.95, 0.26)) for x in (-0.7, 0.7)]
    return union(union(*seat, *back, matte(color)), union(*legs, *arms, matte("#2c2c2e")))


def hay_bale() -> str:
    """Write a round bale of straw that lies along z."""
    straw = textured(
        pattern("granite", [(0, "#a8873c"), (1, "#e2c777")], "scale <.3,.3,.1>"),
        "normal{granite .8 scale .1}",
    )
    return placed(cylinder((0, 0.75, -0.6), (0, 0.75, 0.6), 0.75, straw))


def sheep(scene: Scene) -> str:
    """Write a sheep that looks along -x."""
    wool = [
        sphere(scene.rng.normal(size=3) * (0.2, 0.09, 0.12) + (0, 0.62, 0), 0.22) for _ in range(26)
    ]
    body = union(*wool, matte("#ece6d8"), "normal{bumps .5 scale .05}")
    head = sphere((0, 0, 0), 0.14, "scale <1.35,1,.9> translate <-.52,.74,0>", matte("#3a342e"))
    legs = [cylinder((x, 0, z), (x, 0.45, z), 0.045) for x in (-0.22, 0.22) for z in (-0.1, 0.1)]
    return union(body, head, union(*legs, matte("#3a342e")))


def swing(height: float) -> str:
    """Write a swing that hangs from `height`."""
    ropes = [cylinder((x, 0.5, 0), (x, height, 0), 0.018) for x in (-0.3, 0.3)]
    return union(
        union(*ropes, matte("#8a7a5a")), box((-0.36, 0.46, -0.13), (0.36, 0.5, 0.13), wood(*OAK))
    )


def cottage(wall: ColorLike, roof: ColorLike, *, lit: bool = False, snowy: bool = False) -> str:
    """Write a small house, five by four meters, whose door looks along -z."""
    gable = block("object", _gable(5.6, 4.8, 2.2), "translate <0,2.6,0>")
    tiles = (
        matte("#f2f6fc")
        if snowy
        else textured(
            pattern(
                "gradient y",
                [(0, darker(roof, 0.25)), (0.7, roof), (1, darker(roof, 0.4))],
                "scale .25",
            )
        )
    )
    pane = "finish{emission 1}" if lit else "finish{diffuse .4 specular .6 reflection .15}"
    glass_color = "rgb <1,.8,.4>" if lit else "rgb <.2,.26,.34>"
    windows = [box((x - 0.35, 1.0, -2.04), (x + 0.35, 1.8, -1.96)) for x in (-1.5, 1.5)]
    frames = [box((x - 0.43, 0.92, -2.02), (x + 0.43, 1.88, -1.98)) for x in (-1.5, 1.5)]
    side = [box((-2.54, 1.0, -0.4), (-2.46, 1.8, 0.4)), box((2.46, 1.0, -0.4), (2.54, 1.8, 0.4))]
    return union(
        box((-2.5, -1.5, -2), (2.5, 2.65, 2), matte(wall)),
        block("object", gable, tiles),
        box((-0.45, 0, -2.05), (0.45, 1.9, -1.95), matte("#5a3a24")),
        union(*windows, *side, f"texture{{pigment{{{glass_color}}} {pane}}}"),
        union(*frames, matte("#f0ece2")),
        box((1.2, 3.4, 0.4), (1.8, 5.2, 1.0), matte("#8a4a3a")),
    )


def _gable(length: float, depth: float, height: float) -> str:
    """Write a roof along x above y = 0."""
    corners = f"<{-depth / 2},0>,<0,{height}>,<{depth / 2},0>,<{-depth / 2},0>"
    return (
        f"prism{{linear_spline linear_sweep {-length / 2},{length / 2},4,{corners} "
        "rotate -90*x rotate 90*y}"
    )


def lamp_post(lit: bool) -> str:
    """Write a street lamp, 3.6 meters high."""
    glow = "finish{emission 1.2}" if lit else "finish{diffuse .6 specular .5}"
    iron = union(
        cylinder((0, 0, 0), (0, 3.1, 0), 0.05),
        cone((0, 0, 0), 0.16, (0, 0.5, 0), 0.06),
        cone((0, 3.52, 0), 0.24, (0, 3.75, 0), 0.02),
        torus(0.17, 0.025, "translate 3.1*y"),
        matte("#23262a"),
    )
    lantern = cone(
        (0, 3.1, 0), 0.14, (0, 3.52, 0), 0.2, f"texture{{pigment{{rgb <1,.9,.62>}} {glow}}}"
    )
    return union(iron, lantern)


def parasol(colors: tuple[ColorLike, ColorLike], tilt: float = 8.0) -> str:
    """Write a beach umbrella with eight segments, 2.2 meters high, tilted toward +x."""
    mesh = Mesh()
    profile = [(0.0, 2.3), (0.45, 2.2), (0.9, 1.98), (1.25, 1.7)]
    mesh.revolve(profile, sides=48, steps=3, lobes=[(8, 0.03, 0.0)])
    first, second = colors
    canvas = pattern(
        "radial", [(0, first), (0.5, first), (0.5, second), (1, second)], "frequency 4"
    )
    top = mesh.text([textured(canvas, finish="finish{diffuse .75,.4}")])
    pole = cylinder((0, -0.3, 0), (0, 2.35, 0), 0.025, matte("#e8e2d4"))
    return placed(union(top, pole), tilt=(0, -tilt))


def deck_chair(color: ColorLike) -> str:
    """Write a folding chair with a cloth seat that faces -x."""
    seat = sweep(
        [(-0.55, 0.42, 0), (-0.1, 0.2, 0), (0.3, 0.45, 0), (0.62, 0.95, 0)],
        0.02,
        "scale <1,1,14>",
        spline="linear",
    )
    bars = [sweep([(-0.6, 0.0, z), (0.64, 0.98, z)], 0.025) for z in (-0.3, 0.3)] + [
        sweep([(-0.58, 0.45, z), (0.55, 0.0, z)], 0.025) for z in (-0.3, 0.3)
    ]
    return union(block("object", seat, cloth(color)), union(*bars, wood(*OAK)))


def beach_ball(radius: float, colors: tuple[ColorLike, ...]) -> str:
    """Write an inflated ball with six segments that lies on the origin."""
    stops = []
    for index in range(6):
        color = colors[index % len(colors)]
        stops += [(index / 6, color), ((index + 1) / 6, color)]
    skin = textured(pattern("radial", stops), finish="finish{diffuse .8 specular .4 roughness .03}")
    ball = sphere((0, 0, 0), radius, skin, "rotate <50,20,15>")
    return block("object", ball, f"translate {vector((0, radius, 0))}")


def towel(first: ColorLike, second: ColorLike) -> str:
    """Write a striped towel, two by one meters, that lies on y = 0."""
    bands = pattern(
        "gradient x",
        [(0, first), (0.5, first), (0.5, second), (1, lighter(second, 0.1))],
        "scale .4",
    )
    return box((-1, 0, -0.5), (1, 0.03, 0.5), textured(bands))
