"""Paint pictures with numpy that objects wear: cut fruit, flowers on china, seeds."""

import numpy as np

from .colors import ColorLike, rgb
from .pov import FloatArray, block
from .scene import Scene

# Where an image has to go to lie in the plane of x and z, or to stand in that of x and y, with
# its middle on the origin and half its width as unit.
LYING = "scale 2 translate <-1,-1,0> rotate 90*x"


def plain(color: ColorLike, rows: int, columns: int) -> FloatArray:
    """Return a picture of one color, (rows, columns, 3) sRGB in [0, 1]."""
    return np.broadcast_to(rgb(color), (rows, columns, 3)).copy()


def blend(pixels: FloatArray, cover: FloatArray, color: ColorLike) -> None:
    """Paint over a picture.

    Args:
        pixels: (rows, columns, 3); changed.
        cover: (rows, columns), clipped to [0, 1]; 1 replaces what is there.
        color: The paint.
    """
    pixels += np.clip(cover, 0, 1)[..., None] * (np.array(rgb(color)) - pixels)


def painted(scene: Scene, pixels: FloatArray, placement: str, wrap: str = "") -> str:
    """Return a pigment that shows a picture.

    Args:
        scene: The scene, which stores it.
        pixels: (rows, columns, 3), the top row first.
        placement: `LYING`, `STANDING` or other transformations of the unit square.
        wrap: "map_type 2" wraps it around the y axis instead, from y = 0 to y = 1.
    """
    image = block("image_map", scene.image(pixels), f"interpolate 2 {wrap}")
    return block("pigment", image, placement)
