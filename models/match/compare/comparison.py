"""The answer for two names, and how sure each rule is."""

from dataclasses import dataclass
from enum import StrEnum

SAME_FROM = 0.5
"""Confidence from which on two names are said to be of one thing."""


class NameKind(StrEnum):
    """What two names are names of."""

    ARTIST = "artist"
    ALBUM = "album"
    TITLE = "title"
    """A film, a series, a book or a game."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer for a pair of names."""

    same: bool
    confidence: float
    """Of the pairs that the rule decided, the share that were one thing, in [0, 1].

    Measured on the half of the pairs that the rules were written on (docs/linking.md).
    """
    why: str
    """The rule that decided: a key of `RULES`."""


class Rule(StrEnum):
    """What decides about two names, in words for a person."""

    EQUAL = "names equal"
    ALIASES = "aliases of one artist"
    ONE_GROUP = "titles of one release group"
    ORDER = "same words in another order"
    ARTICLES = "same but for articles and conjunctions"
    ROMANISED = "alike in Latin letters"
    ACRONYM = "acronym"
    THREE_INITIALS = "acronym of three letters"
    TWO_INITIALS = "acronym of two letters"
    FIRST_INITIALS = "first names are initials"
    EDITIONS = "editions of one work"
    SUBTITLE = "one is the subtitle of the other"
    TITLE_ALONE = "one has a subtitle that the other lacks"
    WITH_YEAR = "one has its year"
    WITH_COUNTRY = "one names its country"
    YEARS = "years differ"
    COUNTRIES = "countries differ"
    OTHER_ACRONYM = "acronym of another artist"
    NUMBER = "a number or kind differs"
    OTHER_ENTITIES = "others in the index"
    TRIBUTE = "one plays the songs of the other"
    LETTERS = "digits or signs for letters"
    BRACKETED = "one stands in brackets beside the other"
    ALIKE = "spelled alike"
    GUEST = "one is joined by a guest"
    CREDIT = "one leads a joint credit"
    PART = "one name is part of the other"
    DIFFER = "names differ"


RULES: dict[NameKind, dict[Rule, float]] = {
    NameKind.ARTIST: {
        Rule.EQUAL: 0.99,
        Rule.ALIASES: 0.99,
        Rule.ORDER: 0.99,
        Rule.ARTICLES: 0.65,
        Rule.ACRONYM: 0.98,
        Rule.THREE_INITIALS: 0.83,
        Rule.TWO_INITIALS: 0.4,
        Rule.FIRST_INITIALS: 0.75,
        Rule.BRACKETED: 0.92,
        Rule.OTHER_ACRONYM: 0.2,
        Rule.TRIBUTE: 0.05,
        Rule.NUMBER: 0.45,
        Rule.OTHER_ENTITIES: 0.02,
        Rule.LETTERS: 0.8,
        Rule.ROMANISED: 0.9,
        Rule.ALIKE: 0.93,
        Rule.GUEST: 0.95,
        Rule.CREDIT: 0.91,
        Rule.PART: 0.4,
        Rule.DIFFER: 0.16,
    },
    NameKind.ALBUM: {
        Rule.EQUAL: 0.99,
        Rule.ONE_GROUP: 0.96,
        Rule.EDITIONS: 0.98,
        Rule.ORDER: 0.67,
        Rule.ARTICLES: 0.65,
        Rule.ACRONYM: 0.92,
        Rule.THREE_INITIALS: 0.66,
        Rule.TWO_INITIALS: 0.3,
        Rule.NUMBER: 0.03,
        Rule.OTHER_ENTITIES: 0.4,
        Rule.LETTERS: 0.8,
        Rule.ROMANISED: 0.8,
        Rule.SUBTITLE: 0.8,
        Rule.TITLE_ALONE: 0.5,
        Rule.ALIKE: 0.88,
        Rule.PART: 0.4,
        Rule.DIFFER: 0.06,
    },
    NameKind.TITLE: {
        Rule.EQUAL: 0.99,
        Rule.EDITIONS: 0.98,
        Rule.WITH_YEAR: 0.95,
        Rule.WITH_COUNTRY: 0.5,
        Rule.YEARS: 0.02,
        Rule.COUNTRIES: 0.02,
        Rule.ORDER: 0.67,
        Rule.ARTICLES: 0.65,
        Rule.ACRONYM: 0.76,
        Rule.THREE_INITIALS: 0.53,
        Rule.TWO_INITIALS: 0.25,
        Rule.NUMBER: 0.05,
        Rule.LETTERS: 0.8,
        Rule.ROMANISED: 0.8,
        Rule.SUBTITLE: 0.9,
        Rule.TITLE_ALONE: 0.24,
        Rule.ALIKE: 0.82,
        Rule.PART: 0.4,
        Rule.DIFFER: 0.14,
    },
}
"""How sure each rule is of a kind of names.

The share of the pairs that it decided that were one thing, with one more of either added so that a
few pairs promise little. Acronyms are counted with the pairs whose other name has the same
initials. A rule that the pairs cannot measure, as they hold no counter-examples, has a cautious
number: initials of two words and of first names, digits for letters, countries, subtitles, and one
name that is part of the other.
"""


def initials_rule(letters: int) -> Rule:
    """The rule of an acronym: the fewer letters, the more names have the same initials."""
    return {2: Rule.TWO_INITIALS, 3: Rule.THREE_INITIALS}.get(letters, Rule.ACRONYM)


def decided(kind: NameKind, rule: Rule) -> Comparison:
    """The answer of a rule."""
    confidence = RULES[kind][rule]
    return Comparison(confidence >= SAME_FROM, confidence, rule.value)
