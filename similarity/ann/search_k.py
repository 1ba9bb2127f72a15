"""Which values of search_k change an answer."""


def search_k_range(n_items: int, n_trees: int, dim: int) -> tuple[int, int]:
    """Bound search_k to where something happens.

    Annoy collects whole leaves until it has search_k ids, one id once for each tree that gives it.
    A leaf lists up to dim + 2 items in the place of a vector, so a smaller search_k still opens
    one leaf; from n_items * n_trees on, every leaf of every tree is open. Without a projection the
    answer is exact there; with one, as exact as the ranking of the candidates allows.

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
