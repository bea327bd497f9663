"""Spellings that are made of a name, as people write it: case, articles, punctuation, editions."""

import re
import unicodedata
from collections.abc import Iterator

from anyascii import anyascii

from models.match.normalise import fold, split_edition

Variant = tuple[str, str]
"""How it was made, and the spelling."""

_ARTICLE = re.compile(r"^(the)\s+(?=\S)", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[^\w\s&+]")
_AND = re.compile(r"\s+(?:and|und|y|et)\s+", re.IGNORECASE)
_SIGN = re.compile(r"\s*&\s*")
_SPACES = re.compile(r"\s+")

EDITIONS = (
    "{} (Deluxe Edition)",
    "{} [Remastered]",
    "{} (Expanded Edition)",
    "{} - Limited Edition",
    "{} (2CD)",
    "{} [Bonus Tracks]",
    "{} (25th Anniversary Edition)",
    "{} Deluxe Edition",
)
"""How titles are written that are an edition of an album and not another one."""


def artist_variants(name: str) -> list[Variant]:
    """Other spellings of an artist's name, all of them different from it."""
    return _different(name, [*_spelled(name), *_articles(name)])


def album_variants(title: str, year: int | None = None) -> list[Variant]:
    """Other spellings of an album's title, all of them different from it."""
    return _different(title, [*_spelled(title), *_articles(title), *_editions(title, year)])


def _spelled(name: str) -> Iterator[Variant]:
    yield "case", name.lower()
    yield "case", name.upper()
    yield "punctuation", _SPACES.sub(" ", _PUNCTUATION.sub("", name)).strip()
    yield "separators", _SPACES.sub(".", name)
    yield "separators", _SPACES.sub("_", name)
    yield "and", _AND.sub(" & ", name)
    yield "and", _SIGN.sub(" and ", name).strip()
    yield (
        "accents",
        "".join(
            letter
            for letter in unicodedata.normalize("NFKD", name)
            if not unicodedata.combining(letter)
        ),
    )
    yield "romanised", anyascii(name)


def _articles(name: str) -> Iterator[Variant]:
    match = _ARTICLE.match(name)
    if match is None:
        yield "article", f"The {name}"
        return
    yield "article", name[match.end() :]
    yield "article", f"{name[match.end() :]}, {match[1]}"


def _editions(title: str, year: int | None) -> Iterator[Variant]:
    for form in EDITIONS:
        yield "edition", form.format(title)
    if year is not None:
        yield "year", f"{title} ({year})"
    yield "edition", split_edition(title)[0]


def _different(name: str, variants: list[Variant]) -> list[Variant]:
    """Variants that differ from the name and from each other, and have letters or digits."""
    spellings: dict[str, str] = {}
    for how, spelling in variants:
        if spelling != name and fold(spelling):
            spellings.setdefault(spelling, how)
    return [(how, spelling) for spelling, how in spellings.items()]
