"""Which Newznab categories a torrent is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Described, Subcategory, torznab_ids
from schemas.newznab import CATEGORIES, PARENTS, siblings


@pytest.mark.parametrize(
    ("subcategory", "technical", "ids"),
    [
        ("movie", {"resolution": "1080p", "source": "BluRay"}, (2000, 2040, 2050)),
        ("movie", {"resolution": "2160p", "source": "WEB-DL"}, (2000, 2045, 2080)),
        ("movie", {"source": "DVD"}, (2000, 2070)),
        ("movie", {}, (2000, 2020)),
        ("episode", {"resolution": "720p"}, (5000, 5040)),
        ("season", {"resolution": "2160p"}, (5000, 5045)),
        ("episode", {"resolution": "480p"}, (5000, 5030)),
        ("series", {}, (5000, 5050)),
        ("album", {"audio_codec": "FLAC"}, (3000, 3040)),
        ("track", {"audio_codec": "MP3"}, (3000, 3010)),
        ("collection", {"audio_codec": "Opus"}, (3000, 3050)),
        ("audiobook", {"audio_codec": "MP3"}, (3000, 3030)),
        ("music_video", {"resolution": "1080p"}, (3000, 3020)),
        ("audio_other", {}, (3000, 3050)),
        ("application", {}, (4000, 4010)),
        ("game", {}, (4000, 4050)),
        ("ebook", {}, (7000, 7020)),
        ("comic", {}, (7000, 7030)),
        ("magazine", {}, (7000, 7010)),
        ("book_other", {}, (7000, 7050)),
        ("video_other", {"resolution": "1080p"}, (8000, 8010)),
        ("images", {}, (8000, 8010)),
    ],
)
def test_a_class_and_its_release_make_the_categories(
    subcategory: str, technical: dict[str, str], ids: tuple[int, ...]
) -> None:
    assert torznab_ids(Described(Subcategory(subcategory), technical=technical)) == ids


@pytest.mark.parametrize(
    ("subcategory", "platform", "ids"),
    [
        ("game", "playstation-4", (1000, 1180)),
        ("game", "switch", (1000, 1090)),
        ("game", "windows", (4000, 4050)),
        ("game", "android", (4000, 4070)),
        ("application", "macos", (4000, 4030)),
        ("application", "linux", (4000, 4010)),
    ],
)
def test_software_goes_by_its_platform(
    subcategory: str, platform: str, ids: tuple[int, ...]
) -> None:
    metadata = {"platforms": [platform]}
    assert torznab_ids(Described(Subcategory(subcategory), metadata=metadata)) == ids


def test_a_group_before_the_title_is_anime() -> None:
    technical = {"resolution": "1080p"}
    episode = Described(Subcategory.EPISODE, name="[Invented] Sea - 05", technical=technical)
    assert torznab_ids(episode) == (5000, 5040, 5070)
    special = Described(Subcategory.EPISODE, name="Sea OVA", metadata={"special": "OVA"})
    assert torznab_ids(special) == (5000, 5070)


@given(st.sampled_from(Subcategory))
def test_adult_works_are_in_no_other_category(subcategory: Subcategory) -> None:
    ids = torznab_ids(Described(subcategory, nsfw=True, name="[", technical={"codec": "x264"}))
    assert {number // 1000 for number in ids} == {6}


@pytest.mark.parametrize("subcategory", Subcategory)
@pytest.mark.parametrize("nsfw", [False, True])
def test_everything_is_below_a_parent(subcategory: Subcategory, nsfw: bool) -> None:
    ids = torznab_ids(Described(subcategory, nsfw=nsfw))
    assert len(ids) == 2
    assert ids[0] in PARENTS


def test_ids_and_names_are_there_once() -> None:
    assert len({category.id for category in CATEGORIES}) == len(CATEGORIES)
    assert len({category.name for category in CATEGORIES}) == len(CATEGORIES)
    assert all(category.parent in PARENTS for category in CATEGORIES)
    assert all(siblings(category) for category in CATEGORIES if category.marks)
