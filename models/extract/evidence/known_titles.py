"""The catalogue's vote: which of two readings of a video's title is a film or series that exists.

Rules end a title where something begins that they know. What they do not know stays at its end or
before it (`Harbour Lights hard subbed`, `007 Harbour Lights`). Where nobody knows the title of a
rule, and the tagger's title is a known one that it begins or ends with, the tagger is right.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from models.extract.evidence.claims import Claim
from models.extract.tagger.known import folded_words
from models.text.known_names import MAX_WORDS, Known, KnownNames, album_key, key, year_key

_VIDEO = int(Known.MOVIE | Known.TV | Known.ANIME)

_FEWEST_LETTERS = 4
"""Letters of a known title; a shorter one begins many titles by chance."""

_FEWEST_WORDS = 2
"""Words of a known title that is looked for in a longer one; many words are a title, too."""

_LEAST = 0.5
"""The tagger's confidence in its title from which the catalogue confirms it."""

_DASHED = "-dashed"
"""How rules end whose title holds a dash: behind it may stand what a spin-off is called."""


class DatedTitle(NamedTuple):
    """A title that a rule read, and the year of the work if the name has one."""

    text: str
    year: int | None


class KnownTitles:
    """What the catalogue knows of titles of films and series.

    Args:
        works: the catalogue.
    """

    def __init__(self, works: KnownNames) -> None:
        self._works = works

    def holding_another(self, titles: Iterable[DatedTitle]) -> set[DatedTitle]:
        """Those of some titles that nobody knows and that begin with a known one.

        That has two words or more. With a year the known one must be of that year, and may stand at
        the end as well: most titles before a year that nobody knows are titles all the same.
        """
        keys: list[int] = []
        owners: list[DatedTitle] = []
        wholes: set[int] = set()
        for title in set(titles):
            words = _words(title.text)
            if len(words) <= _FEWEST_WORDS:
                continue
            keys += _keys_of_parts(words, title.year)
            if len(words) <= MAX_WORDS:
                wholes.add(len(keys))
                keys.append(key(words))
            owners += [title] * (len(keys) - len(owners))
        holding: set[DatedTitle] = set()
        known: set[DatedTitle] = set()
        for place, kinds in self._works.found(keys):
            if kinds & _VIDEO:
                (known if place in wholes else holding).add(owners[place])
        return holding - known

    def voted(self, ruled: Mapping[str, Claim], tagged: Mapping[str, Claim]) -> dict[str, Claim]:
        """What rules claim, without a title of which the tagger saw the part that is known.

        Args:
            ruled: role -> claim of the rules.
            tagged: role -> claim of the tagger.
        """
        claims = dict(ruled)
        if "title" not in ruled or "title" not in tagged or tagged["title"].confidence < _LEAST:
            return claims
        whole, part = _words(str(ruled["title"].value)), _words(str(tagged["title"].value))
        if not 0 < len(part) < len(whole):
            return claims
        is_end = len(part) >= _FEWEST_WORDS and whole[-len(part) :] == part
        may_end = is_end and not ruled["title"].rule.endswith(_DASHED)
        is_part = whole[: len(part)] == part or may_end
        if is_part and self._knows(part) and not self._knows(whole):
            del claims["title"]
        return claims

    def names_artist(self, text: str) -> bool:
        """Whether a text is the name of a known artist."""
        words = _words(text)
        if not 0 < len(words) <= MAX_WORDS:
            return False
        return any(kinds & Known.ARTIST for _, kinds in self._works.found([key(words)]))

    def names_album(self, artist: str, album: str) -> bool:
        """Whether an album is known to be of an artist."""
        key_of_album = album_key(key(_words(artist)), _words(album))
        return any(kinds & Known.ALBUM for _, kinds in self._works.found([key_of_album]))

    def _knows(self, words: Sequence[str]) -> bool:
        if len(words) > MAX_WORDS or sum(map(len, words)) < _FEWEST_LETTERS:
            return False
        return any(kinds & _VIDEO for _, kinds in self._works.found([key(words)]))


def _keys_of_parts(words: Sequence[str], year: int | None) -> list[int]:
    """The checksums of what a title begins with, and of what it ends with if it has a year."""
    count = len(words)
    parts = [words[:end] for end in range(_FEWEST_WORDS, min(count, MAX_WORDS + 1))]
    if year is not None:
        last = count - _FEWEST_WORDS
        parts += [words[start:] for start in range(max(1, count - MAX_WORDS), last + 1)]
    keys = [key(part) for part in parts if sum(map(len, part)) >= _FEWEST_LETTERS]
    return keys if year is None else [year_key(part, year) for part in keys]


def _words(title: str) -> list[str]:
    """The words of a title as the catalogue folds them."""
    return [word.text for word in folded_words(title)]
