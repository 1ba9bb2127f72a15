"""The generators of the bundled collection; rendering needs Debian's povray."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from index_artifacts.scenes.render import __main__ as command_line
from index_artifacts.scenes.render import batch
from index_artifacts.scenes.render.batch import Job, render_all, render_picture
from index_artifacts.scenes.render.registry import (
    PICTURES_PER_CATEGORY,
    Category,
    all_categories,
    category,
)
from index_artifacts.scenes.render.scene import Scene

CATEGORIES = all_categories()
needs_povray = pytest.mark.skipif(
    shutil.which("povray") is None, reason="povray is not installed (Debian: apt install povray)"
)


@pytest.fixture
def roads() -> Category:
    switches = {"weather": ("", "mist", "rain"), "fence": ("no fence", "fence"), "view": ("far",)}
    return Category("road", switches, ("fence", "weather"), lambda _: None)


@needs_povray
@pytest.mark.parametrize("index", [0, 7, 24])
def test_render_same_picture_twice_gives_equal_pixels(index: int) -> None:
    each = CATEGORIES[index % len(CATEGORIES)]
    first, second = (np.asarray(each.scene(index).render(48)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("each", CATEGORIES, ids=lambda each: each.slug)
def test_choices_every_value_of_every_switch_occurs_evenly(each: Category) -> None:
    assert len(each.choices) == PICTURES_PER_CATEGORY
    for name, values in each.switches.items():
        chosen = [choice[name] for choice in each.choices]
        counts = {value: chosen.count(value) for value in values}
        assert sum(counts.values()) == PICTURES_PER_CATEGORY
        assert max(counts.values()) - min(counts.values()) <= 1
        assert min(counts.values()) >= 1


@pytest.mark.parametrize("each", CATEGORIES, ids=lambda each: each.slug)
def test_choices_no_two_pictures_share_all_values(each: Category) -> None:
    rows = {tuple(choice.values()) for choice in each.choices}
    assert len(rows) == PICTURES_PER_CATEGORY


@pytest.mark.parametrize("each", CATEGORIES, ids=lambda each: each.slug)
def test_switches_four_to_six_for_each_category(each: Category) -> None:
    assert 4 <= len(each.switches) <= 6


def test_caption_speaks_of_chosen_values_in_caption_order(roads: Category) -> None:
    choice = {"weather": "mist", "fence": "fence", "view": "far"}
    assert roads.caption(choice) == "road, fence, mist"


def test_caption_leaves_out_empty_and_absent_things(roads: Category) -> None:
    choice = {"weather": "", "fence": "no fence", "view": "far"}
    assert roads.caption(choice) == "road"


def test_category_arguments_unlike_switches_raises() -> None:
    def misnamed(scene: Scene, *, wether: str) -> None: ...

    with pytest.raises(ValueError, match=r"switches \['weather'\].*'wether'"):
        category("misnamed", weather=("mist",))(misnamed)


def test_category_label_taken_raises() -> None:
    with pytest.raises(ValueError, match="two categories are called"):

        @category(CATEGORIES[0].label, weather=("mist",))
        def again(scene: Scene, *, weather: str) -> None: ...


@needs_povray
def test_command_line_renders_once_and_lists_pictures(tmp_path: Path) -> None:
    label = CATEGORIES[0].label
    arguments = ["--categories", label, "--indices", "3", "--size", "32", "--jobs", "1"]
    arguments += ["--output", str(tmp_path)]

    assert command_line.main(arguments) == 0
    item = json.loads((tmp_path / "items.jsonl").read_text())
    picture = tmp_path / item["file"]
    written = picture.stat().st_mtime_ns
    assert command_line.main(arguments) == 0

    assert item["label"] == label
    assert item["caption"] == CATEGORIES[0].caption(CATEGORIES[0].choices[3])
    assert picture.stat().st_mtime_ns == written
    assert json.loads((tmp_path / "collection.json").read_text())["n_items"] == 1


@needs_povray
def test_render_all_failing_picture_leaves_the_others(tmp_path: Path) -> None:
    label = CATEGORIES[0].label
    beyond, first = (
        Job(label, index, 32, tmp_path / f"{index}.jpg") for index in (PICTURES_PER_CATEGORY, 0)
    )
    assert render_all([beyond, first], processes=1) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["0.jpg"]


def test_render_picture_category_that_allows_fewer_bytes_gets_a_smaller_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    monkeypatch.setattr(Scene, "render", lambda *_: Image.fromarray(noise))
    sizes = []
    for max_bytes in (21_000, 3_000):
        each = Category("noise", {"view": ("far",)}, ("view",), lambda *_, **__: None, max_bytes)
        monkeypatch.setattr(batch, "_category", {"noise": each}.get)
        target = tmp_path / f"{max_bytes}.jpg"
        render_picture(Job("noise", 0, 64, target))
        sizes.append(target.stat().st_size)
    assert sizes[1] < sizes[0] < 21_000
