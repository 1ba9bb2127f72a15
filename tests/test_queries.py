import pytest
from drawing import BLUE, GREEN, RED, encoded, halves, plain
from fakes import ColorEmbedder

from similarity.errors import ImageFormatError, QueryError
from similarity.images.decoding import Region
from similarity.page import queries as module
from similarity.page.links import Subject
from similarity.page.queries import FORGOTTEN, Queries
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact

# Of one length, so that a bound can be told in pictures.
PICTURES = [encoded(plain(color), "BMP") for color in (RED, GREEN, BLUE)]
SIZE = len(PICTURES[0])


@pytest.fixture
def embedder() -> ColorEmbedder:
    return ColorEmbedder()


@pytest.fixture
def searcher(colors: Artifact, embedder: ColorEmbedder) -> Searcher:
    return Searcher(colors, "angular", embedder)


def kept(queries: Queries, tokens: list[str]) -> list[bool]:
    return [queries.has(token) for token in tokens]


def test_upload_is_kept_as_it_came_and_as_it_is_shown(searcher: Searcher) -> None:
    queries = Queries()
    upload = queries.upload(queries.add(searcher, PICTURES[0], "red.bmp"))
    assert (upload.name, upload.source) == ("red.bmp", PICTURES[0])
    assert upload.jpeg.startswith(b"\xff\xd8")


def test_upload_that_is_no_picture_is_not_kept(searcher: Searcher) -> None:
    queries = Queries()
    with pytest.raises(ImageFormatError):
        queries.add(searcher, b"no picture", "notes.txt")
    assert len(queries._uploads._values) == 0


def test_uploads_beyond_the_bound_are_forgotten_the_least_lately_used_first(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_UPLOAD_BYTES", 2 * SIZE)
    queries = Queries()
    tokens = [queries.add(searcher, picture, "1") for picture in PICTURES[:2]]
    assert kept(queries, tokens) == [True, True]
    queries.upload(tokens[0])
    tokens.append(queries.add(searcher, PICTURES[2], "1"))
    assert kept(queries, tokens) == [True, False, True]
    with pytest.raises(QueryError, match=FORGOTTEN):
        queries.upload(tokens[1])
    with pytest.raises(QueryError, match=FORGOTTEN):
        queries.make(searcher, Subject(upload=tokens[1], region=Region(0, 0, 0.5, 1)))


def test_uploads_that_were_forgotten_do_not_count(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_UPLOAD_BYTES", 2 * SIZE)
    queries = Queries()
    tokens = [queries.add(searcher, PICTURES[n % 3], "1") for n in range(9)]
    assert kept(queries, tokens) == [False] * 7 + [True, True]


def test_upload_larger_than_the_bound_is_kept_until_the_next_one(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_UPLOAD_BYTES", SIZE - 1)
    queries = Queries()
    tokens = [queries.add(searcher, PICTURES[0], "1")]
    assert kept(queries, tokens) == [True]
    tokens.append(queries.add(searcher, PICTURES[1], "1"))
    assert kept(queries, tokens) == [False, True]


def test_query_is_made_once_until_others_take_its_place(
    searcher: Searcher, embedder: ColorEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_QUERIES", 2)
    queries = Queries()
    before = embedder.n_batches
    first, second, third = (
        Subject(item=3, region=Region(0, 0, side, 1)) for side in (0.5, 0.6, 0.7)
    )
    for subject in (first, second, first, third, first):
        queries.make(searcher, subject)
    assert embedder.n_batches - before == 3
    queries.make(searcher, second)
    assert embedder.n_batches - before == 4


def test_query_of_a_whole_item_needs_no_network(colors: Artifact) -> None:
    query = Queries().make(Searcher(colors, "angular"), Subject(item=3))
    assert query.item == colors.collection.items[3]


def test_query_of_a_region_is_cut_from_what_was_given(searcher: Searcher) -> None:
    queries = Queries()
    token = queries.add(searcher, encoded(halves(RED, BLUE, (400, 300)), "PNG"), "halves.png")
    left = queries.make(searcher, Subject(upload=token, region=Region(0, 0, 0.5, 1)))
    right = queries.make(searcher, Subject(upload=token, region=Region(0.5, 0, 1, 1)))
    assert left.embedding == pytest.approx([1, 0, 0], abs=0.02)
    assert right.embedding == pytest.approx([0, 0, 1], abs=0.02)
