"""What the bundled backbone learns from: views of photographs, and what the teacher says of them.

A view is a random crop with changed colors, often blended or patched with another one. The
teacher's answers to it take as long as learning from it, so they are kept, and each view is learned
from a few times:

    <store>/
      store.json            side of a view, seed
      basis.safetensors     mean and principal axes of the teacher's answers
      000000.views ...      shards of `SHARD_VIEWS` records; the oldest go as new ones come

Making views and learning from them are two processes, so that both cores have work: they share
nothing but this folder, where shards appear whole.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save
from torch import Tensor
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision import models
from torchvision.ops.misc import Conv2dNormActivation

from similarity.files import write_whole
from similarity.images import read_picture
from similarity.weights import read_checkpoint

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Of ImageNet, as the teacher was trained with."""

SHARD_VIEWS = 512
BASIS_VIEWS = 2048
TEACHER_BATCH = 32
FINE_LAYER, MIDDLE_LAYER = 6, 13
"""The last of the teacher's layers whose maps have an eighth, a sixteenth of the view's side."""

FINE_CHANNELS, MIDDLE_CHANNELS, POOLED_CHANNELS = 32, 96, 1280
FINAL_CHANNELS = 256
"""Principal axes that are kept of the teacher's last map: 85% of its variance, at a fifth of the
space and of the work of predicting it."""

SMALLEST_CROP = 0.1
"""Share of a photograph's area that a view shows at least."""


def category_names(photos: Path) -> list[str]:
    """Name the categories of caltech101, sorted, without the one of mixed backgrounds."""
    folders = (photos / "caltech101").iterdir()
    return sorted(folder.name for folder in folders if folder.name != "BACKGROUND_Google")


def training_files(photos: Path, held_out: Sequence[str]) -> list[Path]:
    """List the photographs to learn from: all but those of held-out categories.

    Args:
        photos: Folder with caltech101 (a folder for each category), imagenet and unlabelled.
        held_out: Categories of caltech101.
    """
    files = [path for path in photos.rglob("*") if path.is_file()]
    return sorted(path for path in files if path.parent.name not in held_out)


@dataclass(frozen=True)
class Answers:
    """What the teacher says of N views, channels last.

    Attributes:
        fine: (N, side / 8, side / 8, 32) float32 map.
        middle: (N, side / 16, side / 16, 96) float32 map.
        final: (N, side / 32, side / 32, 1280) float32 map; its mean is the teacher's embedding.
    """

    fine: Tensor
    middle: Tensor
    final: Tensor


class Teacher:
    """MobileNetV2, frozen, with its batch normalization folded into its convolutions."""

    def __init__(self, weights: Path) -> None:
        """Load a checkpoint of torchvision's architecture.

        Raises:
            WeightsUnavailableError: There is no such file.
            CheckpointError: The file is not a checkpoint.
        """
        network = models.mobilenet_v2(weights=None)
        network.load_state_dict(dict(read_checkpoint(weights).state))
        network.eval()
        for module in network.modules():
            if isinstance(module, Conv2dNormActivation):
                module[0], module[1] = fuse_conv_bn_eval(module[0], module[1]), torch.nn.Identity()
            elif isinstance(module, models.mobilenetv2.InvertedResidual):
                last, norm = module.conv[-2], module.conv[-1]
                module.conv[-2], module.conv[-1] = (
                    fuse_conv_bn_eval(last, norm),
                    torch.nn.Identity(),
                )
        self._features = network.features.to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def __call__(self, pixels: NDArray[np.uint8]) -> Answers:
        """Look at views.

        Args:
            pixels: (N, side, side, 3) RGB.
        """
        maps = [normalize(pixels)]
        for layer in self._features:
            maps.append(layer(maps[-1]))
        fine, middle, final = maps[1 + FINE_LAYER], maps[1 + MIDDLE_LAYER], maps[-1]
        return Answers(*(answer.permute(0, 2, 3, 1) for answer in (fine, middle, final)))


