"""Concerts: who played, on which day, where, and from what it was taped."""

from typing import Any

import pytest

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.recordings import live
from models.extract.rules.recordings.concert_days import concert_day
from models.extract.subject import Extracted
from schemas import Subcategory

RULES = Extractor.load(tagger=False)


def extracted(name: str) -> Extracted:
    return RULES.extract([ExtractSubject(name, None, Subcategory.ALBUM)])[0]


def fields(name: str) -> dict[str, Any]:
    metadata = extracted(name).metadata
    return metadata.model_dump(exclude_none=True, exclude={"subcategory", "tracks"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Grateful Dead 1977-05-08 Barton Hall",
            {
                "artist": "Grateful Dead",
                "album_name": "Barton Hall",
                "date": "1977-05-08",
                "venue": "Barton Hall",
                "year": 1977,
            },
        ),
        (
            "Aurora Vale - 1973-04-11 - Mill Hall, Northport",
            {
                "artist": "Aurora Vale",
                "album_name": "Mill Hall, Northport",
                "date": "1973-04-11",
                "venue": "Mill Hall, Northport",
                "year": 1973,
            },
        ),
        (
            "Aurora Vale - Live in Northport - 1984.07.18 Bootleg",
            {
                "artist": "Aurora Vale",
                "album_name": "Live in Northport",
                "date": "1984-07-18",
                "venue": "Northport",
                "year": 1984,
            },
        ),
        (
            "Aurora Vale at Mill Hall 2015-10-29",
            {
                "artist": "Aurora Vale",
                "album_name": "Mill Hall",
                "date": "2015-10-29",
                "venue": "Mill Hall",
                "year": 2015,
            },
        ),
        (
            "Aurora Vale 2016-07-13 Northport Festival [FLAC]",
            {
                "artist": "Aurora Vale",
                "album_name": "Northport Festival",
                "date": "2016-07-13",
                "venue": "Northport Festival",
                "year": 2016,
            },
        ),
        (
            "Aurora Vale - Live at the Paper Mill 1994 [FLAC]",
            {
                "artist": "Aurora Vale",
                "album_name": "Live at the Paper Mill",
                "venue": "the Paper Mill",
                "year": 1994,
            },
        ),
        (
            "Aurora Vale - Low Tide (Live in Northport) (2004)",
            {
                "artist": "Aurora Vale",
                "album_name": "Low Tide",
                "venue": "Northport",
                "year": 2004,
            },
        ),
        ("gd1978-12-21", {"artist": "Grateful Dead", "date": "1978-12-21", "year": 1978}),
        (
            "gd76-11-29.sbd.x.20001.shnf",
            {"artist": "Grateful Dead", "date": "1976-11-29", "year": 1976},
        ),
        ("phish1986-02-21.sbd.flac16", {"artist": "Phish", "date": "1986-02-21", "year": 1986}),
        (
            "dso2004-11-20.aud.flac1648",
            {"artist": "Dark Star Orchestra", "date": "2004-11-20", "year": 2004},
        ),
        (
            "jgb1977-11-26.sbd.Northport,ME.flac16",
            {
                "artist": "Jerry Garcia Band",
                "album_name": "Northport,ME",
                "venue": "Northport,ME",
                "date": "1977-11-26",
                "year": 1977,
            },
        ),
        ("zzq1986-02-21.sbd.flac16", {"date": "1986-02-21", "year": 1986}),
    ],
)
def test_a_concert_keeps_its_day_and_its_place(name: str, expected: dict[str, Any]) -> None:
    assert fields(name) == expected


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("phish1986-02-21.sbd.flac16", "SBD"),
        ("gd79-09-23.mtx.x.10001.flac16", "Matrix"),
        ("dso2004-11-20.aud.flac1648", "AUD"),
        ("Aurora Vale 1977-05-08 Mill Hall FM", "FM"),
        ("Aurora Vale - The Matrix (1999) [FLAC]", None),
    ],
)
def test_what_a_concert_was_taped_from_is_its_source(name: str, source: str | None) -> None:
    assert extracted(name).technical.source == source


@pytest.mark.parametrize(
    "name",
    [
        "[2018.05.06] Aurora Vale - Low Tide [MP3 320K]",
        "Aurora Vale - Low Tide (2017.08.20)",
        "Aurora Vale - Live in Concert (1994)",
        "Aurora Vale - Live Wire (1994)",
        "Aurora Vale - Live in Love (1994)",
        "Aurora Vale - Too Weird to Live, Too Rare to Die (2013)",
        "ep01-02-03",
        "Aurora Vale - 1977-13-45 - Low Tide",
    ],
)
def test_what_is_no_concert_has_neither_day_nor_place(name: str) -> None:
    assert not {"date", "venue"} & fields(name).keys()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Aurora Vale May 8, 1977", "1977-05-08"),
        ("Aurora Vale 8th May 1977", "1977-05-08"),
        ("Aurora Vale 25-09-1984", "1984-09-25"),
        ("Aurora Vale 03-04-1984", None),
        ("Aurora Vale 1984-02-30", None),
        ("Aurora Vale 2999-01-01", None),
    ],
)
def test_a_day_is_read_where_it_is_sure(name: str, day: str | None) -> None:
    read_day = concert_day(name)
    assert (read_day.text if read_day else None) == day


def test_a_concert_without_artist_or_place_is_none() -> None:
    assert live.concert("Paper Lanterns") is None


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Hallmark Moths 1999-07-03 Hall", (26, 30)),
        ("Northport Choir 1999-07-03 Northport", (27, 36)),
        ("Aurora Vale - Harbour - 1977-05-08 - Harbour", (37, 44)),
    ],
)
def test_the_evidence_of_a_venue_points_behind_the_day(name: str, place: tuple[int, int]) -> None:
    assert extracted(name).evidence["venue"].span == place


@pytest.mark.parametrize("name", ["mv3 1999-07-03.sbd.flac16", "wren7-1999-07-03.aud"])
def test_a_digit_behind_an_unknown_band_makes_no_tape(name: str) -> None:
    concert = live.concert(name)
    assert concert is None or not concert.is_tape
