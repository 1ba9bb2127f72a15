"""Bookshelves: walls of books, bookcases and cubes."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index_artifacts.scenes.render import desk, interiors, materials, rooms
from index_artifacts.scenes.render.books import ORDERS, Books
from index_artifacts.scenes.render.colors import ColorLike, hsv
from index_artifacts.scenes.render.framing import View, frame
from index_artifacts.scenes.render.pov import box, placed, union
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene

_SCALE = 0.6
_DEPTH = 1.9
_BOARD = 0.16
_CLEAR = 2.35
# Where the back of the shelves is, just before the wall.
_BACK = 8.9

_VIEWS = {
    "straight on": View((-2, 6), (0, 6), (0.7, 0.9), (0, 0.12), (-0.08, 0.08), angle=36),
    "close up": View((-4, 14), (0, 34), (1.9, 2.6), (0.0, 0.2), (-0.2, 0.2), angle=40),
    "from the side": View((0, 14), (38, 56), (0.7, 0.95), (0, 0.15), (-0.1, 0.1), angle=44),
}


@dataclass(frozen=True)
class _Shelf:
    """Compartments (left, bottom, width) to be filled, and the middle and radius to look at."""

    compartments: list[tuple[float, float, float]]
    center: tuple[float, float]
    radius: float


@category(
    "bookshelf",
    max_bytes=17_000,
    caption=("layout", "order", "props", "light"),
    layout=("a wall of books", "a bookcase", "cubes"),
    order=tuple(ORDERS),
    wood=("oak", "walnut", "cherry"),
    props=("no props", "plants", "vases"),
    light=("window light", "lamplight", "low sun"),
    view=tuple(_VIEWS),
)
def bookshelf(
    scene: Scene, *, layout: str, order: str, wood: str, props: str, light: str, view: str
) -> None:
    """Shelves with books."""
    color = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.5), scene.uniform(0.4, 0.95))
    wall = scene.pick(interiors.painted_wall(color), rooms.walls(color)["striped wallpaper"]())
    floor = materials.wood(*scene.pick(materials.OAK, materials.WALNUT), 2.5, turn=90)
    interiors.floored_room(scene, light, wall, floor, "#f2efe6")
    shelf, text = _LAYOUTS[layout](scene, _wood(wood))
    books, things = Books(), [text]
    for left, bottom, width in shelf.compartments:
        things += _fill(scene, books, (left, bottom, width), order, props)
    things.append(books.text())
    scene.add(placed(union(*things), (0, 0, _BACK - _DEPTH * _SCALE), scale=_SCALE))
    x, y = shelf.center
    center = np.array([x * _SCALE, y * _SCALE, _BACK - _DEPTH * _SCALE])
    frame(scene, center, shelf.radius * _SCALE, _VIEWS[view])


def _wood(name: str) -> str:
    """A texture with its grain along z."""
    return {
        "oak": materials.wood(*materials.OAK, 2.0),
        "walnut": materials.wood(*materials.WALNUT, 2.0),
        "cherry": materials.wood(*materials.CHERRY, 2.0),
    }[name]


def _board(texture: str, left: float, right: float, y: float) -> str:
    """A board along x whose top is at y; built along z, where the grain of wood runs."""
    half = (right - left) / 2
    along = box((-_DEPTH, -_BOARD, -half), (0, 0, half), texture)
    return placed(along, ((left + right) / 2, y, 0), turn=90)


def _post(texture: str, x: float, low: float, high: float) -> str:
    """An upright board in the middle of x."""
    along = box((-_BOARD / 2, -_DEPTH, low), (_BOARD / 2, 0, high), texture)
    return placed(along, (x, 0, 0), tilt=(-90, 0))


def _case(
    texture: str, columns: list[float], rows: int, foot: float, clear: float = _CLEAR
) -> tuple[list[tuple[float, float, float]], str, float]:
    """Build boards between posts at `columns`; returns compartments, text and the top."""
    step = clear + _BOARD
    top = foot + rows * step
    left, right = columns[0], columns[-1]
    parts = [_board(texture, left, right, foot + row * step) for row in range(rows + 1)]
    parts += [_post(texture, x, 0, top) for x in columns]
    half = (right - left) / 2
    lying = box((-0.06, -top, -half), (0, 0, half), texture)
    back = placed(lying, ((left + right) / 2, top, _DEPTH), turn=90)
    spaces = [
        (a + _BOARD / 2, foot + row * step, b - a - _BOARD)
        for row in range(rows)
        for a, b in pairwise(columns)
    ]
    return spaces, union(*parts, back), top


def _book_wall(scene: Scene, texture: str) -> tuple[_Shelf, str]:
    """Shelves beyond the picture's borders, with a ladder or not."""
    step = scene.uniform(5, 8)
    columns = list(np.arange(-3, 4) * step + scene.uniform(-1, 1))
    spaces, text, top = _case(texture, columns, 7, 0.6)
    middle = (scene.uniform(-1.5, 1.5), scene.uniform(5.5, 8))
    if scene.pick(True, False):
        text = union(text, _ladder(scene.uniform(-4, 4), top))
    return _Shelf(spaces, middle, 6.5), text


