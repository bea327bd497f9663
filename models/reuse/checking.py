"""Bundles of others, believed or refused: every reason has a name, which is counted.

Nothing of a bundle is read before its signature is verified, and no signature is verified of a node
that is not trusted. A bundle in which anything breaks its contract is refused whole: whoever signs
that cannot be believed about the rest.
"""

import hashlib
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from models.reuse.answers import Answered, answered, is_proof
from models.reuse.signing import is_signed
from schemas import (
    Bundle,
    LinkStatus,
    SharedExtraction,
    SharedLink,
    SignedBundle,
    Subcategory,
    title_and_creator_fields,
)
from schemas.bundle import Shared, SharedResult
from schemas.topics import MAX_VALUE_BYTES

CLOCKS = timedelta(hours=1)
"""How far clocks may differ. What is later was not made yet."""


class Fault(StrEnum):
    """Why a bundle is refused, or a result of it."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    MALFORMED = "malformed"
    """The outside of a bundle has other fields."""
    OTHER_FORMAT = "other_format"
    """A version of bundles that this program does not read."""
    UNKNOWN_NODE = "unknown_node"
    """Nobody here trusts who signed it."""
    OTHER_KEY = "other_key"
    """It came under the name of another node, outside or inside."""
    WRONG_SHA256 = "wrong_sha256"
    BAD_SIGNATURE = "bad_signature"
    LICENCE = "licence"
    FUTURE = "future"
    """Made or observed at a time that is yet to come."""
    FOREIGN_STAGE = "foreign_stage"
    """A result of no stage that there is."""
    NO_KEY = "no_key"
    """About nothing: no infohash, recording or fingerprint."""
    WRONG_ID = "wrong_id"
    """The id does not follow from infohash, stage, revision, input and method."""
    SECOND_HAND = "second_hand"
    """The node did not make the result itself; it would fake agreement."""
    TWICE = "twice"
    """One bundle tells one result several times."""
    UNPROVED = "unproved"
    """A title or creator without evidence, or evidence of nothing."""
    ABSURD = "absurd"
    """A score, class, year or link that no stage could have given."""
    OTHER_MODEL = "other_model"
    """Of a model or revision that answers no question here. The rest of the bundle is taken."""


class Refused(Exception):
    """A bundle is not believed.

    Attributes:
        fault: why, for counting.
    """

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def read_bundle(
    value: bytes,
    *,
    trusted: Collection[str],
    now: datetime | None = None,
    sent_by: bytes | None = None,
) -> Bundle:
    """A signed bundle of a trusted node, verified.

    Args:
        value: the `SignedBundle` as JSON.
        trusted: public keys (hex) of the nodes that are believed.
        now: the time; the clock's, if it is None.
        sent_by: the key of the Kafka record, which has to be the node; None where there is none.

    Raises:
        Refused: it is not believed.
    """
    if len(value) > MAX_VALUE_BYTES:
        raise Refused(Fault.TOO_LARGE, f"{len(value)} bytes are more than a bundle has")
    outside = _outside(value)
    if sent_by is not None and sent_by != outside.node.encode():
        raise Refused(Fault.OTHER_KEY, "the record has the key of another node")
    if outside.node not in trusted:
        raise Refused(Fault.UNKNOWN_NODE, f"{outside.node} is not trusted here")
    if hashlib.sha256(outside.payload.encode()).hexdigest() != outside.sha256:
        raise Refused(Fault.WRONG_SHA256, "the payload is not the one that was hashed")
    if not is_signed(outside):
        raise Refused(Fault.BAD_SIGNATURE, f"{outside.node} did not sign this")
    bundle = _inside(outside.payload)
    if bundle.node != outside.node:
        raise Refused(Fault.OTHER_KEY, f"{bundle.node} told this first")
    _require_possible(bundle, now or datetime.now(UTC))
    return bundle


def answers_of(
    bundle: Bundle, models: Collection[tuple[str, str, int]]
) -> Iterator[Answered | Fault]:
    """Each result as question and answer, or why it is of no use here.

    Args:
        bundle: a verified one.
        models: stage, `name@version` and revision of the models that answer here.

    What is told of recordings, and links, answer no question of a stage, and are left out.
    """
    for told in bundle.results:
        if not isinstance(told, Shared) or (answer := answered(told)) is None:
            continue
        is_ours = (told.stage.value, told.model, told.revision) in models
        yield answer if is_ours else Fault.OTHER_MODEL


def _outside(value: bytes) -> SignedBundle:
    try:
        return SignedBundle.model_validate_json(value)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Refused(_outer_fault(problem), str(problem["msg"])) from None


def _outer_fault(problem: Any) -> Fault:
    if problem["type"] == "json_invalid":
        return Fault.NOT_JSON
    if problem["loc"] == ("format",) and problem["type"] == "literal_error":
        return Fault.OTHER_FORMAT
    is_long = problem["loc"] == ("payload",) and problem["type"] == "string_too_long"
    return Fault.TOO_LARGE if is_long else Fault.MALFORMED


_BY_PLACE = {"format": Fault.OTHER_FORMAT, "licence": Fault.LICENCE}
_BY_TYPE = {
    "json_invalid": Fault.NOT_JSON,
    "union_tag_invalid": Fault.FOREIGN_STAGE,
    "union_tag_not_found": Fault.FOREIGN_STAGE,
    "wrong_id": Fault.WRONG_ID,
    "second_hand": Fault.SECOND_HAND,
    "no_key": Fault.NO_KEY,
}


def _inside(payload: str) -> Bundle:
    try:
        return Bundle.model_validate_json(payload)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = problem["loc"]
        fault = _BY_TYPE.get(problem["type"])
        if fault is None or (problem["type"].startswith("union_tag") and len(place) > 2):
            fault = _BY_PLACE.get(str(place[0]) if place else "", Fault.ABSURD)
        if place == ("results",) and problem["type"] == "too_long":
            fault = Fault.TOO_LARGE
        where = ".".join(str(step) for step in place)
        raise Refused(fault, f"{where}: {problem['msg']}") from None


def _require_possible(bundle: Bundle, now: datetime) -> None:
    """What no contract can say: times, repetitions, and proofs.

    Raises:
        Refused: it is not.
    """
    latest = now + CLOCKS
    if bundle.made_at > latest:
        raise Refused(Fault.FUTURE, f"made at {bundle.made_at.isoformat()}")
    ids: set[str] = set()
    for told in bundle.results:
        if told.observed_at > latest:
            raise Refused(Fault.FUTURE, f"observed at {told.observed_at.isoformat()}")
        if isinstance(told, Shared):
            if told.id in ids:
                raise Refused(Fault.TWICE, f"{told.id} is told twice")
            ids.add(told.id)
        _require_proved(told)


def _require_proved(told: SharedResult) -> None:
    match told:
        case SharedExtraction():
            if unproved := _unproved(told):
                raise Refused(Fault.UNPROVED, f"no evidence of {unproved}")
        case SharedLink(match=link):
            names_one = link.artist_mbid is not None or link.release_group_mbid is not None
            if names_one and link.status in (LinkStatus.AMBIGUOUS, LinkStatus.NONE):
                raise Refused(Fault.ABSURD, f"a link that is {link.status} names an MBID")


def _unproved(told: SharedExtraction) -> str | None:
    """A needed field without evidence, or evidence that says no place, or one without anything."""
    for name, proof in told.evidence.items():
        if not is_proof(proof):
            return name
    for field in title_and_creator_fields(Subcategory(told.metadata.subcategory)):
        if field and getattr(told.metadata, field) is not None and field not in told.evidence:
            return field
    return None
