"""The vote: what several voters' answers to one question come to. Pure.

All say the same: high. More than half do: medium. Otherwise, as with 2 : 2 and 2 : 1 : 1, nothing
is decided and the name is dropped. Who was asked in vain, or said nothing that can be read, counts
as a voter who agrees with nobody: three of four that agree are a majority, no unanimity.
What one voter alone says of a name is never more than medium.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.text.folding import folded_words
from schemas.media import FALLBACK, MEDIUM_OF, Medium, Subcategory
from streams.training.labels.reading import Class, Fields, Value
from streams.training.labels.tasks import MEDIA

_ALIKE = 1e-6
"""Probabilities that differ by no more are equal: what is left is how they were rounded."""

ABSENT = ""
"""The vote that a field is not in the name."""


class Level(StrEnum):
    """How sure a vote is."""

    HIGH = "high"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which share of the voters a vote is what.

    Attributes:
        high: this share or more.
        medium: more than this share.
    """

    high: float = 1.0
    medium: float = 0.5

    def level(self, share: float) -> Level | None:
        """The level of a share. Returns None if nothing is decided."""
        if share <= self.medium:
            return None
        return Level.HIGH if share >= self.high else Level.MEDIUM


@dataclass(frozen=True, slots=True)
class Decision:
    """What a vote comes to.

    Attributes:
        winner: what was decided; None if nothing was.
        level: how surely; None if nothing was decided.
        shares: label -> its share of all voters, the largest first.
    """

    winner: str | None
    level: Level | None
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ContentDecision:
    """What the votes on a content type come to.

    Attributes:
        medium: the medium; None if nothing was decided.
        subcategory: the finer class: the medium's own fallback where voters differ on it.
        adult: whether it is adult. Half of those who answered are enough.
        is_unsure: the subcategory or the flag was a tie.
        level: `high` if all say the same class.
        shares: label -> its share of all voters.
        adult_share: how many of those who answered say that it is adult.
    """

    medium: Medium | None
    subcategory: Subcategory | None
    adult: bool
    is_unsure: bool
    level: Level | None
    shares: Mapping[str, float]
    adult_share: float


@dataclass(frozen=True, slots=True)
class FieldsDecision:
    """What the votes on fields come to.

    Attributes:
        values: the fields that the name has.
        undecided: fields on which voters differ without a majority.
        level: the lowest of the fields' levels; None if one is undecided.
        shares: field -> share of all voters for what was decided, or for the largest group.
    """

    values: Mapping[str, Value]
    undecided: tuple[str, ...]
    level: Level | None
    shares: Mapping[str, float]


def decide(votes: Sequence[str | None], thresholds: Thresholds = Thresholds()) -> Decision:
    """What votes come to.

    Args:
        votes: one for each voter; None of those who said nothing.
        thresholds: from which share on.
    """
    counts = Counter(vote for vote in votes if vote is not None)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shares = MappingProxyType({label: count / len(votes) for label, count in ranked})
    is_tie = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    if not ranked or is_tie:
        return Decision(None, None, shares)
    winner = ranked[0][0]
    level = thresholds.level(shares[winner])
    if level is Level.HIGH and counts[winner] == 1:
        level = Level.MEDIUM
    return Decision(winner if level else None, level, shares)


def decide_content(
    votes: Sequence[Class | None], thresholds: Thresholds = Thresholds()
) -> ContentDecision:
    """What votes on the content type come to: the medium first, then the class within it."""
    medium = decide([None if vote is None else vote.medium.value for vote in votes], thresholds)
    labels = decide([None if vote is None else vote.label for vote in votes], thresholds)
    adult, adult_share, is_tie = _adult(votes)
    if medium.winner is None or medium.level is None:
        return ContentDecision(None, None, adult, is_tie, None, labels.shares, adult_share)
    chosen = Medium(medium.winner)
    finer = [
        vote.label
        for vote in votes
        if vote is not None and vote.medium is chosen and vote.label not in MEDIA
    ]
    inside = decide(finer) if finer else Decision(None, None, {})
    subcategory = FALLBACK[chosen] if inside.winner is None else Subcategory(inside.winner)
    level = medium.level if labels.level is Level.HIGH else Level.MEDIUM
    is_unsure = inside.winner is None or is_tie
    return ContentDecision(chosen, subcategory, adult, is_unsure, level, labels.shares, adult_share)


