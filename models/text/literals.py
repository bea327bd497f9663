r"""Which of many regular expressions can match a text at all, told by the literals they require.

Nearly every expression requires that one of a few pieces of text is there: `\b(blu-?ray|remux)\b`
matches nothing without `bluray`, `blu-ray` or `remux`. The pieces are read off the expression's own
parse tree, so none is forgotten when a rule is changed. One pass of an Aho-Corasick automaton finds
the pieces of all expressions, and only those whose pieces are there are tried.

Every digit counts as a nought, in the expressions as in the text: `s\d\d` requires `s00`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from re import _constants as tree  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from models.runtime import MissingRuntime

_MOST = 64
"""Texts that a part of an expression may stand for before it counts as open."""

_SHORTEST = 2
"""Characters of the shortest piece worth a look: a shorter one is in every name."""

_LONG_ENOUGH = 4
"""Characters from which a piece is rare; among such, fewer pieces are better than longer ones."""

_REMEMBERED = 4096
"""Sets of pieces whose expressions are remembered."""

_DIGIT = re.compile(r"\d")
_ASCII_DIGITS = bytes.maketrans(b"123456789", b"000000000")

Texts = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a part of an expression."""

    texts: Texts | None
    """All that it can match, digits as noughts; None if that is too much to list."""

    required: tuple[Texts, ...] = ()
    """Sets of pieces. Of each set one piece is in whatever the part matches."""

    lead: Texts | None = None
    """What it starts and ends with, where a repetition has no fixed length."""


_OPEN = _Part(None)
_EMPTY = _Part(frozenset({""}))


def required(expression: re.Pattern[str]) -> tuple[Texts, ...]:
    """Sets of pieces of text; a match holds, of each set, at least one piece.

    Args:
        expression: any expression; where it ignores case, nothing is said to be required.

    Returns:
        The sets, the most telling first; digits of the pieces are noughts, as `folded` makes them.
    """
    if expression.flags & re.IGNORECASE:
        return ()
    parsed = parser.parse(expression.pattern, expression.flags & ~re.UNICODE)
    sets = {_shortest(texts) for texts in _sequence(parsed).required}
    ranked = sorted((texts for texts in sets if _is_telling(texts)), key=_rank)
    return tuple(
        texts
        for place, texts in enumerate(ranked)
        if not any(_implies(rarer, texts) for rarer in ranked[:place])
    )


def folded(text: str) -> str:
    """The text with a nought for each digit, and nothing that UTF-8 cannot hold."""
    if text.isascii():
        return text.encode().translate(_ASCII_DIGITS).decode()
    return _DIGIT.sub("0", text).encode("utf-8", "replace").decode()


class Screen:
    """Says which of its expressions may match a text.

    Args:
        expressions: the expressions, told apart by their places.

    Raises:
        MissingRuntime: ahocorasick_rs is not installed.
    """

    def __init__(self, expressions: Sequence[re.Pattern[str]]) -> None:
        try:
            from ahocorasick_rs import AhoCorasick, Implementation
        except ImportError as error:
            raise MissingRuntime.of("the screen of the pattern rules", error) from error
        needs = [required(expression) for expression in expressions]
        self._always = [place for place, sets in enumerate(needs) if not sets]
        self._further = [sets[1:] for sets in needs]
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, sets in enumerate(needs):
            for literal in sets[0] if sets else ():
                places[literal].append(place)
        self._places = dict(places)
        literals = {literal for sets in needs for texts in sets for literal in texts}
        self._automaton = AhoCorasick(sorted(literals), implementation=Implementation.DFA)
        # The same few pieces meet in most names of a dump.
        self._answered = lru_cache(_REMEMBERED)(self._possible)

    def candidates(self, text: str) -> list[int]:
        """The places of the expressions that may match, ascending; those left out match nowhere."""
        hits = self._automaton.find_matches_as_strings(folded(text), overlapping=True)
        return self._answered(frozenset(hits))

    def _possible(self, hits: Texts) -> list[int]:
        places = {place for literal in hits for place in self._places.get(literal, ())}
        possible = [
            place
            for place in places
            if not any(texts.isdisjoint(hits) for texts in self._further[place])
        ]
        return sorted(possible + self._always)


def _is_telling(texts: Texts) -> bool:
    return bool(texts) and min(map(len, texts)) >= _SHORTEST


def _implies(texts: Texts, others: Texts) -> bool:
    """Whether a text that holds one of the first holds one of the others."""
    return all(any(other in text for other in others) for text in texts)


