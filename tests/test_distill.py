"""Training of the bundled backbone: fast layers, views, and going on after an interruption."""

import copy
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from drawing import noise, plain, save
from numpy.typing import NDArray
from torch import nn
from torchvision import models

from similarity.backbones import load_embedder
from similarity.distill.__main__ import PREPROCESSING, export, held_out_categories
from similarity.distill.layers import forward
from similarity.distill.student import Muon, Recipe, Training
from similarity.distill.views import (
    FINAL_CHANNELS,
    FINE_CHANNELS,
    MIDDLE_CHANNELS,
    POOLED_CHANNELS,
    SHARD_VIEWS,
    Answers,
    Basis,
    Teacher,
    ViewMaker,
    ViewStore,
    make_views,
    training_files,
)

SIDE = 32


class ColorTeacher(Teacher):
    """Says of a view its mean red, green and blue in [0, 255], and nothing else."""

    def __init__(self) -> None:
        """Need no weights."""

    def __call__(self, pixels: NDArray[np.uint8]) -> Answers:
        color = torch.from_numpy(pixels.mean((1, 2))).float()  # (N, 3)
        answers = []
        for step, channels in ((8, FINE_CHANNELS), (16, MIDDLE_CHANNELS), (32, POOLED_CHANNELS)):
            maps = torch.zeros(len(pixels), SIDE // step, SIDE // step, channels)
            maps[..., :3] = color[:, None, None]
            answers.append(maps)
        return Answers(*answers)


@pytest.fixture
def distill_photos(tmp_path: Path) -> Path:
    """Two photographs in each of six categories, one of mixed backgrounds, one elsewhere."""
    folder = tmp_path / "distill_photos"
    for seed, (name, i) in enumerate(itertools.product("abcdef", range(2))):
        save(noise(seed), folder / "caltech101" / name / f"{i}.png")
    save(plain((9, 9, 9)), folder / "caltech101" / "BACKGROUND_Google" / "0.png")
    save(plain((7, 7, 7)), folder / "imagenet" / "0.png")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> ViewStore:
    """Shards of plain views, of brightness 0 to 127 and 128 to 255; the basis changes nothing."""
    axes = torch.eye(POOLED_CHANNELS)[:, :FINAL_CHANNELS].contiguous()
    basis = Basis(
        fine_mean=torch.zeros(FINE_CHANNELS),
        fine_std=torch.ones(FINE_CHANNELS),
        middle_mean=torch.zeros(MIDDLE_CHANNELS),
        middle_std=torch.ones(MIDDLE_CHANNELS),
        mean=torch.zeros(POOLED_CHANNELS),
        axes=axes,
    )
    made = ViewStore.create(tmp_path / "store", SIDE, 0, basis)
    for serial, darkest in enumerate((0, 128)):
        brightness = (darkest + np.arange(SHARD_VIEWS) % 128).astype(np.uint8)
        views = np.tile(brightness[:, None, None, None], (1, SIDE, SIDE, 3))
        made.add(serial, views, [ColorTeacher()(views)])
    return made


def test_held_out_categories_research_never_reports_the_unseen(distill_photos: Path) -> None:
    assert held_out_categories(distill_photos, research=False) == (["a", "f"], ["a", "f"])
    assert held_out_categories(distill_photos, research=True) == (["a", "f", "c"], ["c"])


def test_training_files_leave_out_held_out_categories_only(distill_photos: Path) -> None:
    files = training_files(distill_photos, ["a", "f"])
    names = {path.parent.name for path in files}
    assert names == {"b", "c", "d", "e", "BACKGROUND_Google", "imagenet"}
    assert len(files) == 10


def test_draw_gives_views_with_their_own_answers(store: ViewStore) -> None:
    assert store.refresh() == 2
    records = store.draw(400, np.random.default_rng(0))
    brightness = records["pixels"][:, 0, 0, 0]
    assert len(set(brightness.tolist())) > 180
    for name in ("fine", "middle", "final", "pooled"):
        firsts = records[name].reshape(400, -1)[:, :4]
        assert np.array_equal(firsts, np.outer(brightness, [1, 1, 1, 0])), name


def test_refresh_after_a_shard_went_draws_from_the_others(store: ViewStore) -> None:
    store.refresh()
    store.shards()[0].unlink()
    assert store.refresh() == 1
    assert store.draw(32, np.random.default_rng(0))["pixels"].min() >= 128


def test_make_views_interrupted_gives_the_same_shards(distill_photos: Path, tmp_path: Path) -> None:
    draw = ViewMaker(training_files(distill_photos, []), SIDE)

    def shards(folder: Path, runs: list[int]) -> list[bytes]:
        for run in runs:
            made = make_views(folder, draw, ColorTeacher(), seed=3, kept=2)
            for _ in range(run):
                next(made)
        return [path.read_bytes() for path in ViewStore(folder).shards()]

    whole = shards(tmp_path / "whole", [3])
    assert shards(tmp_path / "interrupted", [1, 2]) == whole
    assert len(whole) == 2
    assert whole[0] != whole[1]


def test_view_maker_blends_and_patches_half_of_plain_photographs(tmp_path: Path) -> None:
    files = [save(plain((v, v, v)), tmp_path / f"{v}.png") for v in (0, 255)]
    views = ViewMaker(files, SIDE)(400, np.random.default_rng(0))
    assert views.shape == (400, SIDE, SIDE, 3)
    patched = np.mean([len(np.unique(view.mean(2))) > 1 for view in views])
    # A quarter is patched, and half of those with a view of the same photograph.
    assert 0.08 < patched < 0.25


def test_augment_mirrors_views_with_their_answers(store: ViewStore) -> None:
    store.refresh()
    records = store.draw(8, np.random.default_rng(0))
    records["pixels"] = 50
    records["pixels"][:, :, : SIDE // 2] = 150
    records["fine"] = 0
    records["fine"][:, :, : SIDE // 16] = 1
    training = Training(Recipe(color_jitter=0), seed=0)
    bright_left = set()
    for _ in range(20):
        batch, answers = training._augment(records)
        left = bool(batch[0, 0, 0, 0] > batch[0, 0, 0, -1])
        assert left == bool(answers["fine"][0, 0, 0, 0] > answers["fine"][0, 0, -1, 0])
        bright_left.add(left)
    assert bright_left == {True, False}


def test_learning_rate_rises_stays_and_falls_when_annealed() -> None:
    training = Training(Recipe(batch_size=10, learning_rate=0.5, warmup=100), seed=0)
    rates = []
    for training.samples in (0, 40, 90, 100_000):
        rates.append(training.learning_rate)
    assert rates == pytest.approx([0.05, 0.25, 0.5, 0.5])
    training.anneal = (100_000, 100_400)
    training.samples = 100_100
    assert training.learning_rate == pytest.approx(0.375)
    assert not training.annealed
    training.samples = 100_400
    assert training.annealed


@pytest.mark.parametrize("shape", [(24, 96, 1, 1), (96, 24, 1, 1)])
def test_muon_steps_in_all_directions_alike(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    weight = nn.Parameter(torch.zeros(shape))
    scales = torch.logspace(0, -1, 24).view(24, 1)
    gradient = torch.linalg.qr(torch.randn(96, 24)).Q @ torch.diag(scales.flatten())
    weight.grad = (gradient if shape[0] == 96 else gradient.T).reshape(shape).clone()
    Muon([weight], lr=0.1, weight_decay=0.0).step()
    lengths = torch.linalg.svdvals(weight.detach().flatten(1)) / (0.1 * 0.2 * 96**0.5)
    assert lengths.min() > 0.6
    assert lengths.max() < 1.3
    assert (weight * weight.grad).sum() < 0


def test_export_is_read_by_the_embedder(tmp_path: Path) -> None:
    training = Training(Recipe(), seed=1)
    with torch.no_grad():
        training.average[-1][0].weight.mul_(-1)
    path = tmp_path / "student.safetensors"
    export(training, path)
    embedder = load_embedder("mobilenet_v3_small", path)
    assert embedder.preprocessing == PREPROCESSING
    batch = torch.randn(2, 3, SIDE, SIDE)
    with torch.inference_mode():
        expected = training.average(batch).mean((2, 3)).numpy()
    np.testing.assert_allclose(embedder.forward(batch), expected, rtol=0.02, atol=1e-3)
    assert path.stat().st_size < 2_100_000


def test_training_continued_begins_with_exported_weights_and_counts_on(tmp_path: Path) -> None:
    earlier = Training(Recipe(), seed=1)
    earlier.samples = 240_960
    path = tmp_path / "student.safetensors"
    export(earlier, path)
    training = Training.continued(Recipe(batch_size=10, learning_rate=0.5, warmup=100), 2, path)
    wanted = {name: value.half() for name, value in earlier.average.state_dict().items()}
    for features in (training.average, training.student.features):
        given = features.state_dict()
        assert all(torch.equal(given[name].half(), value) for name, value in wanted.items())
    assert training.samples == 240_960
    assert training.learning_rate == pytest.approx(0.05)
    training.save(tmp_path / "checkpoint.pt")
    resumed = Training.load(tmp_path / "checkpoint.pt")
    resumed.samples += 40
    assert resumed.learning_rate == pytest.approx(0.25)


@pytest.mark.compiler
def test_forward_in_training_equals_torch() -> None:
    torch.manual_seed(0)
    network = models.mobilenet_v3_small(weights=None).features.double()
    ours = copy.deepcopy(network).float().to(memory_format=torch.channels_last)
    batch = torch.randn(8, 3, 96, 96)
    expected = [batch.double()]
    for layer in network:
        expected.append(layer(expected[-1]))
    maps = list(forward(ours, batch.to(memory_format=torch.channels_last)))
    for given, wanted in zip(maps, expected[1:], strict=True):
        torch.testing.assert_close(given.double(), wanted, rtol=1e-3, atol=1e-4)
    # Cubes, since the sum of what batch normalization gives does not depend on its input.
    torch.autograd.backward([expected[-1].pow(3).sum(), maps[-1].pow(3).sum()])
    largest = max(float(w.grad.norm()) for w in network.parameters() if w.grad is not None)
    for (name, wanted), given in zip(network.named_parameters(), ours.parameters(), strict=True):
        assert wanted.grad is not None
        assert given.grad is not None
        # A bias before another normalization has no gradient but rounding.
        allowed = 0.01 * float(wanted.grad.norm()) + 1e-6 * largest
        assert float((given.grad - wanted.grad).norm()) < allowed, name
    for (name, wanted), given in zip(network.named_buffers(), ours.named_buffers(), strict=True):
        torch.testing.assert_close(
            given[1].to(wanted.dtype), wanted, rtol=1e-3, atol=1e-5, msg=name
        )


@pytest.mark.compiler
def test_training_resumed_goes_on_as_if_uninterrupted(store: ViewStore, tmp_path: Path) -> None:
    store.refresh()

    def steps(training: Training, n: int) -> None:
        for _ in range(n):
            training.step(store.draw(training.recipe.batch_size, training.rng))

    whole, first = (Training(Recipe(batch_size=8, warmup=16), seed=5) for _ in range(2))
    steps(whole, 4)
    steps(first, 2)
    first.save(tmp_path / "checkpoint.pt")
    resumed = Training.load(tmp_path / "checkpoint.pt")
    steps(resumed, 2)
    assert resumed.samples == whole.samples == 32
    for name, value in whole.average.state_dict().items():
        assert torch.equal(resumed.average.state_dict()[name], value), name


@pytest.mark.compiler
def test_training_on_few_views_brings_the_losses_down(store: ViewStore) -> None:
    store.refresh()
    training = Training(Recipe(batch_size=32, warmup=32, color_jitter=0), seed=0)
    records = store.draw(32, training.rng)
    losses = [training.step(records) for _ in range(12)]
    assert all(losses[-1][name] < losses[0][name] for name in losses[0])
