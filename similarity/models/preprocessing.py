"""From an RGB picture to a network's input."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision.models import WeightsEnum
from torchvision.transforms.v2 import InterpolationMode, functional

from similarity.errors import BackboneError


@dataclass(frozen=True)
class Preprocessing:
    """Resize, cut from the center, normalize, as torchvision's classification presets do it.

    Attributes:
        resize: Length that the shorter side is brought to, in pixels.
        crop: Side of the square that is cut from the center, in pixels.
        mean: Subtracted from red, green and blue in [0, 1].
        std: Divides what is left.
        interpolation: Of the resizing, which is antialiased: "bilinear" or "bicubic".
    """

    resize: int
    crop: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str = "bilinear"

    @classmethod
    def of_preset(cls, weights: WeightsEnum) -> Self:
        """Read the numbers out of torchvision's own preset for these weights."""
        preset = weights.transforms()
        return cls(
            resize=preset.resize_size[0],
            crop=preset.crop_size[0],
            mean=tuple(preset.mean),
            std=tuple(preset.std),
            interpolation=preset.interpolation.value,
        )

    @classmethod
    def of_timm(cls, config: Mapping[str, Any]) -> Self:
        """Read the numbers out of what `timm.data.resolve_model_data_config` gives.

        Raises:
            BackboneError: Pictures are not to be resized and cut from the center.
        """
        _, height, width = config["input_size"]
        if config["crop_mode"] != "center" or height != width:
            raise BackboneError(
                f"This network wants pictures of {width} x {height} pixels by crop mode "
                f"{config['crop_mode']!r}; only squares cut from the center are made here: choose "
                "another network."
            )
        return cls.from_json(
            {**config, "resize": math.floor(height / config["crop_pct"]), "crop": height}
        )

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `dataclasses.asdict` and JSON made of a record.

        Raises:
            ValueError: A value is missing or out of range.
        """
        resize, crop = int(values["resize"]), int(values["crop"])
        mean, std = tuple(map(float, values["mean"])), tuple(map(float, values["std"]))
        interpolation = InterpolationMode(values["interpolation"]).value
        if not 0 < crop <= resize:
            raise ValueError(f"crop {crop} is not between 1 and resize {resize}")
        if len(mean) != 3 or len(std) != 3 or min(std) <= 0:
            raise ValueError(f"mean {mean} and std {std} are not three numbers each, std above 0")
        return cls(resize, crop, mean, std, interpolation)

    def __call__(self, images: Sequence[Image.Image]) -> Tensor:
        """Bring RGB pictures of any size to one batch.

        Args:
            images: N pictures, 8-bit RGB.

        Returns:
            (N, 3, crop, crop) float32, normalized, in channels-last memory order.
        """
        crops = torch.stack([self._crop(image) for image in images])  # (N, 3, crop, crop) uint8
        batch = crops.to(torch.float32, memory_format=torch.channels_last).div_(255)
        batch.sub_(torch.tensor(self.mean).view(3, 1, 1))
        return batch.div_(torch.tensor(self.std).view(3, 1, 1))

    def _crop(self, image: Image.Image) -> Tensor:
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)  # (3, height, width) uint8
        interpolation = InterpolationMode(self.interpolation)
        resized = functional.resize(pixels, [self.resize], interpolation, antialias=True)
        crop: Tensor = functional.center_crop(resized, [self.crop])
        return crop
