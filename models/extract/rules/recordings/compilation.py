"""Compilations: the many spellings of various artists, and the title behind them."""

import re
from typing import NamedTuple

from models.extract.evidence.claims import Claim
from models.extract.evidence.guard import find
from models.extract.names.decoration import after_decoration
from models.extract.names.words import EDGES, is_words, readable
from models.extract.rules.recordings.parts import parts_of_name, words_among
from models.extract.rules.years import YEAR_AND_MORE, YEAR_IN_BRACKETS

VARIOUS_TITLE = "various-title"
"""The rule that parts various artists from a title."""

VARIOUS_ARTISTS = "Various Artists"
"""How they are written out, whatever a name writes."""

_SPELLINGS = (
    r"v[ ./]?[ ]?a\.?|various(?: artists?)?|vv\.? ?aa\.?|v\.v\.a\.a\.?|varios(?: artistas)?"
    r"|vari artisti|artisti vari|artistes variés|diverse (?:interpreten|artister)"
    r"|verschillende artiesten|сборник|разные исполнители"
)
_VARIOUS = re.compile(_SPELLINGS, re.IGNORECASE)
_LEADING = re.compile(
    rf"(?:[\[(]?(?:19|20)\d\d[\])]?\s*[-–.]?\s*)?(?P<artist>{_SPELLINGS})(?:\s*[-–—:]\s*|_-_|[._](?=\w))"
    r"(?P<title>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_SOUNDTRACK = re.compile(r"(?:original )?(?:motion picture )?soundtrack|ost", re.IGNORECASE)


class Compilation(NamedTuple):
    """Various artists as the name writes them, and the title."""

    creator: str
    title: str


def is_various(text: str) -> bool:
    """Whether a text stands for artists that are not named."""
    return _VARIOUS.fullmatch(text.strip()) is not None


def split(name: str) -> Compilation | None:
    """Various artists and title, where they begin a name or end it. Returns None elsewhere."""
    match = _LEADING.match(name, after_decoration(name))
    if match is None:
        parts = words_among(parts_of_name(name))
        if len(parts) == 2 and is_various(parts[1]):
            return Compilation(parts[1], parts[0])
        return None
    behind = match["title"]
    year = YEAR_IN_BRACKETS.search(behind, 1)
    parts = words_among(parts_of_name(behind[: year.start()] if year else behind))
    if len(parts) > 1 and _SOUNDTRACK.fullmatch(parts[-1]):
        del parts[-1]
    title = " - ".join(parts)
    if year is None:
        title = YEAR_AND_MORE.sub("", title)
    title = readable(title.strip(EDGES))
    return Compilation(match["artist"], title) if is_words(title) else None


def written_out(claim: Claim, name: str) -> Claim:
    """A claim about the creator, with various artists written out; their place stays."""
    written = str(claim.value)
    if not is_various(written):
        return claim
    span = claim.span or find(written, name)
    return claim._replace(value=VARIOUS_ARTISTS, span=span) if span is not None else claim
