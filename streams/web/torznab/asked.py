"""A request of a client as a question. Nothing in it is trusted; what is empty was not said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from infra.postgres.search import MAX_ROWS, Query, Sort
from schemas import MUSIC, Subcategory
from schemas.base import clean_text
from schemas.newznab import CATEGORIES
from streams.web.torznab.faults import incorrect, missing, unknown

MAX_OFFSET = 3_000
"""Clients read thirty pages of a hundred."""
_MAX_TEXT = 512
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)
_FIELDS = ("artist", "album", "track", "author", "title")
T = TypeVar("T")
_IDS = ("tvdbid", "rid", "tvmazeid", "traktid", "tmdbid", "doubanid")
"""Ids of catalogues that nothing is found by; a request of nothing else finds nothing."""


def _below(*parents: int) -> tuple[str, ...]:
    kinds = {
        str(kind)
        for category in CATEGORIES
        if category.parent in parents and not category.is_adult
        for kind in category.subcategories
    }
    return tuple(sorted(kinds))


FUNCTIONS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "search": (),
        "tvsearch": _below(5000),
        "movie": _below(2000),
        "music": tuple(sorted({*map(str, MUSIC), str(Subcategory.AUDIO_OTHER), "music_video"})),
        "book": tuple(sorted({*_below(7000), str(Subcategory.AUDIOBOOK)})),
    }
)
"""Each function and the subcategories that it looks in where no category is asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for, and which part of it."""

    function: str
    query: Query | None
    """None: nothing can be found."""
    offset: int
    limit: int


def asked(given: Mapping[str, str]) -> Asked:
    """The question of a request; parameters that are unknown are passed over.

    Raises:
        Refused: there is no such function, or a number is none.
    """
    parameters = _Parameters(given)
    function = parameters.text("t").lower()
    if not function:
        raise missing("t")
    if function not in FUNCTIONS:
        raise unknown(function)
    limit = parameters.number("limit")
    return Asked(
        function,
        _query(parameters, function),
        parameters.number("offset") or 0,
        max(1, min(MAX_ROWS if limit is None else limit, MAX_ROWS)),
    )


def _query(parameters: "_Parameters", function: str) -> Query | None:
    categories = _categories(parameters.text("cat"))
    if categories is not None and not categories:
        return None
    imdb = parameters.text("imdbid")
    text = parameters.text("q")
    fields = {name: parameters.text(name) or None for name in _FIELDS}
    if function in ("tvsearch", "movie"):
        text, fields["title"] = text or fields["title"] or "", None
    says_something = text or imdb or any(fields.values())
    if not says_something and any(parameters.text(name) for name in _IDS):
        return None
    year = parameters.number("year")
    season, episode, air_date = _episode(parameters)
    return Query(
        text=text,
        suggests=False,
        subcategories=FUNCTIONS[function] if categories is None else (),
        categories=categories or (),
        years=None if year is None else (year, year),
        season=season,
        episode=episode,
        air_date=air_date,
        imdb=imdb or None,
        sizes=_range(parameters.number("minsize"), parameters.number("maxsize")),
        seen=_range(_days_ago(parameters.number("maxage")), _days_ago(parameters.number("minage"))),
        sort=Sort.AGE,
        artist=fields["artist"],
        album=fields["album"],
        track=fields["track"],
        author=fields["author"],
        title=fields["title"],
    )


def _categories(text: str) -> tuple[int, ...] | None:
    """The ids; unknown ones are in no torrent. None: nothing is asked for."""
    if not text:
        return None
    known = {number for category in CATEGORIES for number in (category.id, category.parent)}
    ids = {int(part) for part in text.split(",") if _NUMBER.fullmatch(part.strip())}
    return tuple(sorted(ids & known))


def _episode(parameters: "_Parameters") -> tuple[int | None, int | None, date | None]:
    """Season and episode, or the day of a daily show: season 2024, episode 05/13."""
    day = _DAY.fullmatch(parameters.text("ep"))
    if day is None:
        return parameters.number("season"), parameters.number("ep"), None
    try:
        return None, None, date(parameters.number("season") or 0, int(day[1]), int(day[2]))
    except ValueError:
        raise incorrect("ep") from None


def _days_ago(days: int | None) -> datetime | None:
    return None if days is None else datetime.now(UTC) - timedelta(days=min(days, 700_000))


def _range(low: T | None, high: T | None) -> tuple[T | None, T | None] | None:
    return None if low is None and high is None else (low, high)


class _Parameters:
    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {name.lower(): value for name, value in given.items()}

    def text(self, name: str) -> str:
        return clean_text(self._given.get(name, ""))[:_MAX_TEXT]

    def number(self, name: str) -> int | None:
        """A number; season and episode may have a letter before them. None if it is empty."""
        text = self.text(name)
        if not text:
            return None
        if name in ("season", "ep"):
            text = text.lstrip("sSeE")
        if not _NUMBER.fullmatch(text):
            raise incorrect(name)
        return int(text)
