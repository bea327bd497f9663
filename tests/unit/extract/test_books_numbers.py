"""Numbers of books, comics and magazines: series, volumes, issues, dates, editions and ISBNs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.books.dates import issued
from models.extract.rules.books.isbn import is_valid, isbn
from models.extract.rules.books.numbers import places
from models.extract.rules.years import latest
from schemas import BookMetadata, Subcategory

EBOOK = Subcategory.EBOOK
COMIC = Subcategory.COMIC
MAGAZINE = Subcategory.MAGAZINE

EXTRACTOR = Extractor.load(tagger=False)


def record(name: str, subcategory: Subcategory = EBOOK) -> BookMetadata:
    metadata = EXTRACTOR.extract([ExtractSubject(name, None, subcategory)])[0].metadata
    assert isinstance(metadata, BookMetadata)
    return metadata


@pytest.mark.parametrize(
    ("name", "series", "number", "title"),
    [
        ("The Quay (Harbours, Book 4) by Jane Austen EPUB", "Harbours", "4", "The Quay"),
        ("The Quay (Harbours #2) by Jane Austen", "Harbours", "2", "The Quay"),
        ("Jane Austen - [Harbours 03] - The Quay", "Harbours", "3", "The Quay"),
        ("The Saga of Harbours 04 - The Quay.epub", "The Saga of Harbours", "4", "The Quay"),
        ("Jane Austen - Harbours 3 - The Quay", "Harbours", "3", "The Quay"),
        ("Jane_Austen_-_Harbour_Series_(1-8)_epub", "Harbour Series", "1-8", "Harbour Series"),
        ("The Quay (Book 3) by Jane Austen", None, "3", "The Quay"),
        ("The Quay (#2.5) by Jane Austen", None, "2.5", "The Quay"),
        ("The Quay by Jane Austen", None, None, "The Quay"),
        ("50 Harbours That Changed the World", None, None, "50 Harbours That Changed the World"),
        ("The Book of 100 Lanterns", None, None, "The Book of 100 Lanterns"),
        ("Seven Quays", None, None, "Seven Quays"),
    ],
)
def test_series(name: str, series: str | None, number: str | None, title: str) -> None:
    metadata = record(name)
    assert (metadata.series, metadata.series_number) == (series, number)
    assert metadata.title == title


@pytest.mark.parametrize(
    ("name", "title", "volume", "chapter", "issue", "count"),
    [
        ("Harbour Knights v03 (2013) (Digital)", "Harbour Knights", "3", None, None, None),
        ("Harbour Knights v01-v07", "Harbour Knights", "1-7", None, None, None),
        ("Harbour Knights c001-010", "Harbour Knights", None, "1-10", None, None),
        ("Harbour Knights Tome 3", "Harbour Knights", "3", None, None, None),
        ("Harbour Knights T01", "Harbour Knights", "1", None, None, None),
        ("港の騎士 第3巻", "港の騎士", "3", None, None, None),
        ("Harbour Knights #04 (of 4)", "Harbour Knights", None, None, "4", 4),
        ("Harbour Knights 01 (of 05) (2014).cbr", "Harbour Knights", None, None, "1", 5),
        ("Harbour Knights 008 (2016) (Digital).cbr", "Harbour Knights", None, None, "8", None),
        ("Harbour_Knights_022_(2014)_(Digital).cbr", "Harbour Knights", None, None, "22", None),
        ("Harbour Knights (001-027)(2003)", "Harbour Knights", None, None, "1-27", None),
        ("Harbour Knights 066 - The Quay (Mondo).cbr", "Harbour Knights", None, None, "66", None),
        ("Harbour Knights 1-20", "Harbour Knights", None, None, "1-20", None),
        ("Quay No. 8 036 (2021)", "Quay No. 8", None, None, "36", None),
        ("Harbour Knights N. 313 - 318", "Harbour Knights", None, None, "313-318", None),
        (
            "Quay 100 - List of Lanterns v01 (2021)",
            "Quay 100 - List of Lanterns",
            "1",
            None,
            None,
            None,
        ),
        ("Harbour Knights (2015)", "Harbour Knights", None, None, None, None),
        ("Knights of 2099", "Knights of 2099", None, None, None, None),
        ("Harbour V for Victory", "Harbour V for Victory", None, None, None, None),
        ("Top 10", "Top 10", None, None, None, None),
        ("Harbour Knights 1994", "Harbour Knights", None, None, None, None),
    ],
)
def test_numbers_of_comics(
    name: str,
    title: str,
    volume: str | None,
    chapter: str | None,
    issue: str | None,
    count: int | None,
) -> None:
    metadata = record(name, COMIC)
    assert metadata.title == title
    assert (metadata.volume, metadata.chapter, metadata.issue) == (volume, chapter, issue)
    assert metadata.issue_count == count


@pytest.mark.parametrize(
    ("name", "title", "date", "year", "issue"),
    [
        ("Harbour Monthly - March 2024", "Harbour Monthly", "2024-03", 2024, None),
        ("Harbour Weekly - 15 March 2024", "Harbour Weekly", "2024-03-15", 2024, None),
        ("Harbour Weekly - March 15, 2024.pdf", "Harbour Weekly", "2024-03-15", 2024, None),
        ("Harbour Daily Tuesday March 5, 2024", "Harbour Daily", "2024-03-05", 2024, None),
        ("Harbour Monthly 2024-03", "Harbour Monthly", "2024-03", 2024, None),
        ("Harbour Monthly - April - May 2021", "Harbour Monthly", "2021-04", 2021, None),
        ("Harbour Week (05-27-2020)", "Harbour Week", "2020-05-27", 2020, None),
        ("Harbour Quarterly - Summer 2020", "Harbour Quarterly", "2020", 2020, None),
        ("Hafenblatt - 3. März 2024", "Hafenblatt", "2024-03-03", 2024, None),
        ("Le Port - 12 février 2022", "Le Port", "2022-02-12", 2022, None),
        ("Harbour Monthly No. 45", "Harbour Monthly", None, None, "45"),
        ("Harbour Monthly - Issue 51, 2021", "Harbour Monthly", None, 2021, "51"),
        ("HarbourTM.TruePDF-Issue.174.2016", "HarbourTM", None, 2016, "174"),
        ("Harbour Weekly 15th 2016 PDF", "Harbour Weekly", None, 2016, "15"),
        ("Harbour Weekly 2021 01-09 Issues", "Harbour Weekly", None, 2021, "1-9"),
        ("Harbour Weekly 2019 4-6th PDF", "Harbour Weekly", None, 2019, "4-6"),
        ("The 3rd Harbour", "The 3rd Harbour", None, None, None),
        ("Harbour Monthly 2011-12", "Harbour Monthly", None, 2011, None),
        ("March of the Harbours", "March of the Harbours", None, None, None),
        ("May Flowers Monthly", "May Flowers Monthly", None, None, None),
        ("The Complete Harbour Manual", "The Complete Harbour Manual", None, None, None),
    ],
)
def test_dates_and_issues_of_magazines(
    name: str, title: str, date: str | None, year: int | None, issue: str | None
) -> None:
    metadata = record(name, MAGAZINE)
    assert metadata.title == title
    assert (metadata.issue_date, metadata.year, metadata.issue) == (date, year, issue)


def test_volume_and_issue_of_a_magazine() -> None:
    metadata = record("Harbour Journal Vol. 12 Issue 3", MAGAZINE)
    assert (metadata.volume, metadata.issue) == ("12", "3")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Quiet Harbours 9780306406157.pdf", "9780306406157"),
        ("Quiet Harbours ISBN 978-0-306-40615-7", "9780306406157"),
        ("Quiet Harbours 0306406152.epub", "0306406152"),
        ("Quiet.Harbours.080442957X.epub", "080442957X"),
        ("Quiet Harbours [0-306-40615-2]", "0306406152"),
        ("Quiet Harbours 9780306406158.pdf", None),
        ("Quiet Harbours 0306406153", None),
        ("Quiet Harbours 123456789", None),
        ("Quiet Harbours 20190101123", None),
        ("Quiet Harbours x9780306406157y", None),
    ],
)
def test_an_isbn_has_the_right_check_digit(name: str, number: str | None) -> None:
    read = isbn(name)
    assert (read.number if read else None) == number
    assert record(name).isbn == number


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("Quiet Harbours, 3rd Edition.pdf", "3rd Edition"),
        ("Quiet Harbours 2nd ed - Jane Austen", "2nd ed"),
        ("Quiet Harbours Revised Edition", "Revised Edition"),
        ("Quiet.Harbours.Second.Edition.epub", "Second Edition"),
        ("Quiet Harbours 11e - Austen.pdf", "11e"),
        ("Stille Häfen 3. Auflage", "3. Auflage"),
        ("The Edition of Harbours", None),
        ("Second Harbour", None),
        ("Quiet Harbours 3rd Quay", None),
        ("Ed and the New Harbour", None),
        ("The International Lantern", None),
    ],
)
def test_editions(name: str, edition: str | None) -> None:
    assert record(name).edition == edition


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_of_ten_last_digits_one_is_right(digits: str) -> None:
    assert sum(is_valid(f"978{digits[3:]}{last}") for last in range(10)) == 1


@given(st.dates())
def test_a_day_is_read_as_it_was_written(day: object) -> None:
    read = issued(f"Harbour Weekly {day}")
    year = int(str(day)[:4])
    if 1900 <= year <= latest():
        assert read is not None
        assert read.date == str(day)
    else:
        assert read is None or read.date != str(day)


def test_how_many_volumes_there_are_belongs_to_the_number() -> None:
    (volume,) = places("Low Tide Volume 3 of 12", EBOOK)
    assert (volume.field, volume.value, volume.start, volume.end) == ("volume", "3", 9, 23)
