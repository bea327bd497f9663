"""Editions that no list has: `Ultimate Lantern Edition` behind the year, or alone in brackets."""

import re

from models.extract.names.scan import Hit, scan
from models.extract.names.words import END, readable
from models.extract.rules.years import year

_WORD = r"(?:\d{1,3}(?:st|nd|rd|th)|[^\W\d_](?:[^\W\d_]|['’´`&])*)"
_EDITION = (
    rf"(?:edition-)?(?:the[ ._]+)?(?P<edition>(?:{_WORD}[ ._]+){{1,4}}?"
    rf"(?:edition|cut|fan[ ._]?edit|anniversary(?:[ ._]+(?:edition|cut))?)){END}"
)
_BEHIND = re.compile(rf"[\])}}]?[ ._,-]{{1,3}}[\[({{]?{_EDITION}", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"[\[({{]{_EDITION}[\])}}]", re.IGNORECASE)
_ENDINGS = ("edit", "cut", "anniversary")


def open_edition(name: str) -> str | None:
    """The edition as the name writes it. Returns None if it says none.

    Before the year of the work such words are a title ("The Paper Cut 2004"), unless brackets hold
    them.
    """
    lower = name.lower()
    if not any(map(lower.__contains__, _ENDINGS)):
        return None
    hits = scan(name)
    begins = []
    if (dated := year(name)) is not None:
        begins = [dated.end, *(hit.end for hit in hits if hit.start >= dated.end)]
    places = [_BEHIND.match(name, begin) for begin in begins]
    for place in (*places, _IN_BRACKETS.search(name)):
        if place is not None and not _is_described(place.span("edition"), hits):
            return readable(place["edition"])
    return None


def _is_described(place: tuple[int, int], hits: tuple[Hit, ...]) -> bool:
    """Whether one of the words describes the release: an edition is not called so.

    A language is a name ("Japanese Edition"), and which anniversary it is.
    """
    start, end = place
    return any(
        start <= hit.start < end
        and not hit.weak
        and hit.field != "languages"
        and hit.value != "Anniversary"
        for hit in hits
    )
