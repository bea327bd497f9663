"""Classes of the user's own, below the subcategories that ship: a small head beside the classifier.

A linear model over the n-grams of a name and the user's words is asked first. Only what it does not
rule out is read by the BERT, whose last state then counts beside them. The answers of the
classifier stay as they are, but for what a class's `parent` says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from models.classify.bert import Bert
from models.classify.ensemble import Input, load_bert
from models.classify.ngrams import Ngrams
from models.classify.onnx_graph import last_state, with_output
from models.classify.own_features import own_texts
from models.classify.own_words import OwnWords
from models.runtime import session_of
from schemas import DecidedBy, Subcategory, Verdict
from schemas.media import MEDIUM_OF

if TYPE_CHECKING:
    from numpy import float32, float64
    from numpy.typing import NDArray

ROLE = "own"
"""The role of the file in the manifest of a classifier."""

_RULE = "own:{}"
_MOST_REASONS = 16
"""Reasons that a verdict has at most."""
_MOST_CONFIDENT = 0.999


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class of one's own.

    Attributes:
        name: such as `sheet_music`.
        parent: the subcategory that is answered where the class is; None leaves the classifier's.
        threshold: probability from which a name is of the class.
        hopeless: score without the BERT below which it is none whatever the BERT says.
    """

    name: str
    parent: Subcategory | None
    threshold: float
    hopeless: float


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """That a name is of a class, and how sure."""

    own: OwnClass
    confidence: float

    def on(self, verdict: Verdict) -> Verdict:
        """The verdict with the class; where it has a parent, that is the verdict's subcategory."""
        confidence = round(min(self.confidence, _MOST_CONFIDENT), 3)
        rule = _RULE.format(self.own.name)
        told: dict[str, Any] = {"own_class": self.own.name, "own_confidence": confidence}
        parent = self.own.parent
        if parent is None or parent is verdict.subcategory:
            told["why"] = (*verdict.why[: _MOST_REASONS - 1], rule)
        else:
            # Who says so are models that learnt it, as the contract names them.
            told |= {"medium": MEDIUM_OF[parent], "subcategory": parent, "rule": rule}
            told |= {"confidence": confidence, "source": DecidedBy.BERT}
        return verdict.model_copy(update=told)


class States:
    """The BERT's last state of a name. Not safe for use from several threads at once."""

    def __init__(self, bert: Bert, model: Path, threads: int = 1) -> None:
        network = model.read_bytes()
        self._output = last_state(network)
        self._session = session_of(with_output(network, self._output), threads)
        shapes = {told.name: told.shape for told in self._session.get_outputs()}
        self._width = int(shapes[self._output][-1])
        self._bert = bert

    def of(self, inputs: Sequence[Input]) -> "NDArray[float32]":
        """The states of inputs, a row for each."""
        return self._bert.outputs(inputs, self._session, self._output, self._width)


@dataclass(frozen=True, slots=True)
class Head:
    """What was learnt of the BERT's states.

    Attributes:
        weights: float32, (states, classes).
        bias: float32, (classes,): what the states alone add.
        temperature: float32, (classes,): divides a score to make its probability calibrated.
    """

    weights: "NDArray[float32]"
    bias: "NDArray[float32]"
    temperature: "NDArray[float32]"


@dataclass(frozen=True, slots=True)
class Plain:
    """What was learnt of names without the BERT.

    Attributes:
        ngrams: over `own_text`: first the outputs that count beside the BERT, one a class, then
            those that are asked before it.
        words: of each class.
        weights: of each class's words, float32, (features, 2): beside the BERT, and before it.
    """

    ngrams: Ngrams
    words: Sequence[OwnWords]
    weights: "Sequence[NDArray[float32]]"

    def scores(self, inputs: Sequence[Input]) -> "tuple[NDArray[float32], NDArray[float32]]":
        """A row an input, a column a class: scores beside the BERT, and before it."""
        import numpy as np

        texts = own_texts(inputs)
        logits = self.ngrams.logits_of(texts)
        count = len(self.words)
        beside, before = logits[:, :count].copy(), logits[:, count:].copy()
        for column, (words, weights) in enumerate(zip(self.words, self.weights, strict=True)):
            if words.words:
                added = words.features(texts) @ weights.astype(np.float32)
                beside[:, column] += added[:, 0]
                before[:, column] += added[:, 1]
        return beside, before


