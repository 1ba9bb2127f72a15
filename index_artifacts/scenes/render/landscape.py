"""Ground: height fields whose height Python knows, and objects scattered over them."""

from dataclasses import dataclass

import numpy as np

from .mesh import Mesh
from .noise import fractal
from .pov import FloatArray, Vector, block, number, placed, union, vector
from .scene import Scene


@dataclass(frozen=True)
class Terrain:
    """A square height field.

    Attributes:
        heights: (rows, columns) in meters; rows run along z.
        size: Length of a side.
        center: (x, z) of its middle.
    """

    heights: FloatArray
    size: float
    center: tuple[float, float]

    def height(self, x: float, z: float) -> float:
        """Return the height at a place; beyond the border that of the border."""
        return float(self.heights_at(np.array([x]), np.array([z]))[0])

    def heights_at(self, x: FloatArray, z: FloatArray) -> FloatArray:
        """Return the heights at places (N,) and (N,)."""
        last = len(self.heights) - 1
        column = np.clip(((x - self.center[0]) / self.size + 0.5) * last, 0, last - 1e-6)
        row = np.clip(((z - self.center[1]) / self.size + 0.5) * last, 0, last - 1e-6)
        left, near = column.astype(int), row.astype(int)
        right, far = column - left, row - near
        table = self.heights
        front = table[near, left] * (1 - right) + table[near, left + 1] * right
        back = table[near + 1, left] * (1 - right) + table[near + 1, left + 1] * right
        heights: FloatArray = front * (1 - far) + back * far
        return heights

    def on(self, x: FloatArray, z: FloatArray, lift: float = 0.0) -> FloatArray:
        """Return points (N, 3) on the ground, raised by `lift`."""
        return np.column_stack([x, self.heights_at(x, z) + lift, z])


def terrain(
    scene: Scene,
    shape: FloatArray,
    size: float,
    span: tuple[float, float],
    texture: str,
    *,
    center: tuple[float, float] = (0.0, 0.0),
) -> Terrain:
    """Add a height field.

    Args:
        scene: The scene.
        shape: (n, n) in [0, 1], clipped; rows run along z.
        size: Length of a side.
        span: Heights in meters of 0 and of 1.
        texture: Its texture in meters.
        center: (x, z) of its middle.

    Returns:
        What knows the height of every place.
    """
    low, high = span
    clipped = np.clip(shape, 0, 1)
    # POV-Ray counts the rows of a picture from the far side.
    image = scene.image(clipped[::-1])
    stretch = vector((size, high - low, size))
    corner = vector((center[0] - size / 2, low, center[1] - size / 2))
    scene.add(block("height_field", image, f"smooth scale {stretch} translate {corner}", texture))
    return Terrain(low + (high - low) * clipped, size, center)


def scatter(
    scene: Scene,
    things: str | list[str],
    points: FloatArray,
    scales: tuple[float, float] = (0.8, 1.2),
    tilt: float = 0.0,
) -> None:
    """Put copies of declared objects at points (N, 3), turned, scaled and tilted at random.

    Args:
        scene: The scene.
        things: Names that `Scene.declare` returned; one is drawn for each point.
        points: Where; nothing happens when there are none.
        scales: Smallest and largest factor.
        tilt: Largest tilt in degrees.
    """
    names = [things] if isinstance(things, str) else things
    copies = [
        placed(
            scene.pick(*names),
            at=point,
            turn=scene.uniform(0, 360),
            scale=scene.uniform(*scales),
            tilt=(scene.uniform(-tilt, tilt), scene.uniform(-tilt, tilt)),
        )
        for point in points
    ]
    if copies:
        scene.add(union(*copies))


def tiles(
    x: tuple[float, float], z: tuple[float, float], step: float
) -> tuple[FloatArray, FloatArray]:
    """Make places (N,) and (N,) in rows and columns, for grass that comes in square pieces."""
    columns, rows = np.meshgrid(np.arange(*x, step), np.arange(*z, step))
    return columns.ravel(), rows.ravel()


def fallen_leaves(
    scene: Scene, points: FloatArray, size: float, textures: list[str], flat: float = 0.35
) -> None:
    """Strew leaves at points (N, 3); `flat` is how far they tilt."""
    count = len(points)
    mesh = Mesh()
    normals = (0, 1, 0) + scene.rng.normal(size=(count, 3)) * flat
    sizes = size * scene.rng.uniform(0.7, 1.3, count)
    mesh.leaves(points, normals, sizes, scene.rng.integers(0, len(textures), count), rng=scene.rng)
    scene.add(mesh.text(textures))


def rock(scene: Scene, texture: str, roughness: float = 0.35) -> str:
    """Declare a boulder of about unit radius that lies on the origin."""
    rows, columns = 28, 40
    polar = np.linspace(0, np.pi, rows)[:, None]
    around = np.linspace(0, 2 * np.pi, columns, endpoint=False)[None, :]
    ball = np.stack(
        [
            np.sin(polar) * np.cos(around),
            np.broadcast_to(np.cos(polar), (rows, columns)),
            np.sin(polar) * np.sin(around),
        ],
        axis=-1,
    )
    bumps = np.zeros((rows, columns))
    for axis in ((0, 1), (1, 2), (2, 0)):
        bumps += fractal(ball[..., axis[0]] * 1.4, ball[..., axis[1]] * 1.4, scene.rng, 4)
    mesh = Mesh()
    mesh.grid(ball * (1 + roughness * bumps)[..., None] * (1, 0.7, 1), closed=True)
    return scene.declare(block("object", mesh.text([texture]), f"translate {number(0.3)}*y"))


def between(low: Vector, high: Vector, count: int, rng: np.random.Generator) -> FloatArray:
    """Draw points (count, 3) in a box."""
    return rng.uniform(np.asarray(low, float), np.asarray(high, float), size=(count, 3))
