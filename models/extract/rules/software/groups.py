"""Who made or posted a release of software, and where that stands in the name."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from models.extract.names.endings import without_extension

Span = tuple[int, int]
"""Characters of the name, from and to."""


class Group(NamedTuple):
    """A group: its name, and where it stands with the marks around it."""

    text: str
    start: int
    end: int


_OF_GAMES = (
    r"codex|plaza|skidrow|reloaded|hoodlum|cpy|simplex|darksiders|tinyiso|razor1911|flt|prophet|hi2u"
    r"|rune|tenoke|doge|chronos|empress|vrex|steampunks|baldman|unleashed|dinobytes|duplex|blaze"
    r"|venom|vace|vitality|deviance|fairlight|postmortem|elamigos|fitgirl|gog|dodi|xatab|nosteam|kaos"
)
"""Groups of games that are known by name alone."""

_FIRST = re.compile(rf"(?P<text>{_OF_GAMES}|igg|sr|rld)-(?=\S)", re.IGNORECASE)
"""Where files are named by the scene's rules, the group stands before the name."""

_REPACK = re.compile(
    r"[\[({](?P<text>[^\[\](){},]{2,30}?)[ ._-]{1,3}(?:Re-?Pack|ReUpload)\b[^\[\](){}]*"
    r"(?:[\])}]|$)",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:[ ._-](?:(?:lossless )?re-?pack[ ._](?:by|от)|by|от|made by)[ ._]{1,2}|[ ._-](?=R\.G\. ))"
    r"(?P<text>(?:R\.G\. ?)?[^\W_][\w.!@$&-]{1,24}(?: (?:DJ|Team|Games))?)"
    r"(?=$|\s*[\[({|,]| - )",
    re.IGNORECASE,
)
_REPACK_BEFORE = re.compile(
    r"[ ._]repack[ ._](?P<text>(?:Mr|Dr)[ .][a-z]{2,20}|[a-z]{3,21})$", re.IGNORECASE
)
_BRACKET = re.compile(r"[\[{](?P<text>[^\[\]{}()]{2,30})[\]}]$")
_BRACKET_BEFORE = re.compile(r"[\[{(][^\[\]{}()]{0,60}[\]})]$")
_LEADING = re.compile(r"\s*[\[{](?P<text>[^\[\]{}]{2,30})[\]}][\s_.-]*(?=\S)")
_KNOWN_DASHED = re.compile(rf"-(?P<text>{_OF_GAMES})$", re.IGNORECASE)
_KNOWN_LAST = re.compile(
    rf"[ ._](?P<text>{_OF_GAMES.upper()}|ElAmigos|FitGirl|xatab|nosTEAM|KaOs)$"
)
_DECORATED = re.compile(
    r"[\^~=*-]{2,4}\(?(?P<text>[^\W_][\w. ]{1,24}?)\)?[\^~=*-]{0,4}$|\^\^(?P<other>\w{2,24})\^\^"
)
_LAST = re.compile(r"(?:(?<=\S)-|\s-\s?)(?P<text>[A-Za-z0-9][A-Za-z0-9_]{1,20})$")
_SPACED_LAST = re.compile(r"\s-\s(?P<text>[A-Za-z][\w.]{2,20}(?: Games| Team)?)$")

_BARE_LAST = re.compile(r"[ _](?P<text>[A-Z][A-Za-z0-9]{0,20}[A-Z0-9][A-Za-z0-9]{0,20})$")

_SITE = re.compile(
    r"\.(?:com|org|net|ru|cc|to|tv|me|io|in|li|info|xyz|pl|red)\b|www\.|https?:", re.IGNORECASE
)
_CODE = re.compile(r"[A-Z]{2,5}-?\w?\d{2,}|(?=[A-Z]*\d)[A-Z0-9]{6}|\d+|CUSA\d+|[vb]?\d[\d.]*")
"""The number of a console's disc, a build, or any other number."""

