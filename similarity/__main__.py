"""The command line: `python -m similarity COMMAND`."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from similarity import console
from similarity.artifact import GIVEN, Artifact, find_artifact
from similarity.backbones import (
    BACKBONES,
    embed,
    get_backbone,
    load_embedder,
    load_recorded_embedder,
)
from similarity.build import Settings, build_from_folder
from similarity.datatypes import METRICS, Metric, SearchResult
from similarity.embedding import DEFAULT_BATCH_SIZE
from similarity.errors import CollectionError, QueryError, SimilarityError
from similarity.evaluation import DEFAULT_PER_LABEL, choose_items, label_precision
from similarity.given import build_from_embeddings
from similarity.images import Picture, open_kept, read_picture
from similarity.indexing import DEFAULT_SEED, DEFAULT_TREES
from similarity.report import answer_json
from similarity.search import Searcher
from similarity.sheet import Tile, draw_sheet
from similarity.verification import verify
from similarity.weights import BUNDLED_FOLDER

DEFAULT_K = 24
BUNDLED_COLLECTION = BUNDLED_FOLDER.parent / "scenes"

app = typer.Typer(
    help="Find the most similar pictures of a collection: build an index, check it, search it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

NamedBackbone = Annotated[str, typer.Option("--backbone", help=f"Network: {', '.join(BACKBONES)}.")]
ArtifactFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder that build wrote, or one backbone in it.")
]
WeightsFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--weights",
        metavar="FILE",
        help="Checkpoint that the pictures were embedded with, if it is not in $TORCH_HOME.",
    ),
]
ChosenBackbone = Annotated[
    str | None,
    typer.Option("--backbone", help="Which artifact, where DIR has several; the first by name."),
]
ChosenMetric = Annotated[Metric, typer.Option("--metric", help="Which index.")]


@app.command()
def build(
    photos: Annotated[
        Path | None, typer.Argument(help="Folder of pictures; its folders become labels.")
    ] = None,
    *,
    output: Annotated[Path, typer.Option("--output", metavar="DIR", help="Where to write.")],
    backbone: NamedBackbone = "resnet18",
    metric: Annotated[
        str,
        typer.Option(help=f"How embeddings are compared: {', '.join(METRICS)}, or all of them."),
    ] = "angular",
    trees: Annotated[
        int, typer.Option(min=1, max=1000, help="More find more, and take more space.")
    ] = DEFAULT_TREES,
    project: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="DIMS",
            help="Principal components that Annoy searches; 0 for the embeddings themselves. "
            "By default what suits the number of pictures.",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Local checkpoint, .pth or .safetensors."),
    ] = None,
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
        int, typer.Option(min=1, max=1024, help="Pictures that are embedded together.")
    ] = DEFAULT_BATCH_SIZE,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed gives the same index.")
    ] = DEFAULT_SEED,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there already.")] = False,
) -> None:
    """Embed the pictures of a folder and index them, or index embeddings that exist.

    An interrupted build goes on where it stopped when it is started again. A second backbone or
    metric is added to a finished folder; a metric needs no embedding.
    """
    settings = Settings(
        backbone=backbone if embeddings is None else GIVEN,
        metrics=_metrics(metric),
        n_trees=trees,
        n_components=project,
        seed=seed,
        batch_size=batch_size,
        force=force,
    )
    if photos is not None and embeddings is None and items is None:
        get_backbone(backbone)
        built = build_from_folder(
            photos,
            output,
            settings,
            make_embedder=lambda: load_embedder(backbone, weights),
            weights=weights,
            limit=limit,
            track=console.track,
        )
        for skipped in built.skipped:
            console.print_line(f"skipped {skipped.file}: {skipped.reason}")
        _print_built(built.artifact, f", {len(built.skipped)} skipped")
    elif embeddings is not None and photos is None:
        _print_built(build_from_embeddings(embeddings, output, settings, items))
    else:
        raise CollectionError(
            "Give either a folder of pictures, or --embeddings FILE.npy with or without --items."
        )


def _print_built(artifact: Artifact, skipped: str = "") -> None:
    manifest = artifact.manifest
    console.print_line(f"{artifact.folder}: {manifest.n_items} items{skipped}, {manifest.dim} dims")
    for name, entry in manifest.indexes.items():
        size = sum(manifest.files[file].bytes for file in entry.files)
        recall = entry.recall_at_10
        console.print_line(
            f"{name}: {entry.n_trees} trees, {size / 1e6:.1f} MB, recall@10 {recall.value:.3f} at "
            f"search_k {recall.search_k}, rerank {recall.rerank}"
        )


@app.command("verify")
def verify_command(
    folder: ArtifactFolder,
    weights: WeightsFiles = None,
    without_backbone: Annotated[
        bool, typer.Option("--without-backbone", help="Do not embed a sample again.")
    ] = False,
) -> None:
    """Check files, digests, indexes and embeddings; exit with status 1 if one is wrong."""
    checks = verify(folder, weights or (), run_backbone=not without_backbone)
    for check in checks:
        console.print_line(
            f"{'ok    ' if check.passed else 'WRONG '} {check.subject}: {check.finding}"
        )
    if not all(check.passed for check in checks):
        raise typer.Exit(1)


@app.command()
def search(
    folder: ArtifactFolder,
    picture: Annotated[Path | None, typer.Argument(help="Picture to search for.")] = None,
    *,
    item: Annotated[int | None, typer.Option(help="Indexed picture to search for.")] = None,
    k: Annotated[int, typer.Option("-k", "--k", help="Neighbors to find.")] = DEFAULT_K,
    search_k: Annotated[
        int | None,
        typer.Option(
            help="Places in its trees that Annoy looks at: more find more, and take longer."
        ),
    ] = None,
    rerank: Annotated[
        int | None, typer.Option(help="Candidates that are ranked by their full embeddings.")
    ] = None,
    backbone: ChosenBackbone = None,
    metric: ChosenMetric = "angular",
    weights: WeightsFiles = None,
    keep_identical: Annotated[
        bool, typer.Option("--keep-identical", help="Let the query itself be an answer.")
    ] = False,
    recall: Annotated[
        bool, typer.Option("--recall", help="Compare with the exact answer.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    sheet: Annotated[
        Path | None, typer.Option(metavar="OUT.png", help="Draw the answer to a file.")
    ] = None,
) -> None:
    """Find the pictures most similar to a picture, or to one that is indexed."""
    artifact = Artifact.load(find_artifact(folder, backbone))
    manifest = artifact.manifest
    if picture is not None and item is None:
        embedder = load_recorded_embedder(manifest.backbone, manifest.weights, weights or ())
        searcher = Searcher(artifact, metric, embedder)
        query = searcher.query_by_picture(picture)
    elif item is not None and picture is None:
        searcher = Searcher(artifact, metric)
        query = searcher.query_by_item(item)
    else:
        raise QueryError("Give either a picture or --item, the number of an indexed one.")
    result = searcher.search(
        query,
        k,
        search_k,
        rerank=rerank,
        keep_identical=keep_identical,
        with_recall=recall,
    )
    if sheet is not None:
        _save_sheet(sheet, searcher, result, query.picture)
    if as_json:
        console.print_line(json.dumps(answer_json(searcher, result), indent=2))
    else:
        _print_answer(result)


@app.command()
def evaluate(
    folder: ArtifactFolder,
    per_label: Annotated[
        int, typer.Option(min=2, help="At most so many pictures of each label, the first ones.")
    ] = DEFAULT_PER_LABEL,
    without: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help="Leave out a label; may be repeated.")
    ] = None,
    backbone: ChosenBackbone = None,
) -> None:
    """Search for each picture among the others: how many of the nearest have its label?

    Exact search, averaged within each label and then over labels, for each metric.
    """
    artifact = Artifact.load(find_artifact(folder, backbone))
    items = artifact.collection.items
    chosen = choose_items(items, per_label, without or ())
    embeddings = artifact.embeddings[chosen]
    labels = [items[item_id].label for item_id in chosen]
    rows = []
    for metric in METRICS:
        precision = label_precision(embeddings, labels, metric)
        rows.append((metric, f"{precision.at_1:.4f}", f"{precision.at_10:.4f}"))
    console.print_line(
        f"{artifact.folder}: {len(chosen)} pictures of {len(set(labels))} labels, at most "
        f"{per_label} of each"
    )
    console.print_table(("metric", "#precision@1", "#precision@10"), rows)


@app.command()
def check(
    pictures: Annotated[
        list[Path] | None, typer.Argument(help="Pictures to classify; bundled ones unless given.")
    ] = None,
    backbone: NamedBackbone = "resnet18",
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Local checkpoint, .pth or .safetensors."),
    ] = None,
) -> None:
    """Find or download a backbone's weights and see that they work.

    Prints the digest of the weights, the length of an embedding, the speed, and what the full
    network takes the pictures for.
    """
    paths = pictures or _bundled_pictures()
    images = [read_picture(path).rgb for path in paths]
    embedder = load_embedder(backbone, weights)
    embed(embedder, images[:1])  # the first call is slower than all that follow
    start = time.perf_counter()
    embeddings = embed(embedder, images)
    per_picture = (time.perf_counter() - start) / len(images)
    info = embedder.weights
    known = "the published digest" if info.verified else "not compared with a published digest"
    console.print_line(f"weights       {info.name} ({info.file})")
    console.print_line(f"sha256        {info.sha256} ({known})")
    console.print_line(f"dims          {embeddings.shape[1]}")
    console.print_line(f"speed         {per_picture * 1000:.1f} ms per picture")
    for path, classes in zip(paths, embedder.classify(embeddings, top=3), strict=True):
        names = ", ".join(f"{name} {probability:.0%}" for name, probability in classes)
        console.print_line(f"{path.name}: {names}")


def _metrics(text: str) -> tuple[Metric, ...]:
    """Read one metric, several with commas between them, or all."""
    names = METRICS if text == "all" else text.split(",")
    chosen = tuple(metric for metric in METRICS if metric in names)
    if len(chosen) != len(names):
        raise typer.BadParameter(f"{text!r} is not all, nor of {', '.join(METRICS)}.")
    return chosen


def _bundled_pictures() -> list[Path]:
    found = sorted(BUNDLED_COLLECTION.glob("images/**/*.jpg"))
    if not found:
        raise QueryError("There are no bundled pictures here; name some of your own.")
    return found[:: max(1, len(found) // 8)][:8]


def _save_sheet(
    path: Path, searcher: Searcher, result: SearchResult, picture: Picture | None
) -> None:
    collection = searcher.artifact.collection
    item = result.query_item
    if picture is not None:
        image = picture.rgb
    elif item is not None:
        image = open_kept(collection.path_of(item))
    query = Tile(image, "QUERY", item.label if item else "")
    neighbors = [
        Tile(
            open_kept(collection.path_of(neighbor.item)),
            f"{neighbor.rank}   {neighbor.similarity:.3f}",
            neighbor.item.label,
        )
        for neighbor in result.neighbors
    ]
    draw_sheet(query, neighbors).save(path)


def _print_answer(result: SearchResult) -> None:
    if result.query_item is not None:
        item = result.query_item
        console.print_line(f"query: item {item.item_id}, {item.label}, {item.caption}")
    console.print_table(
        ("#rank", "#item", "label", "caption", f"#{result.metric}", "#cosine"),
        [
            (
                str(neighbor.rank),
                str(neighbor.item.item_id),
                neighbor.item.label,
                neighbor.item.caption,
                f"{neighbor.distance:.4f}",
                f"{neighbor.similarity:.4f}",
            )
            for neighbor in result.neighbors
        ],
    )
    timings = result.timings
    parts = {
        "decode": timings.decode,
        "preprocess": timings.preprocess,
        "embed": timings.embed,
        "search": timings.search,
    }
    spent = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in parts.items())
    recall = "" if result.recall_at_k is None else f"; recall@{result.k} {result.recall_at_k:.3f}"
    console.print_line(
        f"{spent}; search_k {result.search_k}, {result.n_candidates} candidates, rerank "
        f"{result.rerank}{recall}"
    )


def main() -> None:
    """Run a command; an error that a person can cause is one sentence and status 1."""
    try:
        app()
    except SimilarityError as error:
        console.print_error(f"Error: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
