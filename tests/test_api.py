"""`/search` as the function that Gradio calls; the browser tests ask it over HTTP."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from drawing import GREEN, encoded, plain
from fakes import ColorEmbedder

from similarity.page.api import make_search
from similarity.page.catalog import Catalog
from similarity.page.queries import Queries
from similarity.search.answer import answer_json
from similarity.store.artifact import Artifact

Search = Callable[..., Any]


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of files that were sent, with a green picture in it."""
    folder = tmp_path / "sent"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    picture = folder / "0123" / "leaf.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(encoded(plain(GREEN), "PNG"))
    return folder


@pytest.fixture
def catalog(colors: Artifact) -> Catalog:
    return Catalog(colors.folder.parent, load_embedder=lambda *_: ColorEmbedder())


@pytest.fixture
def search(catalog: Catalog, sent: Path) -> Search:
    del sent
    return make_search(catalog, Queries())


def refusal(search: Search, **arguments: Any) -> str:
    """The sentence with which a search is refused."""
    with pytest.raises(gr.Error) as refused:
        search(**arguments)
    assert refused.value.print_exception is False
    return str(refused.value.message)


def test_search_for_an_item_is_the_answer_of_the_command_line(
    search: Search, catalog: Catalog
) -> None:
    answer = json.loads(json.dumps(search(item=3, k=2, search_k=9)))
    searcher = catalog.searcher("colors", "color", "angular")
    expected = searcher.search(searcher.query_by_item(3), 2, 9, with_recall=True)
    del answer["milliseconds"]
    assert answer == {
        name: value
        for name, value in answer_json(searcher, expected).items()
        if name != "milliseconds"
    }
    assert [neighbor["item_id"] for neighbor in answer["neighbors"]] == [4, 5]
    assert answer["query"]["item"]["item_id"] == 3


def test_search_for_a_picture_that_was_sent(search: Search, sent: Path) -> None:
    answer = search({"path": str(sent / "0123" / "leaf.png")}, k=2)
    # The very bytes of green/a.png, which therefore is no answer.
    assert answer["query"]["item"]["item_id"] == 2
    assert [neighbor["item_id"] for neighbor in answer["neighbors"]] == [1, 4]


def test_search_among_labels_and_a_text(search: Search) -> None:
    answer = search(item=1, k=6, labels=["red", "green"], text="A.PNG")
    assert [neighbor["item_id"] for neighbor in answer["neighbors"]] == [2, 3]
    assert (answer["n_allowed"], answer["k"], answer["recall_at_k"]) == (2, 2, 1)


@pytest.mark.parametrize(
    "nothing", [{}, {"labels": []}, {"text": ""}, {"labels": None, "text": None}]
)
def test_search_without_labels_and_text_is_among_all(
    search: Search, nothing: dict[str, Any]
) -> None:
    answer = search(item=1, k=6, **nothing)
    assert (answer["n_allowed"], len(answer["neighbors"])) == (None, 5)


def test_search_names_what_it_was_asked(search: Search) -> None:
    answer = search(None, 0, "color", "angular", 1.0, None, "colors")
    asked = (answer["collection"], answer["backbone"], answer["metric"], answer["k"])
    assert asked == ("colors", "color", "angular", 1)


def test_search_for_a_file_that_is_no_picture_is_a_sentence(search: Search, sent: Path) -> None:
    (sent / "notes.txt").write_text("no picture", encoding="utf-8")
    said = refusal(search, picture={"path": str(sent / "notes.txt")})
    assert said.startswith("notes.txt is not a picture that can be read")


