"""Seasons, episodes and dates in names, by the named patterns of `numbering.toml`.

A name may give season and episode together (`S01E02`), or apart (`Сезон 2 ... Серия 5`, `[Group]
Title S2 - 05`). The patterns for both together are tried first; else the first season and the
first episode that fit stand beside each other. Conventions are those of the test suites of Sonarr,
guessit, PTT and anitopy, where they agree.
"""

import re
from dataclasses import replace

from models.extract.rules.number_patterns import (
    Numbering,
    NumberPattern,
    has_numeral,
    number_patterns,
    plain,
)

__all__ = ["Numbering", "numbering", "numbering_in_pack"]

_FOLDER = "folder"
"""The rule of every number that a folder has, or a file in one."""


def numbering(name: str) -> Numbering | None:
    """The numbering of a name. Returns None if it has none."""
    if not has_numeral(name):
        return None
    if "/" not in name:
        return _in_name(name)
    for pattern in number_patterns("folders"):
        if folder := pattern.pattern.match(name):
            return _in_folder(folder, pattern) or _in_name(name.replace("/", " "))
    return _in_name(name)


def numbering_in_pack(name: str) -> Numbering | None:
    """The numbering of a file of a season pack. Returns None if it has none."""
    return numbering(name) or _first("season_files", name)


def _in_name(name: str) -> Numbering | None:
    if together := _first("together", name):
        return together
    date = _first("dates", name)
    season = _first("seasons", name)
    episode = _first("episodes", name, season)
    if episode and date and date.start <= episode.start < date.end:
        episode = None
    if season is None and episode is None:
        return date or _first("broadcast", name)
    return _joined(season, episode, date)


def _first(table: str, name: str, beside: Numbering | None = None) -> Numbering | None:
    """What the first pattern that fits says; it may not overlap what it stands beside."""
    plain_name = plain(name)
    for pattern in number_patterns(table):
        if not pattern.may_fit(plain_name):
            continue
        for match in pattern.pattern.finditer(name):
            if beside and match.start() < beside.end and match.end() > beside.start:
                continue
            if place := pattern.read(match):
                return place
    return None


def _joined(
    season: Numbering | None, episode: Numbering | None, date: Numbering | None
) -> Numbering:
    """Season, episode and date as one; there is a season or an episode.

    What stands between the two is title or tags: the place is that of the first.
    """
    parts = [part for part in (season, episode) if part is not None]
    first = min(parts, key=lambda part: part.start)
    return Numbering(
        "+".join(part.rule for part in parts),
        first.start,
        first.end,
        season=season.season if season else None,
        last_season=season.last_season if season else None,
        episode=episode.episode if episode else None,
        last_episode=episode.last_episode if episode else None,
        date=date.date if date else None,
        decides=frozenset().union(*(part.decides for part in parts)),
    )


def _in_folder(folder: re.Match[str], pattern: NumberPattern) -> Numbering | None:
    """The numbering of a file in a folder: the folder may have the season, the file the episode.

    Returns None if neither has a number.
    """
    file, groups = folder["file"], folder.groupdict()
    season = int(groups["season"]) if groups.get("season") else None
    place = (
        _first("together", file)
        or _first("episodes", file)
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
        season=place.season if place.season is not None else season,
        decides=place.decides | pattern.decides,
    )


def _leading(file: str, series: str) -> Numbering | None:
    """The number that a file begins with, or has behind the name of its series."""
    leading, after_series = number_patterns("files")
    match = leading.pattern.match(file)
    if match is None and series and file.lower().startswith(series.lower()):
        match = after_series.pattern.match(file, len(series))
    return leading.read(match) if match else None
