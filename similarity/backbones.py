"""Registry of backbones, and the embedder that runs one.

A backbone is a torchvision classifier without its last layer. Architecture, weights,
preprocessing, dim and download size travel in one record, so that none can be paired with
another's.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.fx import GraphModule
from torch.fx.experimental.optimization import fuse
from torchvision import models
from torchvision.models import WeightsEnum
from torchvision.transforms.v2 import InterpolationMode, functional

from similarity.artifact import GIVEN
from similarity.datatypes import Embeddings, WeightsInfo
from similarity.errors import (
    ArtifactMismatchError,
    BackboneError,
    CheckpointError,
    UnknownBackboneError,
    WeightsUnavailableError,
)
from similarity.files import sha256_of
from similarity.fusion import fuse_convolutions
from similarity.weights import (
    BUNDLED_FOLDER,
    Checkpoint,
    compare_states,
    download,
    published_digits,
    read_checkpoint,
    torch_home_file,
)


@dataclass(frozen=True)
class Preprocessing:
    """From an RGB picture to a network's input, as torchvision's classification presets do it.

    Attributes:
        resize: Length that the shorter side is brought to, in pixels.
        crop: Side of the square that is cut from the center, in pixels.
        mean: Subtracted from red, green and blue in [0, 1].
        std: Divides what is left.
        interpolation: Of the resizing, which is antialiased: "bilinear" or "bicubic".
    """

    resize: int
    crop: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str = "bilinear"

    @classmethod
    def of_preset(cls, weights: WeightsEnum) -> Self:
        """Read the numbers out of torchvision's own preset for these weights."""
        preset = weights.transforms()
        return cls(
            resize=preset.resize_size[0],
            crop=preset.crop_size[0],
            mean=tuple(preset.mean),
            std=tuple(preset.std),
            interpolation=preset.interpolation.value,
        )

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `dataclasses.asdict` and JSON made of a record.

        Raises:
            ValueError: A value is missing or out of range.
        """
        resize, crop = int(values["resize"]), int(values["crop"])
        mean, std = tuple(map(float, values["mean"])), tuple(map(float, values["std"]))
        interpolation = InterpolationMode(values["interpolation"]).value
        if not 0 < crop <= resize:
            raise ValueError(f"crop {crop} is not between 1 and resize {resize}")
        if len(mean) != 3 or len(std) != 3 or min(std) <= 0:
            raise ValueError(f"mean {mean} and std {std} are not three numbers each, std above 0")
        return cls(resize, crop, mean, std, interpolation)

    def __call__(self, images: Sequence[Image.Image]) -> Tensor:
        """Bring RGB pictures of any size to one batch.

        Args:
            images: N pictures, 8-bit RGB.

        Returns:
            (N, 3, crop, crop) float32, normalized, in channels-last memory order.
        """
        crops = torch.stack([self._crop(image) for image in images])  # (N, 3, crop, crop) uint8
        batch = crops.to(torch.float32, memory_format=torch.channels_last).div_(255)
        batch.sub_(torch.tensor(self.mean).view(3, 1, 1))
        return batch.div_(torch.tensor(self.std).view(3, 1, 1))

    def _crop(self, image: Image.Image) -> Tensor:
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)  # (3, height, width) uint8
        interpolation = InterpolationMode(self.interpolation)
        resized = functional.resize(pixels, [self.resize], interpolation, antialias=True)
        crop: Tensor = functional.center_crop(resized, [self.crop])
        return crop


@dataclass(frozen=True)
class Backbone:
    """One entry of the registry.

    Attributes:
        name: How the command line, the page and artifacts call it.
        title: How a person calls it.
        build: Torchvision's function that makes the untrained network.
        published: Torchvision's ImageNet weights.
        last_layer: Dotted name of the module that is removed: what it was given is the embedding.
        dim: Length of an embedding.
        bundled: File name of weights that the project ships; they come before the published ones.
    """

    name: str
    title: str
    build: Callable[[], nn.Module]
    published: WeightsEnum
    last_layer: str
    dim: int
    bundled: str | None = None

    @property
    def preprocessing(self) -> Preprocessing:
        """The published weights' own preset."""
        return Preprocessing.of_preset(self.published)

    @property
    def published_name(self) -> str:
        """Full name of the published weights, such as `VGG16_Weights.IMAGENET1K_V1`."""
        return f"{type(self.published).__name__}.{self.published.name}"

    @property
    def download_bytes(self) -> int:
        """Size of the published weights file; torchvision gives it in mebibytes."""
        mebibytes: float = self.published.meta["_file_size"]
        return round(mebibytes * 2**20)

    @property
    def published_file(self) -> Path:
        """Path at which the published weights are found, or put by a download."""
        return torch_home_file(self.published.url.rpartition("/")[2])

    @property
    def bundled_file(self) -> Path | None:
        """Path of the weights that the project ships for this backbone, if it does."""
        return BUNDLED_FOLDER / self.bundled if self.bundled else None

    @property
    def is_bundled(self) -> bool:
        """Whether the weights that the project ships for this backbone are here."""
        return self.bundled_file is not None and self.bundled_file.is_file()


