"""Measure how fast pictures become embeddings, from file to vector.

    pip install -r tests/benchmarks/requirements.txt
    python -m tests.benchmarks.embedding --photos ../shared/photos/imagenet --output embedding.json

Each backbone, with random weights, in four ways: as torchvision's documentation has it (the
preset on pictures from Pillow, then the network as it is), as the project does it, and with
onnxruntime or openvino in the place of the project's network, everything else the same. All run in
turns, so that another load on the machine meets all; a ratio holds where a time does not. The
seconds that the cores were busy are the steadier of the two measures.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import openvino
import torch
from PIL import Image
from torch import Tensor, nn

from similarity.backbones import BACKBONES, Backbone, BackboneEmbedder
from similarity.console import print_line
from similarity.datatypes import Embeddings, WeightsInfo
from similarity.embedding import DEFAULT_BATCH_SIZE, embed_files
from similarity.weights import Checkpoint

EAGER = "preset + eager"
OURS = "this project"

Way = Callable[[Sequence[Path]], list[Embeddings]]


@dataclass(frozen=True)
class Cost:
    """What one way costs, medians over the repeats.

    Attributes:
        wall_ms: Milliseconds for a picture.
        cpu_ms: Milliseconds for a picture that cores were busy, all added.
        wall_ratio: Median of the baseline's time by this one's, turn by turn.
        cpu_ratio: The same of the busy cores.
    """

    wall_ms: float
    cpu_ms: float
    wall_ratio: float
    cpu_ratio: float


class OnnxEmbedder(BackboneEmbedder):
    """Onnxruntime in the place of the network, one core a thread."""

    def use(self, model: Path) -> None:
        """Load an exported network."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options)

    def forward(self, batch: Tensor) -> Embeddings:
        """Run the exported network."""
        embeddings: Embeddings = self._session.run(None, {"batch": batch.contiguous().numpy()})[0]
        return embeddings


class OpenVinoEmbedder(BackboneEmbedder):
    """Openvino in the place of the network, a stream for each core."""

    def use(self, model: Path) -> None:
        """Compile an exported network."""
        settings = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "THROUGHPUT"}
        self._compiled = openvino.Core().compile_model(model, "CPU", settings)

    def forward(self, batch: Tensor) -> Embeddings:
        """Run the exported network."""
        request = self._compiled.create_infer_request()
        embeddings: Embeddings = request.infer([batch.contiguous().numpy()])[0]
        return embeddings


def main() -> None:
    """Measure, print a table for each backbone and write all of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--backbones", nargs="+", default=list(BACKBONES), choices=BACKBONES)
    parser.add_argument("--pictures", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    files = sorted(arguments.photos.glob("*.jpg"))[: arguments.pictures]
    report = {}
    for name in arguments.backbones:
        costs = measure(make_ways(BACKBONES[name]), files, arguments.repeats)
        report[name] = {way: asdict(cost) for way, cost in costs.items()}
        print_line(f"{name:24}ms wall    cpu  times as fast: wall   cpu")
        for way, cost in costs.items():
            ratios = f"{cost.wall_ratio:19.2f}{cost.cpu_ratio:6.2f}"
            print_line(f"  {way:20}{cost.wall_ms:9.1f}{cost.cpu_ms:7.1f}{ratios}")
    facts = {
        "pictures": len(files),
        "repeats": arguments.repeats,
        "batch_size": DEFAULT_BATCH_SIZE,
        "cores": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "load": os.getloadavg()[0],
        "backbones": report,
    }
    arguments.output.write_text(json.dumps(facts, indent=2), encoding="utf-8")


def make_ways(backbone: Backbone) -> dict[str, Way]:
    """Make the four ways from file to vector, all with the same random weights."""
    torch.manual_seed(0)
    network = backbone.build().eval()
    info = WeightsInfo("random", "random", "00" * 32, verified=False)
    checkpoint = Checkpoint(info, dict(network.state_dict()), {})
    network.set_submodule(backbone.last_layer, nn.Identity())
    onnx, openvino_ = OnnxEmbedder(backbone, checkpoint), OpenVinoEmbedder(backbone, checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "network.onnx"
        example = torch.zeros(DEFAULT_BATCH_SIZE, 3, 224, 224)
        torch.onnx.export(network, (example,), model, input_names=["batch"], verbose=False)
        onnx.use(model)
        openvino_.use(model)

    def embed_eagerly(files: Sequence[Path]) -> list[Embeddings]:
        preset = backbone.published.transforms()
        rows = []
        for start in range(0, len(files), DEFAULT_BATCH_SIZE):
            batch = files[start : start + DEFAULT_BATCH_SIZE]
            images = [preset(Image.open(file).convert("RGB")) for file in batch]
            with torch.inference_mode():
                rows.append(network(torch.stack(images)).numpy())
        return rows

    ours = BackboneEmbedder(backbone, checkpoint)
    return {
        EAGER: embed_eagerly,
        OURS: lambda files: list(embed_files(ours, files)),
        "with onnxruntime": lambda files: list(embed_files(onnx, files)),
        "with openvino": lambda files: list(embed_files(openvino_, files)),
    }


def measure(ways: dict[str, Way], files: Sequence[Path], repeats: int) -> dict[str, Cost]:
    """Run all ways in turns.

    Raises:
        ValueError: A way gives other vectors, so that its time says nothing.
    """
    vectors = {way: np.concatenate(run(files[:DEFAULT_BATCH_SIZE])) for way, run in ways.items()}
    for way, own in vectors.items():
        lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(vectors[OURS], axis=1)
        if ((own * vectors[OURS]).sum(axis=1) < 0.99 * lengths).any():
            raise ValueError(f"{way} gives other embeddings than {OURS}.")
    wall, cpu = defaultdict(list), defaultdict(list)
    for _ in range(repeats):
        for way, run in ways.items():
            start, busy = time.perf_counter(), time.process_time()
            run(files)
            cpu[way].append((time.process_time() - busy) / len(files) * 1000)
            wall[way].append((time.perf_counter() - start) / len(files) * 1000)
    return {
        way: Cost(
            statistics.median(wall[way]),
            statistics.median(cpu[way]),
            _ratio(wall[EAGER], wall[way]),
            _ratio(cpu[EAGER], cpu[way]),
        )
        for way in ways
    }


def _ratio(baseline: Sequence[float], own: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(baseline, own, strict=True))


if __name__ == "__main__":
    main()
