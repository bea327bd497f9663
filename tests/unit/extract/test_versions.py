"""Titles of recordings, and the brackets behind them: versions, guests, editions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.evidence.claims import Claim
from models.extract.rules.audio import split
from models.extract.rules.recordings.audiobook import book
from models.extract.rules.recordings.record import corrected, read
from models.extract.rules.recordings.scene_names import parted
from models.extract.rules.recordings.versions import around_bracket, with_versions
from models.text.clean_names import clean_name
from schemas import Subcategory


def _corrected(name: str, value: str, field: str = "track_name") -> str:
    claims = corrected({field: Claim(value, "tagger", 0.9)}, name, None)
    return str(claims[field].value)


@pytest.mark.parametrize(
    ("name", "title", "whole"),
    [
        (
            "Aurora Vale - Low Tide (Extended Mix).mp3",
            "Low Tide",
            "Low Tide (Extended Mix)",
        ),
        ("Aurora Vale - Low Tide (feat. Max Orel)", "Low Tide", "Low Tide (feat. Max Orel)"),
        ("Aurora Vale - Low Tide (Live) (Remix)", "Low Tide", "Low Tide (Live) (Remix)"),
        (
            "Aurora Vale - Low Tide (Acoustic Version).mp3",
            "Low Tide",
            "Low Tide (Acoustic Version)",
        ),
        ("03 Low Tide (feat. Max Orel).mp3", "feat. Max Orel", "Low Tide (feat. Max Orel)"),
        ("Aurora Vale - Low Tide (Night Ferry).mp3", "Night Ferry", "Low Tide (Night Ferry)"),
        ("Aurora Vale - Low Tide (Remastered Live)", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide (Single)", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide (2014)", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide [FLAC]", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide (Mixed by DJ Orel)", "Low Tide", "Low Tide"),
    ],
)
def test_the_title_of_a_track_has_its_version_and_its_guests(
    name: str, title: str, whole: str
) -> None:
    assert _corrected(name, title) == whole


@pytest.mark.parametrize(
    ("name", "title", "whole"),
    [
        (
            "Aurora Vale - Low Tide (Original Motion Picture Soundtrack) (2014)",
            "Low Tide",
            "Low Tide (Original Motion Picture Soundtrack)",
        ),
        (
            "Aurora Vale - Low Tide (Greatest Hits) [FLAC]",
            "Greatest Hits",
            "Low Tide (Greatest Hits)",
        ),
        ("Aurora Vale - Aurora Vale (Blue Album)", "Aurora Vale", "Aurora Vale (Blue Album)"),
        ("Aurora Vale - Low Tide (Remixes)", "Low Tide", "Low Tide (Remixes)"),
        ("Aurora Vale - Low Tide (Deluxe Edition)", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide (Full Album)", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide (feat. Max Orel)", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide (EP)", "Low Tide", "Low Tide"),
        ("Aurora Vale - (Low Tide) 2014", "Low Tide", "Low Tide"),
        ("Aurora Vale - Low Tide Deluxe (2015) [MP3]", "Low Tide Deluxe", "Low Tide"),
        ("Aurora Vale - Deluxe (2015)", "Deluxe", "Deluxe"),
        ("New Songs 2019 Week 16 - [GRP]", "New Songs", "New Songs 2019 Week 16"),
        ("New Songs 2019 [GRP]", "New Songs", "New Songs"),
    ],
)
def test_the_title_of_an_album_has_what_names_it(name: str, title: str, whole: str) -> None:
    assert _corrected(name, title, "album_name") == whole


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        (
            "Aurora_Vale-Low_Tide_(Extended_Mix)-(AV001)-SINGLE-WEB-2019-GRP",
            "Aurora Vale",
            "Low Tide (Extended Mix)",
        ),
        ("Aurora_Vale-Low_Tide_EP-(AV002)-WEB-2019-GRP", "Aurora Vale", "Low Tide EP"),
        ("Aurora_Vale-Low_Tide-EP-WEB-2019-GRP", "Aurora Vale", "Low Tide"),
        ("Aurora_Vale_(SE)-Low_Tide-(AV003)-WEB-2020-GRP", "Aurora Vale (SE)", "Low Tide"),
        ("Aurora_Vale-Low_Tide_(Deluxe_Edition)-WEB-2020-GRP", "Aurora Vale", "Low Tide"),
        ("Aurora_Vale-Low_Tide_(feat_Max_Orel)-WEB-2020-GRP", "Aurora Vale", "Low Tide"),
        ("Aurora_Vale-Low_Tide-Limited_Edition-CD-FLAC-2019-GRP", "Aurora Vale", "Low Tide"),
        ("Aurora_Vale-Low_Tide-4CD-Audiobook-2015-GRP", "Aurora Vale", "Low Tide"),
        ("A.V.D.-Low_Tide-(AV004)-WEB-2021-GRP", "A.V.D", "Low Tide"),
        (
            "Vale_feat._Max_Orel-Low_Tide_Vol.2-WEB-2020-GRP",
            "Vale feat. Max Orel",
            "Low Tide Vol.2",
        ),
        (
            "Aurora_Vale-Low_Tide_(Deluxe_Edition)-BONUS_TRACKS-WEB-2015-GRP",
            "Aurora Vale",
            "Low Tide",
        ),
    ],
)
def test_a_scene_name_of_two_parts_is_sure(name: str, artist: str, title: str) -> None:
    pair = split(name, Subcategory.ALBUM)
    assert pair is not None
    assert (pair.creator, pair.title) == (artist, title)
    assert read(name, Subcategory.ALBUM, None).is_sure


@pytest.mark.parametrize(
    "name",
    [
        "Vale-Orel-Low_Tide-CD-1985-GRP",
        "V-Orel-Low_Tide-CD-1985-GRP",
        "Vale-Orel-LOW_TIDE-CD-1985-GRP",
        "Vale-Low_Tide-Demo-1985-GRP",
        "Ann-Marie_Vale-Low_Tide-WEB-2021-GRP",
        "Aurora Vale - Low Tide (2019) [FLAC]",
    ],
)
def test_where_another_dash_may_part_a_name_the_tagger_is_asked(name: str) -> None:
    assert not read(name, Subcategory.ALBUM, None).is_sure


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("1987 (1991, Deluxe Edition 2CD)", "1987"),
        ("1989 (2014) [FLAC]", "1989"),
        ("1999 (1995-2003)", None),
        ("1999 [FLAC]", None),
        ("Aurora Vale (1991)", None),
    ],
)
def test_a_year_before_another_one_is_a_title(name: str, title: str | None) -> None:
    said = {role: value for role, value, _ in read(name, Subcategory.ALBUM, None).said}
    assert said.get("title") == title


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Aurora+Vale+-+Low+Tide+(2021)+[GRP]", "Aurora Vale - Low Tide (2021) [GRP]"),
        ("Aurora Vale +-+ Low Tide", "Aurora Vale +-+ Low Tide"),
        ("C++.Primer.Vol.1", "C++.Primer.Vol.1"),
    ],
)
def test_plus_signs_of_an_address_are_spaces(name: str, clean: str) -> None:
    assert clean_name(name).text == clean


@given(st.text("ab (-_[])1.", max_size=60), st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_whatever_stands_in_brackets_a_title_ends_in_the_name(
    name: str, start: int, end: int, is_track: bool
) -> None:
    start, end = sorted((min(start, len(name)), min(end, len(name))))
    place = around_bracket(name, start, end, is_track=is_track)
    assert place is None or 0 < place[0] < place[1] <= len(name)
    assert end <= with_versions(name, end, is_track=is_track) <= len(name)


def test_a_single_letter_is_no_artist() -> None:
    pair = split("V-Orel-Low_Tide-CD-1985-GRP", Subcategory.ALBUM)
    assert pair is not None
    assert (pair.creator, pair.title) == ("V-Orel", "Low Tide")


@pytest.mark.parametrize(
    "name",
    [
        "Paper.Lanterns.1080p.BluRay-x264-2014-GRP",
        "Low_Tide-2014-GRP",
        "-(AV001)-2014-GRP",
        "a-b-c " + "-2014-GRP",
        "a-" * 400 + "2014-GRP",
    ],
)
def test_other_names_are_no_scene_names(name: str) -> None:
    assert parted(name) is None


@pytest.mark.parametrize(
    ("name", "title", "number"),
    [
        ("Max Orel - 5. Night Ferry [MP3]", "Night Ferry", "5"),
        ("Max Orel - Book 2 Night Ferry (Unabridged)", "Night Ferry", "2"),
        ("Макс Орел - Книга 1 Маяк [аудиокнига]", "Маяк", "1"),
        ("Max Orel - 39 Night Steps (Unabridged)", "39 Night Steps", None),
        ("Max Orel - 24 Hours at Sea (Unabridged)", "24 Hours at Sea", None),
    ],
)
def test_the_number_before_the_title_of_a_book_is_that_of_its_series(
    name: str, title: str, number: str | None
) -> None:
    read_aloud = book(name)
    numbers = [detail.value for detail in read_aloud.details if detail.field == "series_number"]
    assert (read_aloud.title, next(iter(numbers), None)) == (title, number)


@pytest.mark.parametrize(
    ("name", "author", "title"),
    [
        ("Multatuli - Max Havelaar (Luisterboek)", "Multatuli", "Max Havelaar"),
        ("Voltaire - Candide [Unabridged]", "Voltaire", "Candide"),
        ("Emma - Jane Austen (Unabridged)", "Jane Austen", "Emma"),
        ("Frankenstein - Mary Shelley [MP3]", "Mary Shelley", "Frankenstein"),
    ],
)
def test_writers_of_one_name_are_known(name: str, author: str, title: str) -> None:
    read_aloud = book(name)
    assert (read_aloud.author, read_aloud.title) == (author, title)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Harbour Hall 12-04-2014", "Harbour Hall"),
        ("Harbour Hall 2014", "Harbour Hall 2014"),
        ("12-04-2014", "12-04-2014"),
    ],
)
def test_the_title_of_a_concert_ends_before_a_day(value: str, kept: str) -> None:
    assert _corrected(f"Aurora Vale - {value}", value, "album_name") == kept
