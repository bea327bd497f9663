"""The title of an episode: what stands between its number and the description of the release."""

import re

from models.extract.names.scan import description
from models.extract.names.words import EDGES, readable, without_extension
from models.extract.rules.numbering import Numbering
from models.extract.rules.years import year


def episode_title(name: str, place: Numbering) -> tuple[str, int, int] | None:
    """(title, from, to), or `None`.

    Args:
        name: the name.
        place: its numbering, which has an episode.
    """
    end = len(without_extension(name))
    inner = name[place.end : end]
    # The year and the first technical word end it; brackets hold what is no title.
    dated = year(inner)
    stop = description(inner, [(dated[1], dated[1] + 4)] if dated else []) if inner else None
    cut = min(
        [
            at
            for at in (stop, _mark(inner), *(inner.find(mark) for mark in "[({【"))
            if at is not None and at > 0
        ],
        default=None,
    )
    if cut is None:
        cut = len(inner) if " - " in inner[:4] else 0
    text = inner[:cut].strip(EDGES + "()[]{}")
    if (
        len(text) < _SHORTEST
        or not any(letter.isalpha() for letter in text)
        or len(text) > _LONGEST
    ):
        return None
    start = place.end + inner.index(text)
    return readable(text), start, start + len(text)


def _mark(inner: str) -> int | None:
    """Where the mark of adult releases stands, which no list of technical words has."""
    found = _ADULT.search(inner)
    return found.start() if found else None


_ADULT = re.compile(r"[ ._]XXX(?=[ ._]|$)")
_SHORTEST = 3
_LONGEST = 120
"""Characters; what is longer is a list of episodes or a plot."""
