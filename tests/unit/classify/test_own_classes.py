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
from models.classify.own_classes import Head, OwnAnswer, OwnClass, OwnClasses, Plain
from models.classify.own_features import own_text
from models.classify.own_words import SHARED, OwnWords
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
    table = np.zeros((BUCKETS, 2 * len(classes)), np.int8)
    for column, word in enumerate(words):
        flat, _ = hashed([own_text(word)])
        table[flat, column] = table[flat, len(classes) + column] = 100
    scale = np.full(2 * len(classes), 0.1, np.float32)
    bias = np.full(2 * len(classes), -8.0, np.float32)
    none = OwnWords(())
    plain = Plain(
        Ngrams(table, scale, bias),
        [none] * len(classes),
        [np.zeros((none.width, 2), np.float32)] * len(classes),
    )
    head = Head(
        np.zeros((2, len(classes)), np.float32),
        np.full(len(classes), -10.0, np.float32),
        np.ones(len(classes), np.float32),
    )
    return OwnClasses(classes, plain, head, states)  # type: ignore[arg-type]


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


WORDS = OwnWords(["vocal score", "Partitura", "śpiewnik", "楽譜", "mscz"])


def found(name: str, *paths: str) -> set[str]:
    """The features of a name that words have in common, and the words."""
    [row] = WORDS.features([own_text(name, paths)])
    names = [*SHARED, *WORDS.words, *WORDS.parts]
    return {names[column] for column in np.flatnonzero(row)}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Low_Tide.Vocal.Scores.pdf", "vocal score"),
        ("Low Tide - PARTITURAS", "Partitura"),
        ("Прилив, партитура", "Partitura"),
        ("Spiewnik harcerski", "śpiewnik"),
        ("潮の歌楽譜集", "楽譜"),
    ],
)
def test_a_word_is_found_however_it_is_written(name: str, word: str) -> None:
    assert {"a word", word} <= found(name)


@pytest.mark.parametrize(
    "name", ["Low Tide - score", "Vocal lessons, high score", "x", "Scoreboard"]
)
def test_a_phrase_is_there_whole_or_not_at_all(name: str) -> None:
    assert "a word" not in found(name)


def test_what_stands_beside_a_word_is_told_apart() -> None:
    assert "a word with a recording" in found("Low Tide vocal score [FLAC]")
    assert "a word with a program" in found("Partitura 3 setup.exe")
    assert "a word with a document" in found("Low Tide partitura pdf")
    assert "a file" in found("Low Tide", "01/low tide.mscz")
    assert "a file" not in found("mscz Low Tide")


@given(st.lists(st.text(max_size=12), max_size=4), st.text(max_size=60))
def test_any_list_can_be_looked_for(words: list[str], name: str) -> None:
    listed = OwnWords(words)
    assert listed.features([own_text(name)]).shape == (1, listed.width)
