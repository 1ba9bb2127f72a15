"""The command that makes artifacts."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from similarity.choices import DEFAULT_SEED, METRICS, Metric
from similarity.cli import console
from similarity.cli.options import Device, NamedBackbone, WeightsFile
from similarity.errors import CollectionError
from similarity.models.names import DEFAULT_BACKBONE
from similarity.store.limits import MAX_DEGREE

if TYPE_CHECKING:
    from similarity.evaluation.recommendation import Recommendation
    from similarity.indexing.pipeline import Settings
    from similarity.store.artifact import Artifact


def add_commands(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command()(build)


def build(
    photos: Annotated[
        Path | None, typer.Argument(help="Folder of pictures; its folders become labels.")
    ] = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Where to write.")
    ] = None,
    collection: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Index the pictures of a collection that exists: a folder, or the name of one in "
            "index_artifacts. No --output: it goes beside them, where the page finds it.",
        ),
    ] = None,
    backbone: NamedBackbone = DEFAULT_BACKBONE,
    metric: Annotated[
        str | None,
        typer.Option(
            help=f"How embeddings are compared: {', '.join(METRICS)}, several with commas between "
            "them, or all. By default angular; with --collection all."
        ),
    ] = None,
    trees: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            help="More find more, and take more space. By default what suits the number of "
            "pictures.",
        ),
    ] = None,
    project: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="DIMS",
            help="Principal components that Annoy searches; 0 for the embeddings themselves. "
            "By default what suits the number of pictures.",
        ),
    ] = None,
    graph: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MAX_DEGREE,
            metavar="NEIGHBORS",
            help="Neighbors of each picture in the graph that leads on from Annoy's candidates; 0 "
            "for no graph. By default what suits the number of pictures.",
        ),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="tuning.json",
            help="Do as tune recommends: sets --metric, unless that is given, --trees, --project, "
            "--graph and how much a search does.",
        ),
    ] = None,
    weights: WeightsFile = None,
    device: Device = "auto",
    embeddings: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npy", help="Index these rows; no pictures, no network."),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help='Their {"label", "caption"}, one line a row.'),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Take only the first N files, in order of path.")
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1024,
            help="Pictures that are embedded together. By default what suits the device.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed gives the same index.")
    ] = DEFAULT_SEED,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there already.")] = False,
) -> None:
    """Embed the pictures of a folder or a collection and index them, or index embeddings.

    An interrupted build goes on where it stopped when it is started again. A second backbone or
    metric is added to a finished folder; a metric needs no embedding.
    """
    _check_sources({"PHOTOS": photos, "--embeddings": embeddings, "--collection": collection})
    if items is not None and embeddings is None:
        raise CollectionError("--items describes the rows of --embeddings FILE.npy; give both.")
    if (output is None) != (collection is not None):
        raise CollectionError(
            "Give --output DIR, the folder to write to; only --collection writes where it is."
        )
    metrics = _metrics(metric or ("angular" if collection is None else "all"))
    if graph and project == 0:
        raise typer.BadParameter("--graph joins projected vectors; give --project, or no --graph.")
    if like is not None and (trees, project, graph) != (None, None, None):
        raise typer.BadParameter("--like sets trees, components and graph; give it alone.")
    choice = None if like is None else _read_choice(like, None if metric is None else metrics)
    there = None if collection is None else _find_collection(collection)

    from similarity.datatypes import GIVEN
    from similarity.indexing.pipeline import Settings, build_backbone, build_from_folder
    from similarity.indexing.vectors import build_from_embeddings
    from similarity.models.devices import choose_device
    from similarity.models.embedder import load_embedder
    from similarity.models.registry import check_backbone
    from similarity.store.collection import Collection

    settings = Settings(
        backbone=backbone if embeddings is None else GIVEN,
        metrics=metrics,
        n_trees=trees,
        n_components=project,
        degree=graph,
        seed=seed,
        batch_size=batch_size,
        force=force,
    )
    if choice is not None:
        settings = _like(choice, settings)
    check_backbone(backbone)
    make_embedder = partial(load_embedder, backbone, weights, choose_device(device))
    if photos is not None and output is not None:
        built = build_from_folder(
            photos,
            output,
            settings,
            make_embedder,
            weights=weights,
            limit=limit,
            track=console.track,
        )
        for skipped in built.skipped:
            console.print_line(f"skipped {skipped.file}: {skipped.reason}")
        _print_built(built.artifact, f", {len(built.skipped)} skipped")
    elif embeddings is not None and output is not None:
        _print_built(build_from_embeddings(embeddings, output, settings, items))
    elif there is not None:
        pictures = Collection.load(there)
        _print_built(build_backbone(pictures, settings, make_embedder, weights, console.track))


def _check_sources(sources: Mapping[str, object]) -> None:
    """Make sure that exactly one is given of what can be indexed."""
    given = [name for name, source in sources.items() if source is not None]
    if len(given) != 1:
        raise CollectionError(
            f"Got {' and '.join(given) or 'nothing to index'}; give one of a folder of pictures, "
            "--embeddings FILE.npy and --collection NAME."
        )


def _find_collection(name: str) -> Path:
    """Find a collection by its folder, or by its name among the project's own."""
    from similarity.store.collection import ARTIFACTS_FOLDER, is_collection

    found = [path for path in (Path(name), ARTIFACTS_FOLDER / name) if is_collection(path)]
    if not found:
        raise CollectionError(
            f"There is no collection {name!r}, neither as a folder nor in {ARTIFACTS_FOLDER}; "
            "make one with build PHOTOS --output DIR."
        )
    return found[0]


def _print_built(artifact: "Artifact", skipped: str = "") -> None:
    manifest = artifact.manifest
    console.print_line(f"{artifact.folder}: {manifest.n_items} items{skipped}, {manifest.dim} dims")
    for name, entry in manifest.indexes.items():
        size = sum(manifest.files[file].bytes for file in entry.files)
        recall = entry.recall_at_10
        console.print_line(
            f"{name}: {entry.n_trees} trees, {size / 1e6:.1f} MB, recall@10 {recall.value:.3f} at "
            f"search_k {recall.search_k}, rerank {recall.rerank}"
        )


def _read_choice(file: Path, metrics: tuple[Metric, ...] | None) -> "Recommendation":
    """Read what tuning recommends: for its own choice of a metric, or for the one that is given."""
    if metrics is not None and len(metrics) != 1:
        raise typer.BadParameter("--like has settings for one metric at a time; give one.")

    from similarity.evaluation.recommendation import read_recommendation

    return read_recommendation(file, None if metrics is None else metrics[0])


def _like(choice: "Recommendation", settings: "Settings") -> "Settings":
    """Take what tuning recommends."""
    return replace(
        settings,
        metrics=(choice.metric,),
        n_trees=choice.n_trees,
        n_components=choice.n_components,
        degree=choice.degree,
        search_k=choice.search_k,
        rerank=choice.rerank,
    )


def _metrics(text: str) -> tuple[Metric, ...]:
    """Read one metric, several with commas between them, or all."""
    names = METRICS if text == "all" else text.split(",")
    chosen = tuple(metric for metric in METRICS if metric in names)
    if len(chosen) != len(names):
        raise typer.BadParameter(f"{text!r} is not all, nor of {', '.join(METRICS)}.")
    return chosen
