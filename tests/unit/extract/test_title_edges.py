"""What hangs before and behind the title of a video, and what only looks so."""

import pytest

from models.extract.rules.groups import release_group
from models.extract.rules.numbering import numbering
from models.extract.rules.titles import video_title


def title_of(name: str, *, is_work: bool = True) -> str | None:
    cut = video_title(name, numbering(name), is_work=is_work)
    return cut.text if cut is not None else None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("BBC.Tidal.Lands.2of3.The.Long.Shore.1080p.HDTV.x264", "Tidal Lands"),
        ("PBS.Harbour.Stories.S01E02.720p", "Harbour Stories"),
        ("Discovery.Ch.Tidal.Lands.3of8.Low.Water.XviD", "Tidal Lands"),
        ("N.G.Tidal.Lands.S02E01.720p", "Tidal Lands"),
        ("Channel.5.Tidal.Lands.S01E01.720p", "Tidal Lands"),
        ("Udemy The Complete Harbour Course", "The Complete Harbour Course"),
        ("Lynda - Harbour Design Basics", "Harbour Design Basics"),
        ("NF.Harbour.Lights.S01E03.1080p.WEB-DL", "Harbour Lights"),
        ("AMZN.Copper.Lane.S01E05.1080p.WEB-DL", "Copper Lane"),
    ],
)
def test_who_broadcast_or_sells_it_is_no_title(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("BBC.News.1080p.HDTV", "BBC News"),
        ("The.BBC.Story.2012.1080p", "The BBC Story"),
        ("Discovery.2012.1080p.WEB", "Discovery"),
        ("Discovery.of.the.Tides.2012.1080p.WEB", "Discovery of the Tides"),
        ("Masterclass.in.Lanterns.2014.1080p", "Masterclass in Lanterns"),
        ("NF.S01E03.1080p", "NF"),
        ("nf.harbour.lights.s01e03", "nf harbour lights"),
    ],
)
def test_a_title_may_begin_like_a_sender(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (
            "Quiet.Harbour.S01E02.WEB-GRP-Obfuscated/0123456789abcdef0123.mkv",
            "Quiet Harbour",
        ),
        ("Quiet.Harbour.S01E02.720p.WEB-GRP/aB3dE5gH7jK9mN1pQ3sT5v.mkv", "Quiet Harbour"),
        ("Movies/Quiet.Harbour.1975.1080p.BluRay.x264-GRP", "Quiet Harbour"),
        ("movies/Quiet Harbour (1975)/Quiet Harbour.ogm", "Quiet Harbour"),
        ("series/Quiet Harbour/Season 1/Episode 4 - Low Tide.srt", "Quiet Harbour"),
        ("[GRP] Quiet Harbour 12 [720p/mkv]-Group.mkv", "Quiet Harbour"),
        ("Tides 2008/Quietharbourbyaverylongword.mkv", "Quietharbourbyaverylongword"),
        ("Tides.2008/QUIETHARBOURBYAVERYLONGWORD2.mkv", "QUIETHARBOURBYAVERYLONGWORD2"),
    ],
)
def test_a_path_has_its_title_where_it_can_be_read(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Harbour.Brawl.12.PPV.2020.720p.WEB", "Harbour Brawl 12"),
        ("Quiet.Harbour.CUSTOM.EXTENDED.2022.2160p", "Quiet Harbour"),
        ("Quiet.Harbour.Audio.Latino.DVDRip", "Quiet Harbour"),
        ("The.Audio.2015.1080p.BluRay", "The Audio"),
        ("Custom.2015.1080p.BluRay", "Custom"),
    ],
)
def test_words_that_describe_end_a_title_only_beside_others(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("流浪港湾2.The.Wandering.Harbour.II.2023.2160p", "The Wandering Harbour II"),
        ("港湾 7 Days of Harbour 2019 1080p", "7 Days of Harbour"),
        ("20th Harbour Boys 20世紀港湾 1080p", "20th Harbour Boys"),
        ("[字幕组]14年7月番，静かな港[Shizuka na Minato][01-12][GB][1280X720]", "静かな港"),
    ],
)
def test_a_digit_belongs_to_the_script_that_it_touches(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("漫长的港湾.The.Long.Season.2023.S01.2160p.WEB-DL", "The Long Season"),
        ("Open Season (2006) DVDRip", "Open Season"),
        ("Harbour Holiday Special 2018 720p WEB", "Harbour Holiday Special"),
        ("Harbour.Street.Season.2.2019.1080p", "Harbour Street"),
        ("Harbour Street Season 2 1080p", "Harbour Street"),
        ("Harbour Street Specials 720p", "Harbour Street"),
    ],
)
def test_a_season_is_counted_or_a_word(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Harbour Design 2017 New Features", "Harbour Design 2017 New Features"),
        (
            "Harbour Games 2026 Opening Ceremony 1080p",
            "Harbour Games 2026 Opening Ceremony",
        ),
        ("Harbour Talk 2019 HDTVRip (1080i).mkv", "Harbour Talk"),
        (
            "Harbour Open 2019 Final Ash vs Elm 1080p",
            "Harbour Open 2019 Final Ash vs Elm",
        ),
        ("Harbour Open 2019 Final 1080p", "Harbour Open"),
        ("Harbour Open 2019 Limited Edition 1080p", "Harbour Open"),
        ("Harbour Talk (2019) New Features", "Harbour Talk"),
        ("Harbour.Talk.2019.Night.Two.720p.WEB", "Harbour Talk"),
    ],
)
def test_courses_and_sports_go_on_behind_a_bare_year(name: str, title: str) -> None:
    assert title_of(name, is_work=False) == title


def test_a_film_ends_at_its_year() -> None:
    assert title_of("Harbour Design 2017 New Features") == "Harbour Design"


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Quiet.Harbour.2015.WEB-DLRip.by.Seven", "Seven"),
        ("Quiet Harbour 2016 720p WEB-DL By DREDD", "DREDD"),
        ("Stand by Lantern", None),
        ("[1080p] Stand by Lantern", None),
        ("Stand.by.Me.1986.1080p", None),
    ],
)
def test_a_group_may_stand_behind_by(name: str, group: str | None) -> None:
    assert release_group(name) == group
