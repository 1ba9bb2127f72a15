"""The only user of Annoy: build, check, load and query its files.

Annoy's files have no header: it takes any file for any metric and dim, and a wrong one gives wrong
answers or kills the process. So a file is opened only after `artifact.check_file` found the digest
that the manifest names and `check_nodes` found the arithmetic of its nodes right.

    node    n_descendants int32 | angular: 2 children, or a norm    | dim float32
                                | dot: 2 children, factor           |
                                | others: offset float, 2 children  |

The first n_items nodes are the items. A node of few descendants lists their ids from the place of
its children on, over the vector. The last n_trees nodes are copies of the roots.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from similarity.ann.metrics import TRAITS
from similarity.datatypes import Embeddings, Metric
from similarity.errors import ArtifactCorruptError, ArtifactMismatchError


def build_index(
    path: Path,
    blocks: Iterable[Embeddings],
    *,
    dim: int,
    metric: Metric,
    n_trees: int,
    seed: int,
) -> None:
    """Build an Annoy file.

    One job: with more, the same seed gives other bytes each time.

    Args:
        path: The file, which must not exist.
        blocks: (n, dim) float32 each; their rows become the items, one after the other.
        dim: Length of a vector.
        metric: Of the index.
        n_trees: How many trees; more cost space and build time and find more.
        seed: The same gives the same bytes on the same machine.
    """
    index = _new_index(dim, metric)
    index.set_seed(seed)
    # As lists: Annoy takes one in 89 us, a NumPy row in 255 us (PERFORMANCE: Search).
    for item_id, vector in enumerate(row for block in blocks for row in block.tolist()):
        index.add_item(item_id, vector)
    index.build(n_trees, n_jobs=1)
    index.save(str(path))
    index.unload()


class AnnoyIndex:
    """An opened Annoy file. Queries may come from several threads."""

    def __init__(self, path: Path, metric: Metric, dim: int, n_items: int, n_trees: int) -> None:
        """Check and map a file whose digest was found right.

        Raises:
            ArtifactCorruptError: Its nodes are not those of an index with this metric and dim.
            ArtifactMismatchError: It has another number of trees.
        """
        check_nodes(path, metric, dim, n_items, n_trees)
        self._path = path
        self._metric: Metric = metric
        self._annoy = _new_index(dim, metric)
        self._annoy.load(str(path))
        self.dim = dim
        self.n_items = n_items
        self.n_trees = n_trees
        words = np.asarray(_map_nodes(path, metric, dim)).view("<f4")
        self.vectors: Embeddings = words[:n_items, TRAITS[metric].header // 4 :]
        """(n_items, dim) float32, where they lie in the file: rows are not contiguous."""

    def candidates(self, query: Embeddings, search_k: int) -> NDArray[np.int32]:
        """Ask Annoy for the items that it thinks nearest.

        Args:
            query: (dim,) float32.
            search_k: How many places in its trees it looks at; from n_items * n_trees on, all.

        Returns:
            (n,) ids of all items that it compared with the query, nearest first.
        """
        # One leaf holds no more than dim + 2 items, and Annoy ends with the leaf that fills up
        # search_k, so that it never has to leave one out.
        n = min(search_k + len(query) + 2, self.n_items)
        ids: list[int] = self._annoy.get_nns_by_vector(query.tolist(), n, search_k)
        return np.fromiter(ids, dtype=np.int32, count=len(ids))

    def leaves(self) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """List the leaves of each tree.

        Yields:
            (n_leaves, dim + 2) ids in each leaf, and (n_leaves,) how many of them count. An item
            is in one leaf of a tree, or in none, where Annoy has put it alone.
        """
        nodes = self._nodes()[self.n_items :]
        ids = nodes[:, TRAITS[self._metric].children_at // 4 :]
        start = 0
        for root in np.flatnonzero(nodes[:, 0] == self.n_items)[: self.n_trees].tolist():
            tree = slice(start, root + 1)  # a root comes after all that is under it
            leaves = start + np.flatnonzero(nodes[tree, 0] <= ids.shape[1])
            yield ids[leaves], nodes[leaves, 0]
            start = root + 1

    def first_tree(self) -> tuple[NDArray[np.int32], int]:
        """Give the nodes as words, (n_nodes, words) int32, and the place of the first root."""
        nodes = self._nodes()
        return nodes, self.n_items + int((nodes[self.n_items :, 0] == self.n_items).argmax())

    def _nodes(self) -> NDArray[np.int32]:
        return np.asarray(_map_nodes(self._path, self._metric, self.dim))


def _new_index(dim: int, metric: Metric) -> Any:
    """Make an AnnoyIndex.

    Annoy is imported here and not before: where it was compiled for another processor, that may
    end the process, and `selfcheck` finds out in another one.
    """
    return import_module("annoy").AnnoyIndex(dim, metric)


def _map_nodes(path: Path, metric: Metric, dim: int) -> NDArray[np.int32]:
    """Map a file's nodes as words, (n_nodes, words) int32."""
    return np.memmap(path, dtype="<i4", mode="r").reshape(-1, TRAITS[metric].header // 4 + dim)


def check_nodes(path: Path, metric: Metric, dim: int, n_items: int, n_trees: int) -> None:
    """Check that a file can be an index with this metric, dim and number of items and trees.

    Every id that Annoy would follow is looked at, so that a file that passes cannot lead it out of
    its memory.

    Raises:
        ArtifactCorruptError: Says what is wrong.
    """
    node_bytes = TRAITS[metric].header + 4 * dim
    size = path.stat().st_size
    if size == 0 or size % node_bytes:
        raise ArtifactCorruptError(
            f"{path} has {size} bytes, which is no multiple of the {node_bytes} that a node of a "
            f"{metric} index of {dim} dims takes; build the artifact again."
        )
    nodes = _map_nodes(path, metric, dim)
    first_child = TRAITS[metric].children_at // 4
    if not _are_nodes(nodes, n_items, first_child):
        raise ArtifactCorruptError(
            f"{path} is not a {metric} index of {n_items} items with {dim} dims; build the "
            "artifact again."
        )
    found = _count_trees(nodes, n_items, first_child)
    if found != n_trees:
        raise ArtifactMismatchError(
            f"{path} has {found} trees, the manifest says {n_trees}; build the artifact again."
        )


def _are_nodes(nodes: NDArray[np.int32], n_items: int, first_child: int) -> bool:
    """Tell whether every node is an item, a list of items, or has two existing children.

    Args:
        nodes: (n_nodes, words) int32.
        n_items: Number of items.
        first_child: Word at which a node's children, or its list of items, begin.
    """
    if len(nodes) <= n_items or not (nodes[:n_items, 0] == 1).all():
        return False
    inner = nodes[n_items:]
    counts = inner[:, 0]
    if counts[-1] != n_items or (counts < 1).any() or (counts > n_items).any():
        return False
    capacity = nodes.shape[1] - first_child
    splits = inner[counts > capacity, first_child : first_child + 2]
    if (splits < 0).any() or (splits >= len(nodes)).any():
        return False
    leaves = inner[counts <= capacity]
    ids = leaves[:, first_child:]
    is_listed = np.arange(capacity) < leaves[:, :1]
    return bool((~is_listed | ((ids >= 0) & (ids < n_items))).all())


def _count_trees(nodes: NDArray[np.int32], n_items: int, first_child: int) -> int:
    """Count the copies of roots at the end; just before them stands the last root itself.

    Where all items fit into one node, there are no other nodes than roots and their copies, and
    Annoy's own count is wrong.
    """
    inner = nodes[n_items:]
    if n_items <= nodes.shape[1] - first_child:
        return len(inner) // 2
    others = np.flatnonzero(inner[:, 0] != n_items)
    return len(inner) - 2 - int(others.max(initial=-1))
