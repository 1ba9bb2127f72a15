from pathlib import Path

import numpy as np
import pytest

from similarity import errors
from similarity.ann.projection import Projection
from similarity.datatypes import METRICS, Embeddings, Metric


def rows_of_rank(rank: int, n: int = 400, dim: int = 30) -> Embeddings:
    """Rows around a point far from the origin, in a space of few directions."""
    rng = np.random.default_rng(rank)
    directions = rng.standard_normal((rank, dim))
    return (5 + rng.standard_normal((n, rank)) @ directions).astype(np.float32)


def test_fit_finds_the_directions_of_largest_variance() -> None:
    rng = np.random.default_rng(0)
    scales = np.array([9, 7, 5, 3, *[0.1] * 26])
    rows = (rng.standard_normal((3000, 30)) * scales).astype(np.float32)
    components = Projection.fit(rows, "euclidean", 4, seed=0).components
    np.testing.assert_allclose(np.abs(components[:, :4]), np.eye(4), atol=0.1)
    np.testing.assert_allclose(components @ components.T, np.eye(4), atol=1e-5)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_projection_that_leaves_nothing_out_keeps_euclidean_distances(metric: Metric) -> None:
    rows = rows_of_rank(6)
    projection = Projection.fit(rows, metric, 6, seed=0)
    short = projection.of_items(rows)
    assert short.shape == (400, 7)
    kept = np.linalg.norm(short - projection.of_query(rows[3]), axis=1)
    np.testing.assert_allclose(kept, np.linalg.norm(rows - rows[3], axis=1), atol=0.02)


def test_projection_angular_keeps_distances_of_unit_rows() -> None:
    rows = rows_of_rank(6)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    projection = Projection.fit(rows, "angular", 8, seed=0)
    kept = np.linalg.norm(projection.of_items(rows * 3) - projection.of_query(rows[3]), axis=1)
    np.testing.assert_allclose(kept, np.linalg.norm(unit - unit[3], axis=1), atol=0.005)


def test_projection_dot_orders_as_inner_products_do() -> None:
    rows = rows_of_rank(6)
    projection = Projection.fit(rows, "dot", 8, seed=0)
    query = rows[3] - 4
    kept = np.linalg.norm(projection.of_items(rows) - projection.of_query(query), axis=1)
    np.testing.assert_array_equal(np.argsort(kept)[:50], np.argsort(-(rows @ query))[:50])


@pytest.mark.parametrize("metric", ["angular", "euclidean", "manhattan"])
def test_projection_last_coordinate_adds_a_share_of_what_is_left_out(metric: Metric) -> None:
    share = {"angular": 0.5, "euclidean": 0.5, "manhattan": 1.0}[metric]
    rows = rows_of_rank(12)
    projection = Projection.fit(rows, metric, 5, seed=0)
    given = rows / np.linalg.norm(rows, axis=1, keepdims=True) if metric == "angular" else rows
    centered = given - projection.center
    left_out = centered - centered @ projection.components.T @ projection.components
    residuals = (left_out.astype(np.float64) ** 2).sum(axis=1)
    lengths = projection.of_items(rows)[:, -1]
    np.testing.assert_allclose(lengths**2, share * residuals, rtol=1e-3, atol=1e-5)
    assert projection.of_query(rows[0])[-1] == 0


@pytest.mark.parametrize("metric", METRICS)
def test_projection_of_fewer_rows_than_components_is_whole(metric: Metric) -> None:
    rows = rows_of_rank(8, n=3)
    projection = Projection.fit(rows, metric, 20, seed=0)
    assert projection.components.shape == (20, 30)
    assert np.isfinite(projection.of_items(rows)).all()


def test_fit_depends_on_the_seed_alone() -> None:
    rows = rows_of_rank(12)
    first, second = (Projection.fit(rows, "angular", 4, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.components, second.components)


def test_load_returns_what_was_saved(tmp_path: Path) -> None:
    rows = rows_of_rank(6)
    saved = Projection.fit(rows, "dot", 4, seed=0)
    saved.save(tmp_path / "a.npz")
    saved.save(tmp_path / "b.npz")
    loaded = Projection.load(tmp_path / "a.npz", "dot", 30, 4)
    np.testing.assert_array_equal(loaded.of_items(rows), saved.of_items(rows))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_load_other_shape_or_damage_raises(tmp_path: Path) -> None:
    path = tmp_path / "p.npz"
    saved = Projection.fit(rows_of_rank(6), "dot", 4, seed=0)
    saved.save(path)
    with pytest.raises(errors.ArtifactCorruptError, match=r"not \(5, 30\)"):
        Projection.load(path, "dot", 30, 5)
    with pytest.raises(errors.ArtifactCorruptError, match=r"not \(4, 29\)"):
        Projection.load(path, "dot", 29, 4)
    saved.components[2, 3] = np.nan
    saved.save(path)
    with pytest.raises(errors.ArtifactCorruptError, match="not finite"):
        Projection.load(path, "dot", 30, 4)
    np.savez(path, center=np.zeros(30), components=np.array([[{}]], dtype=object))
    with pytest.raises(errors.ArtifactCorruptError, match="can be read"):
        Projection.load(path, "dot", 30, 4)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(errors.ArtifactCorruptError, match="can be read"):
        Projection.load(path, "dot", 30, 4)
