"""A page that is served, a browser that visits it, and what every visit must keep to."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from drawing import RED, encoded, plain
from needs import missing
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser.collections import (
    build_bare,
    build_colors,
    build_hostile,
    build_many,
    build_tiny,
    build_unready,
)

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 300

expect.set_options(timeout=30_000)

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collections, of which `colors` is the first that is offered."""
    folder = tmp_path_factory.mktemp("served") / "artifacts"
    build_colors(folder / "colors")
    build_hostile(folder / "hostile")
    build_many(folder / "many")
    build_tiny(folder / "tiny")
    build_unready(folder / "unready")
    build_bare(folder / "without-pictures")
    return folder


class PublicWeb(BaseHTTPRequestHandler):
    """Stands for the public web: a picture, and a page that is none."""

    def do_GET(self) -> None:  # the name is http.server's
        body = encoded(plain(RED), "PNG") if self.path == "/red.png" else b"<html>a page</html>"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def public_web() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), PublicWeb) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def start_page(arguments: list[str], port: int, **environment: str) -> subprocess.Popen[bytes]:
    """Start a process that serves a page at a port and wait until it does."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **environment},
    )
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.2)
        else:
            return process
    process.kill()
    process.wait()
    raise RuntimeError(f"{arguments} served nothing at port {port}")


@pytest.fixture(scope="session")
def url(folder: Path, public_web: str) -> Iterator[str]:
    """Address of the page, which ends in a slash."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    arguments = ["-m", "browser.serve", str(folder), str(port), public_web.rpartition(":")[2]]
    # Whatever weights there are on this machine, the page finds none.
    process = start_page(arguments, port, TORCH_HOME=str(folder.parent / "torch"))
    yield address
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing(f"There is no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """A visitor with a browser of their own, and what went wrong during the visit."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        self.context: BrowserContext = browser.new_context(**options)
        self.context.set_default_timeout(30_000)
        self.problems: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("request", lambda request: self._check(request.url))
        page.add_init_script("window.hacked = () => console.error('hacked')")
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.problems.append(f"{kind}: {text}")

    def _check(self, requested: str) -> None:
        if not requested.startswith((self.url, "data:", "blob:", "about:")):
            self.problems.append(f"request to another host: {requested}")

    def open(self, address: str = "") -> Page:
        """Open the page, or a link below it, and wait for its answer."""
        self.page.goto(self.url + address)
        expect(self.page.locator("#results")).to_have_attribute("aria-busy", "false")
        return self.page


@pytest.fixture
def visitors(browser: Browser, url: str) -> Iterator[Any]:
    """Make visitors; none may see an error, nor send a request to another host."""
    made: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        made.append(Visitor(browser, url, **options))
        return made[-1]

    yield make
    for visitor in made:
        visitor.context.close()
        assert visitor.problems == []


@pytest.fixture
def visitor(visitors: Any) -> Visitor:
    made: Visitor = visitors()
    return made
