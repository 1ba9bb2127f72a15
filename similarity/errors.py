"""Every error that a person can cause, one tree.

    SimilarityError
    ├── ImageError                  a picture cannot be used
    │   ├── ImageFormatError        not a picture, or a kind that is not read here
    │   ├── ImageTruncatedError     a picture whose data ends early or is damaged
    │   ├── ImageTooLargeError      too many bytes or pixels
    │   └── ImageShapeError         too small, or too long and thin
    ├── BackboneError               a network cannot be used
    │   ├── UnknownBackboneError    no such name in the registry
    │   ├── WeightsUnavailableError the weights are neither here nor downloadable
    │   └── CheckpointError         a file does not hold weights of this architecture
    ├── CollectionError             a set of pictures cannot be used
    ├── ArtifactError               what stands on disk cannot be used
    │   ├── ArtifactNotFoundError   nothing there
    │   ├── ArtifactExistsError     something there, and no permission to replace it
    │   ├── ArtifactBusyError       another process is writing there
    │   ├── ArtifactVersionError    written by a newer version of this program
    │   ├── ArtifactCorruptError    a file is missing, truncated, edited or a Git LFS pointer
    │   └── ArtifactMismatchError   two parts do not belong together
    └── QueryError                  a search was asked for that cannot be answered

Each message is one sentence: what was got, what was expected, what to do next. The command line
and the page show it as it stands.
"""


class SimilarityError(Exception):
    """Base of every error that a person can cause; its text is meant for that person."""


class ImageError(SimilarityError):
    """A picture cannot be used."""


class ImageFormatError(ImageError):
    """A file is not a picture, or a kind of picture that is not read here."""


class ImageTruncatedError(ImageError):
    """A picture's data ends early or is damaged."""


class ImageTooLargeError(ImageError):
    """A picture has more bytes or more pixels than the limit."""


class ImageShapeError(ImageError):
    """A picture is too small, or too long and thin."""


class BackboneError(SimilarityError):
    """A network cannot be used."""


class UnknownBackboneError(BackboneError):
    """The registry has no backbone of this name."""


class WeightsUnavailableError(BackboneError):
    """The weights are not on this machine and cannot be downloaded."""


class CheckpointError(BackboneError):
    """A file does not hold weights of the architecture that was asked for."""


class CollectionError(SimilarityError):
    """A set of pictures cannot be used."""


class ArtifactError(SimilarityError):
    """What stands on disk cannot be used as an artifact."""


class ArtifactNotFoundError(ArtifactError):
    """There is no artifact at this place, or not the part of it that was asked for."""


class ArtifactExistsError(ArtifactError):
    """There is an artifact already, and replacing it was not asked for."""


class ArtifactBusyError(ArtifactError):
    """Another process is writing to this place."""


class ArtifactVersionError(ArtifactError):
    """The artifact was written by a newer version of this program."""


class ArtifactCorruptError(ArtifactError):
    """A file of the artifact is missing, truncated, edited or a Git LFS pointer."""


class ArtifactMismatchError(ArtifactError):
    """Two parts do not belong together: other pictures, another network, metric or dim."""


class QueryError(SimilarityError):
    """A search was asked for that cannot be answered."""
