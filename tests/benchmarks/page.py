"""Measure how fast the page feels: `python -m tests.benchmarks.page --artifacts DIR`.

Starts `app.py`, visits it with Chromium and prints, for each action, the median time from the
event to the first painted frame with the new answer, and to the moment when all its pictures are
there. Both are measured inside the browser. The uploads are of 3024 x 4032 pixels, EXIF-rotated, as
phones store them. The last row is a bare request to the server and back,
which no action can beat: on a busy machine, look at the ratios.
"""

import argparse
import base64
import io
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from similarity.cli.console import print_line

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

MEASURE = """async (act) => {
    const grid = document.querySelector("#grid");
    const painted = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
            observer.disconnect();
            // The frame is painted between this callback and the next task.
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
        });
        observer.observe(grid, { childList: true });
    });
    const start = performance.now();
    new Function(act)();
    const first = (await painted) - start;
    const pictures = [...grid.querySelectorAll("img")].map((img) => img.decode().catch(() => {}));
    await Promise.all(pictures);
    return [first, performance.now() - start];
}"""

ROUND_TRIP = """async () => {
    const start = performance.now();
    await (await fetch("healthz")).text();
    const time = performance.now() - start;
    return [time, time];
}"""

TAKE_PHOTO = """async ([name, base64]) => {
    const bytes = await (await fetch(`data:;base64,${base64}`)).arrayBuffer();
    window.photo = new File([bytes], name);
}"""

PHOTO_SIZE = (4032, 3024)
"""Width and height in which phones store what they show upright."""
ORIENTATION_TAG, ROTATED = 274, 6
HEIC_TILE = 512
"""Pixels a side of the tiles of which a phone's HEIC is made."""

Act = Callable[[int], str]


def slide(selector: str, values: list[int]) -> Act:
    """Move a slider from one value to the next."""
    return lambda n: (
        f"const s = document.querySelector('{selector}'); s.value = {values[n % len(values)]};"
        "s.dispatchEvent(new Event('input', { bubbles: true }));"
    )


def choose(selector: str, n_options: int) -> Act:
    """Choose one option of a select after the other."""
    return lambda n: (
        f"const s = document.querySelector('{selector}');"
        f"s.selectedIndex = {(n + 1) % n_options}; s.dispatchEvent(new Event('change'));"
    )


def click_result(n: int) -> str:
    """Choose a neighbor, each time of another rank."""
    return f"document.querySelectorAll('#grid button[data-item]')[{3 + n % 5}].click();"


def back(_: int) -> str:
    """Go back in the history."""
    return "history.back();"


def upload(_: int) -> str:
    """Give the photograph that was taken before."""
    return (
        "const data = new DataTransfer(); data.items.add(window.photo);"
        "const input = document.querySelector('#file'); input.files = data.files;"
        "input.dispatchEvent(new Event('change'));"
    )


def take_photos(page: Page) -> dict[str, bytes]:
    """Draw a photograph as phones store it: 12 megapixels, to be rotated, with noise.

    Returns:
        File name -> bytes; the pictures in it are those that a page shows.
    """
    sources = page.evaluate("[...document.querySelectorAll('#grid .tile img')].map((i) => i.src)")
    side = 504
    photo = Image.new("RGB", PHOTO_SIZE)
    n_across, n_down = PHOTO_SIZE[0] // side, PHOTO_SIZE[1] // side
    for n in range(n_across * n_down):
        shown = page.request.get(sources[n % len(sources)]).body()
        tile = Image.open(io.BytesIO(shown)).convert("RGB").resize((side, side))
        photo.paste(tile, (n % n_across * side, n // n_across * side))
    noise = np.random.default_rng(0).normal(0, 4, (*PHOTO_SIZE[::-1], 1))
    noisy = (np.asarray(photo) + noise).clip(0, 255).astype(np.uint8)
    photo = Image.fromarray(noisy)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = ROTATED
    jpeg, heic = io.BytesIO(), io.BytesIO()
    photo.save(jpeg, "JPEG", quality=92, exif=exif)
    pillow_heif.from_pillow(photo).save(
        heic,
        quality=60,
        tile_size=HEIC_TILE,
        exif=exif.tobytes(),
        enc_params={"preset": "faster"},
    )
    return {"photo.jpg": jpeg.getvalue(), "photo.heic": heic.getvalue()}


def free_port() -> int:
    """Find a port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def is_ready(port: int) -> bool:
    """Ask whether the first artifact of a page answers."""
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def served(arguments: list[str]) -> Iterator[str]:
    """Start the page and wait until its first artifact answers."""
    port = free_port()
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    url = f"http://127.0.0.1:{port}/"
    try:
        while process.poll() is None:
            if is_ready(port):
                yield url
                return
            time.sleep(0.2)
        raise SystemExit(process.returncode)
    finally:
        process.terminate()
        process.wait()


def open_page(browser: Browser, url: str) -> tuple[Page, list[float]]:
    """Open the page with an empty cache and measure until it stands."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    start = time.perf_counter()
    page.goto(url)
    page.wait_for_selector("#grid button[data-item]")
    answered = time.perf_counter() - start
    page.wait_for_function(
        "() => [...document.querySelectorAll('#grid img')].every(i => i.complete)"
    )
    return page, [answered * 1000, (time.perf_counter() - start) * 1000]


def median(times: list[list[float]]) -> str:
    """Both medians, in milliseconds."""
    first, last = (statistics.median(column) for column in zip(*times, strict=True))
    return f"{first:8.0f} {last:8.0f}"


def measure(browser: Browser, url: str, repeats: int) -> Iterator[tuple[str, str]]:
    """Measure one action after the other."""
    openings = [open_page(browser, url) for _ in range(3)]
    yield "open the page", median([times for _, times in openings])
    page = openings[0][0]
    n_metrics = page.locator("#metric option").count()
    actions: list[tuple[str, Act]] = [
        ("move k", slide("#k", [6, 12, 18, 24, 30, 36])),
        ("move search_k", slide("#search-k", [5, 20, 35, 50, 65, 80])),
        ("click a result", click_result),
        ("go back", back),
    ]
    if n_metrics > 1:
        actions.append(("change the metric", choose("#metric", n_metrics)))
    for name, act in actions:
        times = []
        for n in range(repeats):
            times.append(page.evaluate(MEASURE, act(n)))
            page.wait_for_timeout(300)
        yield name, median(times)
    for name, photo in take_photos(page).items():
        page.evaluate(TAKE_PHOTO, [name, base64.b64encode(photo).decode()])
        times = [page.evaluate(MEASURE, upload(n)) for n in range(5)]
        yield f"upload {name}, {len(photo) / 1e6:.1f} MB", median(times)
    yield "request and back", median([page.evaluate(ROUND_TRIP) for _ in range(repeats)])


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--artifacts", metavar="DIR", help="what app.py serves")
    parser.add_argument("--weights", metavar="FILE", help="as app.py takes it")
    parser.add_argument("--repeats", type=int, default=15, help="of each action")
    arguments = parser.parse_args()
    options = ["--artifacts", arguments.artifacts] if arguments.artifacts else []
    options += ["--weights", arguments.weights] if arguments.weights else []
    with served(options) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print_line(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print_line(f"{'median milliseconds until':26} painted   loaded")
        for name, times in measure(browser, url, arguments.repeats):
            print_line(f"{name:26}{times}")


if __name__ == "__main__":
    main()
