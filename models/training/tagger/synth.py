"""New names out of known ones: another work in the same dress, and the same work in another dress.

A name is cut into its fields and what stands between them. The fields are refilled from the
catalogue (films with films, albums with albums), so that the tagger reads structure and does not
learn 7,000 names by heart; separators, case, brackets and tails are changed, so that it leans on no
style.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.training.tagger.data import Example
from models.training.tagger.works import Works
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
_LONGEST = 90
"""Characters of a value that is filled in."""

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
_MORE_LEADS = (
    "[ www.Example.org ] - ",
    "www.example.com - ",
    "[EZ] ",
    "【X字幕组】",
    "[Group] ",
    "(GRP) ",
    "[2024] ",
)

Piece = tuple[str | None, str]
"""A role, or None for what stands between fields, and its text."""


def pieces_of(example: Example) -> list[Piece]:
    """The name in pieces."""
    pieces: list[Piece] = []
    at = 0
    for role, (start, end) in sorted(example.spans.items(), key=lambda item: item[1]):
        if start > at:
            pieces.append((None, example.name[at:start]))
        pieces.append((role, example.name[start:end]))
        at = end
    if at < len(example.name):
        pieces.append((None, example.name[at:]))
    return pieces


def joined(example: Example, pieces: Sequence[Piece]) -> Example:
    """The example with the name that the pieces make."""
    name = ""
    spans = {}
    for role, text in pieces:
        if role is not None:
            spans[role] = (len(name), len(name) + len(text))
        name += text
    return replace(example, name=name, spans=spans)


def refilled(example: Example, works: Works, rng: random.Random) -> Example | None:
    """Another work in the same dress. Returns None if there is nothing to fill in."""
    if "title" not in example.spans:
        return None
    values, year = _another(example, works, rng)
    if not values:
        return None
    if MEDIUM_OF[example.subcategory] is Medium.AUDIO and rng.random() < 0.12:
        values["title"] = _with_aside(values["title"], works, rng)
    if any(not value.strip() or len(value) > _LONGEST for value in values.values()):
        return None
    pieces: list[Piece] = []
    for role, text in pieces_of(example):
        if role in values:
            text = _like(text, values[role])
        elif role == "year":
            text = str(year or rng.randint(1950, 2026))
        pieces.append((role, text))
    name = joined(example, pieces)
    return name if _is_filled(name, " ") else None


def redressed(example: Example, rng: random.Random) -> Example:
    """The same work in another dress."""
    pieces = pieces_of(example)
    if rng.random() < 0.25 and example.spans:
        pieces = _with_shorter_tail(pieces, rng)
    if rng.random() < 0.2:
        pieces = [(role, text if role else _BRACKETS.sub(" ", text)) for role, text in pieces]
    if rng.random() < 0.3:
        mark = rng.choice([" ", ".", "_", " ", "."])
        pieces = [(role, re.sub(r"[ ._]+", mark, text)) for role, text in pieces]
    case = rng.random()
    if case < 0.1:
        pieces = [(role, text.lower()) for role, text in pieces]
    elif case < 0.14:
        pieces = [(role, text.upper()) for role, text in pieces]
    if rng.random() < 0.08 and pieces:
        pieces = [(None, rng.choice([*_LEADS, *_MORE_LEADS])), *pieces]
    name = joined(example, [(role, text) for role, text in pieces if text])
    return name if _is_filled(name, " ._") and len(name.name) > 2 else example


def _another(
    example: Example, works: Works, rng: random.Random
) -> tuple[dict[str, str], int | None]:
    """Creator and title of another work of the kind, and its year; empty if there is none."""
    medium = MEDIUM_OF[example.subcategory]
    has_creator = "creator" in example.spans
    if medium is Medium.AUDIO and has_creator:
        is_spoken = example.subcategory is Subcategory.AUDIOBOOK
        creator, title, year = rng.choice(works.books if is_spoken else works.albums)
        return {"creator": creator, "title": title}, year
    if medium is Medium.BOOK:
        author, title, year = rng.choice(works.books)
        return {"title": title, "creator": author} if has_creator else {"title": title}, year
    if example.subcategory in _KIND:
        kind = rng.choice(_KIND[example.subcategory])
        title, year = rng.choice(works.titles[kind])
        return {"title": title}, year
    return {}, None


def _with_aside(title: str, works: Works, rng: random.Random) -> str:
    """The title with some words in brackets before or behind it."""
    words = rng.choice(works.albums)[1].split()[:3]
    aside = " ".join(words).replace("(", "").replace(")", "")
    return f"({aside}) {title}" if rng.random() < 0.4 else f"{title} ({aside})"


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


def _with_shorter_tail(pieces: Sequence[Piece], rng: random.Random) -> list[Piece]:
    """The pieces without what follows the last field, or with only its first words."""
    last = max(place for place, (role, _) in enumerate(pieces) if role)
    tail = "".join(text for _, text in pieces[last + 1 :])
    words = re.split(r"(?<=[ ._\]\)-])", tail)
    return [*pieces[: last + 1], (None, "".join(words[: rng.randint(0, len(words))]))]


def _is_filled(example: Example, edges: str) -> bool:
    """Whether every field has text besides what may stand at its edges."""
    texts = (example.name[start:end] for start, end in example.spans.values())
    return all(text.strip(edges) for text in texts)
