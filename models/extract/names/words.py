"""The words of a name: where they begin and end, and how they are written out."""

import re

_BETWEEN = r"\s._\-\[\](){},+&/|~@￡●・·【】（）\u2e80-\u9fff"

REMEMBERED = 1024
"""Names of which a reading is kept: those of a batch, with some of their files.

A batch is read to its end before the tagger is asked, and each name is looked at again after it.
Four times as many cost a worker 25 MB and saved no time: names of yesterday do not come again.
"""

START = rf"(?<!(?-i:[^{_BETWEEN}]))"
"""Begins a word, in a pattern: at a separator, a bracket, another script or the beginning."""

END = rf"(?!(?-i:[^{_BETWEEN}]))"
"""Ends a word, in a pattern."""

GAP = r"[\s._\-\[\](){},+&/|~@【】（）]*"
"""What may stand between two words of one description, in a pattern."""

EDGES = " \t-–—_.,:;|~+=/\\★☆"
"""What may stand around a text and is no part of it."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The first letters of the months in English, in their order."""

_BRACKET = re.compile(r"[()\[\]{}]")
_LETTER = re.compile(r"[^\W_]")
_OPENING_BY_CLOSING = {")": "(", "]": "[", "}": "{"}


def is_words(text: str) -> bool:
    """Whether there is anything to read."""
    return _LETTER.search(text) is not None


def word_after(text: str, begin: int) -> int:
    """Where the first word behind a place begins; the length of the text if there is none."""
    match = _LETTER.search(text, begin)
    return len(text) if match is None else match.start()


def is_inside_bracket(text: str, place: int) -> bool:
    """Whether a bracket that was opened before a place is not closed before it."""
    opened = max(text.rfind(bracket, 0, place) for bracket in "[({【")
    closed = max(text.rfind(bracket, 0, place) for bracket in "])}】")
    return opened > closed


def readable(text: str) -> str:
    """The text with spaces for separators and without brackets that have no partner.

    Dots and underscores are separators if the text has no spaces.
    """
    inner = text.strip(EDGES)
    if " " not in inner:
        text = inner.replace(".", " ")
    text = " ".join(text.replace("_", " ").split()).strip(EDGES)
    if _BRACKET.search(text) is None:
        return text
    before = None
    while before != text:
        before = text
        for closing, opening in _OPENING_BY_CLOSING.items():
            text = _balanced(text, opening, closing)
    return text


def _balanced(text: str, opening: str, closing: str) -> str:
    """The text without a bracket at its end that nothing opens, or one that nothing closes."""
    opened, closed = text.count(opening), text.count(closing)
    if closed > opened and text.endswith(closing):
        return text[:-1].strip(EDGES)
    if opened > closed:
        head, _, tail = text.rpartition(opening)
        return (head if len(head) >= len(tail) else tail).strip(EDGES)
    return text
