import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawing import RED, encoded, noise, plain, save
from fakes import ColorEmbedder

from similarity import errors
from similarity.ann.exact import ExactSearch, recall_at_k
from similarity.ann.metrics import distances, similarities
from similarity.datatypes import METRICS, Metric
from similarity.indexing.pipeline import Settings, build_from_folder
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact

EVERYTHING = 10**6
"""A search_k with which Annoy examines all items, so that answers are exact."""


@pytest.fixture
def searcher(colors: Artifact) -> Searcher:
    return Searcher(colors, "angular", ColorEmbedder())


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """120 pictures of random colors under all metrics."""
    folder = tmp_path_factory.mktemp("many")
    rng = np.random.default_rng(0)
    for number in range(120):
        red, green, blue = rng.integers(20, 256, 3).tolist()
        save(plain((red, green, blue), (16, 16)), folder / "in" / f"{number:03d}.png")
    for metric in METRICS:
        settings = Settings(backbone="color", metrics=(metric,), n_trees=4)
        built = build_from_folder(folder / "in", folder / "out", settings, ColorEmbedder)
    return built.artifact


def test_search_neighbors_come_nearest_first_with_ranks(searcher: Searcher) -> None:
    # Pure red: the angles to (1, .25, 0) and (1, 0, .5) are 14 and 27 degrees, to the rest 90.
    result = searcher.search(searcher.query_by_item(3), k=2, search_k=EVERYTHING)
    assert [neighbor.item.item_id for neighbor in result.neighbors] == [4, 5]
    assert [neighbor.rank for neighbor in result.neighbors] == [1, 2]
    cosines = [1 / math.hypot(1, 0.25), 1 / math.hypot(1, 0.5)]
    assert [n.similarity for n in result.neighbors] == pytest.approx(cosines, abs=0.01)
    angular = [math.sqrt(2 - 2 * cosine) for cosine in cosines]
    assert [n.distance for n in result.neighbors] == pytest.approx(angular, abs=0.02)


@pytest.mark.parametrize(
    ("metric", "distance"),
    [("euclidean", 0.25), ("manhattan", 0.25), ("dot", 1.0), ("angular", 0.2443)],
)
def test_search_distance_is_in_the_metrics_own_unit(
    build_colors: Callable[..., Artifact], metric: Metric, distance: float
) -> None:
    searcher = Searcher(build_colors(metrics=(metric,)), metric)
    result = searcher.search(searcher.query_by_item(0), k=1, search_k=EVERYTHING)
    assert result.neighbors[0].item.caption == "blue/b.png"
    assert result.neighbors[0].distance == pytest.approx(distance, abs=0.01)


@pytest.mark.parametrize("metric", METRICS)
def test_search_examining_everything_equals_exact(many: Artifact, metric: Metric) -> None:
    searcher = Searcher(many, metric)
    for item_id in range(0, 120, 7):
        query = searcher.query_by_item(item_id)
        result = searcher.search(query, k=10, search_k=EVERYTHING, with_recall=True)
        exact = ExactSearch(many.embeddings, metric).neighbors(query.embedding[None], 10, [item_id])
        assert [n.item.item_id for n in result.neighbors] == exact[0].tolist()
        assert result.recall_at_k == 1.0


@pytest.mark.parametrize("metric", METRICS)
def test_exact_neighbors_equal_sorting_all_distances(many: Artifact, metric: Metric) -> None:
    rows = many.embeddings
    exact = ExactSearch(rows, metric)
    sign = -1 if metric == "dot" else 1
    for item_id in range(0, 120, 11):
        values = distances(rows[item_id], rows, metric) * sign
        expected = np.lexsort((np.arange(120), values)).tolist()
        assert exact.neighbors(rows[item_id, None], 15)[0].tolist() == expected[:15]
        left = exact.neighbors(rows[item_id, None], 14, leave_out=[expected[0]])[0]
        assert left.tolist() == expected[1:15]


def test_distances_equal_the_definitions() -> None:
    query = np.array([1, 0], dtype=np.float32)
    rows = np.array([[3, 4], [0, 0], [2, 0]], dtype=np.float32)
    root = math.sqrt(2)
    assert distances(query, rows, "angular").tolist() == pytest.approx([math.sqrt(0.8), root, 0])
    assert distances(query, rows, "euclidean").tolist() == pytest.approx([math.sqrt(20), 1, 1])
    assert distances(query, rows, "manhattan").tolist() == [6, 1, 1]
    assert distances(query, rows, "dot").tolist() == [3, 0, 2]
    assert similarities(query, rows).tolist() == pytest.approx([0.6, 0, 1])


def test_search_effort_defaults_to_what_the_index_was_measured_with(searcher: Searcher) -> None:
    result = searcher.search(searcher.query_by_item(0), k=2)
    measured = searcher.artifact.index_entry("angular").recall_at_10
    assert (result.search_k, result.rerank) == (measured.search_k, measured.rerank)


