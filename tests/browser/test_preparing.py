"""Backbones that are not ready when they are chosen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from drawing import GREEN, encoded, plain
from playwright.sync_api import Browser, FilePayload, Page, expect
from torchvision.models import VGG16_Weights

from browser.collections import build_unready
from browser.conftest import Visitor, free_port, start_page
from browser.looking import expect_query, fact, notice, shown_items, slide, tiles
from similarity.datatypes import METRICS
from similarity.models.registry import get_backbone
from similarity.search.searcher import Searcher
from similarity.store.artifact import Artifact

RESNET18 = get_backbone("resnet18")


def option(page: Page, name: str) -> str:
    return page.locator(f"#backbone option[value={name}]").inner_text()


def text(page: Page) -> Any:
    return page.locator("#prepare-text")


def choose(page: Page, name: str) -> None:
    """Choose a backbone that is not ready, and say yes."""
    page.locator("#backbone").select_option(name)
    page.locator("#prepare-yes").click()


@pytest.fixture
def gate(folder: Path) -> Iterator[Path]:
    """A file that lets VGG16 be made ready when it is there, and lists how often it was loaded."""
    gate = folder.parent / "gate"
    gate.unlink(missing_ok=True)
    yield gate
    gate.touch()


def test_choice_says_what_it_means_and_can_be_dropped(visitor: Visitor) -> None:
    page = visitor.open("?collection=unready&item=0")
    assert option(page, "color") == "color"
    assert option(page, "resnet50") == "ResNet50 (103 MB to download)"
    before = shown_items(page)
    page.locator("#backbone").select_option("resnet50")
    expect(text(page)).to_have_text(
        "ResNet50 is not ready yet. Download 103 MB and index 36 pictures? You can go on searching "
        "meanwhile."
    )
    expect(text(page)).to_have_attribute("role", "status")
    # Another may be chosen while this one is asked about, and answers that come change nothing.
    slide(page, "#k", 5)
    expect(tiles(page)).to_have_count(5)
    expect(page.locator("#backbone")).to_have_value("resnet50")
    page.locator("#backbone").select_option("resnet18")
    expect(text(page)).to_contain_text("ResNet18 is not ready yet. Download 47 MB")
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("#prepare")).to_be_hidden()
    expect(page.locator("#backbone")).to_have_value("color")
    expect(page.locator("#backbone")).to_be_focused()
    assert shown_items(page) == before[:5]
    page.wait_for_function("() => location.search.includes('backbone=color')")


def test_choice_of_a_ready_backbone_drops_the_question(visitor: Visitor) -> None:
    page = visitor.open("?collection=unready&item=0")
    page.locator("#backbone").select_option("resnet50")
    page.locator("#backbone").select_option("color")
    expect(page.locator("#prepare")).to_be_hidden()


def test_collection_without_pictures_offers_no_other_backbone(visitor: Visitor) -> None:
    page = visitor.open("?collection=without-pictures")
    expect(page.locator("#backbone option")).to_have_count(1)


def test_link_to_a_backbone_that_is_not_ready_says_so(visitor: Visitor) -> None:
    page = visitor.open("?collection=unready&backbone=resnet50&item=3")
    expect(notice(page)).to_contain_text(
        "ResNet50 is not ready for this collection; color was taken: choose it in the settings to "
        "make it ready."
    )
    expect_query(page, "blue")


def test_failure_is_one_sentence_and_the_page_goes_on(visitor: Visitor) -> None:
    page = visitor.open("?collection=unready&item=0")
    choose(page, "resnet50")
    expect(text(page)).to_have_text("resnet50.none is not here: put it there.")
    expect(page.locator("#backbone")).to_have_value("color")
    slide(page, "#k", 4)
    expect(tiles(page)).to_have_count(4)
    expect(text(page)).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#prepare")).to_be_hidden()


def test_visitors_who_choose_at_once_share_and_others_search_on(
    visitors: Any, gate: Path, folder: Path
) -> None:
    one, other = visitors(), visitors()
    pages = [visitor.open("?collection=unready&item=0") for visitor in (one, other)]
    for page in pages:
        choose(page, "vgg16")
    for page in pages:
        expect(text(page)).to_contain_text("VGG16: Downloading vgg16-")
        expect(page.locator("#prepare-amount")).to_have_text("0 MB of 553 MB")
        expect(page.get_by_role("progressbar")).to_be_visible()
    # A third sees it without having asked; whoever loads the page again does, too.
    watching = visitors().open("?collection=unready&item=0")
    expect(text(watching)).to_contain_text("VGG16: Downloading vgg16-")
    assert option(watching, "vgg16") == "VGG16 (getting ready)"
    pages[1].reload()
    expect(text(pages[1])).to_contain_text("VGG16: Downloading vgg16-")
    tiles(watching).nth(2).click()
    expect(watching.locator("#trail button")).to_have_count(2)
    assert not (folder / "unready" / "vgg16").exists()
    gate.touch()
    expect(pages[0].locator("#backbone")).to_have_value("vgg16")
    expect(pages[0].locator("#prepare")).to_be_hidden()
    for page in (pages[1], watching):
        expect(text(page)).to_have_text("VGG16 is ready.")
        expect(page.locator("#backbone")).to_have_value("color")
        expect(page.locator("#backbone option[value=vgg16]")).to_have_text("VGG16")
    watching.get_by_role("button", name="Use it").click()
    watching.wait_for_url("**backbone=vgg16**")
    expect(watching.locator("#prepare")).to_be_hidden()
    assert gate.read_text() == "vgg16\n"


@pytest.fixture(scope="module")
def torch_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where torchvision looks for weights: RANDOM ones under the name of ResNet18's, no others."""
    home = tmp_path_factory.mktemp("torch")
    path = home / "hub" / "checkpoints" / RESNET18.published.file_name
    path.parent.mkdir(parents=True)
    torch.manual_seed(0)
    torch.save(RESNET18.build().state_dict(), path)
    return home


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("app")
    build_unready(folder / "unready")
    return folder