def _ladder(x: float, top: float) -> str:
    length, lean = top * 0.9, 12.0
    oak = materials.wood(*materials.OAK, 1.2)
    rails = [box((a - 0.1, -0.12, 0), (a + 0.1, 0.12, length), oak) for a in (-0.9, 0.9)]
    rungs = [box((-0.9, -0.08, z), (0.9, 0.08, z + 0.2), oak) for z in np.arange(0.8, length, 1.3)]
    return placed(union(*rails, *rungs), (x, 0, -length * 0.21), tilt=(-90 + lean, 0))


def _bookcase(scene: Scene, texture: str) -> tuple[_Shelf, str]:
    """A case that stands alone, with something on top."""
    rows, half = int(scene.rng.integers(3, 6)), scene.uniform(2.6, 4.0)
    x = scene.uniform(-1.5, 1.5)
    spaces, text, top = _case(texture, [x - half, x + half], rows, 0.5)
    plant = placed(interiors.potted_plant(scene, 3.0), (x - half * 0.5, top, 0.9))
    vase = placed(_any_vase(scene), (x + half * 0.5, top, 0.9))
    return _Shelf(spaces, (x, top * 0.5), top * 0.62), union(text, plant, vase)


def _cubes(scene: Scene, texture: str) -> tuple[_Shelf, str]:
    """Square compartments, some of which stay empty."""
    count, size = scene.pick(3, 4), 2.7
    columns = list((np.arange(count + 1) - count / 2) * size)
    rows = scene.pick(2, 3, 4)
    spaces, text, top = _case(texture, columns, rows, 0.3, size - _BOARD)
    filled = [space for space in spaces if scene.uniform(0, 1) < 0.75]
    return _Shelf(filled, (0, top / 2), max(count, rows) * size * 0.62), text


_LAYOUTS: dict[str, Callable[[Scene, str], tuple[_Shelf, str]]] = {
    "a wall of books": _book_wall,
    "a bookcase": _bookcase,
    "cubes": _cubes,
}


def _any_vase(scene: Scene) -> str:
    color: ColorLike = hsv(scene.uniform(0, 1), scene.uniform(0.1, 0.7), scene.uniform(0.4, 0.95))
    return desk.vase(scene, scene.uniform(1.3, 1.9), color)


def _any_plant(scene: Scene) -> str:
    return interiors.potted_plant(scene, scene.uniform(1.7, 2.1))


_ORNAMENTS: dict[str, tuple[Callable[[Scene], str], ...]] = {
    "no props": (),
    "plants": (_any_plant,),
    "vases": (_any_vase,),
}


def _fill(
    scene: Scene, books: Books, space: tuple[float, float, float], order: str, props: str
) -> list[str]:
    """Fill a compartment with books; returns the ornaments between them."""
    left, bottom, width = space
    x, right = left + 0.05, left + width - 0.05
    ornaments: list[str] = []
    share_of_books = 1.0 if props == "no props" else 0.9
    stop = left + width * (share_of_books if scene.uniform(0, 1) < 0.6 else 1.0)
    while x < stop:
        book = ORDERS[order](scene, (x - left) / width)
        if x + book.thickness > min(right, stop):
            break
        if _ORNAMENTS[props] and scene.uniform(0, 1) < 0.035 and x + 1.7 < right:
            ornament = scene.pick(*_ORNAMENTS[props])(scene)
            ornaments.append(placed(ornament, (x + 0.8, bottom, 0.85)))
            x += 1.6
        elif scene.uniform(0, 1) < 0.03 and x + book.height < right:
            x = _stack(scene, books, (x, bottom), order, book.height)
        else:
            lean = scene.uniform(6, 14) if scene.uniform(0, 1) < 0.06 else 0.0
            x += book.thickness * 0.5 + np.sin(np.radians(lean)) * 0.1
            books.stand(book, x, bottom, scene.uniform(0.15, 0.3), -lean)
            x += book.thickness * 0.5 + 0.012 + np.sin(np.radians(lean)) * 0.25
    return ornaments


def _stack(
    scene: Scene, books: Books, corner: tuple[float, float], order: str, length: float
) -> float:
    """Lay a few books on each other; returns where the next book may stand."""
    x, y = corner
    for _ in range(int(scene.rng.integers(2, 6))):
        book = ORDERS[order](scene, scene.uniform(0, 1))
        books.lay(book, x + length / 2, y, 0.2)
        y += book.thickness
    return x + length + 0.15
