"""Colors: sRGB triples in [0, 1], and how POV-Ray writes them."""

import colorsys

Color = tuple[float, float, float]
ColorLike = str | Color


def rgb(color: ColorLike) -> Color:
    """Read a color.

    Args:
        color: "#rrggbb" or an sRGB triple in [0, 1], which is returned as it is.
    """
    if not isinstance(color, str):
        return color
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def hsv(hue: float, saturation: float, value: float) -> Color:
    """Make a color from hue (any number; whole turns do not count), saturation and value."""
    return colorsys.hsv_to_rgb(hue % 1.0, min(max(saturation, 0.0), 1.0), min(max(value, 0.0), 1.0))


def mix(first: ColorLike, second: ColorLike, share: float) -> Color:
    """Blend two colors; `share` is the second color's part in [0, 1]."""
    red, green, blue = (a + (b - a) * share for a, b in zip(rgb(first), rgb(second), strict=True))
    return red, green, blue


def darker(color: ColorLike, share: float) -> Color:
    """Blend a color with black; 1 is black."""
    return mix(color, "#000000", share)


def lighter(color: ColorLike, share: float) -> Color:
    """Blend a color with white; 1 is white."""
    return mix(color, "#ffffff", share)


def srgb(color: ColorLike, transmit: float = 0.0) -> str:
    """Write a color for POV-Ray; `transmit` lets light through, 1 is invisible."""
    red, green, blue = rgb(color)
    if transmit:
        return f"srgbt <{red:.4f},{green:.4f},{blue:.4f},{transmit:.4f}>"
    return f"srgb <{red:.4f},{green:.4f},{blue:.4f}>"
