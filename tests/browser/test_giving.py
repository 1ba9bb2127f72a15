"""Ways to give a query."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from drawing import BLUE, GREEN, encoded, halves, plain
from playwright.sync_api import FilePayload, Page, Route, expect

from browser.conftest import Visitor
from browser.looking import (
    address,
    expect_query,
    fact,
    notice,
    shown_items,
    shown_labels,
    slide,
    tiles,
)

RED_FRAME = "rgb(208, 31, 46)"


def png(name: str, image: Any = None) -> FilePayload:
    data = encoded(image or plain(GREEN), "PNG")
    return FilePayload(name=name, mimeType="image/png", buffer=data)


def hand_over(page: Page, event: str, name: str) -> None:
    """Let an event carry a green picture to the page, as a drop and a paste do."""
    page.evaluate(
        """async ([event, name]) => {
            const canvas = document.createElement("canvas");
            canvas.getContext("2d").fillStyle = "#0f0";
            canvas.getContext("2d").fillRect(0, 0, 300, 150);
            const blob = await new Promise((resolve) => canvas.toBlob(resolve));
            const data = new DataTransfer();
            data.items.add(new File([blob], name, { type: "image/png" }));
            const options = { bubbles: true, cancelable: true };
            document.body.dispatchEvent(event === "paste"
                ? new ClipboardEvent("paste", { ...options, clipboardData: data })
                : new DragEvent(event, { ...options, dataTransfer: data }));
        }""",
        [event, name],
    )


def test_page_opens_with_an_answer_whose_query_is_framed_in_red(visitor: Visitor) -> None:
    page = visitor.open()
    first = page.locator("#grid > li").first
    assert "query" in str(first.get_attribute("class"))
    figure = first.locator("figure")
    assert figure.evaluate("e => getComputedStyle(e).borderTopColor") == RED_FRAME
    assert figure.evaluate("e => getComputedStyle(e).borderTopWidth") == "4px"
    expect(figure.locator("figcaption .tag")).to_have_text("QUERY")
    assert tiles(page).count() == 24


def test_upload_finds_pictures_of_its_color(visitor: Visitor) -> None:
    page = visitor.open()
    page.set_input_files("#file", [png("my <b>leaf</b>.png")])
    expect_query(page, "my <b>leaf</b>.png")
    assert shown_labels(page)[:11] == ["green"] * 11
    assert "embed" in fact(page, "Time")
    ratio = page.locator(".query img").evaluate("e => e.naturalWidth / e.naturalHeight")
    assert ratio == pytest.approx(4 / 3, abs=0.02)


def test_upload_of_an_indexed_picture_says_so_and_leaves_it_out(visitor: Visitor) -> None:
    page = visitor.open()
    page.set_input_files("#file", [png("same.png", plain(GREEN, (120, 90)))])
    expect_query(page, "same.png")
    expect(page.locator(".query .same")).to_have_text(" is indexed as green")
    assert 12 not in shown_items(page)  # green/00 has this id


def test_upload_of_no_picture_is_one_sentence_and_the_answer_stays(visitor: Visitor) -> None:
    page = visitor.open()
    before = shown_items(page)
    text = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"no picture")
    page.set_input_files("#file", [text])
    expect(notice(page)).to_contain_text("notes.txt is not a picture that can be read; expected")
    assert shown_items(page) == before
    page.locator("#notice-close").click()
    expect(notice(page)).to_be_hidden()


@contextmanager
def held_requests(page: Page) -> Iterator[list[Route]]:
    """Keep requests on their way; they go on together at the end."""
    held: list[Route] = []
    is_over = False

    def hold(route: Route) -> None:
        if is_over:
            route.continue_()
        else:
            held.append(route)

    page.route("**/component_server/", hold)
    yield held
    is_over = True
    for route in held:
        route.continue_()


def wait_until_sent(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(10)


def test_upload_on_its_way_is_answered_with_settings_changed_meanwhile(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    with held_requests(page) as held:
        page.set_input_files("#file", [png("leaf.png")])
        wait_until_sent(page, held)
        slide(page, "#k", 7)
    expect(tiles(page)).to_have_count(7)
    expect_query(page, "leaf.png")
    assert shown_labels(page) == ["green"] * 7


def test_upload_that_waits_is_not_lost_when_a_setting_changes(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    with held_requests(page) as held:
        slide(page, "#k", 5)
        wait_until_sent(page, held)
        page.set_input_files("#file", [png("leaf.png")])
        slide(page, "#k", 7)
    expect_query(page, "leaf.png")
    expect(tiles(page)).to_have_count(7)
    assert shown_labels(page) == ["green"] * 7
    expect(page.locator("#trail button")).to_have_count(2)


def test_upload_too_large_is_refused_before_it_is_sent(visitor: Visitor) -> None:
    page = visitor.open()
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(51e6)], "huge.png"));
        document.querySelector("#file").files = data.files;
        document.querySelector("#file").dispatchEvent(new Event("change"));
    }""")
    expect(notice(page)).to_contain_text("huge.png has 51.0 MB; at most 50.0 MB are read")


