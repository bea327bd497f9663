"""Names through classifier and extractor, and through other parsers, for the evaluation."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.content.subject import NamedSubject
from models.evaluation.classify import Model
from models.evaluation.flat import FlatFields, classified, flat, parsers
from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.extract.llm.complete import LlmExtractor
from schemas import Medium, Verdict

_BATCH = 64
"""Names that are answered at a time."""


@dataclass(frozen=True, slots=True)
class Brains:
    """What answers."""

    classifier: Model
    extractor: Extractor
    llm: LlmExtractor | None = None
    below: float = 0.0
    """Confidence under which the GGUF model is asked."""


@dataclass(slots=True)
class Run:
    """Our answers, in the order of the names."""

    given: list[FlatFields] = field(default_factory=list)
    extracted: list[Extracted | None] = field(default_factory=list)
    """What the answers were made of; None where the medium is not known."""
    asked: int = 0
    seconds: float = 0.0
    """For extraction alone."""

    @property
    def rate(self) -> float:
        """Names a second that were extracted from."""
        return self.asked / self.seconds if self.seconds else 0.0


def extract(names: Sequence[str], brains: Brains) -> Run:
    """Classify the names, extract from those of a known medium."""
    run = Run()
    for first in range(0, len(names), _BATCH):
        part = names[first : first + _BATCH]
        verdicts = brains.classifier.classify([NamedSubject(name) for name in part])
        answers = _extracted(part, verdicts, brains, run)
        for place, verdict in enumerate(verdicts):
            extracted = answers.get(place)
            run.extracted.append(extracted)
            run.given.append(classified(verdict) if extracted is None else flat(extracted, verdict))
    return run


def answered_by_parsers(names: Sequence[str]) -> Iterator[tuple[str, list[FlatFields], float]]:
    """Each other parser's name, its answers, and how many it gives a second."""
    for who, parse in parsers().items():
        start = time.perf_counter()
        answers = [parse(name) for name in names]
        yield who, answers, len(names) / (time.perf_counter() - start)


def _extracted(
    names: Sequence[str], verdicts: Sequence[Verdict], brains: Brains, run: Run
) -> dict[int, Extracted]:
    """What was extracted, by the place of the name; names of no known medium are not asked."""
    subjects = {
        place: ExtractSubject(name, None, verdict.subcategory, verdict.confidence)
        for place, (name, verdict) in enumerate(zip(names, verdicts, strict=True))
        if verdict.medium is not Medium.OTHER
    }
    asked = list(subjects.values())
    start = time.perf_counter()
    answers = brains.extractor.extract(asked)
    run.seconds += time.perf_counter() - start
    run.asked += len(asked)
    if brains.llm is not None:
        answers = brains.llm.completed(asked, answers, brains.below)
    return dict(zip(subjects, answers, strict=True))
