"""Single trees in a landscape: in leaf, in blossom, bare in winter."""

from index_artifacts.scenes.render import landscape, light, materials, plants
from index_artifacts.scenes.render.noise import fractal, unit_grid
from index_artifacts.scenes.render.pov import placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene


@category(
    "summer tree",
    hour=("noon", "fair", "wisps", "overcast", "golden", "storm", "mist", "pink dawn", "sunset"),
    form=tuple(plants.TREE_FORMS),
)
def summer_tree(scene: Scene, *, hour: str, form: str) -> None:
    """A tree in leaf."""
    light.daylight(scene, hour, scene.side() * scene.uniform(100, 140))
    x, z = unit_grid(257)
    hills = landscape.terrain(
        scene,
        0.5 + 0.5 * fractal(x * 2.2, z * 2.2, scene.rng, 4, 0.35),
        120,
        (-3.2, 3.2),
        materials.meadow("#5d7a32", "#7d9440"),
    )
    foliage = plants.Foliage(materials.palette("summer"))
    tree = plants.tree(scene, plants.TREE_FORMS[form], foliage)
    scene.add(placed(tree, (0, hills.height(0, 0), 0)))
    scene.add(placed(plants.palm(scene), (5, hills.height(5, 3), 3)))
    scene.add(placed(plants.pine(scene), (-5, hills.height(-5, 3), 3)))
    grass = plants.grass(scene)
    columns, rows = landscape.tiles((-9, 9), (-12, 8), 2)
    landscape.scatter(scene, grass, hills.on(columns, rows), (0.95, 1.2))
    scene.camera((0, hills.height(0, -14) + 1.6, -14), (0, 3, 0), 50)
