"""Seasons, episodes and dates in names, by the named patterns of `numbering.toml`.

A name may give season and episode together (`S01E02`), or apart (`Сезон 2 ... Серия 5`, `[Group]
Title S2 - 05`). The patterns for both together are tried first, then the words of many languages
(`units.py`); else the first season and the first episode that fit stand beside each other.
Conventions are those of the test suites of Sonarr, guessit, PTT and anitopy, where they agree.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from models.extract.names.endings import is_video_file
from models.extract.names.words import REMEMBERED
from models.extract.rules.number_patterns import (
    EPISODE,
    Numbering,
    NumberPattern,
    Span,
    has_numeral,
    may_fit,
    number_patterns,
    plain,
)
from models.extract.rules.units import counted_by_words
from models.extract.rules.years import year

__all__ = ["Numbering", "numbering", "numbering_in_pack"]

_FOLDER = "folder"
"""The rule of every number that a folder has, or a file in one."""


@lru_cache(maxsize=REMEMBERED)
def numbering(name: str) -> Numbering | None:
    """The numbering of a name. Returns None if it has none."""
    if not has_numeral(name):
        return _having(counted_by_words(name), "season") or _first("unnumbered", name)
    place = _in_name(name) if "/" not in name else _in_path(name)
    if place is not None and is_video_file(name):
        return replace(place, in_one_file=True)
    return place


def numbering_in_pack(name: str) -> Numbering | None:
    """The numbering of a file of a season pack. Returns None if it has none."""
    return numbering(name) or _first("season_files", name)


def _in_path(name: str) -> Numbering | None:
    for pattern in number_patterns("folders"):
        if folder := pattern.pattern.match(name):
            return _in_folder(folder, pattern) or _in_name(name.replace("/", " "))
    return _in_name(name)


def _in_name(name: str) -> Numbering | None:
    if together := _first("together", name):
        return _with_date(together, name)
    words = counted_by_words(name)
    date = _first("dates", name) or _first("days", name)
    season = _having(words, "season") or _first("seasons", name)
    episode = _episode(name, words, season)
    if season is None and episode is not None and episode.season is not None:
        season = episode
    if episode and date and date.start <= episode.start < date.end:
        episode = None
    if season is None and episode is None:
        said = date or _first("broadcast", name) or _having(words, "total")
        return said or _first("unnumbered", name)
    return _joined(season, episode, date)


def _with_date(place: Numbering, name: str) -> Numbering:
    """The numbering with the day that stands beside it, if there is one."""
    date = _first("days", name, place) or _first("dates", name, place)
    if date is None:
        return place
    return replace(place, date=date.date, date_at=(date.start, date.end))


def _having(words: Sequence[Numbering], field: str) -> Numbering | None:
    """The fullest of the readings that have a season or an episode; the first of several."""
    having = [reading for reading in words if getattr(reading, field) is not None]
    return max(having, key=lambda reading: reading.episode is not None, default=None)


def _episode(name: str, words: Sequence[Numbering], season: Numbering | None) -> Numbering | None:
    """The episode of a name, which may stand beside the season or apart from it."""
    if season is not None and season.episode is not None:
        return season
    return (
        _first("marked", name, season)
        or _having(words, "episode")
        or _first("episodes", name, season)
    )


def _first(table: str, name: str, beside: Numbering | None = None) -> Numbering | None:
    """What the first pattern that fits says; it may not overlap what it stands beside."""
    for pattern in may_fit(table, plain(name)):
        for match in pattern.pattern.finditer(name):
            if beside and match.start() < beside.end and match.end() > beside.start:
                continue
            place = pattern.read(match)
            if place is not None and _may_stand(pattern, name):
                return place
    return None


def _may_stand(pattern: NumberPattern, name: str) -> bool:
    """Whether nothing in the name speaks against a pattern that fits: a year, or what it names."""
    if pattern.yearless and year(name) is not None:
        return False
    return pattern.unless is None or pattern.unless.search(name) is None


def _joined(
    season: Numbering | None, episode: Numbering | None, date: Numbering | None
) -> Numbering:
    """Season, episode and date as one; there is a season or an episode.

    What stands between the two is title or tags: the place is that of the first.
    """
    parts = [part for part in (season, episode) if part is not None]
    if season is episode:
        parts = parts[:1]
    first = min(parts, key=lambda part: part.start)
    decides = frozenset[str]().union(*(part.decides for part in parts))
    if season is not None and episode is not None:
        decides |= {EPISODE}
    return Numbering(
        "+".join(part.rule for part in parts),
        first.start,
        first.end,
        season=season.season if season else None,
        last_season=season.last_season if season else None,
        episode=episode.episode if episode else None,
        last_episode=episode.last_episode if episode else None,
        date=date.date if date else None,
        special=next((part.special for part in parts if part.special), None),
        part=season.part if season else None,
        total=parts[-1].total if parts[-1].total is not None else parts[0].total,
        season_at=_at(season),
        episode_at=_at(episode),
        date_at=_at(date),
        decides=decides,
        listed=episode is not None and episode.listed,
    )


def _at(part: Numbering | None) -> Span | None:
    """Where a part of the numbering stands."""
    return None if part is None else (part.start, part.end)


def _in_folder(folder: re.Match[str], pattern: NumberPattern) -> Numbering | None:
    """The numbering of a file in a folder: the folder may have the season, the file the episode.

    Returns None if neither has a number.
    """
    file, groups = folder["file"], folder.groupdict()
    season = int(groups["season"]) if groups.get("season") else None
    if season is None and groups.get("folder"):
        named = _having(counted_by_words(groups["folder"]), "season")
        season = named.season if named is not None and named.last_season is None else None
    together = _first("together", file)
    place = (
        (_with_date(together, file) if together is not None else None)
        or _episode(file, counted_by_words(file), None)
        or _leading(file, series=groups.get("folder") or "")
    )
    if place is None and season is None:
        return None
    if place is None:
        start, end = folder.span("season")
        return Numbering(_FOLDER, start, end, season=season, decides=pattern.decides)
    return replace(
        place,
        rule=f"{_FOLDER}+{place.rule}",
        start=place.start + folder.start("file"),
        end=place.end + folder.start("file"),
        date_at=_moved(place.date_at, folder.start("file")),
        season=place.season if place.season is not None else season,
        decides=place.decides | pattern.decides,
    )


def _moved(span: Span | None, by: int) -> Span | None:
    """A place in a file's name as one in its path."""
    return None if span is None else (span[0] + by, span[1] + by)


def _leading(file: str, series: str) -> Numbering | None:
    """The number that a file begins with, or has behind the name of its series."""
    leading, after_series = number_patterns("files")
    match = leading.pattern.match(file)
    if match is None and series and file.lower().startswith(series.lower()):
        match = after_series.pattern.match(file, len(series))
    return leading.read(match) if match else None
