import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import ColorEmbedder
from torch import Tensor
from torchvision.models import ResNet18_Weights

from similarity.datatypes import METRICS, Embeddings
from similarity.errors import CollectionError, UnknownBackboneError, WeightsUnavailableError
from similarity.indexing import pipeline as build
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.models import embedding
from similarity.models.embedder import Embedder, load_embedder
from similarity.models.registry import get_backbone
from similarity.models.weights import torch_home_file
from similarity.page import preparation
from similarity.page.catalog import Catalog
from similarity.page.preparation import (
    Preparation,
    Preparations,
    Progress,
    Readiness,
    readiness,
    unready_backbones,
)
from similarity.progress import Track
from similarity.store.artifact import Artifact
from similarity.store.collection import Collection

PATIENCE = 60
RESNET18 = get_backbone("resnet18")


class Registered(ColorEmbedder):
    """Mean colors under a name of the registry; waits before each batch until it may go on."""

    def __init__(self, name: str = "resnet18") -> None:
        super().__init__()
        self.name = name
        self.waits = threading.Semaphore(0)
        self.goes_on = threading.Semaphore(0)

    def forward(self, batch: Tensor) -> Embeddings:
        self.waits.release()
        assert self.goes_on.acquire(timeout=PATIENCE)
        return super().forward(batch)


@pytest.fixture
def collection(colors: Artifact, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Collection:
    """Six pictures, and no weights on this machine."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return colors.collection


@pytest.fixture
def embedder() -> Iterator[Registered]:
    made = Registered()
    yield made
    made.goes_on.release(99)


def offered(collection: Collection) -> dict[str, int]:
    """How many metrics of which backbones the page offers."""
    name = collection.folder.name
    return {offer.backbone: len(offer.metrics) for offer in Catalog(collection.folder).offers(name)}


def ended(started: Preparation) -> str | None:
    """Wait until a preparation has ended, and say why it failed, if it did."""
    assert started.wait(PATIENCE)
    return started.error


def test_readiness_follows_weights_and_artifact(collection: Collection) -> None:
    states = [readiness(collection.folder, RESNET18)]
    save_nothing(torch_home_file(RESNET18.published.file_name))
    states.append(readiness(collection.folder, RESNET18))
    save_nothing(collection.folder / "resnet18" / "manifest.json")
    states.append(readiness(collection.folder, RESNET18))
    assert states == [Readiness.DOWNLOADS, Readiness.BUILDS, Readiness.READY]


def save_nothing(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_unready_backbones_are_those_offered_without_artifact(collection: Collection) -> None:
    save_nothing(torch_home_file(get_backbone("convnext_tiny").published.file_name))
    save_nothing(collection.folder / "resnet18" / "manifest.json")
    found = {backbone.name: state for backbone, state in unready_backbones(collection)}
    assert list(found.items()) == [
        ("efficientnet_lite0", Readiness.BUILDS),
        ("resnet50", Readiness.DOWNLOADS),
        ("vgg16", Readiness.DOWNLOADS),
        ("mobilenet_v2", Readiness.DOWNLOADS),
        ("convnext_tiny", Readiness.BUILDS),
    ]


def test_preparation_builds_all_metrics_which_are_then_offered(
    collection: Collection, embedder: Registered
) -> None:
    preparations = Preparations(lambda _: embedder)
    embedder.goes_on.release(9)
    assert offered(collection) == {"color": 1}
    assert ended(preparations.start(collection, "resnet18")) is None
    assert offered(collection) == {"color": 1, "resnet18": len(METRICS)}
    assert Artifact.load(collection.folder / "resnet18").embeddings.shape == (6, 3)
    assert not preparations.is_running(collection, "resnet18")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere priority is the whole program's")
def test_preparation_leaves_the_cores_to_searches(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = []

    class TellsPriority(Registered):
        def forward(self, batch: Tensor) -> Embeddings:
            inside.append(priority())
            return super().forward(batch)

    embedder = TellsPriority()
    embedder.goes_on.release(9)
    before = priority()
    # A program that was started with less priority may not ask for more.
    for niceness in (before + 3, before + 1):
        monkeypatch.setattr(preparation, "NICENESS", niceness)
        assert ended(Preparations(lambda _: embedder).start(collection, "resnet18")) is None
        shutil.rmtree(collection.folder / "resnet18")
    monkeypatch.setattr(preparation, "NICENESS", before - 1)
    assert ended(Preparations(lambda _: embedder).start(collection, "resnet18")) is None
    assert inside == [before + 3, before + 1, before]
    assert priority() == before


def priority() -> int:
    """Niceness of this thread."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_preparation_of_what_is_ready_does_nothing(
    collection: Collection, embedder: Registered
) -> None:
    preparations = Preparations(lambda _: embedder)
    embedder.goes_on.release(9)
    for _ in range(2):
        assert ended(preparations.start(collection, "resnet18")) is None
    assert embedder.n_batches == 1


def test_preparation_is_shared_by_those_who_come_meanwhile(
    collection: Collection, embedder: Registered
) -> None:
    made: list[str] = []

    def make(name: str) -> Embedder:
        made.append(name)
        return embedder

    preparations = Preparations(make)
    first = preparations.start(collection, "resnet18")
    assert embedder.waits.acquire(timeout=PATIENCE)
    assert preparations.start(collection, "resnet18") is first
    assert preparations.find(collection, "resnet18") is first
    assert first.is_running
    assert offered(collection) == {"color": 1}
    embedder.goes_on.release(9)
    assert ended(first) is None
    assert made == ["resnet18"]


