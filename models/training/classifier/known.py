"""Builds the known names (`models.text.known_names`) from lists of works and artists."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.text.folding import folded_words
from models.text.known_names import (
    MAX_WORDS,
    MIN_LETTERS,
    Known,
    KnownNames,
    album_key,
    key,
    year_key,
)
from models.training.classifier.data import read_json_lines

TITLES = "catalogue/titles.jsonl.gz"
ARTISTS = "catalogue/artists.jsonl.gz"
ARTIST_NAMES = "catalogue/artist_names.jsonl.gz"
ALBUMS = "catalogue/albums.jsonl.gz"
RELEASE_GROUPS = "catalogue/release_groups.jsonl.gz"
CDDB = "catalogue/cddb_albums.jsonl.gz"
SOURCES = (TITLES, ARTISTS, ARTIST_NAMES, ALBUMS, RELEASE_GROUPS, CDDB)

KNOWN_AS: dict[str, Known] = {
    "movie": Known.MOVIE,
    "movie_or_tv": Known.MOVIE | Known.TV,
    "tv_or_movie": Known.MOVIE | Known.TV,
    "tv": Known.TV,
    "tv_episode": Known.TV,
    "anime": Known.ANIME,
    "anime_tv": Known.ANIME,
    "anime_movie": Known.ANIME | Known.MOVIE,
    "anime_ova": Known.ANIME,
    "anime_web": Known.ANIME,
    "game": Known.GAME,
    "book": Known.BOOK,
    "software": Known.SOFTWARE,
}
"""As what the titles of each kind in the list are known."""


def known_names(data: Path) -> KnownNames:
    """All names of the lists."""
    entries: dict[int, int] = {}
    for checksum, known in (*_titles(data), *_artists(data), *_albums(data)):
        entries[checksum] = entries.get(checksum, 0) | known
    return KnownNames.of(entries)


def _titles(data: Path) -> Iterator[tuple[int, int]]:
    for raw in read_json_lines(data / TITLES):
        known = int(KNOWN_AS[str(raw["kind"])])
        for title in (raw["title"], *raw.get("aliases", ())):
            # "The Hunger Games (The Hunger Games, #1)": the series in brackets is not what a file
            # is called.
            words = folded_words(str(title).split(" (")[0])
            if not _is_kept(words):
                continue
            checksum = key(words)
            yield checksum, known
            if raw.get("year"):
                yield year_key(checksum, raw["year"]), known


def _artists(data: Path) -> Iterator[tuple[int, int]]:
    for source in (ARTISTS, ARTIST_NAMES):
        for raw in read_json_lines(data / source):
            for name in (raw["name"], *raw.get("aliases", ())):
                words = folded_words(str(name))
                if _is_kept(words):
                    yield key(words), int(Known.ARTIST)


def _albums(data: Path) -> Iterator[tuple[int, int]]:
    for source in (ALBUMS, CDDB):
        for raw in read_json_lines(data / source):
            artist = _words(raw, "artist")
            album = _words(raw, "title")[:MAX_WORDS]
            if artist and album:
                yield album_key(key(artist), album), int(Known.ALBUM)


def _words(raw: dict[str, Any], part: str) -> list[str]:
    return folded_words(str(raw.get(part) or ""))


def _is_kept(words: list[str]) -> bool:
    """Whether a title is long enough to mean something, and short enough to be looked up."""
    return 0 < len(words) <= MAX_WORDS and len("".join(words)) >= MIN_LETTERS
