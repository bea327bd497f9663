"""Numbers and the words that give them a meaning, in many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.rules.numbering import numbering
from models.extract.rules.unit_words import Kind, unit_words
from models.extract.rules.units import counted_by_words

Numbers = tuple[int | None, int | None, int | None, int | None]
"""Season, last season, episode, last episode."""

CASES: list[tuple[str, Numbers]] = [
    ("Фонарная бухта (3 сезон: 1-8 серии из 8) / Lantern Bay / 2019", (3, None, 1, 8)),
    ("Фонарная бухта (сезон 3, серии 1-8 из 8) WEB-DL", (3, None, 1, 8)),
    ("Фонарная бухта 2 сезон 24 серия.avi", (2, None, 24, None)),
    ("Фонарная бухта. Сезон 2, серия 5", (2, None, 5, None)),
    ("Фонарная бухта / Сезон: 1 / Серии: 1-6 из 10 [2020]", (1, None, 1, 6)),
    ("Фонарная бухта (сезон 1-2, серии 1-16) WEB-DL", (1, 2, 1, 16)),
    ("Фонарная бухта (2018) WEBDL (серии 1-4 из 4)", (None, None, 1, 4)),
    ("Фонарная бухта (16 серий из 16) [2019]", (None, None, 1, 16)),
    ("Фонарная бухта [TV] [10 из 25] [2013 г.]", (None, None, 1, 10)),
    ("Фонарная бухта [TV+Special] [12+6 из 12+6]", (None, None, 1, 12)),
    ("Фонарная бухта [TV] [8 из >12] [2012 г.]", (None, None, 1, 8)),
    ("Фонарная бухта [TV] [01-09 из xx] [2013]", (None, None, 1, 9)),
    ("Фонарная бухта [серия 5 из 8]", (None, None, 5, None)),
    ("Ліхтарна бухта (Сезон 2, Серії 1-4 з 8)", (2, None, 1, 4)),
    ("Lantern Bay Se.3 afl.3", (3, None, 3, None)),
    ("Lantern Bay Se.1 afl.2-3-4 [NET]", (1, None, 2, 4)),
    ("Lantern Bay seizoen 1+2+3", (1, 3, None, None)),
    ("Lantern Bay Seizoen 2 Aflevering 4", (2, None, 4, None)),
    ("Lantern Bay T02E22 720p", (2, None, 22, None)),
    ("Bahía Farol 3ª Temporada Episodio 5", (3, None, 5, None)),
    ("Bahía Farol Temporada 3 Capítulo 5", (3, None, 5, None)),
    ("Bahía Farol 4ª Temporada Completa", (4, None, None, None)),
    ("Baia Lanterna - Stagione 6 (2016) 720p ep13 grp.mkv", (6, None, 13, None)),
    ("Baia Lanterna Stagioni da 1 a 4 complete", (1, 4, None, None)),
    ("Baia Lanterna Stagione 1 e stagione 2", (1, 2, None, None)),
    ("Fener Koyu 3.Sezon 5.Bölüm 1080p", (3, None, 5, None)),
    ("Fener Koyu 12. Bölüm", (None, None, 12, None)),
    ("Zatoka Latarni Sezon 2 Odcinek 5", (2, None, 5, None)),
    ("Zatoka Latarni 1 - 5 z 8", (None, None, 1, 5)),
    ("Zátoka luceren 1. série 3. díl", (1, None, 3, None)),
    ("Lámpás-öböl 3. évad 5. rész", (3, None, 5, None)),
    ("Laternenbucht Staffel 2 Folge 5", (2, None, 5, None)),
    ("Laternenbucht 2. Staffel", (2, None, None, None)),
    ("Lyktbukten Säsong 2 Avsnitt 5", (2, None, 5, None)),
    ("Lyhtylahti Kausi 1 Jakso 4", (1, None, 4, None)),
    ("등불 만 시즌2 5회", (2, None, 5, None)),
    ("등불 만 제5화", (None, None, 5, None)),
    ("Lantern Bay - Series 39 Episode 27", (39, None, 27, None)),
    ("Lantern.Bay.Series.3.2of6.The.Fog.1080p.HDTV", (3, None, 2, None)),
    ("Lantern Bay Series 5", (5, None, None, None)),
    ("Lantern Bay Season 1, 2, 3 & 4", (1, 4, None, None)),
    ("Lantern Bay Season 1 (01-25)", (1, None, 1, 25)),
    ("Lantern Bay - Season 4 - Eps. 7 to 12", (4, None, 7, 12)),
    ("Lantern Bay Season 01 - Episodes 1 - 8", (1, None, 1, 8)),
    ("24 Season 1 Episode 5", (1, None, 5, None)),
    ("1883 Season 1 1080p", (1, None, None, None)),
    ("[Free] Hoshi no Umi 2nd Season Part 2 - 01 [1080p]", (2, None, 1, None)),
    ("[Free] Hoshi no Umi The Final Season - 12 [1080p]", (None, None, 12, None)),
    ("Lantern.Bay.Series.1.2of3.The.Fog", (1, None, 2, None)),
    ("Lantern Bay Seasons 1 2 3 4 + Extras", (1, 4, None, None)),
    ("Lantern Bay Season 1, 2, 3, & 4", (1, 4, None, None)),
    ("Lantern Bay Season 1 -6 + Extras", (1, 6, None, None)),
    ("Lantern Bay - Complete Second Season", (2, None, None, None)),
    ("Lantern Bay Season Three", (3, None, None, None)),
    ("Bahía Farol Primera Temporada", (1, None, None, None)),
    ("Bahía Farol 4° Temporada Completa", (4, None, None, None)),
    ("Fonarnaya.buhta.(2.sezon_8.serii.iz.8).2012", (2, None, 1, 8)),
    ("Fonarnaya.buhta.(8.sez.21.ser.iz.23).2012", (8, None, 21, None)),
    ("Fener Koyu 79.BLM 720p", (None, None, 79, None)),
    ("Lantern Bay Sn4 Ep14", (4, None, 14, None)),
    ("Lantern.Bay.Series.1.Part.4.The.Fog", (1, None, 4, None)),
    ("Old Lamps 3of8", (None, None, 3, None)),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_number_belongs_to_the_nearest_word(name: str, expected: Numbers) -> None:
    place = numbering(name)
    assert place is not None
    assert (place.season, place.last_season, place.episode, place.last_episode) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Lantern Bay (TV Mini Series 2015) 720p",
        "Lantern Bay Mini-Series 2002",
        "The COMPLETE Series, 16 Movies, 4 Tales",
        "Paper Harbour-Freebase EP (320)",
        "All 23 Temporadas",
        "Top 10 Lamps of the Season",
        "Lantern Bay 12.2.2010",
        "Harbour 2 of Hearts",
        "Four Seasons in One Harbour",
        "Part 2 of the Tide",
        "One More Season",
        "Second Chance at Harbour",
        "Lantern Bay 00 Series 00",
        "Series 5th of March",
        "Catch 22 de 2010",
    ],
)
def test_what_counts_no_season_and_no_episode_is_not_read(name: str) -> None:
    assert counted_by_words(name) == []


@pytest.mark.parametrize(
    ("name", "season", "last_episode", "total"),
    [
        ("Lantern Bay Season 2 (12 episodes)", 2, None, 12),
        ("Тихая орбита (12 серий) DVDRip", None, None, 12),
        ("Тихая орбита (4 серии)", None, None, 4),
        ("Тихая орбита (Сезон 2, серии 1-5 из 10)", 2, 5, 10),
        ("Тихая орбита / Сезон: 2 / Серии: 1-13 (13)", 2, 13, 13),
        ("Тихая орбита / 18 сезон - 1-10 выпуски", 18, 10, None),
    ],
)
def test_a_count_says_how_many_episodes_there_are(
    name: str, season: int | None, last_episode: int | None, total: int | None
) -> None:
    place = numbering(name)
    assert place is not None
    assert (place.season, place.last_episode, place.total) == (season, last_episode, total)


def test_a_part_belongs_to_its_season() -> None:
    place = numbering("[Free] Hoshi no Umi 2nd Season Part 2 - 01 [1080p]")
    assert place is not None
    assert (place.season, place.part, place.episode) == (2, 2, 1)


def test_the_place_covers_all_that_the_words_say() -> None:
    name = "Бухта (3 сезон: 1-8 серии из 8) / Bay"
    place = numbering(name)
    assert place is not None
    assert name[place.start : place.end] == "3 сезон: 1-8 серии из 8"


def test_season_and_episode_that_stand_apart_have_a_place_each() -> None:
    name = "Baia Lanterna - Stagione 6 (2016) 720p ep13 grp.mkv"
    place = numbering(name)
    assert place is not None
    assert [name[start:end] for start, end in place.spans] == ["Stagione 6", "ep13"]
    assert place.episode_at == (name.index("ep13"), name.index("ep13") + len("ep13"))


SEASONS = sorted(word for word, unit in unit_words().items() if unit.kind is Kind.SEASON)
EPISODES = sorted(word for word, unit in unit_words().items() if unit.kind is Kind.EPISODE)


@given(st.sampled_from(SEASONS), st.sampled_from(EPISODES), st.integers(1, 99), st.integers(1, 999))
def test_in_every_language_the_number_may_stand_behind_the_word(
    season_word: str, episode_word: str, season: int, episode: int
) -> None:
    readings = counted_by_words(f"Tide {season_word} {season}, {episode_word} {episode}")
    assert [(reading.season, reading.episode) for reading in readings] == [(season, episode)]


LINKS = ["сезон", "серии", "season 2", "of", "из", " 1-8 ", " 12 ", "s02", "e05", ", ", " - ", "/"]
chained = st.lists(st.sampled_from(LINKS) | st.text(max_size=6), max_size=40).map(" ".join)


@given(chained)
def test_whatever_the_name_a_reading_stands_in_it_and_its_ranges_rise(name: str) -> None:
    for reading in counted_by_words(name):
        assert 0 <= reading.start < reading.end <= len(name)
        if reading.last_episode is not None:
            assert reading.episode is not None
            assert reading.episode < reading.last_episode
