"""What travelers of the desert meet: camels, tents, columns; on the origin, in meters."""

from .colors import ColorLike
from .materials import matte, pattern, stone, stripes, textured
from .pov import box, cone, cylinder, sphere, sweep, union


def camel(robe: ColorLike) -> str:
    """Write a camel with a rider, 3 high, that walks toward +x."""
    body = sphere((0, 0, 0), 1, "scale <.85,.42,.36> translate 1.5*y")
    hump = sphere((0, 0, 0), 1, "scale <.36,.4,.25> translate <-.05,1.85,0>")
    neck = sweep(
        [(0.7, 1.5, 0), (1.1, 1.45, 0), (1.35, 1.95, 0), (1.4, 2.3, 0)], (0.26, 0.2, 0.14, 0.12)
    )
    head = sphere((0, 0, 0), 1, "scale <.3,.14,.13> translate <1.58,2.34,0>")
    strides = ((0.55, 0.25, 0.18), (0.5, -0.2, -0.18), (-0.55, -0.25, 0.18), (-0.5, 0.2, -0.18))
    legs = [cone((x + lean, 0, z), 0.06, (x, 1.35, z), 0.14) for x, lean, z in strides]
    rider = union(
        cone((-0.1, 1.75, 0), 0.42, (-0.1, 2.75, 0), 0.16),
        sphere((-0.1, 2.9, 0), 0.2),
        matte(robe),
    )
    return union(union(body, hump, neck, head, *legs, matte("#a87c4c")), rider)


def tent(colors: tuple[ColorLike, ColorLike]) -> str:
    """Write a round striped tent with a pointed roof, 2.6 high, its entrance toward -z."""
    striped = textured(pattern("radial", stripes(colors), "frequency 6"))
    cloth = union(
        cone((0, 0.9, 0), 1.5, (0, 2.6, 0), 0.05),
        cylinder((0, -0.5, 0), (0, 0.9, 0), 1.35),
        striped,
    )
    entrance = cone((0, -0.5, -1.36), 0.5, (0, 1.0, -1.2), 0.05, matte("#1c140e"))
    return union(cloth, entrance)


def column(height: float) -> str:
    """Write a column on a square foot; a tall one keeps its head, the tallest a piece of beam."""
    parts = [
        cone((0, -1, 0), 0.52, (0, height, 0), 0.44),
        box((-0.75, -1, -0.75), (0.75, 0.25, 0.75)),
    ]
    if height > 3:
        parts.append(cone((0, height, 0), 0.44, (0, height + 0.5, 0), 0.75))
    if height > 4:
        parts.append(box((-0.9, height + 0.5, -0.7), (0.9, height + 1.1, 0.7)))
    return union(*parts, stone("#cdb488", 1.2, 0.3))
