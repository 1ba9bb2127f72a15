import json
from pathlib import Path

import numpy as np
import pytest
from fakes import ColorEmbedder

from similarity.errors import ArtifactCorruptError
from similarity.images.decoding import Region
from similarity.indexing.pipeline import Settings, build_backbone
from similarity.indexing.vectors import build_from_embeddings
from similarity.page.catalog import Catalog
from similarity.page.links import MAX_TEXT, Choice, Subject, examples, read_choice, write_choice
from similarity.search.filters import Filter
from similarity.store.artifact import Artifact


def labelled(*labels: str) -> Filter:
    return Filter(labels=frozenset(labels))


@pytest.fixture
def catalog(colors: Artifact) -> Catalog:
    """Six pictures, 3 dims, 3 trees, angular and dot: see `photos` in conftest.py."""
    dot = Settings(backbone="color", metrics=("dot",), n_trees=3)
    build_backbone(colors.collection, dot, ColorEmbedder)
    return Catalog(colors.folder.parent)


COMPLETE = {
    "collection": "colors",
    "backbone": "color",
    "metric": "dot",
    "k": "3",
    "search_k": "9",
    "item": "4",
    "region": "0,0.25,0.5,1",
}


def test_read_choice_of_written_choice_is_the_same(catalog: Catalog) -> None:
    choice = Choice("colors", "color", "dot", 3, 9, Subject(item=4, region=Region(0, 0.25, 0.5, 1)))
    assert dict(write_choice(choice, with_upload=False)) == COMPLETE
    reading = read_choice(COMPLETE, catalog)
    assert reading.choice == choice
    assert reading.notes == ()
    assert reading.searcher.metric == "dot"


FILTERED = {"labels": '["blue", "red"]', "text": "A.p"}


def test_read_choice_of_a_written_filter_is_the_same(catalog: Catalog) -> None:
    reading = read_choice({**COMPLETE, **FILTERED}, catalog)
    assert reading.notes == ()
    assert reading.choice.where == Filter(frozenset({"red", "blue"}), "A.p")
    assert dict(write_choice(reading.choice, with_upload=False)) == {**COMPLETE, **FILTERED}


@pytest.mark.parametrize("given", [{}, {"labels": "", "text": ""}, {"labels": "[]"}])
def test_read_choice_without_a_filter_writes_none(catalog: Catalog, given: dict[str, str]) -> None:
    reading = read_choice(given, catalog)
    assert (reading.choice.where, reading.notes) == (None, ())
    assert not {"labels", "text"} & write_choice(reading.choice, with_upload=True).keys()


def test_read_choice_keeps_any_label(tmp_path: Path) -> None:
    label = "a,b\"]'\\\n <é🐦>"
    np.save(tmp_path / "rows.npy", np.eye(2, dtype=np.float32))
    lines = [json.dumps({"label": each}) + "\n" for each in (label, "b")]
    (tmp_path / "items.jsonl").write_text("".join(lines), encoding="utf-8")
    settings = Settings(backbone="given")
    items = tmp_path / "items.jsonl"
    build_from_embeddings(tmp_path / "rows.npy", tmp_path / "out", settings, items)
    catalog = Catalog(tmp_path / "out")
    reading = read_choice({"labels": json.dumps([label])}, catalog)
    assert (reading.choice.where, reading.notes) == (Filter(frozenset({label})), ())
    written = write_choice(reading.choice, with_upload=False)
    again = read_choice({"labels": written["labels"]}, catalog)
    assert again.choice.where == reading.choice.where


def test_read_choice_keeps_a_filter_that_nothing_passes(catalog: Catalog) -> None:
    given = {**COMPLETE, "labels": '["red"]', "text": "zebra"}
    reading = read_choice(given, catalog)
    assert reading.notes == ()
    assert dict(write_choice(reading.choice, with_upload=False)) == given


def test_read_choice_text_can_be_written(catalog: Catalog) -> None:
    where = read_choice({"text": "a\ud800é🐦"}, catalog).choice.where
    assert where == Filter(text="aé🐦")


NO_NAMES = "are no JSON array of names; all were searched."


