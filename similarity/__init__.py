"""Find the most similar pictures of a collection: the library.

    import similarity
    from pathlib import Path

    similarity.build("photos", "collection")
    searcher = similarity.open_collection("collection")
    answer = searcher.search(searcher.query_by_picture(Path("cat.jpg")), k=12)

What is named here is imported when it is first used: `import similarity` takes milliseconds, what
opens and searches a collection needs no torch, and torch comes with the first network. Every error
that a person can cause is a `SimilarityError`, see `similarity.errors`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from similarity.errors import (
    ArtifactBusyError,
    ArtifactCorruptError,
    ArtifactError,
    ArtifactExistsError,
    ArtifactMismatchError,
    ArtifactNotFoundError,
    ArtifactRefusedError,
    ArtifactVersionError,
    BackboneError,
    CheckpointError,
    CollectionError,
    DeviceError,
    HubAccessError,
    HubBusyError,
    HubError,
    HubNotFoundError,
    HubUnreachableError,
    ImageError,
    ImageFetchError,
    ImageFormatError,
    ImageShapeError,
    ImageTooLargeError,
    ImageTruncatedError,
    NothingPassesError,
    OutputError,
    QueryError,
    SimilarityError,
    UnknownBackboneError,
    WeightsUnavailableError,
)

__version__ = "0.2.0"

__all__ = [
    "ArtifactBusyError",
    "ArtifactCorruptError",
    "ArtifactError",
    "ArtifactExistsError",
    "ArtifactMismatchError",
    "ArtifactNotFoundError",
    "ArtifactRefusedError",
    "ArtifactVersionError",
    "BackboneError",
    "CheckpointError",
    "CollectionError",
    "DeviceError",
    "HubAccessError",
    "HubBusyError",
    "HubError",
    "HubNotFoundError",
    "HubUnreachableError",
    "ImageError",
    "ImageFetchError",
    "ImageFormatError",
    "ImageShapeError",
    "ImageTooLargeError",
    "ImageTruncatedError",
    "NothingPassesError",
    "OutputError",
    "QueryError",
    "Searcher",
    "SimilarityError",
    "UnknownBackboneError",
    "WeightsUnavailableError",
    "__version__",
    "build",
    "load_embedder",
    "open_collection",
]

if TYPE_CHECKING:
    from similarity.library import build, load_embedder, open_collection
    from similarity.search.searcher import Searcher
else:
    # Hidden from type checkers, which would take any name for one of these.
    _HOMES = {
        "Searcher": "similarity.search.searcher",
        "build": "similarity.library",
        "load_embedder": "similarity.library",
        "open_collection": "similarity.library",
    }

    def __getattr__(name: str) -> object:
        """Import what is used for the first time."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_HOMES[name]), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
