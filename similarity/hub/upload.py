"""What of a folder goes to the Hub: a collection and its artifacts, whole and fit to be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from similarity.errors import ArtifactNotFoundError
from similarity.hub.admission import check_records, choose_files, record_files
from similarity.store.artifact import Artifact, artifact_folders, check_file
from similarity.store.collection import IMAGES_FOLDER, Collection


@dataclass(frozen=True)
class CollectionUpload:
    """What is sent.

    Attributes:
        collection: Of pictures.
        artifacts: All that it has.
        pictures: Bytes of each picture, by its path below the collection.
        others: Paths of all other files.
    """

    collection: Collection
    artifacts: Sequence[Artifact]
    pictures: Mapping[str, int]
    others: Sequence[str]


def find_upload(folder: Path) -> CollectionUpload:
    """Find the files that a collection consists of; nothing else in its folder is sent.

    Raises:
        ArtifactRefusedError: It would not be taken where it is pulled.
        ArtifactError: It is missing, or not whole.
    """
    collection = Collection.load(folder)
    artifacts = [Artifact.load(path, collection) for path in artifact_folders(folder)]
    if not artifacts:
        raise ArtifactNotFoundError(
            f"{folder} has pictures but no artifact; make one with python -m similarity build."
        )
    for artifact in artifacts:
        for file in artifact.manifest.files:
            check_file(artifact.folder, artifact.manifest, file)
    names = [artifact.folder.name for artifact in artifacts]
    records = check_records(folder, names)
    pictures = [item.file for item in collection.items if item.file]
    files = [f"{a.folder.name}/{file}" for a in artifacts for file in a.manifest.files]
    paths = [path for path in [*pictures, *files] if (folder / path).is_file()]
    listing = {path: (folder / path).stat().st_size for path in paths}
    chosen = choose_files(records, listing, "kept")
    return CollectionUpload(
        collection,
        artifacts,
        pictures={path: listing[path] for path in chosen if path.startswith(f"{IMAGES_FOLDER}/")},
        others=[
            *(path for path in chosen if not path.startswith(f"{IMAGES_FOLDER}/")),
            *record_files(names),
        ],
    )
