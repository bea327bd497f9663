"""Which part of a book's name is the author: what is known of titles, and what the tagger says."""

import pytest

from models.extract.evidence.claims import Claim
from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.books.creators import AUTHOR_FIRST, leading_bracket, split
from models.extract.rules.books.tags import believable
from models.extract.rules.books.titles import BEFORE_NUMBER
from models.extract.tagger.decode import Tagged
from schemas import BookMetadata, Subcategory

BOTH = Extractor.load()


def read(name: str, subcategory: Subcategory = Subcategory.EBOOK) -> BookMetadata:
    """The record of a name, by rules and tagger."""
    metadata = BOTH.extract([ExtractSubject(name, None, subcategory)])[0].metadata
    assert isinstance(metadata, BookMetadata)
    return metadata


def parts(name: str) -> tuple[str, str] | None:
    """Author and title as the rules part them."""
    told = split(name, 0, len(name), is_dotted=False)
    return None if told is None else (name[slice(*told.author)], name[slice(*told.title)])


@pytest.mark.parametrize(
    ("name", "author", "title"),
    [
        ("Bram Stoker - Dracula", "Bram Stoker", "Dracula"),
        ("Dracula - Bram Stoker", "Bram Stoker", "Dracula"),
        ("David Copperfield - Charles Dickens", "Charles Dickens", "David Copperfield"),
        ("Charles Dickens - David Copperfield", "Charles Dickens", "David Copperfield"),
        ("Leo Tolstoy - Anna Karenina", "Leo Tolstoy", "Anna Karenina"),
        ("Dracula - Bram Stoker-harbourrat", "Bram Stoker", "Dracula"),
        ("The Quay - Jean-Paul Marat [scan]", "Jean-Paul Marat", "The Quay"),
        ("Jane Austen-The Quay in Winter", "Jane Austen", "The Quay in Winter"),
        ("Иванов А.Л.-Песни гавани", "Иванов А.Л.", "Песни гавани"),
    ],
)
def test_author_and_title_stand_in_either_order(name: str, author: str, title: str) -> None:
    assert parts(name) == (author, title)


@pytest.mark.parametrize(
    "name",
    [
        "Grey Lantern - Winter Quay",
        "Harbour Saga - Dracula and Others",
        "Claude Levi-Strauss Letters",
        "Low-Tide Stories",
        "Twenty-One Quays",
    ],
)
def test_what_nothing_proves_is_not_parted(name: str) -> None:
    assert parts(name) is None


@pytest.mark.parametrize(
    ("name", "author", "title"),
    [
        ("Mary Shelley - Frankenstein.epub", "Mary Shelley", "Frankenstein"),
        ("Frankenstein - Mary Shelley.epub", "Mary Shelley", "Frankenstein"),
        ("Austen, Jane", "Austen, Jane", None),
        ("夏目漱石 - こころ.epub", "夏目漱石", "こころ"),
    ],
)
def test_the_tagger_does_not_turn_proved_parts_round(
    name: str, author: str, title: str | None
) -> None:
    record = read(name)
    assert (record.author, record.title) == (author, title)


def test_a_proved_author_is_not_taken_for_the_title() -> None:
    name = "Mary Shelley - Frankenstein"
    ruled = {
        "creator": Claim("Mary Shelley", "rules:x", 0.9, AUTHOR_FIRST),
        "title": Claim("Frankenstein", "rules:x", 0.9, AUTHOR_FIRST),
    }
    swapped = {"title": Tagged(0, 12, 0.99), "creator": Tagged(15, 27, 0.99)}
    assert believable(name, swapped, ruled) == {}
    agreed = {"creator": Tagged(0, 12, 0.99), "title": Tagged(15, 27, 0.99)}
    assert believable(name, agreed, ruled) == agreed


@pytest.mark.parametrize(
    ("name", "start", "whole"),
    [("曹雪芹 - 紅樓夢", 1, "曹雪芹"), ("吴敬梓 - 儒林外史", 1, "吴敬梓")],
)
def test_no_name_ends_within_a_short_run_of_chinese(name: str, start: int, whole: str) -> None:
    seen = believable(name, {"creator": Tagged(start, len(whole), 0.9)}, {})
    tag = seen["creator"]
    assert name[tag.start : tag.end] == whole


@pytest.mark.parametrize(
    ("tagged", "is_believed"),
    [("Harbour Tales Vol", False), ("Harbour Tales 03", False), ("Harbour Tales of Winter", True)],
)
def test_a_title_does_not_go_on_with_the_number_behind_it(tagged: str, is_believed: bool) -> None:
    ruled = {"title": Claim("Harbour Tales", "rules:x", 0.9, BEFORE_NUMBER)}
    seen = believable(tagged, {"title": Tagged(0, len(tagged), 0.9)}, ruled)
    assert ("title" in seen) is is_believed


def test_a_long_tail_of_numbers_is_read_in_one_pass() -> None:
    name = "Low Tide " + "v." * 2_000 + "a"
    tags = {"title": Tagged(0, len(name), 0.9)}
    ruled = {"title": Claim("Low Tide", "rules:x", 0.9, BEFORE_NUMBER)}
    assert believable(name, tags, ruled) == tags, "and the letter at its end is no number"


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("[Mizuno Aki] Umi no Hanashi v01", "Mizuno Aki"),
        ("[水野あき] 海の話 第01巻", "水野あき"),
        ("(一般コミック) [水野あき] 海の話 第01巻", "水野あき"),
        ("[某某汉化组] 海の話 第01巻", None),
        ("[漫画] 海の話 第01巻", None),
        ("[Scans] Umi no Hanashi", None),
    ],
)
def test_the_author_of_a_comic_stands_in_a_bracket_before_it(name: str, author: str | None) -> None:
    told = leading_bracket(name)
    assert (None if told is None else name[slice(*told.author)]) == author


@pytest.mark.parametrize(
    ("name", "issue", "date"),
    [
        ("Harbour Weekly No. 12 - May 2021", "12", "2021-05"),
        ("Harbour Weekly Nr 05 2022", "5", None),
        ("Harbour.Weekly.Nr.12.2021.German-GRP", "12", None),
        ("Harbour Weekly N°45 - Mars-Avril 2020", "45", "2020-03"),
        ("Harbour Weekly - 12 May 2021", None, "2021-05-12"),
    ],
)
def test_the_number_of_an_issue_is_no_day(name: str, issue: str | None, date: str | None) -> None:
    record = read(name, Subcategory.MAGAZINE)
    assert (record.title, record.issue, record.issue_date) == ("Harbour Weekly", issue, date)


def test_the_number_at_the_end_is_no_group() -> None:
    names = ["Umi no Hanashi c001-c012", "[Mizuno Aki] 海の話 第01-05巻"]
    subjects = [ExtractSubject(name, None, Subcategory.COMIC) for name in names]
    assert [item.technical.release_group for item in BOTH.extract(subjects)] == [None, None]


@pytest.mark.parametrize(
    ("name", "author", "title"),
    [
        (
            "Jules Verne [Voyages 11] The Mysterious Island (epub)",
            "Jules Verne",
            "The Mysterious Island",
        ),
        ("Jules Verne - [Lantern Bay 03] - The Quay Mystery", "Jules Verne", "The Quay Mystery"),
    ],
)
def test_an_author_before_a_series_is_not_the_title(name: str, author: str, title: str) -> None:
    metadata = read(name)
    assert (metadata.author, metadata.title) == (author, title)
