"""Rows of music: that of the sample MusicBrainz catalogue, spelled in many ways; and audiobooks."""

from collections.abc import Iterator
from typing import Any

from streams.lab.sample.musicbrainz.make import catalogue
from streams.lab.sample.torrents import works
from streams.lab.sample.torrents.rows import Files, Row, file

_STYLES = (
    "{artist} - {title} ({year}) [FLAC]",
    "{artist} - {title} ({year}) MP3 320",
    "{a}-{t}-CD-FLAC-{year}-INV",
    "{artist} - {year} - {title}",
    "{artist} – {title} [{year}, MP3, 320 kbps]",
    "{artist} - {title}",
)
_VARIOUS = "various-artists"

Entity = dict[str, Any]
"""An artist or an album of the sample catalogue."""


def music() -> Iterator[Row]:
    """Albums, singles and discographies, then audiobooks."""
    number = 0
    for artist in catalogue():
        albums = artist.get("albums", [])
        for album in albums:
            yield _release(artist, album, _STYLES[number % len(_STYLES)])
            number += 1
        if len(albums) > 2 and artist["key"] != _VARIOUS:
            yield _discography(artist, albums)
    for author, title in works.AUDIOBOOKS:
        name = f"{author} - {title} (Audiobook, LibriVox) 64kbps"
        paths = [f"{name}/{title} - Chapter {part:02}.mp3" for part in range(1, 11)]
        yield name, "audio", "audiobook", [file(path, 15) for path in paths]


def _release(artist: Entity, album: Entity, style: str) -> Row:
    """An album, or a single as the file of its track."""
    name = _named(artist, album, style)
    extension = "flac" if "FLAC" in name else "mp3"
    if album.get("type") == "Single":
        track = f"{artist['name']} - {album['title']}.{extension}"
        return track, "audio", "track", [file(track, 12)]
    tracks = album.get("tracks") or [f"Part {part}" for part in range(1, 7)]
    files: Files = [
        file(f"{name}/{part:02} - {track}.{extension}", 25) for part, track in enumerate(tracks, 1)
    ]
    beside = [file(f"{name}/cover.jpg", 0.5), file(f"{name}/info.nfo", 0.01)]
    return name, "audio", "album", [*files, *beside]


def _named(artist: Entity, album: Entity, style: str) -> str:
    """The name of the torrent of an album."""
    if not artist["name"].isascii():
        style = _STYLES[0]  # scene names are ASCII
    return style.format(
        artist="VA" if artist["key"] == _VARIOUS else artist["name"],
        title=album["title"],
        year=album.get("year", 2000),
        a=artist["name"].replace(" ", "_"),
        t=album["title"].replace(" ", "_"),
    )


def _discography(artist: Entity, albums: list[Entity]) -> Row:
    first, last = albums[0].get("year", 1990), albums[-1].get("year", 2020)
    name = f"{artist['name']} - Discography {first}-{last} [FLAC]"
    files = [
        file(
            f"{name}/{album.get('year', 2000)} - {album['title']}/{part:02} - {track}.flac",
            25,
        )
        for album in albums
        for part, track in enumerate(album.get("tracks") or ["Part 1", "Part 2"], 1)
    ]
    return name, "audio", "collection", files
