"""Views of a city: over water, along a street, from a roof, from below and above; in meters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import buildings, landmarks, light, materials, plants, streets
from .colors import ColorLike, hsv, mix
from .pov import box, ground, placed, sphere, union
from .scene import Scene


@dataclass(frozen=True)
class City:
    """What all views of a city share.

    Attributes:
        facades: Declared textures.
        heights: Height of a building at (x, z), (0, 0) being the center.
        roofs: Colors of roofs.
        night: Whether lamps are lit.
        snowy: Whether snow lies.
        wet: Whether streets mirror.
        water: Texture of rivers.
    """

    facades: list[str]
    heights: buildings.Heights
    roofs: Sequence[ColorLike]
    night: bool
    snowy: bool
    wet: bool
    water: str

    def moved(self, x: float, z: float) -> buildings.Heights:
        """Return the heights with the center at (x, z)."""
        return lambda at_x, at_z: self.heights(at_x - x, at_z - z)


SKYLINES = ("downtown", "one tall tower", "low houses", "towers all over")


def heights_of(scene: Scene, skyline: str) -> buildings.Heights:
    """Return how high buildings are, by distance from the center."""
    lean = scene.uniform(-60, 60)
    core = scene.uniform(100, 190)

    def downtown(x: float, z: float) -> float:
        return 16 + core * float(np.exp(-(((x - lean) / 120) ** 2) - (z / 160) ** 2))

    def one_tower(x: float, z: float) -> float:
        near = abs(x - lean) < 24 and 0 <= z < 60
        return 230 if near else 22 + 24 * float(np.exp(-((x / 160) ** 2)))

    def low(x: float, z: float) -> float:
        return 15 + 7 * float(np.sin(x * 0.05) + np.cos(z * 0.07))

    def everywhere(x: float, z: float) -> float:
        return 55 + 35 * float(np.sin(x * 0.021 + lean) * np.cos(z * 0.027))

    return {
        "downtown": downtown,
        "one tall tower": one_tower,
        "low houses": low,
        "towers all over": everywhere,
    }[skyline]


def _trees(scene: Scene, city: City) -> list[str]:
    """Declare two trees of the season."""
    palette = "dark" if city.night else scene.pick("summer", "fresh")
    foliage = None
    if not city.snowy:
        foliage = plants.Foliage(materials.palette(palette), count=2200, size=0.28)
    forms = [plants.TREE_FORMS[name] for name in ("round", "tall")]
    if foliage is None:
        forms = [replace(form, depth=3) for form in forms]
    return [plants.tree(scene, form, foliage, snowy=city.snowy) for form in forms]


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


def _street(scene: Scene, city: City) -> None:
    """A street with buildings on both sides."""
    length = 420.0
    if not city.night:
        # What bright pavements and the opposite walls reflect.
        light.fill(scene, (0, 0.4, -1), "#fff4e4", 0.6)
    streets.road(scene, length, wet=city.wet, snowy=city.snowy)
    edge = streets.ROAD_HALF + streets.PAVEMENT
    for side in (-1, 1):
        z = -24.0
        while z < length:
            width, depth = scene.uniform(14, 27), scene.uniform(16, 24)
            height = float(np.clip(city.heights(side * 30, z - 260), 12, 90)) * scene.uniform(
                0.6, 1.3
            )
            x = edge if side > 0 else -edge - depth
            site = buildings.Tower(x, z, depth, width, height, scene.pick(*city.facades))
            scene.add(*buildings.tower(scene, site, city.roofs[0], detail=False))
            _shop(scene, city, (side * edge, z), width)
            z += max(2, round(width / buildings.BAY)) * buildings.BAY + scene.pick(0, 0, 0, 7)
    _furnish_street(scene, city)
    far = city.moved(0, length + 140)
    buildings.blocks(
        scene, city.facades, ((-140, 140), (length + 20, length + 160)), far, city.roofs
    )
    height = scene.pick(1.8, 3.0, 9.0, 17.0)
    x = scene.uniform(-5, 5)
    aim = (x * 0.3 + scene.uniform(-9, 9), height + scene.uniform(-5, 14), 60)
    scene.camera((x, height, -6), aim, scene.uniform(54, 70))


def _shop(scene: Scene, city: City, corner: tuple[float, float], width: float) -> None:
    """A ground floor that stands out, with an awning or a sign."""
    x, z = corner
    toward = -1 if x > 0 else 1
    tone = hsv(scene.uniform(0, 1), 0.4, 0.35)
    front = box(
        (min(x, x + toward * 0.3), 0, z),
        (max(x, x + toward * 0.3), 3.9, z + width),
        materials.matte(tone),
    )
    glow = materials.glowing("#ffd89a", 0.9) if city.night else materials.glossy("#26323c", 0.8)
    panes = [
        box((min(x, x + toward * 0.4), 0.7, a), (max(x, x + toward * 0.4), 3.1, a + 2.6))
        for a in np.arange(z + 1, z + width - 3, 3.4)
    ]
    scene.add(front, union(*panes, glow))
    turn = 0 if toward > 0 else 180
    if scene.uniform(0, 1) < 0.5:
        color = hsv(scene.uniform(0, 1), 0.65, 0.6)
        scene.add(
            placed(streets.awning(width * 0.8, color), (x + toward * 0.3, 0, z + width / 2), turn)
        )
    elif city.night:
        sign = streets.neon_sign(scene, scene.uniform(4, 9))
        scene.add(placed(sign, (x, 4.6, z + scene.uniform(1, width - 1)), turn))


def _furnish_street(scene: Scene, city: City) -> None:
    """Trees, lamps and cars; at night sometimes the traces of cars instead."""
    if city.night and scene.pick(True, False):
        scene.add(streets.light_trails(scene, 300))
    else:
        streets.traffic(scene, 220, int(scene.rng.integers(5, 14)), lit=city.night)
    streets.lamps(scene, 160, lit=city.night)
    if scene.pick(True, False):
        trees = _trees(scene, city)
        for z in np.arange(14, 220, scene.uniform(10, 16)):
            for side in (-1, 1):
                at = (side * (streets.ROAD_HALF + 1.4), 0.1, z)
                scene.add(
                    placed(scene.pick(*trees), at, scene.uniform(0, 360), scene.uniform(0.8, 1.1))
                )
    scene.add(streets.crossing(scene.uniform(6, 12)))


def _streets_below(scene: Scene, city: City) -> None:
    tone = "#e6ebf2" if city.snowy else "#2a2a2e" if city.night else "#6a6a6c"
    scene.add(ground(0, materials.matte(mix(tone, "#ffb060", 0.12) if city.night else tone)))
    if city.night:
        # Lamps along all streets, as dots: from above more is not seen of them.
        lines = buildings.PITCH * (np.arange(-6, 7) + 1) - buildings.STREET / 2
        steps = np.arange(-120.0, 420.0, 15.0)
        dots = [sphere((x, 5, z), 0.6) for x in lines for z in steps]
        dots += [sphere((z - 150, 5, x + 120), 0.6) for x in lines for z in steps]
        scene.add(union(*dots, materials.glowing("#ffc87a", 1.2), "no_shadow"))


def _cars_below(scene: Scene, city: City, count: int = 160) -> None:
    """Strew cars over the streets between the blocks, by night their lights."""
    hues = ("#c8281f", "#f0f0ec", "#e8b820", "#2f5f9a")
    cars = [scene.declare(streets.car(hue, lit=city.night)) for hue in hues]
    middle = buildings.PITCH - buildings.STREET / 2
    for _ in range(count):
        line = middle + buildings.PITCH * int(scene.rng.integers(-6, 6)) + scene.pick(-3, 3)
        along, size = scene.uniform(-120, 420), 2.2 if city.night else 1.3
        if scene.pick(True, False):
            scene.add(placed(scene.pick(*cars), (line, 0, along), scene.pick(0, 180), size))
        else:
            at = (along - 150, 0, line + 120)
            scene.add(placed(scene.pick(*cars), at, scene.pick(90, -90), size))


def _park(scene: Scene, city: City) -> Callable[[float, float, float], str]:
    """Return a writer of small parks with trees."""
    trees = _trees(scene, city)
    lawn = materials.matte("#e8eef4" if city.snowy else "#141c12" if city.night else "#5f8a3a")

    def write(x: float, z: float, side: float) -> str:
        crowd = [
            placed(
                scene.pick(*trees),
                (x + scene.uniform(3, side - 3), 0.2, z + scene.uniform(3, side - 3)),
                scene.uniform(0, 360),
                scene.uniform(0.9, 1.5),
            )
            for _ in range(12)
        ]
        return union(box((x, 0, z), (x + side, 0.3, z + side), lawn), *crowd)

    return write


def _from_roof(scene: Scene, city: City) -> None:
    """Over the edge of a roof onto other roofs."""
    _streets_below(scene, city)
    around = [city.heights(x, 20) for x in (-80, -40, 0, 40, 80)]
    height = float(np.clip(np.mean(around) * 1.1, 32, 110))
    span = ((-322, 322), (30, 560))
    park = _park(scene, city)
    buildings.blocks(scene, city.facades, span, city.moved(0, 190), city.roofs, park=park)
    if scene.pick(True, False):
        wall = scene.pick("#b0a898", "#a86a50", "#8a8c90")
        dim = mix(wall, "#101014", 0.85) if city.night else wall
        edge = box((-30, height - 9, 5.5), (30, height - 3.0, 6.1), materials.matte(dim))
        scene.add(edge)
    aim = (scene.uniform(-80, 80), height - scene.uniform(-10, 50), 150)
    scene.camera((0, height, -2), aim, scene.uniform(50, 66), roll=scene.uniform(-4, 4))


def _looking_up(scene: Scene, city: City) -> None:
    """From a square up along towers."""
    _streets_below(scene, city)
    for angle in np.linspace(-75, 75, int(scene.rng.integers(5, 8))) + scene.uniform(-8, 8):
        away = scene.uniform(26, 48)
        x, z = away * np.sin(np.radians(angle)), away * np.cos(np.radians(angle))
        width, depth = scene.uniform(15, 24), scene.uniform(15, 24)
        height = 40 + 0.9 * city.heights(scene.uniform(-80, 80), scene.uniform(-60, 60))
        site = buildings.Tower(x - width / 2, z, width, depth, height, scene.pick(*city.facades))
        scene.add(*buildings.tower(scene, site, city.roofs[0]))
    aim = (scene.uniform(-12, 12), scene.uniform(38, 75), 42)
    scene.camera((0, 1.7, -4), aim, scene.uniform(64, 80), roll=scene.uniform(-16, 16))


def _behind_park(scene: Scene, city: City) -> None:
    """Trees and a pond before towers."""
    near = scene.uniform(110, 170)
    buildings.blocks(
        scene, city.facades, ((-340, 340), (near, near + 240)), city.moved(0, near + 70), city.roofs
    )
    greens = ("#10180f", "#182214") if city.night else ("#4a6a2c", "#6f8f3c")
    lawn = materials.snow() if city.snowy else materials.meadow(*greens, 6.0)
    scene.add(ground(0, lawn))
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
    if city.night:
        post = scene.declare(streets.street_lamp(lit=True))
        for _ in range(18):
            at = (scene.uniform(-60, 60), 0, scene.uniform(20, near - 10))
            scene.add(placed(post, at, scene.uniform(0, 360), 0.6))
    height = scene.uniform(2, 22)
    aim = (scene.uniform(-40, 40), scene.uniform(10, 60), near)
    scene.camera((0, height, -8), aim, scene.uniform(48, 64))


def _from_air(scene: Scene, city: City) -> None:
    """Down onto blocks and streets, from an airplane."""
    if not city.night:
        light.fill(scene, (0.3, 1, -1), "#fff8ec", 0.4)
    _streets_below(scene, city)
    span, center = ((-276, 276), (-130, 430)), city.moved(0, 150)
    park = _park(scene, city)
    buildings.blocks(scene, city.facades, span, center, city.roofs, park=park)
    _cars_below(scene, city)
    height = scene.uniform(190, 270)
    around = np.radians(scene.uniform(-35, 35))
    away = scene.uniform(90, 280)
    place = np.array([away * np.sin(around), height, 150 - away * np.cos(around)])
    aim = (scene.uniform(-40, 40), 0, scene.uniform(110, 190))
    scene.camera(place, aim, scene.uniform(30, 46), roll=scene.uniform(-20, 20))


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
            materials.matte("#16161c" if city.night else "#7f7a70"),
        )
    )
    color = scene.pick("#b5482e", "#8f959a", "#4a6a7a")
    bridge = landmarks.suspension_bridge(scene.uniform(300, 420), lit=city.night, color=color)
    turn = scene.side() * scene.uniform(10, 50)
    scene.add(placed(bridge, (scene.uniform(-20, 60), 0, scene.uniform(95, 140)), turn))
    height = scene.uniform(4, 34)
    aim = (scene.uniform(-20, 20), scene.uniform(22, 44), 120)
    scene.camera((0, height, -26), aim, scene.uniform(52, 66))


VIEWS: dict[str, Callable[[Scene, City], None]] = {
    "across the water": _across_water,
    "a street": _street,
    "from a roof": _from_roof,
    "looking up": _looking_up,
    "behind a park": _behind_park,
    "from the air": _from_air,
    "under a bridge": _under_bridge,
}
