"""Which of the tagger's places can be author and title of a book, beside what the rules proved."""

import re
from collections.abc import Mapping
from dataclasses import replace

from models.extract.evidence.claims import Claim
from models.extract.evidence.guard import alike
from models.extract.names.words import readable
from models.extract.rules.books.creators import PROVED
from models.extract.rules.books.persons import is_persons
from models.extract.rules.books.titles import BEFORE_NUMBER
from models.extract.tagger.decode import Tagged

_SPACES = " ._"
_EDGES = (*"-–—([{}])",)
"""What parts an author from a title."""

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_LONGEST_NAME = 4
"""Letters of a person's name in Chinese or Korean."""

_NUMBER_PART = re.compile(
    r"(?P<says>(?:vol(?:ume)?|tom[eo]?|issue|no|nr|n|ch|chapter|book|band|heft|prog|part|v|c|t)\b|\d)"
    r"|[\W_]",
    re.IGNORECASE,
)
"""A digit, the word that says what a number counts, or what stands between them."""


def believable(
    name: str, tags: Mapping[str, Tagged], ruled: Mapping[str, Claim]
) -> dict[str, Tagged]:
    """The places that the tagger may be believed about.

    * An author is a whole part of the name, or has the shape of a person's name.
    * Where a rule proved who wrote what, the tagger may not take one for the other.
    * A title does not go on with the number before which a rule ended it.

    Args:
        name: the torrent's.
        tags: role -> where the tagger sees it.
        ruled: role -> what a rule says.
    """
    seen = dict(tags)
    if "title" in seen:
        seen["title"] = _whole_run(name, seen["title"])
    if "creator" in seen and _is_cut(name, seen["creator"]):
        del seen["creator"]
    if "creator" in seen:
        seen["creator"] = _whole_name(name, seen["creator"])
        if not may_be_author(name, seen["creator"].start, seen["creator"].end):
            del seen["creator"]
    if _is_swapped(name, seen, ruled):
        seen.pop("creator", None)
        seen.pop("title", None)
    if _takes_in_author(name, seen, ruled):
        del seen["title"]
    title = ruled.get("title")
    if title is not None and title.rule == BEFORE_NUMBER and "title" in seen:
        tag = seen["title"]
        if _goes_on_with_number(readable(name[tag.start : tag.end]), str(title.value)):
            del seen["title"]
    return seen


def may_be_author(name: str, start: int, end: int) -> bool:
    """Whether what the tagger takes for the author of a book can be one.

    It is a whole part of the name beside a dash or a bracket, or several words that have the shape
    of a person's name, or a single one that begins a Russian name: `Author. Title`.
    """
    sides = (name[:start].rstrip(_SPACES)[-1:], name[end:].lstrip(_SPACES)[:1])
    if any(side in _EDGES for side in sides) and all(side in ("", *_EDGES) for side in sides):
        return True
    text = readable(name[start:end])
    if not text:
        return False
    if not (text[0].isupper() or text[0].islower()):
        return True  # scripts without capitals have no shape to look at
    is_first = not text.isascii() and not start
    return is_persons(text) and (" " in text or is_first or any(side in _EDGES for side in sides))


def _whole_name(name: str, tag: Tagged) -> Tagged:
    """The place with all letters of a short run of Chinese or Korean: no name ends within one."""
    for match in _CJK.finditer(name):
        if match.start() <= tag.start and tag.end <= match.end():
            is_short = match.end() - match.start() <= _LONGEST_NAME
            return replace(tag, start=match.start(), end=match.end()) if is_short else tag
    return tag


def _whole_run(name: str, tag: Tagged) -> Tagged:
    """The place widened to whole runs of Chinese, Japanese or Korean at both ends."""
    start, end = tag.start, tag.end
    for match in _CJK.finditer(name):
        if match.start() < start < match.end():
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    return replace(tag, start=start, end=end)


def _is_cut(name: str, tag: Tagged) -> bool:
    """Whether a place is a part of a run that is too long for a name."""
    whole = _whole_run(name, tag)
    is_whole = (whole.start, whole.end) == (tag.start, tag.end)
    return not is_whole and whole.end - whole.start > _LONGEST_NAME


def _is_swapped(name: str, tags: Mapping[str, Tagged], ruled: Mapping[str, Claim]) -> bool:
    """Whether the tagger takes a proved author for the title, or the title for the author."""
    author, title = ruled.get("creator"), ruled.get("title")
    if author is None or title is None or author.rule not in PROVED:
        return False
    crossed = (("title", author), ("creator", title))
    return any(
        role in tags and alike(name[tags[role].start : tags[role].end], str(claim.value))
        for role, claim in crossed
    )


def _takes_in_author(name: str, tags: Mapping[str, Tagged], ruled: Mapping[str, Claim]) -> bool:
    """Whether the tagger's title holds a part of the proved author beside it."""
    author = ruled.get("creator")
    if "title" not in tags or "title" not in ruled or author is None or author.rule not in PROVED:
        return False
    start = name.find(str(author.value))
    end = start + len(str(author.value))
    return start >= 0 and tags["title"].start < end and start < tags["title"].end


def _goes_on_with_number(tagged: str, ruled: str) -> bool:
    """Whether a title is another one with a number, or the word of a number, behind it."""
    if not tagged.lower().startswith(ruled.lower()):
        return False
    tail = tagged[len(ruled) :]
    end = 0
    says_number = False
    while (part := _NUMBER_PART.match(tail, end)) is not None:
        says_number = says_number or part["says"] is not None
        end = part.end()
    return says_number and end == len(tail)