def normalize(pixels: NDArray[np.uint8]) -> Tensor:
    """Turn (N, side, side, 3) RGB into a network's (N, 3, side, side) float32, channels last."""
    scaled = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    return (scaled - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


class ViewMaker:
    """Draws views of photographs."""

    def __init__(self, files: Sequence[Path], side: int) -> None:
        """Decode all photographs: 3,568 of 256 pixels take half a gigabyte.

        Raises:
            ImageError: A file is not a picture.
        """
        self._photographs = [read_picture(path).rgb for path in files]
        self.side = side

    def __call__(self, n: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Draw views: half plain, a quarter blended with another view, a quarter patched with one.

        A blend of two is what the student would never see in a photograph, and the teacher has an
        answer to it all the same: with 3,568 photographs, this is what keeps the student from
        learning them by heart.

        Args:
            n: How many.
            rng: Source of chance.

        Returns:
            (n, side, side, 3) RGB.
        """
        chosen = rng.integers(len(self._photographs), size=n)
        crops = np.stack([self._crop(self._photographs[i], rng) for i in chosen])
        views = _change_colors(crops.astype(np.float32), rng)
        others = views[rng.permutation(n)]
        for view, other, kind in zip(views, others, rng.integers(4, size=n), strict=True):
            if kind == 0:
                share = np.float32(rng.random())
                view[:] = share * view + (1 - share) * other
            elif kind == 1:
                edge = int(self.side * np.sqrt(rng.uniform(0.2, 0.8)))
                top, left = rng.integers(self.side - edge + 1, size=2)
                patch = np.s_[top : top + edge, left : left + edge]
                view[patch] = other[patch]
        return views.clip(0, 255).round().astype(np.uint8)

    def _crop(self, photograph: Image.Image, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Cut a rectangle of random size, shape and place, and bring it to the views' side."""
        width, height = photograph.size
        area = width * height * rng.uniform(SMALLEST_CROP, 1)
        aspect = np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3)))
        cut_width = min(width, np.sqrt(area * aspect))
        cut_height = min(height, np.sqrt(area / aspect))
        left = rng.uniform(0, width - cut_width)
        top = rng.uniform(0, height - cut_height)
        box = (left, top, left + cut_width, top + cut_height)
        side = (self.side, self.side)
        return np.asarray(photograph.resize(side, Image.Resampling.BILINEAR, box))


