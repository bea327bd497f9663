"""Shapes of music: albums, discs, images with a cue sheet, discographies, scene albums."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.evaluation.filesets.draw import Draw, underscored
from models.evaluation.filesets.fileset import FileSet, Shape, blank, fileset
from schemas import Subcategory

_ALBUM = Subcategory.ALBUM
_ENDINGS = ("flac", "mp3", "m4a", "ogg")
_TRACKS = {"flac": (14, 45), "mp3": (4, 14), "m4a": (4, 14), "ogg": (3, 10), "wav": (30, 60)}
"""Megabytes of a track."""


def _tracks(songs: Sequence[str], disc: int | None = None, first: int = 1) -> tuple[Any, ...]:
    """What is right of tracks: disc, number and name."""
    return tuple((disc, number, song) for number, song in enumerate(songs, first))


def _size(draw: Draw, ending: str) -> int:
    return draw.megabytes(*_TRACKS[ending])


def _extras(draw: Draw) -> list[tuple[str, int]]:
    """What stands beside the tracks of an album."""
    beside = (
        ("cover.jpg", 400_000),
        ("Artwork/front.png", 3_000_000),
        ("rip.log", 9_000),
        ("playlist.m3u", 900),
    )
    return draw.sample(beside, draw.number(0, 3))


def album(draw: Draw) -> FileSet:
    """An album with its artist in the name, tracks as taggers write them."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    songs, ending = draw.words("songs", draw.number(7, 16)), draw.choice(_ENDINGS)
    form = draw.choice(
        (
            "{n:02d} - {song}",
            "{n:02d}. {song}",
            "{n:02d} {song}",
            "{band} - {n:02d} - {song}",
            "{n:02d}_{song}",
        )
    )
    files = [
        (form.format(n=n, song=song, band=band) + f".{ending}", _size(draw, ending))
        for n, song in enumerate(songs, 1)
    ] + _extras(draw)
    name = draw.choice(
        (
            f"{band} - {title} ({year})",
            f"{band} - {title} [{year}] {ending.upper()}",
            f"{band} - {year} - {title}",
        )
    )
    expected = {"artist": band, "album": title, "year": year}
    return fileset(name, files, _ALBUM, **expected, tracks=_tracks(songs))


def album_told_by_tracks(draw: Draw) -> FileSet:
    """The name is the album's alone; every track names the artist."""
    band, title = draw.name("bands"), draw.name("album_names")
    songs = draw.words("songs", draw.number(7, 14))
    form = draw.choice(("{n:02d} - {band} - {song}", "{n:02d}. {band} - {song}", "{band} - {song}"))
    files = [
        (form.format(n=n, song=song, band=band) + ".mp3", _size(draw, "mp3"))
        for n, song in enumerate(songs, 1)
    ]
    tracks = _tracks(songs) if "{n" in form else tuple((None, None, song) for song in sorted(songs))
    return fileset(title, files, _ALBUM, artist=band, album=title, tracks=tracks)


def artist_album_path(draw: Draw) -> FileSet:
    """`Artist/Album/01 - Track.mp3`, under any name."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    songs, ending = draw.words("songs", draw.number(7, 14)), draw.choice(_ENDINGS)
    dated = draw.chance(0.5)
    folder = draw.choice((f"{title} ({year})", f"{year} - {title}")) if dated else title
    files = [
        (f"{band}/{folder}/{n:02d} - {song}.{ending}", _size(draw, ending))
        for n, song in enumerate(songs, 1)
    ]
    expected = {"artist": band, "album": title, "year": year if dated else None}
    return fileset(draw.name("blanks"), files, _ALBUM, **expected, tracks=_tracks(songs))


def album_folder(draw: Draw) -> FileSet:
    """`Artist - Album (2001) [FLAC]/01 Track.flac`, under any name."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    songs = draw.words("songs", draw.number(7, 14))
    folder = draw.choice((f"{band} - {title} ({year}) [FLAC]", f"{band} - {year} - {title} [FLAC]"))
    files = [
        (f"{folder}/{n:02d} {song}.flac", _size(draw, "flac")) for n, song in enumerate(songs, 1)
    ] + [(f"{folder}/cover.jpg", 200_000)]
    expected = {"artist": band, "album": title, "year": year}
    return fileset(blank(draw, band, 0.7), files, _ALBUM, **expected, tracks=_tracks(songs))


