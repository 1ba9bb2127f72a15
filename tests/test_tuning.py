import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from similarity import errors
from similarity.__main__ import main
from similarity.ann.exact import recall_at_k
from similarity.ann.recall import find_others
from similarity.ann.retriever import Retriever
from similarity.datatypes import METRICS, Embeddings, Metric
from similarity.evaluation import plots, tuning
from similarity.evaluation import sweep as trials
from similarity.evaluation.recommendation import (
    Recommendation,
    Tuning,
    read_recommendation,
    tune,
    write_tuning,
)
from similarity.evaluation.sweep import (
    IndexPlan,
    plan_indexes,
)
from similarity.evaluation.verification import verify
from similarity.hub.upload import find_upload
from similarity.indexing.pipeline import Settings
from similarity.indexing.vectors import build_from_embeddings
from similarity.store.artifact import Artifact

N_ITEMS, DIM = 300, 40


class StepClock:
    """A clock that goes on by one second whenever it is looked at."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> float:
        self.seconds += 1
        return float(self.seconds)


def clusters(n: int, seed: int = 0) -> tuple[Embeddings, list[str]]:
    """Rows around 6 directions, of lengths from 1 to 20 that say nothing, and their labels."""
    rng = np.random.default_rng(seed)
    centers = np.random.default_rng(9).standard_normal((6, DIM))
    chosen = rng.integers(6, size=n)
    rows = centers[chosen] + 0.9 * rng.standard_normal((n, DIM))
    rows *= rng.uniform(1, 20, (n, 1))
    return rows.astype(np.float32), [f"label {number}" for number in chosen]


@pytest.fixture(autouse=True, scope="module")
def small_grid() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trials, "COMPONENTS", (8,))
        patch.setattr(trials, "TREES", (5, 10))
        patch.setattr(trials, "SEARCH_KS", (50, 200, 800))
        patch.setattr(trials, "RERANKS", (20, 50, 400))
        patch.setattr(tuning, "N_QUERIES", 40)
        yield


@pytest.fixture(scope="module")
def rows_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 rows of 40 dims."""
    file = tmp_path_factory.mktemp("rows") / "rows.npy"
    np.save(file, clusters(N_ITEMS)[0])
    return file