@pytest.fixture(scope="module")
def app_url(served: Path, torch_home: Path) -> Iterator[str]:
    """The page as `python app.py` serves it, on a machine without network."""
    port = free_port()
    arguments = ["app.py", "--artifacts", str(served), "--port", str(port)]
    process = start_page(
        arguments,
        port,
        TORCH_HOME=str(torch_home),
        https_proxy="http://127.0.0.1:9",
        no_proxy="127.0.0.1",
    )
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait()


@pytest.fixture
def app_visitor(browser: Browser, app_url: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, app_url)
    yield visitor
    visitor.context.close()
    assert visitor.problems == []


def test_resnet18_with_random_weights_from_choice_to_results(
    app_visitor: Visitor, served: Path
) -> None:
    """The weights are random: what is tested is the way, not how good the answers are."""
    page = app_visitor.open("?item=0&k=10")
    assert option(page, "resnet18") == "ResNet18 (to be indexed)"
    page.locator("#backbone").select_option("resnet18")
    expect(text(page)).to_contain_text("Its weights are here. Index 36 pictures?")
    page.get_by_role("button", name="Index").click()
    expect(text(page)).to_contain_text("ResNet18: ")
    page.wait_for_url("**backbone=resnet18**", timeout=120_000)
    artifact = Artifact.load(served / "unready" / "resnet18")
    assert set(artifact.manifest.indexes) == set(METRICS)
    searcher = Searcher(artifact, "angular")
    expected = searcher.search(searcher.query_by_item(0), k=10)
    assert shown_items(page) == [neighbor.item.item_id for neighbor in expected.neighbors]
    assert fact(page, "Weights").splitlines() == [
        RESNET18.published.name,
        "not verified by a published digest",
    ]
    data = encoded(plain(GREEN, (120, 90)), "PNG")
    page.set_input_files("#file", [FilePayload(name="leaf.png", mimeType="", buffer=data)])
    expect_query(page, "leaf.png")
    expect(page.locator(".query .same")).to_have_text(" is indexed as green")
    assert "embed" in fact(page, "Time")


def test_vgg16_without_network_says_which_file_to_put_where(
    app_visitor: Visitor, torch_home: Path, served: Path
) -> None:
    page = app_visitor.open("?backbone=color&item=0")
    choose(page, "vgg16")
    path = torch_home / "hub" / "checkpoints" / "vgg16-397923af.pth"
    expect(text(page)).to_contain_text("vgg16-397923af.pth (553 MB) is not on this machine")
    expect(text(page)).to_contain_text(
        f"fetch {VGG16_Weights.IMAGENET1K_V1.url} where there is network and"
    )
    expect(text(page)).to_contain_text(f"put it at {path}.")
    expect(page.locator("#backbone")).to_have_value("color")
    tiles(page).first.click()
    expect(page.locator("#trail button")).to_have_count(2)
    assert not (served / "unready" / "vgg16").exists()
