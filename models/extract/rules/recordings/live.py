"""Concerts: who played, on which day, where, and from what it was taped.

Collectors write `Artist 1977-05-08 Hall, City`; those who tape write `gd77-05-08.sbd.flac16`, with
the band as an abbreviation (`tapes.toml`); records are called `Live at the Hall`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models.extract.evidence.details import Detail
from models.extract.names.description import description
from models.extract.names.words import EDGES, is_words, readable
from models.extract.rules.recordings import compilation
from models.extract.rules.recordings.concert_days import Day, concert_day, day_of
from models.extract.rules.recordings.parts import DASH, MOST_CHARACTERS, without_brackets

ARTIST_DAY = "artist-day-venue"
"""The rule that parts artist and venue by a day."""

TAPE = "tape"
"""The rule that reads the names of tapes."""

LIVE_AT = "live-at"
"""The rule that reads the place of `Live at the Hall`."""

_TAPE = re.compile(
    r"^(?P<band>[a-z]{2,8}|[A-Za-z]{2,8}(?=\d)|[a-z]{2,7}\d)[ _.-]?"
    r"(?P<year>(?:19|20)?\d\d)[-.](?P<month>\d\d)[-.](?P<day>\d\d)(?![\d-])(?P<rest>.*)$",
    re.DOTALL,
)
_CITY = re.compile(r"(?<![^\W_])(?P<venue>[A-Z][A-Za-z. ]{2,30},\s?[A-Z]{2})(?![A-Za-z])")
_WORDS_BEHIND = re.compile(r"[ _]+(?:[-–]\s+)?(?P<venue>[A-Z][^()\[\]{}]{2,80})")
"""`Northport,ME`; words behind a day that a space parts from it."""

_TAPED = re.compile(
    r"(?<![^\W_])(?:sbd|sbe?ok|aud|mtx|matrix|fm|shn(?:f|id)?|flac(?:16|24|2496|1648)?|dsbd|fob)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_SOURCES = {
    "SBD": re.compile(r"(?<![^\W_])(?:d?sbd|soundboard)(?![^\W\d_])", re.IGNORECASE),
    "Matrix": re.compile(r"(?<![^\W_])(?:mtx|matrix)(?![^\W\d_])", re.IGNORECASE),
    "FM": re.compile(r"(?<![^\W_])(?:pre-?)?fm(?![^\W\d_])", re.IGNORECASE),
    "AUD": re.compile(r"(?<![^\W_])(?:aud|audience)(?![^\W\d_])", re.IGNORECASE),
}
_SOURCE_WORDS = ("sbd", "soundboard", "mtx", "matrix", "fm", "aud")

_LIVE_AT = re.compile(
    r"\b(?P<live>live|live recording|recorded live|(?:in )?concert)\s+(?P<how>at|in|from|@)\s*"
    r"(?P<venue>(?:the\s+)?[^\W\d_][^()\[\]{}]{1,80})",
    re.IGNORECASE,
)
_AT = re.compile(
    r"^(?P<artist>.{2,60}?)\s+(?:live\s+)?(?:at|@)\s+(?P<venue>\S.{2,80})$", re.IGNORECASE
)
_NO_PLACE = re.compile(
    r"^(?:the\s+)?(?:concert|person|color|colour|love|peace|moment|now|dreams?|style|session"
    r"|sessions|stereo|mono|hope|fear|light|dark|darkness|your|my|our|this|a|an|and|it|him|her|me"
    r"|you|us|last|home|night|silence|sin|real|time|studio|world|universe|hd)\b",
    re.IGNORECASE,
)
"""What `live in` and `live at` are also followed by in titles."""

_AFTER_VENUE = re.compile(
    r"(?:\s+[-–—]\s.*|[.,]?\s+[0-3]?\d([-./])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d).*"
    r"|[.,]?\s+-?\s?(?:19|20)\d\d\b.*|\s+'\d\d\b.*|\s+the\s+(?:complete|high|best)\b.*"
    r"|\s+(?:bootleg|sbd|aud|fm|soundboard|broadcast|remastered|flac|mp3|vol\b|volume|disc|cd\d?)\b.*)$",
    re.IGNORECASE,
)
_ABOUT_TAPE = re.compile(
    r"(?:^|[\s,.(-]+)(?:(?:pre-?)?fm|d?sbd|aud|soundboard|audience|matrix|mtx|bootleg|broadcast|recording"
    r"|master|remaster(?:ed)?|upgrade|source|tape|radio|liberated|live|\d{1,2}x|\d{0,2}\s?cds?)\s*$",
    re.IGNORECASE,
)
_LIVE = re.compile(r"(?<![^\W_])(?:live|concert|sbd|aud|bootleg)(?![^\W_])", re.IGNORECASE)
_FESTIVAL = re.compile(r"[\s._]*festival(?![^\W_])", re.IGNORECASE)
_BROADCAST = re.compile(
    r"(?<![^\W_])(?:mix|radio|show|podcast|charts?|news|episode|sermon|lecture)(?![^\W_])",
    re.IGNORECASE,
)
"""What is broadcast on a day and is no concert."""

_NO_VENUE = re.compile(
    r"(?:video|audio|mp3|full|complete|essential|vol|disc|cds?|part|set|session)\b", re.IGNORECASE
)
_LEADING_LIVE = re.compile(r"^(?:live\s+)?(?:at|in|from|@)\s+", re.IGNORECASE)
_JOINED = " - "


class Concert(NamedTuple):
    """What a name says of a concert.

    `creator` and `title` are set where it splits; `source` says from what it was taped.
    """

    creator: str | None
    title: str | None
    day: Day | None
    details: tuple[Detail, ...]
    source: str | None = None
    is_tape: bool = False


def concert(name: str) -> Concert | None:
    """What a name says of a concert. Returns None if it is not known to be one."""
    name = name[:MOST_CHARACTERS]
    if (tape := _tape(name)) is not None:
        return tape
    day = concert_day(name)
    if day is not None and _is_in_brackets(name, day):
        day = None
    if day is not None and (dated := _dated(name, day)) is not None:
        return dated
    if (venue := _live_at(name)) is not None:
        days = [Detail("date", day.text, LIVE_AT, day.start, day.end)] if day else []
        return Concert(None, None, day, (venue, *days), _taped_from(name))
    return None


def _tape(name: str) -> Concert | None:
    """`gd1978-12-21.sbd.flac16`: a known band, or a word that says that it is a tape."""
    match = _TAPE.match(name)
    if match is None:
        return None
    band = _bands().get(match["band"].lower())
    text = day_of(match["year"], match["month"], match["day"])
    rest = match["rest"]
    is_band = band is not None or (match["band"].isalpha() and _TAPED.search(rest))
    if text is None or not is_band:
        return None
    day = Day(text, match.start("year"), match.end("day"))
    details = [
        Detail("date", day.text, TAPE, day.start, day.end),
        Detail("year", day.year, TAPE, *match.span("year")),
    ]
    if band is not None:
        details.append(Detail("artist", band, TAPE, *match.span("band")))
    place = _CITY.search(rest) or _WORDS_BEHIND.match(rest)
    venue = _about_nothing(place["venue"]).strip(EDGES) if place is not None else None
    if venue and is_words(venue):
        start = name.index(venue, day.end)
        details.append(Detail("venue", venue, TAPE, start, start + len(venue)))
    return Concert(None, venue or None, day, tuple(details), _taped_from(rest), is_tape=True)


def _is_in_brackets(name: str, day: Day) -> bool:
    """Whether a day stands alone in square brackets, or in round ones at the end.

    So shops and sites write when it came out.
    """
    before, behind = name[: day.start].rstrip()[-1:], name[day.end :].lstrip()[:1]
    return before == "[" or (before == "(" and behind == ")" and day.start > 1)


def _dated(name: str, day: Day) -> Concert | None:
    """`Artist [- Title] - Day - Venue`, or the day first."""
    before, behind = _bare(name[: day.start]), _bare(name[day.end :])
    behind = _about_nothing(behind[: _end_of_words(behind)].strip(EDGES))
    heads = [part for part in map(readable, DASH.split(before)) if is_words(part)]
    tails = [part for part in map(readable, DASH.split(behind)) if is_words(part)]
    if not heads:
        heads, tails = tails[:1], tails[1:]
    if not heads or len(heads) > 2 or compilation.is_various(heads[0]):
        return None
    if _BROADCAST.search(heads[0]):
        return None
    is_parted = DASH.search(name, 1, day.start) is not None
    if not day.is_numeric and not is_parted and not _LIVE.search(name):
        return None
    creator, *titles = heads
    venue = _JOINED.join(tails) or None
    if not titles and venue is None and (at := _AT.match(creator)) is not None:
        creator, venue = at["artist"], at["venue"]
    venue = _LEADING_LIVE.sub("", venue) if venue else None
    if venue and _NO_VENUE.match(venue):
        venue = None
    title = titles[0] if titles else venue
    if titles and venue is None and (place := _LIVE_AT.search(title or "")) is not None:
        venue = place["venue"]
    details = tuple(_proved(name, day, venue))
    return Concert(creator, title, day, details, _taped_from(name))


def _proved(name: str, day: Day, venue: str | None) -> Iterator[Detail]:
    yield Detail("date", day.text, ARTIST_DAY, day.start, day.end)
    if venue is None:
        return
    behind = name.find(venue, day.end)
    start = behind if behind >= 0 else name.find(venue)
    if start >= 0:
        yield Detail("venue", venue, ARTIST_DAY, start, start + len(venue))


def _live_at(name: str) -> Detail | None:
    """The place of `Live at the Hall`."""
    if "live" not in name.lower() and "concert" not in name.lower():
        return None
    for match in _LIVE_AT.finditer(name):
        if match["live"].lower().endswith("concert") and match["how"].lower() == "from":
            continue
        end = min(match.end(), _end_of_words(name))
        text = _AFTER_VENUE.sub("", name[match.start("venue") : end])
        text = _about_nothing(text).strip(EDGES)
        if (
            is_words(text)
            and text[:1].isupper() | text.lower().startswith("the ")
            and not _NO_PLACE.match(text)
        ):
            start = match.start("venue")
            return Detail("venue", text, LIVE_AT, start, start + len(text))
    return None


def _end_of_words(text: str) -> int:
    """Where the description of the release begins; a festival is none of its words here."""
    described = description(text)
    if described is None:
        return len(text)
    festival = _FESTIVAL.match(text, described)
    if festival is None:
        return described
    later = description(text[festival.end() :])
    return festival.end() + (later or 0) if later is not None else len(text)


def _bare(text: str) -> str:
    """The text without brackets, and without one that the day stood in."""
    return without_brackets(text).strip(" ([{)]}")


def _about_nothing(text: str) -> str:
    """The text without words at its end that say how it was taped."""
    before = None
    while before != text:
        before, text = text, _ABOUT_TAPE.sub("", text)
    return text


def _taped_from(text: str) -> str | None:
    """From what a concert was taped: the mixing desk, the audience, both, or radio."""
    lower = text.lower()
    if not any(word in lower for word in _SOURCE_WORDS):
        return None
    return next((source for source, word in _SOURCES.items() if word.search(text)), None)


@cache
def _bands() -> Mapping[str, str]:
    table = tomllib.loads(Path(__file__).with_name("tapes.toml").read_text(encoding="utf-8"))
    bands: Mapping[str, str] = table["bands"]
    return bands
