"""Titles of the tagger that are pieces of a phrase.

A title begins a name, or a part of it that a dash, a number or the like sets apart. The tagger may
begin one in the midst of a phrase (`Lantern` of `The Quiet Lantern`). Of 47 labelled names in which
it was to be believed on such a title against a rule it was right in one, and the rule in 12. A dot
or `_` parts as often as it joins (`BBC.Harbour`), so only a space counts.
"""

import re
from collections.abc import Mapping

from models.extract.evidence.claims import Claim
from models.extract.evidence.guard import alike, find

_BEHIND_WORD = re.compile(r"[^\W\d_]{2} ")
_LONGEST_EDGE = 3
"""Characters of `_BEHIND_WORD`."""


def is_piece(title: str, name: str) -> bool:
    """Whether a title begins right behind a word."""
    span = find(title, name)
    if span is None:
        return False
    edge = name[max(0, span[0] - _LONGEST_EDGE) : span[0]]
    return _BEHIND_WORD.fullmatch(edge) is not None


def doubted(tagged: dict[str, Claim], ruled: Mapping[str, Claim], name: str) -> dict[str, Claim]:
    """What the tagger claims, with no confidence in a title that is a piece, if a rule has one."""
    if "title" not in ruled or "title" not in tagged:
        return tagged
    title = tagged["title"]
    if alike(title.value, ruled["title"].value) or not is_piece(str(title.value), name):
        return tagged
    return {**tagged, "title": title._replace(confidence=0.0)}
