from pathlib import Path
from threading import Event

import pytest
from fakes import ColorEmbedder

from similarity.datatypes import Neighbor
from similarity.errors import WeightsUnavailableError
from similarity.hub.addresses import Origin, write_origin
from similarity.models.embedder import Embedder
from similarity.models.registry import get_backbone
from similarity.models.weights import torch_home_file
from similarity.page import catalog as catalog_module
from similarity.page.catalog import Catalog
from similarity.page.links import read_choice
from similarity.page.payloads import AnswerPayload, answer_payload, preparation_payload
from similarity.page.preparation import Preparations
from similarity.page.queries import Queries
from similarity.store.artifact import Artifact
from similarity.store.collection import Collection

PATIENCE = 60


@pytest.fixture
def collection(colors: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """Six pictures, and no weights on this machine."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return colors.collection


def payload_of(
    collection: Collection, preparations: Preparations, missed: list[Neighbor] | None = None
) -> AnswerPayload:
    catalog = Catalog(collection.folder, load_embedder=lambda *_: ColorEmbedder())
    queries = Queries()
    reading = read_choice({"item": "3", "k": "2"}, catalog)
    query = queries.make(reading.searcher, reading.choice.subject)
    result = reading.searcher.search(query, 2, with_recall=True)
    return answer_payload(
        reading,
        result,
        missed or [],
        queries=queries,
        catalog=catalog,
        preparations=preparations,
    )


def test_payload_describes_the_index(collection: Collection) -> None:
    folder = collection.folder / "color"
    payload = payload_of(collection, Preparations())
    assert payload["index"] == {
        "bytes": sum(path.stat().st_size for path in folder.glob("angular*")),
        "projected_dim": None,
        "weights": "mean color",
        "verified": False,
    }


def test_payload_says_where_a_collection_comes_from(collection: Collection) -> None:
    assert payload_of(collection, Preparations())["origin"] is None
    commit = "0123456789" * 4
    write_origin(collection.folder, Origin(1, "user/colors", commit, "https://hub", ("color",)))
    origin = payload_of(collection, Preparations())["origin"]
    assert origin == {"repo_id": "user/colors", "commit": commit}


def test_payload_says_what_is_missed_in_its_place(collection: Collection) -> None:
    item = collection.items[5]
    missed = payload_of(collection, Preparations(), [Neighbor(7, item, 0.5, 0.875)])["missed"]
    assert missed == [
        {
            "rank": 7,
            "item_id": 5,
            "label": "red",
            "caption": "red/c.png",
            "file": item.file,
            "distance": 0.5,
            "similarity": 0.875,
        }
    ]


def test_payload_says_that_annoy_does_not_work(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert payload_of(collection, Preparations())["annoy_problem"] is None
    monkeypatch.setattr(catalog_module, "find_annoy_problem", lambda: "Annoy is broken.")
    assert payload_of(collection, Preparations())["annoy_problem"] == "Annoy is broken."


def test_payload_offers_each_backbone_in_its_state(collection: Collection) -> None:
    damaged = collection.folder / "resnet50" / "manifest.json"
    damaged.parent.mkdir()
    damaged.write_text("{}")
    weights = torch_home_file(get_backbone("vgg16").published.file_name)
    weights.parent.mkdir(parents=True)
    weights.touch()
    goes_on = Event()

    def make_embedder(_: str) -> Embedder:
        assert goes_on.wait(PATIENCE)
        raise WeightsUnavailableError("not here")

    preparations = Preparations(make_embedder)
    offers = payload_of(collection, preparations)["offers"]["backbones"]
    found = {offer["name"]: offer for offer in offers}
    assert (found["color"]["state"], found["color"].get("problem")) == ("ready", None)
    assert found["resnet50"]["state"] == "ready"
    assert "build the artifact again" in str(found["resnet50"].get("problem"))
    assert found["resnet18"] == {
        "name": "resnet18",
        "title": "ResNet18",
        "state": "downloads",
        "bytes": get_backbone("resnet18").published.download_bytes,
    }
    assert found["vgg16"]["state"] == "builds"
    started = preparations.start(collection, "vgg16")
    offers = payload_of(collection, preparations)["offers"]["backbones"]
    assert {offer["name"]: offer["state"] for offer in offers}["vgg16"] == "running"
    goes_on.set()
    assert started.wait(PATIENCE)


def test_preparation_payload_of_each_state(collection: Collection) -> None:
    goes_on = Event()

    def make_embedder(_: str) -> Embedder:
        assert goes_on.wait(PATIENCE)
        raise WeightsUnavailableError("not here")

    assert preparation_payload(None) == {"state": "none"}
    started = Preparations(make_embedder).start(collection, "vgg16")
    running = preparation_payload(started)
    assert running["state"] == "running"
    assert running["progress"]["unit"] in {"bytes", "pictures"}
    goes_on.set()
    assert started.wait(PATIENCE)
    assert preparation_payload(started) == {"state": "failed", "problem": "not here"}
