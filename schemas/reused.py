"""Why a result was taken from another installation, or made although one had told it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.base import Confidence, Contract

MAX_NODES = 16
"""Nodes that are named beside a result; more may have said the same."""

NodeKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""Who told a result: an Ed25519 public key (RFC 8032), its 32 bytes in hex."""


class Decision(StrEnum):
    """What was done about what others told."""

    REUSED = "reused"
    RECOMPUTED = "recomputed"


class Reason(StrEnum):
    """Why. All but `agreed` mean that the own model was asked."""

    AGREED = "agreed"
    UNSURE = "unsure"
    """The answer's confidence is below `STREAMS_REUSE_CONFIDENCE`."""
    FEW = "few"
    """Fewer trusted nodes said it than `STREAMS_REUSE_NODES`."""
    DISPUTED = "disputed"
    """Less of the nodes that answered said it than `STREAMS_REUSE_AGREEMENT`."""
    UNFIT = "unfit"
    """It does not fit what it is told about: evidence is not where it is said to be."""
    CHECKED = "checked"
    """It would have been reused, and belongs to the share that is made again to compare."""


class Reuse(Contract):
    """What others had told of a result, and what was done about it.

    A result that nobody had told about has none.
    """

    decision: Decision
    reason: Reason
    confidence: Confidence
    """Of the answer that most nodes gave."""
    agreement: Confidence
    """The share of the nodes with an answer that gave this one."""
    nodes: Annotated[tuple[NodeKey, ...], Field(max_length=MAX_NODES)]
    """Who gave it."""
