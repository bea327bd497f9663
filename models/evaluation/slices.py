"""What tells names apart: how they are written, in which script, of which time."""

import re
import unicodedata
from collections.abc import Iterator

from models.classify import patterns

_SCRIPTS = {
    "latin": "latin",
    "cyrillic": "cyrillic",
    "cjk": "cjk",
    "hiragana": "cjk",
    "katakana": "cjk",
    "hangul": "cjk",
}
"""First word of a letter's Unicode name -> script."""

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_YEAR = re.compile(r"(?<!\d)(?:19[2-9]\d|20[0-3]\d)(?!\d)")
_WORD = re.compile(r"[^\W_]+")
_LATE = 2020
"""What the lists of works know little of comes after this year."""
_FEW_WORDS = 2


def script(name: str) -> str:
    """`latin`, `cyrillic`, `cjk` or `other`: what most of the letters of a name are."""
    counts = {"latin": 0.0, "cyrillic": 0.0, "cjk": 0.0, "other": 0.0}
    for letter in filter(str.isalpha, name):
        block = unicodedata.name(letter, "").split(" ", 1)[0].lower()
        counts[_SCRIPTS.get(block, "other")] += 1
    # Foreign letters count double: most names carry Latin tags beside the title.
    counts["latin"] /= 2
    return max(counts, key=counts.__getitem__) if any(counts.values()) else "latin"


def style(name: str) -> str:
    """How a name is written.

    `cjk`, `cyrillic`, `scene` (no spaces), `bracketed` (a tag first), or `spaced`.
    """
    if _CJK.search(name):
        return "cjk"
    if _CYRILLIC.search(name):
        return "cyrillic"
    if " " not in name.strip():
        return "scene"
    return "bracketed" if name.lstrip().startswith(("[", "(", "{")) else "spaced"


def wording(name: str) -> Iterator[tuple[str, str]]:
    """Whether a name has words that rules know, how many words, and of which time it is."""
    is_technical = bool(patterns.matching(patterns.pattern_text(name)))
    yield "rules", "a technical word" if is_technical else "no technical word"
    yield "words", "one or two" if len(_WORD.findall(name)) <= _FEW_WORDS else "more"
    years = [int(year) for year in _YEAR.findall(name)]
    late = f"after {_LATE}" if years and max(years) > _LATE else f"to {_LATE}"
    yield "year", late if years else "none"


def of_name(name: str) -> Iterator[tuple[str, str]]:
    """Everything that the name alone tells."""
    yield "script", script(name)
    yield "style", style(name)
    yield from wording(name)
