"""POV-Ray's scene language as Python functions that return text.

Only what the scenes use; see the reference of POV-Ray 3.7 for what each statement means. Every
function takes its `modifiers` (textures, transformations, flags) as further pieces of text.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Vector = Sequence[float] | FloatArray


def number(value: float) -> str:
    """Write a number with six significant digits."""
    return f"{value:.6g}"


def vector(values: Vector) -> str:
    """Write a vector of any length."""
    return "<" + ",".join(number(float(value)) for value in values) + ">"


def block(keyword: str, *parts: str) -> str:
    """Write `keyword{parts}`."""
    return f"{keyword}{{{' '.join(parts)}}}"


def sphere(center: Vector, radius: float, *modifiers: str) -> str:
    """Write a ball."""
    return block("sphere", f"{vector(center)},{number(radius)}", *modifiers)


def box(corner: Vector, opposite: Vector, *modifiers: str) -> str:
    """Write a box with edges along the axes."""
    return block("box", f"{vector(corner)},{vector(opposite)}", *modifiers)


def rounded_box(corner: Vector, opposite: Vector, edge: float, *modifiers: str) -> str:
    """Write a box whose edges are rounded; `edge` in (0, 1], 1 is an ellipsoid."""
    low, high = np.asarray(corner, float), np.asarray(opposite, float)
    shape = block(
        "superellipsoid",
        vector((edge, edge)),
        f"scale {vector((high - low) / 2)} translate {vector((high + low) / 2)}",
    )
    return block("object", shape, *modifiers)


def cylinder(base: Vector, cap: Vector, radius: float, *modifiers: str) -> str:
    """Write a closed cylinder."""
    return block("cylinder", f"{vector(base)},{vector(cap)},{number(radius)}", *modifiers)


def cone(base: Vector, base_radius: float, cap: Vector, cap_radius: float, *modifiers: str) -> str:
    """Write a closed cone or truncated cone."""
    ends = f"{vector(base)},{number(base_radius)},{vector(cap)},{number(cap_radius)}"
    return block("cone", ends, *modifiers)


def torus(major: float, minor: float, *modifiers: str) -> str:
    """Write a ring around the y axis."""
    return block("torus", f"{number(major)},{number(minor)}", *modifiers)


def disc(center: Vector, normal: Vector, radius: float, hole: float, *modifiers: str) -> str:
    """Write a flat disc with a round hole."""
    where = f"{vector(center)},{vector(normal)},{number(radius)},{number(hole)}"
    return block("disc", where, *modifiers)


def ground(height: float, *modifiers: str) -> str:
    """Write an endless horizontal plane."""
    return block("plane", f"y,{number(height)}", *modifiers)


def prism(
    outline: Iterable[Vector], bottom: float, top: float, *modifiers: str, spline: str = "linear"
) -> str:
    """Write an outline in (x, z) swept along y.

    Args:
        outline: Its corners without the closing one, which is added.
        bottom: Where the sweep starts on y.
        top: Where it ends.
        modifiers: Further text.
        spline: "linear" or "cubic"; a cubic outline passes smoothly through its corners.
    """
    corners = [tuple(float(value) for value in corner) for corner in outline]
    corners.append(corners[0])
    if spline == "cubic":
        corners = [corners[-2], *corners, corners[1]]
    text = ",".join(vector(corner) for corner in corners)
    sweep = f"{spline}_spline linear_sweep {number(bottom)},{number(top)},{len(corners)},{text}"
    return block("prism", sweep, *modifiers)


def upright(
    outline: Iterable[Vector], depth: float, *modifiers: str, spline: str = "linear"
) -> str:
    """Write an outline in (x, y) as a slab of `depth` that is centered on z = 0."""
    slab = prism(outline, -depth / 2, depth / 2, "rotate -90*x", spline=spline)
    return block("object", slab, *modifiers)


def sweep(
    points: Sequence[Vector] | FloatArray,
    radius: float | Sequence[float] | FloatArray,
    *modifiers: str,
    spline: str = "linear",
) -> str:
    """Write a ball of changing radius that moves along points.

    Args:
        points: (N, 3); N is at least 2 for "linear" and 4 for "cubic" and "b".
        radius: One for all points, or one for each.
        modifiers: Further text.
        spline: "linear", "cubic" or "b"; the last two leave out the end points.
    """
    radii = np.broadcast_to(np.asarray(radius, float), (len(points),))
    text = " ".join(
        f"{vector(point)},{number(float(r))}" for point, r in zip(points, radii, strict=True)
    )
    return block("sphere_sweep", f"{spline}_spline {len(points)} {text}", *modifiers)


def union(*parts: str) -> str:
    """Join objects; texture and transformation may follow as further parts."""
    return block("union", *parts)


def difference(*parts: str) -> str:
    """Cut the later objects out of the first."""
    return block("difference", *parts)


def intersection(*parts: str) -> str:
    """Keep what all objects share."""
    return block("intersection", *parts)


def placed(
    thing: str,
    at: Vector = (0.0, 0.0, 0.0),
    turn: float = 0.0,
    scale: float | Vector = 1.0,
    tilt: tuple[float, float] = (0.0, 0.0),
) -> str:
    """Put an object somewhere.

    Args:
        thing: The text of an object, or the name that `Scene.declare` returned.
        at: Where its origin goes.
        turn: Degrees around the y axis, after tilting.
        scale: One factor, or one for each axis; applied first.
        tilt: Degrees around x and z.
    """
    size = number(scale) if isinstance(scale, int | float) else vector(scale)
    angles = f"rotate {vector((tilt[0], 0, tilt[1]))} rotate {number(turn)}*y"
    return block("object", thing, f"scale {size} {angles} translate {vector(at)}")