@pytest.mark.parametrize(
    "picture",
    [
        {"path": "SENT/../secret.png"},
        {"path": "SENT/0123/../../secret.png"},
        {"path": "secret.png"},
        {"path": "/etc/passwd"},
        {"path": None},
        {"path": "SENT/\0"},
        {"path": ["SENT/0123/leaf.png"]},
        {"url": "http://127.0.0.1/"},
        {},
        [],
        "SENT/0123/leaf.png",
        5,
    ],
)
def test_search_reads_no_file_but_those_that_were_sent(
    search: Search, sent: Path, picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sent.parent / "secret.png").write_bytes(encoded(plain(GREEN), "PNG"))
    monkeypatch.chdir(sent.parent)
    given = json.loads(json.dumps(picture).replace("SENT", sent.as_posix()))
    assert refusal(search, picture=given) == (
        "picture is no file that was sent; send it to /gradio_api/upload first."
    )


@pytest.mark.parametrize("name", [".", "0123", "none.png", "x" * 300])
def test_search_for_what_is_no_file_is_a_sentence(search: Search, sent: Path, name: str) -> None:
    assert "cannot be read" in refusal(search, picture={"path": str(sent / name)})


def test_search_reads_no_file_through_a_link_out_of_the_folder(search: Search, sent: Path) -> None:
    secret = sent.parent / "secret.png"
    secret.write_bytes(encoded(plain(GREEN), "PNG"))
    (sent / "link.png").symlink_to(secret)
    assert "is no file that was sent" in refusal(search, picture={"path": str(sent / "link.png")})


@pytest.mark.parametrize("both", [False, True])
def test_search_wants_either_a_picture_or_an_item(search: Search, sent: Path, both: bool) -> None:
    given = {"picture": {"path": str(sent / "0123" / "leaf.png")}, "item": 0} if both else {}
    assert refusal(search, **given) == (
        "Give either a picture or an item, the number of an indexed one."
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"item": "3"}, "item is '3'; give a whole number."),
        ({"item": 2.5}, "item is 2.5; give a whole number."),
        ({"item": math.nan}, "item is nan; give a whole number."),
        ({"item": -math.inf}, "item is -inf; give a whole number."),
        ({"item": [3]}, "item is [3]; give a whole number."),
        ({"item": 6}, "There is no item 6; ids go from 0 to 5."),
        ({"item": -1}, "There is no item -1; ids go from 0 to 5."),
        ({"k": 0}, "k is 0; give a whole number from 1 to 6, the number of items."),
        ({"k": 7}, "k is 7; give a whole number from 1 to 6, the number of items."),
        ({"k": None}, "k is None; give a whole number."),
        ({"search_k": 0}, "search_k is 0; give a positive whole number, or none for 18."),
        ({"search_k": {}}, "search_k is {}; give a whole number."),
        ({"metric": "cosine"}, "There is no metric 'cosine'; choose one of angular."),
        ({"collection": "x"}, "There is no collection 'x'; choose one of colors."),
        (
            {"backbone": "../color"},
            "The collection colors has no artifact of ../color; choose one of color.",
        ),
        ({"backbone": 5}, "backbone is 5; give a name."),
        ({"metric": ["dot"]}, "metric is ['dot']; give a name."),
        ({"collection": {"a": 1}}, "collection is {'a': 1}; give a name."),
        ({"labels": "red"}, "labels is 'red'; give a list of names."),
        ({"labels": ["red", 1]}, "labels is ['red', 1]; give a list of names."),
        ({"labels": {"red": 1}}, "labels is {'red': 1}; give a list of names."),
        (
            {"labels": ["gold"]},
            "There is no label 'gold'; the collection has 'blue', 'green' and 'red'.",
        ),
        ({"text": 5}, "text is 5; give a text."),
        ({"text": ["a"]}, "text is ['a']; give a text."),
        (
            {"text": "zebra"},
            "No item has 'zebra' in its caption or file name; ask for less, or for other labels: "
            "the collection has 'blue', 'green' and 'red'.",
        ),
    ],
)
def test_search_refuses_with_a_sentence(
    search: Search, arguments: dict[str, Any], sentence: str
) -> None:
    assert refusal(search, **{"item": 0, "k": 2, **arguments}) == sentence
