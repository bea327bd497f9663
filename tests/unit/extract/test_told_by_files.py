"""What files and folders say of a work where the torrent's name does not."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.extract.names.nameless import says_nothing
from models.extract.rules.file_folders import artist_of_tracks, folder_of_albums, telling_name
from models.extract.rules.file_numbers import agreed_numbers
from models.extract.rules.listing import tracks
from schemas import Subcategory, TorrentFile

SONGS = ("Ember", "Ash", "Fog", "Snow", "Low Tide")


@cache
def extractor() -> Extractor:
    return Extractor.load(tagger=False)


def files(paths: Sequence[str]) -> tuple[TorrentFile, ...]:
    return tuple(TorrentFile(path=path, size=7 * 2**20) for path in paths)


def numbered(form: str, count: int = 5) -> list[str]:
    return [form.format(n=n, song=SONGS[n % len(SONGS)]) for n in range(1, count + 1)]


@cache
def whole_extractor() -> Extractor:
    """With the tagger, which tells what a bare name is."""
    return Extractor.load()


def extracted(name: str, subcategory: Subcategory, paths: Sequence[str]) -> Extracted:
    return extractor().extract([ExtractSubject(name, files(paths), subcategory)])[0]


def told(name: str, subcategory: Subcategory, paths: Sequence[str], *fields: str) -> list[object]:
    metadata = extracted(name, subcategory, paths).metadata
    return [getattr(metadata, field) for field in fields]


@pytest.mark.parametrize(
    "name",
    [
        "New folder (2)",
        "torrent_4821",
        "Download",
        "my music",
        "Новая папка",
        "1408",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    ],
)
def test_folders_names_and_checksums_say_nothing(name: str) -> None:
    assert says_nothing(name)


@pytest.mark.parametrize(
    "name",
    ["Lantern Bay", "The Last Folder of Ilse", "Music for Airfields", "灯台楽団", "Deadbeef Cafe"],
)
def test_titles_say_something(name: str) -> None:
    assert not says_nothing(name)


@pytest.mark.parametrize(
    "form",
    [
        "Aurora Vale/Low Water (2010)/{n:02} - {song}.mp3",
        "Aurora Vale/2010 - Low Water/{n:02} - {song}.mp3",
        "Aurora Vale - Low Water (2010) [FLAC]/{n:02} {song}.flac",
        "Aurora Vale - Low Water (2010)/CD1/{n:02} {song}.flac",
        "Aurora_Vale-Low_Water-WEB-2010-PIER/{n:02}-{song}.mp3",
    ],
)
def test_a_recording_is_read_from_its_folders(form: str) -> None:
    answer = extracted("New folder (2)", Subcategory.ALBUM, numbered(form))
    fields = answer.metadata.model_dump()
    assert [fields["artist"], fields["album_name"]] == ["Aurora Vale", "Low Water"]
    assert fields["year"] == 2010
    assert answer.evidence["artist"].path in numbered(form)


def test_a_recording_is_read_from_the_notes_beside_it() -> None:
    paths = [*numbered("{n:02}-ember_{n}-pier.mp3"), "00-aurora_vale-low_water-2010-pier.nfo"]
    assert told("stuff", Subcategory.ALBUM, paths, "artist", "album_name", "year") == [
        "aurora vale",
        "low water",
        2010,
    ]


def test_what_the_name_says_stays_over_the_folders() -> None:
    paths = numbered("Someone Else - Other Album (1999)/{n:02} {song}.mp3")
    name = "Aurora Vale - Low Water (2010)"
    assert told(name, Subcategory.ALBUM, paths, "artist", "album_name", "year") == [
        "Aurora Vale",
        "Low Water",
        2010,
    ]


def test_a_name_of_first_letters_gives_way_to_the_folder() -> None:
    paths = numbered("Aurora_Vale-Low_Water-WEB-2010-PIER/{n:02}-aurora_vale-{song}.mp3")
    assert told("av-lw-2010", Subcategory.ALBUM, paths, "artist", "album_name") == [
        "Aurora Vale",
        "Low Water",
    ]


@pytest.mark.parametrize(
    ("name", "folder", "artist"),
    [
        ("Aurora Vale", "2010 - Salt Harbours", "Aurora Vale"),
        ("Aurora Vale", "Salt Harbours (2010)", "Aurora Vale"),
        ("Salt Harbours", "Salt Harbours (2010)", None),
        ("Salt Harbours Deluxe", "Salt Harbours (2010)", None),
    ],
)
def test_beside_a_folder_with_a_year_the_name_may_be_the_artist(
    name: str, folder: str, artist: str | None
) -> None:
    subject = ExtractSubject(
        name, files(numbered(folder + "/{n:02} {song}.flac")), Subcategory.ALBUM
    )
    fields = whole_extractor().extract([subject])[0].metadata.model_dump()
    assert fields["artist"] == artist
    assert fields["album_name"].startswith("Salt Harbours")


@pytest.mark.parametrize(
    ("paths", "artist"),
    [
        (numbered("{n:02} - Aurora Vale - {song}.mp3"), "Aurora Vale"),
        (numbered("{n:02}. Aurora Vale - {song}.mp3"), "Aurora Vale"),
        (numbered("10{n}-aurora_vale-{song:.3}.mp3"), "aurora vale"),
        (numbered("Aurora Vale - {song}.mp3"), "Aurora Vale"),
        (numbered("{n:02} - {song}.mp3"), None),
        (numbered("{n:02} - {song} - live.mp3"), None),
        (numbered("{n:02} - Band {n} - {song}.mp3"), None),
        (["01 - Aurora Vale - Ember.mp3"], None),
        (numbered("Aurora Vale - Low Water - chapter.mp3"), None),
    ],
)
def test_whom_nearly_all_tracks_name_is_the_artist(paths: list[str], artist: str | None) -> None:
    artist_path = artist_of_tracks(files(paths))
    assert (artist_path[0] if artist_path else None) == artist


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        ([f"Aurora Vale/199{n} - Album {n}/01 Ember.mp3" for n in (1, 2)], "Aurora Vale"),
        ([f"Aurora Vale - Album {n}/01 Ember.mp3" for n in (1, 2)], "Aurora Vale"),
        ([f"Album {n}/01 Ember.mp3" for n in (1, 2)], None),
        ([f"Band {n} - Album/01 Ember.mp3" for n in (1, 2)], None),
        ([f"CD{n}/01 Ember.mp3" for n in (1, 2)], None),
    ],
)
def test_the_artist_of_several_albums_is_the_folder_around_them(
    paths: list[str], folder: str | None
) -> None:
    assert folder_of_albums(files(paths), "New folder") == folder


def test_a_collection_without_a_name_has_the_artist_of_its_folder() -> None:
    paths = [f"Aurora Vale/199{n} - Album {n}/01 Ember.mp3" for n in (1, 2)]
    assert told("stuff", Subcategory.COLLECTION, paths, "artists") == [("Aurora Vale",)]


def test_folders_of_discs_and_formats_tell_nothing() -> None:
    assert telling_name(files(numbered("FLAC/CD1/{n:02} {song}.flac")), "stuff") is None


@pytest.mark.parametrize("head", ["Aurora Vale - ", "Aurora Vale - Low Water - "])
def test_a_track_has_its_number_behind_what_all_tracks_begin_with(head: str) -> None:
    listed = tracks(files(numbered(head + "{n:02} - {song}.mp3")))
    assert [(track.num, track.name) for track in listed[:2]] == [(1, "Ash"), (2, "Fog")]


@pytest.mark.parametrize(
    ("form", "season", "first", "last"),
    [
        ("Lantern Bay {n:02} - {song}.mkv", None, 1, 5),
        ("Lantern Bay 3.{n:02} {song}.mkv", 3, 1, 5),
        ("Lantern.Bay.3{n:02}.{song}.avi", 3, 1, 5),
    ],
)
def test_the_number_behind_the_common_head_counts_the_files(
    form: str, season: int | None, first: int, last: int
) -> None:
    numbers = agreed_numbers(files(numbered(form)))
    assert numbers is not None
    assert (numbers.season, numbers.episode, numbers.last_episode) == (season, first, last)


@pytest.mark.parametrize("form", ["Lantern Bay {song}.mkv", "clip with 12 {song}.mkv"])
def test_files_without_a_number_of_their_own_are_not_counted(form: str) -> None:
    assert agreed_numbers(files(numbered(form))) is None


def test_the_only_file_says_special_title_and_day() -> None:
    paths = ["Lantern Bay OVA 2.mkv"]
    assert told("Lantern Bay", Subcategory.EPISODE, paths, "special", "episode_number") == [
        "OVA",
        2,
    ]
    paths = ["S03E07 - The Long Way.mp4"]
    assert told("Lantern Bay", Subcategory.EPISODE, paths, "episode_title") == ["The Long Way"]
    paths = ["Lantern.Bay.2021.03.05.720p.mkv"]
    assert told("Lantern Bay", Subcategory.EPISODE, paths, "air_date") == ["2021-03-05"]


def test_a_disc_says_what_it_is() -> None:
    film = ("Lantern Bay (2010)", Subcategory.MOVIE)
    assert extracted(*film, ["BDMV/STREAM/00000.m2ts"]).technical.source == "BluRay"
    assert extracted(*film, ["VIDEO_TS/VTS_01_1.VOB"]).technical.source == "DVD"
    assert extracted(*film, ["Lantern Bay.mkv"]).technical.source is None


def test_a_short_file_name_is_read_with_its_folder() -> None:
    form = "Lantern.Bay.S02E0{n}.1080p.WEB.x264-PIER/pier-lb.20{n}.mkv"
    facts = extracted("Lantern Bay", Subcategory.SEASON, numbered(form)).technical
    assert (facts.resolution, facts.release_group) == ("1080p", "PIER")


@pytest.mark.parametrize(
    ("subcategory", "paths", "field", "value"),
    [
        (Subcategory.APPLICATION, ["Pier Pad 4.2.dmg"], "version", "4.2"),
        (Subcategory.APPLICATION, ["setup-1.bin", "setup-2.bin"], "version", None),
        (Subcategory.APPLICATION, ["Pier Pad 4.2.exe", "Pier Pad 4.3.exe"], "version", None),
        (Subcategory.GAME, ["Pier Pad (Europe).iso"], "regions", ("europe",)),
        (Subcategory.COMIC, numbered("Pier Pad v{n:02} (2014).cbz", 12), "volume", "1-12"),
        (Subcategory.COMIC, numbered("Pier Pad {n:03} (2014).cbz"), "issue", "1-5"),
        (Subcategory.COMIC, ["Pier Pad v03 (2014).cbz"], "volume", "3"),
    ],
)
def test_programs_and_books_are_told_by_their_files(
    subcategory: Subcategory, paths: list[str], field: str, value: object
) -> None:
    assert told("Pier Pad", subcategory, paths, field) == [value]


def test_a_book_has_the_year_that_all_its_files_say() -> None:
    years = [f"Pier Pad 201{n}.pdf" for n in range(5)]
    assert told("Pier Pad", Subcategory.MAGAZINE, years, "year") == [None]


def test_a_chapter_is_no_author() -> None:
    paths = numbered("Low Water - Kapitel {n:02}.mp3")
    assert told("Low Water", Subcategory.AUDIOBOOK, paths, "author") == [None]


@given(
    st.lists(st.text("aB1 -._/()[]", min_size=1, max_size=30), min_size=1, max_size=8),
    st.text("aB1 -_", min_size=1, max_size=12),
    st.sampled_from([Subcategory.ALBUM, Subcategory.COLLECTION, Subcategory.SEASON]),
)
def test_any_paths_give_an_answer(stems: list[str], name: str, subcategory: Subcategory) -> None:
    ending = "mkv" if subcategory is Subcategory.SEASON else "mp3"
    answer = extracted(name, subcategory, [f"{stem}.{ending}" for stem in stems])
    assert answer.metadata.subcategory == subcategory or subcategory is Subcategory.SEASON
