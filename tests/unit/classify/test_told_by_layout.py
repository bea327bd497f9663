"""Which class files speak for by the way they are counted, named and packed."""

from collections.abc import Sequence

import pytest

from models.classify import extensions, layouts, structure
from schemas import Medium, Subcategory, TorrentFile

MIB = 2**20
SONGS = ("Ember", "Ash", "Fog", "Snow", "Low Tide")


def listed(paths: Sequence[str], size: int = 9 * MIB) -> list[extensions.Content]:
    return extensions.content([TorrentFile(path=path, size=size) for path in paths])


def shaped(medium: Medium, paths: Sequence[str], size: int = 9 * MIB) -> structure.Shape | None:
    return structure.shape(medium, listed(paths, size))


def numbered(form: str, count: int = 5) -> list[str]:
    return [form.format(n=n, song=SONGS[n % len(SONGS)]) for n in range(1, count + 1)]


@pytest.mark.parametrize(
    "form",
    [
        "Lantern Bay - Part {n}.avi",
        "Lantern Bay ({n} of 5).avi",
        "{n}of5.mkv",
        "Lantern Bay {n:02} - {song}.mkv",
        "Lantern.Bay.3{n:02}.{song}.avi",
        "Часть {n}.avi",
    ],
)
def test_counted_videos_are_a_season(form: str) -> None:
    shape = shaped(Medium.VIDEO, numbered(form))
    assert shape is not None
    assert shape.subcategory is Subcategory.SEASON


@pytest.mark.parametrize(
    ("form", "count"),
    [
        ("Lantern Bay - Part {n}.avi", 2),
        ("Lantern Bay.cd{n}.avi", 3),
        ("Lantern Bay {song}.mkv", 5),
        ("DSC00{n}12.mp4", 5),
    ],
)
def test_parts_of_a_film_and_clips_are_none(form: str, count: int) -> None:
    shape = shaped(Medium.VIDEO, numbered(form, count))
    assert shape is None or shape.subcategory is not Subcategory.SEASON


@pytest.mark.parametrize(
    "form", ["Band {n} - {song} (Official Video).mp4", "{song} [music video].mkv"]
)
def test_official_videos_of_songs_are_music(form: str) -> None:
    shape = shaped(Medium.VIDEO, numbered(form))
    assert shape is not None
    assert shape.subcategory is Subcategory.MUSIC_VIDEO


@pytest.mark.parametrize(
    ("form", "subcategory"),
    [
        ("Episode {n} - {song}.mp3", Subcategory.AUDIO_OTHER),
        ("Lantern Bay s01e{n:02} {song}.mp3", Subcategory.AUDIO_OTHER),
        ("Someone - Low Water (read by Someone)/Low Water {n:02}.mp3", Subcategory.AUDIOBOOK),
        ("Low Water [unabridged]/{n:03}.mp3", Subcategory.AUDIOBOOK),
        ("{n:02} - {song}.mp3", Subcategory.ALBUM),
        ("{n:02} - {song} part {n}.mp3", Subcategory.ALBUM),
    ],
)
def test_sound_is_told_by_what_its_files_are_called(form: str, subcategory: Subcategory) -> None:
    shape = shaped(Medium.AUDIO, numbered(form))
    assert shape is not None
    assert shape.subcategory is subcategory


@pytest.mark.parametrize(
    ("form", "size", "are_songs"),
    [
        ("{n:02} - {song}.mp3", 7 * MIB, True),
        ("{n:02} - Aurora Vale - {song}.mp3", 7 * MIB, True),
        ("{n:02} - {song}.mp3", 40 * MIB, False),
        ("{n:02}.mp3", 7 * MIB, False),
        ("Low Water {n:02}.mp3", 7 * MIB, False),
    ],
)
def test_songs_have_titles_and_the_size_of_songs(form: str, size: int, are_songs: bool) -> None:
    paths = numbered(form)
    assert layouts.are_songs(paths, [size] * len(paths)) is are_songs


@pytest.mark.parametrize(
    "form",
    [
        "Low Water 003-{n:03}.jpg",
        "Low Water #3 p{n:02}.jpg",
        "Low Water - c001 (v01) - p{n:03} [Pier].jpg",
        "Low Water - page {n:02}.png",
    ],
)
def test_numbered_pages_of_an_issue_are_a_comic(form: str) -> None:
    vote = extensions.vote(listed(numbered(form, 9)))
    assert vote is not None
    assert vote.subcategory is Subcategory.COMIC


@pytest.mark.parametrize("form", ["IMG_04{n:02}.jpg", "Harbour {n:03}.jpg", "2014-06-{n:02}.jpg"])
def test_pictures_with_one_number_are_pictures(form: str) -> None:
    vote = extensions.vote(listed(numbered(form, 9)))
    assert vote is not None
    assert vote.subcategory is Subcategory.IMAGES


@pytest.mark.parametrize(
    "paths",
    [
        ["PPSA12345-app/eboot.bin", "PPSA12345-app/data/pack.dat"],
        ["PS3_GAME/USRDIR/EBOOT.BIN", "PS3_GAME/USRDIR/pack.dat"],
        ["default.xex", "media/pack.dat"],
        ["Pier Racer (Europe) (Track 1).bin", "Pier Racer (Europe) (Track 2).bin"],
    ],
)
def test_what_a_console_starts_is_a_game(paths: list[str]) -> None:
    vote = extensions.vote(listed(paths))
    assert vote is not None
    assert vote.subcategory is Subcategory.GAME


@pytest.mark.parametrize("paths", [["Low Water.bin"], ["Low Water (Germany).iso"], ["data.bin"]])
def test_other_images_say_nothing(paths: list[str]) -> None:
    assert extensions.vote(listed(paths)) is None


def test_an_expansion_file_of_android_makes_a_game() -> None:
    paths = ["Pier Racer.apk", "Android/obb/com.pier/main.12.com.pier.obb"]
    shape = shaped(Medium.SOFTWARE, paths)
    assert shape is not None
    assert shape.subcategory is Subcategory.GAME
