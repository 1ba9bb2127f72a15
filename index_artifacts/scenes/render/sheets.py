"""Contact sheets: many pictures on one, to judge a category or to show the collection."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

_QUALITY = 70
"""Of WebP, for tiles that are to be told apart and not to be looked at closely."""


def write_sheet(pictures: Sequence[Path], target: Path, columns: int, tile: int) -> None:
    """Paste pictures row by row.

    Args:
        pictures: Files, in order.
        target: The sheet; its suffix chooses the format, such as WebP or PNG.
        columns: Pictures in a row.
        tile: Their width and height in pixels.
    """
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * tile, rows * tile), "white")
    for position, file in enumerate(pictures):
        with Image.open(file) as picture:
            small = picture.convert("RGB").resize((tile, tile), Image.Resampling.LANCZOS)
        sheet.paste(small, (position % columns * tile, position // columns * tile))
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(target, quality=_QUALITY, method=6)
