"""About which names the tagger is asked: those where it may change what the rules say.

What the answer of the rules rests on is its *ground*: the rule that read the title, and what goes
with it. How often the tagger changes the record of such a name was counted
(`python -m models.training.tagger.asking`) and stands in `evidence/trust.toml`. About a ground that
was not counted the tagger is asked.
"""

import re

from models.extract.evidence.guard import find
from models.extract.evidence.known_titles import KnownTitles
from models.extract.evidence.trust import Trust
from models.extract.names.scan import scan
from models.extract.rules.years import Dated
from models.extract.witnesses import NameReading
from schemas import Subcategory

NO_TITLE = "no-title"
"""The ground of a name in which no rule read a title."""

_BEFORE_YEAR = "year-behind"
"""The year of the work follows the title at once: the title ends where the rule says."""

_UNREAD_YEAR = "unread-year"
"""Four digits that may be a year, and no rule read one."""

_WORDS_BEHIND = "words-behind"
"""Behind an episode's number stands a word that does not describe the release."""

_PART_KNOWN = "part-known"
"""Nobody knows the title, and a part of it is a known one."""

_ENDS_SURELY = frozenset({"before-numbering", "before-numbering-dashed"})
"""Rules of titles that hardly run on; of series the catalogue lacks many."""

_DIGITS_OF_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_EDGE = re.compile(r"[\W_]{1,3}")
_FIRST_WORD = re.compile(r"[\W_]*")


def is_asked(reading: NameReading, trust: Trust, titles: KnownTitles | None = None) -> bool:
    """Whether the tagger is asked about a name; `titles` are the known ones, if loaded."""
    if reading.described is not None and reading.described.is_sure:
        return False
    plain = ground(reading)
    if trust.changed.get(plain, 1.0) > trust.most_changed:
        return True
    if titles is None:
        return False
    return trust.changed.get(_with_known_part(plain, reading, titles), 1.0) > trust.most_changed


def ground(reading: NameReading, titles: KnownTitles | None = None) -> str:
    """What the answer of the rules rests on: the title's rule and what goes with it, by `+`."""
    told = _title_of(reading)
    if told is None:
        return NO_TITLE
    title, rule = told
    parts = [rule]
    if reading.is_music and _is_before_year(reading.name, title, reading.dated):
        parts.append(_BEFORE_YEAR)
    if reading.dated is None and _DIGITS_OF_YEAR.search(reading.name):
        parts.append(_UNREAD_YEAR)
    has_episode_title = any(role == "episode_title" for role, _, _ in reading.said)
    if not has_episode_title and _has_words_behind(reading):
        parts.append(_WORDS_BEHIND)
    plain = "+".join(parts)
    return plain if titles is None else _with_known_part(plain, reading, titles)


def _with_known_part(plain: str, reading: NameReading, titles: KnownTitles) -> str:
    """A ground, and whether the title on it holds a known one."""
    told = _title_of(reading)
    holds = told is not None and _may_hold_another(reading, *told, titles)
    return f"{plain}+{_PART_KNOWN}" if holds else plain


def _title_of(reading: NameReading) -> tuple[str, str] | None:
    """The title that rules read and the rule. Returns None if they read none."""
    for role, value, rule in reversed(reading.said):
        if role == "title":
            return str(value), rule
    return None


def _may_hold_another(reading: NameReading, title: str, rule: str, titles: KnownTitles) -> bool:
    if not reading.has_video_title or rule in _ENDS_SURELY:
        return False
    return titles.holds_another(title, reading.dated.year if reading.dated else None)


def _is_before_year(name: str, title: str, dated: Dated | None) -> bool:
    """Whether nothing but a bracket or a space stands between the title and the year."""
    span = find(title, name) if dated is not None else None
    if span is None or dated is None:
        return False
    return _EDGE.fullmatch(name, span[1], dated.start) is not None


def _has_words_behind(reading: NameReading) -> bool:
    """Whether an episode may have a title that no rule read."""
    if reading.subcategory is not Subcategory.EPISODE:
        return False
    place = reading.place
    if place is None:
        return True
    edge = _FIRST_WORD.match(reading.name, place.end)
    start = edge.end() if edge else place.end
    if not reading.name[start : start + 1].isalnum():
        return False
    return not any(hit.start <= start < hit.end for hit in scan(reading.name))
