"""The title of an episode: what stands between its number and the description of the release."""

import re
from typing import NamedTuple

from models.extract.evidence.guard import find
from models.extract.names.description import description
from models.extract.names.endings import without_extension
from models.extract.names.words import EDGES, readable
from models.extract.rules.numbering import Numbering
from models.extract.rules.unit_words import Kind, unit_words
from models.extract.rules.years import year

RULE = "after-numbering"

_ADULT = re.compile(r"[ ._]XXX(?=[ ._]|$)")
"""The mark of adult releases, which no list of technical words has."""

_MARKS = frozenset({"END", "FIN", "RAW"})
"""What groups write behind the number of a last episode, or of one without subtitles."""

_EARLY_YEAR = re.compile(r"1[0-8]\d\d")
"""A year before there were broadcasts is that of the story: it is the title of an episode."""

_MOST_OF_COUNT = 4
"""Words of a text that are looked at."""

_SHORTEST = 3
_LONGEST = 120
"""Characters; what is longer is a list of episodes or a plot."""


class EpisodeTitle(NamedTuple):
    """The title of an episode, and where it stands in the name."""

    text: str
    start: int
    end: int


def episode_title(name: str, place: Numbering, *, is_to_end: bool = False) -> EpisodeTitle | None:
    """The title behind the number. Returns None if there is none.

    Args:
        name: the name.
        place: its numbering, which has an episode.
        is_to_end: whether words that nothing ends are a title, as in the files of a season.
    """
    begin = place.last_end
    behind = name[begin : len(without_extension(name))]
    end = _end(behind) or (len(behind) if is_to_end else 0)
    text = behind[:end].strip(EDGES + "()[]{}")
    if not _SHORTEST <= len(text) <= _LONGEST or not _has_words(text):
        return None
    if is_count(text) or text in _MARKS:
        return None
    start = begin + behind.index(text)
    return EpisodeTitle(readable(text), start, start + len(text))


def _has_words(text: str) -> bool:
    """Whether a text can be read: it has letters, or is a year of long ago."""
    return any(letter.isalpha() for letter in text) or _EARLY_YEAR.fullmatch(text) is not None


def may_be_title(text: str, name: str, place: Numbering | None) -> bool:
    """Whether a text of a name can be the title of its episode.

    It is long enough, counts nothing, names no uploader, and the number is no part of it.
    """
    if len(text) < _SHORTEST or text in _MARKS or is_count(text):
        return False
    if text.lower().startswith("by "):
        return False
    span = find(text, name) if place is not None else None
    if span is None or place is None:
        return True
    return not any(start < span[1] and span[0] < end for start, end in place.spans)


def is_count(text: str) -> bool:
    """Whether a text only counts an episode: `серия`, `Aflevering 4 NL`.

    `Episode 4` is a title, too: many English and Romance series have no others.
    """
    word, *behind = text.lower().split()[:_MOST_OF_COUNT] or [""]
    unit = unit_words().get(word)
    if unit is None or unit.kind is not Kind.EPISODE or unit.of_films:
        return False
    return all(part.isdecimal() or len(part) < _SHORTEST for part in behind)


def _end(behind: str) -> int:
    """Where the title ends: at the year, the first technical word or a bracket.

    If nothing ends it, it is a title only if a dash leads up to it.
    """
    if not behind:
        return 0
    dated = year(behind)
    adult = _ADULT.search(behind)
    ends = [
        description(behind, [(dated.start, dated.end)] if dated else []) or 0,
        adult.start() if adult else 0,
        *(behind.find(bracket) for bracket in "[({【"),
    ]
    if not any(end > 0 for end in ends):
        return len(behind) if " - " in behind[:4] else 0
    return min(end for end in ends if end > 0)
