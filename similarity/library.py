"""What programs call: build a collection, open one, load a network.

Torch is imported when a network is: indexed items can be searched for without one.
"""

import logging
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from similarity.choices import METRICS, DeviceChoice, Metric
from similarity.errors import QueryError
from similarity.hub.addresses import DatasetAddress, is_address
from similarity.models.names import DEFAULT_BACKBONE
from similarity.progress import Track, silent
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact, find_artifact

if TYPE_CHECKING:
    from similarity.indexing.pipeline import Built
    from similarity.models.embedder import Embedder, NetworkEmbedder

_log = logging.getLogger(__name__)


def open_collection(
    path: str | Path,
    backbone: str | None = None,
    metric: Metric = "angular",
    device: DeviceChoice = "auto",
    weights: str | Path | Sequence[str | Path] = (),
) -> Searcher:
    """Open a collection to search it; the network is loaded for the first picture.

    Args:
        path: Folder of a collection, or of one artifact in it, or `hf://user/name[@revision]` for a
            dataset repository on the Hub, which is fetched, checked and indexed anew.
        backbone: Which artifact, where a collection has several; the first by name unless given.
        metric: Of the index: how embeddings are compared, and the unit of distances.
        device: What runs the network; auto takes an accelerator where there is one.
        weights: Checkpoints that may be those that the pictures were embedded with; published
            weights and `$TORCH_HOME` are looked through too.

    Returns:
        A searcher that several threads may use. `query_by_picture` takes a file or its bytes,
        `query_by_item` a number from 0 to n_items - 1; `search` answers with the k nearest, nearest
        first, each with its distance in the metric's own unit and its cosine similarity in [-1, 1].
        A query by picture raises `BackboneError` or `ArtifactMismatchError` where the network that
        made the embeddings cannot be had.

    Raises:
        QueryError: There is no such metric.
        ArtifactNotFoundError: There is no artifact, or none of this backbone, or no such index.
        ArtifactError: It is damaged, does not fit together, or is not taken from the Hub.
        HubError: The repository cannot be had.
    """
    _check_metrics((metric,))
    exactly = False
    if isinstance(path, str) and is_address(path):
        folder, exactly = _fetch(DatasetAddress.parse(path), backbone)
    else:
        folder = Path(path)
    artifact = Artifact.load(find_artifact(folder, backbone))
    given = (weights,) if isinstance(weights, str | Path) else weights
    files = [Path(file) for file in given]

    def load() -> "Embedder":
        from similarity.models.devices import choose_device
        from similarity.models.embedder import load_recorded_embedder

        manifest = artifact.manifest
        return load_recorded_embedder(
            manifest.backbone, manifest.weights, files, choose_device(device)
        )

    return Searcher(artifact, metric, load_embedder=_once(load), exactly=exactly)


def build(
    pictures: str | Path,
    output: str | Path,
    *,
    backbone: str = DEFAULT_BACKBONE,
    metrics: Metric | Sequence[Metric] = ("angular",),
    weights: str | Path | None = None,
    device: DeviceChoice = "auto",
    force: bool = False,
    track: Track = silent,
) -> "Built":
    """Embed the pictures of a folder and index them, with settings that suit their number.

    An interrupted build goes on where it stopped when it is called again, and what stands already
    is not made again: another backbone or metric is added to it.

    Args:
        pictures: Folder of pictures; folders in it become labels.
        output: Folder of the collection, for `open_collection`.
        backbone: Network: `efficientnet_lite0`, another classifier of torchvision by its name, or
            `timm/NAME`.
        metrics: How embeddings are compared, an index for each.
        weights: Checkpoint, `.pth` or `.safetensors`, or the full name of torchvision's weights;
            the published ones unless given.
        device: What runs the network; auto takes an accelerator where there is one.
        force: Whether to replace what stands there already.
        track: Is handed what is worked through, and passes it on, as tqdm does.

    Returns:
        The finished `artifact`, whose `embeddings` are (n_items, dim) float32, and the files that
        were `skipped` because they are no pictures, each with the reason.

    Raises:
        QueryError: There is no such metric.
        CollectionError: There are no pictures.
        ArtifactExistsError: It is there already, or something else is.
        ArtifactBusyError: Another process is building in the collection.
        BackboneError: The network cannot be had.
        OutputError: The folder cannot be written to.
    """
    wanted = (metrics,) if isinstance(metrics, str) else tuple(metrics)
    _check_metrics(wanted)

    from similarity.indexing.pipeline import Settings, build_from_folder
    from similarity.models.registry import check_backbone

    check_backbone(backbone)
    file = None if weights is None else Path(weights)
    return build_from_folder(
        Path(pictures),
        Path(output),
        Settings(backbone=backbone, metrics=wanted, force=force),
        lambda: load_embedder(backbone, file, device),
        weights=file,
        track=track,
    )


def load_embedder(
    backbone: str = DEFAULT_BACKBONE,
    weights: str | Path | None = None,
    device: DeviceChoice = "auto",
) -> "NetworkEmbedder":
    """Load a network that turns pictures into embeddings.

    Its `preprocessing` makes a batch, (N, 3, crop, crop) float32, of N RGB pictures of PIL, and its
    `forward` makes embeddings, (N, dim) float32 and not normalized, of a batch.

    Args:
        backbone: As for `build`.
        weights: As for `build`.
        device: What runs it; auto takes an accelerator where there is one.

    Raises:
        UnknownBackboneError: There is no such backbone.
        WeightsUnavailableError: No weights here, and no network to download them.
        CheckpointError: The file does not hold weights of this architecture.
        DeviceError: There is no device of this kind.
    """
    from similarity.models import embedder
    from similarity.models.devices import choose_device

    file = None if weights is None else Path(weights)
    return embedder.load_embedder(backbone, file, choose_device(device))


def _fetch(source: DatasetAddress, backbone: str | None) -> tuple[Path, bool]:
    """Fetch a collection; its folder, and whether it is to be searched without Annoy."""
    from similarity.ann.selfcheck import find_annoy_problem
    from similarity.hub import repository

    pulled = repository.pull(source, silent, only=backbone)
    if pulled.from_cache is not None:
        _log.warning("%s; using the commit that was fetched last.", pulled.from_cache)
    problem = find_annoy_problem()
    if problem is not None:
        _log.warning(problem)
    return pulled.folder, problem is not None


def _check_metrics(metrics: Sequence[str]) -> None:
    for metric in metrics:
        if metric not in METRICS:
            raise QueryError(f"There is no metric {metric!r}; choose of {', '.join(METRICS)}.")


def _once(load: Callable[[], "Embedder"]) -> Callable[[], "Embedder"]:
    """Load at the first call only, also where several threads make it."""
    lock, loaded = Lock(), cache(load)

    def get() -> "Embedder":
        with lock:
            return loaded()

    return get
