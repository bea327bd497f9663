"""The named patterns of `numbering.toml`, and what each reads."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from models.extract.names.words import MONTHS, REMEMBERED
from models.text.literals import folded

_FILE = Path(__file__).with_name("numbering.toml")
_PARTS = "parts"

SEASON = "season"
EPISODE = "episode"
"""What a rule may decide about the class of a torrent."""

_SPECIALS = {
    "oav": "OVA",
    "s": "SP",
    ".5": "SP",
    "special": "SP",
    "specials": "SP",
    "спешл": "SP",
    "ex": "SP",
    "extra": "SP",
    "extras": "SP",
}
"""Other names of kinds of specials; what is not here is written in capitals: OVA, OAD, NCOP."""

_HANZI = {character: number for number, character in enumerate("零一二三四五六七八九十")}
_MORE = re.compile(r"(?<![sSvV\d])\d{1,4}(?!x)")
_LETTER_OF_EPISODE = re.compile(r"(?:ep?|x)(?=\d)", re.IGNORECASE)
_NUMBERED = ("season", "last_season", "episode", "part", "total")
_NUMERAL = re.compile(rf"[\d{''.join(_HANZI)}]")
_YEAR = re.compile(r"(?:19[3-9]\d|20[0-4]\d)\Z")

_FIRST_YEAR, _LAST_YEAR = 1800, 2049
"""Years of a range."""

Values = dict[str, Any]
"""Fields of a `Numbering` and what a match says of them."""


Span = tuple[int, int]
"""Characters of the name, from and to."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a name says about its place in a series.

    `start` and `end` are where it stands, in characters; where season and episode stand apart,
    these are of the first, and `season_at`, `episode_at` and `date_at` say where each of them is.
    `rule` names the pattern, or both, as `season+episode`; `decides` is what these rules may decide
    about the class of the torrent. `special` is the kind of a special (OVA, OAD, SP, NCOP), `part`
    the part of a season, `total` how many episodes there are. `listed` says that every episode has
    a number of its own behind a letter, as in `E01E02` and in no range; `in_one_file` that the name
    is that of one video file.
    """

    rule: str
    start: int
    end: int
    season: int | None = None
    last_season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    date: str | None = None
    special: str | None = None
    part: int | None = None
    total: int | None = None
    season_at: Span | None = None
    episode_at: Span | None = None
    date_at: Span | None = None
    decides: frozenset[str] = frozenset()
    listed: bool = False
    in_one_file: bool = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """All that the numbering takes of the name, in order: nothing else may stand there."""
        places = (self.season_at, self.episode_at, self.date_at)
        return tuple(sorted({(self.start, self.end), *filter(None, places)}))

    @property
    def last_end(self) -> int:
        """Where the last of it ends."""
        return max(end for _, end in self.spans)


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """A rule with its properties, which `numbering.toml` explains."""

    rule: str
    pattern: re.Pattern[str]
    decides: frozenset[str] = frozenset()
    loose: bool = False
    rising: bool = False
    yearless: bool = False
    unless: re.Pattern[str] | None = None
    season: int | None = None
    place: str | int = 0
    needs: tuple[str, ...] = ()

    def read(self, match: re.Match[str]) -> Numbering | None:
        """What a match of the pattern says. Returns None if it is a year, or no range."""
        values = _values(match)
        if self.rising and "last_episode" not in values:
            return None
        if self.loose and _is_of_years(values.get("episode"), values.get("last_episode")):
            return None
        if self.season is not None:
            values["season"] = self.season
        start = match.start(self.place)
        return Numbering(self.rule, start, match.end(), decides=self.decides, **values)


@cache
def number_patterns(table: str) -> tuple[NumberPattern, ...]:
    """The rules of a table of the file, in its order."""
    return tuple(_pattern(rule, entry) for rule, entry in _tables()[table].items())


def may_fit(table: str, plain_name: str) -> tuple[NumberPattern, ...]:
    """The rules of a table that may fit a name as `plain` writes it: it has what they need."""
    return _fitting(table, tuple([text for text in _writings(table) if text in plain_name]))


@cache
def _writings(table: str) -> tuple[str, ...]:
    """All that rules of a table need, each once."""
    return tuple(dict.fromkeys(text for rule in number_patterns(table) for text in rule.needs))


@lru_cache(maxsize=4096)
def _fitting(table: str, written: tuple[str, ...]) -> tuple[NumberPattern, ...]:
    """The rules of a table of whose needs one is written, and those that need nothing."""
    return tuple(
        rule
        for rule in number_patterns(table)
        if not rule.needs or any(text in written for text in rule.needs)
    )


def has_numeral(name: str) -> bool:
    """Whether a name may hold a number."""
    return _NUMERAL.search(name) is not None


@lru_cache(maxsize=REMEMBERED)
def plain(name: str) -> str:
    """The name in small letters and every digit a 0, as `needs` are written.

    A dotless i is an i, as `re` has it where case does not matter.
    """
    return folded(name.casefold().replace("\u0131", "i"))


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _pattern(rule: str, entry: str | dict[str, Any]) -> NumberPattern:
    properties: dict[str, Any] = {"pattern": entry} if isinstance(entry, str) else dict(entry)
    for name in ("pattern", "unless"):
        if name in properties:
            properties[name] = _compiled(properties[name])
    if "decides" in properties:
        properties["decides"] = frozenset((properties["decides"],))
    if "needs" in properties:
        properties["needs"] = tuple(properties["needs"])
    return NumberPattern(rule, **properties)


def _compiled(text: str) -> re.Pattern[str]:
    """A pattern with its parts filled in; a part may hold parts that stand before it."""
    for part, meaning in reversed(_tables()[_PARTS].items()):
        text = text.replace(f"<{part}>", meaning)
    return re.compile(text, re.IGNORECASE)


def _is_of_years(first: int | None, last: int | None) -> bool:
    """Whether a number, or both of a range, may be years: of works, of what a work is about."""
    if last is None:
        return _YEAR.match(str(first)) is not None
    return all(_FIRST_YEAR <= int(number or 0) <= _LAST_YEAR for number in (first, last))


def _values(match: re.Match[str]) -> Values:
    groups = match.groupdict()
    if "both" in groups:
        return _season_and_episode(groups)
    if "y" in groups:
        return _date(groups)
    return _numbers(groups)


def _season_and_episode(groups: Mapping[str, Any]) -> Values:
    """Season and episode in one number: 207 is the seventh episode of the second season."""
    number = groups["both"]
    values: Values = {"season": int(number[:-2]), "episode": int(number[-2:])}
    if last := groups.get("last"):
        values["last_episode"] = int(last[-2:])
    return values


def _date(groups: Mapping[str, Any]) -> Values:
    year, month = int(groups["y"]), groups["m"].lower()
    number = int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1
    return {"date": f"{year if year > 99 else 2000 + year}-{number:02d}-{int(groups['d']):02d}"}


def _numbers(groups: Mapping[str, Any]) -> Values:
    texts = {name: groups.get(name) for name in _NUMBERED}
    values: Values = {name: _number(text) for name, text in texts.items() if text is not None}
    if values.get("last_season", 0) <= values.get("season", 0):
        values.pop("last_season", None)
    if special := groups.get("special"):
        values["special"] = _SPECIALS.get(special.lower(), special.upper())
    more = [int(number) for number in _MORE.findall(groups.get("more") or "")]
    # A list with gaps is told as its range: the record has a first and a last episode.
    if more and "episode" in values and max(more) > values["episode"]:
        values["last_episode"] = max(more)
        values["listed"] = _are_listed(groups["more"], len(more), max(more) - values["episode"])
    return values


def _are_listed(text: str, numbers: int, further: int) -> bool:
    """Whether each further episode is named with its letter: `E02E03`, `E02-E03`, `x05x06`."""
    return numbers == further == len(_LETTER_OF_EPISODE.findall(text))


def _number(text: str) -> int:
    """A number in digits or in Chinese characters up to 99."""
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_HANZI.get(tens, 1) if tens else 1) + (_HANZI[ones] if ones else 0)
    return _HANZI[text]
