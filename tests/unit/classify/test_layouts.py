"""What paths tell by their layout, and what they must not tell."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classify import extensions, layouts, structure
from schemas import Medium, Subcategory, TorrentFile

MIB = 2**20
SUNG = ["Slate", "Dust Hymn", "Low Tide", "Salt", "Northern Wire"]


def shaped(medium: Medium, paths: Sequence[str]) -> Subcategory | None:
    items = extensions.content([TorrentFile(path=path, size=9 * MIB) for path in paths])
    shape = structure.shape(medium, items)
    return shape.subcategory if shape else None


def voted(paths: Sequence[str], size: int = MIB) -> extensions.Vote | None:
    return extensions.vote(extensions.content([TorrentFile(path=p, size=size) for p in paths]))


def tracks(folder: str, ending: str = "flac") -> list[str]:
    return [f"{folder}/{number:02} {title}.{ending}" for number, title in enumerate(SUNG, 1)]


@pytest.mark.parametrize(
    ("paths", "subcategory"),
    [
        (tracks("CD1") + tracks("CD2"), Subcategory.ALBUM),
        (tracks("Disc One") + tracks("Disc Two"), Subcategory.ALBUM),
        (tracks("Disc 1 - Studio") + tracks("Disc 2 - Live"), Subcategory.ALBUM),
        (
            tracks("Disc 1 - Salt") + tracks("Disc 2 - Home") + tracks("Disc 3 - Fog"),
            Subcategory.COLLECTION,
        ),
        ([path for n in range(1, 7) for path in tracks(f"CD{n}")], Subcategory.COLLECTION),
        (tracks("Low Tide CD1") + tracks("Low Tide CD 2"), Subcategory.ALBUM),
        (tracks("Low Tide (Disc 1)") + tracks("Low Tide (Disc 2)"), Subcategory.ALBUM),
        (tracks("FLAC") + tracks("MP3"), Subcategory.ALBUM),
        (tracks("Salt") + tracks("Salt/Bonus Tracks"), Subcategory.ALBUM),
        (tracks("1999 - Salt") + tracks("2004 - Home"), Subcategory.COLLECTION),
        ([f"Chapter {n:02}.mp3" for n in range(1, 12)], Subcategory.AUDIOBOOK),
        ([f"{n:02} - Kapitel {n}.mp3" for n in range(1, 12)], Subcategory.AUDIOBOOK),
        (["01 Chapter One.mp3", "02 Slate.mp3", "03 Salt.mp3", "04 Fog.mp3"], Subcategory.ALBUM),
        ([f"2019-0{n}-14 The Harbour Hour.mp3" for n in range(1, 7)], Subcategory.AUDIO_OTHER),
        ([f"1977-05-08 d1t{n:02}.flac" for n in range(1, 9)], Subcategory.ALBUM),
        ([f"Loops/Bass {n} 120bpm.wav" for n in range(1, 9)], Subcategory.AUDIO_OTHER),
        (["Loop.mp3", "Stems.mp3", "Salt.mp3"], Subcategory.ALBUM),
    ],
)
def test_layouts_of_sound(paths: list[str], subcategory: Subcategory) -> None:
    assert shaped(Medium.AUDIO, paths) is subcategory


@pytest.mark.parametrize(
    ("paths", "subcategory"),
    [
        ([f"Series {s}/{s}.{n:02} Fog.mp4" for s in (1, 2) for n in (1, 2, 3)], Subcategory.SERIES),
        ([f"Series 3/{n:02} Fog.mp4" for n in range(1, 7)], Subcategory.SEASON),
        ([f"{n:02} - {title}.mp4" for n, title in enumerate(SUNG, 1)], Subcategory.SEASON),
        ([f"Part {p}/{n:02} Fog.avi" for p in "AB" for n in range(1, 6)], Subcategory.SERIES),
        ([f"Daily.2021.03.{day:02}.mp4" for day in range(1, 9)], Subcategory.SEASON),
        (["A (1999).mkv", "B (2003).mkv", "C (2006).mkv"], Subcategory.MOVIE),
        (
            [f"0{s} - Tools/{n:02} Saw.mp4" for s in (1, 2, 3) for n in (1, 2, 3)],
            Subcategory.VIDEO_OTHER,
        ),
        (
            [f"Module {s}/{n}. Saw.mp4" for s in (1, 2) for n in range(1, 5)],
            Subcategory.VIDEO_OTHER,
        ),
        ([f"{n:02} Lecture on Fog.mp4" for n in range(1, 9)], Subcategory.VIDEO_OTHER),
        (
            [f"TV/Fog - {n:02}.mkv" for n in range(1, 9)]
            + [f"OVA/Fog - {n:02}.mkv" for n in range(1, 4)],
            Subcategory.SERIES,
        ),
        (
            [f"Disc 1/Fog - {n:02}.mkv" for n in range(1, 5)]
            + [f"Disc 2/Fog - {n:02}.mkv" for n in range(5, 9)],
            Subcategory.SEASON,
        ),
        (["Fog Garden - 07.mp4"], Subcategory.EPISODE),
        (["[INV] Fog Garden - 112v2 [720p][A1B2C3D4].mkv"], Subcategory.EPISODE),
        (["Fog - 1984.mkv"], None),
        (["District 12.mkv"], None),
        (["Film CD1.avi", "Film CD2.avi"], None),
        (["300.mkv"], None),
        ([f"VIDEO_TS/VTS_0{n}_1.VOB" for n in range(1, 7)], None),
        ([f"BDMV/STREAM/0000{n}.m2ts" for n in range(1, 7)], None),
        ([f"{title} (Official Video).mp4" for title in SUNG], Subcategory.MUSIC_VIDEO),
    ],
)
def test_layouts_of_video(paths: list[str], subcategory: Subcategory | None) -> None:
    assert shaped(Medium.VIDEO, paths) is subcategory


@pytest.mark.parametrize(
    ("paths", "is_game"),
    [
        (["Fog.exe", "UnityPlayer.dll"], True),
        (["bin/fog.exe", "bin/steam_api64.dll"], True),
        (["setup.exe", "fg-01.bin"], True),
        (["Fog_Data/resources.assets", "Fog.exe"], True),
        (["setup.exe", "crack/fog.dll"], False),
        (["photo.exe", "api.dll"], False),
    ],
)
def test_files_that_only_games_bring(paths: list[str], is_game: bool) -> None:
    assert (shaped(Medium.SOFTWARE, paths) is Subcategory.GAME) is is_game


@pytest.mark.parametrize(
    ("paths", "subcategory"),
    [
        ([f"Chapter {c}/{n:03}.jpg" for c in (1, 2) for n in range(1, 9)], Subcategory.COMIC),
        ([f"Vol.0{v}/page_{n:02}.png" for v in (1, 2) for n in range(1, 9)], Subcategory.COMIC),
        ([f"Day {d}/IMG_{n:04}.jpg" for d in (1, 2) for n in range(1, 9)], Subcategory.IMAGES),
        ([f"{n:03}.jpg" for n in range(1, 60)], Subcategory.IMAGES),
        ([f"{title} (USA).zip" for title in SUNG], Subcategory.GAME),
        ([f"{title} (Europe) (Rev 1).7z" for title in SUNG], Subcategory.GAME),
        ([f"{title} (J) [!].zip" for title in SUNG], Subcategory.GAME),
        ([f"{title} (2004).zip" for title in SUNG], None),
        ([f"{title}.zip" for title in SUNG], None),
    ],
)
def test_pages_and_sets_of_games_vote(paths: list[str], subcategory: Subcategory | None) -> None:
    vote = voted(paths)
    assert (vote.subcategory if vote else None) is subcategory


@pytest.mark.parametrize(
    ("paths", "subcategory"),
    [
        (
            [f"Harbour - {month} 2019.pdf" for month in ("May", "June", "July")],
            Subcategory.MAGAZINE,
        ),
        ([f"Harbour Issue {n}.pdf" for n in (81, 82, 83)], Subcategory.MAGAZINE),
        ([f"2016-0{n} Harbour.pdf" for n in (1, 2, 3)], Subcategory.MAGAZINE),
        ([f"{title}.pdf" for title in SUNG], None),
        (["Fog 2019.pdf", "Salt 2001.pdf", "The May Tree.pdf"], None),
        ([f"Harbour - {month} 2019.epub" for month in ("May", "June", "July")], None),
    ],
)
def test_issues_are_a_magazine(paths: list[str], subcategory: Subcategory | None) -> None:
    assert shaped(Medium.BOOK, paths) is subcategory


def volumes(stem: str, count: int, size: int) -> list[extensions.Content]:
    names = [f"{stem}.rar", *(f"{stem}.r{n:02}" for n in range(count - 1))]
    return extensions.content([TorrentFile(path=name, size=size) for name in names])


def test_volumes_of_gigabytes_hold_no_music() -> None:
    vote = extensions.volumes(volumes("inv-salt", 30, 100 * MIB), Medium.AUDIO)
    assert vote is not None
    assert vote.subcategory is Subcategory.GAME
    assert extensions.volumes(volumes("inv-salt", 30, 100 * MIB), Medium.VIDEO) is None
    assert extensions.volumes(volumes("inv-salt", 5, 10 * MIB), Medium.AUDIO) is None
    single = extensions.content([TorrentFile(path="salt.rar", size=900 * MIB)])
    assert extensions.volumes(single, Medium.BOOK) is None


def test_one_set_of_volumes_is_one_video() -> None:
    possible = structure.possible(Medium.VIDEO, volumes("inv-salt", 30, 100 * MIB))
    assert possible is not None
    assert Subcategory.SEASON not in possible
    both = volumes("e01", 5, MIB) + volumes("e02", 5, MIB)
    assert structure.possible(Medium.VIDEO, both) is None


LAYOUTS: list[Callable[[Sequence[str]], bool]] = [
    layouts.are_chapters,
    layouts.are_counted_anew,
    layouts.are_dated,
    layouts.are_films,
    layouts.are_issues,
    layouts.are_loops,
    layouts.are_numbered,
    layouts.are_pages,
    layouts.are_roms,
    layouts.is_course,
    layouts.is_game,
    layouts.is_one_set_of_volumes,
    layouts.is_video_disc,
]


@given(st.lists(st.text("01 -./()aé_x", max_size=20) | st.text(max_size=20), max_size=8))
def test_any_paths_are_looked_at(paths: list[str]) -> None:
    for layout in LAYOUTS:
        assert layout(paths) in (True, False)
        assert layout([]) is False
