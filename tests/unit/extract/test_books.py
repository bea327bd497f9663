"""Records of books, comics and magazines: author and title, formats, publishers and groups."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.extract.rules.books.dates import issued
from models.extract.rules.books.persons import is_persons, names_persons
from models.extract.rules.books.tags import may_be_author
from schemas import BookMetadata, Method, Subcategory, TorrentFile

EBOOK = Subcategory.EBOOK
COMIC = Subcategory.COMIC
MAGAZINE = Subcategory.MAGAZINE

EXTRACTOR = Extractor.load(tagger=False)


def extracted(name: str, subcategory: Subcategory = EBOOK) -> Extracted:
    return EXTRACTOR.extract([ExtractSubject(name, None, subcategory)])[0]


def record(name: str, subcategory: Subcategory = EBOOK) -> BookMetadata:
    metadata = extracted(name, subcategory).metadata
    assert isinstance(metadata, BookMetadata)
    return metadata


@pytest.mark.parametrize(
    ("name", "author", "title"),
    [
        ("Emma by Jane Austen EPUB", "Jane Austen", "Emma"),
        ("Jane Austen - Emma (1815) [epub]", "Jane Austen", "Emma"),
        ("The Time Machine - H. G. Wells.mobi", "H. G. Wells", "The Time Machine"),
        ("Austen, Jane - Persuasion.epub", "Austen, Jane", "Persuasion"),
        ("The Quiet Quay - Jan van der Berg [PDF]", "Jan van der Berg", "The Quiet Quay"),
        ("Emma (Jane Austen)", "Jane Austen", "Emma"),
        ("Jane Austen - [Harbours 03] - The Quay (epub)", "Jane Austen", "The Quay"),
        ("Jane Austen - Harbours 3 - Winter", "Jane Austen", "Winter"),
        ("The Quay - Jane Austen - Poster", "Jane Austen", "The Quay"),
        (
            "The Quay, A Story by Jane Austen (Harbour Press, 2015).pdf",
            "Jane Austen",
            "The Quay, A Story",
        ),
        (
            "les.lanternes.du.port.perdu.jules.verne.epub",
            "jules verne",
            "les lanternes du port perdu",
        ),
        (
            "quiet.harbour.stories.simone.de.beauvoir.mobi",
            "simone de beauvoir",
            "quiet harbour stories",
        ),
        ("Jane.Austen.-.The.Quay.2019.RETAiL.ePub.eBook-GRP", "Jane Austen", "The Quay"),
        ("Толстой Л.Н. - Казаки - 1913.fb2", "Толстой Л.Н.", "Казаки"),
        ("Иван Тургенев - Дым.fb2", "Иван Тургенев", "Дым"),
    ],
)
def test_author_and_title(name: str, author: str, title: str) -> None:
    metadata = record(name)
    assert (metadata.author, metadata.title) == (author, title)


@pytest.mark.parametrize(
    "name",
    [
        "Lead by Example",
        "How to Earn by Fast Trading - A Guide",
        "Paint by Numbers for Harbours EPUB",
        "the.diary.of.anne.frank.epub",
        "the.adventures.of.tom.sawyer.epub",
        "The Lighthouse - A Field Guide.pdf",
        "Harbour and Quay - Tools for Builders",
        "adam.bede.and.the.quiet.harbour.epub",
        "quiet.harbour.stories.jules.verne",
        "World War II - From the Sea (Illustrated)",
    ],
)
def test_nobody_is_made_an_author_without_evidence(name: str) -> None:
    assert record(name).author is None


@pytest.mark.parametrize(
    ("name", "title", "rule"),
    [
        ("Quiet Harbours, 3rd Edition.pdf", "Quiet Harbours", "book-before-number"),
        ("Quiet Harbours 2016.pdf", "Quiet Harbours", "book-before-words"),
        ("Quiet Harbours (epub)", "Quiet Harbours", "book-before-words"),
        ("Quiet_Harbours.epub", "Quiet Harbours", "whole-book-name"),
        ("Quiet Harbours", "Quiet Harbours", "whole-book-name"),
        ("El-Puerto", "El-Puerto", "whole-book-name"),
        ("The Tides of 1613 - 1918", "The Tides of 1613 - 1918", "book-dashed"),
        ("Colloquial Norwegian (QAY).pdf", "Colloquial Norwegian", "book-before-words"),
        ("1984", "1984", "whole-book-name"),
        ("The Portable PDF Reader", "The Portable", "book-before-words"),
    ],
)
def test_a_title_ends_before_numbers_and_words_of_the_release(
    name: str, title: str, rule: str
) -> None:
    answer = extracted(name)
    assert isinstance(answer.metadata, BookMetadata)
    assert answer.metadata.title == title
    assert answer.evidence["title"].source == f"rules:{rule}"


@pytest.mark.parametrize(
    ("name", "formats", "languages"),
    [
        ("Emma by Jane Austen EPUB MOBI", ("epub", "mobi"), ()),
        ("Emma by Jane Austen [EN EPUB]", ("epub",), ("en",)),
        ("Harbour Monthly (True PDF)", ("pdf",), ()),
        ("Jane Austen - Emma [ITA].cbr", ("cbr",), ("it",)),
        ("Jane Austen - Emma - Svensk", (), ("sv",)),
        ("Quiet.Harbours.2019.FRENCH.RETAiL.ePub.eBook-GRP", ("epub",), ("fr",)),
        ("Colloquial Norwegian", (), ()),
        ("The English Harbour", (), ()),
        ("Learn French.pdf", ("pdf",), ()),
        ("The Documents of Quay", (), ()),
        ("Lit by Lanterns", (), ()),
    ],
)
def test_formats_and_languages(
    name: str, formats: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    answer = extracted(name)
    assert isinstance(answer.metadata, BookMetadata)
    assert answer.metadata.formats == formats
    assert answer.technical.languages == languages


@pytest.mark.parametrize(
    ("name", "publisher"),
    [
        ("Quiet Harbours - Jane Austen (Harbour House, 1997).pdf", "Harbour House"),
        ("O'Reilly - Learning Harbours, 3rd Edition", "O'Reilly"),
        ("Packt.Learning.Harbours.2019.pdf", "Packt"),
        ("Quiet Harbours (2015, Digital)", None),
        ("Springer Over the Quay", None),
        ("Jane Austen - Emma (A Novel, Illustrated)", None),
        ("Manning the Lighthouse", None),
        ("Quiet Harbours (1997)", None),
    ],
)
def test_publishers(name: str, publisher: str | None) -> None:
    assert record(name).publisher == publisher


@pytest.mark.parametrize(
    ("name", "subcategory", "group"),
    [
        ("Harbour Knights 008 (2016) (Digital) (Quay-Empire).cbr", COMIC, "Quay-Empire"),
        ("Quiet.Harbours.2019.Retail.EPUB.eBook-QuayBook", EBOOK, "QuayBook"),
        ("Quiet Harbours - Jane Austen [Quay80]", EBOOK, "Quay80"),
        ("Quiet Harbours - Mantesh", EBOOK, "Mantesh"),
        ("Jane Austen - Emma", EBOOK, None),
        ("Wing Chun Kung-Fu", EBOOK, None),
        ("The Harbour Bestsellers - March 1, 2015 [Fiction & Non-Fiction]", MAGAZINE, None),
        ("Emma by Jane Austen EPUB", EBOOK, None),
        ("Harbour Knights (2016)", COMIC, None),
    ],
)
def test_groups(name: str, subcategory: Subcategory, group: str | None) -> None:
    assert extracted(name, subcategory).technical.release_group == group


@pytest.mark.parametrize(
    ("text", "is_shaped", "is_proved"),
    [
        ("Jane Austen", True, True),
        ("Simone de Beauvoir", True, True),
        ("J. R. R. Quay", True, True),
        ("Irvin D. Quay, Jane Austen", True, True),
        ("Quay, Jane", True, True),
        ("Madiha Quay", True, False),
        ("Winter Harbour", True, False),
        ("Jane", True, False),
        ("The Quiet Harbour", False, False),
        ("Jane and the 7 Harbours", False, False),
        ("de la", False, False),
        ("", False, False),
    ],
)
def test_names_of_persons(text: str, is_shaped: bool, is_proved: bool) -> None:
    assert (is_persons(text), names_persons(text)) == (is_shaped, is_proved)


def test_the_endings_of_all_files_are_formats() -> None:
    files = tuple(TorrentFile(path=f"Emma.{ending}", size=1) for ending in ("epub", "mobi", "jpg"))
    answer = EXTRACTOR.extract([ExtractSubject("Emma", files, EBOOK)])[0]
    assert isinstance(answer.metadata, BookMetadata)
    assert sorted(answer.metadata.formats) == ["epub", "mobi"]
    assert answer.evidence["formats"].path == "Emma.epub"


@pytest.mark.parametrize(
    ("name", "subcategory", "method"),
    [
        ("Emma by Jane Austen EPUB", EBOOK, Method.RULES),
        ("Harbour Monthly - March 2024", MAGAZINE, Method.RULES),
        ("Emma - Winter Harbour", EBOOK, Method.TAGGER),
    ],
)
def test_the_tagger_is_asked_where_rules_prove_nothing(
    name: str, subcategory: Subcategory, method: Method
) -> None:
    answer = Extractor.load().extract([ExtractSubject(name, None, subcategory)])[0]
    assert answer.method is method


@pytest.mark.parametrize(
    ("name", "author", "can_be"),
    [
        ("Walden PDF", "Walden", False),
        ("Reading from Behind - A History", "from Behind", False),
        ("Learning.Harbours", "Learning", False),
        ("Great Harbours by A. Quay, QUAY", "QUAY", False),
        ("VW B5 Handbook", "VW B5", False),
        ("The Quay - Colpo", "Colpo", True),
        ("QDW.-.The.Quay.2010", "QDW", True),
        ("The.Quay.House.-.Lanterns", "The.Quay.House", True),
        ("Lantern", "Lantern", False),
        ("Jane Quay Emma", "Jane Quay", True),
        ("Панин. Тихая гавань", "Панин", True),
        ("Тихая гавань. Панин", "гавань", False),
        ("The Quays (Quayband)", "Quayband", True),
        ("港の騎士 静かな", "静かな", True),
        ("Emma Jane de Quay", "Jane de Quay", True),
        ("Paper . Lanterns", ".", False),
        ("Quay _ Emma", "_", False),
    ],
)
def test_whom_the_tagger_may_call_an_author(name: str, author: str, can_be: bool) -> None:
    start = name.rindex(author)
    assert may_be_author(name, start, start + len(author)) is can_be


NAMES = st.text(
    st.sampled_from("Jane Austen - by #1 (of 4) v03 No. 2019-03 March [epub] 978 巻第章")
    | st.characters(),
    min_size=1,
    max_size=80,
).filter(lambda name: name.strip() == name and name.isprintable())


@given(NAMES, st.sampled_from([EBOOK, COMIC, MAGAZINE, Subcategory.BOOK_OTHER]))
def test_every_field_of_any_name_has_its_place(name: str, subcategory: Subcategory) -> None:
    answer = extracted(name, subcategory)
    said = answer.metadata.model_dump(exclude_defaults=True, exclude={"subcategory"})
    assert said.keys() <= answer.evidence.keys()
    for proof in answer.evidence.values():
        assert proof.span is not None
        assert 0 <= proof.span[0] < proof.span[1] <= len(name)


@pytest.mark.parametrize(
    ("name", "title", "year"),
    [
        ("The March 1917 Revolution", "The March 1917 Revolution", None),
        ("Ann Reed - Harbour, April 1945 (2011) epub", "Harbour, April 1945", 2011),
        ("Northport May 1937 - Ann Reed.epub", "Northport May 1937", None),
        ("Winter 1941 - John Reed", "Winter 1941", None),
        ("A December 1922 Journey - Ann Reed [pdf]", "A December 1922 Journey", None),
    ],
)
def test_a_month_in_the_title_of_a_book_is_no_date_of_an_issue(
    name: str, title: str, year: int | None
) -> None:
    book = record(name)
    assert (book.title, book.year, book.issue_date) == (title, year, None)


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("The Lantern Review - March 2019.pdf", "2019-03"),
        ("The Lantern Review (March 2019) PDF", "2019-03"),
        ("The Lantern Review [May 2019] by Ann Reed", "2019-05"),
        ("Harbour Weekly 12 May 2019 True PDF", "2019-05-12"),
        ("Harbour Weekly 2019-05-12 Winter Lights", "2019-05-12"),
    ],
)
def test_a_date_that_ends_a_title_is_that_of_an_issue(name: str, date: str) -> None:
    assert record(name).issue_date == date


def test_an_article_before_a_month_makes_it_a_title() -> None:
    issue = record("The May 2019 Lanterns", MAGAZINE)
    assert (issue.title, issue.issue_date) == ("The May 2019 Lanterns", None)


@pytest.mark.parametrize(
    "name",
    ["Harbour Almanac 31-02-2020", "Harbour Almanac 31.04.2020", "Harbour Almanac Summer 20٢٠"],
)
def test_a_day_that_never_was_is_no_date_of_an_issue(name: str) -> None:
    assert record(name, MAGAZINE).issue_date is None


@given(st.text(alphabet="0123456789٢-./ MarchMay", max_size=40).map(lambda text: f"{text} 2020"))
def test_whatever_date_is_read_is_of_a_day_that_was(text: str) -> None:
    date = issued(text)
    if date is None:
        return
    year, *rest = map(int, date.date.split("-"))
    month, day, *_ = (*rest, 1, 1)
    assert datetime.date(year, month, day).year == date.year
    assert date.date.isascii()
