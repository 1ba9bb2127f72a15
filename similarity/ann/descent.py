"""Where a search along the graph begins: the leaf of Annoy's first tree that a query falls into.

Annoy itself would compare all items of the leaf in float32 and make a list of them, which takes
longer than all of the search that follows; some of them are as good a place to begin.
"""

import numpy as np
from numpy.typing import NDArray

from similarity.ann.annoy_index import AnnoyIndex
from similarity.ann.compiled import array, compiled, float32, int32, int64, written
from similarity.datatypes import Embeddings

_SEEDS = 8
"""Items of the leaf; one loses .001 of the recall, and more trees find no more."""


_OFFSET, _CHILDREN, _NORMAL = 1, 2, 4
"""Words of a euclidean node before its offset, its children or list of items, and its vector."""


class Descent:
    """Descends an index's first tree. Safe to use from several threads."""

    def __init__(self, index: AnnoyIndex) -> None:
        """Map the tree.

        Args:
            index: Of vectors that are compared as euclidean.
        """
        self._nodes, self._root = index.first_tree()
        self._floats = self._nodes.view(np.float32)

    def seeds(self, query: Embeddings) -> NDArray[np.int32]:
        """Some items of the query's leaf, (at most 8,), each once, for a (dim,) float32 query."""
        seeds: NDArray[np.int32] = _seeds(self._nodes, self._floats, self._root, query)
        return seeds


@compiled(float32(array(float32, 2), int64, array(float32)), sums=True)
def _margin(floats: Embeddings, node: int, query: Embeddings) -> np.float32:
    """On which side of a node's plane a query lies; above 0, that of the second child."""
    total = np.float32(floats[node, _OFFSET])
    for i in range(len(query)):
        total += floats[node, _NORMAL + i] * query[i]
    return total


@compiled(written(int32)(array(int32, 2), array(float32, 2), int64, array(float32)))
def _seeds(
    nodes: NDArray[np.int32], floats: Embeddings, root: int, query: Embeddings
) -> NDArray[np.int32]:
    node = root
    # Children stand before their parents; in a file where they do not, the descent ends.
    while nodes[node, 0] > nodes.shape[1] - _CHILDREN:
        side = 1 if _margin(floats, node, query) > 0 else 0
        child = int(nodes[node, _CHILDREN + side])
        if child >= node:
            return np.zeros(1, dtype=np.int32)
        node = child
    if nodes[node, 0] == 1:  # an item that Annoy has put alone, in the place of a leaf
        return np.full(1, node, dtype=np.int32)
    return nodes[node, _CHILDREN : _CHILDREN + min(nodes[node, 0], _SEEDS)].copy()
