"""Texts of data sets, tidied: no addresses, no markup, no empty ones, none twice."""

import html
import re
import unicodedata
from collections.abc import Iterable

from models.embed.text import LONGEST_TEXT

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_UNSAID = frozenset({"", "nan", "none", "null", "n/a", "[]"})
"""What tables write where nothing is said."""


def cleaned(texts: Iterable[str]) -> tuple[str, ...]:
    """Tidy texts, each once, in their order."""
    tidied = (tidy(text) for text in texts)
    kept = {text.lower(): text for text in reversed(list(tidied)) if text.lower() not in _UNSAID}
    return tuple(reversed(kept.values()))


def tidy(text: str) -> str:
    r"""One text in one line.

    >>> tidy("A&nbsp;slow <b>waltz</b>,\n see https://example.org/a .")
    'A slow waltz, see.'
    """
    text = unicodedata.normalize("NFKC", html.unescape(text[: 4 * LONGEST_TEXT]))
    text = _MARKUP.sub(" ", _ADDRESS.sub(" ", text))
    text = "".join(c if c.isprintable() else " " for c in text)
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))[:LONGEST_TEXT]
