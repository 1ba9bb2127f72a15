"""Plates, cups, bowls, teapots, glasses and cutlery; all stand on the origin."""

import math
from dataclasses import dataclass

import numpy as np

from .china import China
from .colors import ColorLike, srgb
from .materials import glass, metal, textured
from .mesh import Mesh, smooth_curve
from .pov import block, cone, cylinder, number, placed, union
from .scene import Scene

Profile = list[tuple[float, float]]


def plate(scene: Scene, china: China, radius: float = 1.0) -> str:
    """Declare a plate."""
    mesh = Mesh()
    mesh.revolve(
        [(0, 0.05), (0.55, 0.05), (0.66, 0.07), (0.74, 0.12), (0.98, 0.17), (1, 0.165),
         (0.98, 0.15), (0.72, 0.07), (0.6, 0), (0, 0)],
        sides=56, steps=3,
    )  # fmt: skip
    size = f"scale {number(radius)}"
    return scene.declare(block("object", mesh.text([china.flat(scene)]), size))


def cup(scene: Scene, china: China, drink: ColorLike = "#8a3d10") -> str:
    """Declare a cup 0.92 wide with its handle toward +x, filled."""
    mesh = Mesh()
    mesh.revolve(
        [(0, 0.02), (0.2, 0.02), (0.24, 0), (0.27, 0.03), (0.36, 0.16), (0.43, 0.36), (0.46, 0.55),
         (0.44, 0.555), (0.41, 0.36), (0.34, 0.18), (0.2, 0.08), (0, 0.07)],
        steps=4,
    )  # fmt: skip
    add_handle(mesh, (0.4, 0.33), (0.24, 0.17), 0.035)
    surface = textured(block("pigment", srgb(drink)), finish=_LIQUID)
    filling = cylinder((0, 0.44, 0), (0, 0.45, 0), 0.425, surface)
    return scene.declare(union(mesh.text([china.upright(scene, 0.56)]), filling))


_LIQUID = "finish{diffuse .55 specular .4 roughness .01 reflection{.02,.4 falloff 3}}"
DRINKS: dict[str, ColorLike] = {
    "black tea": "#8a3d10",
    "green tea": "#a8a23c",
    "coffee": "#3a1c0c",
    "milk": "#f6f2e8",
}


def cup_and_saucer(scene: Scene, china: China, drink: ColorLike = "#8a3d10") -> str:
    """Declare a cup on its saucer."""
    saucer = plate(scene, china, 0.66)
    return scene.declare(
        union(placed(saucer), placed(cup(scene, china, drink), (0, 0.04, 0), turn=25))
    )


def add_handle(
    mesh: Mesh, at: tuple[float, float], size: tuple[float, float], thickness: float
) -> None:
    """Add a handle in the plane of x and y, open toward -x."""
    angles = np.linspace(0.15, math.pi - 0.35, 14)
    path = np.stack(
        [at[0] + size[0] * np.sin(angles), at[1] + size[1] * np.cos(angles), 0 * angles], axis=-1
    )
    mesh.tube(path, thickness, 0, sides=10)


@dataclass(frozen=True)
class BowlForm:
    """Shape of a bowl 3.1 wide.

    Attributes:
        profile: From the middle inside, over the rim, to the middle below.
        hollow: Height of the center and radius of the ball that its inside is part of.
    """

    profile: Profile
    hollow: tuple[float, float]

    @property
    def height(self) -> float:
        """Height of the rim."""
        return max(y for _, y in self.profile)


BOWLS = {
    "deep": BowlForm(
        [(0.0, 0.06), (0.5, 0.06), (0.95, 0.2), (1.35, 0.55), (1.54, 0.9), (1.55, 0.88),
         (1.42, 0.5), (1.05, 0.1), (0.7, 0), (0, 0)],
        (1.81, 1.74),
    ),
    "wide": BowlForm(
        [(0, 0.08), (0.7, 0.08), (1.2, 0.2), (1.45, 0.4), (1.55, 0.58), (1.56, 0.56),
         (1.48, 0.34), (1.2, 0.08), (0.8, 0), (0, 0)],
        (2.68, 2.58),
    ),
    "footed": BowlForm(
        [(0, 0.62), (0.6, 0.64), (1.1, 0.8), (1.4, 1.1), (1.55, 1.4), (1.56, 1.36), (1.4, 0.98),
         (0.9, 0.6), (0.3, 0.45), (0.22, 0.25), (0.6, 0.06), (0.62, 0), (0, 0)],
        (2.67, 2.03),
    ),
}  # fmt: skip


