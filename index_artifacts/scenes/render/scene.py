"""One picture: the scene that a category fills, and its rendering."""

import math
import tempfile
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .develop import Grade, develop
from .pov import FloatArray, Vector, block, number, vector
from .tracer import trace

T = TypeVar("T")


class Scene:
    """Collects the text of a POV-Ray scene; everything random comes from `rng`.

    Attributes:
        rng: The picture's generator of random numbers.
        grade: How the traced picture is developed; assign another one to change it.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.grade = Grade()
        self._parts: list[str] = []
        self._images: list[Image.Image] = []
        self._n_names = 0
        self._radiosity = ""

    def uniform(self, low: float, high: float) -> float:
        """Draw a number between two bounds."""
        return float(self.rng.uniform(low, high))

    def pick(self, *options: T) -> T:
        """Draw one of the options."""
        return options[int(self.rng.integers(len(options)))]

    def side(self) -> int:
        """Draw -1 or 1."""
        return self.pick(-1, 1)

    def add(self, *parts: str) -> None:
        """Add objects, lights or other statements."""
        self._parts.extend(parts)

    def declare(self, body: str) -> str:
        """Declare an object, texture or function once, to be used often; returns its name."""
        self._n_names += 1
        name = f"Part{self._n_names}"
        self._parts.append(f"#declare {name}={body}")
        return name

    def image(self, pixels: FloatArray) -> str:
        """Store a picture for `image_map` or `height_field`.

        Args:
            pixels: Values in [0, 1]; (h, w) gives 16 bits of gray, (h, w, 3) or (h, w, 4) 8 bits
                a channel.

        Returns:
            The quoted file name with its type before it: png "image1.png".
        """
        clipped = np.clip(pixels, 0, 1)
        samples: NDArray[np.uint16] | NDArray[np.uint8]
        if pixels.ndim == 2:
            samples = (clipped * 65535 + 0.5).astype(np.uint16)
        else:
            samples = (clipped * 255 + 0.5).astype(np.uint8)
        self._images.append(Image.fromarray(samples))
        return f'png "image{len(self._images)}.png"'

    def camera(
        self,
        position: Vector,
        target: Vector,
        angle: float,
        roll: float = 0.0,
        focus: tuple[float, Vector, int] | None = None,
    ) -> None:
        """Place the camera.

        Args:
            position: Where it stands.
            target: What is in the middle of the picture.
            angle: Field of view in degrees.
            roll: Degrees by which the picture is tilted.
            focus: (aperture, sharp point, samples) blurs what is nearer or farther; costs time.
        """
        blur = ""
        if focus is not None:
            aperture, point, samples = focus
            blur = (
                f"aperture {number(aperture)} focal_point {vector(point)} "
                f"blur_samples {samples} variance 1/400 confidence .9"
            )
        view = (
            f"up y right x angle {number(angle)} look_at {vector(target)} rotate {number(roll)}*z"
        )
        if not roll:
            view = f"up y right x angle {number(angle)} look_at {vector(target)}"
        self.add(block("camera", f"perspective location {vector(position)} {view} {blur}"))

    def radiosity(self, count: int = 40, error: float = 0.6, nearest: int = 8) -> None:
        """Switch on indirect light, for rooms; it doubles the time.

        Args:
            count: Rays that are sent out for a sample.
            error: How far apart samples may be.
            nearest: Samples that are averaged at a point.
        """
        self._radiosity = block(
            "radiosity",
            f"pretrace_start .08 pretrace_end .02 count {count} nearest_count {nearest} "
            f"error_bound {number(error)} recursion_limit 1 low_error_factor .6 "
            "gray_threshold .1 minimum_reuse .015 adc_bailout .02",
        )

    def text(self) -> str:
        """Return the whole scene in POV-Ray's language."""
        settings = block(
            "global_settings",
            "assumed_gamma 1.0 max_trace_level 6 noise_generator 2",
            self._radiosity,
        )
        head = ("#version 3.7;", "#default{finish{ambient 0 diffuse .8}}", settings)
        return "\n".join((*head, *self._parts)) + "\n"

    def render(self, size: int) -> Image.Image:
        """Trace and develop the picture.

        Args:
            size: Width and height in pixels.

        Raises:
            RenderError: POV-Ray is not installed, or does not accept the scene.
        """
        with tempfile.TemporaryDirectory(prefix="scene-") as name:
            folder = Path(name)
            for index, image in enumerate(self._images, start=1):
                image.save(folder / f"image{index}.png")
            light = trace(self.text(), folder, size)
        return develop(light, self.grade)


def direction(azimuth: float, elevation: float) -> FloatArray:
    """Make a unit vector from degrees: azimuth from z (ahead) toward x (right), and elevation."""
    around, up = math.radians(azimuth), math.radians(elevation)
    flat = math.cos(up)
    return np.array([math.sin(around) * flat, math.sin(up), math.cos(around) * flat])
