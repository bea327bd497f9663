"""What a bracket behind the title of a recording says: its version, which is part of the title.

`(Extended Mix)`, `(Live at the Hall)`, `(Original Motion Picture Soundtrack)` and `(Greatest Hits)`
name another recording than the title alone, and readers keep them. They never keep what says how a
work was issued (`(Deluxe Edition)`, `(EP)`: none of 55). Guests and a bare `(Live)` belong to the
title of a track; behind that of an album, readers are of two minds.
"""

import re

from models.extract.names.words import is_words
from models.extract.rules.recordings.parts import DASH

_VERSION = re.compile(
    r"(?<![^\W_])(?:(?:re)?mix(?:es|ed)?|soundtrack|score|cast[ _]recording|best[ _]of|greatest[ _]hits"
    r"|[^\W\d_]+[ _]album|dj[ _]set)(?![^\W_])",
    re.IGNORECASE,
)
_VERSION_OF_TRACK = re.compile(
    r"(?<![^\W_])(?:edit|dub|rework|remake|medley|live|unplugged|acoustic|acústico|instrumental"
    r"|karaoke|cover|demo|version)(?![^\W_])",
    re.IGNORECASE,
)
_MOST_WORDS = 6
"""Of the version of an album; more are a sentence about it."""

_GUESTS = re.compile(r"(?:feat|ft|featuring|with)(?![^\W_])", re.IGNORECASE)
_ISSUE = re.compile(
    r"(?<![^\W_])(?:editions?|deluxe|expanded|anniversary|bonus|re-?master(?:ed)?|reissue|mixed|compiled"
    r"|tracks|flac|mp3|kbps|full|complete|studio|whole|new|debut|cds?|ost)(?![^\W_])|[/:@]|\d{4}-\d\d",
    re.IGNORECASE,
)
"""What is said of how a work was issued, and by whom it was put together."""

_BRACKET = re.compile(r"[ _]{0,2}\((?P<inner>[^()\[\]{}]{2,80})\)")
_MOST_BRACKETS = 3
_CLOSED = re.compile(r"(?P<before>[^\W_][.!?'’]*)(?P<gap>[ _]{1,2})$")
_TRACK_NUMBER = re.compile(r"\s*\[?\d{1,3}\]?[-_. ]+(?=[^\W_])")


def with_versions(name: str, end: int, *, is_track: bool) -> int:
    """Where a title that ends at a place ends with the brackets that are part of it.

    Args:
        name: the torrent's.
        end: of the title without them.
        is_track: whether it is that of a track, which names its guests.
    """
    for _ in range(_MOST_BRACKETS):
        bracket = _BRACKET.match(name, end)
        if bracket is None or not _is_version(bracket["inner"], is_track=is_track):
            break
        end = bracket.end()
    return end


def around_bracket(name: str, start: int, end: int, *, is_track: bool) -> tuple[int, int] | None:
    """The whole title, where only what its bracket holds is said to be one.

    No title stands in a bracket alone behind other words. Returns None if a title stands elsewhere,
    or if the bracket follows a dash at once.
    """
    opened = max(name.rfind("(", 0, start), name.rfind("[", 0, start))
    if opened < 1 or is_words(name[opened:start]):
        return None
    closed = name.find(")" if name[opened] == "(" else "]", opened)
    closed = len(name) if closed < 0 else closed
    gap = _CLOSED.search(name, max(0, opened - 6), opened)
    begin = _title_begin(name, opened)
    if end > closed or gap is None or not begin or not is_words(name[begin:opened]):
        return None
    inner = name[start:end]
    belongs = is_track or not (_GUESTS.match(inner) or _ISSUE.match(inner))
    is_filled = not is_words(name[end:closed]) and closed < len(name)
    return begin, closed + 1 if is_filled and belongs else gap.end("before")


def _is_version(inner: str, *, is_track: bool) -> bool:
    if _ISSUE.search(inner):
        return False
    if is_track and (_GUESTS.match(inner) or _VERSION_OF_TRACK.search(inner)):
        return True
    words = inner.replace("_", " ").split()
    return _VERSION.search(inner) is not None and len(words) <= _MOST_WORDS


def _title_begin(name: str, end: int) -> int:
    """Where the words before a place begin: behind the last dash, or the number of a track."""
    begin = 0
    for dash in DASH.finditer(name, 0, end):
        begin = dash.end()
    if not begin and " " not in name:
        begin = name.rfind("-", 0, end) + 1
    if not begin and (number := _TRACK_NUMBER.match(name, 0, end)):
        begin = number.end()
    return begin
