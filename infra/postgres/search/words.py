"""The words of a question, folded as the words of names are in the index."""

import re
from dataclasses import dataclass

from schemas.base import clean_text

MAX_CHARACTERS = 512
MAX_WORDS = 32
PREFIX_FROM = 3
"""Characters that a word has before it may go on: shorter ones begin too many others."""

NAME = "to_tsvector('simple', translate(t.name, '._-+[](){}', '          '))"
"""The indexed expression; only what repeats it is answered from the index `torrents_search`."""

_SEPARATORS = str.maketrans(dict.fromkeys("._-+[](){}", " "))
_PART = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_OPEN = re.compile(r"[^\W_]+\Z")


@dataclass(frozen=True, slots=True)
class Words:
    """A question in the syntax of `websearch_to_tsquery`, and a last word that may go on."""

    text: str
    open_end: str = ""
    needed: tuple[str, ...] = ()
    """The parts that must stand in a name; none where there are alternatives."""

    def __bool__(self) -> bool:
        return bool(self.text or self.open_end)


def folded(text: str) -> str:
    """A text with what separates words in names as blanks."""
    return " ".join(clean_text(text).translate(_SEPARATORS).split())


def words(text: str, *, prefix: bool = False) -> Words:
    """The words of what somebody typed.

    A minus before a word or phrase says that it must not be there; everywhere else it separates
    words, as it does in names.
    """
    parts: list[tuple[str, str, bool]] = []
    for match in _PART.finditer(clean_text(text)[:MAX_CHARACTERS]):
        is_phrase = match["phrase"] is not None
        inner = folded(match["phrase"] if is_phrase else match["word"])
        if inner:
            parts.append((match["without"], inner, is_phrase))
    del parts[MAX_WORDS:]
    open_end = ""
    has_alternatives = any(inner.lower() == "or" and not quoted for _, inner, quoted in parts)
    # Beside alternatives an open end would be asked for with either of them.
    if prefix and parts and not text[-1:].isspace() and not has_alternatives:
        open_end = _open_end(parts)
    written = []
    for without, inner, is_phrase in parts:
        is_quoted = is_phrase or (without and " " in inner)
        written.append(f'{without}"{inner}"' if is_quoted else f"{without}{inner}")
    needed = tuple(inner for without, inner, _ in parts if not without)
    if has_alternatives:
        needed = ()
    return Words(" ".join(written), open_end, needed)


def _open_end(parts: list[tuple[str, str, bool]]) -> str:
    """Takes the last word off the parts if it may go on; returns an empty text if not."""
    without, inner, is_phrase = parts[-1]
    head, _, last = inner.rpartition(" ")
    if without or is_phrase or len(last) < PREFIX_FROM or not _OPEN.match(last):
        return ""
    parts[-1:] = [("", head, False)] if head else []
    return last
