"""One training pass through MobileNetV3's features that is fast on a CPU.

Torch's own layers train this network at a few percent of a core's peak: three quarters of a step
go to batch normalization and to the weight gradients of the 5 x 5 depthwise convolutions.
`forward` computes the same function and the same gradients from the same modules, with the C++ of
`layers.cpp` for those two and matrix products for the 1 x 1 convolutions.

The C++ is compiled on first use, for this machine's processor, with the compiler that Annoy needs
as well; nothing but training imports this module.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional
from torch.nn.grad import conv2d_input
from torch.utils import cpp_extension
from torchvision.models.mobilenetv3 import InvertedResidual
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation

_ACTIVATIONS: dict[type[nn.Module], int] = {nn.Identity: 0, nn.ReLU: 1, nn.Hardswish: 2}
"""Codes of the C++ enumeration."""


@cache
def _compiled() -> Any:
    source = Path(__file__).with_suffix(".cpp")
    flags = ["-O3", "-march=native", "-ffast-math"]
    return cpp_extension.load("similarity_distill_layers", str(source), extra_cflags=flags)


def forward(features: nn.Sequential, batch: Tensor) -> Iterator[Tensor]:
    """Run the features in training mode.

    Running means and variances of batch normalization are updated as torch does it.

    Args:
        features: `torchvision.models.mobilenet_v3_small().features` or `_large`, float32, in
            channels-last memory order.
        batch: (N, 3, height, width) float32.

    Yields:
        What each of the features gives, (N, channels, height, width) float32.
    """
    for layer in features:
        batch = _block(layer, batch) if isinstance(layer, InvertedResidual) else _conv(layer, batch)
        yield batch


def _block(block: InvertedResidual, x: Tensor) -> Tensor:
    y = x
    for part in block.block:
        y = _squeeze(part, y) if isinstance(part, SqueezeExcitation) else _conv(part, y)
    return x + y if block.use_res_connect else y


def _squeeze(layer: SqueezeExcitation, x: Tensor) -> Tensor:
    """As the layer itself, but with matrix products: its convolutions see a single pixel."""
    pooled = x.mean((2, 3))  # (N, channels)
    hidden = functional.relu(functional.linear(pooled, layer.fc1.weight.flatten(1), layer.fc1.bias))
    gate = functional.linear(hidden, layer.fc2.weight.flatten(1), layer.fc2.bias)
    return x * functional.hardsigmoid(gate)[:, :, None, None]


def _conv(layer: nn.Module, x: Tensor) -> Tensor:
    """Convolution, batch normalization and activation."""
    if not isinstance(layer, Conv2dNormActivation):
        raise TypeError(f"expected a Conv2dNormActivation of torchvision, got {type(layer)}")
    convolution, norm, *rest = layer
    activation = type(rest[0]) if rest else nn.Identity
    if convolution.groups > 1:
        x = _Depthwise.apply(x, convolution.weight, convolution.stride[0])
    elif convolution.kernel_size == (1, 1):
        pixels = x.permute(0, 2, 3, 1)
        x = functional.linear(pixels, convolution.weight.flatten(1)).permute(0, 3, 1, 2)
    else:
        x = convolution(x)
    y, mean, variance = _NormActivation.apply(
        x, norm.weight, norm.bias, (norm.eps, _ACTIVATIONS[activation])
    )
    with torch.no_grad():
        n_pixels = x.numel() // x.shape[1]
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (n_pixels / (n_pixels - 1)), norm.momentum)
        norm.num_batches_tracked += 1
    result: Tensor = y
    return result


class _NormActivation(torch.autograd.Function):
    """Batch normalization over a batch, then an activation: output, mean and variance."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, settings: tuple[float, int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        y, mean, variance = _compiled().normalize(x, weight, bias, *settings)
        ctx.save_for_backward(x, weight, bias, mean, variance)
        ctx.settings = settings
        ctx.mark_non_differentiable(mean, variance)
        return y, mean, variance

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        gradients = _compiled().normalize_backward(gradient, *ctx.saved_tensors, *ctx.settings)
        return (*gradients, None)


class _Depthwise(torch.autograd.Function):
    """Depthwise convolution, padded by half its kernel."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride = stride
        return functional.conv2d(
            x, weight, None, stride, weight.shape[-1] // 2, groups=weight.shape[0]
        )

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        kernel = weight.shape[-1]
        x_gradient = conv2d_input(  # type: ignore[no-untyped-call]
            x.shape, weight, gradient, ctx.stride, kernel // 2, groups=weight.shape[0]
        )
        weight_gradient = _compiled().depthwise_weight_gradient(gradient, x, kernel, ctx.stride)
        return x_gradient, weight_gradient, None
