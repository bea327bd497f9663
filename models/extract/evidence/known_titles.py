"""The catalogue's vote: which of two readings of a video's title is a film or series that exists.

Rules end a title where something begins that they know. What they do not know (`Harbour Lights
hard subbed`, `Harbour Lights NTLive`) stays at its end. Where the title of a rule is no known one,
and that of the tagger is a known one that it begins with, the title of the rule has run on.
"""

from collections.abc import Mapping

from models.extract.evidence.claims import Claim
from models.extract.tagger.known import folded_words
from models.text.known_names import MAX_WORDS, Known, KnownNames, key, year_key

_VIDEO = int(Known.MOVIE | Known.TV | Known.ANIME)

_FEWEST_LETTERS = 4
"""Letters of a known title; a shorter one begins many titles by chance."""

_LEAST = 0.5
"""The tagger's confidence in its title from which the catalogue confirms it."""


class KnownTitles:
    """What the catalogue knows of titles of films and series.

    Args:
        works: the catalogue.
    """

    def __init__(self, works: KnownNames) -> None:
        self._works = works

    def may_run_on(self, title: str, year: int | None) -> bool:
        """Whether a title that nobody knows begins with a known one.

        A title before a year is believed unless the known one is of that year, too: most of those
        that nobody knows are titles all the same.
        """
        words = _words(title)
        beginnings = _beginnings(words)
        asked = [beginning for beginning, _ in beginnings]
        if year is not None:
            asked += [year_key(beginning, year) for beginning in asked]
        known = {place for place, kinds in self._works.found(asked) if kinds & _VIDEO}
        whole = len(beginnings) - 1
        if whole in known and len(words) == len(beginnings):
            return False
        shift = len(beginnings) if year is not None else 0
        return any(
            shift + place in known
            for place, (_, letters) in enumerate(beginnings)
            if letters >= _FEWEST_LETTERS and place < len(words) - 1
        )

    def voted(self, ruled: Mapping[str, Claim], tagged: Mapping[str, Claim]) -> dict[str, Claim]:
        """What rules claim, without a title that has run on over the end of a known one.

        Args:
            ruled: role -> claim of the rules.
            tagged: role -> claim of the tagger.
        """
        claims = dict(ruled)
        if "title" not in ruled or "title" not in tagged or tagged["title"].confidence < _LEAST:
            return claims
        longer, shorter = _words(str(ruled["title"].value)), _words(str(tagged["title"].value))
        if len(shorter) < len(longer) and longer[: len(shorter)] == shorter:
            if self._knows(shorter) and not self._knows(longer):
                del claims["title"]
        return claims

    def _knows(self, words: list[str]) -> bool:
        if len(words) > MAX_WORDS or len("".join(words)) < _FEWEST_LETTERS:
            return False
        return any(kinds & _VIDEO for _, kinds in self._works.found([key(words)]))


def _words(title: str) -> list[str]:
    """The words of a title as the catalogue folds them."""
    return [word.text for word in folded_words(title)]


def _beginnings(words: list[str]) -> list[tuple[int, int]]:
    """The checksum of each beginning that can be looked up, and its letters."""
    beginnings: list[tuple[int, int]] = []
    checksum = letters = 0
    for word in words[:MAX_WORDS]:
        checksum = key((word,), checksum)
        letters += len(word)
        beginnings.append((checksum, letters))
    return beginnings
