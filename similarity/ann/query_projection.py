"""A query's short vector, as `Projection.of_query` makes it, in one compiled pass.

The components are read once, and nothing is written in between. The center is projected beforehand.
"""

import numpy as np

from similarity.ann.compiled import aligned, array, boolean, compiled, float32, written
from similarity.ann.metrics import TRAITS
from similarity.ann.projection import Projection
from similarity.datatypes import Embeddings


class QueryProjection:
    """Projects queries. Safe to use from several threads."""

    def __init__(self, projection: Projection) -> None:
        """Project the center.

        Args:
            projection: That made the vectors of an index.
        """
        self._components = aligned(projection.components.shape, np.float32)
        self._components[:] = projection.components
        self._center = projection.components @ projection.center  # (n_components,)
        self._is_of_directions = TRAITS[projection.metric].is_of_directions

    def of_query(self, query: Embeddings) -> Embeddings:
        """Project a query, (dim,) -> (n_components + 1,) float32."""
        projected: Embeddings = _project(
            self._components, self._center, np.ascontiguousarray(query), self._is_of_directions
        )
        return projected


@compiled(written(float32)(array(float32, 2), array(float32), array(float32), boolean), sums=True)
def _project(
    components: Embeddings, center: Embeddings, query: Embeddings, is_unit: bool
) -> Embeddings:
    scale = np.float32(1)
    if is_unit:
        square = np.float32(0)
        for value in query:
            square += value * value
        if square > 0:
            scale /= np.sqrt(square)
    projected = np.zeros(len(components) + 1, dtype=np.float32)
    for place in range(len(components)):
        total = np.float32(0)
        for i in range(len(query)):
            total += components[place, i] * query[i]
        projected[place] = total * scale - center[place]
    return projected
