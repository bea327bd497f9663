"""A clear number and the class of a torrent do not contradict each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classify.draft import Draft
from models.classify.subcategory import subcategory_of
from models.extract.extractor import ExtractSubject, reading_of
from models.extract.rules.numbering import numbering
from models.extract.rules.series import numbered_fields, refined
from models.extract.rules.titles import video_title
from schemas import Medium, Subcategory, TorrentFile
from schemas.media import SUBCATEGORIES


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Lantern Bay S03 - EP14", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern Bay - Series 39 Episode 27", Subcategory.SEASON, Subcategory.EPISODE),
        ("[Free] Hoshi no Umi 2nd Season Part 2 - 01", Subcategory.SEASON, Subcategory.EPISODE),
        ("[Free] Hoshi no Umi - S02S05.mkv", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern Bay Stagione 6 (2016) 720p ep13", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern.Bay.S03E09-E10.720p", Subcategory.MOVIE, Subcategory.EPISODE),
        ("Lantern.Bay.S03E01-E10.720p", Subcategory.EPISODE, Subcategory.SEASON),
        ("Lantern.Bay.S03E01-E10.720p", Subcategory.MOVIE, Subcategory.SEASON),
        ("Lantern.Bay.2016.E01.1080p.BluRay", Subcategory.MOVIE, Subcategory.EPISODE),
        ("Бухта (2018) WEBDL (серии 1-4 из 4)", Subcategory.MOVIE, Subcategory.SEASON),
        ("Бухта (16 серий из 16) [2019]", Subcategory.MOVIE, Subcategory.SEASON),
        ("Бухта (сезон 1-2, серии 1-16)", Subcategory.SEASON, Subcategory.SERIES),
        ("Lantern Bay S02P02 1080p", Subcategory.MOVIE, Subcategory.SEASON),
        ("Harbour Wars Episode 4 (1977)", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Evening Talk 2026.03.22 1080p WEB-DL", Subcategory.MOVIE, Subcategory.EPISODE),
        ("Evening Talk 2026.03.22 1080p", Subcategory.VIDEO_OTHER, Subcategory.VIDEO_OTHER),
        ("저녁 이야기.180930.720p-GRP", Subcategory.MOVIE, Subcategory.EPISODE),
        ("Medea Live 09.04.2014 HDTV", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Бухта (12 серий) [2019]", Subcategory.MOVIE, Subcategory.SEASON),
        ("Бухта / 2 серии [1979]", Subcategory.MOVIE, Subcategory.MOVIE),
        ("静かな軌道 全24集 1080p", Subcategory.MOVIE, Subcategory.SEASON),
        ("Lantern.Bay.S10.Special.The.Fog.720p", Subcategory.SEASON, Subcategory.EPISODE),
        ("The.Quiet.Season.2017.720p", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Lantern Bay OVA [1080p]", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Apollo 13", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Hoshi no Umi Episode 137 English Subbed", Subcategory.SEASON, Subcategory.EPISODE),
        ("Hoshi no Umi Episode 137 English Subbed", Subcategory.MOVIE, Subcategory.EPISODE),
        ("Lantern Bay Episode 12", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern Bay 2 of 3", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern Bay Part 3 of 6", Subcategory.MOVIE, Subcategory.EPISODE),
        ("Lantern Bay Part 1 of 2", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Lantern Bay Episodes 1-12", Subcategory.SEASON, Subcategory.SEASON),
        ("Lantern Bay Episode 250 (2020)", Subcategory.VIDEO_OTHER, Subcategory.VIDEO_OTHER),
        ("Lantern Bay S03E11-12", Subcategory.SEASON, Subcategory.SEASON),
        ("Lantern.Bay.S03E09-E10.720p", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern.Bay.S03E09E10E11.720p", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern.Bay.S03E01-E02-E03-E04.720p", Subcategory.MOVIE, Subcategory.EPISODE),
        ("Lantern.Bay.S03E01E02E03E04E05.720p", Subcategory.MOVIE, Subcategory.SEASON),
        ("[Free] Hoshi no Umi - 12.5 [1080p].mkv", Subcategory.MOVIE, Subcategory.EPISODE),
        ("[Free] Hoshi no Umi - 12.5 [1080p].mkv", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern Bay 2x09x10 720p", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern Bay - S03E09 - S03E10 - Fog", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern.Bay.S03E09-E11.720p", Subcategory.SEASON, Subcategory.SEASON),
        ("Lantern.Bay.S03E01-E10.720p", Subcategory.SEASON, Subcategory.SEASON),
        ("Lantern.Bay.S03E01-04.720p.HDTV.mkv", Subcategory.SEASON, Subcategory.EPISODE),
        ("Lantern.Bay.S03E01-08.720p.HDTV.mkv", Subcategory.SEASON, Subcategory.SEASON),
        ("[Free][Hoshi no Umi][05][1080p]", Subcategory.SEASON, Subcategory.EPISODE),
        ("[Free] Hoshi no Umi 31 [1280x720]", Subcategory.SEASON, Subcategory.EPISODE),
        ("[Free] Hoshi no Umi [01-12][1080p]", Subcategory.SEASON, Subcategory.SEASON),
        ("[Free] Hoshi no Umi - NCOP [1080p]", Subcategory.SEASON, Subcategory.EPISODE),
        ("[Free] Hoshi no Umi - NCED [BD]", Subcategory.MOVIE, Subcategory.EPISODE),
        ("[Free] Hoshi no Umi (Season 1 + OVA)", Subcategory.SEASON, Subcategory.SEASON),
        ("Lantern Bay S02 1080p", Subcategory.EPISODE, Subcategory.SEASON),
        ("Lantern.Bay.Series.5.The.Fog.720p.mp4", Subcategory.EPISODE, Subcategory.EPISODE),
        ("静かな軌道 第2季 全12集 1080p", Subcategory.EPISODE, Subcategory.SEASON),
        ("Lantern.Bay.S10.Special.The.Fog.720p", Subcategory.EPISODE, Subcategory.EPISODE),
        ("Lantern Saga (1-8) 1080p", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Lantern Day March 9 2021", Subcategory.MOVIE, Subcategory.MOVIE),
        ("Lantern Bay S02E05 live", Subcategory.MUSIC_VIDEO, Subcategory.MUSIC_VIDEO),
    ],
)
def test_the_class_follows_a_clear_number(
    name: str, given: Subcategory, expected: Subcategory
) -> None:
    assert refined(given, numbering(name)) is expected


@pytest.mark.parametrize(
    ("name", "special"),
    [
        ("Lantern Bay S01OVA04 [1080p]", "OVA"),
        ("[Free] Hoshi no Umi [13(OAD)][1080p]", "OAD"),
        ("Hoshi no Umi OAV 2.avi", "OVA"),
        ("[Free] Hoshi no Umi - SP3", "SP"),
        ("[Free] Hoshi no Umi - S02S05.mkv", "SP"),
        ("Lantern.Bay.S01E05.720p", None),
    ],
)
def test_a_special_says_of_which_kind_it_is(name: str, special: str | None) -> None:
    place = numbering(name)
    assert place is not None
    assert numbered_fields(Subcategory.EPISODE, place).get("special") == special


@pytest.mark.parametrize(
    ("subcategory", "name", "field", "value"),
    [
        (Subcategory.MOVIE, "Medea Live 09.04.2014 HDTV", "air_date", "2014-04-09"),
        (Subcategory.SEASON, "Lantern Bay S02 2021.03.09", "air_date", "2021-03-09"),
        (Subcategory.EPISODE, "Lantern.Bay.2021.03.09.Part2.720p", "air_date", "2021-03-09"),
        (Subcategory.SERIES, "Hoshi no Umi (001-220) [Complete]", "last_episode", 220),
        (Subcategory.SERIES, "Lantern.Bay.S01-03E01-39", "first_episode", 1),
    ],
)
def test_every_class_of_video_has_the_numbers_of_its_name(
    subcategory: Subcategory, name: str, field: str, value: str | int
) -> None:
    place = numbering(name)
    assert place is not None
    assert numbered_fields(subcategory, place)[field] == value


def test_a_day_beside_an_episode_in_a_folder_is_read() -> None:
    name = "Series/Lantern Bay/Lantern Bay - S02E02 - Fog (14-01-2008).avi"
    place = numbering(name)
    assert place is not None
    assert (place.season, place.episode, place.date) == (2, 2, "2008-01-14")
    assert place.date_at is not None
    start, end = place.date_at
    assert name[start:end] == "14-01-2008"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Ocean Lamps Part 2 of 3 720p HDTV", "Ocean Lamps"),
        ("Ocean Lamps - Part 1 of 6 (2014)", "Ocean Lamps"),
        ("Ocean.Lamps.2of3.720p.HDTV", "Ocean Lamps"),
        ("Ocean Lamps Part 2 (1990)", "Ocean Lamps Part 2"),
    ],
)
def test_the_word_for_a_part_of_so_many_is_none_of_the_title(name: str, title: str) -> None:
    cut = video_title(name, numbering(name))
    assert cut is not None
    assert cut.text == title


_TITLES = st.sampled_from(
    ("Lantern Bay", "[Free] Hoshi no Umi", "Фонарная бухта", "静かな軌道", "Pier 9", "Harbour")
)
_NUMBERS = st.sampled_from(
    (
        *("S01E02", "S01E02-E03", "S01E02-05", "S01E01-E10", "S02", "S01-S03", "S00E04", "S02P02"),
        *("2x05", "2x05-06", "E12", "E01-E24", "- 07", "[07]", "[01-12]", "(1-24)", "001-220"),
        *("OVA 2", "- SP3", "[13(OAD)]", "NCOP", "- NCED", "OVA", "S10.Special", "2.04of10"),
        *(
            "2 сезон 5 серия",
            "(серии 1-8 из 8)",
            "第2季 全12集",
            "第07集",
            "Season 2",
            "Seasons 1-4",
        ),
        *("2021.03.09", "09.03.2021", "20210309", "March 9, 2021", "E07.210910", "102", "1071"),
        *("Part 2", "Part 3 of 6", "Episode 137", "[Cap.205]", "[Cap.101-105]", "(2019)", ""),
    )
)
_ENDS = st.sampled_from(("", "1080p", "720p HDTV x264-GRP", "(2019) BDRip", "WEB-DL.mkv", "[BD]"))
_FILES = st.sampled_from(
    (
        *(None, ("Lantern Bay - 01.mkv",), ("Lantern.Bay.S01E01-E02.mkv",), ("film.mkv",)),
        *(("S01E01.mkv", "S01E02.mkv"), ("S1/01.mkv", "S1/02.mkv"), ("S01E01.mkv", "S02E01.mkv")),
    )
)
_VIDEOS = st.sampled_from(SUBCATEGORIES[Medium.VIDEO])


@given(st.tuples(_TITLES, _NUMBERS, _NUMBERS, _ENDS), _FILES, _VIDEOS)
def test_a_record_is_of_the_class_of_its_verdict(
    words: tuple[str, ...], paths: tuple[str, ...] | None, learnt: Subcategory
) -> None:
    name = " ".join(filter(None, words))
    files = paths and tuple(TorrentFile(path=path, size=1) for path in paths)
    draft = Draft(name, (), files, Medium.VIDEO, hint=learnt)
    verdict, _ = subcategory_of(draft, Medium.VIDEO, None, is_adult=False)
    reading = reading_of(ExtractSubject(name, files, verdict, 1.0))
    assert reading.subcategory is verdict
    if reading.place is not None and verdict is Subcategory.EPISODE and files is None:
        assert reading.place.last_season is None


@given(_TITLES, _NUMBERS, _NUMBERS, _ENDS, _VIDEOS)
def test_what_a_number_makes_of_a_class_it_makes_at_once(
    title: str, number: str, other: str, end: str, given_class: Subcategory
) -> None:
    place = numbering(f"{title} {number} {other} {end}")
    once = refined(given_class, place)
    assert refined(once, place) is once
