"""What the files say where the name does not: numbers, class, year, technical facts."""

from functools import cache
from pathlib import PurePosixPath

import pytest

from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.extract.rules.file_numbers import agreed_numbers, numbering_of_file
from models.extract.rules.listing import episodes
from schemas import Subcategory, TorrentFile


@cache
def extractor() -> Extractor:
    """Rules alone: numbers are theirs."""
    return Extractor.load(tagger=False)


def files(*paths: str) -> tuple[TorrentFile, ...]:
    return tuple(TorrentFile(path=path, size=700) for path in paths)


def extracted(name: str, subcategory: Subcategory, *paths: str) -> Extracted:
    return extractor().extract([ExtractSubject(name, files(*paths), subcategory)])[0]


@pytest.mark.parametrize(
    ("path", "season", "episode"),
    [
        ("Series 1/1.01 The Fog.avi", 1, 1),
        ("Season 1/01 - The Fog.mkv", 1, 1),
        ("Season 2/201 - The Fog.mkv", 2, 1),
        ("Season 4/Lantern Bay [401] The Fog.avi", 4, 1),
        ("Season 21/Hoshi no Umi 1001.mkv", 21, 1001),
        ("S01/E01.mkv", 1, 1),
        ("S03/Disc 2/05 The Fog.mkv", 3, 5),
        ("Lantern Bay S03 1080p WEB/Lantern Bay - 05.mkv", 3, 5),
        ("Staffel 2/Folge 3.avi", 2, 3),
        ("2 сезон/3 серия.avi", 2, 3),
        ("Temporada 2/Lantern Bay 2x03.avi", 2, 3),
        ("Season 4/Lantern Bay 12.mkv", 4, 12),
        ("Specials/Lantern Bay - 02.mkv", 0, 2),
        ("Lantern.Bay.S01E02.1080p/abc.mkv", 1, 2),
        ("Season 2 Episode 6/video.mkv", 2, 6),
        ("Season 2 Episode 6.mkv", 2, 6),
        ("Lantern Bay/Season 9/S02E06.mkv", 2, 6),
    ],
)
def test_a_file_has_its_numbers_from_its_name_and_its_folders(
    path: str, season: int, episode: int
) -> None:
    place = numbering_of_file(PurePosixPath(path), in_pack=True)
    assert place is not None
    assert (place.season, place.episode) == (season, episode)


@pytest.mark.parametrize(
    "path", ["Apollo 13.mkv", "Pier 51.avi", "300.mkv", "2012.mkv", "01 The Fog.mkv"]
)
def test_a_number_of_a_lone_file_is_no_episode(path: str) -> None:
    place = numbering_of_file(PurePosixPath(path), in_pack=False)
    assert place is None or place.episode is None


def test_files_of_a_season_agree_on_it() -> None:
    agreed = agreed_numbers(
        files(
            "Lantern.Bay.S02E01.mkv",
            "Lantern.Bay.S02E02.mkv",
            "Lantern.Bay.S02E03-E04.mkv",
            "Sample/sample.mkv",
            "Extras/Making Of.mkv",
        )
    )
    assert agreed is not None
    assert (agreed.season, agreed.episode, agreed.last_episode, agreed.files) == (2, 1, 4, 3)
    assert agreed.first_path == "Lantern.Bay.S02E01.mkv"
    assert agreed.last_path == "Lantern.Bay.S02E03-E04.mkv"


def test_files_of_several_seasons_agree_on_the_first_and_the_last() -> None:
    agreed = agreed_numbers(
        files("Season 1/01.mkv", "Season 2/01.mkv", "Season 3/01.mkv", "Specials/01.mkv")
    )
    assert agreed is not None
    assert (agreed.season, agreed.last_season, agreed.episode) == (1, 3, None)


@pytest.mark.parametrize(
    "paths",
    [
        ("A Day.mkv", "A Night.mkv", "Lantern.Bay.S01E01.mkv"),
        ("Film CD1.avi", "Film CD2.avi"),
        ("readme.txt",),
        (),
    ],
)
def test_files_without_numbers_agree_on_nothing(paths: tuple[str, ...]) -> None:
    assert agreed_numbers(files(*paths)) is None


def test_more_files_than_are_read_agree_on_nothing() -> None:
    paths = [f"Season {number // 20 + 1}/{number}.mkv" for number in range(2_001)]
    assert agreed_numbers(files(*paths)) is None
    assert agreed_numbers(files(*paths[:100])) is not None


def test_a_season_is_listed_by_folders_and_leading_numbers() -> None:
    listed = episodes(files("Season 1/01 - Fog.mkv", "Season 1/02 - Tide.mkv", "Season 2/01.mkv"))
    numbers = [(entry.season_number, entry.episode_number) for entry in listed]
    assert numbers == [(1, 1), (1, 2), (2, 1)]


PACK = tuple(f"Lantern.Bay.S02E0{number}.1080p.WEB.x264-GRP.mkv" for number in (1, 2, 3))


def test_a_name_without_numbers_takes_those_of_its_files_with_their_paths() -> None:
    record = extracted("Lantern Bay", Subcategory.MOVIE, *PACK)
    metadata = record.metadata.model_dump(exclude_none=True)
    assert metadata["subcategory"] == "season"
    assert (metadata["series_title"], metadata["season_number"]) == ("Lantern Bay", 2)
    assert (metadata["first_episode"], metadata["last_episode"]) == (1, 3)
    assert record.evidence["season_number"].path == PACK[0]
    assert record.evidence["last_episode"].path == PACK[2]
    assert record.evidence["season_number"].span is None