class OwnClasses:
    """The loaded head. Not safe for use from several threads at once.

    Args:
        classes: in the order of the outputs.
        plain: what is asked first.
        head: over the BERT's states.
        states: of the classifier that the head was learnt beside.
    """

    def __init__(
        self, classes: Sequence[OwnClass], plain: Plain, head: Head, states: States
    ) -> None:
        self.classes = tuple(classes)
        self._plain = plain
        self._head = head
        self._states = states

    @classmethod
    def load(cls, path: Callable[[str], Path], threads: int = 1) -> Self:
        """Read the file of the role `own`, and the BERT beside it.

        Args:
            path: where the file of a role is.
            threads: threads of one BERT run.

        Raises:
            MissingRuntime: onnxruntime, tokenizers or numpy is not installed.
            KeyError, ValueError: the file is no head.
        """
        bert = load_bert(path, threads)
        import numpy as np

        with np.load(path(ROLE), allow_pickle=False) as parts:
            columns = (parts[name].tolist() for name in ("names", "parents", "thresholds", "gates"))
            classes = [
                OwnClass(name, Subcategory(parent) if parent else None, threshold, gate)
                for name, parent, threshold, gate in zip(*columns, strict=True)
            ]
            plain = Plain(
                Ngrams(parts["table"], parts["scale"], parts["bias"]),
                [OwnWords(parts[f"words_{own.name}"].tolist()) for own in classes],
                [parts[f"word_weights_{own.name}"] for own in classes],
            )
            head = Head(parts["weights"], parts["head_bias"], parts["temperature"])
        return cls(classes, plain, head, States(bert, path("model"), threads))

    def refine(self, inputs: Sequence[Input], verdicts: Sequence[Verdict]) -> list[Verdict]:
        """The verdicts with the classes of one's own that inputs are of, in order."""
        answers = self.answers(inputs)
        return [
            verdict if answer is None else answer.on(verdict)
            for verdict, answer in zip(verdicts, answers, strict=True)
        ]

    def answers(self, inputs: Sequence[Input]) -> list[OwnAnswer | None]:
        """The class of each input. None: it is of no class of one's own.

        Of several classes it is the one that is surest.
        """
        import numpy as np

        answers: list[OwnAnswer | None] = [None] * len(inputs)
        if not inputs:
            return answers
        plain, before = self._plain.scores(inputs)
        is_hopeful = (before >= [own.hopeless for own in self.classes]).any(axis=1)
        hopeful: list[int] = np.flatnonzero(is_hopeful).tolist()
        if not hopeful:
            return answers
        states = self._states.of([inputs[index] for index in hopeful])
        shares = self.probabilities(plain[hopeful], states).tolist()
        for index, row in zip(hopeful, shares, strict=True):
            told = [
                OwnAnswer(own, share)
                for own, share in zip(self.classes, row, strict=True)
                if share >= own.threshold
            ]
            answers[index] = max(told, key=lambda answer: answer.confidence, default=None)
        return answers

    def probabilities(
        self, plain: "NDArray[float32]", states: "NDArray[float32]"
    ) -> "NDArray[float64]":
        """The probability of each class, a row an input.

        Args:
            plain: scores beside the BERT (`Plain.scores`).
            states: the BERT's.
        """
        import numpy as np

        scores = plain.astype(np.float64) + states.astype(np.float64) @ self._head.weights
        scores = (scores + self._head.bias) / self._head.temperature
        shares: NDArray[float64] = 1 / (1 + np.exp(-np.clip(scores, -50, 50)))
        return shares
