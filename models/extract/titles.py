"""The title of a film or series: what stands before its numbering, its year or the description of the release.

A rule says how it cut; the confidence of each is its precision on labelled names (`python -m models.extract.measure`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.extract.numbering import Numbering
from models.extract.scan import description, scan
from models.extract.wording import EDGES, after_decoration, is_words, leading_tag_end, readable, without_extension
from models.extract.years import year


@dataclass(frozen=True, slots=True)
class Cut:
    """A title and how it was cut out; `start` and `end` are characters of the name."""

    text: str
    rule: str
    start: int
    end: int


_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff5e"
_BRACKETS = re.compile(r"\s*(?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}|（[^（）]*）|【[^【】]*】)")
_INNER = re.compile(r"[\[(【](?P<text>[^\[\]【】()]{2,120})[\])】]")
_AKA = re.compile(r"[ ._](?:AKA|a\.k\.a\.?)[ ._]", re.IGNORECASE)
_LATIN_TAIL = re.compile(rf"^.*[{_CJK}][^A-Za-z]*?[ ._／/|·\]）】)》-]*(?P<latin>[A-Za-z0-9][^{_CJK}]*)$")
_LATIN_HEAD = re.compile(rf"^(?P<latin>[A-Za-z0-9][^{_CJK}/|]*?)[ ._]*[/|（(「]?[ ._]*[{_CJK}]")
_NUMBERED = re.compile(r"^(?:Top|No)\b", re.IGNORECASE)
_SLASH = re.compile(r"\s+[/|]\s+|／|(?<=[\u3040-\u9fff])/\s?(?=[A-Za-z])|\s\|\s")
_CHANNEL = re.compile(
    r"^(?:CCTV\d{0,2}|CCTV-4K|KBS\d?|GDTV\d?|MBC|SBS|TVB|Jade|TVBOXNOW|BTV|HunanTV|ZJTV|JSTV|DFTV)(?:-?4K|\+|HD)?[ ._]+(?=\S)"
)
_LATIN_WORDS = re.compile(r"[A-Za-z]{2,}")
_FOREIGN = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_POSTER_TAIL = re.compile(r"-[A-Za-z0-9_]{2,16}$")
_TRAILING = re.compile(
    r"(?:[ ._]+-?[ ._]*|[ ._]*[(\[][ ._]*)(?:(?:temporada|season|saison|staffel|stagione|сезон)[ ._]*\d{0,2}"
    r"|(?:the[ ._])?complete(?:[ ._]"
    r"(?:tv[ ._])?(?:series|collection|pack|season|\d+[ ._]episodes))?|int[eé]grale|complete[ ._]series|mini-?series?|miniserie"
    r"|specials?|ova|oad|NCOP|NCED|PV|batch|recap|compressed|fixed|s\d{1,2}|\d{2,4}-\d{2,4}"
    r"|(?:www[ ._])?[A-Za-z]\w+\.(?:tv|com|net|org|ru)|\d{1,3}[ ._]episodes)[ ._]*[)\]]?[ ._-]*$",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"^(?:[A-Za-z]:)?[\\/]|[^\s/\\][/\\][^\s/\\].*\.(?:mkv|mp4|avi|ts|wmv|m4v|mp3|flac|wv|m4a|ogg)$|^season \d+/", re.IGNORECASE
)
_LEADING_YEAR = re.compile(r"^[\[(]\d{4}[\])][ ._-]*")
_FOLDER_NOISE = re.compile(
    r"^(?:season|series|staffel|saison|disc|cd|dvd)[ ._]*\d+$"
    r"|^(?:media|server|movies|tv|shows?|some|path|downloads?|[a-z]:|.)$",
    re.IGNORECASE,
)
_DASH = re.compile(r"\w\s+[-–—]\s+\w")
_LOOSE_NUMBER = re.compile(r"[ ._]-[ ._]\d{1,4}(?:\.\d){0,2}(?:v\d)?$")
_FEWEST = 4
"""Letters of a Latin title beside one in another script; fewer are a tag or part of it ("SP", "Re：…")."""


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
    """The part of a path that holds the title: the file's name, or the folder where that has only numbers."""
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
            if not is_words(before) or not _title(part, Numbering("", place.start - starts[index], place.end - starts[index])):
                continue
        if not index or len(parts) > 1:
            return starts[index], part
    return 0, name


