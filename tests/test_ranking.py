import numpy as np
import pytest

from similarity.ann.exact import ExactSearch
from similarity.ann.metrics import distances
from similarity.ann.ranking import CompiledRanking
from similarity.datatypes import METRICS, Embeddings, Metric


@pytest.fixture(scope="module")
def rows() -> Embeddings:
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((300, 75)).astype(np.float32)
    rows[40] = rows[250]
    rows[7] = 0
    return rows


@pytest.mark.parametrize("k", [0, 1, 10, 120, 500])
@pytest.mark.parametrize("metric", METRICS)
def test_ranking_equals_that_of_exact_search(rows: Embeddings, metric: Metric, k: int) -> None:
    exact = ExactSearch(rows, metric)
    ranking = CompiledRanking(exact)
    rng = np.random.default_rng(2)
    queries = [rows[40], np.zeros_like(rows[0]), *rng.standard_normal((30, 75)).astype(np.float32)]
    for query in queries:
        ids = rng.choice(len(rows), 120, replace=False)
        expected, values = exact.nearest_among(query, ids, k)
        found, own = ranking.nearest_among(query, ids, k)
        assert found.tolist() == expected.tolist()
        np.testing.assert_allclose(own, values, rtol=1e-12, atol=1e-7)  # sqrt of 1e-16


@pytest.mark.parametrize("metric", METRICS)
def test_ranking_of_nothing_finds_nothing(rows: Embeddings, metric: Metric) -> None:
    ranking = CompiledRanking(ExactSearch(rows, metric))
    ids, values = ranking.nearest_among(rows[0], np.array([], dtype=np.intp), 3)
    assert (ids.tolist(), values.tolist()) == ([], [])


@pytest.mark.parametrize("metric", ["angular", "euclidean", "manhattan"])
def test_ranking_of_the_query_itself_is_exactly_0(rows: Embeddings, metric: Metric) -> None:
    ids, values = CompiledRanking(ExactSearch(rows, metric)).nearest_among(
        rows[250], np.arange(len(rows)), 2
    )
    assert (ids.tolist(), values.tolist()) == ([40, 250], [0, 0])


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("metric", METRICS)
def test_ranking_tells_apart_what_float32_cannot(metric: Metric, *, compiled: bool) -> None:
    """Permutations of one row, beside a query of equal numbers: all but rounding is the same."""
    query = np.full(512, 100, dtype=np.float32)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        offsets = 10 * rng.standard_normal(512)
        rows = (query + [rng.permutation(offsets) for _ in range(200)]).astype(np.float32)
        exact = ExactSearch(rows, metric)
        if compiled:
            found, _ = CompiledRanking(exact).nearest_among(query, np.arange(200), 10)
        else:
            found = exact.neighbors(query[None], 10)[0]
        values = distances(query, rows, metric)
        expected = np.sort(values * (-1 if metric == "dot" else 1))[:10]
        np.testing.assert_allclose(np.abs(values[found]), np.abs(expected), rtol=1e-13)
