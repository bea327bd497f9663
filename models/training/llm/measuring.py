"""How right answers about held-out names are: whole answers and each field, by slice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.evaluation.fields import plain
from models.evaluation.slices import script
from models.extract.llm.prompt import Fields, parse
from models.training.llm.data import Pair

EXACT = "exact"
"""The measure of whole answers."""


def evenly(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """At most so many pairs, evenly drawn."""
    if len(pairs) <= most:
        return list(pairs)
    return [pairs[place * len(pairs) // most] for place in range(most)]


def right(pair: Pair, answer: str) -> dict[str, bool]:
    """Which fields of an answer are right, and whether all are; absence counts.

    Texts are compared as everywhere: case, punctuation and Unicode form aside.
    """
    given: Fields | None = parse(pair.prompt.kind, answer)
    fields = {
        role: given is not None and plain(given.get(role)) == plain(pair.fields.get(role))
        for role in pair.prompt.kind.roles
    }
    return {EXACT: all(fields.values()), **fields}


def slices(pair: Pair) -> list[tuple[str, str]]:
    """What kind of question it is."""
    return [("kind", pair.prompt.kind.name), ("script", script(pair.prompt.name))]


def measured(pairs: Sequence[Pair], answers: Sequence[str]) -> dict[str, Any]:
    """Percent right by slice: of whole answers (`exact`) and of each field (`right`)."""
    groups: dict[str, list[Mapping[str, bool]]] = defaultdict(list)
    for pair, answer in zip(pairs, answers, strict=True):
        is_right = right(pair, answer)
        for name in ("all", *(value for _, value in slices(pair))):
            groups[name].append(is_right)
    return {name: _shares(answered) for name, answered in groups.items()}


def _shares(answered: Sequence[Mapping[str, bool]]) -> dict[str, Any]:
    shares: dict[str, Any] = {
        "cases": len(answered),
        EXACT: _percent([is_right[EXACT] for is_right in answered]),
    }
    for role in ("creator", "title", "year"):
        known = [is_right[role] for is_right in answered if role in is_right]
        if known:
            shares[role] = {"right": _percent(known)}
    return shares


def _percent(answers: Sequence[bool]) -> float:
    return round(100 * sum(answers) / len(answers), 1)
