"""How voters get on with each other, and with names that were labelled by reading. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from streams.training.labels.poll import Poll, Vote, are_alike
from streams.training.labels.reading import Class

FEW_SECONDS = 1e-9


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two voters agree.

    Attributes:
        both: names that both said something of.
        alike: those of them of which they said the same.
        kappa: Cohen's kappa, which takes off what chance alone would do; None where that is all.
    """

    both: int
    alike: int
    kappa: float | None

    @property
    def share(self) -> float:
        """The share of names of which they said the same."""
        return self.alike / self.both if self.both else 0.0


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """How far two voters agree.

    J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological
    Measurement 20 (1960).

    Args:
        pairs: what both said, name by name.
    """
    counts = Counter(pairs)
    both = sum(counts.values())
    alike = sum(count for (said, other), count in counts.items() if said == other)
    if not both:
        return Agreement(0, 0, None)
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for (said, other), count in counts.items():
        rows[said] += count
        columns[other] += count
    chance = sum(rows[label] * columns[label] for label in rows) / both**2
    kappa = None if chance >= 1 else (alike / both - chance) / (1 - chance)
    return Agreement(both, alike, kappa)


def labels_of(votes: Sequence[Vote | None], *, media: bool = False) -> list[str | None]:
    """Votes on the content type as words; None for those that say nothing.

    Args:
        votes: the votes.
        media: the medium alone.
    """
    said = [vote if isinstance(vote, Class) else None for vote in votes]
    return [None if vote is None else vote.medium.value if media else vote.label for vote in said]


def matrix(poll: Poll, *, media: bool = False) -> dict[tuple[int, int], Agreement]:
    """How far any two voters agree, by their places.

    Args:
        poll: the votes.
        media: on the medium alone; fields are always compared as whole records.
    """
    table = {}
    rows = [ballot.votes for ballot in poll.ballots]
    for first in range(len(poll.voters)):
        for second in range(first + 1, len(poll.voters)):
            pairs = ((votes[first], votes[second]) for votes in rows)
            if poll.task.fields:
                table[first, second] = _records(pairs)
            else:
                table[first, second] = agreement(_words(pairs, media=media))
    return table


def per_class(poll: Poll) -> dict[str, list[int]]:
    """How often each voter says each class, the most frequent first."""
    counts = [Counter[str]() for _ in poll.voters]
    for ballot in poll.ballots:
        for count, label in zip(counts, labels_of(ballot.votes), strict=True):
            if label is not None:
                count[label] += 1
    total: Counter[str] = Counter()
    for count in counts:
        total += count
    ranked = sorted(total, key=lambda label: (-total[label], label))
    return {label: [count[label] for count in counts] for label in ranked}


Gold = Mapping[str, Mapping[str, Any]]
"""Name -> what readers say of it; where two say different things, a list of both."""


@dataclass(frozen=True, slots=True)
class Held:
    """A voter, or the vote, against names that were labelled by reading.

    Attributes:
        voted: names of which it said something.
        right: those of them with the right medium.
        right_class: those of them with the right class.
        confusions: (right medium, said medium) -> names.
    """

    voted: int
    right: int
    right_class: int
    confusions: Mapping[tuple[str, str], int]


def against(gold: Gold, said: Iterable[tuple[str, Class | None]]) -> Held:
    """How often a voter is right.

    Args:
        gold: what readers say.
        said: names with what the voter says of them.
    """
    voted = right = right_class = 0
    confusions: Counter[tuple[str, str]] = Counter()
    for name, vote in said:
        known = gold.get(name)
        if known is None or vote is None:
            continue
        media = _either(known.get("medium"))
        voted += 1
        right += vote.medium.value in media
        right_class += vote.label in _either(known.get("sub"))
        shown = vote.medium.value if vote.medium.value in media else next(iter(media), "")
        confusions[shown, vote.medium.value] += 1
    return Held(voted, right, right_class, dict(sorted(confusions.items())))


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a voter answers.

    Attributes:
        answers: how many it has given.
        rate: answers a second while it was asked; None where that cannot be said.
    """

    answers: int
    rate: float | None

    def remaining(self, missing: int) -> float | None:
        """Seconds for the rest at the same pace. Returns None if it is not known."""
        return missing / self.rate if self.rate and missing else None


LONGEST_PAUSE = 60.0
"""Seconds without an answer after which nobody was asking."""


def pace(ended: Iterable[float]) -> Pace:
    """How fast answers came, without the pauses between runs.

    Args:
        ended: when answers came, in seconds.
    """
    moments = sorted(ended)
    steps = (after - before for before, after in pairwise(moments))
    gaps = [step for step in steps if step <= LONGEST_PAUSE]
    seconds = sum(gaps)
    return Pace(len(moments), len(gaps) / seconds if seconds > FEW_SECONDS else None)


def _words(
    pairs: Iterable[tuple[Vote | None, Vote | None]], *, media: bool
) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        first, second = labels_of(pair, media=media)
        if first is not None and second is not None:
            yield first, second


def _records(pairs: Iterable[tuple[Vote | None, Vote | None]]) -> Agreement:
    alike = [are_alike(pair) for pair in pairs if None not in pair]
    return Agreement(len(alike), sum(alike), None)


def _either(value: Any) -> list[str]:
    """What is right: a value, or any of a list."""
    values = value if isinstance(value, list) else [value]
    return [str(label) for label in values if label is not None]
