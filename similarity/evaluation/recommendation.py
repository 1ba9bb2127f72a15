"""What tuning recommends, and tuning.json, which keeps it with all that was measured.

The file stands in the artifact's folder. The manifest does not name it: it is no part of the
artifact, and is neither verified nor pushed.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from similarity.choices import DEFAULT_SEED
from similarity.datatypes import METRICS, Metric, Sha256
from similarity.errors import ArtifactNotFoundError
from similarity.evaluation.sweep import IndexPlan, IndexTrial, ProjectionTrial, SearchTrial, Sweep
from similarity.evaluation.tuning import Clock, sweep, tuning_target
from similarity.progress import Track, silent
from similarity.store.artifact import Artifact, Count
from similarity.store.limits import MAX_DEGREE, MAX_TREES
from similarity.store.records import read_record, write_record

FORMAT_VERSION = 2
"""1 knew no graphs."""
TUNING_FILE = "tuning.json"

_TIME_NOISE = 1.1
"""Median times of one setting differ by so much from run to run on a machine that is in use."""

_PRECISION_NOISE = 0.01
"""Standard error of a precision of 0.9 over 1,000 queries: less does not tell metrics apart."""


@dataclass(frozen=True)
class Recommendation:
    """Settings that reach the wanted recall, and what they gave and cost.

    Attributes:
        metric: How embeddings are compared.
        n_components: Principal components that Annoy searches; 0 for the embeddings themselves.
        n_trees: Trees of the index.
        degree: Neighbors of each item in the graph; 0 for none.
        search_k: Places in the trees that Annoy looks at for 10 neighbors.
        rerank: Candidates that are ranked by their embeddings for 10 neighbors.
        recall_at_10: Of the queries that it was chosen by, in [0, 1].
        checked_recall_at_10: Of other queries.
        time_ratio: Median time of a search by that of an exact one.
        bytes: Of the index's files.
        build_seconds: That the index took.
    """

    metric: Metric
    n_components: Annotated[int, Field(ge=0)]
    n_trees: Annotated[int, Field(ge=1, le=MAX_TREES)]
    degree: Annotated[int, Field(ge=0, le=MAX_DEGREE)]
    search_k: Count
    rerank: Count
    recall_at_10: float
    checked_recall_at_10: float
    time_ratio: float
    bytes: int
    build_seconds: float

    @property
    def plan(self) -> IndexPlan:
        """The index."""
        return IndexPlan(self.metric, self.n_components, self.n_trees, self.degree)


@dataclass(frozen=True)
class Tuning:
    """What tuning.json says.

    Attributes:
        format_version: Of the file.
        backbone: Of the artifact.
        items_sha256: Of its collection.
        n_items: Indexed items.
        dim: Length of an embedding.
        recall: That was wanted.
        preferred: Metric that was asked for where labels do not decide.
        budget_seconds: That were allowed.
        seed: Of queries and indexes.
        sweep: All that was measured.
        recommendations: The cheapest setting of each metric that reaches the recall.
        metric: That is recommended; None where none reaches the recall.
    """

    format_version: int
    backbone: str
    items_sha256: Sha256
    n_items: int
    dim: int
    recall: float
    preferred: Metric
    budget_seconds: float
    seed: int
    sweep: Sweep
    recommendations: Mapping[Metric, Recommendation]
    metric: Metric | None

    @property
    def recommended(self) -> Recommendation | None:
        """The recommendation, if there is one."""
        return self.recommendations[self.metric] if self.metric else None


def tune(
    artifact: Artifact,
    *,
    recall: float = 0.95,
    budget: float = 600,
    preferred: Metric = "angular",
    seed: int = DEFAULT_SEED,
    track: Track = silent,
    clock: Clock = time.perf_counter,
) -> Tuning:
    """Measure an artifact's settings, and choose among them.

    Args:
        artifact: It is left as it is.
        recall: The share of the exact 10 nearest that is to be found, in (0, 1].
        budget: Seconds; see `sweep`.
        preferred: The metric unless labels tell that another one finds more.
        seed: Of queries and indexes; the same gives the same but for times, and for what hangs on
            them.
        track: Shows progress.
        clock: By which times are taken.

    Raises:
        QueryError: There are too few items.
    """
    measured = sweep(
        artifact,
        first=preferred,
        recall=recall,
        budget=budget,
        seed=seed,
        track=track,
        clock=clock,
    )
    found = {metric: recommend(measured.indexes, metric, recall) for metric in METRICS}
    recommendations = {metric: choice for metric, choice in found.items() if choice is not None}
    manifest = artifact.manifest
    return Tuning(
        format_version=FORMAT_VERSION,
        backbone=manifest.backbone,
        items_sha256=manifest.items_sha256,
        n_items=manifest.n_items,
        dim=manifest.dim,
        recall=recall,
        preferred=preferred,
        budget_seconds=budget,
        seed=seed,
        sweep=measured,
        recommendations=recommendations,
        metric=choose_metric(list(recommendations), measured.projections, preferred),
    )


def recommend(
    indexes: Sequence[IndexTrial], metric: Metric, recall: float
) -> Recommendation | None:
    """Choose the cheapest setting of a metric that reaches a recall, on all queries.

    Of those that are as fast as the fastest but for noise, the one of the fewest bytes, then of
    the shortest build.

    Args:
        indexes: That were tried.
        metric: Of the setting.
        recall: To be reached, with a margin by the queries that the choice is made by.

    Returns:
        The choice; None where nothing reaches the recall.
    """
    reaching = [
        (index, search, checked)
        for index in indexes
        if index.plan.metric == metric
        for search in index.searches
        if (checked := reached(search, recall)) is not None
    ]
    if not reaching:
        return None
    fastest = min(search.time_ratio for _, search, _ in reaching)
    index, search, checked = min(
        (found for found in reaching if found[1].time_ratio <= fastest * _TIME_NOISE),
        key=lambda found: (found[0].bytes, found[0].build_seconds, found[1].time_ratio),
    )
    return Recommendation(
        metric=metric,
        n_components=index.plan.n_components,
        n_trees=index.plan.n_trees,
        degree=index.plan.degree,
        search_k=search.effort.search_k,
        rerank=search.effort.rerank,
        recall_at_10=search.recall_at_10,
        checked_recall_at_10=checked,
        time_ratio=search.time_ratio,
        bytes=index.bytes,
        build_seconds=index.build_seconds,
    )


def reached(search: SearchTrial, recall: float) -> float | None:
    """The recall of the checking queries, where it and that of the tuning queries are enough."""
    checked = search.checked_recall_at_10
    if checked is None or checked < recall or search.recall_at_10 < tuning_target(recall):
        return None
    return checked


def choose_metric(
    metrics: Sequence[Metric], projections: Sequence[ProjectionTrial], preferred: Metric
) -> Metric | None:
    """Choose the metric whose neighbors have the query's label most often.

    Args:
        metrics: To choose from.
        projections: Tell the label precision of each metric's exact answers.
        preferred: Chosen where there are no labels, or where no other metric is clearly better.

    Returns:
        The metric; None where there is none to choose.
    """
    precisions = {
        trial.metric: trial.label_precision_at_10
        for trial in projections
        if trial.n_components == 0
        and trial.metric in metrics
        and trial.label_precision_at_10 is not None
    }
    if not precisions:
        return preferred if preferred in metrics else None
    best = max(precisions, key=lambda metric: precisions[metric])
    enough = precisions[best] - _PRECISION_NOISE
    return preferred if precisions.get(preferred, 0.0) >= enough else best


def write_tuning(folder: Path, tuning: Tuning) -> Path:
    """Write tuning.json into an artifact's folder."""
    path = folder / TUNING_FILE
    write_record(path, tuning)
    return path


def read_recommendation(path: Path, metric: Metric | None = None) -> Recommendation:
    """Read what a tuning.json recommends.

    Args:
        path: The file, or the folder that it is in.
        metric: Whose recommendation; that of the recommended one unless given.

    Raises:
        ArtifactNotFoundError: There is no such file, or it recommends nothing.
        ArtifactVersionError: It was written by a newer program.
        ArtifactCorruptError: It is not what `write_tuning` wrote.
    """
    file = path / TUNING_FILE if path.is_dir() else path
    if not file.is_file():
        raise ArtifactNotFoundError(
            f"There is no file {file}; make one with python -m similarity tune DIR."
        )
    remedy = "make it again with python -m similarity tune"
    tuning = read_record(file, Tuning, FORMAT_VERSION, remedy)
    chosen = tuning.recommendations.get(metric or tuning.metric or tuning.preferred)
    if chosen is None:
        raise ArtifactNotFoundError(
            f"{file} recommends nothing{f' for {metric}' if metric else ''}: no setting reached "
            f"recall {tuning.recall:g}; tune again with a larger --budget or a lower --recall."
        )
    return chosen
