"""`Mimmo`: the brains together. A name, a path or any subject in, an answer out."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models.classify.cascade import Classifier
from models.classify.explanation import Explanation
from models.content.content import from_text
from models.content.subject import Subject
from models.extract.extractor import Extractor
from models.extract.subject import Extracted, ExtractSubject
from models.oneshot import deferred
from models.oneshot.answer import Answer
from schemas import MEDIUM_OF, Medium, Subcategory, Verdict

if TYPE_CHECKING:
    from models.extract.llm.complete import LlmExtractor

BATCH = 256
"""Subjects that go through the brains at once: enough for their full speed."""


class Llm(StrEnum):
    """When the GGUF model is asked to complete a record."""

    OFF = "off"
    GATE = "gate"
    """Where the record is in doubt."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class LlmChoice:
    """When the GGUF model is asked, and where its weights are."""

    mode: Llm = Llm.OFF
    weights: Path | None = None


Askable = Subject | str | Path
"""What can be asked about: a subject, a name as text, or a path to read."""


def subject_of(asked: Askable) -> Subject:
    """A subject: text is a name, a `Path` is read.

    Raises:
        Unreadable: the name is empty, or there is nothing readable at the path.
        TypeError: it is nothing that can be asked about.
    """
    if isinstance(asked, str):
        return from_text(asked)
    if isinstance(asked, Path):
        from models.content.path import read_path

        return read_path(asked)
    if not all(hasattr(asked, field) for field in ("name", "size", "files")):
        raise TypeError(
            "text, a pathlib.Path, or something with name, size and files is expected, not "
            + type(asked).__name__
        )
    return asked


def _subjects(asked: Sequence[Askable]) -> list[Subject]:
    """The subjects of a list.

    Raises:
        Unreadable, TypeError: as `subject_of`; or it is a single name and no list.
    """
    if isinstance(asked, (str, bytes, Path)):
        raise TypeError("a list of names, paths or subjects is expected, not a single one")
    return [subject_of(question) for question in asked]


class Mimmo:
    """Classifies and extracts. Weights are read when a name first needs them.

    Safe for use from several threads: they take turns. For more speed give every process or thread
    a `Mimmo` of its own. An answer depends on its subject alone, not on the batch.

    Args:
        llm: when the GGUF model is asked; never, by default.
        explained: whether answers hold what every stage says, also where an earlier one decided.
            It costs a run of the BERT.

    Raises:
        MissingRuntime: with the first question, where the extra `onnx` is not installed.
        registry.WeightsError: with the first question, where weights are damaged or missing.
    """

    def __init__(self, llm: LlmChoice | None = None, *, explained: bool = False) -> None:
        self._choice = llm or LlmChoice()
        self._is_explained = explained
        self._turn = threading.RLock()

    @cached_property
    def _classifier(self) -> Classifier:
        return deferred.classifier(self._choice.weights)

    @cached_property
    def _extractor(self) -> Extractor:
        return deferred.extractor(self._choice.weights)

    @cached_property
    def _llm(self) -> "LlmExtractor | None":
        if self._choice.mode is Llm.OFF:
            return None
        from models import loading
        from models.active import Stage, chosen

        return loading.llm(chosen(Stage.LLM, self._choice.weights))

    def answer(self, asked: Askable) -> Answer:
        """Everything that is said of one subject."""
        return self.answer_all([asked])[0]

    def answer_all(self, asked: Sequence[Askable]) -> list[Answer]:
        """Everything that is said of each subject, in order."""
        subjects = _subjects(asked)
        answers: list[Answer] = []
        for start in range(0, len(subjects), BATCH):
            answers += self._answers(subjects[start : start + BATCH])
        return answers

    def classify(self, asked: Askable) -> Verdict:
        """Medium, subcategory and whether it is adult, of one subject."""
        return self.classify_all([asked])[0]

    def classify_all(self, asked: Sequence[Askable]) -> list[Verdict]:
        """The verdict on each subject, in order."""
        subjects = _subjects(asked)
        with self._turn:
            return self._classifier.classify(subjects)

    def extract(self, asked: Askable, subcategory: Subcategory | str) -> Extracted:
        """The record of one subject whose subcategory is known.

        Raises:
            ValueError: there is no such subcategory, or it has no record (images, other).
        """
        sub = Subcategory(subcategory)
        if MEDIUM_OF[sub] is Medium.OTHER:
            raise ValueError(f"there is no record of {sub.value}")
        subject = subject_of(asked)
        with self._turn:
            return self._records([ExtractSubject(subject.name, subject.files, sub)])[0]

    def _answers(self, subjects: Sequence[Subject]) -> list[Answer]:
        with self._turn:
            explanations = self._explanations(subjects)
            verdicts = self._verdicts(subjects, explanations)
            named = [
                ExtractSubject(subject.name, subject.files, verdict.subcategory, verdict.confidence)
                for subject, verdict in zip(subjects, verdicts, strict=True)
                if verdict.medium is not Medium.OTHER
            ]
            records = iter(self._records(named))
        return [
            Answer(
                subject,
                verdict,
                None if verdict.medium is Medium.OTHER else next(records),
                explanation,
            )
            for subject, verdict, explanation in zip(subjects, verdicts, explanations, strict=True)
        ]

    def _explanations(self, subjects: Sequence[Subject]) -> Sequence[Explanation | None]:
        """How each verdict comes about; None where it is not wanted."""
        if not self._is_explained:
            return [None] * len(subjects)
        return self._classifier.explain_all(subjects)

    def _verdicts(
        self, subjects: Sequence[Subject], explanations: Sequence[Explanation | None]
    ) -> list[Verdict]:
        explained = [explanation.verdict for explanation in explanations if explanation]
        return explained or self._classifier.classify(subjects)

    def _records(self, subjects: Sequence[ExtractSubject]) -> list[Extracted]:
        if not subjects:
            return []
        records = self._extractor.extract(subjects)
        if self._llm is None:
            return records
        from models.extract.llm.complete import ALWAYS

        gated = self._choice.mode is Llm.GATE
        below = self._extractor.gate if gated else ALWAYS
        return self._llm.completed(subjects, records, below)
