from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import cast

import pytest
import torch
from torch import Tensor, nn
from torch.fx import GraphModule, symbolic_trace
from torch.fx.experimental.optimization import fuse

from similarity.models.fusion import FusedConvolution, fuse_convolutions
from similarity.models.registry import get_backbone

SHAPE = (1, 3, 64, 64)
CONVOLUTIONS = ("efficientnet_lite0", "resnet50", "resnet18", "vgg16", "mobilenet_v2")

ACTIVATIONS = (nn.ReLU, nn.ReLU6, nn.Hardswish, nn.Hardsigmoid)


def make_backbone(name: str) -> GraphModule:
    """With batch norm that changes its input, and in the convolutions.

    VGG16's linear layers have hundreds of megabytes of weights, and are not what is tested.
    """
    torch.manual_seed(0)
    network = get_backbone(name).build().eval()
    last_layer = "classifier" if name == "vgg16" else get_backbone(name).last_layer
    network.set_submodule(last_layer, nn.Identity())
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.weight, module.running_var):
                cast(Tensor, values).data.uniform_(0.5, 1.5)
            for values in (module.bias, module.running_mean):
                cast(Tensor, values).data.normal_(0, 0.1)
    whole = fuse(network).to(memory_format=torch.channels_last)
    return cast(GraphModule, whole)


def make_batch(*shape: int) -> Tensor:
    return torch.randn(*shape).contiguous(memory_format=torch.channels_last)


def assert_same(given: Tensor, expected: Tensor) -> None:
    bound = 1e-4 * float(expected.abs().max())
    torch.testing.assert_close(given, expected, rtol=0, atol=bound)


def targets(network: GraphModule) -> list[object]:
    """Give what the network calls: the module, or the function."""
    modules = dict(network.named_modules())
    return [modules.get(str(node.target), node.target) for node in network.graph.nodes]


@pytest.mark.parametrize("name", [*CONVOLUTIONS, "mobilenet_v3_small", "convnext_tiny"])
@torch.inference_mode()
def test_fused_backbone_gives_what_the_plain_one_gives(name: str) -> None:
    plain = make_backbone(name)
    fused = fuse_convolutions(deepcopy(plain), SHAPE)
    for shape in (SHAPE, (3, 3, 64, 64), (8, 3, 64, 64), (2, 3, 96, 96), SHAPE):
        batch = make_batch(*shape)
        before = batch.clone()
        assert_same(fused(batch), plain(batch))
        assert torch.equal(batch, before)
    batch = make_batch(2, 3, 64, 64).contiguous()
    assert_same(fused(batch), plain(batch))


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_fused_backbone_has_nothing_left_to_do_after_a_convolution(name: str) -> None:
    network = make_backbone(name)
    n_convolutions = sum(isinstance(module, nn.Conv2d) for module in network.modules())
    fused = fuse_convolutions(network, SHAPE)
    called = targets(fused)
    assert sum(isinstance(target, FusedConvolution) for target in called) == n_convolutions
    assert not [target for target in called if isinstance(target, (nn.Conv2d, *ACTIVATIONS))]
    assert not [target for target in called if "add" in getattr(target, "__name__", "")]


def test_fused_network_does_not_keep_plain_weights() -> None:
    fused = fuse_convolutions(make_backbone("vgg16"), SHAPE)
    assert not list(fused.parameters())
    assert not [module for module in fused.modules() if isinstance(module, nn.Conv2d)]


@torch.inference_mode()
def test_fused_network_gives_the_same_in_threads() -> None:
    fused = fuse_convolutions(make_backbone("resnet18"), SHAPE)
    batches = [make_batch(1 + number % 3, 3, 64, 64) for number in range(12)]
    expected = [fused(batch) for batch in batches]

    def run(batch: Tensor) -> Tensor:
        with torch.inference_mode():
            result: Tensor = fused(batch)
        return result

    with ThreadPoolExecutor(4) as pool:
        for given, once in zip(pool.map(run, batches), expected, strict=True):
            assert_same(given, once)


class Branches(nn.Module):
    """Outputs and addends that are needed again, and what oneDNN cannot do."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.left = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.right = nn.Conv2d(8, 8, 1)
        self.relu = nn.ReLU()
        self.relu6 = nn.ReLU6()

    def forward(self, batch: Tensor) -> Tensor:
        stem = self.stem(batch)
        left = self.left(self.relu(stem))
        twice = left + left
        three = self.right(stem) + 3
        six = self.relu6(self.left(twice) + left)
        total: Tensor = six + three - stem + self.relu(left)
        return total


@torch.inference_mode()
def test_fused_convolution_keeps_what_others_need() -> None:
    torch.manual_seed(0)
    network = Branches()
    fused = fuse_convolutions(symbolic_trace(network), (1, 3, 16, 16))
    batch = make_batch(2, 3, 16, 16)
    assert_same(fused(batch), network(batch))


def test_fusion_without_onednn_leaves_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    network = make_backbone("resnet18")
    before = network.code
    assert fuse_convolutions(network, SHAPE).code == before
