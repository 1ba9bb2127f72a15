"""The command that searches."""

import json
from pathlib import Path
from typing import Annotated

import typer

from similarity.cli import console
from similarity.cli.options import (
    ArtifactFolder,
    ChosenBackbone,
    ChosenMetric,
    Device,
    WeightsFiles,
)
from similarity.datatypes import SearchResult
from similarity.errors import QueryError
from similarity.models.devices import choose_device
from similarity.models.embedder import load_recorded_embedder
from similarity.search.answer import answer_json
from similarity.search.filters import Filter
from similarity.search.searcher import Searcher
from similarity.search.sheet import draw_answer
from similarity.store.artifact import Artifact, find_artifact
from similarity.store.files import writing_to

DEFAULT_K = 24


def add_commands(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command()(search)


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
    label: Annotated[
        list[str] | None,
        typer.Option(help="Find pictures with this label; give it again for other labels."),
    ] = None,
    text: Annotated[
        str, typer.Option(help="Find pictures with this in their caption or file name.")
    ] = "",
    backbone: ChosenBackbone = None,
    metric: ChosenMetric = "angular",
    weights: WeightsFiles = None,
    device: Device = "auto",
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
        embedder = load_recorded_embedder(
            manifest.backbone, manifest.weights, weights or (), choose_device(device)
        )
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
        where=Filter(frozenset(label or ()), text),
    )
    if sheet is not None:
        with writing_to(sheet):
            draw_answer(searcher, result, query.picture).save(sheet)
    if as_json:
        console.print_line(json.dumps(answer_json(searcher, result), indent=2))
    else:
        _print_answer(result)


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
    allowed = "" if result.n_allowed is None else f"{result.n_allowed} pictures allowed, "
    recall = "" if result.recall_at_k is None else f"; recall@{result.k} {result.recall_at_k:.3f}"
    console.print_line(
        f"{spent}; {allowed}search_k {result.search_k}, {result.n_candidates} candidates, rerank "
        f"{result.rerank}{recall}"
    )
