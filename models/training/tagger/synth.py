"""New names out of known ones: another work in the same dress, and the same work in another dress.

A name is cut into its fields and what stands between them. The fields are refilled from the
catalogue (films with films, albums with albums), so that the tagger reads structure and does not
learn 7,000 names by heart; separators, case, brackets and tails are changed, so that it leans on no
style.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.training.classifier.data import read_json_lines
from models.training.tagger.data import SCENE_BOOK, Example
from schemas.media import MEDIUM_OF, Medium, Subcategory

_KIND: Mapping[Subcategory, tuple[str, ...]] = {
    Subcategory.MOVIE: ("movie",),
    Subcategory.EPISODE: ("tv", "anime"),
    Subcategory.SEASON: ("tv", "anime"),
    Subcategory.SERIES: ("tv", "anime"),
    Subcategory.GAME: ("game",),
    Subcategory.APPLICATION: ("software",),
}
_BRACKETS = re.compile(r"\s*(?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\})")
_LATIN = re.compile(r"[A-Za-z]")
Piece = tuple[str | None, str]
"""A role, or `None` for what stands between fields, and its text."""


@dataclass(frozen=True, slots=True)
class Works:
    """What fields are refilled from: kind -> (title, year or None); pairs of creator and title for
    music and books; titles with an alias in another script.
    """

    titles: Mapping[str, Sequence[tuple[str, int | None]]]
    albums: Sequence[tuple[str, str, int | None]]
    books: Sequence[tuple[str, str, int | None]]
    bilingual: Sequence[tuple[str, str, int | None]]

    @classmethod
    def read(cls, data: Path) -> "Works":
        titles: dict[str, list[tuple[str, int | None]]] = {}
        bilingual: list[tuple[str, str, int | None]] = []
        for raw in read_json_lines(data / "catalogue/titles.jsonl.gz"):
            title, year = str(raw["title"]), raw.get("year")
            titles.setdefault(str(raw["kind"]), []).append((title, year))
            for alias in raw.get("aliases") or ():
                if not _LATIN.search(alias) and _LATIN.search(title):
                    bilingual.append((alias, title, year))  # noqa: PERF401 (two conditions read better apart)
        albums = [
            (str(r["artist"]), str(r["title"]), r.get("year"))
            for r in read_json_lines(data / "catalogue/albums.jsonl.gz")
        ]
        albums += [
            (str(r["artist"]).title(), str(r["title"]).strip().title(), None)
            for r in read_json_lines(data / "catalogue/cddb_albums.jsonl.gz")
            if r.get("artist") and r.get("title") and "\u00c3" not in f"{r['artist']}{r['title']}"
        ]
        books = [
            (str(r["author"]), str(r["title"]), r.get("year"))
            for r in read_json_lines(data / SCENE_BOOK)
            if r.get("author") and r.get("title") and "press" not in str(r["author"]).lower()
        ]
        return cls(titles, albums, books, bilingual)


def pieces_of(example: Example) -> list[Piece]:
    """The name in pieces."""
    out: list[Piece] = []
    at = 0
    for role, (start, end) in sorted(example.spans.items(), key=lambda item: item[1]):
        if start > at:
            out.append((None, example.name[at:start]))
        out.append((role, example.name[start:end]))
        at = end
    if at < len(example.name):
        out.append((None, example.name[at:]))
    return out


def joined(example: Example, pieces: Sequence[Piece]) -> Example:
    """The example with the name that the pieces make."""
    name, spans = "", {}
    for role, text in pieces:
        if role is not None:
            spans[role] = (len(name), len(name) + len(text))
        name += text
    return replace(example, name=name, spans=spans)


def refilled(example: Example, works: Works, rng: random.Random) -> Example | None:
    """Another work in the same dress; `None` where there is nothing to fill in."""
    medium = MEDIUM_OF[example.subcategory]
    new: dict[str, str] = {}
    year: int | None = None
    if "title" not in example.spans:
        return None
    if medium is Medium.AUDIO and "creator" in example.spans:
        new["creator"], new["title"], year = rng.choice(
            works.books if example.subcategory is Subcategory.AUDIOBOOK else works.albums
        )
    elif medium is Medium.BOOK:
        author, new["title"], year = rng.choice(works.books)
        if "creator" in example.spans:
            new["creator"] = author
    elif example.subcategory in _KIND:
        new["title"], year = rng.choice(works.titles[rng.choice(_KIND[example.subcategory])])
    else:
        return None
    if medium is Medium.AUDIO and rng.random() < 0.12:
        aside = " ".join(rng.choice(works.albums)[1].split()[:3]).replace("(", "").replace(")", "")
        new["title"] = (
            f"({aside}) {new['title']}" if rng.random() < 0.4 else f"{new['title']} ({aside})"
        )
    if not all(value.strip() for value in new.values()) or any(
        len(value) > 90 for value in new.values()
    ):
        return None
    out: list[Piece] = []
    for role, text in pieces_of(example):
        if role in new:
            text = _like(text, new[role])
        elif role == "year":
            text = str(year or rng.randint(1950, 2026))
        out.append((role, text))
    made = joined(example, out)
    return made if all(made.name[a:b].strip() for a, b in made.spans.values()) else None


def _like(pattern: str, text: str) -> str:
    """The text with the separators and the case of another."""
    if "." in pattern and " " not in pattern:
        text = re.sub(r"[^\w&'()-]+", ".", text.replace("'", "")).strip(".")
    elif "_" in pattern and " " not in pattern:
        text = re.sub(r"[^\w&'.,()-]+", "_", text).strip("_")
    if pattern.islower():
        text = text.lower()
    elif pattern.isupper() and len(pattern) > 4:
        text = text.upper()
    return text


def redressed(example: Example, rng: random.Random) -> Example:
    """The same work in another dress."""
    pieces = pieces_of(example)
    last = max((i for i, (role, _) in enumerate(pieces) if role), default=-1)
    if rng.random() < 0.25 and last >= 0:  # what follows the last field goes, or most of it
        tail = "".join(text for _, text in pieces[last + 1 :])
        words = re.split(r"(?<=[ ._\]\)-])", tail)
        pieces = [*pieces[: last + 1], (None, "".join(words[: rng.randint(0, len(words))]))]
    if rng.random() < 0.2:
        pieces = [(role, text if role else _BRACKETS.sub(" ", text)) for role, text in pieces]
    style = rng.random()
    if style < 0.3:
        mark = rng.choice([" ", ".", "_", " ", "."])
        pieces = [(role, re.sub(r"[ ._]+", mark, text)) for role, text in pieces]
    case = rng.random()
    if case < 0.1:
        pieces = [(role, text.lower()) for role, text in pieces]
    elif case < 0.14:
        pieces = [(role, text.upper()) for role, text in pieces]
    if rng.random() < 0.08 and pieces:
        lead = rng.choice(
            [
                *_LEADS,
                "[ www.Example.org ] - ",
                "www.example.com - ",
                "[EZ] ",
                "【X字幕组】",
                "[Group] ",
                "(GRP) ",
                "[2024] ",
            ]
        )
        pieces = [(None, lead), *pieces]
    made = joined(example, [(role, text) for role, text in pieces if text])
    return (
        made
        if all(made.name[a:b].strip(" ._") for a, b in made.spans.values()) and len(made.name) > 2
        else example
    )


_LEADS = (
    "(Progressive Rock) ",
    "(Thrash / Death Metal) [CD] ",
    "(Hip-Hop, Rap) ",
    "[TR24][OF] ",
    "[101 albums n°12] - ",
    "(Jazz, Vocal) [WEB] ",
    "[Pop, Chanson] ",
    "{abc} ",
    "! ",
    "01 - ",
    "- ",
    "[2012.03.04] ",
    "(1999) ",
    "2004 - ",
    "[MP3] ",
    "[EAC] ",
)
"""What collectors and trackers write before a name."""

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


def invented(count: int, works: Works, rng: random.Random) -> list[Example]:
    """Names made of patterns that trackers and collectors use."""
    out: list[Example] = []
    while len(out) < count:
        kind = rng.random()
        if kind < 0.5:
            creator, title, year = rng.choice(works.albums)
            out += _made(rng.choice(_MUSIC), Subcategory.ALBUM, rng, c=creator, t=title, y=year)
        elif kind < 0.65:
            creator, album, year = rng.choice(works.albums)
            title = rng.choice(works.albums)[1]
            out += _made(
                rng.choice(_TRACKS), Subcategory.TRACK, rng, c=creator, t=title, a=album, y=year
            )
        elif kind < 0.8 and works.bilingual:
            other, title, year = rng.choice(works.bilingual)
            # Readers labelled the name that comes first.
            pattern = rng.choice(_FILMS)
            first = "{r}" if pattern.index("{r}") < pattern.index("{t}") else "{t}"
            swapped = (
                pattern.replace("{t}", "{o}").replace("{r}", "{t}")
                if first == "{r}"
                else pattern.replace("{r}", "{o}")
            )
            names = {"t": other, "o": title} if first == "{r}" else {"t": title, "o": other}
            out += _made(
                swapped, Subcategory.MOVIE, rng, d=rng.choice(works.books)[0], y=year, **names
            )
        else:
            creator, title, year = rng.choice(works.books)
            out += _made(
                rng.choice(_BOOKS),
                rng.choice((Subcategory.EBOOK, Subcategory.AUDIOBOOK)),
                rng,
                c=creator,
                t=title,
                y=year,
            )
    return out[:count]


_ROLES = {"c": "creator", "t": "title", "y": "year", "a": "album"}


def _made(
    pattern: str, subcategory: Subcategory, rng: random.Random, **values: Any
) -> list[Example]:
    values["y"] = values.get("y") or rng.randint(1955, 2026)
    values |= {
        "g": rng.choice(_GENRES),
        "z": int(values["y"]) + rng.randint(1, 9),
        "n": rng.randint(1, 18),
    }
    if any(
        isinstance(value, str) and (len(value) > 80 or not value.strip())
        for value in values.values()
    ):
        return []
    if "{z}" in pattern:
        values["t"] = None
    pieces: list[Piece] = []
    for text, slot in re.findall(r"([^{}]*)(?:\{([^{}]+)\})?", pattern):
        if text:
            pieces.append((None, text))
        if slot:
            role = _ROLES.get(slot[0])
            keep = role if role != "year" or "{z}" not in pattern else None
            pieces.append((keep, f"{values['n']:02d}" if slot[0] == "n" else str(values[slot])))
    return [joined(Example("", subcategory, {}, weight=0.7), pieces)]
