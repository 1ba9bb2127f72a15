"""Vases, jugs and pots for flowers; all stand on the origin."""

from collections.abc import Callable
from dataclasses import dataclass

from .colors import ColorLike, darker, lighter, srgb
from .crockery import Profile, add_handle, vessel
from .materials import Stop, glass, glaze, gloss, pattern, textured
from .mesh import Mesh
from .pov import block, cylinder, number, union
from .scene import Scene


@dataclass(frozen=True)
class VaseForm:
    """A vase.

    Attributes:
        profile: From the bottom outside, over the rim, to the bottom inside.
        mouth: Radius and height of its opening.
        make: Dresses it: takes the scene and the form, returns its text.
    """

    profile: Profile
    mouth: tuple[float, float]
    make: Callable[[Scene, "VaseForm"], str]


@dataclass(frozen=True)
class Vase:
    """A vase in a scene.

    Attributes:
        text: The object.
        mouth: Radius of its opening.
        height: Of its opening.
        floor: Height of its bottom inside, where stems end.
    """

    text: str
    mouth: float
    height: float
    floor: float


def vase(scene: Scene, kind: str) -> Vase:
    """Make a vase of a kind of `VASES`."""
    form = VASES[kind]
    return Vase(form.make(scene, form), *form.mouth, floor=form.profile[-1][1])


def _color(scene: Scene) -> ColorLike:
    return scene.pick(
        "#2f5f9a", "#f2efe6", "#7a2f3a", "#4a7a6a", "#d8b04a", "#3a3a44", "#c87850", "#a8c0c8"
    )


def _ceramic(scene: Scene, form: VaseForm) -> str:
    """One color, two halves, or a band."""
    base, accent, top = _color(scene), _color(scene), form.mouth[1]
    plain: list[Stop] = [(0, darker(base, 0.15)), (1, base)]
    dipped: list[Stop] = [(0, accent), (0.55, accent), (0.56, base), (1, base)]
    banded: list[Stop] = [
        (0, base), (0.4, base), (0.41, accent), (0.5, accent), (0.51, base), (0.55, base),
        (0.56, accent), (0.6, accent), (0.61, base),
    ]  # fmt: skip
    stops = scene.pick(plain, dipped, banded)
    size = f"turbulence .015 scale {number(top * 1.03)}"
    return _turned(form, glaze(pattern("gradient y", stops, size)))


def _turned(form: VaseForm, texture: str, *, handle: bool = False) -> str:
    mesh = Mesh()
    mesh.revolve(form.profile, sides=52)
    if handle:
        radius, top = form.mouth
        add_handle(mesh, (radius + 0.08, top * 0.66), (0.42, top * 0.26), 0.06)
    return mesh.text([texture])


def _jug(scene: Scene, form: VaseForm) -> str:
    base = _color(scene)
    speckles = pattern(
        "bozo", [(0, base), (0.62, lighter(base, 0.08)), (0.7, darker(base, 0.5))], "scale .04"
    )
    return _turned(form, glaze(speckles), handle=True)


def _clear(scene: Scene, form: VaseForm) -> str:
    """Glass, half filled with water."""
    radius, top = form.mouth
    level = top * scene.uniform(0.45, 0.7)
    tint = scene.pick("#f2f8f8", "#d8ecec", "#cfe4d8")
    shell = vessel(scene, form.profile, glass(tint))
    # Only the surface of the water shows; a filled body would hide the stems.
    surface = textured(
        block("pigment", srgb("#e4f0f0", 0.75)),
        finish="finish{diffuse .2 specular .6 roughness .01 reflection{.05,.5 falloff 3}}",
    )
    return union(
        block("object", shell), cylinder((0, level, 0), (0, level + 0.01, 0), radius * 0.9, surface)
    )


def _enamel(scene: Scene, form: VaseForm) -> str:
    color = _color(scene)
    stops: list[Stop] = [(0, color), (0.93, color), (0.94, "#2a2c34"), (1, "#2a2c34")]
    texture = textured(pattern("gradient y", stops, f"scale {number(form.mouth[1] * 1.02)}"),
                       finish=gloss(0.8))  # fmt: skip
    return _turned(form, texture, handle=True)


VASES = {
    "round vase": VaseForm(
        [(0, 0), (0.4, 0), (0.66, 0.4), (0.72, 0.85), (0.52, 1.35), (0.32, 1.62), (0.38, 1.85),
         (0.35, 1.86), (0.28, 1.62), (0.4, 1.2), (0, 1.1)],
        (0.32, 1.82), _ceramic,
    ),
    "glass vase": VaseForm(
        [(0, 0), (0.42, 0), (0.45, 0.05), (0.45, 1.0), (0.48, 1.9), (0.45, 1.9), (0.42, 1.0),
         (0.41, 0.12), (0, 0.12)],
        (0.42, 1.88), _clear,
    ),
    "stoneware jug": VaseForm(
        [(0, 0), (0.5, 0), (0.66, 0.35), (0.68, 0.8), (0.5, 1.25), (0.4, 1.45), (0.48, 1.7),
         (0.45, 1.7), (0.36, 1.42), (0.46, 1.1), (0, 1.0)],
        (0.4, 1.66), _jug,
    ),
    "enamel pot": VaseForm(
        [(0, 0), (0.6, 0), (0.64, 0.05), (0.7, 1.2), (0.66, 1.2), (0.58, 0.9), (0, 0.8)],
        (0.64, 1.18), _enamel,
    ),
}  # fmt: skip
