"""Boats as objects that float on y = 0 with their bow toward +x, in meters."""

from collections.abc import Sequence

import numpy as np

from .colors import ColorLike
from .materials import OAK, WALNUT, matte, pattern, stripes, textured, wood
from .mesh import Mesh
from .pov import FloatArray, Vector, box, cylinder, placed, sphere, sweep, union


def hull(length: float, beam: float, freeboard: float, texture: str, sharp: float = 2.4) -> str:
    """Write an open hull.

    Args:
        length: From bow to stern.
        beam: Greatest width.
        freeboard: Height of its side above the water.
        texture: Its texture.
        sharp: How full the ends are; 1.5 is slender, 4 is a barge.
    """
    along = np.linspace(-1, 1, 21)[:, None]
    around = np.linspace(-1, 1, 13)[None, :]
    # The stern is cut off: the widest place is behind the middle.
    width = beam / 2 * (1 - np.abs((along + 0.18) / 1.18) ** sharp)
    z = width * np.sin(around * np.pi / 2)
    side = freeboard * (1 + 0.35 * np.clip(along, 0, 1) ** 2)
    y = -0.3 * freeboard + (side + 0.3 * freeboard) * np.abs(around) ** 2.4
    x = length / 2 * along * (1 + 0.08 * np.abs(around) * along)
    mesh = Mesh()
    mesh.grid(np.stack(np.broadcast_arrays(x, y, z), axis=-1))
    return mesh.text([texture])


def sail(corners: Sequence[Vector], belly: float, texture: str) -> str:
    """Write a three-cornered sail.

    Args:
        corners: (x, y) of foot at the mast, head, and foot at the far end.
        belly: How far the wind bulges it out of its plane, toward +z.
        texture: Its texture.
    """
    tack, head, clew = (np.asarray(corner, float) for corner in corners)
    up = np.linspace(0, 1, 25)[:, None, None]
    out = np.linspace(0, 1, 17)[None, :, None]
    luff = tack + (head - tack) * up
    leech = clew + (head - clew) * up
    flat = luff + (leech - luff) * out
    bulge = belly * np.sin(np.pi * out) * np.sin(np.pi * np.clip(up + 0.12, 0, 1)) ** 0.8
    mesh = Mesh()
    mesh.grid(np.concatenate([flat, bulge], axis=-1))
    return mesh.text([texture])


def canvas(colors: Sequence[ColorLike], height: float) -> str:
    """Sailcloth in horizontal bands of equal width up to `height`."""
    bands = pattern("gradient y", stripes(colors), f"scale {height * 1.001:.3f}")
    return textured(bands, finish="finish{diffuse .72,.45}")


def _mast(x: float, height: float) -> str:
    return cylinder((x, 0, 0), (x, height, 0), 0.055, wood(*WALNUT))


def _boom(x: float, length: float) -> str:
    return cylinder((x, 1.05, 0), (x - length, 1.05, 0), 0.04, wood(*WALNUT))


