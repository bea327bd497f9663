"""The catalogue's vote between a rule's title and the tagger's."""

from collections.abc import Mapping

import pytest

from models.extract.asking import ground
from models.extract.evidence.claims import Claim
from models.extract.evidence.known_titles import DatedTitle, KnownTitles
from models.extract.extractor import Extractor, ExtractSubject, reading_of
from models.text.known_names import Known, KnownNames, key, year_key
from schemas import Subcategory

MOVIE, EPISODE, COURSE = Subcategory.MOVIE, Subcategory.EPISODE, Subcategory.VIDEO_OTHER


def catalogue(*titles: str) -> KnownTitles:
    """What is known: titles, and titles with `|` and their year."""
    entries = {}
    for title in titles:
        words, _, year = title.partition("|")
        plain = key(words.split())
        entries[plain] = int(Known.MOVIE)
        if year:
            entries[year_key(plain, year)] = int(Known.MOVIE)
    return KnownTitles(KnownNames.of(entries))


def title(text: str, confidence: float, rule: str = "whole-name") -> Mapping[str, Claim]:
    return {"title": Claim(text, "test", confidence, rule)}


@pytest.mark.parametrize(
    ("ruled", "tagged", "is_dropped"),
    [
        ("Paper Harbour hard", "Paper Harbour", True),
        ("007 Paper Harbour", "Paper Harbour", True),
        ("Paper.Harbour.hard", "paper harbour", True),
        ("Lantern Bay hard", "Lantern Bay", False),  # nobody knows it
        ("Paper Harbour Two", "Paper Harbour", False),  # the longer one is known, too
        ("Paper Harbour", "Paper Harbour", False),
        ("Paper Harbour", "Harbour", False),
        ("The Great Tide", "Tide", False),  # many titles end with a word that is one
        ("Old Paper Harbour Tales", "Paper Harbour", False),  # in the middle
    ],
)
def test_the_known_one_of_two_titles_is_believed(ruled: str, tagged: str, is_dropped: bool) -> None:
    known = catalogue("paper harbour", "paper harbour two", "tide", "harbour")
    said = known.voted(title(ruled, 0.9), title(tagged, 0.9))
    assert ("title" not in said) is is_dropped


def test_an_unsure_tagger_has_no_vote() -> None:
    known = catalogue("paper harbour")
    assert "title" in known.voted(title("Paper Harbour hard", 0.9), title("Paper Harbour", 0.4))
    assert "title" in known.voted(title("Paper Harbour hard", 0.9), {})
    assert not known.voted({}, title("Paper Harbour", 0.9))


def test_what_a_spin_off_is_called_stays_behind_its_dash() -> None:
    known = catalogue("paper harbour")
    ruled = title("Lantern Diaries - Paper Harbour", 0.9, "before-year-dashed")
    assert "title" in known.voted(ruled, title("Paper Harbour", 0.9))


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("Paper Harbour hard", None, True),
        ("Paper Harbour", None, False),
        ("Lantern Bay", None, False),
        ("Tide Lantern Bay", None, False),
        ("Paper Harbour Frank Example", 1931, True),
        ("Paper Harbour Frank Example", 1940, False),
        ("007 Example Paper Harbour", 1931, True),
        ("007 Example Paper Harbour", None, False),
        ("one two three four five six seven eight nine ten", None, False),
        ("", None, False),
    ],
)
def test_a_title_may_hold_another(text: str, year: int | None, expected: bool) -> None:
    known = catalogue("paper harbour|1931", "tide")
    asked, other = DatedTitle(text, year), DatedTitle("Paper Harbour tide", None)
    assert known.holding_another([asked]) == ({asked} if expected else set())
    assert known.holding_another([other, asked]) == known.holding_another([asked]) | {other}


def test_the_tagger_is_asked_where_a_part_of_the_title_is_known() -> None:
    known = catalogue("paper harbour")
    name = "Paper Harbour hard.avi"
    reading = reading_of(ExtractSubject(name, None, MOVIE))
    assert ground(reading) == "whole-name"
    assert ground(reading, known) == "whole-name+part-known"
    numbered = reading_of(ExtractSubject("Paper Harbour hard S01E02 720p", None, EPISODE))
    assert ground(numbered, known) == ground(numbered)


def test_books_and_music_are_not_asked_about() -> None:
    known = catalogue("paper harbour")
    reading = reading_of(ExtractSubject("Paper Harbour hard", None, Subcategory.EBOOK))
    assert "part-known" not in ground(reading, known)


def test_a_title_that_ran_on_is_cut_where_a_known_film_ends() -> None:
    name = "A Trip to the Moon NTLive.avi"
    with_catalogue = Extractor.load().extract([ExtractSubject(name, None, MOVIE, 0.9)])[0]
    rules = Extractor.load(tagger=False).extract([ExtractSubject(name, None, MOVIE, 0.9)])[0]
    assert rules.metadata.title == "A Trip to the Moon NTLive"  # type: ignore[union-attr]
    assert with_catalogue.metadata.title == "A Trip to the Moon"  # type: ignore[union-attr]
