"""Audiobooks: author and title in either order, who reads, the series, what was shortened."""

from typing import Any

import pytest

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.recordings.audiobook import book
from schemas import Subcategory

RULES = Extractor.load(tagger=False)


def fields(name: str) -> dict[str, Any]:
    answer = RULES.extract([ExtractSubject(name, None, Subcategory.AUDIOBOOK)])[0]
    return answer.metadata.model_dump(exclude_none=True, exclude={"subcategory"})


@pytest.mark.parametrize(
    ("name", "author", "title"),
    [
        ("Jane Austen - Persuasion (Unabridged)", "Jane Austen", "Persuasion"),
        ("Northern Lamps - Henry James [Unabridged]", "Henry James", "Northern Lamps"),
        ("Quiet Harbours - Henry James [MP3]", "Henry James", "Quiet Harbours"),
        (
            "The Ambassadors by Henry James [ENG / M4B] [VIP]",
            "Henry James",
            "The Ambassadors",
        ),
        ("Persuasion by Jane Austen [ENG / MP3]", "Jane Austen", "Persuasion"),
        ("Knut Hamsun- Markens grøde-Norsk Lydbok", "Knut Hamsun", "Markens grøde"),
        (
            "Selma Lagerlöf- Gösta Berlings saga-Svensk Ljudbok",
            "Selma Lagerlöf",
            "Gösta Berlings saga",
        ),
        ("Jane Austen - Persuasion-Part01.mp3", "Jane Austen", "Persuasion"),
        ("Jane Austen - Persuasion - Audiobook", "Jane Austen", "Persuasion"),
        ("TTC - Ada Falk - A History of Lamps", "Ada Falk", "A History of Lamps"),
        ("Robert Walser - Jakob von Gunten - Anna Falk [m4b]", "Robert Walser", "Jakob von Gunten"),
    ],
)
def test_author_and_title_are_parted_in_either_order(name: str, author: str, title: str) -> None:
    answer = fields(name)
    assert (answer.get("author"), answer.get("title")) == (author, title)


@pytest.mark.parametrize(
    ("name", "narrator"),
    [
        ("Herman Melville - Typee (Unabridged) read by Frank Miller", "Frank Miller"),
        ("Jane Austen - Persuasion, narrated by Ada Falk [M4B]", "Ada Falk"),
        ("Jules Verne - Reise um die Erde (ungekürzt gelesen von Rufus Beck)", "Rufus Beck"),
        ("Alessandro Manzoni - I promessi sposi - Letto da Ada Falco - Emme", "Ada Falco"),
        ("Иван Тургенев - Дым [чит. Иван Литвинов]", "Иван Литвинов"),
        ("Иван Тургенев - Дым [Иван Литвинов]", "Иван Литвинов"),
        ("Иван Тургенев - Дым (Иван Литвинов, 2018, 128 kbps)", "Иван Литвинов"),
        ("Mary Shelley - Frankenstein {Ada Falk}", "Ada Falk"),
        ("1 - Harbour Wakes {Ada Mayfield}", "Ada Mayfield"),
        ("The Chimes - A Staged Performance by Ada Curran (Unabridged)", "Ada Curran"),
        ("Mary Shelley - Frankenstein - Anna Falk [m4b]", "Anna Falk"),
        ("Mary Shelley - Frankenstein read by Tom Alder 64kbps m4b", "Tom Alder"),
        ("Mary Shelley - Frankenstein narrated by Ada Falk M4B", "Ada Falk"),
        ("Mary Shelley - Frankenstein read by Ada Falk 128 kbps", "Ada Falk"),
        ("Mary Shelley - Frankenstein read by Ada Kemp", "Ada Kemp"),
        ("Mary Shelley - Frankenstein (Science Fiction)", None),
        ("Mary Shelley - Frankenstein [Unabridged]", None),
        ("Mary Shelley - The Ready Reader (2004)", None),
        ("Mary Shelley - Bread by Night", None),
    ],
)
def test_who_reads_is_the_narrator(name: str, narrator: str | None) -> None:
    assert fields(name).get("narrator") == narrator


@pytest.mark.parametrize(
    ("name", "series", "number", "title"),
    [
        (
            "Arthur Conan Doyle - Sherlock Holmes 02 - The Sign of the Four",
            "Sherlock Holmes",
            "2",
            "The Sign of the Four",
        ),
        ("Jane Austen - Low Tide (Harbour Lights, Book 3)", "Harbour Lights", "3", "Low Tide"),
        ("Jane Austen - Low Tide [Harbour Lights 2.5]", "Harbour Lights", "2.5", "Low Tide"),
        (
            "Jane Austen - Low Tide: Harbour Lights, Book 3 (Unabridged)",
            "Harbour Lights",
            "3",
            "Low Tide",
        ),
        (
            "Jane Austen - Low Tide Book III of the Harbour Lights",
            "Harbour Lights",
            "3",
            "Low Tide",
        ),
        ("Иван Тургенев - Тихая гавань 02, Дым [Иван Литвинов]", "Тихая гавань", "2", "Дым"),
        ("Jane Austen - Low Tide (2011)", None, None, "Low Tide"),
        ("Jane Austen - Low Tide [MP3 64]", None, None, "Low Tide"),
        ("Jane Austen - Catch 22", None, None, "Catch 22"),
    ],
)
def test_a_series_has_its_number(
    name: str, series: str | None, number: str | None, title: str
) -> None:
    answer = fields(name)
    assert (answer.get("series"), answer.get("series_number")) == (series, number)
    assert answer["title"] == title


@pytest.mark.parametrize(
    ("name", "abridged"),
    [
        ("Jane Austen - Persuasion (Unabridged)", False),
        ("Jane Austen - Persuasion [Abridged]", True),
        ("Jane Austen - Überredung (ungekürzt)", False),
        ("Jane Austen - Überredung (gekürzte Lesung)", True),
        ("Jane Austen - Persuasion", None),
        ("Jane Austen - The Abridgedness of Things", None),
    ],
)
def test_what_was_shortened_says_so(name: str, abridged: bool | None) -> None:
    assert fields(name).get("abridged") is abridged


def test_the_narrator_is_not_taken_for_the_author() -> None:
    assert "author" not in fields("1 - Harbour Wakes {Ada Mayfield}")


@pytest.mark.parametrize(
    "name", ["", "-", "by", "read by", "{}", "[ENG / M4B]", "Part01", "Lydbok"]
)
def test_a_name_that_says_nothing_is_no_book(name: str) -> None:
    assert book(name).title is None
