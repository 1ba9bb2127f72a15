"""All pictures of a collection."""

from playwright.sync_api import Locator, Page, expect

from browser.collections import HOSTILE, LABELS, N_BARE, N_ITEMS
from browser.conftest import Visitor
from browser.looking import address, expect_query
from similarity.page.handlers import PAGE_SIZE


def pictures(page: Page) -> Locator:
    return page.locator("#browse-grid button")


def test_browse_shows_all_pictures_and_labels_with_counts(visitor: Visitor) -> None:
    page = visitor.open("?view=browse")
    expect(pictures(page)).to_have_count(N_ITEMS)
    expect(page.locator("#filter-label option")).to_have_text(
        [f"All ({N_ITEMS})", *(f"{label} ({count})" for label, count in LABELS.items())]
    )


def test_browse_by_label_and_text(visitor: Visitor) -> None:
    page = visitor.open("?view=browse")
    page.locator("#filter-label").select_option("=green")
    expect(page.locator("#browse-count")).to_have_text("12 pictures. Choose one to search for it.")
    page.locator("#filter-text").fill("07.PNG")
    expect(page.locator("#browse-count")).to_have_text("1 picture. Choose one to search for it.")
    page.locator("#filter-label").select_option(index=0)
    expect(pictures(page)).to_have_count(3)
    page.locator("#filter-text").fill("nothing has this")
    expect(page.locator("#browse-count")).to_contain_text("0 pictures")


def test_browse_picture_is_a_query_and_back_returns(visitor: Visitor) -> None:
    page = visitor.open("?view=browse")
    page.locator("#filter-label").select_option("=red")
    expect(pictures(page)).to_have_count(12)
    pictures(page).nth(2).click()
    expect_query(page, "red")
    assert address(page).endswith("item=26")
    page.go_back()
    expect(page.locator("#browse-view")).to_be_visible()
    expect(pictures(page)).to_have_count(12)


def test_browse_turns_pages(visitor: Visitor) -> None:
    page = visitor.open("?collection=without-pictures&view=browse")
    previous = page.get_by_role("button", name="Previous")
    following = page.get_by_role("button", name="Next")
    expect(page.locator("#page-number")).to_have_text("Page 1 of 3")
    expect(pictures(page)).to_have_count(PAGE_SIZE)
    expect(previous).to_be_disabled()
    following.click()
    expect(pictures(page).first).to_have_attribute("data-item", str(PAGE_SIZE))
    following.click()
    expect(pictures(page)).to_have_count(N_BARE - 2 * PAGE_SIZE)
    expect(page.locator("#page-number")).to_have_text("Page 3 of 3")
    expect(following).to_be_disabled()
    previous.click()
    expect(pictures(page).first).to_have_attribute("data-item", str(PAGE_SIZE))
    pictures(page).nth(4).click()
    expect_query(page, f"item {PAGE_SIZE + 4}")


def test_browse_hostile_labels_can_be_chosen(visitor: Visitor) -> None:
    page = visitor.open("?collection=hostile&view=browse")
    expect(pictures(page)).to_have_count(2 * len(HOSTILE))
    for label in page.locator("#filter-label option").all()[1:]:
        value = str(label.get_attribute("value"))
        page.locator("#filter-label").select_option(value)
        expect(pictures(page)).to_have_count(1)