def test_drop_anywhere_searches_and_shows_where_to_drop(visitor: Visitor) -> None:
    page = visitor.open()
    hand_over(page, "dragenter", "dropped.png")
    expect(page.locator("#drop-anywhere")).to_be_visible()
    hand_over(page, "drop", "dropped.png")
    expect_query(page, "dropped.png")
    expect(page.locator("#drop-anywhere")).to_be_hidden()
    assert shown_labels(page)[0] == "green"


def test_paste_anywhere_searches(visitor: Visitor) -> None:
    page = visitor.open()
    hand_over(page, "paste", "pasted.png")
    expect_query(page, "pasted.png")
    assert shown_labels(page)[0] == "green"


def test_camera_takes_a_picture(visitors: Any) -> None:
    page = visitors(permissions=["camera"]).open()
    page.locator("#camera").click()
    page.locator("#camera-take").click()
    expect_query(page, "camera.jpg")
    expect(page.locator("#camera-dialog")).to_be_hidden()
    assert page.locator("#camera-video").evaluate("e => e.srcObject") is None


def test_camera_that_is_denied_says_what_to_do(visitor: Visitor) -> None:
    page = visitor.open()
    page.locator("#camera").click()
    expect(page.locator("#camera-hint")).to_contain_text("The camera cannot be used")
    page.keyboard.press("Escape")
    expect(page.locator("#camera-dialog")).to_be_hidden()
    expect(page.locator("#camera")).to_be_focused()


def test_web_address_is_fetched_by_the_server(visitor: Visitor, public_web: str) -> None:
    page = visitor.open()
    page.locator("#address-open").click()
    page.locator("#url").fill(f"{public_web}/red.png")
    page.keyboard.press("Enter")
    expect_query(page, f"{public_web}/red.png")
    assert shown_labels(page)[:11] == ["red"] * 11


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("cat.jpg", "'cat.jpg' is not a web address"),
        ("http://127.0.0.1:1/", "127.0.0.1 is not on the public web"),
        ("PUBLIC/page.html", "page.html is not a picture that can be read"),
    ],
)
def test_web_address_that_gives_no_picture_is_one_sentence(
    visitor: Visitor, public_web: str, address: str, sentence: str
) -> None:
    page = visitor.open()
    page.locator("#address-open").click()
    page.locator("#url").fill(address.replace("PUBLIC", public_web))
    page.locator("#address button").click()
    expect(notice(page)).to_contain_text(sentence)


def test_example_is_searched(visitor: Visitor) -> None:
    page = visitor.open()
    example = page.locator("#examples button").last
    name = str(example.get_attribute("aria-label"))
    example.click()
    expect_query(page, name)
    expect(page.locator(".query figure")).to_be_focused()


def drag_left_half(page: Page) -> None:
    expect(page.locator(".holder:not(.waiting)")).to_be_visible()
    box = page.locator(".holder").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.48, box["y"] + box["height"] - 2, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="Whole picture")).to_be_visible()


def test_region_drawn_by_mouse_is_searched_and_undone_by_one_click(visitor: Visitor) -> None:
    page = visitor.open("?backbone=color&item=36")
    expect_query(page, "two")
    drag_left_half(page)
    assert shown_labels(page)[:11] == ["red"] * 11
    assert "region=" in address(page)
    page.get_by_role("button", name="Whole picture").click()
    expect(page.get_by_role("button", name="Whole picture")).to_be_hidden()
    assert "blue" in shown_labels(page)[:11]
    assert "region=" not in address(page)


def test_region_of_an_upload_is_cut_from_it(visitor: Visitor) -> None:
    page = visitor.open()
    page.set_input_files("#file", [png("halves.png", halves(BLUE, GREEN, (1200, 900)))])
    expect_query(page, "halves.png")
    drag_left_half(page)
    assert shown_labels(page)[:11] == ["blue"] * 11
    assert "region=" not in address(page)


def test_region_is_moved_and_searched_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open("?backbone=color&item=36")
    page.get_by_role("button", name="Select a region").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("group", name="Region to search for")
    expect(box).to_be_focused()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_text("From 50% to 100% across, 25% to 80% down.")).to_be_attached()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Whole picture")).to_be_visible()
    assert shown_labels(page)[:11] == ["blue"] * 11


def test_region_is_left_by_escape_even_before_the_picture_came(visitor: Visitor) -> None:
    page = visitor.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/pictures/**", hold)
    page.goto(f"{visitor.url}?backbone=color&item=36", wait_until="commit")
    expect(tiles(page)).to_have_count(24)
    page.get_by_role("button", name="Select a region").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Search region")).to_be_hidden()
    expect(page.get_by_role("button", name="Select a region")).to_be_focused()
    for route in held:
        route.continue_()


def test_backbone_without_weights_still_searches_for_indexed_pictures(visitor: Visitor) -> None:
    page = visitor.open("?backbone=lost&item=0")
    assert shown_labels(page)[:11] == ["blue"] * 11
    page.set_input_files("#file", [png("leaf.png")])
    expect(notice(page)).to_contain_text("lost.none is not here: put it there.")
    expect_query(page, "blue")
