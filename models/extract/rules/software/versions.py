"""Version, build and update of a program: what numbers its name has, and where they stand."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from models.extract.names.words import REMEMBERED

VERSION = "version"
BUILD = "build"
UPDATE = "update"


class Numbered(NamedTuple):
    """A number of a program: the field it fills, its text, and where it stands with its word."""

    field: str
    text: str
    start: int
    end: int


_BEGINS = r"(?<![A-Za-z0-9])"
_NUMBERS = r"\d{1,10}(?:\.\d{1,10}){0,5}"
_STAGE = (
    r"(?:[a-z]\d{0,3}(?![A-Za-z])"
    r"|[ ._-]?(?:beta|alpha|rc)(?:[ ._-]?\d{1,3})?(?!\w)"
    r"|[ ._-]?\(?[br]\d{1,3}\)?(?!\w))?"
)
"""What may follow the numbers of a version: `a`, `-beta`, `rc1`, ` (b2)`, `u3`."""

_MARKED = re.compile(
    rf"{_BEGINS}(?:v|ver|version)[ ._]{{0,2}}(?P<text>\d{{1,10}}(?:[._-]\d{{1,10}}){{0,5}}{_STAGE})"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
"""`v25.0`, `Version 1.2`, `v2-5-1`, `v1_0_2`."""

_DOTTED = re.compile(
    rf"(?<![A-Za-z0-9$€#])(?<!\d[.,:])(?P<text>\d{{1,5}}(?:\.\d{{1,10}}){{1,5}}{_STAGE})"
    r"(?![A-Za-z0-9%])(?!\.\d)",
    re.IGNORECASE,
)
"""Numbers with points between them, and no word before."""

_SPACED = re.compile(r"(?<![A-Za-z0-9])v(?P<text>\d{1,4}(?: \d{1,5}){1,3})(?![\w.])", re.IGNORECASE)
"""`v13 0`, `v1 3 1`: names that lost their points."""

_BUILD = re.compile(
    rf"{_BEGINS}(?:build|bld)[ ._#-]{{0,3}}(?P<text>{_NUMBERS}[a-z]?)(?![A-Za-z0-9])"
    rf"|{_BEGINS}b(?P<short>\d{{5,10}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    rf"{_BEGINS}(?:update|upd|hotfix|patch)s?[ ._-]{{1,3}}(?P<mark>v|ver)?[ .]?"
    rf"(?P<text>{_NUMBERS}[a-z]?)(?![A-Za-z0-9])(?:[ ._]to[ ._]v?(?P<last>{_NUMBERS}))?"
    rf"|{_BEGINS}(?P<pack>SP[ .]?\d{{1,2}}(?:\.\d)?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
"""`Update 5`, `Update v1.0.3`, `upd.1.to.5`, `SP1`."""

_RELEASE = re.compile(rf"{_BEGINS}(?P<text>\d\dH[12])(?![A-Za-z0-9])")
"""`22H2`: how Windows counts its releases."""

_DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d"
    r"|(?:19|20)\d\d\.(?:0[1-9]|1[0-2])\.(?:0[1-9]|[12]\d|3[01])"
)
_DIGITS = re.compile(r"\d")


@lru_cache(maxsize=REMEMBERED)
def numbered(name: str) -> tuple[Numbered, ...]:
    """Every version, build and update of a name, in order."""
    if _DIGITS.search(name) is None:
        return ()
    numbers: list[Numbered] = []
    for number in _all(name):
        if not any(number.start < other.end and other.start < number.end for other in numbers):
            numbers.append(number)
    return tuple(sorted(numbers, key=lambda number: number.start))


def _all(name: str) -> Iterator[Numbered]:
    """What each pattern reads; where two read the same place, the first is right."""
    lower = name.lower()
    if "b" in lower:
        for match in _BUILD.finditer(name):
            yield Numbered(BUILD, match["text"] or match["short"], *match.span())
    if "upd" in lower or "patch" in lower or "hotfix" in lower or "sp" in lower:
        for match in _UPDATE.finditer(name):
            text = match["last"] or match["text"] or match["pack"]
            # The version of an update is that of the program behind it; a bare number counts them.
            is_version = match["pack"] is None and ("." in text or match["mark"])
            yield Numbered(VERSION if is_version else UPDATE, text, *match.span())
    if "v" in lower:
        for match in _SPACED.finditer(name):
            yield Numbered(VERSION, match["text"].replace(" ", "."), *match.span())
        for match in _MARKED.finditer(name):
            yield Numbered(VERSION, _joined(match["text"]), *match.span())
    if "." in name:
        for match in _DOTTED.finditer(name):
            if not _is_date(name, match):
                yield Numbered(VERSION, _joined(match["text"]), *match.span())
    for match in _RELEASE.finditer(name):
        yield Numbered(VERSION, match["text"], *match.span())


def _joined(text: str) -> str:
    """The text of a version with points between its numbers."""
    numbers = re.sub(r"(?<=\d)[_-](?=\d)", ".", text)
    return numbers.replace("_", " ").strip(" .-")


def _is_date(name: str, match: re.Match[str]) -> bool:
    """Whether the numbers are a day, unless a distribution is named by it."""
    if _DATE.fullmatch(match["text"]) is None:
        return False
    return name[: match.start()][-1:] != "-"
