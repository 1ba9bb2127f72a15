import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from similarity import errors, trials, tuning
from similarity.__main__ import main
from similarity.artifact import Artifact
from similarity.build import Settings
from similarity.datatypes import METRICS, Embeddings, Metric
from similarity.evaluation import find_others
from similarity.given import build_from_embeddings
from similarity.metrics import recall_at_k
from similarity.outgoing import find_outgoing
from similarity.recommendation import (
    Tuning,
    choose_metric,
    read_recommendation,
    recommend,
    tune,
    write_tuning,
)
from similarity.retrieval import Retriever
from similarity.trials import (
    Effort,
    IndexPlan,
    IndexTrial,
    ProjectionTrial,
    SearchTrial,
    plan_efforts,
    plan_indexes,
)
from similarity.verification import verify

N_ITEMS, DIM = 300, 40
FOREVER = 10**9


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


@pytest.fixture(autouse=True)
def small_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "COMPONENTS", (8,))
    monkeypatch.setattr(trials, "TREES", (5, 10))
    monkeypatch.setattr(trials, "SEARCH_KS", (50, 200, 800))
    monkeypatch.setattr(trials, "RERANKS", (20, 50, 400))
    monkeypatch.setattr(tuning, "N_QUERIES", 40)


@pytest.fixture
def labelled(tmp_path: Path) -> Artifact:
    """300 items of 40 dims in 6 labels."""
    rows, labels = clusters(N_ITEMS)
    np.save(tmp_path / "rows.npy", rows)
    items = tmp_path / "items.jsonl"
    items.write_text("".join(json.dumps({"label": label}) + "\n" for label in labels))
    settings = Settings(backbone="given")
    return build_from_embeddings(tmp_path / "rows.npy", tmp_path / "labelled", settings, items)


@pytest.fixture
def unlabelled(tmp_path: Path) -> Artifact:
    """300 items of 40 dims without labels."""
    np.save(tmp_path / "rows.npy", clusters(N_ITEMS)[0])
    settings = Settings(backbone="given")
    return build_from_embeddings(tmp_path / "rows.npy", tmp_path / "unlabelled", settings)


def tuned(artifact: Artifact, **options: Any) -> Tuning:
    """Tune by a clock that makes every search take as long as any other."""
    chosen: dict[str, Any] = {"budget": FOREVER, "clock": StepClock(), **options}
    return tune(artifact, **chosen)


