"""The command that finds out which settings suit a collection."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.choices import DEFAULT_SEED, METRICS, Metric
from similarity.cli import console
from similarity.cli.options import ArtifactFolder, ChosenBackbone

if TYPE_CHECKING:
    from similarity.evaluation.recommendation import Recommendation, Tuning
    from similarity.evaluation.sweep import IndexPlan, IndexTrial, SearchTrial

_SECONDS = {"s": 1, "m": 60, "h": 3600}


def add_commands(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command("tune")(tune_command)


def tune_command(
    folder: ArtifactFolder,
    *,
    recall: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Share of the exact 10 nearest to find.")
    ] = 0.95,
    budget: Annotated[
        str, typer.Option(metavar="TIME", help="How long to measure: 90s, 10m, 1h.")
    ] = "10m",
    metric: Annotated[
        Metric,
        typer.Option(help="Recommended unless labels tell that another one finds more."),
    ] = "angular",
    backbone: ChosenBackbone = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the queries and indexes.")] = DEFAULT_SEED,
) -> None:
    """Measure what metrics, dims, trees and effort find and cost, and recommend settings.

    Items of the collection are searched for, each left out of its own answer. The figures and
    plots go into DIR, and build --like applies what is recommended.
    """
    seconds = _seconds(budget)

    from similarity.datatypes import GIVEN
    from similarity.evaluation import plots
    from similarity.evaluation.recommendation import tune, write_tuning
    from similarity.store.artifact import Artifact, find_artifact

    artifact = Artifact.load(find_artifact(folder, backbone))
    tuning = tune(
        artifact,
        recall=recall,
        budget=seconds,
        preferred=metric,
        seed=seed,
        track=console.track,
    )
    file = write_tuning(artifact.folder, tuning)
    drawn = plots.draw(tuning, artifact.folder)
    _print_metrics(tuning)
    _print_indexes(tuning)
    _print_rest(tuning)
    console.print_line(f"Figures: {file}, {', '.join(path.name for path in drawn)}")
    chosen = tuning.recommended
    if chosen is None:
        console.print_line(_describe_failure(tuning))
        raise typer.Exit(1)
    console.print_line(f"Recommended: {_describe(chosen, tuning)}.")
    source = f"--collection {artifact.collection.folder} --backbone {tuning.backbone}"
    if tuning.backbone == GIVEN:
        source = f"--embeddings FILE.npy --output {artifact.collection.folder}"
    console.print_line(f"python -m similarity build {source} --like {file} --force")


def _seconds(text: str) -> float:
    """Read a time such as 90s, 10m or 1h; a number alone means seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no time such as 90s, 10m or 1h.")
    return float(match[1]) * _SECONDS[match[2] or "s"]


def _print_metrics(tuning: "Tuning") -> None:
    sweep = tuning.sweep
    console.print_line(
        f"{tuning.n_items} items of {tuning.dim} dims; {sweep.n_queries} of them were searched "
        f"for, and {sweep.n_queries} others to check; {sweep.seconds:.0f} s"
    )
    console.print_line("Exact search among projected embeddings, not re-ranked:")
    console.print_table(
        ("metric", "#dims", "#recall@10", "#label precision@10"),
        [
            (
                trial.metric,
                _dims(trial.n_components, tuning),
                f"{trial.recall_at_10:.3f}",
                "no labels"
                if trial.label_precision_at_10 is None
                else f"{trial.label_precision_at_10:.3f}",
            )
            for trial in sorted(
                tuning.sweep.projections,
                key=lambda trial: (
                    METRICS.index(trial.metric),
                    trial.n_components or tuning.dim,
                ),
            )
        ],
    )


def _print_indexes(tuning: "Tuning") -> None:
    console.print_line(
        f"Indexes, each at its cheapest effort that reaches recall {tuning.recall:g}, or at its "
        "best; time by that of exact search:"
    )
    headings = (
        "metric",
        "#dims",
        "#trees",
        "#graph",
        "#search_k",
        "#rerank",
        "#recall@10",
        "#checked",
    )
    console.print_table((*headings, "#time", "#MB", "#build s"), list(_index_rows(tuning)))


def _index_rows(tuning: "Tuning") -> Iterator[tuple[str, ...]]:
    def order(index: "IndexTrial") -> tuple[int, int, int, int]:
        plan = index.plan
        dims = plan.n_components or tuning.dim
        return METRICS.index(plan.metric), dims, plan.n_trees, plan.degree

    for index in sorted(tuning.sweep.indexes, key=order):
        search = _shown(index, tuning.recall)
        checked = search.checked_recall_at_10
        yield (
            index.plan.metric,
            _dims(index.plan.n_components, tuning),
            str(index.plan.n_trees),
            str(index.plan.degree or "no"),
            str(search.effort.search_k),
            str(search.effort.rerank),
            f"{search.recall_at_10:.3f}",
            "" if checked is None else f"{checked:.3f}",
            f"{search.time_ratio:.3f}",
            f"{index.bytes / 1e6:.2f}",
            f"{index.build_seconds:.2f}",
        )


def _shown(index: "IndexTrial", recall: float) -> "SearchTrial":
    """The cheapest search that reaches a recall, or else the one that finds most."""
    from similarity.evaluation.recommendation import reached

    reaching = [search for search in index.searches if reached(search, recall) is not None]
    if reaching:
        return min(reaching, key=lambda search: search.time_ratio)
    return max(index.searches, key=lambda search: (search.recall_at_10, -search.time_ratio))


def _print_rest(tuning: "Tuning") -> None:
    """Say for what the budget did not last, and what suits each metric."""
    missing = tuning.sweep.not_reached
    if missing:
        from similarity.evaluation.recommendation import TUNING_FILE

        console.print_line(
            f"The budget of {tuning.budget_seconds:g} s did not last for {len(missing)} of "
            f"{len(missing) + len(tuning.sweep.indexes)} indexes, first {_name(missing[0])}; "
            f"{TUNING_FILE} lists them."
        )
    for choice in tuning.recommendations.values():
        console.print_line(f"For {_describe(choice, tuning)}.")


def _describe(choice: "Recommendation", tuning: "Tuning") -> str:
    """Put a recommendation into words."""
    return (
        f"{_name(choice.plan)}, search_k {choice.search_k}, rerank {choice.rerank}: recall@10 "
        f"{choice.recall_at_10:.3f}, {choice.checked_recall_at_10:.3f} on "
        f"{tuning.sweep.n_queries} other queries, in {choice.time_ratio:.2f} of the time of exact "
        f"search; {choice.bytes / 1e6:.2f} MB, built in {choice.build_seconds:.2f} s"
    )


def _describe_failure(tuning: "Tuning") -> str:
    best = max(search.recall_at_10 for index in tuning.sweep.indexes for search in index.searches)
    return (
        f"Nothing is recommended: no setting that was measured reaches recall {tuning.recall:g} "
        f"with {tuning.preferred} or a better metric (the best found {best:.3f}); give a larger "
        "--budget or a lower --recall."
    )


def _name(plan: "IndexPlan") -> str:
    dims = f"{plan.n_components} components" if plan.n_components else "no projection"
    graph = f", graph of {plan.degree} neighbors" if plan.degree else ""
    return f"{plan.metric}, {dims}, {plan.n_trees} trees{graph}"


def _dims(n_components: int, tuning: "Tuning") -> str:
    """How many dims are searched: components, or all dims of an embedding."""
    return str(n_components) if n_components else f"all {tuning.dim}"
