"""The year of a work: announced ones, those of days and spans, and titles that look like one."""

from datetime import UTC, datetime

import pytest

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.years import covered, latest, year, year_at
from schemas import Subcategory

SOON = datetime.now(UTC).year + 8
FAR = datetime.now(UTC).year + 30


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(tagger=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"Paper Harbour ({SOON})", SOON),
        (f"Paper.Harbour.{SOON}.1080p.WEB-DL", SOON),
        (f"Paper Harbour {SOON} BluRay", SOON),
        (f"Paper Harbour {SOON} Redux", None),
        (f"Paper Harbour {SOON} (1999)", 1999),
        (f"Paper Harbour {FAR} (2017) 1080p", 2017),
        (f"Paper Harbour {FAR} 1080p", None),
        (f"Paper Harbour ({FAR})", None),
        ("Paper Harbour 1920x1080", None),
        ("Paper Harbour 1920 x 1080", None),
        ("Paper Harbour [1920 X 1080]", None),
        ("Paper Harbour (1920×1080 WEB)", None),
        ("Paper Harbour 2048 x 858 (2019)", 2019),
        ("Paper Harbour [2019 x265]", 2019),
        ("Paper Harbour 2019 x264", 2019),
    ],
)
def test_a_year_of_the_future_is_one_in_brackets_or_before_the_release(
    name: str, expected: int | None
) -> None:
    dated = year(name)
    assert (dated.year if dated else None) == expected


def test_the_width_of_a_picture_is_no_year_for_the_tagger_either() -> None:
    assert year_at("Harbour 1920 x 1080", 8, 12) is None
    assert year_at("Harbour 1920 x264", 8, 12) == 1920


def test_the_size_of_a_picture_is_its_resolution_however_it_is_written(
    extractor: Extractor,
) -> None:
    name = "Paper Harbour 1920 x 1080 BluRay"
    answer = extractor.extract([ExtractSubject(name, None, Subcategory.MOVIE, 1.0)])[0]
    assert getattr(answer.metadata, "title", None) == "Paper Harbour"
    assert answer.technical.resolution == "1080p"


def test_works_are_announced_for_no_more_than_ten_years() -> None:
    assert SOON < latest() < FAR


@pytest.mark.parametrize(
    ("subcategory", "name", "expected"),
    [
        (Subcategory.EPISODE, "저녁 이야기.E06.211127.720p-GRP", None),
        (Subcategory.VIDEO_OTHER, "Harbour Cup_20250429_Reds @ Blues_1080p60.mkv", 2025),
        (Subcategory.VIDEO_OTHER, "Reds - Blues 07.05.19.mkv", None),
        (Subcategory.EPISODE, "Evening.Talk.2021.03.09.720p.WEB", 2021),
        (Subcategory.EPISODE, "Evening Talk (2019) 2021.03.09 720p", 2019),
        (Subcategory.SERIES, "Lantern Bay Seasons 1-3 (2012-2016)", 2012),
        (Subcategory.SERIES, "Lantern Bay 2001-2013", 2001),
        (Subcategory.SEASON, "Lantern Bay [06x01-08 of 16] (2019-2020)", 2019),
        (Subcategory.MOVIE, "Lantern Saga Collection 2003-2012", None),
        (Subcategory.EPISODE, "Moto.Garage.S2014E18.720p.HDTV", 2014),
        (Subcategory.EPISODE, "Lantern Tunes 1940x01 Low Lamp", 1940),
        (Subcategory.EPISODE, "Moto.Garage.S14E18.720p.HDTV", None),
        (Subcategory.EPISODE, "1969.S01E01.WEB.x264-GRP", None),
        (Subcategory.MOVIE, "Lantern Bay 2031.mkv", None),
    ],
)
def test_a_record_has_the_year_that_days_and_spans_tell(
    extractor: Extractor, subcategory: Subcategory, name: str, expected: int | None
) -> None:
    answer = extractor.extract([ExtractSubject(name, None, subcategory, 1.0)])[0]
    assert getattr(answer.metadata, "year", None) == expected
    if expected is not None:
        assert "year" in answer.evidence


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("THE LANTERNS - DISCOGRAPHY (1994-14)", (1994, 2014)),
        ("Aurora Vale Complete Collection 1971-73 [5CD]", (1971, 1973)),
        ("Aurora Vale - Discography (2006-08)", (2006, 2008)),
        ("Aurora Vale - Discography (1999 - 00)", (1999, 2000)),
        ("Aurora Vale - Discography [1985–97]", (1985, 1997)),
        ("Aurora Vale - Discography (1985-1997)", (1985, 1997)),
        ("Aurora Vale - Discography (2019-04)", None),
        ("Aurora Vale - Discography (2019-04-11)", None),
        ("Aurora Vale - Discography 1994-08-12", None),
        ("Aurora Vale - Discography (2019-35)", None),
        ("Aurora Vale - Discography (1994-14th)", None),
        ("Aurora Vale - Discography (12/1994-14)", None),
        ("Aurora Vale - Discography (1994)", None),
    ],
)
def test_of_the_last_year_of_a_collection_two_digits_are_enough(
    name: str, expected: tuple[int, int] | None
) -> None:
    told = covered(name)
    assert (told and (told.first, told.last)) == expected


def test_a_collection_of_short_years_has_no_year_of_its_own(extractor: Extractor) -> None:
    name = "THE LANTERNS - DISCOGRAPHY (1994-14)"
    subjects = [
        ExtractSubject(name, None, kind, 1.0)
        for kind in (Subcategory.COLLECTION, Subcategory.ALBUM)
    ]
    collection, album = (answer.metadata for answer in extractor.extract(subjects))
    assert (getattr(collection, "last_year", None), getattr(collection, "year", None)) == (
        2014,
        None,
    )
    assert getattr(album, "year", None) == 1994
