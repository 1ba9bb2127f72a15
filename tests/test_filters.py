"""Searches among items that pass a filter: the six pictures of `photos`, then random vectors."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from drawing import RED, encoded, plain, save
from fakes import ColorEmbedder

from similarity.ann.exact import ExactSearch
from similarity.datatypes import METRICS, Metric, SearchResult
from similarity.errors import QueryError
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.search import filters as module
from similarity.search.filters import Filter, Masks
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact
from similarity.store.collection import Collection


@pytest.fixture
def searcher(colors: Artifact) -> Searcher:
    return Searcher(colors, "angular", ColorEmbedder())


def ids(result: SearchResult) -> list[int]:
    return [neighbor.item.item_id for neighbor in result.neighbors]


def labelled(*labels: str) -> Filter:
    return Filter(labels=frozenset(labels))


def chosen(*numbers: int) -> Filter:
    return Filter(ids=frozenset(numbers))


@pytest.mark.parametrize(
    ("where", "found"),
    [
        # Angles of (0, .25, 1): 14 degrees to 0, 64 to 5, 76 to 2, 87 to 4 and 90 to 3.
        (labelled("blue"), [0]),
        (labelled("blue", "red"), [0, 5, 4, 3]),
        (labelled("green"), [2]),
        (Filter(text="B.P"), [4]),
        (Filter(text="red/"), [5, 4, 3]),
        (chosen(0, 3, 4), [0, 4, 3]),
        (chosen(1), []),
        (Filter(frozenset({"red", "blue"}), "a.png"), [0, 3]),
        (Filter(frozenset({"red"}), "", frozenset({0, 1, 5})), [5]),
        (Filter(frozenset({"red"}), "b", frozenset({3, 4, 5})), [4]),
        (Filter(), [0, 5, 2, 4, 3]),
        (None, [0, 5, 2, 4, 3]),
    ],
)
@pytest.mark.parametrize("exactly", [False, True])
def test_search_finds_what_passes_nearest_first(
    colors: Artifact, where: Filter | None, found: list[int], exactly: bool
) -> None:
    searcher = Searcher(colors, "angular", exactly=exactly)
    query = searcher.query_by_item(1)
    result = searcher.search(query, 6, with_recall=True, where=where)
    assert ids(result) == found
    assert result.recall_at_k == 1
    assert [n.item.item_id for n in result.exact or ()] == found
    exact = searcher.exact(query, 6, result.query_item, where=where)
    assert [neighbor.item.item_id for neighbor in exact] == found


def test_search_says_how_many_pass_and_asks_for_no_more(searcher: Searcher) -> None:
    result = searcher.search(searcher.query_by_item(0), 5, where=labelled("red"))
    assert (result.n_allowed, result.k) == (3, 3)
    assert sorted(ids(result)) == [3, 4, 5]
    result = searcher.search(searcher.query_by_item(0), 5, where=Filter())
    assert (result.n_allowed, result.k) == (None, 5)


def test_search_compares_with_the_nearest_that_pass(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the three that pass, one is found: the others are missed, and no refused one is."""
    retriever = searcher._retriever
    find = retriever.candidates

    def find_one(*args: object) -> object:
        found = find(*args)  # type: ignore[arg-type]
        return type(found)(np.array([5]), found.n_examined)

    monkeypatch.setattr(retriever, "candidates", find_one)
    query = searcher.query_by_item(0)
    result = searcher.search(query, 3, with_recall=True, where=labelled("red"))
    assert ids(result) == [5]
    assert result.recall_at_k == pytest.approx(1 / 3)
    assert {n.item.item_id for n in result.exact or ()} == {3, 4, 5}


def test_search_leaves_the_query_out_only_where_it_passes(searcher: Searcher, photos: Path) -> None:
    query = searcher.query_by_picture(photos / "red" / "a.png")
    assert ids(searcher.search(query, 3, where=labelled("red"))) == [4, 5]
    kept = searcher.search(query, 3, where=labelled("red"), keep_identical=True)
    assert ids(kept) == [3, 4, 5]
    others = searcher.search(query, 2, where=labelled("blue"), with_recall=True)
    assert sorted(ids(others)) == [0, 1]
    assert len(others.exact or ()) == 2
    assert others.query_item is not None