def discs(draw: Draw) -> FileSet:
    """`CD1/01 - Track.flac`, `Disc 2/01 Track.flac`."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    folder = draw.choice(("CD{}", "CD {}", "Disc {}", "Disk {}", "cd{}"))
    files: list[tuple[str, int]] = []
    tracks: list[Any] = []
    for disc in (1, 2):
        songs = draw.words("songs", draw.number(6, 12))
        tracks += _tracks(songs, disc)
        files += [
            (f"{folder.format(disc)}/{n:02d} - {song}.flac", _size(draw, "flac"))
            for n, song in enumerate(songs, 1)
        ]
    expected = {"artist": band, "album": title, "year": year}
    return fileset(f"{band} - {title} ({year})", files, _ALBUM, **expected, tracks=tuple(tracks))


def disc_numbers(draw: Draw) -> FileSet:
    """`101 Track.mp3` to `212 Track.mp3`, `1-01 Track.mp3`: discs in the numbers."""
    band, title = draw.name("bands"), draw.name("album_names")
    form = draw.choice(
        ("{d}{n:02d} {song}", "{d}-{n:02d} {song}", "{d}{n:02d} - {song}", "{d}.{n:02d} {song}")
    )
    files: list[tuple[str, int]] = []
    tracks: list[Any] = []
    for disc in range(1, draw.number(2, 3) + 1):
        songs = draw.words("songs", draw.number(8, 14))
        tracks += _tracks(songs, disc)
        files += [
            (form.format(d=disc, n=n, song=song) + ".mp3", _size(draw, "mp3"))
            for n, song in enumerate(songs, 1)
        ]
    return fileset(
        f"{band} - {title}", files, _ALBUM, artist=band, album=title, tracks=tuple(tracks)
    )


def vinyl(draw: Draw) -> FileSet:
    """`A1 - Track.flac` to `B5 - Track.flac`."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    files: list[tuple[str, int]] = []
    tracks: list[Any] = []
    for side in (1, 2):
        songs = draw.words("songs", draw.number(3, 6))
        tracks += _tracks(songs, side)
        files += [
            (f"{'AB'[side - 1]}{n} - {song}.flac", draw.megabytes(60, 140))
            for n, song in enumerate(songs, 1)
        ]
    name = f"{band} - {title} ({year}) [Vinyl 24-96]"
    return fileset(name, files, _ALBUM, artist=band, album=title, year=year, tracks=tuple(tracks))


def image_and_cue(draw: Draw) -> FileSet:
    """An album as one lossless file with its cue sheet."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    ending = draw.choice(("flac", "ape", "wv"))
    stem = draw.choice((f"{band} - {title}", "CDImage", title))
    files = [
        (f"{stem}.{ending}", draw.megabytes(210, 420)),
        (f"{stem}.cue", 1_400),
        (f"{stem}.log", 9_000),
    ]
    name = f"{band} - {title} ({year}) [{ending.upper()}]"
    return fileset(name, files, _ALBUM, artist=band, album=title, year=year)


def discography(draw: Draw) -> FileSet:
    """`1998 - Album/01 - Track.mp3`, five albums and more."""
    band = draw.name("bands")
    year = draw.number(1975, 2005)
    form = draw.choice(("{y} - {a}", "{a} ({y})", "({y}) {a}", "[{y}] {a}"))
    files: list[tuple[str, int]] = []
    for _ in range(draw.number(4, 9)):
        year += draw.number(1, 3)
        folder = form.format(y=year, a=draw.name("album_names"))
        files += [
            (f"{folder}/{n:02d} - {song}.mp3", _size(draw, "mp3"))
            for n, song in enumerate(draw.words("songs", draw.number(6, 12)), 1)
        ]
    name = draw.choice(
        (
            band,
            f"{band} - Discography",
            f"{band} Discography [MP3]",
            f"{band} - Complete Studio Albums",
        )
    )
    return fileset(name, files, Subcategory.COLLECTION, artist=band)


def scene_album(draw: Draw) -> FileSet:
    """`01-some_band-some_song-pier.mp3`, under the album's name or one of the scene."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    songs, group = draw.words("songs", draw.number(7, 14)), draw.word("music_groups")
    files = [
        (f"{n:02d}-{underscored(band)}-{underscored(song)}-{group}.mp3", _size(draw, "mp3"))
        for n, song in enumerate(songs, 1)
    ]
    files.append((f"00-{underscored(band)}-{underscored(title)}-{year}-{group}.nfo", 4_000))
    files.append((f"00-{underscored(band)}-{underscored(title)}-{year}-{group}.sfv", 900))
    scene = "-".join((band.replace(" ", "_"), title.replace(" ", "_"), "CD", str(year), group))
    named = draw.chance(0.5)
    expected = {"artist": band, "album": title, "year": year} if named else {"artist": band}
    name = scene if named else title
    return fileset(name, files, _ALBUM, **expected, tracks=_tracks(songs))