def _change_colors(views: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Change brightness, contrast and saturation, and turn the hue, in half of the views."""
    for position in np.flatnonzero(rng.random(len(views)) < 0.5):
        view = views[position]
        brightness, contrast = rng.uniform(0.6, 1.4, size=2)
        saturation = rng.uniform(0, 1.6)
        gray = view.mean(axis=2, keepdims=True)
        view[:] = gray + saturation * (view - gray)
        view[:] = view @ (np.eye(3) + rng.normal(0, 0.1, size=(3, 3))).astype(np.float32)
        view[:] = brightness * (contrast * (view - gray.mean()) + gray.mean())
    return views


@dataclass(frozen=True)
class Basis:
    """How the teacher's answers are centered and shortened.

    Attributes:
        fine_mean: (32,) of the fine map's channels.
        fine_std: (32,) of the same.
        middle_mean: (96,) of the middle map's channels.
        middle_std: (96,) of the same.
        mean: (1280,) of the last map, and so of the teacher's embeddings.
        axes: (1280, 256) principal axes of the last map, the strongest first.
    """

    fine_mean: Tensor
    fine_std: Tensor
    middle_mean: Tensor
    middle_std: Tensor
    mean: Tensor
    axes: Tensor

    @classmethod
    def of(cls, answers: Sequence[Answers]) -> Self:
        """Compute mean and principal axes from the teacher's answers to some views."""
        fine, middle, final = (
            torch.cat(maps).flatten(0, 2)
            for maps in zip(*((a.fine, a.middle, a.final) for a in answers), strict=True)
        )
        mean = final.mean(0)
        axes = torch.linalg.eigh((final - mean).T @ (final - mean)).eigenvectors
        strongest = axes[:, -FINAL_CHANNELS:].flip(1).contiguous()
        return cls(fine.mean(0), fine.std(0), middle.mean(0), middle.std(0), mean, strongest)


class ViewStore:
    """Folder of shards: one process adds, another draws."""

    def __init__(self, folder: Path) -> None:
        """Open a store that `create` made.

        Raises:
            FileNotFoundError: There is none.
        """
        self.folder = folder
        described = json.loads((folder / "store.json").read_text())
        self.side: int = described["side"]
        self.seed: int = described["seed"]
        self.basis = Basis(**load_file(folder / "basis.safetensors"))
        self._record = _record_type(self.side)
        self._opened: dict[Path, int] = {}

    @classmethod
    def create(cls, folder: Path, side: int, seed: int, basis: Basis) -> Self:
        """Write what all shards share; `store.json` last, since it makes the store."""
        write_whole(folder / "basis.safetensors", save(vars(basis)))
        described = json.dumps({"side": side, "seed": seed})
        write_whole(folder / "store.json", described.encode())
        return cls(folder)

    def shards(self) -> list[Path]:
        """List the shards, the oldest first."""
        return sorted(self.folder.glob("*.views"))

    def add(self, serial: int, views: NDArray[np.uint8], answers: Sequence[Answers]) -> None:
        """Write a shard.

        Args:
            serial: Number of the shard.
            views: (n, side, side, 3) RGB.
            answers: The teacher's to all n, in any number of batches.
        """
        records = np.empty(len(views), self._record)
        records["pixels"] = views
        fine, middle, final = (
            torch.cat(maps)
            for maps in zip(*((a.fine, a.middle, a.final) for a in answers), strict=True)
        )
        basis = self.basis
        records["fine"] = (fine - basis.fine_mean) / basis.fine_std
        records["middle"] = (middle - basis.middle_mean) / basis.middle_std
        records["final"] = (final - basis.mean) @ basis.axes
        records["pooled"] = final.mean((1, 2)) - basis.mean
        write_whole(self.folder / f"{serial:06d}.views", records.tobytes())

    def refresh(self) -> int:
        """Look which shards there are now, and return how many."""
        present = self.shards()
        for path in self._opened.keys() - set(present):
            os.close(self._opened.pop(path))
        for path in set(present) - self._opened.keys():
            self._opened[path] = os.open(path, os.O_RDONLY)
        return len(present)

    def draw(self, n: int, rng: np.random.Generator) -> NDArray[np.void]:
        """Read views at random from the shards that the last `refresh` saw.

        They are read from the file rather than mapped, so that the process stays small: the store
        is several gigabytes.

        Args:
            n: How many; some may be the same.
            rng: Source of chance.

        Returns:
            (n,) records of `pixels` and, centered by the basis, `fine`, `middle`, `final` and
            `pooled`.
        """
        records = np.empty(n, self._record)
        shards = sorted(self._opened)
        for position, (shard, view) in enumerate(
            zip(rng.integers(len(shards), size=n), rng.integers(SHARD_VIEWS, size=n), strict=True)
        ):
            place = records[position : position + 1].view(np.uint8)
            os.preadv(self._opened[shards[shard]], [place.data], int(view) * self._record.itemsize)
        return records


def _record_type(side: int) -> np.dtype[np.void]:
    fine, middle, final = side // 8, side // 16, side // 32
    return np.dtype(
        [
            ("pixels", np.uint8, (side, side, 3)),
            ("fine", np.float16, (fine, fine, FINE_CHANNELS)),
            ("middle", np.float16, (middle, middle, MIDDLE_CHANNELS)),
            ("final", np.float16, (final, final, FINAL_CHANNELS)),
            ("pooled", np.float16, (POOLED_CHANNELS,)),
        ]
    )


def make_views(
    folder: Path, draw: ViewMaker, teacher: Teacher, *, seed: int, kept: int
) -> Iterator[int]:
    """Fill a store, and go on replacing its oldest shards for as long as the caller asks.

    The same seed gives the same shards, whether or not the work was interrupted.

    Args:
        folder: Of the store, made if there is none.
        draw: Draws views of the store's side, a multiple of 32.
        teacher: Answers.
        seed: Of chance; a store that is there keeps its own.
        kept: Shards that stay.

    Yields:
        The number of each shard that was added.
    """

    def ask(n: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], list[Answers]]:
        batches = [draw(TEACHER_BATCH, rng) for _ in range(n // TEACHER_BATCH)]
        return np.concatenate(batches), [teacher(batch) for batch in batches]

    if not (folder / "store.json").exists():
        _, answers = ask(BASIS_VIEWS, np.random.default_rng(seed))
        ViewStore.create(folder, draw.side, seed, Basis.of(answers))
    store = ViewStore(folder)
    present = store.shards()
    serial = int(present[-1].stem) + 1 if present else 0
    while True:
        store.add(serial, *ask(SHARD_VIEWS, np.random.default_rng([store.seed, serial])))
        for oldest in store.shards()[:-kept]:
            oldest.unlink()
        yield serial
        serial += 1