BACKBONES: dict[str, Backbone] = {
    backbone.name: backbone
    for backbone in (
        Backbone(
            name="resnet50",
            title="ResNet50",
            build=models.resnet50,
            published=models.ResNet50_Weights.IMAGENET1K_V2,
            last_layer="fc",
            dim=2048,
        ),
        Backbone(
            name="resnet18",
            title="ResNet18",
            build=models.resnet18,
            published=models.ResNet18_Weights.IMAGENET1K_V1,
            last_layer="fc",
            dim=512,
        ),
        Backbone(
            name="vgg16",
            title="VGG16",
            build=models.vgg16,
            published=models.VGG16_Weights.IMAGENET1K_V1,
            last_layer="classifier.6",
            dim=4096,
        ),
        Backbone(
            name="mobilenet_v2",
            title="MobileNetV2",
            build=models.mobilenet_v2,
            published=models.MobileNet_V2_Weights.IMAGENET1K_V1,
            last_layer="classifier",
            dim=1280,
        ),
        Backbone(
            name="mobilenet_v3_small",
            title="MobileNetV3-Small",
            build=models.mobilenet_v3_small,
            published=models.MobileNet_V3_Small_Weights.IMAGENET1K_V1,
            last_layer="classifier",
            dim=576,
            bundled="mobilenet_v3_small-distilled-1e96a2d0.safetensors",
        ),
    )
}

DEFAULT_BACKBONE = "mobilenet_v3_small"
"""Its weights come with the project, so that it works without network."""


def get_backbone(name: str) -> Backbone:
    """Look a backbone up by name.

    Raises:
        UnknownBackboneError: Names the ones that exist.
    """
    try:
        return BACKBONES[name]
    except KeyError:
        raise UnknownBackboneError(
            f"There is no backbone {name!r}; choose one of {', '.join(BACKBONES)}."
        ) from None


class Embedder(Protocol):
    """What building and searching need of a network; tests give one that is computed by hand."""

    @property
    def name(self) -> str:
        """Name of the backbone in the registry."""

    @property
    def dim(self) -> int:
        """Length of an embedding."""

    @property
    def weights(self) -> WeightsInfo:
        """Which weights it runs."""

    @property
    def preprocessing(self) -> Preprocessing:
        """From a picture to the network's input."""

    def forward(self, batch: Tensor) -> Embeddings:
        """Run the network; may be called from several threads at once.

        Args:
            batch: (N, 3, crop, crop) float32, as `preprocessing` gives it.

        Returns:
            (N, dim) float32.
        """


def embed(embedder: Embedder, images: Sequence[Image.Image]) -> Embeddings:
    """Embed RGB pictures: preprocessing and network in one step.

    Args:
        embedder: Any embedder.
        images: N pictures, 8-bit RGB, of any size.

    Returns:
        (N, dim) float32.
    """
    return embedder.forward(embedder.preprocessing(images))


class BackboneEmbedder:
    """A torchvision network without its last layer, ready to embed."""

    def __init__(self, backbone: Backbone, checkpoint: Checkpoint) -> None:
        """Put weights into an architecture.

        Raises:
            CheckpointError: The checkpoint is of another architecture, or its metadata about
                preprocessing cannot be understood.
        """
        self.backbone = backbone
        self.weights = checkpoint.info
        self.preprocessing = _preprocessing(backbone, checkpoint)
        # On the meta device nothing is initialized: VGG16's 138 million random numbers take longer
        # than reading its weights.
        with torch.device("meta"):
            network = backbone.build()
        prefix = f"{backbone.last_layer}."
        has_last_layer = any(key.startswith(prefix) for key in checkpoint.state)
        self._last_layer = network.get_submodule(backbone.last_layer) if has_last_layer else None
        if not has_last_layer:
            network.set_submodule(backbone.last_layer, nn.Identity())
        compare_states(checkpoint.info.file, backbone.name, checkpoint.state, network.state_dict())
        counters = {
            key: torch.zeros_like(value, device="cpu")
            for key, value in network.state_dict().items()
            if key not in checkpoint.state
        }
        network.load_state_dict({**checkpoint.state, **counters}, assign=True)
        network.set_submodule(backbone.last_layer, nn.Identity())
        # Batch norm is a factor and an addend for each channel, which the convolution before it
        # can have in its own weights.
        whole = fuse(network.eval(), inplace=True).to(memory_format=torch.channels_last)
        crop = self.preprocessing.crop
        self._network = fuse_convolutions(cast(GraphModule, whole), (1, 3, crop, crop))

    @property
    def name(self) -> str:
        """Name of the backbone in the registry."""
        return self.backbone.name

    @property
    def dim(self) -> int:
        """Length of an embedding."""
        return self.backbone.dim

    @torch.inference_mode()
    def forward(self, batch: Tensor) -> Embeddings:
        """Run the network on a preprocessed batch, (N, 3, crop, crop) -> (N, dim) float32."""
        embeddings: Embeddings = self._network(batch).numpy()
        return embeddings

    @torch.inference_mode()
    def classify(self, embeddings: Embeddings, top: int) -> list[list[tuple[str, float]]]:
        """Name the ImageNet classes that the removed last layer gives to embeddings.

        Args:
            embeddings: (N, dim) float32.
            top: How many classes for each.

        Returns:
            For each embedding, the likeliest first, names with probabilities in [0, 1].

        Raises:
            CheckpointError: These weights came without their last layer.
        """
        if self._last_layer is None:
            raise CheckpointError(
                f"{self.weights.file} has no last layer, so it cannot name ImageNet classes; "
                "it can still embed."
            )
        logits: Tensor = self._last_layer.eval()(torch.from_numpy(embeddings))
        best = logits.softmax(dim=1).topk(top)
        names: list[str] = self.backbone.published.meta["categories"]
        return [
            [(names[i], p) for i, p in zip(indices, probabilities, strict=True)]
            for indices, probabilities in zip(
                best.indices.tolist(), best.values.tolist(), strict=True
            )
        ]


