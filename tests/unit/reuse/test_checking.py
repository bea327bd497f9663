"""Bundles of others: what is believed, and that everything else is refused by its reason."""

from datetime import UTC, datetime, timedelta

import pytest

from models.reuse.answers import Answered, read_of, shared, verdict_of
from models.reuse.checking import Fault, Refused, answers_of, read_bundle
from models.reuse.signing import Signer
from schemas import Bundle, Decision, Link, LinkStatus, Match, Reason, Reuse, SharedLink
from tests.benchmarks.reuse.poison import Poison, Poisoner
from tests.support import linked
from tests.unit.reuse.told import CLASS, MODELS, READ, bundle, signer

POISONER = Poisoner(bundle(), signer("a"), signer("b"), signer("stranger"))
POISONS = list(POISONER.poisons())
TRUSTED = {signer("a").node, signer("b").node}


def believed(value: bytes, sent_by: bytes | None = None) -> Bundle:
    return read_bundle(value, trusted=TRUSTED, sent_by=sent_by)


def test_what_a_trusted_node_signed_is_read_as_it_was_told() -> None:
    value = signer("a").signed(bundle()).to_json()
    read = believed(value, signer("a").node.encode())
    answers = list(answers_of(read, MODELS))
    assert all(isinstance(answer, Answered) for answer in answers)
    verdict, extraction = (answer for answer in answers if isinstance(answer, Answered))
    assert verdict_of(verdict.answer) == CLASS.verdict
    assert read_of(extraction.answer).metadata == READ.metadata
    assert (verdict.confidence, extraction.confidence) == (0.9, 0.0), "a title is missing"


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: poison.name)
def test_a_poisoned_bundle_is_refused_by_its_reason(poison: Poison) -> None:
    with pytest.raises(Refused) as refused:
        believed(poison.value, poison.key)
    assert refused.value.fault is poison.fault


def test_there_are_more_than_twenty_kinds_of_poison_and_each_differs() -> None:
    assert len({poison.name for poison in POISONS}) == len(POISONS) > 20
    assert set(Fault) - {poison.fault for poison in POISONS} == {Fault.OTHER_MODEL}


def test_results_of_other_models_and_revisions_are_left_out_alone() -> None:
    newer = CLASS.model_copy(update={"revision": 2})
    other = READ.model_copy(update={"model": "own@1"})
    answers = list(answers_of(bundle((CLASS, newer, READ, other)), MODELS))
    assert [answer for answer in answers if isinstance(answer, Fault)] == [Fault.OTHER_MODEL] * 2
    assert len(answers) == 4


def test_clocks_may_differ_by_less_than_an_hour() -> None:
    value = signer("a").signed(bundle()).to_json()
    behind = datetime.now(UTC) - timedelta(minutes=50)
    read_bundle(value, trusted=TRUSTED, now=behind)
    with pytest.raises(Refused, match="made at"):
        read_bundle(value, trusted=TRUSTED, now=behind - timedelta(minutes=20))


@pytest.mark.parametrize("nothing", [{"span": (0, 0)}, {"span": None}])
def test_evidence_of_nothing_proves_nothing(nothing: dict[str, object]) -> None:
    proof = READ.evidence["artist"].model_copy(update=nothing)
    empty = READ.model_copy(update={"evidence": {"artist": proof}})
    with pytest.raises(Refused) as refused:
        believed(signer("a").signed(bundle((CLASS, empty))).to_json())
    assert refused.value.fault is Fault.UNPROVED


def test_a_link_that_is_none_and_names_an_mbid_is_absurd() -> None:
    match = Match(status=LinkStatus.NONE, artist_mbid="0" * 8 + "-0000-0000-0000-" + "0" * 12)
    told = shared(linked(READ, match))
    assert isinstance(told, SharedLink)
    false = bundle().model_copy(update={"results": (told,)})
    with pytest.raises(Refused) as refused:
        believed(signer("a").signed(false).to_json())
    assert refused.value.fault is Fault.ABSURD


def test_what_was_reused_is_not_told_again_nor_an_extraction_that_hides_what_it_read() -> None:
    reuse = Reuse(
        decision=Decision.REUSED, reason=Reason.AGREED, confidence=1, agreement=1, nodes=()
    )
    assert shared(CLASS.model_copy(update={"reuse": reuse})) is None
    checked = reuse.model_copy(update={"decision": Decision.RECOMPUTED, "reason": Reason.CHECKED})
    assert shared(CLASS.model_copy(update={"reuse": checked})) is not None
    assert shared(READ.model_copy(update={"class_confidence": None})) is None


def test_links_travel_and_answer_no_question_of_a_stage() -> None:
    link: Link = linked(READ, Match(status=LinkStatus.NONE))
    told = shared(link)
    assert isinstance(told, SharedLink)
    sent = bundle().model_copy(update={"results": (told,)})
    assert list(answers_of(believed(signer("a").signed(sent).to_json()), MODELS)) == []


def test_a_key_that_is_none_of_ed25519_is_refused() -> None:
    with pytest.raises(ValueError):
        Signer(b"-----BEGIN NOTHING-----")
