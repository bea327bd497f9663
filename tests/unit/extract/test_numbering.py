"""Seasons, episodes and dates: every pattern has a case of its own, and names without numbers have
none.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.rules.numbering import PATTERNS, numbering

# rule, name, season, last season, episode, last episode, date
CASES: list[tuple[str, str, int | None, int | None, int | None, int | None, str | None]] = [
    ("sxxexx", "Harbour.Street.S01E02.720p", 1, None, 2, None, None),
    ("sxxexx", "Harbour.Street.S01E02-E04.720p", 1, None, 2, 4, None),
    ("sxxexx", "Harbour.Street.S01E02E03.720p", 1, None, 2, 3, None),
    ("sxxexx", "Harbour Street s1 e2", 1, None, 2, None, None),
    ("sxxexx", "Harbour Street S01E02v2 (WEB)", 1, None, 2, None, None),
    ("sxxexx", "Harbour Street - S07E22 - S07E23 - Fog", 7, None, 22, 23, None),
    ("season-episode", "Quiet Orbit Season 2 Episode 5", 2, None, 5, None, None),
    ("season-episode", "Quiet.Orbit.Saison5.Episode5-8.DVDRIP", 5, None, 5, 8, None),
    ("第季第集", "静かな軌道第2季 第4集_1080p", 2, None, 4, None, None),
    ("nxnn", "Quiet Orbit 2x05", 2, None, 5, None, None),
    ("nxnn", "Quiet Orbit 2x05x06 720p", 2, None, 5, 6, None),
    ("season-year-x", "2016/Season 2016x1", 2016, None, 1, None, None),
    ("nxn", "Quiet Orbit - 2x4 - New Lamp [720p]", 2, None, 4, None, None),
    ("cap", "La Bahia [Cap.102] HDTV", 1, None, 2, None, None),
    ("sxx - nn", "[Free] Hoshi no Umi S2 - 07 [720p]", 2, None, 7, None, None),
    ("sxx nnn", "Hoshi no Umi S21 999", 21, None, 999, None, None),
    ("season - nn", "[Free] Hoshi no Umi (Season 2) - 33 (1080p)", 2, None, 33, None, None),
    ("glued", "grp-lampss01e11-1080p", 1, None, 11, None, None),
    ("date", "Evening Talk 2024.05.17 720p", None, None, None, None, "2024-05-17"),
    ("date-word", "Evening Talk 5th Mar 2025 1080", None, None, None, None, "2025-03-05"),
    ("date-short", "Studio.23.05.15.A.Clip.1080p", None, None, None, None, "2023-05-15"),
    ("date-dmy", "Evening Talk (31.01.2023) 720p", None, None, None, None, "2023-01-31"),
    ("sxx-sxx", "Lantern Bay S01-S03 Complete", 1, 3, None, None, None),
    ("seasons", "Lantern Bay Seasons 1-3", 1, 3, None, None, None),
    ("n-n-season", "Фонарная бухта 1-3 сезоны", 1, 3, None, None, None),
    ("disc", "Lantern.Bay.S01D02.COMPLETE.BLURAY", 1, None, None, None, None),
    ("sxx", "Quiet.Orbit.S02.720p", 2, None, None, None, None),
    ("season", "Тихая орбита (Сезон 2)", 2, None, None, None, None),
    ("nth-season", "Quiet Orbit 2nd Season", 2, None, None, None, None),
    ("tv-n", "Hoshi no Umi [TV-2] [1080p]", 2, None, None, None, None),
    ("studio", "Quiet Orbit 3  - LampFilm.TV [1080p]", 3, None, None, None, None),
    ("第季", "静かな軌道.第一季.1993", 1, None, None, None, None),
    ("episode", "Quiet Orbit Episode 12", None, None, 12, None, None),
    ("episode", "Quiet Orbit Ep01-Ep06 HDTV", None, None, 1, 6, None),
    ("exx", "Quiet.Orbit.E05.720p", None, None, 5, None, None),
    ("number-sign", "[Raws] Quiet Orbit #957 (1280x720)", None, None, 957, None, None),
    ("第集", "[組][静かな軌道][857集][1080P]", None, None, 857, None, None),
    ("nn-episode", "Sessiz 60.Bolum 720p", None, None, 60, None, None),
    ("before-technical", "Quiet Orbit 2018 06 720p x265", None, None, 6, None, None),
    ("of", "Old Documentary 3of6", None, None, 3, None, None),
    ("absolute", "[Free] Hoshi no Umi - 12 [720p]", None, None, 12, None, None),
    ("bracketed", "[Free][Hoshi no Umi][12][1080p]", None, None, 12, None, None),
    ("fansub-range", "[Free] Hoshi no Umi 091-123 [1080p]", None, None, 91, 123, None),
    ("fansub", "[Free] Hoshi no Umi 214 [720p]", None, None, 214, None, None),
    ("broadcast", "Quiet.Orbit.103.720p.HDTV.x264", 1, None, 3, None, None),
    ("broadcast-double", "quiet.orbit.10708.hdtv", 1, None, 7, 8, None),
    ("part", "Quiet.Orbit.Part.2.720p.HDTV", 1, None, 2, None, None),
    ("folder+episode", "Season 2/Episode 16.avi", 2, None, 16, None, None),
    ("folder+leading", "Quiet Orbit/02-Lamps.avi", None, None, 2, None, None),
    ("season+episode", "Сезон 2 (Тихая орбита) Серия 5", 2, None, 5, None, None),
]


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
    found = numbering(name)
    assert found is not None
    numbers = (
        found.rule,
        found.season,
        found.last_season,
        found.episode,
        found.last_episode,
        found.date,
    )
    assert numbers == (rule, season, last_season, episode, last_episode, date)


def test_every_numbering_rule_has_a_case() -> None:
    assert {rule for rule, _, _ in PATTERNS} <= {case[0] for case in CASES}


@pytest.mark.parametrize(
    "name",
    [
        "Big Buck Bunny (2008) 1080p",
        "Room 101",
        "H.264 test",
        "Se7en copy",
        "Apollo 11 1969",
        "Film.1280x720.x264",
        "Harbour 2016 HDTV x264",
        "Harbour.2019.VOSTFR.WEB",
        "[Free] Nineteen - 1984 [720p]",
        "",
    ],
)
def test_a_name_without_numbering_has_none(name: str) -> None:
    assert numbering(name) is None


@given(st.text(max_size=120), st.integers(1, 99), st.integers(1, 999))
def test_a_plain_number_is_found_whatever_stands_before_it(
    title: str, season: int, episode: int
) -> None:
    title = "".join(letter for letter in title if letter.isalpha()) or "Harbour"
    found = numbering(f"{title}.S{season:02d}E{episode:02d}.720p")
    assert found is not None
    assert (found.season, found.episode) == (season, episode)


@given(st.text(max_size=200))
def test_whatever_the_name_the_place_of_a_number_is_in_it(name: str) -> None:
    found = numbering(name)
    if found is not None:
        assert 0 <= found.start < found.end <= len(name)
