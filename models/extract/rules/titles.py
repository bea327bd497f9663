"""The title of a film or series: what stands before its numbering, its year or the description.

A rule says how the title was cut out; `evidence/trust.toml` says how far each rule is believed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.extract.names.decoration import after_decoration, leading_tag_end
from models.extract.names.description import description
from models.extract.names.endings import without_extension
from models.extract.names.scan import is_described, scan
from models.extract.names.scene_prefix import scene_prefix
from models.extract.names.words import is_inside_bracket, is_words, readable
from models.extract.rules.numbering import Numbering
from models.extract.rules.title_words import title_in
from models.extract.rules.years import Dated, year


class Cut(NamedTuple):
    """A title and how it was cut out; `start` and `end` are characters of the name."""

    text: str
    rule: str
    start: int
    end: int


class _End(NamedTuple):
    """Where a title may end, and the rule that says so."""

    at: int
    rule: str


_BEFORE_NUMBERING = "before-numbering"
_BEFORE_YEAR = "before-year"
_BEFORE_TECHNICAL = "before-technical"
_WHOLE_NAME = "whole-name"

_DASHED = {
    _BEFORE_NUMBERING: "before-numbering-dashed",
    _BEFORE_YEAR: "before-year-dashed",
    _BEFORE_TECHNICAL: "before-technical-dashed",
    _WHOLE_NAME: "whole-name-dashed",
}
"""Rules for a title that holds a dash: which of its parts is the title is not sure."""

_DASH = re.compile(r"\w\s+[-–—]\s+\w")
_POSTER_TAIL = re.compile(r"-(?=[A-Za-z_]*[A-Z\d][A-Za-z_]*[A-Z\d])[A-Za-z0-9_]{2,16}$")
"""A last word behind a dash with two capitals or digits, as groups write themselves."""
_LEADING_YEAR = re.compile(r"^[\[(]\d{4}[\])][ ._-]*")

_OPENING = ("[", "【", "(", "{")
_NEAR = 3
"""Characters between the description and a year or number that it begins with."""

_PATH = re.compile(
    r"^(?:[A-Za-z]:)?[\\/]"
    r"|[^\s/\\][/\\][^\s/\\].*\.(?:mkv|mp4|avi|ts|wmv|m4v|mp3|flac|wv|m4a|ogg|ogm|mov|mpg|m2ts|srt)$"
    r"|^(?:season \d+|movies|films|series|tv|anime|videos)/",
    re.IGNORECASE,
)
_FOLDER_NOISE = re.compile(
    r"^(?:season|series|staffel|saison|disc|cd|dvd)[ ._]*\d+$"
    r"|^(?:media|server|movies|films|series|tv|anime|videos?|shows?|downloads?|[a-z]:|.)$",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"(?=[a-z]*\d)(?=(?:\d*[a-f])+)[0-9a-f]{16,}\Z"
    r"|(?=\D*\d)(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])[A-Za-z0-9]{20,}\Z"
)
"""A file's name that posters made unreadable: digits of a checksum, or letters drawn by chance."""

_BARE_YEAR = "year-bare"
_WORDS_BEHIND = re.compile(r"(?: -)? (?P<words>[^\W\d_]+[ ]+[^\W\d_]+)")
"""Two words behind a year, in a name that is written with spaces."""

_OF_SPORT = "final"
"""A word about the release that is one of a contest where others follow: `2019 Final Ash`."""

_BEHIND_NUMBER = ")] ._-/|"
"""What may stand between a number that a name begins with and the title."""

Span = tuple[int, int]
"""Characters of the name, from and to."""


def video_title(name: str, place: Numbering | None, *, is_work: bool = True) -> Cut | None:
    """The title of a film or series. Returns None if nothing is left for one.

    Args:
        name: the name, which may be a path.
        place: its numbering.
        is_work: whether a year ends the title, as that of a film or series. Courses, sports and
            clips go on behind it: `Harbour Design 2017 New Features`.
    """
    if not is_work and place is None and _goes_on(name):
        return _between(name, after_decoration(name), _ends(None, None, description(name)))
    numbered = (place.start, place.end) if place is not None else None
    may_be_path = "/" in name or "\\" in name
    path = _PATH.search(name) if may_be_path else None
    if path is None or " / " in name or is_inside_bracket(name, path.start() + 1):
        return _title(name, numbered) or _behind_number(name, place)
    start, part = _title_part(name, numbered)
    cut = _title(part, _shifted(numbered, start, part))
    return cut._replace(start=cut.start + start, end=cut.end + start) if cut else None


def _goes_on(name: str) -> bool:
    """Whether words that describe nothing follow a year, in a name that is written with spaces."""
    dated = year(name) if " " in name else None
    if dated is None or dated.rule != _BARE_YEAR:
        return False
    behind = _WORDS_BEHIND.match(name, dated.end)
    if behind is None:
        return False
    hits = scan(name)
    said = (hit for hit in hits if hit.text != _OF_SPORT)
    return not any(hit.start < behind.end() and hit.end > behind.start("words") for hit in said)


def fixed_places(place: Numbering | None, dated: Dated | None) -> list[Span]:
    """Where numbering and year stand, in this order: what is neither title nor description."""
    places = [(place.start, place.end)] if place is not None else []
    return [*places, (dated.start, dated.end)] if dated is not None else places


