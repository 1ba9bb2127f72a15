"""What a visitor, or a program, takes away."""

import io
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from drawing import GREEN, encoded, plain
from needs import missing
from PIL import Image, ImageColor
from playwright.sync_api import FilePayload, Page, expect

from browser.conftest import Visitor
from browser.looking import expect_query, shown_items
from similarity.search.sheet import RED, TILE


def downloaded(page: Page, selector: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator(selector).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def without_times(answer: Any) -> Any:
    return {key: value for key, value in answer.items() if key != "milliseconds"}


def test_json_is_that_of_the_command_line(visitor: Visitor, folder: Path) -> None:
    page = visitor.open("?backbone=gray&item=7&k=5&search_k=9")
    name, data = downloaded(page, "#json")
    options = "--backbone gray --item 7 -k 5 --search-k 9 --recall --json"
    printed = subprocess.run(
        [sys.executable, "-m", "similarity", "search", str(folder / "colors"), *options.split()],
        check=True,
        capture_output=True,
    )
    assert name == "similar.json"
    assert without_times(json.loads(data)) == without_times(json.loads(printed.stdout))


def test_sheet_shows_the_query_in_red_first(visitor: Visitor) -> None:
    page = visitor.open("?item=0&k=5")
    name, data = downloaded(page, "#sheet")
    sheet = Image.open(io.BytesIO(data)).convert("RGB")
    assert (name, sheet.width > 2 * TILE) == ("similar.png", True)
    assert sheet.getpixel((8, 40)) == ImageColor.getrgb(RED)
    assert sheet.getpixel((60, 60)) == (0, 0, 254)


def test_downloads_of_an_upload_are_of_the_upload(visitor: Visitor) -> None:
    page = visitor.open("?k=5")
    data = encoded(plain(GREEN), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")
    _, answer = downloaded(page, "#json")
    found = [neighbor["item_id"] for neighbor in json.loads(answer)["neighbors"]]
    assert found == shown_items(page)
    _, sheet = downloaded(page, "#sheet")
    assert Image.open(io.BytesIO(sheet)).convert("RGB").getpixel((60, 60)) == (0, 255, 1)


def snippets(page: Page) -> tuple[str, str]:
    page.get_by_text("From a program").click()
    return page.locator("#curl").inner_text(), page.locator("#python").inner_text()


def run_python(code: str) -> Any:
    """Run a snippet as a program of its own and give its `answer`."""
    program = f"{code}\nimport json\nprint('ANSWER', json.dumps(answer))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return json.loads(run.stdout.decode().rpartition("ANSWER")[2])


def run_curl(line: str) -> Any:
    if shutil.which("curl") is None:
        missing("There is no curl")
    run = subprocess.run(shlex.split(line), check=True, capture_output=True)
    return json.loads(run.stdout)


def test_snippets_for_an_item_give_the_answer_that_is_shown(visitor: Visitor) -> None:
    page = visitor.open("?backbone=gray&item=7&k=5&search_k=9")
    curl, python = snippets(page)
    by_curl, by_python = run_curl(curl)["data"][0], run_python(python)
    assert [n["item_id"] for n in by_curl["neighbors"]] == shown_items(page)
    assert without_times(by_python) == without_times(by_curl)
    _, data = downloaded(page, "#json")
    assert without_times(by_curl) == without_times(json.loads(data))


def test_snippets_with_a_filter_give_the_answer_that_is_shown(visitor: Visitor) -> None:
    page = visitor.open('?item=7&k=5&labels=["green","two"]&text=0')
    curl, python = snippets(page)
    by_curl, by_python = run_curl(curl)["data"][0], run_python(python)
    assert by_curl["n_allowed"] == 11
    assert [n["item_id"] for n in by_curl["neighbors"]] == shown_items(page)
    assert without_times(by_python) == without_times(by_curl)


def test_snippets_for_a_picture_give_the_answer_that_is_shown(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open("?k=5")
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(plain(GREEN), "JPEG"))
    page.set_input_files("#file", path)
    expect_query(page, "picture.jpg")
    curl, python = (text.replace("picture.jpg", str(path)) for text in snippets(page))
    send, _, call = curl.splitlines()
    sent = run_curl(send)[0]
    by_curl = run_curl(call.replace("PATH", sent))["data"][0]
    assert [n["item_id"] for n in by_curl["neighbors"]] == shown_items(page)
    assert without_times(run_python(python)) == without_times(by_curl)


def test_search_refuses_with_a_sentence(visitor: Visitor) -> None:
    page = visitor.open()
    for picture, item, k, sentence in (
        (None, None, 5, "Give either a picture or an item"),
        (None, 99, 5, "There is no item 99; ids go from 0 to 36."),
        (None, 1, 0, "k is 0; give a whole number from 1 to 37"),
        (None, 1, "five", "k is 'five'; give a whole number."),
        ({"path": "/etc/passwd"}, None, 5, "picture is no file that was sent"),
        ({"path": f"{'../' * 20}etc/passwd"}, None, 5, "picture is no file that was sent"),
    ):
        response = page.request.post(
            f"{visitor.url}gradio_api/run/search",
            data={"data": [picture, item, None, None, k, None, None, None, None]},
        )
        assert response.status == 500
        assert sentence in response.json()["error"]
    expect(page.locator("#notice")).to_be_hidden()
