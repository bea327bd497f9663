"""Names without what web pages and sites leave in them, and where each character came from.

The words of a name are read off the clean text; what is said of a place points into the name as it
came.
"""

import re
from typing import NamedTuple

from schemas import entities, without_entities

_STARRED = re.compile(
    r"(?<![\w*])(?P<open>\*{1,3})(?P<inner>[^\s*](?:[^*]{0,38}[^\s*])?)(?P<close>\*{1,3})(?![\w*])"
)
"""`*2015*`, `**NEW**`; the stars of `M*A*S*H` stand inside a word."""

_TAG = re.compile(r"\d{4}|[A-Z\d]+")
"""What stands between stars as others put it in brackets: a year, or a word in capitals."""

_LOST_APOSTROPHE = re.compile(r"(?<=[a-z])_(?=(?:s|t|re|ll|ve|d|m)(?![^\W_]|_))")
"""`Don_t`: file systems refuse some characters, and a tool wrote `_` for an apostrophe."""


class CleanName(NamedTuple):
    """A name as it should be read.

    `places` has, for each character of the text and for its end, the place in the name as it came;
    it is None where no character moved.
    """

    text: str
    places: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a place of the text stands in the name as it came."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end]


def clean_name(name: str) -> CleanName:
    """The name without entities and stars around words; most names are clean already."""
    cleaned = _written_out(name)
    text = cleaned.text
    if "*" in text:
        text = _STARRED.sub(_without_stars, text)
    if "+-+" in text and " " not in text:
        text = text.replace("+", " ")  # as an address writes spaces
    if "_" in text and " " in text:
        text = _LOST_APOSTROPHE.sub("'", text)
    return cleaned._replace(text=text)


def _written_out(name: str) -> CleanName:
    """The name with the characters that its entities stand for."""
    read = entities(name)
    if not read or not without_entities(name).strip():
        return CleanName(name)
    parts: list[str] = []
    places: list[int] = []
    end = 0
    for entity in read:
        parts += [name[end : entity.start], entity.characters]
        places += range(end, entity.start)
        places += [entity.start] * len(entity.characters)
        end = entity.end
    return CleanName("".join([*parts, name[end:]]), (*places, *range(end, len(name) + 1)))


def _without_stars(starred: re.Match[str]) -> str:
    """The words between stars, as long as before: a tag in brackets, others alone."""
    before, inner, behind = starred["open"], starred["inner"], starred["close"]
    opening, closing = "()" if _TAG.fullmatch(inner) else "  "
    return f"{opening:>{len(before)}}{inner}{closing:<{len(behind)}}"
