"""Shapes of sound, books and programs that leave much to be read from paths."""

from collections.abc import Mapping
from typing import Any

from models.evaluation.filesets.draw import Draw, dotted, underscored
from models.evaluation.filesets.fileset import FileSet, Shape, blank, fileset
from schemas import Subcategory

_ALBUM = Subcategory.ALBUM


def scene_folder(draw: Draw) -> FileSet:
    """`Some_Band-Some_Album-WEB-2014-pier/01-some_band-song.mp3`, under any name."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    group, songs = draw.word("music_groups"), draw.words("songs", draw.number(7, 13))
    folder = "-".join((band.replace(" ", "_"), title.replace(" ", "_"), "WEB", str(year), group))
    files = [
        (f"{folder}/{n:02d}-{underscored(band)}-{underscored(song)}.mp3", draw.megabytes(4, 14))
        for n, song in enumerate(songs, 1)
    ]
    tracks = tuple((None, n, song) for n, song in enumerate(songs, 1))
    expected = {"artist": band, "album": title, "year": year, "tracks": tracks}
    return fileset(draw.name("blanks"), files, _ALBUM, **expected)


def artist_years_discs(draw: Draw) -> FileSet:
    """`Artist/1998 - Album/CD1/01 - Track.flac`: a discography several folders deep."""
    band, year = draw.name("bands"), draw.number(1975, 2000)
    files: list[tuple[str, int]] = []
    for _ in range(draw.number(3, 7)):
        year += draw.number(1, 4)
        folder = f"{band}/{year} - {draw.name('album_names')}"
        for disc in draw.choice((("",), ("",), ("CD1/", "CD2/"))):
            files += [
                (f"{folder}/{disc}{n:02d} - {song}.flac", draw.megabytes(14, 45))
                for n, song in enumerate(draw.words("songs", draw.number(5, 11)), 1)
            ]
    name = blank(draw, f"{band} collection", 0.5)
    return fileset(name, files, Subcategory.COLLECTION, artist=band)


def two_formats(draw: Draw) -> FileSet:
    """One album as `FLAC/` and as `MP3/`."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    songs = draw.words("songs", draw.number(7, 13))
    files = [
        (f"{ending.upper()}/{n:02d} {song}.{ending}", draw.megabytes(5, 40))
        for ending in ("flac", "mp3")
        for n, song in enumerate(songs, 1)
    ]
    return fileset(f"{band} - {title} ({year})", files, _ALBUM, artist=band, album=title, year=year)


def tape(draw: Draw) -> FileSet:
    """`ak1994-05-08d1t01.flac`: a concert as traders of tapes name it."""
    band, day = (
        draw.name("bands"),
        f"{draw.number(1974, 2012)}-0{draw.number(1, 9)}-1{draw.number(0, 9)}",
    )
    code = "".join(word[0] for word in band.split()).lower()
    files: list[tuple[str, int]] = []
    tracks: list[Any] = []
    for disc in (1, 2):
        for n in range(1, draw.number(5, 11)):
            files.append((f"{code}{day}d{disc}t{n:02d}.flac", draw.megabytes(20, 90)))
            tracks.append((disc, n))
    files.append((f"{code}{day}.txt", 4_000))
    classes = (_ALBUM, Subcategory.AUDIO_OTHER)
    return fileset(
        f"{band} {day} {draw.word('nouns')} Hall [FLAC]", files, classes, year=int(day[:4])
    )


def classical_box(draw: Draw) -> FileSet:
    """A box of many discs, each in a folder."""
    composer = draw.person()
    files = [
        (f"CD{disc:02d}/{n:02d} - {movement}.flac", draw.megabytes(14, 60))
        for disc in range(1, draw.number(5, 14))
        for n, movement in enumerate(("Allegro", "Andante", "Scherzo", "Finale"), 1)
    ]
    return fileset(f"{composer} - Complete Works", files, Subcategory.COLLECTION, artist=composer)


def book_read_aloud(draw: Draw) -> FileSet:
    """`Author/Title/001.mp3`: numbers alone, the name says that it is read."""
    author, title = draw.person(), draw.name("film_names")
    files = [
        (f"{author}/{title}/{n:03d}.mp3", draw.megabytes(4, 20))
        for n in range(1, draw.number(20, 90))
    ]
    name = draw.choice(
        (
            f"{author} - {title} (read by {draw.person()})",
            f"{title} unabridged",
            f"{author} - {title} [Audiobook]",
        )
    )
    return fileset(name, files, Subcategory.AUDIOBOOK)


def comic_volumes(draw: Draw) -> FileSet:
    """`Vol 01/Chapter 003.cbz`."""
    title, chapter = draw.name("film_names"), 0
    files: list[tuple[str, int]] = []
    for volume in range(1, draw.number(3, 9)):
        for _ in range(draw.number(4, 9)):
            chapter += 1
            files.append((f"Vol {volume:02d}/Chapter {chapter:03d}.cbz", draw.megabytes(9, 40)))
    return fileset(blank(draw, title, 0.4), files, Subcategory.COMIC)


def mobile_game(draw: Draw) -> FileSet:
    """A package of Android with the data of a game beside it."""
    title = draw.name("game_names")
    package = f"com.pier.{dotted(title).lower().replace('.', '')}"
    files = [(f"{title} v1.{draw.number(0, 9)}.apk", draw.megabytes(20, 90))]
    files.append(
        (
            f"Android/obb/{package}/main.{draw.number(10, 99)}.{package}.obb",
            draw.megabytes(300, 1_900),
        )
    )
    return fileset(f"{title} [Android game]", files, Subcategory.GAME)


def plugins(draw: Draw) -> FileSet:
    """Instruments for a studio: installers, presets and sounds."""
    title = draw.name("program_names")
    files = [(f"{title} VST3 Setup.exe", draw.megabytes(30, 300))]
    files += [(f"Presets/{draw.word('adjectives')} Pad {n}.fxp", 9_000) for n in range(9)]
    files += [(f"{title}.vst3", draw.megabytes(10, 60)), ("Manual.pdf", draw.megabytes(1, 9))]
    return fileset(
        f"{title} VST v{draw.number(1, 5)}.{draw.number(0, 9)}", files, Subcategory.APPLICATION
    )


def pages_of_a_book(draw: Draw) -> FileSet:
    """A novel in many languages and formats, in folders deep down."""
    author, title = draw.person(), draw.name("film_names")
    files = [
        (
            f"library/{author[0]}/{author}/{title} ({language})/{title}.{ending}",
            draw.number(300_000, 2_000_000),
        )
        for language in ("en", "de", "fr")
        for ending in ("epub", "azw3")
    ]
    return fileset(blank(draw, f"{author} - {title}", 0.5), files, Subcategory.EBOOK)


SHAPES: Mapping[str, Shape] = {
    "scene-folder": scene_folder,
    "artist-years-discs": artist_years_discs,
    "two-formats": two_formats,
    "tape": tape,
    "classical-box": classical_box,
    "book-read-aloud": book_read_aloud,
    "comic-volumes": comic_volumes,
    "mobile-game": mobile_game,
    "plugins": plugins,
    "book-deep-down": pages_of_a_book,
}
