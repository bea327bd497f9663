"""About which names the tagger is asked: those where it may change what the rules say.

What the answer of the rules rests on is its *ground*: the rule that read the title, and what goes
with it. How often the tagger changes the record of such a name was counted
(`python -m models.training.tagger.asking`) and stands in `evidence/trust.toml`. About a ground that
was not counted the tagger is asked.
"""

import re
from collections.abc import Sequence

from models.extract.evidence.guard import find
from models.extract.evidence.known_titles import DatedTitle, KnownTitles
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


def asked(
    readings: Sequence[NameReading], trust: Trust, titles: KnownTitles | None = None
) -> list[int]:
    """The places of the names about which the tagger is asked, ascending.

    Args:
        readings: the names.
        trust: how often the tagger changes something, ground by ground.
        titles: the known ones, if they are loaded; all names are looked up there at once.
    """
    chosen: list[int] = []
    doubtful: dict[int, DatedTitle] = {}
    for place, reading in enumerate(readings):
        if reading.described is not None and reading.described.is_sure:
            continue
        plain = ground(reading)
        if _changes(plain, trust):
            chosen.append(place)
            continue
        title = _title_that_may_run_on(reading)
        if title is not None and _changes(f"{plain}+{_PART_KNOWN}", trust):
            doubtful[place] = title
    if titles is None or not doubtful:
        return chosen
    holding = titles.holding_another(doubtful.values())
    return sorted([*chosen, *(place for place, title in doubtful.items() if title in holding)])


def _changes(plain: str, trust: Trust) -> bool:
    """Whether the tagger changes too many of the records on a ground not to be asked."""
    return trust.changed.get(plain, 1.0) > trust.most_changed


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
    running = _title_that_may_run_on(reading)
    if titles is not None and running is not None and titles.holding_another([running]):
        parts.append(_PART_KNOWN)
    return "+".join(parts)


def _title_of(reading: NameReading) -> tuple[str, str] | None:
    """The title that rules read and the rule. Returns None if they read none."""
    for role, value, rule in reversed(reading.said):
        if role == "title":
            return str(value), rule
    return None


def _title_that_may_run_on(reading: NameReading) -> DatedTitle | None:
    """The title of a video that may hold a known one. Returns None if its end is sure."""
    told = _title_of(reading)
    if told is None or not reading.has_video_title:
        return None
    title, rule = told
    if rule in _ENDS_SURELY:
        return None
    return DatedTitle(title, reading.dated.year if reading.dated else None)


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
