"""Hostile text on a terminal: one line, so many cells, nothing that is obeyed or turns the rest.

Control characters and those that turn a line are taken out by `models.oneshot.safe`. Letters that
run from right to left turn their neighbours even so. They are put between isolates, which a
terminal that knows them keeps apart and any other passes over.
"""

import unicodedata

from rich.cells import cell_len
from rich.text import Text

from models.lines import dumped
from models.oneshot.safe import safe

_ISOLATE = "\u2068"
_POP = "\u2069"
_MORE = "…"
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_MARKS_AT_ONCE = 4
"""Marks on one letter that are shown; scripts have at most three."""

_UNITS = ("", "K", "M", "G", "T", "P")


def shown(text: str, cells: int | None = None, style: str = "") -> Text:
    """A text of somebody else for a terminal; no markup in it counts.

    Args:
        text: whatever it is.
        cells: how many it may take; what is longer ends with an ellipsis.
        style: of all of it.
    """
    return Text(isolated(cropped(safe(text), cells)), style=style, no_wrap=True, end="")


def json_line(value: object) -> str:
    """A value as a line of JSON in which what a terminal would obey is written as an escape."""
    line = dumped(value)
    if line.isascii():
        return line
    return "".join(
        f"\\u{ord(character):04x}" if safe(character) != character else character
        for character in line
    )


def isolated(text: str) -> str:
    """A text that cannot turn its neighbours.

    >>> isolated("Low Tide")
    'Low Tide'
    """
    if text.isascii() or not any(
        unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text
    ):
        return text
    return f"{_ISOLATE}{text}{_POP}"


def cropped(text: str, cells: int | None) -> str:
    """The beginning of a text that fits; heaps of marks on one letter are cut.

    >>> cropped("Low Tide", 6)
    'Low T…'
    """
    if text.isascii():
        return text if cells is None or len(text) <= cells else text[: max(0, cells - 1)] + _MORE
    text = _without_heaps(text)
    if cells is None or cell_len(text) <= cells:
        return text
    width = 0
    for at, character in enumerate(text):
        width += cell_len(character)
        if width > cells - 1:
            return text[:at] + _MORE
    return text


def _without_heaps(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        is_mark = unicodedata.category(character) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        if marks < _MARKS_AT_ONCE:
            kept.append(character)
    return "".join(kept)


def size(value: int | None) -> str:
    """Bytes in five characters at most, in powers of 1024; empty if unknown.

    >>> size(1_500_000_000)
    '1.4G'
    """
    if value is None:
        return ""
    number = float(value)
    for unit in _UNITS:
        if number < 1024 or unit == _UNITS[-1]:
            break
        number /= 1024
    return f"{number:.1f}{unit}" if unit and number < 10 else f"{number:.0f}{unit}"


def count(value: int | None) -> str:
    """A number in five characters at most; empty if unknown.

    >>> count(12_345), count(999)
    ('12k', '999')
    """
    if value is None:
        return ""
    if value < 10_000:
        return str(value)
    return f"{value // 1_000}k" if value < 10_000_000 else f"{value // 1_000_000}M"


def percent(share: float) -> str:
    """A share of one in four characters at most; only 1 itself is 100 %.

    >>> percent(0.999), percent(1.0)
    ('99%', '100%')
    """
    return "100%" if share >= 1 else f"{min(round(share * 100), 99)}%"
