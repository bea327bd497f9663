"""Albums named without their artist, albums that a year names, and artists of a doubled word."""

import pytest

from models.extract.evidence.claims import TAGGER, Claim
from models.extract.evidence.known_titles import KnownTitles
from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.recordings.unbroken import (
    phrase_of,
    with_year_as_title,
    without_false_artist,
)
from models.extract.tagger.decode import Tagged
from models.extract.tagger.values import tag_claims
from models.text.known_names import Known, KnownNames, album_key, key
from schemas import Subcategory

KNOWN = KnownTitles(
    KnownNames.of(
        {
            key(["ada", "falk"]): int(Known.ARTIST),
            key(["paper", "lanterns"]): int(Known.ARTIST),
            album_key(key(["ada", "falk"]), ["1971"]): int(Known.ALBUM),
        }
    )
)
RULES = Extractor.load(tagger=False)


def settled(
    name: str, artist: str, title: str | None, confidence: float = 0.7
) -> tuple[str | None, str | None]:
    claims = {"artist": Claim(artist, TAGGER, confidence)}
    if title is not None:
        claims["album_name"] = Claim(title, TAGGER, confidence)
    believed = without_false_artist(claims, name, KNOWN.names_artist)
    texts = (believed.get(field) for field in ("artist", "album_name"))
    first, second = (str(claim.value) if claim else None for claim in texts)
    return first, second


@pytest.mark.parametrize(
    ("name", "artist", "title", "whole"),
    [
        ("Quiet Harbours (2013) [FLAC]", "Quiet", "Harbours", "Quiet Harbours"),
        ("1969 Quiet Harbours [FLAC]", "Quiet", "Harbours", "Quiet Harbours"),
        ("Snow on Snow [FLAC]", "on", "Snow", "Snow on Snow"),
        ("Paper Lanterns of Autumn", "Paper Lanterns", "of Autumn", "Paper Lanterns of Autumn"),
        ("Harbour Knights OST FLAC", "Harbour", "Knights", "Harbour Knights OST"),
    ],
)
def test_an_unbroken_phrase_is_the_title_as_a_whole(
    name: str, artist: str, title: str | None, whole: str
) -> None:
    assert settled(name, artist, title) == (None, whole)


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("Ada Falk Quiet Harbours (2004)", "Ada Falk", "Quiet Harbours"),
        ("best of Ada Falk [FLAC]", "Ada Falk", "best of"),
        ("Vera Lund...Quiet Harbours(2012)[FLAC]", "Vera Lund", "Quiet Harbours"),
        ("Vera Lund - Quiet Harbours [FLAC]", "Vera Lund", "Quiet Harbours"),
        ("Vera Lund. Quiet Harbours (2011)", "Vera Lund", "Quiet Harbours"),
        ("Vera Lund_2009_Quiet Harbours", "Vera Lund", "Quiet Harbours"),
        ("[Flac] VL-Harbours", "VL", "Harbours"),
    ],
)
def test_a_known_artist_and_a_parted_one_stay(name: str, artist: str, title: str) -> None:
    assert settled(name, artist, title) == (artist, title)


def test_the_tagger_is_believed_about_unknown_artists_where_it_is_sure() -> None:
    name = "Vera Lund Harbours [FLAC]"
    assert settled(name, "Vera Lund", "Harbours", 0.95) == ("Vera Lund", "Harbours")
    assert settled(name, "Vera Lund", "Harbours", 0.8) == (None, "Vera Lund Harbours")


def test_a_number_behind_an_artist_is_no_title_alone() -> None:
    assert settled("Ada Falk II [FLAC]", "Ada Falk", "II") == ("Ada Falk", "Ada Falk II")


def test_a_phrase_that_is_an_artist_as_a_whole_stays_one() -> None:
    assert settled("Paper Lanterns (1984)", "Paper Lanterns", None) == ("Paper Lanterns", None)
    assert settled("The Low Tide [FLAC]", "The Low Tide", None) == ("The Low Tide", None)


def test_an_album_that_counts_keeps_its_artist() -> None:
    assert settled("Vera Lund II [FLAC]", "Vera Lund", "II") == ("Vera Lund", "Vera Lund II")


@pytest.mark.parametrize("name", ["", "[FLAC]", "(1988)", "Ada - Snow", "Snow & Rain", "a" * 500])
def test_what_is_no_unbroken_phrase_has_none_or_stands_in_the_name(name: str) -> None:
    phrase = phrase_of(name)
    assert phrase is None or phrase in name


@pytest.mark.parametrize(
    ("name", "title", "year"),
    [
        ("Ada Falk - 1971 [FLAC]", "1971", None),
        ("Ada Falk - 1971", "1971", None),
        ("Ada Falk - 1972 [FLAC]", None, 1972),
        ("Vera Lund - 1971 [FLAC]", None, 1971),
        ("Ada Falk - 1971 (1971) [FLAC]", None, 1971),
        ("Ada Falk 1971 [FLAC]", None, 1971),
    ],
)
def test_a_year_is_a_title_where_the_album_is_known(
    name: str, title: str | None, year: int | None
) -> None:
    number = int(name[name.index("19") :][:4])
    claims = {"artist": Claim("Ada Falk", TAGGER, 0.9), "year": Claim(number, TAGGER, 0.9)}
    believed = with_year_as_title(claims, name, KNOWN.names_album)
    assert (believed["album_name"].value if "album_name" in believed else None) == title
    assert (believed["year"].value if "year" in believed else None) == year


@pytest.mark.parametrize(
    ("name", "creator"),
    [
        ("Echo Echo-Quiet Harbours-(1991)-FLAC", "Echo Echo"),
        ("Echo_Echo-Quiet_Harbours-1991", "Echo_Echo"),
        ("Vale FLAC by Vale-Lanterns", "Vale FLAC by Vale"),
    ],
)
def test_a_doubled_word_is_a_whole_artist(name: str, creator: str) -> None:
    claims = tag_claims(name, {"creator": Tagged(0, len(creator), 0.9)}, None)
    expected = "Vale" if "FLAC" in creator else "Echo Echo"
    assert claims["creator"].value == expected


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        (
            "Lantern (Original Broadway Cast Recording) 2015 FLAC",
            None,
            "Lantern (Original Broadway Cast Recording)",
        ),
        (
            "Harbour Lights (Music from the Motion Picture)",
            None,
            "Harbour Lights (Music from the Motion Picture)",
        ),
        ("Ada Falk - Quiet Harbours (2015)", "Ada Falk", "Quiet Harbours"),
        ("Ada Falk - Old Hall, Lund, May 26 1966", "Ada Falk", "Old Hall, Lund"),
        ("Ada Falk - May 8, 1977 Old Hall", "Ada Falk", "Old Hall"),
    ],
)
def test_casts_and_worded_days_leave_the_title_whole(
    name: str, artist: str | None, title: str
) -> None:
    subject = ExtractSubject(name, None, Subcategory.ALBUM)
    metadata = RULES.extract([subject])[0].metadata.model_dump()
    assert (metadata["artist"], metadata["album_name"]) == (artist, title)
