"""Text as known names are compared: lower case, without accents and apostrophes.

The ban list folds more (look-alike letters, digits that stand for letters); see
`models.ban.disguise`.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """A text as its keys are made: lower case, no accents or apostrophes, `&` as a word."""
    text = text.replace("'", "").replace("’", "").replace("&", " and ")
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return text.casefold()


def folded_words(text: str) -> list[str]:
    """The words of a folded text."""
    return _WORD.findall(folded(text))
