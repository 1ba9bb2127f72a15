"""The command line of training: `python -m similarity.distill COMMAND`."""

import argparse
import json
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import nn

from similarity.backbones import Preprocessing
from similarity.comparison import unseen_labels
from similarity.distill.student import Recipe, Training
from similarity.distill.views import (
    MEAN,
    SHARD_VIEWS,
    STD,
    Teacher,
    ViewMaker,
    ViewStore,
    category_names,
    make_views,
    training_files,
)
from similarity.evaluation import DEFAULT_PER_LABEL, LabelPrecision, label_precision
from similarity.files import write_whole
from similarity.images import read_picture

PREPROCESSING = Preprocessing(resize=224, crop=192, mean=MEAN, std=STD)
"""Larger than the last views, of 160 pixels: a random crop shows objects larger than a center crop
does (Touvron et al., 2019, Fixing the train-test resolution discrepancy)."""

SHARED = Path(__file__).parents[3] / "shared"
TEACHER_WEIGHTS = SHARED / "weights" / "mobilenet_v2-imagenet-fp16.pth"

SAVE_MINUTES = 10
REPORT_EVERY, EVALUATE_EVERY = 25_000, 100_000
"""Samples between two lines of the log, and between two of them with precisions."""

STEPS_PER_REFRESH = 50
EVALUATION_BATCH = 25


class HeldOut:
    """Photographs of categories that training does not see."""

    def __init__(self, photos: Path, categories: Sequence[str]) -> None:
        """Decode the first 20 photographs, by file name, of each category.

        Raises:
            ImageError: A file is not a picture.
        """
        files = [
            path
            for category in categories
            for path in sorted((photos / "caltech101" / category).iterdir())[:DEFAULT_PER_LABEL]
        ]
        self.labels = [path.parent.name for path in files]
        self._batch = PREPROCESSING([read_picture(path).rgb for path in files])

    @torch.inference_mode()
    def precision(self, features: nn.Module) -> LabelPrecision:
        """Search for each photograph among the others, by cosine.

        Args:
            features: A network whose last map is averaged to an embedding, in evaluation mode.
        """
        starts = range(0, len(self._batch), EVALUATION_BATCH)
        maps = [features(self._batch[start : start + EVALUATION_BATCH]) for start in starts]
        embeddings = torch.cat(maps).mean((2, 3)).numpy()
        return label_precision(embeddings, self.labels, "angular")


def held_out_categories(photos: Path, *, research: bool) -> tuple[list[str], list[str]]:
    """Choose the categories that are not learned from, and those that are evaluated.

    Args:
        photos: Folder of the photographs.
        research: Keep ten more categories from training and evaluate those, so that a choice
            between recipes is not made on the test.

    Returns:
        The categories that training must not see; those of them that the log reports.
    """
    names = category_names(photos)
    unseen, validation = unseen_labels(names), names[2::5]
    return (unseen + validation, validation) if research else (unseen, unseen)