def test_search_by_picture_under_other_bytes_leaves_it_out(searcher: Searcher) -> None:
    query = searcher.query_by_picture(encoded(plain(RED), "BMP"))
    result = searcher.search(query, 3, where=labelled("red", "green"))
    assert ids(result) == [4, 5, 2]


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (
            labelled("red", "gold", "black"),
            "There is no label 'black' or 'gold'; the collection has 'blue', 'green' and 'red'.",
        ),
        (labelled(""), "There is no label ''; the collection has 'blue', 'green' and 'red'."),
        (labelled("Red"), "There is no label 'Red'; the collection has 'blue', 'green' and 'red'."),
        (
            labelled("x" * 99),
            f"There is no label '{'x' * 40}...'; the collection has 'blue', 'green' and 'red'.",
        ),
        (
            labelled(*"abcdefg"),
            "There is no label 'a', 'b', 'c', 'd', 'e' or 2 others; the collection has 'blue', "
            "'green' and 'red'.",
        ),
        (
            Filter(frozenset({"red"}), "zebra"),
            "No item has the label 'red' and 'zebra' in its caption or file name; ask for less, or "
            "for other labels: the collection has 'blue', 'green' and 'red'.",
        ),
        (
            Filter(text="\ud800\0"),
            "No item has '\\ud800\\x00' in its caption or file name; ask for less, or for other "
            "labels: the collection has 'blue', 'green' and 'red'.",
        ),
        (
            chosen(),
            "No item has one of 0 ids; ask for less, or for other labels: the collection has "
            "'blue', 'green' and 'red'.",
        ),
        (chosen(0, 6), "There is no item 6; ids go from 0 to 5."),
        (chosen(-1), "There is no item -1; ids go from 0 to 5."),
        (chosen(10**30), f"There is no item {10**30}; ids go from 0 to 5."),
    ],
)
def test_filter_that_nothing_passes_is_a_sentence(
    searcher: Searcher, where: Filter, sentence: str
) -> None:
    with pytest.raises(QueryError) as refused:
        searcher.search(searcher.query_by_item(0), 2, where=where)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("text", ["Évening.P", "évening.p", "ÉVENING", "STRASSE", "straße"])
def test_filter_finds_text_in_any_case(
    photos: Path, build_colors: Callable[..., Artifact], text: str
) -> None:
    save(plain((9, 9, 99)), photos / "blue" / "Évening.Straße.PNG")
    save(plain((9, 99, 99)), photos / "blue" / "Évening.PNG")
    collection = build_colors().collection
    expected = [text.casefold() in item.caption.casefold() for item in collection.items]
    assert any(expected)
    assert Masks(collection).allowed(Filter(text=text)).tolist() == expected


def test_filter_looks_at_file_names_that_say_something(colors: Artifact) -> None:
    """Kept pictures are called by a digest, in which any letters may stand."""
    collection = colors.collection
    assert all(item.file.endswith(".jpg") for item in collection.items)
    with pytest.raises(QueryError):
        Masks(collection).allowed(Filter(text=".jpg"))
    named = [replaced(collection, 0, file="images/sea/Gull-07.jpg")]
    assert Masks(named[0]).allowed(Filter(text="gull-07.j")).tolist() == [True] + 5 * [False]
    with pytest.raises(QueryError):
        Masks(named[0]).allowed(Filter(text="sea/"))


def replaced(collection: Collection, number: int, **values: str) -> Collection:
    """The collection with other values for one item."""
    items = list(collection.items)
    items[number] = type(items[number])(**{**vars(items[number]), **values})
    return Collection(collection.folder, collection.info, tuple(items))