_NO_GROUP = re.compile(
    r"iso|img|cia|cso|ntsc(?:-[ju])?|netinst|netboot|live|dvd\d?|arm(?:64|hf|el)?|amd64|aarch64"
    r"|(?-i:US|GB|UK|EN)",
    re.IGNORECASE,
)
"""Forms of discs and files, kinds of an installer, processors, regions."""

_TWO_CAPITALS = re.compile(r"[A-Z].*[A-Z]|\d.*[A-Za-z]|[a-z].*[A-Z]|[A-Za-z].*\d")
_MOST_BRACKETS = 3


def group(name: str, marks: Sequence[Span], weak: Sequence[Span] = ()) -> Group | None:
    """The group of a release of software. Returns None if the name does not say.

    Args:
        name: the torrent's.
        marks: where versions and words that describe a release stand: none of them is a group.
        weak: where such words stand that titles contain, too: alone in brackets they are none.
    """
    text = without_extension(name.rstrip()).rstrip()
    for pattern in (_REPACK, _BY, _REPACK_BEFORE, _KNOWN_DASHED, _KNOWN_LAST, _DECORATED):
        match = pattern.search(text)
        if match is not None and (group := _read(match, marks)) is not None:
            return group
    if (match := _FIRST.match(text)) is not None:
        return Group(match["text"], match.start(), match.end())
    return _last(text, marks) or _behind_marks(text, marks) or _in_bracket(text, marks, weak)


def _read(match: re.Match[str], marks: Sequence[Span]) -> Group | None:
    """The group of a match. Returns None if it is a mark, a site or a number."""
    key = "text" if match["text"] is not None else "other"
    text = match[key].strip(" ._-")
    start = match.start(key)
    is_marked = any(begin <= start < end for begin, end in marks)
    is_code = _CODE.fullmatch(text) or _NO_GROUP.fullmatch(text)
    if is_marked or is_code or _SITE.search(text) or len(text) < 2:
        return None
    return Group(text, *match.span())


def _last(text: str, marks: Sequence[Span]) -> Group | None:
    """`-GROUP` at the end, or before brackets at the end."""
    for _ in range(_MOST_BRACKETS):
        if (match := _SPACED_LAST.search(text)) is not None and _is_behind(match, marks):
            return _read(match, marks)
        match = _LAST.search(text)
        if match is not None:
            is_name = _TWO_CAPITALS.search(match["text"]) is not None
            return _read(match, marks) if is_name or _is_behind(match, marks) else None
        shorter = _BRACKET_BEFORE.sub("", text)
        if shorter == text or not shorter:
            return None
        text = shorter.rstrip(" -")
    return None


def _behind_marks(text: str, marks: Sequence[Span]) -> Group | None:
    """A word of capitals at the end, right behind what describes the release: `NSW BigBlueBox`."""
    match = _BARE_LAST.search(text)
    if match is None or not any(end in (match.start(), match.start() - 1) for _, end in marks):
        return None
    return _read(match, marks)


def _is_behind(match: re.Match[str], marks: Sequence[Span]) -> bool:
    """Whether something that describes a release stands before the match."""
    return any(end <= match.start() + 1 for _, end in marks)


def _in_bracket(text: str, marks: Sequence[Span], weak: Sequence[Span]) -> Group | None:
    """The tag in a bracket at the end, else that at the beginning."""
    matches = (_BRACKET.search(text), _LEADING.match(text))
    for match in filter(None, matches):
        if any(match.start() <= start < match.end() for start, _ in marks):
            continue
        if match.span("text") in weak or (not match.start() and not _is_tag(match["text"])):
            continue
        if (group := _read(match, marks)) is not None:
            return group
    return None


def _is_tag(text: str) -> bool:
    """Whether a tag before the name is a group's: sites put the category there, as one word."""
    return _TWO_CAPITALS.search(text) is not None
