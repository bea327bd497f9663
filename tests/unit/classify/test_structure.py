"""The subcategory by the files."""

import pytest

from models.classify import extensions, structure
from schemas import Medium, Subcategory, TorrentFile

MIB = 2**20


def shaped(medium: Medium, *paths: str, size: int = MIB) -> structure.Shape | None:
    listed = [TorrentFile(path=path, size=size) for path in paths]
    return structure.shape(medium, extensions.content(listed))


@pytest.mark.parametrize(
    ("paths", "subcategory"),
    [
        (["song.mp3"], Subcategory.TRACK),
        (["01 - One.mp3", "02 - Two.mp3", "cover.jpg"], Subcategory.ALBUM),
        (
            ["Low Tide/CD1/01.flac", "Low Tide/CD2/01.flac", "Low Tide/CD2/02.flac"],
            Subcategory.ALBUM,
        ),
        (
            [
                "1999 - Low Tide/01.flac",
                "1999 - Low Tide/02.flac",
                "2004 - Fog/01.flac",
                "2004 - Fog/02.flac",
            ],
            Subcategory.COLLECTION,
        ),
        (
            ["Low Tide/01.flac", "Low Tide/02.flac", "Low Tide/Bonus/Scans/front.jpg"],
            Subcategory.ALBUM,
        ),
    ],
)
def test_audio(paths: list[str], subcategory: Subcategory) -> None:
    shape = shaped(Medium.AUDIO, *paths)
    assert shape is not None
    assert shape.subcategory is subcategory


def test_one_big_lossless_file_is_an_album_in_one_piece() -> None:
    shape = shaped(Medium.AUDIO, "Low Tide.flac", size=300 * MIB)
    assert shape is not None
    assert shape.subcategory is Subcategory.ALBUM


@pytest.mark.parametrize(
    ("paths", "subcategory"),
    [
        (["Lantern.Street.S01E02.mkv"], Subcategory.EPISODE),
        (["Lantern.Street.S01E02.mkv", "Sample/sample.mkv", "x.srt"], Subcategory.EPISODE),
        (["L.S01E01.mkv", "L.S01E02.mkv", "L.S01E03.mkv"], Subcategory.SEASON),
        (["Season 1/01.mkv", "Season 1/02.mkv", "Season 2/01.mkv"], Subcategory.SERIES),
        (["S01E01.mkv", "S02E01.mkv"], Subcategory.SERIES),
        (
            ["Robots - 01 [720p].mkv", "Robots - 02 [720p].mkv", "Robots - 03 [720p].mkv"],
            Subcategory.SEASON,
        ),
        (["S01/E01.mkv", "S01/E02.mkv", "Extras/making of.mkv"], Subcategory.SEASON),
    ],
)
def test_video(paths: list[str], subcategory: Subcategory) -> None:
    shape = shaped(Medium.VIDEO, *paths)
    assert shape is not None
    assert shape.subcategory is subcategory


@pytest.mark.parametrize(
    "paths",
    [["The Paper Harbour.mkv"], ["Film CD1.avi", "Film CD2.avi"], ["VIDEO_TS/VTS_01_1.VOB"]],
)
def test_films_are_left_to_the_name(paths: list[str]) -> None:
    assert shaped(Medium.VIDEO, *paths) is None


def test_a_single_video_is_no_season() -> None:
    items = extensions.content([TorrentFile(path="The Paper Harbour.mkv", size=1)])
    possible = structure.possible(Medium.VIDEO, items)
    assert possible is not None
    assert Subcategory.SEASON not in possible
    assert Subcategory.MOVIE in possible


def test_files_of_another_medium_say_nothing() -> None:
    assert shaped(Medium.AUDIO, "film.mkv") is None
    assert shaped(Medium.BOOK, "book.pdf") is None
