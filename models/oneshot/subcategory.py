"""The subcategory of a medium that is known, by files and rules alone: no weights are read."""

from models.classify import extensions, patterns, structure
from models.content.subject import Subject
from schemas.media import FALLBACK, MEDIUM_OF, Medium, Subcategory
from schemas.torrent import TorrentFile


def detect_subcategory(medium: Medium | str, subject: Subject) -> Subcategory:
    """The subcategory within a medium.

    Files decide where they can: a single track, an album in one folder, numbered episodes. Else a
    pattern rule over the name does, else a name that ends in an extension. Where none knows, it is
    the medium's own remainder, such as `video_other`.

    Args:
        medium: one of the five, by its name or as `Medium`.
        subject: anything with a name, a size and files.

    Raises:
        ValueError: there is no such medium.
        MissingRuntime: the extra `onnx` is not installed.
    """
    medium = Medium(medium)
    vote = extensions.lone_file(subject.name) if not subject.files else None
    files = subject.files or ([TorrentFile(path=subject.name)] if vote else ())
    shape = structure.shape(medium, extensions.content(files))
    if shape is not None and shape.firm:
        return shape.subcategory
    hit = patterns.match(subject.name)
    if hit is not None and hit.subcategory and MEDIUM_OF[hit.subcategory] is medium:
        return hit.subcategory
    if shape is not None:
        return shape.subcategory
    if vote is not None and vote.medium is medium and vote.subcategory:
        return vote.subcategory
    return FALLBACK[medium]
