"""A contact sheet of an answer: the query first, in red, its neighbors after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, ImageOps

from similarity.datatypes import SearchResult
from similarity.images.decoding import Picture, open_kept
from similarity.search.searcher import Searcher

TILE = 160
"""Side of a picture on the sheet, in pixels."""

RED = "#e11d2a"
"""Color of the query and of nothing else; the word QUERY stands beside it."""

_GAP = 10
_CAPTION = 36
_FRAME = 5


@dataclass(frozen=True)
class Tile:
    """One picture of a sheet.

    Attributes:
        image: 8-bit RGB.
        head: First line of its caption, such as the rank and similarity.
        text: Second line, shortened to fit.
    """

    image: Image.Image
    head: str
    text: str


def draw_answer(searcher: Searcher, result: SearchResult, picture: Picture | None) -> Image.Image:
    """Draw the contact sheet of an answer.

    Args:
        searcher: That gave it.
        result: The answer.
        picture: That was searched for; None where it was the indexed item `result.query_item`.

    Returns:
        8-bit RGB.

    Raises:
        ImageError: A picture of the collection is missing or damaged.
    """
    collection = searcher.artifact.collection
    item = result.query_item
    if picture is not None:
        image = picture.rgb
    elif item is not None:
        image = open_kept(collection.path_of(item))
    neighbors = [
        Tile(
            open_kept(collection.path_of(neighbor.item)),
            f"{neighbor.rank}   {neighbor.similarity:.3f}",
            neighbor.item.label,
        )
        for neighbor in result.neighbors
    ]
    return draw_sheet(Tile(image, "QUERY", item.label if item else ""), neighbors)


def draw_sheet(query: Tile, neighbors: Sequence[Tile]) -> Image.Image:
    """Draw the query, framed in red, and its neighbors in rows.

    Returns:
        8-bit RGB.
    """
    n_tiles = 1 + len(neighbors)
    columns = _columns(n_tiles)
    rows = -(-n_tiles // columns)
    cell_width, cell_height = TILE + _GAP, TILE + _CAPTION + _GAP
    sheet = Image.new("RGB", (columns * cell_width + _GAP, rows * cell_height + _GAP), "white")
    draw = ImageDraw.Draw(sheet)
    for position, tile in enumerate((query, *neighbors)):
        row, column = divmod(position, columns)
        x, y = _GAP + column * cell_width, _GAP + row * cell_height
        sheet.paste(ImageOps.fit(tile.image, (TILE, TILE), Image.Resampling.LANCZOS), (x, y))
        if tile is query:
            frame = (x - _FRAME, y - _FRAME, x + TILE + _FRAME - 1, y + TILE + _FRAME - 1)
            draw.rectangle(frame, outline=RED, width=_FRAME)
        color = RED if tile is query else "black"
        _write(draw, (x, y + TILE + 5), tile.head, size=14, color=color)
        _write(draw, (x, y + TILE + 21), tile.text, size=12, color="#555555")
    return sheet


def _columns(n_tiles: int) -> int:
    """Choose 4 to 8 columns: those that leave the fewest gaps, near to 6."""
    return min(range(4, 9), key=lambda columns: (-n_tiles % columns, abs(columns - 6)))


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, *, size: int, color: str
) -> None:
    """Write one line, shortened to the width of a tile."""
    font = ImageFont.load_default(size)
    line = " ".join(text.split())
    if draw.textlength(line, font) > TILE:
        while line and draw.textlength(f"{line}...", font) > TILE:
            line = line[:-1]
        line = f"{line}..."
    draw.text(at, line, fill=color, font=font)
