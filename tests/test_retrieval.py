import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from annoy import AnnoyIndex

from similarity import errors
from similarity.ann.exact import recall_at_k
from similarity.ann.retriever import ExactRetriever, Retriever
from similarity.datatypes import METRICS, Allowed, Embeddings, Metric
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact, describe_file

EVERYTHING = 10**6
N_ITEMS, DIM, N_TREES = 500, 48, 4


def clusters(n: int, dim: int, seed: int = 0) -> Embeddings:
    """Rows around 20 points, like crops of photographs; none below 0, like pooled features."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((20, dim))
    rows = centers[rng.integers(20, size=n)] + 0.7 * rng.standard_normal((n, dim))
    return np.maximum(rows, 0).astype(np.float32)


@pytest.fixture(scope="module")
def projected(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """An artifact whose indexes, one of each metric, search 8 components of 48 dims."""
    folder = tmp_path_factory.mktemp("projected")
    np.save(folder / "rows.npy", clusters(N_ITEMS, DIM))
    for metric in METRICS:
        settings = Settings(backbone="given", metrics=(metric,), n_trees=N_TREES, n_components=8)
        artifact = build_from_embeddings(folder / "rows.npy", folder / "out", settings)
    return artifact


def build(tmp_path: Path, rows: Embeddings, **settings: Any) -> Artifact:
    np.save(tmp_path / "rows.npy", rows)
    chosen = replace(Settings(backbone="given", n_trees=N_TREES), **settings)
    return build_from_embeddings(tmp_path / "rows.npy", tmp_path / "out", chosen)


def copied(artifact: Artifact, tmp_path: Path) -> Artifact:
    shutil.copytree(artifact.folder.parent, tmp_path / "copy")
    return Artifact.load(tmp_path / "copy" / artifact.folder.name)


@pytest.mark.parametrize("metric", METRICS)
def test_nearest_equals_exact_when_everything_is_ranked(
    projected: Artifact, metric: Metric
) -> None:
    retriever = Retriever.open(projected, metric)
    queries = clusters(20, DIM, seed=1)
    exact = retriever.exact.neighbors(queries, 10)
    for query, expected in zip(queries, exact, strict=True):
        found = retriever.candidates(query, EVERYTHING, N_ITEMS)
        assert found.n_examined == N_ITEMS
        assert retriever.nearest(query, found.ids, 10)[0].tolist() == expected.tolist()


@pytest.mark.parametrize("metric", METRICS)
def test_candidates_without_projection_are_those_of_raw_annoy(
    tmp_path: Path, metric: Metric
) -> None:
    rows = clusters(N_ITEMS, DIM)
    artifact = build(tmp_path, rows, metrics=(metric,), n_components=0, seed=3)
    raw = AnnoyIndex(DIM, metric)
    raw.set_seed(3)
    for item_id, row in enumerate(rows):
        raw.add_item(item_id, row)
    raw.build(N_TREES, n_jobs=1)
    retriever = Retriever.open(artifact, metric)
    assert retriever.projection is None
    for query in clusters(20, DIM, seed=1):
        ids = retriever.candidates(query, 100, 10).ids
        assert ids.tolist() == raw.get_nns_by_vector(query, 10, 100)


@pytest.mark.parametrize("metric", METRICS)
def test_recall_grows_with_search_k(projected: Artifact, metric: Metric) -> None:
    searcher = Searcher(projected, metric)
    queries = [searcher.query_by_item(item_id) for item_id in range(0, N_ITEMS, 10)]

    def mean_recall(search_k: int) -> float:
        results = [
            searcher.search(query, 10, search_k, rerank=N_ITEMS, with_recall=True)
            for query in queries
        ]
        return float(np.mean([result.recall_at_k for result in results]))

    recalls = [mean_recall(search_k) for search_k in (10, 60, 200, N_ITEMS * N_TREES)]
    assert recalls == sorted(recalls)
    assert recalls[0] < 0.9
    assert recalls[-1] == 1.0


@pytest.mark.parametrize("metric", METRICS)
def test_recall_grows_with_rerank(projected: Artifact, metric: Metric) -> None:
    searcher = Searcher(projected, metric)
    recalls = []
    for rerank in (11, 60, N_ITEMS):
        results = [
            searcher.search(
                searcher.query_by_item(item_id), 10, EVERYTHING, rerank=rerank, with_recall=True
            )
            for item_id in range(0, N_ITEMS, 10)
        ]
        recalls.append(np.mean([result.recall_at_k for result in results]))
    assert recalls == sorted(recalls)
    assert recalls[0] < 0.9
    assert recalls[-1] == 1.0


def test_search_k_matters_on_a_thousand_items(tmp_path: Path) -> None:
    """From the least that does anything, one leaf, to all: a collection like the bundled one."""
    artifact = build(tmp_path, clusters(1000, 576), n_trees=10)
    searcher = Searcher(artifact, "angular")
    queries = [searcher.query_by_item(item_id) for item_id in range(0, 1000, 20)]
    least = searcher.index_dim + 2
    recalls = {
        search_k: np.mean(
            [searcher.search(q, 24, search_k, with_recall=True).recall_at_k for q in queries]
        )
        for search_k in (least, 1000 * 10)
    }
    assert recalls[least] < 0.85
    assert recalls[10_000] >= 0.99


def test_recorded_recall_is_that_of_the_recorded_effort(projected: Artifact) -> None:
    searcher = Searcher(projected, "angular")
    recorded = projected.index_entry("angular").recall_at_10
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.choice(N_ITEMS, size=recorded.n_queries, replace=False)).tolist()
    results = [
        searcher.search(
            searcher.query_by_item(item_id),
            10,
            recorded.search_k,
            rerank=recorded.rerank + 1,
            with_recall=True,
        )
        for item_id in chosen
    ]
    assert np.mean([r.recall_at_k for r in results]) == pytest.approx(recorded.value, abs=1e-9)


def test_search_says_how_many_candidates_were_examined(projected: Artifact) -> None:
    searcher = Searcher(projected, "angular")
    query = searcher.query_by_item(0)
    few, many = (searcher.search(query, 5, search_k).n_candidates for search_k in (1, 400))
    leaf = 8 + 1 + 2
    assert 1 <= few <= leaf
    assert 100 < many <= 400 + leaf
    assert searcher.search(query, 5, EVERYTHING).n_candidates == N_ITEMS


def test_default_effort_grows_with_k(projected: Artifact) -> None:
    searcher = Searcher(projected, "angular")
    query = searcher.query_by_item(0)
    ten, fifty = (searcher.search(query, k) for k in (10, 50))
    assert fifty.search_k == searcher.default_search_k(50) == 5 * ten.search_k
    assert fifty.rerank > ten.rerank


def test_build_too_many_components_raises(tmp_path: Path) -> None:
    with pytest.raises(errors.ArtifactMismatchError, match=r"49 components .* only 48 dims"):
        build(tmp_path, clusters(40, DIM), n_components=49)


@pytest.mark.parametrize(("n_items", "n_components"), [(300, 32), (40, 32)])
def test_build_projects_by_default_where_it_shortens(
    tmp_path: Path, n_items: int, n_components: int
) -> None:
    described = build(tmp_path, clusters(n_items, DIM)).index_entry("angular").projection
    assert described is not None
    assert described.n_components == n_components


def test_build_does_not_project_short_embeddings(tmp_path: Path) -> None:
    assert build(tmp_path, clusters(40, 16)).index_entry("angular").projection is None


def test_build_same_input_gives_same_bytes_with_a_projection(tmp_path: Path) -> None:
    rows = clusters(200, DIM)
    for name in "ab":
        (tmp_path / name).mkdir()
    first, second = (build(tmp_path / name, rows, n_components=8) for name in "ab")
    assert first.manifest.files == second.manifest.files


def test_replacing_an_index_drops_its_old_files(tmp_path: Path) -> None:
    rows = clusters(200, DIM)
    old = build(tmp_path, rows, n_components=8)
    new = build(tmp_path, rows, n_components=6, force=True)
    there = {path.name for path in new.folder.iterdir()}
    assert there == {"manifest.json", *new.manifest.files}
    assert not set(old.index_entry("angular").files) & there


@pytest.mark.parametrize("change", [lambda data: data[:-40], lambda data: data[:-1] + b"?"])
@pytest.mark.parametrize("part", ["projection", "graph"])
def test_searcher_damaged_part_raises(
    joined: Artifact, tmp_path: Path, part: str, change: Callable[[bytes], bytes]
) -> None:
    artifact = copied(joined, tmp_path)
    path = artifact.folder / getattr(artifact.index_entry("dot"), part).file
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(errors.ArtifactCorruptError, match=r"bytes instead of|edited or damaged"):
        Searcher(artifact, "dot")
    path.unlink()
    with pytest.raises(errors.ArtifactCorruptError, match="is missing"):
        Searcher(artifact, "dot")


def test_searcher_swapped_projections_raise(projected: Artifact, tmp_path: Path) -> None:
    artifact = copied(projected, tmp_path)
    first, second = (
        artifact.folder / artifact.index_entry(metric).files[1] for metric in ("dot", "angular")
    )
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    with pytest.raises(errors.ArtifactCorruptError):
        Searcher(artifact, "dot")


def test_searcher_projection_of_other_shape_raises(projected: Artifact, tmp_path: Path) -> None:
    """A manifest that agrees with its files in everything but the shape."""
    artifact = copied(projected, tmp_path)
    described = artifact.index_entry("dot").projection
    assert described is not None
    path = artifact.folder / described.file
    with np.load(path) as arrays:
        np.savez(path, **{**arrays, "components": arrays["components"][:7]})
    manifest = artifact.folder / "manifest.json"
    values = json.loads(manifest.read_text())
    entry = describe_file(path)
    values["files"][path.name] = {"bytes": entry.bytes, "sha256": entry.sha256}
    manifest.write_text(json.dumps(values))
    with pytest.raises(errors.ArtifactCorruptError, match=r"\(7, 48\).*not \(8, 48\)"):
        Searcher(Artifact.load(artifact.folder), "dot")


DEGREE = 12
MANY = 4000
"""Items along whose graph is searched: of fewer, all are compared."""


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """An artifact whose indexes, one of each metric, have a graph beside a projection."""
    folder = tmp_path_factory.mktemp("joined")
    np.save(folder / "rows.npy", clusters(MANY, DIM))
    for metric in METRICS:
        settings = Settings(
            backbone="given", metrics=(metric,), n_trees=N_TREES, n_components=8, degree=DEGREE
        )
        artifact = build_from_embeddings(folder / "rows.npy", folder / "out", settings)
    return artifact


@pytest.mark.parametrize("metric", METRICS)
def test_graph_finds_more_from_the_same_candidates(joined: Artifact, metric: Metric) -> None:
    along = Retriever.open(joined, metric)
    without = Retriever(along.exact, along.index, along.projection)
    queries = clusters(50, DIM, seed=1)
    exact = along.exact.neighbors(queries, 10)

    def mean_recall(retriever: Retriever) -> float:
        shares = []
        for query, nearest in zip(queries, exact, strict=True):
            found = retriever.candidates(query, 30, 60)
            assert len(set(found.ids.tolist())) == len(found.ids) <= 60
            ids, _ = retriever.nearest(query, found.ids, 10)
            shares.append(len(set(ids.tolist()) & set(nearest.tolist())) / 10)
        return float(np.mean(shares))

    assert mean_recall(along) > mean_recall(without) + 0.1


@pytest.mark.parametrize("metric", METRICS)
def test_graph_leaves_the_exact_answer_when_everything_is_ranked(
    joined: Artifact, metric: Metric
) -> None:
    retriever = Retriever.open(joined, metric)
    queries = clusters(20, DIM, seed=1)
    for query, expected in zip(queries, retriever.exact.neighbors(queries, 10), strict=True):
        found = retriever.candidates(query, EVERYTHING, MANY)
        assert found.n_examined == len(found.ids) == MANY
        assert retriever.nearest(query, found.ids, 10)[0].tolist() == expected.tolist()


def test_recall_along_a_graph_grows_with_search_k_and_rerank(tmp_path: Path) -> None:
    """The graph joins few, so that where it begins decides what it leads to."""
    artifact = build(tmp_path, clusters(MANY, DIM), n_components=8, degree=3)
    searcher = Searcher(artifact, "angular")
    queries = [searcher.query_by_item(item_id) for item_id in range(0, MANY, 40)]

    def mean_recall(search_k: int, rerank: int) -> float:
        results = [
            searcher.search(query, 10, search_k, rerank=rerank, with_recall=True)
            for query in queries
        ]
        return float(np.mean([result.recall_at_k for result in results]))

    for recalls in (
        [mean_recall(search_k, 50) for search_k in (1, 60, EVERYTHING)],
        [mean_recall(60, rerank) for rerank in (11, 20, 50)],
    ):
        assert recalls == sorted(recalls)
        assert recalls[0] < recalls[-1] - 0.02
    assert mean_recall(EVERYTHING, MANY) == 1.0


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.001])
def test_allowed_items_are_found_as_well_as_all(joined: Artifact, share: float) -> None:
    retriever = Retriever.open(joined, "angular")
    queries = clusters(100, DIM, seed=1)
    some = np.random.default_rng(0).random(MANY) < share

    def mean_recall(allowed: Allowed | None) -> float:
        shares = []
        exact = retriever.exact.neighbors(queries, 10, allowed=allowed)
        for query, nearest in zip(queries, exact.tolist(), strict=True):
            found = retriever.candidates(query, 60, 40, allowed)
            assert allowed is None or allowed[found.ids].all()
            ids, _ = retriever.nearest(query, found.ids, 10)
            shares.append(recall_at_k(ids.tolist(), nearest))
        return float(np.mean(shares))

    assert mean_recall(some) >= mean_recall(None) - 0.01


def test_without_a_graph_all_allowed_items_are_candidates(projected: Artifact) -> None:
    allowed = np.arange(N_ITEMS) % 3 == 0
    query = clusters(1, DIM, seed=1)[0]
    for retriever in (Retriever.open(projected, "dot"), ExactRetriever(projected, "dot")):
        found = retriever.candidates(query, 10, N_ITEMS, allowed)
        assert sorted(found.ids.tolist()) == np.flatnonzero(allowed).tolist()


def test_graph_is_recorded_and_its_candidates_are_counted(joined: Artifact) -> None:
    entry = joined.index_entry("dot")
    assert entry.graph is not None
    assert entry.graph.degree == DEGREE
    assert set(entry.files) <= set(joined.manifest.files)
    searcher = Searcher(joined, "dot")
    few, many = (
        searcher.search(searcher.query_by_item(0), 5, 1, rerank=rerank).n_candidates
        for rerank in (6, 60)
    )
    assert 60 <= many < MANY / 2
    assert 6 <= few < many


def test_graph_is_made_for_many_items_only(tmp_path: Path) -> None:
    rows = clusters(2001, 33)
    many = build(tmp_path, rows).index_entry("angular")
    (tmp_path / "few").mkdir()
    few = build(tmp_path / "few", rows[:-1], n_trees=None).index_entry("angular")
    assert many.graph is not None
    assert few.graph is None
    assert few.search_k > many.search_k


def test_graph_is_not_made_without_a_projection(tmp_path: Path) -> None:
    rows = clusters(100, DIM)
    assert build(tmp_path, rows, n_components=0, degree=8).index_entry("angular").graph is None


def test_build_same_input_gives_same_bytes_with_a_graph(tmp_path: Path) -> None:
    rows = clusters(200, DIM)
    for name in "ab":
        (tmp_path / name).mkdir()
    first, second = (build(tmp_path / name, rows, n_components=8, degree=DEGREE) for name in "ab")
    assert first.index_entry("angular").graph is not None
    assert first.manifest.files == second.manifest.files


def test_replacing_an_index_drops_its_old_graph(tmp_path: Path) -> None:
    rows = clusters(200, DIM)
    old = build(tmp_path, rows, n_components=8, degree=DEGREE)
    new = build(tmp_path, rows, n_components=8, degree=4, force=True)
    there = {path.name for path in new.folder.iterdir()}
    assert there == {"manifest.json", *new.manifest.files}
    before, after = (artifact.index_entry("angular").graph for artifact in (old, new))
    assert before is not None
    assert after is not None
    assert before.file not in there


def test_artifact_of_format_1_is_read_as_one_without_graphs(
    projected: Artifact, tmp_path: Path
) -> None:
    artifact = copied(projected, tmp_path)
    path = artifact.folder / "manifest.json"
    values = json.loads(path.read_text())
    values["format_version"] = 1
    for entry in values["indexes"].values():
        assert entry.pop("graph") is None
    path.write_text(json.dumps(values))
    searcher = Searcher(Artifact.load(artifact.folder), "angular")
    result = searcher.search(searcher.query_by_item(0), 3, EVERYTHING, with_recall=True)
    assert result.recall_at_k == 1.0