def test_search_more_search_k_never_loses_recall_on_average(many: Artifact) -> None:
    searcher = Searcher(many, "angular")
    means = []
    for search_k in (1, 20, 60, EVERYTHING):
        recalls = [
            searcher.search(searcher.query_by_item(i), 10, search_k, with_recall=True).recall_at_k
            for i in range(120)
        ]
        means.append(np.mean([recall for recall in recalls if recall is not None]))
    assert means == sorted(means)
    assert means[0] < 0.9
    assert means[-1] == 1.0


def test_recall_at_k_counts_the_share_that_was_found() -> None:
    assert recall_at_k([1, 2, 3, 4], [4, 3, 9, 8]) == 0.5
    assert recall_at_k([], [1]) == 0.0


@pytest.mark.parametrize("k", [0, -1, 7, 2.5, math.nan, math.inf])
def test_search_k_out_of_range_raises(searcher: Searcher, k: float) -> None:
    with pytest.raises(errors.QueryError, match=r"k is .* from 1 to 6"):
        searcher.search(searcher.query_by_item(0), k)


@pytest.mark.parametrize("search_k", [0, -1, 2.5, math.nan, math.inf])
def test_search_search_k_out_of_range_raises(searcher: Searcher, search_k: float) -> None:
    with pytest.raises(errors.QueryError, match=r"search_k is .* positive whole number"):
        searcher.search(searcher.query_by_item(0), 2, search_k)


def test_search_whole_floats_and_large_numbers_are_taken(searcher: Searcher) -> None:
    result = searcher.search(searcher.query_by_item(0), 6.0, 1e12)
    assert result.k == 6
    assert len(result.neighbors) == 5


@pytest.mark.parametrize("item_id", [-1, 6])
def test_query_by_item_unknown_raises(searcher: Searcher, item_id: int) -> None:
    with pytest.raises(errors.QueryError, match="ids go from 0 to 5"):
        searcher.query_by_item(item_id)


def test_search_by_picture_from_outside_keeps_all_neighbors(searcher: Searcher) -> None:
    result = searcher.search(
        searcher.query_by_picture(encoded(plain((250, 20, 10)), "PNG")), 1, EVERYTHING
    )
    assert result.query_item is None
    assert result.neighbors[0].item.caption == "red/a.png"
    assert result.timings.embed > 0
    assert result.timings.decode > 0


def test_search_by_identical_file_leaves_it_out(searcher: Searcher, photos: Path) -> None:
    query = searcher.query_by_picture(photos / "red" / "a.png")
    result = searcher.search(query, 2, EVERYTHING)
    assert result.query_item is not None
    assert result.query_item.caption == "red/a.png"
    assert [n.item.caption for n in result.neighbors] == ["red/b.png", "red/c.png"]


def test_search_by_identical_file_can_keep_it(searcher: Searcher, photos: Path) -> None:
    query = searcher.query_by_picture(photos / "red" / "a.png")
    result = searcher.search(query, 1, EVERYTHING, keep_identical=True)
    assert result.neighbors[0].item.caption == "red/a.png"
    assert result.neighbors[0].distance == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_search_by_kept_picture_under_other_bytes_is_recognized(
    build_colors: Callable[..., Artifact], metric: Metric
) -> None:
    artifact = build_colors(metrics=(metric,))
    searcher = Searcher(artifact, metric, ColorEmbedder())
    kept = artifact.collection.path_of(artifact.collection.items[3]).read_bytes()
    result = searcher.search(searcher.query_by_picture(kept), 2, EVERYTHING)
    assert result.query_item == artifact.collection.items[3]
    assert all(neighbor.item.item_id != 3 for neighbor in result.neighbors)


def test_query_by_picture_equals_the_stored_embedding(tmp_path: Path) -> None:
    for number in range(3):
        save(noise(number, (700, 500)), tmp_path / "in" / f"{number}.png")
    settings = Settings(backbone="color")
    built = build_from_folder(tmp_path / "in", tmp_path / "out", settings, ColorEmbedder)
    searcher = Searcher(built.artifact, "angular", ColorEmbedder())
    for number in range(3):
        query = searcher.query_by_picture(tmp_path / "in" / f"{number}.png")
        np.testing.assert_array_equal(query.embedding, built.artifact.embeddings[number])


def test_searcher_other_network_is_refused(colors: Artifact) -> None:
    class Other(ColorEmbedder):
        weights = replace(ColorEmbedder.weights, sha256="ff" * 32)

    with pytest.raises(errors.ArtifactMismatchError, match=r"embedded by color with color\.none"):
        Searcher(colors, "angular", Other())


def test_searcher_other_preprocessing_is_refused(colors: Artifact) -> None:
    class Other(ColorEmbedder):
        preprocessing = replace(ColorEmbedder.preprocessing, crop=8)

    with pytest.raises(errors.ArtifactMismatchError, match="preprocessing"):
        Searcher(colors, "angular", Other())


def test_searcher_without_network_searches_items_only(colors: Artifact) -> None:
    searcher = Searcher(colors, "angular")
    with pytest.raises(errors.QueryError, match="without a network"):
        searcher.query_by_picture(encoded(plain(RED), "PNG"))