def bowl(scene: Scene, shape: str, texture: str) -> str:
    """Declare a bowl; `shape` is a key of `BOWLS`."""
    mesh = Mesh()
    mesh.revolve(BOWLS[shape].profile, sides=56, steps=4)
    return scene.declare(mesh.text([texture]))


@dataclass(frozen=True)
class TeapotForm:
    """Shape of a teapot.

    Attributes:
        body: Profile from the bottom to the shoulder.
        lid: Profile from the shoulder to the top of the knob.
        spout: (x, y) points from the body to the mouth.
        spout_radii: Radius at each of them.
        handle: Center and size of the handle behind, or the bail above when `bail`.
        bail: Whether the handle arches over the lid.
        lobes: Number of ribs around the body.
    """

    body: Profile
    lid: Profile
    spout: Profile
    spout_radii: tuple[float, ...]
    handle: tuple[tuple[float, float], tuple[float, float]]
    bail: bool = False
    lobes: int = 0


TEAPOTS = {
    "round": TeapotForm(
        [(0, 0), (0.4, 0), (0.45, 0.03), (0.64, 0.25), (0.72, 0.52), (0.62, 0.82), (0.38, 1.0)],
        [(0.38, 1.0), (0.36, 1.02), (0.2, 1.1), (0.07, 1.13), (0.06, 1.17), (0.11, 1.23),
         (0.08, 1.3), (0, 1.32)],
        [(0.5, 0.32), (0.82, 0.42), (0.95, 0.7), (1.16, 0.98)],
        (0.17, 0.12, 0.085, 0.07),
        ((-0.58, 0.54), (0.42, 0.3)),
    ),
    "tall": TeapotForm(
        [(0, 0), (0.44, 0), (0.46, 0.04), (0.42, 0.12), (0.54, 0.34), (0.55, 0.62), (0.4, 1.05),
         (0.34, 1.36), (0.38, 1.45)],
        [(0.38, 1.45), (0.34, 1.48), (0.2, 1.62), (0.06, 1.68), (0.06, 1.73), (0.1, 1.79),
         (0, 1.88)],
        [(0.4, 0.4), (0.72, 0.6), (0.78, 1.0), (1.02, 1.34)],
        (0.14, 0.1, 0.075, 0.055),
        ((-0.42, 0.8), (0.44, 0.46)),
    ),
    "flat": TeapotForm(
        [(0, 0), (0.5, 0), (0.76, 0.16), (0.86, 0.38), (0.74, 0.6), (0.4, 0.72)],
        [(0.4, 0.72), (0.38, 0.74), (0.2, 0.78), (0.06, 0.79), (0.06, 0.83), (0.11, 0.88),
         (0, 0.93)],
        [(0.66, 0.32), (0.92, 0.42), (1.06, 0.6), (1.2, 0.7)],
        (0.15, 0.11, 0.08, 0.07),
        ((0, 0.66), (0.66, 0.75)),
        bail=True,
    ),
    "cone": TeapotForm(
        [(0, 0), (0.74, 0), (0.77, 0.04), (0.68, 0.3), (0.5, 0.8), (0.38, 1.1)],
        [(0.38, 1.1), (0.36, 1.12), (0.14, 1.18), (0.05, 1.22), (0.05, 1.26), (0.12, 1.34),
         (0, 1.42)],
        [(0.5, 0.4), (0.86, 0.55), (1.0, 0.8), (1.14, 1.08)],
        (0.16, 0.11, 0.085, 0.065),
        ((-0.5, 0.6), (0.44, 0.34)),
    ),
    "ribbed": TeapotForm(
        [(0, 0), (0.42, 0), (0.4, 0.06), (0.66, 0.24), (0.78, 0.5), (0.62, 0.78), (0.32, 0.92)],
        [(0.32, 0.92), (0.3, 0.94), (0.24, 1.04), (0.1, 1.1), (0.05, 1.13), (0.09, 1.2), (0, 1.26)],
        [(0.6, 0.3), (0.9, 0.36), (1.0, 0.66), (1.22, 0.94)],
        (0.17, 0.12, 0.085, 0.065),
        ((-0.62, 0.52), (0.4, 0.3)),
        lobes=14,
    ),
}  # fmt: skip


