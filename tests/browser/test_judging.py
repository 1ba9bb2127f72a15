"""How good an answer is, and playing with it."""

import json
import re
from typing import Any

import pytest
from drawing import GREEN, encoded, plain
from playwright.sync_api import FilePayload, Page, Request, expect

from browser.collections import N_ITEMS
from browser.conftest import ROOT, Visitor
from browser.looking import expect_query, fact, notice, shown_items, slide, tiles, wait_for_item


def api(page: Page, *data: object) -> Any:
    """Ask `/search`, without a filter."""
    response = page.request.post("gradio_api/run/search", data={"data": [None, *data, None, None]})
    assert response.ok
    return response.json()["data"][0]


LINE_PIXELS = 19


@pytest.fixture
def visitor(visitors: Any, url: str) -> Visitor:
    made: Visitor = visitors(base_url=url)
    return made


def test_facts_tell_what_the_api_tells(visitor: Visitor) -> None:
    page = visitor.open("?item=0&k=12&search_k=5")
    answer = api(page, 0, "color", "angular", 12, 5, "colors")
    assert 0 < answer["recall_at_k"] < 1
    assert shown_items(page) == [neighbor["item_id"] for neighbor in answer["neighbors"]]
    right = round(answer["recall_at_k"] * 12)
    assert fact(page, "Recall@12").splitlines() == [
        f"{answer['recall_at_k']:.3f}",
        f"{right} of the 12 nearest of an exact search were found",
    ]
    assert fact(page, "Examined").startswith(f"{answer['n_candidates']} candidates\nat search_k 5;")
    assert f"{N_ITEMS} items" in fact(page, "Index")
    assert "3 dims, 2 trees" in fact(page, "Index")
    assert " MB" in fact(page, "Index")
    assert fact(page, "Weights").splitlines() == [
        "mean color",
        "not verified by a published digest",
    ]
    expect(page.locator("#headline")).to_contain_text(f"recall@12 is {answer['recall_at_k']:.2f}")


def test_facts_say_that_weights_are_the_published_ones(visitor: Visitor) -> None:
    page = visitor.open("?backbone=gray&item=0")
    assert "the published file" in fact(page, "Weights")


