"""Networks ready to embed, and how they are loaded."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, cast

import torch
from PIL import Image
from torch import Tensor, nn
from torch.fx import GraphModule
from torch.fx.experimental.optimization import fuse

from similarity.datatypes import GIVEN, Embeddings, WeightsInfo
from similarity.errors import (
    ArtifactMismatchError,
    BackboneError,
    CheckpointError,
    WeightsUnavailableError,
)
from similarity.models import timm_networks
from similarity.models.devices import (
    ACCELERATOR_BATCH,
    CPU,
    CPU_BATCH,
    AcceleratedNetwork,
    describe_device,
)
from similarity.models.fusion import fuse_convolutions
from similarity.models.names import TIMM_PREFIX
from similarity.models.preprocessing import Preprocessing
from similarity.models.registry import Backbone, get_backbone, with_weights, without_parameters
from similarity.models.weights import Checkpoint, compare_states, read_checkpoint, torch_home_file
from similarity.store.files import sha256_of


class Embedder(Protocol):
    """What building and searching need of a network; tests give one that is computed by hand."""

    @property
    def name(self) -> str:
        """Name of the backbone."""

    @property
    def dim(self) -> int:
        """Length of an embedding."""

    @property
    def weights(self) -> WeightsInfo:
        """Which weights it runs."""

    @property
    def preprocessing(self) -> Preprocessing:
        """From a picture to the network's input."""

    @property
    def device(self) -> str:
        """What it runs on, as a manifest records it."""

    @property
    def batch_size(self) -> int:
        """Pictures that it is best given at once."""

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


class NetworkEmbedder:
    """A network without its last layer on a device."""

    def __init__(
        self,
        name: str,
        network: Callable[[Tensor], Tensor],
        *,
        dim: int,
        weights: WeightsInfo,
        preprocessing: Preprocessing,
        device: torch.device = CPU,
        last_layer: nn.Module | None = None,
        categories: Sequence[str] = (),
    ) -> None:
        """Put parts together.

        Args:
            name: Of the backbone.
            network: From (N, 3, crop, crop) float32 to (N, dim) float32, both in main memory.
            dim: Length of an embedding.
            weights: Which weights the network has.
            preprocessing: From a picture to the network's input.
            device: What the network runs on.
            last_layer: What was removed, from (N, dim) to (N, classes), where it came along.
            categories: Names of the classes.
        """
        self.name = name
        self.dim = dim
        self.weights = weights
        self.preprocessing = preprocessing
        self.device = describe_device(device)
        self.batch_size = CPU_BATCH if device.type == "cpu" else ACCELERATOR_BATCH
        self._network = network
        self._last_layer = last_layer
        self._categories = categories

    @property
    def can_classify(self) -> bool:
        """Whether `classify` has the last layer that it needs."""
        return self._last_layer is not None

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
        return [
            [(self._categories[i], p) for i, p in zip(indices, probabilities, strict=True)]
            for indices, probabilities in zip(
                best.indices.tolist(), best.values.tolist(), strict=True
            )
        ]


class BackboneEmbedder(NetworkEmbedder):
    """A classifier of the registry without its last layer."""

    def __init__(
        self, backbone: Backbone, checkpoint: Checkpoint, device: torch.device = CPU
    ) -> None:
        """Put weights into an architecture.

        Raises:
            CheckpointError: The checkpoint is of another architecture, or its metadata about
                preprocessing cannot be understood.
        """
        preprocessing = _preprocessing(backbone, checkpoint)
        state = backbone.read_state(checkpoint.state)
        with without_parameters():
            network = backbone.build()
        last_layer = backbone.last_layer
        has_last_layer = any(key.startswith(f"{last_layer}.") for key in state)
        removed = network.get_submodule(last_layer) if has_last_layer else None
        if not has_last_layer:
            network.set_submodule(last_layer, nn.Identity())
        compare_states(checkpoint.info.file, backbone.name, state, network.state_dict())
        # With the network's own entries, which say of which version they are, for what a
        # checkpoint may lack: counters of batches, which do nothing at inference.
        whole_state = network.state_dict()
        whole_state.update(state)
        network.load_state_dict(whole_state, assign=True)
        network.set_submodule(last_layer, nn.Identity())
        super().__init__(
            backbone.name,
            _prepare(network.eval(), preprocessing.crop, device),
            dim=backbone.dim,
            weights=checkpoint.info,
            preprocessing=preprocessing,
            device=device,
            last_layer=removed,
            categories=backbone.categories,
        )


