"""Sand dunes."""

import numpy as np

from index_artifacts.scenes.render import landscape, light, materials
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.noise import fractal, normalized, perlin, unit_grid
from index_artifacts.scenes.render.pov import FloatArray, placed, sphere, sweep, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SIZE = 150.0


def _ridges(scene: Scene, stretch: float, sharpness: float, detail: float) -> FloatArray:
    """Dunes with sharp crests: (n, n) in [0, 1]; `stretch` lengthens them along x."""
    x, z = unit_grid(421, 0.5)
    warp = fractal(x * 3, z * 3, scene.rng, 3, 0.4)
    dunes = 0.3 * warp
    for frequency, weight in ((2.2, 1.0), (5.2, detail)):
        along = x * frequency / stretch + warp * 0.5
        across = z * frequency * 1.25 + x * frequency * 0.5 + warp * 0.4
        crest = np.clip(1 - 1.25 * np.abs(perlin(along, across, scene.rng)), 0, 1)
        dunes += weight * crest**sharpness
    return normalized(dunes)


def _camel() -> str:
    """A camel that looks along x, 2.2 meters high."""
    from_hip = [(-0.75, 0, 0.18), (-0.7, 0, -0.18), (0.65, 0, 0.18), (0.7, 0, -0.18)]
    legs = [
        sweep([(x, 1.25, z), (x * 1.05, 0.65, z), (x, 0.0, z)], (0.14, 0.09, 0.07))
        for x, _, z in from_hip
    ]
    neck = sweep(
        [(0.8, 1.3, 0), (1.25, 1.2, 0), (1.5, 1.65, 0), (1.6, 2.05, 0), (1.95, 2.0, 0)],
        (0.26, 0.18, 0.14, 0.14, 0.09),
    )
    body = sphere((0, 0, 0), 1, "scale <.95,.45,.36> translate 1.35*y")
    hump = sphere((0, 0, 0), 1, "scale <.36,.42,.26> translate <-.05,1.8,0>")
    rug = sphere((0, 0, 0), 1, "scale <.42,.3,.4> translate <-.05,1.6,0>")
    return union(
        union(*legs, neck, body, hump, materials.matte("#a87c4e")),
        union(rug, materials.matte("#a8332c")),
    )


def _add_prop(scene: Scene, land: Terrain, prop: str, middle: tuple[float, float]) -> None:
    """Add what stands on the sand, around the place `middle`."""
    x, z = middle
    if prop == "footprints":
        share = np.linspace(0, 1, 90)
        path_x = x * share + 2.5 * np.sin(share * 5 + scene.uniform(0, 6)) * share
        path_x = path_x + 0.22 * (-1.0) ** np.arange(90)
        steps = land.on(path_x, -45 + (z + 47) * share * 1.6)
        dent = sphere((0, 0, 0), 1, "scale <.13,.03,.24>")
        shade = materials.matte("#5c4228")
        scene.add(union(*[placed(dent, step) for step in steps], shade))
    elif prop == "caravan":
        step = scene.side() * 3.6
        camel = scene.declare(_camel())
        for index in range(6):
            at = (x + (index - 2.5) * step, z + 0.7 * index)
            spot = (at[0], land.height(*at), at[1])
            scene.add(placed(camel, spot, 0 if step > 0 else 180, scene.uniform(1.2, 1.4)))
    elif prop == "rocks":
        boulder = landscape.rock(scene, materials.stone("#8a5a42", 1.5))
        places = scene.rng.normal(size=(7, 2)) * (7, 4) + (x, z)
        landscape.scatter(scene, boulder, land.on(places[:, 0], places[:, 1], -0.3), (0.8, 3.5), 15)


_HOURS = {
    "clear sky": ("clear", 105.0),
    "pink dawn": ("pink dawn", 80.0),
}
_SANDS = {
    "red sand": ("#c8764a", "#ac5a34"),
    "orange sand": ("#e09450", "#c87a3a"),
    "pale sand": ("#e3c594", "#d2ad76"),
}


@category(
    "dunes",
    hour=("pink dawn", "clear sky"),
    sand=("orange sand", "red sand", "pale sand"),
    shape=("long ridges", "gentle waves", "small dunes"),
    view=("over the ripples", "from a crest"),
    side=("left", "right"),
    prop=("caravan", "rocks", "footprints"),
    caption=("sand", "shape", "hour", "prop", "view"),
)
def dunes(
    scene: Scene, *, hour: str, sand: str, shape: str, view: str, side: str, prop: str
) -> None:
    """A desert of sand."""
    kind, azimuth = _HOURS[hour]
    light.daylight(
        scene,
        light.DAYLIGHTS[kind],
        scene.side() * scene.uniform(0.9, 1.15) * azimuth,
        elevation=scene.uniform(17, 30) if kind == "clear" else None,
        clouds=scene.pick(0.0, 0.36, 0.46),
    )
    shapes = {
        "long ridges": lambda: _ridges(scene, 3.0, 1.3, 0.12),
        "small dunes": lambda: _ridges(scene, 1.0, 1.25, 0.45),
        "gentle waves": lambda: 0.5 * _ridges(scene, 1.6, 2.2, 0.06),
    }
    pale, dark = _SANDS[sand]
    skin = materials.sand(pale, dark, 0.5, scene.uniform(0, 180))
    aside = {"left": -1.0, "right": 1.0}[side]
    middle = (aside * 8 + scene.uniform(-2, 2), -20.0)
    land = landscape.terrain(scene, shapes[shape](), _SIZE, (0, scene.uniform(13, 18)), skin)
    _look(scene, land, view, aside)
    _add_prop(scene, land, prop, middle)


def _look(scene: Scene, land: Terrain, view: str, aside: float) -> None:
    """Place the camera at the near border; `aside` in [-1, 1] turns it."""
    z = -46.0
    near = land.heights_at(np.linspace(-3, 3, 7).repeat(9), np.tile(np.linspace(z, z + 9, 9), 7))
    lift, target_z, target_lift, angle = {
        "from a crest": (4.0, -12.0, -3.0, 56),
        "over the ripples": (0.9, -34.0, -0.6, 62),
    }[view]
    eye = float(near.max()) + lift * scene.uniform(0.8, 1.6)
    target = (aside * 8 + scene.uniform(-8, 8), eye + target_lift + scene.uniform(-2, 2), target_z)
    scene.camera((-aside * 6, eye, z), target, angle * scene.uniform(0.75, 1))
