"""Titles that are years, years that are no issue, and authors who stand in a title's way."""

import pytest

from models.extract.evidence.claims import Claim
from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.books.claims import without_author
from models.extract.rules.books.persons import names_persons
from schemas import AudiobookMetadata, BookMetadata, Subcategory

BOTH = Extractor.load()


def read(name: str, subcategory: Subcategory = Subcategory.EBOOK) -> BookMetadata:
    """The record of a name, by rules and tagger."""
    metadata = BOTH.extract([ExtractSubject(name, None, subcategory)])[0].metadata
    assert isinstance(metadata, BookMetadata)
    return metadata


def heard(name: str) -> AudiobookMetadata:
    """The record of an audiobook, by rules and tagger."""
    metadata = BOTH.extract([ExtractSubject(name, None, Subcategory.AUDIOBOOK)])[0].metadata
    assert isinstance(metadata, AudiobookMetadata)
    return metadata


@pytest.mark.parametrize(
    "name",
    [
        "Anna Reed - 1907.epub",
        "Anna Reed - 1907 [PDF]",
        "Anna Reed - 1907 (epub)",
        "Anna Reed - 1907 epub",
        "A. Reed - 1907.pdf",
    ],
)
def test_a_year_behind_an_author_is_the_title(name: str) -> None:
    record = read(name)
    assert (record.title, record.year) == ("1907", None)
    assert record.author is not None
    assert record.author.endswith("Reed")


@pytest.mark.parametrize(
    "name",
    [
        "Grammar - 2016 [PDF]",
        "Dracula - 1897.epub",
        "Anna Reed - Grammar - 2016",
        "The Grey Lantern - 1954.epub",
        "Anna Reed - Grammar (2016)",
    ],
)
def test_a_year_behind_a_title_is_its_year(name: str) -> None:
    record = read(name)
    assert record.year is not None
    assert record.title not in (None, str(record.year))


def test_the_year_of_an_old_comic_is_no_issue() -> None:
    old = read("Harbour Folks 1896", Subcategory.COMIC)
    assert (old.title, old.year, old.issue) == ("Harbour Folks", 1896, None)
    late = read("Harbour Folks 1896 (2014)", Subcategory.COMIC)
    assert (late.year, late.issue) == (2014, "1896")
    assert read("Harbour Folks 189", Subcategory.COMIC).issue == "189"


@pytest.mark.parametrize(
    ("name", "title", "issue"),
    [
        ("Harbour Weekly 05 2018", "Harbour Weekly", "5"),
        ("Harbour Weekly 11 2018 PDF", "Harbour Weekly", "11"),
        ("Harbour Weekly April 06 2019", "Harbour Weekly", None),
        ("Harbour Top 10 2020", "Harbour Top 10", None),
        ("Harbour du 14 mars 2023 PDF", "Harbour", None),
        ("Der Hafen vom 14. März 2023", "Der Hafen", None),
    ],
)
def test_what_stands_before_the_date_of_a_magazine(
    name: str, title: str, issue: str | None
) -> None:
    record = read(name, Subcategory.MAGAZINE)
    assert (record.title, record.issue) == (title, issue)


@pytest.mark.parametrize(
    ("name", "author", "title"),
    [
        ("Dickens, Charles. Hard Times.pdf", "Dickens, Charles", "Hard Times"),
        ("Mark Twain - Roughing It (epub, mobi)", "Mark Twain", "Roughing It"),
        ("Reed 03 - The Low Tide - Anna B. A. Reed.epub", "Anna B. A. Reed", "The Low Tide"),
    ],
)
def test_a_title_holds_no_author(name: str, author: str, title: str) -> None:
    record = read(name)
    assert (record.author, record.title) == (author, title)


@pytest.mark.parametrize(
    ("title", "author", "expected"),
    [
        ("Anna Reed - The Low Tide", "Anna Reed", "The Low Tide"),
        ("The Low Tide - Anna Reed", "Anna Reed", "The Low Tide"),
        ("Homer - The Low Tide", "Homer", "The Low Tide"),
        ("Harbour Guide - Venice", "Venice", "Harbour Guide - Venice"),
        ("Do As The Tide Does - A Novel", "Do As The Tide Does", "Do As The Tide Does - A Novel"),
        ("The Low Tide - A Novel", "Anna Reed", "The Low Tide - A Novel"),
    ],
)
def test_a_title_loses_the_author_at_its_edge(title: str, author: str, expected: str) -> None:
    claims = [Claim(text, "tagger", 0.5) for text in (title, author)]
    assert without_author(*claims) == expected


def test_an_initial_is_no_article() -> None:
    assert names_persons("Ann S. A. Reed")
    assert not names_persons("Ann and A Lantern")


@pytest.mark.parametrize(
    ("name", "author", "title", "narrator"),
    [
        ("Jane Eyre - Charlotte Bronte [Audiobook]", "Charlotte Bronte", "Jane Eyre", None),
        ("Charlotte Bronte - Jane Eyre [Audiobook]", "Charlotte Bronte", "Jane Eyre", None),
        ("Jack London - White Fang - Ann Reed (MP3)", "Jack London", "White Fang", "Ann Reed"),
        ("Jack London - White Fang read by the author", "Jack London", "White Fang", "Jack London"),
        ("Jack London - White Fang read by Ann Reed", "Jack London", "White Fang", "Ann Reed"),
    ],
)
def test_author_title_and_narrator(
    name: str, author: str, title: str, narrator: str | None
) -> None:
    record = heard(name)
    assert (record.author, record.title, record.narrator) == (author, title, narrator)


@pytest.mark.parametrize("word", ["Hörbuch", "Audiolibro", "Audiobook", "Аудиокнига"])
def test_what_says_audiobook_is_no_release_group(word: str) -> None:
    subject = ExtractSubject(f"Jack London - White Fang [{word}]", None, Subcategory.AUDIOBOOK)
    assert BOTH.extract([subject])[0].technical.release_group is None
