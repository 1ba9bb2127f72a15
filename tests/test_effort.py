from pathlib import Path

import pytest
from drawing import noise, save
from fakes import ColorEmbedder

from similarity.ann.search_k import search_k_range
from similarity.indexing.pipeline import Settings, build_from_folder
from similarity.search.searcher import Searcher


def test_search_k_range_goes_from_one_leaf_to_all_items_in_all_trees() -> None:
    assert search_k_range(n_items=1000, n_trees=10, dim=32) == (34, 10_000)


@pytest.mark.parametrize("dim", [998, 2048])
def test_search_k_range_where_a_tree_is_one_leaf_has_one_value(dim: int) -> None:
    assert search_k_range(n_items=1000, n_trees=10, dim=dim) == (1000, 1000)


def test_search_k_range_holds_where_recall_changes(tmp_path: Path) -> None:
    for seed in range(60):
        save(noise(seed), tmp_path / "photos" / f"{seed:02}.png")
    settings = Settings(backbone="color", n_trees=4)
    built = build_from_folder(tmp_path / "photos", tmp_path / "art", settings, ColorEmbedder)
    searcher = Searcher(built.artifact, "angular")
    low, high = search_k_range(searcher.n_items, searcher.n_trees, searcher.index_dim)

    def recalls(search_k: int) -> list[float | None]:
        return [
            searcher.search(
                searcher.query_by_item(item), 20, search_k, with_recall=True
            ).recall_at_k
            for item in range(searcher.n_items)
        ]

    assert recalls(1) == recalls(2)
    assert sum(r or 0 for r in recalls(low)) < sum(r or 0 for r in recalls(high // 2))
    assert recalls(high) == [1.0] * searcher.n_items == recalls(high * 10)
