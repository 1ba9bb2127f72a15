import pytest
from fakes import ColorEmbedder

from similarity.errors import ArtifactCorruptError
from similarity.images.decoding import Region
from similarity.indexing.pipeline import Settings, build_backbone
from similarity.page.catalog import Catalog
from similarity.page.links import Choice, Subject, examples, read_choice, write_choice
from similarity.store.artifact import Artifact


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