def _preprocessing(backbone: Backbone, checkpoint: Checkpoint) -> Preprocessing:
    """The registry's preset, changed where the checkpoint's metadata says otherwise."""
    preset = backbone.preprocessing
    names = {field.name for field in dataclasses.fields(Preprocessing)}
    given = {key: value for key, value in checkpoint.metadata.items() if key in names}
    try:
        changes = {
            key: value if key == "interpolation" else json.loads(value)
            for key, value in given.items()
        }
        return Preprocessing.from_json({**dataclasses.asdict(preset), **changes})
    except (ValueError, TypeError) as error:
        raise CheckpointError(
            f"{checkpoint.info.file} carries preprocessing metadata that cannot be understood "
            f"({error}); expected resize and crop as whole numbers, mean and std as lists of three "
            "numbers, interpolation bilinear or bicubic."
        ) from error


def load_embedder(name: str, weights: Path | None = None) -> BackboneEmbedder:
    """Make an embedder: from a given file, else from bundled, else from published weights.

    Args:
        name: Of a backbone in the registry.
        weights: A `.pth` or `.safetensors` file of the same architecture.

    Raises:
        UnknownBackboneError: No such backbone.
        WeightsUnavailableError: No weights here, and no network to download them.
        CheckpointError: The file does not hold weights of this architecture.
    """
    backbone = get_backbone(name)
    if weights is None and backbone.bundled_file and backbone.bundled_file.is_file():
        weights = backbone.bundled_file
    if weights is not None:
        published = published_digits(weights.name) if weights.parent == BUNDLED_FOLDER else None
        return BackboneEmbedder(backbone, read_checkpoint(weights, published=published))
    return BackboneEmbedder(backbone, _published_checkpoint(backbone))


def load_recorded_embedder(
    name: str, recorded: WeightsInfo, weights: Sequence[Path] = ()
) -> BackboneEmbedder:
    """Make the embedder whose weights an artifact recorded, and no other.

    Args:
        name: Of a backbone in the registry.
        recorded: What the artifact says of its weights.
        weights: Files that may be them; the bundled weights and `$TORCH_HOME` are looked through
            too, and torchvision's own are downloaded.

    Raises:
        BackboneError: The embeddings were given, so that no network is known.
        WeightsUnavailableError: They are not on this machine.
        ArtifactMismatchError: Files were found, but not this one.
        CheckpointError: The file does not hold weights of this architecture.
    """
    if name == GIVEN:
        raise BackboneError(
            f"The embeddings came in {recorded.file}, and no network is known that makes others "
            "like them: search for an item, not for a picture."
        )
    backbone = get_backbone(name)
    published = backbone.published_file
    if recorded.name == backbone.published_name and not (weights or published.is_file()):
        download(backbone.published.url, published, backbone.download_bytes)
    places = (*weights, BUNDLED_FOLDER / recorded.file, torch_home_file(recorded.file))
    here = [path for path in places if path.is_file()]
    for path in here:
        if sha256_of(path) == recorded.sha256:
            digits = published_digits(path.name) if recorded.verified else None
            return BackboneEmbedder(backbone, read_checkpoint(path, recorded.name, digits))
    wanted = f"{recorded.file} (sha256 {recorded.sha256[:16]}...)"
    if here:
        raise ArtifactMismatchError(
            f"The pictures were embedded with {wanted}, but {here[0]} is another file: give the "
            "right one with --weights, or build the artifact again."
        )
    raise WeightsUnavailableError(
        f"The pictures were embedded with {wanted}, which is not at "
        f"{' or '.join(map(str, weights or places))}: put it there, or say where it is with "
        "--weights."
    )


def _published_checkpoint(backbone: Backbone) -> Checkpoint:
    path = backbone.published_file
    if not path.is_file():
        download(backbone.published.url, path, backbone.download_bytes)
    return read_checkpoint(path, backbone.published_name, published_digits(path.name))
