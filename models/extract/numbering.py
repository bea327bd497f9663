"""Seasons, episodes and dates in names, by named patterns; the first that fits wins."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a name says about its place in a series. `start` and `end` are where it stands, in characters."""

    rule: str
    start: int
    end: int
    season: int | None = None
    last_season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    date: str | None = None


_B = r"(?<![A-Za-z0-9])"
_E = r"(?![A-Za-z0-9])"

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        # S01E02, S01E01E02, S01E01-E03, S01.E02, S1 E2
        ("sxxexx", _B + r"s(?P<season>\d{1,4})[ ._-]{0,2}e(?P<episode>\d{1,4})"
                   r"(?:(?:[ ._]?-[ ._]?e?|e)(?P<last>\d{1,4}))?" + _E),
        # S01-S03, Seasons 1-3
        ("sxx-sxx", _B + r"s(?P<season>\d{1,2})[ ._]?(?:-|to)[ ._]?s?(?P<last_season>\d{1,2})" + _E),
        ("seasons", _B + r"(?:seasons?|series|сезоны?|staffeln?|saisons?|temporadas?|stagioni?)[ ._]"
                    r"(?P<season>\d{1,2})[ ._]?(?:-|to|&)[ ._]?(?P<last_season>\d{1,2})" + _E),
        # 1x02, 1x01-03
        ("nxnn", _B + r"(?P<season>\d{1,2})x(?P<episode>\d{2,3})(?:[ ._]?-[ ._]?(?:\d{1,2}x)?(?P<last>\d{2,3}))?" + _E),
        # Cap.102: season and episode in one number
        ("cap", _B + r"cap[ ._]*(?P<season>\d{1,2})(?P<episode>\d{2})(?:_(?:\d{1,2})(?P<last>\d{2}))?" + _E),
        # Season 1 Episode 2
        ("season-episode", _B + r"season[ ._]?(?P<season>\d{1,2})[ ._,-]{1,3}episode[ ._]?(?P<episode>\d{1,3})" + _E),
        # 2024.05.17
        ("date", _B + r"(?P<year>(?:19|20)\d\d)[ ._-](?P<month>0[1-9]|1[0-2])[ ._-](?P<day>0[1-9]|[12]\d|3[01])" + _E),
        # S01 alone
        ("sxx", _B + r"s(?P<season>\d{1,2})" + _E),
        # Season 1, Сезон 1, 1 сезон, Staffel 1
        ("season", _B + r"(?:season|сезон|staffel|saison|temporada|stagione)[ ._:]{1,2}(?P<season>\d{1,2})" + _E),
        ("nth-season", _B + r"(?P<season>\d{1,2})(?:st|nd|rd|th|-й|й)?[ ._](?:season|сезон|staffel)" + _E),
        # Episode 12, Серия 3, E05
        ("episode", _B + r"(?:episode|ep|серия|folge|épisode|capitulo|puntata)[ ._]{0,2}(?P<episode>\d{1,4})" + _E),
        ("exx", _B + r"e(?P<episode>\d{2,4})(?:-e?(?P<last>\d{2,4}))?" + _E),
        # [Group] Title - 12 [1080p], [Group] Title - 01-12
        ("absolute", r"(?<=\s-\s)(?P<episode>\d{2,4})(?:v\d)?(?:[ ]?[-~][ ]?(?P<last>\d{2,4}))?(?=\s*(?:[\[(.]|$|END))"),
        ("of", _B + r"(?P<episode>\d{1,3})(?:[ ._]?-[ ._]?(?P<last>\d{1,3}))?[ ._]?(?:of|из)[ ._]?\d{1,3}" + _E),
    )
)  # fmt: skip
"""(rule id, pattern) in order of trust."""


def numbering(name: str) -> Numbering | None:
    """The numbering of a name; `None` when it has none."""
    for rule, pattern in PATTERNS:
        if match := pattern.search(name):
            groups = match.groupdict()
            if rule == "date":
                date = f"{groups['year']}-{groups['month']}-{groups['day']}"
                return Numbering(rule, match.start(), match.end(), date=date)
            season, episode, last = (_int(groups.get(key)) for key in ("season", "episode", "last"))
            if last is not None and episode is not None and last <= episode:
                last = None
            return Numbering(
                rule, match.start(), match.end(), season=season, last_season=_int(groups.get("last_season")), episode=episode,
                last_episode=last,
            )  # fmt: skip
    return None


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)
