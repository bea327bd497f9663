"""Recordings: composers and works, concerts, compilations, reissues, tracks of the scene."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.evidence.claims import Claim
from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.recordings import classical, compilation
from models.extract.rules.recordings.issues import recording_year
from models.extract.rules.recordings.record import read, without_day
from models.extract.subject import Extracted
from schemas import Subcategory

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
        "Lower Street Beethoven - Low Tide (1985)",
        "Aurora Vale - Roll Over Beethoven (1990)",
        "Aurora Vale - Symphony of Lanterns (2011)",
        "The Harbour Orchestra - Paper Boats (1971)",
        "John Adams & The Tides - Harbour (2003)",
    ],
)
def test_a_composers_name_elsewhere_makes_no_classical_music(name: str) -> None:
    assert classical.performance(name) is None


def test_two_works_are_no_work_and_a_performer() -> None:
    assert classical.performance("Sofia Gubaidulina - Lanterns - Stillness 2009") is None


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
    ("name", "featured"),
    [
        ("Aurora Vale feat. Ada Falk - Low Tide (2010)", ("Ada Falk",)),
        (
            "Aurora Vale - Low Tide (ft. Ada Falk & Brass Harbour) [2010]",
            ("Ada Falk", "Brass Harbour"),
        ),
        ("Aurora Vale Feat. Ada Falk-Low Tide-2011-GRP", ("Ada Falk",)),
        ("Aurora Vale - Low Tide feat T-Lamp 320kbps mp3", ("T-Lamp",)),
        ("Aurora Vale - The Feat of Lamps (2010)", None),
        ("Aurora Vale - Left Behind (2010)", None),
    ],
)
def test_guests_are_named(name: str, featured: tuple[str, ...] | None) -> None:
    assert fields(name, Subcategory.TRACK).get("featured") == featured


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("Aurora Vale - until(3>2) [Explicit]", "Aurora Vale", "until(3>2)"),
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
        ("Aurora Vale - Low Tide (2010) [FLAC] poster77", "Aurora Vale", "Low Tide"),
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


@pytest.mark.parametrize(
    ("name", "artist"),
    [
        ("Vari - Low Tide", "Vari"),
        ("Diverse - Moth", "Diverse"),
        ("Vari Artisti - Low Tide", "Various Artists"),
        ("Diverse Interpreten - Moth", "Various Artists"),
    ],
)
def test_a_word_that_is_a_bands_name_needs_artists_behind_it(name: str, artist: str) -> None:
    assert fields(name)["artist"] == artist


@pytest.mark.parametrize(
    ("name", "artist", "album"),
    [
        ("Live in Concert - Ann Reed", "Ann Reed", "Live in Concert"),
        ("Live at the Mill Hall - Ann Reed", "Ann Reed", "Live at the Mill Hall"),
        ("Ann Reed - Live in Concert", "Ann Reed", "Live in Concert"),
        ("Live - Low Tide", "Live", "Low Tide"),
    ],
)
def test_a_title_of_a_concert_is_no_artist(name: str, artist: str, album: str) -> None:
    assert (fields(name)["artist"], fields(name)["album_name"]) == (artist, album)


def test_the_number_of_a_book_said_twice_is_no_part_of_its_series() -> None:
    name = "Ann Reed - Low Tide: Book 2 of the Lantern Series Book 2"
    book = fields(name, Subcategory.AUDIOBOOK)
    assert (book["title"], book["series"], book["series_number"]) == (
        "Low Tide",
        "Lantern Series",
        "2",
    )


@pytest.mark.parametrize(
    ("name", "title", "kept"),
    [
        ("Live at Lantern Hall 12-04-2014", "Live at Lantern Hall 12", "Live at Lantern Hall"),
        ("Singles Chart 14.08.2015", "Singles Chart 14", "Singles Chart"),
        ("Lantern Hits 14 - 2015", "Lantern Hits 14", "Lantern Hits 14"),
        ("Lantern Hits 14-2015", "Lantern Hits 14", "Lantern Hits 14"),
        ("Lantern Hits 12", "Lantern Hits 12", "Lantern Hits 12"),
    ],
)
def test_the_day_of_a_date_is_none_of_the_title(name: str, title: str, kept: str) -> None:
    assert without_day(Claim(title, "rules:test", 0.9, "test"), name).value == kept
