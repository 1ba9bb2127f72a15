"""How the page looks, and that everyone can use it."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from drawing import GREEN, encoded, plain
from playwright.sync_api import FilePayload, Page, Route, expect

from browser.conftest import Visitor
from browser.looking import expect_query, notice, slide, tiles, wait_for_item

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()

SCREENS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def open_everything(page: Page) -> None:
    """Search, with all that can be opened and marked."""
    page.evaluate(
        "document.querySelectorAll('.similarity details').forEach(d => { d.open = true })"
    )
    page.locator("#address-open").click()
    page.locator("#mark-missed").check()
    slide(page, "#search-k", 0)
    expect(page.locator("#grid .missed").first).to_be_visible()
    expect(page.locator("#curve-body svg").first).to_be_visible()


def region(page: Page) -> None:
    page.get_by_role("button", name="Select a region").click()


def upload(page: Page) -> None:
    data = encoded(plain(GREEN), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")


def mistake(page: Page) -> None:
    page.set_input_files("#file", [FilePayload(name="notes.txt", mimeType="", buffer=b"text")])
    expect(notice(page)).to_be_visible()


def question(page: Page) -> None:
    if not page.locator("#backbone").is_visible():
        page.locator(".settings > summary").click()
    page.locator("#backbone").select_option("resnet50")
    expect(page.locator("#prepare")).to_be_visible()


def camera(page: Page) -> None:
    page.locator("#camera").click()
    expect(page.locator("#camera-dialog")).to_be_visible()


def browse(page: Page) -> None:
    page.locator("#go-browse").click()
    expect(page.locator("#browse-grid button").first).to_be_visible()


STATES = (open_everything, region, upload, mistake, question, camera, browse)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(visitors: Any, screen: str, scheme: str) -> None:
    """All rules of axe-core, on the whole page with Gradio's own parts."""
    visitor = visitors(viewport=SCREENS[screen], color_scheme=scheme)
    for state in STATES:
        page = visitor.open("?item=0&k=12")
        state(page)
        assert violations(page) == [], f"{state.__name__}, {screen}, {scheme}"


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_wider_than_the_screen(
    visitors: Any, screen: str, state: Callable[[Page], None]
) -> None:
    page = visitors(viewport=SCREENS[screen]).open("?item=0&k=12")
    state(page)
    width = SCREENS[screen]["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_phone_shows_giving_then_answer_and_settings_folded(visitors: Any) -> None:
    page = visitors(viewport=SCREENS["phone"]).open("?item=0")
    tops = [
        page.locator(selector).bounding_box()["y"]
        for selector in (".give", ".among", ".settings", ".query", ".take")
    ]
    assert tops == sorted(tops)
    expect(page.locator("#k, #among-text").filter(visible=True)).to_have_count(0)
    expect(page.locator("#among-amount")).to_have_text("37 pictures")
    expect(page.locator("#settings-summary")).to_have_text("color, angular, k 24")
    page.locator(".settings > summary").click()
    expect(page.locator("#k")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_jumps_when_answers_arrive(visitors: Any, screen: str) -> None:
    visitor = visitors(viewport=SCREENS[screen])
    visitor.context.add_init_script("""
        window.shifts = [];
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) {
                for (const { node } of entry.sources) {
                    // The trail grows by what was chosen, at its end.
                    if (node?.parentElement?.closest(".similarity") && !node.closest?.(".trail")) {
                        window.shifts.push([entry.value, node.id || node.className]);
                    }
                }
            }
        }).observe({ type: "layout-shift", buffered: true });
    """)
    page = visitor.open("?item=0")
    page.wait_for_load_state("networkidle")
    tiles(page).nth(3).click()
    expect(page.locator("#trail button")).to_have_count(2)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifts") == []


def test_motion_is_only_for_those_who_like_it(visitors: Any) -> None:
    for preference, n_moving in (("reduce", 0), ("no-preference", 1)):
        page = visitors(reduced_motion=preference).open()
        page.evaluate("document.querySelector('#progress').hidden = false")
        assert page.evaluate("document.getAnimations().length") == n_moving


def test_slow_answer_says_what_is_going_on(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    expect(page.locator("#progress")).to_be_hidden()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/component_server/", hold)
    slide(page, "#k", 5)
    expect(page.locator("#progress")).to_have_text("Searching…")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(tiles(page)).to_have_count(5)
    expect(page.locator("#progress")).to_be_hidden()


def test_everything_can_be_reached_and_seen_by_keyboard(visitor: Visitor) -> None:
    """Tab goes through all controls in order, and each one shows that it has the keyboard."""
    page = visitor.open("?item=0&k=3")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        state = page.evaluate("""() => {
            const e = document.activeElement;
            const shown = e.id === "file" ? e.closest("label") : e;
            const said = (e.querySelector(".rank") ?? e).textContent;
            const name = e.id || said.trim().split(/\\s/)[0];
            return [name, getComputedStyle(shown).outlineStyle];
        }""")
        if state[0] and not page.evaluate("document.activeElement.closest('.similarity')"):
            break
        reached.append(state)
    names = [name for name, _ in reached]
    assert [outline for _, outline in reached if outline == "none"] == []
    wanted = [
        "go-search",
        "go-browse",
        "file",
        "camera",
        "address-open",
        "among-text",
        "among-labels",
        "backbone",
        "metric",
        "k",
        "search-k",
        "mark-missed",
    ]
    assert [name for name in names if name in wanted] == wanted
    assert {"copy", "sheet", "json", "Select", "1", "2", "3"} <= set(names)


def test_search_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    tiles(page).first.focus()
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("document.activeElement.dataset.item")
    expect(tiles(page).nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    wait_for_item(page, int(chosen))
    expect(page.locator(".query figure")).to_be_focused()
    page.go_back()
    expect(tiles(page).nth(1)).to_have_attribute("data-item", chosen)


def test_controls_have_names_that_a_screen_reader_says(visitor: Visitor) -> None:
    page = visitor.open("?item=0&k=3")
    controls: list[tuple[Any, str]] = [
        ("slider", "Results, k"),
        ("slider", "Effort, search_k"),
        ("searchbox", "Caption or file name contains"),
        ("combobox", "Label is one of"),
        ("combobox", "Backbone"),
        ("combobox", "Metric"),
        ("switch", "Mark what the index missed"),
        ("button", "Copy link"),
        ("link", "Contact sheet"),
        ("link", "JSON"),
        ("navigation", "The way here"),
        ("list", "Results"),
    ]
    for role, name in controls:
        expect(page.get_by_role(role, name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="Query: blue")).to_be_visible()
    expect(page.locator("#headline")).to_have_attribute("role", "status")


def test_collection_without_pictures_is_searched_by_its_items(visitor: Visitor) -> None:
    page = visitor.open("?collection=without-pictures&k=5")
    expect(tiles(page)).to_have_count(5)
    tiles(page).first.click()
    expect(page.locator("#trail button")).to_have_count(2)
    expect(page.locator("#sheet")).to_be_hidden()
    upload_data = encoded(plain(GREEN), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=upload_data)])
    expect(notice(page)).to_contain_text("search for an item")