@pytest.fixture(scope="module")
def labelled(rows_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """The rows with their labels."""
    folder = tmp_path_factory.mktemp("labelled")
    labels = clusters(N_ITEMS)[1]
    items = folder / "items.jsonl"
    items.write_text("".join(json.dumps({"label": label}) + "\n" for label in labels))
    return build_from_embeddings(rows_file, folder / "out", Settings(backbone="given"), items)


@pytest.fixture(scope="module")
def unlabelled(rows_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """The rows without labels."""
    output = tmp_path_factory.mktemp("unlabelled") / "out"
    return build_from_embeddings(rows_file, output, Settings(backbone="given"))


@pytest.fixture(scope="module")
def whole(labelled: Artifact) -> Tuning:
    """All that can be measured of the rows, for a metric that their labels speak against."""
    return tuned(labelled, recall=0.8, preferred="euclidean")


@pytest.fixture
def copied(labelled: Artifact, tmp_path: Path) -> Artifact:
    """An artifact that a test may write to."""
    shutil.copytree(labelled.collection.folder, tmp_path / "copied")
    return Artifact.load(tmp_path / "copied" / "given")


def tuned(artifact: Artifact, **options: Any) -> Tuning:
    """Tune by a clock that makes every search take as long as any other."""
    chosen: dict[str, Any] = {"budget": 10**9, "clock": StepClock(), **options}
    return tune(artifact, **chosen)


def command(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run a command in this process and return its status."""
    monkeypatch.setattr(sys, "argv", ["similarity", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    return 0


def test_recommendation_is_reached_by_a_build_with_it_on_other_queries(
    whole: Tuning, rows_file: Path, tmp_path: Path
) -> None:
    choice = read_recommendation(write_tuning(tmp_path, whole))
    settings = Settings(
        backbone="given",
        metrics=(choice.metric,),
        n_trees=choice.n_trees,
        n_components=choice.n_components,
        search_k=choice.search_k,
        rerank=choice.rerank,
    )
    built = build_from_embeddings(rows_file, tmp_path / "built", settings)
    entry = built.index_entry(choice.metric)
    assert (entry.search_k, entry.rerank) == (choice.search_k, choice.rerank)
    retriever = Retriever.open(built, choice.metric)
    queries, _ = clusters(200, seed=1)
    exact = retriever.exact.neighbors(queries, 10).tolist()
    found = [
        retriever.nearest(query, retriever.candidates(query, entry.search_k, entry.rerank).ids, 10)
        for query in queries
    ]
    recalls = [recall_at_k(ids.tolist(), own) for (ids, _), own in zip(found, exact, strict=True)]
    assert np.mean(recalls) >= whole.recall


def test_tune_same_seed_gives_the_same_in_the_same_order(labelled: Artifact) -> None:
    first, second, other = (tuned(labelled, budget=1500, seed=seed) for seed in (3, 3, 4))
    assert first == second
    assert other.sweep.indexes != first.sweep.indexes
    plans = [[index.plan for index in result.sweep.indexes] for result in (first, other)]
    assert plans[0] == plans[1] != plans[0][:1]


def test_tune_measures_every_index_when_time_allows(whole: Tuning) -> None:
    planned = {
        IndexPlan(metric, n_components, n_trees)
        for metric in METRICS
        for n_components in (8, 32, 0)
        for n_trees in (5, 10)
    }
    assert {index.plan for index in whole.sweep.indexes} == planned
    assert len(whole.sweep.indexes) == len(planned)
    assert whole.sweep.not_reached == ()
    sizes = {index.plan: index.bytes for index in whole.sweep.indexes}
    assert sizes[IndexPlan("angular", 0, 5)] > sizes[IndexPlan("angular", 8, 5)]


def test_tune_budget_of_zero_measures_what_a_build_makes(unlabelled: Artifact) -> None:
    result = tuned(unlabelled, budget=0, recall=0.9)
    assert [index.plan for index in result.sweep.indexes] == [IndexPlan("angular", 32, 10)]
    assert len(result.sweep.not_reached) == 23
    assert result.recommended is not None
    assert (result.recommended.n_components, result.recommended.n_trees) == (32, 10)


def test_tune_ends_within_its_budget(labelled: Artifact, whole: Tuning) -> None:
    budget = whole.sweep.seconds / 4
    part = tuned(labelled, budget=budget).sweep
    assert len(part.indexes) > 1
    assert len(part.indexes) + len(part.not_reached) == len(whole.sweep.indexes)
    looks_at_the_clock = len(part.not_reached) + 1
    assert part.seconds <= budget + looks_at_the_clock


def test_tune_checks_on_items_that_it_did_not_choose_by(
    unlabelled: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []

    def recorded(retriever: Retriever, query: Embeddings, item_id: int, **effort: int) -> object:
        searched.append(item_id)
        return find_others(retriever, query, item_id, **effort)

    monkeypatch.setattr(tuning, "find_others", recorded)
    sweep = tuned(unlabelled, budget=0, recall=0.9).sweep
    n_tuning = 40 * len(sweep.indexes[0].searches)
    chosen_by, checked_on = set(searched[:n_tuning]), set(searched[n_tuning:])
    assert len(chosen_by) == len(checked_on) == 40
    assert not chosen_by & checked_on


def test_tune_leaves_the_artifact_and_no_index_behind(
    unlabelled: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    before = sorted(path.name for path in unlabelled.folder.iterdir())
    tuned(unlabelled, budget=0)
    assert sorted(path.name for path in unlabelled.folder.iterdir()) == before
    assert not any((tmp_path / "temporary").iterdir())


def test_tune_labels_choose_the_metric(whole: Tuning) -> None:
    """Lengths say nothing here, so that euclidean finds other labels than angular."""
    precisions = {
        trial.metric: trial.label_precision_at_10
        for trial in whole.sweep.projections
        if trial.n_components == 0
    }
    assert precisions["angular"] is not None
    assert precisions["euclidean"] is not None
    assert precisions["angular"] > precisions["euclidean"] + 0.1
    assert whole.preferred == "euclidean"
    assert whole.metric == "angular"


def test_tune_without_labels_keeps_the_metric_asked_for(unlabelled: Artifact) -> None:
    result = tuned(unlabelled, budget=0, recall=0.8, preferred="euclidean")
    assert {trial.label_precision_at_10 for trial in result.sweep.projections} == {None}
    assert result.metric == "euclidean"


def test_tune_projected_recall_grows_with_components(whole: Tuning) -> None:
    recalls = {
        trial.n_components: trial.recall_at_10
        for trial in whole.sweep.projections
        if trial.metric == "angular"
    }
    assert recalls[8] < recalls[32] < recalls[0] == 1.0


def test_plan_indexes_of_many_items_tries_a_graph_and_none() -> None:
    plans = plan_indexes(10_000, 576, "angular")
    assert plans[0].degree > 0
    assert len(set(plans)) == len(plans)
    projected = {plan for plan in plans if plan.n_components}
    assert {replace(plan, degree=0) for plan in projected} < projected
    assert all(plan.degree == 0 for plan in set(plans) - projected)


def test_tune_too_few_items_raises(tmp_path: Path) -> None:
    np.save(tmp_path / "few.npy", clusters(99)[0])
    few = build_from_embeddings(tmp_path / "few.npy", tmp_path / "few", Settings(backbone="given"))
    with pytest.raises(errors.QueryError, match="has 99 items; tuning needs at least 100"):
        tuned(few)


def test_plan_indexes_begins_with_what_a_build_makes_for_each_metric() -> None:
    plans = plan_indexes(1000, 576, "dot")
    usual = [IndexPlan(metric, 32, 10) for metric in ("dot", "angular", "euclidean", "manhattan")]
    assert plans[:4] == usual
    assert len(set(plans)) == len(plans)
    assert {plan.n_components for plan in plans} == {8, 32, 0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no JSON", "is not the JSON object with a format_version"),
        ('{"format_version": 1}', "was edited or damaged: backbone: Field required"),
        ('{"format_version": 3}', "has format version 3; this program reads up to 2"),
    ],
)
def test_read_recommendation_bad_file_raises(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "tuning.json"
    file.write_text(text)
    with pytest.raises(errors.ArtifactError) as raised:
        read_recommendation(file)
    assert message in str(raised.value)
    assert str(raised.value).endswith("make it again with python -m similarity tune.")


@pytest.mark.parametrize(("name", "value"), [("n_trees", 0), ("search_k", "many"), ("rerank", -1)])
def test_read_recommendation_impossible_number_raises(
    whole: Tuning, tmp_path: Path, name: str, value: object
) -> None:
    file = write_tuning(tmp_path, whole)
    values = json.loads(file.read_text())
    values["recommendations"]["angular"][name] = value
    file.write_text(json.dumps(values))
    with pytest.raises(errors.ArtifactCorruptError, match=rf"recommendations\.angular\.{name}"):
        read_recommendation(file)


def test_read_recommendation_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(errors.ArtifactNotFoundError, match=r"no file .*tuning\.json; make one"):
        read_recommendation(tmp_path)


def test_read_recommendation_of_a_metric(whole: Tuning, tmp_path: Path) -> None:
    file = write_tuning(tmp_path, whole)
    assert read_recommendation(file).metric == "angular"
    assert read_recommendation(file, "euclidean").metric == "euclidean"


def test_read_recommendation_of_none_raises(whole: Tuning, tmp_path: Path) -> None:
    angular: dict[Metric, Recommendation] = {"angular": whole.recommendations["angular"]}
    file = write_tuning(tmp_path, replace(whole, recommendations=angular))
    with pytest.raises(errors.ArtifactNotFoundError, match="recommends nothing for dot"):
        read_recommendation(file, "dot")
    write_tuning(tmp_path, replace(whole, recommendations={}, metric=None))
    with pytest.raises(
        errors.ArtifactNotFoundError, match=r"recommends nothing: no .* recall 0\.8"
    ):
        read_recommendation(file)


def test_tune_command_leaves_figures_beside_a_sound_artifact(
    copied: Artifact, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    collection = copied.collection.folder
    assert command(monkeypatch, "tune", collection, "--recall", 0.8, "--budget", "0s") == 0
    out = capfd.readouterr().out
    written = {"tuning.json", *(f"tuning-{name}.png" for name in ("time", "trees", "dims", "cost"))}
    assert written <= {path.name for path in copied.folder.iterdir()}
    choice = read_recommendation(copied.folder)
    assert "did not last for 23 of 24 indexes, first euclidean, 32 components" in out
    last, build = out.splitlines()[-2:]
    assert last.startswith(f"Recommended: {choice.metric}, ")
    assert f"search_k {choice.search_k}, rerank {choice.rerank}: recall@10" in last
    assert build.endswith(f"--like {copied.folder / 'tuning.json'} --force")
    assert all(check.passed for check in verify(collection))
    assert not [path for path in find_upload(collection).others if "tuning" in path]


def test_draw_makes_small_pictures_of_a_whole_sweep(whole: Tuning, tmp_path: Path) -> None:
    for path in plots.draw(whole, tmp_path):
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            colors = set(map(tuple, np.asarray(picture.convert("RGB")).reshape(-1, 3).tolist()))
        assert path.stat().st_size < 100_000
        assert {(0, 0, 0), (0x8C, 0x2D, 0x04)} <= colors, "no two lines"


def test_tune_command_without_a_recommendation_has_status_1(
    copied: Artifact, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trials, "SEARCH_KS", (1,))
    monkeypatch.setattr(trials, "RERANKS", (10,))
    collection = copied.collection.folder
    assert command(monkeypatch, "tune", collection, "--recall", 1, "--budget", "0s") == 1
    assert "no setting that was measured reaches recall 1 " in capfd.readouterr().out


@pytest.mark.parametrize("budget", ["soon", "-5s", "10d", ""])
def test_tune_command_wrong_budget_has_status_2(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], budget: str
) -> None:
    assert command(monkeypatch, "tune", "anywhere", "--budget", budget) == 2
    assert "is no time such as 90s" in capfd.readouterr().err


def test_build_like_records_what_was_recommended(
    whole: Tuning, rows_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_tuning(tmp_path, whole)
    source = ("--embeddings", rows_file, "--output", tmp_path / "like")
    assert command(monkeypatch, "build", *source, "--like", file) == 0
    assert command(monkeypatch, "build", *source, "--like", file, "--metric", "euclidean") == 0
    manifest = Artifact.load(tmp_path / "like" / "given").manifest
    assert set(manifest.indexes) == {"angular", "euclidean"}
    for metric, entry in manifest.indexes.items():
        choice = read_recommendation(file, metric)
        components = entry.projection.n_components if entry.projection else 0
        assert (components, entry.n_trees, entry.search_k, entry.rerank) == (
            choice.n_components,
            choice.n_trees,
            choice.search_k,
            choice.rerank,
        )
        assert (entry.recall_at_10.search_k, entry.recall_at_10.rerank) == (
            choice.search_k,
            choice.rerank,
        )


def test_build_like_makes_the_graph_that_was_recommended(
    unlabelled: Artifact, rows_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "default_degree", lambda _: 6)
    result = tuned(unlabelled, budget=0, recall=0.9)
    (index,) = result.sweep.indexes
    assert index.plan.degree == 6
    assert result.recommended is not None
    assert result.recommended.plan == index.plan
    file = write_tuning(tmp_path, result)
    source = ("--embeddings", rows_file, "--output", tmp_path / "like")
    assert command(monkeypatch, "build", *source, "--like", file) == 0
    (entry,) = Artifact.load(tmp_path / "like" / "given").manifest.indexes.values()
    assert entry.graph is not None
    assert (entry.graph.degree, entry.n_trees) == (6, index.plan.n_trees)
    assert (entry.search_k, entry.rerank) == (
        result.recommended.search_k,
        result.recommended.rerank,
    )


@pytest.mark.parametrize(
    "option", [("--trees", 5), ("--project", 8), ("--graph", 0), ("--metric", "all")]
)
def test_build_like_with_settings_of_its_own_has_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, object]
) -> None:
    source = ("--embeddings", tmp_path / "rows.npy", "--output", tmp_path / "out")
    assert command(monkeypatch, "build", *source, "--like", tmp_path, *option) == 2


def test_build_like_missing_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    source = ("--embeddings", tmp_path / "rows.npy", "--output", tmp_path / "out")
    assert command(monkeypatch, "build", *source, "--like", tmp_path / "gone.json") == 1
    assert capfd.readouterr().err == (
        f"Error: There is no file {tmp_path / 'gone.json'}; make one with python -m similarity "
        "tune DIR.\n"
    )
