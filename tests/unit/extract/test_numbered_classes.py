"""A clear number and the class of a torrent do not contradict each other."""

import pytest

from models.extract.rules.numbering import numbering
from models.extract.rules.series import numbered_fields, refined
from models.extract.rules.titles import video_title
from schemas import Subcategory


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
