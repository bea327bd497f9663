"""Reuse or recompute: by confidence, agreement and number of nodes."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from models.extract.extractor import ExtractSubject
from models.reuse.answers import Answered, Asked, Read, answered, shared
from models.reuse.deciding import Rule, Told, choose, is_checked
from schemas import Decision, Method, Reason, SharedClassification, Stage, Subcategory
from schemas.bundle import Shared
from tests.unit.reuse.told import CLASS, READ, SEEN

Q = bytes(16)


def told(*answers: tuple[str, bytes, float]) -> list[Told]:
    return [Told(*answer) for answer in answers]


def reason(rule: Rule, *answers: tuple[str, bytes, float]) -> Reason | None:
    choice = choose(Q, told(*answers), rule)
    return None if choice is None else choice.reuse.reason


NODE = "a" * 64
A, B, C = (NODE, b"album", 0.9), ("b" * 64, b"album", 0.9), ("c" * 64, b"movie", 0.7)


def test_what_nobody_told_is_no_choice() -> None:
    assert choose(Q, [], Rule()) is None


def test_one_trusted_node_is_enough_by_default() -> None:
    choice = choose(Q, told(A), Rule())
    assert choice is not None and choice.is_reused
    assert choice.answer == b"album"
    assert choice.reuse.nodes == (NODE,)
    assert (choice.reuse.confidence, choice.reuse.agreement) == (0.9, 1.0)


def test_each_bound_sends_the_question_to_the_own_model() -> None:
    assert reason(Rule(confidence=0.9), A) is Reason.AGREED
    assert reason(Rule(confidence=0.91), A) is Reason.UNSURE
    assert reason(Rule(nodes=2), A) is Reason.FEW
    assert reason(Rule(nodes=2), A, B) is Reason.AGREED
    assert reason(Rule(), A, B, C) is Reason.DISPUTED
    assert reason(Rule(agreement=0.66), A, B, C) is Reason.AGREED
    assert reason(Rule(checked=1.0), A) is Reason.CHECKED


def test_a_node_that_speaks_twice_is_one_node() -> None:
    assert reason(Rule(nodes=2), A, A) is Reason.FEW


def test_the_order_in_which_nodes_spoke_changes_nothing() -> None:
    first, *others = [choose(Q, list(order), Rule()) for order in permutations(told(A, B, C))]
    assert all(other == first for other in others)


@given(st.binary(min_size=16, max_size=16), st.floats(0, 1))
def test_a_question_that_is_checked_at_a_share_is_checked_at_every_higher_one(
    question: bytes, share: float
) -> None:
    assert not is_checked(question, 0)
    assert is_checked(question, 1)
    assert is_checked(question, min(1, share * 2)) or not is_checked(question, share)


def test_which_questions_are_checked_is_known_to_nobody_else() -> None:
    questions = [number.to_bytes(16, "big") for number in range(1_000)]
    drawn = [[is_checked(name, 0.5, salt) for name in questions] for salt in (b"a", b"b")]
    assert 400 < sum(a == b for a, b in zip(*drawn, strict=True)) < 600


def test_the_share_that_is_checked_is_the_one_that_was_asked_for() -> None:
    drawn = sum(is_checked(number.to_bytes(16, "big"), 0.1) for number in range(10_000))
    assert 900 < drawn < 1_100


def told_of(result: object) -> Answered:
    entry = shared(result)  # type: ignore[arg-type]
    assert isinstance(entry, Shared)
    answer = answered(entry)
    assert answer is not None
    return answer


def test_the_question_is_input_stage_model_revision_and_method_but_no_infohash() -> None:
    asked = told_of(CLASS).asked
    elsewhere = CLASS.model_copy(update={"infohash": "0" * 40})
    assert isinstance(shared(elsewhere), SharedClassification)
    assert told_of(elsewhere).asked.name == asked.name
    others = [
        asked._replace(input_hash="0" * 32),
        asked._replace(stage=Stage.EXTRACT),
        asked._replace(model="classify@2"),
        asked._replace(revision=2),
        asked._replace(method=Method.TAGGER),
        asked._replace(class_confidence=0.9),
    ]
    assert len({other.name for other in others} | {asked.name}) == 7


def test_an_extraction_is_asked_for_with_the_confidence_that_the_tagger_reads() -> None:
    asked = told_of(READ).asked
    assert asked.class_confidence == 0.9
    assert asked._replace(class_confidence=0.8).name != asked.name


def test_evidence_has_to_fit_the_torrent_that_asks() -> None:
    read = Read(metadata=READ.metadata, evidence=READ.evidence)
    assert read.fits(ExtractSubject(SEEN.name, None, Subcategory.ALBUM))
    assert not read.fits(ExtractSubject("Aurora", None, Subcategory.ALBUM))
    assert not read.fits(ExtractSubject(SEEN.name, None, Subcategory.MOVIE)), "another class"
    for nothing in ({"span": (3, 3)}, {"span": None}):
        proof = READ.evidence["artist"].model_copy(update=nothing)
        empty = Read(metadata=READ.metadata, evidence={"artist": proof})
        assert not empty.fits(ExtractSubject(SEEN.name, None, Subcategory.ALBUM))


def test_a_decision_that_is_changed_is_no_reuse() -> None:
    choice = choose(Q, told(A), Rule())
    assert choice is not None
    unfit = choice.but(Reason.UNFIT)
    assert not unfit.is_reused
    assert unfit.reuse.decision is Decision.RECOMPUTED
    assert isinstance(told_of(CLASS).asked, Asked)