def test_a_name_without_technical_words_takes_those_that_all_files_have() -> None:
    record = extracted("Lantern Bay", Subcategory.SEASON, *PACK)
    technical = record.technical
    assert (technical.resolution, technical.codec, technical.release_group) == (
        "1080p",
        "x264",
        "GRP",
    )
    mixed = extracted("Lantern Bay", Subcategory.SEASON, "Bay.S01E01.720p.mkv", "Bay.S01E02.mkv")
    assert mixed.technical.resolution is None
    said = extracted("Lantern Bay 720p", Subcategory.SEASON, *PACK)
    assert said.technical.resolution == "720p"


def test_a_name_without_a_year_takes_that_of_its_files() -> None:
    record = extracted("The Fog", Subcategory.MOVIE, "The.Fog.1921.1080p.mkv")
    assert (record.metadata.year, record.evidence["year"].path) == (1921, "The.Fog.1921.1080p.mkv")
    assert extracted("The Fog (1922)", Subcategory.MOVIE, "Fog.1921.mkv").metadata.year == 1922


@pytest.mark.parametrize(
    ("name", "subcategory", "paths", "expected"),
    [
        ("Lantern Bay", Subcategory.MOVIE, ["Season 2 Episode 6.mkv"], Subcategory.EPISODE),
        ("Lantern Bay S02", Subcategory.SEASON, ["Lantern.Bay.S02E06.mkv"], Subcategory.EPISODE),
        ("Lantern Bay", Subcategory.EPISODE, ["S1/E1.mkv", "S2/E1.mkv"], Subcategory.SERIES),
        ("Lantern Bay", Subcategory.EPISODE, PACK, Subcategory.SEASON),
        ("Lantern Bay", Subcategory.MOVIE, ["Bay CD1.avi", "Bay CD2.avi"], Subcategory.MOVIE),
        ("Lantern Bay", Subcategory.VIDEO_OTHER, ["1. a.mp4", "2. b.mp4"], Subcategory.VIDEO_OTHER),
        ("Lantern Bay", Subcategory.MUSIC_VIDEO, PACK, Subcategory.MUSIC_VIDEO),
        ("Apollo 13", Subcategory.MOVIE, ["Apollo 13.mkv"], Subcategory.MOVIE),
    ],
)
def test_class_and_numbers_of_the_files_do_not_contradict(
    name: str, subcategory: Subcategory, paths: list[str], expected: Subcategory
) -> None:
    assert extracted(name, subcategory, *paths).metadata.subcategory == expected


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("[Free] Hoshi no Umi - S01OVA04.mkv", "Free"),
        ("Lantern Bay - S01OVA04", None),
        ("Lantern Bay - OVA02", None),
        ("Lantern.Bay.S01E02.720p.WEB-GRP", "GRP"),
    ],
)
def test_what_the_numbering_took_is_no_release_group(name: str, group: str | None) -> None:
    record = extractor().extract([ExtractSubject(name, None, Subcategory.EPISODE)])[0]
    assert record.technical.release_group == group


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Baia Lanterna - Stagione 6 (2016) 720p ep13 grp.mkv",
            {"season_number": "Stagione 6", "episode_number": "ep13"},
        ),
        (
            "저녁 이야기.E245.210309.720p-GRP",
            {"episode_number": "E245", "air_date": "210309"},
        ),
        ("Lantern.Bay.S01E02.720p", {"season_number": "S01E02", "episode_number": "S01E02"}),
    ],
)
def test_each_number_has_its_own_place_as_evidence(name: str, expected: dict[str, str]) -> None:
    record = extractor().extract([ExtractSubject(name, None, Subcategory.EPISODE)])[0]
    spans = {field: record.evidence[field].span for field in expected}
    texts = {field: name[span[0] : span[1]] for field, span in spans.items() if span is not None}
    assert texts == expected


@pytest.mark.parametrize(
    ("paths", "titles"),
    [
        (
            ["Lamps.1x01.The.Low.Tide.avi", "Lamps.1x02.Fog.Bank.avi"],
            ["The Low Tide", "Fog Bank"],
        ),
        (["Season 1/01 - Fog.mkv", "Season 1/02 - Tide.mkv"], ["Fog", "Tide"]),
        (["Lamps.S01E01.Fog.720p-GRP.mkv", "Lamps.S01E02.720p-GRP.mkv"], ["Fog", None]),
        (["Lamps.S01E01.rus.dub.mkv", "Lamps.S01E02.rus.dub.mkv"], [None, None]),
        (["Lamps.S01E01 by Grp.mkv", "Lamps.S01E02 by Grp.mkv"], [None, None]),
        (["Lamps.S01E01.mkv", "Lamps.S01E02.mkv"], [None, None]),
        (["Lamps - 25.mkv", "Lamps - 26 END.mkv"], [None, None]),
    ],
)
def test_what_stands_behind_the_number_of_one_file_is_its_title(
    paths: list[str], titles: list[str | None]
) -> None:
    assert [episode.episode_title for episode in episodes(files(*paths))] == titles