class Stop:
    """Becomes true when the process is asked to end, so that it ends between two steps."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def __bool__(self) -> bool:
        return self.asked


def train(training: Training, store: ViewStore, held_out: HeldOut, checkpoint: Path) -> bool:
    """Train until annealed, or until the process is asked to end.

    Args:
        training: Changed in place.
        store: Of views; it may grow and change meanwhile.
        held_out: What the log reports on.
        checkpoint: File to write every `SAVE_MINUTES` and at the end; the log stands beside it.

    Returns:
        Whether the learning rate has come to zero.
    """
    stop = Stop()
    losses: list[dict[str, float]] = []
    log = checkpoint.with_suffix(".jsonl")
    started = time.monotonic() - training.minutes * 60
    saved = training.minutes
    while not stop and not training.annealed:
        if len(losses) % STEPS_PER_REFRESH == 0:
            _wait_for_views(store)
        before = training.samples
        losses.append(training.step(store.draw(training.recipe.batch_size, training.rng)))
        training.minutes = (time.monotonic() - started) / 60
        if before // REPORT_EVERY < training.samples // REPORT_EVERY:
            evaluate = before // EVALUATE_EVERY < training.samples // EVALUATE_EVERY
            _report(training, losses, log, held_out if evaluate else None)
            losses.clear()
        if training.minutes - saved > SAVE_MINUTES:
            training.save(checkpoint)
            saved = training.minutes
    training.save(checkpoint)
    return training.annealed


def _wait_for_views(store: ViewStore) -> None:
    while not store.refresh():
        time.sleep(5)


def _report(
    training: Training, losses: Sequence[dict[str, float]], log: Path, held_out: HeldOut | None
) -> None:
    line: dict[str, float] = {
        "samples": training.samples,
        "minutes": round(training.minutes, 1),
        **{name: round(float(np.mean([step[name] for step in losses])), 4) for name in losses[0]},
    }
    if held_out:
        precision = held_out.precision(training.average)
        line |= {"at_1": round(precision.at_1, 4), "at_10": round(precision.at_10, 4)}
    with log.open("a") as file:
        file.write(json.dumps(line) + "\n")


def export(training: Training, path: Path) -> None:
    """Write the averaged weights in half precision, named as torchvision does, without classifier.

    The header says what a reader needs to use them and to know where they come from.
    """
    state = {
        f"features.{name}": value.half().contiguous()
        for name, value in training.average.state_dict().items()
        if value.is_floating_point()
    }
    metadata = {
        "architecture": "mobilenet_v3_small",
        "resize": json.dumps(PREPROCESSING.resize),
        "crop": json.dumps(PREPROCESSING.crop),
        "mean": json.dumps(PREPROCESSING.mean),
        "std": json.dumps(PREPROCESSING.std),
        "interpolation": PREPROCESSING.interpolation,
        "trained_by": "similarity.distill",
        "samples": json.dumps(training.samples),
        "seed": json.dumps(training.seed),
    }
    write_whole(path, save(state, metadata))


def _make_views(given: argparse.Namespace) -> None:
    held_out, _ = held_out_categories(given.photos, research=given.research)
    draw = ViewMaker(training_files(given.photos, held_out), given.side)
    teacher, stop = Teacher(given.teacher), Stop()
    for serial in make_views(given.store, draw, teacher, seed=given.seed, kept=given.shards):
        rest_until = time.monotonic() + (given.rest if serial >= given.shards else 0)
        while not stop and time.monotonic() < rest_until:
            time.sleep(1)
        if stop:
            return


def _train(given: argparse.Namespace) -> None:
    given.run.mkdir(parents=True, exist_ok=True)
    trunk, branch = given.run / "checkpoint.pt", given.run / "annealing.pt"
    annealing = given.command == "anneal"
    checkpoint = branch if annealing else trunk
    if checkpoint.exists():
        training = Training.load(checkpoint)
    elif annealing:
        training = Training.load(trunk)
        training.anneal = (training.samples, training.samples + given.samples)
    elif given.weights:
        training = Training.continued(Recipe(), given.seed, given.weights)
    else:
        training = Training(Recipe(), given.seed)
    _, evaluated = held_out_categories(given.photos, research=given.research)
    held_out = HeldOut(given.photos, evaluated)
    if train(training, ViewStore(given.store), held_out, checkpoint):
        export(training, given.run / f"annealed-{training.samples}.safetensors")
        branch.unlink()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--store", type=Path, required=True, help="folder of the views")
    common.add_argument("--photos", type=Path, default=SHARED / "photos", help="to learn from")
    common.add_argument("--seed", type=int, default=0)
    common.add_argument("--threads", type=int, default=1, help="processor cores to use")
    common.add_argument(
        "--research",
        action="store_true",
        help="keep ten more categories out, and evaluate on those",
    )
    parser = argparse.ArgumentParser(prog="python -m similarity.distill")
    commands = parser.add_subparsers(dest="command", required=True)
    views = commands.add_parser("views", parents=[common], help="make views until stopped")
    views.add_argument("--teacher", type=Path, default=TEACHER_WEIGHTS, help="its weights")
    views.add_argument("--side", type=int, default=128, help="of a view, in pixels")
    views.add_argument("--shards", type=int, default=128, help=f"to keep, of {SHARD_VIEWS} views")
    views.add_argument(
        "--rest", type=float, default=0, help="seconds after each shard, once there are so many"
    )
    constant = commands.add_parser("train", parents=[common], help="train until stopped")
    constant.add_argument("--weights", type=Path, help="exported before, to begin with")
    anneal = commands.add_parser(
        "anneal", parents=[common], help="train to a learning rate of zero, and export"
    )
    anneal.add_argument("--samples", type=int, required=True, help="over which the rate falls")
    for command in (constant, anneal):
        command.add_argument("--run", type=Path, required=True, help="folder of checkpoints")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    if given.command == "views":
        _make_views(given)
    else:
        _train(given)


if __name__ == "__main__":
    main()
