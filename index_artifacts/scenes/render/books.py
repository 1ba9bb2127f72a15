"""Rows and stacks of books as one mesh; a book is about two units high, as on a shelf.

Books stand with their spines toward -z, the spine's lower middle being their place.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .colors import Color, ColorLike, hsv, rgb
from .materials import glossy, matte
from .mesh import Mesh
from .pov import FloatArray
from .scene import Scene

_PAGES = "#e6dcc4"


@dataclass(frozen=True)
class Book:
    """A book: sizes in units, colors of its cover and of the bands on its spine.

    Attributes:
        thickness: Along x when it stands.
        height: Along y.
        depth: Along z.
        cover: Color of the cover.
        trim: Color of bands and title.
        bands: (bottom, top) of each band as shares of the height.
    """

    thickness: float
    height: float
    depth: float
    cover: Color
    trim: Color
    bands: tuple[tuple[float, float], ...]


class Books:
    """Collects books, standing or lying, and writes them as one mesh."""

    def __init__(self) -> None:
        self._mesh = Mesh()
        self._textures: dict[Color, int] = {}

    def _texture(self, color: Color) -> int:
        return self._textures.setdefault(color, len(self._textures))

    def stand(self, book: Book, x: float, y: float, z: float, lean: float = 0.0) -> None:
        """Add a standing book; `lean` in degrees tips it toward +x."""
        angle = np.radians(-lean)
        turn = np.array(
            [[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
        )
        self._add(book, turn, np.array([x, y, z]))

    def lay(self, book: Book, x: float, y: float, z: float) -> None:
        """Add a book that lies on its side, the lower middle of its spine at (x, y, z)."""
        turn = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])
        self._add(book, turn, np.array([x - book.height / 2, y + book.thickness / 2, z]))

    def _add(self, book: Book, turn: FloatArray, at: FloatArray) -> None:
        half, height, depth = book.thickness / 2, book.height, book.depth
        cover = self._texture(book.cover)
        spine = _arc(half, 0.0)
        self._extrude(spine, (0, height), cover, turn, at)
        for low, high in book.bands:
            band = _arc(half, 0.006)
            self._extrude(band, (low * height, high * height), self._texture(book.trim), turn, at)
        for side in (-half, half):
            edge = np.array([(side, 0.0), (side, depth)])
            self._extrude(edge, (0, height), cover, turn, at)
        inset = min(0.05, half * 0.3)
        top = np.array(
            [
                [(inset - half, height - inset, 0.0), (half - inset, height - inset, 0.0)],
                [(inset - half, height - inset, depth), (half - inset, height - inset, depth)],
            ]
        )
        self._mesh.grid(top @ turn.T + at, texture=self._texture(rgb(_PAGES)))

    def _extrude(
        self,
        outline: FloatArray,
        span: tuple[float, float],
        texture: int,
        turn: FloatArray,
        at: FloatArray,
    ) -> None:
        """Add an outline (N, 2) of (x, z) as a wall over `span` of y."""
        rows = [
            np.stack([outline[:, 0], np.full(len(outline), y), outline[:, 1]], axis=-1)
            for y in span
        ]
        self._mesh.grid(np.stack(rows) @ turn.T + at, texture=texture)

    def text(self) -> str:
        """Write all books."""
        covers = [glossy(color, 0.12) for color in self._textures]
        return self._mesh.text(covers or [matte(_PAGES)])


def _arc(half: float, lift: float) -> FloatArray:
    """Return the rounded section (9, 2) of a spine, raised by `lift`."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, 9)
    bulge = min(half * 0.7, 0.12)
    x = (half + lift) * np.sin(angles)
    return np.stack([x, -(bulge + lift) * np.cos(angles)], axis=-1)


Maker = Callable[[Scene, float], Book]


def _book(scene: Scene, cover: Color, trim: ColorLike, height: float, thickness: float) -> Book:
    bands = scene.pick(
        ((0.1, 0.13), (0.6, 0.78)),
        ((0.68, 0.9),),
        ((0.06, 0.08), (0.92, 0.94)),
        ((0.2, 0.72),),
        ((0.12, 0.15), (0.3, 0.32), (0.5, 0.52), (0.7, 0.73), (0.88, 0.9)),
        (),
    )
    depth = scene.uniform(1.2, 1.5)
    return Book(thickness, height, depth, cover, rgb(trim), bands)


def leather(scene: Scene, share: float) -> Book:
    """Old leather with gold, in sets of equal books."""
    number = int(share * 9 + 1e-6)
    tone = (
        ("#5a2a1c", 2.1),
        ("#2a3a2c", 1.8),
        ("#6a4526", 2.0),
        ("#1f2a40", 1.9),
        ("#4a1a22", 1.7),
    )
    cover, height = tone[(number * 3) % 5]
    book = _book(scene, rgb(cover), "#c8a04a", height, 0.24 + 0.03 * (number % 4))
    return replace(book, depth=1.35, bands=((0.08, 0.1), (0.3, 0.32), (0.62, 0.78), (0.9, 0.92)))


def paperbacks(scene: Scene, _: float) -> Book:
    """Light, thin and of nearly one size."""
    cover = hsv(scene.uniform(0, 1), scene.uniform(0.03, 0.28), scene.uniform(0.82, 0.96))
    trim = scene.pick("#c8382a", "#2f4f7a", "#3a3a3a", "#d8902a")
    return _book(scene, cover, trim, scene.uniform(1.55, 1.75), scene.uniform(0.09, 0.22))


def mixed(scene: Scene, _: float) -> Book:
    """Everything that people read."""
    hue = scene.pick(0.01, 0.04, 0.08, 0.12, 0.3, 0.45, 0.55, 0.6, 0.65, 0.95)
    cover = hsv(hue, scene.uniform(0.2, 0.8), scene.uniform(0.25, 0.9))
    trim = scene.pick("#e8d9a0", "#f4f0e4", "#1a1a1a", "#d8402a")
    return _book(scene, cover, trim, scene.uniform(1.2, 2.2), scene.uniform(0.1, 0.42))


ORDERS: dict[str, Maker] = {
    "old leather": leather,
    "paperbacks": paperbacks,
    "mixed": mixed,
}