def command(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run a command in this process and return its status."""
    monkeypatch.setattr(sys, "argv", ["similarity", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    return 0


def trial(
    time_ratio: float,
    *,
    recall: float = 0.97,
    checked: float | None = 0.96,
    n_bytes: int = 1000,
    n_trees: int = 10,
) -> IndexTrial:
    """An angular index that was searched in one way."""
    search = SearchTrial(Effort(500, 100), recall, checked, time_ratio)
    return IndexTrial(IndexPlan("angular", 32, n_trees), n_bytes, 1.0, 0.001, (search,))


def test_recommendation_is_reached_by_a_build_with_it_on_other_queries(
    unlabelled: Artifact, tmp_path: Path
) -> None:
    recall = 0.9
    file = write_tuning(unlabelled.folder, tuned(unlabelled, recall=recall))
    choice = read_recommendation(file)
    settings = Settings(
        backbone="given",
        metrics=(choice.metric,),
        n_trees=choice.n_trees,
        n_components=choice.n_components,
        search_k=choice.search_k,
        rerank=choice.rerank,
    )
    built = build_from_embeddings(tmp_path / "rows.npy", tmp_path / "built", settings)
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
    assert np.mean(recalls) >= recall


def test_tune_same_seed_gives_the_same_in_the_same_order(labelled: Artifact) -> None:
    first, second = (tuned(labelled, seed=3) for _ in range(2))
    assert first == second
    other = tuned(labelled, seed=4)
    assert [index.plan for index in other.sweep.indexes] == [
        index.plan for index in first.sweep.indexes
    ]
    assert other.sweep.indexes != first.sweep.indexes


def test_tune_measures_every_index_when_time_allows(labelled: Artifact) -> None:
    sweep = tuned(labelled).sweep
    planned = {
        IndexPlan(metric, n_components, n_trees)
        for metric in METRICS
        for n_components in (8, 32, 0)
        for n_trees in (5, 10)
    }
    assert {index.plan for index in sweep.indexes} == planned
    assert len(sweep.indexes) == len(planned)
    assert sweep.not_reached == ()
    raw = [index for index in sweep.indexes if index.plan.n_components == 0]
    assert min(index.bytes for index in raw) > max(
        index.bytes for index in sweep.indexes if index.plan.n_components == 8
    )


def test_tune_budget_of_zero_measures_what_a_build_makes(unlabelled: Artifact) -> None:
    result = tuned(unlabelled, budget=0, recall=0.9)
    assert [index.plan for index in result.sweep.indexes] == [IndexPlan("angular", 32, 10)]
    assert len(result.sweep.not_reached) == 23
    assert result.recommended is not None
    assert (result.recommended.n_components, result.recommended.n_trees) == (32, 10)


def test_tune_ends_within_its_budget(labelled: Artifact) -> None:
    whole = tuned(labelled).sweep
    budget = whole.seconds / 2
    part = tuned(labelled, budget=budget).sweep
    assert 1 < len(part.indexes) < len(whole.indexes)
    looks_at_the_clock = len(part.not_reached) + 1
    assert part.seconds <= budget + looks_at_the_clock
    assert len(part.indexes) + len(part.not_reached) == len(whole.indexes)


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


def test_tune_labels_choose_the_metric(labelled: Artifact) -> None:
    """Lengths say nothing here, so that euclidean finds other labels than angular."""
    result = tuned(labelled, recall=0.8, preferred="euclidean")
    precisions = {
        trial.metric: trial.label_precision_at_10
        for trial in result.sweep.projections
        if trial.n_components == 0
    }
    assert precisions["angular"] is not None
    assert precisions["euclidean"] is not None
    assert precisions["angular"] > precisions["euclidean"] + 0.1
    assert result.metric == "angular"


def test_tune_without_labels_keeps_the_metric_asked_for(unlabelled: Artifact) -> None:
    result = tuned(unlabelled, recall=0.8, preferred="euclidean")
    assert {trial.label_precision_at_10 for trial in result.sweep.projections} == {None}
    assert result.metric == "euclidean"


def test_tune_projected_recall_grows_with_components(labelled: Artifact) -> None:
    recalls = {
        trial.n_components: trial.recall_at_10
        for trial in tuned(labelled).sweep.projections
        if trial.metric == "angular"
    }
    assert recalls[8] < recalls[32] < recalls[0] == 1.0


def test_tune_too_few_items_raises(tmp_path: Path) -> None:
    np.save(tmp_path / "few.npy", clusters(99)[0])
    few = build_from_embeddings(tmp_path / "few.npy", tmp_path / "few", Settings(backbone="given"))
    with pytest.raises(errors.QueryError, match="has 99 items; tuning needs at least 100"):
        tuned(few)


def test_recommend_takes_the_quickest() -> None:
    choice = recommend([trial(0.5), trial(0.2, n_trees=20), trial(0.4)], "angular", 0.95)
    assert choice is not None
    assert (choice.n_trees, choice.time_ratio) == (20, 0.2)


def test_recommend_equally_quick_takes_the_smaller() -> None:
    indexes = [trial(0.200, n_bytes=9), trial(0.205, n_bytes=5), trial(0.5, n_bytes=1)]
    choice = recommend(indexes, "angular", 0.95)
    assert choice is not None
    assert choice.bytes == 5


@pytest.mark.parametrize(
    "other",
    [
        trial(0.1, recall=0.955),
        trial(0.1, checked=0.949),
        trial(0.1, recall=0.90, checked=None),
    ],
)
def test_recommend_passes_over_what_reaches_too_little(other: IndexTrial) -> None:
    choice = recommend([other, trial(0.5)], "angular", 0.95)
    assert choice is not None
    assert choice.time_ratio == 0.5
    assert recommend([other], "angular", 0.95) is None
    assert recommend([trial(0.5)], "dot", 0.95) is None


@pytest.mark.parametrize(
    ("precisions", "expected"),
    [
        ({"angular": 0.80, "dot": 0.90}, "dot"),
        ({"angular": 0.895, "dot": 0.90}, "angular"),
        ({"manhattan": 0.80, "dot": 0.90}, "dot"),
        ({"angular": None, "dot": None}, "angular"),
        ({"manhattan": None, "dot": None}, None),
        ({}, None),
    ],
)
def test_choose_metric_takes_a_clearly_better_one(
    precisions: dict[Metric, float | None], expected: Metric | None
) -> None:
    projections = [ProjectionTrial(metric, 0, 1.0, value) for metric, value in precisions.items()]
    # What a projection finds does not count: answers are ranked by the embeddings.
    projections.append(ProjectionTrial("angular", 32, 0.9, 0.1))
    assert choose_metric(list(precisions), projections, "angular") == expected


def test_plan_indexes_begins_with_what_a_build_makes_for_each_metric() -> None:
    plans = plan_indexes(1000, 576, "dot")
    usual = [IndexPlan(metric, 32, 10) for metric in ("dot", "angular", "euclidean", "manhattan")]
    assert plans[:4] == usual
    assert len(set(plans)) == len(plans)
    assert {plan.n_components for plan in plans} == {8, 32, 0}


def test_plan_indexes_of_short_embeddings_projects_nothing() -> None:
    assert {plan.n_components for plan in plan_indexes(1000, 3, "angular")} == {0}


@pytest.mark.parametrize(
    ("n_items", "n_trees", "dim"), [(100, 5, 17), (100, 5, 2048), (1000, 10, 9)]
)
def test_plan_efforts_stay_where_something_changes(n_items: int, n_trees: int, dim: int) -> None:
    efforts = plan_efforts(n_items, n_trees, dim)
    assert efforts
    assert len(set(efforts)) == len(efforts)
    for effort in efforts:
        assert effort.rerank <= min(effort.search_k, n_items - 1)
        assert effort.search_k <= n_items * n_trees


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no JSON", "is not the JSON object with a format_version"),
        ('{"format_version": 1}', "was edited or damaged: backbone: Field required"),
        ('{"format_version": 2}', "has format version 2; this program reads up to 1"),
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
    unlabelled: Artifact, name: str, value: object
) -> None:
    file = write_tuning(unlabelled.folder, tuned(unlabelled, budget=0, recall=0.9))
    values = json.loads(file.read_text())
    values["recommendations"]["angular"][name] = value
    file.write_text(json.dumps(values))
    with pytest.raises(errors.ArtifactCorruptError, match=rf"recommendations\.angular\.{name}"):
        read_recommendation(file)


def test_read_recommendation_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(errors.ArtifactNotFoundError, match=r"no file .*tuning\.json; make one"):
        read_recommendation(tmp_path)


def test_read_recommendation_of_a_metric(labelled: Artifact) -> None:
    file = write_tuning(labelled.folder, tuned(labelled, recall=0.8))
    assert read_recommendation(file).metric == "angular"
    assert read_recommendation(file, "euclidean").metric == "euclidean"


def test_read_recommendation_of_none_raises(unlabelled: Artifact) -> None:
    result = tuned(unlabelled, budget=0, recall=0.9)
    file = write_tuning(unlabelled.folder, result)
    with pytest.raises(errors.ArtifactNotFoundError, match="recommends nothing for dot"):
        read_recommendation(file, "dot")
    write_tuning(unlabelled.folder, replace(result, recommendations={}, metric=None))
    with pytest.raises(
        errors.ArtifactNotFoundError, match=r"recommends nothing: no .* recall 0\.9"
    ):
        read_recommendation(file)


def test_tune_command_leaves_figures_beside_a_sound_artifact(
    labelled: Artifact, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    collection = labelled.collection.folder
    assert command(monkeypatch, "tune", collection, "--recall", 0.8, "--budget", "30m") == 0
    out = capfd.readouterr().out
    written = {"tuning.json", *(f"tuning-{name}.png" for name in ("time", "trees", "dims", "cost"))}
    assert written <= {path.name for path in labelled.folder.iterdir()}
    for path in labelled.folder.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size < 100_000
    choice = read_recommendation(labelled.folder)
    last, build = out.splitlines()[-2:]
    assert last.startswith(f"Recommended: {choice.metric}, ")
    assert f"search_k {choice.search_k}, rerank {choice.rerank}: recall@10" in last
    assert build.endswith(f"--like {labelled.folder / 'tuning.json'} --force")
    assert all(check.passed for check in verify(collection))
    assert not [path for path in find_outgoing(collection).others if "tuning" in path]


def test_tune_command_says_what_the_budget_did_not_last_for(
    labelled: Artifact, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ("--recall", 0.8, "--budget", "0s")
    assert command(monkeypatch, "tune", labelled.collection.folder, *options) == 0
    assert "did not last for 23 of 24 indexes, first euclidean, 32" in capfd.readouterr().out


def test_tune_command_without_a_recommendation_has_status_1(
    labelled: Artifact, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trials, "SEARCH_KS", (1,))
    monkeypatch.setattr(trials, "RERANKS", (10,))
    collection = labelled.collection.folder
    assert command(monkeypatch, "tune", collection, "--recall", 1, "--budget", "0s") == 1
    assert "no setting that was measured reaches recall 1 " in capfd.readouterr().out


@pytest.mark.parametrize("budget", ["soon", "-5s", "10d", ""])
def test_tune_command_wrong_budget_has_status_2(
    labelled: Artifact,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    budget: str,
) -> None:
    assert command(monkeypatch, "tune", labelled.collection.folder, "--budget", budget) == 2
    assert "is no time such as 90s" in capfd.readouterr().err


def test_build_like_records_what_was_recommended(
    labelled: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_tuning(labelled.folder, tuned(labelled, recall=0.8))
    source = ("--embeddings", tmp_path / "rows.npy", "--output", tmp_path / "like")
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


@pytest.mark.parametrize("option", [("--trees", 5), ("--project", 8), ("--metric", "all")])
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
