import numpy as np
import pytest

from similarity.ann import exact as metrics
from similarity.ann.exact import ExactSearch
from similarity.ann.metrics import distances
from similarity.datatypes import METRICS, Embeddings, Metric


def nearest_by_definition(query: Embeddings, rows: Embeddings, metric: Metric) -> list[int]:
    """Order all rows by the textbook's formula in float64, equal ones by their number."""
    q, x = query.astype(np.float64), rows.astype(np.float64)
    values = {
        "angular": -(x @ q) / np.sqrt((x * x).sum(axis=1) * (q @ q)),
        "euclidean": np.sqrt(((x - q) ** 2).sum(axis=1)),
        "manhattan": np.abs(x - q).sum(axis=1),
        "dot": -(x @ q),
    }[metric]
    order: list[int] = np.lexsort((np.arange(len(x)), values)).tolist()
    return order


@pytest.fixture
def rows() -> Embeddings:
    rng = np.random.default_rng(1)
    lengths = rng.uniform(0.5, 2, (300, 1))
    return (rng.standard_normal((300, 40)) * lengths).astype(np.float32)


@pytest.mark.parametrize("metric", METRICS)
def test_exact_search_equals_the_definition(rows: Embeddings, metric: Metric) -> None:
    queries = rows[::30] + np.float32(0.1)
    found = ExactSearch(rows, metric).neighbors(queries, 12)
    for query, own in zip(queries, found, strict=True):
        assert own.tolist() == nearest_by_definition(query, rows, metric)[:12]


@pytest.mark.parametrize("metric", METRICS)
def test_exact_search_batch_equals_one_at_a_time(
    rows: Embeddings, metric: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = ExactSearch(rows, metric)
    together = exact.neighbors(rows, 5, leave_out=range(300))
    monkeypatch.setattr(metrics, "_KEYS_AT_ONCE", 900)  # three queries at once
    in_parts = exact.neighbors(rows, 5, leave_out=range(300))
    alone = [exact.neighbors(rows[i, None], 5, leave_out=[i])[0] for i in range(300)]
    np.testing.assert_array_equal(together, in_parts)
    np.testing.assert_array_equal(together, alone)
    assert all(i not in own for i, own in enumerate(together))


@pytest.mark.parametrize("metric", METRICS)
def test_exact_search_equal_rows_come_in_their_order(
    metric: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_MEASURED_AT_ONCE", 7)
    rows = np.repeat(np.array([[3, 1, 2], [1, 0, 0]], dtype=np.float32), 50, axis=0)
    found = ExactSearch(rows, metric).neighbors(rows[:1], 20, leave_out=[4])
    assert found[0].tolist() == [i for i in range(21) if i != 4]


@pytest.mark.parametrize("metric", METRICS)
def test_exact_search_tells_apart_what_float32_cannot(metric: Metric) -> None:
    """Long vectors that differ by one part in ten million: float32 sums order them at random."""
    rng = np.random.default_rng(2)
    query = (100 + rng.standard_normal(512)).astype(np.float32)
    rows = np.repeat(query[None], 200, axis=0)
    for number in range(200):
        rows[number, rng.integers(512)] += np.float32(2e-5 * (1 + number % 17))
    found = ExactSearch(rows, metric).neighbors(query[None], 10)[0]
    values = distances(query, rows, metric) * (-1 if metric == "dot" else 1)
    assert found.tolist() == np.lexsort((np.arange(200), values))[:10].tolist()


@pytest.mark.parametrize("metric", METRICS)
def test_exact_search_finds_allowed_rows_only(rows: Embeddings, metric: Metric) -> None:
    allowed = np.arange(300) % 7 == 5
    ids = np.flatnonzero(allowed)
    exact = ExactSearch(rows, metric)
    found = exact.neighbors(rows[5:7], 9, allowed=allowed)
    for query, own in zip(rows[5:7], found, strict=True):
        assert own.tolist() == ids[nearest_by_definition(query, rows[ids], metric)[:9]].tolist()
    assert exact.neighbors(rows[5:6], 99, leave_out=[5], allowed=allowed).shape == (1, len(ids) - 1)


@pytest.mark.parametrize("metric", METRICS)
def test_nearest_among_looks_at_those_rows_only(rows: Embeddings, metric: Metric) -> None:
    ids = np.arange(5, 300, 7)
    found, values = ExactSearch(rows, metric).nearest_among(rows[0], ids, 9)
    expected = nearest_by_definition(rows[0], rows[ids], metric)[:9]
    assert found.tolist() == ids[expected].tolist()
    np.testing.assert_allclose(values, distances(rows[0], rows[found], metric))


def test_nearest_among_fewer_than_k_gives_them_all(rows: Embeddings) -> None:
    exact = ExactSearch(rows, "angular")
    assert len(exact.nearest_among(rows[0], np.array([3, 8]), 9)[0]) == 2
    assert len(exact.nearest_among(rows[0], np.array([], np.intp), 9)[0]) == 0
    assert exact.neighbors(rows[:2], 500, [0, 1]).shape == (2, 299)


def test_exact_search_row_without_length_is_at_a_right_angle() -> None:
    rows = np.array([[0, 0], [-1, 0], [1, 1], [1, 0]], dtype=np.float32)
    found = ExactSearch(rows, "angular").neighbors(rows[3:], 3, leave_out=[3])
    assert found[0].tolist() == [2, 0, 1]
