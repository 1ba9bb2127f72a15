"""The stages of a search along a graph, all compiled; imported where there is a graph, see there.

embedding --QueryProjection--> short vector --Descent--> some items of a leaf of Annoy's
--GraphSearch--> candidates --CompiledRanking--> nearest
"""

from similarity.ann.annoy_index import AnnoyIndex
from similarity.ann.descent import Descent
from similarity.ann.exact import ExactSearch
from similarity.ann.graph import Neighborhoods
from similarity.ann.graph_search import GraphSearch
from similarity.ann.projection import Projection
from similarity.ann.query_projection import QueryProjection
from similarity.ann.ranking import CompiledRanking
from similarity.datatypes import Allowed, Embeddings, Ids


class CompiledStages:
    """Finds candidates along a graph, and ranks them. Safe to use from several threads."""

    def __init__(
        self,
        exact: ExactSearch,
        index: AnnoyIndex,
        projection: Projection,
        neighbors: Neighborhoods,
    ) -> None:
        """Put opened stages together.

        Args:
            exact: Over the embeddings.
            index: Over what the projection makes of them.
            projection: Of the index.
            neighbors: (n_items, degree) ids.
        """
        self.projection = QueryProjection(projection)
        self.descent = Descent(index)
        self.graph_search = GraphSearch(index.vectors, neighbors)
        self.ranking = CompiledRanking(exact)

    def candidates(
        self, query: Embeddings, n: int, beam: int, allowed: Allowed | None
    ) -> tuple[Ids, int]:
        """Find n items for a (dim,) float32 query, see `GraphSearch.nearest`."""
        short = self.projection.of_query(query)
        return self.graph_search.nearest(short, self.descent.seeds(short), n, beam, allowed)
