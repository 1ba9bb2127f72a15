"""Accelerators, through a seam: the machines of the tests have none."""

import logging
import sys
import time

import pytest
import torch
from drawing import noise
from torch import Tensor, nn

from similarity import errors
from similarity.choices import DeviceChoice
from similarity.models.devices import AcceleratedNetwork, choose_device
from similarity.models.embedder import embed, load_embedder
from similarity.models.names import DEFAULT_BACKBONE

CPU = torch.device("cpu")

ROUNDING = 1e-5
"""Share of the longest component, as in test_backbones."""


class SmallMemory(nn.Module):
    """Doubles the means of at most so many pictures at once; notes how many it was given."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.given: list[int] = []

    def forward(self, batch: Tensor) -> Tensor:
        self.given.append(len(batch))
        if len(batch) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
        return batch.mean(dim=(2, 3)) * 2


@pytest.mark.parametrize(
    ("choice", "there", "expected"),
    [
        ("auto", {"cpu", "cuda", "mps"}, "cuda"),
        ("auto", {"cpu", "mps"}, "mps"),
        ("auto", {"cpu"}, "cpu"),
        ("cpu", {"cpu", "cuda"}, "cpu"),
        ("mps", {"cpu", "cuda", "mps"}, "mps"),
    ],
)
def test_choose_device_takes_what_is_there(
    choice: DeviceChoice, there: set[str], expected: str
) -> None:
    assert choose_device(choice, there.__contains__) == torch.device(expected)


def test_choose_device_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(errors.DeviceError, match=r"no cuda device .* choose --device auto or cpu"):
        choose_device("cuda", {"cpu"}.__contains__)


def test_out_of_memory_halves_the_batch_for_good_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    small = SmallMemory(most=3)
    network = AcceleratedNetwork(small, CPU)
    batch = torch.arange(10.0).view(10, 1, 1, 1).expand(10, 3, 2, 2)
    with caplog.at_level(logging.WARNING):
        outputs = network(batch)
    assert outputs[:, 0].tolist() == [2.0 * number for number in range(10)]
    assert small.given == [10, 5, 2, 2, 2, 2, 2]
    assert [record.getMessage() for record in caplog.records] == [
        "cpu has no memory for 10 pictures at once; going on with 5.",
        "cpu has no memory for 5 pictures at once; going on with 2.",
    ]
    small.given.clear()
    network(batch[:4])
    assert small.given == [2, 2]


def test_out_of_memory_for_one_picture_is_an_error() -> None:
    network = AcceleratedNetwork(SmallMemory(most=0), CPU)
    with pytest.raises(errors.DeviceError, match="one picture; choose a smaller --backbone"):
        network(torch.zeros(4, 3, 2, 2))


def test_other_failures_of_a_device_are_not_taken_for_lack_of_memory() -> None:
    class Broken(nn.Module):
        def forward(self, _: Tensor) -> Tensor:
            raise RuntimeError("device-side assert")

    with pytest.raises(RuntimeError, match="device-side assert"):
        AcceleratedNetwork(Broken(), CPU)(torch.zeros(1, 3, 2, 2))


def test_accelerated_path_embeds_what_the_fused_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The path of accelerators, on the processor: rounding may differ, nothing else."""
    images = [noise(number, (250, 330)) for number in range(3)]
    expected = embed(load_embedder(DEFAULT_BACKBONE), images)
    monkeypatch.setattr("similarity.models.embedder.runs_fused", lambda _: False)
    given = embed(load_embedder(DEFAULT_BACKBONE), images)
    assert abs(given - expected).max() < ROUNDING * abs(expected).max()


@pytest.mark.accelerator
def test_cuda_embeds_what_the_processor_does(capsys: pytest.CaptureFixture[str]) -> None:
    images = [noise(number, (250, 330)) for number in range(128)]
    expected = embed(load_embedder(DEFAULT_BACKBONE), images)
    embedder = load_embedder(DEFAULT_BACKBONE, device=choose_device("cuda"))
    embed(embedder, images)
    start = time.perf_counter()
    given = embed(embedder, images)
    with capsys.disabled():
        rate = len(images) / (time.perf_counter() - start)
        sys.stdout.write(f"{embedder.device}: {rate:.0f} pictures a second from pixels\n")
    cosines = (given * expected).sum(axis=1)
    cosines /= (given**2).sum(axis=1) ** 0.5 * (expected**2).sum(axis=1) ** 0.5
    assert cosines.min() > 0.9999
    assert embedder.device.startswith("cuda (")
