"""Two visitors, hostile names, and what a stranger can reach."""

from typing import Any

import pytest
from drawing import GREEN, encoded, plain
from playwright.sync_api import FilePayload, expect

from browser.collections import HOSTILE
from browser.conftest import Visitor
from browser.looking import expect_query, shown_items, slide, tiles


def test_nothing_one_visitor_does_changes_what_the_other_sees(visitors: Any) -> None:
    one, other = visitors().open("?item=0"), visitors().open("?item=20&backbone=gray&k=6")
    before = shown_items(other)
    slide(one, "#k", 3)
    one.locator("#metric").select_option("euclidean")
    data = encoded(plain(GREEN), "PNG")
    one.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(one, "leaf.png")
    assert shown_items(other) == before
    slide(other, "#search-k", 60)
    expect(other.locator("#search-k-value")).not_to_have_text("74")
    expect(tiles(other)).to_have_count(6)
    expect_query(other, "green")
    assert other.locator("#backbone").input_value() == "gray"
    assert other.locator("#metric").input_value() == "angular"
    expect_query(one, "leaf.png")
    expect(tiles(one)).to_have_count(3)


def test_upload_cannot_be_guessed_and_is_told_to_nobody(visitors: Any, url: str) -> None:
    one, other = visitors().open(), visitors().open()
    data = encoded(plain(GREEN), "PNG")
    one.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(one, "leaf.png")
    token = one.evaluate("history.state.similarity.params.upload")
    assert len(token) >= 20
    assert token not in other.content()
    assert other.request.get(f"{url}uploads/{token[:-1]}x.jpg").status == 404
    served = other.request.get(f"{url}uploads/{token}.jpg")
    assert served.headers["content-type"] == "image/jpeg"
    assert "private" in served.headers["cache-control"]


def test_hostile_names_are_text(visitor: Visitor) -> None:
    """A name that runs as code calls `hacked`, which fails the visit; see `Visitor`."""
    page = visitor.open("?collection=hostile")
    expect(page.locator("#tagline")).to_have_text("12 pictures: <b onclick=hacked()>title")
    names = page.locator("#grid .tile .name").all_text_contents()
    for label in HOSTILE:
        assert label in names
    for label in HOSTILE[:2]:
        tiles(page).filter(has_text=label).first.click()
        page.locator("#trail button").last.hover()
    page.locator("#go-browse").click()
    expect(page.locator("#browse-grid button").first).to_be_visible()
    assert page.locator(".similarity :is(script, b[onclick], img[onerror])").count() == 0
    page.set_input_files(
        "#file",
        [
            FilePayload(
                name="<img src=x onerror=hacked()>.png",
                mimeType="image/png",
                buffer=encoded(plain(GREEN), "PNG"),
            )
        ],
    )
    expect_query(page, "<img src=x onerror=hacked()>.png")
    assert page.title().startswith("<img src=x onerror=hacked()>.png")


def test_hostile_names_do_not_reach_their_neighbors(visitor: Visitor) -> None:
    page = visitor.open("?collection=hostile")
    turned = tiles(page).filter(has_text="gnissam").first
    name = turned.locator(".name").first
    assert name.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
    rank, label = turned.locator(".rank").bounding_box(), name.bounding_box()
    assert rank is not None
    assert label is not None
    assert rank["x"] + rank["width"] <= label["x"]


def test_long_names_do_not_widen_the_page(visitors: Any) -> None:
    for width in (1280, 390):
        visitor = visitors(viewport={"width": width, "height": 900})
        page = visitor.open("?collection=hostile")
        long = tiles(page).filter(has_text="bbbb").first
        long.click()
        expect(page.locator(".query figcaption")).to_contain_text(HOSTILE[-1])
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "path",
    [
        "pictures/colors/0/none.jpg",
        "pictures/colors/99/none.jpg",
        "pictures/nowhere/0/none.jpg",
        "pictures/colors/0/..%2F..%2Fcollection.json",
        "page/..%2Fhandlers.py",
        "page/query/..%2F..%2F..%2Fhandlers.py",
        "page/none.js",
        "uploads/none.jpg",
    ],
)
def test_only_what_is_meant_to_be_served_is_served(visitor: Visitor, path: str) -> None:
    assert visitor.page.request.get(visitor.url + path).status == 404


def test_scripts_are_all_announced_in_the_head(visitor: Visitor) -> None:
    """One that is not would be fetched only when the one that imports it is there."""
    scripts: set[str] = set()
    below = f"{visitor.url}page/"
    visitor.page.on("request", lambda r: scripts.add(r.url) if r.url.startswith(below) else None)
    page = visitor.open("?item=0")
    links = page.locator("head link[rel=modulepreload][href^='page/']")
    announced = links.evaluate_all("links => links.map((link) => link.href)")
    assert scripts
    assert set(announced) == scripts


def test_pictures_are_served_as_pictures_and_kept_by_the_browser(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    src = str(tiles(page).first.locator("img").get_attribute("src"))
    headers = page.request.get(src).headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["x-content-type-options"] == "nosniff"
    assert "immutable" in headers["cache-control"]


def test_download_of_nonsense_is_a_sentence(visitor: Visitor) -> None:
    response = visitor.page.request.get(f"{visitor.url}download/similar.json?upload=none")
    assert response.status == 400
    assert "is not kept any more" in response.text()


def test_server_that_fails_is_said(visitors: Any) -> None:
    visitor = visitors()
    page = visitor.open("?item=0")
    before = shown_items(page)
    page.route("**/component_server/", lambda route: route.abort())
    slide(page, "#k", 3)
    expect(page.locator("#notice")).to_contain_text("The server did not answer")
    assert shown_items(page) == before
    page.unroute("**/component_server/")
    slide(page, "#k", 4)
    expect(tiles(page)).to_have_count(4)
    assert visitor.problems
    visitor.problems.clear()
