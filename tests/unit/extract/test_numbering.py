"""Seasons, episodes and dates: every pattern has a case of its own, and other names have none."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.rules import number_patterns
from models.extract.rules.number_patterns import has_numeral
from models.extract.rules.numbering import numbering, numbering_in_pack

# rule, name, season, last season, episode, last episode, date
CASES: list[tuple[str, str, int | None, int | None, int | None, int | None, str | None]] = [
    ("sxxexx", "Harbour.Street.S01E02.720p", 1, None, 2, None, None),
    ("sxxexx", "Harbour.Street.S01E02-E04.720p", 1, None, 2, 4, None),
    ("sxxexx", "Harbour.Street.S01E02E03.720p", 1, None, 2, 3, None),
    ("sxxexx", "Harbour Street s1 e2", 1, None, 2, None, None),
    ("sxxexx", "Harbour Street S01E02v2 (WEB)", 1, None, 2, None, None),
    ("sxxexx", "Harbour Street - S04E08 - S04E09 - Fog", 4, None, 8, 9, None),
    ("words", "Quiet Orbit Season 2 Episode 5", 2, None, 5, None, None),
    ("words", "Quiet.Orbit.Saison3.Episode2-4.DVDRIP", 3, None, 2, 4, None),
    ("第季+第集", "静かな軌道第2季 第4集_1080p", 2, None, 4, None, None),
    ("nxnn", "Quiet Orbit 2x05", 2, None, 5, None, None),
    ("nxnn", "Quiet Orbit 2x05x06 720p", 2, None, 5, 6, None),
    ("nxnn", "Фонарная бухта [06х01-08] (2017)", 6, None, 1, 8, None),
    ("sxx-nn", "Lantern Bay Season 3 46.mkv", 3, None, 46, None, None),
    ("sxx-nn", "Hoshi no Umi S21 1000", 21, None, 1000, None, None),
    ("fansub", "[Free] [BD][1080p] Hoshi no Umi 08 [4D102B7C].mkv", None, None, 8, None, None),
    ("sxx-nn", "Lantern.Bay.S01.07.mp4", 1, None, 7, None, None),
    ("sxxexx", "Lantern Bay S43 E10986 - 2016-08-12", 43, None, 10986, None, "2016-08-12"),
    ("date-mdy", "Evening.Talk.03-29-2012.HDTV", None, None, None, None, "2012-03-29"),
    ("date-word", "Evening Talk 16-Feb-2017 720p", None, None, None, None, "2017-02-16"),
    ("absolute", "[Free] Hoshi no Umi - 01v2-03v2 (1280x720)", None, None, 1, 3, None),
    ("absolute", "[Free] Hoshi no Umi ‒ 100 [D035A39F].mkv", None, None, 100, None, None),
    ("sxx - nn", "[Free] Hoshi no Umi S2 - 00~25 [1080p]", 2, None, 0, 25, None),
    ("sxx-list", "Lantern Bay ALL Seasons - S01 / S02 / S03", 1, 3, None, None, None),
    ("sxx-list", "Lantern.Bay.S01-S02-S03.720p", 1, 3, None, None, None),
    ("exx", "Lantern Bay E1-200 1080p", None, None, 1, 200, None),
    ("range", "Hoshi no Umi HD (001-220) [Complete]", None, None, 1, 220, None),
    ("in-one", "Lantern.Bay.1013.720p.HDTV.X264-GRP", 10, None, 13, None, None),
    ("nxn", "Quiet Orbit - 3x5 - Low Lamp", 3, None, 5, None, None),
    ("cap", "La Bahia [Cap.207] HDTV", 2, None, 7, None, None),
    ("cap", "La Bahia [Cap.207_209] HDTV", 2, None, 7, 9, None),
    ("sxx - nn", "[Free] Hoshi no Umi S3 - 04 [720p]", 3, None, 4, None, None),
    ("season - nn", "[Free] Hoshi no Umi (Season 3) - 18 (1080p)", 3, None, 18, None, None),
    ("glued", "xyz-bays02e05-720p", 2, None, 5, None, None),
    ("date", "Evening Talk 2021.03.09 720p", None, None, None, None, "2021-03-09"),
    ("date-compact", "Evening.Talk.20210309.720p", None, None, None, None, "2021-03-09"),
    ("date-six", "저녁 이야기.210309.720p-GRP", None, None, None, None, "2021-03-09"),
    ("exx", "저녁 이야기.E245.210309.720p-GRP", None, None, 245, None, "2021-03-09"),
    ("sxxexx", "Evening.Talk.S02E05.210309.720p", 2, None, 5, None, "2021-03-09"),
    ("date-word", "Evening Talk 9th Mar 2021 720p", None, None, None, None, "2021-03-09"),
    ("date-short", "Studio.21.03.09.A.Clip.720p", None, None, None, None, "2021-03-09"),
    ("date-dmy", "Evening Talk (09.03.2021) 720p", None, None, None, None, "2021-03-09"),
    ("sxx-list", "Lantern Bay S02-S04 Complete", 2, 4, None, None, None),
    ("sxx-sxx", "Lantern Bay S02-04 Complete", 2, 4, None, None, None),
    ("words", "Lantern Bay Seasons 2-4", 2, 4, None, None, None),
    ("words", "Фонарная бухта 2-4 сезоны", 2, 4, None, None, None),
    ("sxx-special", "Lantern Bay S01OVA04 [1080p]", 1, None, 4, None, None),
    ("sxx-sxxexx", "Lantern.Bay.S01-03E01-39.720p", 1, 3, 1, 39, None),
    ("sxx-list", "Lantern Bay S01 S02 S03 720p", 1, 3, None, None, None),
    ("sxx-list", "Lantern Bay S1+S2 x265", 1, 2, None, None, None),
    ("sxx-special-alone", "Lantern.Bay.S10.Special.The.Fog.720p", 10, None, None, None, None),
    ("sxxexx", "Lantern Bay S02E05 x264 GRP.mp4", 2, None, 5, None, None),
    ("range", "Hoshi no Umi 209 -220", None, None, 209, 220, None),
    ("range", "Hoshi no Umi 001-050 [720p]", None, None, 1, 50, None),
    ("sxxsxx", "[Free] Hoshi no Umi - S02S05.mkv", 2, None, 5, None, None),
    ("sxxwxx", "Harbour.Regatta.S10W01.720p.WEB", 10, None, 1, None, None),
    ("sxx-range", "(S2, 1-5 8) / Lantern Bay (S2) / (2024) WEB-DL", 2, None, 1, 5, None),
    ("sxx-part", "Lantern Bay S02P02 1080p", 2, None, None, None, None),
    ("disc", "Lantern.Bay.S03D01.COMPLETE.BLURAY", 3, None, None, None, None),
    ("sxx", "Quiet.Orbit.S02.720p", 2, None, None, None, None),
    ("words", "Тихая орбита (Сезон 2)", 2, None, None, None, None),
    ("words", "Quiet Orbit 2nd Season", 2, None, None, None, None),
    ("tv-n", "Море звёзд (ТВ-2) / Hoshi no Umi 2", 2, None, None, None, None),
    ("tv-n", "Hoshi no Umi [TV-3] [1080p]", 3, None, None, None, None),
    ("studio", "Quiet Orbit 3  - LampFilm.TV [1080p]", 3, None, None, None, None),
    ("第季", "静かな軌道.第二季.1997", 2, None, None, None, None),
    ("words", "Quiet Orbit Episode 12", None, None, 12, None, None),
    ("words", "Quiet Orbit Ep04-Ep09 HDTV", None, None, 4, 9, None),
    ("exx", "Quiet.Orbit.E08.720p", None, None, 8, None, None),
    ("special", "[Free] Hoshi no Umi OVA02 [720p]", None, None, 2, None, None),
    ("special-sp", "[Free] Hoshi no Umi - SP3 [720p]", None, None, 3, None, None),
    ("special-sp", "[Free] Hoshi no Umi SP3 [720p]", None, None, 3, None, None),
    ("全集", "静かな軌道 全24集 1080p", None, None, None, None, None),
    ("bracketed", "[Free] Hoshi no Umi [01-12 合集][1080p]", None, None, 1, 12, None),
    ("special-word", "Hoshi no Umi - Special 2.avi", None, None, 2, None, None),
    ("nn-special", "[Free] Hoshi no Umi [13(OAD)][1080p]", None, None, 13, None, None),
    ("special-alone", "[Free] Hoshi no Umi - NCOP [720p]", None, None, None, None, None),
    ("range-and-more", "[Free] Hoshi no Umi 1-12+OVA", None, None, 1, 12, None),
    ("in-one", "quiet.orbit.113.hdtv-grp", 1, None, 13, None, None),
    ("bare", "Hoshi.no.Umi.102.1080p.BluRay.x264-GRP", None, None, 102, None, None),
    ("bare", "Quiet Orbit 484 VOSTFR", None, None, 484, None, None),
    ("number-sign", "[Free] Quiet Orbit #128 (720p)", None, None, 128, None, None),
    ("第集", "[組][静かな軌道][128集][720P]", None, None, 128, None, None),
    ("words", "Тихая орбита 51 серия", None, None, 51, None, None),
    ("words", "Тихая орбита (1-12 серии) DVDRip", None, None, 1, 12, None),
    ("words", "Old Documentary 3of8", None, None, 3, None, None),
    ("absolute", "[Free] Hoshi no Umi - 12 [720p]", None, None, 12, None, None),
    ("bracketed", "[Free][Hoshi no Umi][12][1080p]", None, None, 12, None, None),
    ("fansub-range", "[Free] Hoshi no Umi 045-078 [1080p]", None, None, 45, 78, None),
    ("fansub", "[Free] Hoshi no Umi 128 [720p]", None, None, 128, None, None),
    ("part", "Quiet.Orbit.Part.3.720p.HDTV", 1, None, 3, None, None),
    ("folder+words", "Season 3/Episode 4.avi", 3, None, 4, None, None),
    ("folder+leading", "Quiet Orbit/02-Lamps.avi", None, None, 2, None, None),
    ("folder+leading", "Quiet Orbit/Quiet Orbit - 02 Lamps.avi", None, None, 2, None, None),
    ("glued-title", "Quiet_Orbit_S03E02The Low Lamp.mkv", 3, None, 2, None, None),
    ("glued-title-x", "QuietOrbit02x08TheLowLamp", 2, None, 8, None, None),
    ("cap", "La Bahia [HDTV 720p][Cap.101-105]", 1, None, 1, 5, None),
    ("date-word-mdy", "Evening Talk March 9th, 2021 720p", None, None, None, None, "2021-03-09"),
    ("date-word-mdy", "Evening.Talk.Sep.9.2021.720p", None, None, None, None, "2021-09-09"),
    ("date-word", "Evening Talk 9 September 2021 720p", None, None, None, None, "2021-09-09"),
    ("date-short-dmy", "Reds - Blues 07.05.19.mkv", None, None, None, None, "2019-05-07"),
    ("in-one-behind-year", "quiet.orbit.2007.207.720p.hdtv", 2, None, 7, None, None),
    ("behind-year", "Quiet Orbit 2018 06 720p x265", None, None, 6, None, None),
    ("s-nn", "[Free] Hoshi no Umi - 07 [S2-07] 480p", 2, None, 7, None, None),
    ("sxx-sxx", "Lantern Bay S2-4 Complete", 2, 4, None, None, None),
    ("sxx-sxx", "Lantern Bay S1-10 Complete", 1, 10, None, None, None),
    ("range-at-end", "Lantern Bay 26-30", None, None, 26, 30, None),
    ("range-at-end", "Fonari_v_bukhte_3-4", None, None, 3, 4, None),
    ("range-from-one", "Hoshi no Umi (1-24) complete", None, None, 1, 24, None),
    ("range", "Тихая орбита 01-08", None, None, 1, 8, None),
    ("range", "静かな軌道 01-02", None, None, 1, 2, None),
    ("in-one", "quiet.orbit.0205.hdtv-grp", 2, None, 5, None, None),
    ("bare", "Hoshi.no.Umi.1071.1080p.WEB.H264-GRP", None, None, 1071, None, None),
    ("bare", "[Free] Hoshi no Umi 1098 VOSTFR FHD (1920x1080).mp4", None, None, 1098, None, None),
    ("absolute", "[Free] Hoshi no Umi - 05 HD [8AC733EF].mp4", None, None, 5, None, None),
    ("special-sp", "[Free]_Hoshi_no_Umi_-_EX01_[BD].mkv", None, None, 1, None, None),
    ("special-sp", "[Free]_Hoshi_no_Umi_-_SP2_[BD]", None, None, 2, None, None),
    ("special-word", "[Free]_Hoshi_no_Umi_-_Special_2.mkv", None, None, 2, None, None),
    ("words", "Lantern Bay T2 Cap 05", 2, None, 5, None, None),
    ("words+words", "Сезон 2 (Тихая орбита) Серия 5", 2, None, 5, None, None),
    ("absolute", "[Free] Hoshi no Umi - 03 RAW (TX 1280x720).mp4", None, None, 3, None, None),
    ("absolute", "[Free] Hoshi no Umi - 24 RAW [720p]", None, None, 24, None, None),
    ("words+absolute", "[Free] Umi 5th Season - 12 RAW (NTV).mp4", 5, None, 12, None, None),
    ("half", "[Free] Hoshi no Umi - 12.5 [1080p].mkv", None, None, None, None, None),
    ("half", "[Free]_Hoshi_no_Umi_-_06.5_(1280x720)", None, None, None, None, None),
    ("half", "[Free] Hoshi no Umi S2 - 12.5v2 (720p)", 2, None, None, None, None),
    ("half", "Hoshi no Umi - 1015.5.mkv", None, None, None, None, None),
    ("in-one-at-end", "Lantern Bay 0412", 4, None, 12, None, None),
    ("in-one-at-end", "Lantern Bay 0917.avi", 9, None, 17, None, None),
    ("part-padded", "Quiet.Orbit.Part.05.Crossing.1080p.BluRay", None, None, 5, None, None),
    ("part-padded", "Quiet Orbit Part 01 The Low Lamp", None, None, 1, None, None),
    ("date-slash-american", "WWE Raw 04/08/24", None, None, None, None, "2024-04-08"),
    ("date-slash-mdy", "Evening Talk 03/29/21", None, None, None, None, "2021-03-29"),
    ("date-slash-dmy", "Evening Talk 29/03/21 (720p)", None, None, None, None, "2021-03-29"),
]

OF_FILES = {"folder", "any-folder", "leading", "after-series", "broadcast"}
"""Rules that read paths and files: each has a test of its own."""


@pytest.mark.parametrize(
    ("rule", "name", "season", "last_season", "episode", "last_episode", "date"), CASES
)
def test_a_name_is_numbered_by_the_rule_that_is_meant(
    rule: str,
    name: str,
    season: int | None,
    last_season: int | None,
    episode: int | None,
    last_episode: int | None,
    date: str | None,
) -> None:
    place = numbering(name)
    assert place is not None
    numbers = (
        place.rule,
        place.season,
        place.last_season,
        place.episode,
        place.last_episode,
        place.date,
    )
    assert numbers == (rule, season, last_season, episode, last_episode, date)


def test_every_numbering_rule_has_a_case() -> None:
    cases = {rule for case in CASES for rule in case[0].split("+")}
    tables = tomllib.loads(Path(number_patterns.__file__).with_name("numbering.toml").read_text())
    rules = {rule for name, table in tables.items() if name != "parts" for rule in table}
    assert rules - OF_FILES <= cases


def test_a_file_of_a_season_pack_has_the_number_of_a_broadcast_whatever_it_is_called() -> None:
    place = numbering_in_pack("the.orbit.race.2007.207.720p.hdtv")
    assert place is not None
    assert (place.season, place.episode) == (2, 7)


@pytest.mark.parametrize(
    "name",
    [
        "Harbour.Fight.Night.207.720p.HDTV.x264-GRP",
        "Harbour.Fight.Night.2019.207.720p.HDTV.x264-GRP",
        "Harbour.Cup.2019.06.720p.HDTV.x264-GRP",
        "Quiet.Orbit.2019.720p.HDTV.x264-GRP",
        "Harbour.Cup.Series.117.720p.HDTV.x264-GRP",
        "Apollo.13.1080p.BluRay",
        "Pier.51.1080p.BluRay",
        "Ward 9 720p WEB-DL",
        "300.1080p.BluRay",
        "Room.101.1080p.BluRay",
        "Agent.007.1080p.BluRay",
        "Lamps.500.1080p.WEB",
        "Harbour.102.2019.1080p.BluRay.x264-GRP",
        "Big Machines - Press GT 340 1080p.mp4",
        "Harbour.1080.BluRay",
        "Lantern Bay DVD 1-4",
        "Lantern Bay Vol 1-4",
        "Lantern Bay 4-1",
        "Lantern Bay 1984-1986",
        "Lantern Bay 9-1-1",
        "Harbour 1440 WEB",
        "Harbour.1901.720p.WEB",
        "Street Lamps - EX2 1080p",
        "Model T 2 1080p",
        "Marvin 9 2021 1080p",
        "Sanders 12, 2019 720p",
        "Harbour.64.Lamps.102.Minutes.1080p",
    ],
)
def test_a_number_that_ends_a_title_is_no_episode(name: str) -> None:
    assert numbering(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "Big Buck Bunny (2008) 1080p",
        "Room 101",
        "Tide_Works_2010_SP1_Setup",
        "Море звёзд [TV + OVA 1]",
        "Lantern Bay 1969 Season 2017",
        "Lantern Bay Complete 1280 x 720 x264",
        "[Free] Hoshi no Umi [720][AAC]",
        "The.Quiet.Season.2017.720p.WEBRip",
        "[Free] Old Lamps (1903-1918).avi",
        "Lantern Bay - 1969-2007",
        "Complete Filmography (87 films) - 13 DVDs",
        "H.264 test",
        "Se7en copy",
        "Apollo 11 1969",
        "Film.1280x720.x264",
        "Harbour 2016 HDTV x264",
        "Harbour.2019.VOSTFR.WEB",
        "[Free] Nineteen - 1984 [720p]",
        "Тихая орбита 1 - 8 серия",
        "Tide Works - 12.5",
        "Tide Works - 12.4 [Mac]",
        "Tide Works v6.5 (x64)",
        "Lantern Bay 0460",
        "Lantern Bay (1969) 0412",
        "Harbour Cup 0412",
        "Evening Talk 04/08/24",
        "Quiet.Orbit.Part.5.Crossing.1080p",
        "Quiet.Orbit.Part.02.The.Low.Lamp.1969.1080p",
        "[Free] Hoshi no Umi - RAW (1280x720)",
        "",
    ],
)
def test_a_name_without_numbering_has_none(name: str) -> None:
    assert numbering(name) is None


@pytest.mark.parametrize("name", ["[Free] Hoshi no Umi - 12.5 [1080p]", "Umi S2 - 06.5.mkv"])
def test_between_two_episodes_stands_a_special(name: str) -> None:
    place = numbering(name)
    assert place is not None
    assert place.special == "SP"


@given(st.text(max_size=120), st.integers(1, 99), st.integers(1, 999))
def test_a_plain_number_is_found_whatever_stands_before_it(
    title: str, season: int, episode: int
) -> None:
    title = "".join(letter for letter in title if letter.isalpha()) or "Harbour"
    place = numbering(f"{title}.S{season:02d}E{episode:02d}.720p")
    assert place is not None
    assert (place.season, place.episode) == (season, episode)


FRAGMENTS = ["S01", "E02", "1x02", " - 03", "[04]", "Season 2", "第3集", "2021.03.09", "Серия", "/"]
numbered = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=8).map("".join)


@given(numbered, st.integers(1, 12))
def test_whatever_the_name_a_number_stands_where_it_is_said_to(name: str, episode: int) -> None:
    name = f"{name} Episode {episode}"
    place = numbering(name)
    assert place is not None
    assert 0 <= place.start < place.end <= len(name)
    assert has_numeral(name[place.start : place.end])


@given(numbered)
def test_whatever_the_name_a_range_has_its_first_number_first(name: str) -> None:
    place = numbering(name)
    if place is not None and place.last_episode is not None:
        assert place.episode is not None
        assert place.episode < place.last_episode


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("Daily Harbour 23.11.05.mkv", "2023-11-05"),
        ("Reds - Blues 07.05.19.mkv", "2019-05-07"),
        ("Reds - Blues 31.05.19.mkv", "2019-05-31"),
    ],
)
def test_a_short_day_is_of_the_later_year_that_it_may_be_of(name: str, date: str) -> None:
    place = numbering(name)
    assert place is not None
    assert place.date == date


@pytest.mark.parametrize("name", ["Harbour Cars - EX30 Test 2024 1080p", "Harbour 1-3 2001-2005"])
def test_a_model_and_a_span_of_years_are_no_special_and_no_day(name: str) -> None:
    place = numbering(name)
    assert place is None or (place.special is None and place.date is None)
