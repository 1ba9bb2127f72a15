"""What a visitor sees of the page."""

from playwright.sync_api import Locator, Page, expect


def tiles(page: Page) -> Locator:
    """The neighbors, nearest first."""
    return page.locator("#grid .tile:not(.query, .missed, .empty) button[data-item]")


def shown_items(page: Page) -> list[int]:
    """Ids of the neighbors, nearest first."""
    return [int(str(tile.get_attribute("data-item"))) for tile in tiles(page).all()]


def shown_labels(page: Page) -> list[str]:
    """Labels of the neighbors, nearest first."""
    return tiles(page).locator(".rank + .name").all_text_contents()


def query_name(page: Page) -> Locator:
    """What the query is called."""
    return page.locator("#grid .query figcaption .name")


def expect_query(page: Page, name: str) -> None:
    """Wait until a query is answered."""
    expect(query_name(page)).to_have_text(name)


def address(page: Page) -> str:
    """The address as the browser shows it; `page.url` hears of a change only later."""
    return str(page.evaluate("location.href"))


def wait_for_item(page: Page, item: int) -> None:
    """Wait until the address names an item."""
    page.wait_for_function(
        "item => new URLSearchParams(location.search).get('item') === item", arg=str(item)
    )


def fact(page: Page, name: str) -> str:
    """What is said under "How this was found"."""
    row = page.locator("#facts div", has=page.locator("dt", has_text=name))
    return row.locator("dd").inner_text()


def notice(page: Page) -> Locator:
    """Sentences for the visitor."""
    return page.locator("#notice")


def slide(page: Page, selector: str, value: int) -> None:
    """Move a slider to a position."""
    page.locator(selector).evaluate(
        "(slider, value) => { slider.value = value;"
        " slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )
