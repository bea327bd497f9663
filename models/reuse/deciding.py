"""Whether what others told answers a question, or the own model has to be asked."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas import Decision, Reason, Reuse
from schemas.reused import MAX_NODES


class Told(NamedTuple):
    """What one node told of a question; the latest, where it told several things."""

    node: str
    answer: bytes
    confidence: float


@dataclass(frozen=True, slots=True)
class Rule:
    """When an answer is reused.

    Attributes:
        confidence: least of the answer (0..1).
        agreement: least share of the nodes with an answer that gave this one (0..1).
        nodes: fewest that gave it.
        checked: share of the questions that are answered anew although an answer would do, so that
            a node that tells wrong things is seen (0..1).
        salt: bytes that no other installation knows, so that none can tell which these are.
    """

    confidence: float = 0.0
    agreement: float = 1.0
    nodes: int = 1
    checked: float = 0.0
    salt: bytes = b""


class Choice(NamedTuple):
    """The answer that most nodes gave, and what is to be done about it."""

    answer: bytes
    reuse: Reuse

    @property
    def is_reused(self) -> bool:
        """Whether it stands for that of the own model."""
        return self.reuse.decision is Decision.REUSED

    def but(self, reason: Reason) -> "Choice":
        """The same, but the own model is asked, for this reason."""
        changed = {"decision": Decision.RECOMPUTED, "reason": reason}
        return Choice(self.answer, self.reuse.model_copy(update=changed))


def choose(question: bytes, told: Sequence[Told], rule: Rule) -> Choice | None:
    """What follows from what was told. Returns None if nobody told anything.

    The same question and the same answers give the same choice, in any order.
    """
    if not told:
        return None
    nodes: dict[bytes, set[str]] = defaultdict(set)
    for entry in told:
        nodes[entry.answer].add(entry.node)
    # Of answers that equally many gave the choice is of no matter, but it is always the same.
    answer = max(nodes, key=lambda given: (len(nodes[given]), given))
    confidence = min(entry.confidence for entry in told if entry.answer == answer)
    agreement = len(nodes[answer]) / len({entry.node for entry in told})
    reason = _reason(question, rule, confidence, agreement, len(nodes[answer]))
    return Choice(
        answer,
        Reuse(
            decision=Decision.REUSED if reason is Reason.AGREED else Decision.RECOMPUTED,
            reason=reason,
            confidence=confidence,
            agreement=agreement,
            nodes=tuple(sorted(nodes[answer])[:MAX_NODES]),
        ),
    )


def _reason(question: bytes, rule: Rule, confidence: float, agreement: float, nodes: int) -> Reason:
    if agreement < rule.agreement:
        return Reason.DISPUTED
    if nodes < rule.nodes:
        return Reason.FEW
    if confidence < rule.confidence:
        return Reason.UNSURE
    return Reason.CHECKED if is_checked(question, rule.checked, rule.salt) else Reason.AGREED


def is_checked(question: bytes, share: float, salt: bytes = b"") -> bool:
    """Whether a question belongs to the share that is answered anew.

    By the question, so that a redelivery decides the same.
    """
    drawn = int.from_bytes(hashlib.sha256(b"checked" + salt + question).digest()[:4], "big")
    return drawn < share * 2**32
