"""An avenue in autumn."""

import math
from dataclasses import dataclass

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials, plants, props
from index_artifacts.scenes.render.mesh import Mesh
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import FloatArray, box, placed, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_LENGTH = 130.0
_HALF_WIDTH = 2.3


@dataclass(frozen=True)
class _Course:
    """The middle line of the road: x at a distance z before the origin.

    Attributes:
        bend: Curvature, positive to the right, in 1/m.
        swing: Amplitude in meters of an S-bend.
    """

    bend: float = 0.0
    swing: float = 0.0

    def x(self, z: FloatArray | float) -> FloatArray:
        return np.asarray(self.bend * np.square(z) / 2 + self.swing * np.sin(np.divide(z, 11)))

    def heading(self, z: float) -> float:
        """Degrees by which the road turns right of straight ahead."""
        return math.degrees(math.atan2(float(self.x(z + 1) - self.x(z - 1)), 2))

    def beside(
        self, z: FloatArray | float, away: FloatArray | float, lift: float = 0.0
    ) -> FloatArray:
        """Points at a distance to the right of the middle line, (3,) or (N, 3), `lift` high."""
        return np.stack(np.broadcast_arrays(self.x(z) + away, lift, z), axis=-1)


_COURSES = {
    "straight": _Course(),
    "bend to the left": _Course(bend=-0.016),
    "bend to the right": _Course(bend=0.016),
    "winding": _Course(swing=2.6),
}


def _add_ground(scene: Scene, course: _Course) -> None:
    x, z = unit_grid(257)
    away = np.clip(np.abs(x * 75 - course.x((z + 0.9) * 75)) / 75 - 0.06, 0, 1)
    shape = 0.494 + 0.5 * away * fractal(x * 3, z * 3, scene.rng, 4)
    litter = materials.pattern(
        "bozo", [(0, "#5f5228"), (0.5, "#84703a"), (1, "#96682e")], "turbulence .7 scale 1.2"
    )
    texture = materials.textured(litter, "normal{granite .5 scale .5}")
    landscape.terrain(scene, shape, 150, (-6, 6), texture, center=(0, 67.5))


def _road_texture(surface: str) -> str:
    dark, pale = {
        "asphalt": ("#565558", "#737176"),
        "marked asphalt": ("#47484c", "#5c5d62"),
        "leaf-covered": ("#5c5852", "#74706a"),
    }[surface]
    pigment = materials.pattern("granite", [(0, dark), (1, pale)], "scale .2")
    return materials.textured(pigment, "normal{granite .1 scale .05}", finish="finish{diffuse .8}")


def _add_road(scene: Scene, course: _Course, surface: str) -> None:
    z = np.linspace(-8, _LENGTH, 90)
    edges = [course.beside(z, side * _HALF_WIDTH, 0.03) for side in (-1, 1)]
    mesh = Mesh()
    mesh.grid(np.stack(edges, axis=1))
    scene.add(mesh.text([_road_texture(surface)]))
    if surface == "marked asphalt":
        dashes = [
            placed(
                box((-0.07, 0, -1), (0.07, 0.015, 1)),
                course.beside(start, 0, 0.04),
                course.heading(start),
            )
            for start in np.arange(-5, 90, 4.5)
        ]
        scene.add(union(*dashes, materials.matte("#e8e4d8")))


def _add_trees(scene: Scene, course: _Course, crown: str) -> None:
    foliage = plants.Foliage(materials.palette(crown), 11_000, 0.125, 0.025)
    kinds = [
        plants.tree(scene, plants.TREE_FORMS[form], foliage, bark="#3d3028")
        for form in ("round", "tall", "spreading")
    ]
    for side in (-1, 1):
        z = scene.uniform(2, 5)
        while z < 100:
            near = course.beside(z, side * scene.uniform(4.4, 5.6), -0.1)
            far = course.beside(z + 2, side * scene.uniform(9, 17), -0.1)
            landscape.scatter(scene, kinds, np.stack([near]), (0.95, 1.25), 3)
            landscape.scatter(scene, kinds, np.stack([far]), (0.8, 1.2), 3)
            z += scene.uniform(4, 7)


def _add_leaves(scene: Scene, course: _Course, crown: str, everywhere: bool) -> None:
    count = 6000
    z = -3.5 + 50 * scene.rng.random(count) ** 1.8
    away = scene.rng.choice([-1, 1], count) * (3.3 + 0.8 * scene.rng.normal(size=count))
    if everywhere:
        away = scene.rng.normal(size=count) * 2.2
    points = course.beside(z, away, 0.06)
    colors = [materials.leaf(color) for color in materials.palette(crown)]
    landscape.fallen_leaves(scene, points, 0.1, colors)


def _add_roadside(scene: Scene, course: _Course, roadside: str) -> None:
    side = scene.side()
    if roadside == "fence":
        for z in np.arange(0.0, 70, 4):
            rails = placed(props.fence(2), turn=90)
            scene.add(placed(rails, course.beside(z, side * 3.4), course.heading(z)))
    elif roadside == "stone wall":
        stones = materials.masonry("#8f887c", "#55504a", (0.5, 0.28), 0.03)
        for z in np.arange(-2.0, 70, 2):
            piece = box((-0.25, -0.3, -1.06), (0.25, 0.85, 1.06), stones)
            scene.add(placed(piece, course.beside(z, side * 3.3), course.heading(z)))


_WEATHERS = {
    "clear sky": ("clear", 120.0),
    "fair": ("fair", 140.0),
    "low sun": ("golden", 120.0),
}


@category(
    "autumn road",
    weather=tuple(_WEATHERS),
    crown=("gold", "orange", "red"),
    surface=("asphalt", "marked asphalt", "leaf-covered"),
    course=tuple(_COURSES),
    view=("on the road", "at the verge", "just above the ground"),
    roadside=("no roadside", "fence", "stone wall"),
    caption=("weather", "crown", "surface", "course", "roadside", "view"),
)
def autumn_road(
    scene: Scene, *, weather: str, crown: str, surface: str, course: str, view: str, roadside: str
) -> None:
    """A road between trees in autumn colors."""
    hour, azimuth = _WEATHERS[weather]
    light.daylight(scene, hour, scene.side() * scene.uniform(0.85, 1.15) * azimuth, fog_height=9)
    line = _COURSES[course]
    _add_ground(scene, line)
    _add_road(scene, line, surface)
    _add_trees(scene, line, crown)
    _add_leaves(scene, line, crown, everywhere=surface == "leaf-covered")
    _add_roadside(scene, line, roadside)
    away, height, look_up, angle = {
        "on the road": (scene.uniform(-1, 1), 1.6, scene.uniform(1.5, 3.0), 52),
        "at the verge": (scene.side() * scene.uniform(2.6, 3.2), 1.5, 2.6, 60),
        "just above the ground": (scene.uniform(-2, 2), 0.35, scene.uniform(0.4, 2), 56),
    }[view]
    eye = line.beside(-6, away, height)
    scene.camera(eye, line.beside(12, scene.uniform(-2.5, 2.5), look_up), angle)
