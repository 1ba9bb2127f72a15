"""Gradient noise on arrays of coordinates."""

import numpy as np

from .pov import FloatArray


def perlin(x: FloatArray, y: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Compute gradient noise, about [-1, 1], with one bump per unit of length.

    Source: Ken Perlin, Improving Noise, SIGGRAPH 2002.
    """
    gradients = rng.normal(size=(256, 256, 2))
    gradients /= np.linalg.norm(gradients, axis=-1, keepdims=True)
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    dx, dy = x - column, y - row

    def corner(right: int, up: int) -> FloatArray:
        gradient = gradients[(column + right) % 256, (row + up) % 256]
        ramp: FloatArray = gradient[..., 0] * (dx - right) + gradient[..., 1] * (dy - up)
        return ramp

    ease_x, ease_y = (t**3 * (t * (t * 6 - 15) + 10) for t in (dx, dy))
    below = corner(0, 0) * (1 - ease_x) + corner(1, 0) * ease_x
    above = corner(0, 1) * (1 - ease_x) + corner(1, 1) * ease_x
    noise: FloatArray = (below * (1 - ease_y) + above * ease_y) * 1.4
    return noise


def fractal(
    x: FloatArray, y: FloatArray, rng: np.random.Generator, octaves: int = 6, gain: float = 0.5
) -> FloatArray:
    """Add octaves of noise, each twice as fine and `gain` times as strong; about [-1, 1]."""
    total, strength, weight = np.zeros_like(x), 0.0, 1.0
    for octave in range(octaves):
        total += weight * perlin(x * 2**octave + 7.3 * octave, y * 2**octave - 3.1 * octave, rng)
        strength += weight
        weight *= gain
    return total / strength


def ridged(
    x: FloatArray, y: FloatArray, rng: np.random.Generator, octaves: int = 7, gain: float = 0.46
) -> FloatArray:
    """Compute ridged fractal noise, about [0, 1]: sharp crests, detail where it is high.

    Source: F. Kenton Musgrave in Ebert et al., Texturing and Modeling, third edition, chapter 16.
    """
    total, strength, weight = np.zeros_like(x), 0.0, 1.0
    detail = np.ones_like(x)
    for octave in range(octaves):
        noise = perlin(x * 2**octave + 7.3 * octave, y * 2**octave - 3.1 * octave, rng)
        crest = (1 - 1.6 * np.minimum(np.abs(noise), 0.625)) ** 2 * detail
        detail = np.clip(crest * 1.6, 0, 1)
        total += weight * crest
        strength += weight
        weight *= gain
    return total / strength


def unit_grid(samples: int, extent: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Make x and z coordinates of a square grid over [-extent, extent], z along the rows."""
    axis = np.linspace(-extent, extent, samples)
    x, z = np.meshgrid(axis, axis)
    return x, z


def normalized(values: FloatArray) -> FloatArray:
    """Stretch an array to [0, 1]."""
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low)
