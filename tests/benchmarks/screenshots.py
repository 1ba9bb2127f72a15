"""Make the README's pictures of the page: `python -m tests.benchmarks.screenshots --output DIR`.

Starts `app.py` on the bundled collection, visits it with Chromium and writes

    page.webp     search: a query in red beside its neighbors, 1280 px, light
    judge.webp    little effort: what the index missed, the curve, the facts, 1280 px, dark
    browse.webp   all pictures, 1280 px, light
    phone.webp    an answer on a phone of 390 px, light and dark beside each other

each of at most 300 KB, and prints their sizes; README's belong into index_artifacts/scenes/readme.
With `--all` it writes each view at both widths and in both schemes instead, from top to bottom.
"""

import argparse
import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from similarity.cli.console import print_line

from .page import CHROMIUM, FLAGS, served

MAX_BYTES = 300_000
QUALITY = 70
GAP = 24

DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHARPNESS = {1280: 1, 390: 1.5}
"""Pixels per px, by the width in px."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

QUERY = 25
"""An autumn road: its neighbors are as colorful as it is."""

LITTLE_EFFORT = "10"
"""Position of the slider, in percent."""

WELL_MISSED = range(3, 7)
"""How many missed pictures show what the switch is for."""

View = Callable[[Page], None]


def settle(page: Page) -> None:
    """Wait until the answer and all its pictures are there."""
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false")
    page.wait_for_function(
        "() => [...document.querySelectorAll('img')].every((i) => i.complete && i.naturalWidth)"
    )
    page.evaluate("document.activeElement.blur()")


def search(page: Page) -> None:
    """An answer as a visitor finds it."""
    settle(page)


def walk(page: Page) -> None:
    """Some steps further, with the way here."""
    for n_stops, rank in ((2, 4), (3, 9), (4, 6)):
        page.locator("#grid button[data-item]").nth(rank).click()
        expect(page.locator("#trail button")).to_have_count(n_stops)
    page.mouse.move(0, 0)
    settle(page)


def judge(page: Page) -> None:
    """How good an answer of little effort is, with what the index missed."""
    page.evaluate("for (const d of document.querySelectorAll('.settings, .facts')) d.open = true")
    page.locator("#curve summary").click()
    page.locator("#k").fill("12")
    page.locator("#search-k").fill(LITTLE_EFFORT)
    page.locator("#mark-missed").check()
    stops, missed = page.locator("#trail button"), page.locator("#grid .missed")
    for example in page.locator("#examples button").all():
        n_stops = stops.count()
        example.click()
        expect(stops).to_have_count(n_stops + 1)
        if missed.count() in WELL_MISSED:
            break
    expect(page.locator("#curve-body svg").first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)
    settle(page)


def answer(page: Page) -> None:
    """The answer, below what one gives it for, as a phone shows it after a step."""
    walk(page)
    page.locator("#results").evaluate("e => e.scrollIntoView()")


def browse(page: Page) -> None:
    """The pictures of a collection."""
    page.locator("#go-browse").click()
    expect(page.locator("#browse-grid button").first).to_be_visible()
    settle(page)


VIEWS: dict[str, View] = {"search": search, "walk": walk, "judge": judge, "browse": browse}


def shoot(
    browser: Browser,
    url: str,
    view: View,
    screen: ViewportSize,
    scheme: Literal["light", "dark"],
    *,
    whole: bool = False,
) -> Image.Image:
    """Take a picture of what a window shows of a view, or of the whole of it."""
    context = browser.new_context(
        viewport=screen,
        color_scheme=scheme,
        device_scale_factor=SHARPNESS[screen["width"]],
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{url}?item={QUERY}")
    page.locator("#grid button[data-item]").first.wait_for()
    view(page)
    taken = page.screenshot(full_page=whole)
    context.close()
    return Image.open(io.BytesIO(taken)).convert("RGB")


def beside(pictures: list[Image.Image], gap: int) -> Image.Image:
    """Put pictures of one height beside each other."""
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    whole = Image.new("RGB", (width, pictures[0].height), "white")
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, 0))
        left += picture.width + gap
    return whole


def shoot_for_readme(browser: Browser, url: str) -> dict[str, Image.Image]:
    """Take the README's pictures."""
    phones = [shoot(browser, url, answer, PHONE, scheme) for scheme in SCHEMES]
    return {
        "page": shoot(browser, url, search, DESKTOP, "light"),
        "judge": shoot(browser, url, judge, DESKTOP, "dark", whole=True),
        "browse": shoot(browser, url, browse, DESKTOP, "light"),
        "phone": beside(phones, GAP),
    }


def shoot_everything(browser: Browser, url: str) -> dict[str, Image.Image]:
    """Take each view at both widths and in both schemes, from top to bottom."""
    return {
        f"{name}-{screen['width']}-{scheme}": shoot(browser, url, view, screen, scheme, whole=True)
        for name, view in VIEWS.items()
        for screen in (DESKTOP, PHONE)
        for scheme in SCHEMES
    }


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--all", action="store_true", help="every view, to be looked at")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    with served([]) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        taken = (shoot_everything if arguments.all else shoot_for_readme)(browser, url)
    for name, picture in taken.items():
        path = arguments.output / f"{name}.webp"
        picture.save(path, quality=QUALITY, method=6)
        n_bytes = path.stat().st_size
        print_line(f"{path.name}: {picture.width} x {picture.height}, {n_bytes / 1000:.0f} KB")
        if not arguments.all and n_bytes > MAX_BYTES:
            raise SystemExit(f"{path.name} has {n_bytes} bytes; at most {MAX_BYTES} are wanted.")


if __name__ == "__main__":
    main()
