"""Measure how fast pictures become embeddings, from file to vector.

    pip install -r tests/benchmarks/requirements.txt
    python -m tests.benchmarks.embedding --photos PHOTOS --output embedding.json

Each backbone, with random weights, in five ways: as torchvision's documentation has it (the
preset on pictures from Pillow, then the network as it is), as the project does it, without fusing
convolutions with what follows them, and with onnxruntime or openvino in the place of the project's
network, everything else the same. All run in
turns, so that another load on the machine meets all; a ratio holds where a time does not. On a
busy machine set OMP_NUM_THREADS=1 and look at the seconds that the core was busy: with more, torch
as it is waits, spinning, for threads that do not come.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
import onnxruntime
import openvino
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms import InterpolationMode
from torchvision.transforms._presets import ImageClassification

from similarity.ann.exact import ExactSearch
from similarity.cli.console import print_line
from similarity.datatypes import Embeddings, WeightsInfo
from similarity.models.devices import CPU_BATCH
from similarity.models.embedder import BackboneEmbedder, load_embedder
from similarity.models.embedding import embed_files
from similarity.models.names import DEFAULT_BACKBONE, TITLES
from similarity.models.registry import Backbone, get_backbone
from similarity.models.weights import Checkpoint

EAGER = "preset + eager"
OURS = "this project"
UNFUSED = "not fused"

AGREEMENT_PICTURES = 1000

Way = Callable[[Sequence[Path]], Iterator[Embeddings]]


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
        settings = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "NUM_STREAMS": torch.get_num_threads(),
        }
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
    parser.add_argument("--backbones", nargs="*", default=list(TITLES))
    parser.add_argument("--pictures", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    everything = sorted(arguments.photos.rglob("*.jpg"))
    files = everything[: arguments.pictures]
    chosen = everything[:AGREEMENT_PICTURES]
    agreement = measure_agreement(get_backbone(DEFAULT_BACKBONE), chosen)
    print_line(f"of the 10 nearest among {len(chosen)}, {agreement:.2%} are the same")
    report = {}
    for name in arguments.backbones:
        costs = measure(make_ways(get_backbone(name)), files, arguments.repeats)
        report[name] = {way: asdict(cost) for way, cost in costs.items()}
        print_line(f"{name:24}ms wall    cpu  times as fast: wall   cpu")
        for way, cost in costs.items():
            ratios = f"{cost.wall_ratio:19.2f}{cost.cpu_ratio:6.2f}"
            print_line(f"  {way:20}{cost.wall_ms:9.1f}{cost.cpu_ms:7.1f}{ratios}")
    facts = {
        "pictures": len(files),
        "repeats": arguments.repeats,
        "batch_size": CPU_BATCH,
        "cores": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "load": os.getloadavg()[0],
        "agreement_at_10": agreement,
        "backbones": report,
    }
    arguments.output.write_text(json.dumps(facts, indent=2), encoding="utf-8")


def make_ways(backbone: Backbone) -> dict[str, Way]:
    """Make the ways from file to vector, all with the same random weights."""
    torch.manual_seed(0)
    network = backbone.build().eval()
    info = WeightsInfo("random", "random", "00" * 32, verified=False)
    checkpoint = Checkpoint(info, dict(network.state_dict()), {})
    network.set_submodule(backbone.last_layer, nn.Identity())
    with patch("similarity.models.embedder.fuse_convolutions", lambda network, _: network):
        unfused = BackboneEmbedder(backbone, checkpoint)
    onnx, openvino_ = OnnxEmbedder(backbone, checkpoint), OpenVinoEmbedder(backbone, checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "network.onnx"
        example = torch.zeros(CPU_BATCH, 3, 224, 224)
        torch.onnx.export(network, (example,), model, input_names=["batch"], verbose=False)
        onnx.use(model)
        openvino_.use(model)

    return {
        EAGER: partial(embed_eagerly, backbone, network),
        OURS: partial(embed_files, BackboneEmbedder(backbone, checkpoint), batch_size=CPU_BATCH),
        UNFUSED: partial(embed_files, unfused, batch_size=CPU_BATCH),
        "with onnxruntime": partial(embed_files, onnx, batch_size=CPU_BATCH),
        "with openvino": partial(embed_files, openvino_, batch_size=CPU_BATCH),
    }


def embed_eagerly(
    backbone: Backbone, network: nn.Module, files: Sequence[Path]
) -> Iterator[Embeddings]:
    """Embed files as torchvision's documentation does."""
    preset = make_preset(backbone)
    for start in range(0, len(files), CPU_BATCH):
        batch = files[start : start + CPU_BATCH]
        images = [preset(Image.open(file).convert("RGB")) for file in batch]
        with torch.inference_mode():
            embeddings: Embeddings = network(torch.stack(images)).numpy()
        yield embeddings


def make_preset(backbone: Backbone) -> Callable[[Image.Image], Tensor]:
    """Make what torchvision's documentation preprocesses with."""
    ours = backbone.preprocessing
    preset: Callable[[Image.Image], Tensor] = ImageClassification(
        crop_size=ours.crop,
        resize_size=ours.resize,
        mean=ours.mean,
        std=ours.std,
        interpolation=InterpolationMode(ours.interpolation),
    )
    return preset


def measure_agreement(backbone: Backbone, files: Sequence[Path]) -> float:
    """Compare the 10 nearest of each picture among the others with those of preset + eager.

    Args:
        backbone: With real weights: the embeddings of a random network are all near each other.
        files: Pictures.

    Returns:
        Share of neighbors that both have, in [0, 1].
    """
    network = backbone.build().eval()
    network.load_state_dict(backbone.read_state(backbone.published.read().state))
    network.set_submodule(backbone.last_layer, nn.Identity())
    nearest = []
    for rows in (
        embed_eagerly(backbone, network, files),
        embed_files(load_embedder(backbone.name), files, CPU_BATCH),
    ):
        embeddings = np.concatenate(list(rows))
        everyone = range(len(files))
        exact = ExactSearch(embeddings, "angular")
        nearest.append(exact.neighbors(embeddings, 10, leave_out=everyone))
    pairs = zip(*nearest, strict=True)
    return float(np.mean([len(np.intersect1d(theirs, own)) / 10 for theirs, own in pairs]))


def measure(ways: dict[str, Way], files: Sequence[Path], repeats: int) -> dict[str, Cost]:
    """Run all ways in turns.

    Raises:
        ValueError: A way gives other vectors, so that its time says nothing.
    """
    vectors = {way: next(run(files)) for way, run in ways.items()}
    for way, own in vectors.items():
        lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(vectors[OURS], axis=1)
        if ((own * vectors[OURS]).sum(axis=1) < 0.99 * lengths).any():
            raise ValueError(f"{way} gives other embeddings than {OURS}.")
    wall, cpu = defaultdict(list), defaultdict(list)
    for _ in range(repeats):
        for way, run in ways.items():
            start, busy = time.perf_counter(), time.process_time()
            deque(run(files), maxlen=0)
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