def test_masks_are_kept_and_bounded(colors: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT_MASKS", 2)
    masks = Masks(colors.collection)
    first = masks.allowed(chosen(0))
    masks.allowed(chosen(1))
    assert masks.allowed(chosen(0)) is first
    masks.allowed(chosen(2))  # 1 goes, which was not asked for lately
    assert masks.allowed(chosen(0)) is first
    assert len(masks._latest) == 2
    for _ in range(3):
        with pytest.raises(QueryError):
            masks.allowed(Filter(text="zebra"))
    assert len(masks._latest) == 2
    with pytest.raises(ValueError, match="read-only"):
        first[0] = False


def test_searches_with_different_filters_do_not_mix(searcher: Searcher) -> None:
    wanted = [labelled("blue"), labelled("red"), Filter(text="a.png"), chosen(1, 2), None]
    query = searcher.query_by_item(2)
    alone = [ids(searcher.search(query, 6, where=where)) for where in wanted]
    assert len({tuple(found) for found in alone}) == len(wanted)

    def search(turn: int) -> tuple[int, list[int]]:
        number = turn % len(wanted)
        return number, ids(searcher.search(query, 6, where=wanted[number]))

    with ThreadPoolExecutor(4) as pool:
        for number, found in pool.map(search, range(400)):
            assert found == alone[number]


N_ITEMS = 4000
"""Enough for a graph."""


def build_random(folder: Path, n_items: int, **settings: object) -> Artifact:
    """Index random vectors, half of whose dims depend on the others but for some noise."""
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((n_items, 24)) @ rng.standard_normal((24, 48))
    rows += 0.3 * rng.standard_normal(rows.shape)
    np.save(folder / "rows.npy", rows.astype(np.float32))
    chosen_settings = Settings(backbone="given", **settings)  # type: ignore[arg-type]
    return build_from_embeddings(folder / "rows.npy", folder / "out", chosen_settings)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    artifact = build_random(tmp_path_factory.mktemp("many"), N_ITEMS)
    assert artifact.index_entry("angular").graph is not None
    return Searcher(artifact, "angular")


def some(share: float, n_items: int = N_ITEMS) -> Filter:
    passing = np.flatnonzero(np.random.default_rng(1).random(n_items) < share)
    return Filter(ids=frozenset(passing.tolist()))


def mean_recall(searcher: Searcher, where: Filter | None) -> float:
    queries = [searcher.query_by_item(item_id) for item_id in range(0, N_ITEMS, 20)]
    results = searcher.search_many(queries, 10, 40, rerank=30, with_recall=True, where=where)
    if where is not None and where.ids is not None:
        assert all(where.ids.issuperset(ids(result)) for result in results)
    return float(np.mean([result.recall_at_k or 0 for result in results]))


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
def test_search_along_a_graph_finds_as_many_of_those_that_pass(
    many: Searcher, share: float
) -> None:
    unfiltered = mean_recall(many, None)
    assert unfiltered < 1
    assert mean_recall(many, some(share)) >= unfiltered - 0.01


def test_searches_along_a_graph_with_different_filters_do_not_mix(many: Searcher) -> None:
    wanted = [some(0.5), some(0.1), some(0.01), None]
    queries = [many.query_by_item(item_id) for item_id in range(0, N_ITEMS, 40)]
    alone = [[ids(many.search(query, 10, where=where)) for query in queries] for where in wanted]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda where: many.search_many(queries, 10, where=where), wanted)
        assert [[ids(result) for result in results] for results in together] == alone


@pytest.mark.parametrize("share", [0.9, 0.2, 0.02])
@pytest.mark.parametrize("metric", METRICS)
def test_search_without_a_graph_finds_the_nearest_that_pass(
    tmp_path: Path, metric: Metric, share: float
) -> None:
    artifact = build_random(tmp_path, 500, metrics=(metric,))
    assert artifact.index_entry(metric).graph is None
    searcher, where = Searcher(artifact, metric), some(share, 500)
    allowed = Masks(artifact.collection).allowed(where)
    for item_id in range(0, 500, 50):
        query = searcher.query_by_item(item_id)
        result = searcher.search(query, 5, 1, rerank=1, where=where)
        rows = np.flatnonzero(allowed & (np.arange(500) != item_id))
        order = ExactSearch(artifact.embeddings, metric).nearest_among(query.embedding, rows, 5)[0]
        assert ids(result) == order.tolist()


@pytest.mark.parametrize("where", [None, some(0.3)])
@pytest.mark.parametrize("n_queries", [0, 1, 5, 500])
def test_search_many_answers_what_search_does(
    many: Searcher, n_queries: int, where: Filter | None
) -> None:
    queries = [many.query_by_item(item_id) for item_id in range(n_queries)]
    settings = {"search_k": 90, "rerank": 20, "with_recall": True, "where": where}
    found = many.search_many(queries, 7, **settings)  # type: ignore[arg-type]
    alone = [many.search(query, 7, **settings) for query in queries]  # type: ignore[arg-type]
    assert [answered(result) for result in found] == [answered(result) for result in alone]


def answered(result: SearchResult) -> dict[str, object]:
    return {name: value for name, value in vars(result).items() if name != "timings"}


def test_search_many_keeps_what_is_identical_where_asked(many: Searcher) -> None:
    queries = [many.query_by_item(item_id) for item_id in range(40)]
    kept = many.search_many(queries, 1, keep_identical=True)
    assert [ids(result) for result in kept] == [[item_id] for item_id in range(40)]


def test_search_many_refuses_as_search_does(many: Searcher) -> None:
    queries = [many.query_by_item(item_id) for item_id in range(40)]
    with pytest.raises(QueryError, match="k is 0; give a whole number from 1 to 4000"):
        many.search_many(queries, 0)