def decide_by_posterior(
    posterior: Mapping[str, float], votes: Sequence[Class | None], thresholds: Thresholds
) -> ContentDecision:
    """What the probabilities of classes come to, as Dawid and Skene's rule gives them.

    Args:
        posterior: subcategory -> probability.
        votes: of the same name; they say what is adult, and the shares that are shown.
        thresholds: from which probability of the medium on.
    """
    media: Counter[str] = Counter()
    for label, probability in posterior.items():
        media[MEDIUM_OF[Subcategory(label)].value] += probability  # type: ignore[assignment]
    labels = decide([None if vote is None else vote.label for vote in votes], thresholds)
    adult, adult_share, is_tie = _adult(votes)
    chosen, probability, is_alone = _likeliest(media)
    level = thresholds.level(min(1.0, probability)) if is_alone else None
    if level is None:
        return ContentDecision(None, None, adult, is_tie, None, labels.shares, adult_share)
    if sum(vote is not None for vote in votes) == 1:
        level = Level.MEDIUM
    inside = {
        label: value
        for label, value in posterior.items()
        if MEDIUM_OF[Subcategory(label)].value == chosen
    }
    best, share, _ = _likeliest(inside)
    is_clear = share > probability / 2 + _ALIKE
    subcategory = Subcategory(best) if is_clear else FALLBACK[Medium(chosen)]
    return ContentDecision(
        Medium(chosen),
        subcategory,
        adult,
        is_tie or not is_clear,
        level,
        labels.shares,
        adult_share,
    )


def decide_fields(
    votes: Sequence[Fields | None], fields: Sequence[str], thresholds: Thresholds = Thresholds()
) -> FieldsDecision:
    """What votes on fields come to, each field for itself.

    Texts are compared folded: case, accents and separators aside. A field that an answer leaves out
    is a vote for its absence; a value that is not in the name is no vote.
    """
    values: dict[str, Value] = {}
    undecided = []
    levels = set()
    shares = {}
    for name in fields:
        keys = [_key(vote, name) for vote in votes]
        decision = decide(keys, thresholds)
        levels.add(decision.level)
        shares[name] = max(decision.shares.values(), default=0.0)
        if decision.winner is None:
            undecided.append(name)
        elif decision.winner != ABSENT:
            values[name] = _spelling(votes, keys, name, decision.winner)
    if undecided:
        return FieldsDecision(values, tuple(undecided), None, shares)
    level = Level.HIGH if levels == {Level.HIGH} else Level.MEDIUM
    return FieldsDecision(values, (), level, shares)


def is_adult(votes: Sequence[Class | None]) -> bool:
    """Whether half of those who answered say that it is adult."""
    return _adult(votes)[0]


def _likeliest(probabilities: Mapping[str, float]) -> tuple[str, float, bool]:
    """The likeliest label, its probability, and whether no other one is as likely."""
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])
    if not ranked:
        return "", 0.0, False
    label, probability = ranked[0]
    return label, probability, len(ranked) == 1 or probability - ranked[1][1] > _ALIKE


def _adult(votes: Sequence[Class | None]) -> tuple[bool, float, bool]:
    """Whether half say adult, their share, and whether it is exactly half."""
    flags = [vote.adult for vote in votes if vote is not None]
    if not flags:
        return False, 0.0, False
    share = sum(flags) / len(flags)
    return sum(flags) * 2 >= len(flags), share, sum(flags) * 2 == len(flags)


def _key(vote: Fields | None, name: str) -> str | None:
    if vote is None or name in vote.untrue:
        return None
    value = vote.values.get(name)
    if value is None:
        return ABSENT
    return " ".join(folded_words(str(value))) or str(value)


def _spelling(
    votes: Sequence[Fields | None], keys: Sequence[str | None], name: str, winner: str
) -> Value:
    """The spelling that most of the winning voters use; of equals, the first in order."""
    spellings = Counter(
        vote.values[name]
        for vote, key in zip(votes, keys, strict=True)
        if vote is not None and key == winner
    )
    return min(spellings, key=lambda value: (-spellings[value], str(value)))
