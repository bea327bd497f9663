"""The subcategory of a medium that is known, by files and rules alone: no weights are read."""

from models.classify import extensions, patterns, structure
from models.content.subject import Subject
from models.extract.rules.file_numbers import agreed_numbers
from models.extract.rules.numbering import numbering
from models.extract.rules.series import refined
from schemas.media import FALLBACK, MEDIUM_OF, Medium, Subcategory
from schemas.torrent import TorrentFile


def detect_subcategory(medium: Medium | str, subject: Subject) -> Subcategory:
    """The subcategory within a medium.

    Files decide where they can: a single track, an album in one folder, numbered episodes. Else a
    pattern rule over the name does, else a name that ends in an extension. Where none knows, it is
    the medium's own remainder, such as `video_other`. A clear number of an episode or a season then
    decides among the classes of video, as it does in classification.

    Args:
        medium: one of the five, by its name or as `Medium`.
        subject: anything with a name, a size and files.

    Raises:
        ValueError: there is no such medium.
        MissingRuntime: the extra `onnx` is not installed.
    """
    medium = Medium(medium)
    shaped = _shaped(medium, subject)
    if medium is not Medium.VIDEO:
        return shaped
    return refined(shaped, numbering(subject.name), agreed_numbers(subject.files))


def _shaped(medium: Medium, subject: Subject) -> Subcategory:
    """What files, rules and the extension say, before the numbers are asked."""
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
