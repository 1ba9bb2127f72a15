"""`python app.py` as a process of its own, with what it can be started with."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
from drawing import BLUE, GREEN, RED, encoded, plain, save
from hub_client import run_command
from hub_server import TOKENS, HubServer
from playwright.sync_api import Browser, FilePayload, Page, expect

from browser.collections import build_unready
from browser.conftest import ROOT, Visitor, free_port, start_page
from browser.looking import address, expect_query, fact, shown_items, shown_labels, tiles
from similarity.datatypes import METRICS
from similarity.models.registry import get_backbone

BROKEN_ANNOY = "import os, signal\nos.kill(os.getpid(), signal.SIGILL)\n"

Open = Callable[..., Page]


@contextmanager
def app(*arguments: str, **environment: str) -> Iterator[int]:
    """Start the page; its port."""
    port = free_port()
    process = start_page(["app.py", "--port", str(port), *arguments], port, **environment)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """Servers, which are stopped when all visits have ended."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def visit(browser: Browser, servers: ExitStack) -> Iterator[Open]:
    """Open a page at an address; nothing may go wrong during the visit."""
    made: list[Visitor] = []

    def open_page(address: str, link: str = "") -> Page:
        made.append(Visitor(browser, address))
        servers.callback(made[-1].context.close)
        return made[-1].open(link)

    yield open_page
    for visitor in made:
        assert visitor.problems == []


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("started") / "unready"
    build_unready(folder)
    return folder


def upload(page: Page) -> None:
    data = encoded(plain(GREEN), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")


def test_images_of_ones_own_are_indexed_and_served(
    visit: Open, servers: ExitStack, tmp_path: Path
) -> None:
    """With RANDOM weights: what is tested is the way."""
    backbone = get_backbone("resnet18")
    weights = tmp_path / "torch" / "hub" / "checkpoints" / backbone.published.file_name
    weights.parent.mkdir(parents=True)
    torch.save(backbone.build().state_dict(), weights)
    for name, color in {"red": RED, "green": GREEN, "blue": BLUE}.items():
        save(plain(color), tmp_path / "Pictures" / name / "plain.png")
    (tmp_path / "Pictures" / "notes.txt").write_text("no picture")
    options = ["--images", str(tmp_path / "Pictures"), "--backbone", "resnet18"]
    places = {"TORCH_HOME": str(tmp_path / "torch"), "SIMILARITY_CACHE": str(tmp_path / "cache")}
    port = servers.enter_context(app(*options, **places))
    page = visit(f"http://127.0.0.1:{port}/")
    expect(page.locator("#tagline")).to_have_text("3 pictures: Pictures")
    expect(page.locator("#metric option")).to_have_count(len(METRICS))
    upload(page)
    expect(page.locator(".query .same")).to_have_text(" is indexed as green")
    assert sorted(shown_labels(page)) == ["blue", "red"]


def test_collection_on_the_hub_is_served_with_its_commit(
    visit: Open, servers: ExitStack, collection: Path, tmp_path: Path
) -> None:
    server = servers.enter_context(HubServer().running())
    hub = {
        "HF_ENDPOINT": server.hub.url,
        "HF_HOME": str(tmp_path / "home"),
        "HF_TOKEN": next(iter(TOKENS)),
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "127.0.0.1",
    }
    pushed = run_command(tmp_path, ("push", collection, "--repo", "user/colors"), hub, {})
    assert pushed.status == 0, pushed.err
    commit = pushed.out.strip().rpartition("@")[2]
    port = servers.enter_context(app(SIMILARITY_ARTIFACTS="hf://user/colors", **hub))
    page = visit(f"http://127.0.0.1:{port}/", "?item=0")
    assert fact(page, "From the Hub").splitlines() == ["user/colors", f"commit {commit}"]
    assert shown_labels(page)[:11] == ["blue"] * 11


def test_annoy_that_does_not_work_is_said_and_answers_are_exact(
    visit: Open, servers: ExitStack, collection: Path, tmp_path: Path
) -> None:
    (tmp_path / "annoy.py").write_text(BROKEN_ANNOY)
    port = servers.enter_context(app("--artifacts", str(collection), PYTHONPATH=str(tmp_path)))
    page = visit(f"http://127.0.0.1:{port}/", "?item=0&k=12")
    expect(page.locator("#annoy-problem")).to_contain_text(
        "Annoy does not work on this machine (it died of SIGILL, as code does that was compiled "
        "for another processor), so answers come from exact search"
    )
    expect(page.locator("#headline")).to_contain_text("recall@12 is 1.00: the exact answer")
    expect(page.locator("#search-k")).to_be_disabled()
    assert fact(page, "Examined").startswith("36 candidates")
    page.locator("#backbone").select_option("resnet50")
    page.locator("#prepare-yes").click()
    expect(page.locator("#prepare-text")).to_contain_text("Annoy does not work")


def proxy_to(port: int) -> type[BaseHTTPRequestHandler]:
    """Make what passes requests below /app/ on to another port, as a proxy in a Space does."""

    class Proxy(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            connection = HTTPConnection("127.0.0.1", port)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.removeprefix("/app")
            headers = {name: value for name, value in self.headers.items() if name != "Connection"}
            connection.request(self.command, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:  # the name is http.server's
            self.pass_on()

        def do_POST(self) -> None:  # likewise
            self.pass_on()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Proxy


def test_all_addresses_stay_below_a_proxys_path(
    visit: Open, servers: ExitStack, collection: Path
) -> None:
    """A request to another path fails the visit."""
    port = servers.enter_context(app("--artifacts", str(collection), GRADIO_ROOT_PATH="/app"))
    proxy = servers.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), proxy_to(port)))
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    servers.callback(proxy.shutdown)
    page = visit(f"http://127.0.0.1:{proxy.server_port}/app/", "?item=0&k=5")
    tiles(page).first.click()
    expect(page.locator("#trail button")).to_have_count(2)
    assert "/app/?collection=unready" in address(page)
    assert all(image.evaluate("e => e.naturalWidth > 0") for image in page.locator("img").all())
    expect(page.locator("#curl")).to_contain_text("/app/gradio_api/run/search")
    answer: Any = page.request.get(str(page.locator("#json").get_attribute("href"))).json()
    assert [neighbor["item_id"] for neighbor in answer["neighbors"]] == shown_items(page)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--images", "nowhere"], "Error: There is no folder nowhere"),
        (["--artifacts", "hf://nonsense"], "Error: 'hf://nonsense' names no repository"),
    ],
)
def test_mistake_is_one_sentence_and_status_1(arguments: list[str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "app.py", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_damaged_collection_is_listed_with_its_sentence(
    visit: Open, servers: ExitStack, collection: Path, tmp_path: Path
) -> None:
    for name in ("damaged", "healthy"):
        shutil.copytree(collection, tmp_path / name)
    (tmp_path / "damaged" / "items.jsonl").unlink()
    port = servers.enter_context(app("--artifacts", str(tmp_path)))
    page = visit(f"http://127.0.0.1:{port}")
    damaged, healthy = page.locator("#collection option").all()
    expect(damaged).to_be_disabled()
    expect(damaged).to_contain_text("items.jsonl is missing; restore it")
    expect(healthy).to_be_enabled()
    expect(healthy).to_have_text("unready-photos")
    expect(page.locator("#collection")).to_have_value("healthy")
    expect(tiles(page)).to_have_count(24)
