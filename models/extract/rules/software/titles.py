"""The title of a program or game: what stands before its version and the words of the release."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from models.extract.names.decoration import after_decoration
from models.extract.names.endings import without_extension
from models.extract.names.phrases import Phrase
from models.extract.names.words import EDGES, is_words, readable, word_after
from models.extract.rules.software.systems import system

Span = tuple[int, int]
"""Characters of the name, from and to."""


class Cut(NamedTuple):
    """A title, the rule that cut it out, and where it stands.

    Edition and version are the places of those that were its last words.
    """

    text: str
    rule: str
    start: int
    end: int
    edition: Span | None
    version: Span | None = None


BEFORE_VERSION = "software-before-version"
BEFORE_WORDS = "software-before-words"
BEFORE_BRACKET = "software-before-bracket"
BEFORE_NUMBER = "software-before-number"
WHOLE = "software-whole-name"
QUOTED = "software-quoted"

_OPENING = re.compile(r"[\[({【]")
_PLUS = re.compile(r"\s\+\s?(?=\S)|,\s?\+\s")
_EDITION = re.compile(
    r"[ ._:,–-]{1,3}(?P<text>(?:[^\W_][\w'’]{0,20}[ ._])?(?:edition|издание|edizione|édition))$",
    re.IGNORECASE,
)
_DASHED_EDITION = re.compile(
    r"[ ._](?:[-–—][ ._]|(?<=:[ ._]))(?P<text>(?:[^\W_][\w'’]{0,20}[ ._]){1,4}"
    r"(?:edition|издание|edizione|édition))$",
    re.IGNORECASE,
)
"""` - The Brass Lantern Edition`: behind a dash or colon the whole part is the edition."""

_QUOTED = re.compile(r"《(?P<title>[^《》]{1,80})》")
"""How Chinese writes a title."""

_MAY_STAND_FIRST = frozenset({"platforms", "kinds", "regions"})
_IN_PROGRAMS = frozenset({"iso", "exe"})
"""What the last word before a version may be: `Power ISO 4.7`."""

_OF_TITLES = frozenset({"editions"})
_LINK = re.compile(r"[ ._-]{1,3}(?:for|w|with|and|&|incl|from|на|для)[ ._-]{0,3}$", re.IGNORECASE)
_LONGEST_LINK = 12
"""Characters of a linking word with what stands around it."""

_MOST_LINKS = 4
_PACKAGE = re.compile(r"(?:com|net|org|air)\.(?=[^\s.]+\.[^\s]+\.apk$)", re.IGNORECASE)
"""How the identifier of an Android program begins, which names its file."""

_LAST_NUMBER = re.compile(r"(?<=\S)[ ._](?P<text>\d{1,3}|R\d{1,2}|CS\d|X\d)$")
_INSTALLER = re.compile(r"(?:setup|install)[ ._-](?=\S)", re.IGNORECASE)
_PLATFORM_FIRST = re.compile(r"(?:PC|Mac|Wii|PS\d|PSP|NDS|Xbox(?: ?360)?|Switch) - (?=\S)")
_LEADING_NUMBER = re.compile(r"\d{1,3}\.\s(?=\S)")


class Marks(NamedTuple):
    """What in a name is no title: where versions, phrases, the year and the group stand."""

    numbers: Sequence[Span]
    phrases: Sequence[Phrase]
    years: Sequence[Span]
    group: Span | None
    of_titles: frozenset[str] = frozenset()
    """Values whose weak words are not taken from the end of a title."""


def title(name: str, marks: Marks) -> Cut | None:
    """The title of a program or game. Returns None if nothing is left for one."""
    if (quoted := _QUOTED.search(name)) is not None:
        start, end = quoted.span("title")
        return Cut(quoted["title"].strip(), QUOTED, start, end, None)
    whole = len(without_extension(name))
    begin = _beginning(name, marks)
    end, rule = _end(name, begin, whole, marks)
    if rule == BEFORE_VERSION:
        marks = marks._replace(of_titles=marks.of_titles | _IN_PROGRAMS)
    end = _without_weak_tail(name, begin, end, marks)
    edition = _edition(name, begin, end)
    if edition is not None:
        end = edition[0]
    text = readable(name[begin:end])
    if not is_words(text):
        return None
    start = begin + len(name[begin:end]) - len(name[begin:end].lstrip(EDGES))
    return Cut(_spelt(text), rule, start, end, edition)


def _beginning(name: str, marks: Marks) -> int:
    """Where the title begins: behind tags, addresses, and a group that stands first."""
    begin = after_decoration(name)
    if marks.group is not None and marks.group[0] == 0:
        begin = max(begin, marks.group[1])
    for pattern in (_LEADING_NUMBER, _PLATFORM_FIRST, _INSTALLER, _PACKAGE):
        if (match := pattern.match(name, begin)) is not None:
            begin = match.end()
    for phrase in marks.phrases:
        if phrase.weak or phrase.start < begin or phrase.field not in _MAY_STAND_FIRST:
            continue
        # "PC GAMES - Name", "1. RePack Name": a word of the release stands first.
        if name[begin : phrase.start].strip(EDGES + "[({"):
            break
        if is_words(name[phrase.end :].strip(EDGES)):
            begin = phrase.end
    return begin


def _end(name: str, begin: int, whole: int, marks: Marks) -> tuple[int, str]:
    """The first place behind the beginning where the title may end, and the rule for it."""
    ends = [(start, BEFORE_VERSION) for start, _ in marks.numbers]
    ends += [(phrase.start, BEFORE_WORDS) for phrase in marks.phrases if not phrase.weak]
    ends += [(start, BEFORE_WORDS) for start, _ in marks.years]
    ends += [(match.start(), BEFORE_BRACKET) for match in _OPENING.finditer(name, begin)]
    ends += [(match.start(), BEFORE_WORDS) for match in _PLUS.finditer(name, begin)]
    if marks.group is not None:
        ends.append((marks.group[0], BEFORE_WORDS))
    first = word_after(name, begin)
    behind = [place for place in ends if place[0] > first]
    return min(behind, default=(whole, WHOLE))


def _without_weak_tail(name: str, begin: int, end: int, marks: Marks) -> int:
    """The end without weak words and linking words right before it."""
    spoken = [phrase for phrase in marks.phrases if begin <= phrase.start and phrase.end <= end]
    covered = sum(phrase.end - phrase.start for phrase in spoken)
    if covered >= sum(letter.isalnum() for letter in name[begin:end]):
        return end  # "Windows Loader": nothing but such words
    for phrase in reversed(spoken):
        if phrase.field in _OF_TITLES or phrase.value in marks.of_titles:
            continue
        if name[phrase.end : end].strip(EDGES + "&") or not is_words(name[begin : phrase.start]):
            break
        end = phrase.start
    for _ in range(_MOST_LINKS):
        match = _LINK.search(name, max(begin, end - _LONGEST_LINK), end)
        if match is None or not is_words(name[begin : match.start()]):
            break
        end = match.start()
    return end


def without_number(name: str, cut: Cut) -> Cut:
    """The title of a program without the number at its end, which is its version.

    What stands before a version keeps it, and so does a system: `Windows 10`.
    """
    match = _LAST_NUMBER.search(name, cut.start, cut.end)
    if match is None or cut.rule == BEFORE_VERSION or cut.edition or system(cut.text):
        return cut
    text = readable(name[cut.start : match.start()])
    if not is_words(text) or text[-1].isdigit():
        return cut
    return Cut(text, BEFORE_NUMBER, cut.start, match.start(), None, match.span("text"))


def _edition(name: str, begin: int, end: int) -> Span | None:
    """Where `… Edition` stands at the end of a title. Returns None if it does not."""
    text = name[begin:end].rstrip(EDGES)
    match = _DASHED_EDITION.search(text) or _EDITION.search(text)
    if match is None or not is_words(text[: match.start()]):
        return None
    return begin + match.start("text"), begin + match.end()


def _spelt(text: str) -> str:
    """The title, with the usual spelling if it is the name of an operating system alone."""
    known = system(text)
    return known.name if known is not None and known.name.lower() == text.lower() else text