def teapot(scene: Scene, form: str, texture: str, *, lid: bool = True) -> str:
    """Declare a teapot whose spout points toward +x.

    Args:
        scene: The scene.
        form: A key of `TEAPOTS`.
        texture: Of everything; `China.upright` makes a painted one.
        lid: Whether the lid is on.
    """
    shape = TEAPOTS[form]
    mesh = Mesh()
    lobes = [(shape.lobes, 0.025, 0.0)] if shape.lobes else []
    mesh.revolve(shape.body, sides=84 if lobes else 48, lobes=lobes)
    if lid:
        mesh.revolve(shape.lid, sides=36)
    path = np.column_stack([smooth_curve(shape.spout, 6), np.zeros(19)])
    radii = np.interp(np.linspace(0, 3, 19), np.arange(4), shape.spout_radii)
    mesh.tube(path, radii, 0, sides=14)
    center, size = shape.handle
    if shape.bail:
        angles = np.linspace(-1.25, 1.25, 20)
        x, y = center[0] + size[0] * np.sin(angles), center[1] + size[1] * np.cos(angles)
        mesh.tube(np.stack([x, y, 0 * x], axis=-1), 0.045, 0, sides=10)
    else:
        add_handle(mesh, center, (-size[0], size[1]), 0.055)
    return scene.declare(mesh.text([texture]))


def tumbler(scene: Scene, drink: ColorLike, height: float = 1.2) -> str:
    """Declare a glass filled with a drink."""
    mesh = Mesh()
    top = (0.42, height)
    mesh.revolve(
        [(0, 0), (0.33, 0), (0.35, 0.02), top, (0.405, height), (0.325, 0.09), (0, 0.09)], steps=1
    )
    level = height * 0.82
    juice = textured(block("pigment", srgb(drink)), finish=_LIQUID)
    # It reaches into the glass: a gap of air would mirror.
    filling = cone((0, 0.08, 0), 0.33, (0, level, 0), 0.405, juice)
    return scene.declare(union(mesh.text([], glass()), filling))


def vessel(scene: Scene, profile: Profile, material: str) -> str:
    """Declare a surface of revolution made of a material, such as `materials.glass`."""
    mesh = Mesh()
    mesh.revolve(profile, sides=48, steps=4)
    return scene.declare(mesh.text([], material))


def cutlery(kind: str) -> str:
    """Write a knife, fork or spoon that lies along z; 1.5 units long."""
    steel = metal("#d8d8da", 0.55)
    flat, handle = Mesh(), Mesh()
    share = np.linspace(0, 1, 14)
    length, half, fold = {"knife": (0.95, 0.08, 0.0), "spoon": (0.6, 0.17, 0.25),
                          "fork": (0.4, 0.12, 0.1)}[kind]  # fmt: skip
    outline = {
        "knife": np.clip(1.02 - share**3, 0.02, 1) ** 0.5,
        "spoon": np.sin(np.pi * np.clip(share * 0.94 + 0.05, 0, 1)) ** 0.6,
        "fork": np.clip(share * 3, 0.25, 1),
    }[kind]
    spine = np.column_stack([0 * share, 0.03 + 0 * share, 0.05 + length * share])
    flat.ribbon(spine, half * outline, (0, 1, 0), fold=fold)
    path = [(0, 0.03, 0.12), (0, 0.05, -0.2), (0, 0.04, -0.75)]
    handle.tube(path, [0.03, 0.03, 0.05], 0, sides=8)
    parts = [flat.text([steel]), handle.text([steel])]
    if kind == "fork":
        parts += [
            cylinder((x, 0.035, 0.42), (x, 0.05, 0.78), 0.018, steel)
            for x in (-0.09, -0.03, 0.03, 0.09)
        ]
    return union(*parts)
