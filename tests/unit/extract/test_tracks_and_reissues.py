"""Years of works and of their reissues, and tracks as the scene names them."""

import pytest

from models.extract.rules import listing
from models.extract.rules.audio import split
from models.extract.rules.recordings.issues import recording_year, reissue_year
from models.extract.rules.recordings.record import read
from schemas import Subcategory, TorrentFile


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
        ("Aurora Vale - Tide (1984) & Lamps (1985)", 1984, None),
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
    parted = split(name, Subcategory.TRACK)
    assert parted is not None
    assert (parted.creator, parted.title) == (artist, title)


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
