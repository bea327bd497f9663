"""What the tagger says, as claims: its places in the name made values, or nothing where that can't
be one.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.extract.evidence.claims import Claim
from models.extract.evidence.guard import plausible_year
from models.extract.names.words import is_words, readable, without_extension
from models.extract.rules import years
from models.extract.tagger.whole_words import whole_person, whole_words

if TYPE_CHECKING:
    from models.extract.tagger.run import Tagged

_NO_CREATOR = re.compile(
    r"(?:o\.?s\.?t\.?|(?:original )?soundtracks?|(?:オリジナル)?サウンドトラック"
    r"|singles?|audio|collection|compilation|bbc|lp|cd|flac|mp3)$",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:discograph(?:y|ie)|discografia|дискография|mp3|flac|lossless|full albums?)$", re.IGNORECASE
)
"""Words that describe and name nothing: a discography is a collection without a name of its own."""

_YEAR_OF_TITLE = re.compile(r"\s+(?:19|20)\d\d(?=\s*[\[(])")
_YEAR_BEHIND = re.compile(r"[.,]\s*(?:19|20)\d\d$")

_IN_A_WORD = re.compile(r"[a-zа-яё]{2}", re.IGNORECASE)
"""The tagger reads so many pieces of a name; what is longer ends for it in the middle of a word,
and goes on.
"""
_NEXT_PART = re.compile(r"\s+[-–—]\s|\s*[\[({]|[._](?=[\w-]*\d)|\Z")

Dated = tuple[int, int, str] | None
"""The year of the work, where it stands, and the rule: of `years.year`."""


def tag_claims(name: str, tags: "Mapping[str, Tagged]", dated: Dated) -> dict[str, Claim]:
    """Role -> claim.

    Args:
        name: the torrent's.
        tags: where the tagger sees each role.
        dated: the year of the work.
    """
    places = {role: _place(name, role, tag, dated) for role, tag in tags.items()}
    if "creator" in places and "title" in places:
        places["title"] = _beside(places["title"], places["creator"])
    claims = {}
    for role, (start, end) in places.items():
        value = (
            plausible_year(name[start:end], years.latest())
            if role == "year"
            else _text(name, role, start, end)
        )
        if value is not None:
            claims[role] = Claim(value, "tagger", tags[role].confidence)
    return claims


def _place(name: str, role: str, tag: "Tagged", dated: Dated) -> tuple[int, int]:
    if role == "year":
        return tag.start, tag.end
    start, end = whole_words(name, tag.start, tag.end)
    if _IN_A_WORD.match(name, end - 1):
        end = _NEXT_PART.search(name, end).start()  # type: ignore[union-attr]  # the end of the name matches
    if role == "creator":
        return whole_person(name, start, end)
    if role == "title" and dated is not None:
        if start < dated[1] - 1 < end - 5:
            end = dated[1]  # a title does not go on behind the year of the work
        elif dated[1] > end and (more := _YEAR_OF_TITLE.match(name, end)) and dated[1] > more.end():
            end = more.end()  # "Best Of 2020 (2020)": the second is the year of the work
        elif (behind := _YEAR_BEHIND.search(name, start, end)) is not None:
            end = behind.start()
    return start, end


def _beside(title: tuple[int, int], creator: tuple[int, int]) -> tuple[int, int]:
    """The title without what a whole creator took of it."""
    if title[0] < creator[0] < title[1]:
        return title[0], creator[0]
    if title[0] < creator[1] < title[1]:
        return creator[1], title[1]
    return title


def _text(name: str, role: str, start: int, end: int) -> str | None:
    text = name[start:end]
    written = readable(without_extension(text) if end == len(name) else text)
    if (
        not is_words(written)
        or (role == "creator" and _NO_CREATOR.match(written))
        or _NO_TITLE.match(written)
    ):
        return None
    return written
