"""Languages in names: whole words, three letters or two capitals, by `languages.toml`."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from models.extract.names.words import END, START

_FILE = Path(__file__).with_suffix(".toml")
_IN_ANY_CASE = ("names", "short")

_BEFORE = re.compile(r"^(?:(?:\d?x)?\d?|dub[ .-])(?=\D)", re.IGNORECASE)
_BEHIND = re.compile(r"[ .-]?(?:dub(?:bed|s)?|lek(?:tor)?|audio)$", re.IGNORECASE)


@cache
def languages() -> dict[str, dict[str, str]]:
    """The table of the file: language -> `names`, `short`, `words` and `codes`, each a pattern."""
    table: dict[str, dict[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return table


@cache
def language_pattern() -> str:
    """A pattern for any language in any case: a whole name, or three letters."""
    words = [table[key] for table in languages().values() for key in _IN_ANY_CASE if key in table]
    return "(?:" + "|".join(words) + ")"


@cache
def also_words() -> frozenset[str]:
    """Short spellings that are words or names, too."""
    return frozenset(
        word for table in languages().values() for word in table.get("words", "").split("|") if word
    )


@lru_cache(maxsize=4096)
def language_of(text: str) -> str:
    """The language that a word names, whatever stands around it (2xukr, pldub, dub pl)."""
    bare = _BEFORE.sub("", text)
    spellings = (text, bare, _BEHIND.sub("", bare))
    return next(
        language
        for spelling in spellings
        for language, pattern in _patterns()
        if pattern.fullmatch(spelling)
    )


def language_codes(name: str, start: int) -> list[tuple[str, int, int]]:
    """Codes in capitals from `start` on, as (language, from, to)."""
    pattern, language_by_code = _codes()
    return [(language_by_code[match[1]], *match.span(1)) for match in pattern.finditer(name, start)]


def is_language_code(word: str) -> bool:
    """Whether a word is a language's code as `languages.toml` writes it, in capitals."""
    return word in _codes()[1]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (
            language,
            re.compile("|".join(table[key] for key in _IN_ANY_CASE if key in table), re.IGNORECASE),
        )
        for language, table in languages().items()
    ]


@cache
def _codes() -> tuple[re.Pattern[str], dict[str, str]]:
    """Two capitals beside word ends, with what may follow them (PL-DUB, BG.AUDIO)."""
    language_by_code = {
        code: language
        for language, table in languages().items()
        for code in table.get("codes", "").split("|")
        if code
    }
    codes = "|".join(language_by_code)
    followed = rf"(?=(?:[ .-]?(?:DUB|LEK|AUDIO|SUBS?))?{END})"
    return re.compile(rf"{START}({codes}){followed}"), language_by_code
