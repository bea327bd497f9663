"""Artist and title of scene names: `Artist-Title-(CAT001)-WEB-FLAC-2011-GROUP`.

Words are parted by underscores, and the parts of a name by dashes. Behind the title stand parts
that say how it came out. So a dot belongs to its word, and a name of which two parts are left has
one reading. Of 24,000 scene names 98 in 100 titles are right.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from models.extract.names.words import EDGES, REMEMBERED, is_words, readable

RULE = "scene-artist-title"
"""The rule that reads scene names."""

_END = re.compile(r"-(?:19|20)\d\d-\w+$")
_ASIDE_PART = re.compile(r"-\([^()]{0,120}\)(?=-|$)")
"""`-(CAT001)`: a part in brackets."""

_KIND = (
    r"web|cds?|cdr|cdm|cdep|mcd|ep|lp|vls|vinyl|dvda?|sacd|sat|cable|dab|fm|flac|mp3|alac|ost"
    r"|single|promo|advance|retail|bootleg|reissue|repack|proper|dirfix|readnfo|remaster(?:ed)?"
    r"|mixtape|audiobook|hoerbuch|rerip"
)
_SURE_TAG = re.compile(
    rf"(?:\d{{0,2}}x?)(?:{_KIND})(?:_(?:{_KIND}))*"
    r"|\d{1,2}_?inch(?:_vinyl)?|(?:16|24)bits?|\d{2,3}khz|bonus_(?:tracks?|cd|dvd|disc)"
    r"|(?:retail_)?(?:limited|deluxe|expanded|special|collectors|anniversary)_edition(?:_cd)?",
    re.IGNORECASE,
)
"""What describes a release and names nothing, in any case of letters."""

_LIKELY_TAG = re.compile(
    r"[A-Z0-9_]{1,40}|(?i:\w{0,40}(?:bootleg|vinyl|retail|promo|reissue|limited|advance|mixtape)"
    r"|demo|split|(?:[a-z0-9]+_){1,4}(?:edition|version)(?:_cd)?)"
)
"""What a title may be, too: capitals, digits, and some words."""

_ASIDE = re.compile(
    r"(?:[_-]*\((?:(?i:feat|ft|with)[_.][^()]*|[A-Z0-9_-]*\d[A-Z0-9_-]*|[A-Z]{2,4}|\d+"
    r"|(?i:(?:[^()_]+_){0,3}edition|deluxe|retail|limited|bonus_tracks?))\)"
    r"|[_-](?i:single|promo|cds|cdm|vls|\dcds?)|(?:-|(?<=\))_)(?i:ep|bonus_tracks?))+$",
)
"""Behind a title: guests, catalogue numbers, the edition and the kind of release.

`Title_EP` is a title, and `Title-EP` says what kind of release it is.
"""

_DOTTED_WORDS = re.compile(r"[^\W_]{3}\.[^\W_]{3}")
"""Dots between words: no name of the scene's music."""

_MOST_CHARACTERS = 300


class SceneName(NamedTuple):
    """Artist and title; `is_sure` says that no other dash may part them."""

    artist: str
    title: str
    is_sure: bool


def is_sure(name: str) -> bool:
    """Whether a name is one of the scene and has one reading."""
    scene = parted(name)
    return scene is not None and scene.is_sure


@lru_cache(maxsize=REMEMBERED)
def parted(name: str) -> SceneName | None:
    """Artist and title of a scene name. Returns None if it is not written as one."""
    if len(name) > _MOST_CHARACTERS or " " in name:
        return None
    end = _END.search(name)
    if end is None:
        return None
    parts = [part for part in _ASIDE_PART.sub("", name[: end.start()]).split("-") if part]
    is_sure = True
    while len(parts) > 2 and (_is_sure(parts[-1]) or _LIKELY_TAG.fullmatch(parts[-1])):
        is_sure = _is_sure(parts.pop())
    if len(parts) > 2 and len(parts[0]) == 1:
        parts[:2] = [f"{parts[0]}-{parts[1]}"]  # `T-Vale`: one letter is no artist
        is_sure = False
    if len(parts) < 2 or _DOTTED_WORDS.search(parts[0]):
        return None
    artist = _written(parts[0])
    title = _written(_ASIDE.sub("", "-".join(parts[1:])))
    if not (is_words(artist) and is_words(title)):
        return None
    return SceneName(artist, title, is_sure and len(parts) == 2)


def _is_sure(part: str) -> bool:
    return _SURE_TAG.fullmatch(part) is not None


def _written(text: str) -> str:
    """The words of a part; its dots belong to them."""
    spaced = text.replace("_", " ").strip(EDGES)
    return readable(spaced) if " " in spaced else spaced