def compilation(draw: Draw) -> FileSet:
    """Another artist in every track."""
    title, year = f"{draw.word('adjectives')} Hits Vol. {draw.number(1, 40)}", draw.year()
    songs = draw.words("songs", draw.number(12, 22))
    files = [
        (f"{n:02d}. {draw.name('bands')} - {song}.mp3", _size(draw, "mp3"))
        for n, song in enumerate(songs, 1)
    ]
    name = draw.choice((f"VA - {title} ({year})", f"Various Artists - {title} ({year})"))
    return fileset(name, files, (_ALBUM, Subcategory.COLLECTION), year=year)


def single_track(draw: Draw) -> FileSet:
    """One song, perhaps with its cover."""
    band, song = draw.name("bands"), draw.word("songs")
    stem = f"{band} - {song}"
    files = [(f"{stem}.mp3", _size(draw, "mp3"))]
    if draw.chance(0.5):
        files.append(("cover.jpg", 200_000))
    return fileset(blank(draw, stem, 0.3), files, Subcategory.TRACK, artist=band, title=song)


def cyrillic_album(draw: Draw) -> FileSet:
    """An album in Russian."""
    band, title, year = draw.word("persons", "russian"), draw.word("titles", "russian"), draw.year()
    songs = draw.words("songs", draw.number(6, 10), "russian")
    files = [(f"{n:02d}. {song}.mp3", _size(draw, "mp3")) for n, song in enumerate(songs, 1)]
    expected = {"artist": band, "album": title, "year": year}
    return fileset(f"{band} - {title} ({year})", files, _ALBUM, **expected, tracks=_tracks(songs))


def japanese_album(draw: Draw) -> FileSet:
    """An album in Japanese, with scans."""
    band, title = draw.word("artists", "japanese"), draw.word("titles", "japanese")
    songs = draw.words("songs", draw.number(5, 8), "japanese")
    files = [(f"{n:02d} {song}.flac", _size(draw, "flac")) for n, song in enumerate(songs, 1)] + [
        (f"Scans/{n:02d}.png", draw.megabytes(2, 9)) for n in range(1, 7)
    ]
    return fileset(
        f"{band} - {title} [FLAC]", files, _ALBUM, artist=band, album=title, tracks=_tracks(songs)
    )


SHAPES: Mapping[str, Shape] = {
    "album": album,
    "album-told-by-tracks": album_told_by_tracks,
    "artist-album-path": artist_album_path,
    "album-folder": album_folder,
    "discs": discs,
    "disc-numbers": disc_numbers,
    "vinyl": vinyl,
    "image-and-cue": image_and_cue,
    "discography": discography,
    "scene-album": scene_album,
    "compilation": compilation,
    "single-track": single_track,
    "cyrillic-album": cyrillic_album,
    "japanese-album": japanese_album,
}