def _rank(texts: Texts) -> tuple[int, int, list[str]]:
    """What sorts the rarer set first, and the same way everywhere."""
    return -min(_LONG_ENOUGH, *map(len, texts)), len(texts), sorted(texts)


def _shortest(texts: Texts) -> Texts:
    """The texts that hold no other of them: where a longer one is, a shorter one is, too."""
    return frozenset(
        text for text in texts if not any(other != text and other in text for other in texts)
    )


def _joined(before: Texts | None, after: Texts | None) -> Texts | None:
    """Each text of the one followed by each of the other, or None if these are too many."""
    if before is None or after is None or len(before) * len(after) > _MOST:
        return None
    return frozenset(first + second for first in before for second in after)


def _sequence(nodes: Iterable[tuple[Any, Any]]) -> _Part:
    """What parts say that stand one after another."""
    sets: list[Texts] = []
    run: Texts = frozenset({""})
    is_listed = True
    for operation, argument in nodes:
        part = _part(operation, argument)
        sets += part.required
        longer = _joined(run, part.texts)
        if longer is not None:
            run = longer
            continue
        # What was listed so far ends here; a repetition is still known by its first turn.
        is_listed = False
        sets.append(_joined(run, part.lead) or run)
        run = part.texts or part.lead or frozenset({""})
    sets.append(run)
    return _Part(run if is_listed else None, tuple(sets))


def _part(operation: Any, argument: Any) -> _Part:
    readers: dict[Any, Callable[[Any], _Part]] = {
        tree.LITERAL: _literal,
        tree.IN: _in,
        tree.BRANCH: _branch,
        tree.SUBPATTERN: _group,
        tree.ATOMIC_GROUP: _sequence,
        tree.MAX_REPEAT: _repeat,
        tree.MIN_REPEAT: _repeat,
        tree.POSSESSIVE_REPEAT: _repeat,
        # These match between characters, and what they look at is no part of the match.
        tree.AT: _nothing,
        tree.ASSERT: _nothing,
        tree.ASSERT_NOT: _nothing,
    }
    read = readers.get(operation)
    return read(argument) if read else _OPEN


def _nothing(_: Any) -> _Part:
    return _EMPTY


def _literal(code: int) -> _Part:
    return _Part(frozenset({_DIGIT.sub("0", chr(code))}))


def _in(items: Sequence[tuple[Any, Any]]) -> _Part:
    """A class of characters, if it is a short list of them."""
    characters: set[str] = set()
    for operation, argument in items:
        if operation is tree.LITERAL:
            characters.add(chr(argument))
        elif operation is tree.RANGE and argument[1] - argument[0] < _MOST:
            characters.update(map(chr, range(argument[0], argument[1] + 1)))
        elif operation is tree.CATEGORY and argument is tree.CATEGORY_DIGIT:
            characters.add("0")
        else:
            return _OPEN
    return _Part(frozenset(_DIGIT.sub("0", character) for character in characters))


def _branch(argument: tuple[Any, Sequence[Any]]) -> _Part:
    """Alternatives: each has to require something, else the whole requires nothing."""
    branches = [_sequence(branch) for branch in argument[1]]
    best = [min(map(_shortest, branch.required), key=_preference) for branch in branches]
    needed: Texts = frozenset().union(*best)
    texts: Texts | None = None
    if all(branch.texts is not None for branch in branches):
        texts = frozenset().union(*(branch.texts or () for branch in branches))
    if texts is not None and len(texts) > _MOST:
        texts = None
    return _Part(texts, (needed,))


def _preference(texts: Texts) -> tuple[int, int, list[str]]:
    """As `_rank`, for sets that may say nothing."""
    return _rank(texts) if texts else (0, 0, [])


def _group(argument: tuple[Any, int, int, Any]) -> _Part:
    _, switched_on, switched_off, nodes = argument
    return _OPEN if switched_on or switched_off else _sequence(nodes)


def _repeat(argument: tuple[int, int, Any]) -> _Part:
    least, most, nodes = argument
    part = _sequence(nodes)
    if least == 0:
        is_optional = most == 1 and part.texts is not None
        return _Part(part.texts | {""}) if is_optional and part.texts is not None else _OPEN
    turns = reduce(_joined, [part.texts] * (least - 1), part.texts)
    if least == most and turns is not None:
        return _Part(turns, part.required)
    return _Part(None, part.required, lead=turns)
