"""Which number of a chain belongs to which word.

A number belongs to the nearest word on either side. Where both sides are possible, the words of a
chain share its numbers so that as many as possible have one: in `2 сезон 24 серия` each number
stands before its word, in `24 Season 1 Episode 5` behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from models.extract.rules.unit_tokens import Chain, Number, Unit, is_of
from models.extract.rules.unit_words import Kind

_MOST_UNITS = 4
"""Words of one chain that are read."""

_MOST_SEASONS = 99
_MOST_EPISODES = 2_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A word and the number that belongs to it, with their places in the chain."""

    unit: Unit
    number: Number
    unit_at: int
    number_at: int

    @property
    def is_behind(self) -> bool:
        """Whether the number stands behind its word."""
        return self.number_at > self.unit_at

    @property
    def gap(self) -> int:
        """Characters between the two."""
        if self.is_behind:
            return self.number.start - self.unit.end
        return self.unit.start - self.number.end

    @property
    def is_count(self) -> bool:
        """Whether the number says how many there are: `16 серий`, `3 seasons`."""
        is_lone = self.number.last is None and not self.number.ordinal
        return self.unit.word.plural and is_lone and not self.is_behind


def shared(chain: Chain, total_at: int | None) -> list[Pair]:
    """The words of a chain with the numbers that belong to them."""
    units = [
        index for index, link in enumerate(chain) if isinstance(link, Unit) and not is_of(link)
    ][:_MOST_UNITS]
    choices = [[None, *_possible(chain, unit, total_at)] for unit in units]
    best: list[Pair] = []
    for choice in product(*choices):
        given = [pair for pair in choice if pair is not None]
        numbers = {pair.number_at for pair in given}
        if len(numbers) == len(given) and _worth(given) > _worth(best):
            best = given
    return best


def _worth(given: Sequence[Pair]) -> tuple[int, int, int, int]:
    """What sorts the better sharing last: more pairs, nearer ones, numbers behind their words."""
    return (
        len(given),
        sum(pair.number.ordinal and not pair.is_behind for pair in given),
        -sum(pair.gap for pair in given),
        sum(pair.is_behind for pair in given),
    )


def _possible(chain: Chain, unit_at: int, total_at: int | None) -> list[Pair]:
    """The numbers on either side that may belong to a word."""
    unit = chain[unit_at]
    assert isinstance(unit, Unit)
    pairs = []
    for number_at in (unit_at - 1, unit_at + 1):
        number = chain[number_at] if 0 <= number_at < len(chain) else None
        if isinstance(number, Number) and number_at != total_at:
            pair = Pair(unit, number, unit_at, number_at)
            if _may_belong(pair):
                pairs.append(pair)
    return pairs


def _may_belong(pair: Pair) -> bool:
    number, word = pair.number, pair.unit.word
    if number.in_words:
        return _may_be_in_words(pair)
    if number.is_year:
        return False  # behind "season" it is the year of a work with this word in its title
    if (number.last or number.first) > _most(word.kind):
        return False
    if pair.is_behind:
        return _may_be_behind(pair)
    if (number.behind_dash and number.last is None) or (word.behind and not number.ordinal):
        return False
    return word.kind is Kind.SEASON or word.before or word.plural or number.ordinal


def _may_be_in_words(pair: Pair) -> bool:
    """Whether a number in words belongs to a word: `Second Season`, `Season Two`."""
    is_numbered = pair.unit.word.kind in (Kind.SEASON, Kind.EPISODE) and not pair.unit.short
    return is_numbered and pair.gap <= 1 and pair.is_behind is not pair.number.ordinal


def _may_be_behind(pair: Pair) -> bool:
    """Whether a number behind a word belongs to it.

    In `The Final Season - 12` it is an episode, in `EP (320)` something else; a word that needs its
    number behind it needs it close.
    """
    number, word = pair.number, pair.unit.word
    if number.behind_dash and word.kind is Kind.SEASON:
        return False
    if word.behind and (number.first == 0 or number.ordinal) and not pair.unit.short:
        return False
    is_apart = pair.gap > 1 and number.last is None
    return not (is_apart and (number.bracketed or word.behind))


def _most(kind: Kind) -> int:
    return _MOST_EPISODES if kind is Kind.EPISODE else _MOST_SEASONS