def sailing_boat(rig: str, paint: ColorLike, colors: Sequence[ColorLike], belly: float) -> str:
    """Write a sailing boat.

    Args:
        rig: "dinghy" has one sail and is 4.5 meters long, "sloop" two sails, "spinnaker" two and
            a round one before them, "schooner" two masts with four sails.
        paint: Color of the hull.
        colors: Bands of the sails, from below.
        belly: How far the sails bulge toward +z; negative toward -z.
    """
    hulls = {
        "dinghy": (4.5, 1.6, 0.55),
        "sloop": (8.5, 2.6, 0.9),
        "spinnaker": (8.5, 2.6, 0.9),
        "schooner": (15.0, 3.6, 1.4),
    }
    length, beam, side = hulls[rig]
    parts = [hull(length, beam, side, matte(paint))]
    deck = sphere((0, 0, 0), 1, f"scale <{length * 0.46:.2f},.06,{beam * 0.42:.2f}>")
    parts.append(placed(union(deck, wood(*OAK)), (-0.05 * length, side * 0.86, 0)))
    if rig == "dinghy":
        parts += [_mast(0.7, 5.6), _boom(0.7, 2.5)]
        parts.append(sail([(0.62, 1.1), (0.68, 5.5), (-1.8, 1.1)], belly * 0.6, canvas(colors, 6)))
        parts.append(_crew(-0.8, side))
    elif rig == "schooner":
        for x, height, boom in ((3.2, 13.0, 4.2), (-2.2, 14.5, 5.2)):
            parts += [_mast(x, height), _boom(x, boom)]
            corners = [(x - 0.1, 1.9), (x - 0.1, height - 0.6), (x - boom, 1.9)]
            parts.append(sail(corners, belly, canvas(colors, 15)))
        for foot, head in ((8.6, 11.5), (6.6, 8.5)):
            jib = [(foot - 2.4, 2.0), (3.2, head), (foot - 5.0, 2.0)]
            parts.append(sail(jib, belly * 0.7, canvas(colors, 15)))
        parts.append(sweep([(7, 1.6, 0), (9, 2.2, 0)], 0.08, wood(*WALNUT)))
    else:
        parts += [_mast(0.9, 11.0), _boom(0.9, 4.0), _cabin()]
        parts.append(sail([(0.8, 1.2), (0.86, 10.8), (-3.0, 1.2)], belly, canvas(colors, 11.5)))
        parts.append(sail([(4.0, 1.2), (1.0, 9.6), (0.3, 1.3)], belly * 0.7, canvas(colors, 11.5)))
        if rig == "spinnaker":
            parts.append(_spinnaker(colors))
    return union(*parts)


def _cabin() -> str:
    body = box((-1.4, 0.75, -0.75), (1.4, 1.2, 0.75), matte("#f0ece0"))
    panes = [box((x, 0.9, -0.77), (x + 0.5, 1.08, 0.77)) for x in (-1.0, -0.2, 0.6)]
    return union(body, union(*panes, matte("#25303c")))


def _crew(x: float, y: float) -> str:
    trunk = sweep([(x, y, 0.4), (x, y + 0.55, 0.5)], 0.19, matte("#c8642a"))
    return union(trunk, sphere((x, y + 0.9, 0.5), 0.14, matte("#b98562")))


def _spinnaker(colors: Sequence[ColorLike]) -> str:
    rows, columns = np.linspace(0, 1, 15), np.linspace(-1, 1, 15)
    up, across = np.meshgrid(rows, columns, indexing="ij")
    width = 2.6 * np.sin(np.pi * np.clip(0.93 - 0.85 * up, 0, 1)) ** 0.7
    forward = 2.4 * np.cos(across * np.pi / 2) * np.sin(np.pi * (0.1 + 0.85 * (1 - up)))
    mesh = Mesh()
    mesh.grid(np.stack([2.4 + forward, 1.9 + 8.2 * up, across * width], axis=-1))
    return mesh.text([canvas([*colors, *colors[::-1]], 10.5)])


def rowing_boat(paint: ColorLike) -> str:
    """Write a small open boat, 3.5 meters long."""
    benches = [box((x, 0.22, -0.5), (x + 0.25, 0.27, 0.5)) for x in (-0.8, 0.4)]
    oars = [sweep([(-0.2, 0.45, side * 0.6), (-1.1, 0.1, side * 1.6)], 0.03) for side in (-1, 1)]
    return union(hull(3.5, 1.3, 0.42, matte(paint), sharp=2.2), union(*benches, *oars, wood(*OAK)))


def wake(length: float, rng: np.random.Generator) -> str:
    """Write the foam behind a boat of `length`, on y = 0."""
    count = int(130 * length)
    back = rng.random(count) ** 1.6
    spread = (0.12 + 0.5 * back) * length / 3
    places = np.column_stack(
        [
            -length / 2 + 0.4 - 1.4 * length * back,
            np.full(count, 0.02),
            rng.normal(size=count) * spread * 0.5,
        ]
    )
    return _foam(places, 0.022 * length * (1 - 0.7 * back) * rng.uniform(0.2, 1, count))


def _foam(places: FloatArray, radii: FloatArray) -> str:
    flat = [
        sphere(place, float(radius), "scale <1,.12,1>")
        for place, radius in zip(places, radii, strict=True)
    ]
    return union(*flat, matte("#eef4f6"))
