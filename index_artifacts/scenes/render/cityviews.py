"""Views of a city: over water, behind a park, under a bridge; in meters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from . import buildings, landmarks, materials, plants
from .colors import ColorLike
from .pov import box, ground, placed, sphere
from .scene import Scene


@dataclass(frozen=True)
class City:
    """What all views of a city share.

    Attributes:
        facades: Declared textures.
        heights: Height of a building at (x, z), (0, 0) being the center.
        roofs: Colors of roofs.
        night: Whether lamps are lit.
        water: Texture of rivers.
    """

    facades: list[str]
    heights: buildings.Heights
    roofs: Sequence[ColorLike]
    night: bool
    water: str

    def moved(self, x: float, z: float) -> buildings.Heights:
        """Return the heights with the center at (x, z)."""
        return lambda at_x, at_z: self.heights(at_x - x, at_z - z)


def heights_of(scene: Scene, skyline: str) -> buildings.Heights:
    """Return how high buildings are, by distance from the center."""
    lean = scene.uniform(-60, 60)
    core = scene.uniform(100, 190)

    def downtown(x: float, z: float) -> float:
        return 16 + core * float(np.exp(-(((x - lean) / 120) ** 2) - (z / 160) ** 2))

    def everywhere(x: float, z: float) -> float:
        return 55 + 35 * float(np.sin(x * 0.021 + lean) * np.cos(z * 0.027))

    return {"downtown": downtown, "towers all over": everywhere}[skyline]


def _trees(scene: Scene, city: City) -> list[str]:
    """Declare two trees."""
    palette = "dark" if city.night else scene.pick("summer", "fresh")
    foliage = plants.Foliage(materials.palette(palette), count=2200, size=0.28)
    return [plants.tree(scene, plants.TREE_FORMS[name], foliage) for name in ("round", "tall")]


def _across_water(scene: Scene, city: City) -> None:
    """A skyline behind a river, with a quay and trees."""
    shore = scene.uniform(70, 120)
    buildings.blocks(
        scene,
        city.facades,
        ((-340, 340), (shore + 16, shore + 300)),
        city.moved(0, shore + 90),
        city.roofs,
    )
    scene.add(ground(0, city.water))
    stone = materials.matte("#16161c" if city.night else "#8a867e")
    scene.add(box((-900, -5, shore), (900, 2.5, 2000), stone))
    trees = _trees(scene, city)
    for x in np.arange(-130, 130, scene.uniform(8, 14)):
        at = (x + scene.uniform(-3, 3), 2.4, shore + scene.uniform(3, 9))
        scene.add(placed(scene.pick(*trees), at, scene.uniform(0, 360), scene.uniform(0.8, 1.4)))
    height = scene.uniform(3, 26)
    aim = (scene.uniform(-50, 50), scene.uniform(20, 70), shore + 80)
    scene.camera((scene.uniform(-30, 30), height, -10), aim, scene.uniform(46, 60))


def _behind_park(scene: Scene, city: City) -> None:
    """Trees and a pond before towers."""
    near = scene.uniform(110, 170)
    buildings.blocks(
        scene, city.facades, ((-340, 340), (near, near + 240)), city.moved(0, near + 70), city.roofs
    )
    scene.add(ground(0, materials.meadow("#4a6a2c", "#6f8f3c", 6.0)))
    scene.add(
        sphere(
            (0, 0, 0),
            1,
            f"scale <{scene.uniform(20, 46):.1f},.25,{scene.uniform(8, 16):.1f}> "
            f"translate <{scene.uniform(-20, 20):.1f},-.1,{scene.uniform(34, 60):.1f}>",
            city.water,
        )
    )
    trees = _trees(scene, city)
    for _ in range(46):
        x, z = scene.uniform(-110, 110), scene.uniform(18, near - 8)
        if abs(x) > 22 or z > 80:
            scene.add(
                placed(
                    scene.pick(*trees), (x, -0.1, z), scene.uniform(0, 360), scene.uniform(0.9, 1.7)
                )
            )
    height = scene.uniform(2, 22)
    aim = (scene.uniform(-40, 40), scene.uniform(10, 60), near)
    scene.camera((0, height, -8), aim, scene.uniform(48, 64))


def _under_bridge(scene: Scene, city: City) -> None:
    """A suspension bridge before a skyline."""
    shore = scene.uniform(190, 240)
    buildings.blocks(
        scene,
        city.facades,
        ((-380, 380), (shore + 10, shore + 240)),
        city.moved(0, shore + 60),
        city.roofs,
    )
    scene.add(ground(0, city.water))
    scene.add(
        box(
            (-900, -5, shore),
            (900, 3, 2000),
            materials.matte("#16161c"),
        )
    )
    color = scene.pick("#b5482e", "#8f959a", "#4a6a7a")
    bridge = landmarks.suspension_bridge(scene.uniform(300, 420), color)
    turn = scene.side() * scene.uniform(10, 50)
    scene.add(placed(bridge, (scene.uniform(-20, 60), 0, scene.uniform(95, 140)), turn))
    height = scene.uniform(4, 34)
    aim = (scene.uniform(-20, 20), scene.uniform(22, 44), 120)
    scene.camera((0, height, -26), aim, scene.uniform(52, 66))


VIEWS: dict[str, Callable[[Scene, City], None]] = {
    "across the water": _across_water,
    "behind a park": _behind_park,
    "under a bridge": _under_bridge,
}
