"""Search among some of the pictures."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from drawing import RED, encoded, plain
from playwright.sync_api import FilePayload, Locator, Page, expect

from browser.collections import HOSTILE, N_ITEMS, N_LABELS, N_SHADES
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
from browser.test_looks import SCREENS, violations

MOST_OPTIONS = 200
"""Labels that the page lists at once."""


def options(page: Page) -> Locator:
    return page.locator("#among-labels-list [role=option]")


def option(page: Page, label: str) -> Locator:
    return options(page).filter(has=page.locator(".name").get_by_text(label, exact=True))


def chips(page: Page) -> Locator:
    return page.locator("#among-labels-chosen button")


def amount(page: Page) -> Locator:
    return page.locator("#among-amount")


def choose_labels(page: Page, *labels: str) -> None:
    page.locator("#among-labels").click()
    for label in labels:
        option(page, label).click()
    page.keyboard.press("Escape")


def link_with(labels: list[str], text: str = "", collection: str = "colors") -> str:
    link = f"?collection={collection}&item=0&labels={quote(json.dumps(labels))}"
    return f"{link}&text={quote(text)}" if text else link


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address(page)).query)


def wait_for_parameter(page: Page, name: str, value: str | None) -> None:
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
    )


def test_labels_are_offered_with_their_counts(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    expect(page.locator("#among-clear")).to_be_hidden()
    page.locator("#among-labels").click()
    expect(options(page)).to_have_text(["blue 12", "green 12", "red 12", "two 1"])


def test_filter_by_label_searches_among_its_pictures(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    choose_labels(page, "green")
    expect(amount(page)).to_have_text(f"12 of {N_ITEMS} pictures")
    expect(tiles(page)).to_have_count(N_SHADES)
    assert shown_labels(page) == ["green"] * N_SHADES
    expect_query(page, "blue")
    expect(page.locator("#tagline")).to_contain_text(f"12 of {N_ITEMS} pictures: ")
    expect(page.locator("#headline")).to_contain_text(f"12 most similar among 12 of {N_ITEMS} ")
    assert fact(page, "Recall").splitlines() == [
        "1.000",
        "12 of the 12 nearest of an exact search were found",
    ]
    choose_labels(page, "two")
    expect(tiles(page)).to_have_count(N_SHADES + 1)
    assert set(shown_labels(page)) == {"green", "two"}
    wait_for_parameter(page, "labels", json.dumps(["green", "two"]))


def test_query_that_passes_its_own_filter_is_no_answer(visitor: Visitor) -> None:
    page = visitor.open(link_with(["blue"]))
    expect(tiles(page)).to_have_count(N_SHADES - 1)
    assert 0 not in shown_items(page)
    expect(page.locator("#headline")).to_contain_text("; recall@11 is 1.00: the exact answer.")
    assert fact(page, "Recall@11").startswith("1.000")


def test_filter_by_text_follows_what_is_typed(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    text = page.locator("#among-text")
    text.press_sequentially(" 07.PN")
    expect(amount(page)).to_have_text(f"3 of {N_ITEMS} pictures")
    expect(tiles(page)).to_have_count(3)
    assert shown_items(page)[0] == 7
    expect(text).to_have_value(" 07.PN")
    wait_for_parameter(page, "text", "07.PN")
    text.fill("")
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    wait_for_parameter(page, "text", None)


def test_label_and_text_together_and_each_taken_back(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    page.locator("#among-text").fill("07")
    choose_labels(page, "red", "green")
    expect(amount(page)).to_have_text(f"2 of {N_ITEMS} pictures")
    expect(chips(page).locator(".name")).to_have_text(["green", "red"])
    page.get_by_role("button", name="red: remove").click()
    expect(amount(page)).to_have_text(f"1 of {N_ITEMS} pictures")
    expect(tiles(page)).to_have_count(1)
    assert shown_labels(page) == ["green"]
    expect(page.get_by_role("button", name="green: remove")).to_be_focused()
    page.keyboard.press("Enter")
    expect(amount(page)).to_have_text(f"3 of {N_ITEMS} pictures")
    expect(page.locator("#among-labels")).to_be_focused()
    page.locator("#among-clear").click()
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    expect(page.locator("#among-clear")).to_be_hidden()
    expect(page.locator("#among-text")).to_be_focused()
    expect(page.locator("#among-text")).to_have_value("")
    wait_for_parameter(page, "text", None)
    assert "labels" not in parameters(page)


def test_link_shows_the_same_answer_to_another_visitor(visitors: Any) -> None:
    visitor = visitors()
    page = visitor.open("?item=3&k=5")
    choose_labels(page, "green", "red")
    page.locator("#among-text").fill("0")
    wait_for_parameter(page, "text", "0")
    expect(amount(page)).to_have_text(f"22 of {N_ITEMS} pictures")
    seen = visitors().open(address(page).removeprefix(visitor.url))
    expect(chips(seen).locator(".name")).to_have_text(["green", "red"])
    expect(seen.locator("#among-text")).to_have_value("0")
    expect(amount(seen)).to_have_text(f"22 of {N_ITEMS} pictures")
    expect(notice(seen)).to_be_hidden()
    assert shown_items(seen) == shown_items(page)
    assert seen.locator("#json").get_attribute("href") == page.locator("#json").get_attribute(
        "href"
    )
    answer: Any = seen.request.get(str(seen.locator("#json").get_attribute("href"))).json()
    assert [neighbor["item_id"] for neighbor in answer["neighbors"]] == shown_items(seen)


def test_filter_stays_with_another_picture_and_back_restores_it(visitor: Visitor) -> None:
    page = visitor.open(link_with(["green"], "0"))
    expect(amount(page)).to_have_text(f"11 of {N_ITEMS} pictures")
    before = shown_items(page)
    tiles(page).first.click()
    expect(page.locator("#trail button")).to_have_count(2)
    expect(amount(page)).to_have_text(f"11 of {N_ITEMS} pictures")
    page.locator("#among-clear").click()
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    wait_for_parameter(page, "labels", None)
    page.go_back()
    expect(amount(page)).to_have_text(f"11 of {N_ITEMS} pictures")
    expect(chips(page).locator(".name")).to_have_text(["green"])
    expect(page.locator("#among-text")).to_have_value("0")
    assert shown_items(page) == before
    page.go_forward()
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    expect(chips(page)).to_have_count(0)


def test_filter_stays_with_other_settings(visitor: Visitor) -> None:
    page = visitor.open(link_with(["green"]))
    page.locator("#backbone").select_option("gray")
    wait_for_parameter(page, "backbone", "gray")
    slide(page, "#k", 4)
    expect(tiles(page)).to_have_count(4)
    assert shown_labels(page) == ["green"] * 4
    expect(amount(page)).to_have_text(f"12 of {N_ITEMS} pictures")


def test_filter_counts_for_a_picture_of_ones_own(visitor: Visitor) -> None:
    page = visitor.open(link_with(["green"]))
    data = encoded(plain(RED), "PNG")
    page.set_input_files("#file", [FilePayload(name="rose.png", mimeType="", buffer=data)])
    expect_query(page, "rose.png")
    assert shown_labels(page) == ["green"] * N_SHADES
    page.locator("#among-clear").click()
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    assert shown_labels(page)[:11] == ["red"] * 11
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    expect(notice(page)).to_be_hidden()


def test_other_collection_drops_labels_that_it_lacks_and_says_so(visitor: Visitor) -> None:
    page = visitor.open(link_with(["green", "two"], "png"))
    page.locator("#collection").select_option("unready")
    expect(notice(page)).to_contain_text("There is no label 'two' here")
    expect(chips(page).locator(".name")).to_have_text(["green"])
    expect(page.locator("#among-text")).to_have_value("png")
    expect(amount(page)).to_have_text(f"12 of {3 * N_SHADES} pictures")
    wait_for_parameter(page, "labels", json.dumps(["green"]))


def test_nothing_found_says_what_to_do(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    page.locator("#among-text").fill("zebra")
    expect(page.locator("#headline")).to_have_text(
        f"Nothing found: the filter leaves 0 of {N_ITEMS} pictures."
    )
    expect(tiles(page)).to_have_count(0)
    expect(page.locator("#grid .nothing")).to_contain_text(
        "No picture passes the filter. Choose other labels, or a shorter text."
    )
    for part in ("#facts-card", "#legend", "#sheet", "#json"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator("#among-text")).to_have_value("zebra")
    expect(notice(page)).to_be_hidden()
    wait_for_parameter(page, "text", "zebra")
    page.reload()
    page.get_by_role("button", name="Search all pictures").click()
    expect(tiles(page)).to_have_count(24)
    expect(page.locator("#facts-card")).to_be_visible()
    expect(page.locator("#among-text")).to_have_value("")
    expect(page.locator(".query figure")).to_be_focused()


def test_filter_that_only_the_query_passes_says_so(visitor: Visitor) -> None:
    page = visitor.open("?item=36")
    choose_labels(page, "two")
    expect(page.locator("#grid .nothing")).to_contain_text("Nothing but the query itself passes")


def test_hostile_labels_are_text_and_filter(visitor: Visitor) -> None:
    """A name that runs as code calls `hacked`, which fails the visit; see `Visitor`."""
    page = visitor.open("?collection=hostile&item=0")
    page.locator("#among-labels").click()
    texts = page.locator("#among-labels-list .name").all_text_contents()
    assert set(HOSTILE[:3]) <= set(texts)
    for label in HOSTILE[:5]:
        page.locator("#among-labels").fill(label[:30])
        option(page, label).click()
    expect(chips(page)).to_have_count(5)
    assert chips(page).locator(".name").all_text_contents() == sorted(HOSTILE[:5])
    wait_for_parameter(page, "labels", json.dumps(sorted(HOSTILE[:5]), ensure_ascii=False))
    expect(tiles(page).first).to_be_visible()
    assert set(shown_labels(page)) <= set(HOSTILE[:5])
    page.locator("#among-text").fill("<script>${hacked()}")
    expect(page.locator("#grid .nothing")).to_be_visible()
    wait_for_parameter(page, "text", "<script>${hacked()}")
    page.reload()
    expect(chips(page)).to_have_count(5)
    expect(page.locator("#among-text")).to_have_value("<script>${hacked()}")


@pytest.mark.parametrize("labels", ["nonsense", "[1]", '{"a": 1}', '["none"]', "[" * 5000])
def test_link_with_a_bad_filter_searches_all_and_says_so(visitor: Visitor, labels: str) -> None:
    page = visitor.open(f"?item=0&labels={quote(labels)}")
    expect(notice(page)).to_contain_text("label")
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")
    expect(chips(page)).to_have_count(0)
    wait_for_parameter(page, "labels", None)


def test_filter_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    box = page.get_by_role("combobox", name="Label is one of")
    page.get_by_role("searchbox", name="Caption or file name contains").focus()
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(active).to_have_text("blue 12")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(option(page, "two")).to_have_attribute("aria-selected", "true")
    expect(amount(page)).to_have_text(f"1 of {N_ITEMS} pictures")
    page.keyboard.type("re")
    expect(options(page)).to_have_text(["red 12", "green 12"])
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    expect(amount(page)).to_have_text(f"13 of {N_ITEMS} pictures")
    expect(chips(page).locator(".name")).to_have_text(["red", "two"])
    page.keyboard.type("nothing")
    expect(page.locator("#among-labels-hint")).to_have_text("No label contains “nothing”.")
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(2)
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("nothing")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chips(page).locator(".name")).to_have_text(["two"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(amount(page)).to_have_text(f"{N_ITEMS} pictures")


def test_list_closes_when_the_keyboard_leaves(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    page.locator("#among-labels").click()
    expect(page.locator("#among-labels-popup")).to_be_visible()
    page.locator("#among-text").click()
    expect(page.locator("#among-labels-popup")).to_be_hidden()


def test_one_of_many_labels_is_found_by_typing(visitor: Visitor) -> None:
    page = visitor.open("?collection=many&item=0")
    box = page.locator("#among-labels")
    expect(box).to_have_attribute("placeholder", f"any of {N_LABELS} labels")
    box.click()
    expect(options(page)).to_have_count(MOST_OPTIONS)
    expect(page.locator("#among-labels-hint")).to_have_text(
        f"Type to find others of the {N_LABELS} labels."
    )
    expect(page.locator("#among-labels-popup")).to_be_in_viewport(ratio=1)
    box.press_sequentially("259")
    expect(options(page)).to_have_text(["kind-259 1"])
    page.keyboard.press("Enter")
    expect(amount(page)).to_have_text(f"1 of {N_LABELS} pictures")
    assert shown_labels(page) == ["kind-259"]


def test_collection_without_labels_offers_none(visitor: Visitor) -> None:
    page = visitor.open("?collection=without-pictures&k=5")
    expect(page.locator("#among-text")).to_be_visible()
    expect(page.locator("#among-labels-field")).to_be_hidden()
    page.locator("#collection").select_option("colors")
    expect(page.locator("#among-labels-field")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    visitors: Any, screen: str, scheme: str
) -> None:
    page = visitors(viewport=SCREENS[screen], color_scheme=scheme).open(
        link_with([*HOSTILE[:3], HOSTILE[-1]], collection="hostile")
    )
    if screen == "phone":
        expect(page.locator("#among-text")).to_be_hidden()
        expect(amount(page)).to_be_visible()
        page.locator("#among > summary").click()
    states: tuple[Callable[[], object], ...] = (
        page.locator("#among-labels").click,
        lambda: page.keyboard.press("ArrowDown"),
        lambda: page.keyboard.type("zebra"),
        lambda: page.locator("#among-text").fill("zebra"),
    )
    for state in states:
        state()
        assert violations(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == SCREENS[screen]["width"]
    expect(page.locator("#grid .nothing")).to_be_visible()