def _title_part(name: str, numbered: Span | None) -> tuple[int, str]:
    """The part of a path that holds the title, and where it begins.

    It is the file's name, or the folder's where the file's has only numbers.
    """
    parts = re.split(r"[\\/]", name)
    starts = [sum(len(part) + 1 for part in parts[:index]) for index in range(len(parts))]
    for start, part in reversed(list(zip(starts, parts, strict=True))):
        if not is_words(part) or _FOLDER_NOISE.match(part.strip()):
            continue
        if _HIDDEN.match(without_extension(part)):
            continue
        if start and numbered is not None and start <= numbered[0]:
            inner = (numbered[0] - start, numbered[1] - start)
            if not is_words(name[start : numbered[0]]) or _title(part, inner) is None:
                continue
        return start, part
    return 0, name


def _behind_number(name: str, place: Numbering | None) -> Cut | None:
    """The title behind a number that the name begins with. Returns None if there is none.

    Such a number is a day, or stands in brackets; behind another one stands an episode's title.
    """
    if place is None or place.start > 1:
        return None
    if not name.startswith(("(", "[")) and (place.date is None or place.episode is not None):
        return None
    begin = place.end + len(name[place.end :]) - len(name[place.end :].lstrip(_BEHIND_NUMBER))
    cut = _title(name[begin:], None)
    return cut._replace(start=cut.start + begin, end=cut.end + begin) if cut else None


def _shifted(numbered: Span | None, start: int, part: str) -> Span | None:
    """Where the numbering stands in a part of the name. Returns None if it stands elsewhere."""
    if numbered is None or not start <= numbered[0] < start + len(part):
        return None
    return numbered[0] - start, numbered[1] - start


def _title(name: str, numbered: Span | None) -> Cut | None:
    dated = year(name)
    fixed = [numbered] if numbered is not None else []
    if dated is not None:
        fixed.append((dated.start, dated.end))
    ends = _ends(numbered, dated, description(name, fixed))
    for begin in _begins(name, dated):
        if (cut := _between(name, begin, _ends_behind(name, begin, ends, fixed))) is not None:
            return cut
    return None


def _begins(name: str, dated: Dated | None) -> Iterator[int]:
    """All places where the title may begin, the likeliest first.

    A bracket that holds the end is no part of the title; the title itself may stand in the brackets
    before.
    """
    if dated is not None and dated.start <= 1 and (leading := _LEADING_YEAR.match(name)):
        yield leading.end()
    if (group := scene_prefix(name)) is not None:
        yield len(group) + 1
        return
    decorated = after_decoration(name)
    yield decorated
    if decorated:
        yield leading_tag_end(name)
        yield 0


def _ends(numbered: Span | None, dated: Dated | None, described: int | None) -> list[_End]:
    """All places where the title may end."""
    ends = [_End(numbered[0], _BEFORE_NUMBERING)] if numbered is not None else []
    if dated is not None:
        ends.append(_End(dated.start, _BEFORE_YEAR))
    if described is not None:
        ends.append(_End(described, _BEFORE_TECHNICAL))
    return ends


def _ends_behind(
    name: str, begin: int, ends: Sequence[_End], fixed: Sequence[Span]
) -> Sequence[_End]:
    """The ends of a title that begins behind decoration.

    A description before it is decoration, too, and ends no title, unless only brackets follow: then
    the title stands in one of those before.
    """
    described = ends[-1] if ends and ends[-1].rule == _BEFORE_TECHNICAL else None
    if described is None or described.at >= begin or name.startswith(_OPENING, begin):
        return ends
    behind = [(start - begin, end - begin) for start, end in fixed if start >= begin]
    at = description(name[begin:], behind)
    return [*ends[:-1], *([_End(begin + at, _BEFORE_TECHNICAL)] if at is not None else [])]


def _between(name: str, start: int, ends: Sequence[_End]) -> Cut | None:
    """The title between a beginning and the first end behind it. Returns None if it is not here."""
    if any(start <= end.at <= start + 1 for end in ends):
        return None  # the end comes at once
    later = [end for end in ends if end.at > start]
    if ends and not later and start:
        return None
    end = _first_end(later) if later else _End(len(without_extension(name)), _WHOLE_NAME)
    chosen = _chosen(name[start : end.at], end.rule)
    if not is_words(chosen):
        return None
    at, title = name.find(chosen, start), readable(chosen)
    if at < 0 or not is_words(title):
        return None  # something was taken out of its middle: it is no text of the name
    rule = _DASHED[end.rule] if _DASH.search(title) else end.rule
    return Cut(title, rule, at, at + len(chosen))


def _first_end(ends: Sequence[_End]) -> _End:
    """The first end. If a year or number begins the description there, that is the rule."""
    first = min(ends)
    if first.rule != _BEFORE_TECHNICAL:
        return first
    near = (end.rule for end in ends if end.at <= first.at + _NEAR and end.rule != first.rule)
    return _End(first.at, next(near, first.rule))


def _chosen(text: str, rule: str) -> str:
    """The title in what stands before the end; an empty text if there are only tags."""
    if rule != _WHOLE_NAME:
        title = title_in(text, is_numbered=rule == _BEFORE_NUMBERING, is_dated=rule == _BEFORE_YEAR)
        return "" if _is_noise(title) else title
    return title_in(text if " " in text.strip() else _POSTER_TAIL.sub("", text))


def _is_noise(text: str) -> bool:
    """Whether the text is only tags: then the title stands elsewhere."""
    bare = text.strip("[](){} ._-")
    return is_described(text, len(bare), weakly=False)
