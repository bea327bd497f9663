"""Recordings: composers and works, concerts, compilations, reissues, tracks of the scene."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules import listing
from models.extract.rules.recordings import classical, compilation, live
from models.extract.rules.recordings.concert_days import concert_day
from models.extract.rules.recordings.issues import recording_year, reissue_year
from models.extract.rules.recordings.record import read
from models.extract.subject import Extracted
from schemas import Subcategory, TorrentFile

RULES = Extractor.load(tagger=False)


def extracted(name: str, subcategory: Subcategory = Subcategory.ALBUM) -> Extracted:
    return RULES.extract([ExtractSubject(name, None, subcategory)])[0]


def fields(name: str, subcategory: Subcategory = Subcategory.ALBUM) -> dict[str, Any]:
    metadata = extracted(name, subcategory).metadata
    return metadata.model_dump(
        exclude_none=True, exclude={"subcategory", "tracks", "albums"}, mode="python"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Beethoven - Symphony No. 9 - Karajan (1963)",
            {
                "artist": "Beethoven",
                "album_name": "Symphony No. 9",
                "composer": "Beethoven",
                "work": "Symphony No. 9",
                "conductor": "Karajan",
                "year": 1963,
            },
        ),
        (
            "Bach: Goldberg Variations - Glenn Gould 1981",
            {
                "artist": "Bach",
                "album_name": "Goldberg Variations",
                "composer": "Bach",
                "work": "Goldberg Variations",
                "performers": ("Glenn Gould",),
                "year": 1981,
            },
        ),
        (
            "Mahler Symphony No 5 (Abbado, Berlin Philharmonic) [FLAC]",
            {
                "artist": "Mahler",
                "album_name": "Symphony No 5",
                "composer": "Mahler",
                "work": "Symphony No 5",
                "conductor": "Abbado",
                "performers": ("Berlin Philharmonic",),
            },
        ),
        (
            "J.S. Bach - Cello Suites BWV 1007-1012 - Ada Falk [24-96]",
            {
                "artist": "J.S. Bach",
                "album_name": "Cello Suites BWV 1007-1012",
                "composer": "J.S. Bach",
                "work": "Cello Suites BWV 1007-1012",
                "performers": ("Ada Falk",),
            },
        ),
        (
            "Antonín Dvořák - Cello Concerto Op. 104 (conducted by Vera Lund)",
            {
                "artist": "Antonín Dvořák",
                "album_name": "Cello Concerto Op. 104",
                "composer": "Antonín Dvořák",
                "work": "Cello Concerto Op. 104",
                "conductor": "Vera Lund",
            },
        ),
        (
            "Vivaldi - Ada Falk, Harbour Consort - Stabat Mater (1998)",
            {
                "artist": "Vivaldi",
                "album_name": "Stabat Mater",
                "composer": "Vivaldi",
                "work": "Stabat Mater",
                "performers": ("Ada Falk", "Harbour Consort"),
                "year": 1998,
            },
        ),
        (
            "Ada Falk - Schubert: Winterreise (2004)",
            {
                "artist": "Ada Falk",
                "album_name": "Schubert: Winterreise",
                "composer": "Schubert",
                "work": "Winterreise",
                "performers": ("Ada Falk",),
                "year": 2004,
            },
        ),
        (
            "Чайковский - Симфония № 6 - Мравинский",
            {
                "artist": "Чайковский",
                "album_name": "Симфония № 6",
                "composer": "Чайковский",
                "work": "Симфония № 6",
                "performers": ("Мравинский",),
            },
        ),
    ],
)
def test_classical_music_has_composer_work_and_who_plays(
    name: str, expected: dict[str, Any]
) -> None:
    assert fields(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Sebastian Bach - Paper Lanterns (2007)",
        "Camper Van Beethoven - Low Tide (1986)",
        "Aurora Vale - Roll Over Beethoven (1990)",
        "Aurora Vale - Symphony of Lanterns (2011)",
        "The Harbour Orchestra - Sounds Like Last (1970)",
        "John Adams & The Tides - Harbour (2003)",
    ],
)
def test_a_composers_name_elsewhere_makes_no_classical_music(name: str) -> None:
    assert classical.performance(name) is None


def test_two_works_are_no_work_and_a_performer() -> None:
    performance = classical.performance("Sofia Gubaidulina - Fachwerk - Silenzio 2011")
    assert performance is None or not [
        detail for detail in performance.details if detail.field == "performers"
    ]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("VA - Paper Lanterns Vol. 3 (2011) [FLAC]", "Paper Lanterns Vol. 3"),
        ("V.A. - Paper Lanterns 2011", "Paper Lanterns"),
        ("V/A - Paper Lanterns (2011)", "Paper Lanterns"),
        ("VV.AA. - Lanterne di carta (1999) MP3", "Lanterne di carta"),
        ("Various - Paper Lanterns", "Paper Lanterns"),
        ("Various Artists - Low Tide - Songs of the Harbour (2004)", None),
        ("Сборник - Тихая гавань (2015)", "Тихая гавань"),
        ("Lamps of the North - Various (3CD)", "Lamps of the North"),
        ("(2020) VA - Field Lamps [FLAC]", "Field Lamps"),
        ("VA.Harbour.Hits.83.(2017).MP3", "Harbour Hits 83"),
        ("VA-Paper_Lanterns_Vol_2-2CD-2009-GRP", "Paper Lanterns Vol 2"),
    ],
)
def test_artists_that_are_not_named_are_various_artists(name: str, title: str | None) -> None:
    answer = fields(name)
    assert answer["artist"] == "Various Artists"
    assert answer["album_name"] == (title or "Low Tide - Songs of the Harbour")


def test_the_evidence_of_various_artists_is_their_spelling() -> None:
    name = "[site.org] V.A. - Paper Lanterns (2011)"
    span = extracted(name).evidence["artist"].span
    assert span is not None
    assert name[slice(*span)].rstrip(".") == "V.A"


@pytest.mark.parametrize(
    "name",
    [
        "Vaughn - Paper Lanterns",
        "Va Bene - Paper Lanterns",
        "Aurora Vale - Various Lamps",
        "VAST - Tide",
    ],
)
def test_other_artists_are_not_various(name: str) -> None:
    assert compilation.split(name) is None


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
            "Aurora Vale - 1973-03-10 - Mill Hall, Northport",
            {
                "artist": "Aurora Vale",
                "album_name": "Mill Hall, Northport",
                "date": "1973-03-10",
                "venue": "Mill Hall, Northport",
                "year": 1973,
            },
        ),
        (
            "Aurora Vale - Live in Northport - 1984.06.17 Bootleg",
            {
                "artist": "Aurora Vale",
                "album_name": "Live in Northport",
                "date": "1984-06-17",
                "venue": "Northport",
                "year": 1984,
            },
        ),
        (
            "Aurora Vale at Mill Hall 2015-09-28",
            {
                "artist": "Aurora Vale",
                "album_name": "Mill Hall",
                "date": "2015-09-28",
                "venue": "Mill Hall",
                "year": 2015,
            },
        ),
        (
            "Aurora Vale 2016-06-12 Northport Festival [FLAC]",
            {
                "artist": "Aurora Vale",
                "album_name": "Northport Festival",
                "date": "2016-06-12",
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
            "gd77-12-30.sbd.x.20009.shnf",
            {"artist": "Grateful Dead", "date": "1977-12-30", "year": 1977},
        ),
        ("phish1986-02-21.sbd.flac16", {"artist": "Phish", "date": "1986-02-21", "year": 1986}),
        (
            "dso2003-12-31.aud.flac1648",
            {"artist": "Dark Star Orchestra", "date": "2003-12-31", "year": 2003},
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
        ("gd78-10-22.mtx.x.99496.flac16", "Matrix"),
        ("dso2003-12-31.aud.flac1648", "AUD"),
        ("Aurora Vale 1977-05-08 Mill Hall FM", "FM"),
        ("Aurora Vale - The Matrix (1999) [FLAC]", None),
    ],
)
def test_what_a_concert_was_taped_from_is_its_source(name: str, source: str | None) -> None:
    assert extracted(name).technical.source == source


@pytest.mark.parametrize(
    "name",
    [
        "[2019.04.03] Aurora Vale - Low Tide [MP3 320K]",
        "Aurora Vale - Low Tide (2018.09.19)",
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


@pytest.mark.parametrize(
    ("name", "year", "reissue"),
    [
        ("Aurora Vale - Tide - 1989/2014 (Hard Rock)", 1989, 2014),
        ("Aurora Vale - Tide - 1995 / 2015, 2016, FLAC", 1995, 2016),
        ("Aurora Vale - Paper Lanterns 1971 (2003 Remaster)", 1971, 2003),
        ("Aurora Vale - Tide [2001 Remaster] (1984)", 1984, 2001),
        ("1970 - Aurora Vale - Low Tide [SACD][2013]", 1970, 2013),
        ("Aurora Vale - 1983 - Touch (2018 HDtracks)", 1983, 2018),
        ("Aurora Vale - Tide (1967) 1995 Reissue", 1967, 1995),
        ("Aurora Vale - Tide 1971 - 2004 Remaster - Rock", 1971, 2004),
        ("Aurora Vale - Tide (1975,1995) [FLAC]", 1975, 1995),
        ("Aurora Vale - Tide (1972, Remastered 2013)", 1972, 2013),
        ("Aurora Vale - Live in 1984 (2011)", 2011, None),
        ("Aurora Vale - Best of 2013 (2014)", 2014, None),
        ("Aurora Vale - Northport (1981 Live) (2016)", 1981, 2016),
        ("Aurora Vale - Tide (2020 Remaster)", 2020, None),
        ("Aurora Vale - Season 2014/2015 (2015)", 2015, None),
        ("Aurora Vale - Greatest Hits 1980-1994 (1994)", 1994, None),
        ("Aurora Vale - Tide (1999)", 1999, None),
        ("Aurora Vale - Tide", None, None),
    ],
)
def test_the_year_is_that_of_the_work_and_a_later_one_of_its_reissue(
    name: str, year: int | None, reissue: int | None
) -> None:
    dated = recording_year(name)
    again = reissue_year(name, dated)
    assert (dated.year if dated else None) == year
    assert (again.year if again else None) == reissue
    for place in (dated, again):
        assert place is None or name[place.start : place.end] == str(place.year)


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("101-aurora_vale-paper_lanterns-grp.mp3", "aurora vale", "paper lanterns"),
        ("01_aurora_vale_-_paper_lanterns.flac", "aurora vale", "paper lanterns"),
        ("01 - Aurora Vale - Paper Lanterns.mp3", "Aurora Vale", "Paper Lanterns"),
        ("02.-Aurora_Vale-Paper_Lanterns.m4a", "Aurora Vale", "Paper Lanterns"),
        ("12-aurora_vale-low_tide-live.mp3", "aurora vale", "low tide-live"),
    ],
)
def test_a_numbered_track_has_artist_and_title(name: str, artist: str, title: str) -> None:
    answer = fields(name, Subcategory.TRACK)
    assert (answer["artist"], answer["track_name"]) == (artist, title)


@pytest.mark.parametrize("name", ["01 - Paper Lanterns.mp3", "99 Luftballons.mp3", "1-2-3.mp3"])
def test_a_number_and_a_title_have_no_artist(name: str) -> None:
    split = read(name, Subcategory.TRACK, None).said
    assert not [value for role, value, rule in split if rule == "number-artist-title"]


def listed(*names: str) -> list[tuple[int | None, str, int | None]]:
    files = [TorrentFile(path=name, size=1) for name in names]
    return [(track.num, track.name, track.disc) for track in listing.tracks(files)]


def test_tracks_of_the_scene_lose_artist_and_group_and_know_their_disc() -> None:
    assert listed(
        "101-aurora_vale-low_tide-grp.mp3",
        "102-aurora_vale-lamps-grp.mp3",
        "201-aurora_vale-harbour-grp.mp3",
    ) == [(1, "low tide", 1), (2, "lamps", 1), (1, "harbour", 2)]


def test_a_hundred_tracks_of_a_list_are_not_on_discs() -> None:
    assert listed("100. Low Tide.mp3", "101. Lamps.mp3") == [
        (100, "Low Tide", None),
        (101, "Lamps", None),
    ]
    assert listed("101. Low Tide.mp3", "103. Lamps.mp3", "305. Fog.mp3") == [
        (101, "Low Tide", None),
        (103, "Lamps", None),
        (305, "Fog", None),
    ]


def test_a_word_that_all_titles_end_with_is_kept_where_no_dash_parts_it() -> None:
    assert listed("01 Low Tide live.mp3", "02 Lamps live.mp3") == [
        (1, "Low Tide live", None),
        (2, "Lamps live", None),
    ]


@pytest.mark.parametrize(
    ("name", "featured"),
    [
        ("Aurora Vale feat. Ada Falk - Low Tide (2010)", ("Ada Falk",)),
        (
            "Aurora Vale - Low Tide (ft. Ada Falk & Brass Harbour) [2010]",
            ("Ada Falk", "Brass Harbour"),
        ),
        ("Aurora Vale - The Feat of Lamps (2010)", None),
        ("Aurora Vale - Left Behind (2010)", None),
    ],
)
def test_guests_are_named(name: str, featured: tuple[str, ...] | None) -> None:
    assert fields(name, Subcategory.TRACK).get("featured") == featured


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("Deadmau5 - while(1<2) [Explicit]", "Deadmau5", "while(1<2)"),
        ("Aurora Vale - Lamp(s) (2011)", "Aurora Vale", "Lamp(s)"),
        ("Aurora Vale - Lamps(2011)[FLAC]", "Aurora Vale", "Lamps"),
        ("Aurora Vale - Lamps (Deluxe)", "Aurora Vale", "Lamps"),
        (
            "Aurora Vale - The Harbour: Music from the BBC Series, Season One",
            "Aurora Vale",
            "The Harbour: Music from the BBC Series, Season One",
        ),
        (
            "Aurora Vale / Brass Harbour - Split EP (2010)",
            "Aurora Vale / Brass Harbour",
            "Split EP",
        ),
        (
            "Aurora Vale & Brass Harbour - Low Tide (2010)",
            "Aurora Vale & Brass Harbour",
            "Low Tide",
        ),
        ("Aurora Vale - Low Tide (2010) [FLAC] poster88", "Aurora Vale", "Low Tide"),
    ],
)
def test_titles_keep_what_belongs_to_them(name: str, artist: str, title: str) -> None:
    answer = fields(name)
    assert (answer["artist"], answer["album_name"]) == (artist, title)


HOSTILE = st.text(
    alphabet=st.sampled_from(list("abV .-–_()[]{}/,:0129&'éЖ")) | st.characters(codec="utf-8"),
    max_size=200,
)


@given(HOSTILE, st.sampled_from([*Subcategory][:5]))
def test_whatever_is_read_stands_where_it_is_said_to(name: str, subcategory: Subcategory) -> None:
    dated = recording_year(name)
    for detail in read(name, subcategory, dated).details:
        assert 0 <= detail.start < detail.end <= len(name)


@pytest.mark.parametrize(
    "piece",
    [
        "Bach - ",
        "(Live at ",
        "1977/",
        "feat. a, ",
        "VA - ",
        "read by Xx ",
        "01-a_",
        "a (",
        "1977-05-08 ",
    ],
)
def test_a_long_hostile_name_is_read(piece: str) -> None:
    name = piece * (20_000 // len(piece))
    for subcategory in (Subcategory.ALBUM, Subcategory.TRACK, Subcategory.AUDIOBOOK):
        described = read(name, subcategory, recording_year(name))
        assert all(detail.end <= len(name) for detail in described.details)


def test_a_concert_without_artist_or_place_is_none() -> None:
    assert live.concert("Paper Lanterns") is None
