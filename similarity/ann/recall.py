"""How much of the exact answer an index finds, measured on its own items."""

import numpy as np

from similarity.ann.batches import map_on_cores
from similarity.ann.exact import recall_at_k
from similarity.ann.retriever import Retriever
from similarity.datatypes import Embeddings, Ids
from similarity.store.artifact import Recall

RECALL_QUERIES = 200
"""Items that a build searches for to measure its recall: a standard error below .02."""


def measure_recall(
    retriever: Retriever,
    embeddings: Embeddings,
    *,
    search_k: int,
    rerank: int,
    seed: int,
    k: int = 10,
) -> Recall:
    """Search for some of the indexed items and compare with the exact answers.

    Args:
        retriever: Opened.
        embeddings: (n_items, dim) float32 that it searches.
        search_k: Places that Annoy looks at.
        rerank: Candidates that are ranked by their embeddings.
        seed: Chooses the items.
        k: Neighbors, without the item itself; fewer where there are no more.

    Returns:
        The mean share of the exact neighbors that was found.
    """
    n_items = len(embeddings)
    rng = np.random.default_rng(seed)
    size = min(RECALL_QUERIES, n_items)
    chosen: list[int] = np.sort(rng.choice(n_items, size=size, replace=False)).tolist()
    queries = embeddings[chosen]
    exact = retriever.exact.neighbors(queries, k, leave_out=chosen)

    def share_found(number: int) -> float:
        item_id, query = chosen[number], queries[number]
        nearest = find_others(retriever, query, item_id, search_k=search_k, rerank=rerank, k=k)
        return recall_at_k(nearest.tolist(), exact[number].tolist())

    shares = map_on_cores(share_found, range(size))
    return Recall(float(np.mean(shares)), search_k, rerank, len(chosen))


def find_others(
    retriever: Retriever,
    query: Embeddings,
    item_id: int,
    *,
    search_k: int,
    rerank: int,
    k: int = 10,
) -> Ids:
    """Search for an indexed item, as if it were not indexed.

    Args:
        retriever: Opened.
        query: (dim,) float32, the item's embedding.
        item_id: Left out of the answer.
        search_k: Places that Annoy looks at.
        rerank: Candidates, without the item itself, that are ranked by their embeddings.
        k: Neighbors.

    Returns:
        (at most k,) ids, nearest first.
    """
    found = retriever.candidates(query, search_k, rerank + 1).ids
    return retriever.nearest(query, found[found != item_id], k)[0]
