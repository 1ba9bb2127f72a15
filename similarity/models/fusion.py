"""Convolutions that do what follows them in the network before their output leaves the cache.

Torch runs an activation and a residual addition as passes of their own over memory, and brings
the weights of a convolution into the order that oneDNN wants anew for each batch. The operations
that torch's compiler calls instead (`torch/_inductor/fx_passes/mkldnn_fusion.py`) do without both,
and need no C++ compiler and no compilation.

From file to vector, on one core and 8 pictures at a time, that takes a fifth off the time of
EfficientNet-Lite0 (`python -m tests.benchmarks.embedding`). Adding into the addend's own memory,
which needs a proof that nothing else reads it, gains no more.
"""

import operator
from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.fx import GraphModule, Node

_ACTIVATIONS: dict[type[nn.Module], tuple[str, list[float]]] = {
    nn.ReLU: ("relu", []),
    nn.ReLU6: ("hardtanh", [0, 6]),
    nn.Hardswish: ("hardswish", []),
    nn.Hardsigmoid: ("hardsigmoid", []),
}
"""What oneDNN calls an activation, and the numbers that it wants with it."""

_ADDITIONS = (operator.add, operator.iadd, torch.add)


class FusedConvolution(nn.Module):
    """A convolution with the addition and the activation that follow it, for inference."""

    def __init__(
        self, convolution: nn.Conv2d, activation: nn.Module | None, shape: Sequence[int]
    ) -> None:
        """Bring the weights into the order that oneDNN likes for an input of this shape.

        Args:
            convolution: Where weights and settings come from; it is not kept.
            activation: What follows, one of those that oneDNN has.
            shape: (N, channels, height, width) of a typical input.
        """
        super().__init__()
        name, scalars = _ACTIVATIONS[type(activation)] if activation else ("none", [])
        self._activation = name, scalars, ""
        bias = convolution.bias
        self._bias = None if bias is None else bias.detach()
        self._how = (
            convolution.padding,
            convolution.stride,
            convolution.dilation,
            convolution.groups,
        )
        self._weight = torch.ops.mkldnn._reorder_convolution_weight(
            convolution.weight.detach(), *self._how, shape
        )

    def forward(self, batch: Tensor, addend: Tensor | None = None) -> Tensor:
        """Compute activation(convolution(batch) + addend), float32.

        Args:
            batch: (N, channels, height, width) float32.
            addend: Of the shape of the output; it is not changed.
        """
        operations = torch.ops.mkldnn._convolution_pointwise
        weights = self._weight, self._bias, *self._how
        if addend is None:
            return cast(Tensor, operations.default(batch, *weights, *self._activation))
        name, scalars, algorithm = self._activation
        after = (None if name == "none" else name, scalars, algorithm)
        return cast(Tensor, operations.binary(batch, addend, *weights, "add", 1, *after))


def fuse_convolutions(network: GraphModule, shape: Sequence[int]) -> GraphModule:
    """Let each convolution do the residual addition and the activation that follow it.

    Args:
        network: In evaluation mode, float32, with batch norm already in the convolutions; it is
            changed.
        shape: (N, 3, height, width) of a typical batch, float32: others come out right as well,
            but another picture size may cost an order of the weights anew for each batch.

    Returns:
        The same network, for inference only and for any batch and picture size. Where torch comes
        without oneDNN it is as it was.
    """
    if not _is_supported():
        return network
    shapes = _input_shapes(network, shape)
    modules = dict(network.named_modules())
    for node in list(network.graph.nodes):
        convolution = modules.get(str(node.target)) if node.op == "call_module" else None
        if isinstance(convolution, nn.Conv2d):
            _fuse(network, modules, node, shapes[convolution])
    network.graph.lint()
    network.recompile()
    # Else the weights would be kept in both orders.
    network.delete_all_unused_submodules()
    return network


def _is_supported() -> bool:
    is_available: Callable[[], bool] = torch.backends.mkldnn.is_available
    return is_available() and all(
        hasattr(torch.ops.mkldnn, name)
        for name in ("_convolution_pointwise", "_reorder_convolution_weight")
    )


def _input_shapes(network: GraphModule, shape: Sequence[int]) -> dict[nn.Module, Sequence[int]]:
    """Run the network without numbers, which costs hundredths of a second, and note shapes."""
    shapes: dict[nn.Module, Sequence[int]] = {}

    def note(module: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        shapes[module] = list(arguments[0].shape)

    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    hooks = [module.register_forward_pre_hook(note) for module in convolutions]
    weights = {name: value.to("meta") for name, value in network.state_dict().items()}
    with torch.inference_mode():
        functional_call(network, weights, (torch.empty(*shape, device="meta"),))
    for hook in hooks:
        hook.remove()
    return shapes


def _fuse(
    network: GraphModule, modules: dict[str, nn.Module], node: Node, shape: Sequence[int]
) -> None:
    """Replace the call of a convolution, and of what follows and needs nothing else of it."""
    replaced, arguments = [node], list(node.args)
    follower = _only_user(node)
    if follower is not None and follower.target in _ADDITIONS:
        addend = follower.args[1] if follower.args[0] is node else follower.args[0]
        if isinstance(addend, Node) and addend is not node:
            arguments.append(addend)
            replaced.append(follower)
            follower = _only_user(follower)
    activation = modules.get(str(follower.target)) if follower is not None else None
    # oneDNN's addition goes with no other activation.
    known = _ACTIVATIONS if len(arguments) == 1 else (nn.ReLU,)
    if follower is not None and type(activation) in known:
        replaced.append(follower)
    else:
        activation = None
    convolution = cast(nn.Conv2d, modules[str(node.target)])
    name = f"{node.name}_fused"
    network.add_submodule(name, FusedConvolution(convolution, activation, shape))
    with network.graph.inserting_before(replaced[-1]):
        fused = network.graph.call_module(name, tuple(arguments))
    replaced[-1].replace_all_uses_with(fused)
    for old in reversed(replaced):
        network.graph.erase_node(old)


def _only_user(node: Node) -> Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None
