"""What the browser is answered: the six pictures of `photos`, three trees, angular and dot."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from drawing import BLUE, GREEN, RED, encoded, halves, plain, save
from fakes import ColorEmbedder

from similarity.errors import ImageFetchError, WeightsUnavailableError
from similarity.indexing.pipeline import Settings, build_backbone, build_from_folder
from similarity.models.embedder import Embedder
from similarity.models.registry import get_backbone
from similarity.page import handlers as module
from similarity.page.catalog import Catalog
from similarity.page.handlers import CURVE_POINTS, Handlers
from similarity.page.preparation import Preparations
from similarity.page.queries import FORGOTTEN, Queries
from similarity.store.artifact import Artifact

PATIENCE = 60
LEAF = encoded(plain(GREEN), "PNG")


@dataclass
class Sent:
    """A request with files, as Gradio makes it."""

    data: Mapping[str, Any] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)


class Registered(ColorEmbedder):
    """Mean colors under a name of the registry."""

    name = "resnet18"


class Server:
    """Handlers, and what lies behind them."""

    def __init__(self, catalog: Catalog) -> None:
        self.goes_on = Event()
        self.web: dict[str, bytes] = {}
        self.preparations = Preparations(self._make_embedder)
        self.catalog = catalog
        self._handlers = Handlers(catalog, Queries(), self.preparations, self._fetch_url)

    def _make_embedder(self, name: str) -> Embedder:
        assert self.goes_on.wait(PATIENCE)
        if name != Registered.name:
            raise WeightsUnavailableError(f"{name}.none is not here: put it there.")
        return Registered()

    def _fetch_url(self, url: str) -> bytes:
        if url not in self.web:
            raise ImageFetchError(f"{url!r} is not a web address.")
        return self.web[url]

    def ask(self, name: str, sent: Any) -> Any:
        """Ask a handler, and read its answer as the browser does."""
        return json.loads(json.dumps(getattr(self._handlers, name)(sent), allow_nan=False))


@pytest.fixture
def server(colors: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    dot = Settings(backbone="color", metrics=("dot",), n_trees=3)
    build_backbone(colors.collection, dot, ColorEmbedder)
    made = Server(Catalog(colors.folder.parent, load_embedder=lambda *_: ColorEmbedder()))
    yield made
    made.goes_on.set()


def items(answered: Any) -> list[int]:
    """Ids of the neighbors, nearest first."""
    return [neighbor["item_id"] for neighbor in answered["answer"]["neighbors"]]


def upload(server: Server, source: bytes = LEAF, name: str = "leaf.png", **params: str) -> Any:
    return server.ask("take", Sent(params, [(name, source)]))


DEFAULTS = {
    "collection": "colors",
    "backbone": "color",
    "metric": "angular",
    "k": "5",
    "search_k": "18",
    "item": "0",
}


def test_answer_of_an_item_is_its_neighbors_and_what_was_asked(server: Server) -> None:
    answered = server.ask("answer", {**DEFAULTS, "item": "3", "k": "2"})
    assert answered["query"] == {
        "upload": None,
        "item": {"item_id": 3, "label": "red", "caption": "red/a.png", "file": file_of(server, 3)},
        "region": None,
    }
    assert answered["params"] == answered["link"] == {**DEFAULTS, "item": "3", "k": "2"}
    assert answered["notes"] == answered["missed"] == []
    found = answered["answer"]
    assert (found["k"], found["recall_at_k"], found["n_items"]) == (2, 1.0, 6)
    assert [(n["rank"], n["item_id"]) for n in found["neighbors"]] == [(1, 4), (2, 5)]
    # (1, 0, 0) against (1, .25, 0) and (1, 0, .5); a kept JPEG is off by a little.
    cosines = [1 / math.hypot(1, 0.25), 1 / math.hypot(1, 0.5)]
    assert [n["similarity"] for n in found["neighbors"]] == pytest.approx(cosines, abs=0.01)
    distances = [math.sqrt(2 - 2 * cosine) for cosine in cosines]
    assert [n["distance"] for n in found["neighbors"]] == pytest.approx(distances, abs=0.03)


def file_of(server: Server, item: int) -> str:
    return server.catalog.collection("colors").items[item].file


def test_answer_offers_what_can_be_chosen(server: Server) -> None:
    offers = server.ask("answer", {})["offers"]
    assert offers["collections"] == [{"name": "colors", "title": "photos", "problem": None}]
    ready, *others = offers["backbones"]
    assert ready == {"name": "color", "title": "color", "state": "ready", "problem": None}
    assert {
        "name": "resnet18",
        "title": "ResNet18",
        "state": "downloads",
        "bytes": get_backbone("resnet18").published.download_bytes,
    } in others
    assert offers["metrics"] == ["angular", "dot"]
    assert (offers["k"], offers["search_k"]) == ([1, 5], [5, 18])
    assert [item["item_id"] for item in offers["examples"]] == [0, 1, 2, 3, 4, 5]
    assert (offers["has_pictures"], offers["upload_bytes"]) == (True, 50_000_000)


def test_answer_is_among_what_passes_the_filter(server: Server) -> None:
    params = {"item": "1", "labels": '["green", "red"]', "text": "A.png"}
    answered = server.ask("answer", params)
    assert items(answered) == [2, 3]
    assert answered["filter"] == {"labels": ["green", "red"], "text": "A.png", "n_allowed": 2}
    assert (answered["answer"]["n_allowed"], answered["answer"]["recall_at_k"]) == (2, 1)
    assert answered["offers"]["labels"] == [["blue", 2], ["green", 1], ["red", 3]]
    # k is what was asked for: it counts again when the filter is taken away.
    assert answered["params"] == answered["link"] == {**DEFAULTS, **params}
    assert answered["notes"] == []


def test_answer_without_a_filter_says_so(server: Server) -> None:
    answered = server.ask("answer", {})
    assert answered["filter"] == {"labels": [], "text": "", "n_allowed": None}
    answered = server.ask("answer", {"labels": '["gold"]'})
    assert answered["filter"] == {"labels": [], "text": "", "n_allowed": None}
    assert len(answered["notes"]) == 1
    assert answered["params"] == DEFAULTS


def test_answer_among_no_pictures_is_empty_and_keeps_the_filter(server: Server) -> None:
    answered = server.ask("answer", {"item": "1", "labels": '["red"]', "text": "zebra"})
    assert (items(answered), answered["missed"], answered["notes"]) == ([], [], [])
    assert answered["filter"] == {"labels": ["red"], "text": "zebra", "n_allowed": 0}
    assert answered["query"]["item"]["item_id"] == 1
    assert answered["params"]["text"] == "zebra"


def test_upload_is_searched_among_what_passes_the_filter(server: Server) -> None:
    taken = upload(server, labels='["red"]', k="2")
    assert items(taken)[0] == 4
    assert taken["params"]["labels"] == '["red"]'
    assert taken["filter"]["n_allowed"] == 3


@pytest.fixture
def rough(tmp_path: Path) -> Server:
    """60 pictures of random colors, of which a small search_k misses some."""
    rng = np.random.default_rng(0)
    for number, color in enumerate(rng.integers(20, 256, (60, 3)).tolist()):
        save(plain(tuple(color), (16, 16)), tmp_path / "in" / f"{number:02}.png")
    settings = Settings(backbone="color", n_trees=2)
    build_from_folder(tmp_path / "in", tmp_path / "rough", settings, ColorEmbedder)
    return Server(Catalog(tmp_path / "rough", load_embedder=lambda *_: ColorEmbedder()))


def test_answer_says_which_exact_neighbors_it_lacks(rough: Server) -> None:
    low, high = rough.ask("answer", {})["offers"]["search_k"]
    few = rough.ask("answer", {"item": "7", "k": "10", "search_k": str(low)})
    exact = rough.ask("answer", {"item": "7", "k": "10", "search_k": str(high)})
    assert (exact["answer"]["recall_at_k"], exact["missed"]) == (1, [])
    found = set(items(few))
    assert few["missed"] == [n for n in exact["answer"]["neighbors"] if n["item_id"] not in found]
    assert few["answer"]["recall_at_k"] == pytest.approx(1 - len(few["missed"]) / 10)
    assert few["missed"]


@pytest.mark.parametrize("given", [None, 5, "k=2", ["k", "2"], {}, {"k": 2}, {"item": ["3"]}])
def test_answer_to_no_parameters_is_the_default(server: Server, given: Any) -> None:
    answered = server.ask("answer", given)
    assert answered["params"] == DEFAULTS
    assert answered["notes"] == []


def test_answer_repeats_hostile_text_only_as_text_and_shortened(server: Server) -> None:
    hostile = "<img src=x onerror=hacked()>" * 1000
    answered = server.ask(
        "answer", {"metric": hostile, "k": "\x00", "__proto__": "x", "region": hostile}
    )
    assert answered["params"] == DEFAULTS
    shown = f"{hostile[:40]}..."
    assert answered["notes"] == [
        f"There is no metric {shown} here; angular was taken.",
        "k \x00 is not a whole number; 5 was taken.",
        f"The region {shown} does not lie within a picture; the whole was taken.",
    ]


def test_answer_to_a_damaged_collection_is_a_sentence(server: Server) -> None:
    manifest = server.catalog.folder / "color" / "manifest.json"
    manifest.write_text("{}", encoding="utf-8")
    assert "build the artifact again" in server.ask("answer", {})["problem"]


def test_defect_of_this_program_is_no_sentence_for_visitors(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "read_choice", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        server.ask("answer", {})


def test_upload_is_searched_and_known_by_a_token(server: Server) -> None:
    taken = upload(server, k="2", item="3", region="0,0,0.5,0.5")
    token = taken["params"]["upload"]
    assert taken["params"] == {**without(DEFAULTS, "item"), "k": "2", "upload": token}
    assert taken["link"] == {**without(DEFAULTS, "item"), "k": "2"}
    # The very bytes of green/a.png, which therefore is no answer.
    assert (taken["query"]["upload"], taken["query"]["item"]["item_id"]) == ("leaf.png", 2)
    assert taken["query"]["region"] is None
    assert items(taken) == [1, 4]
    again = server.ask("answer", {"upload": token, "k": "2"})
    assert (items(again), again["query"]) == (items(taken), taken["query"])
    assert upload(server)["params"]["upload"] != token


def without(params: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in params.items() if key != name}


def test_upload_that_is_no_picture_is_a_sentence(server: Server) -> None:
    problem = upload(server, b"no picture", "notes.txt")["problem"]
    assert problem.startswith("notes.txt is not a picture that can be read; expected")


@pytest.mark.parametrize("n_files", [0, 2])
def test_upload_of_no_or_many_files_is_a_sentence(server: Server, n_files: int) -> None:
    sent = Sent(files=[("leaf.png", LEAF)] * n_files)
    assert server.ask("take", sent) == {"problem": f"{n_files} files were sent; send one picture."}


def test_region_of_an_upload_is_cut_from_it(server: Server) -> None:
    whole = upload(server, encoded(halves(BLUE, RED), "PNG"), k="1")
    assert items(whole) == [5]  # (.5, 0, .5) is nearest to (1, 0, .5)
    params = {"upload": whole["params"]["upload"], "k": "1"}
    left = server.ask("answer", {**params, "region": "0,0,0.5,1"})
    right = server.ask("answer", {**params, "region": "0.5,0,1,1"})
    # The halves are blue/a.png and red/a.png all over, which therefore are no answers.
    assert (items(left), items(right)) == ([1], [4])
    assert (left["query"]["item"]["item_id"], right["query"]["item"]["item_id"]) == (0, 3)
    assert left["query"]["region"] == [0, 0, 0.5, 1]
    assert left["params"]["region"] == "0,0,0.5,1"
    assert "region" not in left["link"]


def test_region_of_an_item_is_cut_from_its_picture(server: Server) -> None:
    answered = server.ask("answer", {"item": "3", "region": "0,0,0.5,1", "k": "2"})
    assert answered["query"]["item"]["item_id"] == 3
    assert answered["query"]["region"] == [0, 0, 0.5, 1]
    # Half of a red picture is red all over: it is recognized as the item, which is no answer.
    assert items(answered) == [4, 5]
    assert answered["answer"]["milliseconds"]["embed"] > 0


def test_region_of_a_few_pixels_is_a_sentence(server: Server) -> None:
    answered = server.ask("answer", {"item": "3", "region": "0,0,0.01,0.01"})
    assert answered.keys() == {"problem"}
    assert "pixels" in answered["problem"]


def test_forgotten_upload_is_said_and_the_settings_are_kept(server: Server) -> None:
    answered = server.ask(
        "answer", {"upload": "none", "region": "0,0,0.5,1", "k": "2", "metric": "dot"}
    )
    assert answered["notes"] == [FORGOTTEN]
    expected = {**DEFAULTS, "k": "2", "metric": "dot"}
    assert {**answered["params"], "search_k": "18"} == expected
    assert answered["query"]["region"] is None


def test_load_fetches_a_picture_by_its_address(server: Server) -> None:
    server.web["http://web/leaf.png"] = LEAF
    answered = server.ask("load", {"url": "http://web/leaf.png", "k": "2", "item": "0"})
    assert answered["query"]["upload"] == "http://web/leaf.png"
    assert answered["query"]["item"]["item_id"] == 2
    assert "item" not in answered["params"]


@pytest.mark.parametrize(
    ("given", "url"), [({"url": "ftp://x"}, "ftp://x"), ({"url": ["http://x"]}, ""), (None, "")]
)
def test_load_that_fails_is_a_sentence(server: Server, given: Any, url: str) -> None:
    assert server.ask("load", given) == {"problem": f"{url!r} is not a web address."}


def test_load_of_what_is_no_picture_names_the_address(server: Server) -> None:
    server.web["http://web/page.html"] = b"<html>"
    problem = server.ask("load", {"url": "http://web/page.html"})["problem"]
    assert problem.startswith("http://web/page.html is not a picture that can be read")


def test_curve_rises_over_all_of_search_k_to_the_exact_answer(server: Server) -> None:
    points = server.ask("curve", {"item": "3", "k": "2"})["points"]
    expected = np.unique(np.geomspace(5, 18, CURVE_POINTS).astype(int)).tolist()
    assert [point["search_k"] for point in points] == expected
    assert all(point["milliseconds"] > 0 for point in points)
    assert points[-1]["recall"] == 1


def test_curve_says_the_recall_of_an_answer_at_each_search_k(rough: Server) -> None:
    params = {"item": "7", "k": "10"}
    points = rough.ask("curve", params)["points"]
    for point in points:
        answered = rough.ask("answer", {**params, "search_k": str(point["search_k"])})
        assert point["recall"] == answered["answer"]["recall_at_k"]
    assert points[0]["recall"] < points[-1]["recall"] == 1


def test_curve_counts_what_passes_the_filter(rough: Server) -> None:
    params = {"item": "7", "k": "5", "text": "1"}  # no graph: all that pass are compared
    answered = rough.ask("answer", params)
    n_allowed = sum("1" in f"{number:02}" for number in range(60))
    assert (answered["filter"]["n_allowed"], answered["missed"]) == (n_allowed, [])
    assert all("1" in neighbor["caption"] for neighbor in answered["answer"]["neighbors"])
    assert {point["recall"] for point in rough.ask("curve", params)["points"]} == {1}


def test_curve_of_a_forgotten_upload_is_a_sentence(server: Server) -> None:
    assert server.ask("curve", {"upload": "none"}) == {"problem": FORGOTTEN}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        (None, [0, 1, 2, 3, 4, 5]),
        ({"label": "red"}, [3, 4, 5]),
        ({"label": "all"}, []),
        ({"label": ""}, []),
        ({"text": "A.PNG"}, [0, 2, 3]),
        ({"label": "red", "text": "b.p"}, [4]),
        ({"label": ["red"], "text": 5}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_browse_filters_by_label_and_text(server: Server, wanted: Any, found: list[int]) -> None:
    listed = server.ask("browse", wanted)
    assert [item["item_id"] for item in listed["items"]] == found
    assert listed["n_found"] == len(found)
    assert listed["labels"] == [["blue", 2], ["green", 1], ["red", 3]]
    assert (listed["collection"], listed["page"], listed["n_pages"]) == ("colors", 1, 1)


@pytest.mark.parametrize("text", ["Évening.P", "évening.p"])
def test_browse_finds_text_in_any_case(
    photos: Path, build_colors: Callable[..., Artifact], text: str
) -> None:
    save(plain((9, 9, 99)), photos / "blue" / "Évening.PNG")
    listed = Server(Catalog(build_colors().folder.parent)).ask("browse", {"text": text})
    assert [item["caption"] for item in listed["items"]] == ["blue/Évening.PNG"]


@pytest.mark.parametrize(
    ("page", "number", "found"),
    [
        ("1", 1, [0, 1, 2, 3]),
        ("2", 2, [4, 5]),
        ("3", 2, [4, 5]),
        ("9" * 99, 2, [4, 5]),
        ("0", 1, [0, 1, 2, 3]),
        ("-1", 1, [0, 1, 2, 3]),
        ("1.5", 1, [0, 1, 2, 3]),
        ("²", 1, [0, 1, 2, 3]),
    ],
)
def test_browse_turns_pages(
    server: Server, monkeypatch: pytest.MonkeyPatch, page: str, number: int, found: list[int]
) -> None:
    monkeypatch.setattr(module, "PAGE_SIZE", 4)
    listed = server.ask("browse", {"page": page})
    assert [item["item_id"] for item in listed["items"]] == found
    assert (listed["page"], listed["n_pages"], listed["n_found"]) == (number, 2, 6)


WHICH = {"collection": "colors", "backbone": "resnet18"}


def test_prepare_goes_from_none_over_running_to_ready(server: Server) -> None:
    assert server.ask("preparation", WHICH) == {"state": "none"}
    started = server.ask("prepare", WHICH)
    assert started["state"] == "running"
    assert started["progress"].keys() == {"description", "done", "total", "unit"}
    assert server.ask("preparation", WHICH)["state"] == "running"
    assert state_of_resnet18(server) == "running"
    server.goes_on.set()
    assert ended(server, "resnet18")
    assert server.ask("preparation", WHICH) == {"state": "ready"}
    assert state_of_resnet18(server) == "ready"
    assert server.ask("answer", {"backbone": "resnet18"})["answer"]["backbone"] == "resnet18"


def state_of_resnet18(server: Server) -> str:
    offers = server.ask("answer", {})["offers"]["backbones"]
    return next(str(offer["state"]) for offer in offers if offer["name"] == "resnet18")


def ended(server: Server, backbone: str) -> bool:
    found = server.preparations.find(server.catalog.collection("colors"), backbone)
    return found is not None and found.wait(PATIENCE)


def test_prepare_that_fails_says_why(server: Server) -> None:
    server.goes_on.set()
    server.ask("prepare", {**WHICH, "backbone": "vgg16"})
    assert ended(server, "vgg16")
    failed = {"state": "failed", "problem": "vgg16.none is not here: put it there."}
    assert server.ask("preparation", {**WHICH, "backbone": "vgg16"}) == failed


@pytest.mark.parametrize("name", ["prepare", "preparation"])
def test_prepare_for_no_collection_is_a_sentence(server: Server, name: str) -> None:
    answered = server.ask(name, {"collection": "nowhere"})
    assert answered == {"problem": "There is no collection 'nowhere'; choose one of colors."}


@pytest.mark.parametrize("backbone", ["resnet9000", "../colors", ["resnet18"]])
def test_prepare_of_no_backbone_is_a_sentence(server: Server, backbone: Any) -> None:
    answered = server.ask("prepare", {**WHICH, "backbone": backbone})
    assert answered.keys() == {"problem"}
    assert "choose one of" in answered["problem"]
