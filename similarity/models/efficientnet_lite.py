"""EfficientNet-Lite0, of torchvision's building blocks, and the names that its checkpoint has.

MobileNet's inverted bottlenecks in EfficientNet's sizes, without what phones are slow at: no
squeeze-and-excitation, ReLU6 in the place of swish, a stem and a head that do not grow.

Source: Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
https://arxiv.org/abs/1905.11946, and https://github.com/tensorflow/tpu, efficientnet/lite.
"""

import re
from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops.misc import Conv2dNormActivation

CHECKPOINT_NAMES = (
    (r"_conv_stem\.", "stem.0."),
    (r"_bn0\.", "stem.1."),
    (r"_blocks\.(\d+)\._expand_conv\.", r"blocks.\1.expand.0."),
    (r"_blocks\.(\d+)\._bn0\.", r"blocks.\1.expand.1."),
    (r"_blocks\.(\d+)\._depthwise_conv\.", r"blocks.\1.depthwise.0."),
    (r"_blocks\.(\d+)\._bn1\.", r"blocks.\1.depthwise.1."),
    (r"_blocks\.(\d+)\._project_conv\.", r"blocks.\1.project.0."),
    (r"_blocks\.(\d+)\._bn2\.", r"blocks.\1.project.1."),
    (r"_conv_head\.", "head.0."),
    (r"_bn1\.", "head.1."),
    (r"_fc\.", "classifier."),
)
"""How a parameter's name begins in the published checkpoint, and how here."""

_STAGES = (
    # kernel, stride, expansion, channels out, blocks
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
"""Source: efficientnet/lite/efficientnet_lite_builder.py, `efficientnet_lite0`, and table 1 of the
paper."""

_STEM_CHANNELS = 32
_HEAD_CHANNELS = 1280
_CLASSES = 1000

_Normalized = partial(Conv2dNormActivation, norm_layer=partial(nn.BatchNorm2d, eps=1e-3))


def _same_convolution(
    channels_in: int, channels_out: int, kernel: int, stride: int, groups: int = 1
) -> Conv2dNormActivation:
    """Make a convolution padded as TensorFlow's "same": what is odd goes to the right and below.

    For an even side and stride 2, kernel 3 is padded by 0 and 1, kernel 5 by 1 and 2; a symmetric
    padding would look one pixel further to the left. A kernel that is one larger and begins with
    zeros, padded symmetrically, computes the same: `read_state` puts them there. A padding of its
    own would be another pass over memory, which takes a quarter longer here.
    """
    return _Normalized(
        channels_in,
        channels_out,
        kernel + 1 if stride == 2 else kernel,
        stride,
        padding=kernel // 2,
        groups=groups,
        activation_layer=nn.ReLU6,
    )


class _InvertedBottleneck(nn.Module):
    """Widen, look around in each channel, narrow; what came in is added where it fits."""

    def __init__(
        self, channels_in: int, channels_out: int, kernel: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        wide = channels_in * expansion
        self.expand = (
            _Normalized(channels_in, wide, 1, activation_layer=nn.ReLU6)
            if expansion > 1
            else nn.Identity()
        )
        self.depthwise = _same_convolution(wide, wide, kernel, stride, groups=wide)
        self.project = _Normalized(wide, channels_out, 1, activation_layer=None)
        self.adds = stride == 1 and channels_in == channels_out

    def forward(self, batch: Tensor) -> Tensor:
        narrowed: Tensor = self.project(self.depthwise(self.expand(batch)))
        return narrowed + batch if self.adds else narrowed


class EfficientNetLite0(nn.Module):
    """The classifier; `classifier` is its last layer, which is given 1280 numbers a picture."""

    def __init__(self) -> None:
        """Make the network untrained."""
        super().__init__()
        self.stem = _same_convolution(3, _STEM_CHANNELS, kernel=3, stride=2)
        blocks = []
        channels = _STEM_CHANNELS
        for kernel, stride, expansion, channels_out, n_blocks in _STAGES:
            for number in range(n_blocks):
                blocks.append(
                    _InvertedBottleneck(
                        channels, channels_out, kernel, 1 if number else stride, expansion
                    )
                )
                channels = channels_out
        self.blocks = nn.Sequential(*blocks)
        self.head = _Normalized(channels, _HEAD_CHANNELS, 1, activation_layer=nn.ReLU6)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(_HEAD_CHANNELS, _CLASSES)

    def forward(self, batch: Tensor) -> Tensor:
        """Classify, (N, 3, side, side) float32 in [-1, 1], side a multiple of 32 -> (N, 1000)."""
        pooled = self.pool(self.head(self.blocks(self.stem(batch))))
        logits: Tensor = self.classifier(torch.flatten(pooled, 1))
        return logits


def read_state(checkpoint: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Bring the parameters of the published checkpoint into the form that they have here.

    Args:
        checkpoint: By `CHECKPOINT_NAMES`' first column. Names of this module stay as they are.
    """
    with torch.device("meta"):
        shapes = EfficientNetLite0().state_dict()
    state = {_rename(name): value for name, value in checkpoint.items()}
    for name, value in state.items():
        if name in shapes and value.ndim == 4 and shapes[name].shape[-1] == value.shape[-1] + 1:
            state[name] = functional.pad(value, (1, 0, 1, 0))
    return state


def _rename(name: str) -> str:
    for old, new in CHECKPOINT_NAMES:
        if re.match(old, name):
            return re.sub(old, new, name, count=1)
    return name
