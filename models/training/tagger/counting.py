"""How far each witness is to be believed, counted on names that the tagger has not seen.

A share is counted over families of names, near-copies sharing one voice, and is drawn towards what
is usual for its role (`PRIOR` families of the usual share are added): few names alone say little.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.extract.evidence.trust import RuleTrust
from models.training.tagger.hearing import Hearing

PRIOR = 5.0
"""Families of the usual share that are added to what was counted."""

FEWEST = 3.0
"""Families under which a rule has no figure."""

NEVER = 1.1
"""A confidence that the tagger never reaches."""

MARGIN = 12.0
"""Families by which another threshold must settle more disputes than the one that stands.

The best of 19 thresholds is a little better by chance, and the taggers of the folds learn from less
than the one that ships: on names that it has not seen, a gain of ten was none.
"""

_THRESHOLDS = (*(round(0.1 + 0.05 * step, 2) for step in range(18)), NEVER)

RuleRole = tuple[str, str]
"""A rule and a role that it fills."""


@dataclass(slots=True)
class Weighed:
    """Right ones of all, each with its weight."""

    right: float = 0.0
    total: float = 0.0

    def add(self, is_right: bool, weight: float) -> None:
        """Count one."""
        self.right += weight * is_right
        self.total += weight

    @property
    def share(self) -> float:
        """The share that is right; a half if there is nothing to count."""
        return self.right / self.total if self.total else 0.5

    def drawn_to(self, usual: float) -> float:
        """The share with `PRIOR` families of the usual share added."""
        return (self.right + PRIOR * usual) / (self.total + PRIOR)


@dataclass(slots=True)
class Dispute:
    """The disputes of a rule about a role: what the tagger was sure of, and who was right."""

    voices: list[tuple[float, float]] = field(default_factory=list)
    """Confidence of the tagger, and the weight if it is right, negative if the rule is."""

    total: float = 0.0

    def gain(self, threshold: float) -> float:
        """Families more that are right if the tagger is believed from a confidence on."""
        return sum(balance for confidence, balance in self.voices if confidence >= threshold)

    @property
    def best(self) -> float:
        """The threshold that settles the most disputes rightly; the highest of several."""
        return max(_THRESHOLDS, key=lambda threshold: (round(self.gain(threshold), 6), threshold))


def by_rule(heard: Iterable[Hearing]) -> dict[RuleRole, list[Hearing]]:
    """What was said beside each rule about each role that it fills."""
    groups: dict[RuleRole, list[Hearing]] = defaultdict(list)
    for hearing in heard:
        if hearing.ruled is not None:
            groups[hearing.ruled.rule, hearing.role].append(hearing)
    return groups


def weighed(heard: Iterable[Hearing], is_right: Callable[[Hearing], bool]) -> Weighed:
    """The share of hearings that are right."""
    counted = Weighed()
    for hearing in heard:
        counted.add(is_right(hearing), hearing.weight)
    return counted


def disputes(heard: Iterable[Hearing]) -> Dispute:
    """The disputes among hearings of one rule about one role."""
    dispute = Dispute()
    for hearing in heard:
        if hearing.is_dispute and hearing.ruled and hearing.tagged:
            balance = hearing.tagged.is_right - hearing.ruled.is_right
            dispute.voices.append((hearing.tagged.confidence, balance * hearing.weight))
            dispute.total += hearing.weight
    return dispute


def rule_is_right(hearing: Hearing) -> bool:
    """Whether the rule is right, of hearings in which it speaks."""
    return hearing.ruled is not None and hearing.ruled.is_right


def figures(
    heard: Sequence[Hearing], standing: Callable[[str, str], RuleTrust]
) -> dict[RuleRole, RuleTrust]:
    """Precision, agreement and threshold of each rule about each role.

    Args:
        heard: what was said.
        standing: the figures of a rule about a role that stand now; its threshold stays unless
            another settles `MARGIN` families more.
    """
    groups = by_rule(heard)
    alone = _usual(heard, lambda hearing: hearing.ruled is not None)
    together = _usual(heard, lambda hearing: hearing.agree)
    counted = {}
    for (rule, role), said in groups.items():
        own = weighed(said, rule_is_right)
        if own.total < FEWEST:
            continue
        agreeing = weighed((case for case in said if case.agree), rule_is_right)
        agreed = agreeing.drawn_to(together[role]) if agreeing.total >= FEWEST else None
        counted[rule, role] = RuleTrust(
            precision=round(own.drawn_to(alone[role]), 3),
            agreed=None if agreed is None else round(agreed, 3),
            yields=threshold(disputes(said), standing(rule, role).yields),
            names=round(own.total),
        )
    return counted


def threshold(dispute: Dispute, standing: float | None, usual: float = 0.5) -> float | None:
    """The confidence from which the tagger is believed against a rule.

    It is the one that stands, or the best if that settles `MARGIN` families more.

    Args:
        dispute: what was counted.
        standing: what stands; None if nothing was ever written down.
        usual: what is believed of a rule without a figure of its own.
    """
    now = usual if standing is None else standing
    is_better = dispute.gain(dispute.best) >= dispute.gain(now) + MARGIN
    return dispute.best if is_better else standing


def _usual(heard: Iterable[Hearing], speaks: Callable[[Hearing], bool]) -> Mapping[str, float]:
    """Role -> the share of the rules that are right, of hearings in which something holds."""
    roles: dict[str, Weighed] = defaultdict(Weighed)
    for hearing in heard:
        if speaks(hearing):
            roles[hearing.role].add(rule_is_right(hearing), hearing.weight)
    return {role: counted.share for role, counted in roles.items()}


def nested(
    heard: Sequence[Hearing], standing: Callable[[str, str], RuleTrust], usual: float
) -> tuple[float, float, float]:
    """Disputes that are settled rightly beyond the rules' own, by thresholds chosen without them.

    Returns families gained by the thresholds that stand, by those that were chosen on the other
    folds, and the families in dispute.
    """
    stands = chosen = total = 0.0
    for fold in {hearing.fold for hearing in heard}:
        others = by_rule(case for case in heard if case.fold != fold)
        for key, said in by_rule(case for case in heard if case.fold == fold).items():
            now = standing(*key).yields
            own = disputes(said)
            other = threshold(disputes(others.get(key, ())), now, usual)
            stands += own.gain(usual if now is None else now)
            chosen += own.gain(usual if other is None else other)
            total += own.total
    return stands, chosen, total
