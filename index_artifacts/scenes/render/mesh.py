"""Triangle meshes with smooth normals and one texture per face, written as POV-Ray's `mesh2`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .pov import FloatArray, Vector, block

IntArray = NDArray[np.int64]

_TINY = 1e-9


def unit(vectors: FloatArray) -> FloatArray:
    """Scale vectors (..., 3) to length 1; zero vectors stay zero."""
    lengths: FloatArray = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / (lengths + _TINY)


def smooth_curve(points: Sequence[Vector] | FloatArray, steps: int) -> FloatArray:
    """Interpolate points (N, d) by a Catmull-Rom spline with `steps` pieces between two points."""
    knots = np.asarray(points, float)
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.vstack([curve.reshape(-1, knots.shape[1]), knots[-1]])


class Mesh:
    """A growing set of triangles; `texture` arguments index the list given to `text`."""

    def __init__(self) -> None:
        self._vertices: list[FloatArray] = []
        self._normals: list[FloatArray] = []
        self._faces: list[IntArray] = []
        self._n_vertices = 0

    def add(
        self,
        vertices: FloatArray,
        normals: FloatArray,
        faces: IntArray,
        texture: int | IntArray = 0,
    ) -> None:
        """Add triangles.

        Args:
            vertices: (N, 3).
            normals: (N, 3), of any length.
            faces: (F, 3) indices into `vertices`.
            texture: One index, or (F,).
        """
        textures = np.broadcast_to(texture, len(faces))
        self._vertices.append(vertices)
        self._normals.append(unit(normals))
        self._faces.append(np.column_stack([faces + self._n_vertices, textures]))
        self._n_vertices += len(vertices)

    def grid(
        self,
        points: FloatArray,
        normals: FloatArray | None = None,
        texture: int = 0,
        closed: bool = False,
    ) -> None:
        """Add a surface through a grid of points.

        Args:
            points: (rows, columns, 3).
            normals: The same shape; computed from the points when missing.
            texture: Its index.
            closed: Whether the last column is joined to the first.
        """
        rows, columns = points.shape[:2]
        if normals is None:
            across = np.gradient(points, axis=1)
            if closed:
                across = np.roll(points, -1, axis=1) - np.roll(points, 1, axis=1)
            normals = np.cross(across, np.gradient(points, axis=0))
        last = columns if closed else columns - 1
        row, column = np.meshgrid(np.arange(rows - 1), np.arange(last), indexing="ij")
        a, b = row * columns + column, row * columns + (column + 1) % columns
        c, d = a + columns, b + columns
        lower = np.stack([a, b, c], axis=-1).reshape(-1, 3)
        upper = np.stack([b, d, c], axis=-1).reshape(-1, 3)
        faces = np.concatenate([lower, upper])
        self.add(points.reshape(-1, 3), normals.reshape(-1, 3), faces, texture)

    def tube(
        self,
        points: Sequence[Vector] | FloatArray,
        radii: float | Sequence[float] | FloatArray,
        texture: int = 0,
        sides: int = 6,
    ) -> None:
        """Add an open tube along points (N, 3), with one radius or one for each point."""
        path = np.asarray(points, float)
        direction = unit(np.gradient(path, axis=0))
        first = unit(np.cross(direction, (0.31, 0.1, 0.94)))
        second = np.cross(direction, first)
        angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :, None]
        normals = first[:, None] * np.cos(angles) + second[:, None] * np.sin(angles)
        radius = np.broadcast_to(np.asarray(radii, float), (len(path),))
        self.grid(path[:, None] + normals * radius[:, None, None], normals, texture, closed=True)

    def revolve(
        self,
        profile: Sequence[Vector] | FloatArray,
        texture: int = 0,
        sides: int = 40,
        steps: int = 5,
        lobes: Sequence[tuple[int, float, float]] = (),
    ) -> None:
        """Add a surface of revolution around the y axis.

        Args:
            profile: (N, 2) radius and height, smoothed between the points.
            texture: Its index.
            sides: Facets around.
            steps: Facets between two points of the profile; 1 keeps its corners sharp.
            lobes: Waves (count, strength, phase) that vary the radius around the axis.
        """
        curve = smooth_curve(profile, steps)
        slope = np.gradient(curve, axis=0)
        angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
        swell = np.ones(sides)
        for count, strength, phase in lobes:
            swell += strength * np.cos(count * angles + phase)
        radius = np.maximum(curve[:, 0], 0)[:, None] * swell
        height = np.broadcast_to(curve[:, 1][:, None], radius.shape)
        points = np.stack([radius * np.cos(angles), height, radius * np.sin(angles)], axis=-1)
        outward, upward = slope[:, 1][:, None], -slope[:, 0][:, None]
        normals = np.stack(
            [
                outward * np.cos(angles),
                np.broadcast_to(upward, radius.shape),
                outward * np.sin(angles),
            ],
            axis=-1,
        )
        self.grid(points, normals, texture, closed=True)

    def ribbon(
        self,
        spine: FloatArray,
        widths: FloatArray,
        up: Vector,
        texture: int = 0,
        fold: float = 0.3,
    ) -> None:
        """Add a leaf, petal or blade: a strip along a line, folded there.

        Args:
            spine: (N, 3) its middle line.
            widths: (N,) half its width at each point.
            up: The direction that its upper side faces, about.
            texture: Its index.
            fold: How far the borders rise above the middle line relative to the width.
        """
        along = unit(np.gradient(spine, axis=0))
        side = unit(np.cross(along, np.asarray(up, float)))
        facing = np.cross(side, along)
        across = np.linspace(-1, 1, 7)[None, :, None]
        half = widths[:, None, None]
        rise = fold * half * np.abs(across) ** 1.5
        points = spine[:, None] + side[:, None] * across * half + facing[:, None] * rise
        self.grid(points, texture=texture)

    def ball(
        self, center: Vector, radius: float | Vector, texture: int = 0, sides: int = 16
    ) -> None:
        """Add a ball, or an ellipsoid where `radius` has three numbers."""
        polar = np.linspace(0, np.pi, sides // 2 + 1)[:, None]
        around = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :]
        height = np.broadcast_to(np.cos(polar), (len(polar), sides))
        outward = np.stack(
            [np.sin(polar) * np.cos(around), height, np.sin(polar) * np.sin(around)], axis=-1
        )
        radii = np.broadcast_to(np.asarray(radius, float), (3,))
        self.grid(np.asarray(center) + outward * radii, outward / radii, texture, closed=True)

    def leaves(
        self,
        centers: FloatArray,
        normals: FloatArray,
        sizes: float | FloatArray,
        textures: int | IntArray,
        *,
        rng: np.random.Generator,
        width: float = 0.55,
    ) -> None:
        """Add diamond leaves.

        Args:
            centers: (N, 3).
            normals: (N, 3); the direction within the leaf's plane is random.
            sizes: Half the length, one or (N,).
            textures: One index or (N,).
            rng: For the directions.
            width: Width relative to length.
        """
        count = len(centers)
        facing = unit(normals)
        along = unit(np.cross(facing, rng.normal(size=(count, 3))))
        across = np.cross(facing, along) * width
        half = np.broadcast_to(np.asarray(sizes, float), (count,))[:, None]
        corners = (along, across, -along, -across)
        vertices = np.stack([centers + corner * half for corner in corners], axis=1)
        first = np.arange(count) * 4
        faces = np.concatenate(
            [
                np.column_stack([first, first + 1, first + 2]),
                np.column_stack([first, first + 2, first + 3]),
            ]
        )
        each = np.broadcast_to(textures, count)
        self.add(vertices.reshape(-1, 3), np.repeat(facing, 4, axis=0), faces, np.tile(each, 2))

    def blades(
        self,
        bases: FloatArray,
        tips: FloatArray,
        width: float,
        textures: int | IntArray,
        *,
        rng: np.random.Generator,
    ) -> None:
        """Add upright triangles such as grass, from bases to tips (N, 3 each)."""
        count = len(bases)
        angle = rng.uniform(0, 2 * np.pi, count)
        side = np.column_stack([np.cos(angle), np.zeros(count), np.sin(angle)]) * width / 2
        vertices = np.stack([bases - side, bases + side, tips], axis=1).reshape(-1, 3)
        normals = np.repeat((0, 1, 0) + rng.normal(size=(count, 3)) * 0.35, 3, axis=0)
        faces = np.arange(count * 3).reshape(count, 3)
        self.add(vertices, normals, faces, textures)

    def text(self, textures: Sequence[str], *modifiers: str) -> str:
        """Write the mesh with its textures, in the order of their indices.

        Without textures it wears what a modifier gives it, such as the material of glass.
        """
        vertices, normals = np.concatenate(self._vertices), np.concatenate(self._normals)
        faces = np.concatenate(self._faces)
        if not textures:
            faces = faces[:, :3]
        entry = "<%d,%d,%d>,%d," if textures else "<%d,%d,%d>,"
        triangles = (entry * len(faces)) % tuple(faces.ravel().tolist())
        listed = block("texture_list", f"{len(textures)},", *textures) if textures else ""
        return block(
            "mesh2",
            block("vertex_vectors", f"{len(vertices)},{_triples(vertices)}"),
            block("normal_vectors", f"{len(normals)},{_triples(normals)}"),
            listed,
            block("face_indices", f"{len(faces)},{triangles[:-1]}"),
            *modifiers,
        )


def _triples(values: FloatArray) -> str:
    text = ("<%.4f,%.4f,%.4f>," * len(values)) % tuple(values.ravel().tolist())
    return text[:-1]
