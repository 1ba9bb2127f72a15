"""The network that learns, its losses, its optimizers, and what a checkpoint holds."""

import copy
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torchvision import models

from similarity.distill.layers import forward
from similarity.distill.views import (
    FINAL_CHANNELS,
    FINE_CHANNELS,
    MIDDLE_CHANNELS,
    POOLED_CHANNELS,
    normalize,
)
from similarity.files import written_whole
from similarity.weights import read_checkpoint

FINE_LAYER, MIDDLE_LAYER = 3, 8
"""The last of the student's layers whose maps have an eighth, a sixteenth of the view's side."""

STUDENT_FINE, STUDENT_MIDDLE, STUDENT_FINAL = 24, 48, 576
"""Channels of the student's maps."""


@dataclass(frozen=True)
class Recipe:
    """What decides how the student learns.

    Attributes:
        batch_size: Views in a step.
        learning_rate: Of both optimizers until annealing, in the units of AdamW.
        weight_decay: Of all weights but those of one dimension.
        warmup: Samples over which the learning rate rises from zero.
        average: Share that the averaged weights, which are the ones exported, keep at a step.
        color_jitter: Brightness and contrast change by up to this share each time a view is seen.
        fine: Weight of the loss on the teacher's fine map.
        middle: Weight of the loss on its middle map. The two teach the early layers directly: with
            weights of 2 and 2 instead of 0 and 1, 25,000 samples got as far as 60,000.
        final: Weight of the loss on its last map.
        pooled: Weight of the loss on its embedding.
    """

    batch_size: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.03
    warmup: int = 5_000
    average: float = 0.999
    color_jitter: float = 0.25
    fine: float = 2.0
    middle: float = 6.0
    final: float = 1.0
    pooled: float = 1.0


class Student(nn.Module):
    """The network that is trained, and the layers that predict the teacher's answers from it."""

    def __init__(self) -> None:
        super().__init__()
        network = models.mobilenet_v3_small(weights=None)
        self.features = network.features.to(memory_format=torch.channels_last)
        self.to_fine = nn.Linear(STUDENT_FINE, FINE_CHANNELS)
        self.to_middle = nn.Linear(STUDENT_MIDDLE, MIDDLE_CHANNELS)
        self.to_final = nn.Linear(STUDENT_FINAL, FINAL_CHANNELS)
        self.to_pooled = nn.Linear(STUDENT_FINAL, POOLED_CHANNELS)

    def losses(self, batch: Tensor, answers: dict[str, Tensor]) -> dict[str, Tensor]:
        """Compare with the teacher.

        Args:
            batch: (N, 3, side, side) float32, normalized.
            answers: The teacher's `fine`, `middle`, `final` and `pooled`, float32, centered.

        Returns:
            A scalar for each of the losses that `Recipe` weighs.
        """
        maps = list(forward(self.features, batch))
        fine = self.to_fine(maps[FINE_LAYER].permute(0, 2, 3, 1))
        middle = self.to_middle(maps[MIDDLE_LAYER].permute(0, 2, 3, 1))
        final = self.to_final(maps[-1].permute(0, 2, 3, 1))
        pooled = self.to_pooled(maps[-1].mean((2, 3)))
        return {
            "fine": _cosine_distance(fine, answers["fine"]),
            "middle": _cosine_distance(middle, answers["middle"]),
            "final": _cosine_distance(final, answers["final"]),
            "pooled": _cosine_distance(pooled, answers["pooled"]),
        }


def _cosine_distance(given: Tensor, wanted: Tensor) -> Tensor:
    distance: Tensor = 1 - functional.cosine_similarity(given, wanted, dim=-1).mean()
    return distance


