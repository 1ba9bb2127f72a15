"""Which values of search_k change an answer, and which one to begin with."""


def search_k_range(n_items: int, n_trees: int, dim: int) -> tuple[int, int]:
    """Bound search_k to where something happens.

    Annoy collects whole leaves until it has search_k ids, one id once for each tree that gives it.
    A leaf lists up to dim + 2 items in the place of a vector, so a smaller search_k still opens
    one leaf; from n_items * n_trees on, every leaf of every tree is open and the answer is exact.

    Args:
        n_items: Items in the index.
        n_trees: Trees in it.
        dim: Length of the indexed vectors, after projection.

    Returns:
        Lowest and highest value. They are equal where a tree is a single leaf: then every value
        gives the exact answer.

    Source: annoylib.h 1.17.3, `_get_all_nns` and `_K`.
    """
    leaf = dim + 2
    if leaf >= n_items:
        return n_items, n_items
    return leaf, n_items * n_trees


def default_search_k(k: int, n_trees: int, bounds: tuple[int, int]) -> int:
    """Value to begin with: Annoy's own n_trees * k, within the bounds.

    Args:
        k: Neighbors that are asked for.
        n_trees: Trees in the index.
        bounds: From `search_k_range`.
    """
    low, high = bounds
    return max(low, min(high, n_trees * k))
