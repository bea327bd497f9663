"""One reading of a name for all that describes a release: release words, languages, subtitles.

From it come the technical fields and, as important, where the description begins: a title ends
before it (`description`).
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

import regex  # type: ignore[import-untyped,unused-ignore]

from models.extract.names.languages import also_words, language_of, language_pattern
from models.extract.names.release_words import ReleaseWord, fields, release_words
from models.extract.names.words import END, REMEMBERED, START

SUBTITLE = "subs?(?:titles?|bed)?"
"""The word for subtitles, in a pattern."""

RUN = "run"
"""Value of a run of languages beside the word for subtitles: they are told apart when needed."""

_LANGUAGE = "language"
"""Value of a word that names a language; which one, `language_of` says."""

_WORD_BEGINS = re.compile(rf"{START}(?=.)", re.DOTALL)
_CAPITALS = "(?-i:"
"""Begins a part of a rule that is read in capitals alone; a word's opening is looked at in small
letters.
"""
_OPENING = 5
"""Letters of a word by which the rules that may fit it are picked."""
_FEWER = 2
"""Letters that are looked at first: there are few such pairs, and many begin no rule."""


class Hit(NamedTuple):
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


class _Rule(NamedTuple):
    """A rule, and its pattern for `regex`.

    That can say whether a text may be the beginning of a match.
    """

    word: ReleaseWord
    opening: Any


_MatchAt = Callable[[str, int], re.Match[str] | None]
"""Matches a rule at a place of a name, up to the end of a word."""


@lru_cache(maxsize=REMEMBERED)
def scan(name: str) -> tuple[Hit, ...]:
    """Everything in the name that describes a release, in order."""
    hits = []
    end = 0
    lower = _lower(name)
    for begin in _WORD_BEGINS.finditer(name):
        start = begin.start()
        if start < end:
            continue
        if not _rules_for(lower[start : start + _FEWER]):
            continue
        for word, match_at in _tried_at(lower[start : start + _OPENING]):
            if match := match_at(name, start):
                hits.append(_hit(word, match))
                end = match.end()
                break
    return tuple(hits)


def is_described(text: str, length: int, *, weakly: bool = True) -> bool:
    """Whether one rule of a scan takes at least so many characters of a text, nearly all of it.

    Args:
        text: the text.
        length: how many.
        weakly: whether a word that a title may contain counts, too.
    """
    lower = _lower(text)
    begins = (begin.start() for begin in _WORD_BEGINS.finditer(text, 0, len(text) - length + 1))
    if not any(_rules_for(lower[start : start + _FEWER]) for start in begins):
        return False
    return any(hit.end - hit.start >= length for hit in scan(text) if weakly or not hit.weak)


def _hit(word: ReleaseWord, match: re.Match[str]) -> Hit:
    """What a match of a rule says."""
    text = match[0].lower()
    value = language_of(match[0]) if word.value == _LANGUAGE else word.value
    weak = word.field.weak or text in word.weak
    return Hit(word, value, match.start(), match.end(), text, weak)


def _lower(name: str) -> str:
    """The name in small letters, letter for letter; a dotless i is an i, as `re` has it."""
    lower = name.lower()
    if len(lower) != len(name):
        lower = "".join(letter.lower()[0] for letter in name)
    return lower.replace("\u0131", "i")


@lru_cache(maxsize=16_384)
def _tried_at(opening: str) -> tuple[tuple[ReleaseWord, _MatchAt], ...]:
    """The rules that a word may fit that begins so, and what matches each."""
    return tuple((rule.word, _matcher(rule.word.pattern)) for rule in _rules_for(opening))


@cache
def _matcher(pattern: str) -> _MatchAt:
    """What matches a rule: compiled when a word first begins as it does, since most never do."""
    return re.compile(f"(?:{pattern}){END}", re.IGNORECASE).match


@lru_cache(maxsize=16_384)
def _rules_for(opening: str) -> tuple[_Rule, ...]:
    """The rules that a word may fit that begins so, in their order; for most words there is none.

    This is what makes a scan cheap: few of the rules are tried, and at few words.
    """
    fewer = _rules_for(opening[:-1]) if len(opening) > 1 else _rules()
    return tuple(rule for rule in fewer if rule.opening.match(opening, partial=True) is not None)


@cache
def _rules() -> tuple[_Rule, ...]:
    """All rules: where several fit at one place, the first wins."""
    return tuple(
        _Rule(
            word,
            regex.compile(f"(?:{word.pattern.replace(_CAPITALS, '(?:')})", regex.IGNORECASE),
        )
        for word in all_words()
    )


@cache
def all_words() -> tuple[ReleaseWord, ...]:
    """Languages and subtitles, then the release words."""
    return (*_spoken(), *release_words())


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
            languages,
            _LANGUAGE,
            rf"(?:\d?x)?\d?{language}(?:{dubbed})?|dub[ .-]{language}",
            weak=also_words(),
        ),
    ]
