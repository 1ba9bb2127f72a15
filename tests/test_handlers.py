"""The page's server side, asked without a browser."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawing import RED, encoded, plain, save
from fakes import ColorEmbedder

from similarity.ann.exact import ExactSearch
from similarity.datatypes import Allowed, Embeddings, Ids, Item
from similarity.indexing.pipeline import Settings, build_from_folder
from similarity.page import handlers as module
from similarity.page.catalog import Catalog
from similarity.page.handlers import Handlers
from similarity.page.links import N_EXAMPLES, Reading, examples, read_choice
from similarity.page.preparation import Preparations
from similarity.page.queries import Queries
from similarity.store.artifact import Artifact

RED_PICTURE = encoded(plain(RED), "PNG")


@dataclass
class Sent:
    """A request with files, as Gradio makes it."""

    files: list[tuple[str, bytes]]
    data: dict[str, str] = field(default_factory=dict)


class CountingItems(tuple[Item, ...]):
    """Items that count how often all of them are gone through."""

    walks = 0

    def __iter__(self) -> Iterator[Item]:
        self.walks += 1
        return super().__iter__()


@pytest.fixture(autouse=True)
def annoy_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding out takes another process each time."""
    monkeypatch.setattr("similarity.page.catalog.find_annoy_problem", lambda: None)


def handlers_of(folder: Path) -> Any:
    catalog = Catalog(folder, load_embedder=lambda *_: ColorEmbedder())
    return Handlers(catalog, Queries(), Preparations(), lambda _: RED_PICTURE)


@pytest.fixture
def many(tmp_path: Path) -> Any:
    """120 pictures of random colors, of which a small search_k misses some."""
    rng = np.random.default_rng(0)
    for number in range(120):
        red, green, blue = rng.integers(20, 256, 3).tolist()
        save(plain((red, green, blue), (16, 16)), tmp_path / "in" / f"{number:03d}.png")
    settings = Settings(backbone="color", n_trees=4)
    build_from_folder(tmp_path / "in", tmp_path / "out", settings, ColorEmbedder)
    return handlers_of(tmp_path / "out")


def test_answer_looks_at_all_items_once(many: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def neighbors(
        self: ExactSearch,
        queries: Embeddings,
        k: int,
        leave_out: Sequence[int] | None = None,
        allowed: Allowed | None = None,
    ) -> Ids:
        asked.append(k)
        return original(self, queries, k, leave_out, allowed)

    original = ExactSearch.neighbors
    monkeypatch.setattr(ExactSearch, "neighbors", neighbors)
    answer = many.answer({"item": "0", "k": "10", "search_k": "5"})
    assert answer["answer"]["recall_at_k"] < 1
    assert len(asked) == 1


def test_answer_and_what_it_missed_are_the_exact_answer(many: Any) -> None:
    few = many.answer({"item": "0", "k": "10", "search_k": "5"})
    every = many.answer({"item": "0", "k": "10", "search_k": "480"})
    found = {neighbor["item_id"]: neighbor for neighbor in few["answer"]["neighbors"]}
    exact = every["answer"]["neighbors"]
    assert every["answer"]["recall_at_k"] == 1
    assert every["missed"] == []
    assert few["missed"] == [neighbor for neighbor in exact if neighbor["item_id"] not in found]
    assert len(few["missed"]) == round(10 * (1 - few["answer"]["recall_at_k"])) > 0


@pytest.mark.parametrize("way", ["take", "load"])
def test_given_picture_is_answered_after_one_reading(
    colors: Artifact, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    read = []

    def read_and_note(params: Any, catalog: Catalog) -> Reading:
        read.append(params)
        return read_choice(params, catalog)

    monkeypatch.setattr(module, "read_choice", read_and_note)
    handlers = handlers_of(colors.folder.parent)
    before = {"k": "2", "item": "1", "region": "0,0,0.5,1"}
    if way == "take":
        answer = handlers.take(Sent([("rouge.png", RED_PICTURE)], before))
    else:
        answer = handlers.load({**before, "url": "rouge.png"})
    assert read == [{"k": "2", "url": "rouge.png"} if way == "load" else {"k": "2"}]
    assert answer["query"] == {
        "upload": "rouge.png",
        "item": answer["query"]["item"],
        "region": None,
    }
    assert [n["caption"] for n in answer["answer"]["neighbors"]] == ["red/b.png", "red/c.png"]
    assert (
        handlers.answer(answer["params"])["answer"]["neighbors"] == (answer["answer"]["neighbors"])
    )


@pytest.mark.parametrize("n_labels", [3, 40])
def test_examples_are_chosen_once_for_a_collection(colors: Artifact, n_labels: int) -> None:
    item = colors.collection.items[0]
    items = CountingItems(
        replace(item, item_id=number, label=f"{number % n_labels:02}") for number in range(200)
    )
    collection = replace(colors.collection, items=items)
    first = examples(collection)
    items.walks = 0
    assert examples(collection) == first
    assert items.walks == 0
    assert len({item.label for item in first}) == min(N_EXAMPLES, n_labels)