class Muon(torch.optim.Optimizer):
    """Steps whose matrices are near orthogonal: all directions of a layer learn equally fast.

    For 1 x 1 convolutions, seen as matrices. Torch's own Muon takes no convolutions and computes in
    bfloat16, which is slow on a CPU.

    Source: Jordan et al., 2024, Muon; scaled to AdamW's steps as in Liu et al., 2025, Muon is
    Scalable for LLM Training.
    """

    MOMENTUM = 0.95
    COEFFICIENTS = (3.4445, -4.7750, 2.0315)
    ITERATIONS = 5

    def __init__(self, weights: Sequence[nn.Parameter], *, lr: float, weight_decay: float) -> None:
        super().__init__(weights, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Change the weights by their gradients."""
        del closure
        for group in self.param_groups:
            for weight in group["params"]:
                momentum = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                momentum.lerp_(weight.grad, 1 - self.MOMENTUM)
                change = self._orthogonal(weight.grad.lerp(momentum, self.MOMENTUM).flatten(1))
                size = group["lr"] * 0.2 * math.sqrt(max(change.shape))
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.sub_(change.view_as(weight), alpha=size)

    def _orthogonal(self, matrix: Tensor) -> Tensor:
        """Bring the singular values of a matrix close to 1, by a Newton-Schulz iteration."""
        wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
        x: Tensor = wide / (wide.norm() + 1e-7)
        a, b, c = self.COEFFICIENTS
        for _ in range(self.ITERATIONS):
            gram = x @ x.T
            x = a * x + (b * gram + c * gram @ gram) @ x
        return x if wide is matrix else x.T


class Training:
    """A student, and all that is needed to go on training it.

    Attributes:
        samples: How many views it has learned from, those it saw again counted again.
        begun: As many, when it began with the weights of an earlier training; else 0.
        minutes: How long that took.
        anneal: Numbers of samples between which the learning rate falls to zero, if it does.
    """

    def __init__(self, recipe: Recipe, seed: int) -> None:
        torch.manual_seed(seed)
        self.recipe, self.seed = recipe, seed
        self.samples, self.begun, self.minutes = 0, 0, 0.0
        self.anneal: tuple[int, int] | None = None
        self.rng = np.random.default_rng(seed)
        self.student = Student()
        self.average = copy.deepcopy(self.student.features).eval()
        pointwise = [
            weight
            for weight in self.student.features.parameters()
            if weight.ndim == 4 and weight.shape[1] > 1 and weight.shape[2:] == (1, 1)
        ]
        others = [w for w in self.student.parameters() if all(w is not p for p in pointwise)]
        decay, rate = recipe.weight_decay, recipe.learning_rate
        groups = [
            {"params": [w for w in others if w.ndim > 1], "weight_decay": decay},
            {"params": [w for w in others if w.ndim == 1], "weight_decay": 0.0},
        ]
        self.optimizers: dict[str, torch.optim.Optimizer] = {
            "muon": Muon(pointwise, lr=rate, weight_decay=decay),
            "adamw": torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.999), fused=True),
        }

    @classmethod
    def continued(cls, recipe: Recipe, seed: int, weights: Path) -> Self:
        """Begin with exported weights: what was learned by the layers that predict is learned anew.

        Args:
            recipe: Of what follows.
            seed: Of what follows.
            weights: File of `export`.

        Raises:
            WeightsUnavailableError: There is no such file.
            CheckpointError: It is not one that `export` wrote.
        """
        training = cls(recipe, seed)
        checkpoint = read_checkpoint(weights)
        prefix = "features."
        state = {name.removeprefix(prefix): value for name, value in checkpoint.state.items()}
        for features in (training.student.features, training.average):
            features.load_state_dict({**features.state_dict(), **state})
        training.samples = training.begun = int(checkpoint.metadata["samples"])
        return training

    @property
    def annealed(self) -> bool:
        """Whether the learning rate has come to zero."""
        return self.anneal is not None and self.samples >= self.anneal[1]

    @property
    def learning_rate(self) -> float:
        """Of the next step: it rises at the beginning, stays, and falls when annealing."""
        own = self.samples - self.begun
        rise = min(1.0, (own + self.recipe.batch_size) / self.recipe.warmup)
        first, last = self.anneal or (self.samples, self.samples + 1)
        return self.recipe.learning_rate * rise * (last - self.samples) / (last - first)

    def step(self, records: NDArray[np.void]) -> dict[str, float]:
        """Learn from what `ViewStore.draw` gave, and return the losses."""
        batch, answers = self._augment(records)
        losses = self.student.losses(batch, answers)
        weights = asdict(self.recipe)
        total = torch.stack([weights[name] * loss for name, loss in losses.items()]).sum()
        torch.autograd.backward(total)
        rate = self.learning_rate
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self._update_average()
        self.samples += len(records)
        return {name: loss.item() for name, loss in losses.items()}

    @torch.no_grad()
    def _update_average(self) -> None:
        """Move the averaged weights a little: in the first steps more, to forget the beginning."""
        steps = (self.samples - self.begun) / self.recipe.batch_size
        share = 1 - min(self.recipe.average, (1 + steps) / (10 + steps))
        current = self.student.features.state_dict()
        for name, value in self.average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(current[name], share)

    def _augment(self, records: NDArray[np.void]) -> tuple[Tensor, dict[str, Tensor]]:
        """Mirror half of the batches with their answers; change brightness and contrast."""
        pixels, jitter = records["pixels"], self.recipe.color_jitter
        answers = {
            name: torch.from_numpy(records[name]).float()
            for name in ("fine", "middle", "final", "pooled")
        }
        brightness, contrast = self.rng.uniform(
            1 - jitter, 1 + jitter, size=(2, len(pixels), 1, 1, 1)
        ).astype(np.float32)
        means = pixels.mean((1, 2, 3), dtype=np.float32, keepdims=True)
        changed = brightness * (contrast * (pixels - means) + means)
        batch = normalize(changed.clip(0, 255))
        if self.rng.random() < 0.5:
            batch = batch.flip(3)
            answers |= {name: answers[name].flip(2) for name in ("fine", "middle", "final")}
        return batch.contiguous(memory_format=torch.channels_last), answers

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "recipe": asdict(self.recipe),
            "seed": self.seed,
            "samples": self.samples,
            "begun": self.begun,
            "minutes": self.minutes,
            "anneal": self.anneal,
            "rng": self.rng.bit_generator.state,
            "student": self.student.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": {name: o.state_dict() for name, o in self.optimizers.items()},
        }
        with written_whole(path) as file:
            torch.save(state, file)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a checkpoint, to go on exactly where it was written."""
        state = torch.load(path, weights_only=True)
        training = cls(Recipe(**state["recipe"]), state["seed"])
        training.samples, training.begun = state["samples"], state["begun"]
        training.minutes = state["minutes"]
        training.anneal = state["anneal"]
        training.rng.bit_generator.state = state["rng"]
        training.student.load_state_dict(state["student"])
        training.average.load_state_dict(state["average"])
        for name, optimizer in training.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        return training
