"""The stages of a search along a graph, all compiled; imported where there is a graph, see there.

embedding --QueryProjection--> short vector --Descent--> some items of a leaf of Annoy's
--GraphSearch--> candidates --CompiledRanking--> nearest
"""

from similarity.datatypes import Embeddings
from similarity.descent import Descent
from similarity.graph import Neighborhoods
from similarity.graph_search import GraphSearch
from similarity.index import Index
from similarity.metrics import Allowed, ExactSearch, Ids
from similarity.projection import Projection
from similarity.query_projection import QueryProjection
from similarity.ranking import CompiledRanking


class CompiledStages:
    """Finds candidates along a graph, and ranks them. Safe to use from several threads."""

    def __init__(
        self, exact: ExactSearch, index: Index, projection: Projection, neighbors: Neighborhoods
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
