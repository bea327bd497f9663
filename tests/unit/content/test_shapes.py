"""Folders and archives as people have them, read and classified by what ships."""

from pathlib import Path

import pytest

from models.classify.cascade import Classifier
from models.content.content import SourceKind
from models.content.path import read_path
from schemas import MEDIUM_OF
from tests.unit.content.forty import FORTY
from tests.unit.content.forty_last import FORTY_LAST
from tests.unit.content.forty_more import FORTY_MORE
from tests.unit.content.shapes import Shape


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The classifier that ships."""
    return Classifier.load()


def faults(
    shapes: list[Shape], folder: Path, classifier: Classifier
) -> tuple[list[str], list[str]]:
    """Shapes whose medium is wrong, and those whose subcategory is."""
    contents = [read_path(shape.made(folder)) for shape in shapes]
    media: list[str] = []
    subcategories: list[str] = []
    for shape, verdict in zip(shapes, classifier.classify(contents), strict=True):
        told = f"{shape.name}: {verdict.subcategory} by {verdict.rule or verdict.source}"
        if verdict.medium is not MEDIUM_OF[shape.subcategory]:
            media.append(told)
        if verdict.subcategory is not shape.subcategory:
            subcategories.append(told)
    return media, subcategories


def test_forty_things_that_people_have_are_classified(
    tmp_path: Path, classifier: Classifier
) -> None:
    assert len(FORTY) == 40
    media, subcategories = faults(FORTY, tmp_path, classifier)
    assert len(media) <= 1, media
    assert len(subcategories) <= 3, subcategories


def test_forty_more_are_classified_as_well(tmp_path: Path, classifier: Classifier) -> None:
    assert len(FORTY_MORE) == 40
    media, subcategories = faults(FORTY_MORE, tmp_path, classifier)
    assert len(media) <= 1, media
    assert len(subcategories) <= 3, subcategories


def test_of_the_last_forty_some_only_their_names_can_tell(
    tmp_path: Path, classifier: Classifier
) -> None:
    assert len(FORTY_LAST) == 40
    media, subcategories = faults(FORTY_LAST, tmp_path, classifier)
    assert len(media) <= 1, media
    assert len(subcategories) <= 4, subcategories


@pytest.mark.parametrize("shape", [*FORTY, *FORTY_MORE, *FORTY_LAST], ids=lambda shape: shape.name)
def test_what_is_on_disk_is_what_is_read(shape: Shape, tmp_path: Path) -> None:
    path = shape.made(tmp_path)
    content = read_path(path)
    assert content.source in (SourceKind.FOLDER, SourceKind.ARCHIVE)
    if path.suffix in (".epub", ".cbz", ".cbr", ".apk", ".jar"):
        assert [file.path for file in content.files or ()] == [path.name]
        return
    assert content.size == sum(shape.files.values())
    assert len(content.files or ()) == len(shape.files)
