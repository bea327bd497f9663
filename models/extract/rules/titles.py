"""The title of a film or series: what stands before its numbering, its year or the description of
the release.

A rule says how it cut; the confidence of each is its precision on labelled names (`python -m
models.training.tagger`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.extract.names.scan import description, scan
from models.extract.names.words import (
    after_decoration,
    is_words,
    leading_tag_end,
    readable,
    without_extension,
)
from models.extract.rules.numbering import Numbering
from models.extract.rules.title_words import title_in
from models.extract.rules.years import year


@dataclass(frozen=True, slots=True)
class Cut:
    """A title and how it was cut out; `start` and `end` are characters of the name."""

    text: str
    rule: str
    start: int
    end: int


_POSTER_TAIL = re.compile(r"-[A-Za-z0-9_]{2,16}$")
_PATH = re.compile(
    r"^(?:[A-Za-z]:)?[\\/]|[^\s/\\][/\\][^\s/\\].*\.(?:mkv|mp4|avi|ts|wmv|m4v|mp3|flac|wv|m4a|ogg)$|^season \d+/",
    re.IGNORECASE,
)
_LEADING_YEAR = re.compile(r"^[\[(]\d{4}[\])][ ._-]*")
_FOLDER_NOISE = re.compile(
    r"^(?:season|series|staffel|saison|disc|cd|dvd)[ ._]*\d+$"
    r"|^(?:media|server|movies|tv|shows?|some|path|downloads?|[a-z]:|.)$",
    re.IGNORECASE,
)
_DASH = re.compile(r"\w\s+[-–—]\s+\w")


def video_title(name: str, place: Numbering | None) -> Cut | None:
    """The title of a film or series; `None` where nothing is left for one."""
    offset, part = _segment(name, place)
    if part is not name:
        inner = None
        if place is not None and offset <= place.start < offset + len(part):
            inner = Numbering(place.rule, place.start - offset, place.end - offset)
        cut = _title(part, inner)
        return Cut(cut.text, cut.rule, cut.start + offset, cut.end + offset) if cut else None
    return _title(name, place)


def _segment(name: str, place: Numbering | None) -> tuple[int, str]:
    """The part of a path that holds the title: the file's name, or the folder where that has only
    numbers.
    """
    if not _PATH.search(name) or " / " in name:
        return 0, name
    parts = re.split(r"[\\/]", name)
    starts = [sum(len(part) + 1 for part in parts[:index]) for index in range(len(parts))]
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if not is_words(part) or _FOLDER_NOISE.match(part.strip()):
            continue
        if index and place is not None and starts[index] <= place.start:
            before = name[starts[index] : place.start]
            if not is_words(before) or not _title(
                part, Numbering("", place.start - starts[index], place.end - starts[index])
            ):
                continue
        return starts[index], part
    return 0, name


def fixed_places(
    place: Numbering | None, dated: tuple[int, int, str] | None
) -> list[tuple[int, int]]:
    """Where numbering and year (of `years.year`) stand, in this order: what is neither title nor
    description.
    """
    out = [(place.start, place.end)] if place is not None else []
    return [*out, (dated[1], dated[1] + 4)] if dated is not None else out


def _title(name: str, place: Numbering | None) -> Cut | None:
    start = after_decoration(name)
    dated = year(name)
    fixed = fixed_places(place, dated)
    cuts: list[tuple[int, str]] = [
        (at, rule) for (at, _), rule in zip(fixed, _rules(place, dated), strict=True)
    ]
    if (described := description(name, fixed)) is not None:
        cuts.append((described, "before-technical"))
    # A bracket that holds the cut is no part of the title; the title itself may stand in the
    # brackets before.
    begins = [start, leading_tag_end(name), 0]
    if dated is not None and dated[1] <= 1:
        begins = [match.end() for match in [_LEADING_YEAR.match(name)] if match] + begins
    for begin in begins:
        found = _between(name, begin, cuts)
        if found is not None:
            return found
    return None


def _rules(place: Numbering | None, dated: tuple[int, int, str] | None) -> list[str]:
    out = ["before-numbering"] if place is not None else []
    return [*out, "before-year"] if dated is not None else out


def _between(name: str, start: int, cuts: Sequence[tuple[int, str]]) -> Cut | None:
    if any(start <= cut[0] <= start + 1 for cut in cuts):
        return None  # the cut comes at once: the title is not here
    later = [cut for cut in cuts if cut[0] > start]
    if cuts and not later and start:
        return None
    end, rule = min(later, default=(len(without_extension(name)), "whole-name"))
    if rule == "before-technical":
        # The description may begin at the very year or number: that is the better witness.
        rule = next((other for at, other in later if at <= end + 3 and other != rule), rule)
    text = name[start:end]
    if rule == "whole-name" and " " not in text.strip():
        text = _POSTER_TAIL.sub("", text)
    chosen = title_in(text)
    if not is_words(chosen) or (rule != "whole-name" and _is_noise(chosen)):
        return None
    at, title = name.find(chosen, start), readable(chosen)
    if at < 0 or not is_words(title):
        return None  # something was taken out of its middle: no text of the name
    # Two parts around a dash: which is the title (or both), only the words can tell.
    return Cut(title, f"{rule}-dashed" if _DASH.search(title) else rule, at, at + len(chosen))


def _is_noise(text: str) -> bool:
    """Whether the text is only tags: then the title stands elsewhere."""
    hits = [hit for hit in scan(text) if not hit.weak]
    bare = text.strip("[](){} ._-")
    return any(hit.end - hit.start >= len(bare) for hit in hits)
