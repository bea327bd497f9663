"""Names that are made of the patterns of trackers and collectors, and of works of the catalogue.

In a pattern {c} is the creator, {t} the title, {y} the year, {a} the album, {n} the track's number,
{g} a genre, {z} a later year, {d} a director, and {r} the title in another script.
"""

import random
import re
from typing import Any

from models.training.tagger.data import Example
from models.training.tagger.synth import Piece, joined
from models.training.tagger.works import Works
from schemas.media import Subcategory

_MUSIC = (
    "{c} - {t} ({y}) [FLAC]",
    "{c} - {t} [{y}]",
    "{c} - {y} - {t}",
    "{c} - {t}",
    "{c} – {t} ({y}) MP3 320kbps",
    "{t} - {c} ({y})",
    "({g}) {c} - {t} - {y}, FLAC (tracks+.cue), lossless",
    "[{g}] {c} - {t} ({y}) Mp3-320",
    "({g}) [CD] {c} - {t} - {y}, FLAC",
    "{c} - Discography ({y}-{z})",
    "{c} - {t} ({y}) {g}",
    "{c} {t} {y}",
    "{c}-{t}-{y}",
    "[{y}] {c} - {t}",
    "{c} - {t} (Deluxe Edition) ({y})",
    "{c} - {t} - MP3 - 320kbps",
    "[MP3 320] {c} - {t}",
    "{c} - {t} - {y} (320 kbps MP3)",
    "{t} by {c}",
    "[{g}] {c} - {t} - {y} [FLAC]",
    "{c} - {t} {y} 2cd (flac) {g}",
    "{c} - {t} (24bit-96kHz)",
    "{c}_-_{t}_({y})",
    "{c} - {t} [Remastered] ({y}) [24-96]",
    "{c} - [{y}] {t}",
)
_TRACKS = (
    "{c} - {a} - {n:02d} - {t}.mp3",
    "{n:02d} - {c} - {t}.mp3",
    "{n:02d}-{c}-{t}.flac",
    "{c} - {t}.mp3",
    "{n:02d}. {c} - {t}.m4a",
    "{c} - {a} ({y}) - {n:02d}. {t}.flac",
    "{t} - {c}.mp3",
    "{n:02d}.-{c}-{t}.mp3",
    "{c} - {t} (Official Audio).m4a",
    "{t} by {c}.mp3",
)
_FILMS = (
    "{r} / {t} ({d}) [{y}, драма, комедия, BDRip 1080p] Dub",
    "{r} / {t} [{y}, WEB-DLRip] MVO",
    "{r} / {t} ({y}) BDRip",
    "{t} / {r} ({y}) WEB-DL 1080p",
    "[{r}] {t} ({y}) [1080p]",
    "{r} {t} {y} BluRay 1080p",
    "{r}.{t}.{y}.1080p.WEB-DL.x264",
)
_BOOKS = (
    "{c} - {t} ({y}) PDF",
    "{c} - {t}.epub",
    "{t} - {c}",
    "{t} by {c} EPUB",
    "{c} - {t} (epub)",
    "{t} ({y}) - {c}.pdf",
    "{t} [{c}]",
    "{c} - {t} [{y}, PDF, RUS]",
    "{t} by {c} (.ePUB)+",
    "{c} — {t}.fb2",
    "{t}, {y}, {c}",
    "{c} - {t} retail (epub) [ENG]",
    "{c}, {t} {y}.pdf",
)
_GENRES = (
    "Rock",
    "Progressive Rock",
    "Jazz",
    "Hip-Hop",
    "Death Metal",
    "Pop",
    "Folk",
    "Electronic, House",
    "Blues",
    "Techno",
    "Punk",
    "Классика",
)


_ROLES = {"c": "creator", "t": "title", "y": "year", "a": "album"}
_WEIGHT = 0.7
_LONGEST = 80


def invented(count: int, works: Works, rng: random.Random) -> list[Example]:
    """Names of the patterns that trackers and collectors use."""
    examples: list[Example] = []
    while len(examples) < count:
        kind = rng.random()
        if kind < 0.5:
            examples += _album(works, rng)
        elif kind < 0.65:
            examples += _track(works, rng)
        elif kind < 0.8 and works.bilingual:
            examples += _film(works, rng)
        else:
            examples += _book(works, rng)
    return examples[:count]


def _album(works: Works, rng: random.Random) -> list[Example]:
    creator, title, year = rng.choice(works.albums)
    return _filled(rng.choice(_MUSIC), Subcategory.ALBUM, rng, c=creator, t=title, y=year)


def _track(works: Works, rng: random.Random) -> list[Example]:
    creator, album, year = rng.choice(works.albums)
    title = rng.choice(works.albums)[1]
    pattern = rng.choice(_TRACKS)
    return _filled(pattern, Subcategory.TRACK, rng, c=creator, t=title, a=album, y=year)


def _film(works: Works, rng: random.Random) -> list[Example]:
    """A film in two languages. Readers labelled the title that comes first."""
    alias, title, year = rng.choice(works.bilingual)
    pattern = rng.choice(_FILMS)
    if pattern.index("{r}") < pattern.index("{t}"):
        pattern = pattern.replace("{t}", "{o}").replace("{r}", "{t}")
        names = {"t": alias, "o": title}
    else:
        pattern = pattern.replace("{r}", "{o}")
        names = {"t": title, "o": alias}
    director = rng.choice(works.books)[0]
    return _filled(pattern, Subcategory.MOVIE, rng, d=director, y=year, **names)


def _book(works: Works, rng: random.Random) -> list[Example]:
    creator, title, year = rng.choice(works.books)
    pattern = rng.choice(_BOOKS)
    subcategory = rng.choice((Subcategory.EBOOK, Subcategory.AUDIOBOOK))
    return _filled(pattern, subcategory, rng, c=creator, t=title, y=year)


def _filled(
    pattern: str, subcategory: Subcategory, rng: random.Random, **values: Any
) -> list[Example]:
    """The name that a pattern makes of values; none if one of them is empty or too long."""
    values["y"] = values.get("y") or rng.randint(1955, 2026)
    values |= {
        "g": rng.choice(_GENRES),
        "z": int(values["y"]) + rng.randint(1, 9),
        "n": rng.randint(1, 18),
    }
    texts = [value for value in values.values() if isinstance(value, str)]
    if any(len(text) > _LONGEST or not text.strip() for text in texts):
        return []
    is_span = "{z}" in pattern
    if is_span:
        values["t"] = None
    pieces: list[Piece] = []
    for text, slot in re.findall(r"([^{}]*)(?:\{([^{}]+)\})?", pattern):
        if text:
            pieces.append((None, text))
        if slot:
            role = _ROLES.get(slot[0])
            is_bound = is_span and role == "year"
            number = f"{values['n']:02d}"
            value = number if slot[0] == "n" else str(values[slot])
            pieces.append((None if is_bound else role, value))
    return [joined(Example("", subcategory, {}, weight=_WEIGHT), pieces)]
