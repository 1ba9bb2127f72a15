"""Networks that timm makes: an extra, imported when one is asked for.

Source: Wightman, PyTorch Image Models, https://github.com/huggingface/pytorch-image-models.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from similarity.datatypes import WeightsInfo
from similarity.errors import BackboneError, UnknownBackboneError, WeightsUnavailableError
from similarity.models.names import TIMM_PREFIX
from similarity.models.preprocessing import Preprocessing
from similarity.models.weights import compare_states, read_checkpoint


@dataclass(frozen=True)
class TimmNetwork:
    """What timm knows of a network.

    Attributes:
        network: Without its last layer, in evaluation mode.
        dim: Length of an embedding.
        weights: Which weights it has.
        preprocessing: What the weights were trained for.
    """

    network: nn.Module
    dim: int
    weights: WeightsInfo
    preprocessing: Preprocessing


def load_network(name: str, weights: Path | None = None) -> TimmNetwork:
    """Make a network with its published weights, or with those of a file.

    Args:
        name: `timm/` and timm's name, such as `timm/vit_small_patch14_dinov2.lvd142m`.
        weights: A `.pth` or `.safetensors` file of the same architecture, with or without its last
            layer.

    Raises:
        BackboneError: timm is not installed, or the network wants pictures that are not made here.
        UnknownBackboneError: timm has no such network.
        WeightsUnavailableError: No weights here, and no network to download them.
        CheckpointError: The file does not hold weights of this architecture.
    """
    timm = _import_timm()
    own_name = name.removeprefix(TIMM_PREFIX)
    try:
        network = timm.create_model(own_name, pretrained=weights is None, num_classes=0).eval()
    except OSError as error:
        raise WeightsUnavailableError(
            f"The weights of {name} are not on this machine and could not be downloaded "
            f"({str(error).partition('. ')[0]}): try again where there is network, or give a file "
            "with --weights."
        ) from error
    except RuntimeError as error:
        raise UnknownBackboneError(
            f"timm has no network {own_name!r} that could be loaded ({error}); "
            "timm.list_pretrained() lists what it has."
        ) from error
    if weights is None:
        info = WeightsInfo(name, own_name, digest_of(network.state_dict()), verified=False)
    else:
        info = _load_file(network, name, weights)
    preprocessing = Preprocessing.of_timm(timm.data.resolve_model_data_config(network))
    return TimmNetwork(network, _measure_dim(network, preprocessing.crop), info, preprocessing)


def digest_of(state: Mapping[str, Tensor]) -> str:
    """Compute the sha256 of parameters, which does not depend on the file that they came in."""
    digest = hashlib.sha256()
    for key, value in sorted(state.items()):
        digest.update(f"{key} {tuple(value.shape)} {value.dtype}\n".encode())
        digest.update(value.contiguous().view(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _import_timm() -> ModuleType:
    try:
        return import_module("timm")
    except ImportError:
        raise BackboneError(
            f"Backbones whose names begin with {TIMM_PREFIX} need the package timm: pip install "
            "timm."
        ) from None


def _load_file(network: nn.Module, name: str, path: Path) -> WeightsInfo:
    checkpoint = read_checkpoint(path)
    config: Any = network.pretrained_cfg
    classifiers = config.get("classifier") or ()
    prefixes = tuple(
        f"{classifier}."
        for classifier in ([classifiers] if isinstance(classifiers, str) else classifiers)
    )
    state = {key: value for key, value in checkpoint.state.items() if not key.startswith(prefixes)}
    compare_states(checkpoint.info.file, name, state, network.state_dict())
    network.load_state_dict(state, strict=False, assign=True)
    return checkpoint.info


@torch.inference_mode()
def _measure_dim(network: nn.Module, side: int) -> int:
    """Length of what the network gives: models with several heads declare other numbers."""
    shape = network(torch.zeros(1, 3, side, side)).shape
    if len(shape) != 2:
        raise BackboneError(
            f"This network of timm gives numbers of shape {tuple(shape[1:])} for a picture, not "
            "one row; choose another one."
        )
    return int(shape[1])
