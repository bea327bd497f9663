"""Classes of one's own beside the classifier: what they change, and what they never change."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import registry
from models.classify.ensemble import Input
from models.classify.ngrams import BUCKETS, Ngrams, hashed
from models.classify.onnx_graph import UnfitNetwork, last_state, with_output
from models.classify.own_classes import Head, OwnAnswer, OwnClass, OwnClasses
from models.classify.own_features import own_text
from schemas import SUBCATEGORIES, DecidedBy, Medium, Subcategory, Verdict

SCORES = OwnClass("sheet_music", Subcategory.BOOK_OTHER, threshold=0.5, hopeless=-1.0)
PATTERNS = OwnClass("knitting", None, threshold=0.5, hopeless=-1.0)


class Quiet:
    """The BERT, which says nothing here, and notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, inputs: Sequence[Input]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        """No state."""
        self.asked += [name for name, _ in inputs]
        return np.zeros((len(inputs), 2), np.float32)


def taught(words: dict[str, OwnClass], states: Quiet) -> OwnClasses:
    """Classes that are told by a word each."""
    classes = list(words.values())
    table = np.zeros((BUCKETS, len(classes)), np.int8)
    for column, word in enumerate(words):
        flat, _ = hashed([own_text(word)])
        table[flat, column] = 100
    scale, bias = np.full(len(classes), 0.1, np.float32), np.full(len(classes), -8.0, np.float32)
    head = Head(
        np.zeros((2, len(classes)), np.float32),
        np.full(len(classes), -10.0, np.float32),
        np.ones(len(classes), np.float32),
    )
    return OwnClasses(classes, Ngrams(table, scale, bias), head, states)  # type: ignore[arg-type]


@pytest.fixture
def states() -> Quiet:
    return Quiet()


@pytest.fixture
def own(states: Quiet) -> OwnClasses:
    return taught({"partitura": SCORES, "knitting": PATTERNS}, states)


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    medium = draw(st.sampled_from(Medium))
    return Verdict(
        medium=medium,
        subcategory=draw(st.sampled_from(SUBCATEGORIES[medium])),
        nsfw=draw(st.booleans()),
        confidence=draw(st.floats(0, 1)),
        source=draw(st.sampled_from(DecidedBy)),
        rule=draw(st.sampled_from([None, "extensions.audio"])),
        why=tuple(draw(st.lists(st.sampled_from(["a.rule", "another"]), max_size=16))),
    )


@given(verdicts(), st.text(min_size=1, max_size=60))
def test_what_is_of_no_class_keeps_its_verdict(verdict: Verdict, name: str) -> None:
    nothing = taught({"partitura": SCORES}, Quiet())
    if "partitura" not in own_text(name):
        assert nothing.refine([(name, ())], [verdict]) == [verdict]


@given(verdicts(), st.floats(0, 1))
def test_a_class_without_a_parent_changes_no_other_field(verdict: Verdict, sure: float) -> None:
    told = OwnAnswer(PATTERNS, sure).on(verdict)
    ours = {"own_class", "own_confidence", "why"}
    assert told.model_dump(exclude=ours) == verdict.model_dump(exclude=ours)
    assert (told.own_class, told.why[-1]) == ("knitting", "own:knitting")
    assert Verdict.model_validate_json(told.to_json()) == told


@given(verdicts(), st.floats(0, 1))
def test_a_parent_is_answered_where_the_class_is(verdict: Verdict, sure: float) -> None:
    told = OwnAnswer(SCORES, sure).on(verdict)
    assert (told.medium, told.subcategory) == (Medium.BOOK, Subcategory.BOOK_OTHER)
    assert told.nsfw == verdict.nsfw
    is_same = verdict.subcategory is Subcategory.BOOK_OTHER
    assert told.rule == (verdict.rule if is_same else "own:sheet_music")
    assert Verdict.model_validate_json(told.to_json()) == told


def test_each_name_gets_its_class_whatever_batch_it_is_in(own: OwnClasses) -> None:
    names = ["Low Tide partitura", "Low Tide", "Harbour knitting", "x"]
    inputs: list[Input] = [(name, ()) for name in names]
    together = [answer and answer.own.name for answer in own.answers(inputs)]
    alone = [answer and answer.own.name for name in inputs for answer in own.answers([name])]
    assert together == alone == ["sheet_music", None, "knitting", None]


def test_the_bert_reads_no_name_that_the_n_grams_rule_out(own: OwnClasses, states: Quiet) -> None:
    own.answers([("Low Tide partitura", ()), ("Low Tide", ())])
    assert states.asked == ["Low Tide partitura"]


def test_no_names_have_no_classes(own: OwnClasses) -> None:
    assert own.answers([]) == []


@pytest.mark.parametrize(
    ("name", "word"),
    [("Παρτιτούρες", "partito"), ("ПАРТИТУРА", "partitura"), ("Partición", "particion")],
)
def test_a_word_is_read_in_latin_letters_too(name: str, word: str) -> None:
    assert word in own_text(name)


@given(st.text(max_size=80))
def test_any_name_can_be_read(name: str) -> None:
    text = own_text(name)
    assert text.startswith(" ")
    assert text.endswith(" ")


def test_the_last_state_of_the_network_is_found_and_given() -> None:
    network = registry.file_path(registry.load("classify"), "model").read_bytes()
    name = last_state(network)
    assert last_state(with_output(network, name)) == name
    assert with_output(network, name).startswith(network)


@given(st.binary(max_size=200))
def test_what_is_no_network_is_refused(data: bytes) -> None:
    with pytest.raises((UnfitNetwork, UnicodeDecodeError)):
        last_state(data)
