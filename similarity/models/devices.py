"""Where a network runs: on the processor, or on an accelerator that torch finds.

Tests give a device seam of their own, since the machines that this was written on have no
accelerator.
"""

import logging
from collections.abc import Callable
from threading import Lock

import torch
from torch import Tensor, nn

from similarity.choices import DeviceChoice
from similarity.errors import DeviceError

CPU = torch.device("cpu")

CPU_BATCH = 8
"""Larger batches are slower where the output of a layer, 3.2 MB a picture in ResNet18, exceeds the
32 MB up to which the C library keeps memory for the next one."""

ACCELERATOR_BATCH = 64
"""Pictures that an accelerator is given at once, unless told otherwise: not measured here."""

_log = logging.getLogger(__name__)


def is_available(name: str) -> bool:
    """Tell whether torch can use a kind of device here."""
    if name == "cuda":
        return torch.cuda.is_available()
    if name == "mps":
        return torch.backends.mps.is_available()
    return name == "cpu"


def choose_device(
    choice: DeviceChoice, available: Callable[[str], bool] = is_available
) -> torch.device:
    """Find the device that a person means.

    Args:
        choice: auto is an accelerator where there is one, else the processor.
        available: Tells what there is.

    Raises:
        DeviceError: There is none of this kind.
    """
    names = ("cuda", "mps", "cpu") if choice == "auto" else (choice,)
    for name in names:
        if available(name):
            return torch.device(name)
    raise DeviceError(
        f"torch finds no {choice} device on this machine; choose --device auto or cpu, or install "
        "a torch that supports it."
    )


def describe_device(device: torch.device) -> str:
    """Name a device as a manifest records it: `cpu`, `mps`, or `cuda` with the card's name."""
    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return device.type


class AcceleratedNetwork:
    """A network on an accelerator, given what fits into its memory. Safe for several threads.

    What is computed stays float32: TensorFloat-32, which convolutions on CUDA use by default, would
    keep three digits of seven.
    """

    def __init__(self, network: nn.Module, device: torch.device) -> None:
        """Move a network.

        Args:
            network: In evaluation mode.
            device: Where to.
        """
        if device.type == "cuda":
            torch.backends.cudnn.allow_tf32 = False
        self.device = device
        self._network = network.to(memory_format=torch.channels_last).to(device)
        self._lock = Lock()
        self._most: int | None = None  # pictures at once, once memory ran out

    def __call__(self, batch: Tensor) -> Tensor:
        """Run the network, (N, 3, side, side) float32 -> (N, dim) float32, both in main memory.

        Raises:
            DeviceError: The memory of the device is too small for a single picture.
        """
        if self.device.type == "cuda":
            batch = batch.pin_memory()
        with self._lock:
            outputs: list[Tensor] = []
            start = 0
            while start < len(batch):
                part = batch[start : start + (self._most or len(batch))]
                output = self._run(part)
                if output is not None:
                    outputs.append(output)
                    start += len(part)
            return torch.cat(outputs)

    def _run(self, part: Tensor) -> Tensor | None:
        """Run a part of a batch; None where memory ran out and the next part is to be smaller."""
        try:
            on_device = part.to(self.device, non_blocking=True)
            output: Tensor = self._network(on_device).float().cpu()
        except RuntimeError as error:
            if "out of memory" not in str(error):
                raise
            if len(part) == 1:
                raise DeviceError(
                    f"The memory of {describe_device(self.device)} is too small for this network "
                    "and one picture; choose a smaller --backbone or --device cpu."
                ) from error
            self._most = len(part) // 2
        else:
            return output
        # Outside of the handler: the error holds on to what was on the device.
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        _log.warning(
            "%s has no memory for %d pictures at once; going on with %d.",
            describe_device(self.device),
            len(part),
            self._most,
        )
        return None
