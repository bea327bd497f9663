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
    ACRONYM = "acronym"
    TWO_INITIALS = "acronym of two letters"
    FIRST_INITIALS = "first names are initials"
    EDITIONS = "editions of one work"
    SUBTITLE = "one is the subtitle of the other"
    TITLE_ALONE = "one has a subtitle that the other lacks"
    WITH_YEAR = "one has its year or country"
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
        Rule.ALIASES: 0.97,
        Rule.ORDER: 0.97,
        Rule.ACRONYM: 0.9,
        Rule.TWO_INITIALS: 0.6,
        Rule.FIRST_INITIALS: 0.8,
        Rule.BRACKETED: 0.9,
        Rule.OTHER_ACRONYM: 0.1,
        Rule.TRIBUTE: 0.02,
        Rule.NUMBER: 0.2,
        Rule.OTHER_ENTITIES: 0.05,
        Rule.LETTERS: 0.9,
        Rule.ALIKE: 0.88,
        Rule.GUEST: 0.95,
        Rule.CREDIT: 0.85,
        Rule.PART: 0.4,
        Rule.DIFFER: 0.1,
    },
    NameKind.ALBUM: {
        Rule.EQUAL: 0.99,
        Rule.ONE_GROUP: 0.98,
        Rule.EDITIONS: 0.98,
        Rule.ORDER: 0.9,
        Rule.ACRONYM: 0.97,
        Rule.TWO_INITIALS: 0.4,
        Rule.NUMBER: 0.03,
        Rule.OTHER_ENTITIES: 0.05,
        Rule.LETTERS: 0.9,
        Rule.SUBTITLE: 0.8,
        Rule.TITLE_ALONE: 0.6,
        Rule.ALIKE: 0.8,
        Rule.PART: 0.4,
        Rule.DIFFER: 0.05,
    },
    NameKind.TITLE: {
        Rule.EQUAL: 0.99,
        Rule.EDITIONS: 0.97,
        Rule.WITH_YEAR: 0.95,
        Rule.YEARS: 0.02,
        Rule.COUNTRIES: 0.02,
        Rule.ORDER: 0.9,
        Rule.ACRONYM: 0.97,
        Rule.TWO_INITIALS: 0.4,
        Rule.NUMBER: 0.03,
        Rule.LETTERS: 0.9,
        Rule.SUBTITLE: 0.9,
        Rule.TITLE_ALONE: 0.3,
        Rule.ALIKE: 0.8,
        Rule.PART: 0.3,
        Rule.DIFFER: 0.05,
    },
}
"""How sure each rule is of a kind of names."""


def decided(kind: NameKind, rule: Rule) -> Comparison:
    """The answer of a rule."""
    confidence = RULES[kind][rule]
    return Comparison(confidence >= SAME_FROM, confidence, rule.value)