def test_facts_split_the_time_of_an_upload(visitor: Visitor) -> None:
    page = visitor.open()
    data = encoded(plain(GREEN), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")
    parts = fact(page, "Time").splitlines()[1].split(", ")
    assert [part.split()[0] for part in parts] == ["decode", "preprocess", "embed", "search"]


def test_neighbor_shows_rank_label_caption_and_similarity(visitor: Visitor) -> None:
    page = visitor.open("?item=0&metric=euclidean")
    answer = api(page, 0, "color", "euclidean", 24, None, "colors")
    third = answer["neighbors"][2]
    text = tiles(page).nth(2).inner_text().split()
    caption = third["caption"].partition("/")[2]
    distance = f"{third['distance']:.3g}"
    assert text == [f"{third['similarity']:.3f}", "3", third["label"], distance, caption]
    assert tiles(page).nth(2).get_attribute("aria-label") == (
        f"Rank 3: {third['label']}, {caption}, similarity {third['similarity']:.3f}. "
        "Search for this picture."
    )
    expect(page.locator("#legend")).to_contain_text("cosine similarity")
    expect(page.locator("#legend")).to_contain_text("the euclidean distance")


def test_switch_marks_what_the_index_missed(visitor: Visitor) -> None:
    page = visitor.open("?item=0&k=12&search_k=5")
    found = shown_items(page)
    exact = api(page, 0, "color", "angular", 12, 10**6, "colors")
    wanted = {n["item_id"]: n["rank"] for n in exact["neighbors"] if n["item_id"] not in found}
    assert wanted
    marked = page.locator("#grid .missed button")
    expect(marked).to_have_count(0)
    page.get_by_role("switch", name="Mark what the index missed").check()
    expect(marked).to_have_count(len(wanted))
    for tile in marked.all():
        rank = wanted[int(str(tile.get_attribute("data-item")))]
        assert tile.locator(".rank").inner_text() == f"missed {rank}"
        assert f"Missed by the index, exact rank {rank}" in str(tile.get_attribute("aria-label"))
    page.get_by_role("switch").uncheck()
    expect(marked).to_have_count(0)


def test_k_slider_shows_so_many_and_ends_at_all(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    slide(page, "#k", 3)
    expect(tiles(page)).to_have_count(3)
    page.locator("#k").press("End")
    expect(tiles(page)).to_have_count(N_ITEMS - 1)
    expect(page.locator("#k-value")).to_have_text(str(N_ITEMS - 1))


def test_search_k_slider_goes_from_little_to_exact(visitor: Visitor) -> None:
    page = visitor.open("?item=0&k=12")
    slider = page.locator("#search-k")
    slider.press("Home")
    expect(page.locator("#search-k-value")).to_have_text("5")
    expect(page.locator("#headline")).to_contain_text("the index missed")
    slider.press("End")
    expect(page.locator("#search-k-value")).to_have_text(str(N_ITEMS * 2))
    expect(page.locator("#headline")).to_contain_text("recall@12 is 1.00: the exact answer")
    expect(slider).to_have_attribute("aria-valuetext", "74 places")


def test_slider_reruns_the_search_only(visitor: Visitor) -> None:
    page = visitor.open()
    data = encoded(plain(GREEN), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")
    before = fact(page, "Time").splitlines()[1].split(", ")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(function_of(request)))
    slide(page, "#k", 9)
    expect(tiles(page)).to_have_count(9)
    after = fact(page, "Time").splitlines()[1].split(", ")
    # The picture is neither sent nor embedded again: its times are those of the first time.
    assert after[:3] == before[:3]
    assert [name for name in asked if name] == ["answer"]


def function_of(request: Request) -> str:
    """Which function of the server a request calls."""
    if "component_server" not in request.url or request.post_data is None:
        return ""
    if request.post_data.startswith("{"):
        return str(json.loads(request.post_data)["fn_name"])
    return "take"


def test_slider_that_is_dragged_ends_at_the_last_value(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    page.locator("#k").evaluate("""(slider) => {
        for (let k = 1; k <= 31; k += 1) {
            slider.value = k;
            slider.dispatchEvent(new Event("input"));
        }
    }""")
    expect(tiles(page)).to_have_count(31)
    expect(page.locator("#k")).to_have_value("31")


def test_metric_and_backbone_change_the_answer(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    angular = shown_items(page)
    page.locator("#metric").select_option("euclidean")
    expect(page.locator("#legend")).to_contain_text("euclidean")
    page.locator("#backbone").select_option("gray")
    expect(notice(page)).to_contain_text("There is no metric euclidean here; angular was taken.")
    assert page.locator("#metric option").count() == 1
    assert fact(page, "Weights").startswith("mean gray")
    assert shown_items(page) != angular


def test_collection_changes_pictures_examples_and_title(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    page.locator("#collection").select_option("hostile")
    expect(page.locator("#tagline")).to_contain_text("12 pictures")
    page.go_back()
    expect(page.locator("#tagline")).to_contain_text(f"{N_ITEMS} pictures")


def test_each_control_says_in_one_line_what_it_does(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    for name, does in {
        "collection": "searched",
        "backbone": "what counts as similar",
        "metric": "directions",
        "k": "How many",
        "search-k": "Places looked at",
        "mark-missed": "what Annoy did not find",
    }.items():
        control = page.locator(f"#{name}")
        expect(control).to_have_accessible_description(re.compile(does))
        hint = page.locator(f"#{name}-hint").bounding_box()
        assert hint is not None
        assert hint["height"] < 1.5 * LINE_PIXELS
    page.locator("#metric").select_option("euclidean")
    expect(page.locator("#metric-hint")).to_contain_text("straight")


def test_how_to_choose_is_told_beside_the_controls_and_in_the_readme(visitor: Visitor) -> None:
    page = visitor.open("?item=0")
    page.get_by_text("How to choose", exact=True).click()
    for decision in ("Backbone", "Metric", "Effort"):
        expect(page.locator("#choosing dt", has_text=decision)).to_be_visible()
    link = str(page.get_by_role("link", name="in the README").get_attribute("href"))
    readme = page.request.get(link.partition("#")[0])
    assert readme.headers["content-type"].startswith("text/plain")
    assert readme.text() == (ROOT / "README.md").read_text(encoding="utf-8")


def test_search_k_slider_of_a_single_leaf_is_off_and_says_why(visitor: Visitor) -> None:
    page = visitor.open("?collection=tiny")
    expect(page.locator("#search-k")).to_be_disabled()
    expect(page.locator("#search-k-hint")).to_contain_text("every tree is one leaf")
    page.locator("#curve summary").click()
    expect(page.locator("#curve-body tbody tr")).to_have_count(1)


def test_curve_is_measured_on_demand_and_follows(visitor: Visitor) -> None:
    page = visitor.open("?item=0&k=12&search_k=5")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(function_of(request)))
    slide(page, "#k", 11)
    expect(page.locator("#facts")).to_contain_text("Recall@11")
    assert "curve" not in asked
    page.locator("#curve summary").click()
    rows = page.locator("#curve-body tbody tr")
    expect(rows.first).to_be_attached()
    numbers = [row.locator("td").all_text_contents() for row in rows.all()]
    assert numbers[0][0] == "5"
    assert numbers[-1][:2] == [str(N_ITEMS * 2), "1.00"]
    recalls = [float(recall) for _, recall, _ in numbers]
    assert recalls[0] < recalls[-1]
    points = page.locator("#curve-body polyline").first.get_attribute("points")
    assert len(str(points).split()) == len(numbers)
    dot = page.locator("#curve-body .now-dot").first
    left = float(str(dot.get_attribute("cx")))
    page.locator("#search-k").press("End")
    expect(page.locator("#search-k-value")).to_have_text(str(N_ITEMS * 2))
    expect(dot).not_to_have_attribute("cx", str(left))
    assert asked.count("curve") == 1
    chosen = shown_items(page)[0]
    tiles(page).first.click()
    wait_for_item(page, chosen)
    expect(rows.first).to_be_attached()
    assert asked.count("curve") == 2