def runs_fused(device: torch.device) -> bool:
    """Whether convolutions are fused for a device: what fuses them is the processor's."""
    return device.type == "cpu"


def _prepare(network: nn.Module, crop: int, device: torch.device) -> Callable[[Tensor], Tensor]:
    """Make a network quick on its device, without a change of what it computes."""
    # Batch norm is a factor and an addend for each channel, which the convolution before it can
    # have in its own weights.
    whole = fuse(network, inplace=True)
    if not runs_fused(device):
        return AcceleratedNetwork(whole, device)
    whole = whole.to(memory_format=torch.channels_last)
    return fuse_convolutions(cast(GraphModule, whole), (1, 3, crop, crop))


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


def load_embedder(
    name: str, weights: Path | None = None, device: torch.device = CPU
) -> NetworkEmbedder:
    """Make an embedder: with a given file, else with the published weights.

    Args:
        name: Of a backbone in the registry, or `timm/NAME`.
        weights: A `.pth` or `.safetensors` file of the same architecture, or the full name of
            other weights that torchvision published for it.
        device: What to run it on.

    Raises:
        UnknownBackboneError: No such backbone.
        WeightsUnavailableError: No weights here, and no network to download them.
        CheckpointError: The file does not hold weights of this architecture.
    """
    if name.startswith(TIMM_PREFIX):
        return _load_timm(name, weights, device)
    backbone = get_backbone(name)
    if weights is None:
        return BackboneEmbedder(backbone, backbone.published.read(), device)
    if not weights.is_file() and (other := with_weights(backbone, str(weights))) is not None:
        return BackboneEmbedder(other, other.published.read(), device)
    return BackboneEmbedder(backbone, read_checkpoint(weights), device)


def load_recorded_embedder(
    name: str, recorded: WeightsInfo, weights: Sequence[Path] = (), device: torch.device = CPU
) -> NetworkEmbedder:
    """Make the embedder whose weights an artifact recorded, and no other.

    Args:
        name: Of a backbone in the registry, or `timm/NAME`.
        recorded: What the artifact says of its weights.
        weights: Files that may be them; published weights and `$TORCH_HOME` are looked through
            too, and published ones are downloaded.
        device: What to run it on.

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
    for path in (*weights, torch_home_file(recorded.file)):
        if path.is_file() and sha256_of(path) == recorded.sha256:
            return _load_found(name, path, recorded, device)
    published = _load_published(name, recorded, device)
    if published is not None and published.weights.sha256 == recorded.sha256:
        return published
    wanted = f"{recorded.file} (sha256 {recorded.sha256[:16]}...)"
    others = [str(path) for path in weights if path.is_file()]
    if published is not None:
        others.append(f"{published.weights.file} as it was published")
    if others:
        raise ArtifactMismatchError(
            f"The pictures were embedded with {wanted}, but {others[0]} is another file: give the "
            "right one with --weights, or build the artifact again."
        )
    places = weights or (torch_home_file(recorded.file),)
    raise WeightsUnavailableError(
        f"The pictures were embedded with {wanted}, which is not at "
        f"{' or '.join(map(str, places))}: put it there, or say where it is with --weights."
    )


def _load_found(
    name: str, path: Path, recorded: WeightsInfo, device: torch.device
) -> NetworkEmbedder:
    """Load the file that an artifact recorded, whatever it is called now."""
    if name.startswith(TIMM_PREFIX):
        return _load_timm(name, path, device)
    backbone = get_backbone(name)
    backbone = with_weights(backbone, recorded.name) or backbone
    digits = recorded.sha256 if recorded.verified else None
    return BackboneEmbedder(backbone, read_checkpoint(path, recorded.name, digits), device)


def _load_published(
    name: str, recorded: WeightsInfo, device: torch.device
) -> NetworkEmbedder | None:
    """Load the published weights that an artifact recorded; None where they were a file."""
    if name.startswith(TIMM_PREFIX):
        return _load_timm(name, None, device) if recorded.name == name else None
    backbone = with_weights(get_backbone(name), recorded.name)
    return BackboneEmbedder(backbone, backbone.published.read(), device) if backbone else None


def _load_timm(name: str, weights: Path | None, device: torch.device) -> NetworkEmbedder:
    made = timm_networks.load_network(name, weights)
    network = made.network.to(memory_format=torch.channels_last)
    return NetworkEmbedder(
        name,
        network if runs_fused(device) else AcceleratedNetwork(network, device),
        dim=made.dim,
        weights=made.weights,
        preprocessing=made.preprocessing,
        device=device,
    )
