"""The catalogue's vote: which of two readings of a video's title is a film or series that exists.

Rules end a title where something begins that they know. What they do not know stays at its end or
before it (`Harbour Lights hard subbed`, `007 Harbour Lights`). Where nobody knows the title of a
rule, and the tagger's title is a known one that it begins or ends with, the tagger is right.
"""

from collections.abc import Mapping, Sequence

from models.extract.evidence.claims import Claim
from models.extract.tagger.known import folded_words
from models.text.known_names import MAX_WORDS, Known, KnownNames, key, year_key

_VIDEO = int(Known.MOVIE | Known.TV | Known.ANIME)

_FEWEST_LETTERS = 4
"""Letters of a known title; a shorter one begins many titles by chance."""

_FEWEST_WORDS_OF_AN_END = 2
"""Words of a known title at the end; many titles end with a word that is one, too."""

_LEAST = 0.5
"""The tagger's confidence in its title from which the catalogue confirms it."""

_DASHED = "-dashed"
"""How rules end whose title holds a dash: behind it may stand what a spin-off is called."""


class KnownTitles:
    """What the catalogue knows of titles of films and series.

    Args:
        works: the catalogue.
    """

    def __init__(self, works: KnownNames) -> None:
        self._works = works

    def holds_another(self, title: str, year: int | None) -> bool:
        """Whether a title that nobody knows begins with a known one.

        With a year the known one must be of that year, and may stand at the end as well: most
        titles before a year that nobody knows are titles all the same.
        """
        words = _words(title)
        if len(words) < _FEWEST_WORDS_OF_AN_END or self._knows(words):
            return False
        beginnings = [words[:end] for end in range(1, min(len(words), MAX_WORDS + 1))]
        if year is None:
            return self._knows_any(beginnings)
        ends = [words[start:] for start in range(1, len(words) + 1 - _FEWEST_WORDS_OF_AN_END)]
        return self._knows_any(beginnings + ends, year)

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
        is_end = len(part) >= _FEWEST_WORDS_OF_AN_END and whole[-len(part) :] == part
        may_end = is_end and not ruled["title"].rule.endswith(_DASHED)
        is_part = whole[: len(part)] == part or may_end
        if is_part and self._knows(part) and not self._knows(whole):
            del claims["title"]
        return claims

    def _knows(self, words: Sequence[str]) -> bool:
        return self._knows_any([words])

    def _knows_any(self, titles: Sequence[Sequence[str]], year: int | None = None) -> bool:
        """Whether one of the titles is known, and is of that year if there is one."""
        keys = [
            key(words) if year is None else year_key(key(words), year)
            for words in titles
            if len(words) <= MAX_WORDS and sum(map(len, words)) >= _FEWEST_LETTERS
        ]
        return any(kinds & _VIDEO for _, kinds in self._works.found(keys))


def _words(title: str) -> list[str]:
    """The words of a title as the catalogue folds them."""
    return [word.text for word in folded_words(title)]
