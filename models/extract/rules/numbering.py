"""Seasons, episodes and dates in names, by the named patterns of `numbering.toml`.

A name may give season and episode together (`S01E02`), or apart (`Сезон 2 ... Серия 5`, `[Group]
Title S2 - 05`). The patterns of `TOGETHER` are tried first; else the first of `SEASONS` and the
first of `EPISODES` that fit stand beside each other. Conventions are those of the test suites of
Sonarr, guessit, PTT and anitopy, where they agree.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a name says about its place in a series. `start` and `end` are where it stands, in
    characters; `rule` names the pattern, or both, as `season+episode`.
    """

    rule: str
    start: int
    end: int
    season: int | None = None
    last_season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    date: str | None = None


_HANZI = {c: n for n, c in enumerate("零一二三四五六七八九十")}


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _date(match: re.Match[str]) -> dict[str, object]:
    year, month = int(match["y"]), match["m"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
    return {"date": f"{year if year > 99 else 2000 + year}-{number:02d}-{int(match['d']):02d}"}


def _cap(match: re.Match[str]) -> dict[str, object]:
    """Season and episode in one number: Cap.102, 1x02 as 102, hdtv 10708."""
    number = match["both"]
    fields: dict[str, object] = {"season": int(number[:-2]), "episode": int(number[-2:])}
    if last := match.groupdict().get("last"):
        fields["last_episode"] = int(last[-2:])
    return fields


def _numbers(match: re.Match[str]) -> dict[str, object]:
    groups = match.groupdict()
    fields: dict[str, object] = {}
    for name in ("season", "last_season", "episode"):
        if (text := groups.get(name)) is not None:
            fields[name] = _int(text)
    more = [
        int(number)
        for number in re.findall(r"(?<!s)(?<!S)(?<!\d)\d{1,4}(?!x)", groups.get("more") or "")
    ]
    if "episode" not in fields and groups.get("alone"):
        fields["episode"] = int(groups["alone"])
    first = fields.get("episode")
    # A list with gaps is told as its range: the record has a first and a last episode.
    if more and isinstance(first, int) and max(more) > first:
        fields["last_episode"] = max(more)
    return fields


def _first_season(match: re.Match[str]) -> dict[str, object]:
    return _numbers(match) | {"season": 1}


def _int(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_HANZI.get(tens, 1) if tens else 1) + (_HANZI[ones] if ones else 0)
    return _HANZI[text]


Fields = Callable[[re.Match[str]], dict[str, object]]
Pattern = tuple[str, re.Pattern[str], Fields]
"""Rule id, pattern, and what its groups say."""

_READ: dict[str, Fields] = {"cap": _cap, "broadcast": _cap, "part": _first_season}
_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _patterns(table: str) -> tuple[Pattern, ...]:
    out = []
    for rule, pattern in _TABLES[table].items():
        for part, text in _TABLES["parts"].items():
            pattern = pattern.replace(f"<{part}>", text)
        out.append(
            (
                rule,
                re.compile(pattern, re.IGNORECASE),
                _READ.get(rule, _date if table == "dates" else _numbers),
            )
        )
    return tuple(out)


TOGETHER, DATES, SEASONS, EPISODES, BROADCAST = map(
    _patterns, ("together", "dates", "seasons", "episodes", "broadcast")
)
PATTERNS = (*TOGETHER, *DATES, *SEASONS, *EPISODES, *BROADCAST)
"""All of them, for those who list or test."""

_FOLDER = re.compile(
    r"^/?(?:.*/)?(?:season|series|staffel|saison|temporada)[ ._](?P<season>\d{1,4})/(?P<file>[^/]+)$",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"^/?(?:[^/]+/)*(?P<folder>[^/]*[^/ ])/(?P<file>[^/ ][^/]*\.(?:mkv|mp4|avi|ts|wmv|m4v))$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:(?P<season>\d{1,2})-(?=\d{2}\D))?(?P<episode>\d{1,4})(?=[ ._-])")
_AFTER_SERIES = re.compile(r"[ ._](?:- )?(?P<episode>\d{1,4})(?=[ ._-])")
_YEAR = re.compile(r"(?:19[3-9]\d|20[0-4]\d)\Z")


def numbering(name: str) -> Numbering | None:
    """The numbering of a name; `None` when it has none."""
    if not any(letter.isdigit() or letter in _HANZI for letter in name):
        return None
    if "/" in name and (folder := _FOLDER.match(name) or _FILE.match(name)):
        return _in_folder(name, folder)
    if found := _first(TOGETHER, name):
        return found
    date = _first(DATES, name)
    season = _first(SEASONS, name)
    episode = _first(EPISODES, name, season)
    if episode is not None and date is not None and date.start <= episode.start < date.end:
        episode = None
    if season is None and episode is None:
        return date or _first(BROADCAST, name)
    parts = [part for part in (season, episode) if part is not None]
    joined = Numbering(
        "+".join(part.rule for part in parts),
        min(p.start for p in parts),
        max(p.end for p in parts),
    )
    if season is not None:
        joined = replace(joined, season=season.season, last_season=season.last_season)
    if episode is not None:
        joined = replace(joined, episode=episode.episode, last_episode=episode.last_episode)
    # What stands between the two is title or tags: the place is that of the first.
    first = min(parts, key=lambda part: part.start)
    return replace(joined, start=first.start, end=first.end, date=date.date if date else None)


def _first(
    patterns: tuple[Pattern, ...], name: str, beside: Numbering | None = None
) -> Numbering | None:
    for rule, pattern, fields in patterns:
        for match in pattern.finditer(name):
            if beside is not None and match.start() < beside.end and match.end() > beside.start:
                continue
            values = fields(match)
            number = values.get("episode")
            if rule in _LOOSE and _YEAR.match(str(number)) and values.get("last_episode") is None:
                continue
            # A fansub pattern begins with the group: the number's place is what counts.
            start = match.start("episode") if rule.startswith("fansub") else match.start()
            return Numbering(rule, start, match.end(), **values)  # type: ignore[arg-type]
    return None


_LOOSE = frozenset(
    {"absolute", "fansub", "bracketed", "number-sign", "sxx nnn", "sxx - nn", "season - nn"}
)
"""Patterns whose number may be the year."""


def _in_folder(name: str, folder: re.Match[str]) -> Numbering | None:
    """`Season 2/Episode 16.avi`, `Series/Series - 02 Title.avi`: the folder may have the season,
    the file has the episode.
    """
    start, file = folder.start("file"), folder["file"]
    groups = folder.groupdict()
    season = int(groups["season"]) if groups.get("season") else None
    inner = _first(TOGETHER, file) or _first(EPISODES, file)
    if inner is None:
        series = (groups.get("folder") or "").lower()
        match = _LEADING.match(file)
        if match is None and series and file.lower().startswith(series):
            match = _AFTER_SERIES.match(file, len(series))
        if match is not None:
            inner = Numbering("leading", match.start(), match.end(), **_numbers(match))  # type: ignore[arg-type]
    if inner is None:
        if season is None:
            return numbering(name.replace("/", " "))
        return Numbering("folder", folder.start("season"), folder.end("season"), season=season)
    return replace(
        inner,
        rule=f"folder+{inner.rule}",
        start=inner.start + start,
        end=inner.end + start,
        season=inner.season if inner.season is not None else season,
    )