def test_preparations_take_turns(collection: Collection, embedder: Registered) -> None:
    other = Registered("vgg16")
    other.goes_on.release(9)
    preparations = Preparations(lambda name: other if name == "vgg16" else embedder)
    first = preparations.start(collection, "resnet18")
    assert embedder.waits.acquire(timeout=PATIENCE)
    second = preparations.start(collection, "vgg16")
    assert not second.wait(0.2)
    assert second.progress == Progress("Waiting until another backbone is ready")
    assert other.n_batches == 0
    embedder.goes_on.release(9)
    assert (ended(first), ended(second)) == (None, None)
    assert offered(collection) == {"color": 1, "resnet18": 4, "vgg16": 4}


def test_progress_counts_pictures(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    preparations = Preparations()
    seen: list[Progress] = []

    def build(_: Collection, __: Settings, ___: object, track: Track) -> None:
        started = preparations.find(collection, "resnet18")
        assert started is not None
        steps = track("abc", "Embedding pictures", 5, done=2)
        seen.extend(started.progress for _ in steps)
        seen.append(started.progress)

    monkeypatch.setattr(preparation, "build_backbone", build)
    assert ended(preparations.start(collection, "resnet18")) is None
    assert seen == [
        *(Progress("Embedding pictures", done, 5) for done in (2, 3, 4)),
        Progress("Building the indexes"),
    ]


def test_progress_counts_downloaded_bytes(collection: Collection, embedder: Registered) -> None:
    downloading, goes_on = threading.Event(), threading.Event()

    def download(_: str) -> Embedder:
        downloading.set()
        assert goes_on.wait(PATIENCE)
        return embedder

    started = Preparations(download).start(collection, "resnet18")
    assert downloading.wait(PATIENCE)
    path = torch_home_file(RESNET18.published.file_name)
    total = RESNET18.published.download_bytes
    expected = [Progress(f"Downloading {path.name}", 0, total, "bytes")]
    seen = [started.progress]
    path.parent.mkdir(parents=True)
    part = path.with_name(f"{path.name}.0123.partial")
    part.write_bytes(b"x" * 5000)
    expected.append(Progress(f"Downloading {path.name}", 5000, total, "bytes"))
    seen.append(started.progress)
    part.rename(path)
    expected.append(Progress("Loading weights"))
    seen.append(started.progress)
    assert seen == expected
    goes_on.set()
    embedder.goes_on.release(9)
    assert ended(started) is None


def test_preparation_without_network_is_the_sentence_and_can_be_tried_again(
    collection: Collection, embedder: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    answers: list[Callable[[str], Embedder]] = [load_embedder, lambda _: embedder]

    def make(name: str) -> Embedder:
        answer = answers.pop(0)
        return answer(name)

    preparations = Preparations(make)
    failed = preparations.start(collection, "resnet18")
    error = str(ended(failed))
    assert f"put it at {torch_home_file(RESNET18.published.file_name)}" in error
    assert ResNet18_Weights.IMAGENET1K_V1.url in error
    assert offered(collection) == {"color": 1}
    embedder.goes_on.release(9)
    assert ended(preparations.start(collection, "resnet18")) is None
    assert failed.error == error


def test_preparation_interrupted_leaves_nothing_and_is_gone_on_with(
    collection: Collection, embedder: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "SHARD_PICTURES", 4)

    class Interrupted(Registered):
        def forward(self, batch: Tensor) -> Embeddings:
            if self.n_batches == 1:
                raise WeightsUnavailableError("the machine went down")
            return super().forward(batch)

    interrupted = Interrupted()
    interrupted.goes_on.release(9)
    embedder.goes_on.release(9)
    answers = [interrupted, embedder]
    preparations = Preparations(lambda _: answers.pop(0))
    assert ended(preparations.start(collection, "resnet18")) == "the machine went down"
    assert offered(collection) == {"color": 1}
    assert readiness(collection.folder, RESNET18) is not Readiness.READY
    assert ended(preparations.start(collection, "resnet18")) is None
    # The four pictures that were embedded before are not embedded again.
    assert embedder.n_batches == 1
    assert Artifact.load(collection.folder / "resnet18").embeddings == pytest.approx(
        Artifact.load(collection.folder / "color").embeddings
    )


def test_preparation_that_cannot_be_saved_says_where(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/srv/scenes/resnet18/plan.json")

    monkeypatch.setattr(build, "Staging", fail)
    assert ended(Preparations(lambda _: ColorEmbedder()).start(collection, "resnet18")) == (
        f"{collection.folder} cannot be written (Permission denied: /srv/scenes/resnet18/plan.json)"
        "; make room there, make it writable, or name another place."
    )


def test_preparation_where_annoy_does_not_work_is_refused(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "find_annoy_problem", lambda: "Annoy does not work here.")
    assert ended(Preparations().start(collection, "resnet18")) == "Annoy does not work here."


def test_preparation_that_ends_by_a_defect_is_no_success(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda hooked: logged.append(str(hooked[1])))

    def fail(_: str) -> Embedder:
        raise ZeroDivisionError("a defect")

    error = ended(Preparations(fail).start(collection, "resnet18"))
    assert error == "ResNet18 could not be made ready; the log of the server says why."
    assert logged == ["a defect"]


def test_start_of_an_unknown_backbone_is_refused(collection: Collection) -> None:
    with pytest.raises(UnknownBackboneError, match="resnet9000"):
        Preparations().start(collection, "resnet9000")


def test_start_without_pictures_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", np.eye(4, dtype=np.float32))
    built = build_from_embeddings(
        tmp_path / "rows.npy", tmp_path / "bare", Settings(backbone="given", n_trees=2)
    )
    assert unready_backbones(built.collection) == []
    with pytest.raises(CollectionError, match="has no pictures"):
        Preparations().start(built.collection, "resnet18")
