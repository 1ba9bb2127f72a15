"""Every error that a person can cause, one tree.

    SimilarityError
    ├── ImageError                  a picture cannot be used
    │   ├── ImageFormatError        not a picture, or a kind that is not read here
    │   ├── ImageTruncatedError     a picture whose data ends early or is damaged
    │   ├── ImageTooLargeError      too many bytes or pixels
    │   ├── ImageShapeError         too small, or too long and thin
    │   └── ImageFetchError         a web address that gives no picture
    ├── BackboneError               a network cannot be used
    │   ├── UnknownBackboneError    no such name in the registry
    │   ├── WeightsUnavailableError the weights are neither here nor downloadable
    │   ├── CheckpointError         a file does not hold weights of this architecture
    │   └── DeviceError             a device is not there, or too small
    ├── CollectionError             a set of pictures cannot be used
    ├── ArtifactError               what stands on disk cannot be used
    │   ├── ArtifactNotFoundError   nothing there
    │   ├── ArtifactExistsError     something there, and no permission to replace it
    │   ├── ArtifactBusyError       another process is writing there
    │   ├── ArtifactVersionError    written by a newer version of this program
    │   ├── ArtifactCorruptError    a file is missing, truncated, edited or a Git LFS pointer
    │   ├── ArtifactMismatchError   two parts do not belong together
    │   └── ArtifactRefusedError    from elsewhere, and not what is taken from there
    ├── OutputError                 what was made cannot be written where it was to go
    ├── HubError                    a repository on the Hub cannot be used
    │   ├── HubNotFoundError        no such repository or revision, as far as one may see
    │   ├── HubAccessError          gated, or the token is missing, wrong or not enough
    │   ├── HubBusyError            too many requests
    │   └── HubUnreachableError     out of reach, and not wholly in the cache
    └── QueryError                  a search was asked for that cannot be answered
        └── NothingPassesError      no item passes a filter

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


class ImageFetchError(ImageError):
    """A web address is none, may not be fetched from, or gives nothing."""


class BackboneError(SimilarityError):
    """A network cannot be used."""


class UnknownBackboneError(BackboneError):
    """The registry has no backbone of this name."""


class WeightsUnavailableError(BackboneError):
    """The weights are not on this machine and cannot be downloaded."""


class CheckpointError(BackboneError):
    """A file does not hold weights of the architecture that was asked for."""


class DeviceError(BackboneError):
    """A device that a network is to run on is not there, or its memory is too small."""


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


class ArtifactRefusedError(ArtifactError):
    """An artifact from elsewhere holds too much, or what is not taken from there."""


class OutputError(SimilarityError):
    """What was made cannot be written where it was to go."""


class HubError(SimilarityError):
    """A repository on the Hub cannot be used."""


class HubNotFoundError(HubError):
    """There is no such repository or revision, or none that one is allowed to see."""


class HubAccessError(HubError):
    """The repository is gated, or the token is missing, wrong or does not allow this."""


class HubBusyError(HubError):
    """The Hub got too many requests and asks to wait."""


class HubUnreachableError(HubError):
    """The Hub is out of reach, and what was asked for is not wholly in the cache."""


class QueryError(SimilarityError):
    """A search was asked for that cannot be answered."""


class NothingPassesError(QueryError):
    """No item passes a filter, whose labels and ids exist."""
