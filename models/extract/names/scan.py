"""One reading of a name for all that describes a release: release words, languages, subtitles.

From it come the technical fields and, as important, where the description begins: a title ends
before it (`description`).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from models.extract.names.languages import language_of, language_pattern
from models.extract.names.release_words import ReleaseWord, fields, release_words
from models.extract.names.words import END, START

SUBTITLE = "subs?(?:titles?|bed)?"
"""The word for subtitles, in a pattern."""

RUN = "run"
"""Value of a run of languages beside the word for subtitles: they are told apart when needed."""

_LANGUAGE = "language"
"""Value of a word that names a language; which one, `language_of` says."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits, and where it stands, in characters of the name.

    `text` is what is written there in lower case; `weak` says that a title may contain it, too.
    """

    word: ReleaseWord
    value: str
    start: int
    end: int
    text: str
    weak: bool

    @property
    def field(self) -> str:
        """The name of the field that the rule fills."""
        return self.word.field.name


@lru_cache(maxsize=512)
def scan(name: str) -> tuple[Hit, ...]:
    """Everything in the name that describes a release, in order."""
    pattern, words = _pattern()
    hits = []
    for match in pattern.finditer(name):
        word = words[(match.lastindex or 1) - 1]
        text = match[0].lower()
        value = language_of(match[0]) if word.value == _LANGUAGE else word.value
        weak = word.field.weak or text in word.weak
        hits.append(Hit(word, value, match.start(), match.end(), text, weak))
    return tuple(hits)


@cache
def _pattern() -> tuple[re.Pattern[str], tuple[ReleaseWord, ...]]:
    """All rules as one alternation, and the rule of each group."""
    words = (*_spoken(), *release_words())
    alternatives = "|".join(f"({word.pattern})" for word in words)
    return re.compile(f"{START}(?:{alternatives}){END}", re.IGNORECASE), words


def _spoken() -> list[ReleaseWord]:
    """Rules for languages and subtitles, made of the languages' names.

    Languages before or after the word for subtitles are those of the subtitles: Ger.Eng.Sub,
    Sub (Rus/Fra), sub Eng, ESubs.
    """
    language = language_pattern()
    languages, subtitles = fields()["languages"], fields()["subtitles"]
    before = (
        rf"(?:{language}[ ._,/&+-]{{1,3}}){{0,4}}{language}(?:[ ._-]{{0,2}})"
        rf"(?:soft|hard|ext)?-?{SUBTITLE}"
    )
    behind = rf"{SUBTITLE}[ ._:(\[-]{{1,3}}(?:\d?x?{language}[ ._,/&+]{{0,2}}){{1,6}}(?<![ ._])"
    many = r"(?:multi|m)[ .-]?subs?(?:titles?)?|multiple[ .]subtitles?"
    unnamed = "(?:soft|hard)?-?subs?(?:bed|titles?)?|hc|字幕|中字"
    multilingual = r"multi(?:[ .-]?(?:lang(?:uage)?s?|audio|\d{1,2}))?|dual[ .-]?audio|dual"
    dubbed = "[ .-]?(?:dub(?:bed|s)?|lek(?:tor)?|audio)"
    return [
        ReleaseWord(subtitles, RUN, before),
        ReleaseWord(subtitles, RUN, behind),
        ReleaseWord(subtitles, "multi", many),
        ReleaseWord(subtitles, "en", "e-?subs?"),
        ReleaseWord(subtitles, "yes", unnamed),
        ReleaseWord(languages, "multi", multilingual),
        ReleaseWord(
            languages, _LANGUAGE, rf"(?:\d?x)?\d?{language}(?:{dubbed})?|dub[ .-]{language}"
        ),
    ]