def _title(name: str, place: Numbering | None) -> Cut | None:
    start = after_decoration(name)
    dated = year(name)
    fixed: list[tuple[int, int]] = []
    if place is not None:
        fixed.append((place.start, place.end))
    if dated is not None:
        fixed.append((dated[1], dated[1] + 4))
    cuts: list[tuple[int, str]] = [(at, rule) for (at, _), rule in zip(fixed, _rules(place, dated), strict=True)]
    if (described := description(name, fixed)) is not None:
        cuts.append((described, "before-technical"))
    # A bracket that holds the cut is no part of the title; the title itself may stand in the brackets before.
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
    if later and (order := {"before-numbering": 0, "before-year": 1}) and rule == "before-technical":
        # The description may begin at the very year or number: that is the better witness.
        same = [cut for cut in later if cut[0] <= end + 3 and cut[1] in order]
        rule = same[0][1] if same else rule
    text = name[start:end]
    if rule == "whole-name" and " " not in text.strip():
        text = _POSTER_TAIL.sub("", text)
    chosen = _chosen(text)
    if not is_words(chosen) or (rule != "whole-name" and _is_noise(chosen)):
        return None
    at = name.find(chosen, start)
    title = readable(chosen)
    if not is_words(title):
        return None
    # Two parts around a dash: which is the title (or both), only the words can tell.
    return Cut(title, f"{rule}-dashed" if _DASH.search(title) else rule, max(at, start), max(at, start) + len(chosen))


def _is_noise(text: str) -> bool:
    """Whether the text is only tags: then the title stands elsewhere."""
    hits = [hit for hit in scan(text) if not hit.weak]
    bare = text.strip("[](){} ._-")
    return any(hit.end - hit.start >= len(bare) for hit in hits)


def _chosen(text: str) -> str:
    """The title in what stands before the cut: without numbers and brackets, of two languages the Latin one."""
    text = text.rstrip(EDGES + "([{【（")
    text = _CHANNEL.sub("", text)
    stripped = text.strip()
    if stripped.startswith(("[", "【", "(")):
        inner = [match["text"] for match in _INNER.finditer(text) if is_words(match["text"]) and not _tag(match["text"])]
        outside = _BRACKETS.sub("", text)
        if inner and not re.search(r"\w{2}", outside):
            latin = [one for one in inner if _LATIN_WORDS.search(one)]
            text = (latin or inner)[0]
    without = _BRACKETS.sub(" ", text)
    if re.search(r"\w{2}", without):
        text = without.strip()
    text = _AKA.split(text, maxsplit=1)[0]
    if len(parts := [part for part in _SLASH.split(text) if is_words(part)]) > 1:
        latin = [part for part in parts if _LATIN_WORDS.search(part) and not _FOREIGN.search(part)]
        text = latin[0] if latin else parts[0]
    for pattern in (_LATIN_HEAD, _LATIN_TAIL):
        match = pattern.match(text)
        if match and len(re.findall(r"[A-Za-z]", match["latin"])) >= _FEWEST and not _NUMBERED.match(match["latin"]):
            text = match["latin"]
            break
    for _ in range(2):
        text = _TRAILING.sub("", text) or text
        text = _LOOSE_NUMBER.sub("", text) or text
    return text.strip(EDGES)


def _tag(text: str) -> bool:
    """Whether the words of a bracket are a number, a date or tags."""
    if not re.search(r"[^\W\d]{2}", text):
        return True
    covered = sum(hit.end - hit.start for hit in scan(text))
    return covered * 2 > len(text) or bool(re.fullmatch(r"(?:TV|OVA|全\d+集|第.{1,4}[集季]|\w{0,3}字幕组?)[ \d-]*", text))
