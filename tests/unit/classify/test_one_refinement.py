"""Class and record agree, and the door that a name comes through changes neither."""

import html

import pytest

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.extract.extractor import Extractor
from models.extract.subject import ExtractSubject
from schemas import Subcategory, TorrentFile

NAMES = [
    "Lantern Bay",
    "Lantern Bay 1x05-1x12",
    "Lantern Bay 2 Films",
    "Lantern Bay S02E05",
    "UFC Harbour S10W01",
    "[Tide] Lantern Bay - 05 [1080p]",
    "Lantern Bay Course Lessons 1-9",
    "Lantern Bay S01-S03",
    "Lantern Bay (2014) 1080p",
    "LanternNews.18.06.11.The.Storm",
    "2011.08.20.The.Paper.Harbour.1988.BluRay.720p.x264",
    "Quiet Coast Part 1 and 2",
]
PATHS = [
    (),
    ("01.mkv", "02.mkv", "03.mkv"),
    ("S01E01.mkv", "S02E01.mkv"),
    ("1. Lesson.mp4", "2. Lesson.mp4", "3. Lesson.mp4"),
    ("Lantern Bay (2001).mkv", "Lantern Bay (2002).mkv"),
    ("Lantern Bay E01.mkv",),
    ("Part 1.mkv", "Part 2.mkv"),
]


@pytest.mark.parametrize("paths", PATHS)
@pytest.mark.parametrize("name", NAMES)
def test_class_and_record_agree(classifier: Classifier, name: str, paths: tuple[str, ...]) -> None:
    files = tuple(TorrentFile(path=path, size=10**8) for path in paths) or None
    verdict = classifier.classify([NamedSubject(name, None, files)])[0]
    subject = ExtractSubject(name, files, verdict.subcategory, verdict.confidence)
    record = Extractor.load(tagger=False).extract([subject])[0]
    assert record.metadata.subcategory == verdict.subcategory


def test_a_film_in_two_parts_stays_a_film(classifier: Classifier) -> None:
    files = tuple(TorrentFile(path=f"Part {number}.mkv", size=10**9) for number in (1, 2))
    verdict = classifier.classify([NamedSubject("Quiet Coast Part 1 and 2", None, files)])[0]
    assert verdict.subcategory is Subcategory.MOVIE


@pytest.mark.parametrize(
    "name",
    [
        "The King&#39;s Harbour",
        "Lanterns &amp; Tides",
        "Paper&nbsp;Moon&nbsp;2011",
        "Tide &quot;Low&quot; S01E02",
    ],
)
def test_entities_change_no_class(classifier: Classifier, name: str) -> None:
    written = NamedSubject(html.unescape(name).replace("\N{NO-BREAK SPACE}", " "))
    came, clean = classifier.classify([NamedSubject(name), written])
    assert came == clean
    assert classifier.explain(NamedSubject(name)).verdict == came
