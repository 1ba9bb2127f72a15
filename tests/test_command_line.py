"""The command line from end to end, with a small network of random weights."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import ROOT
from drawing import noise, save
from PIL import Image

from similarity.__main__ import main
from similarity.datatypes import METRICS
from similarity.models.registry import get_backbone
from similarity.search.sheet import RED
from similarity.store.artifact import Artifact

BACKBONE = "mobilenet_v3_small"


@dataclass(frozen=True)
class Finished:
    status: int
    out: str
    err: str


Run = Callable[..., Finished]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, as `python -m similarity` would."""

    def run_command(*arguments: object) -> Finished:
        monkeypatch.setattr(sys, "argv", ["similarity", *map(str, arguments)])
        capfd.readouterr()
        try:
            main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 0
        out, err = capfd.readouterr()
        return Finished(status, out, err)

    return run_command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pictures in three folders, a random network, and the artifact built of them."""
    folder = tmp_path_factory.mktemp("cli")
    torch.manual_seed(0)
    torch.save(get_backbone(BACKBONE).build().state_dict(), folder / "random.pth")
    for number in range(12):
        save(noise(number, (80, 80)), folder / "photos" / "abc"[number % 3] / f"{number}.png")
    command = [sys.executable, "-m", "similarity", "build", "photos", "--output", "art"]
    options = ["--backbone", BACKBONE, "--weights", "random.pth", "--trees", "4"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, *options], cwd=folder, env=environment, check=True)
    return folder


def test_build_collection_adds_a_backbone_beside_its_pictures(
    folder: Path, run: Run, tmp_path: Path
) -> None:
    collection = tmp_path / "art"
    shutil.copytree(folder / "art", collection)
    shutil.rmtree(collection / BACKBONE)
    weights = ("--backbone", BACKBONE, "--weights", folder / "random.pth")
    done = run("build", "--collection", collection, *weights)
    assert done.status == 0
    assert "12 items, 1024 dims" in done.out
    assert set(Artifact.load(collection / BACKBONE).manifest.indexes) == set(METRICS)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Got nothing to index; give one of"),
        (["in", "--collection", "scenes"], "Got PHOTOS and --collection; give one of"),
        (["in", "--output", "o", "--items", "i.jsonl"], "--items describes the rows of"),
        (["in"], "Give --output DIR"),
        (["--collection", "scenes", "--output", "o"], "only --collection writes where it is"),
        (["--collection", "nowhere"], "There is no collection 'nowhere'"),
    ],
)
def test_build_without_one_source_says_what_to_give(
    run: Run, arguments: list[str], sentence: str
) -> None:
    done = run("build", *arguments)
    assert done.status == 1
    assert sentence in done.err


def test_build_prints_what_was_made(folder: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    save(noise(0), tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.txt").write_text("words")
    weights = folder / "random.pth"
    options = ("--backbone", BACKBONE, "--weights", weights, "--output", tmp_path / "out")
    done = run("build", tmp_path / "in", *options)
    assert done.status == 0
    assert "skipped b.txt: b.txt is not a picture" in done.out
    assert "1 items, 1 skipped, 1024 dims" in done.out
    assert "angular: 10 trees" in done.out


def test_build_errors_are_one_sentence_without_traceback(run: Run, tmp_path: Path) -> None:
    done = run("build", tmp_path / "gone", "--output", tmp_path / "out")
    assert done.status == 1
    assert (
        done.err == f"Error: There is no folder {tmp_path / 'gone'}; name a folder of pictures.\n"
    )
    done = run("build", tmp_path, "--output", tmp_path / "out", "--backbone", "resnet51")
    assert done.status == 1
    assert done.err.startswith("Error: There is no backbone 'resnet51'; choose one of efficient")


@pytest.mark.parametrize("output", ["file", "file/out", "file/in/out"])
@pytest.mark.parametrize("is_embedded", [False, True])
def test_build_output_that_cannot_be_written_is_one_sentence(
    run: Run, tmp_path: Path, output: str, is_embedded: bool
) -> None:
    save(noise(0), tmp_path / "in" / "a.png")
    np.save(tmp_path / "rows.npy", np.eye(3, dtype=np.float32))
    (tmp_path / "file").write_text("in the way")
    source = ("--embeddings", tmp_path / "rows.npy") if is_embedded else (tmp_path / "in",)
    done = run("build", *source, "--output", tmp_path / output)
    assert done.status == 1
    *_, sentence = done.err.splitlines()
    assert sentence.startswith(f"Error: {tmp_path / output} cannot be written (")
    assert sentence.endswith("; make room there, make it writable, or name another place.")
    assert "Traceback" not in done.err


def test_search_sheet_that_cannot_be_written_is_one_sentence(folder: Path, run: Run) -> None:
    sheet = folder / "random.pth" / "sheet.png"
    done = run("search", folder / "art", "--item", 2, "-k", 7, "--sheet", sheet)
    assert done.status == 1
    assert done.err.startswith(f"Error: {sheet} cannot be written (Not a directory: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "photos", "--output", "out", "--metric", "hamming"),
        ("build", "photos", "--output", "out", "--trees", "0"),
        ("build", "photos", "--output"),
        ("nonsense",),
    ],
)
def test_wrong_usage_has_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).status == 2


def test_search_prints_a_table_nearest_first(folder: Path, run: Run) -> None:
    picture = folder / "photos" / "a" / "0.png"
    options = ("-k", 3, "--search-k", 1000, "--weights", folder / "random.pth", "--recall")
    done = run("search", folder / "art", picture, *options)
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0] == "query: item 0, a, a/0.png"
    assert lines[1].split() == ["rank", "item", "label", "caption", "angular", "cosine"]
    rows = [line.split() for line in lines[2:5]]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [float(row[4]) for row in rows] == sorted(float(row[4]) for row in rows)
    assert "search_k 1000" in lines[5]
    assert "recall@3 1.000" in lines[5]


def test_search_json_has_the_same_answer(folder: Path, run: Run) -> None:
    table = run("search", folder / "art", "--item", 5, "-k", 4, "--search-k", 1000)
    done = run("search", folder / "art", "--item", 5, "-k", 4, "--search-k", 1000, "--json")
    answer = json.loads(done.out)
    ids = [int(line.split()[1]) for line in table.out.splitlines()[2:6]]
    assert [neighbor["item_id"] for neighbor in answer["neighbors"]] == ids
    assert answer["query"]["item"]["item_id"] == 5
    assert (answer["k"], answer["search_k"], answer["metric"]) == (4, 1000, "angular")
    assert answer["neighbors"][0]["rank"] == 1
    assert answer["recall_at_k"] is None
    assert answer["milliseconds"]["search"] > 0


def test_search_finds_labels_and_text_only(folder: Path, run: Run) -> None:
    labels = ("--label", "a", "--label", "c", "--text", "1.PNG")
    done = run("search", folder / "art", "--item", 0, "-k", 12, *labels, "--json")
    answer = json.loads(done.out)
    # Of the two that end so, b/1.png has another label.
    assert [neighbor["caption"] for neighbor in answer["neighbors"]] == ["c/11.png"]
    assert (answer["n_allowed"], answer["k"]) == (1, 1)
    table = run("search", folder / "art", "--item", 0, "-k", 12, *labels, "--recall")
    assert "1 pictures allowed, search_k" in table.out
    assert "recall@1 1.000" in table.out


def test_search_sheet_shows_the_query_first_in_red(folder: Path, run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    assert run("search", folder / "art", "--item", 2, "-k", 7, "--sheet", sheet).status == 0
    image = Image.open(sheet).convert("RGB")
    red = Image.new("RGB", (1, 1), RED).getpixel((0, 0))
    frame = [(x, y) for x in range(image.width) for y in (7,) if image.getpixel((x, y)) == red]
    assert frame, "no red frame"
    assert max(x for x, _ in frame) < 180, "the frame goes round the first tile only"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-k", "0", "--item", "1"), "k is 0; give a whole number from 1 to 12"),
        (("-k", "3", "--search-k", "-5", "--item", "1"), "search_k is -5"),
        (("--item", "99", "-k", "3"), "There is no item 99"),
        ((), "Give either a picture or --item"),
        (("--item", "1", "-k", "3", "--metric", "dot"), "no dot index, only angular"),
        (("--item", "1", "-k", "3", "--backbone", "vgg16"), "no artifact of vgg16"),
        (("--item", "1", "-k", "3", "--label", "d"), "There is no label 'd'; the collection has"),
        (("--item", "1", "-k", "3", "--text", "zebra"), "No item has 'zebra' in its caption"),
    ],
)
def test_search_errors_say_what_to_do(
    folder: Path, run: Run, arguments: tuple[str, ...], message: str
) -> None:
    done = run("search", folder / "art", *arguments)
    assert done.status == 1
    assert message in done.err
    assert "Traceback" not in done.err


def test_search_without_the_weights_says_which(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    done = run("search", folder / "art", folder / "photos" / "a" / "0.png", "-k", 2)
    assert done.status == 1
    assert "random.pth" in done.err
    assert "--weights" in done.err


def test_verify_right_artifact_has_status_0(folder: Path, run: Run) -> None:
    done = run("verify", folder / "art", "--weights", folder / "random.pth")
    assert done.status == 0, done.out
    assert "12 pictures embed to their stored vectors" in done.out
    assert all(line.startswith("ok") for line in done.out.splitlines())


def test_verify_wrong_artifact_has_status_1(folder: Path, run: Run, tmp_path: Path) -> None:
    subprocess.run(["cp", "-r", folder / "art", tmp_path / "art"], check=True)
    index = next((tmp_path / "art" / BACKBONE).glob("angular-*.ann"))
    index.write_bytes(index.read_bytes()[:-4])
    done = run("verify", tmp_path / "art", "--without-backbone")
    assert done.status == 1
    assert f"WRONG  {BACKBONE}, angular index" in done.out
    assert "ok     mobilenet_v3_small, pictures" in done.out


def test_evaluate_prints_precision_for_each_metric(folder: Path, run: Run) -> None:
    done = run("evaluate", folder / "art", "--per-label", 3, "--without", "b")
    assert done.status == 0
    assert "6 pictures of 2 labels, at most 3 of each" in done.out
    lines = [line.split() for line in done.out.splitlines()[2:]]
    assert [line[0] for line in lines] == ["angular", "euclidean", "manhattan", "dot"]
    assert all(0 <= float(value) <= 1 for line in lines for value in line[1:])


def test_check_prints_dims_speed_digest_and_classes(folder: Path, run: Run) -> None:
    picture = folder / "photos" / "a" / "0.png"
    done = run("check", picture, "--backbone", BACKBONE, "--weights", folder / "random.pth")
    assert done.status == 0
    assert "dims          1024" in done.out
    assert "ms per picture" in done.out
    assert "not verified by a published digest" in done.out
    assert done.out.splitlines()[-1].startswith("0.png: ")
    assert done.out.count("%") == 3


def test_check_says_how_many_known_pictures_are_named_right(folder: Path, run: Run) -> None:
    assert run("check").out.splitlines()[-1] == "8 of 8 known pictures are named right"
    wrong = run("check", "--backbone", BACKBONE, "--weights", folder / "random.pth")
    assert "0 of 8 known pictures are named right; these weights do not fit" in wrong.out


def test_help_names_every_command(run: Run) -> None:
    text = run("--help").out
    for name in ("build", "verify", "search", "evaluate", "check"):
        assert name in text
