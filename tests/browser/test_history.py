"""From query to query, and links to them."""

from typing import Any

from drawing import GREEN, encoded, plain
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
    wait_for_item,
)


def item_in(page: Page) -> str:
    """The item that the address names, once it does."""
    return str(page.evaluate("new URLSearchParams(location.search).get('item')"))


def upload_green(page: Page) -> None:
    data = encoded(plain(GREEN), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")


def choose(page: Page, rank: int) -> int:
    """Choose a neighbor and wait until it is the query."""
    chosen = shown_items(page)[rank - 1]
    tiles(page).nth(rank - 1).click()
    wait_for_item(page, chosen)
    return chosen


def test_click_on_a_neighbor_makes_it_the_query_without_embedding(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    chosen = choose(page, 3)
    assert chosen not in shown_items(page)
    assert 0 in shown_items(page)
    expect(page.locator(".query img")).to_have_attribute("src", f"{visitor.url}{_picture(page)}")
    assert fact(page, "Time").splitlines()[1].startswith("search ")


def _picture(page: Page) -> str:
    src = str(page.locator("#trail li:last-child img").get_attribute("src"))
    return src[src.index("pictures/") :]


def test_click_focuses_the_query_and_brings_it_into_sight(visitor: Visitor) -> None:
    page = visitor.open("?item=0&k=36")
    last = tiles(page).last
    last.scroll_into_view_if_needed()
    last.click()
    expect(page.locator(".query figure")).to_be_focused()
    expect(page.locator(".query figure")).to_be_in_viewport()


def test_back_and_forward_in_the_browser_show_the_answers_again(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    answers = [shown_items(page)]
    for rank in (2, 5):
        choose(page, rank)
        answers.append(shown_items(page))
    page.go_back()
    expect(tiles(page).first).to_have_attribute("data-item", str(answers[1][0]))
    assert shown_items(page) == answers[1]
    page.go_back()
    expect(tiles(page).first).to_have_attribute("data-item", str(answers[0][0]))
    assert shown_items(page) == answers[0]
    assert item_in(page) == "0"
    page.go_forward()
    expect(tiles(page).first).to_have_attribute("data-item", str(answers[1][0]))


def test_going_back_before_the_answer_came_leaves_it_out(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    first = _picture(page)
    choose(page, 2)
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/component_server/", hold_first)
    tiles(page).nth(4).click()
    expect(page.locator("#progress")).to_be_visible()
    page.go_back()
    expect(page.locator("#trail button")).to_have_count(1)
    held[0].continue_()
    expect(page.locator(".query img")).to_have_attribute("src", f"{visitor.url}{first}")
    expect(page.locator("#trail button")).to_have_count(1)
    assert item_in(page) == "0"
    page.go_forward()
    expect(page.locator("#trail button")).to_have_count(2)


def test_trail_shows_the_way_and_leads_back(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    choose(page, 1)
    choose(page, 4)
    stops = page.locator("#trail button")
    expect(stops).to_have_count(3)
    expect(stops.last).to_have_attribute("aria-current", "step")
    stops.first.click()
    expect(stops).to_have_count(1)
    assert item_in(page) == "0"
    page.go_forward()
    expect(stops).to_have_count(2)


def test_sliders_change_the_address_but_are_no_steps_back(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    choose(page, 1)
    for k in (5, 7, 9):
        slide(page, "#k", k)
        expect(tiles(page)).to_have_count(k)
    page.wait_for_url(lambda url: "k=9" in url)
    page.go_back()
    expect(tiles(page)).to_have_count(24)
    assert item_in(page) == "0"


def test_uploads_come_back_in_history_and_after_a_reload(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    upload_green(page)
    found = shown_items(page)
    choose(page, 1)
    page.go_back()
    expect_query(page, "leaf.png")
    assert shown_items(page) == found
    page.reload()
    expect_query(page, "leaf.png")
    assert shown_items(page) == found


def test_upload_never_enters_a_link_and_the_page_says_so(visitors: Any) -> None:
    visitor = visitors(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.open()
    upload_green(page)
    hint = page.locator("#copy-hint")
    expect(hint).to_have_text("Your own picture never enters a link: it carries the settings only.")
    page.locator("#copy").click()
    expect(hint).to_contain_text("Link copied.")
    for link in (address(page), page.evaluate("navigator.clipboard.readText()")):
        assert link.startswith(f"{visitor.url}?collection=colors&backbone=color&metric=angular")
        assert "upload" not in link
        assert "item" not in link


def test_upload_that_is_forgotten_is_said(visitor: Visitor) -> None:
    page = visitor.open("?upload=abc&k=5")
    # An address never holds an upload; a history entry of an earlier server may.
    expect(tiles(page)).to_have_count(5)
    expect(notice(page)).to_be_hidden()
    # The page writes its own entry a moment after the answer, which would take the place of this.
    page.wait_for_function("() => history.state?.similarity")
    page.evaluate("""() => history.replaceState({ similarity: { step: 0, view: "search",
        params: { upload: "abc", k: "5" }, trail: [] } }, "")""")
    page.reload()
    expect(notice(page)).to_contain_text("is not kept any more; give it again")
    expect(tiles(page)).to_have_count(5)


def test_link_shows_the_same_answer_to_another_visitor(visitors: Any) -> None:
    visitor = visitors(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.open("?backbone=gray&item=5")
    slide(page, "#k", 7)
    expect(tiles(page)).to_have_count(7)
    slide(page, "#search-k", 30)
    effort = page.locator("#search-k-value").inner_text()
    expect(page.locator("#facts")).to_contain_text(f"at search_k {effort};")
    choose(page, 2)
    page.locator("#copy").click()
    expect(page.locator("#copy-hint")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    other = visitors()
    seen = other.open(link.removeprefix(visitor.url))
    assert shown_items(seen) == shown_items(page)
    for control in ("#backbone", "#metric", "#k"):
        assert seen.locator(control).input_value() == page.locator(control).input_value()
    expect(seen.locator("#search-k-value")).to_have_text(effort)
    expect(notice(seen)).to_be_hidden()


def test_link_with_a_region_shows_the_same_answer(visitor: Visitor) -> None:
    page = visitor.open("?collection=colors&backbone=color&item=36&region=0,0,0.5,1")
    assert shown_labels(page)[:11] == ["red"] * 11
    expect(page.get_by_role("button", name="Whole picture")).to_be_visible()


def test_link_with_bad_values_is_clamped_and_says_so(visitor: Visitor) -> None:
    page = visitor.open(
        "?collection=nowhere&backbone=resnet9000&metric=cosine&k=999&search_k=0&item=-4&region=2,2,3,3"
    )
    expect(notice(page).locator("li")).to_have_text(
        [
            "There is no collection nowhere here; colors was taken.",
            "There is no backbone resnet9000 here; color was taken.",
            "There is no metric cosine here; angular was taken.",
            "k 999 is not between 1 and 36; 36 was taken.",
            "search_k 0 is not between 5 and 74; 5 was taken.",
            "The region 2,2,3,3 does not lie within a picture; the whole was taken.",
            "item -4 is not between 0 and 36; 0 was taken.",
        ]
    )
    page.wait_for_url(lambda url: url.endswith("metric=angular&k=36&search_k=5&item=0"))


def test_link_with_words_for_numbers_takes_the_defaults(visitor: Visitor) -> None:
    page = visitor.open("?k=2.5&search_k=NaN&item=" + "x" * 300)
    expect(notice(page)).to_contain_text("k 2.5 is not a whole number; 24 was taken.")
    expect(notice(page)).to_contain_text("search_k NaN is not a whole number")
    expect(notice(page)).to_contain_text(f"item {'x' * 40}... is not a whole number")


def test_address_keeps_what_is_not_the_pages_own(visitor: Visitor) -> None:
    page = visitor.open("?__theme=dark&item=0")
    choose(page, 1)
    assert "__theme=dark" in address(page)
    assert page.evaluate("document.body.classList.contains('dark')")


def test_framed_by_another_site_the_link_is_the_direct_one(visitors: Any) -> None:
    visitor = visitors()
    page = visitor.page
    # Another origin, in whose frame the page may not write to the clipboard.
    frame = f'<iframe src="{visitor.url}?item=3&k=5" width="1200" height="800"></iframe>'
    page.set_content(frame)
    inside = page.frame_locator("iframe")
    expect(inside.locator("#grid button[data-item]")).to_have_count(5)
    inside.locator("#copy").click()
    text = inside.locator("#copy-text")
    expect(text).to_be_visible()
    link = text.input_value()
    assert link.startswith(f"{visitor.url}?collection=colors&")
    assert link.endswith("k=5&search_k=74&item=3")
    expect(inside.locator("#copy-hint")).to_have_text("Copy this link:")


def test_view_is_a_step_and_back_leads_out_of_it(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    page.locator("#go-browse").click()
    expect(page.locator("#browse-grid button").first).to_be_visible()
    assert address(page).endswith("view=browse")
    page.go_back()
    expect(page.locator("#grid button[data-item]").first).to_be_visible()
    expect(page.locator("#browse-view")).to_be_hidden()
