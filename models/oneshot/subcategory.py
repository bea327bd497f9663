"""The subcategory of a medium that is known, by files and rules alone: no weights are read."""

from models import registry
from models.classify.cascade import Classifier
from models.classify.ensemble import MODEL
from models.content.subject import Subject
from schemas.media import Medium, Subcategory


def detect_subcategory(medium: Medium | str, subject: Subject) -> Subcategory:
    """The subcategory within a medium.

    Files decide where they can: a single track, an album in one folder, numbered episodes. Else a
    pattern rule over the name does, else a name that ends in an extension; a clear number refines
    what they say. Where none knows, it is the medium's own remainder, such as `video_other`.

    Args:
        medium: one of the five, by its name or as `Medium`.
        subject: anything with a name, a size and files.

    Raises:
        ValueError: there is no such medium.
        MissingRuntime: the extra `onnx` is not installed.
    """
    return Classifier(None, registry.load(MODEL)).subcategory(subject, Medium(medium))