@pytest.mark.parametrize(
    ("given", "taken", "note"),
    [
        (
            {"labels": '["red", "gold"]'},
            labelled("red"),
            "There is no label 'gold' here; left out.",
        ),
        (
            {"labels": '["c", "b", "a"]', "text": "b.p"},
            Filter(text="b.p"),
            "There is no label 'a', 'b' or 'c' here; left out.",
        ),
        ({"labels": "red"}, None, f"The labels 'red' {NO_NAMES}"),
        ({"labels": '{"red": 1}'}, None, f"The labels '{{\"red\": 1}}' {NO_NAMES}"),
        ({"labels": '["red", 1]'}, None, f"The labels '[\"red\", 1]' {NO_NAMES}"),
        ({"labels": "[" * 10**5}, None, f"The labels '{'[' * 40}...' {NO_NAMES}"),
        (
            {"labels": '["\\ud800"]'},
            None,
            "There is no label '\\ud800' here; left out.",
        ),
        (
            {"text": "<b>" * 10**6},
            Filter(text=("<b>" * 10**6)[:MAX_TEXT]),
            f"The text '{('<b>' * 14)[:40]}...' has 3000000 characters; the first 200 were taken.",
        ),
    ],
)
def test_read_choice_bad_filter_is_left_out_and_said(
    catalog: Catalog, given: dict[str, str], taken: Filter | None, note: str
) -> None:
    reading = read_choice(given, catalog)
    assert reading.choice.where == taken
    assert reading.notes == (note,)


def test_read_choice_of_nothing_takes_defaults_without_a_note(catalog: Catalog) -> None:
    reading = read_choice({}, catalog)
    # k is 24 and search_k the index's own, brought to what six items in three trees have.
    assert reading.choice == Choice("colors", "color", "angular", 5, 18, Subject(item=0))
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("name", "given", "taken", "note"),
    [
        ("metric", "manhattan", "angular", "There is no metric manhattan here; angular was taken."),
        ("k", "0", 1, "k 0 is not between 1 and 5; 1 was taken."),
        ("k", "-inf", 1, "k -inf is not between 1 and 5; 1 was taken."),
        ("k", "1e400", 5, "k 1e400 is not between 1 and 5; 5 was taken."),
        ("k", "nan", 5, "k nan is not a whole number; 5 was taken."),
        ("k", "two", 5, "k two is not a whole number; 5 was taken."),
        ("search_k", "1", 5, "search_k 1 is not between 5 and 18; 5 was taken."),
        ("search_k", "19", 18, "search_k 19 is not between 5 and 18; 18 was taken."),
    ],
)
def test_read_choice_bad_value_is_replaced_and_said(
    catalog: Catalog, name: str, given: str, taken: object, note: str
) -> None:
    reading = read_choice({name: given}, catalog)
    assert getattr(reading.choice, name) == taken
    assert reading.notes == (note,)


@pytest.mark.parametrize(("given", "taken"), [("6", 5), ("-1", 0), ("x", 0)])
def test_read_choice_bad_item_is_replaced_and_said(
    catalog: Catalog, given: str, taken: int
) -> None:
    reading = read_choice({"item": given}, catalog)
    assert reading.choice.subject == Subject(item=taken)
    assert len(reading.notes) == 1


@pytest.mark.parametrize("given", ["1,2", "a,b,c,d", "0,0,0,1", "nan,0,1,1", ",,,"])
def test_read_choice_bad_region_is_left_out_and_said(catalog: Catalog, given: str) -> None:
    reading = read_choice({"item": "4", "region": given}, catalog)
    assert reading.choice.subject == Subject(item=4)
    assert "the whole was taken" in reading.notes[0]


def test_write_choice_names_an_upload_only_to_its_own_visitor(catalog: Catalog) -> None:
    params = {**COMPLETE, "upload": "token"}
    choice = read_choice(params, catalog).choice
    assert write_choice(choice, with_upload=True)["upload"] == "token"
    public = write_choice(choice, with_upload=False)
    assert not {"upload", "region", "item"} & public.keys()


def test_read_choice_without_a_usable_artifact_says_what_is_wrong(catalog: Catalog) -> None:
    manifest = catalog.folder / "color" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"n_items": 6', '"n_items": "six"', 1))
    with pytest.raises(ArtifactCorruptError, match="was edited or damaged: n_items"):
        read_choice({}, catalog)


def test_examples_come_from_labels_that_lie_evenly(colors: Artifact) -> None:
    assert [item.item_id for item in examples(colors.collection)] == [0, 1, 2, 3, 4, 5]
